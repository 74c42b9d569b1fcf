#pragma once

// How commands speak: objects with --json, tables for people, progress on a terminal only, errors on standard
// error. Confined to the main thread, except Progress.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace gasht {

// A table for people. Cells are untrusted: control, bidi and zero-width characters are shown as escapes, so
// that no page can rewrite the analyst's terminal.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.size() == 1; }
  // Columns are as wide as their widest cell, at most `max_cell` columns; wide characters count as two.
  std::string Render(size_t max_cell = 48) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// `text` with everything that is not printable as \u{XXXX}; '\n' and '\t' become spaces.
std::string Printable(std::string_view text);

// `url` for a column of a table: of an onion address its first letters, so that the path is seen. Never for a comparison of
// addresses: look-alikes share their first letters.
std::string ShortUrl(std::string_view url);

// "capture 7", "captures 7 to 9".
std::string CaptureSpan(const std::string& first, const std::string& last);

void PrintLine(std::string_view line);
void PrintJson(const Json& json);

// "gasht: message" on standard error, and the exit status that goes with it. Ok prints nothing and is 0.
int Fail(const Status& status);

// One line that rewrites itself on a terminal; silent elsewhere. Thread-safe as long as one thread shows.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void Show(std::string_view line);

 private:
  const bool terminal_;
  bool shown_ = false;
};

}  // namespace gasht
