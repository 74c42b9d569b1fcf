#include "app/import_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "casework/warc.h"
#include "extract/mime.h"
#include "extract/pdf_text.h"
#include "extract/received.h"
#include "extract/telegram_export.h"
#include "extract/unzip.h"
#include "extract/whatsapp.h"

namespace gasht {
namespace {

// Of one capture: what one worker reads in its time.
constexpr size_t kMaxPieceBytes = size_t{512} << 10;
constexpr size_t kMaxPieceMessages = 500;
constexpr size_t kMaxEntryBytes = size_t{128} << 20;  // of an archive's entry
constexpr size_t kMaxRecordBytes = size_t{16} << 20;  // of a web archive's record
constexpr size_t kMaxRecords = 50'000;

struct NamedKind {
  ImportKind kind;
  std::string_view name;
};
constexpr NamedKind kKinds[] = {{ImportKind::kWhatsapp, "whatsapp"},
                                {ImportKind::kTelegram, "telegram"},
                                {ImportKind::kPage, "page"},
                                {ImportKind::kWarc, "warc"}};

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

using Take = std::function<Status(ImportPart)>;

// Takes one file apart. Counts and complaints go into `summary`.
class Splitter {
 public:
  Splitter(std::string_view bytes, ImportNotes& notes, const Take& take)
      : bytes_(bytes), notes_(notes), take_(take) {}

  Status Run(ImportKind kind) {
    switch (kind) {
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
        ++notes_.skipped;
        continue;
      }
      Result<std::string> unpacked = Unzip(bytes_, file, kMaxEntryBytes);
      if (!unpacked.ok()) {
        notes_.broken.push_back(fmt::format("{}: {}", file.name, unpacked.status().message()));
        continue;
      }
      GASHT_RETURN_IF_ERROR(read(file.name, std::move(*unpacked)));
    }
    return Status::Ok();
  }

  // The file as it was handed over, beside its parts.
  Status KeepWhole(std::string content_type) {
    ImportPart whole;
    whole.content_type = std::move(content_type);
    if (bytes_.size() <= kMaxImportPartBytes) whole.body = std::string(bytes_);
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
      ++notes_.skipped;
      return Status::Ok();
    }
    const std::vector<Span> pieces = SplitWhatsapp(text, kMaxPieceBytes, kMaxPieceMessages);
    if (pieces.size() > 1 && name.empty()) GASHT_RETURN_IF_ERROR(KeepWhole("text/plain"));
    for (const Span piece : pieces) {
      ImportPart part;
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
      ImportPart part;
      part.content_type = TelegramMediaType(piece.chat);
      part.body = std::string(json.substr(piece.span.begin, piece.span.size()));
      part.part = BytesOf(name, piece.span.begin, piece.span.end);
      GASHT_RETURN_IF_ERROR(take_(std::move(part)));
    }
    return Status::Ok();
  }

  Status TelegramHtml(const std::string& name, std::string html) {
    if (html.find("class=\"history\"") == std::string::npos) {
      ++notes_.skipped;
      return Status::Ok();
    }
    ImportPart part;
    part.content_type = "text/html";
    if (!name.empty()) part.part = BytesOf(name, 0, html.size());
    part.body = std::move(html);
    return take_(std::move(part));
  }

  Status Page() {
    if (bytes_.size() > kMaxImportPartBytes)
      return Status::InvalidArgument(fmt::format("a page has at most {} bytes", kMaxImportPartBytes));
    ImportPart part;
    part.content_type = MediaTypeOfPage(bytes_);
    if (part.content_type == "text/html") part.url = SavedFromUrl(bytes_);
    if (part.content_type == "multipart/related") {
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
        notes_.broken.push_back(record.status().message());
        return Status::Ok();
      }
      if (!*record) return Status::Ok();
      GASHT_RETURN_IF_ERROR(OneRecord(name, **record, reader.offset()));
    }
    notes_.broken.push_back(fmt::format("more than {} records: the rest was not read", kMaxRecords));
    return Status::Ok();
  }

  Status OneRecord(const std::string& name, const WarcRecord& record, uint64_t offset) {
    const bool response = record.type() == "response", resource = record.type() == "resource";
    std::string url(record.Field("WARC-Target-URI"));
    if (url.starts_with('<') && url.ends_with('>')) url = url.substr(1, url.size() - 2);
    if ((!response && !resource) || url.empty()) {
      ++notes_.skipped;
      return Status::Ok();
    }
    ImportPart part;
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
        notes_.broken.push_back(fmt::format("the record at byte {} is no whole HTTP response", offset));
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
        notes_.broken.push_back(
            fmt::format("the record at byte {} is coded as {}, which is not read", offset, coding));
        return Status::Ok();
      }
    }
    if (CheckWarcDigest(record.Field("WARC-Block-Digest"), record.block) == DigestCheck::kFailed ||
        (response && CheckPayloadDigest(record) == DigestCheck::kFailed)) {
      notes_.broken.push_back(fmt::format("the record at byte {} does not have the digest it names", offset));
    }
    // Pictures, styles and scripts stay in the file: its digest holds for them.
    const std::string type = Lowered(part.content_type.substr(0, part.content_type.find(';')));
    const bool read = type.empty() || type.starts_with("text/html") || type.starts_with("text/plain") ||
                      type.find("xml") != std::string::npos || type.find("json") != std::string::npos ||
                      type == "application/pdf";
    if (!read || part.body.empty()) {
      ++notes_.skipped;
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

  const std::string_view bytes_;
  ImportNotes& notes_;
  const Take& take_;
};

}  // namespace

std::string_view ImportKindName(ImportKind kind) {
  for (const NamedKind& named : kKinds) {
    if (named.kind == kind) return named.name;
  }
  return "";
}

std::optional<ImportKind> ParseImportKind(std::string_view name) {
  for (const NamedKind& named : kKinds) {
    if (named.name == name) return named.kind;
  }
  return std::nullopt;
}

Status SplitImport(ImportKind kind, std::string_view bytes, ImportNotes& notes,
                   const std::function<Status(ImportPart)>& take) {
  return Splitter(bytes, notes, take).Run(kind);
}

}  // namespace gasht
