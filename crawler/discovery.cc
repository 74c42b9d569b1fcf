#include "crawler/discovery.h"

#include <algorithm>
#include <array>
#include <optional>

namespace gasht {
namespace {

constexpr size_t kOnionLabel = 56;
// Where "our mirrors:" stands before a list of addresses.
constexpr size_t kWordsBefore = 200;
constexpr size_t kMaxValueBytes = 256;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool AllOf(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

// The elements of a path, at most three.
std::vector<std::string_view> PathOf(std::string_view path) {
  std::vector<std::string_view> elements;
  while (!path.empty() && elements.size() < 3) {
    if (path[0] == '/') path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) elements.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return elements;
}

struct Place {
  CandidateKind kind;
  std::string value;
};

std::optional<Place> TelegramPlace(const Url& url) {
  const std::string_view host = url.host();
  if (host != "t.me" && host != "telegram.me" && host != "telegram.dog") return std::nullopt;
  const std::vector<std::string_view> path = PathOf(url.path());
  if (path.empty()) return std::nullopt;
  std::string_view invitation;
  if (path[0] == "joinchat" && path.size() > 1) invitation = path[1];
  if (path[0].starts_with('+')) invitation = path[0].substr(1);
  if (path[0].starts_with("%2B")) invitation = path[0].substr(3);
  if (!invitation.empty()) {
    if (!AllOf(invitation, "_-") || invitation.size() > 64) return std::nullopt;
    return Place{CandidateKind::kTelegramInvite, "t.me/+" + std::string(invitation)};
  }
  // "t.me/s/name" is the channel's preview.
  const std::string_view name = path[0] == "s" && path.size() > 1 ? path[1] : path[0];
  static constexpr std::array<std::string_view, 9> kNoChannels = {
      "share", "addstickers", "iv", "proxy", "socks", "login", "setlanguage", "c", "addemoji"};
  if (std::find(kNoChannels.begin(), kNoChannels.end(), name) != kNoChannels.end()) return std::nullopt;
  if (!AllOf(name, "_") || name.size() < 4 || name.size() > 32) return std::nullopt;
  return Place{CandidateKind::kTelegram, "t.me/" + Lower(name)};
}

std::optional<Place> WhatsappPlace(const Url& url) {
  const std::vector<std::string_view> path = PathOf(url.path());
  if (url.host() == "chat.whatsapp.com" && !path.empty()) {
    const std::string_view code = path[0] == "invite" && path.size() > 1 ? path[1] : path[0];
    if (AllOf(code, "") && code.size() >= 16 && code.size() <= 64)
      return Place{CandidateKind::kWhatsappInvite, "chat.whatsapp.com/" + std::string(code)};
  }
  if ((url.host() == "whatsapp.com" || url.host() == "www.whatsapp.com") && path.size() > 1 &&
      path[0] == "channel" && AllOf(path[1], "") && path[1].size() <= 64)
    return Place{CandidateKind::kWhatsappInvite, "whatsapp.com/channel/" + std::string(path[1])};
  return std::nullopt;
}

bool NamesMirrors(std::string_view text) {
  const std::string lower = Lower(text);
  for (const std::string_view word : {"mirror", "miror", "official link", "working link", "backup link",
                                      "alternative link", "new address", "new link", "متبادل", "نیا لنک"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

// "http://<56>.onion", whatever stands before and behind it.
std::string OnionOrigin(std::string_view host) {
  return "http://" + RegistrableDomain(host);
}

bool LooksLikeFeed(const Url& url) {
  const std::string path = Lower(url.path());
  for (const std::string_view ending : {"/feed", "/feed/", "/rss", "/rss/", ".rss", ".atom", "/rss.xml",
                                        "/atom.xml", "/feed.xml", "/index.rdf"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

size_t CommonPrefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

// Gathers places, each once.
class Gatherer {
 public:
  Gatherer(const Source& source, const KnownAddresses& known, const Capture& capture)
      : source_(source), known_(known), capture_(capture) {}

  bool full() const { return candidates_.size() >= kMaxCandidatesOfPage; }

  void AddOnion(std::string_view host, bool is_mirror) {
    if (CheckOnion(host) != OnionCheck::kValid) return;
    const std::string onion = RegistrableDomain(host);
    if (known_.HasOnion(onion)) return;
    // Named once as a mirror, it is one, however often it stands there.
    if (is_mirror) {
      std::erase_if(candidates_, [&](const Candidate& c) {
        return c.kind == CandidateKind::kOnion && c.value == OnionOrigin(host);
      });
    } else if (Has(CandidateKind::kMirror, OnionOrigin(host))) {
      return;
    }
    Add({is_mirror ? CandidateKind::kMirror : CandidateKind::kOnion, OnionOrigin(host)},
        known_.LookalikeOf(onion));
  }

  void Add(const Place& place, std::string lookalike = "") {
    if (full() || place.value.size() > kMaxValueBytes || Has(place.kind, place.value)) return;
    Candidate candidate;
    candidate.kind = place.kind;
    candidate.value = place.value;
    candidate.id = MakeCandidateId(place.kind, place.value);
    candidate.source = candidate.last_source = source_.id;
    candidate.first_seen = candidate.last_seen = capture_.started_utc;
    candidate.times_seen = 1;
    candidate.lookalike_of = std::move(lookalike);
    candidates_.push_back(std::move(candidate));
  }

  void AddSigned(const std::string& origin, const std::string& signer) {
    const Result<Url> url = Url::Parse(origin);
    if (!url.ok()) return;
    AddOnion(url->host(), true);
    for (Candidate& candidate : candidates_) {
      if (candidate.value != OnionOrigin(url->host())) continue;
      candidate.basis = CandidateBasis::kSignedList;
      candidate.signer = signer;
    }
  }

  std::vector<Candidate> Take() { return std::move(candidates_); }

 private:
  bool Has(CandidateKind kind, std::string_view value) const {
    return std::any_of(candidates_.begin(), candidates_.end(),
                       [&](const Candidate& c) { return c.kind == kind && c.value == value; });
  }

  const Source& source_;
  const KnownAddresses& known_;
  const Capture& capture_;
  std::vector<Candidate> candidates_;
};

}  // namespace

void KnownAddresses::Add(const Source& source) {
  for (const std::vector<Url>* urls : {&source.seeds, &source.mirrors}) {
    for (const Url& url : *urls) {
      if (url.is_onion()) onions_.insert(RegistrableDomain(url.host()));
      if (const auto place = TelegramPlace(url); place && place->kind == CandidateKind::kTelegram)
        telegram_.insert(place->value);
    }
  }
}

std::string KnownAddresses::LookalikeOf(std::string_view host) const {
  const std::string_view label = host.substr(0, kOnionLabel);
  if (label.size() != kOnionLabel) return {};
  for (const std::string& known : onions_) {
    const std::string_view other = std::string_view(known).substr(0, kOnionLabel);
    if (other == label || other.size() != kOnionLabel) continue;
    const size_t prefix = CommonPrefix(label, other);
    // The last letter is the version's and always the same.
    const bool ends_alike = label.substr(kOnionLabel - 5) == other.substr(kOnionLabel - 5);
    if (prefix >= 6 || (prefix >= 4 && ends_alike)) return known;
  }
  return {};
}

std::vector<Candidate> FindCandidates(const Source& source, const Scope& scope, const KnownAddresses& known,
                                      const Capture& capture, const PageAnalysis& analysis) {
  const Document& document = analysis.document;
  Gatherer gatherer(source, known, capture);
  if (document.page_class != PageClass::kContent && document.page_class != PageClass::kSeizureBanner)
    return {};
  for (const Link& link : document.links) {
    if (gatherer.full()) break;
    const Result<Url> url = Url::Parse(link.url);
    if (!url.ok()) continue;
    if (const auto place = TelegramPlace(*url)) {
      if (!known.HasTelegram(place->value)) gatherer.Add(*place);
    } else if (const auto invitation = WhatsappPlace(*url)) {
      gatherer.Add(*invitation);
    } else if (scope.HasHost(*url)) {
      if ((link.rel == kFeedRel || LooksLikeFeed(*url)) && !scope.Decide(*url).allowed)
        gatherer.Add({CandidateKind::kFeed, url->str()});
    } else if (url->is_onion()) {
      const size_t begin = link.span.begin - std::min(link.span.begin, kWordsBefore);
      const std::string_view before =
          begin < document.text.size()
              ? std::string_view(document.text).substr(begin, link.span.begin - begin)
              : std::string_view();
      gatherer.AddOnion(url->host(), NamesMirrors(link.text) || NamesMirrors(before));
    }
  }
  for (const Identifier& identifier : analysis.identifiers) {
    if (identifier.kind != IdentifierKind::kOnion || gatherer.full()) continue;
    const std::string host =
        identifier.value.ends_with(".onion") ? identifier.value : identifier.value + ".onion";
    bool is_mirror = false;
    if (identifier.field == "text" && identifier.span.begin <= document.text.size()) {
      const size_t begin = identifier.span.begin - std::min(identifier.span.begin, kWordsBefore);
      is_mirror = NamesMirrors(std::string_view(document.text).substr(begin, identifier.span.begin - begin));
    }
    gatherer.AddOnion(host, is_mirror);
  }
  return gatherer.Take();
}

std::vector<Candidate> SignedCandidates(const Source& source, const KnownAddresses& known,
                                        const Capture& capture, const SignedList& list) {
  Gatherer gatherer(source, known, capture);
  for (const std::string& origin : list.origins) gatherer.AddSigned(origin, list.signer);
  return gatherer.Take();
}

}  // namespace gasht
