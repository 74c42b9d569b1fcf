#include "crawler/schedule.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "crawler/courtesy.h"
#include "crawler/outcome.h"
#include "extract/signature.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

// What an attempt says about the next one.
struct Verdict {
  enum class Kind { kSeen, kFailed, kNotThere, kHeld, kRefused, kGone, kUnchanged };
  Kind kind = Kind::kSeen;
  // Of kFailed: the first wait and the longest.
  microseconds base{0}, cap{0};
};

Verdict Failed(microseconds base, microseconds cap) {
  return {Verdict::Kind::kFailed, base, cap};
}

Verdict JudgeStatus(int32_t status) {
  if (status == 404 || status == 410) return {Verdict::Kind::kNotThere};
  if (status == 401) return {Verdict::Kind::kHeld};
  if (status == 429 || status == 503) return Failed(minutes(30), hours(24));
  if (status >= 500) return Failed(minutes(10), hours(12));
  // 403 and its kin: often the exit's fault, and rarely over soon.
  return Failed(hours(1), hours(24));
}

Verdict JudgePage(PageClass page_class) {
  switch (page_class) {
    case PageClass::kContent:
    case PageClass::kSeizureBanner:
      return {Verdict::Kind::kSeen};
    case PageClass::kEmpty:
      return Failed(hours(1), hours(24));
    case PageClass::kParked:
      return Failed(hours(24), hours(24 * 7));
    case PageClass::kLoginWall:
      return {Verdict::Kind::kHeld};
    case PageClass::kCaptcha:
      return Failed(hours(2), hours(24));
    case PageClass::kQueue:
      return Failed(minutes(10), hours(6));
    case PageClass::kIspBlock:
      return Failed(hours(6), hours(48));
    case PageClass::kError:
      return Failed(minutes(30), hours(24));
  }
  return {Verdict::Kind::kSeen};
}

// Introduction or rendezvous failed, by Tor's own words.
bool IsCircuitFailure(std::string_view detail) {
  const int reply = SocksReplyIn(detail);
  return reply == 0xF2 || reply == 0xF3;
}

// An answer that is no page: there or not there, whatever it looks like.
Verdict JudgeFile(const Capture& capture) {
  const bool answered = capture.outcome != FetchOutcome::kHttpError || capture.status < 500;
  if (!answered || capture.status == 429) return JudgeStatus(capture.status);
  return {Verdict::Kind::kSeen};
}

Verdict Judge(const FrontierEntry& before, const Capture& capture) {
  switch (capture.outcome) {
    case FetchOutcome::kNotModified:
      return {Verdict::Kind::kSeen};
    case FetchOutcome::kOk:
    // What came within the limit was kept and read.
    case FetchOutcome::kTooLarge:
      return before.kind == TargetKind::kPage ? JudgePage(capture.page_class) : JudgeFile(capture);
    case FetchOutcome::kHttpError:
      if (before.kind == TargetKind::kRobots) return JudgeFile(capture);
      if (before.kind == TargetKind::kMirrorList) return JudgeStatus(capture.status);
      // Walls come with any status: 200, 403, 503.
      if (capture.has_body && (IsWall(capture.page_class) || capture.page_class == PageClass::kSeizureBanner))
        return JudgePage(capture.page_class);
      return JudgeStatus(capture.status);
    case FetchOutcome::kOnionDescriptorMissing:
      // F1, a descriptor that Tor cannot read, is not over when the service is up again.
      return SocksReplyIn(capture.detail) == 0xF1 ? Failed(hours(6), hours(48)) : Failed(hours(1), hours(24));
    case FetchOutcome::kOnionUnreachable:
      // F2 and F3: the next attempt has another circuit. F7 and the rest: the service may be down or under attack.
      return IsCircuitFailure(capture.detail) ? Failed(minutes(2), hours(6)) : Failed(minutes(5), hours(6));
    case FetchOutcome::kOnionAuthNeeded:
      return {Verdict::Kind::kHeld};
    case FetchOutcome::kBadOnionAddress:
      return {Verdict::Kind::kGone};
    case FetchOutcome::kExitRefused:
      return Failed(minutes(10), hours(6));
    case FetchOutcome::kDnsFailed:
      return Failed(hours(1), hours(24));
    case FetchOutcome::kConnectionRefused:
      return Failed(minutes(10), hours(12));
    case FetchOutcome::kConnectionReset:
      return Failed(minutes(2), hours(6));
    case FetchOutcome::kConnectTimeout:
      return Failed(minutes(5), hours(6));
    case FetchOutcome::kTransferTimeout:
      return Failed(minutes(10), hours(12));
    case FetchOutcome::kTls:
      return Failed(hours(1), hours(24));
    case FetchOutcome::kContentTypeRefused:
      return {Verdict::Kind::kRefused};
    case FetchOutcome::kBlockedByScope:
      // RFC 9309 2.3.1.2 lets a robots.txt that is elsewhere count as none.
      if (before.kind == TargetKind::kRobots) return {Verdict::Kind::kRefused};
      // A redirect elsewhere or a private address may be over tomorrow; our own rule is not.
      if (std::string_view(capture.detail).starts_with(kOutOfScope)) return {Verdict::Kind::kRefused};
      return Failed(hours(6), hours(24 * 7));
    case FetchOutcome::kProxyDown:
    case FetchOutcome::kNetworkDown:
    case FetchOutcome::kCancelled:
      return {Verdict::Kind::kUnchanged};
  }
  return {Verdict::Kind::kUnchanged};
}

microseconds BackOff(const Verdict& verdict, uint32_t failures_before) {
  microseconds wait = verdict.base;
  for (uint32_t i = 0; i < failures_before && wait < verdict.cap; ++i) wait *= 2;
  return std::min(wait, verdict.cap);
}

// Up to a twentieth earlier or later, from the page's own key: no randomness, and no two pages alike.
microseconds Jittered(microseconds wait, const FrontierEntry& entry) {
  uint32_t hash = 2166136261u ^ entry.visits;  // FNV-1a
  for (const char c : entry.key.bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  const int64_t per_mille = int64_t{hash % 101} - 50;
  return wait + microseconds(wait.count() / 1000 * per_mille);
}

microseconds Bounded(const Schedule& schedule, microseconds interval) {
  return std::clamp(interval, schedule.min_interval, std::max(schedule.min_interval, schedule.max_interval));
}

microseconds Interval(const Source& source) {
  return Bounded(source.schedule, source.schedule.interval);
}

// Half as long after a change, half as long again without one (StormCrawler's steps).
microseconds Adapted(const Source& source, const FrontierEntry& before, const Capture& capture,
                     const Digest& signature) {
  if (before.interval.count() == 0) return Interval(source);
  if (capture.outcome != FetchOutcome::kNotModified) {
    if (signature == Digest() || before.last_signature == Digest()) return before.interval;
    if (signature != before.last_signature) return Bounded(source.schedule, before.interval / 2);
  }
  return Bounded(source.schedule, before.interval * 3 / 2);
}

// RFC 9309 2.4: not kept longer than a day.
constexpr microseconds kRobotsInterval = hours(24);
// Another address of the source is tried at once.
constexpr microseconds kOtherAddressWait{0};
// After so many failures in a row the back-off holds even where Retry-After asks for less.
constexpr uint32_t kTrustedRetries = 3;

// Into the source's hours; not all at their first moment.
UtcTime WithinHours(const DayWindow& window, UtcTime due, const FrontierEntry& entry) {
  const UtcTime open = window.NextOpen(due);
  if (open == due) return due;
  const microseconds length =
      (window.until - window.from + std::chrono::minutes(24 * 60)) % std::chrono::minutes(24 * 60);
  const auto spread = static_cast<unsigned char>(entry.key.bytes.empty() ? 0 : entry.key.bytes.back());
  return open + length / 4 * spread / 256;
}

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The next element of a list, taken off its front.
std::string_view TakeUntil(std::string_view& rest, char separator) {
  const size_t at = rest.find(separator);
  const std::string_view element = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return element;
}

constexpr std::array<std::string_view, 12> kIndexWords = {"page",   "pages", "category", "categories",
                                                          "cat",    "forum", "browse",   "catalog",
                                                          "offset", "start", "list",     "section"};

bool IsIndexWord(std::string_view word) {
  return std::find(kIndexWords.begin(), kIndexWords.end(), word) != kIndexWords.end();
}

// A feed or a map of the site, by what leads to it.
TargetKind KindOfLink(const Link& link, const Url& url, TargetKind from) {
  if (link.rel == kFeedRel) return TargetKind::kFeed;
  if (from == TargetKind::kSitemap) return link.rel == "sitemap" ? TargetKind::kSitemap : TargetKind::kPage;
  if (from != TargetKind::kPage) return TargetKind::kPage;
  const std::string path = LowerAscii(url.path());
  for (const std::string_view ending : {"/feed", "/feed/", "/rss", "/rss/", "/rss.xml", "/atom.xml",
                                        "/feed.xml", ".rss", ".atom", "/index.rdf"}) {
    if (path.ends_with(ending)) return TargetKind::kFeed;
  }
  return path.ends_with("/sitemap.xml") ? TargetKind::kSitemap : TargetKind::kPage;
}

}  // namespace

bool IsWall(PageClass page_class) {
  switch (page_class) {
    case PageClass::kLoginWall:
    case PageClass::kCaptcha:
    case PageClass::kQueue:
    case PageClass::kIspBlock:
      return true;
    case PageClass::kContent:
    case PageClass::kSeizureBanner:
    case PageClass::kError:
    case PageClass::kParked:
    case PageClass::kEmpty:
      return false;
  }
  return false;
}

bool IsSeenAsContent(const FrontierEntry& before, const Capture& capture) {
  if (before.kind != TargetKind::kPage) return false;
  switch (capture.outcome) {
    case FetchOutcome::kOk:
    case FetchOutcome::kTooLarge:
      return capture.page_class == PageClass::kContent;
    case FetchOutcome::kNotModified:
      return before.page_class == PageClass::kContent;
    default:
      return false;
  }
}

uint64_t RoundOf(const Source& source, UtcTime t) {
  const int64_t length = std::max<int64_t>(Interval(source).count(), 1);
  return static_cast<uint64_t>(std::max<int64_t>(t.micros, 0) / length) + 1;
}

Digest SignatureOf(const PageAnalysis& analysis) {
  std::vector<std::string> offers;
  for (const Listing& listing : analysis.listings) {
    if (listing.kind == ListingKind::kPage) continue;
    std::string offer = listing.id + "\n" + listing.title + "\n" + listing.vendor;
    for (const Price& price : listing.prices) offer += "\n" + price.amount.amount() + price.amount.currency;
    offers.push_back(std::move(offer));
  }
  for (const Message& message : analysis.messages) offers.push_back(message.id + "\n" + message.text);
  if (offers.empty()) return TextProfile(analysis.document.main_text);
  // The same offers in another order are no change.
  std::sort(offers.begin(), offers.end());
  return HashParts("gasht-offers-1", {offers.begin(), offers.end()});
}

FrontierEntry NextVisit(const Source& source, const FrontierEntry& before, const Capture& capture,
                        UtcTime now, const VisitFacts& facts) {
  const Verdict verdict = Judge(before, capture);
  FrontierEntry next = before;
  if (verdict.kind == Verdict::Kind::kUnchanged) return next;
  next.visits = before.visits + 1;
  next.last_fetch = capture.started_utc;
  next.last_outcome = capture.outcome;
  next.last_status = capture.status;
  next.failures = before.failures + 1;
  if (capture.has_body) next.page_class = capture.page_class;
  if (before.priority == CrawlPriority::kNow) {
    // What a person asked for has been done; from now on the page is one of many.
    next.priority = before.usual_priority;
    next.asked_by.clear();
    next.asked_authority.clear();
    if (source.id.value == kTipsSource) {
      next.state = FrontierState::kDone;
      next.failures = verdict.kind == Verdict::Kind::kSeen ? 0 : next.failures;
      return next;
    }
  }
  const bool is_seed = next.priority == CrawlPriority::kSeed || before.kind == TargetKind::kRobots ||
                       before.kind == TargetKind::kMirrorList;
  // Pages come and go, and a person put the seed there: it is never given up, only asked rarely.
  const auto end_as = [&](FrontierState state) {
    next.state = is_seed ? FrontierState::kScheduled : state;
    next.due = now + Jittered(source.schedule.max_interval, next);
  };
  switch (verdict.kind) {
    case Verdict::Kind::kSeen: {
      next.failures = 0;
      next.interval = before.kind == TargetKind::kRobots ? kRobotsInterval
                                                         : Adapted(source, before, capture, facts.signature);
      if (facts.signature != Digest()) next.last_signature = facts.signature;
      if (capture.outcome == FetchOutcome::kOk) {
        Validators validators = ValidatorsOf(capture.response_head);
        next.etag = std::move(validators.etag);
        next.last_modified = std::move(validators.last_modified);
      }
      if (IsSeenAsContent(before, capture)) next.seen_round = RoundOf(source, now);
      const microseconds wait =
          before.watched ? std::min(next.interval, source.schedule.review_interval) : next.interval;
      next.due = WithinHours(source.schedule.hours, now + Jittered(wait, next), next);
      break;
    }
    case Verdict::Kind::kFailed: {
      microseconds wait = BackOff(verdict, before.failures);
      if (!HeaderField(capture.response_head, "retry-after").empty()) {
        if (const auto asked = AsksToWait(capture, now))
          wait = before.failures < kTrustedRetries ? *asked : std::max(wait, *asked);
      }
      if (facts.other_address) wait = kOtherAddressWait;
      next.due = WithinHours(source.schedule.hours, now + Jittered(wait, next), next);
      break;
    }
    case Verdict::Kind::kNotThere:
      if (before.last_status == 404 || before.last_status == 410) {
        end_as(FrontierState::kGone);
      } else {
        next.due = now + Jittered(Interval(source), next);
      }
      break;
    case Verdict::Kind::kHeld:
      next.state = FrontierState::kHeld;
      break;
    case Verdict::Kind::kRefused:
      end_as(FrontierState::kRefused);
      break;
    case Verdict::Kind::kGone:
      next.state = FrontierState::kGone;
      break;
    case Verdict::Kind::kUnchanged:
      break;
  }
  return next;
}

std::vector<FrontierEntry> SeedEntries(const Source& source, UtcTime now) {
  std::vector<FrontierEntry> entries;
  for (const Url& seed : source.seeds) {
    FrontierEntry entry;
    entry.source = source.id;
    entry.key = MakeUrlKey(source.id, seed, source.strip_params);
    entry.url = seed.str();
    entry.priority = CrawlPriority::kSeed;
    entry.due = now;
    const bool known = std::any_of(entries.begin(), entries.end(),
                                   [&](const FrontierEntry& other) { return other.key == entry.key; });
    if (!known) entries.push_back(std::move(entry));
  }
  return entries;
}

namespace {

// A page's key says nothing of its host; these files are of one.
UrlKey KeyOfFile(std::string_view kind, const Source& source, const Url& url) {
  const Digest digest = HashParts(kind, {source.id.value, url.str()});
  return {std::string(digest.view().substr(0, UrlKey::kBytes))};
}

FrontierEntry FileEntry(const Source& source, const Url& url, TargetKind kind, UtcTime now) {
  FrontierEntry entry;
  entry.source = source.id;
  entry.url = url.str();
  entry.kind = kind;
  entry.priority = CrawlPriority::kSeed;
  entry.due = now;
  return entry;
}

}  // namespace

std::optional<FrontierEntry> RobotsEntry(const Source& source, std::string_view origin, UtcTime now) {
  const Result<Url> robots = Url::Parse(std::string(origin) + "/robots.txt");
  if (source.seeds.empty() || !robots.ok()) return std::nullopt;
  FrontierEntry entry = FileEntry(source, *robots, TargetKind::kRobots, now);
  // The first address keeps the key that older versions gave it.
  entry.key = origin == source.seeds.front().origin() ? MakeUrlKey(source.id, *robots, source.strip_params)
                                                      : KeyOfFile("gasht-robots-1", source, *robots);
  return entry;
}

std::optional<FrontierEntry> MirrorListEntry(const Source& source, UtcTime now) {
  if (!source.mirror_list) return std::nullopt;
  FrontierEntry entry = FileEntry(source, source.mirror_list->url, TargetKind::kMirrorList, now);
  entry.key = KeyOfFile("gasht-mirror-list-1", source, source.mirror_list->url);
  return entry;
}

bool HasAddressOfItsOwn(const Source& source, const FrontierEntry& entry) {
  if (entry.kind == TargetKind::kRobots) return true;
  // A list that stands on the site itself is on all its addresses; its signature says whether it is the right one.
  if (entry.kind != TargetKind::kMirrorList) return false;
  const Result<Url> url = Url::Parse(entry.url);
  return !url.ok() || !Scope(source).HasHost(*url);
}

std::optional<MirrorListState> MirrorListAfter(const FrontierEntry& before, const Capture& capture,
                                               const PageAnalysis& analysis) {
  const bool has_page = capture.has_body &&
                        (capture.outcome == FetchOutcome::kOk || capture.outcome == FetchOutcome::kTooLarge);
  if (before.kind != TargetKind::kMirrorList || !has_page) return std::nullopt;
  MirrorListState state;
  state.source = before.source;
  state.fetched = capture.started_utc;
  // A page that its reader did not survive says nothing that could be believed.
  state.list.verdict = SignatureVerdict::kUnread;
  if (analysis.signed_list) state.list = *analysis.signed_list;
  return state;
}

std::optional<RobotsState> RobotsAfter(const FrontierEntry& before, const Capture& capture,
                                       const PageAnalysis& analysis,
                                       const std::optional<RobotsState>& known) {
  RobotsState robots;
  robots.source = before.source;
  if (const Result<Url> url = Url::Parse(before.url); url.ok()) robots.origin = url->origin();
  robots.fetched = capture.started_utc;
  switch (Judge(before, capture).kind) {
    case Verdict::Kind::kUnchanged:
      return std::nullopt;
    case Verdict::Kind::kFailed:
    case Verdict::Kind::kHeld:
      if (known && known->verdict != RobotsVerdict::kUnreachable) return known;
      robots.verdict = RobotsVerdict::kUnreachable;
      return robots;
    case Verdict::Kind::kSeen:
    case Verdict::Kind::kNotThere:
    case Verdict::Kind::kRefused:
    case Verdict::Kind::kGone:
      break;
  }
  if (capture.outcome == FetchOutcome::kNotModified && known) {
    RobotsState same = *known;
    same.fetched = robots.fetched;
    return same;
  }
  const bool is_file = capture.outcome == FetchOutcome::kOk || capture.outcome == FetchOutcome::kTooLarge;
  robots.verdict = is_file && (!analysis.robots.rules.empty() || analysis.robots.crawl_delay.count() > 0 ||
                               !analysis.robots.sitemaps.empty())
                       ? RobotsVerdict::kRules
                       : RobotsVerdict::kNone;
  if (robots.verdict == RobotsVerdict::kRules) robots.rules = analysis.robots;
  return robots;
}

std::vector<FrontierEntry> SitemapEntries(const Source& source, const Scope& scope, const RobotsState& robots,
                                          UtcTime now) {
  std::vector<FrontierEntry> entries;
  const Result<Url> base = Url::Parse(robots.origin + "/robots.txt");
  if (!base.ok() || robots.verdict == RobotsVerdict::kUnreachable) return entries;
  std::vector<std::string> sitemaps = robots.rules.sitemaps;
  if (sitemaps.empty() && source.discover_sitemap) sitemaps.emplace_back("/sitemap.xml");
  for (const std::string& sitemap : sitemaps) {
    const Result<Url> url = Url::Resolve(*base, sitemap);
    // The file itself need not be a page of the scope; its host must be.
    if (!url.ok() || !scope.HasHost(*url)) continue;
    FrontierEntry entry;
    entry.source = source.id;
    entry.key = MakeUrlKey(source.id, *url, source.strip_params);
    entry.url = url->str();
    entry.kind = TargetKind::kSitemap;
    entry.priority = CrawlPriority::kIndex;
    entry.due = now;
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool LooksLikeIndex(const Url& url, std::string_view link_text) {
  std::string_view words = link_text;
  while (!words.empty() && words.front() == ' ') words.remove_prefix(1);
  while (!words.empty() && words.back() == ' ') words.remove_suffix(1);
  static constexpr std::array<std::string_view, 12> kNext = {"next", "more", "older", ">",    ">>",   "»",
                                                             "›",    "agla", "aglay", "اگلا", "اگلے", "مزید"};
  if (AllDigits(words) || std::find(kNext.begin(), kNext.end(), LowerAscii(words)) != kNext.end())
    return true;
  std::string query = LowerAscii(url.query());
  for (std::string_view rest = query; !rest.empty();) {
    std::string_view pair = TakeUntil(rest, '&');
    const std::string_view name = TakeUntil(pair, '=');
    if (IsIndexWord(name) || (name == "p" && AllDigits(pair))) return true;
  }
  std::string path = LowerAscii(url.path());
  for (std::string_view rest = path; !rest.empty();) {
    // "category.php" and "viewforum-2" too.
    const std::string_view segment = TakeUntil(rest, '/');
    if (IsIndexWord(segment.substr(0, segment.find_first_of(".-_")))) return true;
  }
  return false;
}

namespace {

// What a wall, a seizure banner or a parking page links to is not the site. An almost empty page is often the
// door to one (an "enter", a refresh), and an error page has the site's menu.
bool HasLinksOfTheSite(PageClass page_class) {
  return !IsWall(page_class) && page_class != PageClass::kSeizureBanner && page_class != PageClass::kParked;
}

}  // namespace

AdmittedLinks AdmitOutlinks(const Source& source, const Scope& scope, const PageAnalysis& analysis,
                            const FrontierEntry& from, UtcTime now) {
  AdmittedLinks admitted;
  std::vector<FrontierEntry>& entries = admitted.entries;
  const bool is_page = from.kind == TargetKind::kPage;
  if (from.kind == TargetKind::kRobots || from.kind == TargetKind::kMirrorList) return admitted;
  if (is_page && !HasLinksOfTheSite(analysis.document.page_class)) return admitted;
  const bool too_deep = from.depth >= source.politeness.max_depth;
  std::set<std::string_view> offers;
  for (const Listing& listing : analysis.listings) {
    if (listing.kind != ListingKind::kPage && !listing.url.empty()) offers.insert(listing.url);
  }
  std::set<std::string_view> read;  // as written: most links of a page stand there more than once
  std::set<UrlKey> seen = {from.key};
  for (const Link& link : analysis.document.links) {
    if (read.size() >= kMaxLinksRead) break;
    if (!read.insert(link.url).second) continue;
    const Result<Url> url = Url::Parse(link.url);
    if (!url.ok()) continue;
    if (link.rel == kFeedRel && !source.discover_feeds) continue;
    const TargetKind kind = KindOfLink(link, *url, from.kind);
    // A map of the site need not be a page of the scope; what it names must be.
    const bool in_scope = kind == TargetKind::kSitemap ? scope.HasHost(*url) : scope.Decide(*url).allowed;
    if (!in_scope) continue;
    // What tells visits apart but not pages is not asked for again.
    const Url kept = url->WithoutParams(source.strip_params);
    FrontierEntry entry;
    entry.key = MakeUrlKey(source.id, kept, {});
    if (!seen.insert(entry.key).second) continue;
    if (too_deep || entries.size() >= kMaxOutlinks) {
      ++admitted.drops[too_deep ? "depth" : "links_of_page"];
      continue;
    }
    entry.source = source.id;
    entry.kind = kind;
    entry.url = kept.str();
    entry.depth = from.depth + 1;
    entry.due = now;
    entry.priority = offers.contains(link.url) ? CrawlPriority::kListing
                     : link.rel == "next" || kind != TargetKind::kPage || LooksLikeIndex(*url, link.text)
                         ? CrawlPriority::kIndex
                         : CrawlPriority::kRest;
    entries.push_back(std::move(entry));
  }
  return admitted;
}

}  // namespace gasht
