// gasht_measure COMMAND [ARGUMENT...]: runs a command with its standard output thrown away and prints, on
// standard output, "wall_s cpu_s peak_mb exit_status" of it and its children.

#include <fcntl.h>
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
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 1;
  const double wall = static_cast<double>((clock.Monotonic() - start).count()) / 1e6;
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  std::printf("%.2f %.2f %.0f %d\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) / 1024, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
  return 0;
}
