#pragma once

// Store: captures, payloads, listings, observations, findings, reviews, frontier tables and the custody log,
// in one RocksDB. docs/storage-format.md is the contract of its bytes.
//
// One process opens a store (the core, or a command when no core runs); it holds STORE/gasht.lock. Reading is
// thread-safe and sees only what is durable. Every change goes through StoreWriter (store/writer.h). Errors:
// Unavailable when another process holds the store (the message names it), FailedPrecondition when a newer
// schema wrote it, DataLoss when stored bytes are not what was written.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/custody.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/stored_listing.h"

namespace gasht {

// What an in-memory store leaves behind, so that a test can close and open it again.
class MemoryDisk;
std::shared_ptr<MemoryDisk> MakeMemoryDisk();

struct StoreOptions {
  std::string path;
  bool create_if_missing = true;
  // RocksDB's in-memory Env: the same store without a disk, for tests. No lock file, no secret file.
  bool in_memory = false;
  std::shared_ptr<MemoryDisk> disk;  // in memory only; null: a new one
  // Nothing is written, not even by RocksDB: for whoever checks. Such a store has no writer.
  bool read_only = false;
  // Another database than STORE/db: a snapshot of it (Store::MakeSnapshot). Then no lock is taken. Read-only.
  std::string database;
  // Where master.key lies when it is not in the store's folder: a backup has none.
  std::string master_key_folder;
  // A registered backup: what was sealed later, in the second place of the checkpoints, does not make it a rollback.
  bool is_backup = false;
  // A database that takes fewer bytes is read as a whole before it is opened for writing, and refused where anything of it is not what
  // was committed to: a tenth of a second. Of a larger one the opening sees what its head, its log's end and its files' list say,
  // and `gasht verify` the rest.
  uint64_t read_whole_below = 32 << 20;
  // Files without RocksDB's compression, and those of backups that are rewritten: a test looks for bytes in them.
  bool plain_files = false;
  // What another process is told when it finds the store locked ("gasht patrol"); empty: this program's name
  // and its first argument.
  std::string holder;
};

enum class FindingOrder {
  kLevel,     // highest level first, then the highest score, then the most recently seen
  kLastSeen,  // the most recently seen first
};

struct FindingFilter {
  std::optional<SourceId> source;
  std::optional<Level> min_level;
  size_t limit = 1000;
  FindingOrder order = FindingOrder::kLevel;
};

struct CaptureFilter {
  std::optional<SourceId> source;
  CaptureId after;  // exclusive; 0 from the start
  size_t limit = 1000;
};

struct SourceCounts {
  uint64_t known = 0, due = 0, held = 0, gone = 0, refused = 0, cancelled = 0, done = 0, captures = 0,
           findings = 0;
};

// How much of each kind there is.
struct FamilyStats {
  std::string name;
  uint64_t rows = 0, bytes = 0;
  uint64_t disk_bytes = 0;  // of its files; what is only in the log is not in them
  bool is_derived = false;
};

// Of a disk of that size: 10 % or 2 GiB, whichever is more. RocksDB rewrites files in full before it drops the old ones, and a
// lawful destruction rewrites them all.
uint64_t SpaceToKeepFree(uint64_t disk_bytes);

struct VerifyOptions;
struct VerifyReport;

// Which rows of a source's frontier are meant: those that fit every part that is set.
struct FrontierFilter {
  std::optional<FrontierState> state{};
  std::optional<CrawlPriority> priority{};
  // As in a scope rule: a prefix of path and query, or with `*` a glob over all of it; empty: all.
  std::string path{};
  UrlKey after{};  // exclusive, in the order of keys
  size_t limit = 1000;
};
bool Matches(const FrontierFilter& filter, const FrontierEntry& entry);

struct FrontierPage {
  std::vector<FrontierEntry> entries;
  bool has_more = false;
};

struct CandidateFilter {
  std::optional<CandidateKind> kind{};
  std::optional<CandidateState> state{};
  std::optional<SourceId> source{};
  size_t limit = 1000;
};

struct StoreState;

class Store {
 public:
  static Result<std::unique_ptr<Store>> Open(const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Result<Capture> GetCapture(CaptureId id) const;
  Result<std::vector<Capture>> ListCaptures(const CaptureFilter& filter) const;
  // The decoded body, checked against the capture's digest: DataLoss when it differs.
  Result<std::string> GetBody(const Capture& capture) const;
  // The body as received, which is another one where the capture has a content coding. Checked in the same way.
  Result<std::string> GetReceivedBody(const Capture& capture) const;

  Result<Finding> GetFinding(const FindingId& id) const;
  // In the order that the filter names; equals by their id.
  Result<std::vector<Finding>> ListFindings(const FindingFilter& filter) const;
  Result<StoredListing> GetListing(const SourceId& source, const ListingId& id) const;
  // The oldest first. Looks at which a listing said the same are one.
  Result<std::vector<Observation>> ListObservations(const SourceId& source, const ListingId& id) const;
  Result<std::vector<Review>> ListReviews(const FindingId& id) const;
  Result<std::vector<Alert>> ListAlerts(size_t limit) const;

  Result<FrontierEntry> GetFrontierEntry(const SourceId& source, const UrlKey& key) const;
  // The entries of a source that are due at `now`, best priority first, then the longest due; at most
  // `limit`. Calls `skip` (a lease check) and leaves those out; none with a lower priority than `least`.
  Result<std::vector<FrontierEntry>> ListReady(const SourceId& source, UtcTime now, size_t limit,
                                               const std::function<bool(const UrlKey&)>& skip,
                                               CrawlPriority least = CrawlPriority::kRest) const;
  // When the next scheduled entry of a source is due; nothing when none is scheduled.
  Result<std::optional<UtcTime>> NextDue(const SourceId& source) const;
  Result<std::vector<FrontierEntry>> ListFrontier(const SourceId& source, size_t limit) const;
  Result<FrontierPage> ListFrontier(const SourceId& source, const FrontierFilter& filter) const;
  // What the crawl keeps of a source; as new where nothing was kept yet.
  Result<SourceStats> GetSourceStats(const SourceId& source) const;
  // Of each of its addresses that was asked.
  Result<std::vector<RobotsState>> ListRobots(const SourceId& source) const;
  Result<std::optional<MirrorListState>> GetMirrorList(const SourceId& source) const;
  Result<OperatorState> GetOperatorState(const SourceId& source) const;
  // Most often seen first.
  Result<std::vector<Candidate>> ListCandidates(const CandidateFilter& filter) const;
  Result<Candidate> GetCandidate(const std::string& id) const;
  // When our own way out was away or nobody patrolled, the last first.
  Result<std::vector<CrawlGap>> ListGaps(size_t limit) const;
  Result<SourceCounts> CountSource(const SourceId& source, UtcTime now) const;

  Result<CustodyLeaf> GetLeaf(uint64_t index) const;
  // The leaf that stands for a capture.
  Result<CustodyLeaf> GetLeafOf(const Capture& capture) const;
  // Of everything durable.
  TreeHead tree_head() const;
  // True when there are `size` leaves, at once or within `timeout`; false too when `stop` is requested.
  bool WaitForLeaves(uint64_t size, std::chrono::microseconds timeout, std::stop_token stop) const;
  // When the last leaf was made; nothing when there is none.
  Result<std::optional<UtcTime>> LastLeafTime() const;
  // For the Sealer: a clock that goes back behind this time stops the writer.
  void NoteSealed(UtcTime at) const;
  // For the Sealer, before it seals: store/file_list.h.
  Status NoteFiles() const;
  // Recomputes the tree from its leaves and every leaf's commitment from the record it stands for; the
  // failure names the first record that does not fit.
  Status CheckCustody() const;

  // Makes the derived families again from the truth. REQUIRES: no StoreWriter is at work.
  Status RebuildDerived();

  Result<std::vector<FamilyStats>> Stats() const;
  // The database as of now, in a folder of its own under STORE/snapshots, made of hard links: for long readers. Whoever asked
  // removes it.
  Result<std::string> MakeSnapshot() const;
  // Ok, or ResourceExhausted when the disk under the store has less left than `least_free_bytes`, or SpaceToKeepFree where that
  // is 0: no new page should be begun then.
  Status CheckSpace(uint64_t least_free_bytes = 0) const;

  // Rewrites every file of the database, so that nothing deleted is left in one: hygiene after an erasure. Takes as long
  // as reading and writing it all. Unavailable when somebody read the store as it was before (an export, a check): again then.
  Status Compact();

  // Destroys in a backup of this store what was lawfully destroyed here since: the same captures, told by their leaves, with
  // the same approvers and legal basis, then rewrites its files. How many it still had. Unavailable when it cannot be reached.
  // Thread-safe; one call a backup.
  Result<uint64_t> ForgetIn(const std::string& backup) const;
  // The same the other way round, after a restore: destroys here what `database` (the folder with CURRENT of the store that this
  // one replaces) knows to be destroyed. How many captures that were; Compact is the caller's. InvalidArgument: of another store.
  // REQUIRES: no StoreWriter is at work.
  Result<uint64_t> ForgetAs(const std::string& database);

  const std::string& path() const;
  std::string database_path() const;

 private:
  friend class StoreWriter;
  friend class ProofReader;  // store/proof.h
  friend Result<VerifyReport> VerifyStore(const Store& store,
                                          const VerifyOptions& options);  // store/verify.h
  explicit Store(std::unique_ptr<StoreState> state);
  const std::unique_ptr<StoreState> state_;
};

}  // namespace gasht
