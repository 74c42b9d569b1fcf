#include "rules/regex_bank.h"

#include <re2/re2.h>
#include <re2/set.h>

namespace gasht {
namespace {

// 1,000 ordinary patterns do not fit RE2's default of 8 MiB; 128 in 32 MiB leave the DFA room to stay warm.
constexpr size_t kShardPatterns = 128;
constexpr int64_t kShardMemory = int64_t{32} << 20;
constexpr int64_t kPatternMemory = int64_t{1} << 20;

RE2::Options Options(int64_t memory) {
  RE2::Options options;
  options.set_max_mem(memory);
  options.set_log_errors(false);
  options.set_never_nl(false);
  return options;
}

}  // namespace

struct RegexBank::Impl {
  struct Shard {
    std::unique_ptr<RE2::Set> set;
    std::vector<size_t> patterns;
  };
  std::vector<std::unique_ptr<RE2>> patterns;
  std::vector<uint32_t> payloads;
  std::vector<Shard> shards;
};

RegexBank::RegexBank() : impl_(std::make_unique<Impl>()) {}
RegexBank::~RegexBank() = default;

std::string RegexBank::Add(const std::string& pattern, uint32_t payload) {
  auto compiled = std::make_unique<RE2>(pattern, Options(kPatternMemory));
  if (!compiled->ok()) return compiled->error();
  if (impl_->shards.empty() || impl_->shards.back().patterns.size() >= kShardPatterns) {
    impl_->shards.push_back({std::make_unique<RE2::Set>(Options(kShardMemory), RE2::UNANCHORED), {}});
  }
  Impl::Shard& shard = impl_->shards.back();
  std::string error;
  if (shard.set->Add(pattern, &error) < 0) return error;
  shard.patterns.push_back(impl_->patterns.size());
  impl_->patterns.push_back(std::move(compiled));
  impl_->payloads.push_back(payload);
  return "";
}

bool RegexBank::Freeze() {
  for (Impl::Shard& shard : impl_->shards) {
    if (!shard.set->Compile()) return false;
  }
  return true;
}

size_t RegexBank::size() const {
  return impl_->patterns.size();
}

void RegexBank::Find(std::string_view text, size_t max_hits, std::vector<RegexHit>& hits,
                     bool& overflow) const {
  const re2::StringPiece whole(text.data(), text.size());
  std::vector<int> matching;
  for (const Impl::Shard& shard : impl_->shards) {
    RE2::Set::ErrorInfo error{};
    matching.clear();
    const bool any = shard.set->Match(whole, &matching, &error);
    if (!any && error.kind == RE2::Set::kNoError) continue;
    if (!any) {
      // Out of memory: ask each pattern by itself, which falls back to an NFA and always answers.
      for (size_t i = 0; i < shard.patterns.size(); ++i) matching.push_back(static_cast<int>(i));
    }
    for (const int index : matching) {
      const size_t pattern = shard.patterns[static_cast<size_t>(index)];
      size_t pos = 0;
      size_t found = 0;
      re2::StringPiece match;
      while (pos <= text.size() &&
             impl_->patterns[pattern]->Match(whole, pos, text.size(), RE2::UNANCHORED, &match, 1)) {
        const auto begin = static_cast<size_t>(match.data() - text.data());
        const size_t end = begin + match.size();
        if (match.empty()) {
          pos = end + 1;
          continue;
        }
        if (++found > max_hits) {
          overflow = true;
          break;
        }
        hits.push_back({impl_->payloads[pattern], static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
        pos = end;
      }
    }
  }
}

}  // namespace gasht
