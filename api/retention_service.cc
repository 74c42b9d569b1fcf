#include "api/retention_service.h"

#include <pthread.h>

#include <filesystem>
#include <future>

#include <fmt/format.h>

#include "store/backup.h"
#include "store/proof.h"

namespace gasht {
namespace {

constexpr std::string_view kRoot = "/v1/retention";

template <typename Items>
void PushAll(Json& list, const Items& items) {
  for (const auto& item : items) list.Push(ToJson(item));
}

}  // namespace

RetentionService::~RetentionService() {
  thread_ = {};
  // What cannot be written down is done again at the next start.
  if (Result<Retention> retention = Open(); retention.ok()) Collect(*retention).IgnoreError();
}

bool RetentionService::running() const {
  MutexLock lock(mu_);
  return running_;
}

Status RetentionService::Collect(Retention& retention) {
  std::vector<Done> done;
  {
    MutexLock lock(mu_);
    done.swap(done_);
  }
  for (const Done& piece : done) {
    if (piece.backup) {
      GASHT_RETURN_IF_ERROR(retention.NoteForgotten(*piece.backup, piece.leaves, piece.status));
    } else if (piece.status.ok()) {
      GASHT_RETURN_IF_ERROR(retention.NoteRewritten());
    }
  }
  return Status::Ok();
}

void RetentionService::Begin(const Retention& retention) {
  UnfinishedDestruction work = retention.unfinished();
  if (work.empty() || running()) return;
  {
    MutexLock lock(mu_);
    running_ = true;
  }
  thread_ = std::jthread([this, work = std::move(work)](std::stop_token stop) {
    pthread_setname_np(pthread_self(), "forget");
    Work(work, std::move(stop));
  });
}

void RetentionService::Work(const UnfinishedDestruction& work, std::stop_token stop) {
  const auto note = [this](Done piece) {
    MutexLock lock(mu_);
    done_.push_back(std::move(piece));
  };
  if (work.rewrite) {
    // Copies of old rows: snapshots for long readers, exports that nobody has fetched yet.
    for (const char* copies : {"/snapshots", "/exports"}) {
      std::error_code ignored;
      for (const auto& entry : std::filesystem::directory_iterator(store_.path() + copies, ignored))
        std::filesystem::remove_all(entry.path(), ignored);
    }
    note({{}, work.leaves, store_.Compact()});
  }
  for (const std::string& backup : work.backups) {
    if (stop.stop_requested()) break;
    note({backup, work.leaves, store_.ForgetIn(backup).status()});
  }
  MutexLock lock(mu_);
  running_ = false;
}

Result<Retention> RetentionService::Open() {
  RetentionSetup setup;
  setup.book_path = store_.path() + "/retention.json";
  setup.sources = sources_;
  GASHT_ASSIGN_OR_RETURN(setup.backups, ListBackups(store_.path()));
  setup.record = [this](CustodyEvent event) -> Result<uint64_t> {
    const CustodyEvent wanted = event;
    std::promise<Status> durable;
    writer_.AddEvent(std::move(event), [&durable](Status status) { durable.set_value(std::move(status)); });
    GASHT_RETURN_IF_ERROR(durable.get_future().get());
    // Ours is one of the last leaves: pages may have come behind it.
    const ProofReader proofs(store_);
    for (uint64_t index = proofs.head().size; index-- > 0;) {
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs.Leaf(index));
      if (leaf.kind == wanted.kind && leaf.actor == wanted.actor && leaf.detail == wanted.detail)
        return index;
    }
    return Status::Internal("an act was recorded, and is not in the log");
  };
  setup.erase = [this](Erasure erasure) {
    std::promise<Result<Erased>> done;
    writer_.Erase(std::move(erasure), [&done](Result<Erased> erased) { done.set_value(std::move(erased)); });
    return done.get_future().get();
  };
  return Retention::Open(store_, clock_, std::move(setup));
}

Status RetentionService::Resume() {
  GASHT_ASSIGN_OR_RETURN(Retention retention, Open());
  GASHT_RETURN_IF_ERROR(Collect(retention));
  GASHT_RETURN_IF_ERROR(retention.FinishApproved());
  Begin(retention);
  return Status::Ok();
}

Result<ApiResponse> RetentionService::Handle(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(Retention retention, Open());
  const bool was_running = running();
  GASHT_RETURN_IF_ERROR(Collect(retention));
  if (request.path == "/v1/retention/work" && request.method == "GET")
    return ApiResponse::Of(Json::MakeObject().Set("running", was_running));
  if (request.path == kRoot && request.method == "GET") {
    // What was left undone, and a backup that has come back, are seen to now.
    GASHT_RETURN_IF_ERROR(retention.FinishApproved());
    Begin(retention);
    GASHT_ASSIGN_OR_RETURN(const auto due, retention.Due());
    Json items = Json::MakeArray();
    PushAll(items, due);
    PushAll(items, retention.proposals());
    PushAll(items, retention.holds());
    PushAll(items, retention.pending());
    Json out = Json::MakeObject();
    out.Set("items", std::move(items));
    return ApiResponse::Of(out);
  }
  if (request.method != "POST" || request.path.size() <= kRoot.size() + 1)
    return Status::NotFound(fmt::format("no such path: {}", request.path));
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  if (!body.is_object()) return Status::InvalidArgument("the request must be a JSON object");
  GASHT_ASSIGN_OR_RETURN(const Json answer,
                         Change(retention, request.path.substr(kRoot.size() + 1), body, request.actor));
  if (answer.StringOr("state") == "destroyed") Begin(retention);
  return ApiResponse::Of(answer);
}

Result<Json> RetentionService::Change(Retention& retention, const std::string& what, const Json& body,
                                      const std::string& actor) {
  if (what == "propose") {
    if (body.Find("captures") == nullptr) {
      GASHT_ASSIGN_OR_RETURN(const RetentionProposal proposal,
                             retention.ProposeDue({body.StringOr("source")}, actor));
      return ToJson(proposal);
    }
    std::vector<CaptureId> captures;
    if (!body.Find("captures")->is_array()) return Status::InvalidArgument("captures must be a list of ids");
    for (const Json& id : body.Find("captures")->items()) {
      if (!id.is_int() || id.as_int() <= 0) return Status::InvalidArgument("captures must be a list of ids");
      captures.push_back({static_cast<uint64_t>(id.as_int())});
    }
    GASHT_ASSIGN_OR_RETURN(const RetentionProposal proposal,
                           retention.Propose(std::move(captures), body.StringOr("basis"), actor));
    return ToJson(proposal);
  }
  if (what == "approve") {
    GASHT_ASSIGN_OR_RETURN(const RetentionProposal proposal,
                           retention.Approve(static_cast<uint64_t>(body.IntOr("proposal", 0)), actor));
    return ToJson(proposal);
  }
  if (what == "hold") {
    LegalHold hold;
    hold.actor = actor;
    hold.reason = body.StringOr("reason");
    hold.source = body.StringOr("source");
    hold.finding = body.StringOr("finding");
    hold.capture = static_cast<uint64_t>(body.IntOr("capture", 0));
    GASHT_ASSIGN_OR_RETURN(const LegalHold made, retention.Hold(std::move(hold)));
    return ToJson(made);
  }
  if (what == "release") {
    const auto id = static_cast<uint64_t>(body.IntOr("hold", 0));
    GASHT_RETURN_IF_ERROR(retention.Release(id, body.StringOr("reason"), actor));
    return Json::MakeObject().Set("released", id);
  }
  return Status::NotFound(fmt::format("no such path: /v1/retention/{}", what));
}

}  // namespace gasht
