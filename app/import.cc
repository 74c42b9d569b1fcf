#include "app/import.h"

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/store_access.h"
#include "base/file.h"
#include "casework/warc.h"
#include "extract/mime.h"
#include "extract/pdf_text.h"
#include "extract/received.h"
#include "extract/unzip.h"
#include "extract/whatsapp.h"
#include "model/codec.h"
#include "store/writer.h"

namespace gasht {
namespace {

constexpr size_t kMaxFileBytes = size_t{512} << 20;
// Of one capture: what one worker reads in its time.
constexpr size_t kMaxPieceBytes = size_t{512} << 10;
constexpr size_t kMaxPieceMessages = 500;
// Kept whole beside its parts; of a larger one the digest is kept.
constexpr size_t kMaxKeptBytes = size_t{32} << 20;
constexpr size_t kMaxEntryBytes = size_t{128} << 20;  // of an archive's entry
constexpr size_t kMaxRecordBytes = size_t{16} << 20;  // of a web archive's record
constexpr size_t kMaxRecords = 50'000;
constexpr size_t kMaxParts = 50'000;
constexpr size_t kMaxToldBytes = 200;  // of what an officer says of himself

constexpr std::string_view kReceivedPrefix = "received-";

// What one capture is made of.
struct Part {
  std::string url;  // empty: none of its own
  std::string content_type;
  int32_t status = 200;
  std::string request_head, response_head;
  std::string body;
  std::string part;     // which of the original's bytes
  std::string seen_at;  // an archive's own date
  bool analyse = true;
};

std::string_view KindName(ImportKind kind) {
  switch (kind) {
    case ImportKind::kWhatsapp:
      return "whatsapp";
    case ImportKind::kTelegram:
      return "telegram";
    case ImportKind::kPage:
      return "page";
    case ImportKind::kWarc:
      return "warc";
  }
  return "page";
}

std::string Lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string BytesOf(std::string_view file, size_t begin, size_t end) {
  return file.empty() ? fmt::format("bytes {}-{}", begin, end)
                      : fmt::format("{}: bytes {}-{}", file, begin, end);
}

std::string MediaTypeOfPage(std::string_view bytes) {
  if (IsPdf(bytes)) return "application/pdf";
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return "image/webp";
  if (LooksLikeMhtml(bytes)) return "multipart/related";
  return "text/html";
}

using Take = std::function<Status(Part)>;

// Takes one file apart. Counts and complaints go into `summary`.
class Splitter {
 public:
  Splitter(const ImportOptions& options, std::string_view bytes, ImportSummary& summary, const Take& take)
      : options_(options), bytes_(bytes), summary_(summary), take_(take) {}

  Status Run() {
    switch (options_.kind) {
      case ImportKind::kWhatsapp:
        return Whatsapp();
      case ImportKind::kTelegram:
        return Telegram();
      case ImportKind::kPage:
        return Page();
      case ImportKind::kWarc:
        return Warc();
    }
    return Status::Internal("a kind of import nobody wrote");
  }

 private:
  // Hands every entry of the archive that `wanted` names to `read`; the others are counted.
  Status FromZip(const std::function<bool(const std::string&)>& wanted,
                 const std::function<Status(const std::string& name, std::string bytes)>& read) {
    GASHT_ASSIGN_OR_RETURN(const std::vector<ZippedFile> files, ListZip(bytes_));
    GASHT_RETURN_IF_ERROR(KeepWhole("application/zip"));
    for (const ZippedFile& file : files) {
      if (file.name.ends_with('/')) continue;
      if (!wanted(Lowered(file.name))) {
        ++summary_.skipped;
        continue;
      }
      Result<std::string> unpacked = Unzip(bytes_, file, kMaxEntryBytes);
      if (!unpacked.ok()) {
        summary_.broken.push_back(fmt::format("{}: {}", file.name, unpacked.status().message()));
        continue;
      }
      GASHT_RETURN_IF_ERROR(read(file.name, std::move(*unpacked)));
    }
    return Status::Ok();
  }

  // The file as it was handed over, beside its parts.
  Status KeepWhole(std::string content_type) {
    Part whole;
    whole.content_type = std::move(content_type);
    if (bytes_.size() <= kMaxKeptBytes) whole.body = std::string(bytes_);
    whole.analyse = false;
    return take_(std::move(whole));
  }

  Status Whatsapp() {
    if (!IsZip(bytes_)) return WhatsappText("", bytes_);
    return FromZip([](const std::string& name) { return name.ends_with(".txt"); },
                   [&](const std::string& name, std::string text) { return WhatsappText(name, text); });
  }

  Status WhatsappText(const std::string& name, std::string_view text) {
    if (!LooksLikeWhatsapp(text)) {
      ++summary_.skipped;
      return Status::Ok();
    }
    const std::vector<Span> pieces = SplitWhatsapp(text, kMaxPieceBytes, kMaxPieceMessages);
    if (pieces.size() > 1 && name.empty()) GASHT_RETURN_IF_ERROR(KeepWhole("text/plain"));
    for (const Span piece : pieces) {
      Part part;
      part.content_type = std::string(kWhatsappMediaType);
      part.body = std::string(text.substr(piece.begin, piece.size()));
      if (pieces.size() > 1 || !name.empty()) part.part = BytesOf(name, piece.begin, piece.end);
      GASHT_RETURN_IF_ERROR(take_(std::move(part)));
    }
    return Status::Ok();
  }

  Status Telegram() {
    if (IsZip(bytes_)) {
      return FromZip(
          [](const std::string& name) { return name.ends_with(".json") || name.ends_with(".html"); },
          [&](const std::string& name, std::string bytes) {
            return name.ends_with(".json") ? TelegramJson(name, bytes) : TelegramHtml(name, std::move(bytes));
          });
    }
    if (LooksLikeTelegramJson(bytes_)) {
      GASHT_RETURN_IF_ERROR(KeepWhole("application/json"));
      return TelegramJson("", bytes_);
    }
    return TelegramHtml("", std::string(bytes_));
  }

  Status TelegramJson(const std::string& name, std::string_view json) {
    for (const TelegramPiece& piece : SplitTelegramJson(json, kMaxPieceBytes, kMaxPieceMessages)) {
      Part part;
      part.content_type = TelegramMediaType(piece.chat);
      part.body = std::string(json.substr(piece.span.begin, piece.span.size()));
      part.part = BytesOf(name, piece.span.begin, piece.span.end);
      GASHT_RETURN_IF_ERROR(take_(std::move(part)));
    }
    return Status::Ok();
  }

  Status TelegramHtml(const std::string& name, std::string html) {
    if (html.find("class=\"history\"") == std::string::npos) {
      ++summary_.skipped;
      return Status::Ok();
    }
    Part part;
    part.content_type = "text/html";
    if (!name.empty()) part.part = BytesOf(name, 0, html.size());
    part.body = std::move(html);
    return take_(std::move(part));
  }

  Status Page() {
    Part part;
    part.content_type = MediaTypeOfPage(bytes_);
    part.url = options_.url;
    if (part.url.empty() && part.content_type == "text/html") part.url = SavedFromUrl(bytes_);
    if (part.url.empty() && part.content_type == "multipart/related") {
      if (const auto page = ReadMhtml(bytes_)) {
        part.url = page->url;
        part.seen_at = page->saved;
      }
    }
    part.body = std::string(bytes_);
    return take_(std::move(part));
  }

  Status Warc() {
    if (!IsZip(bytes_)) {
      GASHT_RETURN_IF_ERROR(KeepWhole("application/warc"));
      return WarcRecords("", bytes_);
    }
    return FromZip(
        [](const std::string& name) { return name.ends_with(".warc") || name.ends_with(".warc.gz"); },
        [&](const std::string& name, std::string bytes) { return WarcRecords(name, bytes); });
  }

  Status WarcRecords(const std::string& name, std::string_view bytes) {
    size_t at = 0;
    WarcReader reader(
        [&]() -> Result<std::string> {
          const std::string_view piece = bytes.substr(at, 256 << 10);
          at += piece.size();
          return std::string(piece);
        },
        kMaxRecordBytes);
    for (size_t records = 0; records < kMaxRecords; ++records) {
      Result<std::optional<WarcRecord>> record = reader.Next();
      if (!record.ok()) {
        summary_.broken.push_back(record.status().message());
        return Status::Ok();
      }
      if (!*record) return Status::Ok();
      GASHT_RETURN_IF_ERROR(OneRecord(name, **record, reader.offset()));
    }
    summary_.broken.push_back(fmt::format("more than {} records: the rest was not read", kMaxRecords));
    return Status::Ok();
  }

  Status OneRecord(const std::string& name, const WarcRecord& record, uint64_t offset) {
    const bool response = record.type() == "response", resource = record.type() == "resource";
    std::string url(record.Field("WARC-Target-URI"));
    if (url.starts_with('<') && url.ends_with('>')) url = url.substr(1, url.size() - 2);
    if ((!response && !resource) || url.empty()) {
      ++summary_.skipped;
      return Status::Ok();
    }
    Part part;
    part.url = url;
    part.seen_at = std::string(record.Field("WARC-Date").substr(0, 64));
    part.part = fmt::format("{}record at byte {}", name.empty() ? "" : name + ": ", offset);
    if (resource) {
      part.content_type = std::string(record.Field("Content-Type"));
      part.body = record.block;
    } else {
      const auto head = HttpHeadBytes(record.block);
      const auto payload = WarcPayload(record);
      if (!head || !payload) {
        summary_.broken.push_back(fmt::format("the record at byte {} is no whole HTTP response", offset));
        return Status::Ok();
      }
      part.response_head = record.block.substr(0, *head);
      part.status = StatusOfHead(part.response_head);
      part.content_type = HeaderOf(part.response_head, "content-type");
      part.body = *payload;
      const std::string coding = Lowered(HeaderOf(part.response_head, "content-encoding"));
      if (coding == "gzip" || coding == "x-gzip") {
        part.body = InflateSome(*payload, InflateWrap::kGzip, kMaxRecordBytes);
      } else if (coding == "deflate") {
        part.body = InflateSome(*payload, InflateWrap::kZlib, kMaxRecordBytes);
      } else if (!coding.empty() && coding != "identity") {
        summary_.broken.push_back(
            fmt::format("the record at byte {} is coded as {}, which is not read", offset, coding));
        return Status::Ok();
      }
    }
    if (CheckWarcDigest(record.Field("WARC-Block-Digest"), record.block) == DigestCheck::kFailed ||
        (response && CheckPayloadDigest(record) == DigestCheck::kFailed)) {
      summary_.broken.push_back(
          fmt::format("the record at byte {} does not have the digest it names", offset));
    }
    // Pictures, styles and scripts stay in the file: its digest holds for them.
    const std::string type = Lowered(part.content_type.substr(0, part.content_type.find(';')));
    const bool read = type.empty() || type.starts_with("text/html") || type.starts_with("text/plain") ||
                      type.find("xml") != std::string::npos || type.find("json") != std::string::npos ||
                      type == "application/pdf";
    if (!read || part.body.empty()) {
      ++summary_.skipped;
      return Status::Ok();
    }
    return take_(std::move(part));
  }

  static int32_t StatusOfHead(std::string_view head) {
    const size_t space = head.find(' ');
    if (space == std::string_view::npos || !head.starts_with("HTTP/") || space + 4 > head.size()) return 0;
    int32_t status = 0;
    for (const char c : head.substr(space + 1, 3)) {
      if (c < '0' || c > '9') return 0;
      status = status * 10 + (c - '0');
    }
    return status;
  }

  static std::string HeaderOf(std::string_view head, std::string_view name) {
    for (size_t begin = 0; begin < head.size();) {
      const size_t end = std::min(head.size(), head.find('\n', begin));
      std::string_view line = head.substr(begin, end - begin);
      begin = end + 1;
      const size_t colon = line.find(':');
      if (colon == std::string_view::npos || Lowered(line.substr(0, colon)) != name) continue;
      line.remove_prefix(colon + 1);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
      return std::string(line);
    }
    return "";
  }

  const ImportOptions& options_;
  const std::string_view bytes_;
  ImportSummary& summary_;
  const Take& take_;
};

Status CheckOptions(const ImportOptions& options) {
  if (options.authority.empty())
    return Status::InvalidArgument(
        "--authority is empty: name the order or receipt under which this may be kept");
  if (options.seen_by.empty() != options.seen_at.empty())
    return Status::InvalidArgument("--seen-by and --seen-at belong together: who saw it, and when");
  if (options.authority.size() > kMaxToldBytes || options.seen_by.size() > kMaxToldBytes ||
      options.seen_at.size() > kMaxToldBytes) {
    return Status::InvalidArgument(
        fmt::format("--authority, --seen-by and --seen-at take at most {} bytes", kMaxToldBytes));
  }
  if (!options.url.empty()) {
    if (options.kind != ImportKind::kPage) return Status::InvalidArgument("--url is for a saved page only");
    if (const auto url = Url::Parse(options.url); !url.ok()) return url.status().WithContext("--url");
  }
  return Status::Ok();
}

// A configured source, or one of received material.
Result<SourceId> ChosenSource(const Config& config, const ImportOptions& options, const Source*& configured) {
  if (options.source.empty()) return ReceivedSourceId(options.authority);
  const auto found = std::find_if(config.sources.begin(), config.sources.end(),
                                  [&](const Source& source) { return source.id.value == options.source; });
  if (found != config.sources.end()) {
    configured = &*found;
    return found->id;
  }
  if (options.source.starts_with(kReceivedPrefix) && IsValidSourceId(options.source))
    return SourceId{options.source};
  return Status::InvalidArgument(
      fmt::format("no source is called '{}': name one of gasht sources list, or one that begins with '{}'",
                  options.source, kReceivedPrefix));
}

}  // namespace

Json ToJson(const ImportOptions& options, const ImportSummary& summary) {
  Json json = Json::MakeObject();
  json.Set("file", options.file);
  json.Set("source", summary.source.value);
  json.Set("authority", options.authority);
  json.Set("original_sha256", summary.original_sha256.hex());
  json.Set("original_bytes", summary.original_bytes);
  Json captures = Json::MakeArray();
  for (const CaptureId id : summary.captures) captures.Push(id.value);
  json.Set("captures", std::move(captures));
  json.Set("messages", summary.messages);
  json.Set("listings", summary.listings);
  json.Set("new_findings", summary.new_findings);
  json.Set("seen_findings", summary.seen_findings);
  json.Set("pictures_unread", summary.pictures_unread);
  json.Set("skipped", summary.skipped);
  Json broken = Json::MakeArray();
  for (const std::string& what : summary.broken) broken.Push(what);
  json.Set("broken", std::move(broken));
  return json;
}

SourceId ReceivedSourceId(std::string_view authority) {
  constexpr size_t kMaxId = 32, kDigestDigits = 6;
  std::string slug;
  bool exact = true;
  for (const char raw : authority) {
    const char c = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw + 32) : raw;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug += c;
    } else {
      exact = exact && c == '-';
      if (!slug.empty() && slug.back() != '-') slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  // Two references never share a name: what the slug left out is in the digest.
  const size_t room = kMaxId - kReceivedPrefix.size();
  if (!exact || slug.size() > room || slug.empty()) {
    slug.resize(std::min(slug.size(), room - kDigestDigits - 1));
    while (slug.ends_with('-')) slug.pop_back();
    slug += (slug.empty() ? "" : "-") + Sha256(authority).hex().substr(0, kDigestDigits);
  }
  return SourceId{std::string(kReceivedPrefix) + slug};
}

Result<ImportSummary> Import(const Config& config, const ImportOptions& options,
                             std::shared_ptr<const RuleSet> rules, Analyzer& analyzer) {
  const SystemClock clock;
  GASHT_RETURN_IF_ERROR(CheckOptions(options));
  const Source* configured = nullptr;
  ImportSummary summary;
  GASHT_ASSIGN_OR_RETURN(summary.source, ChosenSource(config, options, configured));
  Result<std::string> file = ReadFile(options.file, kMaxFileBytes);
  if (!file.ok()) return Status::InvalidArgument(file.status().message());
  const std::string bytes = std::move(file).value();
  summary.original_sha256 = Sha256(bytes);
  summary.original_bytes = bytes.size();
  const std::string user = CurrentUser();
  const Digest rules_digest = Digest::FromHex(rules->digest()).value_or(Digest());

  StoreOptions store_options;
  store_options.path = config.store_path;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(store_options));
  StoreWriter writer(*store, clock);

  size_t read = 0;
  const Take take = [&](Part part) -> Status {
    if (summary.captures.size() >= kMaxParts) return Status::ResourceExhausted("the file has too many parts");
    read += part.analyse;
    PageCommit commit;
    Capture& capture = commit.capture;
    capture.source = summary.source;
    capture.provenance = Provenance::kReceived;
    capture.authority = options.authority;
    const Result<Url> url = Url::Parse(part.url);
    if (!part.url.empty() && url.ok()) {
      capture.url = part.url;
      capture.url_key =
          MakeUrlKey(summary.source, *url,
                     configured != nullptr ? configured->strip_params : std::vector<std::string>());
    } else {
      capture.url = fmt::format("urn:sha256:{}", summary.original_sha256.hex());
      capture.url_key = {std::string(
          HashParts("gasht-received-1", {summary.source.value, summary.original_sha256.view(), part.part})
              .view()
              .substr(0, UrlKey::kBytes))};
    }
    capture.final_url = capture.url;
    capture.status = part.status;
    capture.request_head = std::move(part.request_head);
    capture.response_head = std::move(part.response_head);
    capture.content_type = part.content_type;
    capture.has_body = !part.body.empty();
    capture.body_sha256 = Sha256(part.body);
    capture.body_bytes = part.body.size();
    capture.wire_bytes = part.body.size();
    capture.started_utc = clock.Utc();
    capture.started = clock.Monotonic();
    capture.boot_id = std::string(clock.boot_id());
    capture.clock_state = clock.State();
    capture.software = GASHT_SOFTWARE;
    capture.config_digest = config.digest;
    if (configured != nullptr && !configured->profile.empty())
      capture.profile_digest = Sha256(Encode(configured->profile));
    capture.rules_digest = rules_digest;
    const size_t slash = options.file.rfind('/');
    capture.received = {
        .original_sha256 = summary.original_sha256,
        .original_bytes = summary.original_bytes,
        .original_name = slash == std::string::npos ? options.file : options.file.substr(slash + 1),
        .kind = std::string(KindName(options.kind)),
        .part = std::move(part.part),
        .imported_by = user,
        .seen_by = options.seen_by,
        .seen_at = options.seen_at.empty() ? std::move(part.seen_at) : options.seen_at};
    if (part.analyse && capture.has_body) {
      AnalysisJob job;
      job.page.url = capture.final_url;
      job.page.content_type = part.content_type;
      job.page.status = part.status == 0 ? 200 : part.status;
      job.page.body = std::move(part.body);
      job.context.fetched_at = capture.started_utc;
      job.context.rules = rules;
      if (configured != nullptr) {
        job.context.source_kind = configured->kind;
        job.context.profile = configured->profile;
      } else if (options.kind == ImportKind::kTelegram || options.kind == ImportKind::kWhatsapp) {
        job.context.source_kind = SourceKind::kTelegramChannel;
      } else {
        job.context.source_kind = SourceKind::kSocialPage;
      }
      std::promise<std::pair<CapturedPage, PageAnalysis>> analysed;
      analyzer.Submit(std::move(job), [&analysed](CapturedPage page, PageAnalysis analysis) {
        analysed.set_value({std::move(page), std::move(analysis)});
      });
      auto [page, analysis] = analysed.get_future().get();
      part.body = std::move(page.body);
      commit.analysis = std::move(analysis);
    }
    capture.page_class = commit.analysis.document.page_class;
    summary.messages += commit.analysis.messages.size();
    summary.listings += commit.analysis.listings.size();
    for (const Weird& weird : commit.analysis.document.weirds) {
      if (weird.name == "picture_unread")
        summary.pictures_unread += std::strtoull(weird.detail.c_str(), nullptr, 10);
      if (weird.name == "worker_killed" || weird.name == "analysis_failed")
        summary.broken.push_back(
            fmt::format("{} could not be read whole ({})",
                        capture.received.part.empty() ? "the file" : capture.received.part, weird.name));
    }
    capture.finished = clock.Monotonic();
    commit.body = std::move(part.body);
    commit.visited.source = capture.source;
    commit.visited.key = capture.url_key;
    commit.visited.url = capture.url;
    std::promise<Result<PageCommitted>> durable;
    writer.CommitPage(std::move(commit), [&durable](Result<PageCommitted> committed) {
      durable.set_value(std::move(committed));
    });
    GASHT_ASSIGN_OR_RETURN(const PageCommitted committed, durable.get_future().get());
    summary.captures.push_back(committed.capture);
    summary.new_findings += committed.new_findings.size();
    summary.seen_findings += committed.seen_findings.size();
    return Status::Ok();
  };
  GASHT_RETURN_IF_ERROR(Splitter(options, bytes, summary, take).Run());
  if (read == 0) {
    const std::string why = summary.broken.empty() ? "nothing in it reads as one" : summary.broken.front();
    return Status::InvalidArgument(fmt::format("{} is no {} that gasht knows: {}", options.file,
                                               options.kind == ImportKind::kWarc
                                                   ? "web archive with pages"
                                                   : std::string(KindName(options.kind)) + " export",
                                               why));
  }
  std::promise<Status> recorded;
  writer.AddEvent(
      {"import", user,
       fmt::format("{} sha256:{} captures {}-{}", KindName(options.kind), summary.original_sha256.hex(),
                   summary.captures.front().value, summary.captures.back().value)},
      [&recorded](Status status) { recorded.set_value(std::move(status)); });
  GASHT_RETURN_IF_ERROR(recorded.get_future().get());
  return summary;
}

}  // namespace gasht
