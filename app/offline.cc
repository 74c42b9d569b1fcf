#include "app/offline.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/file.h"
#include "store/fold.h"

namespace gasht {
namespace {

Result<std::string> ReadStandardInput(size_t max_bytes) {
  std::string bytes;
  char chunk[64 * 1024];
  while (const size_t got = std::fread(chunk, 1, sizeof(chunk), stdin)) {
    bytes.append(chunk, got);
    if (bytes.size() > max_bytes)
      return Status::ResourceExhausted(fmt::format("standard input is larger than {} bytes", max_bytes));
  }
  return bytes;
}

Result<std::string> Gunzip(const std::string& packed, const std::string& file, size_t max_bytes) {
  z_stream stream{};
  // 16 + MAX_WBITS: gzip framing only.
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return Status::ResourceExhausted("out of memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int rc = Z_OK;
  while (rc == Z_OK && out.size() <= max_bytes) {
    char chunk[64 * 1024];
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof(chunk);
    rc = inflate(&stream, Z_NO_FLUSH);
    out.append(chunk, sizeof(chunk) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > max_bytes)
    return Status::ResourceExhausted(fmt::format("{} unpacks to more than {} bytes", file, max_bytes));
  if (rc != Z_STREAM_END)
    return Status::InvalidArgument(
        fmt::format("{} is broken gzip: unpack it by hand to see how far it goes", file));
  return out;
}

}  // namespace

Result<std::shared_ptr<const RuleSet>> LoadRules(const std::string& dir) {
  if (dir.empty()) return RuleSet::Compile(EmbeddedRulePacks());
  GASHT_ASSIGN_OR_RETURN(std::vector<RulePackFile> packs, LoadRulePacks(dir));
  return RuleSet::Compile(std::move(packs));
}

Result<std::string> ReadInput(const std::string& file, size_t max_bytes) {
  Result<std::string> bytes = file == "-" ? ReadStandardInput(max_bytes) : ReadFile(file, max_bytes);
  if (!bytes.ok() || !bytes->starts_with("\x1f\x8b")) return bytes;
  return Gunzip(*bytes, file, max_bytes);
}

void AssignOfflineIds(PageAnalysis& analysis) {
  Capture capture;
  capture.source = SourceId{"offline"};
  if (const auto url = Url::Parse(analysis.document.url); url.ok())
    capture.url_key = MakeUrlKey(capture.source, *url, {});
  const std::vector<ListingId> ids = ListingsOf(capture, analysis).ids;
  for (size_t i = 0; i < ids.size(); ++i) analysis.listings[i].id = ids[i].value;
}

}  // namespace gasht
