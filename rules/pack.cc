#include "rules/pack.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/yaml.h"
#include "model/capture.h"
#include "model/listing.h"
#include "model/source.h"
#include "rules/condition.h"

namespace gasht {
namespace {

constexpr std::array<std::string_view, kSignGroups> kGroupNames = {
    "sale", "delivery", "price", "quantity", "contact", "payment", "quality", "secrecy"};
constexpr std::array<std::string_view, 5> kStrengthKeys = {"strong", "usual", "weak", "vague", "emoji"};

// Bounds on what one pack may hold: far above any real pack, so that a broken generator is noticed.
constexpr size_t kMaxTermBytes = 200;
// A term as written, with all its choices; and what those make at most.
constexpr size_t kMaxWrittenBytes = 4000;
constexpr size_t kMaxSpellings = 2000;
constexpr size_t kMaxTerms = 100'000;
constexpr size_t kMaxRules = 10'000;

// Reads the files of one set; every method reports into `errors` of the file at hand.
class PackReader {
 public:
  Status Read(const std::vector<RulePackFile>& files) {
    std::vector<std::string> messages;
    for (const RulePackFile& file : files) {
      file_ = file.name;
      Result<YamlNode> root = ParseYaml(file.text, file.name);
      if (!root.ok()) {
        messages.push_back(root.status().message());
        continue;
      }
      YamlErrors errors(file.name);
      if (root->kind == YamlNode::Kind::kNull) continue;
      ReadFile(*root, errors);
      for (const std::string& message : errors.messages()) messages.push_back(message);
    }
    CheckTogether(messages);
    ApplyExtensions();
    if (messages.empty()) return Status::Ok();
    std::string all;
    for (const std::string& message : messages) {
      if (!all.empty()) all += '\n';
      all += message;
    }
    return Status::InvalidArgument(std::move(all));
  }

  RulePacks packs;

 private:
  PackPlace At(const YamlNode& node) const { return {file_, node.line, node.column}; }

  void ReadFile(const YamlNode& root, YamlErrors& errors) {
    YamlMap map(root, "rule pack", errors);
    map.String("pack");
    map.String("version");
    map.String("description");
    map.String("source");
    Each(map, "substances", errors, [&](const YamlNode& n) { ReadSubstance(n, errors); });
    Each(map, "signs", errors, [&](const YamlNode& n) { ReadSign(n, errors); });
    Each(map, "contexts", errors, [&](const YamlNode& n) { ReadContext(n, errors); });
    ReadTerms(map, "innocent", Strength::kStrong, packs.innocent, errors);
    ReadPatterns(map, "innocent_regex", packs.innocent_regexes, errors);
    ReadTerms(map, "page_trade", Strength::kStrong, packs.page_trade, errors);
    if (const YamlNode* node = map.Get("number_words")) ReadNumbers(*node, true, errors);
    if (const YamlNode* node = map.Get("amounts")) ReadAmounts(*node, errors);
    Each(map, "rules", errors, [&](const YamlNode& n) { ReadRule(n, errors); });
    Each(map, "watchlist", errors, [&](const YamlNode& n) { ReadWatch(n, errors); });
    if (const YamlNode* node = map.Get("scoring")) ReadScoring(*node, errors);
    map.Finish();
  }

  void Each(YamlMap& map, std::string_view key, YamlErrors& errors,
            const std::function<void(const YamlNode&)>& read) {
    const YamlNode* node = map.Get(key);
    if (node == nullptr) return;
    if (node->kind != YamlNode::Kind::kSequence) {
      errors.Add(*node, std::string(key) + " must be a list. Begin each entry with \"- \"");
      return;
    }
    for (const YamlNode& item : node->items) read(item);
  }

  void ReadTerms(YamlMap& map, std::string_view key, Strength strength, std::vector<PackTerm>& out,
                 YamlErrors& errors) {
    const YamlNode* node = map.Get(key);
    if (node != nullptr) ReadTermNode(*node, strength, TermKind::kWords, out, errors);
  }

  void ReadPatterns(YamlMap& map, std::string_view key, std::vector<PackTerm>& out, YamlErrors& errors) {
    const YamlNode* node = map.Get(key);
    if (node != nullptr) ReadTermNode(*node, Strength::kStrong, TermKind::kPattern, out, errors);
  }

  // Braces are choices of words, and counts in a pattern.
  enum class TermKind { kWords, kPattern };

  void ReadTermNode(const YamlNode& node, Strength strength, TermKind kind, std::vector<PackTerm>& out,
                    YamlErrors& errors) {
    if (node.kind == YamlNode::Kind::kScalar) {
      ReadTerm(node, strength, kind, out, errors);
      return;
    }
    if (node.kind != YamlNode::Kind::kSequence) {
      errors.Add(node, "a list of terms was expected. Write [one, two] or one term a line behind \"- \"");
      return;
    }
    for (const YamlNode& item : node.items) {
      if (item.kind == YamlNode::Kind::kScalar) {
        ReadTerm(item, strength, kind, out, errors);
      } else {
        errors.Add(item, "a term is plain text. Put it in quotes if it has a colon or a bracket");
      }
    }
  }

  void ReadTerm(const YamlNode& node, Strength strength, TermKind kind, std::vector<PackTerm>& out,
                YamlErrors& errors) {
    PackTerm term;
    term.text = node.scalar;
    term.strength = strength;
    term.place = At(node);
    if (kind == TermKind::kWords && !term.text.empty() && term.text.back() == '~') {
      term.spoken = true;
      term.text.pop_back();
    }
    if (term.text.empty()) {
      errors.Add(node, "an empty term matches nothing. Remove it");
      return;
    }
    const auto too_long = [&](size_t size, size_t most) {
      if (size <= most) return false;
      errors.Add(node, "a term of more than " + std::to_string(most) +
                           " bytes. Shorten it to the words that matter");
      return true;
    };
    if (too_long(term.text.size(), kMaxWrittenBytes)) return;
    // "{dm,inbox} {karo,karein}" is four terms.
    std::vector<std::string> spellings = {term.text};
    if (kind == TermKind::kWords && !Expand(term.text, spellings)) {
      errors.Add(node,
                 "braces hold choices, \"{dm,inbox} karo\", of which one term has at most 400 spellings and "
                 "none inside "
                 "another. Close them, or split the term");
      return;
    }
    for (std::string& spelling : spellings) {
      if (too_long(spelling.size(), kMaxTermBytes)) return;
      if (++terms_ > kMaxTerms) {
        if (terms_ == kMaxTerms + 1) errors.Add(node, "more than 100000 terms. Split or thin out the packs");
        return;
      }
      term.text = std::move(spelling);
      out.push_back(term);
    }
  }

  // Every choice of each brace; false for braces that do not match or too many spellings.
  static bool Expand(const std::string& text, std::vector<std::string>& out) {
    out.assign(1, "");
    for (size_t pos = 0; pos < text.size();) {
      const size_t open = text.find_first_of("{}", pos);
      const std::string plain = text.substr(pos, open - pos);
      for (std::string& spelling : out) spelling += plain;
      if (open == std::string::npos) return true;
      const size_t close = text.find_first_of("{}", open + 1);
      if (text[open] == '}' || close == std::string::npos || text[close] == '{') return false;
      std::vector<std::string> next;
      for (size_t from = open + 1; from <= close;) {
        const size_t comma = std::min(text.find(',', from), close);
        for (const std::string& spelling : out) next.push_back(spelling + text.substr(from, comma - from));
        from = comma + 1;
      }
      if (next.size() > kMaxSpellings) return false;
      out = std::move(next);
      pos = close + 1;
    }
    return true;
  }

  // Words by their value: {2.5: [dhai], "+0.5": [sarhe]}.
  void ReadNumbers(const YamlNode& node, bool anywhere, YamlErrors& errors) {
    if (node.kind != YamlNode::Kind::kMapping) {
      errors.Add(node, "numbers are words by their value, such as 2: [do, two]");
      return;
    }
    for (const auto& [key, words] : node.entries) {
      const char* const begin = key.scalar.c_str();
      char* end = nullptr;
      NumberWord word;
      word.value = std::strtod(begin, &end);
      word.change = key.scalar.starts_with('+') || key.scalar.starts_with('-');
      word.anywhere = anywhere;
      if (end == begin || *end != '\0' || !std::isfinite(word.value) || word.value == 0 ||
          std::abs(word.value) > 1e9) {
        errors.Add(key,
                   "\"" + key.scalar + "\" is no number. Write the value of the words: 2.5, 1000 or +0.5");
        continue;
      }
      std::vector<PackTerm> terms;
      ReadTermNode(words, Strength::kStrong, TermKind::kWords, terms, errors);
      for (PackTerm& term : terms) {
        word.term = std::move(term);
        packs.number_words.push_back(word);
      }
    }
  }

  void ReadAmounts(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "amounts", errors);
    if (const YamlNode* price = map.Get("price")) {
      packs.amount_price = price->scalar;
      references_.push_back({At(*price), "sign", price->scalar});
    }
    if (const YamlNode* numbers = map.Get("numbers")) ReadNumbers(*numbers, false, errors);
    ReadTerms(map, "links", Strength::kStrong, packs.amount_links, errors);
    ReadTerms(map, "currency", Strength::kStrong, packs.currencies, errors);
    ReadTerms(map, "foreign_currency", Strength::kStrong, packs.foreign_currencies, errors);
    map.Finish();
  }

  LocalText ReadText(YamlMap& map, std::string_view key, bool required, YamlErrors& errors) {
    const YamlNode* node = required ? map.Require(key) : map.Get(key);
    LocalText text;
    if (node == nullptr) return text;
    YamlMap inner(*node, key, errors);
    text.en = inner.RequireString("en");
    text.ur = inner.RequireString("ur");
    inner.Finish();
    return text;
  }

  // An id that tells apart, [a-z0-9-].
  std::string ReadId(YamlMap& map, std::set<std::string>& seen, YamlErrors& errors) {
    const YamlNode* node = map.Require("id");
    if (node == nullptr) return "";
    if (node->kind != YamlNode::Kind::kScalar) {
      errors.Add(*node, "id must be a word");
      return "";
    }
    const std::string& id = node->scalar;
    const bool good = !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!good) errors.Add(*node, "id \"" + id + "\" is not of a-z, 0-9 and hyphens, 1-64 characters");
    if (!seen.insert(id).second) errors.Add(*node, "id \"" + id + "\" is used twice. Choose another one");
    return id;
  }

  void ReadSubstance(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "substance", errors);
    SubstanceEntry entry;
    entry.place = At(node);
    if (const YamlNode* extends = map.Get("extends")) {
      ReadExtension(*extends, map, std::move(entry), errors);
      return;
    }
    entry.substance.id = ReadId(map, substance_ids_, errors);
    const YamlNode* class_node = map.Require("class");
    if (class_node != nullptr) {
      for (const std::string& name : map.StringList("class")) {
        if (!IsSubstanceClass(name)) {
          errors.Add(*class_node, "unknown class \"" + name + "\". The classes are listed in docs/rules.md");
        }
        entry.substance.classes.push_back(name);
      }
    }
    if (const auto composition = map.OneOf("composition", {"fixed", "variable"})) {
      entry.substance.variable_composition = *composition == "variable";
    }
    if (entry.substance.classes.size() > 1 && !entry.substance.variable_composition) {
      errors.Add(*class_node, "several classes need composition: variable");
    }
    entry.name = ReadText(map, "name", true, errors);
    entry.units = map.StringList("units");
    entry.points = static_cast<int32_t>(map.Int("points", 0, 50).value_or(0));
    entry.lawful_goods = map.Bool("lawful_goods").value_or(false);
    for (size_t i = 0; i < kStrengthKeys.size(); ++i) {
      ReadTerms(map, kStrengthKeys[i], static_cast<Strength>(i), entry.terms, errors);
    }
    if (entry.terms.empty()) errors.Add(node, "a substance without terms is never found. Add strong: [...]");
    ReadTerms(map, "innocent", Strength::kStrong, entry.innocent, errors);
    if (const YamlNode* schedule = map.Get("schedule")) {
      YamlMap inner(*schedule, "schedule", errors);
      entry.schedule = inner.RequireString("text");
      entry.schedule_source = inner.RequireString("source");
      inner.OneOf("status", {"unverified", "verified"});
      entry.schedule_verified_by = inner.String("verified_by").value_or("");
      inner.Finish();
    }
    map.Finish();
    packs.substances.push_back(std::move(entry));
  }

  // More words for a substance that this or another file defines: an analyst's own pack adds local slang to a
  // concept without copying it.
  void ReadExtension(const YamlNode& extends, YamlMap& map, SubstanceEntry entry, YamlErrors& errors) {
    entry.substance.id = extends.scalar;
    references_.push_back({At(extends), "substance", extends.scalar});
    entry.units = map.StringList("units");
    for (size_t i = 0; i < kStrengthKeys.size(); ++i) {
      ReadTerms(map, kStrengthKeys[i], static_cast<Strength>(i), entry.terms, errors);
    }
    ReadTerms(map, "innocent", Strength::kStrong, entry.innocent, errors);
    if (entry.terms.empty() && entry.innocent.empty())
      errors.Add(extends,
                 "this adds nothing to \"" + extends.scalar + "\". Add strong: [...] or innocent: [...]");
    map.Finish();
    extensions_.push_back(std::move(entry));
  }

  void ApplyExtensions() {
    for (SubstanceEntry& more : extensions_) {
      const auto base =
          std::find_if(packs.substances.begin(), packs.substances.end(),
                       [&](const SubstanceEntry& e) { return e.substance.id == more.substance.id; });
      if (base == packs.substances.end()) continue;  // named among the unknown references
      for (const std::string& unit : more.units) {
        if (std::find(base->units.begin(), base->units.end(), unit) == base->units.end())
          base->units.push_back(unit);
      }
      std::move(more.terms.begin(), more.terms.end(), std::back_inserter(base->terms));
      std::move(more.innocent.begin(), more.innocent.end(), std::back_inserter(base->innocent));
    }
  }

  void ReadSign(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "sign", errors);
    SignEntry entry;
    entry.place = At(node);
    entry.id = ReadId(map, sign_ids_, errors);
    std::vector<std::string_view> groups(kGroupNames.begin(), kGroupNames.end());
    if (map.Require("group") != nullptr) {
      if (const auto group = map.OneOf("group", groups)) entry.group = *ParseSignGroup(*group);
    }
    entry.points = static_cast<int32_t>(map.Int("points", 0, 50).value_or(0));
    entry.offer = map.Bool("offer").value_or(true);
    entry.trade = map.Bool("trade").value_or(false);
    entry.unit = map.String("unit").value_or("");
    entry.name = ReadText(map, "name", true, errors);
    ReadTerms(map, "terms", Strength::kStrong, entry.terms, errors);
    ReadPatterns(map, "regex", entry.regexes, errors);
    ReadTerms(map, "unit_words", Strength::kStrong, entry.unit_words, errors);
    if (!entry.unit_words.empty() && entry.unit.empty())
      errors.Add(node, "unit_words need the unit they name. Add unit: g, tola, piece or another");
    if (entry.terms.empty() && entry.regexes.empty() && entry.unit_words.empty()) {
      errors.Add(node, "a sign without terms or regex is never found. Add terms: [...]");
    }
    map.Finish();
    packs.signs.push_back(std::move(entry));
  }

  void ReadContext(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "context", errors);
    ContextEntry entry;
    entry.place = At(node);
    entry.id = ReadId(map, context_ids_, errors);
    entry.points = static_cast<int32_t>(map.Int("points", -100, 0).value_or(0));
    entry.cap_at = static_cast<int32_t>(map.Int("cap_at", 0, 100).value_or(0));
    if (const auto cap = map.OneOf("cap", {"informational", "low"})) entry.cap = *ParseLevel(*cap);
    entry.near = static_cast<int32_t>(map.Int("near", 0, 2000).value_or(0));
    entry.after = map.Bool("after").value_or(false);
    entry.unless_amount = map.Bool("unless_amount").value_or(false);
    entry.page = map.Bool("page").value_or(false);
    entry.at_least = static_cast<int32_t>(map.Int("at_least", 1, 100).value_or(1));
    entry.spare_contraband = map.Bool("spare_contraband").value_or(false);
    if (const YamlNode* of = map.Get("of")) {
      entry.of = map.StringList("of");
      for (const std::string& id : entry.of) references_.push_back({At(*of), "substance", id});
    }
    ReadTerms(map, "unless", Strength::kStrong, entry.unless, errors);
    entry.despite_trade = map.Bool("despite_trade").value_or(false);
    entry.outweighs_trade = static_cast<int32_t>(map.Int("outweighs_trade", 0, 8).value_or(0));
    if (entry.page && (entry.near > 0 || entry.after))
      errors.Add(node, "a context of the whole page has no near and no after. Remove them, or page: true");
    entry.name = ReadText(map, "name", true, errors);
    ReadTerms(map, "terms", Strength::kStrong, entry.terms, errors);
    ReadPatterns(map, "regex", entry.regexes, errors);
    if (entry.terms.empty() && entry.regexes.empty()) {
      errors.Add(node, "a context without terms or regex is never found. Add terms: [...]");
    }
    map.Finish();
    packs.contexts.push_back(std::move(entry));
  }

  NumberRange ReadRange(const YamlNode& node, std::string_view what, std::string* currency,
                        YamlErrors& errors) {
    YamlMap map(node, what, errors);
    NumberRange range;
    range.min = map.Number("min", 0, 1e15);
    range.max = map.Number("max", 0, 1e15);
    if (currency != nullptr) *currency = map.String("currency").value_or("");
    if (range.min && range.max && *range.min > *range.max) {
      errors.Add(node, std::string(what) + ": min is above max, so nothing matches. Swap them");
    }
    map.Finish();
    return range;
  }

  // Words of an enumeration, checked.
  std::vector<std::string> ReadWords(YamlMap& map, std::string_view key,
                                     const std::function<bool(std::string_view)>& ok, YamlErrors& errors) {
    const YamlNode* node = map.Get(key);
    if (node == nullptr) return {};
    std::vector<std::string> words = map.StringList(key);
    for (const std::string& word : words) {
      if (!ok(word)) errors.Add(*node, "unknown " + std::string(key) + " \"" + word + "\"");
    }
    return words;
  }

  PackSelection ReadSelection(const YamlNode& name, const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "selection", errors);
    PackSelection s;
    s.name = name.scalar;
    s.place = At(name);
    ReadTerms(map, "terms", Strength::kStrong, s.terms, errors);
    ReadPatterns(map, "regex", s.regexes, errors);
    if (const YamlNode* substance = map.Get("substance")) {
      for (const std::string& word : map.StringList("substance")) {
        if (word == "any") {
          s.any_substance = true;
        } else if (word.rfind("class:", 0) == 0) {
          s.classes.push_back(word.substr(6));
          if (!IsSubstanceClass(s.classes.back()))
            errors.Add(*substance, "unknown class \"" + s.classes.back() + "\"");
        } else {
          s.substances.push_back(word);
          references_.push_back({At(*substance), "substance", word});
        }
      }
    }
    if (const YamlNode* sign = map.Get("sign")) {
      for (const std::string& word : map.StringList("sign")) {
        if (ParseSignGroup(word)) {
          s.groups.push_back(word);
        } else {
          s.signs.push_back(word);
          references_.push_back({At(*sign), "sign", word});
        }
      }
    }
    if (const YamlNode* context = map.Get("context")) {
      for (const std::string& word : map.StringList("context")) {
        s.contexts.push_back(word);
        references_.push_back({At(*context), "context", word});
      }
    }
    s.fields = ReadWords(
        map, "field",
        [](std::string_view w) { return w == "title" || w == "text" || w == "vendor" || w == "category"; },
        errors);
    s.count = map.Int("count", 1, 1000).value_or(1);
    if (const YamlNode* within = map.Get("within")) {
      YamlMap inner(*within, "within", errors);
      inner.Require("chars");
      s.within = inner.Int("chars", 1, 10000).value_or(60);
      inner.Require("of");
      s.within_of = inner.StringList("of");
      inner.Finish();
    }
    if (const YamlNode* price = map.Get("price")) {
      s.price = ReadRange(*price, "price", &s.price_currency, errors);
      s.wants_price = true;
    }
    if (const YamlNode* price = map.Get("price_per_gram")) {
      s.price_per_gram = ReadRange(*price, "price_per_gram", &s.price_currency, errors);
      s.wants_price_per_gram = true;
    }
    if (const YamlNode* price = map.Get("price_per_unit")) {
      s.price_per_unit = ReadRange(*price, "price_per_unit", &s.price_currency, errors);
      s.wants_price_per_unit = true;
    }
    if (const YamlNode* quantity = map.Get("quantity")) {
      s.quantity = ReadRange(*quantity, "quantity", nullptr, errors);
      s.wants_quantity = true;
    }
    if (const YamlNode* grams = map.Get("grams")) {
      s.grams = ReadRange(*grams, "grams", nullptr, errors);
      s.wants_grams = true;
    }
    s.units = map.StringList("unit");
    s.ships_from = map.StringList("ships_from");
    s.ships_to = map.StringList("ships_to");
    s.places = map.StringList("place");
    s.vendors = map.StringList("vendor");
    s.identifiers = ReadWords(
        map, "identifier", [](std::string_view w) { return ParseIdentifierKind(w).has_value(); }, errors);
    s.languages = map.StringList("language");
    s.page_classes = ReadWords(
        map, "page_class", [](std::string_view w) { return ParsePageClass(w).has_value(); }, errors);
    s.source_kinds = ReadWords(
        map, "source_kind", [](std::string_view w) { return ParseSourceKind(w).has_value(); }, errors);
    s.listing_kinds = ReadWords(
        map, "listing_kind", [](std::string_view w) { return ParseListingKind(w).has_value(); }, errors);
    s.watchlists = map.StringList("watchlist");
    if (node.kind == YamlNode::Kind::kMapping && node.entries.empty()) {
      errors.Add(node, "an empty selection holds always. Say what it selects");
    }
    map.Finish();
    return s;
  }

  void ReadExamples(YamlMap& map, std::string_view key, std::vector<RuleExample>& out, YamlErrors& errors) {
    const YamlNode* node = map.Get(key);
    if (node == nullptr) return;
    if (node->kind != YamlNode::Kind::kSequence) {
      errors.Add(*node, "examples are a list of texts");
      return;
    }
    for (const YamlNode& item : node->items) {
      RuleExample example;
      example.place = At(item);
      if (item.kind == YamlNode::Kind::kScalar) {
        example.text = item.scalar;
      } else {
        YamlMap inner(item, "example", errors);
        example.text = inner.String("text").value_or("");
        example.title = inner.String("title").value_or("");
        example.price = inner.String("price").value_or("");
        example.vendor = inner.String("vendor").value_or("");
        example.source_kind = inner.String("source_kind").value_or("");
        example.watched = inner.Bool("watched").value_or(false);
        if (example.watched && example.vendor.empty())
          errors.Add(item, "a watched example needs the vendor that is watched. Add vendor: NAME");
        inner.Finish();
      }
      out.push_back(std::move(example));
    }
  }

  void ReadRule(const YamlNode& node, YamlErrors& errors) {
    if (packs.rules.size() >= kMaxRules) {
      errors.Add(node, "more than 10000 rules");
      return;
    }
    YamlMap map(node, "rule", errors);
    PackRule rule;
    rule.place = At(node);
    rule.id = ReadId(map, rule_ids_, errors);
    rule.version = map.String("version").value_or("1");
    rule.title = ReadText(map, "title", true, errors);
    rule.description = ReadText(map, "description", false, errors);
    rule.status = map.OneOf("status", {"stable", "test", "experimental", "deprecated"}).value_or("test");
    rule.references = map.StringList("references");
    rule.author = map.String("author").value_or("");
    rule.date = map.String("date").value_or("");
    if (const auto level = map.OneOf("level", {"informational", "low", "medium", "high", "critical"})) {
      rule.floor = ParseLevel(*level);
    }
    rule.tags = map.StringList("tags");
    rule.falsepositives = map.StringList("falsepositives");
    rule.points = static_cast<int32_t>(map.Int("score", -100, 100).value_or(0));
    if (const YamlNode* scope = map.Get("scope")) {
      YamlMap inner(*scope, "scope", errors);
      rule.scope_source_kinds = ReadWords(
          inner, "source_kind", [](std::string_view w) { return ParseSourceKind(w).has_value(); }, errors);
      rule.scope_listing_kinds = ReadWords(
          inner, "listing_kind", [](std::string_view w) { return ParseListingKind(w).has_value(); }, errors);
      inner.Finish();
    }
    if (const YamlNode* detection = map.Require("detection")) ReadDetection(*detection, rule, errors);
    if (const YamlNode* examples = map.Get("examples")) {
      YamlMap inner(*examples, "examples", errors);
      ReadExamples(inner, "match", rule.match_examples, errors);
      ReadExamples(inner, "no_match", rule.other_examples, errors);
      inner.Finish();
    }
    map.Finish();
    packs.rules.push_back(std::move(rule));
  }

  void ReadDetection(const YamlNode& detection, PackRule& rule, YamlErrors& errors) {
    if (detection.kind != YamlNode::Kind::kMapping) {
      errors.Add(detection, "detection must hold named selections and a condition");
      return;
    }
    const YamlNode* condition = nullptr;
    for (const auto& [key, value] : detection.entries) {
      if (key.scalar == "condition") {
        condition = &value;
      } else {
        rule.selections.push_back(ReadSelection(key, value, errors));
      }
    }
    if (rule.selections.empty()) errors.Add(detection, "detection has no selection. Name at least one");
    if (condition == nullptr || condition->kind != YamlNode::Kind::kScalar) {
      errors.Add(condition == nullptr ? detection : *condition,
                 "detection needs a condition, such as \"condition: a and not b\"");
      return;
    }
    rule.condition = condition->scalar;
    rule.condition_place = At(*condition);
    std::vector<std::string> names;
    for (const PackSelection& s : rule.selections) names.push_back(s.name);
    ConditionError error;
    if (!ParseCondition(rule.condition, names, error)) {
      YamlNode place = *condition;
      place.column += static_cast<int>(error.offset);
      errors.Add(place, error.message);
    }
    for (const PackSelection& s : rule.selections) {
      for (const std::string& of : s.within_of) {
        const bool known = ParseSignGroup(of).has_value() || of == "substance" ||
                           std::find(names.begin(), names.end(), of) != names.end();
        if (!known) {
          errors.Add(detection, "within: of \"" + of +
                                    "\" is no selection of this rule, no sign group and not \"substance\"");
        }
      }
    }
  }

  void ReadWatch(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "watchlist entry", errors);
    WatchEntry entry;
    entry.place = At(node);
    entry.list = map.RequireString("list");
    const YamlNode* kind = map.Require("kind");
    if (kind != nullptr) {
      entry.kind = map.String("kind").value_or("");
      if (entry.kind != "vendor" && !ParseIdentifierKind(entry.kind)) {
        errors.Add(*kind,
                   "unknown kind \"" + entry.kind + "\". Write vendor or an identifier kind such as phone");
      }
    }
    entry.value = map.RequireString("value");
    entry.reason = map.RequireString("reason");
    entry.authority = map.RequireString("authority");
    const YamlNode* expires = map.Require("expires");
    if (expires != nullptr) {
      entry.expires = ParseDay(expires->scalar);
      if (!entry.expires)
        errors.Add(*expires, "expires must be a day such as 2027-06-30; it counts to its end at +05:00");
    }
    map.Finish();
    packs.watchlist.push_back(std::move(entry));
  }

  // The first moment after the day at +05:00.
  static std::optional<UtcTime> ParseDay(const std::string& text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](size_t at, size_t length) -> int {
      int value = 0;
      for (size_t i = at; i < at + length; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
      }
      return value;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 1970 || month < 1 || day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    const auto midnight = std::chrono::sys_days(date) + std::chrono::days(1) - std::chrono::hours(5);
    return UtcTime{
        std::chrono::duration_cast<std::chrono::microseconds>(midnight.time_since_epoch()).count()};
  }

  void ReadScoring(const YamlNode& node, YamlErrors& errors) {
    if (scoring_seen_) {
      errors.Add(node, "scoring is given twice. Keep it in one file");
      return;
    }
    scoring_seen_ = true;
    YamlMap map(node, "scoring", errors);
    Scoring& s = packs.scoring;
    const std::pair<const char*, int32_t*> points[] = {{"low", &s.low},
                                                       {"medium", &s.medium},
                                                       {"high", &s.high},
                                                       {"critical", &s.critical},
                                                       {"strong", &s.strong},
                                                       {"usual", &s.usual},
                                                       {"weak", &s.weak},
                                                       {"vague", &s.vague},
                                                       {"emoji", &s.emoji},
                                                       {"bare_number", &s.bare_number},
                                                       {"listing_price", &s.listing_price},
                                                       {"market_source", &s.market_source},
                                                       {"disguised", &s.disguised},
                                                       {"watchlist", &s.watchlist},
                                                       {"page_trade", &s.page_trade},
                                                       {"second_substance", &s.second_substance}};
    for (const auto& [key, value] : points)
      *value = static_cast<int32_t>(map.Int(key, 0, 100).value_or(*value));
    const std::pair<const char*, int32_t*> sizes[] = {
        {"window", &s.window}, {"context_window", &s.context_window}, {"whole_below", &s.whole_below}};
    s.weak_pkr_per_gram =
        static_cast<int32_t>(map.Int("weak_pkr_per_gram", 0, 100000).value_or(s.weak_pkr_per_gram));
    s.weak_dollars_per_gram =
        static_cast<int32_t>(map.Int("weak_dollars_per_gram", 0, 1000).value_or(s.weak_dollars_per_gram));
    for (const auto& [key, value] : sizes)
      *value = static_cast<int32_t>(map.Int(key, 20, 5000).value_or(*value));
    if (!(s.low < s.medium && s.medium < s.high && s.high < s.critical)) {
      errors.Add(node, "the thresholds must rise: low < medium < high < critical");
    }
    map.Finish();
  }

  // Names that one file uses and another may define.
  void CheckTogether(std::vector<std::string>& messages) {
    for (const Reference& reference : references_) {
      const std::set<std::string>& known = reference.kind == "substance" ? substance_ids_
                                           : reference.kind == "sign"    ? sign_ids_
                                                                         : context_ids_;
      if (known.count(reference.name) != 0) continue;
      std::string message =
          reference.place.ToString() + ": unknown " + reference.kind + " \"" + reference.name + "\".";
      const auto nearest = NearestWord(reference.name, {known.begin(), known.end()});
      message += nearest ? " Did you mean \"" + *nearest + "\"?" : " Define it, or remove it here";
      messages.push_back(std::move(message));
    }
  }

  struct Reference {
    PackPlace place;
    std::string kind, name;
  };
  std::string file_;
  size_t terms_ = 0;
  bool scoring_seen_ = false;
  std::set<std::string> substance_ids_, sign_ids_, context_ids_, rule_ids_;
  std::vector<Reference> references_;
  std::vector<SubstanceEntry> extensions_;
};

}  // namespace

std::string PackPlace::ToString() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string_view SignGroupName(SignGroup group) {
  return kGroupNames[static_cast<size_t>(group)];
}

std::optional<SignGroup> ParseSignGroup(std::string_view name) {
  for (size_t i = 0; i < kGroupNames.size(); ++i) {
    if (kGroupNames[i] == name) return static_cast<SignGroup>(i);
  }
  return std::nullopt;
}

Result<RulePacks> ParseRulePacks(const std::vector<RulePackFile>& files) {
  PackReader reader;
  GASHT_RETURN_IF_ERROR(reader.Read(files));
  return std::move(reader.packs);
}

}  // namespace gasht
