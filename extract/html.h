#pragma once

// ParsedPage: the bytes of a page as a tree (private to extract/) and as the Document a visitor reads.
//
// Owns all it points to; immutable after ParseHtml; confined to one thread. No input fails: over budget there
// is no tree, `document().degraded` is set and the text comes from a linear pass.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "extract/extract.h"
#include "model/document.h"

namespace gasht {

class PageTree;

class ParsedPage {
 public:
  ParsedPage();
  ~ParsedPage();
  ParsedPage(ParsedPage&&) noexcept;
  ParsedPage& operator=(ParsedPage&&) noexcept;

  const Document& document() const { return document_; }
  Document& mutable_document() { return document_; }
  // Empty when degraded.
  const PageTree& tree() const { return *tree_; }
  bool has_tree() const { return !document_.degraded; }
  // Bodies of JSON-LD scripts and of application/json scripts, as written.
  const std::vector<std::string>& json_ld() const { return json_ld_; }
  const std::vector<std::string>& state_json() const { return state_json_; }
  // Of the source, PageMark; none without a tree.
  uint64_t marks() const { return marks_; }
  // What `reference` points to from this page, absolute; empty when it is no link to anywhere.
  std::string Absolute(std::string_view reference) const;

 private:
  friend ParsedPage ParseHtml(const HtmlInput& input, const ExtractOptions& options);
  std::unique_ptr<PageTree> tree_;
  Document document_;
  std::vector<std::string> json_ld_, state_json_;
  std::optional<Url> base_url_;
  uint64_t marks_ = 0;
};

ParsedPage ParseHtml(const HtmlInput& input, const ExtractOptions& options);

}  // namespace gasht
