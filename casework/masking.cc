#include "casework/masking.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"
#include "model/ids.h"
#include "model/json.h"

namespace gasht {
namespace {

constexpr std::string_view kBlock = "\u2588";
constexpr size_t kSaltBytes = 16;
// Shorter ones would blot out words that have nothing to do with anybody.
constexpr size_t kShortestNeedle = 4;

bool IsMasked(const Identifier& identifier) {
  return identifier.role != IdentifierRole::kSeller;
}

std::string Blocks(std::string_view text) {
  std::string out;
  for (size_t i = CountCodePoints(text); i > 0; --i) out += kBlock;
  return out;
}

// The digit that a code point is, ASCII, Arabic-Indic or Urdu; nothing otherwise.
std::optional<char> DigitOf(char32_t c) {
  for (const char32_t zero : {U'0', U'\u0660', U'\u06f0', U'\uff10'}) {
    if (c >= zero && c < zero + 10) return static_cast<char>('0' + (c - zero));
  }
  return std::nullopt;
}
bool IsBetweenDigits(char32_t c) {
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == 0xa0 ||
         (c >= 0x2010 && c <= 0x2014) || c == 0x202f;
}

// A number is the same number however it is written: with a country code or a zero in front, with dashes and spaces, in
// Urdu digits. `number`: its last digits.
std::string MaskNumber(const std::string& text, std::string_view number) {
  std::string out;
  size_t copied = 0;
  // A run of digits, and of what may stand between two of them; where each digit begins and ends.
  std::string digits;
  std::vector<std::pair<size_t, size_t>> places;
  const auto mask_run = [&] {
    for (size_t at = digits.find(number); at != std::string::npos;
         at = digits.find(number, at + number.size())) {
      size_t first = at;
      for (const std::string_view front : {"0092", "092", "92", "0"}) {
        if (!std::string_view(digits).substr(0, at).ends_with(front)) continue;
        first = at - front.size();
        break;
      }
      const size_t begin = std::max(copied, places[first].first);
      const size_t end = places[at + number.size() - 1].second;
      out += text.substr(copied, begin - copied);
      out += Blocks(std::string_view(text).substr(begin, end - begin));
      copied = end;
    }
    digits.clear();
    places.clear();
  };
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(text, at);
    if (const std::optional<char> digit = DigitOf(c)) {
      digits += *digit;
      places.emplace_back(begin, at);
    } else if (!IsBetweenDigits(c)) {
      mask_run();
    }
  }
  mask_run();
  return out + text.substr(copied);
}

struct Needles {
  std::vector<std::string> words;    // as they stand
  std::vector<std::string> numbers;  // in any way of writing: the last digits
};

std::string Masked(const std::string& text, const Needles& all) {
  std::string out = text;
  for (const std::string& number : all.numbers) out = MaskNumber(out, number);
  for (const std::string& needle : all.words) {
    const std::string blocks = Blocks(needle);
    for (size_t at = out.find(needle); at != std::string::npos; at = out.find(needle, at + blocks.size()))
      out.replace(at, needle.size(), blocks);
  }
  return out;
}

// Every string of a tree whose depth our own writer bounds.
Json MaskStrings(const Json& json, const Needles& needles) {
  if (json.is_string()) return Masked(json.as_string(), needles);
  if (json.is_array()) {
    Json out = Json::MakeArray();
    for (const Json& item : json.items()) out.Push(MaskStrings(item, needles));
    return out;
  }
  if (!json.is_object()) return json;
  Json out = Json::MakeObject();
  for (const auto& [key, value] : json.entries()) out.Append(key, MaskStrings(value, needles));
  return out;
}

// The string an identifier's span lies in, as far as a stored finding has it.
std::string_view FieldOf(const Listing& listing, std::string_view field) {
  const size_t slash = field.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? field : field.substr(slash + 1);
  if (last == "title") return listing.title;
  if (last == "vendor") return listing.vendor;
  if (last == "text") return listing.text;
  return {};
}

// What is a telephone number, or begins as one: wallets and messengers go by it.
std::optional<std::string> NumberOf(const Identifier& identifier) {
  // A national number without its zero.
  constexpr size_t kDigits = 10;
  std::string digits;
  for (const char c : identifier.value) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != '+' && c != '-' && c != ' ') {
      return std::nullopt;
    }
  }
  if (digits.size() < kDigits) return std::nullopt;
  return digits.substr(digits.size() - kDigits);
}

Needles NeedlesOf(const Listing& listing) {
  Needles all;
  std::vector<std::string>& needles = all.words;
  for (const Identifier& identifier : listing.identifiers) {
    if (!IsMasked(identifier)) continue;
    needles.push_back(identifier.value);
    if (std::optional<std::string> number = NumberOf(identifier)) all.numbers.push_back(*std::move(number));
    const std::string_view field = FieldOf(listing, identifier.field);
    if (identifier.span.begin < identifier.span.end && identifier.span.end <= field.size())
      needles.emplace_back(field.substr(identifier.span.begin, identifier.span.end - identifier.span.begin));
  }
  std::erase_if(needles, [](const std::string& needle) { return needle.size() < kShortestNeedle; });
  // Longer first: a value may contain another.
  std::sort(needles.begin(), needles.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
  return all;
}

}  // namespace

Digest CommitToRedaction(std::string_view salt, std::string_view kind, std::string_view value) {
  return HashParts("gasht-redaction-1", {salt, kind, value});
}

MaskedFinding MaskFinding(const Finding& finding) {
  MaskedFinding masked;
  masked.json = MaskStrings(ToJson(finding), NeedlesOf(finding.listing));
  const Json* listing = masked.json.Find("listing");
  const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
  if (identifiers == nullptr) return masked;
  Json changed = Json::MakeArray();
  for (size_t i = 0; i < identifiers->items().size(); ++i) {
    Json item = identifiers->items()[i];
    const Identifier& identifier = finding.listing.identifiers[i];
    if (IsMasked(identifier)) {
      Opening opening;
      opening.place = fmt::format("{}/identifiers/{}", finding.id.value, i);
      opening.kind = IdentifierKindName(identifier.kind);
      opening.value = identifier.value;
      opening.salt = RandomBytes(kSaltBytes);
      opening.commitment = CommitToRedaction(opening.salt, opening.kind, opening.value);
      item.Set("value", Blocks(identifier.value));
      item.Set("masked", true).Set("commitment", "sha256:" + opening.commitment.hex());
      masked.openings.push_back(std::move(opening));
    }
    changed.Push(std::move(item));
  }
  Json new_listing = *listing;
  new_listing.Set("identifiers", std::move(changed));
  masked.json.Set("listing", std::move(new_listing));
  return masked;
}

Json ToJson(const Opening& opening) {
  return Json::MakeObject()
      .Set("place", opening.place)
      .Set("kind", opening.kind)
      .Set("value", opening.value)
      .Set("salt", HexEncode(opening.salt))
      .Set("commitment", "sha256:" + opening.commitment.hex());
}

}  // namespace gasht
