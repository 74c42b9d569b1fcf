#include "tests/market/market_server.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "base/mutex.h"

namespace gasht {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kIdleTimeout = std::chrono::seconds(60);

}  // namespace

// Everything below runs on `thread` but the hooks of a test.
struct MarketServer::Impl {
  class Session;

  explicit Impl(Site s) : site(std::move(s)) {}

  void Accept();
  http::response<http::string_body> Answer(const http::request<http::empty_body>& request);

  const Site site;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::string base_url;
  std::atomic<std::chrono::milliseconds> delay{std::chrono::milliseconds(0)};
  Mutex mu;
  std::map<std::string, int> hits GUARDED_BY(mu);
  std::jthread thread;
};

// One connection: reads a request, waits, answers, and again. Keeps itself alive through its callbacks.
class MarketServer::Impl::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Impl& server)
      : stream_(std::move(socket)), timer_(stream_.get_executor()), server_(server) {}

  void Read() {
    request_ = {};
    stream_.expires_after(kIdleTimeout);
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](error_code error, size_t) {
      if (!error) self->Wait();
    });
  }

 private:
  void Wait() {
    response_ = server_.Answer(request_);
    timer_.expires_after(server_.delay.load());
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->Write();
    });
  }

  void Write() {
    stream_.expires_after(kIdleTimeout);
    auto written = [self = shared_from_this()](error_code error, size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    };
    if (request_.method() == http::verb::head) {
      serializer_.emplace(response_);
      http::async_write_header(stream_, *serializer_, written);
    } else {
      http::async_write(stream_, response_, written);
    }
  }

  boost::beast::tcp_stream stream_;
  asio::steady_timer timer_;
  Impl& server_;
  boost::beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
};

void MarketServer::Impl::Accept() {
  acceptor.async_accept([this](error_code error, tcp::socket socket) {
    if (error) return;
    socket.set_option(tcp::no_delay(true), error);
    std::make_shared<Session>(std::move(socket), *this)->Read();
    Accept();
  });
}

http::response<http::string_body> MarketServer::Impl::Answer(const http::request<http::empty_body>& request) {
  const std::string target(request.target());
  {
    MutexLock lock(mu);
    ++hits[target];
  }
  const bool understood = request.method() == http::verb::get || request.method() == http::verb::head;
  Response page = understood ? site.respond(target) : Response{.status = 405, .body = "GET or HEAD\n"};
  http::response<http::string_body> response(http::int_to_status(static_cast<unsigned>(page.status)), 11);
  response.set(http::field::content_type, page.content_type);
  if (!page.location.empty()) response.set(http::field::location, page.location);
  response.keep_alive(request.keep_alive());
  response.body() = std::move(page.body);
  response.prepare_payload();
  return response;
}

Result<std::unique_ptr<MarketServer>> MarketServer::Start(Site site, uint16_t port) {
  auto impl = std::make_unique<Impl>(std::move(site));
  const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
  error_code error;
  impl->acceptor.open(here.protocol(), error);
  if (!error) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) impl->acceptor.bind(here, error);
  if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Status::Unavailable("127.0.0.1:" + std::to_string(port) + ": " + error.message());
  impl->base_url = "http://127.0.0.1:" + std::to_string(impl->acceptor.local_endpoint().port());
  impl->Accept();
  impl->thread = std::jthread([server = impl.get()] { server->io.run(); });
  return std::unique_ptr<MarketServer>(new MarketServer(std::move(impl)));
}

MarketServer::MarketServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MarketServer::~MarketServer() {
  impl_->io.stop();
}

const Site& MarketServer::site() const {
  return impl_->site;
}
uint16_t MarketServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}
std::string MarketServer::base_url() const {
  return impl_->base_url;
}

std::map<std::string, int> MarketServer::hits() const {
  MutexLock lock(impl_->mu);
  return impl_->hits;
}

void MarketServer::set_delay(std::chrono::milliseconds delay) {
  impl_->delay = delay;
}

}  // namespace gasht
