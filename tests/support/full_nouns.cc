#include "tests/support/full_nouns.h"

#include <stdexcept>

namespace gasht {
namespace {

// A page in three scripts, so that bytes and code points differ.
constexpr std::string_view kText =
    "Bazaar\n"
    "چرس Charas 1 tola 2500 PKR 🌿 home delivery Lahore\n"
    "WhatsApp 0301-2345678\n";

Span SpanIn(std::string_view text, std::string_view part) {
  const size_t begin = text.find(part);
  if (begin == std::string_view::npos)
    throw std::logic_error("the sample text has no '" + std::string(part) + "'");
  return {begin, begin + part.size()};
}

Span SpanOf(std::string_view part) {
  return SpanIn(kText, part);
}

Digest DigestOf(std::string_view word) {
  return Sha256(word);
}

const SourceId kSource = {"demo-market"};
const UrlKey kKey = {std::string("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\xff", 16)};
constexpr UtcTime kTime = {1'767'225'600'123'456};

Quantity FullQuantity() {
  return {.value = "1", .unit = "tola", .grams = "10", .grams_max = "11.66", .basis = "tola=10-11.66g"};
}

Price FullPrice() {
  return {.amount = {.units = 250'000, .scale = 2, .currency = "PKR"},
          .amount_max = Money{.units = 300'000, .scale = 2, .currency = "PKR"},
          .quantity = FullQuantity()};
}

}  // namespace

Identifier FullIdentifier() {
  return {.kind = IdentifierKind::kWhatsapp,
          .value = "+923012345678",
          .check = IdentifierCheck::kPassed,
          .role = IdentifierRole::kSeller,
          .field = "text",
          .span = SpanOf("0301-2345678")};
}

Capture FullCapture() {
  Capture c;
  c.id = {7};
  c.source = kSource;
  c.url_key = kKey;
  c.url = "http://market.example/listing/1?page=2";
  c.final_url = "http://market.example/listing/one";
  c.hops = {{.url = "http://market.example/listing/1?page=2",
             .status = 302,
             .location = "/listing/one\xff",
             .decision = "include /listing/"}};
  c.provenance = Provenance::kReceived;
  c.authority = "DEMO/2026/1";
  c.outcome = FetchOutcome::kTooLarge;
  c.detail = "body over 8 MiB";
  c.status = 200;
  c.request_head = "GET /listing/one HTTP/1.1\r\n\r\n";
  c.response_head = "HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n";
  c.content_type = "text/html; charset=utf-8";
  c.wire_bytes = 4'194'304;
  c.body_end = BodyEnd::kTruncated;
  c.truncation = Truncation::kLength;
  c.channel = Channel::kTls;
  c.has_body = true;
  c.body_sha256 = DigestOf("body");
  c.body_bytes = 8'388'608;
  c.content_coding = "gzip, deflate";
  c.received_sha256 = DigestOf("received");
  c.received_bytes = 2'097'152;
  c.payload = {DigestOf("payload")};
  c.started_utc = kTime;
  c.started = {5'000'000};
  c.finished = {7'250'000};
  c.boot_id = "00000000-0000-0000-0000-000000000000";
  c.clock_state = {.sync = ClockState::Sync::kUnsynchronised,
                   .offset = std::chrono::microseconds(-1'234),
                   .max_error = std::chrono::microseconds(16'000'000),
                   .estimated_error = std::chrono::microseconds(250)};
  c.software = "gasht 0.1.0";
  c.config_digest = DigestOf("config");
  c.profile_digest = DigestOf("profile");
  c.rules_digest = DigestOf("rules");
  c.page_class = PageClass::kQueue;
  c.vantage = {.route = "tor",
               .place = "isb-ptcl",
               .tor_version = "0.4.9.3",
               .circuit = "17",
               .exit = "$0123456789ABCDEF0123456789ABCDEF01234567~relay"};
  c.tls = {.version = "TLSv1.3",
           .cipher = "TLS_AES_256_GCM_SHA384",
           .certificates = {DigestOf("leaf"), DigestOf("root")}};
  c.revisit_of = {5};
  c.asked_by = "officer";
  c.robots = "Disallow: /x";
  c.received = {.original_sha256 = DigestOf("original"),
                .original_bytes = 12'345,
                .original_name = "chat.zip",
                .kind = "whatsapp",
                .part = "bytes 0-4096",
                .imported_by = "officer",
                .seen_by = "Insp. Foo",
                .seen_at = "2026-11-20 15:00"};
  return c;
}

Listing FullListing() {
  Listing l;
  l.id = "00112233445566778899aabbccddeeff";
  l.kind = ListingKind::kPost;
  l.title = "چرس Charas 1 tola";
  l.vendor = "lahori";
  l.site_id = "L-1";
  l.url = "http://market.example/listing/one";
  l.prices = {FullPrice()};
  l.quantity = FullQuantity();
  l.ships_from = "Peshawar";
  l.ships_to = "Pakistan";
  l.places = {"Lahore"};
  l.delivery = {"home delivery"};
  l.couriers = {"TCS"};
  l.payment_methods = {"easypaisa"};
  l.category = "Resin";
  l.identifiers = {FullIdentifier()};
  l.facts = {{"stock", "3 left"}};
  l.text = "Charas 1 tola 2500 PKR";
  l.span = SpanOf("چرس Charas 1 tola 2500 PKR 🌿 home delivery Lahore");
  return l;
}

Message FullMessage() {
  Message m;
  m.id = "channel/123";
  m.author = "lahori";
  m.time = kTime;
  m.time_as_written = "1 Jan, 05:00";
  m.time_basis = "assumed:Asia/Karachi";
  m.text = "مال آ گیا، rabta 0301-2345678";
  m.views = 1200;
  m.reply_to = "channel/122";
  m.forwarded_from = "other";
  m.identifiers = {FullIdentifier()};
  m.identifiers[0].field = "messages/0/text";
  m.identifiers[0].span = SpanIn(m.text, "0301-2345678");
  m.media = "photo";
  return m;
}

MatchCandidate FullCandidate() {
  MatchCandidate m;
  m.listing = 1;
  m.level = Level::kHigh;
  m.score = 78;
  m.parts = {{.name = "substance", .points = 40}, {.name = "context", .points = -2}};
  m.rules = {{.id = "cannabis-offer", .version = "1", .points = 40}};
  m.substances = {
      {.id = "cannabis-resin", .classes = {"cannabis"}, .variable_composition = false},
      {.id = "k-tablet", .classes = {"amphetamine_type", "ecstasy_type"}, .variable_composition = true}};
  m.matches = {{.field = "text",
                .span = SpanOf("home delivery"),
                .text = "home delivery",
                .normal = "home delivery",
                .term = "offer/home-delivery"},
               {.field = "listings/1/title",
                .span = SpanIn(FullListing().title, "Charas"),
                .text = "Charas",
                .normal = "charas",
                .term = "cannabis-resin/charas"}};
  m.reasons = {.en = "offers cannabis resin", .ur = "چرس کی پیشکش"};
  return m;
}

Finding FullFinding() {
  Finding f;
  f.id = {"f-0123456789abcdef"};
  f.source = kSource;
  f.listing_id = {FullListing().id};
  f.listing = FullListing();
  f.match = FullCandidate();
  f.first_capture = {7};
  f.last_capture = {9};
  f.first_seen = kTime;
  f.last_seen = kTime + std::chrono::hours(24);
  f.times_seen = 2;
  f.page_url = "http://market.example/listing/one";
  f.rules_digest = DigestOf("rules");
  return f;
}

Observation FullObservation() {
  return {.listing_id = {FullListing().id},
          .capture = {9},
          .seen_at = kTime,
          .again = {{10}, {140}, {4000}},
          .last_seen = kTime + std::chrono::hours(72),
          .prices = {FullPrice()},
          .quantity = FullQuantity(),
          .stock = "14 in stock"};
}

Review FullReview() {
  return {.finding = {"f-0123456789abcdef"},
          .decision = Decision::kConfirmed,
          .actor = "ayesha",
          .note = "seen before",
          .at = kTime};
}

Alert FullAlert() {
  return {.source = kSource, .kind = "seizure_banner", .capture = {9}, .at = kTime};
}

FrontierEntry FullFrontierEntry() {
  FrontierEntry e;
  e.source = kSource;
  e.key = kKey;
  e.url = "http://market.example/listing/1";
  e.depth = 3;
  e.priority = CrawlPriority::kListing;
  e.state = FrontierState::kHeld;
  e.due = kTime + std::chrono::hours(1);
  e.failures = 2;
  e.visits = 5;
  e.last_capture = {7};
  e.last_outcome = FetchOutcome::kOnionUnreachable;
  e.last_status = 503;
  e.last_fetch = kTime;
  e.last_signature = DigestOf("signature");
  e.found_on = {4};
  e.kind = TargetKind::kFeed;
  e.page_class = PageClass::kQueue;
  e.body_capture = {6};
  e.etag = "\"33a64df5\"";
  e.last_modified = "Wed, 21 Oct 2026 07:28:00 GMT";
  e.interval = std::chrono::hours(5);
  e.watched = true;
  e.usual_priority = CrawlPriority::kIndex;
  e.asked_by = "officer";
  e.asked_authority = "FIR 8/2026";
  e.seen_round = 20'000;
  return e;
}

SourceStats FullSourceStats() {
  SourceStats s;
  s.source = kSource;
  s.outcomes = {{FetchOutcome::kOk, 5}, {FetchOutcome::kTls, 2}};
  s.classes = {{PageClass::kContent, 4}, {PageClass::kCaptcha, 1}};
  s.drops = {{"depth", 7}};
  s.rows = {0, 10, 0, 2, 0, 0, 1};
  s.wire_bytes = 12'345;
  s.pictures_not_read = 9;
  s.last_attempt = kTime;
  s.last_success = kTime - std::chrono::hours(1);
  s.last_failure = kTime - std::chrono::hours(2);
  s.last_failure_outcome = FetchOutcome::kTls;
  s.day = 20'400;
  s.day_pages = 3;
  s.day_bytes = 4'000;
  s.round = {20'401, 5, 4};
  s.last_round = {20'400, 6, 5};
  s.seen_before_last = 7;
  s.not_before = kTime + std::chrono::minutes(5);
  s.not_before_why = "HTTP 429";
  s.origin = "http://market.example";
  s.origin_failures = 1;
  return s;
}

RobotsState FullRobotsState() {
  RobotsState r;
  r.source = kSource;
  r.origin = "http://market.example";
  r.verdict = RobotsVerdict::kRules;
  r.rules.rules = {{true, "/a"}, {false, "/"}};
  r.rules.crawl_delay = std::chrono::seconds(10);
  r.rules.sitemaps = {"http://market.example/sitemap.xml"};
  r.fetched = kTime;
  r.capture = {7};
  return r;
}

OperatorState FullOperatorState() {
  OperatorState o;
  o.source = kSource;
  o.blocked_until = kTime;
  o.blocked_by = "officer";
  o.blocked_why = "asked by the unit in charge";
  o.blocked_at = kTime - std::chrono::hours(1);
  o.mirrors = {{"http://other.example", "officer", "signed list", kTime}};
  return o;
}

Candidate FullSourceCandidate() {
  Candidate c;
  c.kind = CandidateKind::kMirror;
  c.value = "http://other.example";
  c.id = MakeCandidateId(c.kind, c.value);
  c.state = CandidateState::kAdopted;
  c.source = kSource;
  c.last_source = kSource;
  c.first_capture = {3};
  c.last_capture = {7};
  c.first_seen = kTime;
  c.last_seen = kTime + std::chrono::hours(1);
  c.times_seen = 2;
  c.lookalike_of = "market.example";
  c.actor = "officer";
  c.reason = "seen on the site's own page";
  c.decided = kTime + std::chrono::hours(2);
  c.basis = CandidateBasis::kSignedList;
  c.signer = "3DB01409601A4B276FA7DEC6D0BBACABCE400AF0";
  return c;
}

CrawlGap FullCrawlGap() {
  return {"tor#2", kTime, kTime + std::chrono::minutes(3), "the network is away"};
}

MirrorListState FullMirrorListState() {
  MirrorListState m;
  m.source = kSource;
  m.list = {SignatureVerdict::kOtherKey,
            "3DB01409601A4B276FA7DEC6D0BBACABCE400AF0",
            kTime,
            {"http://other.example"},
            3};
  m.fetched = kTime + std::chrono::hours(1);
  m.capture = {7};
  return m;
}

StoredListing FullStoredListing() {
  StoredListing s;
  s.id = {FullListing().id};
  s.source = kSource;
  s.listing = FullListing();
  s.first_capture = {7};
  s.last_capture = {9};
  s.first_seen = kTime;
  s.last_seen = kTime + std::chrono::hours(24);
  s.last_run = {9};
  return s;
}

CustodyLeaf FullCustodyLeaf() {
  return {.index = 12,
          .kind = "capture",
          .at = kTime,
          .actor = "gasht",
          .commitment = DigestOf("commitment"),
          .salt = "0123456789abcdef",
          .capture = {9},
          .detail = "ok"};
}

PageAnalysis FullPageAnalysis() {
  PageAnalysis a;
  a.document.url = "http://market.example/listing/one";
  a.document.page_class = PageClass::kLoginWall;
  a.document.title = "Bazaar";
  a.document.language = "ur-Latn";
  a.document.charset = "utf-8";
  a.document.text = kText;
  a.document.main_text = kText.substr(7);
  a.document.blocks = {
      {.span = SpanOf("Bazaar"), .source = {.begin = 6, .end = 12}, .is_main = true, .language = "en"}};
  a.document.links = {
      {.url = "http://market.example/", .text = "Bazaar", .span = SpanOf("Bazaar"), .rel = "home"}};
  a.document.degraded = true;
  a.document.weirds = {{.name = "depth_limit", .detail = "512"}};
  Listing plain;
  plain.id = "ffeeddccbbaa99887766554433221100";
  a.listings = {plain, FullListing()};
  a.messages = {FullMessage()};
  a.identifiers = {FullIdentifier()};
  a.candidates = {FullCandidate()};
  a.document.pictures = 12;
  a.robots = FullRobotsState().rules;
  a.signed_list = FullMirrorListState().list;
  return a;
}

}  // namespace gasht
