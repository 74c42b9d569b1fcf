#pragma once

// Identifiers: how to reach or pay somebody, as written in text or in a link, with proof where the kind has one.
//
// Thread-safe free functions, linear in the text; libphonenumber only parses and validates candidates that were found
// here (its own search takes seconds a megabyte). A candidate whose proof fails is kept as failed, never reported as a
// find.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/listing.h"
#include "model/source.h"

namespace gasht {

struct IdentifierOptions {
  std::string field = "text";  // written into every Identifier
  SourceKind source_kind = SourceKind::kMarket;
  size_t max_results = 5'000;
  // Pages written out in running text are identifiers of kind `url`, where the link says nothing more exact.
  bool urls = true;
  // Every place a value stands at, not only the first.
  bool keep_repeats = false;
};

// In order of appearance; spans are bytes of `text`. The same value twice is reported once, where it stands first,
// unless repeats are kept.
std::vector<Identifier> FindIdentifiers(std::string_view text, const IdentifierOptions& options);

// What one absolute URL points at ("https://wa.me/923001234567", "mailto:", "tel:"); spans cover it whole.
std::vector<Identifier> IdentifiersOfUrl(std::string_view url, const IdentifierOptions& options);

}  // namespace gasht
