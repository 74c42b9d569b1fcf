#pragma once

// Fields of printed objects that are absent when nothing is known, never null or empty. Thread-safe free functions.

#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace gasht {

inline void SetText(Json& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object.Set(key, text);
}

inline void SetTime(Json& object, std::string_view key, UtcTime time) {
  if (time != UtcTime()) object.Set(key, FormatRfc3339(time));
}

// {"name": count, ...} of a map from something with a name.
template <typename Counts, typename Name>
Json CountsJson(const Counts& counts, Name name) {
  Json json = Json::MakeObject();
  for (const auto& [what, count] : counts) json.Set(name(what), count);
  return json;
}

}  // namespace gasht
