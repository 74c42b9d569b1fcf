#include "app/wait_for.h"

#include <algorithm>
#include <chrono>

#include "base/mutex.h"

namespace gasht {

Result<Json> WaitFor(StoreAccess& access, const std::string& path, std::stop_token stop,
                     const std::function<void(const Json&)>& show) {
  constexpr std::chrono::milliseconds kFirst{5}, kLongest{500};
  Mutex mu;
  CondVar never;
  for (std::chrono::milliseconds pause = kFirst;; pause = std::min(2 * pause, kLongest)) {
    GASHT_ASSIGN_OR_RETURN(const ApiResponse answer, access.Get(path));
    GASHT_ASSIGN_OR_RETURN(Json json, Json::Parse(answer.body));
    const Json* const running = json.Find("running");
    const bool is_running = json.StringOr("state") == "running" ||
                            (running != nullptr && running->is_bool() && running->as_bool());
    if (!is_running) return json;
    show(json);
    MutexLock lock(mu);
    never.WaitFor(mu, stop, pause, [] { return false; });
    if (stop.stop_requested()) return Status::Cancelled("interrupted");
  }
}

}  // namespace gasht
