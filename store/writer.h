#pragma once

// StoreWriter: the one thread that changes a Store. It gathers what is waiting and commits it in one synced
// WriteBatch (group commit); a callback runs, on the writer's thread, only when its change is durable.
//
// Submitting is thread-safe and never blocks. After a failed write the writer accepts nothing more: every
// pending and later callback gets the error, and whoever owns the process lets it die (crash-only).

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/page_analysis.h"
#include "store/store.h"

namespace gasht {

// What an attempt adds to the counters of its source (SourceStats).
struct CrawlFacts {
  uint64_t round = 0;  // RoundOf; 0: it counts in none
  int64_t day = 0;     // PakistanDay
  bool seen_as_content = false;
  std::map<std::string, uint64_t> drops{};
  uint64_t pictures_not_read = 0;
  UtcTime not_before{};
  std::string not_before_why{};
  std::string origin{};
  uint32_t origin_failures = 0;
  // Not empty: the source's queue rests from now on, until a person opens it (OperatorState), and this is why.
  std::string hold{};
  // Rows of the source from which on links are dropped; 0: no limit.
  uint64_t max_known = 0;
};

// Everything that one attempt at one page changes.
struct PageCommit {
  Capture capture;   // without id, payload id and leaf
  std::string body;  // decoded; empty when there is none
  // As received, where the capture has a content coding: this is what is stored.
  std::string received{};
  PageAnalysis analysis;  // empty for a failure
  // The page's own row after this attempt: state, next due, counters. The writer fills last_capture. Not stored for
  // a capture that was received.
  FrontierEntry visited;
  // In scope already; those not seen before are added to the frontier.
  std::vector<FrontierEntry> outlinks;
  std::vector<Alert> alerts;
  // Of a robots.txt.
  std::optional<RobotsState> robots{};
  // Of a list of addresses.
  std::optional<MirrorListState> mirror_list{};
  // Where it was seen, the writer fills in.
  std::vector<Candidate> candidates{};
  CrawlFacts facts{};
};

// A leaf without a page: start, stop, a configuration change, a view.
struct CustodyEvent {
  std::string kind, actor, detail;
};
inline constexpr std::string_view kGapLeafKind = "gap";

// What a person wants of the frontier.
enum class FrontierAction { kCancel, kRequeue };

struct FrontierChange {
  SourceId source;
  FrontierAction action = FrontierAction::kCancel;
  FrontierFilter filter{};
  std::string actor;
  // Of a requeue.
  UtcTime due{};
  std::optional<CrawlPriority> priority{};
};
// Rows that one change looks at: a queue of millions is changed in so many steps, and pages are committed between them.
inline constexpr size_t kMaxFrontierChange = 2'000;

struct FrontierChanged {
  uint64_t changed = 0;
  // Where to go on; nothing when the end was reached.
  std::optional<UrlKey> next;
};

// One page, now, in a person's name.
struct Asked {
  FrontierEntry entry;
  CustodyEvent event;
};

struct OperatorChange {
  OperatorState state;
  CustodyEvent event;
};

// An alert that no page raised: of the patrol itself (its source is called "patrol"), with the leaf that says more.
struct PlainAlert {
  Alert alert;
  CustodyEvent event;
};

struct CandidateDecision {
  std::string id;
  CandidateState state = CandidateState::kAdopted;
  std::string actor, reason;
  std::string detail;  // for the custody log: "mirror of bazaar"
};

struct PageCommitted {
  CaptureId capture;
  uint64_t leaf = 0;
  std::vector<FrontierEntry> added;      // outlinks that were new
  std::vector<FindingId> new_findings;   // raised for the first time
  std::vector<FindingId> seen_findings;  // seen again
};

// Lawful destruction of captures: their records, salts, bodies (unless another capture has the same), observations, alerts,
// and listings and findings that rest on nothing else. What stays is the leaf (without its salt, so that it tells nothing) and
// one more of kind "deletion" for each capture: who, why, and no word of what.
struct Erasure {
  std::vector<CaptureId> captures;
  std::string actor;   // who approved: "ayesha, bilal"
  std::string detail;  // legal basis and order number; fixed words and ids only
};

struct Erased {
  // The slots of keys.bin that are overwritten now; to be overwritten in every backup too (KeyTable::DestroyIn).
  std::vector<uint64_t> keys;
  std::vector<uint64_t> leaves;  // the tombstones
};

class StoreWriter {
 public:
  // `store` and `clock` outlive the writer. Starts the thread.
  StoreWriter(Store& store, const Clock& clock);
  // Commits what was submitted, then stops the thread.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  void CommitPage(PageCommit page, std::function<void(Result<PageCommitted>)> done);
  // Adds seeds that are not yet known; known ones keep their schedule.
  void AddSeeds(std::vector<FrontierEntry> seeds, std::function<void(Status)> done);
  void AddReview(Review review, std::function<void(Status)> done);
  void AddEvent(CustodyEvent event, std::function<void(Status)> done);

  // One step of a change; go on from FrontierChanged::next. The caller has said in the custody log what is done and by whom.
  void ChangeFrontier(FrontierChange change, std::function<void(Result<FrontierChanged>)> done);
  // The page comes next in its source's queue. One that is known keeps what is known of it.
  void AskFor(Asked asked, std::function<void(Status)> done);
  void SetOperatorState(OperatorChange change, std::function<void(Status)> done);
  void DecideCandidate(CandidateDecision decision, std::function<void(Status)> done);
  // A gap that lasts is added without its end, and once more (the same way and beginning) with it.
  void AddGap(CrawlGap gap, std::function<void(Status)> done);
  void AddAlert(PlainAlert alert, std::function<void(Status)> done);
  // NotFound when one of the captures does not exist or was destroyed before; nothing is changed then. When `done` gets Ok,
  // the keys are overwritten on the disk; old rows are in RocksDB's files until Store::Compact.
  void Erase(Erasure erasure, std::function<void(Result<Erased>)> done);

  // The error that stopped the writer, or Ok.
  Status status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
