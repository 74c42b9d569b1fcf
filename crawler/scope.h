#pragma once

// Scope: which URLs of the world belong to a source, decided the same way for seeds, links, redirects and
// what is taken from the frontier. Every answer names the rule that gave it, for evidence and for the
// operator.
//
// Const after construction, thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "model/crawl_state.h"
#include "model/source.h"

namespace gasht {

struct ScopeDecision {
  bool allowed = false;
  // The rule as configured ("include /listing/*"), or an implicit one ("ip literal").
  std::string rule;
};

class Scope {
 public:
  explicit Scope(const Source& source);

  // In this order:
  // 1. What no configuration opens (without allow_private): addresses instead of names, names that only mean
  //    something nearby, onion addresses whose checksum is wrong, an onion on a direct route.
  // 2. The host: an origin of a seed or mirror, or its https twin on the standard ports.
  // 3. The source's rules, the first that matches path?query: a pattern is a prefix, or with a `*` a glob over
  //    all of it. What a canonical URL escapes may be written bare in it.
  // 4. A seed is included; else nothing when there is an include rule, everything when there is none.
  ScopeDecision Decide(const Url& url) const;
  // Steps 1 and 2 alone: is it on the source's own hosts?
  bool HasHost(const Url& url) const;

 private:
  ScopeDecision HostDecision(const Url& url) const;
  // As configured, but with patterns made ready (model/scope_pattern.h).
  struct Rule {
    bool include;
    std::string glob;
    std::string text;
  };

  std::vector<std::string> origins_;  // sorted
  std::vector<std::string> seeds_;    // sorted
  std::vector<Rule> rules_;
  bool has_include_ = false;
  Route route_;
  bool allow_private_;
};

// The source with the addresses that a person adopted for it: the same paths, authority and route at another place.
Source WithMirrors(Source source, const OperatorState& word);

}  // namespace gasht
