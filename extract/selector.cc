#include "extract/selector.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

// Selectors come from the operator's configuration; this is against mistakes.
constexpr size_t kMaxSelectorBytes = 4096;
constexpr int kMaxNesting = 8;
constexpr size_t kMaxValueBytes = 64 << 10;

// An XPath 1.0 string literal; the language has no escapes.
std::string Literal(std::string_view text) {
  if (text.find('\'') == std::string_view::npos) return fmt::format("'{}'", text);
  if (text.find('"') == std::string_view::npos) return fmt::format("\"{}\"", text);
  std::string out = "concat(";
  for (size_t begin = 0; begin <= text.size();) {
    const size_t quote = std::min(text.size(), text.find('\'', begin));
    if (begin > 0) out += ",\"'\",";
    out += fmt::format("'{}'", text.substr(begin, quote - begin));
    begin = quote + 1;
  }
  return out + ")";
}

// The standard's an+b.
struct Nth {
  int a = 0, b = 0;
};

// One compound selector: what must hold of one element.
struct Compound {
  std::string element = "*";
  std::vector<std::string> conditions;

  std::string Conditions() const {
    std::string out;
    for (const std::string& condition : conditions) out += fmt::format("[{}]", condition);
    return out;
  }
  std::string Test() const {
    std::string out = element == "*" ? "" : fmt::format("self::{}", element);
    for (const std::string& condition : conditions) {
      if (!out.empty()) out += " and ";
      out += fmt::format("({})", condition);
    }
    return out.empty() ? "true()" : out;
  }
};

class CssTranslator {
 public:
  explicit CssTranslator(std::string_view css) : css_(css) {}

  Result<std::string> Translate() {
    GASHT_ASSIGN_OR_RETURN(std::string xpath, Group("descendant-or-self::", 0));
    if (pos_ < css_.size()) return Bad("unexpected character");
    return xpath;
  }

 private:
  Status Bad(std::string_view what) const {
    return Status::InvalidArgument(fmt::format("selector, column {}: {}", pos_ + 1, what));
  }
  char At(size_t pos) const { return pos < css_.size() ? css_[pos] : '\0'; }
  char Now() const { return At(pos_); }
  void SkipSpace() {
    while (pos_ < css_.size() && IsWhiteSpace(css_[pos_])) ++pos_;
  }
  bool Take(char c) {
    if (Now() != c) return false;
    ++pos_;
    return true;
  }

  // a, b, c
  Result<std::string> Group(std::string_view axis, int nesting) {
    std::string out;
    do {
      SkipSpace();
      GASHT_ASSIGN_OR_RETURN(const std::string one, Complex(axis, nesting));
      if (!out.empty()) out += " | ";
      out += one;
      SkipSpace();
    } while (Take(','));
    return out;
  }

  // a > b c + d ~ e
  Result<std::string> Complex(std::string_view axis, int nesting) {
    std::string out(axis);
    while (true) {
      GASHT_ASSIGN_OR_RETURN(const Compound compound, OneCompound(nesting));
      out += compound.element + compound.Conditions();
      const size_t before = pos_;
      SkipSpace();
      const char c = Now();
      if (c == '\0' || c == ',' || c == ')') return out;
      if (c == '>') {
        ++pos_;
        SkipSpace();
        out += "/";
      } else if (c == '+') {
        ++pos_;
        SkipSpace();
        GASHT_ASSIGN_OR_RETURN(const Compound next, OneCompound(nesting));
        out += fmt::format("/following-sibling::*[1][{}]", next.Test());
        if (!TakeTail(out)) return out;
        continue;
      } else if (c == '~') {
        ++pos_;
        SkipSpace();
        out += "/following-sibling::";
      } else if (before != pos_) {
        out += "/descendant::";
      } else {
        return Bad("unexpected character");
      }
    }
  }

  // Behind "a + b": the combinator to what follows, written to `out`; false at the selector's end.
  bool TakeTail(std::string& out) {
    const size_t before = pos_;
    SkipSpace();
    const char c = Now();
    if (c == '\0' || c == ',' || c == ')') return false;
    if (c == '>') {
      ++pos_;
      out += "/";
    } else if (c == '~') {
      ++pos_;
      out += "/following-sibling::";
    } else if (c == '+') {
      // a + b + c: handled by giving the next round nothing before it.
      ++pos_;
      out += "/following-sibling::*[1]/self::";
    } else if (before != pos_) {
      out += "/descendant::";
    }
    SkipSpace();
    return true;
  }

  static bool IsNameByte(char c) {
    return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  Result<std::string> Name() {
    std::string name;
    while (pos_ < css_.size()) {
      if (css_[pos_] == '\\' && pos_ + 1 < css_.size()) {
        name += css_[pos_ + 1];
        pos_ += 2;
      } else if (IsNameByte(css_[pos_])) {
        name += css_[pos_++];
      } else {
        break;
      }
    }
    if (name.empty()) return Bad("a name was expected");
    return name;
  }

  Result<std::string> Quoted() {
    const char quote = Now();
    if (quote != '"' && quote != '\'') return Bad("a quoted string was expected");
    const size_t begin = pos_++;
    std::string value;
    while (pos_ < css_.size() && css_[pos_] != quote) {
      if (css_[pos_] == '\\' && pos_ + 1 < css_.size()) ++pos_;
      value += css_[pos_++];
    }
    if (!Take(quote)) {
      pos_ = begin;
      return Bad("a string is not closed");
    }
    return value;
  }

  Result<Compound> OneCompound(int nesting) {
    Compound compound;
    const size_t begin = pos_;
    if (Take('*')) {
    } else if (IsNameByte(Now()) || Now() == '\\') {
      GASHT_ASSIGN_OR_RETURN(std::string name, Name());
      compound.element = AsciiLowered(name);
      // A name that XPath would not read as one (a custom element with odd characters).
      if (!IsAsciiLetter(compound.element[0])) {
        compound.conditions.push_back(fmt::format("name()={}", Literal(compound.element)));
        compound.element = "*";
      }
    }
    while (pos_ < css_.size()) {
      const char c = Now();
      if (c == '.') {
        ++pos_;
        GASHT_ASSIGN_OR_RETURN(const std::string name, Name());
        compound.conditions.push_back(fmt::format(
            "@class and contains(concat(' ',normalize-space(@class),' '),{})", Literal(" " + name + " ")));
      } else if (c == '#') {
        ++pos_;
        GASHT_ASSIGN_OR_RETURN(const std::string name, Name());
        compound.conditions.push_back(fmt::format("@id={}", Literal(name)));
      } else if (c == '[') {
        GASHT_ASSIGN_OR_RETURN(std::string condition, AttributeTest());
        compound.conditions.push_back(std::move(condition));
      } else if (c == ':' && At(pos_ + 1) != ':') {
        GASHT_ASSIGN_OR_RETURN(std::string condition, PseudoClass(compound.element, nesting));
        compound.conditions.push_back(std::move(condition));
      } else {
        break;
      }
    }
    if (pos_ == begin) return Bad(pos_ == css_.size() ? "a selector was expected" : "unexpected character");
    return compound;
  }

  Result<std::string> AttributeTest() {
    ++pos_;
    SkipSpace();
    GASHT_ASSIGN_OR_RETURN(const std::string raw_name, Name());
    const std::string name = AsciiLowered(raw_name);
    // Names with characters that XPath does not take after "@".
    const std::string at =
        IsAsciiLetter(name[0]) || name[0] == '_' ? "@" + name : fmt::format("@*[name()={}]", Literal(name));
    SkipSpace();
    if (Take(']')) return at;
    std::string op;
    while (op.size() < 2 && std::string_view("~|^$*!=").find(Now()) != std::string_view::npos &&
           Now() != '\0') {
      op += css_[pos_++];
      if (op.back() == '=') break;
    }
    if (op.empty() || op.back() != '=') return Bad("'=' or ']' was expected");
    SkipSpace();
    std::string value;
    if (Now() == '"' || Now() == '\'') {
      GASHT_ASSIGN_OR_RETURN(value, Quoted());
    } else {
      const size_t begin = pos_;
      while (pos_ < css_.size() && css_[pos_] != ']' && !IsWhiteSpace(css_[pos_])) ++pos_;
      value = std::string(css_.substr(begin, pos_ - begin));
      if (value.empty()) return Bad("a value was expected");
    }
    SkipSpace();
    if (!Take(']')) return Bad("']' was expected");
    const std::string literal = Literal(value);
    switch (op[0]) {
      case '=':
        return fmt::format("{}={}", at, literal);
      case '!':
        return fmt::format("not({}) or {}!={}", at, at, literal);
      case '~':
        if (value.empty() || value.find(' ') != std::string::npos) return std::string("false()");
        return fmt::format("{0} and contains(concat(' ',normalize-space({0}),' '),{1})", at,
                           Literal(" " + value + " "));
      case '|':
        return fmt::format("{0}={1} or starts-with({0},{2})", at, literal, Literal(value + "-"));
      case '^':
        return value.empty() ? "false()" : fmt::format("starts-with({},{})", at, literal);
      case '*':
        return value.empty() ? "false()" : fmt::format("contains({},{})", at, literal);
      default:
        if (value.empty()) return std::string("false()");
        return fmt::format("{0} and substring({0},string-length({0})-{1})={2}", at,
                           static_cast<int>(CountUtf8(value)) - 1, literal);
    }
  }

  // pugixml's string functions count bytes.
  static size_t CountUtf8(std::string_view text) { return text.size(); }

  Result<Nth> ParseNth() {
    SkipSpace();
    std::string text;
    while (pos_ < css_.size() && css_[pos_] != ')') {
      if (!IsWhiteSpace(css_[pos_])) text += AsciiLowered(css_[pos_]);
      ++pos_;
    }
    if (text == "odd") return Nth{2, 1};
    if (text == "even") return Nth{2, 0};
    const auto number = [](std::string_view t) -> std::optional<int> {
      if (!t.empty() && t[0] == '+') t.remove_prefix(1);
      int value = 0;
      const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
      if (error != std::errc() || end != t.data() + t.size() || value > 1'000'000 || value < -1'000'000) {
        return std::nullopt;
      }
      return value;
    };
    Nth nth;
    const size_t n = text.find('n');
    if (n == std::string::npos) {
      const auto b = number(text);
      if (!b) return Bad("a number, an+b, odd or even was expected");
      nth.b = *b;
      return nth;
    }
    const std::string_view a = std::string_view(text).substr(0, n);
    if (a.empty() || a == "+") {
      nth.a = 1;
    } else if (a == "-") {
      nth.a = -1;
    } else if (const auto value = number(a)) {
      nth.a = *value;
    } else {
      return Bad("a number, an+b, odd or even was expected");
    }
    if (n + 1 < text.size()) {
      const auto b = number(std::string_view(text).substr(n + 1));
      if (!b) return Bad("a number, an+b, odd or even was expected");
      nth.b = *b;
    }
    return nth;
  }

  // `before`: how many siblings stand on the counted side.
  static std::string NthTest(const std::string& before, Nth nth) {
    // position = before + 1 = a*k + b for some k >= 0
    if (nth.a == 0) return fmt::format("{}={}", before, nth.b - 1);
    const int b = nth.b - 1;
    if (nth.a > 0) {
      // "- -1" is how XPath subtracts a negative number.
      const std::string modulo = nth.a == 1 ? "" : fmt::format("({} - {}) mod {}=0", before, b, nth.a);
      const std::string from = b <= 0 ? "" : fmt::format("{}>={}", before, b);
      if (modulo.empty()) return from.empty() ? "true()" : from;
      return from.empty() ? modulo : fmt::format("{} and {}", from, modulo);
    }
    return fmt::format("{0}<={1} and ({1} - {0}) mod {2}=0", before, b, -nth.a);
  }

  Result<std::string> PseudoClass(const std::string& element, int nesting) {
    const size_t begin = pos_++;
    GASHT_ASSIGN_OR_RETURN(const std::string raw_name, Name());
    const std::string name = AsciiLowered(raw_name);
    const auto fail = [&](std::string_view what) -> Status {
      pos_ = begin;
      return Bad(what);
    };
    if (name == "first-child") return std::string("not(preceding-sibling::*)");
    if (name == "last-child") return std::string("not(following-sibling::*)");
    if (name == "only-child") return std::string("not(preceding-sibling::*) and not(following-sibling::*)");
    if (name == "empty") return std::string("not(*) and not(string-length())");
    if (name == "root") return std::string("not(parent::*)");
    if (name == "checked") return std::string("@checked or @selected");
    if (name == "link") return std::string("@href and (name()='a' or name()='link' or name()='area')");
    const bool of_type = name.ends_with("-of-type");
    if (of_type && element == "*") return fail(fmt::format("*:{} is not supported", name));
    if (name == "first-of-type") return fmt::format("not(preceding-sibling::{})", element);
    if (name == "last-of-type") return fmt::format("not(following-sibling::{})", element);
    if (name == "only-of-type") {
      return fmt::format("not(preceding-sibling::{0}) and not(following-sibling::{0})", element);
    }
    if (!Take('(')) return fail(fmt::format("':{}' is not supported", name));
    if (nesting >= kMaxNesting) return fail("nested too deep");
    std::string out;
    if (name.starts_with("nth-")) {
      GASHT_ASSIGN_OR_RETURN(const Nth nth, ParseNth());
      const bool last = name == "nth-last-child" || name == "nth-last-of-type";
      if (!last && name != "nth-child" && name != "nth-of-type") {
        return fail(fmt::format("':{}' is not supported", name));
      }
      out = NthTest(
          fmt::format("count({}-sibling::{})", last ? "following" : "preceding", of_type ? element : "*"),
          nth);
    } else if (name == "not" || name == "is" || name == "where" || name == "matches") {
      do {
        SkipSpace();
        GASHT_ASSIGN_OR_RETURN(const Compound inner, OneCompound(nesting + 1));
        if (!out.empty()) out += " or ";
        out += fmt::format("({})", inner.Test());
        SkipSpace();
      } while (Take(','));
      if (name == "not") out = fmt::format("not({})", out);
    } else if (name == "has") {
      SkipSpace();
      std::string_view axis = "descendant::";
      if (Take('>')) {
        axis = "child::";
      } else if (Take('~')) {
        axis = "following-sibling::";
      }
      SkipSpace();
      GASHT_ASSIGN_OR_RETURN(out, Group(axis, nesting + 1));
    } else if (name == "contains") {
      SkipSpace();
      std::string text;
      if (Now() == '"' || Now() == '\'') {
        GASHT_ASSIGN_OR_RETURN(text, Quoted());
      } else {
        while (pos_ < css_.size() && css_[pos_] != ')') text += css_[pos_++];
      }
      out = fmt::format("contains(.,{})", Literal(text));
    } else {
      return fail(fmt::format("':{}()' is not supported", name));
    }
    SkipSpace();
    if (!Take(')')) return Bad("')' was expected");
    return out;
  }

  const std::string_view css_;
  size_t pos_ = 0;
};

bool IsXPath(std::string_view text) {
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
         text.starts_with('(') || text == "." || text.starts_with(".//");
}

bool IsAttributeName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name) {
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '-' && c != '_' && c != ':' && c != '.') return false;
  }
  return true;
}

}  // namespace

struct Selector::Impl {
  explicit Impl(const std::string& xpath) : query(xpath.c_str()) {}
  pugi::xpath_query query;
};

Result<std::string> CssToXPath(std::string_view css) {
  if (css.size() > kMaxSelectorBytes) return Status::InvalidArgument("selector, column 1: too long");
  return CssTranslator(css).Translate();
}

Result<Selector> Selector::Compile(std::string_view text) {
  const std::string_view whole = text;
  text = Trimmed(text);
  if (text.empty()) return Status::InvalidArgument("selector, column 1: empty");
  if (text.size() > kMaxSelectorBytes) return Status::InvalidArgument("selector, column 1: too long");
  Selector selector;
  const bool is_xpath = IsXPath(text);
  if (!is_xpath && text.ends_with("::text")) {
    text.remove_suffix(6);
  } else if (const size_t attr = text.rfind("::attr(");
             !is_xpath && attr != std::string_view::npos && text.ends_with(')')) {
    selector.attribute_ = AsciiLowered(text.substr(attr + 7, text.size() - attr - 8));
    if (!IsAttributeName(selector.attribute_)) {
      return Status::InvalidArgument(fmt::format("selector, column {}: not an attribute name", attr + 8));
    }
    text = text.substr(0, attr);
  } else if (const size_t at = text.rfind('@'); at != std::string_view::npos &&
                                                IsAttributeName(text.substr(at + 1)) &&
                                                (at == 0 || !is_xpath || text[at - 1] != '/')) {
    // In CSS "@" has no other meaning outside strings and brackets.
    if (text.find_first_of("]'\"", at) == std::string_view::npos) {
      selector.attribute_ = AsciiLowered(text.substr(at + 1));
      text = text.substr(0, at);
    }
  }
  text = Trimmed(text);
  if (text.empty()) return selector;  // the item itself
  if (is_xpath) {
    selector.xpath_ = std::string(text);
  } else {
    GASHT_ASSIGN_OR_RETURN(selector.xpath_, CssToXPath(text));
  }
  try {
    auto impl = std::make_shared<Impl>(selector.xpath_);
    if (!impl->query || impl->query.return_type() != pugi::xpath_type_node_set) {
      return Status::InvalidArgument(fmt::format("selector, column 1: '{}' does not select elements", whole));
    }
    selector.impl_ = std::move(impl);
  } catch (const pugi::xpath_exception& e) {
    return Status::InvalidArgument(
        fmt::format("selector, column {}: {}", e.result().offset + 1, e.result().description()));
  }
  return selector;
}

std::vector<Selected> SelectorRun::Select(const Selector& selector, uint32_t context,
                                          size_t max_results) const {
  const PageTree& tree = page_.tree();
  std::vector<Selected> out;
  const auto words = [&](NodeIndex i) {
    const TreeNode& node = tree.node(i);
    if (!selector.attribute().empty()) {
      return FoldWhiteSpace(tree.Attribute(i, selector.attribute()).substr(0, kMaxValueBytes));
    }
    const std::string_view text = page_.document().text;
    if (node.visible_end > node.visible_begin) {
      return FoldWhiteSpace(text.substr(
          node.visible_begin, std::min<size_t>(node.visible_end - node.visible_begin, kMaxValueBytes)));
    }
    // Not shown (hidden, or in <head>), but the profile asks for it by name.
    return FoldWhiteSpace(tree.RawText(i, kMaxValueBytes));
  };
  if (selector.is_self()) {
    if (!selector.attribute().empty() && !tree.HasAttribute(context, selector.attribute())) return out;
    out.push_back({context, words(context)});
    return out;
  }
  const pugi::xml_document& xml = tree.xml();
  const pugi::xml_node from = context == 0 ? static_cast<pugi::xml_node>(xml) : tree.XmlOf(context);
  try {
    pugi::xpath_node_set found = selector.impl_->query.evaluate_node_set(from);
    found.sort();
    for (const pugi::xpath_node& one : found) {
      if (out.size() >= max_results) break;
      if (one.attribute()) {
        out.push_back({tree.IndexOf(one.parent()), FoldWhiteSpace(one.attribute().value())});
        continue;
      }
      const NodeIndex i = tree.IndexOf(one.node());
      if (i == kNoNode) continue;
      if (!selector.attribute().empty() &&
          (!tree.node(i).is_element() || !tree.HasAttribute(i, selector.attribute()))) {
        continue;
      }
      out.push_back({i, words(i)});
    }
  } catch (const pugi::xpath_exception&) {
    // A type error that only this document brings out: it selects nothing here.
  }
  return out;
}

}  // namespace gasht
