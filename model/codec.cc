#include "model/codec.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/content_coding.h"
#include "base/utf8.h"
#include "model/gasht.pb.h"

namespace gasht {
namespace {

// Of a gap, for readers that know no other ways out: 1 tor, 2 direct, 0 none of them.
uint32_t RouteNumberOf(std::string_view way) {
  if (way.starts_with(RouteName(Route::kTor))) return 1;
  return way == RouteName(Route::kDirect) ? 2 : 0;
}

constexpr size_t kMaxRecordBytes = 64 << 20;
// A sane amount has 18 digits at most (model/money.h).
constexpr uint32_t kMaxMoneyScale = 18;
constexpr size_t kSaltBytes = 16;

// ---- Nouns to records ----

std::string Text(const std::string& text) {
  return IsValidUtf8(text) ? text : ReplaceInvalidUtf8(text);
}

// "None" is no bytes, so that absent digests cost nothing.
std::string Bytes(const Digest& digest) {
  return digest == Digest() ? std::string() : std::string(digest.view());
}

// Enumerations have the same numbers on both sides; codec_test checks it for every enumerator.
template <typename Record, typename Enum>
Record Number(Enum value) {
  return static_cast<Record>(static_cast<int>(value));
}

// One overload a noun. A class, so that overloads see each other in any order.
struct RecordWriter {
  template <typename Nouns, typename Records>
  static void WriteAll(const Nouns& nouns, Records* out) {
    out->Reserve(static_cast<int>(nouns.size()));
    for (const auto& noun : nouns) Write(noun, *out->Add());
  }

  template <typename Records>
  static void WriteStrings(const std::vector<std::string>& strings, Records* out) {
    for (const std::string& text : strings) *out->Add() = Text(text);
  }

  static void Write(const Span& span, record::Span& out) {
    out.set_begin(span.begin);
    out.set_end(span.end);
  }

  static void Write(const Hop& hop, record::Hop& out) {
    out.set_url(Text(hop.url));
    out.set_status(hop.status);
    out.set_location(hop.location);
    out.set_decision(Text(hop.decision));
  }

  static void Write(const Vantage& vantage, record::Vantage& out) {
    out.set_route(Text(vantage.route));
    out.set_place(Text(vantage.place));
    out.set_tor_version(Text(vantage.tor_version));
    out.set_circuit(Text(vantage.circuit));
    out.set_exit(Text(vantage.exit));
  }

  static void Write(const TlsFacts& tls, record::TlsFacts& out) {
    out.set_version(Text(tls.version));
    out.set_cipher(Text(tls.cipher));
    for (const Digest& certificate : tls.certificates) out.add_certificates(Bytes(certificate));
  }

  static void Write(const ClockState& state, record::ClockState& out) {
    out.set_sync(Number<record::ClockSync>(state.sync));
    out.set_offset(state.offset.count());
    out.set_max_error(state.max_error.count());
    out.set_estimated_error(state.estimated_error.count());
  }

  static void Write(const Received& received, record::Received& out) {
    out.set_original_sha256(Bytes(received.original_sha256));
    out.set_original_bytes(received.original_bytes);
    out.set_original_name(Text(received.original_name));
    out.set_kind(Text(received.kind));
    out.set_part(Text(received.part));
    out.set_imported_by(Text(received.imported_by));
    out.set_seen_by(Text(received.seen_by));
    out.set_seen_at(Text(received.seen_at));
  }

  static void Write(const Capture& capture, record::Capture& out) {
    out.set_id(capture.id.value);
    out.set_source(Text(capture.source.value));
    out.set_url_key(capture.url_key.bytes);
    out.set_url(Text(capture.url));
    out.set_final_url(Text(capture.final_url));
    WriteAll(capture.hops, out.mutable_hops());
    out.set_provenance(Number<record::Provenance>(capture.provenance));
    out.set_authority(Text(capture.authority));
    out.set_outcome(Number<record::FetchOutcome>(capture.outcome));
    out.set_detail(Text(capture.detail));
    out.set_status(capture.status);
    out.set_request_head(capture.request_head);
    out.set_response_head(capture.response_head);
    out.set_content_type(capture.content_type);
    out.set_wire_bytes(capture.wire_bytes);
    out.set_body_end(Number<record::BodyEnd>(capture.body_end));
    out.set_truncation(Number<record::Truncation>(capture.truncation));
    out.set_channel(Number<record::Channel>(capture.channel));
    out.set_has_body(capture.has_body);
    out.set_body_sha256(Bytes(capture.body_sha256));
    out.set_body_bytes(capture.body_bytes);
    if (capture.is_coded()) {
      out.set_content_coding(Text(capture.content_coding));
      out.set_received_sha256(Bytes(capture.received_sha256));
      out.set_received_bytes(capture.received_bytes);
    }
    out.set_payload(Bytes(capture.payload.digest));
    out.set_started_utc(capture.started_utc.micros);
    out.set_started_monotonic(capture.started.micros);
    out.set_finished_monotonic(capture.finished.micros);
    out.set_boot_id(Text(capture.boot_id));
    if (capture.clock_state != ClockState()) Write(capture.clock_state, *out.mutable_clock_state());
    out.set_software(Text(capture.software));
    out.set_config_digest(Bytes(capture.config_digest));
    if (capture.profile_digest != Digest()) out.set_profile_digest(Bytes(capture.profile_digest));
    out.set_rules_digest(Bytes(capture.rules_digest));
    out.set_page_class(Number<record::PageClass>(capture.page_class));
    if (!capture.vantage.empty()) Write(capture.vantage, *out.mutable_vantage());
    if (!capture.tls.empty()) Write(capture.tls, *out.mutable_tls());
    out.set_revisit_of(capture.revisit_of.value);
    out.set_asked_by(Text(capture.asked_by));
    out.set_robots(Text(capture.robots));
    if (!capture.received.empty()) Write(capture.received, *out.mutable_received());
  }

  static void Write(const TextBlock& block, record::TextBlock& out) {
    if (block.span != Span()) Write(block.span, *out.mutable_span());
    if (block.source != Span()) Write(block.source, *out.mutable_source());
    out.set_is_main(block.is_main);
    out.set_language(Text(block.language));
  }

  static void Write(const Link& link, record::Link& out) {
    out.set_url(Text(link.url));
    out.set_text(Text(link.text));
    if (link.span != Span()) Write(link.span, *out.mutable_span());
    out.set_rel(Text(link.rel));
  }

  static void Write(const Weird& weird, record::Weird& out) {
    out.set_name(Text(weird.name));
    out.set_detail(Text(weird.detail));
  }

  static void Write(const Document& document, record::Document& out) {
    out.set_url(Text(document.url));
    out.set_page_class(Number<record::PageClass>(document.page_class));
    out.set_title(Text(document.title));
    out.set_language(Text(document.language));
    out.set_charset(Text(document.charset));
    out.set_text(Text(document.text));
    out.set_main_text(Text(document.main_text));
    WriteAll(document.blocks, out.mutable_blocks());
    WriteAll(document.links, out.mutable_links());
    out.set_degraded(document.degraded);
    WriteAll(document.weirds, out.mutable_weirds());
    out.set_pictures(document.pictures);
  }

  static void Write(const Money& money, record::Money& out) {
    out.set_units(money.units);
    out.set_scale(money.scale);
    out.set_currency(Text(money.currency));
  }

  static void Write(const Quantity& quantity, record::Quantity& out) {
    out.set_value(Text(quantity.value));
    out.set_unit(Text(quantity.unit));
    out.set_grams(Text(quantity.grams));
    out.set_grams_max(Text(quantity.grams_max));
    out.set_basis(Text(quantity.basis));
  }

  static void Write(const Price& price, record::Price& out) {
    Write(price.amount, *out.mutable_amount());
    if (price.amount_max) Write(*price.amount_max, *out.mutable_amount_max());
    if (price.quantity) Write(*price.quantity, *out.mutable_quantity());
  }

  static void Write(const Identifier& identifier, record::Identifier& out) {
    out.set_kind(Number<record::IdentifierKind>(identifier.kind));
    out.set_value(Text(identifier.value));
    out.set_check(Number<record::IdentifierCheck>(identifier.check));
    out.set_role(Number<record::IdentifierRole>(identifier.role));
    out.set_field(Text(identifier.field));
    if (identifier.span != Span()) Write(identifier.span, *out.mutable_span());
  }

  static void Write(const ListingFact& fact, record::ListingFact& out) {
    out.set_name(Text(fact.name));
    out.set_value(Text(fact.value));
  }

  static void Write(const Listing& listing, record::Listing& out) {
    out.set_id(Text(listing.id));
    out.set_kind(Number<record::ListingKind>(listing.kind));
    out.set_title(Text(listing.title));
    out.set_vendor(Text(listing.vendor));
    out.set_site_id(Text(listing.site_id));
    out.set_url(Text(listing.url));
    WriteAll(listing.prices, out.mutable_prices());
    if (listing.quantity) Write(*listing.quantity, *out.mutable_quantity());
    out.set_ships_from(Text(listing.ships_from));
    out.set_ships_to(Text(listing.ships_to));
    WriteStrings(listing.places, out.mutable_places());
    WriteStrings(listing.delivery, out.mutable_delivery());
    WriteStrings(listing.couriers, out.mutable_couriers());
    WriteStrings(listing.payment_methods, out.mutable_payment_methods());
    out.set_category(Text(listing.category));
    WriteAll(listing.identifiers, out.mutable_identifiers());
    out.set_text(Text(listing.text));
    if (listing.span != Span()) Write(listing.span, *out.mutable_span());
    WriteAll(listing.facts, out.mutable_facts());
  }

  static void Write(const Message& message, record::Message& out) {
    out.set_id(Text(message.id));
    out.set_author(Text(message.author));
    if (message.time) out.set_time(message.time->micros);
    out.set_time_as_written(Text(message.time_as_written));
    out.set_time_basis(Text(message.time_basis));
    out.set_text(Text(message.text));
    if (message.views) out.set_views(*message.views);
    out.set_reply_to(Text(message.reply_to));
    out.set_forwarded_from(Text(message.forwarded_from));
    WriteAll(message.identifiers, out.mutable_identifiers());
    out.set_media(Text(message.media));
  }

  static void Write(const ScorePart& part, record::ScorePart& out) {
    out.set_name(Text(part.name));
    out.set_points(part.points);
  }

  static void Write(const RuleHit& hit, record::RuleHit& out) {
    out.set_id(Text(hit.id));
    out.set_version(Text(hit.version));
    out.set_points(hit.points);
  }

  static void Write(const Substance& substance, record::Substance& out) {
    out.set_id(Text(substance.id));
    WriteStrings(substance.classes, out.mutable_classes());
    out.set_variable_composition(substance.variable_composition);
  }

  static void Write(const TermMatch& match, record::TermMatch& out) {
    out.set_field(Text(match.field));
    if (match.span != Span()) Write(match.span, *out.mutable_span());
    out.set_text(Text(match.text));
    out.set_normal(Text(match.normal));
    out.set_term(Text(match.term));
  }

  static void Write(const MatchCandidate& candidate, record::MatchCandidate& out) {
    out.set_listing(candidate.listing);
    out.set_level(Number<record::Level>(candidate.level));
    out.set_score(candidate.score);
    WriteAll(candidate.parts, out.mutable_parts());
    WriteAll(candidate.rules, out.mutable_rules());
    WriteAll(candidate.substances, out.mutable_substances());
    WriteAll(candidate.matches, out.mutable_matches());
    out.set_reason_en(Text(candidate.reasons.en));
    out.set_reason_ur(Text(candidate.reasons.ur));
  }

  static void Write(const Finding& finding, record::Finding& out) {
    out.set_id(Text(finding.id.value));
    out.set_source(Text(finding.source.value));
    out.set_listing_id(Text(finding.listing_id.value));
    Write(finding.listing, *out.mutable_listing());
    Write(finding.match, *out.mutable_match());
    out.set_first_capture(finding.first_capture.value);
    out.set_last_capture(finding.last_capture.value);
    out.set_first_seen(finding.first_seen.micros);
    out.set_last_seen(finding.last_seen.micros);
    out.set_times_seen(finding.times_seen);
    out.set_page_url(Text(finding.page_url));
    if (finding.rules_digest != Digest()) out.set_rules_digest(Bytes(finding.rules_digest));
  }

  static void Write(const Observation& observation, record::Observation& out) {
    out.set_listing_id(Text(observation.listing_id.value));
    out.set_capture(observation.capture.value);
    out.set_seen_at(observation.seen_at.micros);
    WriteAll(observation.prices, out.mutable_prices());
    if (observation.quantity) Write(*observation.quantity, *out.mutable_quantity());
    out.set_stock(Text(observation.stock));
    uint64_t before = observation.capture.value;
    for (const CaptureId& look : observation.again) {
      out.add_again(look.value - before);
      before = look.value;
    }
    // Wraps where somebody's times are too far apart, and back in Read.
    out.set_lasted(static_cast<int64_t>(static_cast<uint64_t>(observation.last_seen.micros) -
                                        static_cast<uint64_t>(observation.seen_at.micros)));
  }

  static void Write(const Review& review, record::Review& out) {
    out.set_finding(Text(review.finding.value));
    out.set_decision(Number<record::Decision>(review.decision));
    out.set_actor(Text(review.actor));
    out.set_note(Text(review.note));
    out.set_at(review.at.micros);
  }

  static void Write(const Alert& alert, record::Alert& out) {
    out.set_source(Text(alert.source.value));
    out.set_kind(Text(alert.kind));
    out.set_capture(alert.capture.value);
    out.set_at(alert.at.micros);
  }

  static void Write(const FrontierEntry& entry, record::FrontierEntry& out) {
    out.set_source(Text(entry.source.value));
    out.set_url_key(entry.key.bytes);
    out.set_url(Text(entry.url));
    out.set_depth(entry.depth);
    out.set_priority(Number<record::CrawlPriority>(entry.priority));
    out.set_state(Number<record::FrontierState>(entry.state));
    out.set_due(entry.due.micros);
    out.set_failures(entry.failures);
    out.set_visits(entry.visits);
    out.set_last_capture(entry.last_capture.value);
    out.set_last_outcome(Number<record::FetchOutcome>(entry.last_outcome));
    out.set_last_fetch(entry.last_fetch.micros);
    out.set_last_signature(Bytes(entry.last_signature));
    out.set_found_on(entry.found_on.value);
    out.set_last_status(entry.last_status);
    // What most rows have is not written, as the first version did not.
    if (entry.kind != TargetKind::kPage) out.set_kind(Number<record::TargetKind>(entry.kind));
    if (entry.page_class != PageClass::kContent)
      out.set_page_class(Number<record::PageClass>(entry.page_class));
    out.set_body_capture(entry.body_capture.value);
    out.set_etag(Text(entry.etag));
    out.set_last_modified(Text(entry.last_modified));
    out.set_interval(entry.interval.count());
    out.set_watched(entry.watched);
    if (entry.usual_priority != CrawlPriority::kRest)
      out.set_usual_priority(Number<record::CrawlPriority>(entry.usual_priority));
    out.set_asked_by(Text(entry.asked_by));
    out.set_asked_authority(Text(entry.asked_authority));
    out.set_seen_round(entry.seen_round);
  }

  static void Write(const CrawlRound& round, record::CrawlRound& out) {
    out.set_number(round.number);
    out.set_seen(round.seen);
    out.set_again(round.again);
  }

  template <typename Enum>
  static void WriteCounts(const std::map<Enum, uint64_t>& counts,
                          google::protobuf::RepeatedPtrField<record::CodeCount>* out) {
    for (const auto& [code, count] : counts) {
      record::CodeCount& row = *out->Add();
      row.set_code(static_cast<uint32_t>(code));
      row.set_count(count);
    }
  }

  static void Write(const SourceStats& stats, record::SourceStats& out) {
    out.set_source(Text(stats.source.value));
    WriteCounts(stats.outcomes, out.mutable_outcomes());
    WriteCounts(stats.classes, out.mutable_classes());
    for (const auto& [name, count] : stats.drops) {
      record::NameCount& row = *out.add_drops();
      row.set_name(Text(name));
      row.set_count(count);
    }
    std::map<size_t, uint64_t> rows;
    for (size_t state = 1; state < stats.rows.size(); ++state) {
      if (stats.rows[state] != 0) rows[state] = stats.rows[state];
    }
    WriteCounts(rows, out.mutable_rows());
    out.set_wire_bytes(stats.wire_bytes);
    out.set_pictures_not_read(stats.pictures_not_read);
    out.set_last_attempt(stats.last_attempt.micros);
    out.set_last_success(stats.last_success.micros);
    out.set_last_failure(stats.last_failure.micros);
    out.set_last_failure_outcome(Number<record::FetchOutcome>(stats.last_failure_outcome));
    out.set_day(stats.day);
    out.set_day_pages(stats.day_pages);
    out.set_day_bytes(stats.day_bytes);
    if (stats.round != CrawlRound()) Write(stats.round, *out.mutable_round());
    if (stats.last_round != CrawlRound()) Write(stats.last_round, *out.mutable_last_round());
    out.set_seen_before_last(stats.seen_before_last);
    out.set_not_before(stats.not_before.micros);
    out.set_not_before_why(Text(stats.not_before_why));
    out.set_origin(Text(stats.origin));
    out.set_origin_failures(stats.origin_failures);
  }

  static void Write(const RobotsRule& rule, record::RobotsRule& out) {
    out.set_allow(rule.allow);
    out.set_pattern(Text(rule.pattern));
  }

  static void Write(const RobotsRules& rules, record::RobotsRules& out) {
    WriteAll(rules.rules, out.mutable_rules());
    out.set_crawl_delay(rules.crawl_delay.count());
    WriteStrings(rules.sitemaps, out.mutable_sitemaps());
  }

  static void Write(const RobotsState& robots, record::RobotsState& out) {
    out.set_source(Text(robots.source.value));
    out.set_origin(Text(robots.origin));
    out.set_verdict(Number<record::RobotsVerdict>(robots.verdict));
    if (robots.rules != RobotsRules()) Write(robots.rules, *out.mutable_rules());
    out.set_fetched(robots.fetched.micros);
    out.set_capture(robots.capture.value);
  }

  static void Write(const SignedList& list, record::SignedList& out) {
    out.set_verdict(Number<record::SignatureVerdict>(list.verdict));
    out.set_signer(Text(list.signer));
    out.set_signed_at(list.signed_at.micros);
    WriteStrings(list.origins, out.mutable_origins());
    out.set_unsigned_origins(list.unsigned_origins);
  }

  static void Write(const MirrorListState& state, record::MirrorListState& out) {
    out.set_source(Text(state.source.value));
    Write(state.list, *out.mutable_list());
    out.set_fetched(state.fetched.micros);
    out.set_capture(state.capture.value);
  }

  static void Write(const AdoptedMirror& mirror, record::AdoptedMirror& out) {
    out.set_origin(Text(mirror.origin));
    out.set_actor(Text(mirror.actor));
    out.set_reason(Text(mirror.reason));
    out.set_at(mirror.at.micros);
  }

  static void Write(const OperatorState& state, record::OperatorState& out) {
    out.set_source(Text(state.source.value));
    if (state.blocked_until) out.set_blocked_until(state.blocked_until->micros);
    out.set_blocked_by(Text(state.blocked_by));
    out.set_blocked_why(Text(state.blocked_why));
    out.set_blocked_at(state.blocked_at.micros);
    WriteAll(state.mirrors, out.mutable_mirrors());
  }

  static void Write(const Candidate& candidate, record::Candidate& out) {
    out.set_id(Text(candidate.id));
    out.set_kind(Number<record::CandidateKind>(candidate.kind));
    out.set_value(Text(candidate.value));
    out.set_state(Number<record::CandidateState>(candidate.state));
    out.set_source(Text(candidate.source.value));
    out.set_last_source(Text(candidate.last_source.value));
    out.set_first_capture(candidate.first_capture.value);
    out.set_last_capture(candidate.last_capture.value);
    out.set_first_seen(candidate.first_seen.micros);
    out.set_last_seen(candidate.last_seen.micros);
    out.set_times_seen(candidate.times_seen);
    out.set_lookalike_of(Text(candidate.lookalike_of));
    out.set_actor(Text(candidate.actor));
    out.set_reason(Text(candidate.reason));
    out.set_decided(candidate.decided.micros);
    out.set_basis(Number<record::CandidateBasis>(candidate.basis));
    out.set_signer(Text(candidate.signer));
  }

  static void Write(const CrawlGap& gap, record::CrawlGap& out) {
    out.set_route(RouteNumberOf(gap.way));
    out.set_way(Text(gap.way));
    out.set_from(gap.from.micros);
    if (gap.until) out.set_until(gap.until->micros);
    out.set_why(Text(gap.why));
  }

  static void Write(const StoredListing& stored, record::StoredListing& out) {
    out.set_id(Text(stored.id.value));
    out.set_source(Text(stored.source.value));
    Write(stored.listing, *out.mutable_listing());
    out.set_first_capture(stored.first_capture.value);
    out.set_last_capture(stored.last_capture.value);
    out.set_first_seen(stored.first_seen.micros);
    out.set_last_seen(stored.last_seen.micros);
    out.set_last_run(stored.last_run.value);
  }

  static void Write(const CustodyLeaf& leaf, record::CustodyLeaf& out) {
    out.set_index(leaf.index);
    out.set_kind(Text(leaf.kind));
    out.set_at(leaf.at.micros);
    out.set_actor(Text(leaf.actor));
    out.set_commitment(Bytes(leaf.commitment));
    out.set_salt(leaf.salt);
    out.set_capture(leaf.capture.value);
    out.set_detail(Text(leaf.detail));
  }

  static void Write(const PageAnalysis& analysis, record::PageAnalysis& out) {
    Write(analysis.document, *out.mutable_document());
    WriteAll(analysis.listings, out.mutable_listings());
    WriteAll(analysis.messages, out.mutable_messages());
    WriteAll(analysis.identifiers, out.mutable_identifiers());
    WriteAll(analysis.candidates, out.mutable_candidates());
    if (analysis.robots != RobotsRules()) Write(analysis.robots, *out.mutable_robots());
    if (analysis.signed_list) Write(*analysis.signed_list, *out.mutable_signed_list());
  }

  static void Write(const AnalysisSetup& setup, record::AnalysisSetup& out) {
    for (const AnalysisSetup::Pack& pack : setup.packs) {
      record::RulePackText& text = *out.add_packs();
      text.set_name(Text(pack.name));
      text.set_text(Text(pack.text));
    }
    out.set_max_private_bytes(setup.max_private_bytes);
    out.set_max_page_time_ms(static_cast<uint32_t>(setup.max_page_time.count()));
  }

  static void Write(const ExtractionProfile& profile, record::ExtractionProfile& out) {
    out.set_name(Text(profile.name));
    out.set_item(Text(profile.item));
    out.set_kind(Text(profile.kind));
    out.set_title(Text(profile.title));
    out.set_price(Text(profile.price));
    out.set_currency(Text(profile.currency));
    out.set_quantity(Text(profile.quantity));
    out.set_vendor(Text(profile.vendor));
    out.set_url(Text(profile.url));
    out.set_site_id(Text(profile.site_id));
    out.set_text(Text(profile.text));
    out.set_ships_from(Text(profile.ships_from));
    out.set_ships_to(Text(profile.ships_to));
    out.set_category(Text(profile.category));
  }

  // The bindings in this and the next two: a field that is added and not written does not compile.
  static void Write(const AnalysisRequest& request, record::AnalysisRequest& out) {
    const auto& [id, kind, url, content_type, status, fetched_at, source_kind, profile, text_only, rules,
                 pinned] = request;
    out.set_id(id);
    out.set_kind(Number<record::AnalysisKind>(kind));
    out.set_url(Text(url));
    out.set_content_type(content_type);
    out.set_status(status);
    out.set_fetched_at(fetched_at.micros);
    if (source_kind) out.set_source_kind(std::string(SourceKindName(*source_kind)));
    Write(profile, *out.mutable_profile());
    out.set_text_only(text_only);
    out.set_rules_digest(Text(rules));
    if (pinned != PinnedKey()) {
      out.mutable_pinned()->set_fingerprint(Text(pinned.fingerprint));
      out.mutable_pinned()->set_block(Text(pinned.block));
    }
  }

  static void Write(const AnalysisReply& reply, record::AnalysisReply& out) { out.set_id(reply.id); }

  static void Write(const ChildReady& ready, record::ChildReady& out) {
    out.set_error(Text(ready.error));
    out.set_detail(Text(ready.detail));
  }

  static void Write(const FetchSetup& setup, record::FetchSetup& out) {
    const auto& [route, socks, request_headers, trusted, head, speed, speed_time, idle, idle_time] = setup;
    out.set_direct(route == Route::kDirect);
    WriteStrings(socks, out.mutable_socks());
    WriteStrings(request_headers, out.mutable_request_headers());
    out.set_trusted_certificates(trusted);
    out.set_max_head_bytes(head);
    out.set_low_speed_bytes_per_second(speed);
    out.set_low_speed_seconds(static_cast<uint32_t>(speed_time.count()));
    out.set_max_idle_connections(idle);
    out.set_max_idle_seconds(static_cast<uint32_t>(idle_time.count()));
  }

  static void Write(const FetchRequest& request, record::FetchRequest& out) {
    const auto& [id, source, url, route, user, password, max_wire, max_body, connect, total, media, priv,
                 if_none_match, if_modified_since] = request;
    out.set_id(id);
    out.set_source(Text(source.value));
    out.set_url(url.str());
    out.set_direct(route == Route::kDirect);
    out.set_socks_user(Text(user));
    out.set_socks_password(Text(password));
    out.set_max_wire_bytes(max_wire);
    out.set_max_body_bytes(max_body);
    out.set_connect_timeout(connect.count());
    out.set_total_timeout(total.count());
    WriteStrings(media, out.mutable_media());
    out.set_allow_private(priv);
    out.set_if_none_match(Text(if_none_match));
    out.set_if_modified_since(Text(if_modified_since));
  }

  static void Write(const FetchOrder& order, record::FetchOrder& out) {
    if (order.start) Write(*order.start, *out.mutable_start());
  }

  static void Write(const FetchResult& result, record::FetchResult& out) {
    const auto& [id, outcome, detail, status, request_head, response_head, body, content_coding, received,
                 received_sha256, content_type, location, wire_bytes, body_end, truncation, channel, tls,
                 timings] = result;
    // The frame's.
    static_cast<void>(body);
    static_cast<void>(received);
    out.set_content_coding(Text(content_coding));
    if (!content_coding.empty()) out.set_received_sha256(Bytes(received_sha256));
    out.set_id(id);
    out.set_outcome(Number<record::FetchOutcome>(outcome));
    out.set_detail(Text(detail));
    out.set_status(status);
    out.set_request_head(request_head);
    out.set_response_head(response_head);
    out.set_content_type(content_type);
    out.set_location(location);
    out.set_wire_bytes(wire_bytes);
    out.set_body_end(Number<record::BodyEnd>(body_end));
    out.set_truncation(Number<record::Truncation>(truncation));
    out.set_channel(Number<record::Channel>(channel));
    if (!tls.empty()) Write(tls, *out.mutable_tls());
    out.set_started_utc(timings.started_utc.micros);
    out.set_started(timings.started.micros);
    out.set_finished(timings.finished.micros);
    out.set_first_byte(timings.first_byte.count());
  }
};

template <typename Record, typename Noun>
std::string EncodeAs(const Noun& noun) {
  Record record;
  RecordWriter::Write(noun, record);
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    record.SerializeToCodedStream(&coded);
  }
  return bytes;
}

// ---- Records to nouns ----

// The zero of a record's enumeration means "not set", which no writer of ours leaves.
#define GASHT_READ_ENUM(Enum, in, field) \
  ReadEnum<Enum>((in).field(), (in).field() != 0 && record::Enum##_IsValid((in).field()), #field)

// One overload a record. Remembers the first field that is not what it must be, so that reading needs no
// error path of its own.
class RecordReader {
 public:
  const std::string& broken() const { return broken_; }

  Span Read(const record::Span& in) {
    Require(in.begin() <= in.end(), "span");
    return {.begin = in.begin(), .end = in.end()};
  }

  Hop Read(const record::Hop& in) {
    return {.url = in.url(), .status = in.status(), .location = in.location(), .decision = in.decision()};
  }

  Vantage Read(const record::Vantage& in) {
    return {.route = in.route(),
            .place = in.place(),
            .tor_version = in.tor_version(),
            .circuit = in.circuit(),
            .exit = in.exit()};
  }

  TlsFacts Read(const record::TlsFacts& in) {
    TlsFacts out{.version = in.version(), .cipher = in.cipher(), .certificates = {}};
    for (const std::string& certificate : in.certificates()) {
      Require(!certificate.empty(), "certificates");
      out.certificates.push_back(ReadDigest(certificate, "certificates"));
    }
    return out;
  }

  Received Read(const record::Received& in) {
    return {.original_sha256 = ReadDigest(in.original_sha256(), "original_sha256"),
            .original_bytes = in.original_bytes(),
            .original_name = in.original_name(),
            .kind = in.kind(),
            .part = in.part(),
            .imported_by = in.imported_by(),
            .seen_by = in.seen_by(),
            .seen_at = in.seen_at()};
  }

  ClockState Read(const record::ClockState& in) {
    // Zero is a value: not known.
    return {.sync = ReadEnum<ClockState::Sync>(in.sync(), record::ClockSync_IsValid(in.sync()), "sync"),
            .offset = std::chrono::microseconds(in.offset()),
            .max_error = std::chrono::microseconds(in.max_error()),
            .estimated_error = std::chrono::microseconds(in.estimated_error())};
  }

  Capture Read(const record::Capture& in) {
    Capture out;
    out.id = {in.id()};
    out.source = ReadSource(in.source());
    out.url_key = ReadUrlKey(in.url_key());
    out.url = in.url();
    out.final_url = in.final_url();
    ReadAll(in.hops(), out.hops);
    out.provenance = GASHT_READ_ENUM(Provenance, in, provenance);
    out.authority = in.authority();
    out.outcome = GASHT_READ_ENUM(FetchOutcome, in, outcome);
    out.detail = in.detail();
    out.status = in.status();
    out.request_head = in.request_head();
    out.response_head = in.response_head();
    out.content_type = in.content_type();
    out.wire_bytes = in.wire_bytes();
    out.body_end = GASHT_READ_ENUM(BodyEnd, in, body_end);
    out.truncation = GASHT_READ_ENUM(Truncation, in, truncation);
    out.channel = GASHT_READ_ENUM(Channel, in, channel);
    out.has_body = in.has_body();
    out.body_sha256 = ReadDigest(in.body_sha256(), "body_sha256");
    Require(!in.has_body() || !in.body_sha256().empty(), "body_sha256");
    out.body_bytes = in.body_bytes();
    out.content_coding = in.content_coding();
    out.received_sha256 = ReadDigest(in.received_sha256(), "received_sha256");
    Require(NormalContentCoding(in.content_coding()) == in.content_coding(), "content_coding");
    Require(in.content_coding().empty() == in.received_sha256().empty(), "received_sha256");
    out.received_bytes = in.received_bytes();
    out.payload = {ReadDigest(in.payload(), "payload")};
    out.started_utc = {in.started_utc()};
    out.started = {in.started_monotonic()};
    out.finished = {in.finished_monotonic()};
    out.boot_id = in.boot_id();
    out.clock_state = Read(in.clock_state());
    out.software = in.software();
    out.config_digest = ReadDigest(in.config_digest(), "config_digest");
    out.profile_digest = ReadDigest(in.profile_digest(), "profile_digest");
    out.rules_digest = ReadDigest(in.rules_digest(), "rules_digest");
    out.page_class = GASHT_READ_ENUM(PageClass, in, page_class);
    out.vantage = Read(in.vantage());
    out.tls = Read(in.tls());
    out.revisit_of = {in.revisit_of()};
    out.asked_by = in.asked_by();
    out.robots = in.robots();
    out.received = Read(in.received());
    return out;
  }

  TextBlock Read(const record::TextBlock& in) {
    return {.span = Read(in.span()),
            .source = Read(in.source()),
            .is_main = in.is_main(),
            .language = in.language()};
  }

  Link Read(const record::Link& in) {
    return {.url = in.url(), .text = in.text(), .span = Read(in.span()), .rel = in.rel()};
  }

  Weird Read(const record::Weird& in) { return {.name = in.name(), .detail = in.detail()}; }

  Document Read(const record::Document& in) {
    Document out;
    out.url = in.url();
    out.page_class = GASHT_READ_ENUM(PageClass, in, page_class);
    out.title = in.title();
    out.language = in.language();
    out.charset = in.charset();
    out.text = in.text();
    out.main_text = in.main_text();
    ReadAll(in.blocks(), out.blocks);
    ReadAll(in.links(), out.links);
    out.degraded = in.degraded();
    ReadAll(in.weirds(), out.weirds);
    out.pictures = in.pictures();
    return out;
  }

  Money Read(const record::Money& in) {
    Require(in.scale() <= kMaxMoneyScale, "scale");
    return {.units = in.units(), .scale = static_cast<uint8_t>(in.scale()), .currency = in.currency()};
  }

  Quantity Read(const record::Quantity& in) {
    return {.value = in.value(),
            .unit = in.unit(),
            .grams = in.grams(),
            .grams_max = in.grams_max(),
            .basis = in.basis()};
  }

  Price Read(const record::Price& in) {
    Price out;
    Require(in.has_amount(), "amount");
    out.amount = Read(in.amount());
    if (in.has_amount_max()) out.amount_max = Read(in.amount_max());
    if (in.has_quantity()) out.quantity = Read(in.quantity());
    return out;
  }

  Identifier Read(const record::Identifier& in) {
    Identifier out;
    out.kind = GASHT_READ_ENUM(IdentifierKind, in, kind);
    out.value = in.value();
    out.check = GASHT_READ_ENUM(IdentifierCheck, in, check);
    out.role = GASHT_READ_ENUM(IdentifierRole, in, role);
    out.field = in.field();
    out.span = Read(in.span());
    return out;
  }

  ListingFact Read(const record::ListingFact& in) { return {in.name(), in.value()}; }

  Listing Read(const record::Listing& in) {
    Listing out;
    out.id = in.id();
    out.kind = GASHT_READ_ENUM(ListingKind, in, kind);
    out.title = in.title();
    out.vendor = in.vendor();
    out.site_id = in.site_id();
    out.url = in.url();
    ReadAll(in.prices(), out.prices);
    if (in.has_quantity()) out.quantity = Read(in.quantity());
    out.ships_from = in.ships_from();
    out.ships_to = in.ships_to();
    out.places = ReadStrings(in.places());
    out.delivery = ReadStrings(in.delivery());
    out.couriers = ReadStrings(in.couriers());
    out.payment_methods = ReadStrings(in.payment_methods());
    out.category = in.category();
    ReadAll(in.identifiers(), out.identifiers);
    out.text = in.text();
    out.span = Read(in.span());
    ReadAll(in.facts(), out.facts);
    return out;
  }

  Message Read(const record::Message& in) {
    Message out;
    out.id = in.id();
    out.author = in.author();
    if (in.has_time()) out.time = UtcTime{in.time()};
    out.time_as_written = in.time_as_written();
    out.time_basis = in.time_basis();
    out.text = in.text();
    if (in.has_views()) out.views = in.views();
    out.reply_to = in.reply_to();
    out.forwarded_from = in.forwarded_from();
    ReadAll(in.identifiers(), out.identifiers);
    out.media = in.media();
    return out;
  }

  ScorePart Read(const record::ScorePart& in) { return {.name = in.name(), .points = in.points()}; }

  RuleHit Read(const record::RuleHit& in) {
    return {.id = in.id(), .version = in.version(), .points = in.points()};
  }

  Substance Read(const record::Substance& in) {
    for (const std::string& name : in.classes()) Require(IsSubstanceClass(name), "classes");
    return {.id = in.id(),
            .classes = ReadStrings(in.classes()),
            .variable_composition = in.variable_composition()};
  }

  TermMatch Read(const record::TermMatch& in) {
    return {.field = in.field(),
            .span = Read(in.span()),
            .text = in.text(),
            .normal = in.normal(),
            .term = in.term()};
  }

  MatchCandidate Read(const record::MatchCandidate& in) {
    MatchCandidate out;
    out.listing = in.listing();
    out.level = GASHT_READ_ENUM(Level, in, level);
    out.score = in.score();
    ReadAll(in.parts(), out.parts);
    ReadAll(in.rules(), out.rules);
    ReadAll(in.substances(), out.substances);
    ReadAll(in.matches(), out.matches);
    out.reasons = {.en = in.reason_en(), .ur = in.reason_ur()};
    return out;
  }

  Finding Read(const record::Finding& in) {
    Finding out;
    out.id = ReadFindingId(in.id(), "id");
    out.source = ReadSource(in.source());
    out.listing_id = ReadListingId(in.listing_id());
    Require(in.has_listing(), "listing");
    out.listing = Read(in.listing());
    Require(in.has_match(), "match");
    out.match = Read(in.match());
    out.first_capture = {in.first_capture()};
    out.last_capture = {in.last_capture()};
    out.first_seen = {in.first_seen()};
    out.last_seen = {in.last_seen()};
    out.times_seen = in.times_seen();
    out.page_url = in.page_url();
    if (!in.rules_digest().empty()) out.rules_digest = ReadDigest(in.rules_digest(), "rules_digest");
    return out;
  }

  Observation Read(const record::Observation& in) {
    Observation out;
    // In a row the key says which.
    if (!in.listing_id().empty()) out.listing_id = ReadListingId(in.listing_id());
    out.capture = {in.capture()};
    out.seen_at = {in.seen_at()};
    ReadAll(in.prices(), out.prices);
    if (in.has_quantity()) out.quantity = Read(in.quantity());
    out.stock = in.stock();
    uint64_t look = in.capture();
    for (const uint64_t step : in.again()) {
      Require(step != 0 && look + step > look, "again");
      look += step;
      out.again.push_back({look});
    }
    // Before there were runs of looks neither was written.
    out.last_seen = {in.last_seen() != 0 ? in.last_seen()
                                         : static_cast<int64_t>(static_cast<uint64_t>(in.seen_at()) +
                                                                static_cast<uint64_t>(in.lasted()))};
    return out;
  }

  Review Read(const record::Review& in) {
    return {.finding = ReadFindingId(in.finding(), "finding"),
            .decision = GASHT_READ_ENUM(Decision, in, decision),
            .actor = in.actor(),
            .note = in.note(),
            .at = {in.at()}};
  }

  Alert Read(const record::Alert& in) {
    return {.source = ReadSource(in.source()), .kind = in.kind(), .capture = {in.capture()}, .at = {in.at()}};
  }

  FrontierEntry Read(const record::FrontierEntry& in) {
    FrontierEntry out;
    out.source = ReadSource(in.source());
    out.key = ReadUrlKey(in.url_key());
    out.url = in.url();
    out.depth = in.depth();
    // Zero is a priority: the soonest.
    out.priority =
        ReadEnum<CrawlPriority>(in.priority(), record::CrawlPriority_IsValid(in.priority()), "priority");
    out.state = GASHT_READ_ENUM(FrontierState, in, state);
    out.due = {in.due()};
    out.failures = in.failures();
    out.visits = in.visits();
    out.last_capture = {in.last_capture()};
    out.last_outcome = GASHT_READ_ENUM(FetchOutcome, in, last_outcome);
    out.last_fetch = {in.last_fetch()};
    out.last_signature = ReadDigest(in.last_signature(), "last_signature");
    out.found_on = {in.found_on()};
    out.last_status = in.last_status();
    if (in.kind() != 0) out.kind = GASHT_READ_ENUM(TargetKind, in, kind);
    if (in.page_class() != 0) out.page_class = GASHT_READ_ENUM(PageClass, in, page_class);
    out.body_capture = {in.body_capture()};
    out.etag = in.etag();
    out.last_modified = in.last_modified();
    Require(in.interval() >= 0, "interval");
    out.interval = std::chrono::microseconds(in.interval());
    out.watched = in.watched();
    if (in.usual_priority() != 0)
      out.usual_priority = ReadEnum<CrawlPriority>(
          in.usual_priority(), record::CrawlPriority_IsValid(in.usual_priority()), "usual_priority");
    out.asked_by = in.asked_by();
    out.asked_authority = in.asked_authority();
    out.seen_round = in.seen_round();
    return out;
  }

  CrawlRound Read(const record::CrawlRound& in) {
    return {.number = in.number(), .seen = in.seen(), .again = in.again()};
  }

  SourceStats Read(const record::SourceStats& in) {
    SourceStats out;
    out.source = ReadSource(in.source());
    for (const record::CodeCount& row : in.outcomes())
      out.outcomes[ReadEnum<FetchOutcome>(static_cast<int>(row.code()),
                                          row.code() != 0 && row.code() <= 0xffff &&
                                              record::FetchOutcome_IsValid(static_cast<int>(row.code())),
                                          "outcomes")] = row.count();
    for (const record::CodeCount& row : in.classes())
      out.classes[ReadEnum<PageClass>(
          static_cast<int>(row.code()),
          row.code() != 0 && row.code() <= 0xffff && record::PageClass_IsValid(static_cast<int>(row.code())),
          "classes")] = row.count();
    for (const record::NameCount& row : in.drops()) out.drops[row.name()] = row.count();
    for (const record::CodeCount& row : in.rows()) {
      const bool known = row.code() != 0 && row.code() < out.rows.size();
      Require(known, "rows");
      if (known) out.rows[row.code()] = row.count();
    }
    out.wire_bytes = in.wire_bytes();
    out.pictures_not_read = in.pictures_not_read();
    out.last_attempt = {in.last_attempt()};
    out.last_success = {in.last_success()};
    out.last_failure = {in.last_failure()};
    out.last_failure_outcome = GASHT_READ_ENUM(FetchOutcome, in, last_failure_outcome);
    out.day = in.day();
    out.day_pages = in.day_pages();
    out.day_bytes = in.day_bytes();
    out.round = Read(in.round());
    out.last_round = Read(in.last_round());
    out.seen_before_last = in.seen_before_last();
    out.not_before = {in.not_before()};
    out.not_before_why = in.not_before_why();
    out.origin = in.origin();
    out.origin_failures = in.origin_failures();
    return out;
  }

  RobotsRule Read(const record::RobotsRule& in) { return {.allow = in.allow(), .pattern = in.pattern()}; }

  RobotsRules Read(const record::RobotsRules& in) {
    RobotsRules out;
    ReadAll(in.rules(), out.rules);
    Require(in.crawl_delay() >= 0, "crawl_delay");
    out.crawl_delay = std::chrono::microseconds(in.crawl_delay());
    out.sitemaps.assign(in.sitemaps().begin(), in.sitemaps().end());
    return out;
  }

  RobotsState Read(const record::RobotsState& in) {
    return {.source = ReadSource(in.source()),
            .origin = in.origin(),
            .verdict = GASHT_READ_ENUM(RobotsVerdict, in, verdict),
            .rules = Read(in.rules()),
            .fetched = {in.fetched()},
            .capture = {in.capture()}};
  }

  SignedList Read(const record::SignedList& in) {
    return {.verdict = GASHT_READ_ENUM(SignatureVerdict, in, verdict),
            .signer = in.signer(),
            .signed_at = {in.signed_at()},
            .origins = ReadStrings(in.origins()),
            .unsigned_origins = in.unsigned_origins()};
  }

  MirrorListState Read(const record::MirrorListState& in) {
    Require(in.has_list(), "list");
    return {.source = ReadSource(in.source()),
            .list = Read(in.list()),
            .fetched = {in.fetched()},
            .capture = {in.capture()}};
  }

  AdoptedMirror Read(const record::AdoptedMirror& in) {
    Require(!in.origin().empty(), "origin");
    return {.origin = in.origin(), .actor = in.actor(), .reason = in.reason(), .at = {in.at()}};
  }

  OperatorState Read(const record::OperatorState& in) {
    OperatorState out;
    out.source = ReadSource(in.source());
    if (in.has_blocked_until()) out.blocked_until = UtcTime{in.blocked_until()};
    out.blocked_by = in.blocked_by();
    out.blocked_why = in.blocked_why();
    out.blocked_at = {in.blocked_at()};
    ReadAll(in.mirrors(), out.mirrors);
    return out;
  }

  Candidate Read(const record::Candidate& in) {
    Candidate out;
    Require(IsValidCandidateId(in.id()), "id");
    out.id = in.id();
    out.kind = GASHT_READ_ENUM(CandidateKind, in, kind);
    Require(!in.value().empty(), "value");
    out.value = in.value();
    out.state = GASHT_READ_ENUM(CandidateState, in, state);
    out.source = ReadSource(in.source());
    out.last_source = ReadSource(in.last_source());
    out.first_capture = {in.first_capture()};
    out.last_capture = {in.last_capture()};
    out.first_seen = {in.first_seen()};
    out.last_seen = {in.last_seen()};
    out.times_seen = in.times_seen();
    out.lookalike_of = in.lookalike_of();
    out.actor = in.actor();
    out.reason = in.reason();
    out.decided = {in.decided()};
    if (in.basis() != record::CANDIDATE_BASIS_NONE) out.basis = GASHT_READ_ENUM(CandidateBasis, in, basis);
    out.signer = in.signer();
    return out;
  }

  CrawlGap Read(const record::CrawlGap& in) {
    CrawlGap out;
    out.way = in.way();
    if (out.way.empty()) out.way = RouteName(in.route() == 2 ? Route::kDirect : Route::kTor);
    Require(in.route() == RouteNumberOf(out.way), "route");
    out.from = {in.from()};
    if (in.until() != 0) out.until = UtcTime{in.until()};
    out.why = in.why();
    return out;
  }

  StoredListing Read(const record::StoredListing& in) {
    StoredListing out;
    // In a row the key says which.
    if (!in.id().empty()) out.id = ReadListingId(in.id());
    if (!in.source().empty()) out.source = ReadSource(in.source());
    Require(in.has_listing(), "listing");
    out.listing = Read(in.listing());
    out.first_capture = {in.first_capture()};
    out.last_capture = {in.last_capture()};
    out.first_seen = {in.first_seen()};
    out.last_seen = {in.last_seen()};
    out.last_run = {in.last_run()};
    return out;
  }

  CustodyLeaf Read(const record::CustodyLeaf& in) {
    CustodyLeaf out;
    out.index = in.index();
    Require(!in.kind().empty(), "kind");
    out.kind = in.kind();
    out.at = {in.at()};
    out.actor = in.actor();
    out.commitment = ReadDigest(in.commitment(), "commitment");
    // None: it was destroyed with the record that it hid.
    Require(in.salt().empty() || in.salt().size() == kSaltBytes, "salt");
    out.salt = in.salt();
    out.capture = {in.capture()};
    out.detail = in.detail();
    return out;
  }

  PageAnalysis Read(const record::PageAnalysis& in) {
    PageAnalysis out;
    Require(in.has_document(), "document");
    out.document = Read(in.document());
    ReadAll(in.listings(), out.listings);
    ReadAll(in.messages(), out.messages);
    ReadAll(in.identifiers(), out.identifiers);
    ReadAll(in.candidates(), out.candidates);
    out.robots = Read(in.robots());
    if (in.has_signed_list()) out.signed_list = Read(in.signed_list());
    if (const Status status = CheckPageAnalysis(out); !status.ok()) Require(false, status.message());
    return out;
  }

  AnalysisSetup Read(const record::AnalysisSetup& in) {
    AnalysisSetup out;
    for (const record::RulePackText& pack : in.packs()) out.packs.push_back({pack.name(), pack.text()});
    out.max_private_bytes = in.max_private_bytes();
    out.max_page_time = std::chrono::milliseconds(in.max_page_time_ms());
    return out;
  }

  ExtractionProfile Read(const record::ExtractionProfile& in) {
    ExtractionProfile out;
    out.name = in.name();
    out.item = in.item();
    out.kind = in.kind();
    out.title = in.title();
    out.price = in.price();
    out.currency = in.currency();
    out.quantity = in.quantity();
    out.vendor = in.vendor();
    out.url = in.url();
    out.site_id = in.site_id();
    out.text = in.text();
    out.ships_from = in.ships_from();
    out.ships_to = in.ships_to();
    out.category = in.category();
    return out;
  }

  AnalysisRequest Read(const record::AnalysisRequest& in) {
    AnalysisRequest out;
    out.id = in.id();
    out.kind = GASHT_READ_ENUM(AnalysisKind, in, kind);
    out.url = in.url();
    out.content_type = in.content_type();
    out.status = in.status();
    out.fetched_at = {in.fetched_at()};
    if (!in.source_kind().empty()) {
      out.source_kind = ParseSourceKind(in.source_kind());
      Require(out.source_kind.has_value(), "source_kind");
    }
    out.profile = Read(in.profile());
    out.text_only = in.text_only();
    out.rules_digest = in.rules_digest();
    out.pinned = {in.pinned().fingerprint(), in.pinned().block()};
    return out;
  }

  AnalysisReply Read(const record::AnalysisReply& in) { return {.id = in.id()}; }

  ChildReady Read(const record::ChildReady& in) { return {.error = in.error(), .detail = in.detail()}; }

  FetchSetup Read(const record::FetchSetup& in) {
    FetchSetup out;
    out.route = in.direct() ? Route::kDirect : Route::kTor;
    out.socks = ReadStrings(in.socks());
    out.request_headers = ReadStrings(in.request_headers());
    out.trusted_certificates = in.trusted_certificates();
    out.max_head_bytes = in.max_head_bytes();
    out.low_speed_bytes_per_second = in.low_speed_bytes_per_second();
    out.low_speed_time = std::chrono::seconds(in.low_speed_seconds());
    out.max_idle_connections = in.max_idle_connections();
    out.max_idle_time = std::chrono::seconds(in.max_idle_seconds());
    return out;
  }

  FetchOrder Read(const record::FetchOrder& in) {
    if (!in.has_start()) return {};
    const record::FetchRequest& start = in.start();
    // A URL that does not come back as it went is none that the core wrote.
    const Result<Url> url = Url::Parse(start.url());
    Require(url.ok() && url->str() == start.url(), "url");
    if (!url.ok()) return {};
    FetchRequest out{.id = start.id(), .source = ReadSource(start.source()), .url = *url};
    out.route = start.direct() ? Route::kDirect : Route::kTor;
    out.socks_user = start.socks_user();
    out.socks_password = start.socks_password();
    out.max_wire_bytes = start.max_wire_bytes();
    out.max_body_bytes = start.max_body_bytes();
    out.connect_timeout = std::chrono::microseconds(start.connect_timeout());
    out.total_timeout = std::chrono::microseconds(start.total_timeout());
    out.media = ReadStrings(start.media());
    out.allow_private = start.allow_private();
    out.if_none_match = start.if_none_match();
    out.if_modified_since = start.if_modified_since();
    return {std::move(out)};
  }

  FetchResult Read(const record::FetchResult& in) {
    FetchResult out;
    out.id = in.id();
    out.outcome = GASHT_READ_ENUM(FetchOutcome, in, outcome);
    out.detail = in.detail();
    out.status = in.status();
    out.request_head = in.request_head();
    out.response_head = in.response_head();
    out.content_type = in.content_type();
    out.location = in.location();
    out.wire_bytes = in.wire_bytes();
    out.body_end = GASHT_READ_ENUM(BodyEnd, in, body_end);
    out.truncation = GASHT_READ_ENUM(Truncation, in, truncation);
    out.channel = GASHT_READ_ENUM(Channel, in, channel);
    out.tls = Read(in.tls());
    out.content_coding = in.content_coding();
    out.received_sha256 = ReadDigest(in.received_sha256(), "received_sha256");
    Require(NormalContentCoding(in.content_coding()) == in.content_coding(), "content_coding");
    Require(in.content_coding().empty() == in.received_sha256().empty(), "received_sha256");
    out.timings.started_utc = {in.started_utc()};
    out.timings.started = {in.started()};
    out.timings.finished = {in.finished()};
    out.timings.first_byte = std::chrono::microseconds(in.first_byte());
    return out;
  }

 private:
  void Require(bool ok, std::string_view field) {
    if (!ok && broken_.empty()) broken_ = field;
  }

  template <typename Enum>
  Enum ReadEnum(int number, bool known, std::string_view field) {
    Require(known, field);
    return static_cast<Enum>(number);
  }

  Digest ReadDigest(const std::string& bytes, std::string_view field) {
    Require(bytes.empty() || bytes.size() == sizeof(Digest::bytes), field);
    return bytes.size() == sizeof(Digest::bytes) ? Digest::FromBytes(bytes) : Digest();
  }

  SourceId ReadSource(const std::string& source) {
    Require(IsValidSourceId(source), "source");
    return {source};
  }

  ListingId ReadListingId(const std::string& id) {
    Require(IsValidListingId(id), "listing_id");
    return {id};
  }

  FindingId ReadFindingId(const std::string& id, std::string_view field) {
    Require(IsValidFindingId(id), field);
    return {id};
  }

  UrlKey ReadUrlKey(const std::string& bytes) {
    Require(bytes.size() == UrlKey::kBytes, "url_key");
    return {bytes};
  }

  template <typename Record, typename Noun>
  void ReadAll(const google::protobuf::RepeatedPtrField<Record>& in, std::vector<Noun>& out) {
    out.reserve(static_cast<size_t>(in.size()));
    for (const Record& record : in) out.push_back(Read(record));
  }

  std::vector<std::string> ReadStrings(const google::protobuf::RepeatedPtrField<std::string>& in) {
    return {in.begin(), in.end()};
  }

  std::string broken_;
};

#undef GASHT_READ_ENUM

template <typename Noun, typename Record>
Result<Noun> DecodeAs(std::string_view bytes, std::string_view name) {
  const auto broken = [name](std::string_view what) {
    return Status::DataLoss(std::string(name) + " record: " + std::string(what));
  };
  if (bytes.size() > kMaxRecordBytes) return broken("larger than 64 MiB");
  // The library would tell standard error what we tell the caller.
  const google::protobuf::LogSilencer silence;
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return broken("not a record of this kind");
  RecordReader reader;
  Noun noun = reader.Read(record);
  if (!reader.broken().empty()) return broken("bad " + reader.broken());
  return noun;
}

}  // namespace

std::string Encode(const Capture& capture) {
  return EncodeAs<record::Capture>(capture);
}
std::string Encode(const Listing& listing) {
  return EncodeAs<record::Listing>(listing);
}
std::string Encode(const Message& message) {
  return EncodeAs<record::Message>(message);
}
std::string Encode(const Identifier& identifier) {
  return EncodeAs<record::Identifier>(identifier);
}
std::string Encode(const Finding& finding) {
  return EncodeAs<record::Finding>(finding);
}
std::string Encode(const Observation& observation) {
  return EncodeAs<record::Observation>(observation);
}
std::string Encode(const Review& review) {
  return EncodeAs<record::Review>(review);
}
std::string Encode(const Alert& alert) {
  return EncodeAs<record::Alert>(alert);
}
std::string Encode(const FrontierEntry& entry) {
  return EncodeAs<record::FrontierEntry>(entry);
}
std::string Encode(const SourceStats& stats) {
  return EncodeAs<record::SourceStats>(stats);
}
std::string Encode(const RobotsState& robots) {
  return EncodeAs<record::RobotsState>(robots);
}
std::string Encode(const OperatorState& state) {
  return EncodeAs<record::OperatorState>(state);
}
std::string Encode(const Candidate& candidate) {
  return EncodeAs<record::Candidate>(candidate);
}
std::string Encode(const MirrorListState& state) {
  return EncodeAs<record::MirrorListState>(state);
}
std::string Encode(const CrawlGap& gap) {
  return EncodeAs<record::CrawlGap>(gap);
}
std::string Encode(const StoredListing& listing) {
  return EncodeAs<record::StoredListing>(listing);
}
std::string Encode(const CustodyLeaf& leaf) {
  return EncodeAs<record::CustodyLeaf>(leaf);
}
std::string Encode(const PageAnalysis& analysis) {
  return EncodeAs<record::PageAnalysis>(analysis);
}
std::string Encode(const ExtractionProfile& profile) {
  return EncodeAs<record::ExtractionProfile>(profile);
}
std::string Encode(const AnalysisSetup& setup) {
  return EncodeAs<record::AnalysisSetup>(setup);
}
std::string Encode(const AnalysisRequest& request) {
  return EncodeAs<record::AnalysisRequest>(request);
}
std::string Encode(const AnalysisReply& reply) {
  return EncodeAs<record::AnalysisReply>(reply);
}
std::string Encode(const ChildReady& ready) {
  return EncodeAs<record::ChildReady>(ready);
}
std::string Encode(const FetchSetup& setup) {
  return EncodeAs<record::FetchSetup>(setup);
}
std::string Encode(const FetchOrder& order) {
  return EncodeAs<record::FetchOrder>(order);
}
std::string Encode(const FetchResult& result) {
  return EncodeAs<record::FetchResult>(result);
}

Result<Capture> DecodeCapture(std::string_view bytes) {
  return DecodeAs<Capture, record::Capture>(bytes, "capture");
}
Result<Listing> DecodeListing(std::string_view bytes) {
  return DecodeAs<Listing, record::Listing>(bytes, "listing");
}
Result<Message> DecodeMessage(std::string_view bytes) {
  return DecodeAs<Message, record::Message>(bytes, "message");
}
Result<Identifier> DecodeIdentifier(std::string_view bytes) {
  return DecodeAs<Identifier, record::Identifier>(bytes, "identifier");
}
Result<Finding> DecodeFinding(std::string_view bytes) {
  return DecodeAs<Finding, record::Finding>(bytes, "finding");
}
Result<Observation> DecodeObservation(std::string_view bytes) {
  return DecodeAs<Observation, record::Observation>(bytes, "observation");
}
Result<Review> DecodeReview(std::string_view bytes) {
  return DecodeAs<Review, record::Review>(bytes, "review");
}
Result<Alert> DecodeAlert(std::string_view bytes) {
  return DecodeAs<Alert, record::Alert>(bytes, "alert");
}
Result<FrontierEntry> DecodeFrontierEntry(std::string_view bytes) {
  return DecodeAs<FrontierEntry, record::FrontierEntry>(bytes, "frontier entry");
}
Result<SourceStats> DecodeSourceStats(std::string_view bytes) {
  return DecodeAs<SourceStats, record::SourceStats>(bytes, "source stats");
}
Result<RobotsState> DecodeRobotsState(std::string_view bytes) {
  return DecodeAs<RobotsState, record::RobotsState>(bytes, "robots state");
}
Result<OperatorState> DecodeOperatorState(std::string_view bytes) {
  return DecodeAs<OperatorState, record::OperatorState>(bytes, "operator state");
}
Result<Candidate> DecodeCandidate(std::string_view bytes) {
  return DecodeAs<Candidate, record::Candidate>(bytes, "candidate");
}
Result<MirrorListState> DecodeMirrorListState(std::string_view bytes) {
  return DecodeAs<MirrorListState, record::MirrorListState>(bytes, "mirror list state");
}
Result<CrawlGap> DecodeCrawlGap(std::string_view bytes) {
  return DecodeAs<CrawlGap, record::CrawlGap>(bytes, "crawl gap");
}
Result<StoredListing> DecodeStoredListing(std::string_view bytes) {
  return DecodeAs<StoredListing, record::StoredListing>(bytes, "stored listing");
}
Result<CustodyLeaf> DecodeCustodyLeaf(std::string_view bytes) {
  return DecodeAs<CustodyLeaf, record::CustodyLeaf>(bytes, "custody leaf");
}
Result<PageAnalysis> DecodePageAnalysis(std::string_view bytes) {
  return DecodeAs<PageAnalysis, record::PageAnalysis>(bytes, "page analysis");
}
Result<AnalysisSetup> DecodeAnalysisSetup(std::string_view bytes) {
  return DecodeAs<AnalysisSetup, record::AnalysisSetup>(bytes, "analysis setup");
}
Result<AnalysisRequest> DecodeAnalysisRequest(std::string_view bytes) {
  return DecodeAs<AnalysisRequest, record::AnalysisRequest>(bytes, "analysis request");
}
Result<AnalysisReply> DecodeAnalysisReply(std::string_view bytes) {
  return DecodeAs<AnalysisReply, record::AnalysisReply>(bytes, "analysis reply");
}
Result<ChildReady> DecodeChildReady(std::string_view bytes) {
  return DecodeAs<ChildReady, record::ChildReady>(bytes, "child ready");
}
Result<FetchSetup> DecodeFetchSetup(std::string_view bytes) {
  return DecodeAs<FetchSetup, record::FetchSetup>(bytes, "fetch setup");
}
Result<FetchOrder> DecodeFetchOrder(std::string_view bytes) {
  return DecodeAs<FetchOrder, record::FetchOrder>(bytes, "fetch order");
}
Result<FetchResult> DecodeFetchResult(std::string_view bytes) {
  return DecodeAs<FetchResult, record::FetchResult>(bytes, "fetch result");
}

}  // namespace gasht
