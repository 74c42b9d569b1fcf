// gasht_measure COMMAND [ARGUMENT...]: runs a command with its standard output thrown away and prints, on
// standard output, "wall_s cpu_s peak_mb exit_status" of it and its children, those too that outlive it.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: gasht_measure COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const gasht::SystemClock clock;
  const gasht::MonotonicTime start = clock.Monotonic();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 1;
  const double wall = static_cast<double>((clock.Monotonic() - start).count()) / 1e6;
  // What its helpers used counts as well: they come to us when it has gone.
  while (waitpid(-1, nullptr, 0) > 0) {
  }
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  std::printf("%.2f %.2f %.0f %d\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) / 1024, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
  return 0;
}
