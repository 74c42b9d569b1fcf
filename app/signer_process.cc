#include "app/signer_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/owned_fd.h"

namespace gasht {

namespace {

// This program; a test that patrols in its own process finds it beside itself.
Result<std::string> Program() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path program = self.parent_path() / "gasht";
  if (error || !std::filesystem::exists(program, error))
    return Status::Unavailable("cannot start the signer: there is no program gasht beside this one");
  return program.string();
}

Result<std::unique_ptr<SignerClient>> ConnectTo(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return Status::InvalidArgument(path + " is too long for a socket's path");
  std::memcpy(address.sun_path, path.data(), path.size());
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open() || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return Status::Unavailable(
        fmt::format("cannot reach the signer at {}: {}", path, std::generic_category().message(errno)));
  return std::make_unique<SignerClient>(fd.Release());
}

}  // namespace

Result<std::unique_ptr<SignerClient>> ConnectSigner(const CustodySetup& setup) {
  if (const std::string socket = SignerSocketOf(setup); !socket.empty()) return ConnectTo(socket);
  GASHT_ASSIGN_OR_RETURN(const std::string program, Program());
  const auto failed = [](int code) {
    return Status::Unavailable("cannot start the signer: " + std::generic_category().message(code));
  };
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed(errno);
  auto client_end = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // Onto itself a descriptor would keep its close-on-exec flag.
  const int other = ends[1] == kSignerFd ? fcntl(ends[1], F_DUPFD_CLOEXEC, kSignerFd + 1) : ends[1];
  posix_spawn_file_actions_adddup2(&actions, other, kSignerFd);
  std::vector<std::string> words = {"gasht",      "custody", "signer",    "--keys",
                                    setup.signer, "--name",  setup.origin};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Nothing of ours is its business.
  std::array<char*, 1> environment = {nullptr};
  pid_t pid = -1;
  const int code = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (other != ends[1]) close(other);
  close(ends[1]);
  if (code != 0) {
    close(client_end);
    return failed(code);
  }
  return std::make_unique<SignerClient>(client_end, pid);
}

Result<CustodySetup> EnsureCustodySetup(const std::string& store_path) {
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodySetup> setup, ReadCustodySetup(store_path));
  if (setup) return *std::move(setup);
  CustodySetup made;
  made.origin = "gasht/" + HexEncode(RandomBytes(8));
  made.signer = std::filesystem::absolute(store_path + "/signer").lexically_normal();
  GASHT_ASSIGN_OR_RETURN(const NoteKey key,
                         TreeSigner::Create(made.signer, made.origin, NoteKeyType::kEd25519));
  made.keys = {key};
  GASHT_RETURN_IF_ERROR(WriteCustodySetup(store_path, made));
  Log(LogLevel::kWarning, "custody_init", {{"key", Safe(key.str())}, {"signer", Safe(made.signer)}});
  return made;
}

}  // namespace gasht
