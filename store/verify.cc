#include "store/verify.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "model/codec.h"
#include "store/check_custody.h"
#include "store/checkpoint_file.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/listing_rows.h"
#include "store/proof.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

constexpr size_t kMaxProblems = 1000;
constexpr size_t kMaxTokenBytes = 1 << 20;
constexpr uint64_t kProgressLeaves = 256;

// What is to be compared while the leaves go by.
struct Seals {
  std::map<uint64_t, std::vector<std::pair<Digest, std::string>>> roots;  // by size: root, and who says so
};

class Verification {
 public:
  Verification(const Store& store, const StoreState& state, const VerifyOptions& options)
      : store_(store), state_(state), options_(options), view_(*state.db) {}

  Result<VerifyReport> Run() {
    ReadSeals();
    CheckLog();
    CheckFiles();
    CheckKeys();
    if (options_.derived) CheckRest();
    return std::move(report_);
  }

 private:
  void Problem(std::string what) {
    if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(what));
  }
  void Require(const Status& status, std::string_view where = {}) {
    if (status.ok()) return;
    Problem(where.empty() ? status.message() : fmt::format("{}: {}", where, status.message()));
  }

  // Checkpoints, cosignatures and tokens: signatures now, roots when the leaves go by.
  void ReadSeals() {
    if (state_.disk != nullptr) return;
    const Result<std::optional<CustodySetup>> setup = ReadCustodySetup(store_.path());
    if (!setup.ok()) return Problem(setup.status().message());
    if (!*setup) return;
    setup_ = **setup;
    report_.origin = setup_.origin;
    report_.restored = setup_.restored;
    const bool is_snapshot = state_.database_path != store_.path() + "/db";
    std::map<uint64_t, std::string> texts;  // of our own checkpoints, by size
    uint64_t own = 0, copied = 0;           // where the two files end
    for (const std::string& path : {CheckpointsPath(store_.path()), setup_.copy}) {
      if (path.empty()) continue;
      const Result<std::vector<SignedNote>> notes = ReadCheckpoints(path);
      if (!notes.ok()) {
        Problem(notes.status().message());
        continue;
      }
      // The end of the file, as strictly as an opening has it.
      Require(LastCheckpoint(path, setup_.keys).status());
      uint64_t last_size = 0, number = 0;
      for (const SignedNote& note : *notes) {
        const std::string place = fmt::format("{}: checkpoint {}", path, ++number);
        const Result<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
        if (!checkpoint.ok()) {
          Problem(fmt::format("{}: {}", place, checkpoint.status().message()));
          continue;
        }
        if (std::none_of(setup_.keys.begin(), setup_.keys.end(),
                         [&](const NoteKey& key) { return IsSignedBy(note, key); })) {
          Problem(fmt::format("{} ({} leaves) is signed by none of this log's keys", place,
                              checkpoint->head.size));
          continue;
        }
        if (EpochOf(checkpoint->origin) < EpochOf(setup_.origin)) {  // of before a restore
          earlier_texts_.emplace(checkpoint->head.size, note.text);
          continue;
        }
        if (checkpoint->origin != setup_.origin) {
          Problem(fmt::format("{} is of another log: {}", place, checkpoint->origin));
          continue;
        }
        // A running core seals on while its snapshot is read.
        if (is_snapshot && checkpoint->head.size > store_.tree_head().size) continue;
        if (checkpoint->head.size < last_size) Problem(place + " is smaller than the one before it");
        last_size = checkpoint->head.size;
        seals_.roots[checkpoint->head.size].emplace_back(checkpoint->head.root, place);
        texts[checkpoint->head.size] = note.text;
        if (path != setup_.copy) ++report_.checkpoints;
        (path == setup_.copy ? copied : own) = checkpoint->head.size;
        report_.sealed = std::max(report_.sealed, checkpoint->head.size);
      }
    }
    if (copied > own)
      Problem(fmt::format("rollback: {} ends at {} leaves, its second place {} at {}",
                          CheckpointsPath(store_.path()), own, setup_.copy, copied));
    ReadCosignatures(texts);
    ReadTokens(texts);
    ReadRestores();
  }

  // Written at a person's command, who was told that it was done: not what a power cut leaves of a core's work.
  void RequireFinished(const std::string& path, const NoteFile& file) {
    if (file.unfinished_bytes > 0)
      Problem(fmt::format("{}: its last {} are no whole note: cut off, or changed", path,
                          Counted(file.unfinished_bytes, "byte")));
  }

  void ReadRestores() {
    const std::string path = RestoresPath(store_.path());
    const Result<NoteFile> file = ReadNoteFile(path);
    if (!file.ok()) return Problem(file.status().message());
    RequireFinished(path, *file);
    for (const SignedNote& note : file->notes) {
      if (std::none_of(setup_.keys.begin(), setup_.keys.end(),
                       [&](const NoteKey& key) { return IsSignedBy(note, key); }))
        Problem(fmt::format("{}: a statement on a restore is signed by none of this log's keys", path));
    }
  }

  void ReadCosignatures(const std::map<uint64_t, std::string>& texts) {
    const std::string path = store_.path() + "/cosignatures";
    const Result<NoteFile> file = ReadNoteFile(path);
    if (!file.ok()) return Problem(file.status().message());
    RequireFinished(path, *file);
    for (const SignedNote& note : file->notes) {
      const Result<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
      if (!checkpoint.ok()) {
        Problem(fmt::format("{}: {}", path, checkpoint.status().message()));
        continue;
      }
      bool is_any = false;
      for (const NoteKey& witness : setup_.witnesses) {
        if (!IsSignedBy(note, witness)) continue;
        is_any = true;
        const auto signature = std::find_if(note.signatures.begin(), note.signatures.end(),
                                            [&](const NoteSignature& s) { return s.name == witness.name; });
        report_.cosignatures.push_back({witness.name, checkpoint->head.size, CosignatureTime(*signature)});
      }
      if (!is_any)
        Problem(
            fmt::format("{}: {} leaves are cosigned by no witness of this log", path, checkpoint->head.size));
      const auto text = texts.find(checkpoint->head.size);
      if (checkpoint->origin == setup_.origin && (text == texts.end() || text->second != note.text))
        Problem(fmt::format("{}: the cosigned checkpoint of {} leaves is not one of this log", path,
                            checkpoint->head.size));
    }
  }

  void ReadTokens(const std::map<uint64_t, std::string>& texts) {
    const std::string dir = store_.path() + "/tokens";
    std::error_code error;
    if (!std::filesystem::exists(dir, error)) return;
    const Result<std::vector<std::string>> names = ListFiles(dir, ".tsr");
    if (!names.ok()) return Problem(names.status().message());
    std::string authority = options_.authority_pem;
    if (authority.empty()) authority = ReadFile(dir + "/authority.pem", kMaxTokenBytes).value_or("");
    for (const std::string& name : *names) {
      const std::string path = dir + "/" + name;
      const uint64_t size = std::strtoull(name.c_str(), nullptr, 10);
      // A token of before a restore is over a checkpoint of then.
      const auto now = texts.find(size);
      const auto earlier = earlier_texts_.equal_range(size);
      std::vector<std::string> candidates;
      if (now != texts.end()) candidates.push_back(now->second);
      for (auto text = earlier.first; text != earlier.second; ++text) candidates.push_back(text->second);
      if (candidates.empty()) {
        Problem(fmt::format("{}: there is no checkpoint of {} leaves", path, size));
        continue;
      }
      const Result<std::string> bytes = ReadFile(path, kMaxTokenBytes);
      Result<Timestamp> stamp(bytes.status().ok() ? Status::Internal("not looked at") : bytes.status());
      for (size_t i = 0; bytes.ok() && i < candidates.size() && !stamp.ok(); ++i)
        stamp = CheckTimestamp(*bytes, Sha256(candidates[i]), authority);
      if (!stamp.ok()) {
        Problem(fmt::format("{}: {}", path, stamp.status().message()));
        continue;
      }
      report_.tokens.push_back({size, stamp->at, stamp->is_trusted});
    }
  }

  void CheckLog() {
    CustodyVisitor visitor;
    visitor.on_problem = [this](const Status& status) {
      Problem(status.message());
      return report_.problems.size() < kMaxProblems;
    };
    const uint64_t leaves = store_.tree_head().size;
    visitor.on_leaf = [this, leaves](const CustodyLeaf& leaf, uint64_t body_bytes) {
      ++report_.leaves;
      if (leaf.kind == kCaptureLeafKind) ++report_.captures;
      if (leaf.kind == kReviewLeafKind) ++report_.reviews;
      if (leaf.kind == "view") ++report_.views;
      if (leaf.kind == kDeletionLeafKind) ++report_.destroyed;
      if (body_bytes > 0) ++report_.bodies;
      report_.body_bytes += body_bytes;
      if (options_.on_progress && report_.leaves % kProgressLeaves == 0)
        options_.on_progress(report_.leaves, leaves);
    };
    visitor.on_tree = [this](const CompactTree& tree) {
      const auto at = seals_.roots.find(tree.size());
      if (at == seals_.roots.end()) return;
      const Digest root = tree.root();
      for (const auto& [sealed, place] : at->second) {
        if (sealed != root)
          Problem(fmt::format("fork: the first {} leaves are not those that were sealed ({})", tree.size(),
                              place));
      }
      seals_.roots.erase(at);
    };
    Require(gasht::CheckCustody(view_, *state_.keys, visitor));
    seals_.roots.erase(0);
    for (const auto& [size, places] : seals_.roots)
      Problem(fmt::format("rollback: {} leaves were sealed ({}), the store has {}", size,
                          places.front().second, report_.leaves));
    Database::Cursor findings = view_.Rows(Family::kFinding);
    for (; findings.valid(); findings.Next()) ++report_.findings;
    Require(findings.status());
  }

  void CheckFiles() { Require(state_.db->CheckFiles()); }

  void CheckKeys() { Require(state_.keys->Check(state_.next_key)); }

  // Truth that no leaf stands for decodes, and derived families are what the truth says.
  void CheckRest() {
    CheckListings();
    CheckRows(Family::kObservation, &DecodeLookRow);
    CheckCrawlState();
    CheckRows(Family::kCandidate, &DecodeCandidate);
    CheckRows(Family::kAlert, &DecodeAlert);
    CheckRows(Family::kFrontierSeen, &DecodeFrontierEntry);
    Require(CheckDerivedFamilies(*state_.db));
  }

  // Every listing has the looks that its row names.
  void CheckListings() {
    Database::Cursor rows = view_.Rows(Family::kListing);
    for (; rows.valid(); rows.Next()) {
      const Result<StoredListing> listing = DecodeListingRow(rows.key(), rows.value());
      Require(listing.status());
      if (!listing.ok()) continue;
      const Result<std::optional<Observation>> last = ReadLastObservation(view_, *listing);
      Require(last.status());
      if (last.ok() && !*last) Problem(RowName(Family::kListing, rows.key()) + ": its last look is missing");
    }
    Require(rows.status(), InfoOf(Family::kListing).name);
  }

  // A row's kind stands behind its source.
  void CheckCrawlState() {
    Database::Cursor rows = view_.Rows(Family::kCrawlState);
    for (; rows.valid(); rows.Next()) {
      const auto check = [&](auto decode) {
        Require(DecodeRow(Family::kCrawlState, rows.key(), rows.value(), decode).status());
      };
      const std::string_view key = rows.key();
      const size_t kind = key.find('\0') + 1;
      switch (kind > 0 && kind < key.size() ? key[kind] : '\0') {
        case static_cast<char>(CrawlFacet::kStats):
          check(&DecodeSourceStats);
          break;
        case static_cast<char>(CrawlFacet::kRobots):
          check(&DecodeRobotsState);
          break;
        case static_cast<char>(CrawlFacet::kOperator):
          check(&DecodeOperatorState);
          break;
        case static_cast<char>(CrawlFacet::kMirrorList):
          check(&DecodeMirrorListState);
          break;
        case 'g':
          check(&DecodeCrawlGap);
          break;
        default:
          Problem(RowName(Family::kCrawlState, key) + " is of no kind that is known");
      }
    }
    Require(rows.status(), InfoOf(Family::kCrawlState).name);
  }

  template <typename Decode>
  void CheckRows(Family family, Decode decode) {
    Database::Cursor rows = view_.Rows(family);
    for (; rows.valid(); rows.Next()) Require(DecodeRow(family, rows.key(), rows.value(), decode).status());
    Require(rows.status(), InfoOf(family).name);
  }

  const Store& store_;
  const StoreState& state_;
  const VerifyOptions& options_;
  const Database::View view_;
  CustodySetup setup_;
  std::multimap<uint64_t, std::string> earlier_texts_;  // checkpoints of before a restore, by size
  Seals seals_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> VerifyStore(const Store& store, const VerifyOptions& options) {
  return Verification(store, *store.state_, options).Run();
}

std::vector<std::string> Explain(const VerifyReport& report) {
  std::vector<std::string> lines;
  if (report.ok()) {
    lines.push_back(fmt::format(
        "Proved: {}, {} ({}), {} and {} are byte for byte what the custody log's {} committed to; on record: "
        "{}{}.",
        Counted(report.captures, "capture"), Counted(report.bodies, "body", "bodies"),
        Counted(report.body_bytes, "byte"), Counted(report.findings, "finding"),
        Counted(report.reviews, "review"), Counted(report.leaves, "leaf", "leaves"),
        Counted(report.views, "view"),
        report.destroyed == 0
            ? ""
            : fmt::format(", and the lawful destruction of {}", Counted(report.destroyed, "capture"))));
  } else {
    lines.push_back(fmt::format("NOT proved: {}.", Counted(report.problems.size(), "problem")));
  }
  if (report.sealed > 0) {
    lines.push_back(fmt::format("Sealed: {} by {} of {}; each follows from the one before.",
                                Counted(report.sealed, "leaf", "leaves"),
                                Counted(report.checkpoints, "signed checkpoint"), report.origin));
  }
  if (report.sealed < report.leaves)
    lines.push_back(fmt::format(
        "Unsealed from leaf {}: the last {} could be dropped or rewritten by whoever has this machine, and "
        "nobody would see it.",
        report.sealed, Counted(report.leaves - report.sealed, "leaf", "leaves")));
  for (const VerifyReport::Token& token : report.tokens)
    lines.push_back(fmt::format("Time stamp: {} leaves existed by {}{}.", token.size, FormatRfc3339(token.at),
                                token.is_trusted ? "" : " (says a token whose signer is not trusted here)"));
  for (const VerifyReport::Cosignature& cosignature : report.cosignatures)
    lines.push_back(fmt::format("Witness: {} saw {} leaves at {}.", cosignature.witness, cosignature.size,
                                FormatRfc3339(cosignature.at)));
  for (const std::string& restored : report.restored)
    lines.push_back("Restored from a backup; before, the log had reached " + restored + ".");
  lines.push_back(
      "Never provable: that a site told the truth; that a page without TLS or onion address was not changed "
      "on its way; that "
      "whoever ruled this machine changed nothing before a leaf was sealed; that everything was seen.");
  return lines;
}

}  // namespace gasht
