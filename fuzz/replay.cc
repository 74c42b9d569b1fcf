// Stands in for libFuzzer's main: feeds every file of the given folders (or files) to the target once; with
// `--mutate SECONDS` it goes on with changed copies of them for so long. Without coverage to follow it finds less than
// libFuzzer, and in any preset.
//
// An input that ends the program, or takes longer than a page may, is written to ./crash-input first.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// As the deadline of a page (docs/architecture.md), and room for a busy machine.
constexpr unsigned kMaxSeconds = 10;
constexpr size_t kMaxBytes = 64 << 10;              // of a changed input
constexpr size_t kMaxFileBytes = size_t{64} << 20;  // no input of a corpus is near it

const std::string* g_input = nullptr;  // what is being read; for the handler of signals

void WriteInput(int signal_number) {
  const int file = open("crash-input", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file >= 0 && g_input != nullptr) {
    const ssize_t written = write(file, g_input->data(), g_input->size());
    static_cast<void>(written);  // nothing better can be done here
    close(file);
  }
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void Feed(const std::string& input) {
  g_input = &input;
  alarm(kMaxSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  alarm(0);
  g_input = nullptr;
}

// One input changed in a few places, or joined with a part of another.
std::string Mutated(const std::vector<std::string>& corpus, std::mt19937_64& random) {
  const auto below = [&](size_t n) { return n == 0 ? size_t{0} : static_cast<size_t>(random() % n); };
  static constexpr const char* kTokens[] = {"<",      ">",  "\"", "&#x110000;", "\xff", "\xd8\x00",   "%",
                                            "0",      "-1", "[",  "{",          "\\u",  "9999999999", "=",
                                            "\n",     ":",  "/",  "@",          "\xd9", "obj",        "<<",
                                            "stream", "PK", "--", "1 ",         "\x7f"};
  std::string out = corpus[below(corpus.size())];
  for (size_t changes = 1 + below(6); changes > 0; --changes) {
    const size_t at = below(out.size() + 1), length = 1 + below(16);
    switch (below(7)) {
      case 0:
        if (at < out.size()) out[at] = static_cast<char>(out[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < out.size()) out[at] = static_cast<char>(below(256));
        break;
      case 2:
        out.erase(std::min(at, out.size()), length * (1 + below(8)));
        break;
      case 3:
        out.insert(at, kTokens[below(std::size(kTokens))]);
        break;
      case 4:
        out.insert(at, out.substr(std::min(at, out.size()), length * (1 + below(32))));
        break;
      case 5: {
        const std::string& other = corpus[below(corpus.size())];
        out.insert(at, other.substr(below(other.size() + 1), length * (1 + below(64))));
        break;
      }
      default:
        out.resize(at);
    }
  }
  if (out.size() > kMaxBytes) out.resize(kMaxBytes);
  return out;
}

// The regular files of `place`, a folder or one file (what `crash-input` is), read; false after saying why not.
bool ReadInputs(const std::filesystem::path& place, std::vector<std::string>& corpus) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_regular_file(place, error)) {
    files.push_back(place);
  } else {
    std::filesystem::recursive_directory_iterator at(place, error);
    for (const std::filesystem::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
      if (at->is_regular_file(error)) files.push_back(at->path());
    }
    if (error) {
      std::fprintf(stderr, "cannot read inputs in %s: %s\n", place.c_str(), error.message().c_str());
      return false;
    }
  }
  for (const auto& file : files) {
    auto bytes = gasht::ReadFile(file, kMaxFileBytes);
    if (!bytes.ok()) {
      std::fprintf(stderr, "%s\n", bytes.status().message().c_str());
      return false;
    }
    corpus.push_back(std::move(*bytes));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 0;
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--mutate") == 0 && i + 1 < argc) {
      seconds = std::atoi(argv[++i]);
    } else if (!ReadInputs(argv[i], corpus)) {
      return 1;
    }
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "no input: %s [--mutate SECONDS] FOLDER_OR_FILE...\n", argv[0]);
    return 1;
  }
  for (const int fatal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(fatal, WriteInput);
  for (const std::string& input : corpus) Feed(input);
  size_t mutated = 0;
  std::mt19937_64 random{std::random_device{}()};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    Feed(Mutated(corpus, random));
    ++mutated;
  }
  std::printf("%zu inputs", corpus.size());
  if (seconds > 0) std::printf(", %zu changed ones", mutated);
  std::printf("\n");
  return 0;
}
