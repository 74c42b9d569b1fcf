#pragma once

// For tests: raw sockets that say exactly what a test tells them to. TestServer answers HTTP requests on
// 127.0.0.1, RecordingSocks is a SOCKS5 proxy that writes down what it was asked and leads every name to one
// port.
//
// Each has one accepting thread and one thread a connection; all end with the object. Ports are the system's
// choice. A socket that cannot be opened ends the test program.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace gasht {

// A connected socket of a test server; closed by its owner.
class TestConnection {
 public:
  TestConnection(int fd, int stop_fd) : fd_(fd), stop_fd_(stop_fd) {}
  int fd() const { return fd_; }

  // False when the peer has gone or the server stops.
  bool Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      if (!WaitFor(POLLOUT)) return false;
      const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // At least one byte, at most `most`; empty at the end.
  std::string Read(size_t most = 65536) const {
    if (!WaitFor(POLLIN)) return {};
    std::string buffer(most, '\0');
    const ssize_t n = recv(fd_, buffer.data(), buffer.size(), 0);
    buffer.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return buffer;
  }

  // Exactly `count` bytes; fewer at the end.
  std::string ReadExactly(size_t count) const {
    std::string out;
    while (out.size() < count) {
      const std::string piece = Read(count - out.size());
      if (piece.empty()) break;
      out += piece;
    }
    return out;
  }

  // Until the peer closes or the server stops: a server that says nothing more.
  void Hold() const {
    while (!Read().empty()) {
    }
  }

  // Waits for that long, less when the server stops.
  bool Pause(int milliseconds) const {
    pollfd stop{stop_fd_, POLLIN, 0};
    return poll(&stop, 1, milliseconds) == 0;
  }

 private:
  bool WaitFor(short events) const {
    pollfd fds[2] = {{fd_, events, 0}, {stop_fd_, POLLIN, 0}};
    return poll(fds, 2, -1) > 0 && (fds[1].revents & POLLIN) == 0;
  }

  const int fd_;
  const int stop_fd_;
};

// Accepts on a socket and serves each connection on a thread of its own.
class TestListener {
 public:
  using Serve = std::function<void(const TestConnection&)>;

  // On 127.0.0.1, or on the Unix socket at `unix_path`.
  explicit TestListener(Serve serve, const std::string& unix_path = "")
      : serve_(std::move(serve)), stop_fd_(eventfd(0, 0)) {
    fd_ = unix_path.empty() ? ListenTcp() : ListenUnix(unix_path);
    if (stop_fd_ < 0 || fd_ < 0 || listen(fd_, 128) != 0) std::abort();
    thread_ = std::thread([this] { Accept(); });
  }
  ~TestListener() {
    const uint64_t one = 1;
    if (write(stop_fd_, &one, sizeof one) != sizeof one) std::abort();
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
    close(fd_);
    close(stop_fd_);
  }
  TestListener(const TestListener&) = delete;
  TestListener& operator=(const TestListener&) = delete;

  uint16_t port() const { return port_; }

 private:
  int ListenTcp() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) return -1;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    return fd;
  }
  int ListenUnix(const std::string& path) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
  }
  void Accept() {
    for (;;) {
      pollfd fds[2] = {{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
      if (poll(fds, 2, -1) < 0 || (fds[1].revents & POLLIN) != 0) return;
      const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      connections_.emplace_back([this, fd] {
        serve_(TestConnection(fd, stop_fd_));
        close(fd);
      });
    }
  }

  const Serve serve_;
  int fd_ = -1;
  const int stop_fd_;
  uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::thread> connections_;  // touched by thread_, joined after it
};

// Reads request heads and answers each with `respond`, until it returns false (the connection is then
// closed).
class TestServer {
 public:
  struct Request {
    std::string target;  // "/path?query"
    std::string host;    // of the Host header
    std::string head;    // all of it
  };
  using Respond = std::function<bool(const Request&, const TestConnection&)>;

  explicit TestServer(Respond respond)
      : respond_(std::move(respond)), listener_([this](const TestConnection& c) { Serve(c); }) {}

  // Fixed responses by target, raw; anything else is a 404. A connection is kept unless the response says
  // otherwise.
  static Respond Table(std::map<std::string, std::string> responses) {
    return [responses = std::move(responses)](const Request& request, const TestConnection& connection) {
      const auto found = responses.find(request.target);
      const std::string raw =
          found == responses.end() ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" : found->second;
      return connection.Write(raw) && raw.find("Connection: close") == std::string::npos;
    };
  }

  // A plain page.
  static std::string Page(std::string_view html, std::string_view status = "200 OK",
                          std::string_view more = "") {
    std::string raw = "HTTP/1.1 ";
    raw.append(status)
        .append("\r\nContent-Type: text/html\r\nContent-Length: ")
        .append(std::to_string(html.size()));
    return raw.append("\r\n").append(more).append("\r\n").append(html);
  }

  uint16_t port() const { return listener_.port(); }
  std::string Url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + std::string(target);
  }
  std::vector<Request> requests() const {
    MutexLock lock(mu_);
    return requests_;
  }
  std::vector<std::string> targets() const {
    std::vector<std::string> out;
    for (const Request& request : requests()) out.push_back(request.target);
    return out;
  }

 private:
  void Serve(const TestConnection& connection) {
    std::string buffer;
    for (;;) {
      size_t end = buffer.find("\r\n\r\n");
      while (end == std::string::npos) {
        const std::string piece = connection.Read();
        if (piece.empty() || buffer.size() > 1 << 20) return;
        buffer += piece;
        end = buffer.find("\r\n\r\n");
      }
      const Request request = ReadRequest(buffer.substr(0, end + 4));
      buffer.erase(0, end + 4);
      {
        MutexLock lock(mu_);
        requests_.push_back(request);
      }
      if (!respond_(request, connection)) return;
    }
  }
  static Request ReadRequest(std::string head) {
    Request request;
    const size_t first = head.find(' ');
    request.target = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
    if (const size_t at = head.find("\r\nHost: "); at != std::string::npos)
      request.host = head.substr(at + 8, head.find("\r\n", at + 8) - at - 8);
    request.head = std::move(head);
    return request;
  }

  const Respond respond_;
  mutable Mutex mu_;
  std::vector<Request> requests_ GUARDED_BY(mu_);
  TestListener listener_;  // last: its threads use the rest
};

// SOCKS5 with user and password (RFC 1928, RFC 1929), CONNECT only.
class RecordingSocks {
 public:
  struct Asked {
    std::string user, password;
    int address_type = 0;  // 1 IPv4, 3 name, 4 IPv6
    std::string host;
    uint16_t port = 0;
  };

  // Every CONNECT is led to 127.0.0.1:`to_port`.
  explicit RecordingSocks(uint16_t to_port, const std::string& unix_path = "")
      : to_port_(to_port), listener_([this](const TestConnection& c) { Serve(c); }, unix_path) {}

  uint16_t port() const { return listener_.port(); }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port()); }

  // From now on every CONNECT gets this reply; 0 connects.
  void ReplyWith(uint8_t reply) {
    MutexLock lock(mu_);
    reply_ = reply;
  }
  // From now on every CONNECT waits that long for its reply.
  void ReplyAfter(std::chrono::milliseconds delay) {
    MutexLock lock(mu_);
    delay_ = delay;
  }
  // From now on the connection breaks after that many bytes of the CONNECT's reply; negative never.
  void BreakAfter(int bytes) {
    MutexLock lock(mu_);
    break_after_ = bytes;
  }
  std::vector<Asked> asked() const {
    MutexLock lock(mu_);
    return asked_;
  }

 private:
  void Serve(const TestConnection& connection) {
    const std::string greeting = connection.ReadExactly(2);
    if (greeting.size() != 2 || greeting[0] != 5) return;
    const std::string methods = connection.ReadExactly(static_cast<unsigned char>(greeting[1]));
    Asked asked;
    if (methods.find('\x02') != std::string::npos) {
      connection.Write(std::string("\x05\x02", 2));
      connection.ReadExactly(1);
      asked.user = ReadCounted(connection);
      asked.password = ReadCounted(connection);
      connection.Write(std::string("\x01\x00", 2));
    } else {
      connection.Write(std::string("\x05\x00", 2));
    }
    const std::string request = connection.ReadExactly(4);
    if (request.size() != 4) return;
    asked.address_type = request[3];
    asked.host = asked.address_type == 3   ? ReadCounted(connection)
                 : asked.address_type == 1 ? connection.ReadExactly(4)
                                           : connection.ReadExactly(16);
    const std::string port = connection.ReadExactly(2);
    if (port.size() != 2) return;
    asked.port =
        static_cast<uint16_t>(static_cast<unsigned char>(port[0]) << 8 | static_cast<unsigned char>(port[1]));
    uint8_t reply = 0;
    int break_after = -1;
    std::chrono::milliseconds delay{0};
    {
      MutexLock lock(mu_);
      asked_.push_back(asked);
      reply = reply_;
      break_after = break_after_;
      delay = delay_;
    }
    if (!connection.Pause(static_cast<int>(delay.count()))) return;
    std::string answer("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10);
    answer[1] = static_cast<char>(reply);
    if (break_after >= 0) answer.resize(static_cast<size_t>(break_after));
    if (!connection.Write(answer) || reply != 0 || break_after >= 0) return;
    Join(connection);
  }
  static std::string ReadCounted(const TestConnection& connection) {
    const std::string count = connection.ReadExactly(1);
    return count.empty() ? count : connection.ReadExactly(static_cast<unsigned char>(count[0]));
  }
  // Bytes both ways until either side closes.
  void Join(const TestConnection& connection) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(to_port_);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      std::thread back([&] {
        char buffer[16384];
        ssize_t n = 0;
        while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
          if (!connection.Write({buffer, static_cast<size_t>(n)})) break;
        }
        shutdown(connection.fd(), SHUT_RDWR);
      });
      for (std::string piece = connection.Read(); !piece.empty(); piece = connection.Read()) {
        if (send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
      }
      shutdown(fd, SHUT_RDWR);
      back.join();
    }
    close(fd);
  }

  const uint16_t to_port_;
  mutable Mutex mu_;
  std::vector<Asked> asked_ GUARDED_BY(mu_);
  uint8_t reply_ GUARDED_BY(mu_) = 0;
  int break_after_ GUARDED_BY(mu_) = -1;
  std::chrono::milliseconds delay_ GUARDED_BY(mu_){0};
  TestListener listener_;
};

}  // namespace gasht
