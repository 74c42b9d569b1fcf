#include "casework/report_text.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/counted.h"
#include "casework/verify.h"
#include "model/finding.h"

namespace gasht {
namespace {

// Of a listing's own words on paper; findings.jsonl has all.
constexpr size_t kMostWords = 1'500;

class Blocks {
 public:
  void Add(BlockKind kind, std::string text) { blocks_.push_back({kind, {}, std::move(text), false}); }
  void Urdu(BlockKind kind, std::string text) { blocks_.push_back({kind, {}, std::move(text), true}); }
  void Both(BlockKind kind, std::string en, std::string ur) {
    Add(kind, std::move(en));
    Urdu(kind, std::move(ur));
  }
  void Field(std::string label, std::string text) {
    if (!text.empty()) blocks_.push_back({BlockKind::kField, std::move(label), std::move(text), false});
  }
  std::vector<ReportBlock> Take() { return std::move(blocks_); }

 private:
  std::vector<ReportBlock> blocks_;
};

std::string BothTimes(const std::string& rfc3339) {
  const Result<UtcTime> at = ParseRfc3339(rfc3339);
  return at.ok() ? fmt::format("{} = {}", rfc3339, PakistanTime(*at)) : rfc3339;
}
std::string BothTimes(UtcTime at) {
  return BothTimes(FormatRfc3339(at));
}

std::string Join(const Json* list, std::string_view key) {
  std::string out;
  if (list == nullptr || !list->is_array()) return out;
  for (const Json& item : list->items()) out += (out.empty() ? "" : ", ") + item.StringOr(key);
  return out;
}

std::string CutWords(const std::string& text) {
  if (text.size() <= kMostWords) return text;
  size_t end = kMostWords;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + " [...]";
}

std::string ExhibitName(const std::map<uint64_t, uint64_t>& numbers, int64_t capture) {
  const auto found = numbers.find(static_cast<uint64_t>(capture));
  return found == numbers.end() ? fmt::format("capture {} (not enclosed)", capture)
                                : fmt::format("exhibit {} (capture {})", found->second, capture);
}

void AddFinding(Blocks& blocks, const Json& finding, const std::map<uint64_t, uint64_t>& numbers) {
  blocks.Add(BlockKind::kSubheading, fmt::format("Finding {}: {}, score {} of 100", finding.StringOr("id"),
                                                 finding.StringOr("level"), finding.IntOr("score", 0)));
  blocks.Field("Title", finding.StringOr("title"));
  blocks.Field("Vendor", finding.StringOr("vendor"));
  if (const Json* price = finding.Find("price"))
    blocks.Field("Price", price->StringOr("amount") + " " + price->StringOr("currency"));
  blocks.Field("Words", CutWords(finding.StringOr("text")));
  blocks.Field("Substances", Join(finding.Find("substances"), "id"));
  blocks.Field("Source", finding.StringOr("source"));
  blocks.Field("Page", finding.StringOr("page_url"));
  blocks.Field("First seen", BothTimes(finding.StringOr("first_seen")) + ", " +
                                 ExhibitName(numbers, finding.IntOr("first_capture", 0)));
  blocks.Field("Last seen", BothTimes(finding.StringOr("last_seen")) + ", " +
                                ExhibitName(numbers, finding.IntOr("last_capture", 0)) + "; seen " +
                                Counted(static_cast<uint64_t>(finding.IntOr("times_seen", 0)), "time"));
  if (const Json* matches = finding.Find("matches"); matches != nullptr && matches->is_array()) {
    std::set<std::string> seen;
    for (const Json& match : matches->items()) {
      std::string words = fmt::format("\u201c{}\u201d: {}", match.StringOr("text"), match.StringOr("term"));
      if (seen.insert(words).second) blocks.Field("Matched", std::move(words));
    }
  }
  const Json* listing = finding.Find("listing");
  const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
  if (identifiers != nullptr && identifiers->is_array()) {
    for (const Json& identifier : identifiers->items())
      blocks.Field("Identifier", fmt::format("{} {} ({}{})", identifier.StringOr("kind"),
                                             identifier.StringOr("value"), identifier.StringOr("role"),
                                             identifier.Find("masked") != nullptr ? ", masked" : ""));
  }
  blocks.Field("Rules", Join(finding.Find("rules"), "id"));
  if (const Json* reasons = finding.Find("reasons")) {
    blocks.Add(BlockKind::kParagraph, reasons->StringOr("en"));
    if (!reasons->StringOr("ur").empty()) blocks.Urdu(BlockKind::kParagraph, reasons->StringOr("ur"));
  }
  const Json* reviews = finding.Find("reviews");
  if (reviews == nullptr || !reviews->is_array() || reviews->items().empty()) {
    blocks.Field("Review", "none: no person has decided about this finding yet");
    return;
  }
  for (const Json& review : reviews->items())
    blocks.Field("Review",
                 fmt::format("{} by {}, {}: {}", review.StringOr("decision"), review.StringOr("actor"),
                             BothTimes(review.StringOr("at")), review.StringOr("note")));
}

// So much of a digest tells it from the others; in full they stand under the proof.
constexpr size_t kShownDigits = 16;

std::string JudgedBy(const ReportExhibit& exhibit) {
  std::string out;
  const auto add = [&out](std::string_view what, const Digest& digest) {
    if (digest == Digest()) return;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", what, digest.hex().substr(0, kShownDigits));
  };
  add("configuration", exhibit.config);
  add("profile", exhibit.profile);
  add("rule set", exhibit.rules);
  return out;
}

void AddExhibit(Blocks& blocks, const ReportExhibit& exhibit) {
  blocks.Add(BlockKind::kSubheading, fmt::format("Exhibit {} (capture {}, log leaf {})", exhibit.number,
                                                 exhibit.capture.value, exhibit.leaf));
  blocks.Field("Address", exhibit.url);
  blocks.Field(exhibit.is_destroyed ? "Recorded" : "Captured", BothTimes(exhibit.started));
  blocks.Field("Result", exhibit.outcome +
                             (exhibit.status == 0 ? "" : fmt::format(", HTTP status {}", exhibit.status)) +
                             (exhibit.truncated.empty() ? "" : ", cut off: " + exhibit.truncated));
  if (exhibit.is_destroyed) return;
  blocks.Field("Clock", exhibit.clock);
  blocks.Field("Way", fmt::format("{}, {}", exhibit.channel, exhibit.provenance));
  blocks.Field("Judged by", JudgedBy(exhibit));
  blocks.Field("Authority", exhibit.authority);
  if (!exhibit.sha256.empty()) {
    blocks.Field("Body",
                 fmt::format("{}{}", Counted(exhibit.bytes, "byte"),
                             exhibit.coding.empty() ? "" : " as received, packed: " + exhibit.coding));
    blocks.Field("SHA-256", exhibit.sha256);
    if (!exhibit.decoded_sha256.empty()) blocks.Field("Unpacked", "SHA-256 " + exhibit.decoded_sha256);
  }
}

void AddProof(Blocks& blocks, const BundleReport& report) {
  blocks.Both(BlockKind::kHeading, "What is proved, and how to check it",
              "کیا ثابت ہوتا ہے اور جانچ کیسے کی جائے");
  blocks.Both(
      BlockKind::kParagraph,
      "Every capture was hashed (SHA-256) before any program interpreted it, and its record entered a log "
      "that "
      "only grows (a Merkle tree, RFC 6962). The log was sealed with the checkpoint below. Anyone can check "
      "from "
      "this file alone that each exhibit is in that log, unchanged, and that this export is in it too. Run: "
      "python3 evidence/gasht_verify.py BUNDLE, or: gasht verify BUNDLE. Compare both keys with those that "
      "the "
      "agency has published.",
      "ہر صفحے کا ہیش (SHA-256) اسی وقت نکالا گیا جب وہ موصول ہوا، اور اس کا ریکارڈ ایک ایسے رجسٹر میں درج "
      "ہوا جس میں "
      "صرف اضافہ ہو سکتا ہے، تبدیلی نہیں۔ یہ رجسٹر نیچے دی گئی مہر سے بند کیا گیا۔ کوئی بھی شخص صرف اس فائل "
      "کی مدد سے جانچ "
      "سکتا ہے کہ ہر شہادت اس رجسٹر میں بغیر تبدیلی کے موجود ہے۔ دونوں کلیدوں کا موازنہ ادارے کی شائع کردہ "
      "کلیدوں سے کریں۔");
  blocks.Add(BlockKind::kCode, report.checkpoint);
  blocks.Field("Log's key", report.log_key);
  blocks.Field("Bundle's key", report.signing_key);
  blocks.Field("Contents", "sha256:" + report.contents_sha256);
  if (report.stamps.empty()) {
    blocks.Field("Time",
                 "No outside witness and no time-stamp authority saw this log: only the capturing "
                 "machine's own clock says when.");
  }
  for (const ReportStamp& stamp : report.stamps)
    blocks.Field(
        "Existed by",
        fmt::format("{}: {} said so of the log's first {} leaves, and so of {} of the {} "
                    "exhibits",
                    BothTimes(stamp.at), stamp.who, stamp.leaves, stamp.exhibits, report.exhibits.size()));
  if (!report.stamps.empty())
    blocks.Urdu(
        BlockKind::kParagraph,
        "اوپر دیے گئے وقت ادارے سے باہر کے گواہ یا وقت کی مہر لگانے والے ادارے نے بتائے: رجسٹر اس وقت تک "
        "اسی حالت میں موجود تھا۔");
  for (const auto& [what, digests] :
       {std::pair("Configuration", &report.configurations), std::pair("Profile", &report.profiles)}) {
    for (const Digest& digest : *digests)
      blocks.Field(what, digest == Digest() ? std::string() : "sha256:" + digest.hex());
  }
  for (const ReportRules& rules : report.rules)
    blocks.Field("Rule set", fmt::format("sha256:{} ({})", rules.digest,
                                         rules.enclosed ? "its text is enclosed"
                                                        : "no longer in force; its text is not enclosed"));
  blocks.Both(BlockKind::kHeading, "What cannot be proved", "کیا ثابت نہیں ہو سکتا");
  for (const std::string_view sentence : NeverProved()) blocks.Add(BlockKind::kItem, std::string(sentence));
  blocks.Urdu(BlockKind::kParagraph,
              "یہ ثابت نہیں ہوتا کہ ویب سائٹ نے سچ کہا، یا لکھنے والا کون تھا، یا یہ کہ سب کچھ دیکھ لیا گیا۔ "
              "اکاؤنٹ یا پتا کوئی "
              "شخص نہیں ہوتا۔");
  if (report.masked > 0)
    blocks.Both(
        BlockKind::kParagraph,
        fmt::format("{} identifiers of people who are not known to sell are masked (\u2588). Beside each "
                    "stands a commitment: the agency holds the openings and can prove what was masked. The "
                    "archive itself holds the pages as captured.",
                    report.masked),
        "جو لوگ فروخت کنندہ معلوم نہیں، ان کے نمبر اور پتے چھپا دیے گئے ہیں۔ ادارہ ثابت کر سکتا ہے کہ کیا "
        "چھپایا گیا۔");
}

void AddStatementFacts(Blocks& blocks, const BundleReport& report) {
  blocks.Both(BlockKind::kHeading, "Facts for a statement", "بیان کے لیے حقائق");
  blocks.Both(
      BlockKind::kParagraph,
      "This report is unsigned. An officer who makes a statement from it checks these facts first and "
      "signs for what he or she knows.",
      "اس رپورٹ پر دستخط نہیں ہیں۔ بیان دینے والا افسر پہلے ان حقائق کی خود تصدیق کرے۔");
  std::vector<std::string> authorities, softwares;
  for (const ReportExhibit& exhibit : report.exhibits) {
    if (!exhibit.is_destroyed &&
        std::find(authorities.begin(), authorities.end(), exhibit.authority) == authorities.end())
      authorities.push_back(exhibit.authority);
  }
  std::vector<std::string> operators;
  for (const ReportAct& act : report.acts) {
    if (act.kind == "start" && std::find(operators.begin(), operators.end(), act.actor) == operators.end())
      operators.push_back(act.actor);
  }
  for (const std::string& name : operators)
    blocks.Field("Operated by", name + " (the account that started the patrol)");
  blocks.Field("Exported by", report.actor + " (the account on the machine)");
  blocks.Field("Agency", report.agency.empty() ? "not stated in the configuration" : report.agency);
  for (const std::string& authority : authorities)
    blocks.Field("Authority", authority.empty() ? "none stated" : authority);
  blocks.Field("Software", report.software);
  blocks.Field("Operation",
               "The program fetches published pages only, with GET requests; it does not log in, fill "
               "forms, write messages or buy.");
  blocks.Field(
      "Clock",
      "UTC of the capturing machine, beside its monotonic clock and boot id; steps of more than five "
      "seconds are recorded. PKT is UTC+05:00.");
  blocks.Field("Procedure",
               "Bytes are hashed on arrival; a record with the hash enters the log in the same durable "
               "write; the log is sealed by a separate signing key; every later look, review, export and "
               "deletion is another leaf of it. docs/bundle.md and docs/storage-format.md of the software "
               "describe each step.");
  blocks.Both(BlockKind::kItem,
              "Name and rank: ______________________    Date and signature: ______________________",
              "نام و عہدہ: ______________________    تاریخ اور دستخط: ______________________");
}

}  // namespace

std::string IsolateQuoted(std::string_view text, std::string_view open, std::string_view close) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {{"\u2018", "\u2019"}, {"(+", ")"}};
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const auto pair = std::find_if(std::begin(kPairs), std::end(kPairs),
                                   [&](const auto& p) { return text.substr(at).starts_with(p.first); });
    const size_t end =
        pair == std::end(kPairs) ? std::string_view::npos : text.find(pair->second, at + pair->first.size());
    if (end == std::string_view::npos) {
      out += text[at++];
      continue;
    }
    // The plus belongs to the number, the quotation marks to the sentence.
    const size_t begin = at + (pair->first == "(+" ? 1 : pair->first.size());
    out += text.substr(at, begin - at);
    out += open;
    out += text.substr(begin, end - begin);
    out += close;
    at = end;
  }
  return out;
}

std::vector<ReportBlock> ReportBlocks(const BundleReport& report, const ReportLimits& limits) {
  Blocks blocks;
  blocks.Both(BlockKind::kTitle, "Evidence captured online", "آن لائن حاصل کردہ شواہد");
  if (!report.agency.empty()) blocks.Add(BlockKind::kParagraph, report.agency);
  if (!report.agency_ur.empty()) blocks.Urdu(BlockKind::kParagraph, report.agency_ur);
  blocks.Field("Bundle", report.bundle);
  blocks.Field("Made", BothTimes(report.made));
  blocks.Field("By", report.actor);
  blocks.Field("Holds", Counted(report.exhibits.size(), "exhibit") + ", " +
                            Counted(report.findings.size(), "finding"));
  blocks.Both(BlockKind::kParagraph,
              "A finding says that the words of an advert met published rules. It is a reason to look, not a "
              "verdict: "
              "a person decides.",
              "یہ نتائج صرف یہ بتاتے ہیں کہ کسی اشتہار کے الفاظ شائع شدہ قواعد سے ملتے ہیں۔ یہ دیکھنے کی وجہ "
              "ہے، فیصلہ نہیں۔ فیصلہ "
              "انسان کرتا ہے۔");
  std::map<uint64_t, uint64_t> numbers;
  for (const ReportExhibit& exhibit : report.exhibits) numbers[exhibit.capture.value] = exhibit.number;
  blocks.Both(BlockKind::kHeading, "Findings", "مشتبہ اشتہارات");
  if (!report.findings.empty())
    blocks.Urdu(
        BlockKind::kParagraph,
        "\u2018Title\u2019 عنوان، \u2018Vendor\u2019 بیچنے والا، \u2018Price\u2019 قیمت، \u2018Words\u2019 "
        "اشتہار کے الفاظ، \u2018Substances\u2019 منشیات، \u2018Source\u2019 ماخذ، \u2018Page\u2019 صفحے کا "
        "پتا، "
        "\u2018First seen\u2019 پہلی بار دیکھا گیا، \u2018Last seen\u2019 آخری بار دیکھا گیا، "
        "\u2018Matched\u2019 ملنے والے الفاظ، \u2018Identifier\u2019 رابطہ، \u2018Rules\u2019 قواعد، "
        "\u2018Review\u2019 انسانی فیصلہ۔");
  if (report.findings.empty()) blocks.Add(BlockKind::kParagraph, "None: this bundle holds captures only.");
  for (size_t i = 0; i < std::min(limits.findings, report.findings.size()); ++i)
    AddFinding(blocks, report.findings[i], numbers);
  if (report.findings.size() > limits.findings)
    blocks.Add(BlockKind::kParagraph, fmt::format("{} more findings are in evidence/findings.jsonl.",
                                                  report.findings.size() - limits.findings));
  blocks.Both(BlockKind::kHeading, "Exhibits", "شواہد کی فہرست");
  blocks.Urdu(
      BlockKind::kParagraph,
      "\u2018Address\u2019 صفحے کا پتا، \u2018Captured\u2019 حاصل کرنے کا وقت (UTC اور پاکستانی وقت)، "
      "\u2018Result\u2019 نتیجہ، \u2018Way\u2019 رسائی کا طریقہ، \u2018Authority\u2019 اجازت نامہ، "
      "\u2018Body\u2019 صفحے کا حجم، \u2018SHA-256\u2019 ہیش۔");
  for (size_t i = 0; i < std::min(limits.exhibits, report.exhibits.size()); ++i)
    AddExhibit(blocks, report.exhibits[i]);
  if (report.exhibits.size() > limits.exhibits)
    blocks.Add(BlockKind::kParagraph, fmt::format("{} more exhibits are listed in evidence/contents.json.",
                                                  report.exhibits.size() - limits.exhibits));
  blocks.Both(BlockKind::kHeading, "Custody: who did what with it", "تحویل کا ریکارڈ");
  if (report.acts.empty())
    blocks.Add(BlockKind::kParagraph, "The log has no act on these exhibits besides their capture.");
  for (size_t i = 0; i < std::min(limits.acts, report.acts.size()); ++i) {
    const ReportAct& act = report.acts[i];
    blocks.Field(fmt::format("Leaf {}", act.leaf),
                 fmt::format("{}: {} by {}\n{}", BothTimes(act.at), act.kind, act.actor, act.detail));
  }
  if (report.acts.size() > limits.acts)
    blocks.Add(BlockKind::kParagraph,
               fmt::format("{} more acts are in evidence/leaves.jsonl.", report.acts.size() - limits.acts));
  AddProof(blocks, report);
  AddStatementFacts(blocks, report);
  return blocks.Take();
}

}  // namespace gasht
