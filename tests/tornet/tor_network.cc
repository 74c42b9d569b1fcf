#include "tests/tornet/tor_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/file.h"

namespace gasht {
namespace {

// chutney's smallest network with onion services has the same size: a v3 rendezvous needs circuits of
// distinct relays on both sides.
constexpr int kAuthorities = 3;
constexpr int kRelays = 3;
constexpr int kPortAttempts = 5;  // another program can take a port between our look and tor's bind

constexpr size_t kMaxKeyFile = 64 * 1024;

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
    "AvoidDiskWrites 1\n"
    // Both want more distinct relays than there are.
    "VanguardsLiteEnabled 0\n"
    "ConfluxEnabled 0\n";

// Authorities call nobody Running in their first five seconds. So a consensus has no relay or all of them:
// from a partial one the relays in it pick their guards, and circuits fail for half a minute.
constexpr std::string_view kAuthorityLines =
    "AuthoritativeDirectory 1\n"
    "V3AuthoritativeDirectory 1\n"
    "ContactInfo nobody@localhost\n"
    "TestingAuthDirTimeToLearnReachability 5 seconds\n"
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

// Empty when there is no such file.
std::string TextOf(const std::string& path) {
  return ReadFile(path, kMaxKeyFile).value_or("");
}

// What follows `before` in `text`, up to the first of `ends`.
std::string Between(const std::string& text, std::string_view before, const char* ends) {
  const size_t start = text.find(before);
  if (start == std::string::npos) return "";
  const std::string rest = text.substr(start + before.size());
  return rest.substr(0, rest.find_first_of(ends));
}

std::string WordAfter(const std::string& text, std::string_view before) {
  return Between(text, before, " \"\r\n");
}

size_t CountLines(std::string_view text, std::string_view start) {
  size_t count = 0;
  while (!text.empty()) {
    if (text.starts_with(start)) ++count;
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  return count;
}

// An onion address as tor's events spell it.
std::string OnionId(const std::string& address) {
  return address.substr(0, address.find('.'));
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
  GASHT_RETURN_IF_ERROR(network->WaitForConsensus(deadline));
  GASHT_RETURN_IF_ERROR(network->LaunchOnions(deadline));
  GASHT_RETURN_IF_ERROR(network->LaunchClient(deadline));
  GASHT_RETURN_IF_ERROR(network->WaitForBootstrap(*network->client_, "client", deadline));
  GASHT_RETURN_IF_ERROR(network->WaitForUploads(deadline));
  GASHT_RETURN_IF_ERROR(network->WaitForDescriptors(deadline));
  return network;
}

TorNetwork::TorNetwork(TorNetworkOptions options)
    : options_(std::move(options)), started_(clock_.Monotonic()) {}

TorNetwork::~TorNetwork() {
  Stop();
}

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
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(empty, ""));
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
    GASHT_ASSIGN_OR_RETURN(
        Tool fingerprint,
        Tool::Start({tor_, "-f", empty, "--defaults-torrc", empty, "--ORPort", "9", "--DataDirectory",
                     Folder(authorities[i].name), "--Nickname", authorities[i].name, "--list-fingerprint"}));
    tools.push_back(std::move(fingerprint));
  }
  for (Tool& tool : tools) GASHT_RETURN_IF_ERROR(tool.Wait());
  for (Authority& authority : authorities) {
    const std::string folder = Folder(authority.name);
    const std::string certificate = TextOf(folder + "/keys/authority_certificate");
    certificates_ += certificate;
    authority.identity = WordAfter(certificate, "\nfingerprint ");
    authority.fingerprint = WordAfter(TextOf(folder + "/fingerprint"), authority.name + " ");
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
    GASHT_RETURN_IF_ERROR(WriteFileAtomically(Folder("network"), network));

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

// By the time there is a consensus the relays have asked for one in vain and wait ever longer before they ask
// again: a reload makes them ask at once. Who joins before they have it meets relays that cannot help.
Status TorNetwork::WaitForConsensus(const Deadline& deadline) {
  TorProcess& authority = *relays_.front();
  GASHT_RETURN_IF_ERROR(authority.Ask("SETEVENTS STATUS_CLIENT", deadline).status());
  for (;;) {
    GASHT_ASSIGN_OR_RETURN(const std::string listed, authority.Ask("GETINFO ns/all", deadline));
    const size_t relays = CountLines(listed, "r ");
    Report("consensus of " + std::to_string(relays) + " relays out of " + std::to_string(relays_.size()));
    if (relays == relays_.size()) break;
    for (std::string event; event.find("CONSENSUS_ARRIVED") == std::string::npos;) {
      auto next = authority.NextEvent(deadline);
      if (!next.ok()) return next.status().WithContext("the directory authorities found no consensus");
      event = *next;
    }
  }
  for (const auto& relay : relays_) {
    GASHT_RETURN_IF_ERROR(relay->Ask("SIGNAL RELOAD", deadline).status());
  }
  for (const auto& relay : relays_) GASHT_RETURN_IF_ERROR(WaitForBootstrap(*relay, "a relay", deadline));
  Report("relays are ready");
  return Status::Ok();
}

Result<std::unique_ptr<TorProcess>> TorNetwork::StartTor(const std::string& name, const std::string& torrc,
                                                         const Deadline& deadline) {
  const std::string folder = Folder(name);
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(folder + "/cached-certs", certificates_));
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(
      folder + "/torrc", torrc + "DataDirectory " + folder + "\nLog notice file " + folder + "/log\n"));
  return TorProcess::Start(tor_, {.torrc = folder + "/torrc", .defaults = Folder("network")}, deadline);
}

Status TorNetwork::StartOnions() {
  const Deadline deadline(options_.timeout);
  GASHT_RETURN_IF_ERROR(LaunchOnions(deadline));
  GASHT_RETURN_IF_ERROR(WaitForUploads(deadline));
  return client_ ? WaitForDescriptors(deadline) : Status::Ok();
}

Status TorNetwork::StartClient() {
  const Deadline deadline(options_.timeout);
  GASHT_RETURN_IF_ERROR(LaunchClient(deadline));
  GASHT_RETURN_IF_ERROR(WaitForBootstrap(*client_, "client", deadline));
  return onion_host_ ? WaitForDescriptors(deadline) : Status::Ok();
}

Status TorNetwork::LaunchOnions(const Deadline& deadline) {
  const std::string folder = Folder("onions");
  std::string torrc = "SocksPort 0\n";
  for (const auto& [name, port] : options_.onions) {
    torrc += "HiddenServiceDir " + folder + "/" + name + "\n";
    torrc += "HiddenServicePort 80 127.0.0.1:" + std::to_string(port) + "\n";
  }
  GASHT_ASSIGN_OR_RETURN(onion_host_, StartTor("onions", torrc, deadline));
  GASHT_RETURN_IF_ERROR(onion_host_->Ask("SETEVENTS HS_DESC", deadline).status());
  for (const auto& [name, port] : options_.onions) {
    addresses_[name] = WordAfter(TextOf(folder + "/" + name + "/hostname"), "");
  }
  return Status::Ok();
}

Result<std::string> TorNetwork::AddOnion(uint16_t port) {
  const Deadline deadline(options_.timeout);
  TorProcess& host = *relays_.back();
  GASHT_RETURN_IF_ERROR(host.Ask("SETEVENTS HS_DESC", deadline).status());
  GASHT_ASSIGN_OR_RETURN(
      const std::string reply,
      host.Ask("ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,127.0.0.1:" + std::to_string(port),
               deadline));
  const std::string id = WordAfter(reply, "ServiceID=");
  if (id.empty()) return Status::Unavailable("tor made no onion: " + reply);
  for (;;) {
    GASHT_ASSIGN_OR_RETURN(const std::string event, host.NextEvent(deadline));
    if (event.starts_with("HS_DESC UPLOADED " + id)) break;
  }
  GASHT_RETURN_IF_ERROR(host.Ask("SETEVENTS", deadline).status());
  GASHT_RETURN_IF_ERROR(WaitForDescriptor(id, "added later", deadline));
  return id + ".onion";
}

Status TorNetwork::LaunchClient(const Deadline& deadline) {
  const std::string port = socks_port_ == 0 ? "auto" : std::to_string(socks_port_);
  std::string torrc;
  for (const std::string& address : {"127.0.0.1:" + port, "unix:" + socks_unix_path()}) {
    torrc += "SocksPort " + address + " IsolateSOCKSAuth ExtendedErrors\n";
  }
  torrc += "SocksTimeout " + std::to_string(options_.socks_timeout.count()) + "\n";
  torrc += "ControlPort unix:" + control_path() + "\n";
  torrc += "CookieAuthentication 1\nCookieAuthFile " + cookie_path() + "\n";
  GASHT_ASSIGN_OR_RETURN(client_, StartTor("client", torrc, deadline));
  GASHT_ASSIGN_OR_RETURN(std::string listeners, client_->Ask("GETINFO net/listeners/socks", deadline));
  socks_port_ = static_cast<uint16_t>(std::atoi(WordAfter(listeners, "127.0.0.1:").c_str()));
  return Status::Ok();
}

Status TorNetwork::WaitForBootstrap(TorProcess& tor, const std::string& name, const Deadline& deadline) {
  GASHT_RETURN_IF_ERROR(tor.Ask("SETEVENTS STATUS_CLIENT", deadline).status());
  GASHT_ASSIGN_OR_RETURN(std::string phase, tor.Ask("GETINFO status/bootstrap-phase", deadline));
  for (;;) {
    const std::string percent = WordAfter(phase, "PROGRESS=");
    if (!percent.empty() && &tor == client_.get())
      Report(name + " " + percent + "% " + Between(phase, "SUMMARY=\"", "\""));
    if (percent == "100") return tor.Ask("SETEVENTS", deadline).status();
    auto next = tor.NextEvent(deadline);
    if (!next.ok()) return next.status().WithContext(name + " did not bootstrap, last: " + phase);
    phase = *next;
  }
}

Status TorNetwork::WaitForUploads(const Deadline& deadline) {
  std::map<std::string, int> pending;
  std::map<std::string, int> stored;
  for (const auto& [name, address] : addresses_) {
    const std::string id = OnionId(address);
    while (stored[id] == 0 || pending[id] > 0) {
      auto event = onion_host_->NextEvent(deadline);
      if (!event.ok()) return event.status().WithContext("onion " + name + " was not published");
      const std::string what = WordAfter(*event, "HS_DESC ");
      const std::string subject = WordAfter(*event, "HS_DESC " + what + " ");
      if (what == "UPLOAD") ++pending[subject];
      if (what == "UPLOADED" || what == "FAILED") --pending[subject];
      if (what == "UPLOADED") ++stored[subject];
    }
    Report("onion " + name + " published as " + address);
  }
  return onion_host_->Ask("SETEVENTS", deadline).status();
}

Status TorNetwork::WaitForDescriptors(const Deadline& deadline) {
  for (const auto& [name, address] : addresses_)
    GASHT_RETURN_IF_ERROR(WaitForDescriptor(OnionId(address), name, deadline));
  return Status::Ok();
}

Status TorNetwork::WaitForDescriptor(const std::string& id, const std::string& name,
                                     const Deadline& deadline) {
  GASHT_RETURN_IF_ERROR(client_->Ask("SETEVENTS HS_DESC", deadline).status());
  const std::string received = "HS_DESC RECEIVED " + id;
  GASHT_RETURN_IF_ERROR(client_->Ask("HSFETCH " + id, deadline).status());
  for (;;) {
    auto event = client_->NextEvent(deadline);
    if (!event.ok()) return event.status().WithContext("the client found no descriptor of onion " + name);
    if (event->starts_with(received)) break;
  }
  Report("client knows onion " + name);
  return client_->Ask("SETEVENTS", deadline).status();
}

void TorNetwork::Report(const std::string& line) const {
  if (!options_.progress) return;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds,
                "%.1f s: ", static_cast<double>((clock_.Monotonic() - started_).count()) / 1e6);
  options_.progress(seconds + line);
}

}  // namespace gasht
