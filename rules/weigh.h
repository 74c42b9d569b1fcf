#pragma once

// Weigher: what the hits in and around one place of a listing add up to, before any rule is asked.
//
// A long text is looked at through windows: signs of an offer count only near the substance they stand with,
// so that a footer about delivery makes no offer of a news story. Const and thread-safe; linear in the hits
// it is shown.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/listing.h"
#include "model/source.h"
#include "rules/pack.h"
#include "rules/scanner.h"

namespace gasht {

// One string of a listing: a slice of a scanned text.
struct Segment {
  enum class Role : uint8_t { kTitle, kText, kVendor, kCategory };
  Role role = Role::kText;
  std::string field;        // path of the string the offsets are in
  std::string_view source;  // that string
  const ScannedText* scanned = nullptr;
  uint32_t begin = 0, end = 0;           // folded bytes
  uint32_t first_hit = 0, last_hit = 0;  // half-open, into scanned->hits
  bool weighed() const { return role != Role::kVendor; }
};

// What a page as a whole says against an offer on it.
struct PageMark {
  uint32_t context = 0;
  std::vector<std::string> words;  // different ones, as written
};
struct PageMarks {
  std::vector<PageMark> marks;
  // It has words of the unlawful trade (RulePacks::page_trade), so that lawful contexts do not cap.
  bool unlawful = false;
  // So many that they speak for an offer on it.
  bool trade = false;
};
// Of a page that was scanned.
PageMarks ReadPageMarks(const RulePacks& packs, const Scanner& scanner, const ScannedText& page,
                        std::string_view source);

struct ListingView {
  const Listing* listing = nullptr;
  std::vector<Segment> segments;
  std::optional<SourceKind> source_kind;
  const Document* document = nullptr;
  const PageMarks* page = nullptr;  // null: the listing is all there is of the page
};

// Where a hit of a listing is.
struct HitRef {
  uint32_t segment = 0;
  uint32_t hit = 0;  // into scanned->hits
  friend bool operator==(const HitRef&, const HitRef&) = default;
};

struct WeighedSubstance {
  uint32_t substance = 0;
  Strength strength = Strength::kStrong;  // as it counted
  HitRef at;
};

// What a substance counts by itself.
int32_t PointsOf(const RulePacks& packs, const WeighedSubstance& substance);

struct WeighedSign {
  int32_t points = 0;
  std::optional<uint32_t> sign;  // none: a typed value of the listing
  std::optional<HitRef> at;
};

struct WeighedContext {
  uint32_t context = 0;
  int32_t points = 0;
  bool caps = false;
  std::vector<HitRef> at;  // one for each different word
  // Of a context of the page, which has no place in the listing: one of its words, and how many there are.
  std::string page_word;
  size_t page_words = 0;
};

struct Weight {
  std::vector<WeighedSubstance> substances;  // one for each substance, strongest first
  std::vector<HitRef> mentions;              // every counted mention
  std::array<std::optional<WeighedSign>, kSignGroups> signs;
  std::vector<HitRef> all_signs;
  std::vector<WeighedContext> contexts;
  bool offer = false;
  bool emoji_only = false;
  // Of an offer: a substance's own word, written so that it is not found.
  std::optional<HitRef> disguised;
  // Nothing but general words ("drugs"), and no word of the trade.
  bool general_only = false;
  // A price in the text is all there is: no amount, no seller's word, no way to reach one, no listing it belongs to.
  bool price_alone = false;
  bool market = false;
  bool trade_page = false;  // the page has words of the unlawful trade
  int32_t score = 0;        // the sum of the parts below, not yet bounded

  bool empty() const { return substances.empty(); }
};

class Weigher {
 public:
  Weigher(const RulePacks& packs, const Scanner& scanner) : packs_(packs), scanner_(scanner) {}

  // The best place of the listing and, in `others`, substances of places that are offers of their own.
  // `visited` counts the hits looked at; nothing is looked at beyond `budget`, and then `overflow` is set.
  Weight Weigh(const ListingView& view, uint64_t budget, uint64_t& visited, bool& overflow) const;

 private:
  struct Anchor {
    uint32_t segment;
    uint32_t begin, end;
  };
  Weight WeighAt(const ListingView& view, const Anchor& anchor, bool whole, uint64_t& visited) const;
  // What the rest of the window says about an everyday word.
  struct Surroundings {
    std::vector<HitRef> substances;  // all, in order
    std::vector<HitRef> quantities;
    std::vector<HitRef> prices;
    bool offer = false;
    std::vector<uint32_t> trade;  // different signs that are said only where drugs are sold
    bool firm = false;            // a substance is named by a word of its own
  };
  bool WeakCounts(const ListingView& view, const HitRef& at, const Surroundings& around) const;
  bool IsPartOfAnAmount(const ListingView& view, const HitRef& quantity, const Surroundings& around) const;
  bool HasBareNumber(const ListingView& view) const;
  // Within `times` the usual distance of an amount from its word.
  bool StandsNear(const ListingView& view, const HitRef& a, const HitRef& b, uint32_t times) const;
  bool StandsInList(const ListingView& view, const HitRef& at, const Surroundings& around) const;
  bool PlausiblePrice(const ListingView& view, const HitRef& quantity, const Surroundings& around) const;
  const Hit& HitOf(const ListingView& view, const HitRef& at) const {
    return view.segments[at.segment].scanned->hits[at.hit];
  }
  const Entry& EntryOf(const ListingView& view, const HitRef& at) const {
    return scanner_.entries()[HitOf(view, at).entry];
  }

  const RulePacks& packs_;
  const Scanner& scanner_;
};

// "contact": an identifier somebody can be reached at.
bool IsContact(IdentifierKind kind);

}  // namespace gasht
