#include "extract/records.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "extract/item_labels.h"
#include "extract/item_tables.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxGroups = 4'000;
constexpr uint32_t kMaxClimb = 24;  // ancestors of an amount that may be its record

uint64_t HashMix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
  return hash;
}

// Class names without the digits that sites number their items with.
uint64_t HashClass(std::string_view text) {
  uint64_t hash = 1469598103934665603u;
  for (const char c : text) {
    if (IsAsciiDigit(c)) continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return hash;
}

// What a record may be called by.
struct Candidate {
  NodeIndex node = kNoNode;
  uint64_t path = 0;  // from its record
  std::string_view text;
  size_t letters = 0;  // of it
  bool is_link = false;
  bool is_heading = false;
  bool named = false;        // its class says title or name
  bool person = false;       // a link to a person, or a class that says so
  bool category = false;     // a link to a list
  bool alternative = false;  // of a picture, not words on the page
  bool strong = true;        // a link, a heading or a name; else only words of their own
  bool bold = false;
  bool no_name = false;     // a measure or a button
  bool handle = false;      // one word of somebody's own making
  bool whole_card = false;  // a link around more than a name
};

// What buyers write: sentences, thanks and marks.
bool SoundsLikeReview(std::string_view title) {
  return title.ends_with('.') || title.ends_with("!!") || title.size() > 110 ||
         HasWord(title,
                 {"thank",         "arrived",        "feedback",   "vendor",     "seller",    "5/5",
                  "10/10",         "recommend",      "will order", "i ordered",  "as always", "as usual",
                  "great ",        "awesome",        "perfect",    "good stuff", "all good",  "fast shipping",
                  "fast delivery", "quick delivery", "received"});
}

// "mountain_resin", "rolla": one word in letters of people's own making; no measure, no shouting, no number.
bool IsHandle(std::string_view text) {
  constexpr size_t kMinBytes = 4, kMaxBytes = 24;
  if (text.size() < kMinBytes || text.size() > kMaxBytes || !IsAsciiLetter(text[0])) return false;
  const auto fits = [](char c) {
    return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_' || c == '.' || c == '-';
  };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::all_of(text.begin(), text.end(), fits) && std::any_of(text.begin(), text.end(), lower) &&
         !IsButton(text) && !IsOnlyMeasure(text);
}

class Records {
 public:
  explicit Records(const ItemPage& page) : page_(page), tree_(page.tree()) {}

  std::vector<Listing> Strong() {
    groups_ = Groups();
    std::vector<Listing> out = Lists(Strength::kStrong);
    if (out.empty()) out = Lone();
    return out;
  }

  std::vector<Listing> Plain() {
    groups_ = Groups();
    return Lists(Strength::kWeak);
  }

  std::vector<Listing> Ordered() {
    each_is_ordered_ = true;
    return Plain();
  }

 private:
  enum class Strength { kStrong, kWeak };

  struct Group {
    std::vector<NodeIndex> members;
    size_t strong = 0;  // members with money and a link, heading or name
    size_t weak = 0;    // members with money and words of their own
    uint32_t depth = 0;
    size_t valid(Strength s) const { return s == Strength::kStrong ? strong : weak; }
  };

  uint64_t ShapeOf(NodeIndex i) const {
    uint64_t hash = 0;
    NodeIndex at = i;
    for (int steps = 0; steps < 3 && at != kNoNode; ++steps, at = tree_.node(at).parent) {
      const TreeNode& node = tree_.node(at);
      hash = HashMix(hash, node.tag);
      if (node.tag == GUMBO_TAG_UNKNOWN) hash = HashMix(hash, HashClass(node.text));
      // How the siblings of a record differ ("odd", "even", "first") is in its own class; what they lie in is not.
      const std::string_view classes = Trimmed(tree_.Attribute(at, "class"));
      if (node.tag != GUMBO_TAG_TR)
        hash = HashMix(hash, HashClass(steps > 0 ? classes : classes.substr(0, classes.find(' '))));
    }
    return HashMix(hash, tree_.node(i).depth);
  }

  // Path from `record` down to `node`, by tags and classes.
  uint64_t PathOf(NodeIndex record, NodeIndex node) const {
    uint64_t hash = 17;
    for (NodeIndex at = node; at != record && at != kNoNode; at = tree_.node(at).parent)
      hash = HashMix(hash, StepOf(at));
    return hash;
  }

  // One element of a path: remembered, as every record that holds it asks.
  uint64_t StepOf(NodeIndex at) const {
    if (steps_.empty()) steps_.assign(tree_.nodes().size(), 0);
    uint64_t& step = steps_[at];
    if (step != 0) return step;
    // The first class names the part; later ones tell odd rows from even ones.
    const std::string_view classes = Trimmed(tree_.Attribute(at, "class"));
    step = HashMix(tree_.node(at).tag, HashClass(classes.substr(0, classes.find(' '))));
    // Cells are told apart by their place.
    if (tree_.node(at).tag == GUMBO_TAG_TD) step = HashMix(step, PlaceAmongSiblings(at));
    if (step == 0) step = 1;
    return step;
  }

  uint64_t PlaceAmongSiblings(NodeIndex i) const {
    constexpr uint64_t kMaxPlace = 32;
    uint64_t place = 0;
    const NodeIndex parent = tree_.node(i).parent;
    if (parent == kNoNode) return 0;
    for (NodeIndex at = tree_.first_child(parent); at != kNoNode && at != i && place < kMaxPlace;
         at = tree_.node(at).next) {
      place += tree_.node(at).is_element();
    }
    return place;
  }

  const std::vector<Candidate>& CandidatesOf(NodeIndex record) const {
    const auto [it, fresh] = candidates_.try_emplace(record);
    if (fresh) it->second = FindCandidates(record);
    return it->second;
  }

  bool HasOwnWords(NodeIndex i) const {
    for (NodeIndex child = tree_.first_child(i); child != kNoNode; child = tree_.node(child).next) {
      const TreeNode& node = tree_.node(child);
      if (node.is_text() && node.visible_end > node.visible_begin + 2) return true;
    }
    return false;
  }

  // What an element may be called, whatever record it is part of; nothing when it names nothing.
  const Candidate* CandidateAt(NodeIndex i) const {
    if (at_.empty()) at_.assign(tree_.nodes().size(), kUnknown);
    if (at_[i] == kUnknown) {
      std::optional<Candidate> c = MakeCandidate(i);
      at_[i] = c ? static_cast<int32_t>(made_.size()) : kNone;
      if (c) made_.push_back(std::move(*c));
    }
    return at_[i] == kNone ? nullptr : &made_[static_cast<size_t>(at_[i])];
  }

  std::optional<Candidate> MakeCandidate(NodeIndex i) const {
    const TreeNode& node = tree_.node(i);
    if (!node.is_element() || node.hidden) return std::nullopt;
    Candidate c;
    c.node = i;
    const bool is_link = node.tag == GUMBO_TAG_A && tree_.HasAttribute(i, "href");
    c.is_heading = IsHeading(node.tag) || tree_.Attribute(i, "role") == "heading";
    const uint32_t names = page_.NameFlags(i);
    c.named = (names & kNamedTitle) != 0;
    const bool person_class = (names & kNamedPerson) != 0;
    c.strong = is_link || c.is_heading || c.named || person_class;
    if (!c.strong && ((names & kNamedPrice) != 0 || !HasOwnWords(i))) return std::nullopt;
    std::string_view words = page_.Words(i);
    if (words.empty() && is_link) {
      // A picture that is a link says what it is in its title or in the picture's alternative text.
      words = tree_.Attribute(i, "title");
      if (words.empty()) {
        const NodeIndex image = tree_.Find(i, GUMBO_TAG_IMG);
        if (image != kNoNode && image < node.end) words = tree_.Attribute(image, "alt");
      }
      if (words.size() > 4 && EqualsIgnoringCase(words.substr(0, 4), "buy ")) words.remove_prefix(4);
      c.alternative = true;
    }
    const size_t line = words.find('\n');
    c.whole_card = is_link && line != std::string_view::npos;
    words = words.substr(0, std::min(words.size(), line));
    if (words.empty() || words.size() > 4 * kMaxItemTitleBytes || ContainsIgnoringCase(words, "click to ")) {
      // It names nothing itself; a link or heading still covers what lies in it.
      c.text = {};
      return c.strong ? std::optional<Candidate>(std::move(c)) : std::nullopt;
    }
    c.text = texts_.emplace_back(CleanTitle(words));
    c.letters = CountLetters(c.text);
    c.handle = IsHandle(c.text);
    c.is_link = is_link || (c.is_heading && tree_.Find(i, GUMBO_TAG_A) != kNoNode);
    c.bold = node.tag == GUMBO_TAG_B || node.tag == GUMBO_TAG_STRONG;
    const std::string_view href = is_link ? tree_.Attribute(i, "href") : std::string_view();
    c.person = person_class || (is_link && LeadsToPerson(href)) ||
               ((is_link || c.bold || node.tag == GUMBO_TAG_SPAN) && c.text.size() <= kMaxVendorBytes &&
                page_.IsSaidBy(i));
    c.category = is_link && LeadsToCategory(href);
    c.no_name = IsOnlyMeasure(c.text) || IsButton(c.text);
    return c;
  }

  std::vector<Candidate> FindCandidates(NodeIndex record) const {
    constexpr size_t kMaxCandidates = 64;
    std::vector<Candidate> out;
    const auto& nodes = tree_.nodes();
    NodeIndex inside = 0;  // the end of a link or heading that says one thing
    for (NodeIndex i = record; i < nodes[record].end && out.size() < kMaxCandidates; ++i) {
      if (!nodes[i].is_element() || nodes[i].hidden) continue;
      const Candidate* known = CandidateAt(i);
      if (known == nullptr || (!known->strong && i < inside)) continue;
      const bool link = nodes[i].tag == GUMBO_TAG_A;
      if (i == record && !link) continue;
      // A card that is one link holds more than its name; what it holds is looked at on its own.
      if (known->strong && !known->whole_card && (link || known->is_heading))
        inside = std::max(inside, nodes[i].end);
      if (known->text.empty()) continue;
      Candidate& c = out.emplace_back(*known);
      c.path = PathOf(record, i);
      // In a table the thing and who offers it are both "td > a": people have paths of their own.
      const bool taken = c.person && std::any_of(out.begin(), out.end() - 1, [&](const Candidate& before) {
                           return before.path == c.path && !before.person;
                         });
      if (taken) c.path = HashMix(c.path, 98);
      if (c.alternative) c.path = HashMix(c.path, 99);
    }
    // "product-name" around the link that is the name: the link says it without what stands beside it.
    std::vector<Candidate> kept;
    for (size_t a = 0; a < out.size(); ++a) {
      bool wraps = false;
      if (out[a].named && !out[a].is_link && !out[a].is_heading) {
        for (size_t b = a + 1; b < out.size() && out[b].node < nodes[out[a].node].end; ++b) {
          wraps |= (out[b].is_link || out[b].is_heading) && LooksLikeTitle(out[b]);
        }
      }
      if (!wraps) kept.push_back(std::move(out[a]));
    }
    return kept;
  }

  static bool LooksLikeTitle(const Candidate& c) {
    if (c.person || c.category) return false;
    if (c.letters < 3 || c.text.size() < 3) return false;
    return !c.no_name;
  }

  std::vector<Group> Groups() const {
    std::unordered_map<uint64_t, Group> groups;
    std::vector<bool> seen(tree_.nodes().size(), false);
    for (const MoneyMark& mark : page_.money()) {
      NodeIndex at = tree_.node(mark.leaf).parent;
      for (uint32_t climb = 0; climb < kMaxClimb && at != kNoNode; ++climb, at = tree_.node(at).parent) {
        const TreeNode& node = tree_.node(at);
        if (node.tag == GUMBO_TAG_BODY || node.tag == GUMBO_TAG_HTML) break;
        if (node.visible_end - node.visible_begin > kMaxRecordBytes) break;
        if (seen[at]) break;  // and so were all above
        seen[at] = true;
        if (groups.size() >= kMaxGroups) continue;
        if (node.tag == GUMBO_TAG_OPTION || node.tag == GUMBO_TAG_SELECT || node.tag == GUMBO_TAG_TBODY)
          continue;
        Group& group = groups[ShapeOf(at)];
        group.members.push_back(at);
        group.depth = node.depth;
      }
    }
    // Titles are costly to look for: only where it matters.
    std::vector<Group> out;
    for (auto& [shape, group] : groups) {
      if (group.members.size() < 2) {
        singles_.push_back(group.members[0]);
        continue;
      }
      std::sort(group.members.begin(), group.members.end());
      for (const NodeIndex member : group.members) {
        if (page_.InFeedback(member) || page_.InAround(member) || IsRowOfNoOffer(page_, member)) continue;
        bool strong = false, weak = false;
        for (const Candidate& c : CandidatesOf(member)) {
          if (!LooksLikeTitle(c)) continue;
          strong |= c.strong;
          weak = true;
        }
        group.strong += strong;
        group.weak += weak;
      }
      out.push_back(std::move(group));
    }
    std::sort(out.begin(), out.end(),
              [](const Group& a, const Group& b) { return a.members[0] < b.members[0]; });
    std::sort(singles_.begin(), singles_.end());
    return out;
  }

  std::vector<Listing> Lists(Strength strength) {
    // Most records first; of wrappers around the same records the outermost, which holds every field.
    std::stable_sort(groups_.begin(), groups_.end(), [&](const Group& a, const Group& b) {
      if (a.valid(strength) != b.valid(strength)) return a.valid(strength) > b.valid(strength);
      return a.depth < b.depth;
    });
    std::vector<Listing> out;
    std::vector<Span> taken;  // of the text
    std::set<std::string> known;
    const size_t best = groups_.empty() ? 0 : groups_[0].valid(strength);
    for (const Group& group : groups_) {
      const size_t valid = group.valid(strength);
      // Two alike may be chance; a list that short must show its trade.
      if (valid < 2 || (valid == 2 && !IsPairOfItems(group)) || valid * 4 < best ||
          valid * 2 < group.members.size())
        continue;
      const bool overlaps = std::any_of(group.members.begin(), group.members.end(), [&](NodeIndex member) {
        const TreeNode& node = tree_.node(member);
        return std::any_of(taken.begin(), taken.end(), [&](Span span) {
          return node.visible_begin < span.end && span.begin < node.visible_end;
        });
      });
      if (overlaps) continue;
      std::vector<Listing> listings = ReadRecords(group, strength);
      if (listings.empty()) continue;
      if (strength == Strength::kWeak && !ShowsTrade(group, listings)) continue;
      for (const NodeIndex member : group.members) {
        taken.push_back({tree_.node(member).visible_begin, tree_.node(member).visible_end});
      }
      for (Listing& listing : listings) {
        const std::string key =
            listing.title + "\n" + (listing.prices.empty() ? "" : listing.prices[0].amount.amount());
        if (known.insert(key).second) out.push_back(std::move(listing));
      }
    }
    std::sort(out.begin(), out.end(),
              [](const Listing& a, const Listing& b) { return a.span.begin < b.span.begin; });
    return out;
  }

  // The id that a shop's own scripts know an item by.
  std::string_view SiteIdOf(NodeIndex item) const {
    constexpr size_t kMaxBytes = 64;
    for (const std::string_view attribute :
         {"data-id", "data-product-id", "data-item-id", "data-sku", "data-product_id", "data-id-product",
          "data-pid", "data-listing-id", "data-asin"}) {
      const std::string_view value = tree_.Attribute(item, attribute);
      if (!value.empty() && value.size() <= kMaxBytes) return value;
    }
    return "";
  }

  // One result of a search: an element called an item, with a name that leads to it, a price and somebody or a way to
  // buy it.
  std::vector<Listing> Lone() {
    for (const NodeIndex i : singles_) {
      const TreeNode& node = tree_.node(i);
      if ((page_.NameFlags(i) & kNamedItem) == 0 || node.visible_end - node.visible_begin > 1'500) continue;
      if (page_.InFeedback(i) || page_.InAround(i)) continue;
      const std::vector<Candidate>& candidates = CandidatesOf(i);
      const bool title = std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) {
        return c.is_link && (c.is_heading || c.named || c.text.size() >= 8) && LooksLikeTitle(c);
      });
      const bool person =
          std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.person; });
      const bool buy = HasBuyWords(page_.Words(i)) ||
                       std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) {
                         return c.is_link && HasWord(c.text, {"buy", "order"});
                       });
      if (!title || (!person && !buy && SiteIdOf(i).empty())) continue;
      Group group;
      group.members = {i};
      std::vector<Listing> out = ReadRecords(group, Strength::kStrong);
      if (!out.empty()) return out;
    }
    return {};
  }

  bool IsPairOfItems(const Group& group) const {
    for (const NodeIndex member : group.members) {
      const std::vector<Candidate>& candidates = CandidatesOf(member);
      const bool person =
          std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.person; });
      const bool called = (page_.NameFlags(member) & kNamedItem) != 0 &&
                          std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) {
                            return c.is_link && (c.is_heading || c.named) && LooksLikeTitle(c);
                          });
      if (!person && !called && !HasBuyWords(page_.Words(member))) return false;
    }
    return true;
  }

  // Words alone prove little: most must say how much of it, or how to order it.
  bool ShowsTrade(const Group& group, const std::vector<Listing>& listings) const {
    size_t measured = 0, bought = 0, linked = 0, figures = 0;
    std::set<std::string> titles;
    for (const Listing& listing : listings) {
      titles.insert(listing.title);
      measured += !FindQuantities(listing.title, 1).empty() || listing.prices[0].quantity.has_value();
      linked += !listing.url.empty();
      figures += IsAsciiDigit(listing.title[0]);
    }
    for (const NodeIndex member : group.members) {
      const std::string_view words = page_.Words(member);
      bought += HasBuyWords(words) || HasOrderWords(words) || HasWord(words, {"whatsapp", "buy", "order"});
    }
    const size_t n = listings.size();
    if (n < 2 || titles.size() * 10 < n * 7) return false;
    const auto reviews = static_cast<size_t>(std::count_if(
        listings.begin(), listings.end(), [](const Listing& l) { return SoundsLikeReview(l.title); }));
    if (reviews * 5 > n) return false;
    // "100mg x 30 pills", "100mg x 60 pills": the sizes of one thing.
    if (bought * 2 > n) return !each_is_ordered_ || (n >= 3 && figures * 2 < n);
    if (each_is_ordered_) return false;
    return n >= 3 && (measured * 2 > n || linked * 10 > n * 8 || page_.SaysItSells());
  }

  // What is known of one path through all records of a group.
  struct PathVotes {
    size_t present = 0;
    size_t links = 0, headings = 0, named = 0, persons = 0, categories = 0, measures = 0;
    size_t alternatives = 0, strong = 0, bold = 0;
    size_t letters = 0;
    size_t handles = 0, sure_handles = 0;  // values of one word; those that no word of a language is
    size_t order = 0;                      // sum of positions among the candidates
    std::set<std::string_view> values;
  };

  std::vector<Listing> ReadRecords(const Group& group, Strength strength) {
    std::vector<const std::vector<Candidate>*> all;
    std::map<uint64_t, PathVotes> votes;
    for (const NodeIndex member : group.members) {
      all.push_back(&CandidatesOf(member));
      std::set<uint64_t> once;
      size_t order = 0;
      for (const Candidate& c : *all.back()) {
        ++order;
        if (!once.insert(c.path).second) continue;
        PathVotes& v = votes[c.path];
        ++v.present;
        v.links += c.is_link;
        v.headings += c.is_heading;
        v.named += c.named;
        v.persons += c.person;
        v.categories += c.category;
        v.alternatives += c.alternative;
        v.strong += c.strong;
        v.bold += c.bold;
        v.measures += c.no_name;
        v.letters += std::min<size_t>(c.letters, 60);
        v.order += order;
        v.handles += c.handle;
        v.sure_handles += c.handle && c.text.find_first_of("_0123456789") != std::string::npos;
        v.values.insert(c.text);
      }
    }
    const auto n = static_cast<double>(group.members.size());
    uint64_t title_path = 0, vendor_path = 0;
    double title_score = 0, vendor_score = 0;
    for (const auto& [path, v] : votes) {
      const auto present = static_cast<double>(v.present);
      const double share = present / n;
      const double different = static_cast<double>(v.values.size()) / present;
      const double persons = static_cast<double>(v.persons) / present;
      const double letters = static_cast<double>(v.letters) / present;
      const bool eligible = strength == Strength::kWeak || v.strong * 2 > v.present;
      if (eligible && persons < 0.5 && static_cast<double>(v.categories) / present < 0.5 &&
          static_cast<double>(v.measures) / present < 0.5 && letters >= 3) {
        double score = share * (0.2 + different) * std::min(letters, 40.0) / 10.0;
        score *= 1 + 0.6 * static_cast<double>(v.headings) / present +
                 0.6 * static_cast<double>(v.named) / present + 0.4 * static_cast<double>(v.links) / present +
                 0.4 * static_cast<double>(v.bold) / present;
        score /= 1 + 0.03 * static_cast<double>(v.order) / present;
        if (v.alternatives * 2 > v.present) score *= 0.4;
        // Without a link or a name, what comes first is what it is called.
        if (strength == Strength::kWeak && v.strong * 2 <= v.present)
          score /= 1 + 0.25 * static_cast<double>(v.order) / present;
        if (different < 0.3 && v.present > 3) score *= 0.2;
        if (score > title_score) {
          title_score = score;
          title_path = path;
        }
      }
      if (persons >= 0.5 && letters >= 2 && letters <= 40) {
        // Of two people the first: who offers stands before who spoke last.
        const double score = share * persons * (0.5 + static_cast<double>(v.links) / present) /
                             (1 + 0.01 * static_cast<double>(v.order) / present);
        if (score > vendor_score) {
          vendor_score = score;
          vendor_path = path;
        }
      }
    }
    // No link and no label: a place of its own that holds nothing but handles.
    if (vendor_path == 0) {
      for (const auto& [path, v] : votes) {
        const bool all_handles = v.handles == v.present && v.present * 10 >= group.members.size() * 8;
        if (path != title_path && all_handles && v.sure_handles * 2 >= v.present) vendor_path = path;
      }
    }
    std::vector<Listing> out;
    for (size_t r = 0; r < all.size(); ++r) {
      if (std::optional<Listing> listing =
              ReadRecord(group.members[r], *all[r], title_path, vendor_path, strength)) {
        out.push_back(std::move(*listing));
      }
    }
    // Rates of exchange, balances, orders and filters are lists with amounts too; they are called by currencies and
    // by words of accounting.
    size_t others = 0;
    for (const Listing& listing : out) {
      const bool currency = listing.title.size() < 40 && !CurrencyFrom(listing.title).empty() &&
                            FindQuantities(listing.title, 1).empty();
      others += currency || (IsAccounting(listing.title) && FindQuantities(listing.title, 1).empty());
    }
    if (others * 2 > out.size()) out.clear();
    return out;
  }

  std::optional<Listing> ReadRecord(NodeIndex member, const std::vector<Candidate>& candidates,
                                    uint64_t title_path, uint64_t vendor_path, Strength strength) const {
    Listing listing;
    const TreeNode& node = tree_.node(member);
    listing.span = {node.visible_begin, node.visible_end};
    const Candidate* title = nullptr;
    const Candidate* vendor = nullptr;
    for (const Candidate& c : candidates) {
      if (title == nullptr && c.path == title_path && LooksLikeTitle(c)) title = &c;
      if (vendor == nullptr && c.path == vendor_path && (c.person || c.handle) && !c.text.empty())
        vendor = &c;
    }
    if (title == nullptr) {
      for (const Candidate& c : candidates) {
        if (strength == Strength::kStrong && !c.strong) continue;
        if (LooksLikeTitle(c) && (title == nullptr || c.text.size() > title->text.size())) title = &c;
      }
    }
    if (title == nullptr) return std::nullopt;
    listing.title = std::string(title->text);
    listing.url = page_.UrlOf(member, title->node);
    for (const Candidate& c : candidates) {
      if (vendor == nullptr && c.person && c.is_link && c.letters >= 2 && !IsButton(c.text)) vendor = &c;
    }
    if (vendor != nullptr) listing.vendor = CleanVendor(vendor->text);
    ReadItemLabels(page_.text(), {node.visible_begin, node.visible_end}, listing);
    if (listing.vendor.empty()) listing.vendor = VendorByWord(page_.Words(member));
    if (listing.vendor == listing.title) listing.vendor.clear();
    if (IsButton(listing.vendor)) listing.vendor.clear();
    // "/store/thing" leads to the thing, whatever the word says.
    if (vendor != nullptr && vendor->is_link && tree_.node(vendor->node).tag == GUMBO_TAG_A &&
        !listing.url.empty() && page_.page().Absolute(tree_.Attribute(vendor->node, "href")) == listing.url) {
      listing.vendor.clear();
    }
    const TreeNode& title_node = tree_.node(title->node);
    listing.prices = page_.PricesOf(node.visible_begin, node.visible_end,
                                    {title_node.visible_begin, title_node.visible_end});
    if (listing.prices.empty()) return std::nullopt;
    // A line of exchange rates.
    std::set<std::string> currencies;
    for (const Price& price : listing.prices) currencies.insert(price.amount.currency);
    if (currencies.size() > 4) return std::nullopt;
    if (listing.site_id.empty()) listing.site_id = std::string(SiteIdOf(member));
    return listing;
  }

  const ItemPage& page_;
  const PageTree& tree_;
  bool each_is_ordered_ = false;  // wanted of every list
  std::vector<Group> groups_;
  mutable std::vector<NodeIndex> singles_;
  mutable std::unordered_map<NodeIndex, std::vector<Candidate>> candidates_;
  static constexpr int32_t kUnknown = -2, kNone = -1;
  mutable std::vector<int32_t> at_;  // of each element, its place in made_
  mutable std::vector<Candidate> made_;
  mutable std::deque<std::string> texts_;  // of candidates
  mutable std::vector<uint64_t> steps_;    // StepOf each node, once asked for; 0 before
};

}  // namespace

std::vector<Listing> RepeatedRecords(const ItemPage& page) {
  if (page.money().empty()) return {};
  return Records(page).Strong();
}

std::vector<Listing> PlainRecords(const ItemPage& page) {
  if (page.money().empty()) return {};
  return Records(page).Plain();
}

std::vector<Listing> OrderedRecords(const ItemPage& page) {
  if (page.money().empty()) return {};
  return Records(page).Ordered();
}

}  // namespace gasht
