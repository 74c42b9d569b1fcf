#pragma once

// What pages and messages hold: listings, messages and identifiers. Plain values, made by extract/.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/document.h"
#include "model/money.h"

namespace gasht {

// An amount of the thing offered, at the price beside it.
struct Quantity {
  // As written, decimal ("2.5", "10"), in `unit` ("g", "tola", "tablet", "ml").
  std::string value;
  std::string unit;
  // Total mass in grams, decimal; empty where it is not a mass. `grams_max` for a range.
  std::string grams, grams_max;
  // Which local weight was assumed ("tola=11.6638g"); empty where the unit is a standard one.
  std::string basis;
  friend bool operator==(const Quantity&, const Quantity&) = default;
};

// One line of a price list.
struct Price {
  Money amount;
  std::optional<Money> amount_max;  // of a range
  std::optional<Quantity> quantity;
  friend bool operator==(const Price&, const Price&) = default;
};

enum class IdentifierKind {
  kBtc = 1,
  kEth = 2,
  kXmr = 3,
  kLtc = 4,
  kTrx = 5,
  kUsdt = 6,
  kDoge = 7,
  kBch = 8,
  kPgpFingerprint = 9,
  kOnion = 10,
  kPhone = 11,
  kEmail = 12,
  kTelegram = 13,
  kWhatsapp = 14,
  kSignal = 15,
  kSession = 16,
  kThreema = 17,
  kWickr = 18,
  kWire = 19,
  kInstagram = 20,
  kSnapchat = 21,
  kFacebook = 22,
  kTiktok = 23,
  kIban = 24,
  kEasypaisa = 25,
  kJazzcash = 26,
  kRaast = 27,
  kPaymentAccount = 28,
  kCnic = 29,
  kUrl = 30,
};
std::string_view IdentifierKindName(IdentifierKind kind);
std::optional<IdentifierKind> ParseIdentifierKind(std::string_view name);

// kNone: the kind has no checksum. Only not-failed ones are finds.
enum class IdentifierCheck { kPassed = 1, kFailed = 2, kNone = 3 };
std::string_view IdentifierCheckName(IdentifierCheck check);

// Whose it is. All but the seller's are masked in what leaves the house.
enum class IdentifierRole { kSeller = 1, kBuyer = 2, kBystander = 3, kUnknown = 4 };
std::string_view IdentifierRoleName(IdentifierRole role);

struct Identifier {
  IdentifierKind kind = IdentifierKind::kUrl;
  // Phones E.164, handles lower case without @, ETH in EIP-55, PGP upper hex, CNIC masked.
  std::string value;
  IdentifierCheck check = IdentifierCheck::kNone;
  IdentifierRole role = IdentifierRole::kUnknown;
  // Where it is written: the name of a string of the printed object ("text", "title") and the bytes in it.
  std::string field = "text";
  Span span;
  friend bool operator==(const Identifier&, const Identifier&) = default;
};

// What else a page says of an item, vendor or channel, as written. `name` is one of: rating, sales, joined, last_seen,
// level, feedback, disputes, stock, sold, views, min_order, posted, posted_at (RFC 3339 UTC), posted_basis (time_basis),
// pgp_key, subscribers, members, photos, videos, files, links, description, replies, picture (its URL), picture_alt.
struct ListingFact {
  std::string name, value;
  friend bool operator==(const ListingFact&, const ListingFact&) = default;
};

enum class ListingKind { kOffer = 1, kPost = 2, kMessage = 3, kProfile = 4, kPage = 5 };
std::string_view ListingKindName(ListingKind kind);
std::optional<ListingKind> ParseListingKind(std::string_view name);

struct Listing {
  // Empty until Fold knows the source; offline (scan, extract) derived from the input alone.
  std::string id;
  ListingKind kind = ListingKind::kOffer;
  std::string title;
  std::string vendor;
  std::string site_id;
  std::string url;
  // As written, first first. `prices[0].amount` is the listing's `price`.
  std::vector<Price> prices;
  std::optional<Quantity> quantity;
  std::string ships_from, ships_to;
  std::vector<std::string> places, delivery, couriers, payment_methods;
  std::string category;
  std::vector<Identifier> identifiers;
  std::vector<ListingFact> facts;  // each name once
  // The item's own words (description, post, message). Not printed as a field: `span` says where in
  // Document::text they stand, and `text` holds them when they come from elsewhere.
  std::string text;
  Span span;
  friend bool operator==(const Listing&, const Listing&) = default;
};

struct Message {
  std::string id;  // "channel/123"
  std::string author;
  // Absent when undecided; `time_basis` is "stated", "assumed:ZONE" or "undecided".
  std::optional<UtcTime> time;
  std::string time_as_written;
  std::string time_basis = "undecided";
  std::string text;
  std::optional<int64_t> views;
  std::string reply_to;
  std::string forwarded_from;
  // What it holds besides or instead of words: photo video round_video voice audio document sticker poll location
  // contact invoice; empty when words are all. Never fetched: what a picture says was not read.
  std::string media;
  std::vector<Identifier> identifiers;
  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace gasht
