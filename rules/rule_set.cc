#include "rules/rule_set.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/digest.h"
#include "rules/condition.h"
#include "rules/reasons.h"
#include "rules/scanner.h"
#include "rules/weigh.h"
#include "text/fold.h"

namespace gasht {
namespace {

// Hits looked at in one Match() over all its listings. A page of 2 MiB full of terms needs about a tenth;
// listings that overlap each other thousands of times are an attack, and what is then left out is said to be
// undecided.
constexpr uint64_t kMaxVisited = 20'000'000;
constexpr size_t kMaxMatches = 256;
constexpr size_t kMaxSubstances = 64;
// Hits of rules' own terms that are kept for one listing.
constexpr size_t kMaxSelectionHits = 4096;

double ToDouble(const Money& money) {
  return static_cast<double>(money.units) / std::pow(10.0, money.scale);
}

std::optional<double> ParseDecimal(const std::string& text) {
  if (text.empty() || text.size() > 24) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool AnyFolded(const std::vector<std::string>& wanted, const std::string& have) {
  if (have.empty()) return false;
  const std::string key = FoldKey(have);
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) { return FoldKey(w) == key; });
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct CompiledSelection {
  uint32_t number = 0;           // the owner of its own terms' entries
  std::vector<bool> substances;  // by index; empty: none asked for
  std::vector<uint32_t> signs, groups, contexts;
  bool own_text = false;
};

struct CompiledRule {
  Condition condition;
  std::vector<CompiledSelection> selections;
};

// What the rules see of one listing.
struct RuleFacts {
  const ListingView* view = nullptr;
  const Weight* weight = nullptr;
  std::vector<bool> substances;                           // counted
  std::unordered_map<uint32_t, std::vector<HitRef>> own;  // selection number -> hits
  std::vector<const WatchEntry*> watch_hits;
};

}  // namespace

class RuleSet::Impl {
 public:
  explicit Impl(RulePacks packs) : packs_(std::move(packs)), weigher_(packs_, scanner_) {}

  Status Compile();
  MatchOutput Match(const MatchInput& input) const;
  Explanation Explain(const MatchInput& input, size_t listing) const;
  std::shared_ptr<const PageMarks> ReadPage(const Document& page) const {
    return std::make_shared<PageMarks>(ReadPageMarks(packs_, scanner_, scanner_.Scan(page.text), page.text));
  }
  const RulePacks& packs() const { return packs_; }
  const Scanner& scanner() const { return scanner_; }

 private:
  // Texts of one input, each scanned once.
  struct Texts {
    std::optional<ScannedText> document;
    std::vector<std::unique_ptr<ScannedText>> others;
    std::unordered_map<std::string_view, size_t> message_by_id;
    std::shared_ptr<const PageMarks> page;
    bool overflow = false;
  };

  // The document scanned, once.
  const ScannedText& ScanDocument(const Document& document, Texts& texts) const;
  // Weighs the listing; where something was found, again with what the page as a whole says.
  Weight WeighOnPage(const MatchInput& input, ListingView& view, Texts& texts, uint64_t& visited,
                     bool& overflow) const;

  void CompileRule(const PackRule& rule, std::vector<std::string>& messages);
  void AddSegment(Segment::Role role, std::string field, std::string_view source, Texts& texts,
                  ListingView& view) const;
  ListingView ViewOf(const MatchInput& input, size_t index, Texts& texts) const;
  RuleFacts FactsOf(const MatchInput& input, const ListingView& view, const Weight& weight) const;
  bool Holds(const PackSelection& selection, const CompiledSelection& compiled, const RuleFacts& facts) const;
  bool TextHolds(const PackSelection& selection, const CompiledSelection& compiled,
                 const RuleFacts& facts) const;
  bool TypedHolds(const PackSelection& selection, const RuleFacts& facts) const;
  bool Within(const PackSelection& selection, const CompiledSelection& compiled,
              const RuleFacts& facts) const;
  std::vector<HitRef> HitsOf(const CompiledSelection& compiled, const RuleFacts& facts) const;
  bool InScope(const PackRule& rule, const RuleFacts& facts) const;
  // The rules that may hold: the others miss something they cannot do without.
  std::vector<size_t> RulesFor(const RuleFacts& facts) const;
  bool RuleHolds(size_t rule, const RuleFacts& facts) const;
  std::optional<MatchCandidate> Judge(const MatchInput& input, size_t listing, const ListingView& view,
                                      const Weight& weight) const;
  TermMatch ToMatch(const ListingView& view, const HitRef& at) const;

  RulePacks packs_;
  Scanner scanner_;
  Weigher weigher_;
  bool has_page_contexts_ = false;
  std::vector<CompiledRule> rules_;
  std::vector<size_t> selection_rule_;  // selection number -> rule
  std::vector<size_t> always_rules_, watch_rules_;
  std::vector<std::vector<size_t>> substance_rules_;            // substance -> rules that need one of theirs
  std::unordered_map<uint32_t, size_t> own_text_rules_;         // selection number -> rule that needs it
  std::unordered_map<std::string, std::vector<size_t>> watch_;  // "kind:value" -> entries
};

Status RuleSet::Impl::Compile() {
  std::vector<std::string> messages;
  const auto label = [](const std::string& id, const PackTerm& term) {
    return id + "/" + FoldKey(term.text);
  };
  for (uint32_t i = 0; i < packs_.substances.size(); ++i) {
    const SubstanceEntry& entry = packs_.substances[i];
    for (const PackTerm& term : entry.terms) {
      scanner_.Add(term, {EntryKind::kSubstance, i, term.strength, label(entry.substance.id, term)},
                   messages);
    }
    for (const PackTerm& term : entry.innocent) {
      scanner_.Add(term, {EntryKind::kInnocent, 0, Strength::kStrong, label("innocent", term)}, messages);
    }
  }
  for (const PackTerm& term : packs_.innocent) {
    scanner_.Add(term, {EntryKind::kInnocent, 0, Strength::kStrong, label("innocent", term)}, messages);
  }
  for (const PackTerm& term : packs_.innocent_regexes) {
    scanner_.AddRegex(term, {EntryKind::kInnocent, 0, Strength::kStrong, "innocent"}, messages);
  }
  for (const PackTerm& term : packs_.page_trade) {
    scanner_.Add(term,
                 {EntryKind::kContextUnless, kEveryPageContext, Strength::kStrong, label("trade", term)},
                 messages);
  }
  for (const NumberWord& word : packs_.number_words) scanner_.AddNumberWord(word);
  scanner_.AddAmountWords(packs_);
  for (uint32_t i = 0; i < packs_.signs.size(); ++i) {
    const SignEntry& entry = packs_.signs[i];
    const std::string id = std::string(SignGroupName(entry.group)) + "/" + entry.id;
    for (const PackTerm& term : entry.terms) {
      scanner_.Add(term, {EntryKind::kSign, i, Strength::kStrong, id}, messages);
    }
    for (const PackTerm& term : entry.regexes) {
      scanner_.AddRegex(term, {EntryKind::kSign, i, Strength::kStrong, id}, messages);
    }
    for (const PackTerm& term : entry.unit_words) scanner_.AddUnit(term, entry, i, messages);
  }
  for (uint32_t i = 0; i < packs_.contexts.size(); ++i) {
    const ContextEntry& entry = packs_.contexts[i];
    for (const PackTerm& term : entry.terms) {
      scanner_.Add(term, {EntryKind::kContext, i, Strength::kStrong, label("context/" + entry.id, term)},
                   messages);
    }
    for (const PackTerm& term : entry.regexes) {
      scanner_.AddRegex(term, {EntryKind::kContext, i, Strength::kStrong, "context/" + entry.id}, messages);
    }
    for (const PackTerm& term : entry.unless) {
      scanner_.Add(term, {EntryKind::kContextUnless, i, Strength::kStrong, label("unless/" + entry.id, term)},
                   messages);
    }
  }
  has_page_contexts_ = std::any_of(packs_.contexts.begin(), packs_.contexts.end(),
                                   [](const ContextEntry& entry) { return entry.page; });
  for (const PackRule& rule : packs_.rules) CompileRule(rule, messages);
  for (size_t i = 0; i < packs_.watchlist.size(); ++i) {
    const WatchEntry& entry = packs_.watchlist[i];
    watch_[entry.kind + ":" + FoldKey(entry.value)].push_back(i);
  }
  scanner_.Freeze(messages);
  if (messages.empty()) return Status::Ok();
  std::string all;
  for (const std::string& message : messages) all += (all.empty() ? "" : "\n") + message;
  return Status::InvalidArgument(std::move(all));
}

void RuleSet::Impl::CompileRule(const PackRule& rule, std::vector<std::string>& messages) {
  const auto index_of = [](const auto& entries, const std::string& id, const auto& id_of) {
    for (uint32_t i = 0; i < entries.size(); ++i) {
      if (id_of(entries[i]) == id) return i;
    }
    return static_cast<uint32_t>(entries.size());  // cannot be: names were checked
  };
  CompiledRule compiled;
  std::vector<std::string> names;
  for (const PackSelection& selection : rule.selections) names.push_back(selection.name);
  ConditionError error;
  auto condition = ParseCondition(rule.condition, names, error);
  if (!condition) {
    messages.push_back(rule.condition_place.ToString() + ": " + error.message);
    return;
  }
  compiled.condition = std::move(*condition);
  for (const PackSelection& selection : rule.selections) {
    CompiledSelection c;
    c.number = static_cast<uint32_t>(selection_rule_.size());
    selection_rule_.push_back(rules_.size());
    c.own_text = !selection.terms.empty() || !selection.regexes.empty();
    const Entry entry{EntryKind::kSelection, c.number, Strength::kStrong,
                      "rule/" + rule.id + "/" + selection.name};
    for (const PackTerm& term : selection.terms) scanner_.Add(term, entry, messages);
    for (const PackTerm& term : selection.regexes) scanner_.AddRegex(term, entry, messages);
    if (selection.any_substance || !selection.substances.empty() || !selection.classes.empty()) {
      c.substances.resize(packs_.substances.size());
      for (size_t i = 0; i < packs_.substances.size(); ++i) {
        const Substance& substance = packs_.substances[i].substance;
        const bool of_class =
            std::any_of(selection.classes.begin(), selection.classes.end(),
                        [&](const std::string& name) { return Contains(substance.classes, name); });
        c.substances[i] = selection.any_substance || Contains(selection.substances, substance.id) || of_class;
      }
    }
    for (const std::string& id : selection.signs) {
      c.signs.push_back(index_of(packs_.signs, id, [](const SignEntry& e) { return e.id; }));
    }
    for (const std::string& name : selection.groups)
      c.groups.push_back(static_cast<uint32_t>(*ParseSignGroup(name)));
    for (const std::string& id : selection.contexts) {
      c.contexts.push_back(index_of(packs_.contexts, id, [](const ContextEntry& e) { return e.id; }));
    }
    compiled.selections.push_back(std::move(c));
  }
  // What must be there before the condition can hold says when the rule is looked at.
  const size_t index = rules_.size();
  if (rule.status == "deprecated") {
    // Never.
  } else if (!compiled.condition.Possible([&](size_t i) { return compiled.selections[i].own_text; })) {
    for (const CompiledSelection& selection : compiled.selections) {
      if (selection.own_text) own_text_rules_[selection.number] = index;
    }
  } else if (!compiled.condition.Possible(
                 [&](size_t i) { return !compiled.selections[i].substances.empty(); })) {
    substance_rules_.resize(packs_.substances.size());
    for (size_t s = 0; s < packs_.substances.size(); ++s) {
      const bool wanted =
          std::any_of(compiled.selections.begin(), compiled.selections.end(),
                      [&](const CompiledSelection& c) { return !c.substances.empty() && c.substances[s]; });
      if (wanted) substance_rules_[s].push_back(index);
    }
  } else if (!compiled.condition.Possible([&](size_t i) { return !rule.selections[i].watchlists.empty(); })) {
    watch_rules_.push_back(index);
  } else {
    always_rules_.push_back(index);
  }
  rules_.push_back(std::move(compiled));
}

void RuleSet::Impl::AddSegment(Segment::Role role, std::string field, std::string_view source, Texts& texts,
                               ListingView& view) const {
  if (source.empty()) return;
  texts.others.push_back(std::make_unique<ScannedText>(scanner_.Scan(source)));
  const ScannedText& scanned = *texts.others.back();
  texts.overflow = texts.overflow || scanned.overflow;
  Segment segment;
  segment.role = role;
  segment.field = std::move(field);
  segment.source = source;
  segment.scanned = &scanned;
  segment.end = static_cast<uint32_t>(scanned.folded.text.size());
  segment.last_hit = static_cast<uint32_t>(scanned.hits.size());
  view.segments.push_back(std::move(segment));
}

const ScannedText& RuleSet::Impl::ScanDocument(const Document& document, Texts& texts) const {
  if (!texts.document) {
    texts.document = scanner_.Scan(document.text);
    texts.overflow = texts.overflow || texts.document->overflow;
  }
  return *texts.document;
}

Weight RuleSet::Impl::WeighOnPage(const MatchInput& input, ListingView& view, Texts& texts, uint64_t& visited,
                                  bool& overflow) const {
  Weight weight = weigher_.Weigh(view, kMaxVisited, visited, overflow);
  // Without an offer there is nothing that the page could speak against.
  if (!weight.offer || weight.empty() || !has_page_contexts_) return weight;
  if (texts.page == nullptr) {
    if (input.page == nullptr && (input.document == nullptr || input.document->text.empty())) return weight;
    texts.page = input.page != nullptr
                     ? input.page
                     : std::make_shared<PageMarks>(ReadPageMarks(
                           packs_, scanner_, ScanDocument(*input.document, texts), input.document->text));
  }
  view.page = texts.page.get();
  return view.page->marks.empty() && !view.page->trade ? weight
                                                       : weigher_.Weigh(view, kMaxVisited, visited, overflow);
}

ListingView RuleSet::Impl::ViewOf(const MatchInput& input, size_t index, Texts& texts) const {
  const Listing& listing = input.listings[index];
  const Document* document = input.document;
  ListingView view;
  view.listing = &listing;
  view.document = document;
  view.source_kind = input.source_kind;
  const std::string prefix = "listings/" + std::to_string(index) + "/";
  AddSegment(Segment::Role::kTitle, prefix + "title", listing.title, texts, view);
  AddSegment(Segment::Role::kCategory, prefix + "category", listing.category, texts, view);

  // The item's own words: a slice of the document where they are one.
  Span span = listing.span;
  bool in_document = document != nullptr && span.end > span.begin && span.end <= document->text.size();
  if (!listing.text.empty() && document != nullptr && document->text == listing.text) {
    in_document = true;
    span = {0, listing.text.size()};
  }
  if (in_document && !listing.text.empty()) {
    in_document = std::string_view(document->text).substr(span.begin, span.size()) == listing.text;
  }
  if (in_document) {
    const ScannedText& scanned = ScanDocument(*document, texts);
    Segment segment;
    segment.role = Segment::Role::kText;
    segment.field = "text";
    segment.source = document->text;
    segment.scanned = &scanned;
    segment.begin = static_cast<uint32_t>(scanned.folded.FoldedOffset(span.begin));
    segment.end = static_cast<uint32_t>(scanned.folded.FoldedOffset(span.end));
    const auto at = [&](uint32_t offset) {
      return static_cast<uint32_t>(
          std::lower_bound(scanned.hits.begin(), scanned.hits.end(), offset,
                           [](const Hit& hit, uint32_t v) { return hit.begin < v; }) -
          scanned.hits.begin());
    };
    segment.first_hit = at(segment.begin);
    segment.last_hit = at(segment.end);
    view.segments.push_back(std::move(segment));
  } else if (!listing.text.empty()) {
    std::string field = prefix + "text";
    std::string_view source = listing.text;
    if (const auto it = texts.message_by_id.find(listing.site_id); it != texts.message_by_id.end()) {
      if (input.messages[it->second].text == listing.text) {
        field = "messages/" + std::to_string(it->second) + "/text";
      }
    }
    AddSegment(Segment::Role::kText, std::move(field), source, texts, view);
  }
  AddSegment(Segment::Role::kVendor, prefix + "vendor", listing.vendor, texts, view);
  return view;
}

RuleFacts RuleSet::Impl::FactsOf(const MatchInput& input, const ListingView& view,
                                 const Weight& weight) const {
  RuleFacts facts;
  facts.view = &view;
  facts.weight = &weight;
  facts.substances.resize(packs_.substances.size());
  for (const WeighedSubstance& substance : weight.substances) facts.substances[substance.substance] = true;
  if (!selection_rule_.empty()) {
    size_t kept = 0;
    for (uint32_t s = 0; s < view.segments.size(); ++s) {
      const Segment& segment = view.segments[s];
      for (uint32_t h = segment.first_hit; h < segment.last_hit && kept < kMaxSelectionHits; ++h) {
        const Entry& entry = scanner_.entries()[segment.scanned->hits[h].entry];
        if (entry.kind != EntryKind::kSelection) continue;
        facts.own[entry.owner].push_back({s, h});
        ++kept;
      }
    }
  }
  if (!watch_.empty() || !input.watched.empty()) {
    const auto add = [&](const WatchEntry& entry) {
      const bool expired = input.now && entry.expires && *input.now >= *entry.expires;
      if (!expired &&
          std::find(facts.watch_hits.begin(), facts.watch_hits.end(), &entry) == facts.watch_hits.end())
        facts.watch_hits.push_back(&entry);
    };
    const auto look = [&](const std::string& kind, const std::string& value) {
      for (const WatchEntry& entry : input.watched) {
        if (entry.kind == kind && FoldKey(entry.value) == FoldKey(value)) add(entry);
      }
      const auto it = watch_.find(kind + ":" + FoldKey(value));
      if (it == watch_.end()) return;
      for (const size_t entry : it->second) add(packs_.watchlist[entry]);
    };
    if (!view.listing->vendor.empty()) look("vendor", view.listing->vendor);
    for (const Identifier& identifier : view.listing->identifiers) {
      look(std::string(IdentifierKindName(identifier.kind)), identifier.value);
    }
  }
  return facts;
}

// Hits that a selection's text keys are about, for counts and distances.
std::vector<HitRef> RuleSet::Impl::HitsOf(const CompiledSelection& compiled, const RuleFacts& facts) const {
  std::vector<HitRef> hits;
  if (const auto own = facts.own.find(compiled.number); own != facts.own.end()) hits = own->second;
  const Weight& weight = *facts.weight;
  const auto entry_of = [&](const HitRef& at) -> const Entry& {
    return scanner_.entries()[facts.view->segments[at.segment].scanned->hits[at.hit].entry];
  };
  if (!compiled.substances.empty()) {
    for (const HitRef& at : weight.mentions) {
      if (compiled.substances[entry_of(at).owner]) hits.push_back(at);
    }
  }
  for (const HitRef& at : weight.all_signs) {
    const uint32_t owner = entry_of(at).owner;
    const auto group = static_cast<uint32_t>(packs_.signs[owner].group);
    if (std::find(compiled.signs.begin(), compiled.signs.end(), owner) != compiled.signs.end() ||
        std::find(compiled.groups.begin(), compiled.groups.end(), group) != compiled.groups.end()) {
      hits.push_back(at);
    }
  }
  for (const WeighedContext& context : weight.contexts) {
    if (std::find(compiled.contexts.begin(), compiled.contexts.end(), context.context) !=
        compiled.contexts.end()) {
      hits.insert(hits.end(), context.at.begin(), context.at.end());
    }
  }
  return hits;
}

bool RuleSet::Impl::Within(const PackSelection& selection, const CompiledSelection& compiled,
                           const RuleFacts& facts) const {
  const CompiledRule& rule = rules_[selection_rule_[compiled.number]];
  const PackRule& source = packs_.rules[selection_rule_[compiled.number]];
  std::vector<HitRef> others;
  for (const std::string& name : selection.within_of) {
    CompiledSelection wanted;
    if (const auto group = ParseSignGroup(name)) {
      wanted.groups.push_back(static_cast<uint32_t>(*group));
    } else if (name == "substance") {
      wanted.substances.assign(packs_.substances.size(), true);
    } else {
      for (size_t i = 0; i < source.selections.size(); ++i) {
        if (source.selections[i].name == name) wanted = rule.selections[i];
      }
    }
    if (wanted.number == 0 && !wanted.own_text) wanted.number = UINT32_MAX;
    const std::vector<HitRef> more = HitsOf(wanted, facts);
    others.insert(others.end(), more.begin(), more.end());
  }
  const auto hit_of = [&](const HitRef& at) -> const Hit& {
    return facts.view->segments[at.segment].scanned->hits[at.hit];
  };
  // Both lists by place, then one pass.
  std::vector<HitRef> own = HitsOf(compiled, facts);
  const auto by_place = [&](const HitRef& a, const HitRef& b) {
    return a.segment != b.segment ? a.segment < b.segment : hit_of(a).begin < hit_of(b).begin;
  };
  std::sort(own.begin(), own.end(), by_place);
  std::sort(others.begin(), others.end(), by_place);
  size_t j = 0;
  for (const HitRef& a : own) {
    const int64_t low = static_cast<int64_t>(hit_of(a).begin) - selection.within;
    while (j < others.size() &&
           (others[j].segment < a.segment ||
            (others[j].segment == a.segment && static_cast<int64_t>(hit_of(others[j]).end) < low))) {
      ++j;
    }
    for (size_t k = j; k < others.size() && k < j + 4; ++k) {
      if (others[k].segment == a.segment && !(others[k] == a) &&
          static_cast<int64_t>(hit_of(others[k]).begin) <=
              static_cast<int64_t>(hit_of(a).end) + selection.within) {
        return true;
      }
    }
  }
  return false;
}

bool RuleSet::Impl::TextHolds(const PackSelection& selection, const CompiledSelection& compiled,
                              const RuleFacts& facts) const {
  const bool asks_text = compiled.own_text || !compiled.substances.empty() || !compiled.signs.empty() ||
                         !compiled.groups.empty() || !compiled.contexts.empty();
  if (!asks_text) return true;
  const Weight& weight = *facts.weight;
  const auto entry_of = [&](const HitRef& at) -> uint32_t {
    return facts.view->segments[at.segment].scanned->hits[at.hit].entry;
  };
  const auto in_field = [&](const HitRef& at) {
    const Segment::Role role = facts.view->segments[at.segment].role;
    if (selection.fields.empty()) return role != Segment::Role::kVendor;
    constexpr std::array<std::string_view, 4> kRoles = {"title", "text", "vendor", "category"};
    return Contains(selection.fields, kRoles[static_cast<size_t>(role)]);
  };
  // Each kind of text key that is given must hold.
  if (compiled.own_text) {
    const auto own = facts.own.find(compiled.number);
    if (own == facts.own.end()) return false;
    std::vector<uint32_t> different;
    for (const HitRef& at : own->second) {
      if (in_field(at) && std::find(different.begin(), different.end(), entry_of(at)) == different.end()) {
        different.push_back(entry_of(at));
      }
    }
    if (static_cast<int64_t>(different.size()) < (selection.count > 1 ? selection.count : 1)) return false;
  }
  if (!compiled.substances.empty()) {
    int64_t count = 0;
    for (const WeighedSubstance& substance : weight.substances) {
      const bool wanted = compiled.substances[substance.substance] && in_field(substance.at);
      count += wanted ? 1 : 0;
    }
    if (count < (compiled.own_text ? 1 : selection.count)) return false;
  }
  if (!compiled.signs.empty() || !compiled.groups.empty()) {
    int64_t count = 0;
    for (const uint32_t group : compiled.groups) count += weight.signs[group] ? 1 : 0;
    for (const uint32_t sign : compiled.signs) {
      count += std::any_of(weight.all_signs.begin(), weight.all_signs.end(),
                           [&](const HitRef& at) { return scanner_.entries()[entry_of(at)].owner == sign; });
    }
    if (count < (compiled.own_text || !compiled.substances.empty() ? 1 : selection.count)) return false;
  }
  if (!compiled.contexts.empty()) {
    int64_t count = 0;
    for (const WeighedContext& context : weight.contexts) {
      const bool wanted = std::find(compiled.contexts.begin(), compiled.contexts.end(), context.context) !=
                          compiled.contexts.end();
      count += wanted ? static_cast<int64_t>(context.at.size()) : 0;
    }
    if (count < 1) return false;
  }
  if (selection.within > 0 && !Within(selection, compiled, facts)) return false;
  return true;
}

bool RuleSet::Impl::TypedHolds(const PackSelection& s, const RuleFacts& facts) const {
  const Listing& listing = *facts.view->listing;
  const Document* document = facts.view->document;
  const auto currency_fits = [&](const Money& money) {
    return s.price_currency.empty() || money.currency == s.price_currency;
  };
  if (s.wants_price) {
    const bool any = std::any_of(listing.prices.begin(), listing.prices.end(), [&](const Price& price) {
      return currency_fits(price.amount) && s.price.Holds(ToDouble(price.amount));
    });
    if (!any) return false;
  }
  const auto grams_of = [&](const Price* price) -> std::optional<double> {
    const std::optional<Quantity>& quantity =
        price != nullptr && price->quantity ? price->quantity : listing.quantity;
    if (!quantity) return std::nullopt;
    return ParseDecimal(quantity->grams);
  };
  if (s.wants_price_per_gram) {
    const bool any = std::any_of(listing.prices.begin(), listing.prices.end(), [&](const Price& price) {
      const auto grams = grams_of(&price);
      return grams && *grams > 0 && currency_fits(price.amount) &&
             s.price_per_gram.Holds(ToDouble(price.amount) / *grams);
    });
    if (!any) return false;
  }
  // Counted in the unit as written, and in the one that `unit` asks for if it asks.
  const auto amount_of = [&](const Price* price) -> std::optional<double> {
    const std::optional<Quantity>& quantity =
        price != nullptr && price->quantity ? price->quantity : listing.quantity;
    if (!quantity || (!s.units.empty() && !Contains(s.units, quantity->unit))) return std::nullopt;
    return ParseDecimal(quantity->value);
  };
  if (s.wants_price_per_unit) {
    const bool any = std::any_of(listing.prices.begin(), listing.prices.end(), [&](const Price& price) {
      const auto amount = amount_of(&price);
      return amount && *amount > 0 && currency_fits(price.amount) &&
             s.price_per_unit.Holds(ToDouble(price.amount) / *amount);
    });
    if (!any) return false;
  }
  if (s.wants_quantity) {
    bool any = false;
    if (const auto amount = amount_of(nullptr)) any = s.quantity.Holds(*amount);
    for (const Price& price : listing.prices) {
      if (const auto amount = amount_of(&price)) any = any || s.quantity.Holds(*amount);
    }
    if (!any) return false;
  }
  if (s.wants_grams) {
    bool any = false;
    if (const auto grams = grams_of(nullptr)) any = s.grams.Holds(*grams);
    for (const Price& price : listing.prices) {
      if (const auto grams = grams_of(&price)) any = any || s.grams.Holds(*grams);
    }
    if (!any) return false;
  }
  if (!s.units.empty()) {
    bool any = listing.quantity && Contains(s.units, listing.quantity->unit);
    for (const Price& price : listing.prices)
      any = any || (price.quantity && Contains(s.units, price.quantity->unit));
    // An amount in the text counts as well.
    for (const HitRef& at : facts.weight->all_signs) {
      const Entry& entry = scanner_.entries()[facts.view->segments[at.segment].scanned->hits[at.hit].entry];
      any = any ||
            (!packs_.signs[entry.owner].unit.empty() && Contains(s.units, packs_.signs[entry.owner].unit));
    }
    if (!any) return false;
  }
  if (!s.ships_from.empty() && !AnyFolded(s.ships_from, listing.ships_from)) return false;
  if (!s.ships_to.empty() && !AnyFolded(s.ships_to, listing.ships_to)) return false;
  if (!s.places.empty() &&
      !std::any_of(listing.places.begin(), listing.places.end(),
                   [&](const std::string& place) { return AnyFolded(s.places, place); })) {
    return false;
  }
  if (!s.vendors.empty() && !AnyFolded(s.vendors, listing.vendor)) return false;
  if (!s.identifiers.empty()) {
    const bool any =
        std::any_of(listing.identifiers.begin(), listing.identifiers.end(), [&](const Identifier& i) {
          return i.check != IdentifierCheck::kFailed && Contains(s.identifiers, IdentifierKindName(i.kind));
        });
    if (!any) return false;
  }
  if (!s.languages.empty() && (document == nullptr || !Contains(s.languages, document->language)))
    return false;
  if (!s.page_classes.empty() &&
      (document == nullptr || !Contains(s.page_classes, PageClassName(document->page_class)))) {
    return false;
  }
  if (!s.source_kinds.empty() &&
      (!facts.view->source_kind || !Contains(s.source_kinds, SourceKindName(*facts.view->source_kind)))) {
    return false;
  }
  if (!s.listing_kinds.empty() && !Contains(s.listing_kinds, ListingKindName(listing.kind))) return false;
  if (!s.watchlists.empty() &&
      !std::any_of(facts.watch_hits.begin(), facts.watch_hits.end(), [&](const WatchEntry* entry) {
        return Contains(s.watchlists, "any") || Contains(s.watchlists, entry->list);
      })) {
    return false;
  }
  return true;
}

bool RuleSet::Impl::Holds(const PackSelection& selection, const CompiledSelection& compiled,
                          const RuleFacts& facts) const {
  return TextHolds(selection, compiled, facts) && TypedHolds(selection, facts);
}

bool RuleSet::Impl::InScope(const PackRule& rule, const RuleFacts& facts) const {
  if (!rule.scope_listing_kinds.empty() &&
      !Contains(rule.scope_listing_kinds, ListingKindName(facts.view->listing->kind))) {
    return false;
  }
  return rule.scope_source_kinds.empty() ||
         (facts.view->source_kind &&
          Contains(rule.scope_source_kinds, SourceKindName(*facts.view->source_kind)));
}

std::vector<size_t> RuleSet::Impl::RulesFor(const RuleFacts& facts) const {
  std::vector<size_t> rules = always_rules_;
  if (!facts.watch_hits.empty()) rules.insert(rules.end(), watch_rules_.begin(), watch_rules_.end());
  for (const WeighedSubstance& seen : facts.weight->substances) {
    if (seen.substance < substance_rules_.size()) {
      const std::vector<size_t>& more = substance_rules_[seen.substance];
      rules.insert(rules.end(), more.begin(), more.end());
    }
  }
  for (const auto& [number, hits] : facts.own) {
    if (const auto it = own_text_rules_.find(number); it != own_text_rules_.end())
      rules.push_back(it->second);
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

bool RuleSet::Impl::RuleHolds(size_t rule, const RuleFacts& facts) const {
  const PackRule& source = packs_.rules[rule];
  const CompiledRule& compiled = rules_[rule];
  if (!InScope(source, facts)) return false;
  return compiled.condition.Evaluate(
      [&](size_t i) { return Holds(source.selections[i], compiled.selections[i], facts); });
}

TermMatch RuleSet::Impl::ToMatch(const ListingView& view, const HitRef& at) const {
  const Segment& segment = view.segments[at.segment];
  const Hit& hit = segment.scanned->hits[at.hit];
  const SourceSpan source = segment.scanned->folded.Source(hit.begin, hit.end);
  TermMatch match;
  match.field = segment.field;
  match.span = {source.begin, source.end};
  match.text = std::string(segment.source.substr(source.begin, source.end - source.begin));
  match.normal = segment.scanned->folded.text.substr(hit.begin, hit.end - hit.begin);
  match.term = scanner_.entries()[hit.entry].label;
  return match;
}

std::optional<MatchCandidate> RuleSet::Impl::Judge(const MatchInput& input, size_t listing,
                                                   const ListingView& view, const Weight& weight) const {
  const Scoring& scoring = packs_.scoring;
  const RuleFacts facts = FactsOf(input, view, weight);
  MatchCandidate candidate;
  candidate.listing = static_cast<uint32_t>(listing);
  std::optional<Level> floor;
  ReasonInput reasons;
  int32_t rule_points = 0;
  for (const size_t i : RulesFor(facts)) {
    if (!RuleHolds(i, facts)) continue;
    const PackRule& rule = packs_.rules[i];
    candidate.rules.push_back({rule.id, rule.version, rule.points});
    rule_points += rule.points;
    if (rule.floor && (!floor || *rule.floor > *floor)) floor = rule.floor;
    reasons.rules.push_back({rule.title, "", rule.points});
  }
  // A known name alone is worth knowing, not more.
  const bool watched = !facts.watch_hits.empty();
  if (candidate.rules.empty() && !watched) return std::nullopt;

  const auto quote = [&](const HitRef& at) { return ToMatch(view, at).text; };
  const auto add = [&](std::string name, int32_t points) {
    if (points != 0) candidate.parts.push_back({std::move(name), points});
  };
  int32_t score = weight.score;
  if (!weight.empty()) {
    int32_t substance = weight.score;
    for (const auto& sign : weight.signs) substance -= sign ? sign->points : 0;
    for (const WeighedContext& context : weight.contexts) substance -= context.points;
    if (weight.market || weight.trade_page) substance -= scoring.market_source;
    if (weight.disguised) substance -= scoring.disguised;
    add("substance", substance);
    for (size_t i = 0; i < weight.substances.size() && i < kMaxSubstances; ++i) {
      const WeighedSubstance& seen = weight.substances[i];
      const SubstanceEntry& entry = packs_.substances[seen.substance];
      candidate.substances.push_back(entry.substance);
      if (!entry.schedule.empty() && !entry.schedule_verified_by.empty()) {
        const std::string law = entry.schedule + " (" + entry.schedule_source + ")";
        reasons.schedules.push_back({{entry.name.en + ": " + law, entry.name.ur + ": " + law}, "", 0});
      }
      reasons.substances.push_back(
          {packs_.substances[seen.substance].name, quote(seen.at), i == 0 ? PointsOf(packs_, seen) : 0});
    }
  }
  for (size_t g = 0; g < kSignGroups; ++g) {
    const auto& sign = weight.signs[g];
    if (!sign) continue;
    add(std::string(SignGroupName(static_cast<SignGroup>(g))), sign->points);
    LocalText name = {"a price of the listing", "اشتہار کی قیمت"};
    if (g == static_cast<size_t>(SignGroup::kPrice) && view.listing->prices.empty())
      name = {"a number beside an amount, read as its price", "مقدار کے ساتھ ایک عدد جو قیمت سمجھا گیا"};
    if (g == static_cast<size_t>(SignGroup::kContact))
      name = {"a way to reach the seller", "بیچنے والے سے رابطہ"};
    if (sign->sign) name = packs_.signs[*sign->sign].name;
    reasons.signs.push_back({name, sign->at ? quote(*sign->at) : "", sign->points});
  }
  if (weight.disguised) {
    add("disguise", scoring.disguised);
    reasons.signs.push_back({{"a drug's name written in disguise", "منشیات کا نام بدل کر لکھا گیا"},
                             quote(*weight.disguised),
                             scoring.disguised});
  }
  if (weight.market) {
    add("source", scoring.market_source);
    reasons.signs.push_back({{"the source is a market", "ماخذ ایک منڈی ہے"}, "", scoring.market_source});
  }
  if (weight.trade_page) {
    add("page", scoring.market_source);
    reasons.signs.push_back(
        {{"the page has words of the unlawful trade", "صفحے پر غیر قانونی تجارت کے الفاظ ہیں"},
         "",
         scoring.market_source});
  }
  for (const WeighedContext& context : weight.contexts) {
    const ContextEntry& entry = packs_.contexts[context.context];
    add("context:" + entry.id, context.points);
    reasons.contexts.push_back({entry.name,
                                context.page_word.empty() ? quote(context.at.front()) : context.page_word,
                                context.points});
  }
  if (watched) {
    // Alone it stays informational; beside an offer it weighs.
    const int32_t points = weight.empty() ? 0 : scoring.watchlist;
    score += points;
    add("watchlist", points);
    for (const WatchEntry* watch : facts.watch_hits) {
      reasons.signs.push_back({{"on the watchlist " + watch->list + ": " + watch->reason,
                                "زیر نگرانی فہرست " + watch->list + ": " + watch->reason},
                               watch->value,
                               points});
    }
  }
  for (const RuleHit& rule : candidate.rules) add("rule:" + rule.id, rule.points);
  score += rule_points;

  const auto level_of = [&](int32_t points) {
    return points >= scoring.critical ? Level::kCritical
           : points >= scoring.high   ? Level::kHigh
           : points >= scoring.medium ? Level::kMedium
           : points >= scoring.low    ? Level::kLow
                                      : Level::kInformational;
  };
  const auto hold_below = [&](int32_t most, const char* name) {
    if (score <= most) return;
    add(name, most - score);
    score = most;
  };
  Level most = Level::kCritical;
  const auto limit = [&](Level level, LocalText why) {
    most = std::min(most, level);
    reasons.limits.push_back(std::move(why));
  };
  if (weight.empty()) {
    limit(Level::kInformational, {"No substance is named, so this is for information only",
                                  "کسی منشیات کا نام نہیں، اس لیے یہ صرف اطلاع ہے"});
  } else if (weight.emoji_only) {
    limit(Level::kLow, {"Pictures alone never suffice", "صرف تصویری علامات کافی نہیں ہوتیں"});
  } else if (!weight.offer) {
    limit(Level::kLow,
          {"No sign of an offer, so at most low", "فروخت کی کوئی علامت نہیں، اس لیے درجہ کم سے اوپر نہیں"});
  }
  if (!weight.empty() && weight.general_only)
    limit(Level::kLow, {"No substance is named, only drugs in general, so at most low",
                        "کسی خاص منشیات کا نام نہیں، صرف عمومی ذکر ہے، اس لیے درجہ کم سے اوپر نہیں"});
  if (!weight.empty() && weight.price_alone)
    limit(Level::kLow, {"Only a price stands beside it, and that may be news, so at most low",
                        "ساتھ صرف قیمت لکھی ہے جو خبر بھی ہو سکتی ہے، اس لیے درجہ کم سے اوپر نہیں"});
  for (const WeighedContext& context : weight.contexts) {
    if (!context.caps) continue;
    const ContextEntry& entry = packs_.contexts[context.context];
    limit(entry.cap, {"Held down because of " + entry.name.en, "درجہ محدود، وجہ: " + entry.name.ur});
  }
  if (most == Level::kLow) hold_below(scoring.medium - 1, "limit");
  if (most == Level::kInformational) hold_below(scoring.low - 1, "limit");
  hold_below(100, "limit");
  if (score < 0) {
    add("limit", -score);
    score = 0;
  }
  candidate.score = score;
  candidate.level = level_of(score);
  // A floor lifts what speaks for itself a little, not what a context has talked down to nothing.
  if (floor && *floor > candidate.level && (*floor < Level::kMedium || score >= scoring.low))
    candidate.level = *floor;
  candidate.level = std::min(candidate.level, most);

  const auto match = [&](const HitRef& at) {
    if (candidate.matches.size() < kMaxMatches) candidate.matches.push_back(ToMatch(view, at));
  };
  for (const HitRef& at : weight.mentions) match(at);
  for (const auto& sign : weight.signs) {
    if (sign && sign->at) match(*sign->at);
  }
  for (const WeighedContext& context : weight.contexts) {
    for (const HitRef& at : context.at) match(at);
  }
  for (const auto& [number, hits] : facts.own) {
    const size_t rule = selection_rule_[number];
    const bool counted = std::any_of(candidate.rules.begin(), candidate.rules.end(),
                                     [&](const RuleHit& hit) { return hit.id == packs_.rules[rule].id; });
    if (counted) match(hits.front());
  }
  std::stable_sort(candidate.matches.begin(), candidate.matches.end(),
                   [](const TermMatch& a, const TermMatch& b) {
                     return std::tie(a.field, a.span.begin, a.span.end, a.term) <
                            std::tie(b.field, b.span.begin, b.span.end, b.term);
                   });
  reasons.score = candidate.score;
  reasons.level = candidate.level;
  candidate.reasons = WriteReasons(reasons);
  return candidate;
}

MatchOutput RuleSet::Impl::Match(const MatchInput& input) const {
  MatchOutput output;
  Texts texts;
  for (size_t i = 0; i < input.messages.size(); ++i) texts.message_by_id.try_emplace(input.messages[i].id, i);
  uint64_t visited = 0;
  for (size_t i = 0; i < input.listings.size(); ++i) {
    texts.others.clear();
    ListingView view = ViewOf(input, i, texts);
    bool overflow = false;
    const Weight weight = WeighOnPage(input, view, texts, visited, overflow);
    if (overflow) output.undecided = true;
    if (auto candidate = Judge(input, i, view, weight)) output.candidates.push_back(std::move(*candidate));
  }
  output.undecided = output.undecided || texts.overflow;
  output.page = texts.page;
  return output;
}

Explanation RuleSet::Impl::Explain(const MatchInput& input, size_t listing) const {
  Explanation explanation;
  Texts texts;
  for (size_t i = 0; i < input.messages.size(); ++i) texts.message_by_id.try_emplace(input.messages[i].id, i);
  ListingView view = ViewOf(input, listing, texts);
  uint64_t visited = 0;
  bool overflow = false;
  const Weight weight = WeighOnPage(input, view, texts, visited, overflow);
  explanation.candidate = Judge(input, listing, view, weight);
  for (uint32_t s = 0; s < view.segments.size(); ++s) {
    const Segment& segment = view.segments[s];
    for (uint32_t h = segment.first_hit; h < segment.last_hit && explanation.seen.size() < kMaxMatches; ++h) {
      Explanation::Seen seen;
      seen.match = ToMatch(view, {s, h});
      seen.disguise = std::string(DisguiseName(segment.scanned->hits[h].disguise));
      seen.counted = explanation.candidate &&
                     std::find(explanation.candidate->matches.begin(), explanation.candidate->matches.end(),
                               seen.match) != explanation.candidate->matches.end();
      explanation.seen.push_back(std::move(seen));
    }
  }
  const RuleFacts facts = FactsOf(input, view, weight);
  for (size_t i = 0; i < rules_.size(); ++i) {
    const PackRule& rule = packs_.rules[i];
    RuleTrace trace;
    trace.rule = rule.id;
    trace.in_scope = InScope(rule, facts);
    trace.matched = rule.status != "deprecated" && RuleHolds(i, facts);
    for (size_t s = 0; s < rule.selections.size(); ++s) {
      trace.selections.emplace_back(rule.selections[s].name,
                                    Holds(rule.selections[s], rules_[i].selections[s], facts));
    }
    explanation.rules.push_back(std::move(trace));
  }
  return explanation;
}

RuleSet::RuleSet(std::unique_ptr<Impl> impl, std::string digest)
    : impl_(std::move(impl)), digest_(std::move(digest)) {}
RuleSet::~RuleSet() = default;

Result<std::shared_ptr<const RuleSet>> RuleSet::Compile(const std::vector<RulePackFile>& files) {
  GASHT_ASSIGN_OR_RETURN(RulePacks packs, ParseRulePacks(files));
  auto impl = std::make_unique<Impl>(std::move(packs));
  GASHT_RETURN_IF_ERROR(impl->Compile());
  Sha256Stream digest;
  for (const RulePackFile& file : files) {
    const std::string head =
        std::to_string(file.name.size()) + ":" + file.name + std::to_string(file.text.size()) + ":";
    digest.Update(head).Update(file.text);
  }
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(impl), digest.Finish().hex()));
}

MatchOutput RuleSet::Match(const MatchInput& input) const {
  return impl_->Match(input);
}
Explanation RuleSet::Explain(const MatchInput& input, size_t listing) const {
  return impl_->Explain(input, listing);
}
std::shared_ptr<const PageMarks> RuleSet::ReadPage(const Document& page) const {
  return impl_->ReadPage(page);
}
const RulePacks& RuleSet::packs() const {
  return impl_->packs();
}
size_t RuleSet::term_count() const {
  return impl_->scanner().terms();
}
size_t RuleSet::memory_bytes() const {
  return impl_->scanner().bytes();
}

}  // namespace gasht
