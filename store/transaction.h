#pragma once

// Transaction: the changes of one group of submissions. Each sees those before it; all become durable
// together. Made and used by the writer's thread only.
//
// An Add that returns InvalidArgument or NotFound has changed nothing, and the group goes on without it.
// After any other failure the whole transaction is void.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/custody.h"
#include "store/database.h"
#include "store/fold.h"
#include "store/merkle.h"
#include "store/payload.h"
#include "store/store_state.h"
#include "store/writer.h"

namespace gasht {

// Who acts when nobody does.
inline constexpr std::string_view kMachine = "gasht";

// What is worked out of a page before the writer's thread has it. Thread-safe; InvalidArgument when the body is not
// the capture's.
struct PreparedPage {
  PageListings listings;
  std::optional<PreparedBody> body;
};
Result<PreparedPage> PreparePage(const StoreState& store, const PageCommit& page);

class Transaction {
 public:
  // `store` and `clock` outlive it.
  Transaction(StoreState& store, const Clock& clock);

  Result<PageCommitted> AddPage(PageCommit page, PreparedPage prepared);
  Status AddSeeds(std::vector<FrontierEntry> seeds);
  Status AddReview(Review review);
  Status AddEvent(CustodyEvent event);
  Result<FrontierChanged> ChangeFrontier(FrontierChange change);
  Status AskFor(Asked asked);
  Status SetOperatorState(OperatorChange change);
  // A person's own block stays.
  Status HoldSource(const SourceId& source, const std::string& why);
  Status DecideCandidate(CandidateDecision decision);
  Status AddGap(CrawlGap gap);
  Status AddAlert(PlainAlert alert);
  Result<Erased> Erase(Erasure erasure);
  // A leaf for every finding of a store that was made before findings had one.
  Status AddFindingLeaves();
  void SetMeta(std::string_view key, std::string_view value) { batch_.Put(Family::kMeta, key, value); }

  // What a commit would write.
  size_t bytes() const { return batch_.bytes(); }
  // Makes everything durable, and only then visible in the store's head.
  Status Commit();

 private:
  Result<FoldState> LoadFoldState(const Capture& capture, const PageListings& listings);
  void PutFindingIndex(const Finding& finding, const FoldState& before);
  Status PutBody(const PreparedBody& body, std::string_view content);
  void AddFindingLeaf(const Finding& finding, CaptureId capture);
  // Of an erasure (erase.cc). A listing, and its finding, that other looks keep: words that came from an erased look go. True
  // when the finding says less now. `last`: what is left of its last observation.
  Result<bool> CutErasedWords(const Database::View& view, const std::map<CaptureId, Capture>& captures,
                              const std::string& listing_key, const FindingId& id, const Observation& last);
  // Rows of the frontier and candidates that are known from erased looks alone.
  Status EraseAddresses(const Database::View& view, const std::map<CaptureId, Capture>& captures,
                        const std::set<SourceId>& sources);
  // The row and its place in the schedule, and the old place gone.
  Status PutFrontier(const FrontierEntry& entry);
  Status PutNewFrontier(const FrontierEntry& entry);
  // False when the entry was known.
  Result<bool> AddFrontier(const FrontierEntry& entry);
  // `leaf` without index, time, salt and commitment; these are for `record` and `body` (see CommitTo).
  uint64_t AppendLeaf(CustodyLeaf leaf, std::string_view record, std::string_view body);

  // The counters of a source as this transaction leaves them; written by Commit.
  Result<SourceStats*> StatsOf(const SourceId& source);
  void PutStats();
  // `round_before`: of the page's row before this attempt.
  Status CountPage(const PageCommit& page, uint64_t round_before);
  // What a person said of the row while its page was being fetched stays said.
  Status KeepWordsOfPeople(const PageCommit& page, FrontierEntry& visited);
  // The same bytes again refer to the capture that had them first.
  Status MarkRevisit(Capture& capture, FrontierEntry& visited);
  Status PutCandidates(std::vector<Candidate> candidates, CaptureId capture);
  // The page of a finding that was confirmed, or of which more is wanted, is looked at on the review's clock, and soon.
  Status WatchPageOf(const Review& review);

  StoreState& store_;
  const Clock& clock_;
  Database::Batch batch_;
  uint64_t captures_;
  uint64_t next_key_;
  // To be overwritten once the batch is durable.
  std::vector<uint64_t> destroyed_keys_;
  CompactTree tree_;
  std::map<SourceId, SourceStats> stats_;
};

}  // namespace gasht
