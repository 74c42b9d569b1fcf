// The words that stored values are known by in JSON, logs and configuration. One table an enumeration.

#include <algorithm>
#include <array>
#include <utility>

#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/fetch.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/listing.h"
#include "model/source.h"
#include "model/wire.h"

namespace gasht {
namespace {

template <typename Enum, size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

template <typename Enum, size_t N>
std::string_view NameOf(const Names<Enum, N>& names, Enum value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "unknown";
}

template <typename Enum, size_t N>
std::optional<Enum> ValueOf(const Names<Enum, N>& names, std::string_view name) {
  for (const auto& [value, known] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

constexpr Names<SourceKind, 8> kSourceKinds = {{
    {SourceKind::kMarket, "market"},
    {SourceKind::kForum, "forum"},
    {SourceKind::kTelegramChannel, "telegram_channel"},
    {SourceKind::kSocialPage, "social_page"},
    {SourceKind::kPharmacy, "pharmacy"},
    {SourceKind::kClassifieds, "classifieds"},
    {SourceKind::kPaste, "paste"},
    {SourceKind::kFeed, "feed"},
}};

constexpr Names<FetchOutcome, 20> kOutcomes = {{
    {FetchOutcome::kOk, "ok"},
    {FetchOutcome::kNotModified, "not_modified"},
    {FetchOutcome::kHttpError, "http_error"},
    {FetchOutcome::kProxyDown, "proxy_down"},
    {FetchOutcome::kNetworkDown, "network_down"},
    {FetchOutcome::kOnionDescriptorMissing, "onion_descriptor_missing"},
    {FetchOutcome::kOnionUnreachable, "onion_unreachable"},
    {FetchOutcome::kOnionAuthNeeded, "onion_auth_needed"},
    {FetchOutcome::kBadOnionAddress, "bad_onion_address"},
    {FetchOutcome::kExitRefused, "exit_refused"},
    {FetchOutcome::kDnsFailed, "dns_failed"},
    {FetchOutcome::kConnectionRefused, "connection_refused"},
    {FetchOutcome::kConnectionReset, "connection_reset"},
    {FetchOutcome::kConnectTimeout, "connect_timeout"},
    {FetchOutcome::kTransferTimeout, "transfer_timeout"},
    {FetchOutcome::kTls, "tls"},
    {FetchOutcome::kTooLarge, "too_large"},
    {FetchOutcome::kContentTypeRefused, "content_type_refused"},
    {FetchOutcome::kBlockedByScope, "blocked_by_scope"},
    {FetchOutcome::kCancelled, "cancelled"},
}};

constexpr Names<BodyEnd, 5> kBodyEnds = {{
    {BodyEnd::kNone, "none"},
    {BodyEnd::kContentLength, "content_length"},
    {BodyEnd::kChunked, "chunked"},
    {BodyEnd::kConnectionClosed, "connection_closed"},
    {BodyEnd::kTruncated, "truncated"},
}};

constexpr Names<Truncation, 5> kTruncations = {{
    {Truncation::kNot, "no"},
    {Truncation::kLength, "length"},
    {Truncation::kTime, "time"},
    {Truncation::kDisconnect, "disconnect"},
    {Truncation::kUnspecified, "unspecified"},
}};

constexpr Names<Channel, 4> kChannels = {{
    {Channel::kOnion, "onion"},
    {Channel::kTls, "tls"},
    {Channel::kCleartextViaExit, "cleartext_via_exit"},
    {Channel::kCleartextDirect, "cleartext_direct"},
}};

constexpr Names<PageClass, 9> kPageClasses = {{
    {PageClass::kContent, "content"},
    {PageClass::kLoginWall, "login_wall"},
    {PageClass::kCaptcha, "captcha"},
    {PageClass::kQueue, "queue"},
    {PageClass::kSeizureBanner, "seizure_banner"},
    {PageClass::kIspBlock, "isp_block"},
    {PageClass::kError, "error"},
    {PageClass::kParked, "parked"},
    {PageClass::kEmpty, "empty"},
}};

constexpr Names<IdentifierKind, 30> kIdentifierKinds = {{
    {IdentifierKind::kBtc, "btc"},
    {IdentifierKind::kEth, "eth"},
    {IdentifierKind::kXmr, "xmr"},
    {IdentifierKind::kLtc, "ltc"},
    {IdentifierKind::kTrx, "trx"},
    {IdentifierKind::kUsdt, "usdt"},
    {IdentifierKind::kDoge, "doge"},
    {IdentifierKind::kBch, "bch"},
    {IdentifierKind::kPgpFingerprint, "pgp_fingerprint"},
    {IdentifierKind::kOnion, "onion"},
    {IdentifierKind::kPhone, "phone"},
    {IdentifierKind::kEmail, "email"},
    {IdentifierKind::kTelegram, "telegram"},
    {IdentifierKind::kWhatsapp, "whatsapp"},
    {IdentifierKind::kSignal, "signal"},
    {IdentifierKind::kSession, "session"},
    {IdentifierKind::kThreema, "threema"},
    {IdentifierKind::kWickr, "wickr"},
    {IdentifierKind::kWire, "wire"},
    {IdentifierKind::kInstagram, "instagram"},
    {IdentifierKind::kSnapchat, "snapchat"},
    {IdentifierKind::kFacebook, "facebook"},
    {IdentifierKind::kTiktok, "tiktok"},
    {IdentifierKind::kIban, "iban"},
    {IdentifierKind::kEasypaisa, "easypaisa"},
    {IdentifierKind::kJazzcash, "jazzcash"},
    {IdentifierKind::kRaast, "raast"},
    {IdentifierKind::kPaymentAccount, "payment_account"},
    {IdentifierKind::kCnic, "cnic"},
    {IdentifierKind::kUrl, "url"},
}};

constexpr Names<ListingKind, 5> kListingKinds = {{
    {ListingKind::kOffer, "offer"},
    {ListingKind::kPost, "post"},
    {ListingKind::kMessage, "message"},
    {ListingKind::kProfile, "profile"},
    {ListingKind::kPage, "page"},
}};

constexpr Names<Level, 5> kLevels = {{
    {Level::kInformational, "informational"},
    {Level::kLow, "low"},
    {Level::kMedium, "medium"},
    {Level::kHigh, "high"},
    {Level::kCritical, "critical"},
}};

constexpr Names<FrontierState, 6> kFrontierStates = {{
    {FrontierState::kScheduled, "scheduled"},
    {FrontierState::kRefused, "refused"},
    {FrontierState::kGone, "gone"},
    {FrontierState::kHeld, "held"},
    {FrontierState::kCancelled, "cancelled"},
    {FrontierState::kDone, "done"},
}};

constexpr Names<CrawlPriority, 5> kCrawlPriorities = {{
    {CrawlPriority::kNow, "now"},
    {CrawlPriority::kSeed, "seed"},
    {CrawlPriority::kListing, "listing"},
    {CrawlPriority::kIndex, "index"},
    {CrawlPriority::kRest, "rest"},
}};

constexpr Names<CandidateKind, 6> kCandidateKinds = {{
    {CandidateKind::kOnion, "onion"},
    {CandidateKind::kMirror, "mirror"},
    {CandidateKind::kTelegram, "telegram"},
    {CandidateKind::kTelegramInvite, "telegram_invite"},
    {CandidateKind::kWhatsappInvite, "whatsapp_invite"},
    {CandidateKind::kFeed, "feed"},
}};

constexpr Names<CandidateState, 3> kCandidateStates = {{
    {CandidateState::kOpen, "open"},
    {CandidateState::kAdopted, "adopted"},
    {CandidateState::kDismissed, "dismissed"},
}};

constexpr Names<RobotsVerdict, 3> kRobotsVerdicts = {{
    {RobotsVerdict::kRules, "rules"},
    {RobotsVerdict::kNone, "none"},
    {RobotsVerdict::kUnreachable, "unreachable"},
}};

constexpr Names<SignatureVerdict, 6> kSignatureVerdicts = {{
    {SignatureVerdict::kGood, "good"},
    {SignatureVerdict::kNone, "none"},
    {SignatureVerdict::kBad, "bad"},
    {SignatureVerdict::kOtherKey, "other_key"},
    {SignatureVerdict::kExpired, "expired"},
    {SignatureVerdict::kUnread, "unread"},
}};

constexpr Names<CandidateBasis, 2> kCandidateBases = {{
    {CandidateBasis::kPage, "page"},
    {CandidateBasis::kSignedList, "signed_list"},
}};

constexpr Names<TargetKind, 5> kTargetKinds = {{
    {TargetKind::kPage, "page"},
    {TargetKind::kRobots, "robots"},
    {TargetKind::kSitemap, "sitemap"},
    {TargetKind::kFeed, "feed"},
    {TargetKind::kMirrorList, "mirror_list"},
}};

constexpr Names<Decision, 3> kDecisions = {{
    {Decision::kConfirmed, "confirmed"},
    {Decision::kDismissed, "dismissed"},
    {Decision::kNeedsMore, "needs_more"},
}};

constexpr Names<AnalysisKind, 5> kAnalysisKinds = {{
    {AnalysisKind::kPage, "page"},
    {AnalysisKind::kRobots, "robots"},
    {AnalysisKind::kSitemap, "sitemap"},
    {AnalysisKind::kFeed, "feed"},
    {AnalysisKind::kMirrorList, "mirror_list"},
}};

constexpr std::array<std::string_view, 15> kSubstanceClasses = {
    "cannabis",
    "synthetic_cannabinoid",
    "opioid",
    "cocaine",
    "amphetamine_type",
    "ecstasy_type",
    "cathinone",
    "psychedelic",
    "dissociative",
    "benzodiazepine",
    "sedative",
    "prescription_other",
    "steroid",
    "precursor",
    "other",
};

}  // namespace

std::string_view SourceKindName(SourceKind kind) {
  return NameOf(kSourceKinds, kind);
}
std::optional<SourceKind> ParseSourceKind(std::string_view name) {
  return ValueOf(kSourceKinds, name);
}
std::string_view AnalysisKindName(AnalysisKind kind) {
  return NameOf(kAnalysisKinds, kind);
}
std::string_view RouteName(Route route) {
  return route == Route::kTor ? "tor" : "direct";
}
std::string_view FetchOutcomeName(FetchOutcome outcome) {
  return NameOf(kOutcomes, outcome);
}
std::optional<FetchOutcome> ParseFetchOutcome(std::string_view name) {
  return ValueOf(kOutcomes, name);
}
std::string_view BodyEndName(BodyEnd end) {
  return NameOf(kBodyEnds, end);
}
std::string_view TruncationName(Truncation truncation) {
  return NameOf(kTruncations, truncation);
}
std::string_view ChannelName(Channel channel) {
  return NameOf(kChannels, channel);
}
std::string_view ProvenanceName(Provenance p) {
  return p == Provenance::kCaptured ? "captured" : "received";
}
std::string_view PageClassName(PageClass page_class) {
  return NameOf(kPageClasses, page_class);
}
std::optional<PageClass> ParsePageClass(std::string_view name) {
  return ValueOf(kPageClasses, name);
}
std::string_view IdentifierKindName(IdentifierKind kind) {
  return NameOf(kIdentifierKinds, kind);
}
std::optional<IdentifierKind> ParseIdentifierKind(std::string_view name) {
  return ValueOf(kIdentifierKinds, name);
}
std::string_view IdentifierCheckName(IdentifierCheck check) {
  switch (check) {
    case IdentifierCheck::kPassed:
      return "passed";
    case IdentifierCheck::kFailed:
      return "failed";
    case IdentifierCheck::kNone:
      return "none";
  }
  return "unknown";
}
std::string_view IdentifierRoleName(IdentifierRole role) {
  switch (role) {
    case IdentifierRole::kSeller:
      return "seller";
    case IdentifierRole::kBuyer:
      return "buyer";
    case IdentifierRole::kBystander:
      return "bystander";
    case IdentifierRole::kUnknown:
      return "unknown";
  }
  return "unknown";
}
std::string_view ListingKindName(ListingKind kind) {
  return NameOf(kListingKinds, kind);
}
std::optional<ListingKind> ParseListingKind(std::string_view name) {
  return ValueOf(kListingKinds, name);
}
std::string_view LevelName(Level level) {
  return NameOf(kLevels, level);
}
std::optional<Level> ParseLevel(std::string_view name) {
  return ValueOf(kLevels, name);
}
std::string_view FrontierStateName(FrontierState state) {
  return NameOf(kFrontierStates, state);
}
std::optional<FrontierState> ParseFrontierState(std::string_view name) {
  return ValueOf(kFrontierStates, name);
}
std::string_view CrawlPriorityName(CrawlPriority priority) {
  return NameOf(kCrawlPriorities, priority);
}
std::optional<CrawlPriority> ParseCrawlPriority(std::string_view name) {
  return ValueOf(kCrawlPriorities, name);
}
std::string_view CandidateKindName(CandidateKind kind) {
  return NameOf(kCandidateKinds, kind);
}
std::optional<CandidateKind> ParseCandidateKind(std::string_view name) {
  return ValueOf(kCandidateKinds, name);
}
std::string_view CandidateStateName(CandidateState state) {
  return NameOf(kCandidateStates, state);
}
std::optional<CandidateState> ParseCandidateState(std::string_view name) {
  return ValueOf(kCandidateStates, name);
}
std::string_view RobotsVerdictName(RobotsVerdict verdict) {
  return NameOf(kRobotsVerdicts, verdict);
}
std::string_view SignatureVerdictName(SignatureVerdict verdict) {
  return NameOf(kSignatureVerdicts, verdict);
}
std::string_view CandidateBasisName(CandidateBasis basis) {
  return NameOf(kCandidateBases, basis);
}
std::string_view TargetKindName(TargetKind kind) {
  return NameOf(kTargetKinds, kind);
}
std::string_view DecisionName(Decision decision) {
  return NameOf(kDecisions, decision);
}
std::optional<Decision> ParseDecision(std::string_view name) {
  return ValueOf(kDecisions, name);
}

bool IsSubstanceClass(std::string_view name) {
  return std::find(kSubstanceClasses.begin(), kSubstanceClasses.end(), name) != kSubstanceClasses.end();
}

}  // namespace gasht
