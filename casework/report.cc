#include "casework/report.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/utf8.h"
#include "casework/report_text.h"

namespace gasht {
namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 'Noto Sans',sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "h1{font-size:1.7rem;margin:0}h2{margin:2rem 0 0}h2.ur{margin:0 0 .3rem;border-bottom:2px solid #333}"
    "h3{margin:1.2rem 0 .2rem;font-size:1.05rem}"
    "p,li{margin:.3rem 0}dl{display:grid;grid-template-columns:8rem 1fr;gap:.1rem .8rem;margin:.2rem 0}"
    "dt{color:#555}dd{margin:0;overflow-wrap:anywhere;unicode-bidi:plaintext;white-space:pre-line}"
    "pre{background:#f4f4f4;border:1px solid #ccc;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    ".ur{font-family:'Noto Nastaliq Urdu','Jameel Noori Nastaleeq',serif;line-height:2.2;text-align:right}"
    "dd{font-family:'Noto Sans','Noto Nastaliq Urdu',sans-serif}"
    "@media print{body{margin:0;max-width:none}h3{break-after:avoid}}";

// Escaped text: marks that could reorder or hide what is read are shown as what they are.
std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(text, at);
    const bool hidden = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || (c >= 0x80 && c < 0xa0) ||
                        (c >= 0x200b && c <= 0x200f && c != 0x200c && c != 0x200d) ||
                        (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
    if (hidden) {
      out += fmt::format("[U+{:04X}]", static_cast<uint32_t>(c));
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == 0xfffd) {
      out += "\ufffd";
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

std::string_view TagOf(BlockKind kind) {
  switch (kind) {
    case BlockKind::kTitle:
      return "h1";
    case BlockKind::kHeading:
      return "h2";
    case BlockKind::kSubheading:
      return "h3";
    case BlockKind::kParagraph:
    case BlockKind::kItem:
    case BlockKind::kField:
      return "p";
    case BlockKind::kCode:
      return "pre";
    case BlockKind::kRule:
      return "hr";
  }
  return "p";
}

}  // namespace

std::string PakistanTime(UtcTime at) {
  std::string text = FormatRfc3339(at + std::chrono::hours(5));
  text.pop_back();
  if (const size_t t = text.find('T'); t != std::string::npos) text[t] = ' ';
  return text + " PKT";
}

namespace {

std::string InMilliseconds(std::chrono::microseconds time) {
  return fmt::format("{}.{:03} ms", time.count() / 1000, std::abs(time.count() % 1000));
}

// What the kernel knew of the clock when the look was over.
std::string ClockInWords(const ClockState& clock) {
  switch (clock.sync) {
    case ClockState::Sync::kUnknown:
      return "not recorded";
    case ClockState::Sync::kUnsynchronised:
      return "kept by no reference";
    case ClockState::Sync::kSynchronised:
      return fmt::format("kept by a reference: off by about {}, at most {}",
                         InMilliseconds(clock.estimated_error), InMilliseconds(clock.max_error));
  }
  return {};
}

}  // namespace

ReportExhibit MakeReportExhibit(const Capture& capture, const CustodyLeaf& leaf, uint64_t number) {
  ReportExhibit exhibit;
  exhibit.number = number;
  exhibit.capture = capture.id;
  exhibit.leaf = leaf.index;
  exhibit.source = capture.source.value;
  exhibit.url = capture.final_url.empty() ? capture.url : capture.final_url;
  exhibit.authority = capture.authority;
  exhibit.outcome = FetchOutcomeName(capture.outcome);
  exhibit.channel = ChannelName(capture.channel);
  exhibit.provenance = ProvenanceName(capture.provenance);
  if (capture.truncation != Truncation::kNot) exhibit.truncated = TruncationName(capture.truncation);
  exhibit.status = capture.status;
  exhibit.started = capture.started_utc;
  exhibit.clock = ClockInWords(capture.clock_state);
  exhibit.config = capture.config_digest;
  exhibit.profile = capture.profile_digest;
  exhibit.rules = capture.rules_digest;
  if (capture.has_body) {
    exhibit.sha256 = capture.stored_sha256().hex();
    exhibit.bytes = capture.stored_bytes();
    exhibit.coding = capture.content_coding;
    if (capture.is_coded()) exhibit.decoded_sha256 = capture.body_sha256.hex();
  }
  exhibit.is_page = capture.has_body && capture.status == 200 && capture.page_class == PageClass::kContent;
  return exhibit;
}

std::string ReportHtml(const BundleReport& report) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">"
      "<title>" +
      Escaped("Evidence " + report.bundle) + "</title><style>" + std::string(kStyle) +
      "</style></head><body>\n";
  bool in_list = false;
  for (const ReportBlock& block : ReportBlocks(report, {})) {
    const bool field = block.kind == BlockKind::kField;
    if (field != in_list) {
      out += field ? "<dl>\n" : "</dl>\n";
      in_list = field;
    }
    if (field) {
      out += "<dt>" + Escaped(block.label) + "</dt><dd>" + Escaped(block.text) + "</dd>\n";
      continue;
    }
    const std::string_view tag = TagOf(block.kind);
    out += fmt::format("<{}{}>", tag, block.urdu ? " class=\"ur\" lang=\"ur\" dir=\"rtl\"" : "");
    if (block.kind == BlockKind::kItem && !block.urdu) out += "\u2022 ";
    const std::string text = Escaped(block.text);
    out += block.urdu ? IsolateQuoted(text, "<bdi>", "</bdi>") : text;
    out += fmt::format("</{}>\n", tag);
  }
  if (in_list) out += "</dl>\n";
  return out + "</body></html>\n";
}

}  // namespace gasht
