#include "casework/bundle.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/timestamp.h"
#include "casework/bundle_files.h"
#include "casework/cdxj.h"
#include "casework/deflate.h"
#include "casework/exhibit.h"
#include "casework/masking.h"
#include "casework/out_file.h"
#include "casework/report.h"
#include "casework/zip.h"
#include "model/codec.h"
#include "model/ids.h"
#include "model/json.h"
#include "store/custody.h"
#include "store/proof.h"

namespace gasht {
namespace {

// Tiles of 256 hashes up to a million leaves; the proofs suffice for a longer log.
constexpr uint64_t kMostTiledLeaves = 1'000'000;
constexpr uint64_t kTile = 256;

std::string NewBundleId() {
  const std::string id = WarcRecordId(Digest::FromBytes(RandomBytes(32)));
  return id.substr(1, id.size() - 2);
}

std::string Mime(const Capture& capture) {
  const std::string_view type = capture.content_type;
  const std::string_view bare = type.substr(0, type.find(';'));
  std::string out;
  for (const char c : bare) {
    if (c > ' ' && c < 0x7f && c != '"' && c != '\\') out += c;
  }
  return out.empty() ? "unk" : out;
}

std::string TilePath(uint64_t level, uint64_t index, uint64_t width) {
  std::string digits = fmt::format("{:03}", index % 1000);
  for (uint64_t rest = index / 1000; rest > 0; rest /= 1000)
    digits = fmt::format("x{:03}/", rest % 1000) + digits;
  std::string path = fmt::format("evidence/tile/{}/{}", level, digits);
  if (width < kTile) path += fmt::format(".p/{}", width);
  return path;
}

Json HashList(const std::vector<Digest>& hashes) {
  Json list = Json::MakeArray();
  for (const Digest& hash : hashes) list.Push(hash.hex());
  return list;
}

// One export from begin to end; confined to one thread.
class Writing {
 public:
  Writing(const Store& store, const BundleOptions& options, OutFile& file)
      : store_(store), options_(options), file_(file), now_(options.clock->Utc()), zip_(file, now_) {
    summary_.id = NewBundleId();
  }

  Result<BundleSummary> Run(const Selection& selection) {
    GASHT_ASSIGN_OR_RETURN(selected_, Select(store_, selection));
    for (const Finding& finding : selected_.findings) by_capture_[finding.last_capture].push_back(&finding);
    GASHT_RETURN_IF_ERROR(WriteArchive());
    GASHT_RETURN_IF_ERROR(WriteIndexAndPages());
    GASHT_RETURN_IF_ERROR(WriteFindings());
    GASHT_RETURN_IF_ERROR(WriteRules());
    GASHT_RETURN_IF_ERROR(WriteContents(selection));
    GASHT_RETURN_IF_ERROR(Seal());
    GASHT_RETURN_IF_ERROR(WriteProofs());
    GASHT_RETURN_IF_ERROR(WriteReport());
    GASHT_RETURN_IF_ERROR(WritePackage());
    GASHT_RETURN_IF_ERROR(zip_.Finish());
    GASHT_RETURN_IF_ERROR(WriteOpenings());
    GASHT_RETURN_IF_ERROR(file_.Commit());
    if (openings_file_ != nullptr) GASHT_RETURN_IF_ERROR(openings_file_->Commit());
    summary_.bytes = file_.size();
    summary_.captures = report_.exhibits.size();
    summary_.findings = selected_.findings.size();
    return summary_;
  }
  const std::string& id() const { return summary_.id; }

 private:
  Status Member(const WarcRecord& record) {
    member_.clear();
    gzip_.Pack({SerializeWarc(record), true}, member_);
    archive_bytes_ += member_.size();
    return zip_.Write(member_);
  }

  Status WriteArchive() {
    archive_ = fmt::format("gasht-{}-00000-{}.warc.gz", CdxTimestamp(now_), summary_.id.substr(9, 8));
    GASHT_ASSIGN_OR_RETURN(const ZipSize size, ArchiveSize());
    GASHT_RETURN_IF_ERROR(zip_.Begin("archive/" + archive_, ZipMethod::kStore, size));
    GASHT_RETURN_IF_ERROR(
        Member(WarcInfoRecord({archive_, options_.software, summary_.id, options_.agency, now_})));
    const ProofReader proofs(store_);
    uint64_t done = 0;
    for (const CaptureId id : selected_.captures) {
      if (options_.progress) GASHT_RETURN_IF_ERROR(options_.progress(done++, selected_.captures.size()));
      const Status status = AddCapture(proofs, id);
      if (!status.ok()) return status.WithContext(fmt::format("capture {}", id.value));
    }
    GASHT_ASSIGN_OR_RETURN(const ZipWritten written, zip_.End());
    committed_files_.push_back(written);
    return Status::Ok();
  }

  // Could the archive reach 4 GiB? Its header comes before it.
  Result<ZipSize> ArchiveSize() const {
    constexpr uint64_t kLarge = 0xffffffff, kMostHeaders = 64 << 10;
    uint64_t most = 0;
    for (const CaptureId id : selected_.captures) {
      const Result<Capture> capture = store_.GetCapture(id);
      if (capture.status().code() == StatusCode::kNotFound) continue;
      GASHT_RETURN_IF_ERROR(capture.status());
      most += capture->stored_bytes() + 4 * (capture->request_head.size() + capture->response_head.size()) +
              kMostHeaders;
      if (most >= kLarge) return ZipSize::kLarge;
    }
    return ZipSize::kSmall;
  }

  Status AddCapture(const ProofReader& proofs, CaptureId id) {
    const Result<Capture> found = store_.GetCapture(id);
    if (found.status().code() == StatusCode::kNotFound) return AddDestroyed(proofs, id);
    GASHT_RETURN_IF_ERROR(found.status());
    const Capture& capture = *found;
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs.LeafOf(capture));
    GASHT_ASSIGN_OR_RETURN(const std::string record, proofs.Record(leaf));
    // What does not prove true here would be refused by every checker.
    const std::string_view body_digest = capture.has_body ? capture.body_sha256.view() : std::string_view();
    if (CommitTo(leaf.salt, record, body_digest) != leaf.commitment)
      return Status::DataLoss("its record is not the one that was committed to");
    std::string body;
    if (capture.has_body) {
      GASHT_ASSIGN_OR_RETURN(body, store_.GetReceivedBody(capture));
    }
    ExhibitInput input;
    input.capture = &capture;
    input.body = body;
    input.manifest_sha256 = Sha256(record);
    input.leaf = leaf.index;
    input.bundle = summary_.id;
    const bool may_repeat = capture.has_body && capture.body_bytes > 0 && !capture.response_head.empty();
    const auto known = may_repeat ? payloads_.find(capture.stored_sha256()) : payloads_.end();
    if (known != payloads_.end()) input.earlier = known->second;
    for (const WarcRecord& warc : ExhibitRecords(input)) {
      const uint64_t offset = archive_bytes_;
      GASHT_RETURN_IF_ERROR(Member(warc));
      if (warc.type() == "response" || warc.type() == "revisit")
        Index(capture, warc.type() == "revisit", offset, archive_bytes_ - offset);
    }
    const std::string& url = capture.final_url.empty() ? capture.url : capture.final_url;
    if (may_repeat && known == payloads_.end())
      payloads_.emplace(capture.stored_sha256(),
                        EarlierPayload{ResponseRecordId(summary_.id, id), url, capture.started_utc, id});
    if (by_capture_.contains(id) && capture.has_body) {
      if (capture.is_coded()) {
        GASHT_ASSIGN_OR_RETURN(body, store_.GetBody(capture));
      }
      FindQuotes(capture, body, input.earlier ? input.earlier->capture : id);
    }
    rules_digests_.insert(capture.rules_digest);
    report_.configurations.insert(capture.config_digest);
    report_.profiles.insert(capture.profile_digest);
    leaves_of_captures_.insert(leaf.index);
    captures_.insert(id);
    report_.exhibits.push_back(MakeReportExhibit(capture, leaf, report_.exhibits.size() + 1));
    return Status::Ok();
  }

  // A look that a finding rests on and that was lawfully destroyed: an exhibit without bytes, whose leaf and
  // tombstone explain the gap.
  Status AddDestroyed(const ProofReader& proofs, CaptureId id) {
    for (uint64_t index = 0; index < proofs.head().size; ++index) {
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs.Leaf(index));
      if (leaf.kind != "capture" || leaf.capture != id) continue;
      ReportExhibit exhibit;
      exhibit.number = report_.exhibits.size() + 1;
      exhibit.capture = id;
      exhibit.leaf = index;
      exhibit.started = leaf.at;
      exhibit.outcome = "lawfully destroyed: see the leaf of kind deletion";
      exhibit.is_destroyed = true;
      leaves_of_captures_.insert(index);
      captures_.insert(id);
      report_.exhibits.push_back(std::move(exhibit));
      ++summary_.destroyed;
      return Status::Ok();
    }
    return Status::NotFound("there is no such capture");
  }

  void Index(const Capture& capture, bool revisit, uint64_t offset, uint64_t length) {
    CdxEntry entry;
    entry.url = capture.final_url.empty() ? capture.url : capture.final_url;
    entry.at = capture.started_utc;
    entry.digest = WarcDigest(capture.has_body ? capture.stored_sha256() : Sha256(""));
    entry.mime = revisit ? "warc/revisit" : Mime(capture);
    entry.status = capture.status;
    entry.filename = archive_;
    entry.offset = offset;
    entry.length = length;
    cdx_.push_back(std::move(entry));
  }

  // Where the words of a finding stand in the captured bytes (unpacked), for those that stand there literally.
  // `holder` is the capture whose record has the bytes.
  void FindQuotes(const Capture& capture, const std::string& body, CaptureId holder) {
    const auto findings = by_capture_.find(capture.id);
    if (findings == by_capture_.end()) return;
    for (const Finding* finding : findings->second) {
      Json quotes = Json::MakeArray();
      std::set<std::string_view> seen;
      for (const TermMatch& match : finding->match.matches) {
        if (match.text.empty() || !seen.insert(match.text).second) continue;
        const size_t at = body.find(match.text);
        if (at == std::string::npos) continue;
        quotes.Push(Json::MakeObject()
                        .Set("text", match.text)
                        .Set("capture", holder.value)
                        .Set("offset", at)
                        .Set("bytes", match.text.size()));
      }
      quotes_.insert_or_assign(finding->id, std::move(quotes));
    }
  }

  Result<ZipWritten> Add(const std::string& name, std::string_view bytes) {
    return zip_.Add(name, bytes, ZipMethod::kDeflate);
  }
  Status AddCommitted(const std::string& name, std::string_view bytes) {
    GASHT_ASSIGN_OR_RETURN(const ZipWritten written, Add(name, bytes));
    committed_files_.push_back(written);
    return Status::Ok();
  }

  Status WriteIndexAndPages() {
    GASHT_RETURN_IF_ERROR(AddCommitted("indexes/index.cdxj", CdxIndex(cdx_)));
    std::string pages = Json::MakeObject()
                            .Set("format", "json-pages-1.0")
                            .Set("id", "pages")
                            .Set("title", "Captured pages")
                            .Dump() +
                        "\n";
    for (const ReportExhibit& exhibit : report_.exhibits) {
      if (!exhibit.is_page) continue;
      pages += Json::MakeObject()
                   .Set("id", fmt::format("exhibit-{}", exhibit.number))
                   .Set("url", exhibit.url)
                   .Set("ts", FormatRfc3339(exhibit.started))
                   .Set("title", fmt::format("Exhibit {}: {}", exhibit.number, exhibit.url))
                   .Dump();
      pages += '\n';
      if (main_page_.empty()) {
        main_page_ = exhibit.url;
        main_page_at_ = exhibit.started;
      }
    }
    return AddCommitted("pages/pages.jsonl", pages);
  }

  Status WriteFindings() {
    std::string lines;
    for (const Finding& finding : selected_.findings) {
      MaskedFinding masked = MaskFinding(finding);
      GASHT_ASSIGN_OR_RETURN(const auto observations,
                             store_.ListObservations(finding.source, finding.listing_id));
      Json seen = Json::MakeArray();
      for (const Observation& observation : observations) seen.Push(ToJson(observation));
      masked.json.Set("observations", std::move(seen));
      GASHT_ASSIGN_OR_RETURN(const auto reviews, store_.ListReviews(finding.id));
      Json decisions = Json::MakeArray();
      for (const Review& review : reviews) decisions.Push(ToJson(review));
      masked.json.Set("reviews", std::move(decisions));
      if (const auto found = quotes_.find(finding.id); found != quotes_.end()) {
        // Quotes of masked words would say what the mask hides.
        Json quotes = Json::MakeArray();
        const std::string shown = masked.json.Dump();
        for (const Json& quote : found->second.items()) {
          const std::string quoted = Json(quote.StringOr("text")).Dump();
          if (shown.find(quoted.substr(1, quoted.size() - 2)) != std::string::npos) quotes.Push(quote);
        }
        masked.json.Set("quotes", std::move(quotes));
      }
      Json rules = Json::MakeArray();
      for (const RuleHit& rule : finding.match.rules) {
        const std::string text = RuleText(options_.rules, rule.id);
        if (!text.empty()) rules.Push(Json::MakeObject().Set("id", rule.id).Set("text", text));
      }
      masked.json.Set("rule_texts", std::move(rules));
      summary_.masked += masked.openings.size();
      for (Opening& opening : masked.openings) openings_.push_back(std::move(opening));
      lines += masked.json.Dump();
      lines += '\n';
      report_.findings.push_back(std::move(masked.json));
    }
    return AddCommitted("evidence/findings.jsonl", lines);
  }

  // The packs in force now, where captures were judged by them; of other rule sets only the digest is known.
  Status WriteRules() {
    Sha256Stream digest;
    Json packs = Json::MakeArray();
    for (const RulePackFile& pack : options_.rules) {
      digest.Update(fmt::format("{}:{}{}:", pack.name.size(), pack.name, pack.text.size())).Update(pack.text);
      packs.Push(Json::MakeObject().Set("name", pack.name).Set("text", pack.text));
    }
    const Digest current = digest.Finish();
    std::string lines;
    for (const Digest& named : rules_digests_) {
      if (named == Digest()) continue;
      Json line = Json::MakeObject().Set("digest", WarcDigest(named));
      if (named == current && !options_.rules.empty()) line.Set("packs", packs);
      report_.rules.push_back({named.hex(), named == current});
      lines += line.Dump();
      lines += '\n';
    }
    return AddCommitted("evidence/rules.jsonl", lines);
  }

  Status WriteContents(const Selection& selection) {
    Json contents = Json::MakeObject();
    contents.Set("format", "gasht-bundle-1").Set("bundle", summary_.id).Set("made", FormatRfc3339(now_));
    contents.Set("actor", options_.actor).Set("software", options_.software);
    if (!options_.agency.empty()) contents.Set("agency", options_.agency);
    contents.Set("signing_key", WarcDigest(options_.key->fingerprint()));
    contents.Set("selection", ToJson(selection));
    Json exhibits = Json::MakeArray();
    for (const ReportExhibit& exhibit : report_.exhibits) {
      Json item = Json::MakeObject()
                      .Set("exhibit", exhibit.number)
                      .Set("capture", exhibit.capture.value)
                      .Set("leaf", exhibit.leaf);
      if (exhibit.is_destroyed) item.Set("destroyed", true);
      exhibits.Push(std::move(item));
    }
    contents.Set("exhibits", std::move(exhibits));
    Json findings = Json::MakeArray();
    for (const Finding& finding : selected_.findings) findings.Push(finding.id.value);
    contents.Set("findings", std::move(findings));
    Json files = Json::MakeArray();
    for (const ZipWritten& file : committed_files_)
      files.Push(Json::MakeObject()
                     .Set("path", file.name)
                     .Set("hash", WarcDigest(file.sha256))
                     .Set("bytes", file.bytes));
    contents.Set("files", std::move(files));
    GASHT_ASSIGN_OR_RETURN(const ZipWritten written, Add("evidence/contents.json", contents.Dump() + "\n"));
    summary_.sha256_of_contents = written.sha256;
    return Status::Ok();
  }

  // The export becomes an act in the log, and the log is sealed behind it.
  Status Seal() {
    export_detail_ = fmt::format("{} {}", summary_.id, WarcDigest(summary_.sha256_of_contents));
    GASHT_RETURN_IF_ERROR(options_.record({"export", options_.actor, export_detail_}));
    proofs_ = std::make_unique<ProofReader>(store_);
    for (uint64_t index = proofs_->head().size; index-- > 0;) {
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs_->Leaf(index));
      if (leaf.kind == "export" && leaf.detail == export_detail_) {
        export_leaf_ = index;
        break;
      }
    }
    if (!export_leaf_) return Status::Internal("the export was recorded, and is not in the log");
    GASHT_ASSIGN_OR_RETURN(seal_, options_.seal(*export_leaf_ + 1));
    if (seal_.checkpoints.empty() || seal_.keys.empty())
      return Status::FailedPrecondition("the custody log is not sealed: nothing leaves the house unsealed");
    GASHT_ASSIGN_OR_RETURN(sealed_, Checkpoint::Parse(seal_.checkpoints.back().text));
    proofs_ = std::make_unique<ProofReader>(store_);  // the seal may cover more than we saw
    if (sealed_.head.size <= *export_leaf_ || sealed_.head.size > proofs_->head().size)
      return Status::FailedPrecondition(
          fmt::format("the last checkpoint covers {} leaves and not leaf {}: is the signer running?",
                      sealed_.head.size, *export_leaf_));
    GASHT_ASSIGN_OR_RETURN(const Digest root, proofs_->Root(sealed_.head.size));
    if (root != sealed_.head.root)
      return Status::DataLoss("the last checkpoint was signed over another log than this one");
    summary_.checkpoint_size = sealed_.head.size;
    return Status::Ok();
  }

  // Does a leaf speak of what is exported?
  bool Concerns(const CustodyLeaf& leaf) const {
    if (starts_.contains(leaf.index)) return true;
    if (leaf.index == *export_leaf_ || leaves_of_captures_.contains(leaf.index)) return true;
    // Why a checkpoint that is enclosed has another key.
    if (leaf.kind == kKeyRotationLeafKind) return seal_.keys.size() > 1;
    if (leaf.kind == "finding") return finding_ids_.contains(leaf.detail);
    if (leaf.capture.value != 0 && captures_.contains(leaf.capture)) return true;
    // "finding f-0011223344556677", "capture 12", "body of capture 12": the ids are words of the detail.
    for (size_t begin = 0; begin < leaf.detail.size();) {
      const size_t end = std::min(leaf.detail.find(' ', begin), leaf.detail.size());
      if (finding_ids_.contains(leaf.detail.substr(begin, end - begin))) return true;
      begin = end + 1;
    }
    constexpr std::string_view kCapture = "capture ";
    if (const size_t at = leaf.detail.find(kCapture); at != std::string::npos) {
      uint64_t id = 0;
      for (size_t i = at + kCapture.size(); i < leaf.detail.size() && i < at + 28; ++i) {
        if (leaf.detail[i] < '0' || leaf.detail[i] > '9') break;
        id = id * 10 + static_cast<uint64_t>(leaf.detail[i] - '0');
      }
      return captures_.contains(CaptureId{id});
    }
    return false;
  }

  Status WriteProofs() {
    for (const Finding& finding : selected_.findings) finding_ids_.insert(finding.id.value);
    // Who operated: the start of each run in which something exported was captured.
    std::optional<uint64_t> start;
    for (uint64_t index = 0; index < sealed_.head.size; ++index) {
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs_->Leaf(index));
      if (leaf.kind == "start") start = index;
      if (start && leaves_of_captures_.contains(index)) starts_.insert(*start);
    }
    GASHT_RETURN_IF_ERROR(zip_.Begin("evidence/leaves.jsonl", ZipMethod::kDeflate));
    for (uint64_t index = 0; index < sealed_.head.size; ++index) {
      GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, proofs_->Leaf(index));
      if (Concerns(leaf)) GASHT_RETURN_IF_ERROR(WriteLeaf(leaf));
    }
    GASHT_RETURN_IF_ERROR(zip_.End().status());
    GASHT_RETURN_IF_ERROR(WriteCheckpoints());
    GASHT_RETURN_IF_ERROR(WriteWitnesses());
    GASHT_RETURN_IF_ERROR(WriteTokens());
    return sealed_.head.size <= kMostTiledLeaves ? WriteTiles() : Status::Ok();
  }

  // A finding as it was recorded names people whom its masked form does not; and what it said before a later
  // look changed it is not kept.
  static bool MayBeOpened(const CustodyLeaf& leaf, const std::string& record) {
    if (leaf.kind != "finding") return true;
    const Result<Finding> finding = DecodeFinding(record);
    return finding.ok() && MaskFinding(*finding).openings.empty() &&
           CommitTo(leaf.salt, record, {}) == leaf.commitment;
  }

  Status WriteLeaf(const CustodyLeaf& leaf) {
    Json line = Json::MakeObject();
    line.Set("index", leaf.index).Set("kind", leaf.kind).Set("at", leaf.at.micros).Set("actor", leaf.actor);
    if (leaf.capture.value != 0) line.Set("capture", leaf.capture.value);
    line.Set("detail", leaf.detail).Set("commitment", leaf.commitment.hex());
    // A record that was lawfully destroyed is gone with its salt; its leaf stays.
    const Result<std::string> record = proofs_->Record(leaf);
    if (!record.ok() && record.status().code() != StatusCode::kNotFound) return record.status();
    if (record.ok() && !leaf.salt.empty() && MayBeOpened(leaf, *record)) {
      line.Set("salt", HexEncode(leaf.salt)).Set("record", Base64Encode(*record));
    }
    GASHT_ASSIGN_OR_RETURN(const auto proof, proofs_->Inclusion(leaf.index, sealed_.head.size));
    line.Set("proof", HashList(proof));
    if (!leaves_of_captures_.contains(leaf.index))
      report_.acts.push_back({leaf.index, leaf.at, leaf.actor, leaf.kind, leaf.detail});
    return zip_.Write(line.Dump() + "\n");
  }

  Status WriteCheckpoints() {
    GASHT_RETURN_IF_ERROR(Add("evidence/checkpoint", seal_.checkpoints.back().str()).status());
    std::string lines;
    std::optional<Checkpoint> before;
    for (const SignedNote& note : seal_.checkpoints) {
      GASHT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Parse(note.text));
      Json line = Json::MakeObject().Set("note", note.str());
      if (before) {
        GASHT_ASSIGN_OR_RETURN(const auto proof,
                               proofs_->Consistency(before->head.size, checkpoint.head.size));
        line.Set("proof", HashList(proof));
      }
      lines += line.Dump();
      lines += '\n';
      before = checkpoint;
    }
    GASHT_RETURN_IF_ERROR(Add("evidence/checkpoints.jsonl", lines).status());
    Json keys = Json::MakeArray();
    for (const NoteKey& key : seal_.keys) keys.Push(key.str());
    Json witnesses = Json::MakeArray();
    for (const NoteKey& key : seal_.witnesses) witnesses.Push(key.str());
    const Json all = Json::MakeObject()
                         .Set("log", std::move(keys))
                         .Set("witnesses", std::move(witnesses))
                         .Set("bundle", WarcDigest(options_.key->fingerprint()));
    return Add("evidence/keys.json", all.Dump() + "\n").status();
  }

  // The text of the enclosed checkpoint of so many leaves; nothing when there is none.
  std::optional<std::string> CheckpointText(uint64_t size) const {
    for (const SignedNote& note : seal_.checkpoints) {
      const Result<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
      if (checkpoint.ok() && checkpoint->head.size == size) return note.text;
    }
    return std::nullopt;
  }
  // Exhibits whose leaf is one of the first `size`.
  uint64_t ExhibitsWithin(uint64_t size) const {
    return static_cast<uint64_t>(std::count_if(report_.exhibits.begin(), report_.exhibits.end(),
                                               [size](const ReportExhibit& e) { return e.leaf < size; }));
  }

  Status WriteWitnesses() {
    std::string lines;
    for (const SignedNote& note : seal_.cosignatures) {
      GASHT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Parse(note.text));
      bool counts = false;
      for (const NoteKey& witness : seal_.witnesses) {
        if (CheckpointText(checkpoint.head.size) != note.text || !IsSignedBy(note, witness)) continue;
        const auto signature = std::find_if(note.signatures.begin(), note.signatures.end(),
                                            [&](const NoteSignature& s) { return s.key_id == witness.id(); });
        report_.stamps.push_back({"Witness " + witness.name, CosignatureTime(*signature),
                                  checkpoint.head.size, ExhibitsWithin(checkpoint.head.size)});
        counts = true;
      }
      // What does not prove true here would be refused by every checker.
      if (!counts)
        return Status::DataLoss(
            fmt::format("the cosignature over {} leaves is of no witness of this log: gasht verify says more",
                        checkpoint.head.size));
      lines += Json::MakeObject().Set("note", note.str()).Dump() + "\n";
    }
    return Add("evidence/cosignatures.jsonl", lines).status();
  }

  Status WriteTokens() {
    for (const LogToken& token : seal_.tokens) {
      const std::optional<std::string> text = CheckpointText(token.size);
      const Result<Timestamp> stamp =
          text ? CheckTimestamp(token.response, Sha256(*text), seal_.authority_pem)
               : Result<Timestamp>(Status::DataLoss("there is no such checkpoint"));
      if (!stamp.ok())
        return Status::DataLoss(
            fmt::format("the time stamp over {} leaves: {}", token.size, stamp.status().message()));
      report_.stamps.push_back(
          {fmt::format("Time-stamp authority (RFC 3161, policy {}, serial {})", stamp->policy, stamp->serial),
           stamp->at, token.size, ExhibitsWithin(token.size)});
      GASHT_RETURN_IF_ERROR(Add(fmt::format("evidence/tokens/{}.tsr", token.size), token.response).status());
    }
    if (seal_.tokens.empty() || seal_.authority_pem.empty()) return Status::Ok();
    return Add("evidence/tokens/authority.pem", seal_.authority_pem).status();
  }

  // https://c2sp.org/tlog-tiles: the log as other tools read it.
  Status WriteTiles() {
    uint64_t width = sealed_.head.size;
    for (uint8_t level = 0; width > 0; ++level, width /= kTile) {
      for (uint64_t tile = 0; tile * kTile < width; ++tile) {
        std::string bytes;
        const uint64_t end = std::min(width, (tile + 1) * kTile);
        for (uint64_t i = tile * kTile; i < end; ++i) {
          GASHT_ASSIGN_OR_RETURN(const Digest hash, proofs_->Node({static_cast<uint8_t>(level * 8), i}));
          bytes += hash.view();
        }
        const std::string path = TilePath(level, tile, end - tile * kTile);
        GASHT_RETURN_IF_ERROR(zip_.Add(path, bytes, ZipMethod::kStore).status());
      }
    }
    return Status::Ok();
  }

  Status WriteReport() {
    report_.bundle = summary_.id;
    report_.made = now_;
    report_.actor = options_.actor;
    report_.agency = options_.agency;
    report_.agency_ur = options_.agency_ur;
    report_.software = options_.software;
    report_.checkpoint = seal_.checkpoints.back().str();
    report_.checkpoint_size = sealed_.head.size;
    report_.log_key = seal_.keys.front().str();
    report_.signing_key = WarcDigest(options_.key->fingerprint());
    report_.contents_sha256 = summary_.sha256_of_contents.hex();
    report_.masked = summary_.masked;
    const std::string html = ReportHtml(report_);
    GASHT_RETURN_IF_ERROR(Add("evidence/report.html", html).status());
    if (options_.report_pdf) {
      GASHT_ASSIGN_OR_RETURN(const std::string pdf, ReportPdf(report_));
      GASHT_RETURN_IF_ERROR(Add("evidence/report.pdf", pdf).status());
    }
    GASHT_RETURN_IF_ERROR(Add("evidence/README.txt", BundleInstructions()).status());
    return Add("evidence/gasht_verify.py", BundleChecker()).status();
  }

  Status WritePackage() {
    Json package = Json::MakeObject();
    package.Set("profile", "data-package").Set("wacz_version", "1.1.1");
    package.Set("title", fmt::format("gasht bundle {}", summary_.id));
    package.Set("created", FormatRfc3339({now_.micros - now_.micros % 1'000'000}));
    package.Set("software", options_.software);
    if (!main_page_.empty())
      package.Set("mainPageUrl", main_page_).Set("mainPageDate", FormatRfc3339(main_page_at_));
    Json resources = Json::MakeArray();
    for (const ZipWritten& file : zip_.written()) {
      const size_t slash = file.name.rfind('/');
      resources.Push(Json::MakeObject()
                         .Set("name", file.name.substr(slash == std::string::npos ? 0 : slash + 1))
                         .Set("path", file.name)
                         .Set("hash", WarcDigest(file.sha256))
                         .Set("bytes", file.bytes));
    }
    package.Set("resources", std::move(resources));
    GASHT_ASSIGN_OR_RETURN(const ZipWritten written, Add("datapackage.json", package.Dump() + "\n"));
    // As WACZ tools do it: the signature is over the hash as it is written.
    const std::string hash = WarcDigest(written.sha256);
    GASHT_ASSIGN_OR_RETURN(const std::string signature, options_.key->Sign(hash));
    const Json signed_data = Json::MakeObject()
                                 .Set("hash", hash)
                                 .Set("created", FormatRfc3339({now_.micros - now_.micros % 1'000'000}))
                                 .Set("software", options_.software)
                                 .Set("version", "0.1.0")
                                 .Set("signature", Base64Encode(signature))
                                 .Set("publicKey", Base64Encode(options_.key->public_der()));
    const Json digest =
        Json::MakeObject().Set("path", "datapackage.json").Set("hash", hash).Set("signedData", signed_data);
    return Add("datapackage-digest.json", digest.Dump() + "\n").status();
  }

  Status WriteOpenings() {
    if (openings_.empty()) return Status::Ok();
    summary_.openings_path = options_.path + ".openings.jsonl";
    GASHT_ASSIGN_OR_RETURN(openings_file_, OutFile::Create(summary_.openings_path, 0600));
    for (const Opening& opening : openings_)
      GASHT_RETURN_IF_ERROR(openings_file_->Write(ToJson(opening).Dump() + "\n"));
    return Status::Ok();
  }

  const Store& store_;
  const BundleOptions& options_;
  OutFile& file_;
  const UtcTime now_;
  ZipWriter zip_;
  Deflater gzip_{DeflateWrap::kGzip};
  std::string member_;
  std::string archive_;  // file name
  uint64_t archive_bytes_ = 0;

  Selected selected_;
  std::map<CaptureId, std::vector<const Finding*>> by_capture_;
  std::map<Digest, EarlierPayload> payloads_;
  std::map<FindingId, Json> quotes_;
  std::vector<CdxEntry> cdx_;
  std::set<Digest> rules_digests_;
  std::set<uint64_t> leaves_of_captures_, starts_;
  std::set<CaptureId> captures_;
  std::set<std::string> finding_ids_;
  std::vector<ZipWritten> committed_files_;
  std::vector<Opening> openings_;
  std::unique_ptr<OutFile> openings_file_;
  std::string main_page_;
  UtcTime main_page_at_;

  std::string export_detail_;
  std::optional<uint64_t> export_leaf_;
  LogSeal seal_;
  Checkpoint sealed_;
  std::unique_ptr<ProofReader> proofs_;
  BundleReport report_;
  BundleSummary summary_;
};

}  // namespace

std::string RuleText(const std::vector<RulePackFile>& packs, std::string_view id) {
  for (const RulePackFile& pack : packs) {
    const std::string_view text = pack.text;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view line = text.substr(begin, end - begin);
      const size_t dash = line.find_first_not_of(' ');
      const std::string wanted = fmt::format("- id: {}", id);
      if (dash != std::string_view::npos && line.substr(dash) == wanted) {
        // To the next line that is indented no deeper and not empty.
        size_t stop = end + 1;
        while (stop < text.size()) {
          const size_t next = std::min(text.find('\n', stop), text.size());
          const std::string_view other = text.substr(stop, next - stop);
          const size_t indent = other.find_first_not_of(' ');
          if (indent != std::string_view::npos && indent <= dash) break;
          stop = next + 1;
        }
        return std::string(text.substr(begin, std::min(stop, text.size()) - begin));
      }
      begin = end + 1;
    }
  }
  return {};
}

Result<BundleSummary> WriteBundle(const Store& store, const Selection& selection,
                                  const BundleOptions& options) {
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<OutFile> file, OutFile::Create(options.path));
  Writing writing(store, options, *file);
  Result<BundleSummary> summary = writing.Run(selection);
  if (!summary.ok()) return summary;
  GASHT_RETURN_IF_ERROR(
      options.record({"exported", options.actor, fmt::format("{} {} bytes", summary->id, summary->bytes)}));
  return summary;
}

}  // namespace gasht
