#pragma once

// CDXJ (the index of a WACZ, specs.webrecorder.net/cdxj/0.1.0): one line a record, "SURT timestamp {json}",
// sorted by bytes so that a reader can look a URL up by bisection. Plain values and pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace gasht {

struct CdxEntry {
  std::string url;
  UtcTime at;
  std::string digest;  // "sha256:..."
  std::string mime;    // "text/html", "warc/revisit"
  int32_t status = 0;
  std::string filename;
  uint64_t offset = 0, length = 0;
};

// The sort-friendly form of a URL as replay tools look it up: "com,example)/path?a=1&b=2". A leading "www."
// and the scheme go, query parameters are sorted. What is no URL stays as it is.
std::string Surt(std::string_view url);

// "20261122003800".
std::string CdxTimestamp(UtcTime at);

std::string CdxLine(const CdxEntry& entry);

// All lines, sorted as by LC_ALL=C, each with its line break.
std::string CdxIndex(const std::vector<CdxEntry>& entries);

}  // namespace gasht
