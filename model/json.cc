#include "model/json.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "model/json_fields.h"

namespace gasht {
namespace {

// ---- Absent, never null ----

void SetTexts(Json& object, std::string_view key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  Json list = Json::MakeArray();
  for (const std::string& text : texts) list.Push(text);
  object.Set(key, std::move(list));
}

void SetList(Json& object, std::string_view key, Json list) {
  if (!list.items().empty()) object.Set(key, std::move(list));
}

template <typename Noun, typename Print>
Json ListOf(const std::vector<Noun>& nouns, Print print) {
  Json list = Json::MakeArray();
  for (const Noun& noun : nouns) list.Push(print(noun));
  return list;
}

// ---- Where things are written ----

// What a field is called in the printed object, and its string; nothing when the object does not print it.
struct PrintedField {
  std::string name;
  std::optional<std::string_view> text;
};

// Turns internal fields and byte spans into those of one printed object. Each string is counted once.
class Places {
 public:
  using Find = std::function<PrintedField(std::string_view field)>;
  explicit Places(Find find) : find_(std::move(find)) {}

  void Set(Json& object, const std::string& field, const Span& span) {
    auto known = fields_.find(field);
    if (known == fields_.end()) {
      PrintedField printed = find_(field);
      const CodePointOffsets offsets(printed.text.value_or(""));
      known = fields_.emplace(field, Field{std::move(printed), offsets}).first;
    }
    auto& [printed, offsets] = known->second;
    object.Set("field", printed.name);
    if (!printed.text || span.begin > span.end || span.end > printed.text->size()) return;
    object.Set("start", offsets.At(span.begin));
    object.Set("end", offsets.At(span.end));
  }

 private:
  struct Field {
    PrintedField printed;
    CodePointOffsets offsets;
  };
  const Find find_;
  std::map<std::string, Field> fields_;
};

// ---- Parts ----

Json PriceJson(const Price& price) {
  Json json = Json::MakeObject();
  json.Set("amount", price.amount.amount());
  if (price.amount_max) json.Set("amount_max", price.amount_max->amount());
  SetText(json, "currency", price.amount.currency);
  if (price.quantity) json.Set("quantity", ToJson(*price.quantity));
  return json;
}

Json IdentifierJson(const Identifier& identifier, Places& places) {
  Json json = Json::MakeObject();
  json.Set("kind", IdentifierKindName(identifier.kind));
  json.Set("value", identifier.value);
  json.Set("check", IdentifierCheckName(identifier.check));
  json.Set("role", IdentifierRoleName(identifier.role));
  places.Set(json, identifier.field, identifier.span);
  return json;
}

Json IdentifiersJson(const std::vector<Identifier>& identifiers, Places& places) {
  return ListOf(identifiers,
                [&](const Identifier& identifier) { return IdentifierJson(identifier, places); });
}

Json ListingJson(const Listing& listing, Places& places) {
  Json json = Json::MakeObject();
  SetText(json, "id", listing.id);
  json.Set("kind", ListingKindName(listing.kind));
  SetText(json, "title", listing.title);
  SetText(json, "vendor", listing.vendor);
  SetText(json, "site_id", listing.site_id);
  SetText(json, "url", listing.url);
  if (!listing.prices.empty()) json.Set("price", ToJson(listing.prices.front().amount));
  SetList(json, "prices", ListOf(listing.prices, PriceJson));
  if (listing.quantity) json.Set("quantity", ToJson(*listing.quantity));
  SetText(json, "ships_from", listing.ships_from);
  SetText(json, "ships_to", listing.ships_to);
  SetTexts(json, "places", listing.places);
  SetTexts(json, "delivery", listing.delivery);
  SetTexts(json, "couriers", listing.couriers);
  SetTexts(json, "payment_methods", listing.payment_methods);
  SetText(json, "category", listing.category);
  SetList(json, "identifiers", IdentifiersJson(listing.identifiers, places));
  SetList(json, "facts", ListOf(listing.facts, [](const ListingFact& fact) {
            return Json::MakeObject().Set("name", fact.name).Set("value", fact.value);
          }));
  return json;
}

Json MessageJson(const Message& message) {
  Json json = Json::MakeObject();
  SetText(json, "id", message.id);
  SetText(json, "author", message.author);
  if (message.time) json.Set("time", FormatRfc3339(*message.time));
  SetText(json, "time_as_written", message.time_as_written);
  SetText(json, "time_basis", message.time_basis);
  json.Set("text", message.text);
  if (message.views) json.Set("views", *message.views);
  SetText(json, "reply_to", message.reply_to);
  SetText(json, "forwarded_from", message.forwarded_from);
  SetText(json, "media", message.media);
  return json;
}

Json ScorePartJson(const ScorePart& part) {
  return Json::MakeObject().Set("name", part.name).Set("points", part.points);
}

Json RuleHitJson(const RuleHit& hit) {
  return Json::MakeObject().Set("id", hit.id).Set("version", hit.version).Set("points", hit.points);
}

// A substance of variable content is one entry for each of its classes, so that `class` is always one word.
Json SubstancesJson(const std::vector<Substance>& substances) {
  Json list = Json::MakeArray();
  for (const Substance& substance : substances) {
    for (const std::string& name : substance.classes) {
      Json json = Json::MakeObject().Set("id", substance.id).Set("class", name);
      if (substance.variable_composition) json.Set("composition", "variable");
      list.Push(std::move(json));
    }
  }
  return list;
}

Json TermMatchJson(const TermMatch& match, Places& places) {
  Json json = Json::MakeObject();
  places.Set(json, match.field, match.span);
  json.Set("text", match.text);
  json.Set("normal", match.normal);
  json.Set("term", match.term);
  return json;
}

// What rules said, behind the keys that say of what.
void SetMatch(Json& json, const MatchCandidate& match, Places& places) {
  json.Set("level", LevelName(match.level));
  json.Set("score", match.score);
  json.Set("parts", ListOf(match.parts, ScorePartJson));
  json.Set("rules", ListOf(match.rules, RuleHitJson));
  json.Set("substances", SubstancesJson(match.substances));
  json.Set("matches", ListOf(match.matches, [&](const TermMatch& m) { return TermMatchJson(m, places); }));
  Json reasons = Json::MakeObject();
  SetText(reasons, "en", match.reasons.en);
  SetText(reasons, "ur", match.reasons.ur);
  json.Set("reasons", std::move(reasons));
}

// Offline there is no source: the id stands for the listing alone.
Json CandidateJson(const MatchCandidate& candidate, const std::vector<Listing>& listings, Places& places) {
  Json json = Json::MakeObject();
  const std::string listing = candidate.listing < listings.size() ? listings[candidate.listing].id : "";
  json.Set("id", MakeFindingId(SourceId(), ListingId{listing}).value);
  json.Set("listing", candidate.listing);
  SetMatch(json, candidate, places);
  return json;
}

Json LinkJson(const Link& link) {
  Json json = Json::MakeObject().Set("url", link.url).Set("text", link.text);
  SetText(json, "rel", link.rel);
  return json;
}

Json WeirdJson(const Weird& weird) {
  Json json = Json::MakeObject().Set("name", weird.name);
  SetText(json, "detail", weird.detail);
  return json;
}

Places PlacesOfPage(const PageAnalysis& analysis) {
  return Places([&analysis](std::string_view field) {
    return PrintedField{std::string(field), FindField(analysis, field)};
  });
}

// A stored finding prints its listing and the listing's own words, but not the page.
Places PlacesOfFinding(const Finding& finding) {
  return Places([&finding](std::string_view field) {
    if (field == "text") return PrintedField{"text", finding.listing.text};
    const std::string own = "listings/" + std::to_string(finding.match.listing) + "/";
    if (!field.starts_with(own)) return PrintedField{std::string(field), std::nullopt};
    const std::string_view name = field.substr(own.size());
    return PrintedField{"listing/" + std::string(name), FindField(finding.listing, name)};
  });
}

Json HopJson(const Hop& hop) {
  Json json = Json::MakeObject().Set("url", hop.url).Set("status", hop.status);
  SetText(json, "location", hop.location);
  SetText(json, "decision", hop.decision);
  return json;
}

Json VantageJson(const Vantage& vantage) {
  Json json = Json::MakeObject();
  SetText(json, "route", vantage.route);
  SetText(json, "place", vantage.place);
  SetText(json, "tor_version", vantage.tor_version);
  SetText(json, "circuit", vantage.circuit);
  SetText(json, "exit", vantage.exit);
  return json;
}

Json ClockJson(const ClockState& clock) {
  return Json::MakeObject()
      .Set("synchronised", clock.sync == ClockState::Sync::kSynchronised)
      .Set("offset_us", clock.offset.count())
      .Set("max_error_us", clock.max_error.count())
      .Set("estimated_error_us", clock.estimated_error.count());
}

Json ReceivedJson(const Received& received) {
  Json json = Json::MakeObject();
  json.Set("original_sha256", received.original_sha256.hex());
  json.Set("original_bytes", received.original_bytes);
  SetText(json, "original_name", received.original_name);
  SetText(json, "kind", received.kind);
  SetText(json, "part", received.part);
  SetText(json, "imported_by", received.imported_by);
  SetText(json, "seen_by", received.seen_by);
  SetText(json, "seen_at", received.seen_at);
  return json;
}

Json TlsJson(const TlsFacts& tls) {
  Json json = Json::MakeObject();
  SetText(json, "version", tls.version);
  SetText(json, "cipher", tls.cipher);
  SetList(json, "certificates", ListOf(tls.certificates, [](const Digest& d) { return Json(d.hex()); }));
  return json;
}

void SetDigest(Json& json, std::string_view key, const Digest& digest) {
  if (digest != Digest()) json.Set(key, digest.hex());
}

}  // namespace

Json ToJson(const Money& money) {
  Json json = Json::MakeObject().Set("amount", money.amount());
  SetText(json, "currency", money.currency);
  return json;
}

Json ToJson(const Quantity& quantity) {
  Json json = Json::MakeObject();
  SetText(json, "value", quantity.value);
  SetText(json, "unit", quantity.unit);
  SetText(json, "grams", quantity.grams);
  SetText(json, "grams_max", quantity.grams_max);
  SetText(json, "basis", quantity.basis);
  return json;
}

Json ToJson(const Observation& observation) {
  Json json = Json::MakeObject();
  json.Set("capture", observation.capture.value);
  json.Set("seen_at", FormatRfc3339(observation.seen_at));
  if (!observation.prices.empty()) json.Set("price", ToJson(observation.prices.front().amount));
  if (observation.quantity) json.Set("quantity", ToJson(*observation.quantity));
  SetText(json, "stock", observation.stock);
  if (!observation.again.empty()) {
    json.Set("last_capture", observation.last_capture().value);
    json.Set("last_seen", FormatRfc3339(observation.last_seen));
  }
  json.Set("times_seen", observation.times_seen());
  return json;
}

Json ToJson(const Review& review) {
  Json json = Json::MakeObject();
  json.Set("decision", DecisionName(review.decision));
  json.Set("actor", review.actor);
  SetText(json, "note", review.note);
  json.Set("at", FormatRfc3339(review.at));
  return json;
}

Json ScanJson(const Json& id, const PageAnalysis& analysis) {
  Places places = PlacesOfPage(analysis);
  const Document& document = analysis.document;
  Json json = Json::MakeObject().Set("id", id);
  SetText(json, "url", document.url);
  json.Set("page_class", PageClassName(document.page_class));
  SetText(json, "title", document.title);
  json.Set("text", document.text);
  json.Set("listings", ListOf(analysis.listings, [&](const Listing& l) { return ListingJson(l, places); }));
  json.Set("messages", ListOf(analysis.messages, MessageJson));
  json.Set("findings", ListOf(analysis.candidates, [&](const MatchCandidate& c) {
             return CandidateJson(c, analysis.listings, places);
           }));
  return json;
}

Json ScanErrorJson(const Json& id, std::string_view error) {
  return Json::MakeObject().Set("id", id).Set("error", error);
}

Json ExtractJson(const PageAnalysis& analysis) {
  Places places = PlacesOfPage(analysis);
  const Document& document = analysis.document;
  Json json = Json::MakeObject();
  SetText(json, "url", document.url);
  json.Set("page_class", PageClassName(document.page_class));
  SetText(json, "title", document.title);
  json.Set("language", document.language);
  json.Set("text", document.text);
  json.Set("main_text", document.main_text);
  json.Set("links", ListOf(document.links, LinkJson));
  json.Set("listings", ListOf(analysis.listings, [&](const Listing& l) { return ListingJson(l, places); }));
  json.Set("messages", ListOf(analysis.messages, MessageJson));
  json.Set("identifiers", IdentifiersJson(analysis.identifiers, places));
  json.Set("weirds", ListOf(document.weirds, WeirdJson));
  return json;
}

Json ToJson(const Finding& finding) {
  Places places = PlacesOfFinding(finding);
  Json json = Json::MakeObject();
  json.Set("id", finding.id.value);
  json.Set("source", finding.source.value);
  SetText(json, "title", finding.listing.title);
  SetText(json, "vendor", finding.listing.vendor);
  SetText(json, "text", finding.listing.text);
  if (!finding.listing.prices.empty()) json.Set("price", ToJson(finding.listing.prices.front().amount));
  SetMatch(json, finding.match, places);
  json.Set("first_seen", FormatRfc3339(finding.first_seen));
  json.Set("last_seen", FormatRfc3339(finding.last_seen));
  json.Set("times_seen", finding.times_seen);
  json.Set("first_capture", finding.first_capture.value);
  json.Set("last_capture", finding.last_capture.value);
  SetText(json, "page_url", finding.page_url);
  json.Set("listing_id", finding.listing_id.value);
  json.Set("listing", ListingJson(finding.listing, places));
  return json;
}

Json ToJson(const Capture& capture) {
  Json json = Json::MakeObject();
  json.Set("id", capture.id.value);
  json.Set("source", capture.source.value);
  json.Set("provenance", ProvenanceName(capture.provenance));
  json.Set("authority", capture.authority);
  json.Set("url", capture.url);
  SetText(json, "final_url", capture.final_url);
  SetList(json, "hops", ListOf(capture.hops, HopJson));
  json.Set("started", FormatRfc3339(capture.started_utc));
  json.Set("duration_ms", (capture.finished - capture.started).count() / 1000);
  json.Set("boot_id", capture.boot_id);
  if (capture.clock_state.sync != ClockState::Sync::kUnknown)
    json.Set("clock", ClockJson(capture.clock_state));
  json.Set("outcome", FetchOutcomeName(capture.outcome));
  SetText(json, "detail", capture.detail);
  if (capture.status != 0) json.Set("status", capture.status);
  // What was received came over no channel of ours.
  if (capture.provenance == Provenance::kCaptured) json.Set("channel", ChannelName(capture.channel));
  if (!capture.vantage.empty()) json.Set("vantage", VantageJson(capture.vantage));
  if (!capture.tls.empty()) json.Set("tls", TlsJson(capture.tls));
  if (!capture.received.empty()) json.Set("received", ReceivedJson(capture.received));
  SetText(json, "content_type", capture.content_type);
  json.Set("wire_bytes", capture.wire_bytes);
  json.Set("body_end", BodyEndName(capture.body_end));
  if (capture.truncation != Truncation::kNot) json.Set("truncated", TruncationName(capture.truncation));
  if (capture.has_body) {
    json.Set("page_class", PageClassName(capture.page_class));
    json.Set("body_bytes", capture.body_bytes);
    json.Set("body_sha256", capture.body_sha256.hex());
    if (capture.is_coded()) {
      json.Set("content_coding", capture.content_coding);
      json.Set("received_bytes", capture.received_bytes);
      json.Set("received_sha256", capture.received_sha256.hex());
    }
    SetDigest(json, "payload", capture.payload.digest);
  }
  if (capture.revisit_of != CaptureId()) json.Set("revisit_of", capture.revisit_of.value);
  SetText(json, "asked_by", capture.asked_by);
  SetText(json, "robots", capture.robots);
  json.Set("software", capture.software);
  SetDigest(json, "config_digest", capture.config_digest);
  SetDigest(json, "profile_digest", capture.profile_digest);
  SetDigest(json, "rules_digest", capture.rules_digest);
  return json;
}

Json ToJsonWithHeads(const Capture& capture) {
  Json json = ToJson(capture);
  SetText(json, "request_head", capture.request_head);
  SetText(json, "response_head", capture.response_head);
  return json;
}

}  // namespace gasht
