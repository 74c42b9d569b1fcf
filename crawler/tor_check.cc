#include "crawler/tor_check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "crawler/endpoint.h"

namespace gasht {
namespace {

constexpr size_t kMaxReplyBytes = 64u << 10;
constexpr size_t kMaxCookieBytes = 4096;

// A socket that waits for at most so long at each step.
class Connection {
 public:
  explicit Connection(std::chrono::milliseconds timeout) : timeout_(timeout) {}
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // 0, or why not.
  int Connect(const Endpoint& endpoint) {
    const std::vector<unsigned char> address = endpoint.SocketAddress();
    const auto* raw = reinterpret_cast<const sockaddr*>(address.data());
    fd_ = socket(raw->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return errno;
    if (connect(fd_, raw, static_cast<socklen_t>(address.size())) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!WaitFor(POLLOUT)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }

  bool Write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!WaitFor(POLLOUT)) return false;
      const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // Reads until `enough` says so of all that came; what came, then or at the end.
  template <typename Enough>
  std::string ReadUntil(Enough enough) {
    std::string got;
    char buffer[4096];
    while (got.size() < kMaxReplyBytes && !enough(got)) {
      if (!WaitFor(POLLIN)) break;
      const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      got.append(buffer, static_cast<size_t>(n));
    }
    return got;
  }

 private:
  bool WaitFor(short events) const {
    pollfd poll_fd{fd_, events, 0};
    return poll(&poll_fd, 1, static_cast<int>(timeout_.count())) > 0;
  }

  const std::chrono::milliseconds timeout_;
  int fd_ = -1;
};

Status NotListening(const Endpoint& endpoint, int error) {
  if (error == EACCES || error == EPERM)
    return Status::Unavailable(
        fmt::format("Tor at {} lets us not in: {}. Add this user to Tor's group (usermod -aG debian-tor "
                    "USER), then run again",
                    endpoint.text, std::strerror(error)));
  return Status::Unavailable(fmt::format(
      "no Tor at {}: {}. Install tor (apt install tor), start it (systemctl start tor) and see that its "
      "SocksPort is this one, then run again",
      endpoint.text, std::strerror(error)));
}

Status CheckSocks(const Endpoint& endpoint, std::chrono::milliseconds timeout) {
  Connection connection(timeout);
  if (const int error = connection.Connect(endpoint); error != 0) return NotListening(endpoint, error);
  // Version 5, two methods: none, and user with password (the one that gives each source its circuit).
  connection.Write(std::string_view("\x05\x02\x00\x02", 4));
  const std::string reply = connection.ReadUntil([](const std::string& got) { return got.size() >= 2; });
  if (reply.size() >= 2 && reply[0] == 5 && (reply[1] == 0 || reply[1] == 2)) return Status::Ok();
  return Status::Unavailable(fmt::format(
      "what listens at {} does not speak SOCKS5. See that tor.socks in gasht.yaml names Tor's SocksPort",
      endpoint.text));
}

// A reply ends with a line whose fourth character is a space (control-spec, 2.3).
bool IsWholeReply(const std::string& got) {
  if (!got.ends_with("\r\n")) return false;
  const size_t before = got.rfind("\r\n", got.size() - 3);
  const size_t begin = got.size() < 3 || before == std::string::npos ? 0 : before + 2;
  return got.size() - begin >= 6 && got[begin + 3] == ' ';
}

// What stands after `name` up to the end of line or the space before the next word; with quotes, what they hold.
std::optional<std::string> ValueAfter(std::string_view reply, std::string_view name) {
  const size_t at = reply.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = reply.substr(at + name.size());
  if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(" \r\n")));
  rest.remove_prefix(1);
  std::string value;
  for (size_t i = 0; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    value += rest[i];
  }
  return value;
}

class ControlPort {
 public:
  ControlPort(const Endpoint& endpoint, std::chrono::milliseconds timeout)
      : endpoint_(endpoint), connection_(timeout) {}

  Status Connect() {
    const int error = connection_.Connect(endpoint_);
    return error == 0 ? Status::Ok() : NotListening(endpoint_, error);
  }

  // The reply when it begins with 250.
  Result<std::string> Ask(std::string_view command) {
    connection_.Write(fmt::format("{}\r\n", command));
    std::string reply = connection_.ReadUntil(IsWholeReply);
    const std::string_view verb = command.substr(0, command.find(' '));
    if (reply.empty())
      return Status::Unavailable(
          fmt::format("the Tor control port at {} does not answer {}: is it one?", endpoint_.text, verb));
    if (!reply.starts_with("250"))
      return Status::Unavailable(
          fmt::format("the Tor control port at {} refuses {}. See that CookieAuthentication is 1 "
                      "in torrc and that this user may read the cookie",
                      endpoint_.text, verb));
    return reply;
  }

  Status Authenticate(std::string cookie_path) {
    GASHT_ASSIGN_OR_RETURN(const std::string info, Ask("PROTOCOLINFO 1"));
    const std::string methods = ValueAfter(info, "METHODS=").value_or("");
    if (("," + methods + ",").find(",NULL,") != std::string::npos) return Ask("AUTHENTICATE").status();
    if (cookie_path.empty()) cookie_path = ValueAfter(info, "COOKIEFILE=").value_or("");
    if (cookie_path.empty())
      return Status::Unavailable(
          fmt::format("the Tor control port at {} offers no cookie. Set CookieAuthentication 1 in torrc",
                      endpoint_.text));
    const Result<std::string> cookie = ReadFile(cookie_path, kMaxCookieBytes);
    if (!cookie.ok())
      return Status::Unavailable(fmt::format(
          "Tor's control cookie cannot be read ({}). Add this user to Tor's group (usermod -aG debian-tor "
          "USER), then run again",
          cookie.status().message()));
    return Ask("AUTHENTICATE " + HexEncode(*cookie)).status();
  }

 private:
  const Endpoint& endpoint_;
  Connection connection_;
};

Status CheckControl(const Endpoint& endpoint, const TorConfig& tor, std::chrono::milliseconds timeout) {
  ControlPort control(endpoint, timeout);
  GASHT_RETURN_IF_ERROR(control.Connect());
  GASHT_RETURN_IF_ERROR(control.Authenticate(tor.cookie));
  GASHT_ASSIGN_OR_RETURN(const std::string phase, control.Ask("GETINFO status/bootstrap-phase"));
  const std::string progress = ValueAfter(phase, "PROGRESS=").value_or("?");
  if (progress != "100") {
    const std::string summary = ValueAfter(phase, "SUMMARY=").value_or("unknown");
    const std::optional<std::string> warning = ValueAfter(phase, "WARNING=");
    return Status::Unavailable(
        fmt::format("Tor is still starting: {} % ({}{}{}). Wait, then run again. If it stays there, "
                    "see whether this machine reaches the network and whether Tor is blocked",
                    progress, summary, warning ? "; " : "", warning.value_or("")));
  }
  GASHT_ASSIGN_OR_RETURN(const std::string circuit, control.Ask("GETINFO status/circuit-established"));
  if (ValueAfter(circuit, "status/circuit-established=").value_or("") != "1")
    return Status::Unavailable("Tor has started but has no circuit yet. Wait, then run again");
  return Status::Ok();
}

}  // namespace

Status CheckTorReady(const TorConfig& tor, std::chrono::milliseconds timeout) {
  if (tor.socks.empty())
    return Status::InvalidArgument(
        "sources say route: tor, but gasht.yaml has no tor.socks. Write where Tor's SocksPort is "
        "(127.0.0.1:9050)");
  GASHT_ASSIGN_OR_RETURN(const Endpoint socks, Endpoint::Parse(tor.socks));
  // First: the commonest trouble by far is that nothing is there.
  GASHT_RETURN_IF_ERROR(CheckSocks(socks, timeout));
  if (tor.control.empty()) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(const Endpoint control, Endpoint::Parse(tor.control));
  return CheckControl(control, tor, timeout);
}

}  // namespace gasht
