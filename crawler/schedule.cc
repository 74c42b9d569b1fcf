#include "crawler/schedule.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "crawler/outcome.h"

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
    case PageClass::kEmpty:
    case PageClass::kParked:
    case PageClass::kSeizureBanner:
      return {Verdict::Kind::kSeen};
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

Verdict Judge(const Capture& capture) {
  switch (capture.outcome) {
    case FetchOutcome::kOk:
    case FetchOutcome::kNotModified:
    // What came within the limit was kept and read.
    case FetchOutcome::kTooLarge:
      return JudgePage(capture.page_class);
    case FetchOutcome::kHttpError:
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

microseconds Interval(const Source& source) {
  return std::clamp(source.schedule.interval, source.schedule.min_interval,
                    std::max(source.schedule.min_interval, source.schedule.max_interval));
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

}  // namespace

FrontierEntry NextVisit(const Source& source, const FrontierEntry& before, const Capture& capture,
                        UtcTime now) {
  const Verdict verdict = Judge(capture);
  FrontierEntry next = before;
  if (verdict.kind == Verdict::Kind::kUnchanged) return next;
  next.visits = before.visits + 1;
  next.last_fetch = capture.started_utc;
  next.last_outcome = capture.outcome;
  next.last_status = capture.status;
  next.failures = before.failures + 1;
  const bool is_seed = before.priority == CrawlPriority::kSeed;
  // Pages come and go, and a person put the seed there: it is never given up, only asked rarely.
  const auto end_as = [&](FrontierState state) {
    next.state = is_seed ? FrontierState::kScheduled : state;
    next.due = now + Jittered(source.schedule.max_interval, next);
  };
  switch (verdict.kind) {
    case Verdict::Kind::kSeen:
      next.failures = 0;
      next.due = now + Jittered(Interval(source), next);
      break;
    case Verdict::Kind::kFailed:
      next.due = now + Jittered(BackOff(verdict, before.failures), next);
      break;
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

std::vector<FrontierEntry> AdmitOutlinks(const Source& source, const Scope& scope,
                                         const PageAnalysis& analysis, const FrontierEntry& from,
                                         UtcTime now) {
  std::vector<FrontierEntry> entries;
  if (from.depth >= source.politeness.max_depth) return entries;
  std::set<std::string_view> offers;
  for (const Listing& listing : analysis.listings) {
    if (listing.kind != ListingKind::kPage && !listing.url.empty()) offers.insert(listing.url);
  }
  std::set<std::string_view> read;  // as written: most links of a page stand there more than once
  std::set<UrlKey> seen = {from.key};
  for (const Link& link : analysis.document.links) {
    if (entries.size() >= kMaxOutlinks || read.size() >= kMaxLinksRead) break;
    if (!read.insert(link.url).second) continue;
    const Result<Url> url = Url::Parse(link.url);
    if (!url.ok() || !scope.Decide(*url).allowed) continue;
    // What tells visits apart but not pages is not asked for again.
    const Url kept = url->WithoutParams(source.strip_params);
    FrontierEntry entry;
    entry.key = MakeUrlKey(source.id, kept, {});
    if (!seen.insert(entry.key).second) continue;
    entry.source = source.id;
    entry.url = kept.str();
    entry.depth = from.depth + 1;
    entry.due = now;
    entry.priority = offers.contains(link.url)                               ? CrawlPriority::kListing
                     : link.rel == "next" || LooksLikeIndex(*url, link.text) ? CrawlPriority::kIndex
                                                                             : CrawlPriority::kRest;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace gasht
