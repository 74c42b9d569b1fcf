#pragma once

// Two hash tables for look-ups that mostly miss: open addressing, a quarter full, so a miss is one probe.
// Built once by one thread, then const and thread-safe. Nothing is ever removed.

#include <cstddef>
#include <cstdint>
#include <cstring>
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
      if (tags_[i] == 0) return kNone;
      if (tags_[i] != Tag(hash)) continue;
      const Slot& slot = slots_[i];
      if (slot.hash == hash && slot.size == word.size() &&
          std::memcmp(&arena_[slot.begin], word.data(), word.size()) == 0) {
        return slot.value;
      }
    }
  }

  // The number of `word`, which is `value` if it is new.
  uint32_t Insert(std::string_view word, uint32_t value) {
    if (const uint32_t known = Find(word); known != kNone) return known;
    if (++size_ * 4 > slots_.size()) Grow();
    Place({Hash(word), static_cast<uint32_t>(arena_.size()), static_cast<uint32_t>(word.size()), value});
    arena_ += word;
    return value;
  }

  bool empty() const { return size_ == 0; }
  size_t bytes() const { return slots_.size() * (sizeof(Slot) + 1) + arena_.size(); }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t begin = 0;  // in arena_
    uint32_t size = 0;
    uint32_t value = kNone;
  };

  // Eight bytes at a step. The terms are ours, not an attacker's, and a miss compares nothing but the hash.
  static uint32_t Hash(std::string_view word) {
    uint64_t hash = word.size() * 0x9E3779B97F4A7C15ull;
    const char* data = word.data();
    size_t left = word.size();
    for (; left > 8; left -= 8, data += 8) hash = Mix(hash ^ Load<uint64_t>(data));
    // The last one to eight bytes as two loads that may overlap.
    uint64_t tail = 0;
    if (left >= 4) {
      tail = Load<uint32_t>(data) | (Load<uint32_t>(data + left - 4) << 32);
    } else if (left > 0) {
      tail = static_cast<unsigned char>(data[0]) |
             static_cast<uint64_t>(static_cast<unsigned char>(data[left / 2])) << 8 |
             static_cast<uint64_t>(static_cast<unsigned char>(data[left - 1])) << 16;
    }
    hash = Mix(hash ^ tail);
    return static_cast<uint32_t>(hash ^ (hash >> 32));
  }
  template <typename Int>
  static uint64_t Load(const char* data) {
    Int value;
    std::memcpy(&value, data, sizeof value);
    return value;
  }
  static uint64_t Mix(uint64_t value) {
    value *= 0xFF51AFD7ED558CCDull;
    return value ^ (value >> 32);
  }
  // Never 0, which is an empty slot.
  static uint8_t Tag(uint32_t hash) { return static_cast<uint8_t>(hash >> 24 | 1); }
  void Place(Slot slot) {
    size_t i = slot.hash & mask_;
    while (tags_[i] != 0) i = (i + 1) & mask_;
    slots_[i] = slot;
    tags_[i] = Tag(slot.hash);
  }
  void Grow() {
    const std::vector<Slot> old = std::move(slots_);
    const size_t size = old.empty() ? 64 : old.size() * 2;
    slots_.assign(size, Slot());
    tags_.assign(size, 0);
    mask_ = size - 1;
    for (const Slot& slot : old) {
      if (slot.value != kNone) Place(slot);
    }
  }

  std::string arena_;          // all words, one behind the other
  std::vector<uint8_t> tags_;  // a byte of each slot's hash: small enough to stay in the cache
  std::vector<Slot> slots_;
  size_t mask_ = 0;
  size_t size_ = 0;
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
