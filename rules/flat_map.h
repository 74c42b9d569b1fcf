#pragma once

// Two hash tables for look-ups that mostly miss: open addressing, a quarter full, so a miss is one probe.
// Built once by one thread, then const and thread-safe. Nothing is ever removed.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

// Words to numbers.
class WordTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  uint32_t Find(std::string_view word) const {
    if (slots_.empty()) return kNone;
    const uint32_t hash = Hash(word);
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.value == kNone) return kNone;
      if (slot.hash == hash && words_[slot.word] == word) return slot.value;
    }
  }

  // The number of `word`, which is `value` if it is new.
  uint32_t Insert(std::string_view word, uint32_t value) {
    if (const uint32_t known = Find(word); known != kNone) return known;
    words_.emplace_back(word);
    if (words_.size() * 4 > slots_.size()) {
      Grow();
    }
    Place({Hash(word), static_cast<uint32_t>(words_.size() - 1), value});
    return value;
  }

  bool empty() const { return words_.empty(); }
  size_t bytes() const {
    size_t total = slots_.size() * sizeof(Slot);
    for (const std::string& word : words_)
      total += sizeof(std::string) + (word.size() > 15 ? word.size() : 0);
    return total;
  }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t word = 0;
    uint32_t value = kNone;
  };

  // FNV-1a. The terms are ours, not an attacker's, and a miss compares nothing but the hash.
  static uint32_t Hash(std::string_view word) {
    uint32_t hash = 2166136261u;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash ^ (hash >> 15);
  }
  void Place(Slot slot) {
    size_t i = slot.hash & mask_;
    while (slots_[i].value != kNone) i = (i + 1) & mask_;
    slots_[i] = slot;
  }
  void Grow() {
    const std::vector<Slot> old = std::move(slots_);
    const size_t size = old.empty() ? 64 : old.size() * 2;
    slots_.assign(size, Slot());
    mask_ = size - 1;
    for (const Slot& slot : old) {
      if (slot.value != kNone) Place(slot);
    }
  }

  std::deque<std::string> words_;
  std::vector<Slot> slots_;
  size_t mask_ = 0;
};

// Pairs of numbers to numbers.
class PairTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  uint32_t Find(uint32_t a, uint32_t b) const {
    if (slots_.empty()) return kNone;
    const uint64_t key = Key(a, b);
    for (size_t i = Hash(key) & mask_;; i = (i + 1) & mask_) {
      if (slots_[i].value == kNone || slots_[i].key == key) return slots_[i].value;
    }
  }

  uint32_t Insert(uint32_t a, uint32_t b, uint32_t value) {
    if (const uint32_t known = Find(a, b); known != kNone) return known;
    if (++size_ * 4 > slots_.size()) Grow();
    Place({Key(a, b), value});
    return value;
  }

  size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t value = kNone;
  };
  static uint64_t Key(uint32_t a, uint32_t b) { return (uint64_t{a} << 32) | b; }
  static size_t Hash(uint64_t key) { return static_cast<size_t>((key * 0x9E3779B97F4A7C15ull) >> 32); }
  void Place(Slot slot) {
    size_t i = Hash(slot.key) & mask_;
    while (slots_[i].value != kNone) i = (i + 1) & mask_;
    slots_[i] = slot;
  }
  void Grow() {
    const std::vector<Slot> old = std::move(slots_);
    const size_t size = old.empty() ? 64 : old.size() * 2;
    slots_.assign(size, Slot());
    mask_ = size - 1;
    for (const Slot& slot : old) {
      if (slot.value != kNone) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  size_t mask_ = 0;
  size_t size_ = 0;
};

}  // namespace gasht
