// Bundles: what is written, and both checkers over a genuine one and over every forgery we could think of.

#include "casework/bundle.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/timestamp.h"
#include "casework/bundle_files.h"
#include "casework/cdxj.h"
#include "casework/masking.h"
#include "casework/report_text.h"
#include "casework/test_world.h"
#include "casework/verify.h"
#include "casework/warc.h"
#include "casework/zip.h"
#include "tests/support/processes.h"

namespace gasht {
namespace {

constexpr size_t kMost = size_t{64} << 20;
constexpr std::string_view kOffer =
    "<p>charas 1 tola 2500 PKR, call 0301-2345678; my friend 0300-7654321</p>";

constexpr std::string_view kWords = "charas 1 tola 2500 PKR, call 0301-2345678; my friend 0300-7654321";

MatchCandidate Matched() {
  MatchCandidate candidate = MakeCandidate(0, Level::kHigh, 70);
  TermMatch match;
  match.field = "listings/0/title";
  match.span = {0, 6};
  match.text = "charas";
  match.normal = "charas";
  match.term = "cannabis-resin/charas";
  candidate.matches.push_back(match);
  match.field = "listings/0/category";
  match.span = {5, 13};
  match.text = "cannabis";
  candidate.matches.push_back(match);
  match.field = "text";
  match.span = {14, 22};
  match.text = "2500 PKR";
  candidate.matches.push_back(match);
  candidate.reasons = {"Names cannabis resin with a price.", "چرس کا نام قیمت کے ساتھ درج ہے۔"};
  return candidate;
}

Listing Offer() {
  Listing listing = MakeListing("charas 1 tola");
  listing.category = "Good cannabis";
  listing.span = {0, kWords.size()};
  Identifier seller;
  seller.kind = IdentifierKind::kPhone;
  seller.value = "+923012345678";
  seller.role = IdentifierRole::kSeller;
  seller.check = IdentifierCheck::kPassed;
  seller.field = "text";
  seller.span = {29, 41};
  Identifier friend_of = seller;
  friend_of.value = "+923007654321";
  friend_of.role = IdentifierRole::kBystander;
  friend_of.span = {53, 65};
  listing.identifiers = {seller, friend_of};
  return listing;
}

std::string Gzip(std::string_view bytes) {
  std::string packed;
  Deflater gzip(DeflateWrap::kGzip);
  gzip.Pack({bytes, true}, packed);
  return packed;
}

// Plain, coded, repeated, cut and failed captures; one finding, looked at and confirmed.
void Fill(TestWorld& world, TestTimeStampAuthority& authority) {
  const auto offer = [](PageCommit& page) {
    page.analysis.document.text = kWords;
    page.analysis.listings.push_back(Offer());
    page.analysis.candidates.push_back(Matched());
  };
  EXPECT_TRUE(world.writer().AddEvent({"start", "gasht", "patrol"}).ok());
  const PageCommitted first = world.Commit("/offer", std::string(kOffer), offer);
  ASSERT_EQ(first.new_findings.size(), 1u);
  world.Checkpoint();
  world.Cosign();
  world.Stamp(authority);
  world.Rotate();
  world.Commit("/about", "<p>about us</p>", [](PageCommit& page) {
    page.capture.response_head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n";
    page.capture.wire_bytes = 60;
  });
  world.Commit("/about?again=1", "<p>about us</p>", [](PageCommit& page) {
    page.capture.clock_state = {ClockState::Sync::kUnsynchronised, {}, {}, {}};
  });
  world.Commit("/long", std::string(300'000, 'x'), [](PageCommit& page) {
    using std::chrono::microseconds;
    page.capture.clock_state = {ClockState::Sync::kSynchronised, microseconds(3), microseconds(12'000),
                                microseconds(250)};
    page.capture.config_digest = Sha256("config");
    page.capture.profile_digest = Sha256("profile");
    page.capture.truncation = Truncation::kLength;
    page.capture.body_end = BodyEnd::kTruncated;
  });
  world.Commit("/gone", "", [](PageCommit& page) {
    page.capture.outcome = FetchOutcome::kOnionUnreachable;
    page.capture.has_body = false;
    page.capture.body_sha256 = Digest();
    page.capture.response_head.clear();
    page.capture.wire_bytes = 0;
    page.capture.status = 0;
  });
  world.Checkpoint();
  world.Cosign();
  world.Stamp(authority);
  EXPECT_TRUE(world.writer().AddEvent({"view", "analyst", "finding " + first.new_findings[0].value}).ok());
  EXPECT_TRUE(world.writer().AddEvent({"view", "analyst", "finding f-0000000000000000"}).ok());
  Review review;
  review.finding = first.new_findings[0];
  review.decision = Decision::kConfirmed;
  review.actor = "officer";
  review.note = "plain offer";
  review.at = world.clock().Utc();
  EXPECT_TRUE(world.writer().AddReview(review).ok());
  world.Commit("/offer", std::string(kOffer) + "<!-- again -->", offer);
  // The same bytes once more: a revisit, and the finding's last look.
  world.Commit("/offer", std::string(kOffer) + "<!-- again -->", offer);
}

Selection WholeMarket() {
  Selection selection;
  selection.source = kMarket;
  return selection;
}

// ---- The second checker ----

struct Verdict {
  int status = -1;
  std::set<std::string> reasons;
  std::string out;
};

Verdict RunPython(const std::string& bundle, const BundleKeys& options) {
  std::string command = "python3 casework/verify/gasht_verify.py --json";
  if (!options.key.empty()) command += " --key '" + options.key + "'";
  if (!options.log_key.empty()) command += " --log-key '" + options.log_key + "'";
  for (const std::string& witness : options.witnesses) command += " --witness '" + witness + "'";
  const std::string authority = bundle + ".authority.pem";
  if (!options.authority_pem.empty()) {
    std::ofstream(authority) << options.authority_pem;
    command += " --authority '" + authority + "'";
  }
  const std::string openings = bundle + ".opened";
  if (!options.openings.empty()) {
    std::ofstream(openings) << options.openings;
    command += " --openings '" + openings + "'";
  }
  command += " '" + bundle + "'";
  Verdict verdict;
  const ShellOutcome ran = Shell(command);
  verdict.out = ran.out;
  verdict.status = ran.status;
  std::filesystem::remove(authority);
  std::filesystem::remove(openings);
  const Result<Json> json = Json::Parse(std::string_view(verdict.out).substr(0, verdict.out.find('\n')));
  if (!json.ok() || json->Find("checks") == nullptr) return verdict;
  for (const Json& check : json->Find("checks")->items()) {
    for (const Json& failure : check.Find("failures")->items())
      verdict.reasons.insert(failure.StringOr("reason"));
  }
  return verdict;
}

std::string Told(const BundleVerdict& report) {
  return ToJson(report).Dump();
}

// ---- A bundle taken apart ----

class Editor {
 public:
  struct File {
    std::string name;
    ZipMethod method;
    std::string bytes;
  };

  explicit Editor(const std::string& path) {
    const auto reader = ZipReader::Open(path).value();
    for (const ZipEntry& entry : reader->entries())
      files_.push_back({entry.name, entry.method, reader->ReadAll(entry, kMost).value()});
  }

  std::vector<File>& files() { return files_; }
  std::string& Bytes(std::string_view name) {
    for (File& file : files_) {
      if (file.name == name) return file.bytes;
    }
    ADD_FAILURE() << "no file " << name;
    return files_.front().bytes;
  }
  std::string ArchiveName() const {
    for (const File& file : files_) {
      if (file.name.starts_with("archive/")) return file.name;
    }
    return {};
  }
  uint64_t SealedSize() {
    return Checkpoint::Parse(SignedNote::Parse(Bytes("evidence/checkpoint")).value().text).value().head.size;
  }
  std::vector<std::string> Names(std::string_view begin, std::string_view end) const {
    std::vector<std::string> names;
    for (const File& file : files_) {
      if (file.name.starts_with(begin) && file.name.ends_with(end)) names.push_back(file.name);
    }
    return names;
  }
  void Rename(std::string_view from, const std::string& to) {
    for (File& file : files_) {
      if (file.name == from) file.name = to;
    }
  }
  std::string FirstLine(std::string_view name) {
    const std::string& bytes = Bytes(name);
    return bytes.substr(0, bytes.find('\n'));
  }
  void Remove(std::string_view name) {
    std::erase_if(files_, [&](const File& file) { return file.name == name; });
  }

  // The lines of a JSON Lines file, changed one by one; a line made null is dropped.
  void EditLines(std::string_view name, const std::function<void(Json&)>& change) {
    std::string& bytes = Bytes(name);
    std::string out;
    for (size_t begin = 0; begin < bytes.size();) {
      const size_t end = bytes.find('\n', begin);
      Json line = Json::Parse(bytes.substr(begin, end - begin)).value();
      change(line);
      if (!line.is_null()) out += line.Dump() + "\n";
      begin = end + 1;
    }
    bytes = out;
  }
  void EditJson(std::string_view name, const std::function<void(Json&)>& change) {
    Json json = Json::Parse(Bytes(name)).value();
    change(json);
    Bytes(name) = json.Dump() + "\n";
  }

  // The archive's records, written again with digests that fit, and the index after them.
  void EditArchive(const std::function<void(std::vector<WarcRecord>&)>& change) {
    std::string& bytes = Bytes(ArchiveName());
    std::vector<WarcRecord> records;
    std::map<std::string, std::pair<uint64_t, uint64_t>> before;
    bool given = false;
    WarcReader reader([&]() -> Result<std::string> { return std::exchange(given, true) ? "" : bytes; });
    while (true) {
      auto record = reader.Next().value();
      if (!record) break;
      std::erase_if(record->fields, [](const auto& field) {
        return field.first == "WARC-Block-Digest" || field.first == "Content-Length";
      });
      before[std::string(record->Field("WARC-Record-ID"))] = {reader.offset(), reader.length()};
      records.push_back(std::move(*record));
    }
    change(records);
    std::string out;
    std::map<std::pair<uint64_t, uint64_t>, std::pair<uint64_t, uint64_t>> moved;
    Deflater gzip(DeflateWrap::kGzip);
    for (const WarcRecord& record : records) {
      const uint64_t offset = out.size();
      gzip.Pack({SerializeWarc(record), true}, out);
      const auto old = before.find(std::string(record.Field("WARC-Record-ID")));
      if (old != before.end()) moved[old->second] = {offset, out.size() - offset};
    }
    bytes = out;
    std::string& index = Bytes("indexes/index.cdxj");
    std::string lines;
    for (size_t begin = 0; begin < index.size();) {
      const size_t end = index.find('\n', begin);
      const std::string line = index.substr(begin, end - begin);
      const size_t brace = line.find(" {") + 1;
      Json json = Json::Parse(line.substr(brace)).value();
      const auto place = moved.find({json.IntOr("offset", 0), json.IntOr("length", 0)});
      if (place != moved.end()) {
        json.Set("offset", place->second.first).Set("length", place->second.second);
        lines += line.substr(0, brace) + json.Dump() + "\n";
      }
      begin = end + 1;
    }
    index = lines;
  }

  // Contents name the files as they are now.
  void FixContents() {
    EditJson("evidence/contents.json", [this](Json& contents) {
      Json files = Json::MakeArray();
      for (const Json& file : contents.Find("files")->items()) {
        const std::string path = file.StringOr("path");
        files.Push(Json::MakeObject()
                       .Set("path", path)
                       .Set("hash", WarcDigest(Sha256(Bytes(path))))
                       .Set("bytes", Bytes(path).size()));
      }
      contents.Set("files", std::move(files));
    });
  }
  // The list of files fits again; signed by `key` unless that is null.
  void Seal(const BundleKey* key) {
    EditJson("datapackage.json", [this](Json& package) {
      Json resources = Json::MakeArray();
      for (const File& file : files_) {
        if (file.name.starts_with("datapackage")) continue;
        resources.Push(Json::MakeObject()
                           .Set("name", file.name.substr(file.name.rfind('/') + 1))
                           .Set("path", file.name)
                           .Set("hash", WarcDigest(Sha256(file.bytes)))
                           .Set("bytes", file.bytes.size()));
      }
      package.Set("resources", std::move(resources));
    });
    const std::string hash = WarcDigest(Sha256(Bytes("datapackage.json")));
    EditJson("datapackage-digest.json", [&](Json& digest) {
      digest.Set("hash", hash);
      Json signed_data = *digest.Find("signedData");
      signed_data.Set("hash", hash);
      if (key != nullptr) {
        signed_data.Set("signature", Base64Encode(key->Sign(hash).value()));
        signed_data.Set("publicKey", Base64Encode(key->public_der()));
      }
      digest.Set("signedData", std::move(signed_data));
    });
  }

  void Write(const std::string& path) const {
    std::filesystem::remove(path);
    const auto file = OutFile::Create(path).value();
    ZipWriter zip(*file, {0});
    for (const File& entry : files_) ASSERT_TRUE(zip.Add(entry.name, entry.bytes, entry.method).ok());
    ASSERT_TRUE(zip.Finish().ok());
    ASSERT_TRUE(file->Commit().ok());
  }

 private:
  std::vector<File> files_;
};

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Changes what is in both headers of a ZIP file, without minding anything else.
void Rewrite(const std::string& path, const std::function<void(std::string&)>& change) {
  std::string bytes = ReadFile(path, kMost).value();
  change(bytes);
  std::ofstream(path, std::ios::binary) << bytes;
}

WarcRecord& RecordOf(std::vector<WarcRecord>& records, std::string_view type, std::string_view capture) {
  for (WarcRecord& record : records) {
    if (record.type() == type && record.Field("WARC-Gasht-Capture") == capture) return record;
  }
  ADD_FAILURE() << "no " << type << " of " << capture;
  return records.front();
}
void SetField(WarcRecord& record, std::string_view name, std::string_view value) {
  for (auto& [key, old] : record.fields) {
    if (key == name) old = value;
  }
}

void InArchive(Editor& bundle, const char* type, const char* capture,
               const std::function<void(WarcRecord&)>& change) {
  bundle.EditArchive([&](std::vector<WarcRecord>& records) { change(RecordOf(records, type, capture)); });
  bundle.FixContents();
}

class BundleTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!authority_.is_there()) GTEST_SKIP() << "skipped: no openssl program";
    Fill(world_, authority_);
    path_ = folder_ / "bundle.wacz";
    const auto summary = WriteBundle(world_.store(), WholeMarket(), world_.Options(path_));
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    summary_ = *summary;
    options_ = {world_.fingerprint(),
                world_.log_key().str(),
                {world_.witness_key().str()},
                authority_.certificate_pem()};
  }

  TestTimeStampAuthority authority_;
  TestWorld world_;
  TemporaryFolder folder_;
  std::string path_;
  BundleSummary summary_;
  BundleKeys options_;
};

TEST_F(BundleTest, BothCheckersAcceptAGenuineOne) {
  const auto report = VerifyBundle(path_, options_);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_TRUE(report->ok()) << Told(*report);
  EXPECT_EQ(report->exhibits, 7u);
  const Verdict python = RunPython(path_, options_);
  EXPECT_EQ(python.status, 0) << python.out;
  // Neither leaves anything unchecked when it is given the keys, and both make the same checks.
  for (const BundleCheck& check : report->checks) {
    EXPECT_EQ(check.result, CheckResult::kPassed) << check.what << ": " << check.note;
    EXPECT_NE(python.out.find(Json(check.what).Dump()), std::string::npos) << check.what;
    EXPECT_NE(python.out.find(check.note), std::string::npos) << check.note;
  }
  // Without keys it says so.
  const auto alone = VerifyBundle(path_, {});
  EXPECT_EQ(alone->checks.back().result, CheckResult::kNotChecked);
  EXPECT_EQ(RunPython(path_, {}).status, 0);
  const BundleKeys two = {options_.key, options_.log_key};
  const auto some = VerifyBundle(path_, two);
  const std::string note = some->checks.back().note;
  EXPECT_EQ(note, "not compared: the witnesses' keys, the time-stamp authority's certificate");
  EXPECT_NE(RunPython(path_, two).out.find(note), std::string::npos);
}

TEST_F(BundleTest, WhatOthersSaidMustBeTrueBeforeItLeaves) {
  BundleOptions options = world_.Options(folder_ / "other.wacz");
  const auto seal = options.seal;
  const std::pair<const char*, std::function<void(LogSeal&)>> rows[] = {
      {"token", [](LogSeal& s) { s.tokens[0].size = s.tokens[1].size; }},
      {"cosignature", [](LogSeal& s) { s.cosignatures[0].signatures.back().signature[9] ^= 1; }},
  };
  for (const auto& [name, change] : rows) {
    options.seal = [&seal, &change = change](uint64_t size) {
      Result<LogSeal> changed = seal(size);
      change(*changed);
      return changed;
    };
    EXPECT_EQ(WriteBundle(world_.store(), WholeMarket(), options).status().code(), StatusCode::kDataLoss)
        << name;
  }
}

TEST_F(BundleTest, HoldsWhatItPromises) {
  Editor bundle(path_);
  for (const char* name : {"evidence/report.html", "evidence/report.pdf", "evidence/README.txt",
                           "pages/pages.jsonl", "evidence/checkpoint"})
    EXPECT_FALSE(bundle.Bytes(name).empty()) << name;
  EXPECT_EQ(bundle.Bytes("evidence/gasht_verify.py"),
            ReadFile("casework/verify/gasht_verify.py", kMost).value());
  EXPECT_TRUE(bundle.Bytes("evidence/report.pdf").starts_with("%PDF-"));
  const std::string& html = bundle.Bytes("evidence/report.html");
  for (const char* words :
       {"charas 1 tola", "چرس کا نام", "PKT", "+05:00", "officer", "What cannot be proved", "FIR 1/2026",
        "gasht test", "confirmed by officer", "Witness witness.test/w said so",
        "the account that started the patrol", "RFC 3161, policy 1.2.3.4, serial 02",
        "kept by a reference: off by about 0.250 ms, at most 12.000 ms", "not recorded",
        "kept by no reference", "configuration b79606fb3afea5bd, profile ", "key_rotation"})
    EXPECT_NE(html.find(words), std::string::npos) << words;
  for (const char* what : {"config", "profile"})
    EXPECT_NE(html.find(WarcDigest(Sha256(what))), std::string::npos) << what;
  EXPECT_EQ(html.find("href"), std::string::npos) << "nothing is a link";
  // The acts on the finding are there, and nobody else's.
  const std::string& leaves = bundle.Bytes("evidence/leaves.jsonl");
  EXPECT_NE(leaves.find("\"kind\":\"view\""), std::string::npos);
  EXPECT_NE(leaves.find("\"kind\":\"review\""), std::string::npos);
  EXPECT_EQ(leaves.find("f-0000000000000000"), std::string::npos);
  // The export is an act, begun and done.
  const ProofReader proofs(world_.store());
  EXPECT_EQ(proofs.Leaf(proofs.head().size - 2)->kind, "export");
  EXPECT_EQ(proofs.Leaf(proofs.head().size - 1)->kind, "exported");
}

TEST_F(BundleTest, MasksWhoSellsNothingAndCanProveIt) {
  Editor bundle(path_);
  const std::string findings = bundle.Bytes("evidence/findings.jsonl");
  const std::string report = bundle.Bytes("evidence/report.html");
  for (const std::string& text : {findings, report}) {
    EXPECT_NE(text.find("0301-2345678"), std::string::npos) << "the seller's stays";
    EXPECT_EQ(text.find("0300-7654321"), std::string::npos);
    EXPECT_EQ(text.find("+923007654321"), std::string::npos);
  }
  ASSERT_EQ(summary_.masked, 1u);
  EXPECT_EQ(std::filesystem::status(summary_.openings_path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const std::string line = ReadFile(summary_.openings_path, kMost).value();
  const Json opening = Json::Parse(line.substr(0, line.size() - 1)).value();
  EXPECT_EQ(opening.StringOr("value"), "+923007654321");
  const Digest commitment = CommitToRedaction(HexDecode(opening.StringOr("salt")).value(),
                                              opening.StringOr("kind"), opening.StringOr("value"));
  EXPECT_NE(findings.find("\"commitment\":\"sha256:" + commitment.hex()), std::string::npos);

  // Both checkers compare an opening that was handed over.
  BundleKeys options = options_;
  options.openings = line;
  EXPECT_TRUE(VerifyBundle(path_, options)->ok());
  EXPECT_EQ(RunPython(path_, options).status, 0);
  for (const char* forged : {"+923001111111", ""}) {
    options.openings = line;
    ReplaceAll(options.openings, "+923007654321", forged);
    EXPECT_EQ(VerifyBundle(path_, options)->Reasons(), std::vector<std::string>{"redaction"}) << forged;
    EXPECT_EQ(RunPython(path_, options).reasons, std::set<std::string>{"redaction"}) << forged;
  }
}

TEST(ReportText, QuotationsKeepTheirPlace) {
  const std::pair<const char*, const char*> rows[] = {
      {"نام ‘Xanax’ (+40)۔", "نام ‘[Xanax]’ ([+40])۔"},
      {"‘not closed", "‘not closed"},
      {"(40)", "(40)"},
      {"", ""},
  };
  for (const auto& [text, isolated] : rows) EXPECT_EQ(IsolateQuoted(text, "[", "]"), isolated) << text;
}

TEST(Masking, ANumberIsMaskedHoweverItIsWritten) {
  Finding finding;
  finding.id = {"f-0011223344556677"};
  Identifier friend_of;
  friend_of.kind = IdentifierKind::kPhone;
  friend_of.value = "+923007654321";
  friend_of.role = IdentifierRole::kUnknown;
  finding.listing.identifiers = {friend_of};
  const std::pair<const char*, const char*> rows[] = {
      {"call 0300-7654321 now", "call ████████████ now"},
      {"0300 765 4321", "█████████████"},
      {"+92 (300) 7654321.", "+████████████████."},
      {"۰۳۰۰۷۶۵۴۳۲۱", "███████████"},
      {"0092300-7654321", "███████████████"},
      {"0301-2345678", "0301-2345678"},
      {"0301-2345678 0300-7654321", "0301-2345678 ████████████"},
      {"7654321", "7654321"},
      {"2500 PKR, 10 g", "2500 PKR, 10 g"},
  };
  for (const auto& [text, masked] : rows) {
    finding.listing.title = text;
    EXPECT_EQ(MaskFinding(finding).json.StringOr("title"), masked) << text;
  }
}

// What came gzip-coded is in the archive byte for byte as it came; words are found in what it unpacks to.
TEST_F(BundleTest, PackedBodiesStayAsTheyCame) {
  TestWorld world;
  const auto packed = [](std::string_view coding, bool chunked) {
    return [=](PageCommit& page) {
      Capture& capture = page.capture;
      capture.content_coding = coding;
      capture.received_sha256 = capture.body_sha256;
      capture.received_bytes = capture.body_bytes;
      capture.body_sha256 = Sha256(kOffer);
      capture.body_bytes = kOffer.size();
      capture.response_head =
          fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {}\r\n{}\r\n", coding,
                      chunked ? "Transfer-Encoding: chunked\r\n"
                              : fmt::format("Content-Length: {}\r\n", capture.received_bytes));
      capture.wire_bytes = capture.response_head.size() + capture.received_bytes + (chunked ? 20 : 0);
      page.received = std::exchange(page.body, std::string(kOffer));
      page.analysis.document.text = kWords;
      page.analysis.listings.push_back(Offer());
      page.analysis.candidates.push_back(Matched());
    };
  };
  const std::string once = Gzip(kOffer), twice = Gzip(once);
  world.Commit("/twice", twice, packed("gzip, gzip", false));
  world.Commit("/offer", once, packed("gzip", true));
  world.Commit("/offer", once, packed("gzip", false));
  const std::string path = folder_ / "packed.wacz";
  const auto summary = WriteBundle(world.store(), WholeMarket(), world.Options(path));
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  const BundleKeys keys = {world.fingerprint(), world.log_key().str()};
  const auto report = VerifyBundle(path, keys);
  EXPECT_TRUE(report.ok() && report->ok()) << Told(*report);
  const Verdict python = RunPython(path, keys);
  EXPECT_EQ(python.status, 0) << python.out;
  for (const std::string& said : {Told(*report), python.out})
    EXPECT_NE(said.find("1 finding, 2 quotations"), std::string::npos) << said;
  Editor bundle(path);
  bundle.EditArchive([&](std::vector<WarcRecord>& records) {
    const WarcRecord& first = RecordOf(records, "response", "1");
    EXPECT_TRUE(first.block.ends_with("\r\n\r\n" + twice)) << "as it came";
    EXPECT_EQ(first.Field("WARC-Gasht-Block"), "as-received");
    EXPECT_EQ(first.Field("WARC-Payload-Digest"), WarcDigest(Sha256(twice)));
    const WarcRecord& second = RecordOf(records, "response", "2");
    EXPECT_EQ(second.Field("WARC-Gasht-Block"), "decoded") << "the chunks are not kept";
    EXPECT_NE(second.block.find("\r\nContent-Encoding: gzip\r\n"), std::string::npos);
    EXPECT_NE(second.block.find("X-Gasht-Received-Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_EQ(RecordOf(records, "revisit", "3").Field("WARC-Payload-Digest"), WarcDigest(Sha256(once)));
  });
  EXPECT_EQ(Shell("python3 tests/support/wacz_reader.py '" + path + "'").out.find("wacz_reader:"),
            std::string::npos);
  // Another body in the same wrapping.
  InArchive(bundle, "response", "2", [&](WarcRecord& r) {
    r.block.replace(r.block.size() - once.size(), once.size(), Gzip("<p>heroin</p>"));
  });
  bundle.Seal(&world.key());
  const std::string forged = folder_ / "forged.wacz";
  bundle.Write(forged);
  const auto reasons = VerifyBundle(forged, keys)->Reasons();
  EXPECT_TRUE(std::find(reasons.begin(), reasons.end(), "warc-manifest") != reasons.end());
  EXPECT_TRUE(RunPython(forged, keys).reasons.contains("warc-manifest"));
}

// Not our checkers: a reader by the rules of warcio, py-wacz and replay tools.
TEST_F(BundleTest, OtherPeoplesToolsReadIt) {
  const auto read = [](const std::string& path) {
    return Shell("python3 tests/support/wacz_reader.py '" + path + "'").out;
  };
  EXPECT_NE(read(path_).find("7 metadata, 7 request, 4 response, 2 revisit, 1 warcinfo, 6 pages looked up"),
            std::string::npos)
      << read(path_);
  // It does look: what such a tool would stumble over.
  const std::pair<const char*, std::function<void(Editor&)>> rows[] = {
      {"is not sorted",
       [](Editor& b) {
         std::string& index = b.Bytes("indexes/index.cdxj");
         const size_t first = index.find('\n') + 1;
         index = index.substr(first) + index.substr(0, first);
       }},
      {"fits no record",
       [](Editor& b) { ReplaceAll(b.Bytes("indexes/index.cdxj"), "offset\":", "offset\":1"); }},
      {"payload digest failed",
       [](Editor& b) {
         InArchive(b, "response", "1", [](WarcRecord& r) { ReplaceAll(r.block, "2500", "9900"); });
       }},
      {"has another hash",
       [](Editor& b) { ReplaceAll(b.Bytes("pages/pages.jsonl"), "\"exhibit-1\"", "\"exhibit-9\""); }},
  };
  for (const auto& [words, change] : rows) {
    Editor bundle(path_);
    change(bundle);
    if (std::string_view(words) != "has another hash") bundle.Seal(&world_.key());
    const std::string path = folder_ / "other.wacz";
    bundle.Write(path);
    EXPECT_NE(read(path).find(words), std::string::npos) << words << ": " << read(path);
  }
}

TEST_F(BundleTest, NothingIsHalfWritten) {
  // Over an existing file.
  EXPECT_EQ(WriteBundle(world_.store(), WholeMarket(), world_.Options(path_)).status().code(),
            StatusCode::kAlreadyExists);
  // When the log cannot be sealed, when the act cannot be recorded, when there is nothing.
  struct Row {
    const char* name;
    std::function<void(BundleOptions&, Selection&)> change;
    StatusCode code;
  };
  const Row rows[] = {
      {"unsealed", [](BundleOptions& o, Selection&) { o.seal = [](uint64_t) { return LogSeal(); }; },
       StatusCode::kFailedPrecondition},
      {"unrecorded",
       [](BundleOptions& o, Selection&) {
         o.record = [](const CustodyEvent&) { return Status::Unavailable("full"); };
       },
       StatusCode::kUnavailable},
      {"nothing", [](BundleOptions&, Selection& s) { s.to = UtcTime{0}; }, StatusCode::kNotFound},
      {"no such finding",
       [](BundleOptions&, Selection& s) {
         s = {{FindingId{"f-0000000000000000"}}, {}, {}, {}};
       },
       StatusCode::kNotFound},
      {"neither", [](BundleOptions&, Selection& s) { s = {}; }, StatusCode::kInvalidArgument},
      {"no folder", [](BundleOptions& o, Selection&) { o.path += "/no/such.wacz"; },
       StatusCode::kUnavailable},
  };
  const size_t files = std::distance(std::filesystem::directory_iterator(folder_.path()), {});
  for (const Row& row : rows) {
    BundleOptions options = world_.Options(folder_ / "other.wacz");
    Selection selection = WholeMarket();
    row.change(options, selection);
    const auto summary = WriteBundle(world_.store(), selection, options);
    EXPECT_EQ(summary.status().code(), row.code) << row.name << ": " << summary.status().message();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), files) << row.name;
  }
}

// A file of this process may have so many bytes, as on a disk that is full behind them (EFBIG instead of ENOSPC; both are
// ResourceExhausted).
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
    old_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*old_)(int) = nullptr;
};

TEST_F(BundleTest, AFullDiskIsSaidAndNothingIsLeft) {
  const uint64_t whole = summary_.bytes;
  const size_t files = std::distance(std::filesystem::directory_iterator(folder_.path()), {});
  // At the first byte, in the archive, in the report, and in the last bytes of the directory.
  for (const uint64_t room : {uint64_t{0}, uint64_t{1}, whole / 3, whole / 2, whole - 1000, whole - 30}) {
    const std::string path = folder_ / "full.wacz";
    Status status;
    {
      const FileLimit limit(room);
      status = WriteBundle(world_.store(), WholeMarket(), world_.Options(path)).status();
    }
    EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << room << ": " << status.message();
    EXPECT_NE(status.message().find("full.wacz"), std::string::npos) << status.message();
    EXPECT_FALSE(std::filesystem::exists(path)) << room;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), files)
        << room << ": a part was left";
  }
  EXPECT_TRUE(WriteBundle(world_.store(), WholeMarket(), world_.Options(folder_ / "full.wacz")).ok());
}

TEST_F(BundleTest, AFindingBringsWhatItRestsOn) {
  Selection selection;
  selection.findings = {world_.store().ListFindings({}).value().front().id};
  const std::string path = folder_ / "finding.wacz";
  const auto summary = WriteBundle(world_.store(), selection, world_.Options(path));
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->captures, 3u);
  const auto report = VerifyBundle(path, options_);
  EXPECT_TRUE(report->ok()) << Told(*report);
  EXPECT_EQ(RunPython(path, options_).status, 0);
}

// ---- Forgeries ----

// How far the forger went: changed files only; made the list of files fit; signed it with a key of his own;
// or sits in the agency and signs with its key.
enum class Forger { kClumsy, kRehashed, kForeignKey, kInsider };

struct Forgery {
  const char* name;
  Forger forger;
  const char* reason;  // both checkers must give it
  std::function<void(Editor&)> change;
  std::function<void(std::string&)> change_zip = nullptr;
};

void InLeaf(Editor& bundle, std::string_view kind, const std::function<void(Json&)>& change) {
  bool done = false;
  bundle.EditLines("evidence/leaves.jsonl", [&](Json& leaf) {
    if (leaf.StringOr("kind") == kind && !std::exchange(done, true)) change(leaf);
  });
}

void EditCosignatures(Editor& bundle, const std::function<void(SignedNote&)>& change) {
  bundle.EditLines("evidence/cosignatures.jsonl", [&](Json& line) {
    SignedNote note = SignedNote::Parse(line.StringOr("note")).value();
    change(note);
    line.Set("note", note.str());
  });
}

void InFinding(Editor& bundle, const std::function<void(Json&)>& change) {
  bundle.EditLines("evidence/findings.jsonl", change);
  bundle.FixContents();
}

std::vector<Forgery> Forgeries() {
  const auto body = [](WarcRecord& record) { ReplaceAll(record.block, "2500", "9900"); };
  return {
      {"a body changed", Forger::kClumsy, "package-hash",
       [=](Editor& b) { b.EditArchive([=](auto& r) { body(RecordOf(r, "response", "1")); }); }},
      {"a body changed, list of files adapted", Forger::kRehashed, "package-signature",
       [=](Editor& b) { b.EditArchive([=](auto& r) { body(RecordOf(r, "response", "1")); }); }},
      {"a body changed by an insider", Forger::kInsider, "warc-manifest",
       [=](Editor& b) { InArchive(b, "response", "1", body); }},
      {"a body changed and its digests with it", Forger::kInsider, "warc-manifest",
       [=](Editor& b) {
         InArchive(b, "response", "1", [=](WarcRecord& r) {
           body(r);
           SetField(r, "WARC-Payload-Digest", WarcDigest(Sha256(WarcPayload(r).value())));
         });
       }},
      {"a response header changed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "response", "1", [](WarcRecord& r) { ReplaceAll(r.block, "text/html", "text/xxxx"); });
       }},
      {"a header as received changed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "response", "2", [](WarcRecord& r) { ReplaceAll(r.block, "gzip", "none"); });
       }},
      {"a request changed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "request", "1", [](WarcRecord& r) { ReplaceAll(r.block, "/offer", "/other"); });
       }},
      {"the time of a capture changed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "response", "1",
                   [](WarcRecord& r) { SetField(r, "WARC-Date", "2023-01-01T00:00:00Z"); });
       }},
      {"the address of a capture changed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "response", "1",
                   [](WarcRecord& r) { SetField(r, "WARC-Target-URI", "http://example.com/x"); });
       }},
      {"the mark of a cut body removed", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "response", "4", [](WarcRecord& r) {
           std::erase_if(r.fields, [](const auto& f) { return f.first == "WARC-Truncated"; });
         });
       }},
      {"metadata of another record", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         InArchive(b, "metadata", "1", [](WarcRecord& r) {
           ReplaceAll(r.block, "gasht-manifest: sha256:", "gasht-manifest: sha256:0");
         });
       }},
      {"two bodies swapped", Forger::kInsider, "warc-manifest",
       [](Editor& b) {
         b.EditArchive([](auto& r) {
           std::swap(RecordOf(r, "response", "1").block, RecordOf(r, "response", "6").block);
         });
         b.FixContents();
       }},
      {"two members swapped under their names", Forger::kClumsy, "package-hash",
       [](Editor& b) { std::swap(b.Bytes("indexes/index.cdxj"), b.Bytes("pages/pages.jsonl")); }},
      {"a record's own digest left as it was", Forger::kInsider, "warc-digest",
       [](Editor& b) {
         b.EditArchive([](auto& records) {
           WarcRecord& r = RecordOf(records, "response", "1");
           r.Add("WARC-Block-Digest", WarcDigest(Sha256("other")));
         });
         b.FixContents();
       }},
      {"a record as committed to changed", Forger::kInsider, "manifest",
       [](Editor& b) {
         InLeaf(b, "capture", [](Json& leaf) {
           std::string record = Base64Decode(leaf.StringOr("record")).value();
           ReplaceAll(record, "FIR 1/2026", "FIR 9/2026");
           leaf.Set("record", Base64Encode(record));
         });
       }},
      {"the time of a leaf changed", Forger::kInsider, "inclusion",
       [](Editor& b) {
         InLeaf(b, "capture", [](Json& leaf) { leaf.Set("at", leaf.IntOr("at", 0) - 86'400'000'000); });
       }},
      {"who reviewed changed", Forger::kInsider, "inclusion",
       [](Editor& b) { InLeaf(b, "review", [](Json& leaf) { leaf.Set("actor", "somebody"); }); }},
      {"what was reviewed changed", Forger::kInsider, "manifest",
       [](Editor& b) {
         InLeaf(b, "review", [](Json& leaf) {
           std::string record = Base64Decode(leaf.StringOr("record")).value();
           ReplaceAll(record, "plain offer", "plain other");
           leaf.Set("record", Base64Encode(record));
         });
       }},
      {"a finding changed by an insider", Forger::kInsider, "export-leaf",
       [](Editor& b) { InFinding(b, [](Json& finding) { finding.Set("level", "critical"); }); }},
      {"a finding changed and the contents not", Forger::kInsider, "contents",
       [](Editor& b) {
         b.EditLines("evidence/findings.jsonl", [](Json& finding) { finding.Set("score", 99); });
       }},
      {"a matched word put elsewhere", Forger::kInsider, "finding",
       [](Editor& b) {
         InFinding(b, [](Json& finding) {
           Json matches = Json::MakeArray();
           for (Json match : finding.Find("matches")->items()) {
             if (match.Find("start") != nullptr) match.Set("text", "heroin");
             matches.Push(std::move(match));
           }
           finding.Set("matches", std::move(matches));
         });
       }},
      {"a quotation that is not in the bytes", Forger::kInsider, "quote",
       [](Editor& b) {
         InFinding(b, [](Json& finding) {
           Json quotes = Json::MakeArray();
           for (Json quote : finding.Find("quotes")->items()) quotes.Push(quote.Set("text", "heroin"));
           finding.Set("quotes", std::move(quotes));
         });
       }},
      {"a mask taken off", Forger::kInsider, "redaction",
       [](Editor& b) {
         b.Bytes("evidence/findings.jsonl")
             .replace(b.Bytes("evidence/findings.jsonl").find(",\"masked\":true"), 14, "");
         b.FixContents();
       }},
      {"the text of a rule changed", Forger::kInsider, "rules",
       [](Editor& b) {
         ReplaceAll(b.Bytes("evidence/rules.jsonl"), "substance and price", "anything at all");
         b.FixContents();
       }},
      {"an exhibit dropped everywhere", Forger::kInsider, "export-leaf",
       [](Editor& b) {
         b.EditArchive([](auto& r) {
           std::erase_if(r,
                         [](const WarcRecord& record) { return record.Field("WARC-Gasht-Capture") == "6"; });
         });
         b.EditLines("evidence/leaves.jsonl", [](Json& leaf) {
           if (leaf.IntOr("capture", 0) == 6) leaf = Json();
         });
         b.EditJson("evidence/contents.json", [](Json& contents) {
           Json kept = Json::MakeArray();
           for (const Json& item : contents.Find("exhibits")->items()) {
             if (item.IntOr("capture", 0) != 6) kept.Push(item);
           }
           contents.Set("exhibits", std::move(kept));
         });
         b.FixContents();
       }},
      {"an exhibit dropped from the archive", Forger::kInsider, "exhibit-missing",
       [](Editor& b) {
         b.EditArchive([](auto& r) {
           std::erase_if(r,
                         [](const WarcRecord& record) { return record.Field("WARC-Gasht-Capture") == "5"; });
         });
         b.FixContents();
       }},
      {"the bytes that a revisit refers to dropped", Forger::kInsider, "exhibit-missing",
       [](Editor& b) {
         b.EditArchive([](auto& r) {
           std::erase_if(r, [](const WarcRecord& record) {
             return record.Field("WARC-Gasht-Capture") == "2" && record.type() == "response";
           });
         });
         b.FixContents();
       }},
      {"a leaf dropped", Forger::kInsider, "exhibit-missing",
       [](Editor& b) { InLeaf(b, "capture", [](Json& leaf) { leaf = Json(); }); }},
      {"an exhibit added", Forger::kInsider, "exhibit-extra",
       [](Editor& b) {
         b.EditArchive([](auto& r) {
           WarcRecord added = RecordOf(r, "metadata", "1");
           SetField(added, "WARC-Gasht-Capture", "999");
           SetField(added, "WARC-Record-ID", "<urn:uuid:00000000-0000-8000-8000-000000000000>");
           r.push_back(std::move(added));
         });
         b.FixContents();
       }},
      {"the end of the log cut off", Forger::kInsider, "tiles",
       [](Editor& b) {
         const uint64_t size = b.SealedSize();
         const std::string name = fmt::format("evidence/tile/0/000.p/{}", size);
         const std::string hashes = b.Bytes(name);
         b.Remove(name);
         b.files().push_back({fmt::format("evidence/tile/0/000.p/{}", size - 1), ZipMethod::kStore,
                              hashes.substr(0, hashes.size() - 32)});
       }},
      {"a smaller checkpoint, not signed", Forger::kInsider, "checkpoint-signature",
       [](Editor& b) {
         const uint64_t size = b.SealedSize();
         ReplaceAll(b.Bytes("evidence/checkpoint"), fmt::format("\n{}\n", size),
                    fmt::format("\n{}\n", size - 1));
         ReplaceAll(b.Bytes("evidence/checkpoints.jsonl"), fmt::format("\\n{}\\n", size),
                    fmt::format("\\n{}\\n", size - 1));
       }},
      {"an older checkpoint in place of the last", Forger::kInsider, "inclusion",
       [](Editor& b) {
         std::string older;
         b.EditLines("evidence/checkpoints.jsonl", [&](Json& line) {
           if (older.empty()) {
             older = line.StringOr("note");
           } else {
             line = Json();
           }
         });
         b.Bytes("evidence/checkpoint") = older;
       }},
      {"a checkpoint of another log", Forger::kInsider, "log-key",
       [](Editor& b) {
         const SigningKey other = SigningKey::Generate();
         const NoteKey key{"gasht.test/log", NoteKeyType::kEd25519, other.public_key()};
         SignedNote note = SignedNote::Parse(b.Bytes("evidence/checkpoint")).value();
         note.signatures = {SignNote(note.text, key.name, other)};
         b.Bytes("evidence/checkpoint") = note.str();
         b.EditJson("evidence/keys.json", [&](Json& keys) {
           Json log = Json::MakeArray();
           log.Push(key.str());
           keys.Set("log", std::move(log));
         });
         b.Bytes("evidence/checkpoints.jsonl") = Json::MakeObject().Set("note", note.str()).Dump() + "\n";
       }},
      {"a log that did not only grow", Forger::kInsider, "consistency",
       [](Editor& b) {
         b.EditLines("evidence/checkpoints.jsonl", [](Json& line) {
           const Json* proof = line.Find("proof");
           if (proof == nullptr || proof->items().empty()) return;
           Json changed = Json::MakeArray();
           for (size_t i = 0; i < proof->items().size(); ++i) changed.Push(Sha256("forged").hex());
           line.Set("proof", std::move(changed));
         });
       }},
      {"a token over another checkpoint", Forger::kInsider, "token",
       [](Editor& b) {
         const std::vector<std::string> names = b.Names("evidence/tokens/", ".tsr");
         std::swap(b.Bytes(names[0]), b.Bytes(names[1]));
       }},
      {"a token of a checkpoint that is not there", Forger::kInsider, "token",
       [](Editor& b) { b.Rename(b.Names("evidence/tokens/", ".tsr")[0], "evidence/tokens/1.tsr"); }},
      {"a token cut off", Forger::kInsider, "token",
       [](Editor& b) { b.Bytes(b.Names("evidence/tokens/", ".tsr")[0]).resize(100); }},
      {"a token of a foreign authority", Forger::kInsider, "token-authority",
       [](Editor& b) {
         TestTimeStampAuthority foreign;
         const std::string name = b.Names("evidence/tokens/", ".tsr")[0];
         const Json line = Json::Parse(b.FirstLine("evidence/checkpoints.jsonl")).value();
         const SignedNote note = SignedNote::Parse(line.StringOr("note")).value();
         b.Bytes(name) = foreign.Answer(MakeTimestampQuery(Sha256(note.text)).value()).value();
         b.Bytes("evidence/tokens/authority.pem") = foreign.certificate_pem();
       }},
      {"the time of a token changed", Forger::kInsider, "token-authority",
       [](Editor& b) {
         std::string& token = b.Bytes(b.Names("evidence/tokens/", ".tsr")[0]);
         const size_t at = token.find(
             "\x18\x0f"
             "20");  // GeneralizedTime "20YYMMDDhhmmssZ"
         ASSERT_NE(at, std::string::npos);
         token.replace(at + 2, 4, "2021");
       }},
      {"a key of the log that it never had", Forger::kInsider, "log-key",
       [](Editor& b) {
         b.EditJson("evidence/keys.json", [](Json& keys) {
           Json log = *keys.Find("log");
           log.Push(
               NoteKey{"gasht.test/log", NoteKeyType::kEd25519, SigningKey::Generate().public_key()}.str());
           keys.Set("log", std::move(log));
         });
       }},
      {"the act that replaced a key taken away", Forger::kInsider, "log-key",
       [](Editor& b) { InLeaf(b, "key_rotation", [](Json& leaf) { leaf = Json(); }); }},
      {"the keys of the log in another order", Forger::kInsider, "checkpoint-signature",
       [](Editor& b) {
         b.EditJson("evidence/keys.json", [](Json& keys) {
           const Json log = *keys.Find("log");
           Json turned = Json::MakeArray();
           turned.Push(log.items()[1]);
           turned.Push(log.items()[0]);
           keys.Set("log", std::move(turned));
         });
       }},
      {"an earlier key left out", Forger::kInsider, "checkpoint-signature",
       [](Editor& b) {
         b.EditJson("evidence/keys.json", [](Json& keys) {
           Json log = Json::MakeArray();
           log.Push(keys.Find("log")->items()[0]);
           keys.Set("log", std::move(log));
         });
       }},
      {"a cosignature altered", Forger::kInsider, "cosignature",
       [](Editor& b) {
         EditCosignatures(b, [](SignedNote& note) { note.signatures.back().signature[20] ^= 1; });
       }},
      {"the time of a cosignature changed", Forger::kInsider, "cosignature",
       [](Editor& b) {
         EditCosignatures(b, [](SignedNote& note) { note.signatures.back().signature[7] ^= 1; });
       }},
      {"a cosignature over another log", Forger::kInsider, "cosignature",
       [](Editor& b) {
         EditCosignatures(
             b, [](SignedNote& note) { ReplaceAll(note.text, "gasht.test/log", "gasht.test/two"); });
       }},
      {"a witness that nobody published", Forger::kInsider, "witness-key",
       [](Editor& b) {
         const SigningKey other = SigningKey::Generate();
         const NoteKey key{"other.test/w", NoteKeyType::kCosignature, other.public_key()};
         EditCosignatures(b, [&](SignedNote& note) {
           note.signatures.back() = CosignNote(note.text, key.name, other, {1'700'000'000'000'000});
         });
         b.EditJson("evidence/keys.json", [&](Json& keys) {
           Json witnesses = Json::MakeArray();
           witnesses.Push(key.str());
           keys.Set("witnesses", std::move(witnesses));
         });
       }},
      {"signed again by another key", Forger::kForeignKey, "package-key", [](Editor&) {}},
      {"no signature", Forger::kClumsy, "package-signature",
       [](Editor& b) {
         b.EditJson("datapackage-digest.json", [](Json& digest) {
           digest = Json::MakeObject().Set("path", "datapackage.json").Set("hash", digest.StringOr("hash"));
         });
       }},
      {"a file added", Forger::kClumsy, "package-files",
       [](Editor& b) {
         b.files().push_back({"evidence/extra.txt", ZipMethod::kStore, "more"});
       }},
      {"a file removed", Forger::kClumsy, "package-files",
       [](Editor& b) { b.Remove("evidence/report.html"); }},
      {"the archive packed again", Forger::kInsider, "package-files",
       [](Editor& b) {
         for (auto& file : b.files()) {
           if (file.name.starts_with("archive/")) file.method = ZipMethod::kDeflate;
         }
       }},
      {"an index that points elsewhere", Forger::kInsider, "index",
       [](Editor& b) {
         ReplaceAll(b.Bytes("indexes/index.cdxj"), "\"offset\":", "\"offset\":1");
         b.FixContents();
       }},
      {"an index out of order", Forger::kInsider, "index",
       [](Editor& b) {
         std::string& index = b.Bytes("indexes/index.cdxj");
         const size_t first = index.find('\n') + 1;
         index = index.substr(first) + index.substr(0, first);
         b.FixContents();
       }},
      {"an archive cut short", Forger::kInsider, "warc",
       [](Editor& b) {
         b.Bytes(b.ArchiveName()).resize(b.Bytes(b.ArchiveName()).size() - 20);
         b.FixContents();
       }},
      {"a doubled name", Forger::kInsider, "zip-name",
       [](Editor& b) {
         b.files().push_back({"evidence/Contents.json", ZipMethod::kStore, "{}"});
       }},
      {"a name that leaves the folder", Forger::kClumsy, "zip-name",
       [](Editor& b) {
         b.files().push_back({"evidence/zzzzzz", ZipMethod::kStore, "x"});
       },
       [](std::string& zip) { ReplaceAll(zip, "evidence/zzzzzz", "../../../zzzzzz"); }},
      {"a bomb", Forger::kClumsy, "zip-bomb",
       [](Editor& b) {
         b.files().push_back({"evidence/zzzzzz", ZipMethod::kDeflate, "x"});
       },
       [](std::string& zip) {
         for (size_t at = zip.find("evidence/zzzzzz"); at != std::string::npos;
              at = zip.find("evidence/zzzzzz", at + 1)) {
           const bool central = zip.compare(at - 46, 4, "PK\x01\x02") == 0;
           zip.replace(at - (central ? 22 : 8), 4, "\xff\xff\xff\x7f");
         }
       }},
      {"bytes before the archive", Forger::kClumsy, "zip-structure", [](Editor&) {},
       [](std::string& zip) { zip = "MZ" + zip; }},
      {"headers that disagree", Forger::kClumsy, "zip-structure", [](Editor&) {},
       [](std::string& zip) { zip.replace(zip.find("evidence/report.html"), 20, "evidence/report.htmX"); }},
      {"not an archive", Forger::kClumsy, "zip-structure", [](Editor&) {},
       [](std::string& zip) { zip = std::string(5000, 'x'); }},
  };
}

TEST_F(BundleTest, ADestroyedLookIsExplained) {
  std::promise<Status> done;
  world_.writer().writer().Erase({{CaptureId{1}}, "ayesha, bilal", "order 12/2026"},
                                 [&done](Result<Erased> erased) { done.set_value(erased.status()); });
  const Status erased = done.get_future().get();
  ASSERT_TRUE(erased.ok()) << erased.message();
  const std::vector<Finding> findings = world_.store().ListFindings({}).value();
  ASSERT_EQ(findings.size(), 1u) << "later looks keep it";
  Selection selection;
  selection.findings = {findings.front().id};
  const std::string path = folder_ / "gap.wacz";
  const auto summary = WriteBundle(world_.store(), selection, world_.Options(path));
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  const auto report = VerifyBundle(path, options_);
  EXPECT_TRUE(report->ok()) << Told(*report);
  EXPECT_EQ(RunPython(path, options_).status, 0);
  ASSERT_EQ(summary->destroyed, 1u);
  // Without its tombstone the gap is a gap.
  Editor bundle(path);
  InLeaf(bundle, "deletion", [](Json& leaf) { leaf = Json(); });
  bundle.Seal(&world_.key());
  const std::string forged = folder_ / "forged.wacz";
  bundle.Write(forged);
  const auto reasons = VerifyBundle(forged, options_)->Reasons();
  EXPECT_TRUE(std::find(reasons.begin(), reasons.end(), "tombstone") != reasons.end());
  EXPECT_TRUE(RunPython(forged, options_).reasons.contains("tombstone"));
}

TEST_F(BundleTest, BothCheckersRefuseEveryForgery) {
  const BundleKey foreign = BundleKey::Generate().value();
  const std::vector<Forgery> forgeries = Forgeries();
  ASSERT_GE(forgeries.size(), 25u);
  for (const Forgery& forgery : forgeries) {
    Editor bundle(path_);
    forgery.change(bundle);
    switch (forgery.forger) {
      case Forger::kClumsy:
        break;
      case Forger::kRehashed:
        bundle.Seal(nullptr);
        break;
      case Forger::kForeignKey:
        bundle.Seal(&foreign);
        break;
      case Forger::kInsider:
        bundle.Seal(&world_.key());
        break;
    }
    const std::string path = folder_ / "forged.wacz";
    bundle.Write(path);
    if (forgery.change_zip) Rewrite(path, forgery.change_zip);
    const auto report = VerifyBundle(path, options_);
    ASSERT_TRUE(report.ok()) << forgery.name << ": " << report.status().message();
    EXPECT_FALSE(report->ok()) << forgery.name;
    const auto reasons = report->Reasons();
    EXPECT_TRUE(std::find(reasons.begin(), reasons.end(), forgery.reason) != reasons.end())
        << forgery.name << ": gasht verify does not say " << forgery.reason << " but " << Told(*report);
    const Verdict python = RunPython(path, options_);
    EXPECT_EQ(python.status, 1) << forgery.name << ": " << python.out;
    EXPECT_TRUE(python.reasons.contains(forgery.reason))
        << forgery.name << ": gasht_verify.py does not say " << forgery.reason << " but " << python.out;
  }
}

}  // namespace
}  // namespace gasht
