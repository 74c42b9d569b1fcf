// gasht custody init|status|today|rotate|request|attach|stamp, and the two processes signer and witness.

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "api/client.h"
#include "app/commands.h"
#include "app/configured.h"
#include "app/log_seal.h"
#include "app/output.h"
#include "app/readable_store.h"
#include "app/signer_process.h"
#include "app/store_access.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "model/source.h"
#include "store/checkpoint_file.h"
#include "store/custody.h"
#include "store/proof.h"
#include "store/writer.h"

namespace gasht {
namespace {

constexpr size_t kMaxInputBytes = 1 << 20;

std::string CosignaturesPath(const std::string& store) {
  return store + "/cosignatures";
}

// The setup, which must be there.
Result<CustodySetup> RequireSetup(const std::string& store) {
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodySetup> setup, ReadCustodySetup(store));
  if (!setup)
    return Status::FailedPrecondition(
        fmt::format("the custody log of {} was not set up: run gasht custody init", store));
  return *std::move(setup);
}

Result<SealedHead> RequireCheckpoint(const std::string& store, const CustodySetup& setup) {
  GASHT_ASSIGN_OR_RETURN(std::optional<SealedHead> last, LastCheckpoint(CheckpointsPath(store), setup.keys));
  if (!last) return Status::FailedPrecondition("nothing was sealed yet: gasht patrol seals as it goes");
  return *std::move(last);
}

Result<std::unique_ptr<Store>> OpenForChange(const std::string& path) {
  if (CoreRuns(SocketPath(path)))
    return Status::Unavailable(fmt::format("a patrol has {} open: stop it first", path));
  StoreOptions options;
  options.path = path;
  return Store::Open(options);
}

Status AddEvent(Store& store, CustodyEvent event) {
  const SystemClock clock;
  StoreWriter writer(store, clock);
  std::promise<Status> durable;
  writer.AddEvent(std::move(event), [&durable](Status status) { durable.set_value(std::move(status)); });
  return durable.get_future().get();
}

// "2b48-49dc-3bc2-5f17": what a person can copy by hand and compare by eye.
std::string Grouped(std::string_view hex, size_t digits) {
  std::string text;
  for (size_t i = 0; i < std::min(digits, hex.size()); ++i) {
    if (i > 0 && i % 4 == 0) text += '-';
    text += hex[i];
  }
  return text;
}

Result<std::string> ReadInput(const std::string& file) {
  if (file != "-" && !file.empty()) return ReadFile(file, kMaxInputBytes);
  std::string text((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  if (text.size() > kMaxInputBytes) return Status::ResourceExhausted("standard input is too long");
  return text;
}

Status WriteOutput(const std::string& file, std::string_view bytes) {
  if (file != "-" && !file.empty()) return WriteFileAtomically(file, bytes, 0640);
  std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
  return std::cout.good() ? Status::Ok() : Status::Unavailable("cannot write to standard output");
}

// The first leaf and the first checkpoint of a log that is set up.
Result<CustodySetup> Begin(Store& store, const std::string& store_path, const CustodySetup& setup) {
  GASHT_RETURN_IF_ERROR(AddEvent(store, {"custody_init", CurrentUser(), setup.keys.back().str()}));
  GASHT_RETURN_IF_ERROR(WriteCustodySetup(store_path, setup));
  GASHT_RETURN_IF_ERROR(SealNow(store, setup));
  return setup;
}

Result<CustodySetup> Init(const std::string& store_path, const CustodyArguments& arguments) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<CustodySetup> known, ReadCustodySetup(store_path));
  if (known)
    return Status::AlreadyExists(
        fmt::format("the custody log of {} is set up already, with key {}: gasht custody "
                    "rotate makes another key",
                    store_path, known->keys.back().str()));
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForChange(store_path));
  CustodySetup setup;
  if (!arguments.copy.empty()) setup.copy = std::filesystem::absolute(arguments.copy).lexically_normal();
  NoteKey key;
  if (!arguments.signer.empty()) {
    // Somebody else's process has the key: it was made with signer-init.
    GASHT_ASSIGN_OR_RETURN(key, NoteKey::Parse(arguments.key));
    if (key.type != NoteKeyType::kEd25519)
      return Status::InvalidArgument("--key is not a log's key: gasht custody signer-init prints one");
    setup.origin = key.name;
    setup.signer = arguments.signer;
    if (SignerSocketOf(setup).empty()) return Status::InvalidArgument("--signer is unix:PATH");
    setup.keys = {key};
    GASHT_RETURN_IF_ERROR(ConnectSigner(setup).status());
    return Begin(*store, store_path, setup);
  }
  setup.origin = "gasht/" + HexEncode(RandomBytes(8));
  setup.signer = std::filesystem::absolute(arguments.keys.empty() ? store_path + "/signer" : arguments.keys)
                     .lexically_normal();
  GASHT_ASSIGN_OR_RETURN(key, TreeSigner::Create(setup.signer, setup.origin, NoteKeyType::kEd25519));
  setup.keys = {key};
  return Begin(*store, store_path, setup);
}

Result<CustodySetup> Rotate(const std::string& store_path, const CustodyArguments& arguments) {
  if (arguments.approvers.size() < 2 || arguments.approvers[0] == arguments.approvers[1])
    return Status::InvalidArgument("a new key needs two different officers: --approved-by NAME twice");
  GASHT_ASSIGN_OR_RETURN(CustodySetup setup, RequireSetup(store_path));
  if (!SignerSocketOf(setup).empty() && arguments.keys.empty())
    return Status::InvalidArgument(
        "this log's signer is run by somebody else: --keys says where the new key lies");
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForChange(store_path));
  const std::string keys =
      std::filesystem::absolute(arguments.keys.empty()
                                    ? fmt::format("{}/signer-{}", store_path, setup.keys.size() + 1)
                                    : arguments.keys)
          .lexically_normal();
  GASHT_ASSIGN_OR_RETURN(const NoteKey key, TreeSigner::Create(keys, setup.origin, NoteKeyType::kEd25519));
  GASHT_RETURN_IF_ERROR(
      AddEvent(*store, {std::string(kKeyRotationLeafKind),
                        fmt::format("{}, {}", arguments.approvers[0], arguments.approvers[1]),
                        KeyRotationDetail(setup.keys.back(), key)}));
  // The old key signs a last time, if there still is one: the leaf that names the new key is under it.
  const Status last = SealNow(*store, setup);
  setup.keys.push_back(key);
  setup.signer = keys;
  // The new signer remembers what the old one signed.
  GASHT_ASSIGN_OR_RETURN(const std::optional<SealedHead> sealed,
                         LastCheckpoint(CheckpointsPath(store_path), setup.keys));
  if (sealed) {
    GASHT_ASSIGN_OR_RETURN(TreeSigner signer, TreeSigner::Open(keys, setup.origin, NoteKeyType::kEd25519));
    GASHT_RETURN_IF_ERROR(signer.Restart(sealed->checkpoint));
  }
  GASHT_RETURN_IF_ERROR(WriteCustodySetup(store_path, setup));
  GASHT_RETURN_IF_ERROR(AddEvent(
      *store,
      {"key_in_use", CurrentUser(), last.ok() ? "the old key sealed a last time" : "the old key is lost"}));
  GASHT_RETURN_IF_ERROR(SealNow(*store, setup));
  return setup;
}

Json SetupJson(const CustodySetup& setup) {
  Json json = Json::MakeObject().Set("origin", setup.origin).Set("key", setup.keys.back().str());
  json.Set("signer", setup.signer);
  if (!setup.copy.empty()) json.Set("copy", setup.copy);
  return json;
}

// How many leaves there are, of a running core or of the store itself.
Result<uint64_t> LeavesNow(const std::string& store_path) {
  if (CoreRuns(SocketPath(store_path))) {
    ApiRequest request;
    request.path = "/v1/status";
    GASHT_ASSIGN_OR_RETURN(const ApiResponse response, CallCore(SocketPath(store_path), request));
    GASHT_ASSIGN_OR_RETURN(const Json json, Json::Parse(response.body));
    const Json* const custody = json.Find("custody");
    const Json* const size = custody != nullptr ? custody->Find("size") : nullptr;
    if (size == nullptr) return Status::Internal("the core does not say how many leaves there are");
    return static_cast<uint64_t>(custody->IntOr("size", 0));
  }
  GASHT_ASSIGN_OR_RETURN(const ReadableStore store, ReadableStore::Open(store_path));
  return store->tree_head().size;
}

int ShowStatus(const GlobalOptions& global, const std::string& store_path) {
  const Result<CustodySetup> setup = RequireSetup(store_path);
  if (!setup.ok()) return Fail(setup.status());
  const Result<std::optional<SealedHead>> last = LastCheckpoint(CheckpointsPath(store_path), setup->keys);
  if (!last.ok()) return Fail(last.status());
  const Result<uint64_t> leaves = LeavesNow(store_path);
  if (!leaves.ok()) return Fail(leaves.status());
  const uint64_t sealed =
      *last && (**last).checkpoint.origin == setup->origin ? (**last).checkpoint.head.size : 0;
  std::string copy = "none";
  if (!setup->copy.empty()) {
    const Result<std::optional<SealedHead>> second = LastCheckpoint(setup->copy, setup->keys);
    copy = !second.ok()                                           ? second.status().message()
           : *second && (**second).checkpoint.head.size >= sealed ? "up to date"
                                                                  : "behind";
  }
  const auto cosigned = ReadCheckpoints(CosignaturesPath(store_path));
  const uint64_t witnessed = cosigned.ok() && !cosigned->empty()
                                 ? Checkpoint::Parse(cosigned->back().text).value_or(Checkpoint()).head.size
                                 : 0;
  if (global.json) {
    Json json = SetupJson(*setup);
    json.Set("leaves", *leaves).Set("sealed", sealed).Set("unsealed", *leaves - std::min(*leaves, sealed));
    json.Set("copy_state", copy).Set("witnessed", witnessed);
    PrintJson(json);
    return 0;
  }
  PrintLine(
      fmt::format("log       {}\nkey       {}\nsigner    {}\nleaves    {}\nsealed    {}{}\ncopy      {} "
                  "({})\nwitnessed {} leaves, {} witnesses",
                  setup->origin, setup->keys.back().str(), setup->signer, *leaves, sealed,
                  sealed < *leaves ? fmt::format(" (unsealed from leaf {})", sealed) : "",
                  setup->copy.empty() ? "-" : setup->copy, copy, witnessed, setup->witnesses.size()));
  return 0;
}

int ShowToday(const GlobalOptions& global, const std::string& store_path) {
  const Result<CustodySetup> setup = RequireSetup(store_path);
  if (!setup.ok()) return Fail(setup.status());
  const Result<SealedHead> last = RequireCheckpoint(store_path, *setup);
  if (!last.ok()) return Fail(last.status());
  const Checkpoint& sealed = last->checkpoint;
  // The day in Pakistan, where the diary lies, and that of every time in the log.
  const auto day_of = [](UtcTime at) { return FormatRfc3339(at).substr(0, sizeof("2026-01-01") - 1); };
  const UtcTime now = SystemClock().Utc();
  const std::string day = day_of(now + kPakistanOffset), day_utc = day_of(now);
  const std::string line = fmt::format("{} (UTC {}) {} {} {}", day, day_utc, sealed.origin, sealed.head.size,
                                       Grouped(sealed.head.root.hex(), 32));
  if (global.json) {
    PrintJson(Json::MakeObject()
                  .Set("day", day)
                  .Set("day_utc", day_utc)
                  .Set("origin", sealed.origin)
                  .Set("leaves", sealed.head.size)
                  .Set("root", sealed.head.root.hex())
                  .Set("line", line));
  } else {
    PrintLine(line);
  }
  return 0;
}

// What a witness is asked: the last checkpoint, and that it follows from the last one it saw.
Result<std::string> MakeRequest(const std::string& store_path, std::optional<uint64_t> from) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, RequireSetup(store_path));
  GASHT_ASSIGN_OR_RETURN(const SealedHead last, RequireCheckpoint(store_path, setup));
  SignRequest request;
  request.note = last.note;
  GASHT_ASSIGN_OR_RETURN(const std::vector<SignedNote> seen, ReadCheckpoints(CosignaturesPath(store_path)));
  if (!seen.empty()) {
    GASHT_ASSIGN_OR_RETURN(const Checkpoint before, Checkpoint::Parse(seen.back().text));
    if (before.origin == setup.origin) request.old_size = before.head.size;
  }
  // An answer that was lost on its way: the witness knows of more than we do.
  if (from) request.old_size = *from;
  // With a patrol running too.
  GASHT_ASSIGN_OR_RETURN(const ReadableStore store, ReadableStore::Open(store_path));
  const ProofReader reader(*store);
  GASHT_ASSIGN_OR_RETURN(request.proof, reader.Consistency(request.old_size, last.checkpoint.head.size));
  return request.str();
}

// A witness's answer: kept if it is one.
Status AttachCosignature(const std::string& store_path, const std::string& text) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, RequireSetup(store_path));
  GASHT_ASSIGN_OR_RETURN(const SignedNote note, SignedNote::Parse(text));
  GASHT_ASSIGN_OR_RETURN(const std::vector<SignedNote> ours, ReadCheckpoints(CheckpointsPath(store_path)));
  if (std::none_of(ours.begin(), ours.end(), [&](const SignedNote& own) { return own.text == note.text; }))
    return Status::InvalidArgument("this is not a checkpoint of this log");
  if (std::none_of(setup.witnesses.begin(), setup.witnesses.end(),
                   [&](const NoteKey& witness) { return IsSignedBy(note, witness); }))
    return Status::InvalidArgument(
        "it is cosigned by no witness of this log: gasht custody witness-add KEY names one");
  return AppendCheckpoint(CosignaturesPath(store_path), note);
}

Status AddWitness(const std::string& store_path, const std::string& text) {
  GASHT_ASSIGN_OR_RETURN(CustodySetup setup, RequireSetup(store_path));
  GASHT_ASSIGN_OR_RETURN(const NoteKey key, NoteKey::Parse(text));
  if (key.type != NoteKeyType::kCosignature) return Status::InvalidArgument("this is not a witness's key");
  if (std::find(setup.witnesses.begin(), setup.witnesses.end(), key) != setup.witnesses.end())
    return Status::AlreadyExists(key.name + " is a witness of this log already");
  setup.witnesses.push_back(key);
  return WriteCustodySetup(store_path, setup);
}

Status Stamp(const std::string& store_path, const CustodyArguments& arguments) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, RequireSetup(store_path));
  const std::string dir = store_path + "/tokens";
  if (!arguments.attach.empty()) {
    GASHT_ASSIGN_OR_RETURN(const std::string response, ReadFile(arguments.attach, kMaxInputBytes));
    GASHT_ASSIGN_OR_RETURN(const std::vector<SignedNote> notes, ReadCheckpoints(CheckpointsPath(store_path)));
    std::string authority;
    if (!arguments.authority.empty()) {
      GASHT_ASSIGN_OR_RETURN(authority, ReadFile(arguments.authority, kMaxInputBytes));
    }
    for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
      const Result<Timestamp> stamp = CheckTimestamp(response, Sha256(note->text), authority);
      if (!stamp.ok() && stamp.status().message() == "the time stamp is for something else") continue;
      if (!stamp.ok()) return stamp.status().WithContext(arguments.attach);
      GASHT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Parse(note->text));
      std::error_code error;
      std::filesystem::create_directories(dir, error);
      if (!authority.empty()) GASHT_RETURN_IF_ERROR(WriteFileAtomically(dir + "/authority.pem", authority));
      return WriteFileAtomically(fmt::format("{}/{}.tsr", dir, checkpoint.head.size), response);
    }
    return Status::InvalidArgument(arguments.attach + " stamps no checkpoint of this log");
  }
  GASHT_ASSIGN_OR_RETURN(const SealedHead last, RequireCheckpoint(store_path, setup));
  GASHT_ASSIGN_OR_RETURN(const std::string query, MakeTimestampQuery(Sha256(last.note.text)));
  if ((arguments.file.empty() || arguments.file == "-") && isatty(STDOUT_FILENO) == 1)
    return Status::InvalidArgument("the query is not text: name a FILE for it, or send it on (> FILE)");
  return WriteOutput(arguments.file, query);
}

int Done(const GlobalOptions& global, const Status& status, std::string_view what) {
  if (!status.ok()) return Fail(status);
  if (global.json) {
    PrintJson(Json::MakeObject().Set("ok", true));
  } else if (!what.empty()) {
    PrintLine(what);
  }
  return 0;
}

int ShowSetup(const GlobalOptions& global, const Result<CustodySetup>& setup) {
  if (!setup.ok()) return Fail(setup.status());
  if (global.json) {
    PrintJson(SetupJson(*setup));
    return 0;
  }
  PrintLine(fmt::format(
      "log  {}\nkey  {}\nThe signing key lies in {}. Write the line of the key into the paper diary: whoever "
      "checks the evidence compares it.",
      setup->origin, setup->keys.back().str(), setup->signer));
  return 0;
}

int ShowKey(const GlobalOptions& global, const NoteKey& key) {
  if (global.json) {
    PrintJson(Json::MakeObject().Set("key", key.str()));
  } else {
    PrintLine(key.str());
  }
  return 0;
}

// The signer's own process: no store, no network, one key.
int RunSigner(const GlobalOptions& global, const CustodyArguments& arguments) {
  if (arguments.action == "signer-init") {
    const std::string origin = arguments.name.empty() ? "gasht/" + HexEncode(RandomBytes(8)) : arguments.name;
    const Result<NoteKey> key = TreeSigner::Create(arguments.keys, origin, NoteKeyType::kEd25519);
    return key.ok() ? ShowKey(global, *key) : Fail(key.status());
  }
  Result<TreeSigner> signer = TreeSigner::Open(arguments.keys, arguments.name, NoteKeyType::kEd25519);
  if (!signer.ok()) return Fail(signer.status());
  const SystemClock clock;
  ServeSigner(kSignerFd, *signer, clock);
  return 0;
}

// On another machine: cosigns what follows from what it cosigned before.
int RunWitness(const GlobalOptions& global, const CustodyArguments& arguments) {
  if (arguments.action == "witness-init") {
    const Result<NoteKey> key = TreeSigner::Create(arguments.keys, arguments.name, NoteKeyType::kCosignature);
    return key.ok() ? ShowKey(global, *key) : Fail(key.status());
  }
  const Result<NoteKey> log = NoteKey::Parse(arguments.log);
  if (!log.ok()) return Fail(log.status());
  Result<TreeSigner> witness =
      TreeSigner::Open(arguments.keys, arguments.name, NoteKeyType::kCosignature, {*log});
  if (!witness.ok()) return Fail(witness.status());
  const Result<std::string> input = ReadInput(arguments.file);
  if (!input.ok()) return Fail(input.status());
  const Result<SignRequest> request = SignRequest::Parse(*input);
  if (!request.ok()) return Fail(request.status());
  const Result<NoteSignature> signature = witness->Sign(*request, SystemClock().Utc());
  if (!signature.ok()) return Fail(signature.status());
  SignedNote note = request->note;
  note.signatures.push_back(*signature);
  return Done({global.config_dir, false}, WriteOutput("-", note.str()), "");
}

}  // namespace

int RunCustody(const GlobalOptions& global, const CustodyArguments& arguments) {
  const std::string& action = arguments.action;
  if (action == "signer" || action == "signer-init") return RunSigner(global, arguments);
  if (action == "witness" || action == "witness-init") return RunWitness(global, arguments);
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const std::string& store = config->store_path;
  if (action == "init") return ShowSetup(global, Init(store, arguments));
  if (action == "rotate") return ShowSetup(global, Rotate(store, arguments));
  if (action == "status") return ShowStatus(global, store);
  if (action == "today") return ShowToday(global, store);
  if (action == "stamp")
    return arguments.attach.empty() ? [&] {
      const Status status = Stamp(store, arguments);
      return status.ok() ? 0 : Fail(status);
    }() : Done(global, Stamp(store, arguments), "attached");
  if (action == "witness-add") return Done(global, AddWitness(store, arguments.file), "added");
  if (action == "request") {
    const Result<std::string> request = MakeRequest(store, arguments.from);
    if (!request.ok()) return Fail(request.status());
    const Status status = WriteOutput("-", *request);
    return status.ok() ? 0 : Fail(status);
  }
  const Result<std::string> input = ReadInput(arguments.file);
  if (!input.ok()) return Fail(input.status());
  return Done(global, AttachCosignature(store, *input), "attached");
}

}  // namespace gasht
