#pragma once

// ItemPage: a page as those see it who look for what it offers: its amounts of money and where they stand, what names
// and links say of an element. Private to extract/. Confined to one thread; the ParsedPage outlives it.

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "extract/extract.h"
#include "extract/html.h"
#include "extract/page_tree.h"
#include "extract/price.h"

namespace gasht {

constexpr size_t kMaxItemTitleBytes = 300;
constexpr size_t kMaxVendorBytes = 48;
constexpr size_t kMaxRecordBytes = 20'000;  // of one record's words

// What the class, id and itemprop of an element say it is.
enum Named : uint32_t {
  kNamedTitle = 1,
  kNamedPerson = 2,
  kNamedAside = 4,  // an old price, a balance
  kNamedFeedback = 8,
  kNamedPrice = 16,
  kNamedHeading = 32,  // the one title of a page
  kNamedItem = 64,     // a record: product, listing, card
  kNamedAround = 128,  // navigation, filters, rates
};

struct MoneyMark {
  FoundMoney money;
  NodeIndex leaf = kNoNode;  // the text it stands in
  bool aside = false;        // crossed out, a shipping option, a balance: not what the item costs
};

class ItemPage {
 public:
  ItemPage(const ParsedPage& page, const ExtractOptions& options);
  ItemPage(const ItemPage&) = delete;
  ItemPage& operator=(const ItemPage&) = delete;

  const ParsedPage& page() const { return page_; }
  const PageTree& tree() const { return tree_; }
  std::string_view text() const { return text_; }
  const ExtractOptions& options() const { return options_; }
  const std::vector<MoneyMark>& money() const { return money_; }
  // For each of money(), with the quantity beside it.
  const std::vector<Price>& paired() const { return paired_; }

  std::string_view Words(NodeIndex i) const {
    const TreeNode& node = tree_.node(i);
    return text_.substr(node.visible_begin, node.visible_end - node.visible_begin);
  }
  uint32_t NameFlags(NodeIndex i) const;
  // The amounts within a range of the text, as [first, last) of money().
  std::pair<size_t, size_t> MoneyIn(size_t begin, size_t end) const;
  // What an item in that range costs; `title` may quote a price of its own, what the site says beside it goes first.
  std::vector<Price> PricesOf(size_t begin, size_t end, Span title) const;
  // The line of the text around a position.
  Span LineAt(size_t position) const;
  // Among what buyers said, in navigation or in a filter.
  bool InFeedback(NodeIndex i) const;
  bool InAround(NodeIndex i) const;
  // The link of an item: of its title, else the first that leads to a thing.
  std::string UrlOf(NodeIndex record, NodeIndex title) const;
  bool InLink(NodeIndex i) const;
  // "by", "Sold by:", "Seller" stand right before it, on its line or as a line of their own.
  bool IsSaidBy(NodeIndex i) const;
  // Who wrote or offers what stands at `i`: the last name before it that is said to be somebody's, nearest container
  // first; empty when none is.
  std::string BylineOf(NodeIndex i) const;
  // How much of `part`'s words the page's title has.
  bool TitleHas(std::string_view part) const;
  // "CRYPTONIA MARKET" of "Cryptonia Market - Product Details": what the site calls itself.
  bool IsSiteName(std::string_view words) const;
  // Somewhere the page says that one can order from it.
  bool SaysItSells() const;

 private:
  void FindLeaves();
  uint32_t ReadNames(NodeIndex i) const;
  NodeIndex LeafAt(size_t position) const;
  void MarkMoney();
  bool IsAside(const FoundMoney& money, NodeIndex leaf, size_t previous_end) const;

  const ParsedPage& page_;
  const PageTree& tree_;
  const std::string_view text_;
  const std::string title_;  // the page's, lower case
  const ExtractOptions& options_;
  std::vector<NodeIndex> leaves_;
  std::vector<MoneyMark> money_;
  std::vector<Price> paired_;
  mutable std::vector<uint32_t> flags_;  // NameFlags by node, once asked for
  mutable std::string names_;
  mutable std::unordered_map<std::string, uint32_t> name_flags_;
  mutable int says_it_sells_ = -1;
};

// Whether one of `words`, which are lower case, occurs in `text` in any case.
bool HasWord(std::string_view text, std::initializer_list<std::string_view> words);
// The same as whole words: no ASCII letter stands beside them.
bool HasWholeWord(std::string_view text, std::initializer_list<std::string_view> words);
size_t CountLetters(std::string_view text);
bool IsHeading(int tag);
// A link that leads to a person rather than to a thing; to a list of things, a basket, a login.
bool LeadsToPerson(std::string_view href);
bool LeadsToCategory(std::string_view href);
std::string CleanTitle(std::string_view text);
// "by foo", "foo (1203) 99.9%": the name alone.
std::string CleanVendor(std::string_view text);
// Ends in "by", "Sold by:", "Vendor": the words that a vendor's name follows.
bool EndsInByline(std::string_view before);
// "... by foo", "Vendor: foo" inside one record's words.
std::string VendorByWord(std::string_view words);
// "5 g", "0.5 BTC": what it weighs or costs is not what it is called.
bool IsOnlyMeasure(std::string_view text);
// Words of interfaces, never of goods.
bool IsButton(std::string_view text);
// The baht sign was the sign of bitcoin before it had one: nothing costs "0.77 baht".
bool IsBitcoinByBahtSign(std::string_view words, const Money& amount);
// Words right before an amount that say it is not the price of the thing ("was", "shipping", "you save"); and behind it.
bool SaysAside(std::string_view before);
bool SaysAsideBehind(std::string_view after);
// "Rs 45,000 a month": what somebody earns or pays for a flat. `after` follows the amount.
bool IsWage(std::string_view after);
bool HasBuyWords(std::string_view words);
bool HasOrderWords(std::string_view words);
// "Total", "Shipping", "Balance": amounts that are called so are no goods.
bool IsAccounting(std::string_view text);

}  // namespace gasht
