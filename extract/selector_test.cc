#include "extract/selector.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr std::string_view kPage =
    "<div id=top class='a b'><p class=x>one</p><p class='x y'>two <b>bold</b></p><span "
    "data-k=v1>three</span></div>"
    "<ul><li>i1<li class=sel>i2<li>i3<li>i4</ul><div class=b><a href='/u/foo' title=T>foo</a><em></em></div>";

ParsedPage Parse(std::string_view html) {
  HtmlInput input;
  input.bytes = html;
  return ParseHtml(input, {});
}

std::string Join(const std::vector<Selected>& found) {
  std::string out;
  for (const Selected& one : found) {
    if (!out.empty()) out += '|';
    out += one.text;
  }
  return out;
}

TEST(Selector, WhatItSelects) {
  struct Case {
    const char* selector;
    const char* found;  // texts joined by '|'
  };
  const Case cases[] = {
      {"p", "one|two bold"},
      {".x", "one|two bold"},
      {".y", "two bold"},
      {"p.x.y", "two bold"},
      {"#top > p", "one|two bold"},
      {"div p b", "bold"},
      {"div > b", ""},
      {"p + p", "two bold"},
      {"p ~ span", "three"},
      {"p + p + span", "three"},
      {"span[data-k]", "three"},
      {"span[data-k=v1]", "three"},
      {"span[data-k='v2']", ""},
      {"a[href^='/u/']", "foo"},
      {"a[href$=foo]", "foo"},
      {"a[href*='u/f']", "foo"},
      {"[class~=b]", "one two bold three|foo"},
      {"li:first-child", "i1"},
      {"li:last-child", "i4"},
      {"li:nth-child(2)", "i2"},
      {"li:nth-child(odd)", "i1|i3"},
      {"li:nth-child(2n)", "i2|i4"},
      {"li:nth-child(n+3)", "i3|i4"},
      {"li:nth-child(-n+2)", "i1|i2"},
      {"li:nth-last-child(1)", "i4"},
      {"p:nth-of-type(2)", "two bold"},
      {"li:not(.sel)", "i1|i3|i4"},
      {"p:is(.y, .z)", "two bold"},
      {"div:has(> a)", "foo"},
      {"div:has(b)", "one two bold three"},
      {"p:contains('two')", "two bold"},
      {"em:empty", ""},
      {"b, em, a", "bold|foo|"},
      {"a@href", "/u/foo"},
      {"a::attr(title)", "T"},
      {"a::text", "foo"},
      {"//p/b", "bold"},
      {".//a/@href", "/u/foo"},
      {"(//li)[3]", "i3"},
      {"P.X", ""},  // class names keep their case
      {"P", "one|two bold"},
  };
  const ParsedPage page = Parse(kPage);
  const SelectorRun run(page);
  for (const Case& c : cases) {
    const Result<Selector> selector = Selector::Compile(c.selector);
    ASSERT_TRUE(selector.ok()) << c.selector << ": " << selector.status().message();
    EXPECT_EQ(Join(run.Select(*selector, 0, 100)), c.found) << c.selector << " = " << selector->xpath();
  }
}

TEST(Selector, RelativeToAnItem) {
  const ParsedPage page = Parse("<div class=i data-id=7><b>x</b></div><div class=i data-id=8><b>y</b></div>");
  const SelectorRun run(page);
  const auto items = run.Select(*Selector::Compile("div.i"), 0, 10);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(Join(run.Select(*Selector::Compile("b"), items[1].node, 10)), "y");
  EXPECT_EQ(Join(run.Select(*Selector::Compile("@data-id"), items[1].node, 10)), "8");
  EXPECT_EQ(Join(run.Select(*Selector::Compile("::text"), items[0].node, 10)), "x");
}

TEST(Selector, ErrorsNameTheColumn) {
  struct Case {
    const char* selector;
    const char* message;
  };
  const Case cases[] = {
      {"", "column 1"},         {"p >", "column 4"},
      {"p[", "column 3"},       {"p[a=", "column 5"},
      {"div:nope", "column 4"}, {"p:nth-child(x)", "column"},
      {"a:not(b", "column"},    {"p..x", "column 3"},
      {"//p[", "column"},       {"//p/text() = 'x'", "column"},
      {"a{b}", "column 2"},
  };
  for (const Case& c : cases) {
    const Result<Selector> selector = Selector::Compile(c.selector);
    ASSERT_FALSE(selector.ok()) << c.selector;
    EXPECT_EQ(selector.status().code(), StatusCode::kInvalidArgument) << c.selector;
    EXPECT_NE(selector.status().message().find(c.message), std::string::npos)
        << c.selector << ": " << selector.status().message();
  }
}

// A second opinion: a matcher that walks the tree itself, for compounds of tag, class, id and attribute joined by
// descendant and child, against what the XPath finds.
struct Simple {
  std::string tag, id, class_name, attribute;
  char combinator = ' ';  // to the one before
};

bool Matches(const PageTree& tree, NodeIndex i, const Simple& s) {
  const TreeNode& node = tree.node(i);
  if (!node.is_element() || (!s.tag.empty() && node.text != s.tag)) return false;
  if (!s.id.empty() && tree.Attribute(i, "id") != s.id) return false;
  if (!s.attribute.empty() && !tree.HasAttribute(i, s.attribute)) return false;
  if (s.class_name.empty()) return true;
  const std::string classes = " " + FoldWhiteSpace(tree.Attribute(i, "class")) + " ";
  return classes.find(" " + s.class_name + " ") != std::string::npos;
}

bool MatchesChain(const PageTree& tree, NodeIndex i, const std::vector<Simple>& chain, size_t last) {
  if (!Matches(tree, i, chain[last])) return false;
  if (last == 0) return true;
  for (NodeIndex up = tree.node(i).parent; up != kNoNode; up = tree.node(up).parent) {
    if (MatchesChain(tree, up, chain, last - 1)) return true;
    if (chain[last].combinator == '>') return false;
  }
  return false;
}

TEST(Selector, AgreesWithANaiveMatcher) {
  uint32_t seed = 12345;
  const auto next = [&](uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  const char* const tags[] = {"div", "p", "b", "span"};
  const char* const classes[] = {"x", "y", "z"};
  for (int round = 0; round < 60; ++round) {
    std::string html;
    int depth = 0;
    for (int i = 0; i < 60; ++i) {
      if (depth > 0 && next(3) == 0) {
        html += "</div>";
        --depth;
        continue;
      }
      html += "<div";
      if (next(2) == 0) html += std::string(" class='") + classes[next(3)] + " " + classes[next(3)] + "'";
      if (next(5) == 0) html += " id=i" + std::to_string(next(4));
      if (next(4) == 0) html += " data-a=1";
      html += '>';
      ++depth;
      html += std::string("<") + tags[2 + next(2)] + " class=" + classes[next(3)] + ">t</" + tags[2] + ">";
    }
    const ParsedPage page = Parse(html);
    const PageTree& tree = page.tree();
    for (int s = 0; s < 20; ++s) {
      std::vector<Simple> chain(1 + next(3));
      std::string css;
      for (size_t i = 0; i < chain.size(); ++i) {
        Simple& one = chain[i];
        if (i > 0) {
          one.combinator = next(2) == 0 ? '>' : ' ';
          css += one.combinator == '>' ? " > " : " ";
        }
        if (next(2) == 0) one.tag = tags[next(4)];
        if (next(2) == 0) one.class_name = classes[next(3)];
        if (next(6) == 0) one.id = "i" + std::to_string(next(4));
        if (next(5) == 0) one.attribute = "data-a";
        if (one.tag.empty() && one.class_name.empty() && one.id.empty() && one.attribute.empty())
          one.tag = "div";
        css += one.tag;
        if (!one.id.empty()) css += "#" + one.id;
        if (!one.class_name.empty()) css += "." + one.class_name;
        if (!one.attribute.empty()) css += "[" + one.attribute + "]";
      }
      const Result<Selector> selector = Selector::Compile(css);
      ASSERT_TRUE(selector.ok()) << css;
      std::vector<uint32_t> expected, found;
      for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
        if (MatchesChain(tree, i, chain, chain.size() - 1)) expected.push_back(i);
      }
      for (const Selected& one : SelectorRun(page).Select(*selector, 0, 10'000)) found.push_back(one.node);
      EXPECT_EQ(found, expected) << css << " on " << html;
    }
  }
}

}  // namespace
}  // namespace gasht
