#include "api/retention_service.h"

#include <future>

#include <fmt/format.h>

#include "base/file.h"
#include "store/key_table.h"
#include "store/proof.h"

namespace gasht {
namespace {

constexpr std::string_view kRoot = "/v1/retention";

template <typename Items>
void PushAll(Json& list, const Items& items) {
  for (const auto& item : items) list.Push(ToJson(item));
}

// The slots of a table of keys (docs/storage-format.md, "keys.bin") whose keys are overwritten.
Result<std::vector<uint64_t>> DestroyedSlots(const std::string& path) {
  constexpr size_t kMaxTable = size_t{2} << 30;
  constexpr char kDestroyed = 2;
  GASHT_ASSIGN_OR_RETURN(const std::string table, ReadFile(path, kMaxTable));
  std::vector<uint64_t> slots;
  for (uint64_t slot = 1; (slot + 1) * KeyTable::kSlotBytes <= table.size(); ++slot) {
    if (table[slot * KeyTable::kSlotBytes] == kDestroyed) slots.push_back(slot);
  }
  return slots;
}

}  // namespace

Result<Retention> RetentionService::Open() {
  RetentionSetup setup;
  setup.book_path = store_.path() + "/retention.json";
  setup.sources = sources_;
  setup.backups = backups_;
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
  const std::string keys = store_.path() + "/keys.bin";
  setup.forget_in = [keys](const std::string& backup) -> Status {
    GASHT_ASSIGN_OR_RETURN(const std::vector<uint64_t> destroyed, DestroyedSlots(keys));
    return KeyTable::DestroyIn(backup + "/keys.bin", destroyed);
  };
  return Retention::Open(store_, clock_, std::move(setup));
}

Result<ApiResponse> RetentionService::Handle(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(Retention retention, Open());
  if (request.path == kRoot && request.method == "GET") {
    // A backup that has come back is made to forget before anything is said of it.
    GASHT_RETURN_IF_ERROR(retention.ForgetInBackups());
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
