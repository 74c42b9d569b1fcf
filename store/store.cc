#include "store/store.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "model/codec.h"
#include "store/check_custody.h"
#include "store/file_list.h"
#include "store/keys.h"
#include "store/listing_rows.h"
#include "store/open.h"
#include "store/payload.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

// Or a tenth of the disk, where that is more.
constexpr uint64_t kLeastFree = uint64_t{2} << 30;

constexpr std::array<CrawlPriority, 5> kPriorities = {CrawlPriority::kNow, CrawlPriority::kSeed,
                                                      CrawlPriority::kListing, CrawlPriority::kIndex,
                                                      CrawlPriority::kRest};

// A row that must be there because another row names it.
template <typename Noun>
Result<Noun> RequireRow(const Database::View& view, Family family, std::string_view key,
                        Decoder<Noun> decode) {
  GASHT_ASSIGN_OR_RETURN(std::optional<Noun> noun, ReadRow(view, family, key, decode));
  if (!noun) return Status::DataLoss(RowName(family, key) + " is missing");
  return *std::move(noun);
}

Result<uint64_t> CountRows(Database::Cursor rows) {
  uint64_t count = 0;
  for (; rows.valid(); rows.Next()) ++count;
  GASHT_RETURN_IF_ERROR(rows.status());
  return count;
}

Status BadIndexRow(Family family, std::string_view key) {
  return Status::DataLoss(RowName(family, key) + " is not a row of this index");
}

}  // namespace

std::shared_ptr<MemoryDisk> MakeMemoryDisk() {
  return std::make_shared<MemoryDisk>();
}

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  GASHT_ASSIGN_OR_RETURN(std::unique_ptr<StoreState> state, OpenStore(options));
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Store::Store(std::unique_ptr<StoreState> state) : state_(std::move(state)) {}

Store::~Store() = default;

Result<Capture> Store::GetCapture(CaptureId id) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::optional<Capture> capture,
                         ReadRow(view, Family::kCapture, NumberKey(id.value), &DecodeCapture));
  if (!capture) return Status::NotFound(fmt::format("there is no capture {}", id.value));
  return *std::move(capture);
}

Result<std::vector<Capture>> Store::ListCaptures(const CaptureFilter& filter) const {
  const Database::View view(*state_->db);
  const CaptureId from{filter.after.value + 1};
  std::vector<Capture> captures;
  if (!filter.source) {
    Database::Cursor rows = view.Rows(Family::kCapture, {}, NumberKey(from.value));
    for (; rows.valid() && captures.size() < filter.limit; rows.Next()) {
      Result<Capture> capture = DecodeRow(Family::kCapture, rows.key(), rows.value(), &DecodeCapture);
      if (capture.status().code() == StatusCode::kNotFound) continue;  // destroyed
      if (!capture.ok()) return capture.status();
      captures.push_back(std::move(capture).value());
    }
    GASHT_RETURN_IF_ERROR(rows.status());
    return captures;
  }
  Database::Cursor rows = view.Rows(Family::kCaptureBySource, SourcePrefix(*filter.source),
                                    CaptureBySourceKey(*filter.source, from));
  for (; rows.valid() && captures.size() < filter.limit; rows.Next()) {
    if (rows.key().size() < sizeof(uint64_t)) return BadIndexRow(Family::kCaptureBySource, rows.key());
    Result<Capture> capture = RequireRow(
        view, Family::kCapture, rows.key().substr(rows.key().size() - sizeof(uint64_t)), &DecodeCapture);
    if (capture.status().code() == StatusCode::kNotFound) continue;  // destroyed
    if (!capture.ok()) return capture.status();
    captures.push_back(std::move(capture).value());
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  return captures;
}

Result<std::string> Store::GetBody(const Capture& capture) const {
  if (!capture.has_body) return Status::NotFound(fmt::format("capture {} has no body", capture.id.value));
  return ReadBody(Database::View(*state_->db), *state_->keys, capture);
}

Result<std::string> Store::GetReceivedBody(const Capture& capture) const {
  if (!capture.has_body) return Status::NotFound(fmt::format("capture {} has no body", capture.id.value));
  return ReadReceivedBody(Database::View(*state_->db), *state_->keys, capture);
}

Result<Finding> Store::GetFinding(const FindingId& id) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                         ReadRow(view, Family::kFinding, id.value, &DecodeFinding));
  if (!finding) return Status::NotFound(fmt::format("there is no finding {}", id.value));
  return *std::move(finding);
}

Result<std::vector<Finding>> Store::ListFindings(const FindingFilter& filter) const {
  const Database::View view(*state_->db);
  // The index has the order of levels, and its keys say when each was last seen: another order reads all keys of the
  // scope, and still only the findings that are asked for.
  const bool sorted = filter.order == FindingOrder::kLevel;
  std::vector<FindingIndexRow> chosen;
  Database::Cursor rows = view.Rows(Family::kFindingIndex, SourcePrefix(filter.source.value_or(SourceId())));
  for (; rows.valid() && (!sorted || chosen.size() < filter.limit); rows.Next()) {
    std::optional<FindingIndexRow> row = ParseFindingIndexKey(rows.key());
    if (!row) return BadIndexRow(Family::kFindingIndex, rows.key());
    if (filter.min_level && row->level < *filter.min_level) break;
    chosen.push_back(*std::move(row));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  if (!sorted) {
    const size_t kept = std::min(filter.limit, chosen.size());
    std::partial_sort(chosen.begin(), chosen.begin() + static_cast<ptrdiff_t>(kept), chosen.end(),
                      [](const FindingIndexRow& a, const FindingIndexRow& b) {
                        return std::pair(b.last_seen, a.id.value) < std::pair(a.last_seen, b.id.value);
                      });
    chosen.resize(kept);
  }
  std::vector<Finding> findings;
  for (const FindingIndexRow& row : chosen) {
    GASHT_ASSIGN_OR_RETURN(Finding finding, RequireRow(view, Family::kFinding, row.id.value, &DecodeFinding));
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<StoredListing> Store::GetListing(const SourceId& source, const ListingId& id) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::optional<StoredListing> listing, ReadListing(view, ListingKey(source, id)));
  if (!listing) return Status::NotFound(fmt::format("{} has no listing {}", source.value, id.value));
  GASHT_ASSIGN_OR_RETURN(const std::optional<Observation> last, ReadLastObservation(view, *listing));
  if (last) {
    listing->last_capture = last->last_capture();
    listing->last_seen = last->last_seen;
  }
  return *std::move(listing);
}

Result<std::vector<Observation>> Store::ListObservations(const SourceId& source, const ListingId& id) const {
  // Part of an id would be the prefix of other listings.
  if (!IsValidListingId(id.value)) return Status::InvalidArgument("a listing id is 32 hex digits");
  const Database::View view(*state_->db);
  return ReadRows(view.Rows(Family::kObservation, ListingKey(source, id)), Family::kObservation, SIZE_MAX,
                  &DecodeLookRow);
}

Result<std::vector<Review>> Store::ListReviews(const FindingId& id) const {
  if (!IsValidFindingId(id.value)) return Status::InvalidArgument("a finding id is f- and 16 hex digits");
  const Database::View view(*state_->db);
  return ReadRows(view.Rows(Family::kReview, id.value), Family::kReview, SIZE_MAX, &DecodeReview);
}

Result<std::vector<Alert>> Store::ListAlerts(size_t limit) const {
  const Database::View view(*state_->db);
  std::vector<Alert> alerts;
  Database::Cursor rows = view.RowsBackwards(Family::kAlert);
  for (; rows.valid() && alerts.size() < limit; rows.Prev()) {
    GASHT_ASSIGN_OR_RETURN(Alert alert, DecodeRow(Family::kAlert, rows.key(), rows.value(), &DecodeAlert));
    alerts.push_back(std::move(alert));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  return alerts;
}

Result<FrontierEntry> Store::GetFrontierEntry(const SourceId& source, const UrlKey& key) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(
      std::optional<FrontierEntry> entry,
      ReadRow(view, Family::kFrontierSeen, FrontierKey(source, key), &DecodeFrontierEntry));
  if (!entry) return Status::NotFound(fmt::format("{} has no page {}", source.value, key.hex()));
  return *std::move(entry);
}

Result<std::vector<FrontierEntry>> Store::ListReady(const SourceId& source, UtcTime now, size_t limit,
                                                    const std::function<bool(const UrlKey&)>& skip,
                                                    CrawlPriority least) const {
  const Database::View view(*state_->db);
  std::vector<FrontierEntry> ready;
  for (const CrawlPriority priority : kPriorities) {
    if (ready.size() >= limit || priority > least) break;
    const std::string prefix = SchedulePrefix(source, priority);
    Database::Cursor rows = view.Rows(Family::kFrontierSchedule, prefix);
    for (; rows.valid() && ready.size() < limit; rows.Next()) {
      const std::optional<ScheduleRow> row = ParseScheduleKey(rows.key(), prefix.size());
      if (!row) return BadIndexRow(Family::kFrontierSchedule, rows.key());
      if (row->due > now) break;
      if (skip != nullptr && skip(row->key)) continue;
      GASHT_ASSIGN_OR_RETURN(
          FrontierEntry entry,
          RequireRow(view, Family::kFrontierSeen, FrontierKey(source, row->key), &DecodeFrontierEntry));
      ready.push_back(std::move(entry));
    }
    GASHT_RETURN_IF_ERROR(rows.status());
  }
  return ready;
}

Result<std::optional<UtcTime>> Store::NextDue(const SourceId& source) const {
  const Database::View view(*state_->db);
  std::optional<UtcTime> next;
  for (const CrawlPriority priority : kPriorities) {
    const std::string prefix = SchedulePrefix(source, priority);
    const Database::Cursor rows = view.Rows(Family::kFrontierSchedule, prefix);
    GASHT_RETURN_IF_ERROR(rows.status());
    if (!rows.valid()) continue;
    const std::optional<ScheduleRow> row = ParseScheduleKey(rows.key(), prefix.size());
    if (!row) return BadIndexRow(Family::kFrontierSchedule, rows.key());
    if (!next || row->due < *next) next = row->due;
  }
  return next;
}

Result<std::vector<FrontierEntry>> Store::ListFrontier(const SourceId& source, size_t limit) const {
  const Database::View view(*state_->db);
  return ReadRows(view.Rows(Family::kFrontierSeen, SourcePrefix(source)), Family::kFrontierSeen, limit,
                  &DecodeFrontierEntry);
}

Result<SourceCounts> Store::CountSource(const SourceId& source, UtcTime now) const {
  const Database::View view(*state_->db);
  const std::string prefix = SourcePrefix(source);
  SourceCounts counts;
  Database::Cursor rows = view.Rows(Family::kFrontierSeen, prefix);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const FrontierEntry entry,
                           DecodeRow(Family::kFrontierSeen, rows.key(), rows.value(), &DecodeFrontierEntry));
    ++counts.known;
    switch (entry.state) {
      case FrontierState::kScheduled:
        counts.due += entry.due <= now ? 1 : 0;
        break;
      case FrontierState::kRefused:
        ++counts.refused;
        break;
      case FrontierState::kGone:
        ++counts.gone;
        break;
      case FrontierState::kHeld:
        ++counts.held;
        break;
      case FrontierState::kCancelled:
        ++counts.cancelled;
        break;
      case FrontierState::kDone:
        ++counts.done;
        break;
    }
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  GASHT_ASSIGN_OR_RETURN(counts.captures, CountRows(view.Rows(Family::kCaptureBySource, prefix)));
  GASHT_ASSIGN_OR_RETURN(counts.findings, CountRows(view.Rows(Family::kFindingIndex, prefix)));
  return counts;
}

Result<CustodyLeaf> Store::GetLeaf(uint64_t index) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodyLeaf> leaf,
                         ReadRow(view, Family::kCustodyLeaf, NumberKey(index), &DecodeCustodyLeaf));
  if (!leaf) return Status::NotFound(fmt::format("the custody log has no leaf {}", index));
  return *std::move(leaf);
}

Result<CustodyLeaf> Store::GetLeafOf(const Capture& capture) const {
  const Database::View view(*state_->db);
  const std::string key = CaptureBySourceKey(capture.source, capture.id);
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> leaf, view.Get(Family::kCaptureBySource, key));
  if (!leaf) return Status::NotFound(fmt::format("there is no capture {}", capture.id.value));
  return RequireRow(view, Family::kCustodyLeaf, *leaf, &DecodeCustodyLeaf);
}

TreeHead Store::tree_head() const {
  MutexLock lock(state_->mu);
  return state_->head;
}

bool Store::WaitForLeaves(uint64_t size, std::chrono::microseconds timeout, std::stop_token stop) const {
  MutexLock lock(state_->mu);
  state_->head_changed.WaitFor(state_->mu, std::move(stop), timeout,
                               [this, size]()
                                   NO_THREAD_SAFETY_ANALYSIS { return state_->head.size >= size; });
  return state_->head.size >= size;
}

Result<std::optional<UtcTime>> Store::LastLeafTime() const {
  const uint64_t size = tree_head().size;
  if (size == 0) return std::optional<UtcTime>();
  GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, GetLeaf(size - 1));
  return std::optional<UtcTime>(leaf.at);
}

void Store::NoteSealed(UtcTime at) const {
  state_->sealed_at = at.micros;
}

Status Store::CheckCustody() const {
  return gasht::CheckCustody(Database::View(*state_->db), *state_->keys);
}

Status Store::RebuildDerived() {
  return RebuildDerivedFamilies(*state_->db);
}

Status Store::Compact() {
  return state_->db->Compact();
}

Result<std::vector<FamilyStats>> Store::Stats() const {
  const Database::View view(*state_->db);
  std::vector<FamilyStats> all;
  for (const FamilyInfo& info : kFamilies) {
    FamilyStats stats;
    stats.name = info.name;
    stats.is_derived = info.kind == FamilyKind::kDerived;
    stats.disk_bytes = state_->db->DiskBytes(info.family);
    Database::Cursor rows = view.Rows(info.family);
    for (; rows.valid(); rows.Next()) {
      ++stats.rows;
      stats.bytes += rows.key().size() + rows.value().size();
    }
    GASHT_RETURN_IF_ERROR(rows.status());
    all.push_back(std::move(stats));
  }
  return all;
}

Result<std::string> Store::MakeSnapshot() const {
  namespace fs = std::filesystem;
  const std::string parent = state_->path + "/snapshots";
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) return Status::Unavailable(fmt::format("cannot create {}: {}", parent, error.message()));
  const std::string path = fmt::format("{}/{}", parent, HexEncode(RandomBytes(8)));
  GASHT_RETURN_IF_ERROR(state_->db->MakeSnapshot(path));
  return path;
}

uint64_t SpaceToKeepFree(uint64_t disk_bytes) {
  return std::max(kLeastFree, disk_bytes / 10);
}

Status Store::CheckSpace(uint64_t least_free_bytes) const {
  if (state_->disk != nullptr) return Status::Ok();
  struct statvfs space {};
  if (statvfs(state_->path.c_str(), &space) != 0)
    return Status::Unavailable("cannot see how much space is left for " + state_->path);
  const uint64_t left = uint64_t{space.f_bavail} * space.f_frsize,
                 all = uint64_t{space.f_blocks} * space.f_frsize;
  const uint64_t least = least_free_bytes > 0 ? least_free_bytes : SpaceToKeepFree(all);
  if (left >= least) return Status::Ok();
  return Status::ResourceExhausted(
      fmt::format("the disk under {} has {} MB of {} left, {} are kept free (gasht.yaml, limits: disk_free): "
                  "make room, the "
                  "patrol goes on then",
                  state_->path, left >> 20, all >> 20, least >> 20));
}

Status Store::NoteFiles() const {
  if (state_->disk != nullptr) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(const uint64_t bytes, state_->db->FileListBytes());
  return NoteFileList(state_->path, state_->database_path, bytes);
}

std::string Store::database_path() const {
  return state_->database_path;
}

const std::string& Store::path() const {
  return state_->path;
}

}  // namespace gasht
