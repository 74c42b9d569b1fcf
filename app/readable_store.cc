#include "app/readable_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "api/client.h"
#include "app/store_access.h"

namespace gasht {

Result<ReadableStore> ReadableStore::Open(const std::string& path) {
  ReadableStore opened;
  StoreOptions options;
  options.path = path;
  options.create_if_missing = false;
  options.read_only = true;
  if (CoreRuns(SocketPath(path))) {
    ApiRequest request;
    request.path = "/v1/snapshot";
    GASHT_ASSIGN_OR_RETURN(const ApiResponse response, CallCore(SocketPath(path), request));
    GASHT_ASSIGN_OR_RETURN(const Json json, Json::Parse(response.body));
    opened.snapshot_ = json.StringOr("path");
    options.database = opened.snapshot_;
  }
  GASHT_ASSIGN_OR_RETURN(opened.store_, Store::Open(options));
  return opened;
}

ReadableStore::ReadableStore(ReadableStore&& other) noexcept
    : snapshot_(std::exchange(other.snapshot_, {})), store_(std::move(other.store_)) {}

ReadableStore::~ReadableStore() {
  store_.reset();
  std::error_code error;
  if (!snapshot_.empty()) std::filesystem::remove_all(snapshot_, error);
}

}  // namespace gasht
