#pragma once

// What a child gives up before it reads its first hostile byte: other system calls (seccomp), resources, and the
// right to ever get any of it back. Each room lists the calls its children need; nothing is allowed that is not
// listed. For the calling process, before it has threads; there is no way back.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"

namespace gasht {

// Holds when (argument & mask) == value.
struct ArgumentRule {
  unsigned index = 0;
  uint64_t mask = UINT64_MAX;
  uint64_t value = 0;
};

struct AllowedCall {
  const char* name;
  // All must hold.
  std::vector<ArgumentRule> when{};
};

struct SandboxPolicy {
  std::span<const AllowedCall> allowed;
  // Answered with "permission denied" instead of death: what libraries try and can do without, such as opening a
  // file of settings.
  std::span<const char* const> denied;
  // Answered with success (0) and not done.
  std::span<const char* const> ignored{};
};

// Unavailable: this kernel has no seccomp filters; a child that hears it must not go on.
Status EnterSandbox(const SandboxPolicy& policy);

struct ResourceLimits {
  // Private memory beyond what the process has now.
  std::optional<uint64_t> more_private_bytes;
  uint64_t max_open_files = 16;
};
// Also: no core dumps, no files written, no new privileges, not traceable by others, killed with its parent's
// thread.
Status LimitResources(const ResourceLimits& limits);

// From now on files can be opened only below these folders, and only to be read (Landlock); folders that are not
// there are left out. Unavailable: this kernel (before Linux 5.13) cannot; everything else holds.
Status LimitFilesTo(std::span<const char* const> readable);

// Under a sanitizer memory cannot be limited, and its runtime needs calls that are not ours to list.
inline constexpr bool kUnderSanitizer =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

}  // namespace gasht
