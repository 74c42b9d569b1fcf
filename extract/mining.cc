// Listings without a profile. A market page repeats one shape: records that are alike in tag and class, each with an
// amount of money and something to click on. The group of like elements in which most members have both is the list;
// within it, the same place in every record holds the same field, so fields are voted on by all records together. A
// page whose one heading stands above one price and the labels of an item is a single item.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "extract/item_labels.h"
#include "extract/listings.h"
#include "extract/page_tree.h"
#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxMoney = 4'000;         // amounts on a page that are looked at
constexpr size_t kMaxRecordBytes = 20'000;  // of one record's words
constexpr size_t kMaxTitleBytes = 300;
constexpr size_t kMaxVendorBytes = 48;
constexpr size_t kMaxPricesPerItem = 24;
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

// Whether one of `words`, which are lower case, occurs in `text` in any case.
bool HasWord(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string lower = AsciiLowered(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

size_t CountLetters(std::string_view text) {
  size_t letters = 0;
  for (const char c : text) {
    // A lead byte of another script counts as a letter.
    letters += IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0xc3;
  }
  return letters;
}

bool IsHeading(int tag) {
  return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
}

// A link that leads to a person rather than to a thing.
bool LeadsToPerson(std::string_view href) {
  const std::string lower = AsciiLowered(href.substr(0, 512));
  const std::string_view path = lower;
  return HasWord(
      path, {"/user",     "/u/",         "/vendor",    "/seller",      "/profile", "/member",  "/merchant",
             "u_id=",     "member=",     "vendor=",    "seller=",      "user=",    "user_id=", "userid=",
             "uid=",      "/store/",     "/stores/",   "/shops/",      "/author",  "/@",       "/dealer",
             "/supplier", "profile.php", "memberlist", "contactmember"});
}

bool LeadsToCategory(std::string_view href) {
  const std::string lower = AsciiLowered(href.substr(0, 512));
  return HasWord(lower, {"/category", "/categories", "/cat/", "cat=", "category=", "cid=", "/tag/", "/tags/",
                         "sort=", "order=", "/cart", "/login", "/register", "/wishlist", "/compare",
                         "add-to-cart", "page="});
}

// What the class, id and itemprop of an element say it is.
enum Named : uint32_t {
  kNamedTitle = 1,
  kNamedPerson = 2,
  kNamedAside = 4,  // an old price, shipping, a balance
  kNamedFeedback = 8,
  kNamedPrice = 16,
  kNamedHeading = 32,  // the one title of a page
};

uint32_t NamesOf(std::string_view names) {
  uint32_t flags = 0;
  const auto flag = [&](Named named, std::initializer_list<std::string_view> words) {
    if (std::any_of(words.begin(), words.end(),
                    [&](std::string_view word) { return names.find(word) != std::string_view::npos; })) {
      flags |= named;
    }
  };
  flag(kNamedTitle, {"title", "name", "product-link", "subject", "heading"});
  flag(kNamedPerson, {"vendor", "seller", "author", "merchant", "username", "user-name", "storename",
                      "store-name", "shop-name", "sold-by", "soldby", "supplier", "dealer"});
  flag(kNamedAside, {"old-price", "oldprice", "price-old", "was-price", "price-was", "regular-price",
                     "strike", "original-price", "compare", "shipping", "balance", "saving", "discount"});
  flag(kNamedFeedback, {"feedback", "review", "testimonial", "comment"});
  flag(kNamedPrice, {"price", "amount", "cost"});
  flag(kNamedHeading, {"title", "product-name", "product_name", "item-name", "listing"});
  return flags;
}

struct MoneyMark {
  FoundMoney money;
  NodeIndex leaf = kNoNode;  // the text it stands in
  bool aside = false;        // crossed out, a shipping option, a balance: not what the item costs
};

class Miner {
 public:
  Miner(const ParsedPage& page, const ExtractOptions& options)
      : page_(page),
        tree_(page.tree()),
        text_(page.document().text),
        title_(AsciiLowered(FoldWhiteSpace(page.document().title))),
        options_(options) {}

  std::vector<Listing> Run() {
    FindLeaves();
    MarkMoney();
    std::vector<Listing> out;
    const std::optional<Listing> single = SingleItem();
    std::vector<Listing> records = Records();
    if (records.empty()) records = HeaderTables();
    if (single) {
      // An item page with a row of others below: the item first. A list page whose heading is no item has its records
      // with the price right below the heading inside the first of them.
      const bool inside = std::any_of(records.begin(), records.end(), [&](const Listing& r) {
        return r.span.begin <= price_position_ && price_position_ < r.span.end;
      });
      if (!inside) out.push_back(*single);
    }
    for (Listing& record : records) {
      const bool same = !out.empty() && out[0].title == record.title;
      if (!same) out.push_back(std::move(record));
    }
    if (out.size() > options_.limits.listings) out.resize(options_.limits.listings);
    return out;
  }

 private:
  std::string_view Words(NodeIndex i) const {
    const TreeNode& node = tree_.node(i);
    return text_.substr(node.visible_begin, node.visible_end - node.visible_begin);
  }

  void FindLeaves() {
    const auto& nodes = tree_.nodes();
    for (NodeIndex i = 0; i < nodes.size(); ++i) {
      if (nodes[i].is_text() && !nodes[i].hidden && nodes[i].visible_end > nodes[i].visible_begin)
        leaves_.push_back(i);
    }
  }

  NodeIndex LeafAt(size_t position) const {
    auto it = std::upper_bound(leaves_.begin(), leaves_.end(), position, [&](size_t wanted, NodeIndex leaf) {
      return wanted < tree_.node(leaf).visible_begin;
    });
    return it == leaves_.begin() ? kNoNode : *(it - 1);
  }

  // NamesOf the element, remembered by its names: a list repeats them.
  uint32_t NameFlags(NodeIndex i) const {
    const TreeNode& node = tree_.node(i);
    if (node.attribute_count == 0) return 0;
    names_.clear();
    const TreeAttribute* attributes = tree_.attributes_begin(i);
    for (uint16_t a = 0; a < node.attribute_count; ++a) {
      if (attributes[a].name == "class" || attributes[a].name == "id" || attributes[a].name == "itemprop") {
        names_ += attributes[a].value.substr(0, 256);
        names_ += ' ';
      }
    }
    if (names_.empty()) return 0;
    const auto [it, fresh] = name_flags_.try_emplace(names_, 0);
    if (fresh) it->second = NamesOf(AsciiLowered(names_));
    return it->second;
  }

  bool IsAside(NodeIndex leaf) const {
    NodeIndex at = tree_.node(leaf).parent;
    for (int steps = 0; at != kNoNode && steps < 4; ++steps, at = tree_.node(at).parent) {
      const int tag = tree_.node(at).tag;
      if (tag == GUMBO_TAG_DEL || tag == GUMBO_TAG_S || tag == GUMBO_TAG_STRIKE || tag == GUMBO_TAG_OPTION)
        return true;
      if (IsBlockTag(tag) && steps > 1) break;
      if ((NameFlags(at) & kNamedAside) != 0) return true;
    }
    return false;
  }

  void MarkMoney() {
    std::vector<FoundMoney> all = FindMoney(text_, kMaxMoney);
    std::erase_if(all, [](const FoundMoney& found) { return !found.marked; });
    if (all.empty()) return;
    std::vector<Price> paired = PairPrices(text_, all, FindQuantities(text_, 4 * kMaxMoney));
    for (FoundMoney& found : all) {
      MoneyMark mark;
      mark.leaf = LeafAt(found.span.begin);
      if (mark.leaf == kNoNode) continue;
      mark.aside = IsAside(mark.leaf);
      paired_.push_back(std::move(paired[static_cast<size_t>(&found - all.data())]));
      mark.money = std::move(found);
      money_.push_back(std::move(mark));
    }
  }

  // The amounts within a range of the text.
  std::pair<size_t, size_t> MoneyIn(size_t begin, size_t end) const {
    const auto first =
        std::lower_bound(money_.begin(), money_.end(), begin,
                         [](const MoneyMark& m, size_t wanted) { return m.money.span.begin < wanted; });
    auto last = first;
    while (last != money_.end() && last->money.span.end <= end) ++last;
    return {static_cast<size_t>(first - money_.begin()), static_cast<size_t>(last - money_.begin())};
  }

  // ---------------------------------------------------------------- repeated records

  struct Group {
    std::vector<NodeIndex> members;
    size_t valid = 0;  // members with money and something like a title
    uint32_t depth = 0;
    size_t bytes = 0;
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

  // What may be called by: a link, a heading, or what its class calls a title.
  struct Candidate {
    NodeIndex node;
    uint64_t path;
    std::string text;
    bool is_link = false;
    bool is_heading = false;
    bool named = false;   // its class says title or name
    bool person = false;  // a link to a person, or a class that says so
    bool category = false;
  };

  // Path from `record` down to `node`, by tags and classes.
  uint64_t PathOf(NodeIndex record, NodeIndex node) const {
    uint64_t hash = 17;
    for (NodeIndex at = node; at != record && at != kNoNode; at = tree_.node(at).parent) {
      hash = HashMix(hash, tree_.node(at).tag);
      // The first class names the part; later ones tell odd rows from even ones.
      const std::string_view classes = Trimmed(tree_.Attribute(at, "class"));
      hash = HashMix(hash, HashClass(classes.substr(0, classes.find(' '))));
    }
    return hash;
  }

  static std::string CleanTitle(std::string_view text) {
    std::string out = FoldWhiteSpace(text.substr(0, kMaxTitleBytes * 2));
    return CutToWholeCharacters(out, kMaxTitleBytes);
  }

  const std::vector<Candidate>& CandidatesOf(NodeIndex record) const {
    const auto [it, fresh] = candidates_.try_emplace(record);
    if (fresh) it->second = FindCandidates(record);
    return it->second;
  }

  std::vector<Candidate> FindCandidates(NodeIndex record) const {
    constexpr size_t kMaxCandidates = 64;
    std::vector<Candidate> out;
    const auto& nodes = tree_.nodes();
    for (NodeIndex i = record; i < nodes[record].end && out.size() < kMaxCandidates; ++i) {
      const TreeNode& node = nodes[i];
      if (!node.is_element() || node.hidden) continue;
      const bool is_link = node.tag == GUMBO_TAG_A && tree_.HasAttribute(i, "href");
      const bool is_heading = IsHeading(node.tag);
      const uint32_t names = NameFlags(i);
      const bool named = (names & kNamedTitle) != 0;
      const bool person_class = (names & kNamedPerson) != 0;
      if (!is_link && !is_heading && !named && !person_class) continue;
      if (i == record && !is_link) continue;
      std::string_view words = Words(i);
      Candidate c;
      c.node = i;
      if (words.empty() && is_link) {
        // A picture that is a link says what it is in its title or in the picture's alternative text.
        words = tree_.Attribute(i, "title");
        if (words.empty()) {
          const NodeIndex image = tree_.Find(i, GUMBO_TAG_IMG);
          if (image != kNoNode) words = tree_.Attribute(image, "alt");
        }
        c.path = HashMix(PathOf(record, i), 99);
      } else {
        c.path = PathOf(record, i);
      }
      words = words.substr(0, std::min(words.size(), words.find('\n')));
      if (ContainsIgnoringCase(words, "click to ")) continue;
      if (words.empty() || words.size() > 4 * kMaxTitleBytes) continue;
      c.text = CleanTitle(words);
      c.is_link = is_link || (is_heading && tree_.Find(i, GUMBO_TAG_A) != kNoNode);
      c.is_heading = is_heading;
      c.named = named;
      const std::string_view href = is_link ? tree_.Attribute(i, "href") : std::string_view();
      c.person = person_class || (is_link && LeadsToPerson(href));
      c.category = is_link && LeadsToCategory(href);
      out.push_back(std::move(c));
    }
    return out;
  }

  static bool LooksLikeTitle(const Candidate& c) {
    if (c.person || c.category) return false;
    if (CountLetters(c.text) < 3 || c.text.size() < 3) return false;
    // "5 g", "0.5 BTC": what it weighs or costs is not what it is called.
    return !IsOnlyMeasure(c.text) && !IsButton(c.text);
  }

  static bool IsOnlyMeasure(std::string_view text) {
    // Long, or without any figure: it says more than a measure.
    const auto figure = [](char c) { return IsAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80; };
    if (text.size() > 40 || std::none_of(text.begin(), text.end(), figure)) return false;
    const auto money = FindMoney(text, 4);
    const auto quantities = FindQuantities(text, 4);
    size_t covered = 0;
    for (const auto& m : money) covered += m.span.size();
    for (const auto& q : quantities) covered += q.span.size();
    return covered > 0 && text.size() - std::min(text.size(), covered) < 4;
  }

  // Words of interfaces, never of goods.
  static bool IsButton(std::string_view text) {
    const std::string lower = AsciiLowered(text);
    static constexpr std::string_view kButtons[] = {"buy now",
                                                    "buy",
                                                    "order",
                                                    "order now",
                                                    "purchase",
                                                    "add to cart",
                                                    "add to basket",
                                                    "view",
                                                    "view details",
                                                    "details",
                                                    "more",
                                                    "read more",
                                                    "view full description",
                                                    "more info",
                                                    "learn more",
                                                    "quick view",
                                                    "select",
                                                    "select options",
                                                    "home",
                                                    "next",
                                                    "previous",
                                                    "login",
                                                    "register",
                                                    "report",
                                                    "contact seller",
                                                    "contact",
                                                    "shop now",
                                                    "see more",
                                                    "show more",
                                                    "view all",
                                                    "cart",
                                                    "checkout",
                                                    "wishlist",
                                                    "add to wishlist",
                                                    "compare",
                                                    "share",
                                                    "reviews",
                                                    "review",
                                                    "feedback",
                                                    "escrow",
                                                    "view product",
                                                    "buy it now",
                                                    "add to favorites",
                                                    "logout",
                                                    "my account",
                                                    "search",
                                                    "product description",
                                                    "description",
                                                    "view item",
                                                    "view listing",
                                                    "help",
                                                    "faq",
                                                    "message",
                                                    "send message",
                                                    "profile",
                                                    "choose options",
                                                    "sold out",
                                                    "in stock",
                                                    "out of stock",
                                                    "sale",
                                                    "sale!",
                                                    "new",
                                                    "hot",
                                                    "place order"};
    for (const std::string_view button : kButtons) {
      if (lower == button) return true;
    }
    return false;
  }

  bool InFeedback(NodeIndex i) const {
    NodeIndex at = i;
    for (int steps = 0; at != kNoNode && steps < 4; ++steps, at = tree_.node(at).parent) {
      if (tree_.node(at).tag == GUMBO_TAG_BODY) return false;
      if ((NameFlags(at) & kNamedFeedback) != 0) return true;
    }
    return false;
  }

  std::vector<Group> Groups() const {
    std::unordered_map<uint64_t, Group> groups;
    std::set<NodeIndex> seen;
    for (const MoneyMark& mark : money_) {
      NodeIndex at = tree_.node(mark.leaf).parent;
      for (uint32_t climb = 0; climb < kMaxClimb && at != kNoNode; ++climb, at = tree_.node(at).parent) {
        const TreeNode& node = tree_.node(at);
        if (node.tag == GUMBO_TAG_BODY || node.tag == GUMBO_TAG_HTML) break;
        if (node.visible_end - node.visible_begin > kMaxRecordBytes) break;
        if (!seen.insert(at).second) break;  // and so were all above
        if (groups.size() >= kMaxGroups) continue;
        if (node.tag == GUMBO_TAG_OPTION || node.tag == GUMBO_TAG_SELECT || node.tag == GUMBO_TAG_TBODY)
          continue;
        Group& group = groups[ShapeOf(at)];
        group.members.push_back(at);
        group.depth = node.depth;
      }
    }
    std::vector<Group> out;
    for (auto& [shape, group] : groups) {
      if (group.members.size() < 2) continue;
      std::sort(group.members.begin(), group.members.end());
      out.push_back(std::move(group));
    }
    std::sort(out.begin(), out.end(),
              [](const Group& a, const Group& b) { return a.members[0] < b.members[0]; });
    return out;
  }

  std::vector<Listing> Records() {
    std::vector<Group> groups = Groups();
    // Titles are costly to look for: only where it matters, and each element once.
    std::unordered_map<NodeIndex, bool> has_title;
    const auto titled = [&](NodeIndex i) {
      auto [it, fresh] = has_title.emplace(i, false);
      if (fresh) {
        for (const Candidate& c : CandidatesOf(i)) {
          if (!LooksLikeTitle(c)) continue;
          it->second = true;
          break;
        }
      }
      return it->second;
    };
    for (Group& group : groups) {
      for (const NodeIndex member : group.members) {
        if (!titled(member) || InFeedback(member)) continue;
        ++group.valid;
        group.bytes += tree_.node(member).visible_end - tree_.node(member).visible_begin;
      }
    }
    // Most records first; of wrappers around the same records the outermost, which holds every field.
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
      if (a.valid != b.valid) return a.valid > b.valid;
      return a.depth < b.depth;
    });
    std::vector<Listing> out;
    std::vector<Span> taken;  // of the text
    std::set<std::string> known;
    const size_t best = groups.empty() ? 0 : groups[0].valid;
    for (const Group& group : groups) {
      // Two alike may be chance; a list that short must show its trade.
      if (group.valid < 2 || (group.valid == 2 && !IsPairOfItems(group)) || group.valid * 4 < best ||
          group.valid * 2 < group.members.size())
        continue;
      const bool overlaps = std::any_of(group.members.begin(), group.members.end(), [&](NodeIndex member) {
        const TreeNode& node = tree_.node(member);
        return std::any_of(taken.begin(), taken.end(), [&](Span span) {
          return node.visible_begin < span.end && span.begin < node.visible_end;
        });
      });
      if (overlaps) continue;
      std::vector<Listing> listings = ReadRecords(group);
      if (listings.empty()) continue;
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

  bool IsPairOfItems(const Group& group) const {
    for (const NodeIndex member : group.members) {
      const std::vector<Candidate>& candidates = CandidatesOf(member);
      const bool person =
          std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.person; });
      const TreeNode& node = tree_.node(member);
      if (!person && !HasBuyWords(node.visible_begin, node.visible_end)) return false;
    }
    return true;
  }

  // What is known of one path through all records of a group.
  struct PathVotes {
    size_t present = 0;
    size_t links = 0, headings = 0, named = 0, persons = 0, categories = 0, measures = 0;
    size_t letters = 0;
    size_t order = 0;  // sum of positions among the candidates
    std::set<std::string> values;
  };

  std::vector<Listing> ReadRecords(const Group& group) {
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
        v.measures += IsOnlyMeasure(c.text) || IsButton(c.text);
        v.letters += std::min<size_t>(CountLetters(c.text), 60);
        v.order += order;
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
      if (persons < 0.5 && static_cast<double>(v.categories) / present < 0.5 &&
          static_cast<double>(v.measures) / present < 0.5 && letters >= 3) {
        double score = share * (0.2 + different) * std::min(letters, 40.0) / 10.0;
        score *= 1 + 0.6 * static_cast<double>(v.headings) / present +
                 0.6 * static_cast<double>(v.named) / present + 0.4 * static_cast<double>(v.links) / present;
        score /= 1 + 0.03 * static_cast<double>(v.order) / present;
        if (different < 0.3 && v.present > 3) score *= 0.2;
        if (score > title_score) {
          title_score = score;
          title_path = path;
        }
      }
      if (persons >= 0.5 && letters >= 2 && letters <= 40) {
        const double score = share * persons * (0.5 + static_cast<double>(v.links) / present);
        if (score > vendor_score) {
          vendor_score = score;
          vendor_path = path;
        }
      }
    }
    std::vector<Listing> out;
    for (size_t r = 0; r < all.size(); ++r) {
      const NodeIndex member = group.members[r];
      Listing listing;
      const TreeNode& node = tree_.node(member);
      listing.span = {node.visible_begin, node.visible_end};
      const Candidate* title = nullptr;
      const Candidate* vendor = nullptr;
      for (const Candidate& c : *all[r]) {
        if (title == nullptr && c.path == title_path && LooksLikeTitle(c)) title = &c;
        if (vendor == nullptr && c.path == vendor_path && c.person && !c.text.empty()) vendor = &c;
      }
      if (title == nullptr) {
        for (const Candidate& c : *all[r]) {
          if (LooksLikeTitle(c) && (title == nullptr || c.text.size() > title->text.size())) title = &c;
        }
      }
      if (title == nullptr) continue;
      listing.title = title->text;
      listing.url = UrlOf(member, title->node);
      for (const Candidate& c : *all[r]) {
        if (vendor == nullptr && c.person && c.is_link && CountLetters(c.text) >= 2 && !IsButton(c.text))
          vendor = &c;
      }
      if (vendor != nullptr) listing.vendor = CleanVendor(vendor->text);
      ReadLabels(member, listing);
      if (listing.vendor.empty()) listing.vendor = VendorByWord(Words(member));
      if (listing.vendor == listing.title) listing.vendor.clear();
      if (IsButton(listing.vendor)) listing.vendor.clear();
      const TreeNode& title_node = tree_.node(title->node);
      listing.prices =
          PricesOf(node.visible_begin, node.visible_end, {title_node.visible_begin, title_node.visible_end});
      if (listing.prices.empty()) continue;
      // A line of exchange rates.
      std::set<std::string> currencies_here;
      for (const Price& price : listing.prices) currencies_here.insert(price.amount.currency);
      if (currencies_here.size() > 4) continue;
      for (const std::string_view attribute :
           {"data-id", "data-product-id", "data-item-id", "data-sku", "data-product_id"}) {
        const std::string_view value = tree_.Attribute(member, attribute);
        if (listing.site_id.empty() && !value.empty() && value.size() <= 64)
          listing.site_id = std::string(value);
      }
      out.push_back(std::move(listing));
    }
    // Rates of exchange, balances and filters are lists with amounts too; they are called by currencies.
    size_t currencies = 0;
    for (const Listing& listing : out) {
      currencies += listing.title.size() < 40 && !CurrencyFrom(listing.title).empty() &&
                    FindQuantities(listing.title, 1).empty();
    }
    if (currencies * 2 > out.size()) out.clear();
    return out;
  }

  std::string UrlOf(NodeIndex record, NodeIndex title) const {
    for (NodeIndex at = title; at != kNoNode; at = tree_.node(at).parent) {
      if (tree_.node(at).tag == GUMBO_TAG_A) {
        if (std::string url = page_.Absolute(tree_.Attribute(at, "href")); !url.empty()) return url;
      }
      if (at == record) break;
    }
    const NodeIndex inside = tree_.Find(title, GUMBO_TAG_A);
    if (inside != kNoNode && inside < tree_.node(title).end) {
      if (std::string url = page_.Absolute(tree_.Attribute(inside, "href")); !url.empty()) return url;
    }
    for (NodeIndex i = record; i < tree_.node(record).end; ++i) {
      if (tree_.node(i).tag != GUMBO_TAG_A) continue;
      const std::string_view href = tree_.Attribute(i, "href");
      if (href.empty() || LeadsToPerson(href) || LeadsToCategory(href)) continue;
      if (std::string url = page_.Absolute(href); !url.empty()) return url;
    }
    return "";
  }

  // "by foo", "foo (1203) 99.9%": the name alone.
  static std::string CleanVendor(std::string_view text) {
    std::string folded = FoldWhiteSpace(text);
    std::string_view name = folded;
    for (const std::string_view prefix : {"sold by:", "sold by", "vendor:", "vendor", "seller:", "seller",
                                          "by:", "by", "store:", "from", "@"}) {
      if (name.size() > prefix.size() + 1 && EqualsIgnoringCase(name.substr(0, prefix.size()), prefix) &&
          (name[prefix.size()] == ' ' || prefix.back() == ':' || prefix == "@")) {
        name = Trimmed(name.substr(prefix.size()));
      }
    }
    name = Trimmed(name.substr(
        0, std::min({name.size(), name.find(" ("), name.find(" ["), name.find('\n'), name.find(" | ")})));
    if (name.size() > kMaxVendorBytes) return "";
    return std::string(name);
  }

  // "... by foo", "Vendor: foo" inside one record's words.
  static std::string VendorByWord(std::string_view words) {
    for (const std::string_view label :
         {"sold by", "vendor", "seller", "posted by", "shop:", "store:", "dealer"}) {
      for (size_t at = 0; at + label.size() < words.size(); ++at) {
        if (!EqualsIgnoringCase(words.substr(at, label.size()), label)) continue;
        if (at > 0 && IsAsciiLetter(words[at - 1])) continue;
        size_t begin = at + label.size();
        if (begin < words.size() && IsAsciiLetter(words[begin])) continue;
        const bool by = label.find("by") != std::string_view::npos;
        bool separated = label.back() == ':' || by;
        while (begin < words.size() &&
               (IsWhiteSpace(words[begin]) || words[begin] == ':' || words[begin] == '-')) {
          separated |= words[begin] == ':';
          ++begin;
        }
        // A label begins its line; "by" may stand anywhere.
        const bool line_start = at == 0 || words[at - 1] == '\n';
        if (!separated || (!line_start && !by)) continue;
        size_t end = begin;
        while (end < words.size() && !IsWhiteSpace(words[end]) && words[end] != '(' && words[end] != ',' &&
               words[end] != '|' && end - begin < kMaxVendorBytes) {
          ++end;
        }
        const std::string name = CleanVendor(words.substr(begin, end - begin));
        if (name.size() >= 2 && CountLetters(name) >= 1 && !EqualsIgnoringCase(name, "level") &&
            !EqualsIgnoringCase(name, "since") && !EqualsIgnoringCase(name, "info")) {
          return name;
        }
      }
    }
    return "";
  }

  // "Ships from: X" and the like within an element.
  void ReadLabels(NodeIndex within, Listing& listing) const {
    const TreeNode& node = tree_.node(within);
    ReadItemLabels(text_, {node.visible_begin, node.visible_end}, listing);
  }

  // `title` may quote a price of its own; what the site says beside it goes first.
  std::vector<Price> PricesOf(size_t begin, size_t end, Span title) const {
    std::vector<Price> out;
    const auto [first, last] = MoneyIn(begin, end);
    if (first == last) return out;
    const auto in_title = [&](size_t i) {
      return money_[i].money.span.begin >= title.begin && money_[i].money.span.end <= title.end;
    };
    const bool only_title = [&] {
      for (size_t i = first; i < last; ++i) {
        if (!in_title(i) && !money_[i].aside) return false;
      }
      return true;
    }();
    for (size_t i = first; i < last && out.size() < kMaxPricesPerItem; ++i) {
      if (money_[i].aside || (in_title(i) && !only_title)) continue;
      const Price& price = paired_[i];
      if (std::find(out.begin(), out.end(), price) == out.end()) out.push_back(price);
    }
    // "Bulk prices start at": the price of many goes behind the price of one.
    std::stable_partition(out.begin(), out.end(), [&](const Price& price) {
      for (size_t i = first; i < last; ++i) {
        if (money_[i].money.amount != price.amount) continue;
        const size_t from = money_[i].money.span.begin;
        size_t line = text_.rfind('\n', from == 0 ? 0 : from - 1);
        line = line == std::string_view::npos ? begin : std::max(begin, line);
        return !HasWord(text_.substr(line, from - line), {"bulk", "start at", "starting", "as low as"});
      }
      return true;
    });
    // All of them crossed out or options: better the first than none.
    if (out.empty()) {
      Price price;
      price.amount = money_[first].money.amount;
      price.amount_max = money_[first].money.amount_max;
      out.push_back(std::move(price));
    }
    return out;
  }

  // ---------------------------------------------------------------- tables with a head

  enum class Column { kNone, kTitle, kPrice, kVendor, kQuantity, kShipsFrom, kCategory };

  static Column ColumnFor(std::string_view head) {
    const std::string h = AsciiLowered(Trimmed(head));
    if (h.empty() || h.size() > 40) return Column::kNone;
    if (HasWord(h, {"price", "cost", "rate", "qeemat", "قیمت", "ریٹ", "amount", "usd", "pkr", "btc"}))
      return Column::kPrice;
    if (HasWord(h, {"vendor", "seller", "dealer", "shop", "user", "author", "فروخت"})) return Column::kVendor;
    if (HasWord(h, {"weight", "quantity", "qty", "wazan", "وزن", "مقدار", "pack", "unit"}))
      return Column::kQuantity;
    if (HasWord(h, {"product", "title", "item", "name", "listing", "description", "maal", "cheez", "نام",
                    "مال", "strain"})) {
      return Column::kTitle;
    }
    if (HasWord(h, {"ships from", "from", "origin", "location"})) return Column::kShipsFrom;
    if (HasWord(h, {"category", "type"})) return Column::kCategory;
    return Column::kNone;
  }

  std::vector<Listing> HeaderTables() const {
    std::vector<Listing> out;
    const auto& nodes = tree_.nodes();
    for (NodeIndex table = 0; table < nodes.size() && out.size() < options_.limits.listings; ++table) {
      if (nodes[table].tag != GUMBO_TAG_TABLE || nodes[table].hidden) continue;
      std::vector<Column> columns;
      std::string price_head;
      std::vector<Listing> rows;
      for (NodeIndex row = table + 1; row < nodes[table].end; ++row) {
        if (nodes[row].tag == GUMBO_TAG_TABLE) {
          row = nodes[row].end - 1;
          continue;
        }
        if (nodes[row].tag != GUMBO_TAG_TR) continue;
        std::vector<NodeIndex> cells;
        for (NodeIndex cell = tree_.first_child(row); cell != kNoNode; cell = nodes[cell].next) {
          if (nodes[cell].tag == GUMBO_TAG_TD || nodes[cell].tag == GUMBO_TAG_TH) cells.push_back(cell);
        }
        if (columns.empty()) {
          std::vector<Column> found;
          for (const NodeIndex cell : cells) {
            found.push_back(ColumnFor(Words(cell)));
            if (found.back() == Column::kPrice && price_head.empty()) price_head = std::string(Words(cell));
          }
          const bool price = std::find(found.begin(), found.end(), Column::kPrice) != found.end();
          const bool title = std::find(found.begin(), found.end(), Column::kTitle) != found.end();
          if (price && title) {
            columns = std::move(found);
          } else {
            break;
          }
          continue;
        }
        if (cells.size() != columns.size()) continue;
        Listing listing;
        listing.span = {nodes[row].visible_begin, nodes[row].visible_end};
        std::string quantity_text;
        for (size_t c = 0; c < cells.size(); ++c) {
          const std::string words = CleanTitle(Words(cells[c]));
          switch (columns[c]) {
            case Column::kTitle:
              if (listing.title.empty()) {
                listing.title = words;
                listing.url = UrlOf(row, cells[c]);
              }
              break;
            case Column::kPrice:
              if (auto price = ParsePrice(words, {price_head, 0}); price && listing.prices.empty()) {
                listing.prices.push_back(std::move(*price));
              }
              break;
            case Column::kVendor:
              if (listing.vendor.empty()) listing.vendor = CleanVendor(words);
              break;
            case Column::kQuantity:
              listing.quantity = QuantityOffered(words);
              break;
            case Column::kShipsFrom:
              listing.ships_from = words;
              break;
            case Column::kCategory:
              listing.category = words;
              break;
            case Column::kNone:
              break;
          }
        }
        if (CountLetters(listing.title) >= 2 && !listing.prices.empty()) rows.push_back(std::move(listing));
      }
      for (Listing& row : rows) out.push_back(std::move(row));
    }
    return out;
  }

  // ---------------------------------------------------------------- one item

  // How much of `part`'s words the page's title has.
  bool TitleHas(std::string_view part) const {
    const std::string wanted = AsciiLowered(FoldWhiteSpace(part.substr(0, 80)));
    return wanted.size() >= 4 && title_.find(wanted.substr(0, 60)) != std::string::npos;
  }

  std::optional<Listing> SingleItem() {
    const auto& nodes = tree_.nodes();
    NodeIndex body = kNoNode;
    for (NodeIndex i = 0; i < nodes.size(); ++i) {
      if (nodes[i].tag == GUMBO_TAG_BODY) {
        body = i;
        break;
      }
    }
    if (body == kNoNode) return std::nullopt;
    // The heading: what the page's title says too, else what is marked as the main one.
    struct Head {
      NodeIndex node = kNoNode;
      double score = 0;
    };
    std::vector<Head> heads;
    size_t headings = 0;
    for (NodeIndex i = body; i < nodes.size() && heads.size() < 200; ++i) {
      const TreeNode& node = nodes[i];
      if (!node.is_element() || node.hidden || node.visible_end <= node.visible_begin) continue;
      const std::string_view words = Words(i);
      if (words.size() < 3 || words.size() > kMaxTitleBytes || CountLetters(words) < 3) continue;
      const bool named = (NameFlags(i) & kNamedHeading) != 0;
      const bool heading = IsHeading(node.tag);
      const bool strong = node.tag == GUMBO_TAG_B || node.tag == GUMBO_TAG_STRONG;
      const bool in_title = words.size() >= 8 && TitleHas(words);
      if (!heading && !named && !in_title && !strong) continue;
      headings += heading;
      Head head;
      head.node = i;
      if (heading) head.score += 3.5 - 0.4 * (node.tag - GUMBO_TAG_H1);
      if (named) head.score += 1.2;
      if (strong) head.score += 0.3;
      // A title that is more than the site's own name.
      if (in_title) head.score += 3 + std::min<double>(static_cast<double>(words.size()), 60) / 30;
      if (node.tag == GUMBO_TAG_A || InLink(i)) head.score -= in_title ? 1.0 : 2.5;
      if (IsButton(words) || IsOnlyMeasure(words) || IsSectionName(words)) head.score -= 5;
      if (IsSiteName(words)) head.score -= 4;
      if (!FindQuantities(words, 1).empty()) head.score += 0.8;
      if (head.score > 1.5) heads.push_back(head);
    }
    std::optional<Listing> best;
    double best_score = 0;
    std::stable_sort(heads.begin(), heads.end(),
                     [](const Head& a, const Head& b) { return a.score > b.score; });
    if (heads.size() > 6) heads.resize(6);
    for (const Head& head : heads) {
      Listing listing;
      const size_t begin = nodes[head.node].visible_begin;
      listing.title = CleanTitle(Words(head.node));
      // The region of the item: from its heading to the next heading of the same rank, or so far as facts reach.
      const size_t end = std::min(text_.size(), begin + kMaxRecordBytes);
      listing.span = {begin, end};
      const size_t labels = ReadItemLabels(text_, {begin, std::min(end, begin + 4'000)}, listing);
      std::optional<size_t> position = PriceNear(begin, end, listing);
      if (!position) continue;
      double score = head.score + static_cast<double>(std::min<size_t>(labels, 6)) * 0.6;
      if (HasBuyWords(begin, end)) score += 1.2;
      score -= static_cast<double>(*position - begin) / 700;
      // Something must say that it is for sale: a price by name, or a way to order it.
      if (!price_is_named_ && !HasOrderWords(begin, std::min(end, *position + 1'500))) continue;
      if (score > best_score) {
        best_score = score;
        listing.url = page_.document().url;
        if (listing.vendor.empty()) listing.vendor = VendorAfter(head.node);
        if (listing.vendor.empty())
          listing.vendor = VendorByWord(text_.substr(begin, std::min<size_t>(end - begin, 1'500)));
        price_position_ = *position;
        best = std::move(listing);
      }
    }
    if (best_score < 4) return std::nullopt;
    // "X's Profile": a person's page. What it sells is on other pages.
    constexpr std::string_view kProfile = "'s profile";
    if (best->title.size() > kProfile.size() &&
        EqualsIgnoringCase(std::string_view(best->title).substr(best->title.size() - kProfile.size()),
                           kProfile)) {
      best->kind = ListingKind::kProfile;
      best->vendor = best->title.substr(0, best->title.size() - kProfile.size());
      best->prices.clear();
    }
    return best;
  }

  bool InLink(NodeIndex i) const {
    for (NodeIndex at = tree_.node(i).parent; at != kNoNode; at = tree_.node(at).parent) {
      if (tree_.node(at).tag == GUMBO_TAG_A) return true;
      if (tree_.node(at).tag == GUMBO_TAG_BODY) break;
    }
    return false;
  }

  // "CRYPTONIA MARKET" of "Cryptonia Market - Product Details": what the site calls itself.
  bool IsSiteName(std::string_view words) const {
    const std::string_view title = title_;
    const std::string name = AsciiLowered(FoldWhiteSpace(words));
    if (name.size() > 40 || title.size() <= name.size() + 3) return false;
    const bool ends = title.starts_with(name) || title.ends_with(name);
    return ends &&
           HasWord(name, {"market", "shop", "store", "forum", "bazaar", "mall", "pharmacy", ".com", "dark"});
  }

  static bool IsSectionName(std::string_view words) {
    const std::string lower = AsciiLowered(Trimmed(words));
    static constexpr std::string_view kNames[] = {"description",
                                                  "product description",
                                                  "feedback",
                                                  "reviews",
                                                  "related products",
                                                  "terms",
                                                  "refund policy",
                                                  "shipping",
                                                  "categories",
                                                  "browse categories",
                                                  "news",
                                                  "search",
                                                  "filter",
                                                  "exchange rates",
                                                  "links",
                                                  "cart",
                                                  "terms & conditions",
                                                  "terms and conditions",
                                                  "shipping options",
                                                  "listing options",
                                                  "you may also like",
                                                  "product details",
                                                  "details",
                                                  "information",
                                                  "navigation",
                                                  "menu",
                                                  "my profile",
                                                  "profile actions"};
    for (const std::string_view name : kNames) {
      if (lower == name || (lower.size() == name.size() + 1 && lower.starts_with(name))) return true;
    }
    return false;
  }

  bool HasBuyWords(size_t begin, size_t end) const {
    const std::string_view near = text_.substr(begin, std::min<size_t>(end - begin, 6'000));
    return HasWord(
        near, {"add to cart", "buy now", "purchase", "place order", "order now", "add to basket", "in stock",
               "checkout", "buy it now", "escrow", "ships from", "add to bag", "out of stock", "order via",
               "home delivery", "cash on delivery", "sold out", "quantity"});
  }

  bool HasOrderWords(size_t begin, size_t end) const {
    return HasWord(text_.substr(begin, end - begin),
                   {"add to cart", "buy now", "purchase", "place order", "order now", "add to basket",
                    "buy it now", "add to bag", "order via", "cash on delivery", "home delivery"});
  }

  // The item's amounts behind its heading: a labelled one first. Fills listing.prices; says where the first stands.
  std::optional<size_t> PriceNear(size_t begin, size_t end, Listing& listing) {
    price_is_named_ = false;
    const auto [first, last] = MoneyIn(begin, std::min(end, begin + 6'000));
    std::optional<size_t> chosen;
    double best = 0;
    for (size_t i = first; i < last; ++i) {
      const MoneyMark& mark = money_[i];
      bool named = false;
      double score = mark.aside ? 0.2 : 1.0;
      // The title itself may quote a price ("... $49"): weaker than a labelled one.
      if (mark.money.span.begin < begin + listing.title.size()) score *= 0.3;
      NodeIndex at = tree_.node(mark.leaf).parent;
      for (int steps = 0; at != kNoNode && steps < 3; ++steps, at = tree_.node(at).parent) {
        if ((NameFlags(at) & kNamedPrice) != 0) {
          score += 0.8 / (1 + steps);
          named = true;
        }
      }
      const size_t line = text_.rfind('\n', mark.money.span.begin);
      const size_t line_begin = std::max(begin, line == std::string_view::npos ? 0 : line);
      size_t label_begin = line_begin;
      if (mark.money.span.begin - line_begin < 3 && line_begin > begin) {
        const size_t before = text_.rfind('\n', line_begin - 1);
        label_begin = std::max(begin, before == std::string_view::npos ? 0 : before);
      }
      const std::string_view label = text_.substr(label_begin, mark.money.span.begin - label_begin);
      if (HasWord(label, {"price", "cost", "qeemat", "قیمت", "rate"})) {
        score += 1.5;
        named = true;
      }
      if (HasWord(label, {"shipping", "bulk", "balance", "rating", "postage"})) score *= 0.4;
      score -= static_cast<double>(mark.money.span.begin - begin) / 8'000;
      if (score > best) {
        best = score;
        chosen = i;
        price_is_named_ = named;
      }
    }
    if (!chosen) return std::nullopt;
    const size_t main_at = *chosen;
    const auto price_of = [&](const MoneyMark& mark) {
      Price price;
      price.amount = mark.money.amount;
      price.amount_max = mark.money.amount_max;
      return price;
    };
    listing.prices.push_back(price_of(money_[main_at]));
    // The same amount in other currencies stands on the same line.
    const size_t line_end = std::min(text_.size(), text_.find('\n', money_[main_at].money.span.end));
    for (size_t i = main_at + 1; i < last && money_[i].money.span.begin < line_end; ++i) {
      if (!money_[i].aside) listing.prices.push_back(price_of(money_[i]));
    }
    return money_[main_at].money.span.begin;
  }

  // The first link to a person near behind (or right before) the heading.
  std::string VendorAfter(NodeIndex head) const {
    const auto& nodes = tree_.nodes();
    const size_t begin = nodes[head].visible_end;
    for (NodeIndex i = head; i < nodes.size(); ++i) {
      if (nodes[i].visible_begin > begin + 1'500) break;
      if (!nodes[i].is_element() || nodes[i].hidden) continue;
      const bool link = nodes[i].tag == GUMBO_TAG_A && LeadsToPerson(tree_.Attribute(i, "href"));
      const bool named = (NameFlags(i) & kNamedPerson) != 0;
      if (!link && !named) continue;
      const std::string_view words = Words(i);
      if (words.size() < 2 || words.size() > kMaxVendorBytes || words.find('\n') != std::string_view::npos)
        continue;
      if (IsButton(words) ||
          HasWord(words, {"contact", "add ", "report", "feedback", "message", "reviews", "favorit"})) {
        continue;
      }
      return CleanVendor(words);
    }
    return "";
  }

  const ParsedPage& page_;
  const PageTree& tree_;
  const std::string_view text_;
  const std::string title_;  // the page's, lower case
  const ExtractOptions& options_;
  std::vector<NodeIndex> leaves_;
  std::vector<MoneyMark> money_;
  mutable std::unordered_map<NodeIndex, std::vector<Candidate>> candidates_;
  mutable std::string names_;
  mutable std::unordered_map<std::string, uint32_t> name_flags_;
  std::vector<Price> paired_;  // for each of money_, with the quantity beside it
  size_t price_position_ = 0;
  bool price_is_named_ = false;  // of the item looked at last
};

}  // namespace

std::vector<Listing> MineListings(const ParsedPage& page, const ExtractOptions& options) {
  if (!page.has_tree() || page.tree().nodes().empty()) return {};
  return Miner(page, options).Run();
}

}  // namespace gasht
