#include "text/charset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

namespace gasht {
namespace {

// The standard asks for 1024; many pages put <meta> behind a long comment.
constexpr size_t kMetaPrescanBytes = 4096;
// Detection looks at this much: enough for statistics, small beside the parse.
constexpr size_t kDetectBytes = 64 << 10;
// A text that is valid UTF-8 with this many characters outside ASCII is UTF-8, whatever anybody says: for
// legacy bytes to be so by chance is likelier only for shorter ones.
constexpr size_t kSureUtf8Characters = 3;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string LowerTrimmed(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}

// https://encoding.spec.whatwg.org/#names-and-labels: labels that are not their encoding's own name.
constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
    {"utf8", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"unicode11utf8", "utf-8"},
    {"unicode20utf8", "utf-8"},
    {"x-unicode20utf8", "utf-8"},
    {"866", "ibm866"},
    {"cp866", "ibm866"},
    {"csibm866", "ibm866"},
    {"csisolatin2", "iso-8859-2"},
    {"iso-ir-101", "iso-8859-2"},
    {"iso8859-2", "iso-8859-2"},
    {"iso88592", "iso-8859-2"},
    {"iso_8859-2", "iso-8859-2"},
    {"iso_8859-2:1987", "iso-8859-2"},
    {"l2", "iso-8859-2"},
    {"latin2", "iso-8859-2"},
    {"csisolatin3", "iso-8859-3"},
    {"iso-ir-109", "iso-8859-3"},
    {"iso8859-3", "iso-8859-3"},
    {"iso88593", "iso-8859-3"},
    {"iso_8859-3", "iso-8859-3"},
    {"l3", "iso-8859-3"},
    {"latin3", "iso-8859-3"},
    {"csisolatin4", "iso-8859-4"},
    {"iso-ir-110", "iso-8859-4"},
    {"iso8859-4", "iso-8859-4"},
    {"iso88594", "iso-8859-4"},
    {"iso_8859-4", "iso-8859-4"},
    {"l4", "iso-8859-4"},
    {"latin4", "iso-8859-4"},
    {"csisolatincyrillic", "iso-8859-5"},
    {"cyrillic", "iso-8859-5"},
    {"iso-ir-144", "iso-8859-5"},
    {"iso8859-5", "iso-8859-5"},
    {"iso88595", "iso-8859-5"},
    {"iso_8859-5", "iso-8859-5"},
    {"arabic", "iso-8859-6"},
    {"asmo-708", "iso-8859-6"},
    {"csisolatinarabic", "iso-8859-6"},
    {"ecma-114", "iso-8859-6"},
    {"iso-8859-6-e", "iso-8859-6"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-ir-127", "iso-8859-6"},
    {"iso8859-6", "iso-8859-6"},
    {"iso88596", "iso-8859-6"},
    {"iso_8859-6", "iso-8859-6"},
    {"csisolatingreek", "iso-8859-7"},
    {"ecma-118", "iso-8859-7"},
    {"elot_928", "iso-8859-7"},
    {"greek", "iso-8859-7"},
    {"greek8", "iso-8859-7"},
    {"iso-ir-126", "iso-8859-7"},
    {"iso8859-7", "iso-8859-7"},
    {"iso88597", "iso-8859-7"},
    {"iso_8859-7", "iso-8859-7"},
    {"sun_eu_greek", "iso-8859-7"},
    {"csisolatinhebrew", "iso-8859-8"},
    {"hebrew", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-ir-138", "iso-8859-8"},
    {"iso8859-8", "iso-8859-8"},
    {"iso88598", "iso-8859-8"},
    {"iso_8859-8", "iso-8859-8"},
    {"logical", "iso-8859-8"},
    {"visual", "iso-8859-8"},
    {"csisolatin6", "iso-8859-10"},
    {"iso-ir-157", "iso-8859-10"},
    {"iso8859-10", "iso-8859-10"},
    {"l6", "iso-8859-10"},
    {"latin6", "iso-8859-10"},
    {"iso8859-13", "iso-8859-13"},
    {"iso885913", "iso-8859-13"},
    {"iso8859-14", "iso-8859-14"},
    {"iso885914", "iso-8859-14"},
    {"csisolatin9", "iso-8859-15"},
    {"iso8859-15", "iso-8859-15"},
    {"iso885915", "iso-8859-15"},
    {"iso_8859-15", "iso-8859-15"},
    {"l9", "iso-8859-15"},
    {"cskoi8r", "koi8-r"},
    {"koi", "koi8-r"},
    {"koi8", "koi8-r"},
    {"koi8_r", "koi8-r"},
    {"koi8-ru", "koi8-u"},
    {"csmacintosh", "macintosh"},
    {"mac", "macintosh"},
    {"x-mac-roman", "macintosh"},
    {"dos-874", "windows-874"},
    {"iso-8859-11", "windows-874"},
    {"iso8859-11", "windows-874"},
    {"iso885911", "windows-874"},
    {"tis-620", "windows-874"},
    {"cp1250", "windows-1250"},
    {"x-cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"x-cp1251", "windows-1251"},
    {"ansi_x3.4-1968", "windows-1252"},
    {"ascii", "windows-1252"},
    {"us-ascii", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"x-cp1252", "windows-1252"},
    {"cp819", "windows-1252"},
    {"ibm819", "windows-1252"},
    {"csisolatin1", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"iso-ir-100", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso88591", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"iso_8859-1:1987", "windows-1252"},
    {"l1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"cp1253", "windows-1253"},
    {"x-cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"x-cp1254", "windows-1254"},
    {"csisolatin5", "windows-1254"},
    {"iso-8859-9", "windows-1254"},
    {"iso-ir-148", "windows-1254"},
    {"iso8859-9", "windows-1254"},
    {"iso88599", "windows-1254"},
    {"iso_8859-9", "windows-1254"},
    {"l5", "windows-1254"},
    {"latin5", "windows-1254"},
    {"cp1255", "windows-1255"},
    {"x-cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},
    {"x-cp1256", "windows-1256"},
    {"cp1257", "windows-1257"},
    {"x-cp1257", "windows-1257"},
    {"cp1258", "windows-1258"},
    {"x-cp1258", "windows-1258"},
    {"x-mac-ukrainian", "x-mac-cyrillic"},
    {"chinese", "gbk"},
    {"csgb2312", "gbk"},
    {"csiso58gb231280", "gbk"},
    {"gb2312", "gbk"},
    {"gb_2312", "gbk"},
    {"gb_2312-80", "gbk"},
    {"iso-ir-58", "gbk"},
    {"x-gbk", "gbk"},
    {"big5-hkscs", "big5"},
    {"cn-big5", "big5"},
    {"csbig5", "big5"},
    {"x-x-big5", "big5"},
    {"cseucpkdfmtjapanese", "euc-jp"},
    {"x-euc-jp", "euc-jp"},
    {"csiso2022jp", "iso-2022-jp"},
    {"csshiftjis", "shift_jis"},
    {"ms932", "shift_jis"},
    {"ms_kanji", "shift_jis"},
    {"shift-jis", "shift_jis"},
    {"sjis", "shift_jis"},
    {"windows-31j", "shift_jis"},
    {"x-sjis", "shift_jis"},
    {"cseuckr", "euc-kr"},
    {"csksc56011987", "euc-kr"},
    {"iso-ir-149", "euc-kr"},
    {"korean", "euc-kr"},
    {"ks_c_5601-1987", "euc-kr"},
    {"ks_c_5601-1989", "euc-kr"},
    {"ksc5601", "euc-kr"},
    {"ksc_5601", "euc-kr"},
    {"windows-949", "euc-kr"},
    {"unicodefffe", "utf-16be"},
    {"csunicode", "utf-16le"},
    {"iso-10646-ucs-2", "utf-16le"},
    {"ucs-2", "utf-16le"},
    {"unicode", "utf-16le"},
    {"unicodefeff", "utf-16le"},
    {"utf-16", "utf-16le"},
};

// A name of the standard and ICU's converter for it.
constexpr std::pair<std::string_view, const char*> kConverters[] = {
    {"utf-8", "UTF-8"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
    {"utf-32le", "UTF-32LE"},
    {"utf-32be", "UTF-32BE"},
    {"ibm866", "IBM866"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"macintosh", "macintosh"},
    {"x-mac-cyrillic", "x-mac-cyrillic"},
    {"windows-874", "windows-874"},
    {"windows-1250", "windows-1250"},
    {"windows-1251", "windows-1251"},
    {"windows-1252", "windows-1252"},
    {"windows-1253", "windows-1253"},
    {"windows-1254", "windows-1254"},
    {"windows-1255", "windows-1255"},
    {"windows-1256", "windows-1256"},
    {"windows-1257", "windows-1257"},
    {"windows-1258", "windows-1258"},
    {"gbk", "gb18030"},
    {"gb18030", "gb18030"},
    {"big5", "Big5-HKSCS"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "windows-31j"},
    {"euc-kr", "windows-949"},
};

const char* ConverterFor(std::string_view charset) {
  for (const auto& [name, converter] : kConverters) {
    if (name == charset) return converter;
  }
  return nullptr;
}

struct ConverterDeleter {
  void operator()(UConverter* c) const { ucnv_close(c); }
};

constexpr char kReplacement[] = "\xEF\xBF\xBD";

size_t CountReplacements(std::string_view utf8) {
  size_t count = 0;
  for (size_t at = utf8.find(kReplacement); at != std::string_view::npos;
       at = utf8.find(kReplacement, at + 3)) {
    ++count;
  }
  return count;
}

// Nothing when ICU has no such converter.
std::optional<std::string> Convert(std::string_view bytes, std::string_view charset) {
  const char* name = ConverterFor(charset);
  if (name == nullptr) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, ConverterDeleter> from(ucnv_open(name, &error));
  const std::unique_ptr<UConverter, ConverterDeleter> to(ucnv_open("UTF-8", &error));
  if (U_FAILURE(error)) return std::nullopt;
  std::string out;
  std::array<char, 16 << 10> piece;
  std::array<UChar, 4 << 10> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  bool first = true;
  out.reserve(bytes.size() + bytes.size() / 2);
  while (true) {
    char* target = piece.data();
    error = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, piece.data() + piece.size(), &source, source_end,
                   pivot.data(), &pivot_source, &pivot_target, pivot.data() + pivot.size(), first, true,
                   &error);
    first = false;
    out.append(piece.data(), target);
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(error)) return std::nullopt;
    return out;
  }
}

// How the bytes look as UTF-8.
struct Utf8Look {
  size_t multibyte = 0;  // whole characters outside ASCII
  size_t invalid = 0;    // bytes that belong to none
};

Utf8Look LookAsUtf8(std::string_view bytes) {
  Utf8Look look;
  for (size_t pos = 0; pos < bytes.size();) {
    // Eight ASCII bytes at a time.
    if (pos + 8 <= bytes.size()) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data() + pos, 8);
      if ((word & 0x8080808080808080u) == 0) {
        pos += 8;
        continue;
      }
    }
    if (static_cast<unsigned char>(bytes[pos]) < 0x80) {
      ++pos;
      continue;
    }
    const size_t begin = pos;
    NextCodePoint(bytes, pos);
    if (pos - begin == 1) {
      ++look.invalid;
    } else {
      ++look.multibyte;
    }
  }
  return look;
}

std::string_view CharsetOfBom(std::string_view bytes, size_t& bom_size) {
  const auto starts = [&](std::string_view bom, std::string_view charset) {
    if (!bytes.starts_with(bom)) return std::string_view();
    bom_size = bom.size();
    return charset;
  };
  using namespace std::string_view_literals;
  if (const auto c = starts("\xEF\xBB\xBF"sv, "utf-8"); !c.empty()) return c;
  if (const auto c = starts("\xFF\xFE\0\0"sv, "utf-32le"); !c.empty()) return c;
  if (const auto c = starts("\0\0\xFE\xFF"sv, "utf-32be"); !c.empty()) return c;
  if (const auto c = starts("\xFF\xFE"sv, "utf-16le"); !c.empty()) return c;
  return starts("\xFE\xFF"sv, "utf-16be");
}

// UTF-16 without a mark: nearly every other byte of markup is NUL.
std::string_view Utf16WithoutBom(std::string_view bytes) {
  const size_t size = std::min<size_t>(bytes.size(), 1024) & ~size_t{1};
  if (size < 8) return "";
  size_t even = 0, odd = 0;
  for (size_t i = 0; i < size; i += 2) {
    even += bytes[i] == 0;
    odd += bytes[i + 1] == 0;
  }
  // Urdu text in UTF-16 has its ASCII markup in between, so a third is enough, when the other half has none.
  if (odd > size / 6 && even <= size / 64) return "utf-16le";
  if (even > size / 6 && odd <= size / 64) return "utf-16be";
  return "";
}

// The value behind `key=` in `text`, which is lower case; empty when there is none.
std::string_view ValueOf(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    size_t pos = at + key.size();
    while (pos < text.size() && IsSpace(text[pos])) ++pos;
    if (pos >= text.size() || text[pos] != '=') continue;
    ++pos;
    while (pos < text.size() && IsSpace(text[pos])) ++pos;
    if (pos >= text.size()) return "";
    if (text[pos] == '"' || text[pos] == '\'') ++pos;
    const size_t begin = pos;
    while (pos < text.size() && !IsSpace(text[pos]) && std::strchr("\"';>/?", text[pos]) == nullptr) ++pos;
    return text.substr(begin, pos - begin);
  }
  return "";
}

std::string_view CharsetOfMeta(std::string_view bytes) {
  const std::string head = LowerTrimmed(bytes.substr(0, kMetaPrescanBytes));
  if (head.starts_with("<?xml")) {
    const std::string_view declaration = std::string_view(head).substr(0, head.find("?>"));
    if (const auto c = CharsetFromLabel(ValueOf(declaration, "encoding")); !c.empty()) return c;
  }
  for (size_t at = head.find("<meta"); at != std::string::npos; at = head.find("<meta", at + 1)) {
    const std::string_view tag = std::string_view(head).substr(at, head.find('>', at) - at);
    if (const auto c = CharsetFromLabel(ValueOf(tag, "charset")); !c.empty()) {
      // A page that could be read as ASCII so far is not in UTF-16, says the standard.
      return c.starts_with("utf-16") ? "utf-8" : c;
    }
  }
  return "";
}

// What ICU's statistics say of the text between the tags.
std::string_view Detect(std::string_view bytes) {
  std::string sample;
  bool in_tag = false;
  for (const char c : bytes) {
    if (sample.size() >= kDetectBytes) break;
    if (c == '<') in_tag = true;
    if (!in_tag) sample += c;
    if (c == '>') in_tag = false;
  }
  if (LookAsUtf8(sample).invalid == 0) sample = bytes.substr(0, kDetectBytes);
  UErrorCode error = U_ZERO_ERROR;
  struct DetectorDeleter {
    void operator()(UCharsetDetector* d) const { ucsdet_close(d); }
  };
  const std::unique_ptr<UCharsetDetector, DetectorDeleter> detector(ucsdet_open(&error));
  if (U_FAILURE(error)) return "";
  ucsdet_setText(detector.get(), sample.data(), static_cast<int32_t>(sample.size()), &error);
  int32_t count = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &error);
  if (U_FAILURE(error)) return "";
  for (int32_t i = 0; i < count; ++i) {
    const char* name = ucsdet_getName(matches[i], &error);
    if (U_FAILURE(error) || name == nullptr) return "";
    const std::string_view charset = CharsetFromLabel(name);
    // The bytes were seen not to be UTF-8, and not to be UTF-16 either.
    if (charset.empty() || charset.starts_with("utf-") || charset.starts_with("iso-2022")) continue;
    return charset;
  }
  return "";
}

void DropNulBytes(std::string& text) {
  if (text.find('\0') != std::string::npos)
    text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
}

void FinishAs(std::string_view bytes, std::string_view charset, CharsetBasis basis, DecodedText& out) {
  out.charset = charset;
  out.basis = basis;
  if (charset == "utf-8") {
    const Utf8Look look = LookAsUtf8(bytes);
    out.utf8 = look.invalid == 0 ? std::string(bytes) : ReplaceInvalidUtf8(bytes);
    out.undecoded = look.invalid;
  } else if (auto converted = Convert(bytes, charset)) {
    out.utf8 = std::move(*converted);
    out.undecoded = CountReplacements(out.utf8);
  } else {
    out.utf8 = ReplaceInvalidUtf8(bytes);
    out.undecoded = CountReplacements(out.utf8);
  }
  DropNulBytes(out.utf8);
}

}  // namespace

std::string_view CharsetBasisName(CharsetBasis basis) {
  switch (basis) {
    case CharsetBasis::kBom:
      return "bom";
    case CharsetBasis::kHeader:
      return "header";
    case CharsetBasis::kMeta:
      return "meta";
    case CharsetBasis::kDetected:
      return "detected";
    case CharsetBasis::kDefault:
      return "default";
  }
  return "unknown";
}

std::string_view CharsetFromLabel(std::string_view label) {
  const std::string wanted = LowerTrimmed(label);
  for (const auto& [name, converter] : kConverters) {
    if (name == wanted) return name;
  }
  for (const auto& [alias, name] : kLabels) {
    if (alias == wanted) return name;
  }
  return "";
}

DecodedText DecodeToUtf8(std::string_view bytes, const CharsetHints& hints) {
  DecodedText out;
  size_t bom_size = 0;
  if (const auto charset = CharsetOfBom(bytes, bom_size); !charset.empty()) {
    FinishAs(bytes.substr(bom_size), charset, CharsetBasis::kBom, out);
    return out;
  }

  const std::string content_type = LowerTrimmed(hints.content_type);
  std::string_view declared = CharsetFromLabel(ValueOf(content_type, "charset"));
  CharsetBasis basis = CharsetBasis::kHeader;
  if (declared.empty() && hints.read_meta) {
    declared = CharsetOfMeta(bytes);
    basis = CharsetBasis::kMeta;
  }
  if (const auto utf16 = Utf16WithoutBom(bytes); !utf16.empty()) {
    const bool agrees = declared.starts_with("utf-16");
    out.declaration_wrong = !declared.empty() && !agrees;
    FinishAs(bytes, utf16, agrees ? basis : CharsetBasis::kDetected, out);
    return out;
  }

  const Utf8Look look = LookAsUtf8(bytes);
  if (look.invalid == 0 && declared != "iso-2022-jp" &&
      (declared.empty() || declared == "utf-8" || look.multibyte == 0 ||
       look.multibyte >= kSureUtf8Characters)) {
    const bool agrees = declared.empty() || declared == "utf-8" || look.multibyte == 0;
    out.declaration_wrong = !agrees;
    // Pure ASCII reads the same in every charset named here but UTF-16, which was ruled out above.
    CharsetBasis said = look.multibyte == 0 ? CharsetBasis::kDefault : CharsetBasis::kDetected;
    if (declared == "utf-8") said = basis;
    FinishAs(bytes, "utf-8", said, out);
    return out;
  }
  const bool declared_utf8 = declared == "utf-8";
  if (!declared.empty() && !declared_utf8) {
    FinishAs(bytes, declared, basis, out);
    return out;
  }
  // UTF-8 with some broken places, or something else altogether.
  if (look.multibyte > look.invalid) {
    FinishAs(bytes, "utf-8", declared_utf8 ? basis : CharsetBasis::kDetected, out);
    return out;
  }
  std::string_view detected = Detect(bytes);
  out.declaration_wrong = declared_utf8;
  FinishAs(bytes, detected.empty() ? "windows-1252" : detected,
           detected.empty() ? CharsetBasis::kDefault : CharsetBasis::kDetected, out);
  return out;
}

}  // namespace gasht
