#include "extract/item_tables.h"

#include <algorithm>
#include <string>

#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxHeadRows = 3;  // rows before the head: a caption, a blank
constexpr size_t kMaxColumns = 32;
constexpr size_t kMaxTiers = 24;

enum class Column {
  kNone,
  kTitle,
  kPrice,
  kUnitPrice,
  kVendor,
  kQuantity,
  kShipsFrom,
  kShipsTo,
  kCategory,
  kOther
};

Column ColumnFor(std::string_view head) {
  const std::string h = AsciiLowered(Trimmed(head));
  if (h.empty() || h.size() > 40) return Column::kNone;
  // Columns of accounts, orders, exchanges and reviews: nothing in such a table is for sale.
  if (HasWord(h, {"change", "volume", "market cap", "balance", "comment", "feedback", "buyer", "status",
                  "transaction", "txid", "rating", "open price", "close",
                  // What was seized, and from whom.
                  "seized", "seizure", "recovered", "recovery", "accused", "arrest", "confiscat", "value",
                  "worth", "برآمد", "ملزم", "گرفتار"})) {
    return Column::kOther;
  }
  if (HasWord(h, {"per pill", "per unit", "per tablet", "per item", "per piece", "per gram", "unit price",
                  "/pill", "savings", "you save"})) {
    return Column::kUnitPrice;
  }
  if (HasWord(h, {"price", "cost", "rate", "qeemat", "قیمت", "ریٹ", "amount", "usd", "pkr", "btc", "preis",
                  "per pack", "per package", "per bottle", "total", "prix", "precio", "цена", "نرخ"})) {
    return Column::kPrice;
  }
  if (HasWord(h, {"vendor", "seller", "dealer", "shop", "user", "author", "فروخت", "verkäufer", "verkoper",
                  "vendeur", "vendedor", "продавец"}))
    return Column::kVendor;
  if (HasWord(h, {"weight", "quantity", "qty", "wazan", "وزن", "مقدار", "pack", "package", "unit", "pills",
                  "tablets", "menge"}))
    return Column::kQuantity;
  if (HasWord(h, {"product",  "title", "item",    "name",   "listing",  "description", "maal",
                  "cheez",    "نام",   "مال",     "strain", "offer",    "article",     "artikel",
                  "medicine", "drug",  "produkt", "товар",  "название", "دوا",         "چیز"})) {
    return Column::kTitle;
  }
  if (HasWord(h, {"ships to", "ship to", "destination"})) return Column::kShipsTo;
  if (HasWord(h, {"ships from", "from", "origin", "location", "city", "شہر"})) return Column::kShipsFrom;
  if (HasWord(h, {"category", "type"})) return Column::kCategory;
  return Column::kNone;
}

std::string FirstLine(std::string_view words) {
  return CleanTitle(words.substr(0, words.find('\n')));
}

class Tables {
 public:
  explicit Tables(const ItemPage& page) : page_(page), tree_(page.tree()), nodes_(page.tree().nodes()) {}

  struct Head {
    std::vector<Column> columns;
    std::string price;  // "Rate (PKR)" names the currency
    bool has(Column c) const { return std::find(columns.begin(), columns.end(), c) != columns.end(); }
  };

  // The cells of each row of a table, without those of tables in it.
  std::vector<std::vector<NodeIndex>> RowsOf(NodeIndex table) const {
    constexpr size_t kMaxRows = 5'000;
    std::vector<std::vector<NodeIndex>> rows;
    for (NodeIndex row = table + 1; row < nodes_[table].end && rows.size() < kMaxRows; ++row) {
      if (nodes_[row].tag == GUMBO_TAG_TABLE) {
        row = nodes_[row].end - 1;
        continue;
      }
      if (nodes_[row].tag != GUMBO_TAG_TR) continue;
      std::vector<NodeIndex>& cells = rows.emplace_back();
      for (NodeIndex cell = tree_.first_child(row); cell != kNoNode && cells.size() < kMaxColumns;
           cell = nodes_[cell].next) {
        if (nodes_[cell].tag == GUMBO_TAG_TD || nodes_[cell].tag == GUMBO_TAG_TH) cells.push_back(cell);
      }
    }
    return rows;
  }

  Head HeadOf(const std::vector<NodeIndex>& cells) const {
    Head head;
    for (const NodeIndex cell : cells) {
      head.columns.push_back(ColumnFor(page_.Words(cell)));
      if (head.columns.back() == Column::kPrice && head.price.empty())
        head.price = std::string(page_.Words(cell));
    }
    return head;
  }

  bool IsOther(NodeIndex row) const {
    constexpr int kMaxUp = 3;
    NodeIndex table = row;
    for (int up = 0; up < kMaxUp && table != kNoNode && nodes_[table].tag != GUMBO_TAG_TABLE; ++up)
      table = nodes_[table].parent;
    if (table == kNoNode || nodes_[table].tag != GUMBO_TAG_TABLE) return false;
    for (NodeIndex i = table + 1; i < row; ++i) {
      if (nodes_[i].tag == GUMBO_TAG_TH && ColumnFor(page_.Words(i)) == Column::kOther) return true;
      // The head is in the first row.
      if (nodes_[i].tag == GUMBO_TAG_TD) break;
    }
    return false;
  }

  std::vector<Listing> Items() const {
    std::vector<Listing> out;
    for (NodeIndex table = 0; table < nodes_.size() && out.size() < page_.options().limits.listings;
         ++table) {
      if (nodes_[table].tag != GUMBO_TAG_TABLE || nodes_[table].hidden) continue;
      const auto rows = RowsOf(table);
      Head head;
      for (size_t r = 0; r < rows.size(); ++r) {
        if (head.columns.empty()) {
          if (r >= kMaxHeadRows) break;
          Head found = HeadOf(rows[r]);
          if (found.has(Column::kOther)) break;
          if (found.has(Column::kPrice) && found.has(Column::kTitle)) head = std::move(found);
          continue;
        }
        if (rows[r].size() != head.columns.size()) continue;
        if (std::optional<Listing> item = ReadRow(rows[r], head)) out.push_back(std::move(*item));
      }
    }
    return out;
  }

  std::vector<Price> Tiers(Span within) const {
    std::vector<Price> out;
    for (NodeIndex table = 0; table < nodes_.size(); ++table) {
      if (nodes_[table].tag != GUMBO_TAG_TABLE || nodes_[table].hidden) continue;
      if (nodes_[table].visible_begin < within.begin || nodes_[table].visible_end > within.end) continue;
      Head head;
      for (const std::vector<NodeIndex>& cells : RowsOf(table)) {
        if (head.columns.empty()) {
          Head found = HeadOf(cells);
          if (!found.has(Column::kPrice) || !found.has(Column::kQuantity) || found.has(Column::kOther)) break;
          head = std::move(found);
          continue;
        }
        if (cells.size() != head.columns.size() || out.size() >= kMaxTiers) continue;
        std::optional<Price> price;
        std::optional<Quantity> quantity;
        for (size_t c = 0; c < cells.size(); ++c) {
          const std::string words = FirstLine(page_.Words(cells[c]));
          if (head.columns[c] == Column::kPrice && !price) price = ParsePrice(words, {head.price, 0});
          if (head.columns[c] == Column::kQuantity && !quantity) quantity = QuantityOffered(words);
        }
        if (!price || !quantity) continue;
        price->quantity = std::move(quantity);
        out.push_back(std::move(*price));
      }
      // A pharmacy has a table for each strength: all are the item's. One row alone is none.
    }
    if (out.size() < 2) out.clear();
    return out;
  }

 private:
  // The words of the link in a cell, else its first line: descriptions stand below.
  std::string NameIn(NodeIndex cell) const {
    for (NodeIndex i = cell; i < nodes_[cell].end; ++i) {
      if (nodes_[i].tag != GUMBO_TAG_A || !tree_.HasAttribute(i, "href")) continue;
      std::string name = FirstLine(page_.Words(i));
      if (CountLetters(name) >= 2 && !IsButton(name)) return name;
    }
    return FirstLine(page_.Words(cell));
  }

  std::optional<Listing> ReadRow(const std::vector<NodeIndex>& cells, const Head& head) const {
    Listing listing;
    listing.span = {nodes_[cells.front()].visible_begin, nodes_[cells.back()].visible_end};
    for (size_t c = 0; c < cells.size(); ++c) {
      const std::string words = FirstLine(page_.Words(cells[c]));
      switch (head.columns[c]) {
        case Column::kTitle:
          if (listing.title.empty()) {
            listing.title = NameIn(cells[c]);
            listing.url = page_.UrlOf(nodes_[cells[c]].parent, cells[c]);
          }
          break;
        case Column::kPrice:
          if (auto price = ParsePrice(words, {head.price, 0}); price && listing.prices.empty())
            listing.prices.push_back(std::move(*price));
          break;
        case Column::kVendor:
          if (listing.vendor.empty()) listing.vendor = CleanVendor(NameIn(cells[c]));
          break;
        case Column::kQuantity:
          if (!listing.quantity) listing.quantity = QuantityOffered(words);
          break;
        case Column::kShipsFrom:
          if (listing.ships_from.empty()) listing.ships_from = words;
          break;
        case Column::kShipsTo:
          if (listing.ships_to.empty()) listing.ships_to = words;
          break;
        case Column::kCategory:
          if (listing.category.empty()) listing.category = words;
          break;
        case Column::kUnitPrice:
        case Column::kOther:
        case Column::kNone:
          break;
      }
    }
    if (CountLetters(listing.title) < 2 || listing.prices.empty() || IsAccounting(listing.title))
      return std::nullopt;
    return listing;
  }

  const ItemPage& page_;
  const PageTree& tree_;
  const std::vector<TreeNode>& nodes_;
};

}  // namespace

std::vector<Listing> HeadedTables(const ItemPage& page) {
  return Tables(page).Items();
}

bool IsRowOfNoOffer(const ItemPage& page, NodeIndex row) {
  if (page.tree().node(row).tag != GUMBO_TAG_TR) return false;
  return Tables(page).IsOther(row);
}

std::vector<Price> TierTable(const ItemPage& page, Span within) {
  return Tables(page).Tiers(within);
}

}  // namespace gasht
