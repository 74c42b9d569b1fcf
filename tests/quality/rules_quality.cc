// gasht_quality_rules: how well the rules find what is sold and leave alone what is not, on the texts of
// ../shared/data and on offers and look-alikes of our own. Prints Markdown tables for docs/quality.md.
//
//   gasht_quality_rules [--rules DIR] [--errors SET] [--half 1|2]
//
// --half takes every other row of "fresh", "05" and "37" only: packs are mended while reading the errors of half 1, and half
// 2 says what that was worth. --errors prints every miss and every false alarm of one set ("05", "37", "own", ...), for those who mend packs.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/analyze_page.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "rules/packs.h"
#include "rules/rule_set.h"
#include "tests/support/shared_data.h"

namespace gasht {
namespace {

struct Options {
  std::string rules_dir;
  std::string errors;
  size_t half = 0;  // 0: all rows
  bool Takes(size_t row) const { return half == 0 || row % 2 == half % 2; }
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t pos = 0;
  while (pos < text.size()) {
    size_t end = text.find('\n', pos);
    if (end == std::string::npos) end = text.size();
    if (end > pos) lines.push_back(text.substr(pos, end - pos));
    pos = end + 1;
  }
  return lines;
}

std::vector<std::string> Columns(const std::string& line, char separator) {
  std::vector<std::string> columns;
  size_t pos = 0;
  while (true) {
    const size_t end = line.find(separator, pos);
    columns.push_back(line.substr(pos, end == std::string::npos ? end : end - pos));
    if (end == std::string::npos) return columns;
    pos = end + 1;
  }
}

// A CSV line with quotes, no line ends inside: enough for set 22.
std::vector<std::string> CsvColumns(const std::string& line) {
  std::vector<std::string> columns(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      columns.emplace_back();
    } else {
      columns.back().push_back(c);
    }
  }
  return columns;
}

std::optional<MatchCandidate> MatchText(const RuleSet& rules, const std::string& text, ListingKind kind) {
  Document document;
  document.text = text;
  Listing listing;
  listing.kind = kind;
  listing.span = {0, text.size()};
  MatchOutput output = rules.Match({&document, {&listing, 1}, {}, {}, {}});
  if (output.candidates.empty()) return std::nullopt;
  return std::move(output.candidates[0]);
}

std::optional<MatchCandidate> MatchRow(const RuleSet& rules, const std::string& title,
                                       const std::string& vendor, std::optional<Money> price) {
  Listing listing;
  listing.title = title;
  listing.vendor = vendor;
  if (price) listing.prices.push_back({*price, {}, {}});
  MatchOutput output = rules.Match({nullptr, {&listing, 1}, {}, {}, {}});
  if (output.candidates.empty()) return std::nullopt;
  return std::move(output.candidates[0]);
}

bool Raised(const std::optional<MatchCandidate>& candidate) {
  return candidate && candidate->level >= Level::kMedium;
}

std::set<std::string> ClassesOf(const std::optional<MatchCandidate>& candidate) {
  std::set<std::string> classes;
  if (!candidate) return classes;
  for (const Substance& substance : candidate->substances) {
    classes.insert(substance.classes.begin(), substance.classes.end());
  }
  return classes;
}

std::string Joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "+") + word;
  return out.empty() ? "none" : out;
}

void PrintError(const char* what, const std::string& expected, const std::optional<MatchCandidate>& got,
                const std::string& text) {
  std::string shown = text.substr(0, 300);
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  std::string terms;
  if (got) {
    for (const TermMatch& match : got->matches) {
      if (terms.size() < 200) terms += match.term + "=" + match.text + "; ";
    }
  }
  std::printf("%s\t%s\t%s %d\t%s\t[%s]\n", what, expected.c_str(),
              got ? std::string(LevelName(got->level)).c_str() : "-", got ? got->score : 0, shown.c_str(),
              terms.c_str());
}

double Ratio(size_t a, size_t b) {
  return b == 0 ? 0 : static_cast<double>(a) / static_cast<double>(b);
}

// ---- Set 05: which class the market's own category is. Categories that mix classes have none.
std::string ClassOfCategory(const std::string& sub, const std::string& sub2) {
  static const std::map<std::pair<std::string, std::string>, std::string> kSpecial = {
      {{"Cannabis & Hashish", "Synthetic"}, "synthetic_cannabinoid"},
      {{"Ecstasy", "Methylone & BK"}, "cathinone"},
      {{"Stimulants", "Cocaine"}, "cocaine"},
      {{"Stimulants", "Crack"}, "cocaine"},
      {{"Stimulants", "Meth"}, "amphetamine_type"},
      {{"Stimulants", "Speed"}, "amphetamine_type"},
      {{"Stimulants", "2-FA"}, "amphetamine_type"},
      {{"Stimulants", "Adderal & Vyvanse"}, "amphetamine_type"},
  };
  static const std::map<std::string, std::string> kGeneral = {
      {"Benzos", "benzodiazepine"},
      {"Cannabis & Hashish", "cannabis"},
      {"Dissociatives", "dissociative"},
      {"Ecstasy", "ecstasy_type"},
      {"Opioids", "opioid"},
      {"Psychedelics", "psychedelic"},
      {"Steroids", "steroid"},
  };
  if (const auto it = kSpecial.find({sub, sub2}); it != kSpecial.end()) return it->second;
  if (const auto it = kGeneral.find(sub); it != kGeneral.end()) return it->second;
  return "";
}

void MeasureMarket(const RuleSet& rules, const std::string& root, const Options& options) {
  struct Count {
    size_t rows = 0, found = 0, wrong = 0;
  };
  std::map<std::string, Count> classes;
  std::map<std::string, Count> unmapped;
  size_t other = 0, other_raised = 0, other_any = 0;
  const bool errors = options.errors == "05";
  size_t number = 0;
  for (const Json& line : ReadJsonLines(root + "/05-market-listings/listings.jsonl.gz")) {
    const Json* row = &line;
    if (!options.Takes(++number)) continue;
    const std::string sub = row->StringOr("subcategory"), sub2 = row->StringOr("subcategory2");
    const std::string title = row->StringOr("title");
    std::optional<Money> price;
    if (const Json* usd = row->Find("price_usd"); usd != nullptr && usd->is_number()) {
      price = Money{static_cast<int64_t>(usd->as_number() * 100 + 0.5), 2, "USD"};
    }
    const auto candidate = MatchRow(rules, title, row->StringOr("vendor"), price);
    const bool drug = row->Find("is_drug_category") != nullptr && row->Find("is_drug_category")->as_bool();
    if (!drug) {
      ++other;
      other_any += candidate ? 1 : 0;
      if (Raised(candidate)) {
        ++other_raised;
        if (errors) PrintError("non-drug", sub + "/" + sub2, candidate, title);
      }
      continue;
    }
    const std::string expected = ClassOfCategory(sub, sub2);
    if (expected.empty()) {
      Count& count = unmapped[sub + " / " + sub2];
      ++count.rows;
      count.found += Raised(candidate) ? 1 : 0;
      if (errors && !Raised(candidate)) PrintError("unraised", sub + "/" + sub2, candidate, title);
      continue;
    }
    const std::set<std::string> got = Raised(candidate) ? ClassesOf(candidate) : std::set<std::string>{};
    Count& count = classes[expected];
    ++count.rows;
    if (got.count(expected) != 0) {
      ++count.found;
    } else if (errors) {
      PrintError("miss", expected + " " + sub2, candidate, title);
    }
    for (const std::string& name : got) {
      if (name == expected) continue;
      ++classes[name].wrong;
      if (errors) PrintError("extra", expected + " got " + name, candidate, title);
    }
  }
  std::printf("\n### Market titles (set 05)\n\n| class | rows | precision | recall |\n|---|---|---|---|\n");
  Count total;
  for (const auto& [name, count] : classes) {
    total.rows += count.rows;
    total.found += count.found;
    total.wrong += count.wrong;
    std::printf("| %s | %zu | %.3f | %.3f |\n", name.c_str(), count.rows,
                Ratio(count.found, count.found + count.wrong), Ratio(count.found, count.rows));
  }
  std::printf("| **all** | %zu | **%.3f** | **%.3f** |\n", total.rows,
              Ratio(total.found, total.found + total.wrong), Ratio(total.found, total.rows));
  std::printf("\nNon-drug rows raised (medium or above): %zu of %zu, %.2f %%; with any finding: %zu.\n",
              other_raised, other, 100 * Ratio(other_raised, other), other_any);
  std::printf("\nCategories that mix classes, share raised: ");
  for (const auto& [name, count] : unmapped) {
    std::printf("%s %zu of %zu; ", name.c_str(), count.found, count.rows);
  }
  std::printf("\n");
}

// ---- Set 37: exact spans of drug mentions.
void MeasureMentions(const RuleSet& rules, const std::string& root, const Options& options) {
  std::set<std::string> ids;
  for (const SubstanceEntry& entry : rules.packs().substances) ids.insert(entry.substance.id);
  size_t right = 0, predicted = 0, marked = 0, raised = 0, comments = 0;
  size_t number = 0;
  for (const Json& line : ReadJsonLines(root + "/37-comments-drug-spans/comments.jsonl")) {
    const Json* row = &line;
    if (!options.Takes(++number)) continue;
    ++comments;
    const std::string text = row->StringOr("text");
    const auto candidate = MatchText(rules, text, ListingKind::kPost);
    std::set<std::pair<size_t, size_t>> expected, got;
    for (const Json& span : row->Find("drug_spans")->items()) {
      expected.insert(
          {static_cast<size_t>(span.items()[0].as_int()), static_cast<size_t>(span.items()[1].as_int())});
    }
    if (candidate) {
      CodePointOffsets offsets(text);
      for (const TermMatch& match : candidate->matches) {
        if (ids.count(match.term.substr(0, match.term.find('/'))) == 0) continue;
        got.insert({offsets.At(match.span.begin), offsets.At(match.span.end)});
      }
    }
    if (Raised(candidate)) {
      ++raised;
      if (options.errors == "37r") PrintError("raised", "", candidate, text);
    }
    marked += expected.size();
    predicted += got.size();
    for (const auto& span : got) right += expected.count(span);
    if (options.errors == "37" && got != expected) {
      std::string missing, extra;
      CodePointOffsets offsets(text);
      const auto slice = [&](size_t begin, size_t end) {
        std::string out;
        size_t pos = 0, n = 0;
        while (pos < text.size()) {
          const size_t from = pos;
          NextCodePoint(text, pos);
          if (n >= begin && n < end) out += text.substr(from, pos - from);
          ++n;
        }
        return out;
      };
      for (const auto& [b, e] : expected) {
        if (got.count({b, e}) == 0) missing += "<" + slice(b, e) + "> ";
      }
      for (const auto& [b, e] : got) {
        if (expected.count({b, e}) == 0) extra += "<" + slice(b, e) + "> ";
      }
      PrintError(("-" + missing + "+" + extra).c_str(), "", {}, text);
    }
  }
  const double p = 100 * Ratio(right, predicted), r = 100 * Ratio(right, marked);
  std::printf(
      "\n### Drug mentions in users' comments (set 37, exact spans)\n\n| | P | R | F |\n|---|---|---|---|\n");
  std::printf("| gasht | %.1f | %.1f | %.1f |\n", p, r, p + r == 0 ? 0 : 2 * p * r / (p + r));
  std::printf("| published rule baseline | 83.7 | 28.5 | 42.5 |\n| published models | | | 74.9-80.6 |\n");
  std::printf("\nNobody sells there: %zu of %zu comments raised.\n", raised, comments);
}

// ---- Ordinary texts: nothing may be raised.
struct PlainText {
  std::string text;
  std::optional<Money> price;  // a shop's product
  ListingKind kind = ListingKind::kPost;
};

void MeasurePlain(const RuleSet& rules, const char* set, const char* what,
                  const std::vector<PlainText>& texts, const Options& options) {
  size_t raised = 0, any = 0;
  for (const PlainText& plain : texts) {
    const auto candidate =
        plain.price ? MatchRow(rules, plain.text, "", plain.price) : MatchText(rules, plain.text, plain.kind);
    any += candidate ? 1 : 0;
    if (!Raised(candidate)) continue;
    ++raised;
    if (options.errors == set) PrintError("false alarm", what, candidate, plain.text);
  }
  std::printf("| %s | %s | %zu | %zu | %.2f | %zu |\n", set, what, texts.size(), raised,
              1000 * Ratio(raised, texts.size()), any);
}

std::vector<PlainText> JsonTexts(const std::string& path, const char* key, ListingKind kind) {
  std::vector<PlainText> texts;
  for (const Json& row : ReadJsonLines(path)) texts.push_back({row.StringOr(key), {}, kind});
  return texts;
}

std::vector<PlainText> TsvTexts(const std::string& path, const std::string& column) {
  std::vector<PlainText> texts;
  size_t at = 0;
  bool head = true;
  for (const std::string& line : Lines(ReadMaybeGzip(path))) {
    const std::vector<std::string> columns = Columns(line, '\t');
    if (head) {
      at = static_cast<size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
      head = false;
      continue;
    }
    if (at < columns.size()) texts.push_back({columns[at], {}, ListingKind::kPost});
  }
  return texts;
}

std::vector<PlainText> Products(const std::string& path) {
  std::vector<PlainText> texts;
  bool head = true;
  for (const std::string& line : Lines(ReadMaybeGzip(path))) {
    const std::vector<std::string> columns = CsvColumns(line);
    if (!head && columns.size() >= 2)
      texts.push_back({columns[0], Money{1000, 0, "PKR"}, ListingKind::kOffer});
    head = false;
  }
  return texts;
}

void MeasureOrdinary(const RuleSet& rules, const std::string& root, const Options& options) {
  std::printf(
      "\n### Texts that sell no drugs\n\n| set | what | texts | raised | per 1,000 | any finding "
      "|\n|---|---|---|---|---|---|\n");
  MeasurePlain(
      rules, "10", "Telegram messages",
      JsonTexts(root + "/10-telegram-messages-negative/messages.jsonl", "text", ListingKind::kMessage),
      options);
  MeasurePlain(
      rules, "12", "forum, shop and list pages (main text)",
      JsonTexts(root + "/12-web-pages-main-text/ground-truth.jsonl.gz", "main_content", ListingKind::kPage),
      options);
  MeasurePlain(rules, "20", "Roman Urdu comments",
               TsvTexts(root + "/20-roman-urdu-negative/comments_sentiment.tsv", "text"), options);
  MeasurePlain(rules, "20", "Daraz reviews",
               TsvTexts(root + "/20-roman-urdu-negative/daraz_reviews.tsv", "text"), options);
  MeasurePlain(rules, "21", "Urdu news with drug words",
               JsonTexts(root + "/21-urdu-script-negative/news_sample.jsonl", "text", ListingKind::kPage),
               options);
  MeasurePlain(rules, "21", "Urdu product sentences",
               TsvTexts(root + "/21-urdu-script-negative/product_sentences.tsv", "text"), options);
  MeasurePlain(rules, "22", "Pakistani shop products",
               Products(root + "/22-pakistani-shop-products/product_details.csv"), options);
  MeasurePlain(rules, "22", "Pakistani shop products (cubes)",
               Products(root + "/22-pakistani-shop-products/rubiks_cube.csv"), options);
}

// ---- Our own offers and look-alikes: text, class or none, language, reason.
void MeasureOwn(const RuleSet& rules, const Options& options) {
  struct Count {
    size_t offers = 0, found = 0, twins = 0, raised = 0;
  };
  std::map<std::string, Count> languages;
  size_t right_class = 0;
  for (const char* file : {"tests/quality/data/offers.tsv", "tests/quality/data/lookalikes.tsv"}) {
    bool head = true;
    for (const std::string& line : Lines(ReadMaybeGzip(file))) {
      const std::vector<std::string> columns = Columns(line, '\t');
      if (head || columns.size() < 4) {
        if (!head) std::printf("bad line in %s: %s\n", file, line.c_str());
        head = false;
        continue;
      }
      const auto candidate = MatchText(rules, columns[0], ListingKind::kPost);
      Count& count = languages[columns[2]];
      if (columns[1] == "none") {
        ++count.twins;
        count.raised += Raised(candidate) ? 1 : 0;
        if (Raised(candidate) && options.errors == "own")
          PrintError("false alarm", columns[2], candidate, columns[0]);
        continue;
      }
      ++count.offers;
      const std::set<std::string> got = ClassesOf(candidate);
      bool all = true;
      for (const std::string& name : Columns(columns[1], '+')) all = all && got.count(name) != 0;
      if (Raised(candidate)) {
        ++count.found;
        right_class += all ? 1 : 0;
        if (!all && options.errors == "own")
          PrintError("wrong class", columns[1] + " got " + Joined(got), candidate, columns[0]);
      } else if (options.errors == "own") {
        PrintError("miss", columns[1], candidate, columns[0]);
      }
    }
  }
  std::printf(
      "\n### Offers and look-alikes written by us\n\n| language | offers | raised | look-alikes | raised "
      "|\n|---|---|---|---|---|\n");
  Count total;
  for (const auto& [language, count] : languages) {
    std::printf("| %s | %zu | %zu | %zu | %zu |\n", language.c_str(), count.offers, count.found, count.twins,
                count.raised);
    total.offers += count.offers;
    total.found += count.found;
    total.twins += count.twins;
    total.raised += count.raised;
  }
  std::printf("\nPrecision %.3f, recall %.3f; of the raised offers %.3f have every expected class.\n",
              Ratio(total.found, total.found + total.raised), Ratio(total.found, total.offers),
              Ratio(right_class, total.found));
}

// ---- Titles of our own, as markets write them: title, class or none, price, reason.
void MeasureTitles(const RuleSet& rules, const Options& options) {
  size_t rows = 0, found = 0, wrong = 0, other = 0, raised = 0;
  bool head = true;
  for (const std::string& line : Lines(ReadMaybeGzip("tests/quality/data/titles.tsv"))) {
    const std::vector<std::string> columns = Columns(line, '\t');
    if (head || columns.size() < 4) {
      head = false;
      continue;
    }
    std::optional<Money> price;
    if (auto money = ParseMoney(columns[2], "USD"); money.ok()) price = *money;
    const auto candidate = MatchRow(rules, columns[0], "", price);
    const std::set<std::string> got = Raised(candidate) ? ClassesOf(candidate) : std::set<std::string>{};
    if (columns[1] == "none") {
      ++other;
      raised += got.empty() ? 0 : 1;
      if (!got.empty() && options.errors == "titles") PrintError("false alarm", "", candidate, columns[0]);
      continue;
    }
    ++rows;
    const bool right = got.count(columns[1]) != 0;
    found += right ? 1 : 0;
    wrong += got.size() - (right ? 1 : 0);
    if ((!right || got.size() > 1) && options.errors == "titles")
      PrintError(right ? "extra" : "miss", columns[1] + " got " + Joined(got), candidate, columns[0]);
  }
  std::printf(
      "\nTitles written by us: %zu of drugs, class precision %.3f, recall %.3f; %zu of other goods, %zu "
      "raised.\n",
      rows, Ratio(found, found + wrong), Ratio(found, rows), other, raised);
}

// ---- Texts that were written before anything was run on them, through the whole of `gasht scan`: kind (title, post, page),
// class or none, language, price, reason, text with line ends as "\n".
std::string Unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    out += escape && text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

// What asks for a person, as one: its classes, and the strongest for --errors.
struct Scanned {
  std::set<std::string> classes;
  std::optional<MatchCandidate> strongest;
};

Scanned ScanItem(const std::shared_ptr<const RuleSet>& rules, const AnalysisItem& item) {
  AnalysisContext context;
  context.rules = rules;
  Scanned scanned;
  for (const MatchCandidate& candidate : AnalyzeItem(item, context).candidates) {
    if (!scanned.strongest || candidate.score > scanned.strongest->score) scanned.strongest = candidate;
    if (candidate.level < Level::kMedium) continue;
    for (const Substance& substance : candidate.substances)
      scanned.classes.insert(substance.classes.begin(), substance.classes.end());
  }
  return scanned;
}

void MeasureFresh(const std::shared_ptr<const RuleSet>& rules, const Options& options) {
  struct Count {
    size_t offers = 0, found = 0, right = 0, others = 0, raised = 0;
  };
  std::map<std::string, Count> kinds;
  size_t number = 0;
  for (const std::string& line : Lines(ReadMaybeGzip("tests/quality/data/fresh.tsv"))) {
    const std::vector<std::string> columns = Columns(line, '\t');
    if (number++ == 0 || !options.Takes(number)) continue;
    if (columns.size() != 6) {
      std::printf("bad line in fresh.tsv: %s\n", line.c_str());
      continue;
    }
    AnalysisItem item;
    const std::string text = Unescaped(columns[5]);
    (columns[0] == "title" ? item.title : item.text) = text;
    if (!columns[3].empty()) item.price = "$" + columns[3];
    const Scanned scanned = ScanItem(rules, item);
    const bool raised = !scanned.classes.empty();
    Count& count = kinds[columns[0]];
    const auto complain = [&](const char* what) {
      if (options.errors == "fresh")
        PrintError(what, columns[1] + " got " + Joined(scanned.classes), scanned.strongest, text);
    };
    if (columns[1] == "none") {
      ++count.others;
      count.raised += raised ? 1 : 0;
      if (raised) complain("false alarm");
      continue;
    }
    ++count.offers;
    count.found += raised ? 1 : 0;
    std::set<std::string> expected;
    for (const std::string& name : Columns(columns[1], '+')) expected.insert(name);
    count.right += scanned.classes == expected ? 1 : 0;
    if (scanned.classes != expected) complain(raised ? "wrong class" : "miss");
  }
  std::printf(
      "\n### Texts written before anything was run on them%s\n\n| kind | offers | raised | exactly the "
      "classes | others "
      "| raised |\n|---|---|---|---|---|---|\n",
      options.half == 0   ? ""
      : options.half == 1 ? ", half 1"
                          : ", half 2");
  for (const auto& [kind, count] : kinds) {
    std::printf("| %s | %zu | %zu | %zu | %zu | %zu |\n", kind.c_str(), count.offers, count.found,
                count.right, count.others, count.raised);
  }
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--rules") == 0) options.rules_dir = argv[i + 1];
    if (std::strcmp(argv[i], "--errors") == 0) options.errors = argv[i + 1];
    if (std::strcmp(argv[i], "--half") == 0) options.half = std::strcmp(argv[i + 1], "2") == 0 ? 2 : 1;
  }
  std::shared_ptr<const RuleSet> rules;
  if (options.rules_dir.empty()) {
    rules = EmbeddedRuleSet();
  } else {
    auto files = LoadRulePacks(options.rules_dir);
    auto compiled =
        files.ok() ? RuleSet::Compile(*files) : Result<std::shared_ptr<const RuleSet>>(files.status());
    if (!compiled.ok()) {
      std::fprintf(stderr, "%s\n", compiled.status().message().c_str());
      return 2;
    }
    rules = *compiled;
  }
  std::printf("## Rules\n\n%zu substances, %zu terms, %zu rules, digest %s\n",
              rules->packs().substances.size(), rules->term_count(), rules->packs().rules.size(),
              rules->digest().substr(0, 16).c_str());
  MeasureOwn(*rules, options);
  MeasureTitles(*rules, options);
  MeasureFresh(rules, options);
  const std::string root = SharedDataRoot();
  if (!std::filesystem::exists(root + "/05-market-listings")) {
    std::printf("\nskipped: no shared data\n");
    return 0;
  }
  MeasureMarket(*rules, root, options);
  MeasureMentions(*rules, root, options);
  MeasureOrdinary(*rules, root, options);
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  return gasht::Main(argc, argv);
}
