#pragma once

// Selectors of an extraction profile: CSS (translated to XPath 1.0, the way cssselect and parsel do it) or
// XPath as it is, when it starts with "/", "./", "../" or "(". A "selector@name" takes an attribute instead
// of the text, also "selector::attr(name)" and "selector::text"; "@name" alone is the item's own attribute.
//
// CSS understood: type, *, .class, #id, [a], [a=b] with ~= |= ^= $= *= !=, the combinators " ", ">", "+",
// "~", ",", :first-child :last-child :only-child :first-of-type :last-of-type :only-of-type :nth-child()
// :nth-last-child() :nth-of-type() :nth-last-of-type() :not() :is() :has() :empty :root :contains("text")
// :checked :link, ::text,
// ::attr(name).
//
// Immutable and thread-safe once compiled.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "extract/html.h"

namespace gasht {

// The XPath of a CSS selector group, relative to a context node: "descendant-or-self::a[...] | ...".
// InvalidArgument with the column (from 1) of what is wrong.
Result<std::string> CssToXPath(std::string_view css);

class Selector {
 public:
  static Result<Selector> Compile(std::string_view text);

  // The XPath that is evaluated, without the attribute.
  const std::string& xpath() const { return xpath_; }
  // The attribute asked for; empty for the text.
  const std::string& attribute() const { return attribute_; }
  // True for "@name" and "::text": the item itself.
  bool is_self() const { return xpath_.empty(); }

  struct Impl;

 private:
  std::string xpath_;
  std::string attribute_;
  std::shared_ptr<const Impl> impl_;
  friend class SelectorRun;
};

// One value that a selector found on a page.
struct Selected {
  uint32_t node = 0;  // its element in the page's tree
  std::string text;   // white space folded: visible words, or the attribute's value
};

// Runs selectors on one page. `context` is an element of its tree (0: the whole page). In document order, at
// most `max_results`. REQUIRES: page.has_tree(), page outlives it.
class SelectorRun {
 public:
  explicit SelectorRun(const ParsedPage& page) : page_(page) {}
  std::vector<Selected> Select(const Selector& selector, uint32_t context, size_t max_results) const;

 private:
  const ParsedPage& page_;
};

}  // namespace gasht
