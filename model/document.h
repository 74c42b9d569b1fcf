#pragma once

// Document: what a visitor reads on a page, without its markup. Plain value, made by extract/.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/capture.h"

namespace gasht {

// A half-open range of bytes in some UTF-8 string. Printed JSON has code points instead (model/json).
struct Span {
  size_t begin = 0;
  size_t end = 0;
  size_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

// A run of text that one block element (paragraph, cell, heading) holds.
struct TextBlock {
  Span span;  // into Document::text
  // Where its text begins and ends in the UTF-8 markup that was parsed.
  Span source;
  bool is_main = false;  // not navigation or boilerplate
  std::string language;  // BCP 47; empty when not decided on its own
  friend bool operator==(const TextBlock&, const TextBlock&) = default;
};

// Of a link to a feed that the page names as its own.
inline constexpr std::string_view kFeedRel = "feed";

struct Link {
  std::string url;   // absolute
  std::string text;  // white space folded
  Span span;         // of the text in Document::text; empty when the link has none
  std::string rel;   // as written, or a word of ours: "next", "prev", kFeedRel, "sitemap"
  friend bool operator==(const Link&, const Link&) = default;
};

// Something odd about hostile or broken input that did not stop us: a fixed name and a number or word, never
// captured text. "depth_limit", "undecoded_bytes", "over_budget".
struct Weird {
  std::string name;
  std::string detail;
  friend bool operator==(const Weird&, const Weird&) = default;
};

struct Document {
  std::string url;
  PageClass page_class = PageClass::kContent;
  std::string title;
  std::string language = "und";  // BCP 47
  std::string charset;           // what the bytes were decoded from
  std::string text;              // everything visible, in reading order; blocks are separated by '\n'
  std::string main_text;         // without navigation and boilerplate
  std::vector<TextBlock> blocks;
  std::vector<Link> links;  // in document order
  // Over budget: no tree was built, `text` is what a linear pass could find.
  bool degraded = false;
  std::vector<Weird> weirds;
  // Shown on the page and not fetched with it.
  uint32_t pictures = 0;
  friend bool operator==(const Document&, const Document&) = default;
};

}  // namespace gasht
