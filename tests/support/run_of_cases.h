#pragma once

// A long run of cases, each made from a seed and its own number alone: in one piece or in several, by one worker or by more, and
// a failure repeated by its number. It says on standard error with which seed it begins, and now and then how far it is.
//
// Plain values and free functions; RunCases returns when the last of its own threads has ended.

#include <cstdint>
#include <functional>
#include <random>
#include <string>

namespace gasht {

struct RunOfCases {
  uint64_t seed = 1;
  uint64_t from = 0;  // the number of the first case
  uint64_t count = 0;
  int workers = 1;
  // Cases that a worker takes at once: those that share a store.
  uint64_t step = 1;

  // What a script asks for: the count in the variable `count_variable`; GASHT_SEED, GASHT_FROM, GASHT_WORKERS. A word that is not a
  // number fails the running test.
  static RunOfCases FromEnvironment(const char* count_variable, RunOfCases defaults);
  // The chance of one case.
  std::mt19937_64 RandomOf(uint64_t number) const;
};

// Cases `first` to `first + count - 1`; how many of them were as they should be.
using CaseWorker = std::function<uint64_t(uint64_t first, uint64_t count)>;
// `make` is called once by each worker's thread.
void RunCases(const RunOfCases& run, const std::string& noun,
              const std::function<CaseWorker(int worker)>& make);

}  // namespace gasht
