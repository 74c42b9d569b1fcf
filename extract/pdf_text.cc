#include "extract/pdf_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"
#include "extract/unzip.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxDepth = 64;             // of dictionaries and arrays in one value
constexpr size_t kMaxFonts = 2'000;          // that are read in one file
constexpr size_t kMaxMappings = 70'000;      // of one font: all of the basic plane
constexpr size_t kMaxContentsOfPage = 500;   // streams
constexpr size_t kMaxObjectStream = 10'000;  // objects in one stream

bool IsPdfSpace(char c) {
  return IsWhiteSpace(c) || c == '\0';
}
bool IsDelimiter(char c) {
  return IsPdfSpace(c) || c == '/' || c == '<' || c == '>' || c == '[' || c == ']' || c == '(' || c == ')' ||
         c == '%' || c == '{' || c == '}';
}

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (text[at] == '%') {
      while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (!IsPdfSpace(text[at])) {
      break;
    } else {
      ++at;
    }
  }
  return at;
}

// The end of the literal string that begins at `at` with '('.
size_t EndOfLiteral(std::string_view text, size_t at) {
  size_t depth = 0;
  for (size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

// The end of the value that begins at `at`; a reference ("12 0 R") is one value.
size_t EndOfValue(std::string_view text, size_t at) {
  size_t depth = 0;
  for (size_t i = at; i < text.size();) {
    const char c = text[i];
    if (c == '(') {
      i = EndOfLiteral(text, i);
    } else if (c == '<' && i + 1 < text.size() && text[i + 1] == '<') {
      if (++depth > kMaxDepth) return text.size();
      i += 2;
      continue;
    } else if (c == '>' && i + 1 < text.size() && text[i + 1] == '>') {
      if (depth == 0) return i;
      --depth;
      i += 2;
    } else if (c == '<') {
      const size_t end = text.find('>', i);
      i = end == std::string_view::npos ? text.size() : end + 1;
    } else if (c == '[') {
      if (++depth > kMaxDepth) return text.size();
      ++i;
      continue;
    } else if (c == ']') {
      if (depth == 0) return i;
      --depth;
      ++i;
    } else if (IsPdfSpace(c) || c == '%') {
      i = std::max(i + 1, SkipSpace(text, i));
      continue;
    } else {
      size_t end = i + 1;
      while (end < text.size() && !IsDelimiter(text[end])) ++end;
      // "12 0 R"
      if (depth == 0 && IsAsciiDigit(c)) {
        size_t second = SkipSpace(text, end), second_end = second;
        while (second_end < text.size() && IsAsciiDigit(text[second_end])) ++second_end;
        const size_t r = SkipSpace(text, second_end);
        if (second_end > second && second_end - second < 6 && r < text.size() && text[r] == 'R' &&
            (r + 1 >= text.size() || IsDelimiter(text[r + 1]))) {
          end = r + 1;
        }
      }
      i = end;
    }
    if (depth == 0) return i;
  }
  return text.size();
}

// The value of `key` ("/Length") in a dictionary, its own level only; empty when there is none.
std::string_view DictGet(std::string_view dict, std::string_view key) {
  size_t at = SkipSpace(dict, 0);
  if (dict.substr(at).starts_with("<<")) at += 2;
  while (at < dict.size()) {
    at = SkipSpace(dict, at);
    if (at >= dict.size() || dict[at] != '/') break;
    size_t end = at + 1;
    while (end < dict.size() && !IsDelimiter(dict[end])) ++end;
    const std::string_view name = dict.substr(at, end - at);
    const size_t value = SkipSpace(dict, end);
    const size_t value_end = EndOfValue(dict, value);
    if (name == key) return dict.substr(value, value_end - value);
    if (value_end <= at) break;
    at = value_end;
  }
  return "";
}

std::optional<uint32_t> RefOf(std::string_view value) {
  value = Trimmed(value);
  if (value.size() < 5 || value.size() > 24 || value.back() != 'R' || !IsAsciiDigit(value[0]))
    return std::nullopt;
  return static_cast<uint32_t>(std::strtoul(std::string(value).c_str(), nullptr, 10));
}

// Every reference in an array (or the one given).
std::vector<uint32_t> RefsOf(std::string_view value, size_t most) {
  std::vector<uint32_t> refs;
  value = Trimmed(value);
  if (!value.starts_with('[')) {
    if (const auto ref = RefOf(value)) refs.push_back(*ref);
    return refs;
  }
  for (size_t at = 1; at < value.size() && refs.size() < most;) {
    at = SkipSpace(value, at);
    const size_t end = EndOfValue(value, at);
    if (end <= at) break;
    if (const auto ref = RefOf(value.substr(at, end - at))) refs.push_back(*ref);
    at = end;
  }
  return refs;
}

int64_t IntOf(std::string_view value) {
  value = Trimmed(value).substr(0, 20);
  return value.empty() ? 0 : std::strtoll(std::string(value).c_str(), nullptr, 10);
}

std::string HexBytes(std::string_view hex) {
  std::string out;
  int high = -1;
  for (const char raw : hex) {
    const char c = AsciiLowered(raw);
    const int digit = IsAsciiDigit(c) ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  if (high >= 0) out += static_cast<char>(high * 16);
  return out;
}

std::string Ascii85(std::string_view text) {
  std::string out;
  uint32_t group = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '~') break;
    if (c == 'z' && count == 0) {
      out.append(4, '\0');
      continue;
    }
    if (c < '!' || c > 'u') continue;
    group = group * 85 + static_cast<uint32_t>(c - '!');
    if (++count == 5) {
      for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(group >> shift & 0xff);
      group = 0;
      count = 0;
    }
  }
  if (count > 1) {
    for (int i = count; i < 5; ++i) group = group * 85 + 84;
    for (int i = 0; i < count - 1; ++i) out += static_cast<char>(group >> (24 - 8 * i) & 0xff);
  }
  return out;
}

// The bytes that a literal string stands for.
std::string LiteralBytes(std::string_view inner) {
  std::string out;
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\') {
      out += inner[i];
      continue;
    }
    if (++i >= inner.size()) break;
    switch (inner[i]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'b':
      case 'f':
        break;
      case '\r':
        if (i + 1 < inner.size() && inner[i + 1] == '\n') ++i;
        break;
      case '\n':
        break;
      default:
        if (inner[i] >= '0' && inner[i] <= '7') {
          int value = 0;
          size_t digits = 0;
          while (digits < 3 && i < inner.size() && inner[i] >= '0' && inner[i] <= '7') {
            value = value * 8 + (inner[i++] - '0');
            ++digits;
          }
          --i;
          out += static_cast<char>(value & 0xff);
        } else {
          out += inner[i];
        }
    }
  }
  return out;
}

void AppendUtf16(std::string_view bytes, std::string& out) {
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = static_cast<char32_t>(static_cast<unsigned char>(bytes[i])) << 8 |
                 static_cast<unsigned char>(bytes[i + 1]);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size()) {
      const char32_t low = static_cast<char32_t>(static_cast<unsigned char>(bytes[i + 2])) << 8 |
                           static_cast<unsigned char>(bytes[i + 3]);
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    if (c >= 0x20 || c == '\n' || c == '\t') AppendUtf8(c, out);
  }
}

// Windows-1252, which is what fonts without a table nearly always use for what they show.
void AppendLatin(unsigned char byte, std::string& out) {
  constexpr char16_t kHigh[] = {0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17d,  0,
                                0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0,      0x17e,  0x178};
  char32_t c = byte;
  if (byte >= 0x80 && byte < 0xa0) c = kHigh[byte - 0x80];
  if (c >= 0x20) AppendUtf8(c, out);
}

struct Font {
  size_t code_bytes = 1;
  bool has_table = false;
  std::unordered_map<uint32_t, std::string> table;  // code to UTF-8
  std::unordered_map<uint32_t, double> widths;      // in text space, of a size of 1
  double other_width = 0.5;
};

// [a b c d e f] of the standard: a point (x, y) becomes (a x + c y + e, b x + d y + f).
struct Matrix {
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;
};
Matrix operator*(const Matrix& m, const Matrix& n) {
  return {m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d,       m.c * n.a + m.d * n.c,
          m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f};
}

// One character as it is drawn.
struct Glyph {
  std::string text;
  double begin = 0, end = 0;  // along the line
  double y = 0, size = 1;
};

enum class Side { kLeftToRight, kRightToLeft, kNumber, kNeutral };

Side SideOf(std::string_view text) {
  bool number = false;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, at);
    if ((c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9)) {
      number = true;
    } else if ((c >= 0x590 && c < 0x900) || (c >= 0xfb1d && c < 0xfe00) || (c >= 0xfe70 && c < 0xff00)) {
      if (c != 0x60c && c != 0x61b && c != 0x6d4) return Side::kRightToLeft;
    } else if ((c < 0x80 && IsAsciiLetter(static_cast<char>(c))) || (c >= 0xc0 && c < 0x590) ||
               (c >= 0x900 && c < 0x2000) || c >= 0x3040) {
      return Side::kLeftToRight;
    }
  }
  return number ? Side::kNumber : Side::kNeutral;
}

// Names of glyphs that fonts without a table of characters use.
char32_t NamedGlyph(std::string_view name) {
  struct Named {
    std::string_view name;
    char32_t code;
  };
  static constexpr Named kNames[] = {{"space", ' '},
                                     {"exclam", '!'},
                                     {"quotedbl", '"'},
                                     {"numbersign", '#'},
                                     {"dollar", '$'},
                                     {"percent", '%'},
                                     {"ampersand", '&'},
                                     {"quotesingle", '\''},
                                     {"parenleft", '('},
                                     {"parenright", ')'},
                                     {"asterisk", '*'},
                                     {"plus", '+'},
                                     {"comma", ','},
                                     {"hyphen", '-'},
                                     {"period", '.'},
                                     {"slash", '/'},
                                     {"zero", '0'},
                                     {"one", '1'},
                                     {"two", '2'},
                                     {"three", '3'},
                                     {"four", '4'},
                                     {"five", '5'},
                                     {"six", '6'},
                                     {"seven", '7'},
                                     {"eight", '8'},
                                     {"nine", '9'},
                                     {"colon", ':'},
                                     {"semicolon", ';'},
                                     {"less", '<'},
                                     {"equal", '='},
                                     {"greater", '>'},
                                     {"question", '?'},
                                     {"at", '@'},
                                     {"bracketleft", '['},
                                     {"backslash", '\\'},
                                     {"bracketright", ']'},
                                     {"asciicircum", '^'},
                                     {"underscore", '_'},
                                     {"grave", '`'},
                                     {"braceleft", '{'},
                                     {"bar", '|'},
                                     {"braceright", '}'},
                                     {"asciitilde", '~'},
                                     {"endash", 0x2013},
                                     {"emdash", 0x2014},
                                     {"quoteleft", 0x2018},
                                     {"quoteright", 0x2019},
                                     {"quotedblleft", 0x201c},
                                     {"quotedblright", 0x201d},
                                     {"bullet", 0x2022},
                                     {"ellipsis", 0x2026},
                                     {"Euro", 0x20ac},
                                     {"sterling", 0xa3},
                                     {"yen", 0xa5},
                                     {"cent", 0xa2},
                                     {"degree", 0xb0},
                                     {"fi", 0xfb01},
                                     {"fl", 0xfb02},
                                     {"ff", 0xfb00},
                                     {"ffi", 0xfb03},
                                     {"ffl", 0xfb04},
                                     {"adieresis", 0xe4},
                                     {"odieresis", 0xf6},
                                     {"udieresis", 0xfc},
                                     {"eacute", 0xe9},
                                     {"egrave", 0xe8},
                                     {"agrave", 0xe0},
                                     {"ccedilla", 0xe7},
                                     {"germandbls", 0xdf},
                                     {"ntilde", 0xf1},
                                     {"minus", 0x2212},
                                     {"multiply", 0xd7}};
  if (name.size() == 1) return static_cast<unsigned char>(name[0]);
  for (const Named& named : kNames) {
    if (named.name == name) return named.code;
  }
  if (name.starts_with("uni") && name.size() >= 7) {
    const std::string bytes = HexBytes(name.substr(3, 4));
    if (bytes.size() == 2)
      return static_cast<char32_t>(static_cast<unsigned char>(bytes[0])) << 8 |
             static_cast<unsigned char>(bytes[1]);
  }
  return 0;
}

// What PNG's predictors did to rows of `columns` bytes.
std::string WithoutPredictor(std::string_view data, size_t columns, size_t sample) {
  std::string out;
  std::string above(columns, '\0');
  for (size_t at = 0; at + 1 + columns <= data.size(); at += 1 + columns) {
    const char kind = data[at];
    std::string row(data.substr(at + 1, columns));
    for (size_t i = 0; i < columns; ++i) {
      const auto left = static_cast<unsigned char>(i >= sample ? row[i - sample] : 0);
      const auto up = static_cast<unsigned char>(above[i]);
      const auto corner = static_cast<unsigned char>(i >= sample ? above[i - sample] : 0);
      int add = 0;
      if (kind == 1) add = left;
      if (kind == 2) add = up;
      if (kind == 3) add = (left + up) / 2;
      if (kind == 4) {
        const int p = left + up - corner;
        const int pa = std::abs(p - left), pb = std::abs(p - up), pc = std::abs(p - corner);
        add = pa <= pb && pa <= pc ? left : (pb <= pc ? up : corner);
      }
      row[i] = static_cast<char>(static_cast<unsigned char>(row[i]) + add);
    }
    out += row;
    above = std::move(row);
  }
  return out;
}

// The glyphs of one line as a reader reads them: from left to right, or, where most of it is written so, from right to
// left, with what runs the other way inside turned round.
std::string LineText(std::vector<Glyph> glyphs) {
  std::stable_sort(glyphs.begin(), glyphs.end(),
                   [](const Glyph& x, const Glyph& y) { return x.begin < y.begin; });
  // A space where there is room for one; what is drawn twice for weight is there once.
  std::vector<Glyph> spaced;
  for (Glyph& glyph : glyphs) {
    if (!spaced.empty()) {
      const Glyph& last = spaced.back();
      if (glyph.text == last.text && glyph.begin - last.begin < 0.1 * glyph.size) continue;
      if (glyph.begin - last.end > 0.15 * glyph.size && glyph.text != " " && last.text != " ")
        spaced.push_back({" ", last.end, glyph.begin, glyph.y, glyph.size});
    }
    spaced.push_back(std::move(glyph));
  }
  std::vector<Side> sides;
  size_t left = 0, right = 0;
  for (const Glyph& glyph : spaced) {
    sides.push_back(SideOf(glyph.text));
    left += sides.back() == Side::kLeftToRight;
    right += sides.back() == Side::kRightToLeft;
  }
  std::string out;
  if (right == 0) {
    for (const Glyph& glyph : spaced) out += glyph.text;
    return std::string(Trimmed(out));
  }
  // Runs that are read in the line's own direction stand in the order of the line; the others are turned as a whole. A
  // number is read from left to right everywhere; what is neither belongs to what it stands between.
  const bool rtl = right >= left;
  const size_t n = spaced.size();
  const auto at = [&](size_t i) { return rtl ? n - 1 - i : i; };
  const auto against = [&](Side side) {
    return rtl ? side == Side::kLeftToRight || side == Side::kNumber : side == Side::kRightToLeft;
  };
  bool behind_rtl = false;  // the last letter read is of a right-to-left script
  for (size_t i = 0; i < n;) {
    const Side here = sides[at(i)];
    if (!against(here)) {
      if (here == Side::kRightToLeft) behind_rtl = true;
      if (here == Side::kLeftToRight) behind_rtl = false;
      out += spaced[at(i)].text;
      ++i;
      continue;
    }
    // Behind Arabic letters a dash parts two numbers, and each is a run of its own; a point or a colon does not (UAX 9, W2,
    // W4).
    const bool parted = rtl && behind_rtl && here == Side::kNumber;
    size_t end = i + 1;
    for (size_t j = i + 1; j < n; ++j) {
      const Side side = sides[at(j)];
      const std::string& text = spaced[at(j)].text;
      if (parted && (side == Side::kLeftToRight ||
                     (side == Side::kNeutral && text != "." && text != "," && text != ":" && text != "/")))
        break;
      if (against(side)) {
        end = j + 1;
      } else if (side != Side::kNeutral && (rtl || side != Side::kNumber)) {
        break;
      }
    }
    if (rtl) {
      for (size_t j = end; j-- > i;) out += spaced[at(j)].text;
    } else {
      // Right to left, but its numbers from left to right.
      for (size_t j = end; j-- > i;) {
        size_t first = j;
        while (sides[j] == Side::kNumber && first > i && sides[first - 1] == Side::kNumber) --first;
        for (size_t k = first; k <= j; ++k) out += spaced[k].text;
        j = first;
      }
    }
    i = end;
  }
  return std::string(Trimmed(out));
}

struct Object {
  std::string_view dict;    // or any other value
  std::string_view stream;  // as written
  bool has_stream = false;
};

class Reader {
 public:
  Reader(std::string_view bytes, const PdfLimits& limits) : bytes_(bytes), limits_(limits) {}

  PdfText Read() {
    FindObjects();
    if (encrypted_) {
      out_.weirds.push_back({"pdf_encrypted", ""});
      return std::move(out_);
    }
    OpenObjectStreams();
    for (const PageAt& page : Pages()) {
      if (Full()) break;
      ++out_.pages;
      ReadPage(page);
    }
    if (Trimmed(out_.text).empty()) out_.weirds.push_back({"pdf_no_text", std::to_string(out_.pages)});
    if (over_) out_.weirds.push_back({"over_budget", "pdf"});
    if (unmapped_ > 0) out_.weirds.push_back({"pdf_glyphs_unread", std::to_string(unmapped_)});
    return std::move(out_);
  }

 private:
  bool Full() {
    if (out_.text.size() >= limits_.text_bytes) over_ = true;
    return over_;
  }

  // "12 0 obj ... endobj", wherever they stand: the table of offsets is as often broken as not.
  void FindObjects() {
    for (size_t at = bytes_.find("obj"); at != std::string_view::npos; at = bytes_.find("obj", at + 3)) {
      if (at >= 3 && bytes_.substr(at - 3, 3) == "end") continue;
      // Backwards: generation, number.
      size_t p = at;
      const auto back_space = [&] {
        const size_t from = p;
        while (p > 0 && IsPdfSpace(bytes_[p - 1]) && from - p < 8) --p;
        return p < from;
      };
      const auto back_number = [&] {
        const size_t end = p;
        while (p > 0 && IsAsciiDigit(bytes_[p - 1]) && end - p < 10) --p;
        return bytes_.substr(p, end - p);
      };
      back_space();
      if (back_number().empty() || !back_space()) continue;
      const std::string_view number = back_number();
      if (number.empty()) continue;
      if (objects_.size() >= limits_.objects) {
        over_ = true;
        break;
      }
      const size_t body = at + 3;
      const size_t value = SkipSpace(bytes_, body);
      const size_t end = EndOfValue(bytes_.substr(0, std::min(bytes_.size(), value + kMaxDictBytes)), value);
      Object object;
      object.dict = bytes_.substr(value, end - value);
      size_t next = SkipSpace(bytes_, end);
      if (object.dict.starts_with("<<") && bytes_.substr(next).starts_with("stream")) {
        next += 6;
        if (next < bytes_.size() && bytes_[next] == '\r') ++next;
        if (next < bytes_.size() && bytes_[next] == '\n') ++next;
        const std::string_view length = DictGet(object.dict, "/Length");
        size_t stream_end = std::string_view::npos;
        if (!length.empty() && !RefOf(length)) {
          const auto told = static_cast<size_t>(std::max<int64_t>(0, IntOf(length)));
          if (told <= bytes_.size() - next &&
              bytes_.substr(SkipSpace(bytes_, next + told)).starts_with("endstream"))
            stream_end = next + told;
        }
        if (stream_end == std::string_view::npos) stream_end = bytes_.find("endstream", next);
        if (stream_end == std::string_view::npos) stream_end = bytes_.size();
        object.stream = bytes_.substr(next, stream_end - next);
        object.has_stream = true;
        at = std::max(at, stream_end - std::min<size_t>(stream_end, 3));
      } else if (end > at + 3) {
        at = end - 3;
      }
      objects_[static_cast<uint32_t>(std::strtoul(std::string(number).c_str(), nullptr, 10))] = object;
    }
    // An encrypted file says so in its trailer, or in the dictionary of its cross-reference stream.
    size_t trailers = 0;
    for (size_t at = bytes_.find("trailer"); at != std::string_view::npos && trailers < kMaxTrailers;
         at = bytes_.find("trailer", at + 7), ++trailers)
      encrypted_ |= !DictGet(bytes_.substr(at + 7, 4096), "/Encrypt").empty();
    for (const auto& [number, object] : objects_) {
      if (object.has_stream && DictGet(object.dict, "/Type") == "/XRef")
        encrypted_ |= !DictGet(object.dict, "/Encrypt").empty();
    }
  }

  // A value itself, or what it refers to (once: references to references are nobody's).
  std::string_view Follow(std::string_view value) const {
    const auto ref = RefOf(value);
    if (!ref) return value;
    const auto object = objects_.find(*ref);
    return object == objects_.end() ? std::string_view() : object->second.dict;
  }

  std::string Unpacked(const Object& object) {
    std::string data(object.stream);
    std::string_view filters = Follow(DictGet(object.dict, "/Filter"));
    size_t count = 0;
    for (size_t at = 0; at < filters.size() && count < 4; ++at) {
      if (filters[at] != '/') continue;
      size_t end = at + 1;
      while (end < filters.size() && !IsDelimiter(filters[end])) ++end;
      const std::string_view filter = filters.substr(at, end - at);
      ++count;
      at = end - 1;
      const size_t left = limits_.unpacked_bytes - std::min(limits_.unpacked_bytes, unpacked_);
      const size_t most = std::min(limits_.stream_bytes, left);
      if (filter == "/FlateDecode" || filter == "/Fl") {
        data = InflateSome(data, InflateWrap::kZlib, most);
        const std::string_view parms = Follow(DictGet(object.dict, "/DecodeParms"));
        if (IntOf(DictGet(parms, "/Predictor")) >= 10 && parms.starts_with("<<")) {
          const int64_t columns = std::clamp<int64_t>(IntOf(DictGet(parms, "/Columns")), 1, 1 << 16);
          data = WithoutPredictor(data, static_cast<size_t>(columns), 1);
        }
      } else if (filter == "/ASCII85Decode" || filter == "/A85") {
        data = Ascii85(std::string_view(data).substr(0, most));
      } else if (filter == "/ASCIIHexDecode" || filter == "/AHx") {
        data = HexBytes(std::string_view(data).substr(0, most));
      } else {
        return "";  // a picture
      }
      unpacked_ += data.size();
      if (unpacked_ >= limits_.unpacked_bytes) over_ = true;
    }
    return data;
  }

  void OpenObjectStreams() {
    std::vector<Object> streams;
    for (const auto& [number, object] : objects_) {
      if (object.has_stream && DictGet(object.dict, "/Type") == "/ObjStm") streams.push_back(object);
    }
    for (const Object& stream : streams) {
      if (over_) return;
      kept_.push_back(Unpacked(stream));
      const std::string_view data = kept_.back();
      const int64_t count = std::min<int64_t>(IntOf(DictGet(stream.dict, "/N")), kMaxObjectStream);
      const int64_t first = IntOf(DictGet(stream.dict, "/First"));
      size_t at = 0;
      for (int64_t i = 0; i < count; ++i) {
        const auto number = [&] {
          at = SkipSpace(data, at);
          const size_t begin = at;
          while (at < data.size() && IsAsciiDigit(data[at])) ++at;
          return data.substr(begin, at - begin);
        };
        const std::string_view id = number(), offset = number();
        if (id.empty() || offset.empty()) break;
        const int64_t inside = IntOf(offset), size = static_cast<int64_t>(data.size());
        if (first < 0 || inside < 0 || first >= size || inside >= size - first) continue;
        const int64_t begin = first + inside;
        if (objects_.size() >= limits_.objects) {
          over_ = true;
          return;
        }
        const size_t value = SkipSpace(data, static_cast<size_t>(begin));
        Object object;
        object.dict = data.substr(value, EndOfValue(data, value) - value);
        objects_.emplace(static_cast<uint32_t>(IntOf(id)), object);
      }
    }
  }

  struct PageAt {
    std::string_view dict;
    std::string_view resources;
  };

  // In the order of the tree; where the tree is broken, in the order of their numbers.
  std::vector<PageAt> Pages() {
    std::vector<PageAt> pages;
    std::string_view root;
    for (const auto& [number, object] : objects_) {
      if (DictGet(object.dict, "/Type") == "/Catalog") root = object.dict;
    }
    struct Open {
      uint32_t number;
      std::string_view resources;
    };
    std::vector<Open> open;
    std::set<uint32_t> seen;
    if (const auto top = RefOf(DictGet(root, "/Pages"))) open.push_back({*top, {}});
    while (!open.empty() && pages.size() < limits_.pages) {
      const Open here = open.back();
      open.pop_back();
      if (!seen.insert(here.number).second) continue;
      const auto object = objects_.find(here.number);
      if (object == objects_.end()) continue;
      std::string_view resources = Follow(DictGet(object->second.dict, "/Resources"));
      if (resources.empty()) resources = here.resources;
      const std::string_view kids = Follow(DictGet(object->second.dict, "/Kids"));
      if (!kids.empty()) {
        std::vector<uint32_t> refs = RefsOf(kids, limits_.pages);
        for (size_t i = refs.size(); i-- > 0;) open.push_back({refs[i], resources});
      } else {
        pages.push_back({object->second.dict, resources});
      }
    }
    if (pages.empty()) {
      for (const auto& [number, object] : objects_) {
        if (DictGet(object.dict, "/Type") == "/Page" && pages.size() < limits_.pages)
          pages.push_back({object.dict, Follow(DictGet(object.dict, "/Resources"))});
      }
    }
    return pages;
  }

  void ReadPage(const PageAt& page) {
    std::string contents;
    for (const uint32_t ref : RefsOf(ContentsOf(page.dict), kMaxContentsOfPage)) {
      const auto object = objects_.find(ref);
      if (object == objects_.end() || !object->second.has_stream || over_) continue;
      contents += Unpacked(object->second);
      contents += '\n';
    }
    Show(std::move(contents), page.resources);
    EndLine();
    if (!out_.text.empty() && !out_.text.ends_with("\n\n")) out_.text += '\n';
  }

  // "/Contents 5 0 R", "[5 0 R 6 0 R]", or a reference to such an array.
  std::string_view ContentsOf(std::string_view page) const {
    const std::string_view value = DictGet(page, "/Contents");
    const std::string_view behind = Follow(value);
    return behind.starts_with('[') ? behind : value;
  }

  // What a page calls its fonts, read once for each dictionary: pages share them.
  const std::map<std::string, uint32_t>& NamesOf(std::string_view fonts) {
    const auto [names, is_new] = font_names_.try_emplace(fonts.data());
    if (!is_new) return names->second;
    size_t at = SkipSpace(fonts, 0);
    if (fonts.substr(at).starts_with("<<")) at += 2;
    while (at < fonts.size() && names->second.size() < kMaxFonts) {
      at = SkipSpace(fonts, at);
      if (at >= fonts.size() || fonts[at] != '/') break;
      size_t end = at + 1;
      while (end < fonts.size() && !IsDelimiter(fonts[end])) ++end;
      const size_t value = SkipSpace(fonts, end);
      const size_t value_end = EndOfValue(fonts, value);
      if (const auto ref = RefOf(fonts.substr(value, value_end - value)))
        names->second.emplace(std::string(fonts.substr(at, end - at)), *ref);
      if (value_end <= at) break;
      at = value_end;
    }
    return names->second;
  }

  const Font* FontNamed(std::string_view fonts, const std::string& name) {
    const auto& names = NamesOf(fonts);
    const auto ref = names.find(name);
    if (ref == names.end()) return nullptr;
    if (const auto known = fonts_.find(ref->second); known != fonts_.end()) return &known->second;
    if (fonts_.size() >= kMaxFonts) return nullptr;
    Font& font = fonts_[ref->second];
    const auto own = objects_.find(ref->second);
    if (own == objects_.end()) return &font;
    const std::string_view dict = own->second.dict;
    if (DictGet(dict, "/Subtype") == "/Type0") {
      font.code_bytes = 2;
      ReadWideWidths(dict, font);
    } else {
      ReadWidths(dict, font);
      ReadDifferences(Follow(DictGet(dict, "/Encoding")), font);
    }
    if (const auto table = RefOf(DictGet(dict, "/ToUnicode"))) {
      const auto object = objects_.find(*table);
      if (object != objects_.end() && object->second.has_stream && !over_)
        ReadTable(Unpacked(object->second), font);
    }
    return &font;
  }

  // The values of an array of numbers, other arrays inside it parted by what `inner` gets.
  static std::vector<double> NumbersOf(std::string_view value, size_t most) {
    std::vector<double> numbers;
    for (size_t at = value.starts_with('[') ? 1 : 0; at < value.size() && numbers.size() < most;) {
      at = SkipSpace(value, at);
      const size_t end = EndOfValue(value, at);
      if (end <= at) break;
      numbers.push_back(NumberOf(value.substr(at, end - at)));
      at = end;
    }
    return numbers;
  }
  static double NumberOf(std::string_view text) {
    return std::strtod(std::string(text.substr(0, 32)).c_str(), nullptr);
  }

  void ReadWidths(std::string_view dict, Font& font) const {
    const int64_t first = std::clamp<int64_t>(IntOf(DictGet(dict, "/FirstChar")), 0, 255);
    // Of a font drawn by operators, widths are in a space of its own.
    double scale = 0.001;
    if (const auto matrix = NumbersOf(Follow(DictGet(dict, "/FontMatrix")), 6);
        !matrix.empty() && matrix[0] != 0)
      scale = matrix[0];
    const std::vector<double> widths = NumbersOf(Follow(DictGet(dict, "/Widths")), 256);
    for (size_t i = 0; i < widths.size(); ++i)
      font.widths[static_cast<uint32_t>(first) + static_cast<uint32_t>(i)] = widths[i] * scale;
  }

  // "/W [ 3 [250 400] 10 20 500 ]": widths of codes from 3 on, and of 10 to 20.
  void ReadWideWidths(std::string_view dict, Font& font) const {
    const auto refs = RefsOf(Follow(DictGet(dict, "/DescendantFonts")), 1);
    std::string_view inner = refs.empty() ? std::string_view() : ValueOf(refs[0]);
    const std::string_view told = DictGet(inner, "/DW");
    font.other_width = told.empty() ? 1.0 : NumberOf(told) / 1000;
    const std::string_view list = Follow(DictGet(inner, "/W"));
    std::vector<double> numbers;
    for (size_t at = list.starts_with('[') ? 1 : 0; at < list.size() && font.widths.size() < kMaxMappings;) {
      at = SkipSpace(list, at);
      const size_t end = EndOfValue(list, at);
      if (end <= at) break;
      const std::string_view value = list.substr(at, end - at);
      at = end;
      if (value.starts_with('[')) {
        if (numbers.empty()) continue;
        uint32_t code = CodeOf(numbers.back());
        for (const double width : NumbersOf(value, kMaxMappings)) font.widths[code++] = width / 1000;
        numbers.clear();
        continue;
      }
      numbers.push_back(NumberOf(value));
      if (numbers.size() < 3) continue;
      const uint32_t low = CodeOf(numbers[0]), high = CodeOf(numbers[1]);
      for (uint32_t code = low; code <= high && font.widths.size() < kMaxMappings; ++code)
        font.widths[code] = numbers[2] / 1000;
      numbers.clear();
    }
  }
  static uint32_t CodeOf(double number) {
    return number > 0 && number < 0x10000 ? static_cast<uint32_t>(number) : 0;
  }
  std::string_view ValueOf(uint32_t number) const {
    const auto object = objects_.find(number);
    return object == objects_.end() ? std::string_view() : object->second.dict;
  }

  // "/Differences [ 27 /ff /fi 65 /A ]"; a table of characters, where there is one as well, says more.
  void ReadDifferences(std::string_view encoding, Font& font) const {
    const std::string_view list = Follow(DictGet(encoding, "/Differences"));
    uint32_t code = 0;
    for (size_t at = list.starts_with('[') ? 1 : 0; at < list.size() && font.table.size() < 256;) {
      at = SkipSpace(list, at);
      const size_t end = EndOfValue(list, at);
      if (end <= at) break;
      const std::string_view value = list.substr(at, end - at);
      at = end;
      if (!value.starts_with('/')) {
        code = CodeOf(NumberOf(value));
        continue;
      }
      if (const char32_t c = NamedGlyph(value.substr(1)); c >= 0x20) {
        std::string text;
        AppendUtf8(c, text);
        font.table.emplace(code, std::move(text));
      }
      ++code;
    }
  }

  // A CMap's codespacerange, bfchar and bfrange.
  void ReadTable(std::string_view cmap, Font& font) {
    std::vector<std::string> strings;  // since the last operator
    bool in_array = false;
    std::vector<std::string> array;
    for (size_t at = 0; at < cmap.size() && font.table.size() < kMaxMappings;) {
      at = SkipSpace(cmap, at);
      if (at >= cmap.size()) break;
      const char c = cmap[at];
      if (c == '<' && at + 1 < cmap.size() && cmap[at + 1] != '<') {
        const size_t end = std::min(cmap.size(), cmap.find('>', at));
        (in_array ? array : strings).push_back(HexBytes(cmap.substr(at + 1, end - at - 1)));
        at = end + 1;
      } else if (c == '[') {
        in_array = true;
        array.clear();
        ++at;
      } else if (c == ']') {
        in_array = false;
        ++at;
        if (strings.size() == 2) {
          const uint32_t low = Code(strings[0]), high = Code(strings[1]);
          for (size_t i = 0; i < array.size() && low + i <= high; ++i)
            Map(font, low + static_cast<uint32_t>(i), array[i]);
        }
        strings.clear();
      } else {
        size_t end = at + 1;
        while (end < cmap.size() && !IsDelimiter(cmap[end])) ++end;
        const std::string_view word = cmap.substr(at, end - at);
        if (word == "begincodespacerange" || word == "beginbfchar" || word == "beginbfrange") {
          mode_ = word[5] == 'c' ? Mode::kSpace : (word == "beginbfchar" ? Mode::kChar : Mode::kRange);
          strings.clear();
        } else if (word.starts_with("end")) {
          mode_ = Mode::kNone;
          strings.clear();
        }
        at = end;
      }
      if (in_array) continue;
      if (mode_ == Mode::kSpace && strings.size() == 2) {
        if (!strings[0].empty() && strings[0].size() <= 4) font.code_bytes = strings[0].size();
        strings.clear();
      } else if (mode_ == Mode::kChar && strings.size() == 2) {
        Map(font, Code(strings[0]), strings[1]);
        strings.clear();
      } else if (mode_ == Mode::kRange && strings.size() == 3) {
        const uint32_t low = Code(strings[0]), high = Code(strings[1]);
        std::string value = strings[2];
        for (uint32_t code = low; code <= high && code - low < 0x10000 && font.table.size() < kMaxMappings;
             ++code) {
          Map(font, code, value);
          // The last byte counts on, into the one before it where it is full.
          for (size_t i = value.size(); i-- > 0;) {
            value[i] = static_cast<char>(static_cast<unsigned char>(value[i]) + 1);
            if (value[i] != 0) break;
          }
        }
        strings.clear();
      }
    }
    mode_ = Mode::kNone;
  }

  static uint32_t Code(std::string_view bytes) {
    uint32_t code = 0;
    for (const char c : bytes.substr(0, 4)) code = code << 8 | static_cast<unsigned char>(c);
    return code;
  }
  static void Map(Font& font, uint32_t code, std::string_view utf16) {
    std::string text;
    AppendUtf16(utf16.substr(0, 64), text);
    font.has_table = true;
    font.table[code] = std::move(text);
  }

  // What is drawn with: saved and brought back by q and Q.
  struct Pen {
    Matrix page;
    const Font* font = nullptr;
    double size = 1, character_space = 0, word_space = 0, stretch = 1, leading = 0, rise = 0;
  };

  // A page's contents, or of a form that is drawn on it.
  struct Drawing {
    std::string contents;
    std::string_view resources;
    size_t at = 0;
    Pen pen;
    std::vector<Pen> saved;
  };

  void EndLine() {
    if (line_.empty()) return;
    const std::string text = LineText(std::move(line_));
    line_.clear();
    if (text.empty()) return;
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
    out_.text += text + '\n';
  }

  void Draw(const Pen& pen, std::string text, double width) {
    const Matrix place = text_ * pen.page;
    const double size = std::max(0.01, std::abs(pen.size) * std::hypot(place.c, place.d));
    const double x = place.e + place.c * pen.rise, y = place.f + place.d * pen.rise;
    const double end = x + width * place.a;
    // What stands on another line, or far to the left of where this one has been, begins a line of its own.
    if (!line_.empty() && std::abs(y - line_.front().y) > 0.5 * std::max(size, line_.front().size)) EndLine();
    if (drawn_ += text.size(); drawn_ > limits_.text_bytes) over_ = true;
    if (!text.empty() && !over_)
      line_.push_back({std::move(text), std::min(x, end), std::max(x, end), y, size});
  }

  void Write(const Pen& pen, std::string_view bytes) {
    const Font* const font = pen.font;
    const size_t step = font == nullptr ? 1 : font->code_bytes;
    for (size_t at = 0; at + step <= bytes.size() && !Full(); at += step) {
      const uint32_t code = Code(bytes.substr(at, step));
      std::string text;
      const auto mapped = font == nullptr ? decltype(font->table.end())() : font->table.find(code);
      if (font != nullptr && mapped != font->table.end()) {
        text = mapped->second;
      } else if ((font == nullptr || !font->has_table) && step == 1) {
        AppendLatin(static_cast<unsigned char>(bytes[at]), text);
      } else {
        ++unmapped_;  // the number of a glyph says nothing
      }
      double width = font == nullptr ? 0.5 : font->other_width;
      if (font != nullptr) {
        if (const auto told = font->widths.find(code); told != font->widths.end()) width = told->second;
      }
      const double own = width * pen.size * pen.stretch;
      const double gap =
          (pen.character_space + (step == 1 && code == ' ' ? pen.word_space : 0)) * pen.stretch;
      Draw(pen, std::move(text), own);
      text_ = Matrix{1, 0, 0, 1, own + gap, 0} * text_;
    }
  }

  // A line by the font's own distance; where nobody told that, at least a line of its own.
  void NextOwnLine(const Pen& pen) {
    if (pen.leading == 0) EndLine();
    NextLine(0, -pen.leading);
  }

  void NextLine(double x, double y) {
    text_line_ = Matrix{1, 0, 0, 1, x, y} * text_line_;
    text_ = text_line_;
  }

  // "/ActualText (words)" of the dictionary behind BDC; what is drawn until EMC stands for them.
  std::optional<std::string> ActualText(std::string_view dict) const {
    const std::string_view value = DictGet(dict, "/ActualText");
    std::string bytes;
    if (value.starts_with('(')) {
      bytes = LiteralBytes(value.substr(1, value.size() - std::min<size_t>(2, value.size())));
    } else if (value.starts_with('<')) {
      bytes = HexBytes(value);
    } else {
      return std::nullopt;
    }
    std::string text;
    if (bytes.starts_with("\xFE\xFF")) {
      AppendUtf16(std::string_view(bytes).substr(2, 2048), text);
    } else {
      for (const char c : bytes.substr(0, 1024)) AppendLatin(static_cast<unsigned char>(c), text);
    }
    return text;
  }

  // Glyphs of this line since `from` become one, with the words that they stand for.
  void Replace(size_t from, const std::string& text) {
    if (from >= line_.size()) return;
    Glyph whole = line_[from];
    for (size_t i = from; i < line_.size(); ++i) {
      whole.begin = std::min(whole.begin, line_[i].begin);
      whole.end = std::max(whole.end, line_[i].end);
    }
    whole.text = text;
    line_.resize(from);
    if (!text.empty()) line_.push_back(std::move(whole));
  }

  // The operators that show text, that move to where it is shown, and that draw a form of more of them.
  void Show(std::string page_contents, std::string_view page_resources) {
    std::vector<Drawing> open;
    open.push_back({std::move(page_contents), page_resources, 0, {}, {}});
    std::string name;             // the last name
    std::vector<double> numbers;  // since the last operator
    struct Operand {
      std::string bytes;
      double move = 0;  // of an array: behind it
    };
    std::vector<Operand> strings;
    std::string_view dict;  // the last one
    struct Marked {
      std::optional<std::string> text;
      size_t from = 0;
      double y = 0;
    };
    std::vector<Marked> marked;
    while (!open.empty() && !Full()) {
      Drawing& here = open.back();
      const std::string_view contents = here.contents;
      Pen& pen = here.pen;
      size_t& at = here.at;
      at = SkipSpace(contents, at);
      if (at >= contents.size()) {
        open.pop_back();
        continue;
      }
      const char c = contents[at];
      if (c == '(') {
        const size_t end = EndOfLiteral(contents, at);
        strings.push_back({LiteralBytes(contents.substr(at + 1, end - at - std::min<size_t>(2, end - at)))});
        at = end;
      } else if (c == '<' && at + 1 < contents.size() && contents[at + 1] == '<') {
        const size_t end = std::max(at + 2, EndOfValue(contents, at));
        dict = contents.substr(at, end - at);
        at = end;
      } else if (c == '<') {
        const size_t end = std::min(contents.size(), contents.find('>', at));
        strings.push_back({HexBytes(contents.substr(at + 1, end - at - 1))});
        at = end + 1;
      } else if (c == '[' || c == ']' || c == '>' || c == ')' || c == '{' || c == '}') {
        ++at;
      } else if (c == '/') {
        size_t end = at + 1;
        while (end < contents.size() && !IsDelimiter(contents[end])) ++end;
        name = std::string(contents.substr(at, std::min<size_t>(end - at, 128)));
        at = end;
      } else if (IsAsciiDigit(c) || c == '-' || c == '+' || c == '.') {
        size_t end = at + 1;
        while (end < contents.size() && !IsDelimiter(contents[end])) ++end;
        const double value = NumberOf(contents.substr(at, end - at));
        numbers.push_back(value);
        if (numbers.size() > 8) numbers.erase(numbers.begin());
        if (!strings.empty()) strings.back().move += value;
        at = end;
      } else {
        size_t end = at + 1;
        while (end < contents.size() && !IsDelimiter(contents[end])) ++end;
        const std::string_view word = contents.substr(at, end - at);
        at = end;
        const size_t n = numbers.size();
        if (word == "BT") {
          text_ = text_line_ = {};
        } else if (word == "Tf" && n >= 1) {
          pen.font = FontNamed(Follow(DictGet(here.resources, "/Font")), name);
          pen.size = numbers[n - 1];
        } else if (word == "Tc" && n >= 1) {
          pen.character_space = numbers[n - 1];
        } else if (word == "Tw" && n >= 1) {
          pen.word_space = numbers[n - 1];
        } else if (word == "Tz" && n >= 1) {
          pen.stretch = numbers[n - 1] / 100;
        } else if (word == "TL" && n >= 1) {
          pen.leading = numbers[n - 1];
        } else if (word == "Ts" && n >= 1) {
          pen.rise = numbers[n - 1];
        } else if (word == "Tj" || word == "TJ" || word == "'" || word == "\"") {
          if (word == "\"" && n >= 2) {
            pen.word_space = numbers[n - 2];
            pen.character_space = numbers[n - 1];
          }
          if (word == "'" || word == "\"") NextOwnLine(pen);
          for (const Operand& piece : strings) {
            Write(pen, piece.bytes);
            if (word == "TJ")
              text_ = Matrix{1, 0, 0, 1, -piece.move / 1000 * pen.size * pen.stretch, 0} * text_;
          }
        } else if ((word == "Td" || word == "TD") && n >= 2) {
          if (word == "TD") pen.leading = -numbers[n - 1];
          NextLine(numbers[n - 2], numbers[n - 1]);
        } else if (word == "T*") {
          NextOwnLine(pen);
        } else if (word == "Tm" && n >= 6) {
          text_ = text_line_ = MatrixOf(numbers);
        } else if (word == "cm" && n >= 6) {
          pen.page = MatrixOf(numbers) * pen.page;
        } else if (word == "q") {
          if (here.saved.size() < kMaxSaved) here.saved.push_back(pen);
        } else if (word == "Q") {
          if (!here.saved.empty()) {
            pen = here.saved.back();
            here.saved.pop_back();
          }
        } else if (word == "BDC" || word == "BMC") {
          if (marked.size() < kMaxDepth)
            marked.push_back({word == "BDC" ? ActualText(dict) : std::nullopt, line_.size(),
                              line_.empty() ? 0 : line_.front().y});
        } else if (word == "EMC") {
          if (!marked.empty()) {
            // Where a line ended meanwhile, what was drawn for the words is the whole of the new one.
            const bool same = !line_.empty() && line_.size() >= marked.back().from &&
                              (marked.back().from == 0 || line_.front().y == marked.back().y);
            if (marked.back().text) Replace(same ? marked.back().from : 0, *marked.back().text);
            marked.pop_back();
          }
        } else if (word == "Do") {
          const auto form = RefOf(DictGet(Follow(DictGet(here.resources, "/XObject")), name));
          const auto object = form ? objects_.find(*form) : objects_.end();
          if (object != objects_.end() && object->second.has_stream &&
              DictGet(object->second.dict, "/Subtype") == "/Form" && open.size() < kMaxForms &&
              ++forms_ < kMaxFormsDrawn) {
            Drawing inner{
                Unpacked(object->second), Follow(DictGet(object->second.dict, "/Resources")), 0, pen, {}};
            if (inner.resources.empty()) inner.resources = here.resources;
            if (const auto own = NumbersOf(DictGet(object->second.dict, "/Matrix"), 6); own.size() == 6)
              inner.pen.page = MatrixOf(own) * inner.pen.page;
            open.push_back(std::move(inner));
          }
        } else if (word == "BI") {
          // A picture in the contents: its bytes are nobody's operators.
          const size_t over = contents.find("EI", at);
          at = over == std::string_view::npos ? contents.size() : over + 2;
        }
        numbers.clear();
        strings.clear();
        dict = {};
      }
      if (strings.size() > 10'000) strings.clear();
    }
  }

  // REQUIRES: at least six; the last count.
  static Matrix MatrixOf(const std::vector<double>& v) {
    const size_t n = v.size();
    return {v[n - 6], v[n - 5], v[n - 4], v[n - 3], v[n - 2], v[n - 1]};
  }

  static constexpr size_t kMaxDictBytes = 256u << 10;
  static constexpr size_t kMaxTrailers = 64;  // one for each time the file was saved
  static constexpr size_t kMaxSaved = 256;
  static constexpr size_t kMaxForms = 12;          // inside one another
  static constexpr size_t kMaxFormsDrawn = 5'000;  // in one file
  enum class Mode { kNone, kSpace, kChar, kRange };

  const std::string_view bytes_;
  const PdfLimits& limits_;
  std::map<uint32_t, Object> objects_;
  std::map<uint32_t, Font> fonts_;
  std::map<const char*, std::map<std::string, uint32_t>> font_names_;  // by where the dictionary stands
  std::deque<std::string> kept_;  // unpacked object streams, which objects point into
  Mode mode_ = Mode::kNone;
  size_t unpacked_ = 0;
  bool encrypted_ = false, over_ = false;
  Matrix text_, text_line_;
  std::vector<Glyph> line_;  // that is being drawn
  size_t forms_ = 0, drawn_ = 0, unmapped_ = 0;
  PdfText out_;
};

}  // namespace

bool IsPdf(std::string_view bytes) {
  return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos;
}

PdfText ReadPdf(std::string_view bytes, const PdfLimits& limits) {
  return Reader(bytes, limits).Read();
}

}  // namespace gasht
