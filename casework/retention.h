#pragma once

// Retention: what must be forgotten, who agreed, and what may not be. Captures without a finding are due when
// their source's period is over; a batch is proposed with its legal basis, approved by two different people,
// and destroyed (StoreWriter::Erase) with a tombstone each. A legal hold beats everything.
//
// The book of proposals and holds is one small file beside the store, replaced whole; every act is a leaf of
// the custody log as well, and an approval counts only while its leaf stands there: who edits the book gains
// nothing. Confined to one thread; store and clock outlive it. InvalidArgument, NotFound and
// FailedPrecondition say what is refused and why.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/status.h"
#include "model/source.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

struct RetentionDue {
  SourceId source;
  uint64_t days = 0;                // the source's period
  uint64_t due = 0, overdue = 0;    // overdue: for more than a week
  uint64_t held = 0;                // due, and under a legal hold
  std::vector<CaptureId> captures;  // due and not held, oldest first, at most a batch
};

struct RetentionApproval {
  std::string actor;
  UtcTime at;
  uint64_t leaf = 0;
};

struct RetentionProposal {
  uint64_t id = 0;
  std::string basis, proposer;
  UtcTime at;
  std::vector<CaptureId> captures;
  std::vector<RetentionApproval> approvals;
  bool done = false;
};

struct LegalHold {
  uint64_t id = 0;
  std::string reason, actor;
  UtcTime at;
  // One of these.
  std::string source, finding;
  uint64_t capture = 0;
};

// A backup that has not forgotten yet what is destroyed here.
struct PendingDestruction {
  std::string backup, why;
};

// What is left to do after a destruction, and takes long.
struct UnfinishedDestruction {
  uint64_t leaves = 0;   // of the log, when it was destroyed
  bool rewrite = false;  // the store's own files
  std::vector<std::string> backups;
  bool empty() const { return !rewrite && backups.empty(); }
};

struct RetentionSetup {
  std::string book_path;  // "STORE/retention.json"
  std::vector<Source> sources;
  // Makes an event durable and says which leaf it is.
  std::function<Result<uint64_t>(CustodyEvent)> record;
  std::function<Result<Erased>(Erasure)> erase;
  std::vector<std::string> backups;  // registered, reachable or not
};

class Retention {
 public:
  static constexpr size_t kBatch = 1'000;

  // DataLoss when the book cannot be read.
  static Result<Retention> Open(Store& store, const Clock& clock, RetentionSetup setup);

  Result<std::vector<RetentionDue>> Due() const;
  const std::vector<RetentionProposal>& proposals() const { return proposals_; }
  const std::vector<LegalHold>& holds() const { return holds_; }
  std::vector<PendingDestruction> pending() const;

  // What is due of a source; or captures by name, for an order of a court.
  Result<RetentionProposal> ProposeDue(const SourceId& source, const std::string& actor);
  Result<RetentionProposal> Propose(std::vector<CaptureId> captures, const std::string& basis,
                                    const std::string& actor);
  // The second approval destroys: records, keys and bodies are gone when it returns. FinishDestruction does the rest.
  Result<RetentionProposal> Approve(uint64_t id, const std::string& actor);

  // Destroys what two people approved and a crash or an error left undone. A hold that came since beats it.
  Status FinishApproved();

  Result<LegalHold> Hold(LegalHold hold);
  Status Release(uint64_t hold, const std::string& reason, const std::string& actor);

  // The store's files rewritten, every registered backup made to forget. Whoever does it says how it went; what fails is
  // pending, and unfinished again.
  UnfinishedDestruction unfinished() const;
  Status NoteRewritten();
  Status NoteForgotten(const std::string& backup, uint64_t leaves, const Status& status);

 private:
  Retention(Store& store, const Clock& clock, RetentionSetup setup);
  Status Load();
  Status Save() const;
  // Captures that a finding rests on, of one source.
  Result<std::map<CaptureId, FindingId>> WithFinding(const SourceId& source) const;
  Result<std::string> HoldOn(const Capture& capture) const;
  // FailedPrecondition names the first capture that is held.
  Status CheckHolds(const RetentionProposal& proposal) const;
  Status CheckApproval(const RetentionProposal& proposal, const RetentionApproval& approval) const;
  Status Destroy(RetentionProposal& proposal);

  Store& store_;
  const Clock& clock_;
  RetentionSetup setup_;
  uint64_t next_id_ = 1;
  std::vector<RetentionProposal> proposals_;
  std::vector<LegalHold> holds_;
  uint64_t destroyed_at_ = 0;  // leaves of the log at the last destruction
  bool rewrite_ = false;
  struct Backup {
    uint64_t leaves = 0;  // what was destroyed up to here is gone from it
    std::string why;      // it has not forgotten
  };
  std::map<std::string, Backup> backups_;
};

// All of it, at once: slow. `forget_in` makes a backup forget (Store::ForgetIn).
Status FinishDestruction(Store& store, Retention& retention,
                         const std::function<Status(const std::string& backup)>& forget_in);

Json ToJson(const RetentionDue& due);
Json ToJson(const RetentionProposal& proposal);
Json ToJson(const LegalHold& hold);
Json ToJson(const PendingDestruction& pending);

}  // namespace gasht
