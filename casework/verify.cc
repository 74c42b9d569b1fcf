#include "casework/verify.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/content_coding.h"
#include "base/counted.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "casework/bundle_key.h"
#include "casework/cdxj.h"
#include "casework/exhibit.h"
#include "casework/masking.h"
#include "casework/warc.h"
#include "casework/zip.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/merkle.h"
#include "store/note.h"

namespace gasht {
namespace {

constexpr size_t kMostFailures = 20;
// Of one line of leaves.jsonl: a record with its heads (300 KiB each at most) in base64.
constexpr size_t kMostLine = size_t{4} << 20;
constexpr size_t kMostSmallFile = size_t{64} << 20;
constexpr size_t kMostLeaves = 4'000'000;
// What the crawl unpacks at most, and more.
constexpr uint64_t kMostUnpackedBody = uint64_t{64} << 20;
constexpr uint64_t kTile = 256;

std::optional<Digest> DigestOf(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  const Result<Digest> digest = Digest::FromHex(text.substr(kPrefix.size()));
  if (!digest.ok()) return std::nullopt;
  return *digest;
}

std::string Cut(std::string_view text) {
  return ReplaceInvalidUtf8(text.size() > 200 ? std::string(text.substr(0, 200)) + "..." : std::string(text));
}

bool ParseProof(const Json* list, std::vector<Digest>& proof) {
  if (list == nullptr || !list->is_array() || list->items().size() > 64) return false;
  for (const Json& item : list->items()) {
    const Result<Digest> hash = Digest::FromHex(item.is_string() ? item.as_string() : "");
    if (!hash.ok()) return false;
    proof.push_back(*hash);
  }
  return true;
}

// Hands over whole lines of what comes in pieces.
class Lines {
 public:
  explicit Lines(std::function<Status(std::string_view)> line) : line_(std::move(line)) {}
  Status Add(std::string_view piece) {
    rest_ += piece;
    size_t begin = 0;
    for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      GASHT_RETURN_IF_ERROR(line_(std::string_view(rest_).substr(begin, end - begin)));
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return rest_.size() > kMostLine ? Status::DataLoss("a line is longer than 4 MiB") : Status::Ok();
  }
  Status End() const { return rest_.empty() ? Status::Ok() : Status::DataLoss("the last line has no end"); }

 private:
  const std::function<Status(std::string_view)> line_;
  std::string rest_;
};

struct Exhibit {
  uint64_t number = 0, leaf = 0;
  bool proved = false;  // its leaf was read and holds a record
  bool destroyed = false;
  Capture capture;
  Digest manifest;
  bool has_request = false, has_response = false, has_metadata = false;
};

struct Quote {
  std::string text, finding;
  uint64_t offset = 0;
};

class Verifier {
 public:
  Verifier(const std::string& path, const BundleKeys& options) : path_(path), options_(options) {}

  Result<BundleVerdict> Run() {
    Begin("The file is one plain ZIP archive: no hidden, doubled, escaping or exploding entries");
    Result<std::unique_ptr<ZipReader>> zip = ZipReader::Open(path_);
    if (!zip.ok()) {
      if (zip.status().code() != StatusCode::kDataLoss) return zip.status();
      FailZip(zip.status());
      return report_;
    }
    zip_ = std::move(*zip);
    CheckLayout();
    CheckPackage();
    CheckFiles();
    if (!report_.ok() && !zip_->Find("evidence/contents.json")) return report_;
    CheckContents();
    CheckLog();
    CheckLeaves();
    CheckRotations();
    LoadFindings();
    CheckArchive();
    CheckIndex();
    CheckFindings();
    CheckOpenings();
    CheckRules();
    CheckTombstones();
    CheckKeys();
    report_.exhibits = exhibits_.size();
    return report_;
  }

 private:
  void Begin(std::string what) { report_.checks.push_back({std::move(what), CheckResult::kPassed, {}, {}}); }
  void Fail(std::string_view reason, std::string detail) {
    BundleCheck& check = report_.checks.back();
    check.result = CheckResult::kFailed;
    if (check.failures.size() < kMostFailures)
      check.failures.push_back({std::string(reason), std::move(detail)});
  }
  void FailZip(const Status& status) {
    const std::string& message = status.message();
    const size_t colon = message.find(": ");
    const std::string reason = colon == std::string::npos ? "zip-structure" : message.substr(0, colon);
    const bool known = reason == "zip-structure" || reason == "zip-name" || reason == "zip-bomb";
    Fail(known ? reason : "zip-structure", known ? message.substr(colon + 2) : message);
  }
  void Note(std::string note) { report_.checks.back().note = std::move(note); }
  void NotChecked(std::string why) {
    report_.checks.back().result = CheckResult::kNotChecked;
    Note(std::move(why));
  }

  // A file's bytes; fails the running check when it is missing, too large or damaged.
  std::optional<std::string> Load(std::string_view name, std::string_view reason) {
    const ZipEntry* entry = zip_->Find(name);
    if (entry == nullptr) {
      Fail(reason, fmt::format("{} is missing", name));
      return std::nullopt;
    }
    Result<std::string> bytes = zip_->ReadAll(*entry, kMostSmallFile);
    if (!bytes.ok()) {
      if (bytes.status().code() == StatusCode::kDataLoss) {
        FailZip(bytes.status());
      } else {
        Fail(reason, bytes.status().message());
      }
      return std::nullopt;
    }
    return std::move(*bytes);
  }
  std::optional<Json> LoadJson(std::string_view name, std::string_view reason) {
    const std::optional<std::string> bytes = Load(name, reason);
    if (!bytes) return std::nullopt;
    Result<Json> json = Json::Parse(*bytes);
    if (!json.ok() || !json->is_object()) {
      Fail(reason, fmt::format("{} is not a JSON object", name));
      return std::nullopt;
    }
    return std::move(*json);
  }
  // Every line as an object.
  void ForEachJsonLine(std::string_view name, std::string_view reason,
                       const std::function<void(const Json&)>& visit) {
    const ZipEntry* entry = zip_->Find(name);
    if (entry == nullptr) return Fail(reason, fmt::format("{} is missing", name));
    size_t number = 0;
    Lines lines([&](std::string_view line) {
      ++number;
      const Result<Json> json = Json::Parse(line);
      if (!json.ok() || !json->is_object())
        return Status::DataLoss(fmt::format("line {} is not a JSON object", number));
      visit(*json);
      return Status::Ok();
    });
    Status status = zip_->Read(*entry, [&lines](std::string_view piece) { return lines.Add(piece); });
    if (status.ok()) status = lines.End();
    if (!status.ok()) Fail(reason, fmt::format("{}: {}", name, status.message()));
  }

  // ---- The package ----

  void CheckLayout() {
    Begin("It has the parts of a WACZ and of a gasht bundle, each in its place");
    size_t archives = 0;
    for (const ZipEntry& entry : zip_->entries()) {
      const std::string_view name = entry.name;
      const bool archive = name.starts_with("archive/") && name.ends_with(".warc.gz");
      const bool known = archive || name == "indexes/index.cdxj" || name == "pages/pages.jsonl" ||
                         name.starts_with("evidence/") || name == "datapackage.json" ||
                         name == "datapackage-digest.json";
      if (!known) Fail("package-files", fmt::format("{} does not belong into a bundle", name));
      if (archive && entry.method != ZipMethod::kStore)
        Fail("package-files", fmt::format("{} must be stored as it is, and is packed again", name));
      archives += archive;
    }
    if (archives == 0) Fail("package-files", "there is no archive/*.warc.gz");
    Note(Counted(zip_->entries().size(), "file"));
  }

  void CheckPackage() {
    Begin("The list of files (datapackage.json) is the one that was signed");
    const auto digest = LoadJson("datapackage-digest.json", "package-files");
    const auto bytes = Load("datapackage.json", "package-files");
    if (!digest || !bytes) return;
    const std::string hash = WarcDigest(Sha256(*bytes));
    if (digest->StringOr("path") != "datapackage.json" || digest->StringOr("hash") != hash)
      Fail("package-hash", "datapackage.json is not the file whose hash was signed");
    const Json* signed_data = digest->Find("signedData");
    if (signed_data == nullptr) return Fail("package-signature", "there is no signature");
    const Result<std::string> key = Base64Decode(signed_data->StringOr("publicKey"));
    const Result<std::string> signature = Base64Decode(signed_data->StringOr("signature"));
    if (signed_data->StringOr("hash") != digest->StringOr("hash"))
      Fail("package-signature", "the signature is over another hash");
    if (!key.ok() || !signature.ok() ||
        !VerifyBundleSignature(*key, signed_data->StringOr("hash"), *signature))
      return Fail("package-signature", "the signature is not true");
    report_.signing_key = WarcDigest(Sha256(*key));
    Note("signed with the key " + report_.signing_key);
  }

  void CheckFiles() {
    Begin("Every file is there, unchanged, and none was added");
    const auto package = LoadJson("datapackage.json", "package-files");
    if (!package) return;
    if (package->StringOr("wacz_version") != "1.1.1")
      Fail("package-files", "datapackage.json is not of WACZ 1.1.1");
    const Json* resources = package->Find("resources");
    if (resources == nullptr || !resources->is_array())
      return Fail("package-files", "datapackage.json lists no files");
    std::set<std::string> listed = {"datapackage.json", "datapackage-digest.json"};
    for (const Json& resource : resources->items()) {
      const std::string path = resource.StringOr("path");
      if (!listed.insert(path).second) Fail("package-files", fmt::format("{} is listed twice", Cut(path)));
      const ZipEntry* entry = zip_->Find(path);
      if (entry == nullptr) {
        Fail("package-files", fmt::format("{} is listed and missing", Cut(path)));
        continue;
      }
      Sha256Stream sha256;
      const Status status = zip_->Read(*entry, [&sha256](std::string_view piece) {
        sha256.Update(piece);
        return Status::Ok();
      });
      if (!status.ok()) {
        FailZip(status);
        continue;
      }
      const std::string hash = WarcDigest(sha256.Finish());
      hashes_[path] = hash;
      if (hash != resource.StringOr("hash") ||
          static_cast<int64_t>(entry->bytes) != resource.IntOr("bytes", -1))
        Fail("package-hash", fmt::format("{} is not the file that was signed for", path));
    }
    for (const ZipEntry& entry : zip_->entries()) {
      if (!listed.contains(entry.name)) Fail("package-files", fmt::format("{} is in no list", entry.name));
    }
    Note(Counted(listed.size(), "file"));
  }

  // ---- What was exported ----

  void CheckContents() {
    Begin("The list of exhibits and findings is well formed, and its files are these files");
    const auto bytes = Load("evidence/contents.json", "contents");
    if (!bytes) return;
    const Result<Json> contents = Json::Parse(*bytes);
    if (!contents.ok() || contents->StringOr("format") != "gasht-bundle-1")
      return Fail("contents", "evidence/contents.json is not of a bundle that this program knows");
    contents_sha256_ = WarcDigest(Sha256(*bytes));
    report_.bundle = contents->StringOr("bundle");
    report_.made = contents->StringOr("made");
    report_.actor = contents->StringOr("actor");
    if (!report_.signing_key.empty() && contents->StringOr("signing_key") != report_.signing_key)
      Fail("package-key", fmt::format("the export names the key {}, and the bundle is signed with another",
                                      Cut(contents->StringOr("signing_key"))));
    const Json* exhibits = contents->Find("exhibits");
    const Json* findings = contents->Find("findings");
    const Json* files = contents->Find("files");
    if (exhibits == nullptr || !exhibits->is_array() || findings == nullptr || !findings->is_array() ||
        files == nullptr || !files->is_array())
      return Fail("contents", "evidence/contents.json lists no exhibits, findings or files");
    for (const Json& item : exhibits->items()) {
      const auto capture = static_cast<uint64_t>(item.IntOr("capture", 0));
      Exhibit exhibit;
      exhibit.number = static_cast<uint64_t>(item.IntOr("exhibit", 0));
      exhibit.leaf = static_cast<uint64_t>(item.IntOr("leaf", 0));
      const Json* destroyed = item.Find("destroyed");
      exhibit.destroyed = destroyed != nullptr && destroyed->is_bool() && destroyed->as_bool();
      if (capture == 0 || exhibit.number != exhibits_.size() + 1 ||
          !exhibits_.emplace(capture, std::move(exhibit)).second)
        Fail("contents",
             fmt::format("exhibit {} is numbered wrongly or listed twice", item.IntOr("exhibit", 0)));
    }
    for (const Json& id : findings->items()) finding_ids_.push_back(id.is_string() ? id.as_string() : "");
    for (const Json& file : files->items()) {
      const auto actual = hashes_.find(file.StringOr("path"));
      if (actual == hashes_.end() || actual->second != file.StringOr("hash"))
        Fail("contents", fmt::format("{} is not the file that was exported", Cut(file.StringOr("path"))));
      committed_.insert(file.StringOr("path"));
    }
    for (const auto& [path, hash] : hashes_) {
      const bool must = path.starts_with("archive/") || path.starts_with("indexes/") ||
                        path.starts_with("pages/") || path == "evidence/findings.jsonl" ||
                        path == "evidence/rules.jsonl";
      if (must && !committed_.contains(path))
        Fail("contents", fmt::format("{} was not part of the export", path));
    }
    Note(Counted(exhibits_.size(), "exhibit") + ", " + Counted(finding_ids_.size(), "finding"));
  }

  // ---- The log ----

  void CheckLog() {
    Begin("The custody log was sealed: a checkpoint signed by the log's key");
    const auto keys = LoadJson("evidence/keys.json", "checkpoint");
    const auto bytes = Load("evidence/checkpoint", "checkpoint");
    if (!keys || !bytes) return;
    const Json* log = keys->Find("log");
    if (log == nullptr || !log->is_array() || log->items().empty() || !log->items().front().is_string())
      return Fail("checkpoint", "evidence/keys.json names no log key");
    const Result<SignedNote> note = SignedNote::Parse(*bytes);
    for (const Json& item : log->items()) {
      const Result<NoteKey> parsed = NoteKey::Parse(item.is_string() ? item.as_string() : "");
      if (!parsed.ok() || parsed->type != NoteKeyType::kEd25519)
        return Fail("checkpoint", "the log's key cannot be read");
      log_keys_.push_back(*parsed);
    }
    if (!note.ok()) return Fail("checkpoint", "the checkpoint cannot be read");
    const NoteKey& key = log_keys_.front();
    const Result<Checkpoint> checkpoint = Checkpoint::Parse(note->text);
    if (!checkpoint.ok()) return Fail("checkpoint", checkpoint.status().message());
    report_.log_key = key.str();
    report_.checkpoint_size = checkpoint->head.size;
    if (!IsSignedBy(*note, key)) return Fail("checkpoint-signature", "the log did not sign this checkpoint");
    sealed_ = *checkpoint;
    Note(fmt::format("{}: {}", checkpoint->origin, Counted(checkpoint->head.size, "leaf", "leaves")));
    CheckConsistency(*note);
    CheckCosignatures(keys->Find("witnesses"));
    CheckTokens();
    CheckTiles();
  }

  void CheckConsistency(const SignedNote& last) {
    Begin("The log only grew: each checkpoint's tree begins with the tree of the one before");
    std::optional<Checkpoint> before;
    std::string last_text;
    size_t count = 0, earlier = 0;
    size_t in_use = log_keys_.size() - 1;  // a key that was replaced signs no more
    ForEachJsonLine("evidence/checkpoints.jsonl", "consistency", [&](const Json& line) {
      const Result<SignedNote> note = SignedNote::Parse(line.StringOr("note"));
      const Result<Checkpoint> checkpoint =
          note.ok() ? Checkpoint::Parse(note->text) : Result<Checkpoint>(note.status());
      if (!checkpoint.ok()) return Fail("checkpoint", checkpoint.status().message());
      size_t signer = in_use;
      while (signer > 0 && !IsSignedBy(*note, log_keys_[signer])) --signer;
      if (!IsSignedBy(*note, log_keys_[signer]))
        return Fail(
            "checkpoint-signature",
            fmt::format("the log did not sign the checkpoint of {} leaves, or not with the key of then",
                        checkpoint->head.size));
      in_use = signer;
      earlier += signer > 0 ? 1 : 0;
      if (before) {
        std::vector<Digest> proof;
        if (checkpoint->origin != before->origin || !ParseProof(line.Find("proof"), proof) ||
            !VerifyConsistency(before->head.size, before->head.root, checkpoint->head.size,
                               checkpoint->head.root, proof))
          Fail("consistency", fmt::format("the log of {} leaves does not begin with the log of {} leaves",
                                          checkpoint->head.size, before->head.size));
      }
      before = *checkpoint;
      last_text = note->text;
      checkpoints_[checkpoint->head.size] = note->text;
      ++count;
    });
    if (last_text != last.text) Fail("consistency", "the last of the checkpoints is not the one that seals");
    Note(fmt::format("{}{}", Counted(count, "checkpoint"),
                     earlier == 0 ? "" : fmt::format(", {} by earlier keys of the log", earlier)));
  }

  void CheckCosignatures(const Json* witnesses) {
    Begin("Witnesses outside the house saw the log and cosigned it");
    for (const Json& item :
         witnesses != nullptr && witnesses->is_array() ? witnesses->items() : Json::Array()) {
      const Result<NoteKey> key = NoteKey::Parse(item.is_string() ? item.as_string() : "");
      if (!key.ok() || key->type != NoteKeyType::kCosignature) {
        Fail("cosignature", "evidence/keys.json names a witness whose key cannot be read");
        continue;
      }
      witnesses_.push_back(*key);
    }
    size_t count = 0;
    UtcTime latest;
    uint64_t covered = 0;
    ForEachJsonLine("evidence/cosignatures.jsonl", "cosignature", [&](const Json& line) {
      const Result<SignedNote> note = SignedNote::Parse(line.StringOr("note"));
      const Result<Checkpoint> checkpoint =
          note.ok() ? Checkpoint::Parse(note->text) : Result<Checkpoint>(note.status());
      if (!checkpoint.ok()) return Fail("cosignature", "a cosigned checkpoint cannot be read");
      const auto own = checkpoints_.find(checkpoint->head.size);
      if (own == checkpoints_.end() || own->second != note->text)
        return Fail("cosignature", fmt::format("the cosigned checkpoint of {} leaves is not one of this log",
                                               checkpoint->head.size));
      bool counts = false;
      for (const NoteKey& witness : witnesses_) {
        if (!IsSignedBy(*note, witness)) continue;
        counts = true;
        ++count;
        for (const NoteSignature& signature : note->signatures) {
          if (signature.name != witness.name || signature.key_id != witness.id()) continue;
          latest = std::max(latest, CosignatureTime(signature));
        }
        covered = std::max(covered, checkpoint->head.size);
      }
      if (!counts)
        Fail("cosignature", fmt::format("no witness cosigned the checkpoint of {} leaves as it stands",
                                        checkpoint->head.size));
    });
    if (!report_.checks.back().failures.empty()) return;
    if (count == 0) return NotChecked("no witness's cosignature is in this bundle");
    Note(fmt::format("{}: {} by {}", Counted(count, "cosignature"), Counted(covered, "leaf", "leaves"),
                     FormatRfc3339(latest)));
  }

  void CheckTokens() {
    Begin("Time-stamp authorities (RFC 3161) say that the log existed by then");
    constexpr std::string_view kFolder = "evidence/tokens/", kEnd = ".tsr";
    std::string authority = options_.authority_pem;
    if (authority.empty() && zip_->Find("evidence/tokens/authority.pem") != nullptr)
      authority = Load("evidence/tokens/authority.pem", "token").value_or("");
    size_t count = 0;
    UtcTime latest;
    uint64_t covered = 0;
    for (const ZipEntry& entry : zip_->entries()) {
      const std::string_view name = entry.name;
      if (!name.starts_with(kFolder) || !name.ends_with(kEnd)) continue;
      const std::string_view digits = name.substr(kFolder.size(), name.size() - kFolder.size() - kEnd.size());
      const std::optional<std::string> token = Load(name, "token");
      if (!token) continue;
      const auto own = std::find_if(checkpoints_.begin(), checkpoints_.end(), [digits](const auto& item) {
        return std::to_string(item.first) == digits;
      });
      if (own == checkpoints_.end()) {
        Fail("token", fmt::format("{} is of a checkpoint that is not in this bundle", name));
        continue;
      }
      const Digest digest = Sha256(own->second);
      const Result<Timestamp> said = CheckTimestamp(*token, digest, {});
      if (!said.ok()) {
        Fail("token", fmt::format("{}: {}", name, said.status().message()));
        continue;
      }
      const Result<Timestamp> stamp =
          authority.empty() ? Result<Timestamp>(Status::DataLoss("there is no certificate to trust"))
                            : CheckTimestamp(*token, digest, authority);
      if (!stamp.ok()) {
        Fail("token-authority",
             fmt::format("{} is not signed by the authority: {}", name, stamp.status().message()));
        continue;
      }
      ++count;
      latest = std::max(latest, stamp->at);
      covered = std::max(covered, own->first);
    }
    if (!report_.checks.back().failures.empty()) return;
    if (count == 0) return NotChecked("no authority's time stamp is in this bundle");
    Note(fmt::format("{}: {} by {}", Counted(count, "time stamp"), Counted(covered, "leaf", "leaves"),
                     FormatRfc3339(latest)));
    has_tokens_ = true;
  }

  void CheckTiles() {
    Begin("The log is whole: all its hashes together give the sealed root");
    if (!sealed_ || zip_->Find(sealed_->head.size >= kTile ? "evidence/tile/0/000"
                                                           : fmt::format("evidence/tile/0/000.p/{}",
                                                                         sealed_->head.size)) == nullptr) {
      const bool any = std::any_of(zip_->entries().begin(), zip_->entries().end(), [](const ZipEntry& entry) {
        return entry.name.starts_with("evidence/tile/");
      });
      if (any) return Fail("tiles", "the log's hashes are not all there");
      return NotChecked("the log's hashes are not in this bundle; each exhibit has its own proof");
    }
    const uint64_t size = sealed_->head.size;
    if (size > kMostLeaves) return Fail("tiles", "the log has more leaves than a bundle holds");
    CompactTree tree;
    for (uint64_t tile = 0; tile * kTile < size; ++tile) {
      const uint64_t width = std::min(kTile, size - tile * kTile);
      std::string digits = fmt::format("{:03}", tile % 1000);
      for (uint64_t rest = tile / 1000; rest > 0; rest /= 1000)
        digits = fmt::format("x{:03}/{}", rest % 1000, digits);
      std::string path = "evidence/tile/0/" + digits;
      if (width < kTile) path += fmt::format(".p/{}", width);
      const auto bytes = Load(path, "tiles");
      if (!bytes) return;
      if (bytes->size() != width * 32) return Fail("tiles", fmt::format("{} has the wrong size", path));
      for (uint64_t i = 0; i < width; ++i) {
        leaf_hashes_.push_back(Digest::FromBytes(std::string_view(*bytes).substr(i * 32, 32)));
        tree.Append(leaf_hashes_.back());
      }
    }
    if (tree.root() != sealed_->head.root) Fail("tiles", "the log's hashes do not give the sealed root");
    Note(Counted(size, "leaf", "leaves"));
  }

  void CheckLeaves() {
    Begin("Every exhibit is in the sealed log, exactly as it was recorded when it was captured");
    size_t count = 0;
    std::optional<uint64_t> before;
    int64_t latest = 0;
    size_t steps_back = 0;
    bool export_seen = false;
    std::vector<BundleFailure> sealed_failures;
    ForEachJsonLine("evidence/leaves.jsonl", "inclusion", [&](const Json& line) {
      ++count;
      CheckLeaf(line, before, export_seen);
      if (line.IntOr("at", 0) < latest) ++steps_back;
      latest = std::max(latest, line.IntOr("at", 0));
    });
    for (const auto& [capture, exhibit] : exhibits_) {
      if (!exhibit.proved && !exhibit.destroyed)
        Fail("exhibit-missing", fmt::format("exhibit {} (capture {}) has no record in the log's leaves",
                                            exhibit.number, capture));
    }
    const auto kept = std::count_if(exhibits_.begin(), exhibits_.end(), [](const auto& exhibit) {
      return exhibit.second.capture.clock_state.sync == ClockState::Sync::kSynchronised;
    });
    Note(fmt::format("{}; a reference kept the clock at {} of {}{}", Counted(count, "leaf", "leaves"), kept,
                     Counted(exhibits_.size(), "exhibit"),
                     steps_back == 0 ? ""
                                     : fmt::format("; the clock was set back {} between them",
                                                   Counted(steps_back, "time"))));
    Begin("The export itself is in the log, and names exactly these contents");
    if (!export_seen) Fail("export-leaf", "the log has no leaf of this export");
  }

  void CheckRotations() {
    if (log_keys_.size() < 2) return;
    Begin("Each earlier key of the log was replaced by an act in the log, which names the next one");
    for (size_t i = log_keys_.size() - 1; i > 0; --i) {
      if (!rotations_.contains(KeyRotationDetail(log_keys_[i], log_keys_[i - 1])))
        Fail("log-key", fmt::format("no leaf says that {} was replaced by {}", log_keys_[i].str(),
                                    log_keys_[i - 1].str()));
    }
    Note(Counted(log_keys_.size() - 1, "earlier key"));
  }

  void CheckLeaf(const Json& line, std::optional<uint64_t>& before, bool& export_seen) {
    CustodyLeaf leaf;
    leaf.index = static_cast<uint64_t>(line.IntOr("index", -1));
    leaf.kind = line.StringOr("kind");
    leaf.at.micros = line.IntOr("at", 0);
    leaf.actor = line.StringOr("actor");
    leaf.detail = line.StringOr("detail");
    leaf.capture.value = static_cast<uint64_t>(line.IntOr("capture", 0));
    const std::string name = fmt::format("leaf {}", line.IntOr("index", -1));
    if (before && *before >= leaf.index) Fail("inclusion", name + " is out of order");
    before = leaf.index;
    const Result<Digest> commitment = Digest::FromHex(line.StringOr("commitment"));
    std::vector<Digest> proof;
    if (!commitment.ok() || !ParseProof(line.Find("proof"), proof))
      return Fail("inclusion", name + " cannot be read");
    leaf.commitment = *commitment;
    const Digest hash = LeafHash(leaf);
    if (!sealed_ || !VerifyInclusion(hash, leaf.index, sealed_->head.size, proof, sealed_->head.root))
      Fail("inclusion", name + " is not in the sealed log as it stands here");
    if (leaf.index < leaf_hashes_.size() && leaf_hashes_[leaf.index] != hash)
      Fail("tiles", name + " is another one in the log's hashes");
    if (leaf.kind == kKeyRotationLeafKind) rotations_.insert(leaf.detail);
    if (leaf.kind == "export" && leaf.detail == report_.bundle + " " + contents_sha256_) export_seen = true;
    const bool opened = line.Find("salt") != nullptr;
    const Result<std::string> salt = HexDecode(line.StringOr("salt"));
    const Result<std::string> record = Base64Decode(line.StringOr("record"));
    if (!salt.ok() || !record.ok()) return Fail("manifest", name + " cannot be read");
    if (leaf.kind == "capture") return CheckCaptureLeaf(leaf, opened, *salt, *record);
    if (opened && CommitTo(*salt, *record, {}) != leaf.commitment)
      Fail("manifest", name + ": its record is not the one that was committed to");
  }

  void CheckCaptureLeaf(const CustodyLeaf& leaf, bool opened, const std::string& salt,
                        const std::string& record) {
    const auto found = exhibits_.find(leaf.capture.value);
    if (found == exhibits_.end())
      return Fail("exhibit-extra", fmt::format("leaf {} is of capture {}, which is no exhibit", leaf.index,
                                               leaf.capture.value));
    Exhibit& exhibit = found->second;
    const std::string name = fmt::format("exhibit {} (capture {})", exhibit.number, leaf.capture.value);
    if (exhibit.leaf != leaf.index) return Fail("manifest", name + " is said to be another leaf");
    if (!opened) {
      if (!exhibit.destroyed) Fail("manifest", name + " has no record");
      return;
    }
    Result<Capture> capture = DecodeCapture(record);
    if (!capture.ok()) return Fail("manifest", fmt::format("{}: {}", name, capture.status().message()));
    if (CommitTo(salt, record, capture->has_body ? capture->body_sha256.view() : std::string_view()) !=
        leaf.commitment)
      return Fail("manifest", name + ": its record is not the one that was committed to");
    if (capture->id != leaf.capture) return Fail("manifest", name + ": its record is another capture's");
    exhibit.capture = std::move(*capture);
    exhibit.manifest = Sha256(record);
    exhibit.proved = true;
  }

  // ---- The archive ----

  void CheckArchive() {
    Begin("Each exhibit's bytes in the archive are those whose hashes were recorded");
    size_t records = 0;
    for (const ZipEntry& entry : zip_->entries()) {
      if (!entry.name.starts_with("archive/") || entry.method != ZipMethod::kStore) continue;
      WarcReader reader([this, &entry, at = uint64_t{0}]() mutable -> Result<std::string> {
        Result<std::string> piece = zip_->StoredPiece(entry, at);
        if (piece.ok()) at += piece->size();
        return piece;
      });
      while (true) {
        Result<std::optional<WarcRecord>> record = reader.Next();
        if (!record.ok()) {
          Fail("warc", fmt::format("{}: {}", entry.name, record.status().message()));
          break;
        }
        if (!record->has_value()) break;
        ++records;
        CheckRecord(entry, reader, **record);
      }
      if (!reader.member_per_record() || !reader.closed_as_told())
        Fail("warc", fmt::format("{} is not one gzip member a record", entry.name));
    }
    for (const auto& [capture, exhibit] : exhibits_) {
      if (!exhibit.proved) continue;
      const std::string name = fmt::format("exhibit {} (capture {})", exhibit.number, capture);
      if (!exhibit.has_metadata || exhibit.has_request == exhibit.capture.request_head.empty() ||
          exhibit.has_response == exhibit.capture.response_head.empty())
        Fail("exhibit-missing", name + " is not whole in the archive");
    }
    Note(Counted(records, "record"));
  }

  void CheckRecord(const ZipEntry& entry, const WarcReader& reader, const WarcRecord& record) {
    const std::string_view id = record.Field("WARC-Record-ID");
    const std::string place = fmt::format("record {}", Cut(id));
    if (!record_ids_.insert(std::string(id)).second) Fail("warc", place + " is there twice");
    if (record.version != "WARC/1.1") Fail("warc", place + " is not WARC/1.1");
    if (CheckWarcDigest(record.Field("WARC-Block-Digest"), record.block) != DigestCheck::kPassed)
      Fail("warc-digest", place + " is not the block it was written with");
    const std::string_view type = record.type();
    if (type == "warcinfo") return;
    uint64_t number = 0;
    for (const char c : record.Field("WARC-Gasht-Capture")) {
      if (c < '0' || c > '9' || number > uint64_t{1} << 58) return Fail("warc", place + " names no capture");
      number = number * 10 + static_cast<uint64_t>(c - '0');
    }
    const auto found = exhibits_.find(number);
    if (found == exhibits_.end())
      return Fail("exhibit-extra", fmt::format("{} is of capture {}, which is no exhibit", place, number));
    Exhibit& exhibit = found->second;
    if (!exhibit.proved) return;
    const std::string name = fmt::format("the {} of exhibit {} (capture {})", type, exhibit.number, number);
    const Capture& capture = exhibit.capture;
    const auto expect = [&](std::string_view field, std::string_view value) {
      if (record.Field(field) != value)
        Fail("warc-manifest", fmt::format("{}: {} is not what was recorded", name, field));
    };
    const std::string url = capture.final_url.empty() ? capture.url : capture.final_url;
    expect("WARC-Target-URI", url);
    expect("WARC-Date", FormatRfc3339(capture.started_utc));
    if (type == "request") {
      if (std::exchange(exhibit.has_request, true)) Fail("warc", name + " is there twice");
      if (record.block != capture.request_head) Fail("warc-manifest", name + " is not what was sent");
    } else if (type == "response" || type == "revisit") {
      if (std::exchange(exhibit.has_response, true)) Fail("warc", name + " is there twice");
      cdx_[{reader.offset(), reader.length()}] = {std::string(entry.name.substr(8)), url,
                                                  capture.started_utc};
      CheckResponse(record, exhibit, name);
    } else if (type == "metadata") {
      if (std::exchange(exhibit.has_metadata, true)) Fail("warc", name + " is there twice");
      if (record.block.find(fmt::format("\r\ngasht-manifest: {}\r\n", WarcDigest(exhibit.manifest))) ==
          std::string::npos)
        Fail("warc-manifest", name + " names another record");
    } else {
      Fail("warc", name + " does not belong there");
    }
  }

  void CheckResponse(const WarcRecord& record, const Exhibit& exhibit, const std::string& name) {
    const Capture& capture = exhibit.capture;
    if (record.Field("WARC-Gasht-Block") != (IsAsReceived(capture) ? "as-received" : "decoded"))
      Fail("warc-manifest", name + " says wrongly whether it is as received");
    const std::string_view truncated =
        capture.truncation == Truncation::kNot ? std::string_view() : TruncationName(capture.truncation);
    if (record.Field("WARC-Truncated") != truncated)
      Fail("warc-manifest", name + " says wrongly whether it was cut");
    const std::string head = BlockHead(capture);
    const std::string_view block = record.block;
    if (!block.starts_with(head))
      return Fail("warc-manifest", name + ": its headers are not what was received");
    if (capture.has_body && record.Field("WARC-Payload-Digest") != WarcDigest(capture.stored_sha256()))
      Fail("warc-manifest", name + ": its payload digest is not what was recorded");
    const std::string_view body = block.substr(head.size());
    if (record.type() == "revisit") {
      if (!body.empty()) Fail("warc-manifest", name + " is a revisit with a body");
      if (!payloads_.contains(capture.stored_sha256()))
        Fail("exhibit-missing", name + " refers to bytes that are not in the archive");
      return;
    }
    if (capture.has_body ? Sha256(body) != capture.stored_sha256() : !body.empty())
      return Fail("warc-manifest", name + ": its body is not what was captured");
    if (capture.has_body) payloads_.insert(capture.stored_sha256());
    std::string unpacked;
    std::string_view page = body;
    if (capture.is_coded()) {
      if (NormalContentCoding(capture.content_coding) != capture.content_coding ||
          capture.body_bytes > kMostUnpackedBody)
        return Fail("warc-manifest", name + ": its body is packed in an unknown way");
      unpacked = DecodeContent(capture.content_coding, body, static_cast<size_t>(capture.body_bytes));
      if (Sha256(unpacked) != capture.body_sha256)
        return Fail("warc-manifest", name + ": its body does not unpack to what was captured");
      page = unpacked;
    }
    const auto quotes = quotes_.equal_range(capture.id.value);
    for (auto quote = quotes.first; quote != quotes.second; ++quote) {
      const Quote& q = quote->second;
      if (q.offset > page.size() || page.substr(q.offset, q.text.size()) != q.text)
        quote_failures_.push_back(fmt::format("finding {}: \"{}\" does not stand at byte {} of capture {}",
                                              Cut(q.finding), Cut(q.text), q.offset, capture.id.value));
      ++quotes_checked_;
    }
  }

  void CheckIndex() {
    Begin("The index is sorted and points to the records that are there");
    const auto bytes = Load("indexes/index.cdxj", "index");
    if (!bytes) return;
    std::string_view rest = *bytes;
    std::string_view before;
    size_t count = 0;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++count;
      if (line < before) Fail("index", fmt::format("line {} is out of order", count));
      before = line;
      const size_t brace = line.find(" {");
      const Result<Json> json = Json::Parse(brace == std::string_view::npos ? "" : line.substr(brace + 1));
      if (!json.ok()) {
        Fail("index", fmt::format("line {} cannot be read", count));
        continue;
      }
      const auto found = cdx_.find({static_cast<uint64_t>(json->IntOr("offset", -1)),
                                    static_cast<uint64_t>(json->IntOr("length", -1))});
      const bool right =
          found != cdx_.end() && found->second.filename == json->StringOr("filename") &&
          found->second.url == json->StringOr("url") &&
          line.starts_with(Surt(found->second.url) + " " + CdxTimestamp(found->second.at) + " ");
      if (!right) Fail("index", fmt::format("line {} points to no such record", count));
    }
    if (count != cdx_.size())
      Fail("index", fmt::format("it has {} lines for {} records", count, cdx_.size()));
    Note(Counted(count, "line"));
  }

  // ---- Findings ----

  void LoadFindings() {
    ForFindings([this](const Json& finding) {
      const Json* quotes = finding.Find("quotes");
      if (quotes == nullptr || !quotes->is_array()) return;
      for (const Json& quote : quotes->items()) {
        const auto capture = static_cast<uint64_t>(quote.IntOr("capture", 0));
        const int64_t offset = quote.IntOr("offset", -1);
        quotes_.emplace(capture, Quote{quote.StringOr("text"), finding.StringOr("id"),
                                       offset < 0 ? UINT64_MAX : static_cast<uint64_t>(offset)});
      }
    });
  }

  void ForFindings(const std::function<void(const Json&)>& visit) {
    const ZipEntry* entry = zip_->Find("evidence/findings.jsonl");
    if (entry == nullptr) return;
    Lines lines([&](std::string_view line) {
      const Result<Json> json = Json::Parse(line);
      if (json.ok() && json->is_object()) visit(*json);
      return Status::Ok();
    });
    // What is wrong with the file is CheckFindings' to say.
    zip_->Read(*entry, [&lines](std::string_view piece) { return lines.Add(piece); }).IgnoreError();
  }

  void CheckFindings() {
    Begin("Each finding is one of the export, and its words stand in the captured bytes where it says");
    std::vector<std::string> ids;
    ForEachJsonLine("evidence/findings.jsonl", "finding", [&](const Json& finding) {
      ids.push_back(finding.StringOr("id"));
      for (const char* field : {"first_capture", "last_capture"}) {
        if (!exhibits_.contains(static_cast<uint64_t>(finding.IntOr(field, 0))) && field[0] == 'l')
          Fail("finding", fmt::format("finding {}: its capture {} is no exhibit", Cut(ids.back()),
                                      finding.IntOr(field, 0)));
      }
      CheckSlices(finding);
      CheckMasks(finding);
    });
    if (ids != finding_ids_) Fail("finding", "these are not the findings of the export");
    for (const std::string& failure : quote_failures_) Fail("quote", failure);
    if (quotes_checked_ < quotes_.size())
      Fail("quote", fmt::format("{} quotations are of no captured body", quotes_.size() - quotes_checked_));
    Note(fmt::format("{}, {} found literally in the captured bytes", Counted(ids.size(), "finding"),
                     Counted(quotes_checked_, "quotation")));
  }

  // Matches that say where they stand must be there.
  void CheckSlices(const Json& finding) {
    const Json* matches = finding.Find("matches");
    if (matches == nullptr || !matches->is_array()) return;
    for (const Json& match : matches->items()) {
      if (match.Find("start") == nullptr) continue;
      const std::string field = match.StringOr("field");
      const size_t slash = field.rfind('/');
      const std::string name = slash == std::string::npos ? field : field.substr(slash + 1);
      const Json* listing = finding.Find("listing");
      const std::string text = finding.StringOr(name, listing == nullptr ? "" : listing->StringOr(name));
      const auto begin = static_cast<size_t>(match.IntOr("start", 0));
      const auto end = static_cast<size_t>(match.IntOr("end", 0));
      size_t at = 0;
      size_t from = std::string::npos, to = std::string::npos;
      for (size_t i = 0; at <= text.size(); ++i) {
        if (i == begin) from = at;
        if (i == end) to = at;
        if (at == text.size()) break;
        NextCodePoint(text, at);
      }
      if (from == std::string::npos || to == std::string::npos || from > to ||
          text.substr(from, to - from) != match.StringOr("text"))
        Fail("finding", fmt::format("finding {}: \"{}\" does not stand where it says",
                                    Cut(finding.StringOr("id")), Cut(match.StringOr("text"))));
    }
  }

  void CheckMasks(const Json& finding) {
    const Json* listing = finding.Find("listing");
    const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
    if (identifiers == nullptr || !identifiers->is_array()) return;
    for (const Json& identifier : identifiers->items()) {
      const bool masked = identifier.Find("masked") != nullptr;
      if (masked == (identifier.StringOr("role") == "seller") ||
          (masked && !DigestOf(identifier.StringOr("commitment"))))
        Fail("redaction",
             fmt::format("finding {}: an identifier is masked wrongly", Cut(finding.StringOr("id"))));
    }
  }

  // "f-0011223344556677/identifiers/2" and what stands masked there.
  void CheckOpenings() {
    if (options_.openings.empty()) return;
    Begin("Each redaction that was opened is the one that was committed to");
    std::map<std::string, std::string> commitments;
    ForFindings([&commitments](const Json& finding) {
      const Json* listing = finding.Find("listing");
      const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
      if (identifiers == nullptr || !identifiers->is_array()) return;
      for (size_t i = 0; i < identifiers->items().size(); ++i)
        commitments[fmt::format("{}/identifiers/{}", finding.StringOr("id"), i)] =
            identifiers->items()[i].StringOr("commitment");
    });
    size_t count = 0;
    for (std::string_view rest = options_.openings; !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const Result<Json> opening = Json::Parse(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++count;
      const Result<std::string> salt =
          opening.ok() ? HexDecode(opening->StringOr("salt")) : Result<std::string>(opening.status());
      if (!salt.ok()) {
        Fail("redaction", fmt::format("opening {} cannot be read", count));
        continue;
      }
      const auto masked = commitments.find(opening->StringOr("place"));
      if (masked == commitments.end() ||
          masked->second !=
              WarcDigest(CommitToRedaction(*salt, opening->StringOr("kind"), opening->StringOr("value"))))
        Fail("redaction", fmt::format("opening {} ({}) is not what was masked there", count,
                                      Cut(opening->StringOr("place"))));
    }
    Note(fmt::format("{} opened", count));
  }

  void CheckRules() {
    Begin("The text of the rules is the text whose digest every capture names");
    std::string all;
    size_t enclosed = 0, missing = 0;
    std::set<std::string> digests;
    ForEachJsonLine("evidence/rules.jsonl", "rules", [&](const Json& line) {
      digests.insert(line.StringOr("digest"));
      const Json* packs = line.Find("packs");
      if (packs == nullptr || !packs->is_array()) {
        ++missing;
        return;
      }
      ++enclosed;
      Sha256Stream sha256;
      for (const Json& pack : packs->items()) {
        const std::string name = pack.StringOr("name"), text = pack.StringOr("text");
        sha256.Update(fmt::format("{}:{}{}:", name.size(), name, text.size())).Update(text);
        all += text;
        all += '\n';
      }
      if (WarcDigest(sha256.Finish()) != line.StringOr("digest"))
        Fail("rules", "the text of the rules is not the text that judged");
    });
    for (const auto& [capture, exhibit] : exhibits_) {
      if (exhibit.proved && exhibit.capture.rules_digest != Digest() &&
          !digests.contains(WarcDigest(exhibit.capture.rules_digest)))
        Fail("rules", fmt::format("capture {} was judged by rules that are not listed", capture));
    }
    ForFindings([&](const Json& finding) {
      const Json* texts = finding.Find("rule_texts");
      if (texts == nullptr || !texts->is_array() || enclosed == 0) return;
      for (const Json& text : texts->items()) {
        if (all.find(text.StringOr("text")) == std::string::npos)
          Fail("rules", fmt::format("finding {}: rule {} reads otherwise in its pack",
                                    Cut(finding.StringOr("id")), Cut(text.StringOr("id"))));
      }
    });
    if (enclosed == 0 && missing > 0 && report_.checks.back().failures.empty())
      return NotChecked(
          "the rules that judged are no longer in force and not enclosed; only their digests are known");
    Note(fmt::format("{} enclosed, {} known by digest only", Counted(enclosed, "rule set"), missing));
  }

  void CheckTombstones() {
    size_t destroyed = 0;
    for (const auto& [capture, exhibit] : exhibits_) destroyed += exhibit.destroyed;
    if (destroyed == 0) return;
    Begin("Each exhibit that was lawfully destroyed has its tombstone in the log");
    std::set<uint64_t> with_tombstone;
    ForEachJsonLine("evidence/leaves.jsonl", "tombstone", [&](const Json& line) {
      if (line.StringOr("kind") == "deletion")
        with_tombstone.insert(static_cast<uint64_t>(line.IntOr("capture", 0)));
    });
    for (const auto& [capture, exhibit] : exhibits_) {
      if (exhibit.destroyed && !with_tombstone.contains(capture))
        Fail("tombstone",
             fmt::format("exhibit {} (capture {}) is missing without a tombstone", exhibit.number, capture));
    }
    Note(fmt::format("{} destroyed", destroyed));
  }

  // ---- Whose keys ----

  void CheckKeys() {
    Begin("The keys are those that the agency published");
    if (options_.key.empty() && options_.log_key.empty() && options_.witnesses.empty())
      return NotChecked(
          "no published key was given (--key, --log-key): compare the fingerprints above with what the "
          "agency published");
    if (!options_.key.empty() && options_.key != report_.signing_key)
      Fail("package-key",
           fmt::format("the bundle is signed with {} and not with the published key", report_.signing_key));
    if (!options_.log_key.empty() && options_.log_key != report_.log_key)
      Fail("log-key", fmt::format("the log's key is {} and not the published one", report_.log_key));
    for (const NoteKey& witness : witnesses_) {
      if (!options_.witnesses.empty() && std::find(options_.witnesses.begin(), options_.witnesses.end(),
                                                   witness.str()) == options_.witnesses.end())
        Fail("witness-key", fmt::format("the witness {} is none whose key was published", witness.name));
    }
    std::string left;
    const auto not_compared = [&left](bool is_left, std::string_view what) {
      if (is_left) left += (left.empty() ? "not compared: " : ", ") + std::string(what);
    };
    not_compared(options_.key.empty(), "the bundle's key");
    not_compared(options_.log_key.empty(), "the log's key");
    not_compared(options_.witnesses.empty() && !witnesses_.empty(), "the witnesses' keys");
    not_compared(options_.authority_pem.empty() && has_tokens_, "the time-stamp authority's certificate");
    Note(left);
  }

  struct CdxTarget {
    std::string filename, url;
    UtcTime at;
  };

  const std::string& path_;
  const BundleKeys& options_;
  BundleVerdict report_;
  std::unique_ptr<ZipReader> zip_;
  std::map<std::string, std::string> hashes_;  // of every listed file, as it is
  std::string contents_sha256_;
  std::set<std::string> committed_;
  std::map<uint64_t, Exhibit> exhibits_;  // by capture
  std::vector<std::string> finding_ids_;
  std::optional<Checkpoint> sealed_;
  std::vector<NoteKey> log_keys_;                // the present one first
  std::set<std::string> rotations_;              // details of the leaves that say so
  std::map<uint64_t, std::string> checkpoints_;  // the log's own texts, by size
  std::vector<NoteKey> witnesses_;
  bool has_tokens_ = false;
  std::vector<Digest> leaf_hashes_;
  std::set<std::string> record_ids_;
  std::set<Digest> payloads_;
  std::map<std::pair<uint64_t, uint64_t>, CdxTarget> cdx_;  // by offset and length
  std::multimap<uint64_t, Quote> quotes_;                   // by capture
  std::vector<std::string> quote_failures_;
  size_t quotes_checked_ = 0;
};

std::string_view ResultName(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed:
      return "passed";
    case CheckResult::kFailed:
      return "failed";
    case CheckResult::kNotChecked:
      return "not checked";
  }
  return "";
}

}  // namespace

bool BundleVerdict::ok() const {
  return std::none_of(checks.begin(), checks.end(),
                      [](const BundleCheck& check) { return check.result == CheckResult::kFailed; });
}

std::vector<std::string> BundleVerdict::Reasons() const {
  std::set<std::string> reasons;
  for (const BundleCheck& check : checks) {
    for (const BundleFailure& failure : check.failures) reasons.insert(failure.reason);
  }
  return {reasons.begin(), reasons.end()};
}

Result<BundleVerdict> VerifyBundle(const std::string& path, const BundleKeys& options) {
  return Verifier(path, options).Run();
}

const std::vector<std::string_view>& NeverProved() {
  static const std::vector<std::string_view> kSentences = {
      "that what the site said is true;",
      "who wrote it: an account or an address is not a person;",
      "that a page fetched over plain HTTP was not changed on its way (the channel of each exhibit is "
      "stated);",
      "that nothing was changed on the capturing machine between the capture and the next signed checkpoint;",
      "that everything on the site was seen: only what is enclosed was captured.",
  };
  return kSentences;
}

Json ToJson(const BundleVerdict& report) {
  Json json = Json::MakeObject();
  if (!report.bundle.empty()) json.Set("bundle", report.bundle);
  json.Set("ok", report.ok());
  if (!report.made.empty()) json.Set("made", report.made).Set("actor", report.actor);
  if (!report.signing_key.empty()) json.Set("signing_key", report.signing_key);
  if (!report.log_key.empty()) json.Set("log_key", report.log_key);
  json.Set("exhibits", report.exhibits).Set("leaves", report.checkpoint_size);
  Json checks = Json::MakeArray();
  for (const BundleCheck& check : report.checks) {
    Json item = Json::MakeObject().Set("what", check.what).Set("result", ResultName(check.result));
    Json failures = Json::MakeArray();
    for (const BundleFailure& failure : check.failures)
      failures.Push(Json::MakeObject().Set("reason", failure.reason).Set("detail", failure.detail));
    item.Set("failures", std::move(failures));
    if (!check.note.empty()) item.Set("note", check.note);
    checks.Push(std::move(item));
  }
  json.Set("checks", std::move(checks));
  return json;
}

}  // namespace gasht
