#include "extract/html.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "extract/page_tree.h"

namespace gasht {
namespace {

ParsedPage Parse(std::string_view html, std::string_view url = "http://market.onion/dir/page") {
  HtmlInput input;
  input.bytes = html;
  input.url = url;
  return ParseHtml(input, {});
}

bool HasWeird(const Document& document, std::string_view name) {
  for (const Weird& weird : document.weirds) {
    if (weird.name == name) return true;
  }
  return false;
}

TEST(ParseHtml, FeedsThatAPageNamesAreLinks) {
  const ParsedPage page = Parse(
      "<head><link rel=alternate type='application/rss+xml' title=News href='/updates?format=1'>"
      "<link rel='ALTERNATE home' type=' Application/Atom+XML; charset=utf-8' href=atom>"
      "<link rel=alternate type=application/json href=/no><link rel=stylesheet type=application/rss+xml "
      "href=/no>"
      "<link rel=alternate hreflang=ur href=/no></head><body><a href=/a>a</a>");
  ASSERT_EQ(page.document().links.size(), 3u);
  EXPECT_EQ(page.document().links[0].url, "http://market.onion/updates?format=1");
  EXPECT_EQ(page.document().links[0].rel, kFeedRel);
  EXPECT_EQ(page.document().links[1].url, "http://market.onion/dir/atom");
  EXPECT_EQ(page.document().links[1].rel, kFeedRel);
  EXPECT_EQ(page.document().links[2].rel, "");
}

TEST(ParseHtml, TextInReadingOrder) {
  struct Case {
    const char* html;
    const char* text;
  };
  const Case cases[] = {
      {"", ""},
      {"hello", "hello"},
      {"<p>one</p><p>two</p>", "one\ntwo"},
      {"<p>  a \n b\t c </p>", "a b c"},
      {"a<br>b<br/>c", "a\nb\nc"},
      {"<p>pri<b>ce</b></p>", "price"},
      {"<a href=/x>Home</a><a href=/y>Shop</a>", "Home Shop"},
      {"<span>Rs</span><span>500</span>", "Rs 500"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "a\nb\nc"},
      {"<script>var x='<p>no</p>'</script>yes", "yes"},
      {"<style>p{}</style><p>yes", "yes"},
      {"<!-- <p>no --><p>yes", "yes"},
      {"<script><!-- <script> no </script> no --></script><p>yes", "yes"},
      {"<p>5 &lt; 6 &amp; 7 &nbsp; 8</p>", "5 < 6 & 7 8"},
      {"<p>a long text without any reference in it &euro; 500 and more of it</p>",
       "a long text without any reference in it \xE2\x82\xAC 500 and more of it"},
      {"<div style='display:none'>hidden</div><p hidden>too</p>seen", "seen"},
      {"<select><option>US - 5 days<option>EU - 3 days</select>", "US - 5 days\nEU - 3 days"},
      {"<textarea>line one\nline two</textarea>", "line one\nline two"},
      {"<title>No</title><h1>Yes</h1>", "Yes"},
      {"<noscript>without scripts</noscript>", "without scripts"},
      {"<input type=submit value='Buy now'><input type=hidden value=no>", "Buy now"},
      {"1 < 2 <3", "1 < 2 <3"},
      {"<p>\xDA\x86\xD8\xB1\xD8\xB3 ۵۰۰ روپے</p>", "\xDA\x86\xD8\xB1\xD8\xB3 ۵۰۰ روپے"},
      {"<plaintext><b>all</b> of it", "<b>all</b> of it"},
      {"<svg><title>icon</title><path d='M0'/></svg>text", "text"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.html).document().text, c.text) << c.html;
}

// Attributes never pass through Gumbo, most references neither: what it would make of them, all the same.
TEST(ParseHtml, AttributesAndReferences) {
  struct Case {
    const char* html;
    const char* tag;
    const char* name;
    const char* value;
  };
  const Case cases[] = {
      {"<a href=x title='one'>a</a>", "a", "title", "one"},
      {"<A HREF='UP' href=down>a</a>", "a", "href", "UP"},
      {"<a href='?a=1&amp;b=2&c=3&copy=4'>a</a>", "a", "href", "?a=1&b=2&c=3&copy=4"},
      {"<a title='5 &lt; 6 &quot;x&quot; &#39;y&#039; a & b'>a</a>", "a", "title", "5 < 6 \"x\" 'y' a & b"},
      {"<a title='&euro; 5 &nosuch; &#1590;'>a</a>", "a", "title", "\xE2\x82\xAC 5 &nosuch; \xD8\xB6"},
      {"<a title='&copy;&copy &amp'>a</a>", "a", "title", "\xC2\xA9\xC2\xA9 &"},
      {"<a title=it's\"both\">a</a>", "a", "title", "it's\"both\""},
      {"<a title>a</a>", "a", "title", ""},
      // What the parser makes twice, or merges.
      {"<p><font color=red>a<p>b", "font", "color", "red"},
      {"<body class=x><p>a<body id=y class=z>", "body", "id", "y"},
      {"<p>a<html lang=ur>", "html", "lang", "ur"},
      {"<table><input type=hidden name=x value='a &amp; b'><tr><td>c</table>", "input", "value", "a & b"},
      {"<svg><image href='p'/><g class=s><path d=M0 /><title>t</title></g></svg>", "image", "href", "p"},
      {"<image src=p>", "img", "src", "p"},
  };
  for (const Case& c : cases) {
    const ParsedPage page = Parse(c.html);
    const PageTree& tree = page.tree();
    std::string values;
    for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
      if (tree.node(i).is_element() && tree.node(i).text == c.tag && tree.HasAttribute(i, c.name))
        values = tree.Attribute(i, c.name);
    }
    EXPECT_EQ(values, c.value) << c.html;
  }
  for (const auto& [html, text] :
       {std::pair{"<p>&amp;&#39;&euro;</p>", "&'\xE2\x82\xAC"},
        std::pair{"<p>a &copy= b &nosuch; c&amp;lt; d</p>", "a \xC2\xA9= b &nosuch; c&lt; d"},
        std::pair{"<p>AT&T &amp T</p>", "AT&T & T"},
        std::pair{"<svg><g><text>words</text><path d=M></g></svg><p>after", "words\nafter"},
        std::pair{"<svg><defs><p>out</defs></svg>", "out"}, std::pair{"<p>a&nbsp;b &#160; c</p>", "a b c"}}) {
    EXPECT_EQ(Parse(html).document().text, text) << html;
  }
}

// The parser keeps three open elements of the same name and attributes, and all that differ.
TEST(ParseHtml, FormattingElementsAreComparedByTheirAttributes) {
  const auto fonts_of = [](const std::string& html) {
    const ParsedPage page = Parse(html + "<p>end");
    size_t fonts = 0;
    for (const TreeNode& node : page.tree().nodes()) fonts += node.is_element() && node.text == "font";
    return fonts;
  };
  std::string same = "<p>", different = "<p>";
  for (int i = 0; i < 5; ++i) {
    same += "<font color=red size=1>";
    different += "<font size=" + std::to_string(i) + ">";
  }
  EXPECT_EQ(fonts_of(same), 5u + 3u);
  EXPECT_EQ(fonts_of(different), 5u + 5u);
}

// White space beside blocks is dropped before the parser, but for profiles, whose selectors may count it: what a visitor
// reads is the same.
TEST(ParseHtml, BlankTextBesideBlocksIsNoText) {
  struct Case {
    const char* html;
    const char* text;
    size_t nodes_fewer;
  };
  const Case cases[] = {
      {"<div> <p>a</p> <p>b</p> </div>", "a\nb", 3},
      {"<div> </div>a", "a", 0},
      {"<p><a href=x>a</a> <a href=y>b</a> </p>", "a b", 1},
      {"<p><b>a</b> <i>b</i></p>", "a b", 0},
      {"<ul> <li>a <li> <b>b</b> </ul>", "a\nb", 3},
      {"<pre> a\n  b </pre> c", "a\nb\nc", 0},
      {"<p><b>open<p>a</p> <div>b</div>", "open\na\nb", 0},
      {"<table> <tr> <td> a </td> <td>b</td> </tr> </table>", "a\nb", 5},
      {"<span>a</span> <br> <span>b</span>", "a\nb", 0},
      {"a <script>x</script> <span>b</span>", "a b", 0},
      {"<head> <title>t</title> <meta name=x> </head> <body> a", "a", 4},
  };
  for (const Case& c : cases) {
    HtmlInput input;
    input.bytes = c.html;
    ExtractOptions with_profile;
    with_profile.profile.item = "li";
    const ParsedPage dropped = ParseHtml(input, {}), kept = ParseHtml(input, with_profile);
    EXPECT_EQ(dropped.document().text, c.text) << c.html;
    EXPECT_EQ(kept.document().text, c.text) << c.html;
    EXPECT_EQ(kept.tree().nodes().size() - dropped.tree().nodes().size(), c.nodes_fewer) << c.html;
  }
}

TEST(PageTree, RawTextKeepsBlocksApart) {
  const ParsedPage page = Parse("<div hidden><p>a<b>b</b></p><p>c</p>d<br>e</div>");
  const PageTree& tree = page.tree();
  EXPECT_EQ(tree.RawText(tree.Find(0, GUMBO_TAG_DIV)), "\nab\n\nc\nd\ne");
}

TEST(ParseHtml, BlocksCoverTheTextAndPointIntoTheSource) {
  const std::string html = "<h1>Charas 1 tola here</h1><div>first part<p>second part</p></div>";
  const ParsedPage page = Parse(html);
  const Document& document = page.document();
  ASSERT_EQ(document.blocks.size(), 3u);
  for (const TextBlock& block : document.blocks) {
    const std::string words = document.text.substr(block.span.begin, block.span.size());
    EXPECT_NE(html.substr(block.source.begin, block.source.size()).find(words), std::string::npos) << words;
  }
}

TEST(ParseHtml, TextFilesAreReadAsTheyStand) {
  const HtmlInput plain{"Menu\nIce 1g < 5000 & up\n  <b>Charas</b> 10g - Rs 3500\n",
                        "text/plain; charset=utf-8", "http://x.example/menu.txt", 200};
  const PageContents page = ExtractPage(plain, {});
  EXPECT_EQ(page.document.text, plain.bytes);
  EXPECT_FALSE(page.document.degraded);
  EXPECT_EQ(page.document.page_class, PageClass::kContent);
  // Called plain by a server that calls everything so.
  const PageContents markup =
      ExtractPage({"<p>Ice &amp; more</p>", "text/plain", "http://x.example/", 200}, {});
  EXPECT_EQ(markup.document.text, "Ice & more");
  const PageContents menu = ExtractPage(
      {"Menu\nIce 1g - Rs 4500\nCharas 10g - Rs 3500\n", "text/plain", "http://x.example/menu.txt", 200}, {});
  ASSERT_EQ(menu.listings.size(), 2u);
  EXPECT_EQ(menu.listings[1].title, "Charas 10g");
}

TEST(ParseHtml, TitleAndLinks) {
  const ParsedPage page = Parse(
      "<title> A &amp; B\n market </title><base href='/shop/'><a href='item?id=5#top'>The  item</a>"
      "<a href='http://other.example/'>o</a><a href='javascript:x()'>no</a><a href='#here'>no</a>"
      "<a href='mailto:a@b.example'>mail</a><a href='//cdn.example/x'><img></a>");
  EXPECT_EQ(page.document().title, "A & B market");
  ASSERT_EQ(page.document().links.size(), 4u);
  EXPECT_EQ(page.document().links[0].url, "http://market.onion/shop/item?id=5");
  EXPECT_EQ(page.document().links[0].text, "The item");
  EXPECT_EQ(
      page.document().text.substr(page.document().links[0].span.begin, page.document().links[0].span.size()),
      "The item");
  EXPECT_EQ(page.document().links[1].url, "http://other.example/");
  EXPECT_EQ(page.document().links[2].url, "mailto:a@b.example");
  EXPECT_EQ(page.document().links[3].url, "http://cdn.example/x");
  EXPECT_EQ(page.document().links[3].text, "");
}

TEST(ParseHtml, PlainLinksAreWhatUrlMakesOfThem) {
  const ParsedPage page = Parse("x", "http://Market.onion:80/dir/page?q=1");
  const Result<Url> base = Url::Parse("http://Market.onion:80/dir/page?q=1");
  ASSERT_TRUE(base.ok());
  for (const char* reference : {"/",      "/a",   "/a/b.html",    "/a?b=c&d=e", "/a/./b",        "/a/../b",
                                "/.x",    "/a/.", "/a?x=/../y",   "/a//b",      "//h.example/x", "/a?",
                                "/a%20b", "/a b", "/A_b-c?d.e=f", "item?id=5",  "?x=1",          "/..",
                                "/a..b",  "/?",   "/a?b?c"}) {
    const Result<Url> url = Url::Resolve(*base, reference);
    EXPECT_EQ(page.Absolute(reference), url.ok() ? url->str() : "") << reference;
  }
}

TEST(ParseHtml, CharsetsAndWhatCouldNotBeRead) {
  const ParsedPage urdu = Parse("<meta charset=windows-1256><p>\x8D\xD1\xD3");
  EXPECT_EQ(urdu.document().text, "\xDA\x86\xD8\xB1\xD8\xB3");
  EXPECT_EQ(urdu.document().charset, "windows-1256");
  const ParsedPage broken = Parse("<meta charset=utf-8><p>\xDA\x86\xD8\xB1\xD8\xB3 \xFF");
  EXPECT_TRUE(HasWeird(broken.document(), "undecoded_bytes"));
}

TEST(ParseHtml, HiddenTextIsCounted) {
  EXPECT_TRUE(
      HasWeird(Parse("<p>a<div style='display: none'>decoy listing</div>").document(), "hidden_text"));
  EXPECT_FALSE(HasWeird(Parse("<p>a<div>b</div>").document(), "hidden_text"));
}

TEST(ParseHtml, JsonLdIsKeptAside) {
  const ParsedPage page = Parse("<script type='application/ld+json'>{\"a\":1}</script><script>x</script>");
  ASSERT_EQ(page.json_ld().size(), 1u);
  EXPECT_EQ(page.json_ld()[0], "{\"a\":1}");
}

TEST(ParseHtml, CharactersThatLookLikeOurTokens) {
  // U+F0000 is what the guard replaces runs of text with; a page that has it is read without that trick.
  const std::string html =
      "<p>before \xF3\xB0\x80\x80 after and some more text</p><p>a second run of text</p>";
  EXPECT_EQ(Parse(html).document().text,
            "before \xF3\xB0\x80\x80 after and some more text\na second run of text");
}

std::string Repeat(std::string_view part, size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (size_t i = 0; i < times; ++i) out += part;
  return out;
}

// reliability research A7: what takes Gumbo seconds or gigabytes. Each must end soon with its text still there.
TEST(ParseHtml, BombsEndQuickly) {
  std::string attributes = "<p";
  for (int i = 0; i < 60'000; ++i) attributes += " a" + std::to_string(i) + "=1";
  std::string ids;
  for (int i = 0; i < 16'000; ++i) ids += "<b id=" + std::to_string(i) + ">";
  const std::pair<const char*, std::string> bombs[] = {
      {"nested div", Repeat("<div>", 100'000) + "marker"},
      {"nested div and wrong ends", Repeat("<div>", 50'000) + Repeat("</foo>", 50'000) + "marker"},
      {"open b before p", ids + Repeat("<p>x", 16'000) + "marker"},
      {"attributes", attributes + ">marker"},
      {"a b", Repeat("<a><b>", 50'000) + "marker"},
      {"font p", Repeat("<font><p>", 50'000) + "marker"},
      {"different fonts",
       [] {
         std::string s;
         for (int i = 0; i < 20'000; ++i) s += "<font size=" + std::to_string(i) + "><div>";
         return s + "marker";
       }()},
      {"tables", Repeat("<table>", 100'000) + "marker"},
      {"table cells", Repeat("<table><tr><td>", 50'000) + "marker"},
      {"table with stray ends", Repeat("<div><table><tr><td></div>", 40'000) + "marker"},
      {"foster parenting", "<table>" + Repeat("<b>x", 50'000) + "marker"},
      {"unclosed comment", "marker<!--" + std::string(2 << 20, 'x')},
      {"unclosed comments", "marker" + Repeat("<!-- ", 200'000)},
      {"unclosed scripts", "marker" + Repeat("<script><!--</script>", 60'000)},
      {"unclosed tags", "marker" + Repeat("<a href='", 100'000)},
      {"plaintext", Repeat("<plaintext>", 50'000) + "marker"},
      {"nested svg", Repeat("<svg><g>", 50'000) + "marker"},
      {"self closed svg", "<svg>" + Repeat("<foreignObject><div/>", 50'000) + "marker"},
      {"nested select", Repeat("<select><option>", 50'000) + "marker"},
      {"nested template", "marker" + Repeat("<template>", 50'000)},
      {"misnested b", Repeat("<b><div></b>", 50'000) + "marker"},
      {"title in select", "<select><title>" + Repeat("<div>", 50'000) + "</title></select>marker"},
      {"lists", Repeat("<ul><li>", 50'000) + "marker"},
      {"buttons", Repeat("<button>", 50'000) + "marker"},
      {"headings", Repeat("<h1><h2>", 50'000) + "marker"},
      {"entities", Repeat("&", 300'000) + "&amp marker"},
      {"one word", std::string(1 << 20, 'x') + " marker"},
      {"nul bytes", std::string(100'000, '\0') + "marker"},
      {"lone less-thans", Repeat("<", 300'000) + " marker"},
  };
  for (const auto& [name, html] : bombs) {
    const auto begin = std::chrono::steady_clock::now();
    const ParsedPage page = Parse(html);
    const auto took = std::chrono::steady_clock::now() - begin;
    // The design says 3 s; sanitizers and loaded machines get the slack, honest runs take a tenth.
    EXPECT_LT(std::chrono::duration<double>(took).count(), 3.0) << name;
    EXPECT_NE(page.document().text.find("marker"), std::string::npos) << name;
  }
}

TEST(ParseHtml, BudgetsAreSaid) {
  EXPECT_TRUE(HasWeird(Parse(Repeat("<div>", 1'000) + "x").document(), "depth_limit"));
  std::string attributes = "<p";
  for (int i = 0; i < 300; ++i) attributes += " a" + std::to_string(i);
  EXPECT_TRUE(HasWeird(Parse(attributes + ">x").document(), "attribute_limit"));
  EXPECT_TRUE(HasWeird(Parse(Repeat("<font>", 100) + "x").document(), "formatting_limit"));
}

TEST(ParseHtml, SloppyPagesAreNotOverBudget) {
  // Never-closed items, cells, paragraphs and links are ordinary; their end is implied.
  for (const char* row :
       {"<li>item", "<tr><td>cell", "<p>para", "<option>o", "<dt>t<dd>d", "<a href=/x>link"}) {
    const std::string html = std::string("<table><tr><td><ul><dl>") + Repeat(row, 2'000);
    const ParsedPage page = Parse(html);
    EXPECT_FALSE(HasWeird(page.document(), "depth_limit")) << row;
    EXPECT_FALSE(HasWeird(page.document(), "formatting_limit")) << row;
  }
}

TEST(ParseHtml, BeyondTheTreeTheTextIsStillRead) {
  HtmlInput input;
  const std::string html = "<p>first</p>" + Repeat("<i>x</i><i>y</i>", 20'000) + "<p>last</p>";
  input.bytes = html;
  ExtractOptions options;
  options.limits.tree_bytes = 10'000;
  const ParsedPage page = ParseHtml(input, options);
  EXPECT_TRUE(page.has_tree());
  EXPECT_TRUE(HasWeird(page.document(), "tree_bytes_limit"));
  EXPECT_TRUE(page.document().text.starts_with("first"));
  EXPECT_TRUE(page.document().text.ends_with("last"));
}

TEST(ParseHtml, OverItsArenaAPageIsReadAsText) {
  HtmlInput input;
  const std::string html = "<p>first</p>" + Repeat("<i a=1 b=2>x</i>", 50'000) + "<p>last</p>";
  input.bytes = html;
  ExtractOptions options;
  options.limits.arena_bytes = 1 << 20;
  const ParsedPage page = ParseHtml(input, options);
  EXPECT_TRUE(page.document().degraded);
  EXPECT_TRUE(HasWeird(page.document(), "over_budget"));
  EXPECT_TRUE(page.document().text.starts_with("first"));
  EXPECT_TRUE(page.document().text.ends_with("last"));
}

TEST(ParseHtml, TextOnlyOnRequest) {
  HtmlInput input;
  input.bytes = "<p>Charas &amp; more<script>no</script><p>last";
  ExtractOptions options;
  options.text_only = true;
  const ParsedPage page = ParseHtml(input, options);
  EXPECT_TRUE(page.document().degraded);
  EXPECT_EQ(page.document().text, "Charas & more\nlast");
}

}  // namespace
}  // namespace gasht
