#include "tests/tornet/tor_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

namespace gasht {
namespace {

// chutney's smallest network with onion services has the same size: a v3 rendezvous needs circuits of
// distinct relays on both sides.
constexpr int kAuthorities = 3;
constexpr int kRelays = 3;
constexpr int kPortAttempts = 5;  // another program can take a port between our look and tor's bind

// A consensus every 10 s is the fastest that tor allows (vote and distribution delay 2 s each at least). The
// first interval equals the later ones, because the time periods of onion addresses are counted in voting
// intervals: services and clients would disagree when it changed.
constexpr std::string_view kNetworkLines =
    "TestingTorNetwork 1\n"
    "AssumeReachable 1\n"
    "PathsNeededToBuildCircuits 0.67\n"
    "V3AuthVotingInterval 10\n"
    "V3AuthVoteDelay 2\n"
    "V3AuthDistDelay 2\n"
    "TestingV3AuthInitialVotingInterval 10\n"
    "TestingV3AuthInitialVoteDelay 2\n"
    "TestingV3AuthInitialDistDelay 2\n"
    "AvoidDiskWrites 1\n";

constexpr std::string_view kAuthorityLines =
    "AuthoritativeDirectory 1\n"
    "V3AuthoritativeDirectory 1\n"
    "ContactInfo nobody@localhost\n"
    "TestingDirAuthVoteExit *\n"
    "TestingDirAuthVoteHSDir *\n"
    "TestingDirAuthVoteGuard *\n";

constexpr std::string_view kRelayLines =
    "ExitRelay 1\n"
    "ExitPolicy accept 127.0.0.0/8:*\n"
    "ExitPolicy reject *:*\n"
    "ExitPolicyRejectPrivate 0\n";

// A port of 127.0.0.1 that was free while this object lived.
class FreePort {
 public:
  static std::optional<FreePort> Find() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = fd >= 0 && bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
    if (!bound) {
      if (fd >= 0) close(fd);
      return std::nullopt;
    }
    return FreePort(fd, ntohs(address.sin_port));
  }
  FreePort(FreePort&& other) noexcept : fd_(std::exchange(other.fd_, -1)), port_(other.port_) {}
  ~FreePort() {
    if (fd_ >= 0) close(fd_);
  }
  std::string text() const { return std::to_string(port_); }

 private:
  FreePort(int fd, uint16_t port) : fd_(fd), port_(port) {}
  int fd_;
  uint16_t port_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream out(path);
  out << text << std::flush;
  return out ? Status::Ok() : Status::Unavailable("cannot write " + path);
}

// The word that follows `before` in `text`, up to white space or a quote.
std::string WordAfter(const std::string& text, std::string_view before) {
  const size_t start = text.find(before);
  if (start == std::string::npos) return "";
  const std::string rest = text.substr(start + before.size());
  return rest.substr(0, rest.find_first_of(" \"\r\n"));
}

std::string DefaultPath() {
  const char* path = std::getenv("PATH");
  return std::string(path == nullptr ? "" : path) + ":/usr/local/bin:/usr/bin:/usr/sbin:/sbin";
}

}  // namespace

struct TorNetwork::Authority {
  std::string name;
  std::string identity;  // of the RSA key that signs its votes
  std::string fingerprint;
  std::string or_port;
  std::string dir_port;
};

Result<std::unique_ptr<TorNetwork>> TorNetwork::Start(TorNetworkOptions options) {
  const std::string path = options.path.empty() ? DefaultPath() : options.path;
  const Deadline deadline(options.timeout);
  std::unique_ptr<TorNetwork> network(new TorNetwork(std::move(options)));
  GASHT_ASSIGN_OR_RETURN(network->tor_, FindProgram("tor", path));
  GASHT_ASSIGN_OR_RETURN(network->gencert_, FindProgram("tor-gencert", path));
  GASHT_RETURN_IF_ERROR(network->MakeFolder());
  std::vector<Authority> authorities(kAuthorities);
  GASHT_RETURN_IF_ERROR(network->MakeAuthorityKeys(authorities));
  GASHT_RETURN_IF_ERROR(network->StartRelays(authorities, deadline));
  GASHT_RETURN_IF_ERROR(network->StartOnions());
  GASHT_RETURN_IF_ERROR(network->StartClient());
  return network;
}

TorNetwork::TorNetwork(TorNetworkOptions options)
    : options_(std::move(options)), started_(clock_.Monotonic()) {}

TorNetwork::~TorNetwork() { Stop(); }

void TorNetwork::Stop() {
  StopClient();
  StopOnions();
  relays_.clear();
  std::error_code ignored;  // files of a network that is gone harm nobody
  if (!root_.empty()) std::filesystem::remove_all(root_, ignored);
  root_.clear();
}

std::vector<pid_t> TorNetwork::pids() const {
  std::vector<pid_t> pids;
  for (const auto& relay : relays_) pids.push_back(relay->pid());
  if (onion_host_) pids.push_back(onion_host_->pid());
  if (client_) pids.push_back(client_->pid());
  return pids;
}

Status TorNetwork::MakeFolder() {
  std::error_code error;
  std::filesystem::create_directories(options_.dir, error);
  std::string root = options_.dir + "/tornet.XXXXXX";
  if (mkdtemp(root.data()) == nullptr) {  // mode 0700, as tor asks for the folders of its sockets
    return Status::Unavailable("cannot make a folder in " + options_.dir + ": " + std::strerror(errno));
  }
  root_ = std::filesystem::absolute(root);
  if (cookie_path().size() >= sizeof(sockaddr_un::sun_path)) {
    return Status::InvalidArgument(options_.dir + ": too long a path for a Unix socket");
  }
  return Status::Ok();
}

Status TorNetwork::MakeAuthorityKeys(std::vector<Authority>& authorities) {
  Report("making the keys of " + std::to_string(authorities.size()) + " directory authorities");
  const std::string empty = Folder("empty");  // instead of the machine's own torrc
  GASHT_RETURN_IF_ERROR(WriteFile(empty, ""));
  std::vector<Tool> tools;
  for (size_t i = 0; i < authorities.size(); ++i) {
    authorities[i].name = "authority" + std::to_string(i);
    const std::string keys = Folder(authorities[i].name) + "/keys";
    std::filesystem::create_directories(keys);
    std::filesystem::permissions(Folder(authorities[i].name), std::filesystem::perms::owner_all);
    std::filesystem::permissions(keys, std::filesystem::perms::owner_all);
    GASHT_ASSIGN_OR_RETURN(
        Tool gencert, Tool::Start({gencert_, "--create-identity-key", "-m", "1", "-i",
                                   keys + "/authority_identity_key", "-s", keys + "/authority_signing_key",
                                   "-c", keys + "/authority_certificate", "--passphrase-fd", "0"},
                                  "loopback\n"));
    tools.push_back(std::move(gencert));
    GASHT_ASSIGN_OR_RETURN(Tool fingerprint,
                           Tool::Start({tor_, "-f", empty, "--defaults-torrc", empty, "--ORPort",
                                        "9", "--DataDirectory", Folder(authorities[i].name), "--Nickname",
                                        authorities[i].name, "--list-fingerprint"}));
    tools.push_back(std::move(fingerprint));
  }
  for (Tool& tool : tools) GASHT_RETURN_IF_ERROR(tool.Wait());
  for (Authority& authority : authorities) {
    const std::string folder = Folder(authority.name);
    authority.identity = WordAfter(ReadFile(folder + "/keys/authority_certificate"), "\nfingerprint ");
    authority.fingerprint = WordAfter(ReadFile(folder + "/fingerprint"), authority.name + " ");
    if (authority.identity.empty() || authority.fingerprint.empty()) {
      return Status::Unavailable("tor made no keys in " + folder);
    }
  }
  return Status::Ok();
}

Status TorNetwork::StartRelays(std::vector<Authority>& authorities, const Deadline& deadline) {
  Status last;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    relays_.clear();
    std::vector<FreePort> held;  // all at once, so that no two are equal
    std::string network(kNetworkLines);
    for (Authority& authority : authorities) {
      for (std::string* port : {&authority.or_port, &authority.dir_port}) {
        auto free = FreePort::Find();
        if (!free) return Status::Unavailable(std::string("no free port: ") + std::strerror(errno));
        *port = free->text();
        held.push_back(std::move(*free));
      }
      network += "DirAuthority " + authority.name + " orport=" + authority.or_port +
                 " no-v2 v3ident=" + authority.identity + " 127.0.0.1:" + authority.dir_port + " " +
                 authority.fingerprint + "\n";
    }
    held.clear();
    GASHT_RETURN_IF_ERROR(WriteFile(Folder("network"), network));

    const std::string relay_lines = std::string(kRelayLines) + "SocksPort 0\nAddress 127.0.0.1\n";
    last = Status::Ok();
    auto start = [&](const std::string& name, const std::string& lines) {
      if (!last.ok()) return;
      auto tor = StartTor(name, relay_lines + "Nickname " + name + "\n" + lines, deadline);
      last = tor.status();
      if (tor.ok()) relays_.push_back(std::move(tor).value());
    };
    for (const Authority& authority : authorities) {
      start(authority.name, std::string(kAuthorityLines) + "ORPort 127.0.0.1:" + authority.or_port +
                                "\nDirPort 127.0.0.1:" + authority.dir_port + "\n");
    }
    for (int i = 0; i < kRelays; ++i) {
      start("relay" + std::to_string(i), "ORPort 127.0.0.1:auto\n");
    }
    if (last.ok()) return last;
  }
  return last;
}

Result<std::unique_ptr<TorProcess>> TorNetwork::StartTor(const std::string& name, const std::string& torrc,
                                                         const Deadline& deadline) {
  const std::string folder = Folder(name);
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  GASHT_RETURN_IF_ERROR(WriteFile(folder + "/torrc", torrc + "DataDirectory " + folder + "\nLog notice file " +
                                                         folder + "/log\n"));
  return TorProcess::Start(tor_, {.torrc = folder + "/torrc", .defaults = Folder("network")}, deadline);
}

Status TorNetwork::StartOnions() {
  if (options_.onions.empty()) return Status::Ok();
  const Deadline deadline(options_.timeout);
  std::string torrc = "SocksPort 0\n";
  for (const auto& [name, port] : options_.onions) {
    torrc += "HiddenServiceDir " + Folder("onions") + "/" + name + "\nHiddenServicePort 80 127.0.0.1:" +
             std::to_string(port) + "\n";
  }
  std::filesystem::create_directories(Folder("onions"));
  std::filesystem::permissions(Folder("onions"), std::filesystem::perms::owner_all);
  GASHT_ASSIGN_OR_RETURN(onion_host_, StartTor("onions", torrc, deadline));
  for (const auto& [name, port] : options_.onions) {
    addresses_[name] = WordAfter(ReadFile(Folder("onions") + "/" + name + "/hostname"), "");
  }
  return client_ ? WaitForDescriptors(deadline) : Status::Ok();
}

Status TorNetwork::StartClient() {
  const Deadline deadline(options_.timeout);
  const std::string port = socks_port_ == 0 ? "auto" : std::to_string(socks_port_);
  const std::string flags = " IsolateSOCKSAuth ExtendedErrors\n";
  GASHT_ASSIGN_OR_RETURN(client_, StartTor("client",
                                           "SocksPort 127.0.0.1:" + port + flags +                //
                                               "SocksPort unix:" + socks_unix_path() + flags +    //
                                               "ControlPort unix:" + control_path() + "\n"        //
                                               "CookieAuthentication 1\nCookieAuthFile " + cookie_path() + "\n",
                                           deadline));
  GASHT_RETURN_IF_ERROR(WaitForBootstrap(*client_, "client", deadline));
  GASHT_ASSIGN_OR_RETURN(std::string listeners, client_->Ask("GETINFO net/listeners/socks", deadline));
  socks_port_ = static_cast<uint16_t>(std::atoi(WordAfter(listeners, "127.0.0.1:").c_str()));
  return onion_host_ ? WaitForDescriptors(deadline) : Status::Ok();
}

Status TorNetwork::WaitForBootstrap(TorProcess& tor, const std::string& name, const Deadline& deadline) {
  GASHT_RETURN_IF_ERROR(tor.Ask("SETEVENTS STATUS_CLIENT", deadline).status());
  GASHT_ASSIGN_OR_RETURN(std::string phase, tor.Ask("GETINFO status/bootstrap-phase", deadline));
  for (;;) {
    const std::string percent = WordAfter(phase, "PROGRESS=");
    if (!percent.empty()) Report(name + " " + percent + "% " + WordAfter(phase, "TAG="));
    if (percent == "100") return tor.Ask("SETEVENTS", deadline).status();
    auto next = tor.NextEvent(deadline);
    if (!next.ok()) return next.status().WithContext(name + " did not bootstrap, last: " + phase);
    phase = *next;
  }
}

Status TorNetwork::WaitForDescriptors(const Deadline& deadline) {
  GASHT_RETURN_IF_ERROR(client_->Ask("SETEVENTS HS_DESC", deadline).status());
  for (const auto& [name, address] : addresses_) {
    const std::string id = address.substr(0, address.find('.'));
    for (bool seen = false; !seen;) {
      GASHT_RETURN_IF_ERROR(client_->Ask("HSFETCH " + id, deadline).status());
      for (;;) {
        auto event = client_->NextEvent(deadline);
        if (!event.ok()) return event.status().WithContext("no descriptor of onion " + name);
        Report(*event);
      }
    }
  }
  return client_->Ask("SETEVENTS", deadline).status();
}

void TorNetwork::Report(const std::string& line) const {
  if (!options_.progress) return;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s: ",
                static_cast<double>((clock_.Monotonic() - started_).count()) / 1e6);
  options_.progress(seconds + line);
}

}  // namespace gasht
