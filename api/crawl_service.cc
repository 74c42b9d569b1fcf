#include "api/crawl_service.h"

#include <algorithm>
#include <charconv>
#include <future>

#include <fmt/format.h>

#include "crawler/discovery.h"
#include "crawler/schedule.h"
#include "crawler/scope.h"
#include "model/crawl_json.h"

namespace gasht {
namespace {

constexpr size_t kMostRows = 10'000;
// The last ones; `gasht sources gaps|alerts` has them all.
constexpr size_t kGapsOfStatus = 10;
constexpr size_t kAlertsOfStatus = 10;

template <typename T>
T Wait(const std::function<void(std::function<void(T)>)>& submit) {
  std::promise<T> done;
  submit([&done](T value) { done.set_value(std::move(value)); });
  return done.get_future().get();
}

std::string Param(const ApiRequest& request, const std::string& name) {
  const auto found = request.params.find(name);
  return found == request.params.end() ? std::string() : found->second;
}

Result<size_t> LimitOf(const ApiRequest& request, size_t standard) {
  const std::string text = Param(request, "limit");
  if (text.empty()) return standard;
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return Status::InvalidArgument(fmt::format("limit must be a whole number, found '{}'", text));
  return std::min(value, kMostRows);
}

// Words instead of enumerators; empty is none.
template <typename Enum>
Result<std::optional<Enum>> Word(std::optional<Enum> (*parse)(std::string_view), const std::string& text,
                                 std::string_view what, std::string_view words) {
  if (text.empty()) return std::optional<Enum>();
  const std::optional<Enum> value = parse(text);
  if (!value) return Status::InvalidArgument(fmt::format("{} is '{}'; it must be {}", what, text, words));
  return value;
}

Result<FrontierFilter> FilterOf(const std::string& state, const std::string& priority,
                                const std::string& path) {
  FrontierFilter filter;
  GASHT_ASSIGN_OR_RETURN(filter.state, Word(&ParseFrontierState, state, "state",
                                            "scheduled, refused, gone, held, cancelled or done"));
  GASHT_ASSIGN_OR_RETURN(
      filter.priority, Word(&ParseCrawlPriority, priority, "priority", "now, seed, listing, index or rest"));
  if (!path.empty() && path[0] != '/' && path[0] != '*')
    return Status::InvalidArgument(fmt::format("a path begins with / or *, as in a scope; found '{}'", path));
  filter.path = path;
  return filter;
}

std::string EscapeLabel(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// Prometheus text format, one metric after the other.
class MetricsText {
 public:
  void Begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void Add(const std::vector<std::pair<std::string_view, std::string>>& labels, double value) {
    text_ += name_;
    char separator = '{';
    for (const auto& [label, word] : labels) {
      text_ += fmt::format("{}{}=\"{}\"", separator, label, EscapeLabel(word));
      separator = ',';
    }
    if (!labels.empty()) text_ += '}';
    text_ += fmt::format(" {}\n", value);
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string name_, text_;
};

}  // namespace

Result<ApiResponse> CrawlService::Handle(const ApiRequest& request) {
  const std::string& path = request.path;
  if (request.method == "GET") {
    if (path == "/v1/frontier") return ListFrontier(request);
    if (path == "/v1/frontier/entry") return ShowEntry(request);
    if (path == "/v1/candidates") return ListCandidates(request);
    if (path == "/v1/sources") return ShowSources(request);
    if (path == "/v1/alerts") return ListAlerts(request);
    if (path == "/v1/gaps") return ListGaps(request);
    if (path == "/v1/metrics") return Metrics();
  } else if (request.method == "POST") {
    if (path == "/v1/frontier/cancel") return ChangeFrontier(request, FrontierAction::kCancel);
    if (path == "/v1/frontier/requeue") return ChangeFrontier(request, FrontierAction::kRequeue);
    if (path == "/v1/frontier/block") return Block(request);
    if (path == "/v1/capture") return AskFor(request);
    if (path == "/v1/candidates/decide") return Decide(request);
    if (path == "/v1/reload") return Reload(request);
  }
  return Status::NotFound(fmt::format("no such path: {} {}", request.method, path));
}

void CrawlService::MountOn(ApiService& service) {
  for (const char* prefix : {"/v1/frontier", "/v1/capture", "/v1/candidates", "/v1/sources", "/v1/alerts",
                             "/v1/gaps", "/v1/metrics", "/v1/reload"})
    service.Mount(prefix, [this](const ApiRequest& request) { return Handle(request); });
}

Result<std::shared_ptr<const Config>> CrawlService::TheConfig() const {
  std::shared_ptr<const Config> config = hooks_.config ? hooks_.config() : nullptr;
  if (config == nullptr) return Status::FailedPrecondition("no configuration is known here");
  return config;
}

Result<Source> CrawlService::SourceOf(const std::string& id) const {
  if (id.empty()) return Status::InvalidArgument("say which source: gasht sources list names them");
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const Config> config, TheConfig());
  for (const Source& source : config->sources) {
    if (source.id.value == id) return source;
  }
  // Rows of a source that was removed from the configuration, and tips, can still be listed and cancelled.
  Source gone;
  gone.id = {id};
  if (!IsValidSourceId(id)) return Status::InvalidArgument(fmt::format("'{}' is no source id", id));
  GASHT_ASSIGN_OR_RETURN(const FrontierPage rows, store_.ListFrontier(gone.id, FrontierFilter{.limit = 1}));
  if (rows.entries.empty())
    return Status::NotFound(fmt::format("no source is called '{}' (gasht sources list names them)", id));
  return gone;
}

Result<ApiResponse> CrawlService::ListFrontier(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Source source, SourceOf(Param(request, "source")));
  GASHT_ASSIGN_OR_RETURN(FrontierFilter filter, FilterOf(Param(request, "state"), Param(request, "priority"),
                                                         Param(request, "path")));
  GASHT_ASSIGN_OR_RETURN(filter.limit, LimitOf(request, 1000));
  if (const std::string after = Param(request, "after"); !after.empty()) {
    GASHT_ASSIGN_OR_RETURN(filter.after.bytes, HexDecode(after));
  }
  GASHT_ASSIGN_OR_RETURN(const FrontierPage page, store_.ListFrontier(source.id, filter));
  Json items = Json::MakeArray();
  for (const FrontierEntry& entry : page.entries) items.Push(ToJson(entry));
  Json json = Json::MakeObject();
  json.Set("items", std::move(items));
  if (page.has_more && !page.entries.empty()) json.Set("next", page.entries.back().key.hex());
  return ApiResponse::Of(json);
}

Result<ApiResponse> CrawlService::ShowEntry(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const std::string key, HexDecode(Param(request, "key")));
  GASHT_ASSIGN_OR_RETURN(const FrontierEntry entry,
                         store_.GetFrontierEntry({Param(request, "source")}, {key}));
  return ApiResponse::Of(ToJson(entry));
}

Result<ApiResponse> CrawlService::ChangeFrontier(const ApiRequest& request, FrontierAction action) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  GASHT_ASSIGN_OR_RETURN(const Source source, SourceOf(body.StringOr("source")));
  FrontierChange change;
  change.source = source.id;
  change.action = action;
  change.actor = request.actor;
  change.due = clock_.Utc();
  GASHT_ASSIGN_OR_RETURN(
      change.filter, FilterOf(body.StringOr("state"), body.StringOr("only_priority"), body.StringOr("path")));
  GASHT_ASSIGN_OR_RETURN(change.priority, Word(&ParseCrawlPriority, body.StringOr("priority"), "priority",
                                               "seed, listing, index or rest"));
  // "now" is for one page in somebody's name.
  if (change.priority == CrawlPriority::kNow)
    return Status::InvalidArgument("a queue is not moved to 'now': use gasht capture URL for one page");
  const std::string what = fmt::format(
      "{} {}{}{}{}", action == FrontierAction::kCancel ? "cancel" : "requeue", source.id.value,
      change.filter.path.empty() ? "" : " path " + change.filter.path.substr(0, 256),
      change.filter.state ? fmt::format(" state {}", FrontierStateName(*change.filter.state)) : "",
      body.StringOr("reason").empty() ? "" : ": " + body.StringOr("reason").substr(0, 256));
  // Said before it is done: an interrupted one is known too.
  GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) {
    writer_.AddEvent({"frontier", request.actor, what}, std::move(done));
  }));
  uint64_t changed = 0;
  for (;;) {
    const Result<FrontierChanged> part =
        Wait<Result<FrontierChanged>>([&](auto done) { writer_.ChangeFrontier(change, std::move(done)); });
    GASHT_RETURN_IF_ERROR(part.status());
    changed += part->changed;
    if (!part->next) break;
    change.filter.after = *part->next;
  }
  Changed(source.id);
  return ApiResponse::Of(Json::MakeObject().Set("source", source.id.value).Set("changed", changed));
}

Result<ApiResponse> CrawlService::Block(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  GASHT_ASSIGN_OR_RETURN(const Source source, SourceOf(body.StringOr("source")));
  GASHT_ASSIGN_OR_RETURN(OperatorState state, store_.GetOperatorState(source.id));
  state.source = source.id;
  const Json* off = body.Find("off");
  const bool opens = off != nullptr && off->is_bool() && off->as_bool();
  std::string what;
  if (opens) {
    state.blocked_until.reset();
    state.blocked_by.clear();
    state.blocked_why.clear();
    state.blocked_at = UtcTime();
    what = fmt::format("open {}", source.id.value);
  } else {
    state.blocked_until = kForever;
    if (const std::string span = body.StringOr("for"); !span.empty()) {
      GASHT_ASSIGN_OR_RETURN(const std::chrono::microseconds duration, ParseDuration(span));
      state.blocked_until = clock_.Utc() + duration;
    }
    state.blocked_by = request.actor;
    state.blocked_why = body.StringOr("reason");
    state.blocked_at = clock_.Utc();
    what =
        fmt::format("block {}{}", source.id.value,
                    *state.blocked_until == kForever ? "" : " until " + FormatRfc3339(*state.blocked_until));
  }
  if (!body.StringOr("reason").empty()) what += ": " + body.StringOr("reason").substr(0, 256);
  GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) {
    writer_.SetOperatorState({state, {"frontier", request.actor, what}}, std::move(done));
  }));
  Changed(source.id);
  Json json = Json::MakeObject().Set("source", source.id.value).Set("blocked", !opens);
  if (state.blocked_until && *state.blocked_until != kForever)
    json.Set("until", FormatRfc3339(*state.blocked_until));
  return ApiResponse::Of(json);
}

Result<ApiResponse> CrawlService::AskFor(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  const std::string authority = body.StringOr("authority");
  if (authority.empty() || authority.size() > 128)
    return Status::InvalidArgument("say by what authority: --authority REF, at most 128 bytes");
  GASHT_ASSIGN_OR_RETURN(const Url url, Url::Parse(body.StringOr("url")));
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const Config> config, TheConfig());
  const UtcTime now = clock_.Utc();
  FrontierEntry entry;
  entry.source = {std::string(kTipsSource)};
  for (const Source& configured : config->sources) {
    GASHT_ASSIGN_OR_RETURN(const OperatorState state, store_.GetOperatorState(configured.id));
    const Source source = WithMirrors(configured, state);
    const Scope scope(source);
    if (!scope.HasHost(url)) continue;
    const ScopeDecision decision = scope.Decide(url);
    if (!decision.allowed)
      return Status::InvalidArgument(fmt::format(
          "{} is on a host of source '{}' and outside its scope ({}): widen the scope in its file "
          "under sources.d, or leave the page alone",
          url.str(), source.id.value, decision.rule));
    if (!source.authority.CoversTime(now))
      return Status::FailedPrecondition(
          fmt::format("source '{}' is dormant: its authority {} does not cover today; renew it in sources.d",
                      source.id.value, source.authority.reference));
    if (state.blocked_until && *state.blocked_until > now)
      return Status::FailedPrecondition(
          fmt::format("the queue of '{}' is blocked by {}{}: gasht frontier block {} --off opens it",
                      source.id.value, state.blocked_by,
                      state.blocked_why.empty() ? "" : " (" + state.blocked_why + ")", source.id.value));
    entry.source = source.id;
    entry.url = url.WithoutParams(source.strip_params).str();
    entry.key = MakeUrlKey(source.id, url, source.strip_params);
    break;
  }
  if (entry.source.value == kTipsSource) {
    // Outside every source: one page, through Tor, nothing followed.
    if (!hooks_.takes_tips)
      return Status::FailedPrecondition(
          "no source covers that page, and this patrol was started without Tor: stop it, then ask again");
    if (config->tor.socks.empty())
      return Status::FailedPrecondition(
          "no source covers that page, and without tor in gasht.yaml it cannot be fetched: add a source");
    Source tip;
    tip.seeds.push_back(url);
    if (const ScopeDecision decision = Scope(tip).Decide(url); !decision.allowed)
      return Status::InvalidArgument(fmt::format("{} is never fetched: {}", url.str(), decision.rule));
    entry.url = url.str();
    // Mirrors of one source are one page; tips are of many sites.
    const Digest key = HashParts("gasht-tip-1", {url.str()});
    entry.key.bytes = std::string(key.view().substr(0, UrlKey::kBytes));
  }
  entry.asked_by = request.actor;
  entry.asked_authority = authority;
  entry.due = now;
  uint64_t before = 0;
  if (const Result<FrontierEntry> known = store_.GetFrontierEntry(entry.source, entry.key); known.ok())
    before = known->last_capture.value;
  Asked asked;
  asked.entry = entry;
  asked.event = {
      "asked", request.actor,
      fmt::format("capture {} page {} authority {}", entry.source.value, entry.key.hex(), authority)};
  GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) { writer_.AskFor(asked, std::move(done)); }));
  Changed(entry.source);
  return ApiResponse::Of(Json::MakeObject()
                             .Set("source", entry.source.value)
                             .Set("key", entry.key.hex())
                             .Set("url", entry.url)
                             .Set("last_capture", before));
}

Result<ApiResponse> CrawlService::ListCandidates(const ApiRequest& request) {
  CandidateFilter filter;
  GASHT_ASSIGN_OR_RETURN(filter.kind,
                         Word(&ParseCandidateKind, Param(request, "kind"), "kind",
                              "onion, mirror, telegram, telegram_invite, whatsapp_invite or feed"));
  GASHT_ASSIGN_OR_RETURN(filter.state, Word(&ParseCandidateState, Param(request, "state"), "state",
                                            "open, adopted or dismissed"));
  if (const std::string source = Param(request, "source"); !source.empty()) filter.source = SourceId{source};
  GASHT_ASSIGN_OR_RETURN(filter.limit, LimitOf(request, 1000));
  GASHT_ASSIGN_OR_RETURN(const std::vector<Candidate> candidates, store_.ListCandidates(filter));
  GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) {
    writer_.AddEvent({"view", request.actor, fmt::format("candidates list: {}", candidates.size())},
                     std::move(done));
  }));
  Json items = Json::MakeArray();
  for (const Candidate& candidate : candidates) items.Push(ToJson(candidate));
  return ApiResponse::Of(Json::MakeObject().Set("items", std::move(items)));
}

Result<ApiResponse> CrawlService::Decide(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  CandidateDecision decision;
  decision.id = body.StringOr("id");
  decision.actor = request.actor;
  decision.reason = body.StringOr("reason");
  GASHT_ASSIGN_OR_RETURN(const Candidate candidate, store_.GetCandidate(decision.id));
  const Json* adopt = body.Find("adopt");
  const std::string mirror_of = body.StringOr("mirror_of");
  const bool adopts = adopt == nullptr || !adopt->is_bool() || adopt->as_bool();
  decision.state = adopts ? CandidateState::kAdopted : CandidateState::kDismissed;
  if (adopts && !mirror_of.empty()) {
    GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const Config> config, TheConfig());
    const auto source = std::find_if(config->sources.begin(), config->sources.end(),
                                     [&](const Source& s) { return s.id.value == mirror_of; });
    if (source == config->sources.end())
      return Status::NotFound(
          fmt::format("no source is called '{}' (gasht sources list names them)", mirror_of));
    if (candidate.kind != CandidateKind::kOnion && candidate.kind != CandidateKind::kMirror)
      return Status::InvalidArgument(fmt::format("{} is a {}, and only an onion can be a mirror",
                                                 candidate.value, CandidateKindName(candidate.kind)));
    if (source->route != Route::kTor)
      return Status::InvalidArgument(
          fmt::format("source '{}' goes direct, and an onion is reached through Tor only", mirror_of));
    const Json* checked = body.Find("lookalike_checked");
    if (!candidate.lookalike_of.empty() && !(checked != nullptr && checked->is_bool() && checked->as_bool()))
      return Status::FailedPrecondition(fmt::format(
          "{} looks like {}, which is how traps are made: compare all 56 letters with a list that the "
          "site signed, then say --lookalike-checked",
          candidate.value, candidate.lookalike_of));
    GASHT_ASSIGN_OR_RETURN(const Url url, Url::Parse(candidate.value));
    for (const Source& other : config->sources) {
      GASHT_ASSIGN_OR_RETURN(const OperatorState theirs, store_.GetOperatorState(other.id));
      if (Scope(WithMirrors(other, theirs)).HasHost(url))
        return Status::AlreadyExists(
            fmt::format("{} is an address of source '{}' already", candidate.value, other.id.value));
    }
    GASHT_ASSIGN_OR_RETURN(OperatorState state, store_.GetOperatorState(source->id));
    state.mirrors.push_back({url.origin(), request.actor, decision.reason, clock_.Utc()});
    decision.detail = "mirror of " + mirror_of;
    GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) {
      writer_.SetOperatorState(
          {state, {"mirror", request.actor, fmt::format("{} is a mirror of {}", candidate.id, mirror_of)}},
          std::move(done));
    }));
  }
  GASHT_RETURN_IF_ERROR(Wait<Status>([&](auto done) { writer_.DecideCandidate(decision, std::move(done)); }));
  if (!mirror_of.empty()) Changed({mirror_of});
  GASHT_ASSIGN_OR_RETURN(const Candidate decided, store_.GetCandidate(decision.id));
  return ApiResponse::Of(ToJson(decided));
}

Result<Json> CrawlService::StatusOf(const Source& source) const {
  GASHT_ASSIGN_OR_RETURN(const SourceStats stats, store_.GetSourceStats(source.id));
  GASHT_ASSIGN_OR_RETURN(const OperatorState state, store_.GetOperatorState(source.id));
  GASHT_ASSIGN_OR_RETURN(const std::vector<RobotsState> robots, store_.ListRobots(source.id));
  GASHT_ASSIGN_OR_RETURN(const std::optional<MirrorListState> list, store_.GetMirrorList(source.id));
  GASHT_ASSIGN_OR_RETURN(const std::optional<UtcTime> next, store_.NextDue(source.id));
  const UtcTime now = clock_.Utc();
  Json json = ToJson(stats);
  std::string word = "active";
  if (!source.authority.CoversTime(now))
    word = now < source.authority.valid_from ? "dormant_not_yet" : "dormant_expired";
  if (state.blocked_until && *state.blocked_until > now) {
    word = "blocked";
    json.Set("blocked_by", state.blocked_by);
    if (!state.blocked_why.empty()) json.Set("blocked_why", state.blocked_why);
    if (*state.blocked_until != kForever) json.Set("blocked_until", FormatRfc3339(*state.blocked_until));
  }
  json.Set("state", word);
  Json said = Json::MakeArray();
  for (const RobotsState& each : robots)
    said.Push(Json::MakeObject()
                  .Set("address", each.origin)
                  .Set("verdict", RobotsVerdictName(each.verdict))
                  .Set("fetched", FormatRfc3339(each.fetched)));
  json.Set("robots", std::move(said));
  if (list) {
    json.Set("mirror_list", ToJson(*list));
  } else if (source.mirror_list) {
    json.Set("mirror_list", Json::MakeObject().Set("signature", "never_read"));
  }
  if (next) json.Set("next_due", FormatRfc3339(*next));
  Json mirrors = Json::MakeArray();
  for (const AdoptedMirror& mirror : state.mirrors) mirrors.Push(mirror.origin);
  json.Set("adopted_mirrors", std::move(mirrors));
  return json;
}

Result<ApiResponse> CrawlService::ShowSources(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const Config> config, TheConfig());
  const std::string only = Param(request, "source");
  Json items = Json::MakeArray();
  for (const Source& source : config->sources) {
    if (!only.empty() && source.id.value != only) continue;
    GASHT_ASSIGN_OR_RETURN(Json json, StatusOf(source));
    items.Push(std::move(json));
  }
  if (!only.empty() && items.items().empty())
    return Status::NotFound(fmt::format("no source is called '{}' (gasht sources list names them)", only));
  Json gaps = Json::MakeArray(), alerts = Json::MakeArray();
  GASHT_ASSIGN_OR_RETURN(const std::vector<CrawlGap> away, store_.ListGaps(kGapsOfStatus));
  for (const CrawlGap& gap : away) gaps.Push(ToJson(gap));
  GASHT_ASSIGN_OR_RETURN(const std::vector<Alert> raised, store_.ListAlerts(kAlertsOfStatus));
  for (const Alert& alert : raised) {
    if (only.empty() || alert.source.value == only) alerts.Push(ToJson(alert));
  }
  return ApiResponse::Of(Json::MakeObject()
                             .Set("items", std::move(items))
                             .Set("gaps", std::move(gaps))
                             .Set("alerts", std::move(alerts)));
}

Result<ApiResponse> CrawlService::ListAlerts(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const size_t limit, LimitOf(request, 1000));
  const std::string only = Param(request, "source");
  GASHT_ASSIGN_OR_RETURN(const std::vector<Alert> alerts, store_.ListAlerts(limit));
  Json items = Json::MakeArray();
  for (const Alert& alert : alerts) {
    if (only.empty() || alert.source.value == only) items.Push(ToJson(alert));
  }
  return ApiResponse::Of(Json::MakeObject().Set("items", std::move(items)));
}

Result<ApiResponse> CrawlService::ListGaps(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const size_t limit, LimitOf(request, 1000));
  GASHT_ASSIGN_OR_RETURN(const std::vector<CrawlGap> gaps, store_.ListGaps(limit));
  Json items = Json::MakeArray();
  for (const CrawlGap& gap : gaps) items.Push(ToJson(gap));
  return ApiResponse::Of(Json::MakeObject().Set("items", std::move(items)));
}

Result<ApiResponse> CrawlService::Metrics() {
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const Config> config, TheConfig());
  std::vector<SourceStats> all;
  std::vector<std::string> blocked;
  for (const Source& source : config->sources) {
    GASHT_ASSIGN_OR_RETURN(SourceStats stats, store_.GetSourceStats(source.id));
    GASHT_ASSIGN_OR_RETURN(const OperatorState state, store_.GetOperatorState(source.id));
    if (state.blocked_until && *state.blocked_until > clock_.Utc()) blocked.push_back(source.id.value);
    all.push_back(std::move(stats));
  }
  MetricsText text;
  const auto seconds = [](UtcTime t) { return static_cast<double>(t.micros) / 1e6; };
  const auto number = [](uint64_t n) { return static_cast<double>(n); };
  text.Begin("gasht_attempts_total", "counter", "Attempts at pages, by outcome.");
  for (const SourceStats& stats : all) {
    for (const auto& [outcome, count] : stats.outcomes)
      text.Add({{"source", stats.source.value}, {"outcome", std::string(FetchOutcomeName(outcome))}},
               number(count));
  }
  text.Begin("gasht_answers_total", "counter", "Answers with a body, by what the page was.");
  for (const SourceStats& stats : all) {
    for (const auto& [page_class, count] : stats.classes)
      text.Add({{"source", stats.source.value}, {"class", std::string(PageClassName(page_class))}},
               number(count));
  }
  text.Begin("gasht_frontier_pages", "gauge", "Pages known, by state.");
  for (const SourceStats& stats : all) {
    for (size_t state = 1; state < stats.rows.size(); ++state)
      text.Add({{"source", stats.source.value},
                {"state", std::string(FrontierStateName(static_cast<FrontierState>(state)))}},
               number(stats.rows[state]));
  }
  text.Begin("gasht_links_dropped_total", "counter", "Links in scope that were not taken up, by why.");
  for (const SourceStats& stats : all) {
    for (const auto& [why, count] : stats.drops)
      text.Add({{"source", stats.source.value}, {"why", why}}, number(count));
  }
  text.Begin("gasht_received_bytes_total", "counter", "Bytes received.");
  for (const SourceStats& stats : all) text.Add({{"source", stats.source.value}}, number(stats.wire_bytes));
  text.Begin("gasht_pictures_not_read_total", "counter", "Pictures of pages seen that were not fetched.");
  for (const SourceStats& stats : all)
    text.Add({{"source", stats.source.value}}, number(stats.pictures_not_read));
  text.Begin("gasht_last_success_timestamp_seconds", "gauge",
             "When a page was last seen as content; 0 never.");
  for (const SourceStats& stats : all)
    text.Add({{"source", stats.source.value}}, seconds(stats.last_success));
  text.Begin("gasht_coverage_ratio", "gauge", "Pages seen of those estimated by the overlap of two rounds.");
  for (const SourceStats& stats : all) {
    if (const auto coverage = EstimateCoverage(stats))
      text.Add({{"source", stats.source.value}}, coverage->share);
  }
  text.Begin("gasht_source_blocked", "gauge", "1 for a queue that a person blocked.");
  for (const std::string& source : blocked) text.Add({{"source", source}}, 1);
  text.Begin("gasht_custody_leaves", "gauge", "Leaves of the custody log.");
  text.Add({}, number(store_.tree_head().size));
  text.Begin("gasht_writer_ok", "gauge", "0 after a failed write.");
  text.Add({}, writer_.status().ok() ? 1 : 0);
  ApiResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = text.Take();
  return response;
}

Result<ApiResponse> CrawlService::Reload(const ApiRequest& request) {
  if (!hooks_.reload)
    return Status::FailedPrecondition("no core runs: the next gasht patrol reads the configuration anyway");
  GASHT_ASSIGN_OR_RETURN(const Json json, hooks_.reload(request.actor));
  return ApiResponse::Of(json);
}

}  // namespace gasht
