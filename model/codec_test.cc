#include "model/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "base/digest.h"
#include "base/file.h"
#include "tests/support/full_nouns.h"

namespace gasht {
namespace {

using testing::HasSubstr;

// Written by the first version, and by this one. A noun that has grown since the first keeps opening, with its new
// fields absent.
constexpr char kGoldenFirst[] = "tests/fixtures/golden/records-v1.hex";
constexpr char kGolden[] = "tests/fixtures/golden/records-v2.hex";

// One noun as the tests see it: its record, and whether bytes decode to the same noun.
struct Noun {
  std::string name;
  std::string message;  // in gasht.proto
  std::string bytes;
  // Ok when `bytes` decode to the full noun; DataLoss as the codec says; Internal when they decode to
  // another.
  std::function<Status(std::string_view)> compare;
};

template <typename T>
Noun MakeNoun(std::string name, std::string message, T full, Result<T> (*decode)(std::string_view)) {
  return {std::move(name), std::move(message), Encode(full), [full, decode](std::string_view bytes) {
            const Result<T> decoded = decode(bytes);
            if (!decoded.ok()) return decoded.status();
            return *decoded == full ? Status::Ok() : Status::Internal("another value");
          }};
}

std::vector<Noun> AllNouns() {
  return {
      MakeNoun("capture", "Capture", FullCapture(), DecodeCapture),
      MakeNoun("listing", "Listing", FullListing(), DecodeListing),
      MakeNoun("message", "Message", FullMessage(), DecodeMessage),
      MakeNoun("identifier", "Identifier", FullIdentifier(), DecodeIdentifier),
      MakeNoun("finding", "Finding", FullFinding(), DecodeFinding),
      MakeNoun("observation", "Observation", FullObservation(), DecodeObservation),
      MakeNoun("review", "Review", FullReview(), DecodeReview),
      MakeNoun("alert", "Alert", FullAlert(), DecodeAlert),
      MakeNoun("frontier entry", "FrontierEntry", FullFrontierEntry(), DecodeFrontierEntry),
      MakeNoun("source stats", "SourceStats", FullSourceStats(), DecodeSourceStats),
      MakeNoun("robots state", "RobotsState", FullRobotsState(), DecodeRobotsState),
      MakeNoun("operator state", "OperatorState", FullOperatorState(), DecodeOperatorState),
      MakeNoun("candidate", "Candidate", FullSourceCandidate(), DecodeCandidate),
      MakeNoun("crawl gap", "CrawlGap", FullCrawlGap(), DecodeCrawlGap),
      MakeNoun("mirror list state", "MirrorListState", FullMirrorListState(), DecodeMirrorListState),
      MakeNoun("stored listing", "StoredListing", FullStoredListing(), DecodeStoredListing),
      MakeNoun("custody leaf", "CustodyLeaf", FullCustodyLeaf(), DecodeCustodyLeaf),
      MakeNoun("page analysis", "PageAnalysis", FullPageAnalysis(), DecodePageAnalysis),
  };
}

// Headers of frames: never stored, so without golden bytes. They say all they hold, so that two are equal when
// their records are.
template <typename T>
Noun MakeHeader(std::string name, std::string message, const T& full, Result<T> (*decode)(std::string_view)) {
  const std::string expected = Encode(full);
  return {std::move(name), std::move(message), expected, [expected, decode](std::string_view bytes) {
            const Result<T> decoded = decode(bytes);
            if (!decoded.ok()) return decoded.status();
            return Encode(*decoded) == expected ? Status::Ok() : Status::Internal("another value");
          }};
}

ExtractionProfile FullProfile() {
  return {"shop", ".item", "post", "h2", ".p", ".c", ".q", ".v", "a@href", "@id", ".t", ".f", ".to", ".cat"};
}

FetchOrder FullFetchOrder() {
  FetchRequest request{.id = 7, .source = {"bazaar"}, .url = *Url::Parse("http://shop.example/a?b=1")};
  request.route = Route::kDirect;
  request.socks_user = "user";
  request.socks_password = "secret";
  request.max_wire_bytes = 100;
  request.max_body_bytes = 200;
  request.connect_timeout = std::chrono::seconds(3);
  request.total_timeout = std::chrono::seconds(4);
  request.media = {"image/*"};
  request.allow_private = true;
  request.if_none_match = "\"a\"";
  request.if_modified_since = "Wed, 21 Oct 2026 07:28:00 GMT";
  return {std::move(request)};
}

FetchResult FullFetchResult() {
  FetchResult result;
  result.id = 7;
  result.outcome = FetchOutcome::kTooLarge;
  result.detail = "over the cap";
  result.status = 302;
  result.request_head = "GET / HTTP/1.1\r\n\r\n";
  result.response_head = "HTTP/1.1 302 \xff\r\n\r\n";
  result.content_type = "text/\xff";
  result.location = "/\xff";
  result.content_coding = "gzip";
  result.received_sha256 = Sha256("received");
  result.wire_bytes = 300;
  result.body_end = BodyEnd::kTruncated;
  result.truncation = Truncation::kLength;
  result.channel = Channel::kTls;
  result.tls = {"TLSv1.3", "TLS_AES_256_GCM_SHA384", {Sha256("certificate")}};
  result.timings = {{1}, {2}, {3}, std::chrono::microseconds(4)};
  return result;
}

std::vector<Noun> AllHeaders() {
  const AnalysisSetup analysis{{{"core.yaml", "rules: []"}}, 1 << 20, std::chrono::milliseconds(100)};
  const AnalysisRequest request{9,
                                AnalysisKind::kFeed,
                                "http://a.example/",
                                "text/\xff",
                                404,
                                {123},
                                SourceKind::kForum,
                                FullProfile(),
                                true,
                                "abcd",
                                {"3DB0", "-----BEGIN"}};
  const FetchSetup fetch{
      Route::kDirect,         {"127.0.0.1:9050"}, {"Accept: */*"}, "PEM", 1, 2, std::chrono::seconds(3), 4,
      std::chrono::seconds(5)};
  return {
      MakeHeader("analysis setup", "AnalysisSetup", analysis, DecodeAnalysisSetup),
      MakeHeader("analysis request", "AnalysisRequest", request, DecodeAnalysisRequest),
      MakeHeader("analysis reply", "AnalysisReply", AnalysisReply{9}, DecodeAnalysisReply),
      MakeHeader("child ready", "ChildReady", ChildReady{"no", "digest"}, DecodeChildReady),
      MakeHeader("fetch setup", "FetchSetup", fetch, DecodeFetchSetup),
      MakeHeader("fetch order", "FetchOrder", FullFetchOrder(), DecodeFetchOrder),
      MakeHeader("fetch result", "FetchResult", FullFetchResult(), DecodeFetchResult),
  };
}

std::vector<Noun> NounsAndHeaders() {
  std::vector<Noun> all = AllNouns();
  for (Noun& header : AllHeaders()) all.push_back(std::move(header));
  return all;
}

TEST(CodecTest, EveryNounSurvivesARoundTrip) {
  for (const Noun& noun : NounsAndHeaders()) EXPECT_EQ(noun.compare(noun.bytes), Status::Ok()) << noun.name;
}

TEST(CodecTest, BrokenHeadersAreRefused) {
  const auto refused = [](const Status& status) { return status.code() == StatusCode::kDataLoss; };
  for (const Noun& header : AllHeaders()) {
    for (size_t size = 0; size < header.bytes.size(); ++size)
      ASSERT_FALSE(header.compare(std::string_view(header.bytes).substr(0, size)).ok())
          << header.name << " cut to " << size;
  }
  FetchResult result = FullFetchResult();
  result.outcome = static_cast<FetchOutcome>(99);
  EXPECT_TRUE(refused(DecodeFetchResult(Encode(result)).status()));
  FetchOrder order = FullFetchOrder();
  order.start->source = {"Not An Id"};
  EXPECT_TRUE(refused(DecodeFetchOrder(Encode(order)).status()));
  EXPECT_FALSE(DecodeFetchOrder(Encode(FetchOrder()))->start.has_value());
}

// ---- Every field of gasht.proto is written and read ----

struct ProtoField {
  std::string name;
  std::string type;
};
using ProtoMessages = std::map<std::string, std::map<uint64_t, ProtoField>>;

// gasht.proto as far as messages go: one field a line.
ProtoMessages ReadProto() {
  ProtoMessages messages;
  const auto text = ReadFile("model/gasht.proto", 1 << 20);
  EXPECT_TRUE(text.ok());
  std::istringstream lines(text.value_or(""));
  std::string current;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find(';')));
    std::vector<std::string> word{std::istream_iterator<std::string>(words), {}};
    if (word.size() >= 2 && word[0] == "message") current = word[1];
    if (line == "}") current.clear();
    if (current.empty() || word.size() < 4 || word[word.size() - 2] != "=") continue;
    messages[current][std::stoul(word.back())] = {word[word.size() - 3], word[word.size() - 4]};
  }
  return messages;
}

uint64_t Varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0; !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// Notes which fields of which messages occur in `bytes`. Only varints and length-delimited fields are in use.
void NoteFields(const ProtoMessages& messages, const std::string& message, std::string_view bytes,
                std::map<std::string, std::set<uint64_t>>& seen) {
  while (!bytes.empty()) {
    const uint64_t tag = Varint(bytes);
    seen[message].insert(tag >> 3);
    const uint64_t value = Varint(bytes);
    if ((tag & 7) == 0) continue;
    ASSERT_EQ(tag & 7, 2u) << message << " field " << (tag >> 3);
    ASSERT_LE(value, bytes.size()) << message;
    const std::string_view part = bytes.substr(0, value);
    bytes.remove_prefix(value);
    const std::string& type = messages.at(message).at(tag >> 3).type;
    if (messages.contains(type)) NoteFields(messages, type, part, seen);
  }
}

// Written by older versions, and read for ever (store/format_test.cc has such rows).
const std::set<std::string> kOnlyRead = {"Observation.last_seen"};

TEST(CodecTest, EveryFieldOfTheProtoIsWritten) {
  const ProtoMessages messages = ReadProto();
  ASSERT_GE(messages.size(), 20u);
  std::map<std::string, std::set<uint64_t>> seen;
  for (const Noun& noun : NounsAndHeaders()) NoteFields(messages, noun.message, noun.bytes, seen);
  for (const auto& [message, fields] : messages) {
    for (const auto& [number, field] : fields)
      EXPECT_NE(seen[message].contains(number), kOnlyRead.contains(message + "." + field.name))
          << message << "." << field.name;
  }
}

// ---- Stored bytes stay readable ----

std::map<std::string, std::string> ReadGolden(const char* file) {
  std::map<std::string, std::string> golden;
  const auto text = ReadFile(file, 1 << 20);
  EXPECT_TRUE(text.ok()) << text.status().message();
  if (!text.ok()) return golden;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t colon = line.find(": ");
    const auto bytes =
        HexDecode(colon == std::string::npos ? std::string("?") : std::string(line.substr(colon + 2)));
    EXPECT_TRUE(bytes.ok()) << line;
    golden[line.substr(0, colon)] = bytes.value_or("");
  }
  return golden;
}

TEST(CodecTest, RecordsOfTheFirstVersionStillOpen) {
  const std::map<std::string, std::string> golden = ReadGolden(kGoldenFirst);
  EXPECT_GE(golden.size(), 12u);
  const std::set<std::string> grown = {"capture", "frontier entry", "page analysis",  "listing",
                                       "message", "finding",        "stored listing", "observation"};
  for (const Noun& noun : AllNouns()) {
    if (!golden.contains(noun.name)) continue;
    const Status status = noun.compare(golden.at(noun.name));
    EXPECT_EQ(status.code(), grown.contains(noun.name) ? StatusCode::kInternal : StatusCode::kOk)
        << noun.name << ": " << status.message();
  }
  Capture first_capture = FullCapture();
  first_capture.vantage = Vantage();
  first_capture.tls = TlsFacts();
  first_capture.revisit_of = CaptureId();
  first_capture.asked_by.clear();
  first_capture.robots.clear();
  first_capture.received = Received();
  first_capture.content_coding.clear();
  first_capture.received_sha256 = Digest();
  first_capture.received_bytes = 0;
  first_capture.profile_digest = Digest();
  first_capture.clock_state = ClockState();
  const Result<Capture> capture = DecodeCapture(golden.at("capture"));
  ASSERT_TRUE(capture.ok()) << capture.status().message();
  EXPECT_EQ(*capture, first_capture);
  const Result<Finding> finding = DecodeFinding(golden.at("finding"));
  ASSERT_TRUE(finding.ok()) << finding.status().message();
  EXPECT_EQ(finding->rules_digest, Digest());
  const auto row = DecodeFrontierEntry(golden.at("frontier entry"));
  ASSERT_TRUE(row.ok()) << row.status().message();
  EXPECT_EQ(row->kind, TargetKind::kPage);
  EXPECT_EQ(row->page_class, PageClass::kContent);
}

TEST(CodecTest, RecordsOfThisVersionStillOpen) {
  if (std::getenv("GASHT_UPDATE_GOLDEN") != nullptr) {
    std::string text = "# One record of every noun, every field set, as this version writes it.\n";
    for (const Noun& noun : AllNouns()) text += noun.name + ": " + HexEncode(noun.bytes) + "\n";
    ASSERT_TRUE(WriteFileAtomically(kGolden, text).ok());
  }
  std::map<std::string, std::string> golden = ReadGolden(kGolden);
  for (const Noun& noun : AllNouns()) {
    ASSERT_TRUE(golden.contains(noun.name)) << "add to " << kGolden << ":\n"
                                            << noun.name << ": " << HexEncode(noun.bytes);
    EXPECT_EQ(noun.compare(golden[noun.name]), Status::Ok()) << noun.name;
  }
}

// ---- Broken bytes ----

TEST(CodecTest, EncodingIsDeterministic) {
  const auto first = AllNouns(), second = AllNouns();
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].bytes, second[i].bytes) << first[i].name;
}

TEST(CodecTest, EveryTruncationIsRefusedOrAnotherValue) {
  for (const Noun& noun : AllNouns()) {
    for (size_t size = 0; size < noun.bytes.size(); ++size) {
      const Status status = noun.compare(std::string_view(noun.bytes).substr(0, size));
      ASSERT_FALSE(status.ok()) << noun.name << " cut to " << size;
      if (status.code() != StatusCode::kDataLoss) continue;
      ASSERT_THAT(status.message(), HasSubstr(noun.name + " record: ")) << size;
    }
  }
}

TEST(CodecTest, AFlippedBitIsNoticed) {
  // Six bits of a stored "true" do not matter: any number but zero is true.
  const std::map<std::string, int> bools = {
      {"capture", 1}, {"finding", 1}, {"page analysis", 4}, {"frontier entry", 1}, {"robots state", 1}};
  for (const Noun& noun : AllNouns()) {
    int unnoticed = 0;
    for (size_t i = 0; i < noun.bytes.size() * 8; ++i) {
      std::string bytes = noun.bytes;
      bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
      if (noun.compare(bytes).ok()) ++unnoticed;
    }
    EXPECT_EQ(unnoticed, bools.contains(noun.name) ? 6 * bools.at(noun.name) : 0) << noun.name;
  }
}

template <typename T>
struct Broken {
  const char* field;
  std::function<void(T&)> spoil;
};

template <typename T>
void ExpectRefused(const std::string& name, const T& full, Result<T> (*decode)(std::string_view),
                   const std::vector<Broken<T>>& cases) {
  for (const Broken<T>& c : cases) {
    T noun = full;
    c.spoil(noun);
    const auto decoded = decode(Encode(noun));
    ASSERT_FALSE(decoded.ok()) << name << ": " << c.field;
    EXPECT_EQ(decoded.status().code(), StatusCode::kDataLoss) << name << ": " << c.field;
    EXPECT_EQ(decoded.status().message(), name + " record: bad " + c.field);
  }
}

TEST(CodecTest, BrokenValuesAreRefusedByName) {
  ExpectRefused<Capture>("capture", FullCapture(), DecodeCapture,
                         {{"source", [](Capture& c) { c.source.value = "Demo"; }},
                          {"source", [](Capture& c) { c.source.value.clear(); }},
                          {"url_key", [](Capture& c) { c.url_key.bytes.pop_back(); }},
                          {"body_sha256", [](Capture& c) { c.body_sha256 = Digest(); }},
                          {"provenance", [](Capture& c) { c.provenance = static_cast<Provenance>(3); }},
                          {"outcome", [](Capture& c) { c.outcome = static_cast<FetchOutcome>(21); }},
                          {"outcome", [](Capture& c) { c.outcome = static_cast<FetchOutcome>(0); }},
                          {"certificates", [](Capture& c) { c.tls.certificates.emplace_back(); }},
                          {"body_end", [](Capture& c) { c.body_end = static_cast<BodyEnd>(99); }},
                          {"truncation", [](Capture& c) { c.truncation = static_cast<Truncation>(-1); }},
                          {"channel", [](Capture& c) { c.channel = static_cast<Channel>(5); }},
                          {"page_class", [](Capture& c) { c.page_class = static_cast<PageClass>(10); }}});
  ExpectRefused<Listing>("listing", FullListing(), DecodeListing,
                         {{"kind", [](Listing& l) { l.kind = static_cast<ListingKind>(6); }},
                          {"scale", [](Listing& l) { l.prices[0].amount.scale = 19; }},
                          {"span", [](Listing& l) {
                             l.span = {2, 1};
                           }}});
  ExpectRefused<Identifier>("identifier", FullIdentifier(), DecodeIdentifier,
                            {{"kind", [](Identifier& i) { i.kind = static_cast<IdentifierKind>(31); }},
                             {"check", [](Identifier& i) { i.check = static_cast<IdentifierCheck>(4); }},
                             {"role", [](Identifier& i) { i.role = static_cast<IdentifierRole>(5); }}});
  ExpectRefused<Finding>("finding", FullFinding(), DecodeFinding,
                         {{"id", [](Finding& f) { f.id.value = "f-0123456789ABCDEF"; }},
                          {"id", [](Finding& f) { f.id.value = "f-01"; }},
                          {"listing_id", [](Finding& f) { f.listing_id.value += "0"; }},
                          {"level", [](Finding& f) { f.match.level = static_cast<Level>(6); }},
                          {"classes", [](Finding& f) { f.match.substances[0].classes = {"tea"}; }}});
  ExpectRefused<Review>("review", FullReview(), DecodeReview,
                        {{"finding", [](Review& r) { r.finding.value.clear(); }},
                         {"decision", [](Review& r) { r.decision = static_cast<Decision>(4); }}});
  ExpectRefused<FrontierEntry>(
      "frontier entry", FullFrontierEntry(), DecodeFrontierEntry,
      {{"url_key", [](FrontierEntry& e) { e.key.bytes.clear(); }},
       {"priority", [](FrontierEntry& e) { e.priority = static_cast<CrawlPriority>(5); }},
       {"state", [](FrontierEntry& e) { e.state = static_cast<FrontierState>(7); }}});
  ExpectRefused<PageAnalysis>("page analysis", FullPageAnalysis(), DecodePageAnalysis,
                              {{"a match does not fit the text it points into",
                                [](PageAnalysis& a) { a.candidates[0].matches[0].text = "x"; }}});
}

TEST(CodecTest, RefusesBytesThatAreNoRecord) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff\xff"), std::string("plain text"),
                                   std::string("\x12\x02\xc3\x28")}) {
    const auto decoded = DecodeReview(bytes);
    ASSERT_FALSE(decoded.ok()) << HexEncode(bytes);
    EXPECT_EQ(decoded.status().code(), StatusCode::kDataLoss) << HexEncode(bytes);
    EXPECT_THAT(decoded.status().message(), HasSubstr("review record: ")) << HexEncode(bytes);
  }
  // Invalid UTF-8 in a text field that is read (source, field 1 of an alert).
  EXPECT_EQ(DecodeListing(std::string("\x10\x01\x1a\x02\xc3\x28", 6)).status().message(),
            "listing record: not a record of this kind");
  EXPECT_FALSE(DecodeListing(std::string((64 << 20) + 1, '\0')).ok());
}

// Before there were several ways to Tor: field 1 is the route.
TEST(CodecTest, GapsOfOlderVersionsAreRead) {
  const std::string times("\x10\x05\x18\x06", 4);
  const struct {
    std::string bytes, way;
  } kRows[] = {
      {"\x08\x01" + times, "tor"}, {"\x08\x02" + times, "direct"}, {"\x08\x03" + times, ""}, {times, ""}};
  for (const auto& row : kRows) {
    const Result<CrawlGap> gap = DecodeCrawlGap(row.bytes);
    EXPECT_EQ(gap.ok(), !row.way.empty()) << HexEncode(row.bytes);
    EXPECT_EQ(gap.value_or({}).way, row.way) << HexEncode(row.bytes);
  }
}

TEST(CodecTest, TextThatIsNotUtf8IsMendedWhenWritten) {
  Review review = FullReview();
  review.note = "caf\xe9";
  const auto decoded = DecodeReview(Encode(review));
  ASSERT_TRUE(decoded.ok()) << decoded.status().message();
  EXPECT_EQ(decoded->note, "caf\xef\xbf\xbd");
}

// ---- Enumerations have the same numbers on both sides ----

TEST(CodecTest, EveryEnumeratorIsKnownToTheRecord) {
  const auto knows = [](auto noun, auto& member, int first, int last, auto decode) {
    for (int number = first; number <= last; ++number) {
      member(noun) = static_cast<std::remove_reference_t<decltype(member(noun))>>(number);
      EXPECT_TRUE(decode(Encode(noun)).ok()) << number;
    }
    member(noun) = static_cast<std::remove_reference_t<decltype(member(noun))>>(last + 1);
    EXPECT_FALSE(decode(Encode(noun)).ok()) << last + 1;
  };
  const auto outcome = [](Capture & c) -> auto& {
    return c.outcome;
  };
  const auto page_class = [](Capture & c) -> auto& {
    return c.page_class;
  };
  const auto body_end = [](Capture & c) -> auto& {
    return c.body_end;
  };
  const auto truncation = [](Capture & c) -> auto& {
    return c.truncation;
  };
  const auto channel = [](Capture & c) -> auto& {
    return c.channel;
  };
  const auto provenance = [](Capture & c) -> auto& {
    return c.provenance;
  };
  const auto kind = [](Identifier & i) -> auto& {
    return i.kind;
  };
  const auto listing_kind = [](Listing & l) -> auto& {
    return l.kind;
  };
  const auto level = [](Finding & f) -> auto& {
    return f.match.level;
  };
  const auto decision = [](Review & r) -> auto& {
    return r.decision;
  };
  const auto state = [](FrontierEntry & e) -> auto& {
    return e.state;
  };
  const auto priority = [](FrontierEntry & e) -> auto& {
    return e.priority;
  };
  knows(FullCapture(), outcome, 1, static_cast<int>(FetchOutcome::kCancelled), DecodeCapture);
  knows(FullCapture(), page_class, 1, static_cast<int>(PageClass::kEmpty), DecodeCapture);
  knows(FullCapture(), body_end, 1, static_cast<int>(BodyEnd::kTruncated), DecodeCapture);
  knows(FullCapture(), truncation, 1, static_cast<int>(Truncation::kUnspecified), DecodeCapture);
  knows(FullCapture(), channel, 1, static_cast<int>(Channel::kCleartextDirect), DecodeCapture);
  knows(FullCapture(), provenance, 1, static_cast<int>(Provenance::kReceived), DecodeCapture);
  knows(FullIdentifier(), kind, 1, static_cast<int>(IdentifierKind::kUrl), DecodeIdentifier);
  knows(FullListing(), listing_kind, 1, static_cast<int>(ListingKind::kPage), DecodeListing);
  knows(FullFinding(), level, 1, static_cast<int>(Level::kCritical), DecodeFinding);
  knows(FullReview(), decision, 1, static_cast<int>(Decision::kNeedsMore), DecodeReview);
  knows(FullFrontierEntry(), state, 1, static_cast<int>(FrontierState::kDone), DecodeFrontierEntry);
  knows(FullFrontierEntry(), priority, 0, static_cast<int>(CrawlPriority::kRest), DecodeFrontierEntry);
}

TEST(Codec, WhatElsePagesSayIsKept) {
  Listing listing = FullListing();
  listing.facts = {{"rating", "4.87"}, {"stock", "14 in stock"}};
  const Result<Listing> read = DecodeListing(Encode(listing));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(*read, listing);
  PageAnalysis page;
  page.messages.emplace_back().media = "photo";
  const Result<PageAnalysis> analysis = DecodePageAnalysis(Encode(page));
  ASSERT_TRUE(analysis.ok()) << analysis.status().message();
  EXPECT_EQ(analysis->messages, page.messages);
}

}  // namespace
}  // namespace gasht
