#pragma once

// RuleSet: compiled rule packs. Says of each listing what it names, what shows an offer, what speaks against
// it, and which rules matched, with the place and the reason of everything it counted.
//
// Immutable after Compile() and thread-safe: workers share one by shared_ptr<const RuleSet>. Match() is a
// pure function, linear in its text (each text is folded and searched once), and never fails: where a budget
// ends it says `undecided`, which is not "no".
//
// What is matched of a listing: its title, vendor and category, and its own words: Listing::text if that is
// set, else the slice of Document::text at Listing::span. Who wants a finding of a whole page or message
// makes a listing of it. The field of a match is the printed name of the string it lies in: "text" for
// Document::text, "messages/3/text" for a listing of kind message whose site_id is the id of message 3,
// "listings/0/title", "listings/0/vendor", "listings/0/category", and "listings/0/text" for words that are
// neither in the document nor in a message.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/page_analysis.h"
#include "model/source.h"
#include "rules/pack.h"

namespace gasht {

struct PageMarks;  // rules/weigh.h

struct MatchInput {
  const Document* document = nullptr;  // may be null: then listings bring their own text
  std::span<const Listing> listings;
  std::span<const Message> messages;
  std::optional<SourceKind> source_kind;
  // For the expiry of watchlist entries; absent: none has expired.
  std::optional<UtcTime> now;
  // What the page says as a whole, where `document` is only part of it: MatchOutput::page of a Match() over all of it.
  // Null: read from `document`.
  std::shared_ptr<const PageMarks> page = nullptr;
  // Watchlist entries besides those of the packs: what a rule's example is told of.
  std::span<const WatchEntry> watched = {};
};

struct MatchOutput {
  std::vector<MatchCandidate> candidates;  // ascending by listing, at most one for each
  // What the document as a whole says against an offer on it; absent when nothing on it was worth asking.
  std::shared_ptr<const PageMarks> page;
  // A budget ended before everything was looked at: what is missing here is not known to be absent.
  bool undecided = false;
};

// Why a rule did or did not match one listing.
struct RuleTrace {
  std::string rule;
  bool in_scope = true;
  bool matched = false;
  std::vector<std::pair<std::string, bool>> selections;
};

// Everything that was seen of one listing, also what did not count.
struct Explanation {
  struct Seen {
    TermMatch match;
    std::string disguise;  // "", "leet", "spelling", ...
    bool counted = false;
  };
  std::vector<Seen> seen;
  std::optional<MatchCandidate> candidate;
  std::vector<RuleTrace> rules;
};

class RuleSet {
 public:
  // InvalidArgument with every mistake as file:line:column and its remedy, one a line.
  static Result<std::shared_ptr<const RuleSet>> Compile(const std::vector<RulePackFile>& files);
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  MatchOutput Match(const MatchInput& input) const;
  // REQUIRES: listing < input.listings.size().
  Explanation Explain(const MatchInput& input, size_t listing) const;

  // What the page as a whole says against offers on it, for MatchInput::page.
  std::shared_ptr<const PageMarks> ReadPage(const Document& page) const;

  // SHA-256 over names and texts of the packs in hex: which rules said so.
  const std::string& digest() const { return digest_; }
  const RulePacks& packs() const;
  size_t term_count() const;
  size_t memory_bytes() const;

 private:
  class Impl;
  RuleSet(std::unique_ptr<Impl> impl, std::string digest);

  const std::unique_ptr<const Impl> impl_;
  const std::string digest_;
};

}  // namespace gasht
