#pragma once

// Discovery: the places that a page points to and that nobody patrols. They are proposed with where they were seen; a person
// adopts them. Pure functions; KnownAddresses is const after construction, thread-safe.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/scope.h"
#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/frontier.h"
#include "model/page_analysis.h"
#include "model/source.h"

namespace gasht {

// The addresses of every source, adopted mirrors included.
class KnownAddresses {
 public:
  void Add(const Source& source);

  bool HasOnion(std::string_view host) const { return onions_.contains(std::string(host)); }
  bool HasTelegram(const std::string& channel) const { return telegram_.contains(channel); }
  // The known onion that `host` can be mistaken for: it begins with the same six letters, or the same four and ends alike. Empty
  // when there is none. People read the first letters and stop; whoever makes a trap computes those.
  std::string LookalikeOf(std::string_view host) const;

 private:
  std::set<std::string> onions_;  // "<56 letters>.onion"
  std::set<std::string> telegram_;
};

// Of one page; what is beyond is left out.
inline constexpr size_t kMaxCandidatesOfPage = 200;

// t.me channels and invitations, WhatsApp invitations, onions (as mirrors where the page calls them so), and feeds on the
// source's hosts that its scope leaves out. Each once, without captures (the store writer fills them). A page that is no content
// has none, but a seizure banner's links are read as well.
std::vector<Candidate> FindCandidates(const Source& source, const Scope& scope, const KnownAddresses& known,
                                      const Capture& capture, const PageAnalysis& analysis);

// The addresses of a signed list that are not the source's yet, as mirrors with the basis of the signature.
std::vector<Candidate> SignedCandidates(const Source& source, const KnownAddresses& known,
                                        const Capture& capture, const SignedList& list);

}  // namespace gasht
