#include "tests/support/run_of_cases.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gasht {
namespace {

// Often enough to see that it goes on, and to know from where to go on when it was ended.
constexpr uint64_t kSaidTimes = 40, kLeastBetween = 25;

uint64_t NumberOr(const char* variable, uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return otherwise;
  uint64_t number = 0;
  const char* const end = text + std::strlen(text);
  const auto [read, error] = std::from_chars(text, end, number);
  EXPECT_TRUE(error == std::errc() && read == end) << variable << " is not a number: " << text;
  return number;
}

}  // namespace

RunOfCases RunOfCases::FromEnvironment(const char* count_variable, RunOfCases defaults) {
  defaults.count = NumberOr(count_variable, defaults.count);
  defaults.seed = NumberOr("GASHT_SEED", defaults.seed);
  defaults.from = NumberOr("GASHT_FROM", defaults.from);
  defaults.workers = static_cast<int>(NumberOr("GASHT_WORKERS", static_cast<uint64_t>(defaults.workers)));
  return defaults;
}

std::mt19937_64 RunOfCases::RandomOf(uint64_t number) const {
  std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                      static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32)};
  return std::mt19937_64(words);
}

void RunCases(const RunOfCases& run, const std::string& noun,
              const std::function<CaseWorker(int worker)>& make) {
  const uint64_t end = run.from + run.count, step = std::max<uint64_t>(run.step, 1);
  const auto begun = std::chrono::steady_clock::now();
  fmt::print(stderr, "{}: seed {}, {} cases from {}, {} at a time\n", noun, run.seed, run.count, run.from,
             run.workers);
  const uint64_t every = std::max({run.count / kSaidTimes, kLeastBetween, step});
  std::atomic<uint64_t> next = run.from;
  std::mutex mu;  // of what follows
  uint64_t done = 0, good = 0, said = 0, all_before = run.from;
  std::set<uint64_t> early;  // what was done before something in front of it was
  std::vector<std::jthread> threads;
  for (int worker = 0; worker < std::max(run.workers, 1); ++worker) {
    threads.emplace_back([&, worker] {
      const CaseWorker work = make(worker);
      for (;;) {
        const uint64_t first = next.fetch_add(step);
        if (first >= end) return;
        const uint64_t count = std::min(step, end - first), sound = work(first, count);
        const std::lock_guard lock(mu);
        done += count;
        good += sound;
        early.insert(first);
        for (; early.erase(all_before) == 1; all_before += step) {
        }
        if (done < said + every && done < run.count) continue;
        said = done;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        fmt::print(stderr, "{}: {} of {} done, {} as they should be, {:.0f} s; go on from {}\n", noun, done,
                   run.count, good, took.count(), std::min(all_before, end));
      }
    });
  }
}

}  // namespace gasht
