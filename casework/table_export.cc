#include "casework/table_export.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "casework/deflate.h"
#include "casework/exhibit.h"
#include "casework/out_file.h"
#include "casework/report.h"
#include "casework/warc.h"
#include "model/ids.h"
#include "model/json.h"
#include "store/proof.h"

namespace gasht {
namespace {

constexpr std::array<std::string_view, 24> kColumns = {
    "finding",        "level",         "score",         "source",        "title",        "vendor",
    "price",          "currency",      "quantity",      "unit",          "stock",        "substances",
    "classes",        "rules",         "reason_en",     "reason_ur",     "page_url",     "identifiers",
    "first_seen_utc", "last_seen_utc", "last_seen_pkt", "first_capture", "last_capture", "review"};

std::string JoinKey(const Json* list, std::string_view key) {
  std::string out;
  if (list == nullptr || !list->is_array()) return out;
  for (const Json& item : list->items()) out += (out.empty() ? "" : "; ") + item.StringOr(key);
  return out;
}

std::string ClassesOf(const Json& finding) {
  std::set<std::string> classes;
  const Json* substances = finding.Find("substances");
  if (substances == nullptr) return {};
  for (const Json& substance : substances->items()) {
    if (const Json* one = substance.Find("class"); one != nullptr && one->is_string())
      classes.insert(one->as_string());
    if (const Json* many = substance.Find("classes"); many != nullptr && many->is_array()) {
      for (const Json& name : many->items()) classes.insert(name.as_string());
    }
  }
  std::string out;
  for (const std::string& name : classes) out += (out.empty() ? "" : "; ") + name;
  return out;
}

std::string IdentifiersOf(const Json& finding) {
  const Json* listing = finding.Find("listing");
  const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
  std::string out;
  if (identifiers == nullptr) return out;
  for (const Json& identifier : identifiers->items())
    out += fmt::format("{}{} {} ({})", out.empty() ? "" : "; ", identifier.StringOr("kind"),
                       identifier.StringOr("value"), identifier.StringOr("role"));
  return out;
}

std::string TextOf(const Json& object, std::string_view inner, std::string_view key) {
  const Json* found = object.Find(inner);
  return found == nullptr ? std::string() : found->StringOr(key);
}

std::string CsvRow(const Json& finding) {
  const Json* listing = finding.Find("listing");
  const Json empty = Json::MakeObject();
  const Json& of = listing == nullptr ? empty : *listing;
  const Json* reviews = finding.Find("reviews");
  const bool reviewed = reviews != nullptr && !reviews->items().empty();
  const Result<UtcTime> last = ParseRfc3339(finding.StringOr("last_seen"));
  const std::array<std::string, kColumns.size()> cells = {
      finding.StringOr("id"),
      finding.StringOr("level"),
      std::to_string(finding.IntOr("score", 0)),
      finding.StringOr("source"),
      finding.StringOr("title"),
      finding.StringOr("vendor"),
      TextOf(finding, "price", "amount"),
      TextOf(finding, "price", "currency"),
      TextOf(of, "quantity", "value"),
      TextOf(of, "quantity", "unit"),
      finding.StringOr("stock"),
      JoinKey(finding.Find("substances"), "id"),
      ClassesOf(finding),
      JoinKey(finding.Find("rules"), "id"),
      TextOf(finding, "reasons", "en"),
      TextOf(finding, "reasons", "ur"),
      finding.StringOr("page_url"),
      IdentifiersOf(finding),
      finding.StringOr("first_seen"),
      finding.StringOr("last_seen"),
      last.ok() ? PakistanTime(*last) : "",
      std::to_string(finding.IntOr("first_capture", 0)),
      std::to_string(finding.IntOr("last_capture", 0)),
      reviewed ? reviews->items().back().StringOr("decision") : ""};
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : ",") + CsvCell(cells[i]);
  return row + "\r\n";
}

// One export; confined to one thread.
class Table {
 public:
  Table(const Store& store, const TableOptions& options, OutFile& file)
      : store_(store), options_(options), file_(file) {
    const std::string id = WarcRecordId(Digest::FromBytes(RandomBytes(32)));
    summary_.id = id.substr(1, id.size() - 2);
  }

  Result<TableSummary> Run(const Selection& selection, TableFormat format) {
    GASHT_ASSIGN_OR_RETURN(const Selected selected, Select(store_, selection));
    GASHT_RETURN_IF_ERROR(WriteRows(selection, selected, format));
    summary_.sha256 = sha256_.Finish();
    summary_.bytes = file_.size();
    std::unique_ptr<OutFile> openings;
    if (!openings_.empty()) {
      summary_.openings_path = options_.path + ".openings.jsonl";
      GASHT_ASSIGN_OR_RETURN(openings, OutFile::Create(summary_.openings_path, 0600));
      for (const Opening& opening : openings_)
        GASHT_RETURN_IF_ERROR(openings->Write(ToJson(opening).Dump() + "\n"));
    }
    // The act is durable before anybody can read the file.
    GASHT_RETURN_IF_ERROR(options_.record(
        {"export", options_.actor, fmt::format("{} {}", summary_.id, WarcDigest(summary_.sha256))}));
    GASHT_RETURN_IF_ERROR(file_.Commit());
    if (openings != nullptr) GASHT_RETURN_IF_ERROR(openings->Commit());
    return summary_;
  }

 private:
  Status Write(const std::string& bytes) {
    sha256_.Update(bytes);
    return file_.Write(bytes);
  }
  Status Line(Json line) {
    ++summary_.rows;
    return Write(line.Dump() + "\n");
  }

  Status WriteRows(const Selection& selection, const Selected& selected, TableFormat format) {
    switch (format) {
      case TableFormat::kCsv:
        // The byte-order mark tells spreadsheets that this is UTF-8.
        return WriteCsv(selected);
      case TableFormat::kJsonl:
        for (const Finding& finding : selected.findings) {
          GASHT_ASSIGN_OR_RETURN(Json json, Exported(finding));
          GASHT_RETURN_IF_ERROR(Line(std::move(json)));
        }
        return Status::Ok();
      case TableFormat::kDisclosure:
        return WriteDisclosure(selection, selected);
      case TableFormat::kWarc:
        return WriteWarc(selected);
    }
    return Status::Internal("a format that is none");
  }

  Status WriteCsv(const Selected& selected) {
    std::string head = "\xef\xbb\xbf";
    for (size_t i = 0; i < kColumns.size(); ++i) head += (i == 0 ? "" : ",") + std::string(kColumns[i]);
    GASHT_RETURN_IF_ERROR(Write(head + "\r\n"));
    for (const Finding& finding : selected.findings) {
      GASHT_ASSIGN_OR_RETURN(const Json json, Exported(finding));
      GASHT_RETURN_IF_ERROR(Write(CsvRow(json)));
      ++summary_.rows;
    }
    return Status::Ok();
  }

  Result<Json> Exported(const Finding& finding) {
    MaskedFinding masked = MaskFinding(finding);
    summary_.masked += masked.openings.size();
    for (Opening& opening : masked.openings) openings_.push_back(std::move(opening));
    GASHT_ASSIGN_OR_RETURN(const auto reviews, store_.ListReviews(finding.id));
    Json decisions = Json::MakeArray();
    for (const Review& review : reviews) decisions.Push(ToJson(review));
    masked.json.Set("reviews", std::move(decisions));
    GASHT_ASSIGN_OR_RETURN(const auto looks, store_.ListObservations(finding.source, finding.listing_id));
    if (!looks.empty() && !looks.back().stock.empty()) masked.json.Set("stock", looks.back().stock);
    return std::move(masked.json);
  }

  // What speaks for and against: findings of every level and decision, every capture that led to none, the
  // rules that judged, the reviews (with their findings), and what was masked.
  Status WriteDisclosure(const Selection& selection, const Selected& selected) {
    Json head = Json::MakeObject().Set("type", "disclosure").Set("id", summary_.id);
    head.Set("made", FormatRfc3339(options_.clock->Utc())).Set("actor", options_.actor);
    head.Set("software", options_.software).Set("selection", ToJson(selection));
    GASHT_RETURN_IF_ERROR(Line(std::move(head)));
    std::set<CaptureId> with_finding;
    for (const Finding& finding : selected.findings) {
      GASHT_ASSIGN_OR_RETURN(const auto observations,
                             store_.ListObservations(finding.source, finding.listing_id));
      for (const Observation& observation : observations) {
        for (const CaptureId look : observation.looks()) with_finding.insert(look);
      }
      with_finding.insert(finding.first_capture);
      with_finding.insert(finding.last_capture);
      GASHT_ASSIGN_OR_RETURN(Json json, Exported(finding));
      const Json* reviews = json.Find("reviews");
      const bool dismissed =
          reviews != nullptr && !reviews->items().empty() &&
          reviews->items().back().StringOr("decision") == DecisionName(Decision::kDismissed);
      GASHT_RETURN_IF_ERROR(Line(Json::MakeObject()
                                     .Set("type", "finding")
                                     .Set("dismissed", dismissed)
                                     .Set("finding", std::move(json))));
    }
    std::set<std::pair<Digest, std::string>> rules;
    uint64_t done = 0;
    for (const CaptureId id : selected.captures) {
      GASHT_RETURN_IF_ERROR(ShowProgress(done++, selected.captures.size()));
      const Result<Capture> found = store_.GetCapture(id);
      if (found.status().code() == StatusCode::kNotFound) {
        GASHT_RETURN_IF_ERROR(
            Line(Json::MakeObject().Set("type", "destroyed_capture").Set("capture", id.value)));
        continue;
      }
      GASHT_RETURN_IF_ERROR(found.status());
      const Capture& capture = *found;
      rules.insert({capture.rules_digest, capture.software});
      if (with_finding.contains(id)) continue;
      GASHT_RETURN_IF_ERROR(
          Line(Json::MakeObject().Set("type", "negative_capture").Set("capture", ToJson(capture))));
    }
    for (const auto& [digest, software] : rules)
      GASHT_RETURN_IF_ERROR(Line(Json::MakeObject()
                                     .Set("type", "rules")
                                     .Set("digest", WarcDigest(digest))
                                     .Set("software", software)));
    for (const Opening& opening : openings_)
      GASHT_RETURN_IF_ERROR(Line(Json::MakeObject()
                                     .Set("type", "redaction")
                                     .Set("place", opening.place)
                                     .Set("kind", opening.kind)
                                     .Set("reason", "an identifier of somebody who is not known to sell")
                                     .Set("commitment", WarcDigest(opening.commitment))));
    return Status::Ok();
  }

  Status ShowProgress(uint64_t done, uint64_t of) const {
    return options_.progress ? options_.progress(done, of) : Status::Ok();
  }

  Status WriteWarc(const Selected& selected) {
    Deflater gzip(DeflateWrap::kGzip);
    std::string member;
    const auto add = [&](const WarcRecord& record) {
      member.clear();
      gzip.Pack({SerializeWarc(record), true}, member);
      return Write(member);
    };
    const std::string name = options_.path.substr(options_.path.rfind('/') + 1);
    GASHT_RETURN_IF_ERROR(
        add(WarcInfoRecord({name, options_.software, summary_.id, {}, options_.clock->Utc()})));
    const ProofReader proofs(store_);
    uint64_t done = 0;
    for (const CaptureId id : selected.captures) {
      GASHT_RETURN_IF_ERROR(ShowProgress(done++, selected.captures.size()));
      const Result<Capture> found = store_.GetCapture(id);
      // Lawfully destroyed: a bundle explains the gap, bare records cannot.
      if (found.status().code() == StatusCode::kNotFound) continue;
      GASHT_RETURN_IF_ERROR(found.status());
      const Capture& capture = *found;
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs.LeafOf(capture));
      GASHT_ASSIGN_OR_RETURN(const std::string manifest, proofs.Record(leaf));
      std::string body;
      if (capture.has_body) {
        GASHT_ASSIGN_OR_RETURN(body, store_.GetReceivedBody(capture));
      }
      ExhibitInput input;
      input.capture = &capture;
      input.body = body;
      input.manifest_sha256 = Sha256(manifest);
      input.leaf = leaf.index;
      input.bundle = summary_.id;
      for (const WarcRecord& record : ExhibitRecords(input)) GASHT_RETURN_IF_ERROR(add(record));
      ++summary_.rows;
    }
    return Status::Ok();
  }

  const Store& store_;
  const TableOptions& options_;
  OutFile& file_;
  Sha256Stream sha256_;
  std::vector<Opening> openings_;
  TableSummary summary_;
};

}  // namespace

std::string CsvCell(std::string_view text) {
  // Full-width forms calculate too, and white space in front does not help.
  constexpr std::array<std::string_view, 10> kFormula = {"=",  "+",      "-",      "@",      "\t",
                                                         "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  std::string_view start = text;
  while (start.starts_with(' ') || start.starts_with('\n')) start.remove_prefix(1);
  const bool formula = std::any_of(kFormula.begin(), kFormula.end(),
                                   [start](std::string_view sign) { return start.starts_with(sign); });
  std::string out = formula ? "'" : "";
  bool quote = false;
  for (const char c : text) {
    if (c == '"') out += '"';
    if (c != '\0') out += c;
    quote |= c == '"' || c == ',' || c == '\n' || c == '\r';
  }
  return quote ? "\"" + out + "\"" : out;
}

Result<TableSummary> WriteTable(const Store& store, const Selection& selection, TableFormat format,
                                const TableOptions& options) {
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<OutFile> file, OutFile::Create(options.path));
  return Table(store, options, *file).Run(selection, format);
}

}  // namespace gasht
