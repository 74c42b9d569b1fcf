#include "api/client.h"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace gasht {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;

// A page is at most 8 MiB decoded; a list of 10,000 findings is larger.
constexpr uint64_t kMaxResponseBytes = uint64_t{256} << 20;

}  // namespace

Result<ApiResponse> CallCore(const std::string& socket_path, const ApiRequest& request) {
  try {
    asio::io_context context;
    Local::socket socket(context);
    socket.connect(Local::endpoint(socket_path));
    http::request<http::string_body> message(http::string_to_verb(request.method), MakeTarget(request), 11);
    message.set(http::field::host, "gasht");
    message.keep_alive(false);
    message.body() = request.body;
    message.prepare_payload();
    http::write(socket, message);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxResponseBytes);
    http::read(socket, buffer, parser);
    http::response<http::string_body> answer = parser.release();
    ApiResponse response{static_cast<int>(answer.result_int()),
                         std::string(answer[http::field::content_type]), std::move(answer.body())};
    GASHT_RETURN_IF_ERROR(StatusOf(response));
    return response;
  } catch (const std::exception& e) {
    return Status::Unavailable(fmt::format("no core answers on {}: {}", socket_path, e.what()));
  }
}

bool CoreRuns(const std::string& socket_path) {
  beast::error_code error;
  asio::io_context context;
  Local::socket socket(context);
  try {
    socket.connect(Local::endpoint(socket_path), error);
  } catch (const std::exception&) {  // a path too long for a socket: nobody listens there
    return false;
  }
  return !error;
}

}  // namespace gasht
