#include "crawler/response_head.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

// The head after all lines; the index of the line that completed it, or -1.
std::pair<ResponseHead, int> ReadHead(const std::vector<std::string>& lines) {
  ResponseHead head;
  int completed_by = -1;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (head.Add(lines[i] + "\r\n")) completed_by = static_cast<int>(i);
  }
  return {head, completed_by};
}

TEST(ResponseHead, FieldsThatDecide) {
  const auto [head, completed_by] = ReadHead({"HTTP/1.1 302 Found", "content-TYPE:  text/html; charset=x ",
                                              "Location: /next", "Content-Length: 5", ""});
  EXPECT_EQ(completed_by, 4);
  EXPECT_EQ(head.status(), 302);
  EXPECT_EQ(head.content_type(), "text/html; charset=x");
  EXPECT_EQ(head.location(), "/next");
  EXPECT_TRUE(head.has_content_length());
  EXPECT_FALSE(head.chunked());
  EXPECT_TRUE(head.text().starts_with("HTTP/1.1 302 Found\r\ncontent-TYPE:  text/html")) << head.text();
}

TEST(ResponseHead, InformationalHeadsAreNoEnd) {
  const auto [head, completed_by] = ReadHead({"HTTP/1.1 103 Early Hints", "Content-Type: image/png", "",
                                              "HTTP/1.1 200 OK", "", "Content-Type: late"});
  EXPECT_EQ(completed_by, 4);
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.content_type(), "") << "neither of the early head nor of a trailer";
}

TEST(ResponseHead, RedirectStatus) {
  for (const int status : {301, 302, 303, 307, 308}) EXPECT_TRUE(IsRedirectStatus(status)) << status;
  for (const int status : {0, 200, 201, 300, 304, 305, 306, 309, 400})
    EXPECT_FALSE(IsRedirectStatus(status)) << status;
}

TEST(ResponseHead, ALengthIsANumber) {
  for (const auto& [value, is_length] :
       std::vector<std::pair<std::string, bool>>{{"0", true},
                                                 {"9223372036854775807", true},
                                                 {"9223372036854775808", false},
                                                 {"-5", false},
                                                 {"many", false},
                                                 {"", false},
                                                 {"5 5", false},
                                                 {"0x10", false}}) {
    const auto [head, at] = ReadHead({"HTTP/1.1 200 OK", "Content-Length: " + value, ""});
    EXPECT_EQ(head.has_content_length(), is_length) << value;
  }
}

TEST(ResponseHead, Codings) {
  struct {
    std::string line;
    bool known, chunked;
  } const rows[] = {
      {"Content-Encoding: gzip", true, false},
      {"Content-Encoding: GZIP, deflate", true, false},
      {"Transfer-Encoding: gzip, chunked", true, true},
      {"Transfer-Encoding: chunked;x=1", true, true},
      {"Content-Encoding: gzip, gzip, gzip, gzip, gzip", true, false},
      {"Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip", false, false},
      {"Content-Encoding: br", false, false},
      {"Content-Encoding: gzip, zstd", false, false},
      {"Content-Encoding:", true, false},
      {"X-Content-Encoding: br", true, false},
  };
  for (const auto& row : rows) {
    const auto [head, at] = ReadHead({"HTTP/1.1 200 OK", row.line, ""});
    EXPECT_EQ(head.codings_known(), row.known) << row.line;
    EXPECT_EQ(head.chunked(), row.chunked) << row.line;
  }
}

TEST(ResponseHead, ContentCodingInOneSpelling) {
  struct {
    std::vector<std::string> lines;
    std::string coding;
  } const rows[] = {
      {{"Content-Encoding: X-GZIP"}, "gzip"},
      {{"Content-Encoding: identity"}, ""},
      {{"content-encoding: deflate ,gzip"}, "deflate, gzip"},
      {{"Content-Encoding: deflate", "Content-Encoding: gzip"}, "deflate, gzip"},
      {{"Transfer-Encoding: gzip, chunked"}, ""},
      {{"Content-Encoding: br"}, ""},
  };
  for (const auto& row : rows) {
    std::vector<std::string> lines = {"HTTP/1.1 200 OK"};
    lines.insert(lines.end(), row.lines.begin(), row.lines.end());
    lines.emplace_back();
    EXPECT_EQ(ReadHead(lines).first.content_coding(), row.coding) << row.lines[0];
  }
}

TEST(ResponseHead, NonsenseHasNoStatus) {
  for (const std::string line : {"HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2", "HTTP/1.1 abc", "HTTP/"}) {
    const auto [head, at] = ReadHead({line, ""});
    EXPECT_EQ(head.status(), 0) << line;
    EXPECT_EQ(at, 1) << line;
  }
}

TEST(MediaType, Readable) {
  struct {
    std::string type;
    bool readable;
  } const rows[] = {
      {"", true},
      {"text/html; charset=utf-8", true},
      {" TEXT/PLAIN ", true},
      {"text/x-anything", true},
      {"application/xhtml+xml", true},
      {"application/xml", true},
      {"application/json", true},
      {"application/rss+xml", true},
      {"application/atom+xml;type=feed", true},
      {"application/ld+json", true},
      {"image/png", false},
      {"image/svg+xml", false},
      {"video/mp4", false},
      {"application/octet-stream", false},
      {"application/pdf", false},
      {"application/zip", false},
      {"multipart/mixed", false},
      {"nonsense", false},
  };
  for (const auto& row : rows) EXPECT_EQ(IsReadableMediaType(row.type, {}), row.readable) << row.type;
  EXPECT_TRUE(IsReadableMediaType("image/PNG", {"image/*"}));
  EXPECT_FALSE(IsReadableMediaType("video/mp4", {"image/*"}));
}

}  // namespace
}  // namespace gasht
