#pragma once

// ApiServer: serves an ApiService on a Unix socket, on one thread of its own. Who connects is known from the
// kernel (SO_PEERCRED), and the socket's mode (0660) says who may. Requests are bounded: 64 KiB of headers
// and body (4 MiB of body for what is handed over to `kLargeBodies`), 30 s. The destructor stops the thread and removes the socket.

#include <memory>
#include <string>
#include <string_view>

#include "api/service.h"
#include "base/status.h"

namespace gasht {

// Files are imported through it, in pieces.
inline constexpr std::string_view kLargeBodies = "/v1/imports/";

class ApiServer {
 public:
  // `service` outlives the server. REQUIRES: the caller holds the store's lock, so a socket already there is
  // a dead process's and is replaced.
  static Result<std::unique_ptr<ApiServer>> Start(const std::string& socket_path, ApiService& service);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

 private:
  struct Impl;
  explicit ApiServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
