#include "base/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

namespace gasht {
namespace {

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// What the sanitizers' own runtimes do; UBSan asks through a pipe whether memory can be read.
constexpr std::array<const char*, 19> kSanitizerCalls = {
    "pipe2",       "read",        "write",       "pipe",           "close",
    "sigaltstack", "madvise",     "mprotect",    "rt_sigprocmask", "rt_sigaction",
    "getpid",      "gettid",      "sched_yield", "prctl",          "process_vm_readv",
    "tgkill",      "personality", "getrusage",   "nanosleep"};

Status Failed(std::string_view what, int error) {
  return Status::Unavailable(fmt::format("{}: {}", what, std::strerror(error)));
}

Status Allow(void* filter, const AllowedCall& call) {
  const int number = seccomp_syscall_resolve_name(call.name);
  // A call that this libseccomp or this architecture does not know cannot be made by what was built here.
  if (number == __NR_SCMP_ERROR || number < 0) return Status::Ok();
  std::vector<scmp_arg_cmp> rules;
  for (const ArgumentRule& rule : call.when)
    rules.push_back({rule.index, SCMP_CMP_MASKED_EQ, rule.mask, rule.value});
  const int rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, static_cast<unsigned>(rules.size()),
                                        rules.data());
  return rc == 0 ? Status::Ok() : Failed(fmt::format("seccomp rule for {}", call.name), -rc);
}

// The call is not made and returns `error`; 0 is success.
Status AnswerWith(void* filter, const char* name, uint32_t error) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return Status::Ok();
  const int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(error), number, 0);
  return rc == 0 ? Status::Ok() : Failed(fmt::format("seccomp rule for {}", name), -rc);
}

// Size and data of this process in bytes, from /proc/self/statm.
struct MemoryNow {
  uint64_t size = 0, data = 0;
};
std::optional<MemoryNow> ReadMemory() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return std::nullopt;
  unsigned long size = 0, data = 0;
  const int read = std::fscanf(file, "%lu %*u %*u %*u %*u %lu", &size, &data);
  std::fclose(file);
  if (read != 2) return std::nullopt;
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return MemoryNow{size * page, data * page};
}

Status SetLimit(decltype(RLIMIT_AS) which, uint64_t value, std::string_view name) {
  const rlimit limit{value, value};
  return setrlimit(which, &limit) == 0 ? Status::Ok() : Failed(fmt::format("limit of {}", name), errno);
}

}  // namespace

Status EnterSandbox(const SandboxPolicy& policy) {
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return Status::ResourceExhausted("out of memory");
  for (const AllowedCall& call : policy.allowed) GASHT_RETURN_IF_ERROR(Allow(filter.get(), call));
  if constexpr (kUnderSanitizer) {
    for (const char* name : kSanitizerCalls) GASHT_RETURN_IF_ERROR(Allow(filter.get(), {name}));
  }
  for (const char* name : policy.denied) GASHT_RETURN_IF_ERROR(AnswerWith(filter.get(), name, EACCES));
  for (const char* name : policy.ignored) GASHT_RETURN_IF_ERROR(AnswerWith(filter.get(), name, 0));
  if (const int rc = seccomp_load(filter.get()); rc != 0)
    return Failed("this kernel refuses seccomp filters, without which nothing of the world is read", -rc);
  return Status::Ok();
}

Status LimitFilesTo(std::span<const char* const> readable) {
  constexpr uint64_t kReads = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  // Everything that the first version of Landlock knows, so that it is refused where no rule allows it.
  constexpr uint64_t kAll = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  const landlock_ruleset_attr handled{.handled_access_fs = kAll};
  const int rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  if (rules < 0) return Failed("Landlock", errno);
  Status status;
  for (const char* path : readable) {
    const int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) continue;
    const landlock_path_beneath_attr below{.allowed_access = kReads, .parent_fd = folder};
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) != 0)
      status = Failed("Landlock rule", errno);
    close(folder);
  }
  if (status.ok() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) status = Failed("no_new_privs", errno);
  if (status.ok() && syscall(SYS_landlock_restrict_self, rules, 0) != 0) status = Failed("Landlock", errno);
  close(rules);
  return status;
}

Status LimitResources(const ResourceLimits& limits) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Failed("no_new_privs", errno);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Failed("dumpable", errno);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return Failed("parent death signal", errno);
  GASHT_RETURN_IF_ERROR(SetLimit(RLIMIT_CORE, 0, "core dumps"));
  GASHT_RETURN_IF_ERROR(SetLimit(RLIMIT_FSIZE, 0, "file size"));
  GASHT_RETURN_IF_ERROR(SetLimit(RLIMIT_NOFILE, limits.max_open_files, "open files"));
  if (limits.more_private_bytes && !kUnderSanitizer) {
    const std::optional<MemoryNow> now = ReadMemory();
    if (!now) return Status::Unavailable("/proc/self/statm cannot be read: is /proc mounted?");
    GASHT_RETURN_IF_ERROR(SetLimit(RLIMIT_DATA, now->data + *limits.more_private_bytes, "data"));
    GASHT_RETURN_IF_ERROR(SetLimit(RLIMIT_AS, now->size + *limits.more_private_bytes, "address space"));
  }
  return Status::Ok();
}

}  // namespace gasht
