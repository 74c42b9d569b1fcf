// Url: parsing is idempotent, and resolving never leaves http(s).

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const gasht::Url base = gasht::Url::Parse("http://a.example/b/c?d=e").value();
  for (const auto& url : {gasht::Url::Parse(text), gasht::Url::Resolve(base, text)}) {
    if (!url.ok()) continue;
    const auto again = gasht::Url::Parse(url->str());
    if (!again.ok() || again->str() != url->str()) std::abort();
    if (url->scheme() != "http" && url->scheme() != "https") std::abort();
    (void)url->is_ip_literal();
    (void)gasht::CheckOnion(url->host());
  }
  return 0;
}
