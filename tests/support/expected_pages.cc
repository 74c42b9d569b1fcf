#include "tests/support/expected_pages.h"

#include <algorithm>
#include <map>

#include "base/file.h"

namespace gasht {
namespace {

std::string Squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t') out += c;
  }
  return out;
}

// "38.00" is 38.
std::string WithoutZeros(std::string amount) {
  if (amount.find('.') == std::string::npos) return amount;
  while (amount.back() == '0') amount.pop_back();
  if (amount.back() == '.') amount.pop_back();
  return amount;
}

std::vector<std::string> Split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.size(), line.find(separator, begin));
    parts.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

Result<std::vector<ExpectedPage>> ReadExpectedPages(const std::string& dir) {
  constexpr size_t kMaxFileBytes = 4 << 20;
  GASHT_ASSIGN_OR_RETURN(const std::string table, ReadFile(dir + "/expected.tsv", kMaxFileBytes));
  std::vector<ExpectedPage> pages;
  for (const std::string& line : Split(table, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> parts = Split(line, '\t');
    parts.resize(6);
    if (pages.empty() || pages.back().name != parts[0]) {
      ExpectedPage& page = pages.emplace_back();
      page.name = parts[0];
      GASHT_ASSIGN_OR_RETURN(page.html, ReadFile(dir + "/" + page.name + ".html", kMaxFileBytes));
    }
    if (!parts[1].empty()) pages.back().items.push_back({parts[1], parts[2], parts[3], parts[4], parts[5]});
  }
  return pages;
}

std::vector<std::string> ScorePage(const ExpectedPage& page, const std::vector<Listing>& listings,
                                   PageScores& scores) {
  std::vector<std::string> misses;
  std::multimap<std::string, const Listing*> by_title;
  for (const Listing& listing : listings) {
    if (listing.kind == ListingKind::kOffer) by_title.emplace(Squeezed(listing.title), &listing);
  }
  scores.title.found += by_title.size();
  if (page.items.empty()) {
    ++scores.pages_without_items;
    scores.of_these_with_offers += !by_title.empty();
  }
  const auto compare = [&](const std::string& field, const std::string& want, const std::string& got,
                           const std::string& title, FieldScore& score) {
    score.wanted += !want.empty();
    score.found += !got.empty();
    score.right += !want.empty() && want == got;
    if (want != got)
      misses.push_back(page.name + ": " + field + " of " + title + ": want " + want + " got " + got);
  };
  for (const ExpectedItem& want : page.items) {
    ++scores.title.wanted;
    const auto found = by_title.find(Squeezed(want.title));
    if (found == by_title.end()) {
      misses.push_back(page.name + ": missing " + want.title);
      scores.price.wanted += !want.amount.empty();
      scores.vendor.wanted += !want.vendor.empty();
      scores.ships_from.wanted += !want.ships_from.empty();
      continue;
    }
    const Listing& got = *found->second;
    ++scores.title.right;
    const std::string price = got.prices.empty() ? ""
                                                 : WithoutZeros(got.prices[0].amount.amount()) + " " +
                                                       got.prices[0].amount.currency;
    compare("price", want.amount.empty() ? "" : WithoutZeros(want.amount) + " " + want.currency, price,
            want.title, scores.price);
    compare("vendor", want.vendor, got.vendor, want.title, scores.vendor);
    compare("ships_from", want.ships_from, got.ships_from, want.title, scores.ships_from);
    by_title.erase(found);
  }
  for (const auto& [title, listing] : by_title)
    misses.push_back(page.name + ": not wanted " + listing->title);
  return misses;
}

}  // namespace gasht
