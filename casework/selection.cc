#include "casework/selection.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr size_t kPage = 1'000;
// A bundle holds at most 4 GiB anyway.
constexpr size_t kMostCaptures = 1'000'000;
constexpr size_t kMostFindings = 100'000;

bool Covers(const Selection& selection, UtcTime at) {
  return (!selection.from || *selection.from <= at) && (!selection.to || at < *selection.to);
}

Result<Selected> SelectFindings(const Store& store, const Selection& selection) {
  std::set<CaptureId> captures;
  Selected selected;
  std::set<FindingId> seen;
  for (const FindingId& id : selection.findings) {
    if (!seen.insert(id).second) continue;
    GASHT_ASSIGN_OR_RETURN(Finding finding, store.GetFinding(id));
    GASHT_ASSIGN_OR_RETURN(const auto observations,
                           store.ListObservations(finding.source, finding.listing_id));
    for (const Observation& observation : observations) {
      for (const CaptureId look : observation.looks()) captures.insert(look);
    }
    captures.insert(finding.first_capture);
    captures.insert(finding.last_capture);
    selected.findings.push_back(std::move(finding));
  }
  selected.captures.assign(captures.begin(), captures.end());
  return selected;
}

Result<Selected> SelectSource(const Store& store, const Selection& selection) {
  Selected selected;
  CaptureFilter filter;
  filter.source = selection.source;
  filter.limit = kPage;
  while (true) {
    GASHT_ASSIGN_OR_RETURN(const std::vector<Capture> captures, store.ListCaptures(filter));
    for (const Capture& capture : captures) {
      if (Covers(selection, capture.started_utc)) selected.captures.push_back(capture.id);
    }
    if (selected.captures.size() > kMostCaptures)
      return Status::ResourceExhausted("more than 1,000,000 captures: export less at once (--from, --to)");
    if (captures.size() < kPage) break;
    filter.after = captures.back().id;
  }
  GASHT_ASSIGN_OR_RETURN(std::vector<Finding> findings,
                         store.ListFindings({selection.source, std::nullopt, kMostFindings}));
  for (Finding& finding : findings) {
    if (std::binary_search(selected.captures.begin(), selected.captures.end(), finding.last_capture))
      selected.findings.push_back(std::move(finding));
  }
  return selected;
}

}  // namespace

Status CheckSelection(const Selection& selection) {
  if (selection.findings.empty() == !selection.source.has_value())
    return Status::InvalidArgument(
        "say what to export: --finding ID... or --source ID [--from DAY --to DAY]");
  if (!selection.findings.empty() && (selection.from || selection.to))
    return Status::InvalidArgument("--from and --to go with --source");
  return Status::Ok();
}

Result<Selected> Select(const Store& store, const Selection& selection) {
  GASHT_RETURN_IF_ERROR(CheckSelection(selection));
  GASHT_ASSIGN_OR_RETURN(Selected selected, selection.source ? SelectSource(store, selection)
                                                             : SelectFindings(store, selection));
  if (selected.captures.empty())
    return Status::NotFound(fmt::format("nothing was captured of {} in that time",
                                        selection.source ? selection.source->value : "these findings"));
  std::sort(selected.findings.begin(), selected.findings.end(),
            [](const Finding& a, const Finding& b) { return a.id < b.id; });
  return selected;
}

Json ToJson(const Selection& selection) {
  Json json = Json::MakeObject();
  if (!selection.findings.empty()) {
    Json ids = Json::MakeArray();
    for (const FindingId& id : selection.findings) ids.Push(id.value);
    json.Set("findings", std::move(ids));
  }
  if (selection.source) json.Set("source", selection.source->value);
  if (selection.from) json.Set("from", FormatRfc3339(*selection.from));
  if (selection.to) json.Set("to", FormatRfc3339(*selection.to));
  return json;
}

}  // namespace gasht
