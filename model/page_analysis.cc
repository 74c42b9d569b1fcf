#include "model/page_analysis.h"

#include <array>
#include <charconv>
#include <utility>

namespace gasht {
namespace {

template <typename Owner>
struct NamedField {
  std::string_view name;
  std::string Owner::*member;
};

constexpr std::array<NamedField<Document>, 4> kDocumentFields = {{
    {"text", &Document::text},
    {"title", &Document::title},
    {"main_text", &Document::main_text},
    {"url", &Document::url},
}};
constexpr std::array<NamedField<Listing>, 7> kListingFields = {{
    {"title", &Listing::title},
    {"vendor", &Listing::vendor},
    {"category", &Listing::category},
    {"url", &Listing::url},
    {"site_id", &Listing::site_id},
    {"ships_from", &Listing::ships_from},
    {"ships_to", &Listing::ships_to},
}};
constexpr std::array<NamedField<Message>, 2> kMessageFields = {{
    {"text", &Message::text},
    {"author", &Message::author},
}};
constexpr std::array<NamedField<Link>, 2> kLinkFields = {{
    {"text", &Link::text},
    {"url", &Link::url},
}};

template <typename Owner, size_t N>
std::optional<std::string_view> Find(const Owner& owner, std::string_view name,
                                     const std::array<NamedField<Owner>, N>& fields) {
  for (const auto& field : fields) {
    if (field.name == name) return owner.*field.member;
  }
  return std::nullopt;
}

// "N/name" of `owners`.
template <typename Owner, size_t N>
std::optional<std::string_view> FindIn(const std::vector<Owner>& owners, std::string_view path,
                                       const std::array<NamedField<Owner>, N>& fields) {
  size_t index = 0;
  const char* const end = path.data() + path.size();
  const auto [rest, error] = std::from_chars(path.data(), end, index);
  if (error != std::errc() || index >= owners.size() || rest == end || *rest != '/') return std::nullopt;
  return Find(owners[index], std::string_view(rest + 1, end), fields);
}

bool IsBoundary(std::string_view text, size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

bool Fits(const Span& span, std::string_view text) {
  return span.begin <= span.end && span.end <= text.size() && IsBoundary(text, span.begin) &&
         IsBoundary(text, span.end);
}

Status Misfit(std::string_view what) {
  return Status::InvalidArgument(std::string(what) + " does not fit the text it points into");
}

Status CheckIdentifiers(const PageAnalysis& analysis, const std::vector<Identifier>& identifiers) {
  for (const Identifier& identifier : identifiers) {
    const auto text = FindField(analysis, identifier.field);
    if (!text || !Fits(identifier.span, *text)) return Misfit("an identifier");
  }
  return Status::Ok();
}

}  // namespace

std::optional<std::string_view> FindField(const PageAnalysis& analysis, std::string_view field) {
  const size_t slash = field.find('/');
  if (slash == std::string_view::npos) return Find(analysis.document, field, kDocumentFields);
  const std::string_view list = field.substr(0, slash), path = field.substr(slash + 1);
  if (list == "listings") return FindIn(analysis.listings, path, kListingFields);
  if (list == "messages") return FindIn(analysis.messages, path, kMessageFields);
  if (list == "links") return FindIn(analysis.document.links, path, kLinkFields);
  return std::nullopt;
}

std::optional<std::string_view> FindField(const Listing& listing, std::string_view name) {
  return Find(listing, name, kListingFields);
}

Status CheckPageAnalysis(const PageAnalysis& analysis) {
  const std::string& text = analysis.document.text;
  for (const TextBlock& block : analysis.document.blocks) {
    if (!Fits(block.span, text)) return Misfit("a text block");
  }
  for (const Link& link : analysis.document.links) {
    if (!Fits(link.span, text)) return Misfit("a link");
  }
  for (const Listing& listing : analysis.listings) {
    if (!Fits(listing.span, text)) return Misfit("a listing");
    GASHT_RETURN_IF_ERROR(CheckIdentifiers(analysis, listing.identifiers));
  }
  for (const Message& message : analysis.messages)
    GASHT_RETURN_IF_ERROR(CheckIdentifiers(analysis, message.identifiers));
  GASHT_RETURN_IF_ERROR(CheckIdentifiers(analysis, analysis.identifiers));
  for (const MatchCandidate& candidate : analysis.candidates) {
    if (candidate.listing >= analysis.listings.size())
      return Status::InvalidArgument("a match candidate names a listing that does not exist");
    if (candidate.score < 0 || candidate.score > 100)
      return Status::InvalidArgument("a score is not in 0-100");
    for (const TermMatch& match : candidate.matches) {
      const auto field = FindField(analysis, match.field);
      if (!field || !Fits(match.span, *field) ||
          field->substr(match.span.begin, match.span.size()) != match.text)
        return Misfit("a match");
    }
  }
  return Status::Ok();
}

}  // namespace gasht
