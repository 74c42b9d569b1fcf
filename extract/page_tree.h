#pragma once

// PageTree: the elements and texts of one page as a flat array in document order. Private to extract/.
//
// A node's subtree is the range [node, nodes[node].end), so every walk is a loop and nothing recurses. Names,
// values and texts are views into memory the tree owns. Immutable once built; confined to one thread (the
// XPath tree is made on first use).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gumbo.h>
#include <pugixml.hpp>

#include "extract/guard.h"

namespace gasht {

using NodeIndex = uint32_t;
constexpr NodeIndex kNoNode = 0xffffffffu;

struct TreeAttribute {
  std::string_view name, value;
};

struct TreeNode {
  NodeIndex parent = kNoNode;
  NodeIndex end = 0;              // one behind the last node of the subtree
  NodeIndex next = kNoNode;       // next sibling
  uint16_t tag = GUMBO_TAG_LAST;  // a GumboTag; GUMBO_TAG_LAST for a text
  uint16_t attribute_count = 0;
  uint32_t attribute_begin = 0;
  uint32_t depth = 0;
  bool hidden = false;    // not shown, by itself or by an ancestor
  std::string_view text;  // of a text; the name of an element
  uint32_t source_begin = 0, source_end = 0;
  // Where the subtree's words stand in Document::text; equal when it has none.
  uint32_t visible_begin = 0, visible_end = 0;

  bool is_text() const { return tag == GUMBO_TAG_LAST; }
  bool is_element() const { return tag != GUMBO_TAG_LAST; }
};

class PageTree {
 public:
  PageTree() = default;
  PageTree(const PageTree&) = delete;
  PageTree& operator=(const PageTree&) = delete;

  // Takes over `source` (what the tokens point into). False when a budget ran out: the tree is then empty.
  bool Build(std::string source, GuardedMarkup guarded, size_t max_arena_bytes);

  const std::vector<TreeNode>& nodes() const { return nodes_; }
  std::vector<TreeNode>& mutable_nodes() { return nodes_; }
  const TreeNode& node(NodeIndex i) const { return nodes_[i]; }
  const std::string& source() const { return source_; }
  // The source back, after Build has failed.
  std::string TakeSource() { return std::move(source_); }

  // The attribute's value; empty when there is none.
  std::string_view Attribute(NodeIndex node, std::string_view name) const;
  bool HasAttribute(NodeIndex node, std::string_view name) const;
  const TreeAttribute* attributes_begin(NodeIndex node) const {
    return &attributes_[nodes_[node].attribute_begin];
  }

  NodeIndex first_child(NodeIndex node) const { return nodes_[node].end > node + 1 ? node + 1 : kNoNode; }

  // First element with `tag` in the subtree of `from` (itself not counted), or kNoNode.
  NodeIndex Find(NodeIndex from, int tag) const;

  // The characters of all texts in the subtree, shown or not, with line breaks for <br> and around blocks.
  // At most `max_bytes`.
  std::string RawText(NodeIndex node, size_t max_bytes = 1u << 20) const;

  // The same page for XPath, and the way between the two. REQUIRES for the latter: xml() was called.
  const pugi::xml_document& xml() const;
  NodeIndex IndexOf(const pugi::xml_node& node) const;
  pugi::xml_node XmlOf(NodeIndex node) const { return xml_nodes_[node]; }

 private:
  class Arena;
  std::string_view Expand(const char* text);
  // Those of a start tag as the guard kept them (`written`; null: the parser made the element up).
  void AddAttributes(const GuardedMarkup::Tag* written, const GumboElement& element);

  std::string source_;
  GuardedMarkup guarded_;
  std::shared_ptr<Arena> arena_;
  std::vector<std::unique_ptr<std::string>> joined_;  // texts of more than one token
  std::vector<TreeNode> nodes_;
  std::vector<TreeAttribute> attributes_;
  mutable std::unique_ptr<pugi::xml_document> xml_;
  mutable std::vector<pugi::xml_node> xml_nodes_;
  mutable std::vector<std::pair<const void*, NodeIndex>> xml_index_;
};

// Elements that begin a new line of text.
bool IsBlockTag(int tag);
// Elements whose text is not the page's: script, style, template, head's own.
bool IsInvisibleTag(int tag);

}  // namespace gasht
