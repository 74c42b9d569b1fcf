#include "crawler/control_reply.h"

#include <algorithm>
#include <utility>

namespace gasht {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The value at the front of `text`, taken off: quoted, or up to the next space.
std::string TakeValue(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const size_t end = std::min(text.find(' '), text.size());
    value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
  }
  size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return value;
}

std::optional<std::string> ValueOf(const ControlReply::Line& line, std::string_view key) {
  const std::string_view text = line.text;
  if (!text.starts_with(key) || text.size() == key.size() || text[key.size()] != '=') return std::nullopt;
  return line.data.empty() ? std::string(text.substr(key.size() + 1)) : line.data;
}

}  // namespace

std::optional<std::string> ControlReply::Value(std::string_view key) const {
  for (const Line& line : lines) {
    if (auto value = ValueOf(line, key)) return value;
  }
  return std::nullopt;
}

std::vector<std::string> ControlReply::Values(std::string_view key) const {
  std::vector<std::string> values;
  for (const Line& line : lines) {
    if (auto value = ValueOf(line, key)) values.push_back(std::move(*value));
  }
  return values;
}

Status ControlReplyReader::Feed(std::string_view bytes) {
  unread_ += bytes;
  size_t begin = 0;
  for (size_t end = 0; (end = unread_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    std::string_view line = std::string_view(unread_).substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    reply_bytes_ += line.size() + 1;
    if (reply_bytes_ > kMaxReplyBytes) return Status::ResourceExhausted("a reply without end");
    GASHT_RETURN_IF_ERROR(TakeLine(line));
  }
  unread_.erase(0, begin);
  if (reply_bytes_ + unread_.size() > kMaxReplyBytes) return Status::ResourceExhausted("a line without end");
  return Status::Ok();
}

Status ControlReplyReader::TakeLine(std::string_view line) {
  if (in_data_) {
    if (line == ".") {
      in_data_ = false;
      return Status::Ok();
    }
    if (line.starts_with('.')) line.remove_prefix(1);
    reply_.lines.back().data.append(line).append("\n");
    return Status::Ok();
  }
  if (line.size() < 4 || !std::all_of(line.begin(), line.begin() + 3, IsDigit))
    return Status::InvalidArgument("a line without a reply code");
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply_.lines.push_back({std::string(line.substr(4)), ""});
  switch (line[3]) {
    case '-':
      return Status::Ok();
    case '+':
      in_data_ = true;
      return Status::Ok();
    case ' ':
      if (reply_.code / 100 != 6) whole_.push_back(std::move(reply_));
      reply_ = ControlReply();
      reply_bytes_ = 0;
      return Status::Ok();
  }
  return Status::InvalidArgument("a reply code without a separator");
}

std::optional<ControlReply> ControlReplyReader::Take() {
  if (whole_.empty()) return std::nullopt;
  ControlReply oldest = std::move(whole_.front());
  whole_.erase(whole_.begin());
  return oldest;
}

std::map<std::string, std::string, std::less<>> ControlWords(std::string_view text) {
  std::map<std::string, std::string, std::less<>> words;
  while (!text.empty()) {
    const size_t end = text.find_first_of("= ");
    if (end == std::string_view::npos) break;
    const std::string_view name = text.substr(0, end);
    const bool has_value = text[end] == '=';
    text.remove_prefix(end + 1);
    if (has_value) words.emplace(name, TakeValue(text));
  }
  return words;
}

}  // namespace gasht
