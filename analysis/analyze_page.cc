#include "analysis/analyze_page.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "extract/extract.h"
#include "extract/feed_links.h"
#include "extract/robots.h"
#include "extract/signed_list.h"

namespace gasht {
namespace {

// A message as the listing that rules attach their reasons to. The site id is the message's own.
Listing ListingOf(const Message& message) {
  Listing listing;
  listing.kind = ListingKind::kMessage;
  listing.vendor = message.author;
  listing.site_id = message.id;
  listing.text = message.text;
  listing.identifiers = message.identifiers;
  return listing;
}

// Messages that stand among the listings already, as whoever read the page made them: one message, one listing.
class Said {
 public:
  explicit Said(const std::vector<Listing>& listings) {
    for (const Listing& listing : listings) {
      if (listing.kind != ListingKind::kMessage && listing.kind != ListingKind::kPost) continue;
      if (listing.site_id.empty()) {
        keys_.insert(listing.vendor + "\n" + listing.title);
      } else {
        ids_.insert(listing.site_id);
      }
    }
  }
  bool Has(const Message& message) const {
    if (!message.id.empty()) return ids_.contains(message.id);
    const std::string_view line = std::string_view(message.text).substr(0, message.text.find('\n'));
    // A title is the first line, or as much of it as a title holds.
    const auto key = keys_.upper_bound(message.author + "\n" + std::string(line));
    if (key == keys_.begin()) return false;
    const std::string_view nearest = *std::prev(key);
    return nearest.starts_with(message.author + "\n") && nearest.size() > message.author.size() + 1 &&
           line.starts_with(nearest.substr(message.author.size() + 1));
  }

 private:
  std::set<std::string> ids_, keys_;
};

// Everything the page says, as one listing.
Listing ListingOf(const PageContents& contents) {
  Listing listing;
  listing.kind = ListingKind::kPage;
  listing.title = contents.document.title;
  listing.url = contents.document.url;
  listing.span = {0, contents.document.text.size()};
  listing.identifiers = contents.identifiers;
  return listing;
}

bool IsMain(const TextBlock& block) {
  return block.is_main;
}

// Blanks `span`, byte for byte.
void Blank(std::string& text, const Span& span) {
  text.replace(span.begin, span.size(), span.size(), ' ');
}

// The document with what is not the page's own word blanked, so that offsets still hold: boilerplate, where a main part is
// known, and blocks that are nothing but a link. A menu that names a category offers nothing on the page it stands on.
Document OwnWords(const Document& document) {
  Document own;
  own.page_class = document.page_class;
  own.language = document.language;
  own.url = document.url;
  own.text = document.text;
  const bool main_is_known = std::any_of(document.blocks.begin(), document.blocks.end(), IsMain);
  auto link = document.links.begin();
  for (const TextBlock& block : document.blocks) {
    // Links and blocks are both in document order.
    while (link != document.links.end() && (link->span.size() == 0 || link->span.begin < block.span.begin))
      ++link;
    const bool is_a_link = link != document.links.end() && link->span == block.span;
    if (is_a_link || (main_is_known && !block.is_main)) Blank(own.text, block.span);
  }
  return own;
}

MatchOutput Match(const Document& document, const PageContents& contents,
                  const std::vector<Listing>& listings, const AnalysisContext& context,
                  std::shared_ptr<const PageMarks> page) {
  MatchInput input;
  input.page = std::move(page);
  input.document = &document;
  input.listings = listings;
  input.messages = contents.messages;
  input.source_kind = context.source_kind;
  if (context.fetched_at.micros != 0) input.now = context.fetched_at;
  return context.rules->Match(input);
}

bool AskedOfAPerson(const MatchCandidate& candidate) {
  return candidate.level >= Level::kMedium;
}

// Listings made only to be matched are kept where something was found in them, so that a page without offers
// prints none. `own` is how many the page itself has.
void DropUnmatched(std::vector<Listing>& listings, std::vector<MatchCandidate>& candidates, size_t own) {
  std::vector<Listing> kept(std::make_move_iterator(listings.begin()),
                            std::make_move_iterator(listings.begin() + static_cast<ptrdiff_t>(own)));
  for (MatchCandidate& candidate : candidates) {
    if (candidate.listing < own) continue;
    kept.push_back(std::move(listings[candidate.listing]));
    candidate.listing = static_cast<uint32_t>(kept.size() - 1);
  }
  listings = std::move(kept);
}

// A message all of whose offers are listings is one more finding only where it says more than they do.
void DropWholesOfParts(const std::vector<Listing>& listings, size_t own,
                       std::vector<MatchCandidate>& candidates) {
  std::vector<std::pair<std::string_view, Level>> parts;
  for (const MatchCandidate& candidate : candidates) {
    if (candidate.listing < own) parts.emplace_back(listings[candidate.listing].site_id, candidate.level);
  }
  std::erase_if(candidates, [&](const MatchCandidate& whole) {
    return whole.listing >= own && std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
             return part.second >= whole.level && IsPartOf(part.first, listings[whole.listing].site_id);
           });
  });
}

// `least`: a page as a whole that reaches less is not worth a listing of its own.
PageAnalysis Judge(PageContents contents, const AnalysisContext& context, Level least = Level::kMedium) {
  const size_t own = contents.listings.size();
  std::vector<Listing> listings = std::move(contents.listings);
  std::move(contents.talk.begin(), contents.talk.end(), std::back_inserter(listings));
  const size_t read = listings.size();  // by whoever read the page
  const Said said(listings);
  for (const Message& message : contents.messages) {
    if (!said.Has(message)) listings.push_back(ListingOf(message));
  }
  MatchOutput output;
  if (context.rules != nullptr && contents.document.page_class == PageClass::kContent) {
    output = Match(contents.document, contents, listings, context, nullptr);
    DropWholesOfParts(listings, own, output.candidates);
    // A page is judged as a whole only where nothing smaller on it explains it: an index page is not one more
    // finding beside its listings.
    if (std::none_of(output.candidates.begin(), output.candidates.end(), AskedOfAPerson) && read <= 1) {
      std::vector<Listing> whole = {ListingOf(contents)};
      const Document own_words = OwnWords(contents.document);
      MatchOutput page = Match(own_words, contents, whole, context, output.page);
      // What is left out of the page's own words (its footer, its menu) may still say what kind of page it is.
      if (output.page == nullptr && !page.candidates.empty() && AskedOfAPerson(page.candidates.front()))
        page = Match(own_words, contents, whole, context, context.rules->ReadPage(contents.document));
      output.undecided = output.undecided || page.undecided;
      if (!page.candidates.empty() &&
          (AskedOfAPerson(page.candidates.front()) ||
           (output.candidates.empty() && page.candidates.front().level >= least))) {
        page.candidates.front().listing = static_cast<uint32_t>(listings.size());
        listings.push_back(std::move(whole.front()));
        output.candidates.push_back(std::move(page.candidates.front()));
      }
    }
  }
  DropUnmatched(listings, output.candidates, own);
  if (output.undecided)
    contents.document.weirds.push_back({"rules_undecided", "a budget ended before every rule was decided"});

  PageAnalysis analysis;
  analysis.document = std::move(contents.document);
  analysis.listings = std::move(listings);
  analysis.messages = std::move(contents.messages);
  analysis.identifiers = std::move(contents.identifiers);
  analysis.candidates = std::move(output.candidates);
  return analysis;
}

ExtractOptions OptionsOf(const AnalysisContext& context) {
  ExtractOptions options;
  options.profile = context.profile;
  options.source_kind = context.source_kind.value_or(SourceKind::kMarket);
  options.fetched_at = context.fetched_at;
  options.text_only = context.text_only;
  return options;
}

}  // namespace

PageAnalysis AnalyzePage(const CapturedPage& page, const AnalysisContext& context) {
  const HtmlInput input{page.body, page.content_type, page.url, page.status};
  return Judge(ExtractPage(input, OptionsOf(context)), context);
}

PageAnalysis Analyze(AnalysisKind kind, const CapturedPage& page, const AnalysisContext& context) {
  switch (kind) {
    case AnalysisKind::kPage:
      return AnalyzePage(page, context);
    case AnalysisKind::kRobots:
    case AnalysisKind::kSitemap:
    case AnalysisKind::kFeed:
    case AnalysisKind::kMirrorList:
      break;
  }
  // Not a page that anybody reads: its text and links, and no findings.
  AnalysisContext no_rules = context;
  no_rules.rules = nullptr;
  PageAnalysis analysis = AnalyzePage(page, no_rules);
  if (kind == AnalysisKind::kSitemap || kind == AnalysisKind::kFeed) {
    analysis.document.links = FeedLinks(page.body, page.url);
    if (!analysis.document.links.empty()) analysis.document.page_class = PageClass::kContent;
  }
  if (kind == AnalysisKind::kMirrorList) {
    analysis.signed_list = ReadSignedList(page.body, context.pinned, context.fetched_at);
    // A page whose markup stands inside what was signed.
    if (analysis.signed_list->verdict != SignatureVerdict::kGood) {
      SignedList shown = ReadSignedList(analysis.document.text, context.pinned, context.fetched_at);
      if (shown.verdict == SignatureVerdict::kGood) analysis.signed_list = std::move(shown);
    }
  }
  if (kind == AnalysisKind::kRobots) analysis.robots = ParseRobots(page.body, kRobotsAgent);
  return analysis;
}

PageAnalysis AnalyzeItem(const AnalysisItem& item, const AnalysisContext& context) {
  ExtractOptions options = OptionsOf(context);
  options.given = {item.title, item.vendor, item.price};
  if (!item.html.empty()) {
    // What was given is UTF-8 already, whatever the page says of itself.
    const HtmlInput input{item.html, "text/html; charset=utf-8", item.url, 200};
    return Judge(ExtractPage(input, options), context);
  }
  // Who scans a text asks of that text: what is seen in it is said, however little it is, unless a smaller part of it
  // says so already.
  return Judge(ExtractText({item.text, item.url}, options), context, Level::kInformational);
}

}  // namespace gasht
