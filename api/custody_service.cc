// What the core does for long readers of the store.

#include "api/service.h"

namespace gasht {

// {"path": a folder with the database as of now}: for whoever verifies or backs up while the core runs, and removes it
// afterwards. The one who asks can read the folder anyway; that somebody did is on record.
Result<ApiResponse> ApiService::MakeSnapshot(const ApiRequest& request) {
  GASHT_RETURN_IF_ERROR(RecordLook(request, "snapshot of the store"));
  GASHT_ASSIGN_OR_RETURN(const std::string path, store_.MakeSnapshot());
  return ApiResponse::Of(Json::MakeObject().Set("path", path));
}

}  // namespace gasht
