#include "casework/table_export.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "casework/test_world.h"
#include "casework/warc.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

constexpr size_t kMost = size_t{16} << 20;

class TableTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto offer = [](PageCommit& page) {
      Listing listing = MakeListing("=HYPERLINK(\"http://evil\")", "+vendor, \"one\"");
      Identifier friend_of;
      friend_of.kind = IdentifierKind::kEmail;
      friend_of.value = "friend@example.com";
      friend_of.role = IdentifierRole::kBystander;
      friend_of.field = "text";
      friend_of.span = {5, 23};
      listing.span = {0, 30};
      listing.identifiers = {friend_of};
      listing.facts = {{"stock", "14 left"}};
      page.analysis.document.text = "call friend@example.com please";
      page.analysis.listings.push_back(listing);
      page.analysis.candidates.push_back(MakeCandidate(0, Level::kHigh, 70));
    };
    finding_ = world_.Commit("/offer", "<p>offer</p>", offer).new_findings.at(0);
    world_.Commit("/nothing", "<p>nothing</p>");
    Review review;
    review.finding = finding_;
    review.decision = Decision::kDismissed;
    review.actor = "officer";
    review.note = "a joke";
    review.at = world_.clock().Utc();
    ASSERT_TRUE(world_.writer().AddReview(review).ok());
  }

  Result<TableSummary> Write(TableFormat format) {
    TableOptions options;
    options.path = folder_ / "out";
    options.actor = "officer";
    options.software = "gasht test";
    options.clock = &world_.clock();
    options.record = [this](CustodyEvent event) { return world_.writer().AddEvent(std::move(event)); };
    Selection selection;
    selection.source = kMarket;
    return WriteTable(world_.store(), selection, format, options);
  }
  std::string Out() const { return ReadFile(folder_ / "out", kMost).value(); }
  std::vector<Json> Lines() const {
    std::vector<Json> lines;
    const std::string text = Out();
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = text.find('\n', begin);
      lines.push_back(Json::Parse(text.substr(begin, end - begin)).value());
      begin = end + 1;
    }
    return lines;
  }

  TestWorld world_;
  TemporaryFolder folder_;
  FindingId finding_;
};

TEST(Csv, NoCellIsAFormula) {
  struct Row {
    std::string_view text, cell;
  };
  const Row rows[] = {
      {"", ""},
      {"plain", "plain"},
      {"a,b", "\"a,b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"=1+1", "'=1+1"},
      {"+92301", "'+92301"},
      {"-1", "'-1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"\t=1", "'\t=1"},
      {"  =1", "'  =1"},
      {"\r=1", "\"'\r=1\""},
      {"\uff1d1", "'\uff1d1"},
      {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
      {"چرس", "چرس"},
  };
  for (const Row& row : rows) EXPECT_EQ(CsvCell(row.text), row.cell) << row.text;
}

TEST_F(TableTest, CsvIsSafeToOpen) {
  const auto summary = Write(TableFormat::kCsv);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->rows, 1u);
  const std::string out = Out();
  EXPECT_TRUE(
      out.starts_with("\xef\xbb\xbf"
                      "finding,level,score,"));
  EXPECT_NE(out.find("\"'=HYPERLINK(\"\"http://evil\"\")\""), std::string::npos) << out;
  EXPECT_NE(out.find("\"'+vendor, \"\"one\"\"\""), std::string::npos) << out;
  EXPECT_EQ(out.find("friend@example.com"), std::string::npos);
  EXPECT_NE(out.find("PKT"), std::string::npos);
  EXPECT_NE(out.find("dismissed"), std::string::npos);
  EXPECT_NE(out.find(",unit,stock,substances,"), std::string::npos);
  EXPECT_NE(out.find(",14 left,"), std::string::npos) << out;
  // Every row has as many cells as the head.
  const std::string openings = ReadFile(summary->openings_path, kMost).value();
  EXPECT_NE(openings.find("friend@example.com"), std::string::npos);
  // It is an act, and commits to the bytes.
  const ProofReader proofs(world_.store());
  const CustodyLeaf leaf = proofs.Leaf(proofs.head().size - 1).value();
  EXPECT_EQ(leaf.kind, "export");
  EXPECT_NE(leaf.detail.find(Sha256(out).hex()), std::string::npos);
}

TEST_F(TableTest, ObjectsObeyTheirSchemas) {
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  ASSERT_TRUE(Write(TableFormat::kJsonl).ok());
  for (const Json& line : Lines()) {
    EXPECT_EQ(schemas->Errors("exported-finding", line), std::vector<std::string>()) << line.Dump();
    EXPECT_EQ(line.StringOr("stock"), "14 left");
  }
  std::filesystem::remove(folder_ / "out");
  std::filesystem::remove(folder_ / "out.openings.jsonl");
  ASSERT_TRUE(Write(TableFormat::kDisclosure).ok());
  std::map<std::string, int> types;
  for (const Json& line : Lines()) {
    EXPECT_EQ(schemas->Errors("disclosure", line), std::vector<std::string>()) << line.Dump();
    ++types[line.StringOr("type")];
  }
  const std::map<std::string, int> expected = {
      {"disclosure", 1}, {"finding", 1}, {"negative_capture", 1}, {"rules", 1}, {"redaction", 1}};
  EXPECT_EQ(types, expected);
  const std::string out = Out();
  EXPECT_NE(out.find("\"dismissed\":true"), std::string::npos);
  EXPECT_NE(out.find("a joke"), std::string::npos);
  EXPECT_EQ(out.find("friend@example.com"), std::string::npos);
}

TEST_F(TableTest, WarcAloneIsReadable) {
  const auto summary = Write(TableFormat::kWarc);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->rows, 2u);
  const std::string bytes = Out();
  bool given = false;
  WarcReader reader([&]() -> Result<std::string> { return std::exchange(given, true) ? "" : bytes; });
  int records = 0;
  while (true) {
    const auto record = reader.Next();
    ASSERT_TRUE(record.ok()) << record.status().message();
    if (!record->has_value()) break;
    ++records;
    EXPECT_EQ(CheckWarcDigest((*record)->Field("WARC-Block-Digest"), (*record)->block), DigestCheck::kPassed);
    EXPECT_NE(CheckPayloadDigest(**record), DigestCheck::kFailed);
  }
  EXPECT_EQ(records, 7);  // warcinfo, and three of each capture
}

TEST_F(TableTest, NothingLeavesUnrecorded) {
  TableOptions options;
  options.path = folder_ / "out";
  options.clock = &world_.clock();
  options.record = [](const CustodyEvent&) { return Status::Unavailable("the disk is full"); };
  Selection selection;
  selection.source = kMarket;
  EXPECT_EQ(WriteTable(world_.store(), selection, TableFormat::kCsv, options).status().code(),
            StatusCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace gasht
