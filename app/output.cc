#include "app/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/utf8.h"

namespace gasht {
namespace {

struct Range {
  char32_t first, last;
};

// What a terminal obeys instead of showing: C0/C1 controls, zero-width and bidi marks, line separators, tags.
constexpr Range kUnprintable[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},      {0x061c, 0x061c},
                                  {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f},
                                  {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

constexpr Range kWide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                           {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

// Combining marks that take no column: Latin, Arabic (short vowels), variation selectors.
constexpr Range kZeroWidth[] = {{0x0300, 0x036f}, {0x0610, 0x061a}, {0x064b, 0x065f},
                                {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0xfe00, 0xfe0f}};

template <size_t N>
bool In(char32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](Range r) { return c >= r.first && c <= r.last; });
}

size_t ColumnsOf(char32_t c) {
  return In(c, kZeroWidth) ? 0 : (In(c, kWide) ? 2 : 1);
}

size_t ColumnsOf(std::string_view text) {
  size_t columns = 0;
  for (size_t pos = 0; pos < text.size();) columns += ColumnsOf(NextCodePoint(text, pos));
  return columns;
}

std::string Clip(const std::string& text, size_t columns) {
  if (ColumnsOf(text) <= columns) return text;
  std::string out;
  size_t used = 0;
  for (size_t pos = 0; pos < text.size();) {
    const char32_t c = NextCodePoint(text, pos);
    if (used + ColumnsOf(c) + 1 > columns) break;
    used += ColumnsOf(c);
    AppendUtf8(c, out);
  }
  return out + "\u2026";
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const char32_t c = NextCodePoint(text, pos);
    if (c == '\n' || c == '\t' || c == '\r') {
      out += ' ';
    } else if (In(c, kUnprintable)) {
      out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(c));
    } else {
      AppendUtf8(c, out);
    }
  }
  return out;
}

std::string ShortUrl(std::string_view url) {
  constexpr std::string_view kOnion = ".onion";
  constexpr size_t kLabel = 56, kShown = 12;  // of a v3 address
  const size_t onion = url.find(kOnion);
  if (onion == std::string_view::npos || onion < kLabel) return std::string(url);
  const size_t label = onion - kLabel;
  return fmt::format("{}\u2026{}", url.substr(0, label + kShown), url.substr(onion));
}

std::string Table::Render(size_t max_cell) const {
  std::vector<std::vector<std::string>> rows;
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    auto& shown = rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      shown.push_back(Clip(Printable(row[i]), max_cell));
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], ColumnsOf(shown.back()));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - ColumnsOf(row[i]) + 2, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string CaptureSpan(const std::string& first, const std::string& last) {
  return first == last ? "capture " + first : fmt::format("captures {} to {}", first, last);
}

void PrintLine(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void PrintJson(const Json& json) {
  PrintLine(json.Dump());
}

int Fail(const Status& status) {
  if (!status.ok()) fmt::print(stderr, "gasht: {}\n", status.message());
  return ExitStatusFor(status.code());
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::Show(std::string_view line) {
  if (!terminal_) return;
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace gasht
