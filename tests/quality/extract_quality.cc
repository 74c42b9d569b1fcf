// gasht_quality_extract: how well extract/ reads the real pages of ../shared/data. Prints a Markdown table for
// docs/quality.md.
//
//   gasht_quality_extract [--set NN]... [--errors]
//   gasht_quality_extract --show FILE [URL]      what extract/ makes of one page, for those who mend it
//
// --errors prints every miss.

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "extract/coin_address.h"
#include "extract/extract.h"
#include "extract/identifiers.h"
#include "extract/price.h"

namespace gasht {
namespace {

bool g_errors = false;

std::string DataRoot() {
  const char* set = std::getenv("GASHT_SHARED_DATA");
  return set != nullptr ? set : "../shared/data";
}

std::string ReadMaybeGzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return "";
  std::string out;
  char buffer[1 << 16];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<size_t>(got));
  gzclose(file);
  return out;
}

// The regular files of a tar archive (POSIX ustar), by name.
std::map<std::string, std::string> ReadTarGz(const std::string& path) {
  const std::string tar = ReadMaybeGzip(path);
  std::map<std::string, std::string> files;
  std::string long_name;
  for (size_t at = 0; at + 512 <= tar.size();) {
    const char* header = tar.data() + at;
    if (header[0] == '\0') break;
    const size_t size = std::strtoull(std::string(header + 124, 12).c_str(), nullptr, 8);
    std::string name(header, strnlen(header, 100));
    if (header[345] != '\0') name = std::string(header + 345, strnlen(header + 345, 155)) + "/" + name;
    const char type = header[156];
    const std::string body = tar.substr(at + 512, size);
    if (type == 'L') {
      long_name = body.c_str();
    } else if (type == '0' || type == '\0') {
      if (!long_name.empty()) name = long_name;
      long_name.clear();
      if (name.starts_with("./")) name.erase(0, 2);
      files[name] = body;
    }
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

std::vector<Json> ReadJsonLines(const std::string& path) {
  std::vector<Json> rows;
  const std::string text = ReadMaybeGzip(path);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.size(), text.find('\n', begin));
    if (auto row = Json::Parse(std::string_view(text).substr(begin, end - begin)); row.ok())
      rows.push_back(*row);
    begin = end + 1;
  }
  return rows;
}

void Row(std::string_view set, std::string_view what, size_t right, size_t all, std::string_view aim) {
  std::printf("| %.*s | %.*s | %zu / %zu | %.3f | %.*s |\n", int(set.size()), set.data(), int(what.size()),
              what.data(), right, all, all == 0 ? 0.0 : double(right) / double(all), int(aim.size()),
              aim.data());
}

void Miss(const std::string& line) {
  if (g_errors) std::printf("    %s\n", line.c_str());
}

// ---------------------------------------------------------------- set 26: price strings

void Prices() {
  const std::vector<Json> cases = ReadJsonLines(DataRoot() + "/26-price-parsing-cases/cases.jsonl");
  size_t amounts = 0, all = 0, currencies = 0, with_currency = 0, ours = 0, known = 0;
  for (const Json& c : cases) {
    const bool xfail = c.StringOr("group").find("xfail") != std::string::npos;
    PriceHints hints;
    const std::string hint = c.StringOr("currency_hint");
    hints.currency = hint;
    if (const std::string separator = c.StringOr("decimal_separator"); !separator.empty()) {
      hints.decimal_separator = separator[0];
    }
    const std::string text = c.StringOr("price_text");
    const auto price = ParsePrice(text, hints);
    const Json* amount = c.Find("amount");
    bool right = false;
    std::string want = "none";
    if (amount == nullptr || amount->is_null()) {
      right = !price;
    } else {
      double expected =
          amount->is_string() ? std::strtod(amount->as_string().c_str(), nullptr) : amount->as_number();
      want = std::to_string(expected);
      right = price && std::fabs(std::strtod(price->amount.amount().c_str(), nullptr) - expected) <=
                           1e-9 * std::max(1.0, std::fabs(expected));
    }
    const std::string currency = c.StringOr("currency");
    if (!xfail) {
      ++all;
      amounts += right;
    }
    if (!right) {
      Miss((xfail ? "26x " : "26 ") + text + " | " + hint + " | want " + want + " | got " +
           (price ? price->amount.amount() : "none"));
    }
    if (price && !currency.empty()) {
      // The same currency as the upstream symbol names alone.
      const std::string_view code = CurrencyFrom(currency);
      ++with_currency;
      const bool same = !price->amount.currency.empty() && (code.empty() || price->amount.currency == code);
      currencies += same;
      if (!same)
        Miss("26 currency " + text + " | " + hint + " | want " + currency + " | got " +
             price->amount.currency);
      known += !code.empty();
    }
    ours += 1;
  }
  Row("26", "price strings: amount (without upstream's own failures)", amounts, all, "0.97");
  Row("26", "price strings: currency named", currencies, with_currency, "");
  Row("26", "currency symbols known", known, with_currency, "");
}

// ---------------------------------------------------------------- set 23: addresses

std::vector<std::string> StringsOf(const Json& j, std::vector<std::string> keys) {
  std::vector<std::string> out;
  for (const std::string& key : keys) {
    if (const Json* value = j.Find(key); value != nullptr && value->is_string())
      out.push_back(value->as_string());
  }
  return out;
}

void Addresses() {
  const std::string root = DataRoot() + "/23-crypto-address-vectors/";
  for (const char* file : {"bech32_bip173_bip350.jsonl", "bitcoin_core_addresses.jsonl",
                           "ethereum_eip55.jsonl", "monero_addresses.jsonl"}) {
    size_t right = 0, all = 0;
    for (const Json& v : ReadJsonLines(root + file)) {
      const auto texts = StringsOf(v, {"address", "string", "text", "encoded"});
      const Json* valid = v.Find("valid");
      if (texts.empty() || valid == nullptr || !valid->is_bool()) continue;
      const std::string what = v.StringOr("type") + " " + v.StringOr("kind") + " " + v.StringOr("what");
      const std::string network = v.StringOr("network") + v.StringOr("chain") + v.StringOr("net");
      const auto address = ReadCoinAddress(texts[0]);
      const bool accepted = address && address->check == IdentifierCheck::kPassed && address->mainnet;
      const bool mainnet = network.empty() || network.find("main") != std::string::npos || network == "bc";
      bool want = valid->as_bool() && mainnet;
      ++all;
      if (accepted == want) {
        ++right;
      } else {
        Miss("23 " + std::string(file) + " " + v.Dump());
      }
    }
    Row("23", file, right, all, "1.000");
  }
}

// ---------------------------------------------------------------- one page

void Show(const std::string& path, const std::string& url) {
  const std::string bytes = ReadMaybeGzip(path);
  HtmlInput input;
  input.bytes = bytes;
  input.url = url;
  ExtractOptions options;
  options.fetched_at = {1'700'000'000'000'000};
  const PageContents page = ExtractPage(input, options);
  std::printf("class %s  language %s  charset %s\ntitle: %s\n",
              std::string(PageClassName(page.document.page_class)).c_str(), page.document.language.c_str(),
              page.document.charset.c_str(), page.document.title.c_str());
  for (const Weird& weird : page.document.weirds)
    std::printf("weird %s %s\n", weird.name.c_str(), weird.detail.c_str());
  std::printf("---- text\n%s\n---- main text\n%s\n---- links %zu\n", page.document.text.c_str(),
              page.document.main_text.c_str(), page.document.links.size());
  for (const Listing& l : page.listings) {
    std::printf("LISTING %s title=[%s] vendor=[%s] url=%s id=%s from=%s to=%s cat=%s",
                std::string(ListingKindName(l.kind)).c_str(), l.title.c_str(), l.vendor.c_str(),
                l.url.c_str(), l.site_id.c_str(), l.ships_from.c_str(), l.ships_to.c_str(),
                l.category.c_str());
    for (const Price& p : l.prices) {
      std::printf(" %s %s", p.amount.amount().c_str(), p.amount.currency.c_str());
      if (p.amount_max) std::printf("..%s", p.amount_max->amount().c_str());
      if (p.quantity) std::printf(" (%s %s)", p.quantity->value.c_str(), p.quantity->unit.c_str());
    }
    if (l.quantity)
      std::printf(" Q=%s %s %sg", l.quantity->value.c_str(), l.quantity->unit.c_str(),
                  l.quantity->grams.c_str());
    for (const std::string& p : l.places) std::printf(" place=%s", p.c_str());
    std::printf("\n");
  }
  for (const Message& m : page.messages) {
    std::printf("MESSAGE %s author=[%s] time=%s views=%lld reply=%s fwd=%s text=[%s]\n", m.id.c_str(),
                m.author.c_str(), m.time ? FormatRfc3339(*m.time).c_str() : m.time_as_written.c_str(),
                static_cast<long long>(m.views.value_or(-1)), m.reply_to.c_str(), m.forwarded_from.c_str(),
                m.text.c_str());
  }
  for (const Identifier& id : page.identifiers) {
    std::printf("ID %s %s %s %s %s\n", std::string(IdentifierKindName(id.kind)).c_str(), id.value.c_str(),
                std::string(IdentifierCheckName(id.check)).c_str(),
                std::string(IdentifierRoleName(id.role)).c_str(), id.field.c_str());
  }
}

int Run(int argc, char** argv) {
  std::set<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--errors") {
      g_errors = true;
    } else if (arg == "--set" && i + 1 < argc) {
      wanted.insert(argv[++i]);
    } else if (arg == "--show" && i + 1 < argc) {
      const std::string path = argv[++i];
      Show(path, i + 1 < argc ? argv[++i] : "http://example.onion/");
      return 0;
    } else {
      std::fprintf(stderr, "usage: gasht_quality_extract [--set NN]... [--errors] | --show FILE [URL]\n");
      return 2;
    }
  }
  if (!std::filesystem::is_directory(DataRoot())) {
    std::printf("skipped: no shared data\n");
    return 0;
  }
  std::printf("| set | what | right / all | share | aim |\n|---|---|---|---|---|\n");
  const std::pair<const char*, std::function<void()>> sets[] = {{"26", Prices}, {"23", Addresses}};
  for (const auto& [name, run] : sets) {
    if (wanted.empty() || wanted.count(name) > 0) run();
  }
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  return gasht::Run(argc, argv);
}
