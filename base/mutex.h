#pragma once

// std::mutex with clang's thread-safety annotations: -Wthread-safety checks them under the clang preset,
// and they vanish under g++.

#include <condition_variable>
#include <mutex>
#include <stop_token>

#if defined(__clang__)
#define GASHT_TSA(x) __attribute__((x))
#else
#define GASHT_TSA(x)
#endif

#define CAPABILITY(x) GASHT_TSA(capability(x))
#define SCOPED_CAPABILITY GASHT_TSA(scoped_lockable)
#define GUARDED_BY(x) GASHT_TSA(guarded_by(x))
#define REQUIRES_LOCK(...) GASHT_TSA(requires_capability(__VA_ARGS__))
#define EXCLUDES_LOCK(...) GASHT_TSA(locks_excluded(__VA_ARGS__))
#define ACQUIRES_LOCK(...) GASHT_TSA(acquire_capability(__VA_ARGS__))
#define RELEASES_LOCK(...) GASHT_TSA(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS GASHT_TSA(no_thread_safety_analysis)

namespace gasht {

class CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRES_LOCK() { mu_.lock(); }
  void unlock() RELEASES_LOCK() { mu_.unlock(); }

 private:
  std::mutex mu_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mu) ACQUIRES_LOCK(mu) : mu_(mu) { mu_.lock(); }
  ~MutexLock() RELEASES_LOCK() { mu_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

// A condition variable over Mutex. Wait returns false when `stop` was requested before `ready` held.
class CondVar {
 public:
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

  template <typename Ready>
  bool Wait(Mutex& mu, std::stop_token stop, Ready ready) REQUIRES_LOCK(mu) {
    return cv_.wait(mu, std::move(stop), std::move(ready));
  }
  template <typename Duration, typename Ready>
  bool WaitFor(Mutex& mu, std::stop_token stop, Duration timeout, Ready ready) REQUIRES_LOCK(mu) {
    return cv_.wait_for(mu, std::move(stop), timeout, std::move(ready));
  }

 private:
  std::condition_variable_any cv_;
};

}  // namespace gasht
