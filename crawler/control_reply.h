#pragma once

// ControlReply: what Tor's control port answers, read within bounds. The port is ours, but what listens there may be
// anything: every reply is a value or a refusal, whatever the bytes.
//
// Format: https://spec.torproject.org/control-spec sections 2.3 (replies) and 2.4 (quoted strings). Plain values and
// pure functions; a reader is confined to one thread.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

struct ControlReply {
  struct Line {
    std::string text;  // after the code and its separator
    std::string data;  // of a "250+" line: the lines under it, each ending in '\n'
  };
  int code = 0;  // of the last line; 250 is success
  std::vector<Line> lines;

  bool ok() const { return code == 250; }
  // Of the first line that begins with "key=": its data, or the rest of its text.
  std::optional<std::string> Value(std::string_view key) const;
  // Of all such lines (GETCONF of a key that may stand there often).
  std::vector<std::string> Values(std::string_view key) const;
};

class ControlReplyReader {
 public:
  // Lists of circuits are the longest: some 400 bytes for each of some hundred.
  static constexpr size_t kMaxReplyBytes = size_t{1} << 20;

  // InvalidArgument when these are not a control port's bytes, ResourceExhausted over the bound; the reader is then
  // spent.
  Status Feed(std::string_view bytes);
  // The oldest whole reply that was not taken yet. Events (6xx), for which nobody asked, are left out.
  std::optional<ControlReply> Take();

 private:
  Status TakeLine(std::string_view line);

  std::string unread_;
  ControlReply reply_;
  size_t reply_bytes_ = 0;
  bool in_data_ = false;
  std::vector<ControlReply> whole_;
};

// "BUILT PROGRESS=100 SUMMARY=\"Done\"": the words with "=", by what stands before it; quotes and their escapes are undone.
// The first of equal names counts. Words without "=" are left out.
std::map<std::string, std::string, std::less<>> ControlWords(std::string_view text);

}  // namespace gasht
