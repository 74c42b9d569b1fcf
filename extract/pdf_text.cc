#include "extract/pdf_text.h"

#include <algorithm>
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
};

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
        const int64_t begin = first + IntOf(offset);
        if (first < 0 || begin < 0 || static_cast<size_t>(begin) >= data.size()) continue;
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
    const std::string_view fonts = Follow(DictGet(page.resources, "/Font"));
    std::string contents;
    for (const uint32_t ref : RefsOf(ContentsOf(page.dict), kMaxContentsOfPage)) {
      const auto object = objects_.find(ref);
      if (object == objects_.end() || !object->second.has_stream || over_) continue;
      contents += Unpacked(object->second);
      contents += '\n';
    }
    Show(contents, fonts);
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
    if (DictGet(dict, "/Subtype") == "/Type0") font.code_bytes = 2;
    if (const auto table = RefOf(DictGet(dict, "/ToUnicode"))) {
      const auto object = objects_.find(*table);
      if (object != objects_.end() && object->second.has_stream && !over_)
        ReadTable(Unpacked(object->second), font);
    }
    return &font;
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
    font.table.emplace(code, std::move(text));
  }

  void Write(const Font* font, std::string_view bytes) {
    if (Full()) return;
    if (font == nullptr || !font->has_table) {
      if (font != nullptr && font->code_bytes != 1) return;  // glyph numbers say nothing
      for (const char c : bytes) AppendLatin(static_cast<unsigned char>(c), out_.text);
      return;
    }
    for (size_t at = 0; at + font->code_bytes <= bytes.size(); at += font->code_bytes) {
      const auto found = font->table.find(Code(bytes.substr(at, font->code_bytes)));
      if (found != font->table.end()) out_.text += found->second;
    }
  }

  void Space() {
    if (!out_.text.empty() && !IsWhiteSpace(out_.text.back())) out_.text += ' ';
  }
  void NewLine() {
    while (out_.text.ends_with(' ')) out_.text.pop_back();
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
  }

  // The operators of a page's contents that show text or move to where it is shown.
  void Show(std::string_view contents, std::string_view fonts) {
    const Font* font = nullptr;
    std::string name;                  // the last name
    std::vector<double> numbers;       // since the last operator
    std::vector<std::string> strings;  // of the operand; an empty one stands for a gap in an array
    double line_y = 0;
    for (size_t at = 0; at < contents.size() && !Full();) {
      at = SkipSpace(contents, at);
      if (at >= contents.size()) break;
      const char c = contents[at];
      if (c == '(') {
        const size_t end = EndOfLiteral(contents, at);
        strings.push_back(LiteralBytes(contents.substr(at + 1, end - at - std::min<size_t>(2, end - at))));
        at = end;
      } else if (c == '<' && at + 1 < contents.size() && contents[at + 1] == '<') {
        at = std::max(at + 2, EndOfValue(contents, at));
      } else if (c == '<') {
        const size_t end = std::min(contents.size(), contents.find('>', at));
        strings.push_back(HexBytes(contents.substr(at + 1, end - at - 1)));
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
        const double value =
            std::strtod(std::string(contents.substr(at, std::min<size_t>(end - at, 32))).c_str(), nullptr);
        numbers.push_back(value);
        if (numbers.size() > 8) numbers.erase(numbers.begin());
        // In an array of TJ: a wide step back is a space between words.
        if (value < -180 && !strings.empty()) strings.emplace_back();
        at = end;
      } else {
        size_t end = at + 1;
        while (end < contents.size() && !IsDelimiter(contents[end])) ++end;
        const std::string_view word = contents.substr(at, end - at);
        at = end;
        if (word == "Tf") {
          font = FontNamed(fonts, name);
        } else if (word == "Tj" || word == "TJ" || word == "'" || word == "\"") {
          if (word == "'" || word == "\"") NewLine();
          for (const std::string& piece : strings) {
            if (piece.empty()) {
              Space();
            } else {
              Write(font, piece);
            }
          }
        } else if ((word == "Td" || word == "TD") && numbers.size() >= 2) {
          if (numbers.back() != 0) {
            NewLine();
          } else if (numbers[numbers.size() - 2] > 1) {
            Space();
          }
        } else if (word == "T*") {
          NewLine();
        } else if (word == "Tm" && numbers.size() >= 6) {
          const double y = numbers.back();
          if (y != line_y) {
            NewLine();
          } else {
            Space();
          }
          line_y = y;
        } else if (word == "BI") {
          // A picture in the contents: its bytes are nobody's operators.
          const size_t over = contents.find("EI", at);
          at = over == std::string_view::npos ? contents.size() : over + 2;
        }
        numbers.clear();
        strings.clear();
      }
      if (strings.size() > 10'000) strings.clear();
    }
    NewLine();
  }

  static constexpr size_t kMaxDictBytes = 256u << 10;
  static constexpr size_t kMaxTrailers = 64;  // one for each time the file was saved
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
