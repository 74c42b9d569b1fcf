#pragma once

// StoreAccess: the core's API for a command, wherever the store is open. With a core running it asks its
// socket; with none it opens the store itself, under the store's lock, and answers through the same
// ApiService. Confined to one thread.

#include <memory>
#include <string>

#include "api/message.h"
#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"

namespace gasht {

class StoreAccess {
 public:
  // NotFound when there is no store yet (nothing was patrolled), Unavailable when it is locked by a process
  // that does not answer.
  static Result<StoreAccess> Open(const std::string& store_path);
  // The same, and what is configured is answered for as well: exports, imports, the crawl. A store that is missing can be made.
  enum class Missing { kIsAnError, kCreate };
  static Result<StoreAccess> Open(const Config& config, Missing missing = Missing::kIsAnError);
  ~StoreAccess();
  StoreAccess(StoreAccess&&) noexcept;
  StoreAccess& operator=(StoreAccess&&) noexcept;

  // GET `path`; an error answer is its Status.
  Result<ApiResponse> Get(const std::string& path, std::map<std::string, std::string> params = {});
  Result<ApiResponse> Post(const std::string& path, const std::string& body);
  // Another process answers.
  bool core_runs() const { return local_ == nullptr; }

 private:
  struct Local;
  StoreAccess();
  static Result<StoreAccess> OpenAt(const std::string& store_path, Missing missing);
  Result<ApiResponse> Ask(ApiRequest request);
  std::string socket_;
  std::unique_ptr<Local> local_;
};

// NotFound unless a source is called `id`, or was: its captures stay when it leaves the configuration, and what was
// received has none.
Status CheckSourceIsKnown(const Config& config, StoreAccess& access, const std::string& id);

// STORE/gasht.sock.
std::string SocketPath(const std::string& store_path);

// The name of the user who runs this process, for the custody log.
std::string CurrentUser();

}  // namespace gasht
