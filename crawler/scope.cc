#include "crawler/scope.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/scope_pattern.h"

namespace gasht {
namespace {

// Names that mean another machine to everybody who asks: RFC 6761, RFC 6762, RFC 8375, and a name without a
// dot, which a resolver completes with its own domain.
bool IsLocalName(std::string_view host) {
  static constexpr std::array<std::string_view, 7> kLocal = {
      "localhost", "local", "localdomain", "internal", "lan", "home.arpa", "intranet"};
  if (host.find('.') == std::string_view::npos) return true;
  return std::any_of(kLocal.begin(), kLocal.end(), [host](std::string_view name) {
    return host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.';
  });
}

void SortAndUnique(std::vector<std::string>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Scope::Scope(const Source& source) : route_(source.route), allow_private_(source.allow_private) {
  const auto add = [this](const Url& url, bool is_seed) {
    origins_.push_back(url.origin());
    if (is_seed) seeds_.push_back(url.str());
  };
  const auto add_with_twin = [&add](const Url& url, bool is_seed) {
    add(url, is_seed);
    if (url.scheme() != "http" || url.port() != 80) return;
    // Sites move their plain pages to https under the same name every day; that is no other site.
    const Result<Url> https = Url::Parse("https" + url.str().substr(4));
    if (https.ok()) add(*https, is_seed);
  };
  for (const Url& url : source.seeds) add_with_twin(url, true);
  for (const Url& url : source.mirrors) add_with_twin(url, false);
  SortAndUnique(origins_);
  SortAndUnique(seeds_);
  for (const ScopeRule& rule : source.scope) {
    const bool include = rule.action == ScopeRule::Action::kInclude;
    has_include_ = has_include_ || include;
    rules_.push_back({include, ScopePatternToGlob(rule.pattern),
                      fmt::format("{} {}", include ? "include" : "exclude", rule.pattern)});
  }
}

bool Scope::HasHost(const Url& url) const {
  return HostDecision(url).allowed;
}

ScopeDecision Scope::HostDecision(const Url& url) const {
  if (!allow_private_) {
    if (url.is_ip_literal()) return {false, "ip literal"};
    if (IsLocalName(url.host())) return {false, "localhost name"};
  }
  if (url.is_onion()) {
    if (const OnionCheck check = CheckOnion(url.host()); check != OnionCheck::kValid)
      return {false, fmt::format("onion address: {}", OnionCheckName(check))};
    if (route_ == Route::kDirect) return {false, "onion over a direct route"};
  }
  if (!std::binary_search(origins_.begin(), origins_.end(), url.origin()))
    return {false, "host is not one of the source's"};
  return {true, "host is the source's"};
}

ScopeDecision Scope::Decide(const Url& url) const {
  ScopeDecision host = HostDecision(url);
  if (!host.allowed) return host;
  std::string target(url.path());
  if (!url.query().empty()) target.append("?").append(url.query());
  for (const Rule& rule : rules_) {
    if (MatchesGlob(target, rule.glob)) return {rule.include, rule.text};
  }
  if (std::binary_search(seeds_.begin(), seeds_.end(), url.str())) return {true, "seed"};
  if (has_include_) return {false, "no include rule matches"};
  return host;
}

Source WithMirrors(Source source, const OperatorState& word) {
  for (const AdoptedMirror& mirror : word.mirrors) {
    if (const Result<Url> url = Url::Parse(mirror.origin + "/"); url.ok()) source.mirrors.push_back(*url);
  }
  return source;
}

}  // namespace gasht
