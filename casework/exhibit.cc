#include "casework/exhibit.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/ids.h"

namespace gasht {
namespace {

// Lower-case name of a header line, empty for a status line.
std::string HeaderName(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  std::string name(line.substr(0, colon));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

template <typename Visit>
void ForEachLine(std::string_view head, Visit visit) {
  for (size_t begin = 0; begin < head.size();) {
    const size_t end = head.find('\n', begin);
    const size_t next = end == std::string_view::npos ? head.size() : end + 1;
    visit(head.substr(begin, next - begin));
    begin = next;
  }
}

// Is this line of the head one of a coding that was undone?
bool IsUndone(const Capture& capture, std::string_view name) {
  return name == "transfer-encoding" || (name == "content-encoding" && !capture.is_coded());
}

// One line of application/warc-fields.
void AddLine(std::string& block, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  block += name;
  block += ": ";
  for (const char c : value) block += c == '\r' || c == '\n' ? ' ' : c;
  block += "\r\n";
}

std::string Id(std::string_view bundle, CaptureId capture, std::string_view kind) {
  return WarcRecordId(HashParts("gasht-warc-record-1", {bundle, std::to_string(capture.value), kind}));
}

std::string MetadataBlock(const ExhibitInput& input) {
  const Capture& capture = *input.capture;
  std::string block;
  AddLine(block, "fetchTimeMs", std::to_string((capture.finished - capture.started).count() / 1000));
  AddLine(block, "gasht-capture", std::to_string(capture.id.value));
  AddLine(block, "gasht-leaf", std::to_string(input.leaf));
  AddLine(block, "gasht-manifest", WarcDigest(input.manifest_sha256));
  AddLine(block, "gasht-source", capture.source.value);
  AddLine(block, "gasht-asked-for", capture.url);
  AddLine(block, "gasht-outcome", FetchOutcomeName(capture.outcome));
  AddLine(block, "gasht-detail", capture.detail);
  AddLine(block, "gasht-provenance", ProvenanceName(capture.provenance));
  AddLine(block, "gasht-authority", capture.authority);
  AddLine(block, "gasht-channel", ChannelName(capture.channel));
  AddLine(block, "gasht-page-class", PageClassName(capture.page_class));
  AddLine(block, "gasht-body-end", BodyEndName(capture.body_end));
  if (capture.is_coded()) {
    AddLine(block, "gasht-content-coding", capture.content_coding);
    AddLine(block, "gasht-decoded", WarcDigest(capture.body_sha256));
  }
  AddLine(block, "gasht-wire-bytes", std::to_string(capture.wire_bytes));
  AddLine(block, "gasht-software", capture.software);
  AddLine(block, "gasht-config", WarcDigest(capture.config_digest));
  AddLine(block, "gasht-rules", WarcDigest(capture.rules_digest));
  for (const Hop& hop : capture.hops)
    AddLine(block, "gasht-hop",
            fmt::format("{} {} {} ({})", hop.status, hop.url, hop.location, hop.decision));
  if (!capture.response_head.empty() && !IsAsReceived(capture))
    AddLine(block, "gasht-response-head-base64", Base64Encode(capture.response_head));
  return block;
}

}  // namespace

bool IsAsReceived(const Capture& capture) {
  bool coded = false;
  ForEachLine(capture.response_head,
              [&](std::string_view line) { coded |= IsUndone(capture, HeaderName(line)); });
  return !coded && capture.wire_bytes == capture.response_head.size() + capture.stored_bytes();
}

std::string BlockHead(const Capture& capture) {
  if (IsAsReceived(capture)) return capture.response_head;
  const std::string length = fmt::format("Content-Length: {}\r\n", capture.stored_bytes());
  std::string out;
  bool ended = false;
  ForEachLine(capture.response_head, [&](std::string_view line) {
    if (ended) {
      out += line;
      return;
    }
    if (line == "\r\n" || line == "\n") {
      ended = true;
      out += length;
    } else if (const std::string name = HeaderName(line);
               IsUndone(capture, name) || name == "content-length") {
      out += "X-Gasht-Received-";
    }
    out += line;
  });
  return ended ? out : out + length + "\r\n";
}

std::string ResponseRecordId(std::string_view bundle, CaptureId capture) {
  return Id(bundle, capture, "response");
}

std::vector<WarcRecord> ExhibitRecords(const ExhibitInput& input) {
  const Capture& capture = *input.capture;
  const std::string date = FormatRfc3339(capture.started_utc);
  const std::string& url = capture.final_url.empty() ? capture.url : capture.final_url;
  const std::string response_id = ResponseRecordId(input.bundle, capture.id);
  const bool has_response = !capture.response_head.empty();
  const auto begin = [&](std::string_view type, const std::string& id) {
    WarcRecord record;
    record.Add("WARC-Type", type).Add("WARC-Record-ID", id).Add("WARC-Date", date);
    record.Add("WARC-Target-URI", url).Add("WARC-Gasht-Capture", std::to_string(capture.id.value));
    return record;
  };
  std::vector<WarcRecord> records;
  if (!capture.request_head.empty()) {
    WarcRecord record = begin("request", Id(input.bundle, capture.id, "request"));
    if (has_response) record.Add("WARC-Concurrent-To", response_id);
    record.Add("Content-Type", "application/http;msgtype=request");
    record.block = capture.request_head;
    records.push_back(std::move(record));
  }
  if (has_response) {
    WarcRecord record = begin(input.earlier ? "revisit" : "response", response_id);
    if (capture.has_body) record.Add("WARC-Payload-Digest", WarcDigest(capture.stored_sha256()));
    if (input.earlier) {
      record.Add("WARC-Profile", kIdenticalPayload).Add("WARC-Refers-To", input.earlier->record_id);
      record.Add("WARC-Refers-To-Target-URI", input.earlier->url);
      record.Add("WARC-Refers-To-Date", FormatRfc3339(input.earlier->at));
    }
    if (capture.truncation != Truncation::kNot)
      record.Add("WARC-Truncated", TruncationName(capture.truncation));
    record.Add("WARC-Gasht-Block", IsAsReceived(capture) ? "as-received" : "decoded");
    record.Add("Content-Type", "application/http;msgtype=response");
    record.block = BlockHead(capture);
    if (!input.earlier) record.block += input.body;
    records.push_back(std::move(record));
  }
  WarcRecord record = begin("metadata", Id(input.bundle, capture.id, "metadata"));
  if (has_response) record.Add("WARC-Concurrent-To", response_id);
  record.Add("Content-Type", "application/warc-fields");
  record.block = MetadataBlock(input);
  records.push_back(std::move(record));
  return records;
}

WarcRecord WarcInfoRecord(const WarcInfo& info) {
  WarcRecord record;
  record.Add("WARC-Type", "warcinfo");
  record.Add("WARC-Record-ID", WarcRecordId(HashParts("gasht-warc-record-1", {info.bundle, "warcinfo"})));
  record.Add("WARC-Date", FormatRfc3339(info.at));
  record.Add("WARC-Filename", info.filename);
  record.Add("Content-Type", "application/warc-fields");
  AddLine(record.block, "software", info.software);
  AddLine(record.block, "format", "WARC File Format 1.1");
  AddLine(record.block, "conformsTo",
          "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/");
  AddLine(record.block, "operator", info.agency);
  AddLine(record.block, "isPartOf", info.bundle);
  return record;
}

}  // namespace gasht
