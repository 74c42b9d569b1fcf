#include "casework/warc.h"

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"
#include "casework/cdxj.h"
#include "casework/exhibit.h"
#include "tests/support/shared_data.h"

namespace gasht {
namespace {

constexpr std::string_view kBody = "<html>charas, 1 tola 2500 PKR</html>";

WarcReader::Source SourceOf(const std::string& bytes, size_t piece = 37) {
  return [bytes, piece, at = size_t{0}]() mutable -> Result<std::string> {
    std::string out = bytes.substr(std::min(at, bytes.size()), piece);
    at += out.size();
    return out;
  };
}

Capture MakeCapture(std::string_view head, std::string_view body) {
  Capture capture;
  capture.id = {7};
  capture.source = {"market-one"};
  capture.url = capture.final_url = "http://example.com/a?b=1";
  capture.request_head = "GET /a?b=1 HTTP/1.1\r\nHost: example.com\r\n\r\n";
  capture.response_head = head;
  capture.status = 200;
  capture.has_body = true;
  capture.body_sha256 = Sha256(body);
  capture.body_bytes = body.size();
  capture.wire_bytes = head.size() + body.size();
  capture.started_utc = {1'700'000'000'123'456};
  return capture;
}

TEST(Warc, ReadsWhatItWrites) {
  WarcRecord record;
  record.Add("WARC-Type", "resource")
      .Add("WARC-Record-ID", "<urn:x:1>")
      .Add("WARC-Date", "2026-11-25T00:00:00Z");
  record.Add("WARC-Target-URI", "urn:x:a").Add("Content-Type", "text/plain");
  record.block = "two\r\n\r\nparts";
  const std::string plain = SerializeWarc(record) + SerializeWarc(record);
  std::string packed;
  Deflater deflater(DeflateWrap::kGzip);
  deflater.Pack({SerializeWarc(record), true}, packed);
  const size_t second = packed.size();
  deflater.Pack({SerializeWarc(record), true}, packed);
  for (const std::string& bytes : {plain, packed}) {
    for (const size_t piece : {size_t{1}, size_t{37}, size_t{1} << 20}) {
      WarcReader reader(SourceOf(bytes, piece));
      for (int i = 0; i < 2; ++i) {
        const auto read = reader.Next();
        ASSERT_TRUE(read.ok()) << read.status().message();
        ASSERT_TRUE(read->has_value());
        EXPECT_EQ((*read)->block, record.block);
        EXPECT_EQ(CheckWarcDigest((*read)->Field("warc-block-digest"), (*read)->block), DigestCheck::kPassed);
        EXPECT_EQ(reader.offset(), i == 0 ? 0 : (bytes == plain ? plain.size() / 2 : second)) << piece;
        if (bytes == packed) {
          EXPECT_EQ(reader.length(), i == 0 ? second : packed.size() - second) << piece;
        }
      }
      const auto end = reader.Next();
      ASSERT_TRUE(end.ok()) << end.status().message();
      EXPECT_FALSE(end->has_value());
      EXPECT_TRUE(reader.member_per_record());
    }
  }
}

TEST(Warc, SaysWhereAndWhatIsBroken) {
  const std::string head =
      "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:1>\r\n"
      "WARC-Date: 2026-11-25T00:00:00Z\r\n";
  struct Row {
    const char* name;
    std::string bytes;
    std::string_view message;
  };
  const Row rows[] = {
      {"no length", head + "\r\n", "Content-Length is missing"},
      {"negative length", head + "Content-Length: -1\r\n\r\n", "Content-Length is missing"},
      {"cut block", head + "Content-Length: 5\r\n\r\nabc", "ends inside its block"},
      {"short length", head + "Content-Length: 2\r\n\r\nabc\r\n\r\n", "not as long as"},
      {"huge length", head + "Content-Length: 99999999999\r\n\r\n", "more than"},
      {"cut header", head, "ends inside its header"},
      {"no colon", head + "nonsense\r\n\r\n", "no colon"},
      {"no type", "WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "no WARC-Type"},
      {"ARC", "filedesc://x.arc 0.0.0.0 2026 text/plain 1\n", "ARC file"},
      {"something else", "<html>\n", "does not begin with WARC"},
      {"endless line", "WARC/1.1\r\nX: " + std::string(70'000, 'a') + "\r\n", "longer than 64 KiB"},
      {"broken gzip", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff", 14), "damaged"},
  };
  for (const Row& row : rows) {
    WarcReader reader(SourceOf(row.bytes));
    auto read = reader.Next();
    if (read.ok()) read = reader.Next();  // what is wrong with a block's end shows behind it
    ASSERT_FALSE(read.ok()) << row.name;
    EXPECT_EQ(read.status().code(), StatusCode::kDataLoss) << row.name;
    EXPECT_NE(read.status().message().find(row.message), std::string::npos)
        << row.name << ": " << read.status().message();
  }
}

TEST(Exhibit, IsHonestAboutItsBlock) {
  struct Row {
    const char* name;
    std::string head;
    uint64_t extra_wire;  // what came beyond head and decoded body
    std::string block_head;
    std::string_view block;
  };
  const Row rows[] = {
      {"plain", "HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n", 0,
       "HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n", "as-received"},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 9,
       "HTTP/1.1 200 OK\r\nX-Gasht-Received-Transfer-Encoding: chunked\r\nContent-Length: 36\r\n\r\n",
       "decoded"},
      {"gzip", "HTTP/1.1 200 OK\r\ncontent-encoding : gzip\r\nContent-Length: 30\r\n\r\n", 0,
       "HTTP/1.1 200 OK\r\nX-Gasht-Received-content-encoding : gzip\r\nX-Gasht-Received-Content-Length: "
       "30\r\nContent-Length: 36\r\n\r\n",
       "decoded"},
      {"no empty line", "HTTP/1.1 200 OK\nA: b\n", 5, "HTTP/1.1 200 OK\nA: b\nContent-Length: 36\r\n\r\n",
       "decoded"},
  };
  for (const Row& row : rows) {
    Capture capture = MakeCapture(row.head, kBody);
    capture.wire_bytes += row.extra_wire;
    ExhibitInput input;
    input.capture = &capture;
    input.body = kBody;
    input.bundle = "b";
    const auto records = ExhibitRecords(input);
    ASSERT_EQ(records.size(), 3u) << row.name;
    EXPECT_EQ(records[0].type(), "request");
    EXPECT_EQ(records[0].block, capture.request_head);
    EXPECT_EQ(records[1].block, row.block_head + std::string(kBody)) << row.name;
    EXPECT_EQ(records[1].Field("WARC-Gasht-Block"), row.block) << row.name;
    // A reader that knows nothing of us finds the payload under the digest.
    EXPECT_EQ(WarcPayload(records[1]), std::string(kBody)) << row.name;
    EXPECT_EQ(CheckWarcDigest(records[1].Field("WARC-Payload-Digest"), kBody), DigestCheck::kPassed);
    EXPECT_EQ(records[1].Field("WARC-Date"), "2023-11-14T22:13:20.123456Z");
    EXPECT_TRUE(records[1].Field("WARC-IP-Address").empty()) << "an onion service has none";
    EXPECT_EQ(records[0].Field("WARC-Concurrent-To"), records[1].Field("WARC-Record-ID"));
    EXPECT_EQ(records[2].type(), "metadata");
    const bool kept = records[2].block.find(Base64Encode(capture.response_head)) != std::string::npos;
    EXPECT_EQ(kept, row.block == "decoded") << row.name;
  }
}

TEST(Exhibit, SaysWhatIsMissing) {
  Capture capture = MakeCapture("", "");
  capture.has_body = false;
  capture.outcome = FetchOutcome::kOnionUnreachable;
  ExhibitInput input;
  input.capture = &capture;
  const auto failed = ExhibitRecords(input);
  ASSERT_EQ(failed.size(), 2u);
  EXPECT_NE(failed[1].block.find("gasht-outcome: onion_unreachable\r\n"), std::string::npos);

  capture = MakeCapture("HTTP/1.1 200 OK\r\n\r\n", kBody);
  capture.truncation = Truncation::kLength;
  input.body = kBody;
  EXPECT_EQ(ExhibitRecords(input)[1].Field("WARC-Truncated"), "length");
  input.earlier = EarlierPayload{"<urn:uuid:1>", "http://example.com/", {0}, {1}};
  const WarcRecord revisit = ExhibitRecords(input)[1];
  EXPECT_EQ(revisit.type(), "revisit");
  EXPECT_EQ(revisit.Field("WARC-Profile"), kIdenticalPayload);
  EXPECT_EQ(revisit.Field("WARC-Refers-To"), "<urn:uuid:1>");
  EXPECT_EQ(revisit.block, capture.response_head);
}

TEST(Cdxj, SortsUrlsForLookUp) {
  struct Row {
    const char* url;
    const char* surt;
  };
  const Row rows[] = {
      {"http://www.Example.com/A?b=2&a=1", "com,example)/a?a=1&b=2"},
      {"https://example.com:8443/", "com,example:8443)/"},
      {"http://127.0.0.1:8080/x", "127.0.0.1:8080)/x"},
      {"http://www.com/", "com,www)/"},
      {"not a url", "not+a+url"},
  };
  for (const Row& row : rows) EXPECT_EQ(Surt(row.url), row.surt) << row.url;
  CdxEntry a{
      "http://example.com/b", {1'700'000'000'000'000}, "sha256:00", "text/html", 200, "x.warc.gz", 5, 6};
  CdxEntry b = a;
  b.url = "http://example.com/a";
  EXPECT_EQ(CdxIndex({a, b}), CdxLine(b) + "\n" + CdxLine(a) + "\n");
  EXPECT_EQ(
      CdxLine(a),
      "com,example)/b 20231114221320 {\"url\":\"http://example.com/b\",\"digest\":\"sha256:00\",\"mime\":"
      "\"text/html\",\"filename\":\"x.warc.gz\",\"offset\":5,\"length\":6,\"status\":200}");
}

// What other tools wrote, broken ones among them (the names say how, and pywb's own tests for example.warc,
// whose last Content-Length is too small).
constexpr const char* kCut[] = {"trunc", "pywb_example.warc$"};
// All records in one gzip member: they can be read, but not looked up by offset.
constexpr const char* kOneMember[] = {"bad.warc.gz", "non-chunked", "wrong-chunks"};
constexpr const char* kWrongDigest[] = {"-digest", "trunc", "wrong-chunks", "example-extra"};

TEST(WarcSamples, AreReadByTheStandard) {
  const auto dir = SharedDataDir("30-warc-samples");
  if (!dir) GTEST_SKIP() << "skipped: no shared data";
  size_t files = 0, records = 0, passed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*dir)) {
    const std::string name = entry.path().filename();
    if (name.find(".warc") == std::string::npos && name.find(".arc") == std::string::npos) continue;
    const std::string bytes = ReadFile(entry.path(), 1 << 20).value();
    WarcReader reader(SourceOf(bytes, 4096));
    Status status;
    size_t of_file = 0, failed = 0;
    while (true) {
      auto record = reader.Next();
      if (!record.ok()) {
        status = record.status();
        break;
      }
      if (!record->has_value()) break;
      ++of_file;
      if ((*record)->type() == "revisit") continue;  // its payload is elsewhere
      for (const DigestCheck check :
           {CheckWarcDigest((*record)->Field("WARC-Block-Digest"), (*record)->block),
            CheckPayloadDigest(**record)}) {
        passed += check == DigestCheck::kPassed;
        failed += check == DigestCheck::kFailed;
      }
    }
    ++files;
    records += of_file;
    RecordProperty(name, std::to_string(of_file));
    if (name.ends_with(".arc") || name.ends_with(".arc.gz")) {
      EXPECT_EQ(status.code(), StatusCode::kDataLoss) << name;
      continue;
    }
    const auto holds = [&name](const auto& words) {
      return std::any_of(std::begin(words), std::end(words),
                         [&name](const char* word) { return (name + "$").find(word) != std::string::npos; });
    };
    EXPECT_EQ(!status.ok(), holds(kCut)) << name << ": " << status.message();
    EXPECT_GT(of_file, 0u) << name;
    EXPECT_EQ(reader.gzip() && !reader.member_per_record(), holds(kOneMember)) << name;
    EXPECT_EQ(failed > 0, holds(kWrongDigest)) << name;
    printf("%-48s %3zu records, %zu digests failed%s%s\n", name.c_str(), of_file, failed,
           status.ok() ? "" : ", ", status.message().c_str());
  }
  EXPECT_GT(files, 0u);
  EXPECT_GT(passed, 0u);
  printf("%zu files, %zu records, %zu digests passed\n", files, records, passed);
}

}  // namespace
}  // namespace gasht
