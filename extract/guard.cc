#include "extract/guard.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include <gumbo.h>

#include "base/utf8.h"
#include "extract/page_tree.h"

namespace gasht {
namespace {

// A token is one character to Gumbo, which takes text one character at a time: two are worth one.
constexpr size_t kMinTokenBytes = 2;
// While tokens are left in plenty; then only longer runs get one.
constexpr size_t kMinScarceTokenBytes = 32;
// Two planes of private-use characters, without the two non-characters at the end of each.
constexpr uint32_t kTokensPerPlane = 0xfffe;
constexpr uint32_t kMaxTokens = 2 * kTokensPerPlane;
// Tag and attribute names beyond this are cut: no selector names them.
constexpr size_t kMaxNameBytes = 64;
// A character reference and what decides whether it is one fit in this.
constexpr size_t kMaxReferenceBytes = 40;

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsAlnum(char c) {
  return IsAlpha(c) || (c >= '0' && c <= '9');
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

// A set of Gumbo tags.
class TagSet {
 public:
  constexpr TagSet(std::initializer_list<int> tags) {
    for (const int tag : tags) bits_[static_cast<size_t>(tag)] = true;
  }
  constexpr bool Has(int tag) const { return bits_[static_cast<size_t>(tag)]; }

 private:
  std::array<bool, GUMBO_TAG_LAST + 1> bits_{};
};

constexpr TagSet kVoid = {GUMBO_TAG_AREA,     GUMBO_TAG_BASE,    GUMBO_TAG_BR,   GUMBO_TAG_COL,
                          GUMBO_TAG_EMBED,    GUMBO_TAG_HR,      GUMBO_TAG_IMG,  GUMBO_TAG_INPUT,
                          GUMBO_TAG_KEYGEN,   GUMBO_TAG_LINK,    GUMBO_TAG_META, GUMBO_TAG_PARAM,
                          GUMBO_TAG_SOURCE,   GUMBO_TAG_TRACK,   GUMBO_TAG_WBR,  GUMBO_TAG_FRAME,
                          GUMBO_TAG_BASEFONT, GUMBO_TAG_BGSOUND, GUMBO_TAG_IMAGE};

constexpr TagSet kFormatting = {GUMBO_TAG_A,  GUMBO_TAG_B,     GUMBO_TAG_BIG,    GUMBO_TAG_CODE,
                                GUMBO_TAG_EM, GUMBO_TAG_FONT,  GUMBO_TAG_I,      GUMBO_TAG_NOBR,
                                GUMBO_TAG_S,  GUMBO_TAG_SMALL, GUMBO_TAG_STRIKE, GUMBO_TAG_STRONG,
                                GUMBO_TAG_TT, GUMBO_TAG_U};

// An end tag never closes anything across these (the standard's scopes, taken together).
constexpr TagSet kScopeBoundary = {GUMBO_TAG_HTML,
                                   GUMBO_TAG_TABLE,
                                   GUMBO_TAG_TD,
                                   GUMBO_TAG_TH,
                                   GUMBO_TAG_CAPTION,
                                   GUMBO_TAG_APPLET,
                                   GUMBO_TAG_MARQUEE,
                                   GUMBO_TAG_OBJECT,
                                   GUMBO_TAG_TEMPLATE,
                                   GUMBO_TAG_TBODY,
                                   GUMBO_TAG_THEAD,
                                   GUMBO_TAG_TFOOT,
                                   GUMBO_TAG_TR,
                                   GUMBO_TAG_SVG,
                                   GUMBO_TAG_MATH,
                                   GUMBO_TAG_FOREIGNOBJECT,
                                   GUMBO_TAG_DESC,
                                   GUMBO_TAG_MI,
                                   GUMBO_TAG_MO,
                                   GUMBO_TAG_MN,
                                   GUMBO_TAG_MS,
                                   GUMBO_TAG_MTEXT,
                                   GUMBO_TAG_ANNOTATION_XML};

constexpr TagSet kTableParts = {GUMBO_TAG_TABLE, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT,
                                GUMBO_TAG_TR,    GUMBO_TAG_TD,    GUMBO_TAG_TH,    GUMBO_TAG_CAPTION};

// Open formatting elements are not carried out of these.
constexpr TagSet kMarker = {GUMBO_TAG_TD,     GUMBO_TAG_TH,      GUMBO_TAG_CAPTION, GUMBO_TAG_APPLET,
                            GUMBO_TAG_OBJECT, GUMBO_TAG_MARQUEE, GUMBO_TAG_TEMPLATE};

// A start tag of these closes an open <p>.
constexpr TagSet kClosesP = {
    GUMBO_TAG_ADDRESS,    GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,  GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_CENTER,
    GUMBO_TAG_DETAILS,    GUMBO_TAG_DIR,     GUMBO_TAG_DIV,    GUMBO_TAG_DL,         GUMBO_TAG_FIELDSET,
    GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE,  GUMBO_TAG_FOOTER, GUMBO_TAG_HEADER,     GUMBO_TAG_HGROUP,
    GUMBO_TAG_MAIN,       GUMBO_TAG_MENU,    GUMBO_TAG_NAV,    GUMBO_TAG_OL,         GUMBO_TAG_P,
    GUMBO_TAG_SECTION,    GUMBO_TAG_SUMMARY, GUMBO_TAG_UL,     GUMBO_TAG_H1,         GUMBO_TAG_H2,
    GUMBO_TAG_H3,         GUMBO_TAG_H4,      GUMBO_TAG_H5,     GUMBO_TAG_H6,         GUMBO_TAG_PRE,
    GUMBO_TAG_LISTING,    GUMBO_TAG_FORM,    GUMBO_TAG_LI,     GUMBO_TAG_DD,         GUMBO_TAG_DT,
    GUMBO_TAG_XMP};

// The search for an open <li> (or <dd>, <dt>) to close ends at these; a <div>, <p> or <address> is passed.
constexpr TagSet kListBoundary = {
    GUMBO_TAG_UL,      GUMBO_TAG_OL,       GUMBO_TAG_DL,     GUMBO_TAG_MENU,    GUMBO_TAG_DIR,
    GUMBO_TAG_TABLE,   GUMBO_TAG_TD,       GUMBO_TAG_TH,     GUMBO_TAG_CAPTION, GUMBO_TAG_SECTION,
    GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,    GUMBO_TAG_NAV,    GUMBO_TAG_MAIN,    GUMBO_TAG_BLOCKQUOTE,
    GUMBO_TAG_FORM,    GUMBO_TAG_FIELDSET, GUMBO_TAG_BUTTON, GUMBO_TAG_HEADER,  GUMBO_TAG_FOOTER,
    GUMBO_TAG_CENTER,  GUMBO_TAG_DETAILS,  GUMBO_TAG_FIGURE, GUMBO_TAG_OBJECT,  GUMBO_TAG_TEMPLATE,
    GUMBO_TAG_BODY,    GUMBO_TAG_HTML,     GUMBO_TAG_PRE,    GUMBO_TAG_SVG,     GUMBO_TAG_MATH};

// In <svg> and <math> a "/>" closes the element; but not where HTML is back (integration points), and not for
// these, which break out of it.
constexpr TagSet kIntegrationPoint = {GUMBO_TAG_FOREIGNOBJECT,
                                      GUMBO_TAG_DESC,
                                      GUMBO_TAG_TITLE,
                                      GUMBO_TAG_MI,
                                      GUMBO_TAG_MO,
                                      GUMBO_TAG_MN,
                                      GUMBO_TAG_MS,
                                      GUMBO_TAG_MTEXT,
                                      GUMBO_TAG_ANNOTATION_XML};
constexpr TagSet kBreaksOut = {
    GUMBO_TAG_B,      GUMBO_TAG_BIG,    GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY,  GUMBO_TAG_BR,
    GUMBO_TAG_CENTER, GUMBO_TAG_CODE,   GUMBO_TAG_DD,         GUMBO_TAG_DIV,   GUMBO_TAG_DL,
    GUMBO_TAG_DT,     GUMBO_TAG_EM,     GUMBO_TAG_EMBED,      GUMBO_TAG_H1,    GUMBO_TAG_H2,
    GUMBO_TAG_H3,     GUMBO_TAG_H4,     GUMBO_TAG_H5,         GUMBO_TAG_H6,    GUMBO_TAG_HEAD,
    GUMBO_TAG_HR,     GUMBO_TAG_I,      GUMBO_TAG_IMG,        GUMBO_TAG_LI,    GUMBO_TAG_LISTING,
    GUMBO_TAG_MENU,   GUMBO_TAG_META,   GUMBO_TAG_NOBR,       GUMBO_TAG_OL,    GUMBO_TAG_P,
    GUMBO_TAG_PRE,    GUMBO_TAG_RUBY,   GUMBO_TAG_S,          GUMBO_TAG_SMALL, GUMBO_TAG_SPAN,
    GUMBO_TAG_STRONG, GUMBO_TAG_STRIKE, GUMBO_TAG_SUB,        GUMBO_TAG_SUP,   GUMBO_TAG_TABLE,
    GUMBO_TAG_TT,     GUMBO_TAG_U,      GUMBO_TAG_UL,         GUMBO_TAG_VAR,   GUMBO_TAG_FONT};

// Elements of the parser's list of active formatting elements whose attributes it compares ("Noah's Ark clause").
constexpr TagSet kCompared = {GUMBO_TAG_B,      GUMBO_TAG_BIG,    GUMBO_TAG_CODE, GUMBO_TAG_EM,
                              GUMBO_TAG_FONT,   GUMBO_TAG_I,      GUMBO_TAG_S,    GUMBO_TAG_SMALL,
                              GUMBO_TAG_STRIKE, GUMBO_TAG_STRONG, GUMBO_TAG_TT,   GUMBO_TAG_U};

// Shapes of a drawing: no words, nothing that the parser treats apart, and often a third of a page's tags.
bool IsShape(std::string_view name) {
  constexpr std::string_view kShapes[] = {
      "path",    "g",        "circle",         "rect",           "line",    "polyline",
      "polygon", "use",      "ellipse",        "defs",           "symbol",  "stop",
      "mask",    "clippath", "lineargradient", "radialgradient", "animate", "animatetransform",
      "pattern", "marker",   "filter"};
  return std::any_of(std::begin(kShapes), std::end(kShapes),
                     [&](std::string_view shape) { return EqualsIgnoreCase(name, shape); });
}

// Characters of planes 15 and 16, which are our tokens.
bool HasPrivatePlanes(std::string_view text) {
  if (text.find('\xf4') != std::string_view::npos) return true;
  for (size_t at = text.find('\xf3'); at != std::string_view::npos; at = text.find('\xf3', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xb0) return true;
  }
  return false;
}

// Upper bound of Gumbo's stack of open elements and list of active formatting elements, kept beside the pass.
// Where the standard is subtle, it errs to the larger depth.
class OpenElements {
 public:
  struct Entry {
    int tag = 0;
    uint32_t name = 0;  // hash, for tags Gumbo does not know
  };

  size_t depth() const { return stack_.size(); }
  size_t formatting() const { return formatting_.size() - marker_begin_; }
  bool in_pre() const { return pre_ > 0; }
  int top() const { return stack_.empty() ? GUMBO_TAG_LAST : stack_.back().tag; }
  bool in_foreign() const {
    if (foreign_ == 0) return false;
    for (size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].tag == GUMBO_TAG_SVG || stack_[i].tag == GUMBO_TAG_MATH) return true;
      if (kIntegrationPoint.Has(stack_[i].tag)) return false;
    }
    return false;
  }

  // What the standard closes before it opens `tag`.
  void CloseImplied(int tag) {
    if (kBreaksOut.Has(tag) && in_foreign()) {
      bool out = false;
      while (!out && !stack_.empty() && !kIntegrationPoint.Has(top())) {
        out = top() == GUMBO_TAG_SVG || top() == GUMBO_TAG_MATH;
        Pop();
      }
    }
    if (tag == GUMBO_TAG_LI) {
      CloseInList({GUMBO_TAG_LI, GUMBO_TAG_LI});
    } else if (tag == GUMBO_TAG_DD || tag == GUMBO_TAG_DT) {
      CloseInList({GUMBO_TAG_DD, GUMBO_TAG_DT});
    } else if (tag == GUMBO_TAG_OPTION || tag == GUMBO_TAG_OPTGROUP) {
      if (top() == GUMBO_TAG_OPTION) Pop();
      if (tag == GUMBO_TAG_OPTGROUP && top() == GUMBO_TAG_OPTGROUP) Pop();
    } else if (tag == GUMBO_TAG_TR) {
      CloseToTablePart({GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT});
    } else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) {
      CloseToTablePart({GUMBO_TAG_TR});
    } else if (tag == GUMBO_TAG_TBODY || tag == GUMBO_TAG_THEAD || tag == GUMBO_TAG_TFOOT ||
               tag == GUMBO_TAG_CAPTION) {
      CloseToTablePart({});
    } else if (tag == GUMBO_TAG_A || tag == GUMBO_TAG_NOBR) {
      CloseFormatting(tag);
    }
    if (kClosesP.Has(tag)) CloseP();
  }

  void Push(Entry entry) {
    if (entry.tag == GUMBO_TAG_PRE || entry.tag == GUMBO_TAG_TEXTAREA || entry.tag == GUMBO_TAG_LISTING)
      ++pre_;
    if (entry.tag == GUMBO_TAG_SVG || entry.tag == GUMBO_TAG_MATH) ++foreign_;
    stack_.push_back(entry);
    if (kFormatting.Has(entry.tag)) formatting_.push_back(entry.tag);
    if (kMarker.Has(entry.tag)) {
      formatting_.push_back(-static_cast<int>(marker_begin_) - 1);
      marker_begin_ = formatting_.size();
    }
  }

  void Close(Entry entry) {
    if (kFormatting.Has(entry.tag)) {
      CloseFormatting(entry.tag);
      return;
    }
    const bool table_part = kTableParts.Has(entry.tag);
    for (size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].tag == entry.tag && stack_[i].name == entry.name) {
        while (stack_.size() > i) Pop();
        return;
      }
      if (table_part ? (stack_[i].tag == GUMBO_TAG_TABLE || stack_[i].tag == GUMBO_TAG_TEMPLATE ||
                        stack_[i].tag == GUMBO_TAG_SVG || stack_[i].tag == GUMBO_TAG_MATH)
                     : kScopeBoundary.Has(stack_[i].tag)) {
        return;
      }
    }
  }

 private:
  void Pop() {
    const int tag = stack_.back().tag;
    if (tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_TEXTAREA || tag == GUMBO_TAG_LISTING) --pre_;
    if (tag == GUMBO_TAG_SVG || tag == GUMBO_TAG_MATH) --foreign_;
    if (kMarker.Has(tag)) {
      formatting_.resize(marker_begin_);
      const int previous = -formatting_.back() - 1;
      formatting_.pop_back();
      marker_begin_ = static_cast<size_t>(previous);
    }
    stack_.pop_back();
  }

  // The adoption agency closes the element and leaves open the blocks inside it.
  void CloseFormatting(int tag) {
    for (size_t i = formatting_.size(); i-- > marker_begin_;) {
      if (formatting_[i] != tag) continue;
      formatting_.erase(formatting_.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    for (size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].tag == tag) {
        stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
      if (kScopeBoundary.Has(stack_[i].tag)) return;
    }
  }

  void CloseInList(std::array<int, 2> tags) {
    for (size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].tag == tags[0] || stack_[i].tag == tags[1]) {
        while (stack_.size() > i) Pop();
        return;
      }
      if (kListBoundary.Has(stack_[i].tag)) return;
    }
  }

  void CloseToTablePart(std::initializer_list<int> parts) {
    size_t i = stack_.size();
    while (i > 0) {
      const int tag = stack_[i - 1].tag;
      if (tag == GUMBO_TAG_TABLE || std::find(parts.begin(), parts.end(), tag) != parts.end()) break;
      if (tag == GUMBO_TAG_TEMPLATE || tag == GUMBO_TAG_SVG || tag == GUMBO_TAG_MATH) return;
      --i;
    }
    if (i == 0) return;  // no table: the tag is ignored
    while (stack_.size() > i) Pop();
  }

  void CloseP() {
    for (size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].tag == GUMBO_TAG_P) {
        while (stack_.size() > i) Pop();
        return;
      }
      if (kScopeBoundary.Has(stack_[i].tag) || stack_[i].tag == GUMBO_TAG_BUTTON) return;
    }
  }

  std::vector<Entry> stack_;
  // Tags of open formatting elements; a negative entry is a marker and says where the one before it began.
  std::vector<int> formatting_;
  size_t marker_begin_ = 0;
  size_t pre_ = 0;
  size_t foreign_ = 0;
};

class Guard {
 public:
  Guard(std::string_view source, const ExtractLimits& limits, BlankText blank)
      : source_(source),
        limits_(limits),
        use_tokens_(!HasPrivatePlanes(source)),
        drop_blank_(blank == BlankText::kDropped) {}

  GuardedMarkup Run() {
    out_.compact.reserve(source_.size() / 2 + 64);
    out_.tokens.reserve(source_.size() / 64);
    out_.pieces.reserve(source_.size() / 48);
    out_.tags.reserve(source_.size() / 96);
    out_.attributes.reserve(source_.size() / 96);
    while (pos_ < source_.size() && out_.compact.size() < limits_.tree_bytes) {
      const void* found = std::memchr(source_.data() + pos_, '<', source_.size() - pos_);
      const size_t tag = found == nullptr
                             ? source_.size()
                             : static_cast<size_t>(static_cast<const char*>(found) - source_.data());
      if (tag > pos_) Text(pos_, tag);
      pos_ = tag;
      if (pos_ < source_.size()) Markup();
    }
    out_.source_read = pos_;
    out_.compact_size = out_.compact.size();
    out_.compact.append(kGumboPadding, '\0');
    return std::move(out_);
  }

 private:
  char At(size_t pos) const { return pos < source_.size() ? source_[pos] : '\0'; }

  void BeginPiece(size_t source) {
    out_.pieces.push_back({static_cast<uint32_t>(out_.compact.size()), static_cast<uint32_t>(source)});
  }

  static GuardedMarkup::Run RunOf(size_t begin, size_t end) {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)};
  }

  bool AddToken(GuardedMarkup::Run run) {
    if (!use_tokens_ || out_.tokens.size() >= kMaxTokens) return false;
    if (run.size < (out_.tokens.size() < kMaxTokens / 2 ? kMinTokenBytes : kMinScarceTokenBytes))
      return false;
    const auto index = static_cast<uint32_t>(out_.tokens.size());
    out_.tokens.push_back(run);
    AppendUtf8(index < kTokensPerPlane ? 0xf0000 + index : 0x100000 + (index - kTokensPerPlane),
               out_.compact);
    return true;
  }
  bool Token(size_t begin, size_t end) { return AddToken(RunOf(begin, end)); }

  // The characters of [begin, end) with every reference decoded, as a run; nothing where one of them is not of
  // the plain kind, which only the parser knows to read.
  std::optional<GuardedMarkup::Run> Decoded(size_t begin, size_t end, bool in_attribute) {
    const size_t at = out_.decoded.size();
    while (begin < end) {
      const void* found = std::memchr(source_.data() + begin, '&', end - begin);
      const size_t reference =
          found == nullptr ? end : static_cast<size_t>(static_cast<const char*>(found) - source_.data());
      out_.decoded.append(source_, begin, reference - begin);
      if (reference == end) break;
      begin = PlainReference(reference, end, in_attribute);
      if (begin == reference) {
        out_.decoded.resize(at);
        return std::nullopt;
      }
    }
    return GuardedMarkup::Run{static_cast<uint32_t>(source_.size() + at),
                              static_cast<uint32_t>(out_.decoded.size() - at)};
  }

  // Decodes the reference at `at` ('&') and returns what is behind it; `at` where it is not plain.
  size_t PlainReference(size_t at, size_t end, bool in_attribute) {
    constexpr std::pair<std::string_view, std::string_view> kPlain[] = {
        {"amp;", "&"},  {"quot;", "\""},        {"#39;", "'"},        {"nbsp;", "\xC2\xA0"}, {"lt;", "<"},
        {"gt;", ">"},   {"#039;", "'"},         {"#34;", "\""},       {"#38;", "&"},         {"#x27;", "'"},
        {"#x2F;", "/"}, {"raquo;", "\xC2\xBB"}, {"copy;", "\xC2\xA9"}};
    const std::string_view rest = source_.substr(at + 1, std::min(kMaxReferenceBytes, end - at - 1));
    for (const auto& [name, character] : kPlain) {
      if (!rest.starts_with(name)) continue;
      out_.decoded += character;
      return at + 1 + name.size();
    }
    size_t letters = 0;
    while (letters < rest.size() && IsAlnum(rest[letters])) ++letters;
    // "a & b"; and "?a=1&b=2", which no reference without a semicolon can be in an attribute.
    const bool bare = letters == 0 && (rest.empty() || rest[0] != '#');
    const bool parameter = in_attribute && letters > 0 && letters < rest.size() && rest[letters] == '=';
    if (!bare && !parameter) return at;
    out_.decoded.append(source_, at, 1 + letters);
    return at + 1 + letters;
  }

  // Characters as one token; where references must be left for Gumbo to decode, these and the runs between them.
  void Characters(size_t begin, size_t end) {
    if (begin == end) return;
    if (use_tokens_ && std::memchr(source_.data() + begin, '&', end - begin) != nullptr) {
      const size_t decoded = out_.decoded.size();
      if (const auto run = Decoded(begin, end, false); run && AddToken(*run)) return;
      out_.decoded.resize(decoded);
    }
    while (begin < end) {
      const void* found = std::memchr(source_.data() + begin, '&', end - begin);
      const size_t reference =
          found == nullptr ? end : static_cast<size_t>(static_cast<const char*>(found) - source_.data());
      if (!Token(begin, reference)) out_.compact.append(source_, begin, reference - begin);
      if (reference == end) return;
      size_t stop = reference + 1;
      while (
          stop < end && stop - reference < kMaxReferenceBytes &&
          (IsAlnum(source_[stop]) || source_[stop] == '#' || source_[stop] == ';' || source_[stop] == '=')) {
        ++stop;
      }
      out_.compact.append(source_, reference, stop - reference);
      begin = stop;
    }
  }

  // The body of <title> or <textarea>. "<" is text there; but Gumbo may be in a mode where it ignores the
  // element, and would then read tags that this pass has not bounded.
  void CharactersWithoutTags(size_t begin, size_t end) {
    while (begin < end) {
      const size_t tag = std::min(end, source_.find('<', begin));
      Characters(begin, tag);
      if (tag < end) out_.compact += "&lt;";
      begin = tag + 1;
    }
  }

  void Text(size_t begin, size_t end) {
    BeginPiece(begin);
    if (open_.in_pre()) {
      // White space counts, and only the parser knows which first line break does not.
      size_t first = begin;
      while (first < end && IsSpace(source_[first])) ++first;
      out_.compact.append(source_, begin, first - begin);
      if (first > begin) BeginPiece(first);
      Characters(first, end);
      return;
    }
    size_t first = begin;
    bool line_break = false;
    while (first < end && IsSpace(source_[first])) line_break |= source_[first++] == '\n';
    if (first > begin && !IsBlankAtEdge(first, first == end)) out_.compact += line_break ? '\n' : ' ';
    if (first == end) return;
    beside_ = Beside::kOther;
    BeginPiece(first);
    Characters(first, end);
  }

  // Whether white space that ends at `end`, `alone` or before words, stands beside the edge of a block. Not where an open
  // formatting element would be reopened for it, nor where it is all that an element holds.
  bool IsBlankAtEdge(size_t end, bool alone) const {
    if (!drop_blank_ || open_.formatting() > 0) return false;
    const bool closes = alone && At(end) == '<' && At(end + 1) == '/';
    if (beside_ == Beside::kBlockStart) return !closes;
    if (beside_ == Beside::kBlockEnd) return true;
    return alone && At(end) == '<' &&
           IsBlockName(source_.substr(std::min(source_.size(), end + (closes ? 2 : 1)), 11));
  }

  // Names of the commonest blocks; for others white space stays.
  static bool IsBlockName(std::string_view markup) {
    size_t size = 0;
    while (size < markup.size() && IsAlnum(markup[size])) ++size;
    const std::string_view name = markup.substr(0, size);
    constexpr std::string_view kBlocks[] = {"div",    "li", "ul",     "td",   "tr",      "p",       "table",
                                            "tbody",  "th", "h1",     "h2",   "h3",      "h4",      "dl",
                                            "dt",     "dd", "option", "form", "section", "article", "thead",
                                            "select", "ol", "nav",    "main", "footer",  "header",  "body"};
    return std::any_of(std::begin(kBlocks), std::end(kBlocks),
                       [&](std::string_view block) { return EqualsIgnoreCase(name, block); });
  }

  static bool IsBlockOrHead(int tag) {
    return (tag < GUMBO_TAG_UNKNOWN && IsBlockTag(tag)) || tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_META ||
           tag == GUMBO_TAG_LINK || tag == GUMBO_TAG_BASE || tag == GUMBO_TAG_TITLE;
  }

  // At '<'.
  void Markup() {
    const char next = At(pos_ + 1);
    if (IsAlpha(next)) {
      StartTag();
    } else if (next == '/' && IsAlpha(At(pos_ + 2))) {
      EndTag();
    } else if (next == '!') {
      Declaration();
    } else if (next == '?' || (next == '/' && pos_ + 2 < source_.size())) {
      SkipPast('>');  // a bogus comment
    } else {
      BeginPiece(pos_);
      out_.compact += '<';
      beside_ = Beside::kOther;
      ++pos_;
    }
  }

  void SkipPast(char c) {
    const size_t at = source_.find(c, pos_);
    pos_ = at == std::string_view::npos ? source_.size() : at + 1;
  }

  void Declaration() {
    if (source_.compare(pos_, 4, "<!--") == 0) {
      pos_ = CommentEnd(pos_);
    } else if (StartsWithIgnoreCase(source_.substr(pos_), "<!doctype")) {
      const size_t begin = pos_;
      SkipPast('>');
      BeginPiece(begin);
      out_.compact.append(source_, begin, std::min<size_t>(pos_ - begin, 512));
      if (out_.compact.back() != '>') out_.compact += '>';
    } else if (source_.compare(pos_, 9, "<![CDATA[") == 0 && open_.in_foreign()) {
      const size_t end = source_.find("]]>", pos_ + 9);
      const size_t stop = end == std::string_view::npos ? source_.size() : end;
      BeginPiece(pos_ + 9);
      beside_ = Beside::kOther;
      RawCharacters(pos_ + 9, stop);
      pos_ = std::min(source_.size(), stop + 3);
    } else {
      SkipPast('>');
    }
  }

  // The end of the comment that begins at `begin`, as the standard's tokenizer finds it.
  size_t CommentEnd(size_t begin) const {
    size_t pos = begin + 4;
    if (At(pos) == '>') return pos + 1;
    if (At(pos) == '-' && At(pos + 1) == '>') return pos + 2;
    while (true) {
      pos = source_.find("--", pos);
      if (pos == std::string_view::npos) return source_.size();
      size_t stop = pos + 2;
      while (At(stop) == '-') ++stop;
      if (At(stop) == '>') return stop + 1;
      if (At(stop) == '!' && At(stop + 1) == '>') return stop + 2;
      pos = stop;
    }
  }

  // Characters that are no markup and no references whatever they look like.
  void RawCharacters(size_t begin, size_t end) {
    if (begin == end || Token(begin, end)) return;
    for (size_t i = begin; i < end; ++i) {
      if (source_[i] == '<') {
        out_.compact += "&lt;";
      } else if (source_[i] == '&') {
        out_.compact += "&amp;";
      } else {
        out_.compact += source_[i];
      }
    }
  }

  std::string_view Name(size_t begin) {
    size_t end = begin;
    while (end < source_.size() && !IsSpace(source_[end]) && source_[end] != '>' && source_[end] != '/')
      ++end;
    pos_ = end;
    return source_.substr(begin, end - begin);
  }

  static OpenElements::Entry EntryFor(std::string_view name) {
    const auto tag =
        gumbo_tagn_enum(name.data(), static_cast<unsigned>(std::min<size_t>(name.size(), kMaxNameBytes)));
    OpenElements::Entry entry{tag, 0};
    if (tag == GUMBO_TAG_UNKNOWN) {
      uint32_t hash = 2166136261u;
      for (const char c : name) hash = (hash ^ static_cast<unsigned char>(Lower(c))) * 16777619u;
      entry.name = hash;
    }
    return entry;
  }

  void EndTag() {
    const size_t begin = pos_;
    const std::string_view name = Name(pos_ + 2);
    SkipAttributes();
    const OpenElements::Entry entry = EntryFor(name);
    if (entry.tag == GUMBO_TAG_UNKNOWN && IsShape(name) && open_.in_foreign()) return;
    open_.Close(entry);
    beside_ = IsBlockOrHead(entry.tag) ? Beside::kBlockEnd : Beside::kOther;
    BeginPiece(begin);
    out_.compact += "</";
    out_.compact += name.substr(0, kMaxNameBytes);
    out_.compact += '>';
  }

  void StartTag() {
    const size_t begin = pos_;
    const size_t compact_begin = out_.compact.size();
    const size_t tokens_begin = out_.tokens.size();
    const std::string_view name = Name(pos_ + 1);
    const OpenElements::Entry entry = EntryFor(name);
    const bool foreign = open_.in_foreign();
    const bool is_shape = foreign && entry.tag == GUMBO_TAG_UNKNOWN && IsShape(name);
    BeginPiece(begin);
    GuardedMarkup::Tag& tag = out_.tags.emplace_back();
    tag.compact = static_cast<uint32_t>(compact_begin);
    tag.source = static_cast<uint32_t>(begin);
    tag.attribute_begin = static_cast<uint32_t>(out_.attributes.size());
    tag.attributes_in_compact = entry.tag == GUMBO_TAG_HTML || entry.tag == GUMBO_TAG_BODY ||
                                entry.tag == GUMBO_TAG_ISINDEX || entry.tag == GUMBO_TAG_ANNOTATION_XML ||
                                (entry.tag == GUMBO_TAG_FONT && foreign);
    out_.compact += '<';
    out_.compact += name.substr(0, kMaxNameBytes);
    type_ = "";
    const bool self_closing = Attributes(tag);
    if (is_shape) {
      TakeBackTag(compact_begin, tokens_begin);
      return;
    }
    beside_ = !IsBlockOrHead(entry.tag) ? Beside::kOther
              : kVoid.Has(entry.tag)    ? Beside::kBlockEnd
                                        : Beside::kBlockStart;
    tag.attribute_count = static_cast<uint16_t>(out_.attributes.size() - tag.attribute_begin);
    // What the parser itself looks at.
    if (!tag.attributes_in_compact) {
      if (entry.tag == GUMBO_TAG_INPUT && EqualsIgnoreCase(type_, "hidden")) out_.compact += " type=hidden";
      if (kCompared.Has(entry.tag) && tag.attribute_count > 0) AppendNameOfAttributes(tag);
    }
    out_.compact += self_closing ? "/>" : ">";

    if (kVoid.Has(entry.tag) && !foreign) return;
    open_.CloseImplied(entry.tag);
    const bool closed_by_slash = foreign && self_closing && !kBreaksOut.Has(entry.tag);
    if (!closed_by_slash) {
      const bool too_deep = open_.depth() >= limits_.depth;
      // There is never more than one open <a>, and links are worth more than fonts.
      const bool too_many =
          kFormatting.Has(entry.tag) && entry.tag != GUMBO_TAG_A && open_.formatting() >= limits_.formatting;
      if (too_deep || too_many) {
        out_.elided_tags += too_deep;
        out_.elided_formatting += !too_deep && too_many;
        TakeBackTag(compact_begin, tokens_begin);
        if (IsRawText(entry.tag)) RawTextBody(entry, name, /*elided=*/true);
        return;
      }
      open_.Push(entry);
    }
    if (!foreign && IsRawText(entry.tag)) RawTextBody(entry, name, /*elided=*/false);
  }

  void TakeBackTag(size_t compact_begin, size_t tokens_begin) {
    out_.compact.resize(compact_begin);
    out_.tokens.resize(tokens_begin);
    out_.attributes.resize(out_.tags.back().attribute_begin);
    out_.tags.pop_back();
    out_.pieces.pop_back();
  }

  // One attribute that is the same for the same attributes.
  void AppendNameOfAttributes(const GuardedMarkup::Tag& tag) {
    uint32_t hash = 2166136261u;
    for (size_t i = tag.attribute_begin; i < out_.attributes.size(); ++i) {
      const GuardedMarkup::Attribute& attribute = out_.attributes[i];
      for (const GuardedMarkup::Run run : {attribute.name, attribute.value}) {
        for (const char c : out_.Words(source_, run))
          hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        hash = (hash ^ 1) * 16777619u;
      }
    }
    out_.compact += ' ';
    for (int letter = 0; letter < 7; ++letter, hash /= 26) out_.compact += static_cast<char>('a' + hash % 26);
  }

  static bool IsRawText(int tag) {
    return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TITLE ||
           tag == GUMBO_TAG_TEXTAREA || tag == GUMBO_TAG_XMP || tag == GUMBO_TAG_IFRAME ||
           tag == GUMBO_TAG_NOEMBED || tag == GUMBO_TAG_NOFRAMES || tag == GUMBO_TAG_PLAINTEXT;
  }

  // Where the body of a raw-text element ends: at "</name".
  size_t RawTextEnd(size_t begin, std::string_view name) const {
    for (size_t at = source_.find("</", begin); at != std::string_view::npos;
         at = source_.find("</", at + 2)) {
      const std::string_view rest = source_.substr(at + 2);
      if (!StartsWithIgnoreCase(rest, name)) continue;
      const char after = rest.size() > name.size() ? rest[name.size()] : '>';
      if (IsSpace(after) || after == '>' || after == '/') return at;
    }
    return source_.size();
  }

  // "<!--" and then "<script" inside a script hide one "</script" (the double escaped state).
  size_t ScriptEnd(size_t begin) const {
    size_t end = RawTextEnd(begin, "script");
    const std::string_view body =
        source_.substr(0, end);  // searched no further, or many scripts cost a square
    size_t escape = body.find("<!--", begin);
    while (escape != std::string_view::npos) {
      const size_t close = body.find("-->", escape);
      if (close != std::string_view::npos) {
        escape = body.find("<!--", close);
        continue;
      }
      size_t nested = body.find("<script", escape);
      while (nested != std::string_view::npos && !IsSpace(At(nested + 7)) && At(nested + 7) != '>' &&
             At(nested + 7) != '/') {
        nested = body.find("<script", nested + 1);
      }
      if (nested == std::string_view::npos || end >= source_.size()) return end;
      const size_t second = RawTextEnd(end + 2, "script");
      // No second end: browsers would lose the rest of the page; we prefer to read it.
      return second >= source_.size() ? end : second;
    }
    return end;
  }

  void RawTextBody(OpenElements::Entry entry, std::string_view name, bool elided) {
    const size_t begin = pos_;
    if (entry.tag == GUMBO_TAG_PLAINTEXT) {
      pos_ = source_.size();
      BeginPiece(begin);
      RawCharacters(begin, pos_);
      return;
    }
    const size_t end = entry.tag == GUMBO_TAG_SCRIPT ? ScriptEnd(begin) : RawTextEnd(begin, name);
    pos_ = end;
    if (elided) {
      if (entry.tag != GUMBO_TAG_SCRIPT && entry.tag != GUMBO_TAG_STYLE) {
        BeginPiece(begin);
        RawCharacters(begin, end);
      }
      return;
    }
    switch (entry.tag) {
      case GUMBO_TAG_SCRIPT:
        if (EqualsIgnoreCase(type_, "application/ld+json")) {
          out_.data.push_back({true, {begin, end}});
        } else if (EqualsIgnoreCase(type_, "application/json")) {
          out_.data.push_back({false, {begin, end}});
        }
        break;
      case GUMBO_TAG_TITLE:
      case GUMBO_TAG_TEXTAREA:
        BeginPiece(begin);
        CharactersWithoutTags(begin, end);
        break;
      case GUMBO_TAG_XMP:
        BeginPiece(begin);
        if (!Token(begin, end)) {
          for (size_t i = begin; i < end; ++i) out_.compact += source_[i] == '<' ? ' ' : source_[i];
        }
        break;
      default:
        break;
    }
    if (end >= source_.size()) {
      // Gumbo needs the end tag that the page forgot, or it would eat nothing but also close nothing.
      out_.compact += "</";
      out_.compact += name.substr(0, kMaxNameBytes);
      out_.compact += '>';
      open_.Close(entry);
    }
  }

  // Attributes of an end tag: looked at only to find its end.
  void SkipAttributes() {
    while (pos_ < source_.size() && source_[pos_] != '>') {
      if (source_[pos_] == '=') {
        ++pos_;
        while (pos_ < source_.size() && IsSpace(source_[pos_])) ++pos_;
        const char quote = At(pos_);
        if (quote == '"' || quote == '\'') {
          const size_t end = source_.find(quote, pos_ + 1);
          if (end == std::string_view::npos) {
            pos_ = source_.size();
            return;
          }
          pos_ = end + 1;
        }
        continue;
      }
      ++pos_;
    }
    if (pos_ < source_.size()) ++pos_;
  }

  // Keeps the attributes from behind the tag name to behind '>'. True for "/>".
  bool Attributes(const GuardedMarkup::Tag& tag) {
    uint32_t count = 0;
    bool self_closing = false;
    while (pos_ < source_.size()) {
      const char c = source_[pos_];
      if (IsSpace(c)) {
        ++pos_;
        continue;
      }
      if (c == '>') {
        ++pos_;
        return self_closing;
      }
      if (c == '/') {
        self_closing = At(pos_ + 1) == '>';
        ++pos_;
        continue;
      }
      self_closing = false;
      const size_t name_begin = pos_;
      ++pos_;  // a "=" here is part of the name
      while (pos_ < source_.size() && !IsSpace(source_[pos_]) && source_[pos_] != '=' &&
             source_[pos_] != '>' && source_[pos_] != '/') {
        ++pos_;
      }
      const std::string_view name = source_.substr(name_begin, pos_ - name_begin);
      size_t after = pos_;
      while (after < source_.size() && IsSpace(source_[after])) ++after;
      size_t value_begin = 0, value_end = 0;
      bool has_value = false;
      char quote = '\0';
      if (At(after) == '=') {
        has_value = true;
        pos_ = after + 1;
        while (pos_ < source_.size() && IsSpace(source_[pos_])) ++pos_;
        quote = At(pos_);
        if (quote == '"' || quote == '\'') {
          value_begin = ++pos_;
          const size_t end = source_.find(quote, pos_);
          value_end = end == std::string_view::npos ? source_.size() : end;
          pos_ = std::min(source_.size(), value_end + 1);
        } else {
          quote = '\0';
          value_begin = pos_;
          while (pos_ < source_.size() && !IsSpace(source_[pos_]) && source_[pos_] != '>') ++pos_;
          value_end = pos_;
        }
      } else {
        pos_ = after;
      }
      if (++count > limits_.attributes) {
        ++out_.elided_attributes;
        continue;
      }
      if (tag.attributes_in_compact) {
        CopyAttribute(name, has_value, value_begin, value_end, quote);
      } else {
        KeepAttribute(tag, name, has_value, value_begin, value_end, quote);
      }
    }
    return self_closing;
  }

  void KeepAttribute(const GuardedMarkup::Tag& tag, std::string_view name, bool has_value, size_t begin,
                     size_t end, char quote) {
    name = name.substr(0, kMaxNameBytes);
    GuardedMarkup::Attribute attribute;
    attribute.name = RunOf(static_cast<size_t>(name.data() - source_.data()), 0);
    attribute.name.size = static_cast<uint32_t>(name.size());
    if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      attribute.name.begin = static_cast<uint32_t>(source_.size() + out_.decoded.size());
      for (const char c : name) out_.decoded += Lower(c);
    }
    const std::string_view lower = out_.Words(source_, attribute.name);
    for (size_t i = tag.attribute_begin; i < out_.attributes.size(); ++i) {
      if (out_.Words(source_, out_.attributes[i].name) == lower) return;
    }
    if (lower == "type") type_ = source_.substr(begin, end - begin);
    if (has_value) {
      attribute.value = RunOf(begin, end);
      if (std::memchr(source_.data() + begin, '&', end - begin) != nullptr) {
        if (const auto run = Decoded(begin, end, true)) {
          attribute.value = *run;
        } else {
          attribute.in_compact = true;
          CopyAttribute(name, has_value, begin, end, quote);
        }
      }
    }
    out_.attributes.push_back(attribute);
  }

  void CopyAttribute(std::string_view name, bool has_value, size_t begin, size_t end, char quote) {
    out_.compact += ' ';
    out_.compact += name.substr(0, kMaxNameBytes);
    if (!has_value) return;
    const std::string_view value = source_.substr(begin, end - begin);
    if (quote == '\0') quote = value.find('"') == std::string_view::npos ? '"' : '\'';
    if (value.find(quote) != std::string_view::npos) return;  // unquoted, with both kinds of quotes in it
    out_.compact += '=';
    out_.compact += quote;
    Characters(begin, end);
    out_.compact += quote;
  }

  const std::string_view source_;
  const ExtractLimits& limits_;
  const bool use_tokens_;
  const bool drop_blank_;
  // What was written last.
  enum class Beside { kOther, kBlockStart, kBlockEnd };
  Beside beside_ = Beside::kOther;
  size_t pos_ = 0;
  std::string_view type_;  // of the tag that is read now
  OpenElements open_;
  GuardedMarkup out_;
};

// The references that matter to words and prices.
constexpr std::pair<std::string_view, std::string_view> kReferences[] = {{"amp;", "&"},
                                                                         {"lt;", "<"},
                                                                         {"gt;", ">"},
                                                                         {"quot;", "\""},
                                                                         {"apos;", "'"},
                                                                         {"nbsp;", " "},
                                                                         {"euro;", "\xE2\x82\xAC"},
                                                                         {"pound;", "\xC2\xA3"},
                                                                         {"yen;", "\xC2\xA5"},
                                                                         {"ndash;", "-"},
                                                                         {"mdash;", "-"},
                                                                         {"rsquo;", "'"},
                                                                         {"lsquo;", "'"},
                                                                         {"times;", "\xC3\x97"}};

// Decodes the reference at `pos` (behind '&') into `out`; false when it is none.
bool DecodeReference(std::string_view source, size_t& pos, std::string& out) {
  const std::string_view rest = source.substr(pos, kMaxReferenceBytes);
  for (const auto& [name, text] : kReferences) {
    if (!rest.starts_with(name)) continue;
    out += text;
    pos += name.size();
    return true;
  }
  if (!rest.starts_with('#')) return false;
  const bool hex = rest.size() > 1 && (rest[1] == 'x' || rest[1] == 'X');
  char32_t value = 0;
  size_t i = hex ? 2 : 1;
  const size_t digits = i;
  for (; i < rest.size() && i - digits < 8; ++i) {
    const char c = Lower(rest[i]);
    if (c >= '0' && c <= '9') {
      value = value * (hex ? 16 : 10) + static_cast<char32_t>(c - '0');
    } else if (hex && c >= 'a' && c <= 'f') {
      value = value * 16 + static_cast<char32_t>(c - 'a' + 10);
    } else {
      break;
    }
  }
  if (i == digits || value == 0) return false;
  AppendUtf8(value, out);
  pos += i + (i < rest.size() && rest[i] == ';' ? 1 : 0);
  return true;
}

}  // namespace

namespace {

// The last of `all`, which ascend by `compact`, that begins at `offset` or before it; all.size() when there is
// none. Looks first where the last one was found.
template <typename Begun>
size_t LastBegun(const std::vector<Begun>& all, size_t offset, size_t& near) {
  constexpr size_t kSteps = 8;
  size_t at = near;
  if (at < all.size() && all[at].compact <= offset) {
    for (size_t steps = 0; steps < kSteps; ++steps, ++at) {
      if (at + 1 == all.size() || all[at + 1].compact > offset) return near = at;
    }
  }
  const auto it = std::upper_bound(all.begin(), all.end(), offset,
                                   [](size_t wanted, const Begun& one) { return wanted < one.compact; });
  if (it == all.begin()) return all.size();
  return near = static_cast<size_t>(it - all.begin()) - 1;
}

}  // namespace

size_t GuardedMarkup::SourceOffset(size_t offset, size_t& near) const {
  const size_t at = LastBegun(pieces, offset, near);
  return at == pieces.size() ? 0 : pieces[at].source + (offset - pieces[at].compact);
}

const GuardedMarkup::Tag* GuardedMarkup::TagAt(size_t offset, size_t& near) const {
  const size_t at = LastBegun(tags, offset, near);
  return at == tags.size() || tags[at].compact != offset ? nullptr : &tags[at];
}

GuardedMarkup GuardMarkup(std::string_view source, const ExtractLimits& limits, BlankText blank) {
  return Guard(source, limits, blank).Run();
}

int64_t TokenAt(std::string_view text, size_t& pos) {
  if (pos + 4 > text.size()) return -1;
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[pos + i]));
  };
  const uint32_t lead = byte(0);
  if (lead != 0xf3 && lead != 0xf4) return -1;
  const uint32_t cp = (lead & 7) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
  if (cp < 0xf0000) return -1;
  pos += 4;
  return cp < 0x100000 ? cp - 0xf0000 : cp - 0x100000 + kTokensPerPlane;
}

std::string TextOfMarkup(std::string_view source) {
  std::string out;
  out.reserve(source.size() / 2);
  const auto line_break = [&] {
    while (!out.empty() && out.back() == ' ') out.pop_back();
    if (!out.empty() && out.back() != '\n') out += '\n';
  };
  // What is skipped whole. `missing`: its end was looked for once and is nowhere ahead.
  struct Skipped {
    std::string_view begin, end;
    bool missing = false;
  };
  Skipped skipped[] = {{"<!--", "-->"}, {"<script", "</script"}, {"<style", "</style"}};
  bool no_more_tags = false;
  const auto skip = [&](size_t pos) -> size_t {
    for (Skipped& s : skipped) {
      if (s.missing || !StartsWithIgnoreCase(source.substr(pos), s.begin)) continue;
      const size_t end = source.find(s.end, pos + s.begin.size());
      if (end != std::string_view::npos) {
        const size_t close = source.find('>', end);
        return close == std::string_view::npos ? source.size() : close + 1;
      }
      s.missing = true;  // the rest is read: rather too much than too little
    }
    return pos;
  };
  for (size_t pos = 0; pos < source.size();) {
    const char c = source[pos];
    const char next = pos + 1 < source.size() ? source[pos + 1] : ' ';
    if (c == '<' && (IsAlpha(next) || next == '/' || next == '!' || next == '?') && !no_more_tags) {
      if (const size_t behind = skip(pos); behind != pos) {
        pos = behind;
        line_break();
        continue;
      }
      const size_t end = source.find('>', pos);
      if (end == std::string_view::npos) {
        no_more_tags = true;
        continue;
      }
      const std::string_view name = source.substr(next == '/' ? pos + 2 : pos + 1, 2);
      const bool is_inline =
          name.size() == 2 && !IsAlpha(name[1]) && std::strchr("abiuABIU", name[0]) != nullptr;
      if (!is_inline) line_break();
      pos = end + 1;
    } else if (c == '&') {
      ++pos;
      if (!DecodeReference(source, pos, out)) out += '&';
    } else if (IsSpace(c)) {
      if (c == '\n') {
        line_break();
      } else if (!out.empty() && out.back() != ' ' && out.back() != '\n') {
        out += ' ';
      }
      ++pos;
    } else {
      out += c;
      ++pos;
    }
  }
  line_break();
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace gasht
