#pragma once

// ResponseHead: the few fields of an HTTP/1 response head that decide what happens to its body, read from
// lines as they arrive. Hostile input: the caller bounds the bytes; nothing here fails. Confined to one
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

class ResponseHead {
 public:
  // One line as received, with its line end. A status line begins a new head (after a 1xx). True when the
  // line ended a final head: its body begins now.
  bool Add(std::string_view line);

  int32_t status() const { return status_; }  // 0 before the first status line
  const std::string& text() const { return text_; }
  const std::string& content_type() const { return content_type_; }
  const std::string& location() const { return location_; }
  bool chunked() const { return chunked_; }
  bool has_content_length() const { return has_content_length_; }
  // Of a final head. Lines after it are trailers and change nothing.
  bool complete() const { return complete_; }
  // Every content and transfer coding is one that we ask for (gzip, deflate) or HTTP/1.1 itself needs.
  bool codings_known() const { return codings_known_; }
  // The content codings in the order in which they were applied (base/content_coding.h); empty for none.
  const std::string& content_coding() const { return content_coding_; }

 private:
  int32_t status_ = 0;
  std::string text_, content_type_, location_, content_coding_;
  bool chunked_ = false;
  bool has_content_length_ = false;
  bool codings_known_ = true;
  bool complete_ = false;
};

// A status that sends the visitor elsewhere, to the Location.
bool IsRedirectStatus(int32_t status);

// The media types that are always read: text, HTML, XML, JSON, feeds, and none stated. `extra` are globs
// ("image/*").
bool IsReadableMediaType(std::string_view content_type, const std::vector<std::string>& extra);

}  // namespace gasht
