#pragma once

// What the crawl keeps of a source beside its pages: what became of it (SourceStats), what the robots.txt of each of its
// addresses said, what its signed list of addresses was worth, what a person decided about its queue, what it led to
// (Candidate), and when we ourselves were away (CrawlGap). Plain values.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/capture.h"
#include "model/fetch.h"
#include "model/frontier.h"
#include "model/ids.h"

namespace gasht {

// One pass over a source: rounds are numbered by time, interval after interval, so that two looks within one interval
// are of one round.
struct CrawlRound {
  uint64_t number = 0;
  uint64_t seen = 0;   // different pages seen as content
  uint64_t again = 0;  // of them, seen in the round before too
  friend bool operator==(const CrawlRound&, const CrawlRound&) = default;
};

struct SourceStats {
  SourceId source;
  std::map<FetchOutcome, uint64_t> outcomes;  // of attempts
  std::map<PageClass, uint64_t> classes;      // of answers
  // Links that were not taken up, by why: "depth", "links_of_page", "frontier_full".
  std::map<std::string, uint64_t> drops;
  // Rows of the frontier, by FrontierState (index 0 is unused).
  std::array<uint64_t, 7> rows{};
  uint64_t wire_bytes = 0;
  // Pictures of pages seen that were not fetched.
  uint64_t pictures_not_read = 0;
  UtcTime last_attempt, last_success, last_failure;
  FetchOutcome last_failure_outcome = FetchOutcome::kCancelled;
  // Of the day (days since 1970 at the configuration's offset) that budgets count.
  int64_t day = 0;
  uint64_t day_pages = 0, day_bytes = 0;
  // This round and the last whole one, and how many pages the one before that saw.
  CrawlRound round, last_round;
  uint64_t seen_before_last = 0;
  // The site asked to be left alone until then (Retry-After), or it showed walls only.
  UtcTime not_before;
  std::string not_before_why;
  // The address in use; empty: the first seed's.
  std::string origin;
  uint32_t origin_failures = 0;  // in a row
  friend bool operator==(const SourceStats&, const SourceStats&) = default;
};

// How much of what a source has was seen, by capture and recapture (Chapman's estimator) over the last two whole rounds:
// (n1 + 1)(n2 + 1) / (m + 1) - 1 pages in all. It knows only what the crawl can reach the way it goes: pages behind a
// log-in or never linked are not in it.
struct Coverage {
  uint64_t seen = 0;       // in the last whole round
  uint64_t estimated = 0;  // in all
  double share = 0;        // 0-1
};
// Nothing before two whole rounds with an overlap.
std::optional<Coverage> EstimateCoverage(const SourceStats& stats);

// RFC 9309. `unreachable` forbids everything, `none` nothing.
enum class RobotsVerdict { kRules = 1, kNone = 2, kUnreachable = 3 };
std::string_view RobotsVerdictName(RobotsVerdict verdict);

struct RobotsRule {
  bool allow = false;
  std::string pattern;  // as it will be compared: escapes in upper case
  friend bool operator==(const RobotsRule&, const RobotsRule&) = default;
};

// What a robots.txt says to one visitor.
struct RobotsRules {
  std::vector<RobotsRule> rules;
  std::chrono::microseconds crawl_delay{0};  // 0: none
  std::vector<std::string> sitemaps;         // as written
  friend bool operator==(const RobotsRules&, const RobotsRules&) = default;
};

// Of one address of a source: robots.txt counts for the scheme, host and port that it was asked of (RFC 9309 2.3).
struct RobotsState {
  SourceId source;
  std::string origin;  // "http://....onion"
  RobotsVerdict verdict = RobotsVerdict::kNone;
  RobotsRules rules;  // of kRules
  UtcTime fetched;
  CaptureId capture;  // the evidence
  friend bool operator==(const RobotsState&, const RobotsState&) = default;
};

// What a PGP signature over a list of addresses was worth. Numbers are stored.
enum class SignatureVerdict {
  kGood = 1,
  kNone = 2,      // nothing there is signed
  kBad = 3,       // what was signed has been altered
  kOtherKey = 4,  // signed, and not by the key that is pinned
  kExpired = 5,   // the signature, or the key when it signed
  kUnread = 6,    // damaged, or of a kind that is not read
};
std::string_view SignatureVerdictName(SignatureVerdict verdict);

// A page that lists a site's addresses, as its pinned key speaks for it.
struct SignedList {
  // Of its signed parts together: the worst, and `good` only when every one is.
  SignatureVerdict verdict = SignatureVerdict::kNone;
  std::string signer;  // upper-case hex of the pinned key, where one part is good
  UtcTime signed_at;   // the latest of the good parts
  // "http://....onion", each once, in their order; of good parts only.
  std::vector<std::string> origins;
  // Addresses that stand outside of them, and are not believed.
  uint64_t unsigned_origins = 0;
  friend bool operator==(const SignedList&, const SignedList&) = default;
};

// The last list of a source that was read.
struct MirrorListState {
  SourceId source;
  SignedList list;
  UtcTime fetched;
  CaptureId capture;  // the evidence
  friend bool operator==(const MirrorListState&, const MirrorListState&) = default;
};

// Another address of the same site, adopted by a person.
struct AdoptedMirror {
  std::string origin;  // "http://....onion"
  std::string actor, reason;
  UtcTime at;
  friend bool operator==(const AdoptedMirror&, const AdoptedMirror&) = default;
};

// What a person decided about a source's queue. It may narrow the configuration, never widen its scope of paths, its
// authority or its route.
struct OperatorState {
  SourceId source;
  // The queue rests until then; absent: it does not.
  std::optional<UtcTime> blocked_until;
  std::string blocked_by, blocked_why;
  UtcTime blocked_at;
  std::vector<AdoptedMirror> mirrors;
  friend bool operator==(const OperatorState&, const OperatorState&) = default;
};
// Blocked until somebody says otherwise.
inline constexpr UtcTime kForever{INT64_MAX};

// A place that pages point to and that nobody patrols yet. Numbers are stored.
enum class CandidateKind {
  kOnion = 1,
  kMirror = 2,
  kTelegram = 3,
  kTelegramInvite = 4,
  kWhatsappInvite = 5,
  kFeed = 6,
};
std::string_view CandidateKindName(CandidateKind kind);
std::optional<CandidateKind> ParseCandidateKind(std::string_view name);

enum class CandidateState { kOpen = 1, kAdopted = 2, kDismissed = 3 };
std::string_view CandidateStateName(CandidateState state);
std::optional<CandidateState> ParseCandidateState(std::string_view name);

// Why a candidate is believed to be what its kind says. Numbers are stored.
enum class CandidateBasis {
  kPage = 1,        // a page says so, and anybody can write a page
  kSignedList = 2,  // a list that the source's pinned key signed
};
std::string_view CandidateBasisName(CandidateBasis basis);

struct Candidate {
  // "c-" and 16 hex digits of H(kind, value).
  std::string id;
  CandidateKind kind = CandidateKind::kOnion;
  std::string value;  // "http://<56>.onion", "t.me/name", "chat.whatsapp.com/CODE", a feed's URL
  CandidateState state = CandidateState::kOpen;
  CandidateBasis basis = CandidateBasis::kPage;
  std::string signer;  // fingerprint of the key, of kSignedList
  // Where it was seen first and last.
  SourceId source, last_source;
  CaptureId first_capture, last_capture;
  UtcTime first_seen, last_seen;
  uint64_t times_seen = 0;  // pages, revisits included
  // The known onion address whose letters it imitates; empty: none.
  std::string lookalike_of;
  // Who decided, and why.
  std::string actor, reason;
  UtcTime decided;
  friend bool operator==(const Candidate&, const Candidate&) = default;
};
std::string MakeCandidateId(CandidateKind kind, std::string_view value);
bool IsValidCandidateId(std::string_view text);

// When our own way out was away, or nobody patrolled: nothing was asked then, and nothing is known.
struct CrawlGap {
  // "tor", "direct", "tor#2" (the second of several Tors), or "patrol": it did not run.
  std::string way;
  UtcTime from;
  std::optional<UtcTime> until;  // absent: it lasts
  std::string why;
  friend bool operator==(const CrawlGap&, const CrawlGap&) = default;
};

inline constexpr std::string_view kPatrolWay = "patrol";

}  // namespace gasht
