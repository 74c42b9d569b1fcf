#include "api/server.h"

#include <pthread.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace gasht {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local, asio::any_io_executor>;

constexpr size_t kMaxRequestBytes = 64 * 1024;
constexpr size_t kMaxLargeBodyBytes = size_t{4} << 20;
constexpr std::chrono::seconds kDeadline{30};

std::string PeerName(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return "unknown";
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(peer.uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return fmt::format("uid:{}", peer.uid);
}

// One connection, one request at a time, kept alive by whoever waits on it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Local::socket socket, ApiService& service)
      : stream_(std::move(socket)), actor_(PeerName(stream_.socket().native_handle())), service_(service) {}

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxRequestBytes);
    parser_->body_limit(kMaxLargeBodyBytes);
    stream_.expires_after(kDeadline);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->ReadBody();
                            });
  }

 private:
  // How much may follow depends on where it goes.
  void ReadBody() {
    if (!parser_->get().target().starts_with(beast::string_view(kLargeBodies.data(), kLargeBodies.size()))) {
      if (parser_->content_length().value_or(0) > kMaxRequestBytes) return;
      if (parser_->chunked()) parser_->body_limit(kMaxRequestBytes);
    }
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Answer();
                     });
  }

  void Answer() {
    const auto& message = parser_->get();
    Result<ApiRequest> request = ParseTarget(std::string(message.target()));
    ApiResponse answer;
    if (request.ok()) {
      request->method = std::string(message.method_string());
      request->body = message.body();
      request->actor = actor_;
      answer = service_.Handle(*request);
    } else {
      answer = ApiResponse::Error(request.status());
    }
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::content_type, answer.content_type);
    response_.keep_alive(message.keep_alive());
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    stream_.expires_after(kDeadline);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    });
  }

  Stream stream_;
  const std::string actor_;
  ApiService& service_;
  beast::flat_buffer buffer_{kMaxRequestBytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

struct ApiServer::Impl {
  Impl(std::string socket_path, ApiService& api) : path(std::move(socket_path)), service(api) {}

  Status Listen() {
    try {
      std::filesystem::remove(path);
      acceptor.open();
      acceptor.bind(Local::endpoint(path));
      if (chmod(path.c_str(), 0660) != 0) return Status::Unavailable("cannot set the mode of " + path);
      acceptor.listen();
    } catch (const std::exception& e) {
      return Status::Unavailable(fmt::format(
          "cannot serve the API on {}: {} (a socket's path has at most 107 bytes)", path, e.what()));
    }
    Accept();
    thread = std::jthread([this] {
      pthread_setname_np(pthread_self(), "api");
      context.run();
    });
    return Status::Ok();
  }

  void Accept() {
    acceptor.async_accept([this](beast::error_code error, Local::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) std::make_shared<Session>(std::move(socket), service)->Read();
      Accept();
    });
  }

  const std::string path;
  ApiService& service;
  asio::io_context context{1};
  Local::acceptor acceptor{context};
  std::jthread thread;
};

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<ApiServer>> ApiServer::Start(const std::string& socket_path, ApiService& service) {
  auto impl = std::make_unique<Impl>(socket_path, service);
  GASHT_RETURN_IF_ERROR(impl->Listen());
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(impl)));
}

ApiServer::~ApiServer() {
  impl_->context.stop();
  impl_->thread = {};
  std::error_code ignored;
  std::filesystem::remove(impl_->path, ignored);
}

}  // namespace gasht
