#pragma once

// What crosses the core's socket: HTTP/1.1 with JSON bodies (docs/architecture.md lists the paths), as plain
// values.

#include <map>
#include <string>

#include "base/json.h"
#include "base/status.h"

namespace gasht {

struct ApiRequest {
  std::string method = "GET";
  std::string path;                           // "/v1/findings", without the query
  std::map<std::string, std::string> params;  // decoded
  std::string body;
  // Who asks: the user name behind SO_PEERCRED, filled in by the server and never taken from the request.
  std::string actor;
};

struct ApiResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;

  static ApiResponse Of(const Json& json) { return {200, "application/json", json.Dump()}; }
  static ApiResponse Bytes(std::string bytes) { return {200, "application/octet-stream", std::move(bytes)}; }
  // {"error": message}, with the HTTP status that stands for the failure's kind.
  static ApiResponse Error(const Status& status);
};

// The failure an error response stands for, Ok for a 200.
Status StatusOf(const ApiResponse& response);

// "/v1/findings?source=a" taken apart, and put together.
Result<ApiRequest> ParseTarget(const std::string& target);
std::string MakeTarget(const ApiRequest& request);

}  // namespace gasht
