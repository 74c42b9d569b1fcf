#include "api/message.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"

namespace gasht {
namespace {

constexpr size_t kMaxTarget = 4096;

constexpr std::array<std::pair<StatusCode, int>, 8> kHttpStatus = {{
    {StatusCode::kInvalidArgument, 400},
    {StatusCode::kNotFound, 404},
    {StatusCode::kAlreadyExists, 409},
    {StatusCode::kFailedPrecondition, 412},
    {StatusCode::kResourceExhausted, 507},
    {StatusCode::kUnavailable, 503},
    {StatusCode::kDataLoss, 502},
    {StatusCode::kInternal, 500},
}};

std::string Escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool bare =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (bare) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

Result<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    GASHT_ASSIGN_OR_RETURN(const std::string byte, HexDecode(text.substr(i + 1, 2)));
    if (byte.size() != 1) return Status::InvalidArgument("broken % escape");
    out += byte;
    i += 2;
  }
  return out;
}

}  // namespace

ApiResponse ApiResponse::Error(const Status& status) {
  int http = 500;
  for (const auto& [code, value] : kHttpStatus) {
    if (code == status.code()) http = value;
  }
  Json body = Json::MakeObject();
  body.Set("error", status.message());
  return {http, "application/json", body.Dump()};
}

Status StatusOf(const ApiResponse& response) {
  if (response.status == 200) return Status::Ok();
  std::string message = fmt::format("the core answered {}", response.status);
  if (const auto body = Json::Parse(response.body); body.ok()) message = body->StringOr("error", message);
  for (const auto& [code, http] : kHttpStatus) {
    if (http == response.status) return {code, std::move(message)};
  }
  return Status::Internal(std::move(message));
}

Result<ApiRequest> ParseTarget(const std::string& target) {
  if (target.size() > kMaxTarget) return Status::InvalidArgument("request target too long");
  ApiRequest request;
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  std::string_view rest =
      question == std::string::npos ? std::string_view() : std::string_view(target).substr(question + 1);
  while (!rest.empty()) {
    const size_t amp = rest.find('&');
    const std::string_view pair = rest.substr(0, amp);
    rest = amp == std::string_view::npos ? std::string_view() : rest.substr(amp + 1);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return Status::InvalidArgument("parameter without a value");
    GASHT_ASSIGN_OR_RETURN(std::string name, Unescape(pair.substr(0, equals)));
    GASHT_ASSIGN_OR_RETURN(std::string value, Unescape(pair.substr(equals + 1)));
    if (!request.params.emplace(std::move(name), std::move(value)).second)
      return Status::InvalidArgument("parameter given twice");
  }
  return request;
}

std::string MakeTarget(const ApiRequest& request) {
  std::string target = request.path;
  char separator = '?';
  for (const auto& [name, value] : request.params) {
    target += separator + Escape(name) + "=" + Escape(value);
    separator = '&';
  }
  return target;
}

}  // namespace gasht
