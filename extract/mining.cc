// Listings without a profile: what repeats, tables with a head, price lists in plain lines, one item on its page, a
// vendor's profile. Each way is a file of its own; here they are weighed against one another.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "extract/item_lines.h"
#include "extract/item_page.h"
#include "extract/item_tables.h"
#include "extract/listings.h"
#include "extract/records.h"
#include "extract/single_item.h"

namespace gasht {
namespace {

// Fields that the head of a table knows and the record did not.
void FillFrom(const Listing& row, Listing& record) {
  if (record.vendor.empty()) record.vendor = row.vendor;
  if (record.ships_from.empty()) record.ships_from = row.ships_from;
  if (record.ships_to.empty()) record.ships_to = row.ships_to;
  if (record.category.empty()) record.category = row.category;
  if (!record.quantity) record.quantity = row.quantity;
}

bool Overlap(Span a, Span b) {
  return a.begin < b.end && b.begin < a.end;
}

// A head says what its columns are: its rows correct the records they overlap, or stand for themselves.
std::vector<Listing> WithTables(std::vector<Listing> records, std::vector<Listing> rows) {
  if (rows.empty()) return records;
  std::vector<Listing> out;
  for (Listing& row : rows) {
    for (const Listing& record : records) {
      if (!Overlap(row.span, record.span)) continue;
      FillFrom(record, row);
      if (row.url.empty()) row.url = record.url;
      if (row.site_id.empty()) row.site_id = record.site_id;
      const bool same = std::any_of(record.prices.begin(), record.prices.end(),
                                    [&](const Price& price) { return price.amount == row.prices[0].amount; });
      if (same) row.prices = record.prices;
      break;
    }
  }
  for (Listing& record : records) {
    const bool in_table = std::any_of(rows.begin(), rows.end(),
                                      [&](const Listing& row) { return Overlap(row.span, record.span); });
    if (!in_table) out.push_back(std::move(record));
  }
  for (Listing& row : rows) out.push_back(std::move(row));
  std::stable_sort(out.begin(), out.end(),
                   [](const Listing& a, const Listing& b) { return a.span.begin < b.span.begin; });
  // Featured above and found below: the same thing twice.
  std::set<std::string> known;
  std::erase_if(out, [&](const Listing& listing) {
    return !known.insert(listing.title + "\n" + listing.prices[0].amount.amount()).second;
  });
  return out;
}

// Of records that name nobody: whoever is said to have written what they all stand in.
void AddByline(const ItemPage& page, std::vector<Listing>& records) {
  if (records.empty()) return;
  const bool named = std::any_of(records.begin(), records.end(),
                                 [](const Listing& record) { return !record.vendor.empty(); });
  const auto [first, last] = page.MoneyIn(records.front().span.begin, records.front().span.end);
  if (named || first == last) return;
  const std::string name = page.BylineOf(page.money()[first].leaf);
  for (Listing& record : records) record.vendor = name;
}

}  // namespace

std::vector<Listing> ListedLines(const ParsedPage& parsed, const ExtractOptions& options) {
  if (!parsed.has_tree() || parsed.tree().nodes().empty()) return {};
  std::vector<Listing> out = PriceListLines(ItemPage(parsed, options));
  if (out.size() > options.limits.listings) out.resize(options.limits.listings);
  return out;
}

std::vector<Listing> MineListings(const ParsedPage& parsed, const ExtractOptions& options) {
  if (!parsed.has_tree() || parsed.tree().nodes().empty()) return {};
  const ItemPage page(parsed, options);
  std::vector<Listing> records = WithTables(RepeatedRecords(page), HeadedTables(page));
  const std::vector<PageHead> heads = PageHeads(page, records);
  std::optional<SingleItem> single = FindSingleItem(page, heads);
  std::optional<Listing> profile = FindProfile(page, heads);
  // An item's page speaks of its vendor as well; a vendor's page is headed by the vendor.
  if (profile && single) {
    if (single->listing.title.starts_with(profile->title)) {
      single.reset();
    } else {
      profile.reset();
    }
  }
  // Words alone are read only where nothing surer is: much of what is alike on an item's page is no item. A menu under a
  // heading has its first price near the heading, which makes that no item.
  constexpr double kSure = 6.5;
  if (records.empty() && !profile && (!single || single->score < kSure)) {
    records = PlainRecords(page);
    if (records.empty()) records = PriceListLines(page);
  }
  // A heading above a list is no item: each of these has its own way to order it, and the heading's price is the first's.
  if (records.empty() && !profile && single) {
    std::vector<Listing> ordered = OrderedRecords(page);
    const bool first = !ordered.empty() && ordered[0].span.begin <= single->price_position &&
                       single->price_position < ordered[0].span.end;
    if (first) records = std::move(ordered);
  }
  // A menu in a post is whoever's who wrote the post.
  AddByline(page, records);
  // What a vendor's own page lists is the vendor's.
  if (profile) {
    for (Listing& record : records) {
      if (record.vendor.empty()) record.vendor = profile->vendor;
    }
  }
  std::vector<Listing> out;
  if (profile) out.push_back(std::move(*profile));
  if (single) {
    // An item page with a row of others below: the item first. A list page whose heading is no item has its records
    // with the price right below the heading inside the first of them.
    const bool inside = std::any_of(records.begin(), records.end(), [&](const Listing& r) {
      return r.span.begin <= single->price_position && single->price_position < r.span.end;
    });
    if (!inside) out.push_back(std::move(single->listing));
  }
  for (Listing& record : records) {
    const bool same = !out.empty() && out[0].kind == record.kind && out[0].title == record.title;
    if (!same) out.push_back(std::move(record));
  }
  if (out.size() > options.limits.listings) out.resize(options.limits.listings);
  return out;
}

}  // namespace gasht
