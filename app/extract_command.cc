// gasht extract: what one page says.

#include <unistd.h>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/offline.h"
#include "app/output.h"
#include "base/file.h"
#include "base/url.h"
#include "config/profile.h"
#include "extract/price.h"
#include "model/json.h"

namespace gasht {
namespace {

constexpr size_t kMaxPageBytes = size_t{64} << 20;

// What a gram costs: by the price list where it has weights, else by the item's own price and weight.
std::string PerGram(const Listing& listing) {
  if (listing.prices.empty()) return "";
  Price price = listing.prices.front();
  if (!price.quantity) price.quantity = listing.quantity;
  const auto each = PricePerGram(price);
  return each ? each->amount() + " " + each->currency : "";
}

void PrintForPeople(const PageAnalysis& analysis) {
  const Document& document = analysis.document;
  PrintLine(fmt::format("{}  ({}, {}, {} characters, {} links)", Printable(document.title),
                        PageClassName(document.page_class), document.language, document.text.size(),
                        document.links.size()));
  Table listings({"KIND", "TITLE", "VENDOR", "PRICE", "QUANTITY", "PER GRAM", "SHIPS FROM"});
  for (const Listing& listing : analysis.listings) {
    const Money price = listing.prices.empty() ? Money{} : listing.prices.front().amount;
    listings.Add({std::string(ListingKindName(listing.kind)), listing.title, listing.vendor,
                  listing.prices.empty() ? "" : price.amount() + " " + price.currency,
                  listing.quantity ? listing.quantity->value + " " + listing.quantity->unit : "",
                  PerGram(listing), listing.ships_from});
  }
  if (!listings.empty()) PrintLine("\n" + listings.Render());
  Table messages({"ID", "TIME", "AUTHOR", "TEXT"});
  for (const Message& message : analysis.messages)
    messages.Add({message.id, message.time ? FormatRfc3339(*message.time) : message.time_as_written,
                  message.author, message.text});
  if (!messages.empty()) PrintLine("\n" + messages.Render(72));
  Table identifiers({"IDENTIFIER", "VALUE", "CHECK", "ROLE"});
  for (const Identifier& identifier : analysis.identifiers)
    identifiers.Add({std::string(IdentifierKindName(identifier.kind)), identifier.value,
                     std::string(IdentifierCheckName(identifier.check)),
                     std::string(IdentifierRoleName(identifier.role))});
  if (!identifiers.empty()) PrintLine("\n" + identifiers.Render(100));
  for (const Weird& weird : document.weirds) {
    if (weird.name == "profile_unmatched") {
      PrintLine(
          fmt::format("profile: the selector of `{}` matched nothing on this page", Printable(weird.detail)));
    } else if (weird.name == "profile_selector") {
      PrintLine(fmt::format("profile: the selector of `{}` cannot be read", Printable(weird.detail)));
    } else {
      PrintLine(fmt::format("odd: {} {}", weird.name, Printable(weird.detail)));
    }
  }
  PrintLine("\n" + Printable(document.main_text.substr(0, 2000)));
}

}  // namespace

int RunExtractCommand(const GlobalOptions& global, const ExtractArguments& arguments) {
  if (const auto url = Url::Parse(arguments.url); !url.ok()) return Fail(url.status().WithContext("--url"));
  AnalysisContext context;
  if (!arguments.profile.empty()) {
    const Result<ExtractionProfile> profile = LoadProfile(arguments.profile);
    if (!profile.ok()) return Fail(Status::InvalidArgument(profile.status().message()));
    context.profile = *profile;
  }
  Result<std::string> bytes = ReadInput(arguments.file, kMaxPageBytes);
  if (!bytes.ok())
    return Fail(bytes.status().code() == StatusCode::kNotFound
                    ? Status::InvalidArgument(bytes.status().message())
                    : bytes.status());
  CapturedPage page;
  page.url = arguments.url;
  page.body = std::move(*bytes);
  PageAnalysis analysis = AnalyzePage(page, context);
  AssignOfflineIds(analysis);
  // A program reads what goes into a pipe.
  if (global.json || isatty(STDOUT_FILENO) != 1) {
    PrintJson(ExtractJson(analysis));
  } else {
    PrintForPeople(analysis);
  }
  return 0;
}

}  // namespace gasht
