// A page of a known make: the first byte says where it is from and what it was captured as. Whatever it says, the answer is
// one that a worker may give.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "analysis/analyze_page.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  struct From {
    const char *url, *content_type;
  };
  static constexpr From kFrom[] = {
      {"http://board.example/viewtopic.php?t=31", "text/html"},
      {"https://t.me/s/channel", "text/html"},
      {"https://chat.whatsapp.com/AbCdEf", "text/html"},
      {"https://wa.me/923012345678", "text/html"},
      {"https://www.instagram.com/p/CxYz/embed/captioned/", "text/html"},
      {"https://www.instagram.com/name/", "text/html"},
      {"https://m.facebook.com/name/posts/", "text/html"},
      {"https://www.facebook.com/marketplace/item/1/", "text/html"},
      {"https://x.com/name/status/1", "text/html"},
      {"https://www.tiktok.com/@name/video/1", "text/html"},
      {"https://pastebin.com/Qw3rTy12", "text/html"},
      {"http://board.example/feed", "application/rss+xml"},
      {"https://d.example/t/5.json", "application/json"},
      {"urn:sha256:00", "text/x-whatsapp-chat"},
      {"urn:sha256:00", "application/x-telegram-chat+json;id=\"1\";name=\"a\";kind=\"public_channel\""},
      {"urn:sha256:00", "multipart/related"},
      {"urn:sha256:00", "application/pdf"},
  };
  if (size == 0) return 0;
  const From& from = kFrom[data[0] % std::size(kFrom)];
  CapturedPage page;
  page.url = from.url;
  page.content_type = from.content_type;
  page.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  AnalysisContext context;
  context.fetched_at = {1'700'000'000'000'000};
  if (!CheckPageAnalysis(AnalyzePage(page, context)).ok()) std::abort();
  return 0;
}
