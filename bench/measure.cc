// gasht_measure COMMAND [ARGUMENT...]: runs a command with its standard output thrown away and prints, on
// standard output, "wall_s cpu_s peak_mb exit_status". The CPU time is that of the command and of every process
// it starts, waited for or not (perf_event_open); where the kernel does not allow that, only of those that were
// waited for, and standard error says so. The peak is that of the largest process.

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/clock.h"

namespace {

// Counts the CPU time of `pid` and of all that it starts from its exec on; -1 when the kernel does not allow it.
int OpenCpuClock(pid_t pid) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_TASK_CLOCK;
  attr.disabled = 1;
  attr.inherit = 1;
  attr.enable_on_exec = 1;
  attr.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

double Seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: gasht_measure COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const gasht::SystemClock clock;
  int go[2];
  if (pipe2(go, O_CLOEXEC) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    // Until the counter is there.
    char byte = 0;
    if (read(go[0], &byte, 1) != 1) _exit(127);
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    _exit(127);
  }
  if (child < 0) return 1;
  const int cpu_clock = OpenCpuClock(child);
  const gasht::MonotonicTime start = clock.Monotonic();
  if (write(go[1], "", 1) != 1) return 1;
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 1;
  const double wall = static_cast<double>((clock.Monotonic() - start).count()) / 1e6;
  double cpu = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  uint64_t nanoseconds = 0;
  if (cpu_clock >= 0 && read(cpu_clock, &nanoseconds, sizeof nanoseconds) == sizeof nanoseconds) {
    cpu = static_cast<double>(nanoseconds) / 1e9;
  } else {
    std::fputs("gasht_measure: no perf events here: helpers that nobody waits for are not in the CPU time\n",
               stderr);
  }
  std::printf("%.2f %.2f %.0f %d\n", wall, cpu, static_cast<double>(usage.ru_maxrss) / 1024,
              WIFEXITED(status) ? WEXITSTATUS(status) : 128);
  return 0;
}
