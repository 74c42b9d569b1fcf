// The hostile corpus: what a server can say to a crawler, each with the outcome word that comes of it, through the
// real fetch child. The table is the test. Bounds hold for every row: no more bytes than asked for, no more time
// than the limits give, and the child lives through all of it.

#include <sys/socket.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "crawler/child_fetcher.h"
#include "crawler/fetch_child.h"
#include "crawler/test_server.h"
#include "tests/support/packed.h"
#include "tests/support/tls_server.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Serve = std::function<void(const TestConnection&)>;

constexpr size_t kMaxWireBytes = 300'000;
constexpr size_t kMaxBodyBytes = 1'000'000;
// What may arrive between the byte that is too many and the end of the transfer: libcurl reads up to 100 pieces of 16 kB
// before it asks us, where they decode to nothing.
constexpr size_t kOvershoot = 102u * (16u << 10);
constexpr milliseconds kTotalTime{3000};
// Of a machine that does other things too.
constexpr seconds kSlack{20};

struct Case {
  std::string name;
  // What is done once the request's head has been read; the connection then closes.
  Serve serve;
  std::string outcome;
  // "-": not looked at.
  std::string body = "-";
  milliseconds total_time = kTotalTime;
};

Serve Raw(std::string bytes) {
  return [bytes = std::move(bytes)](const TestConnection& c) { c.Write(bytes); };
}

// `begin`, then `again` for as long as anybody listens.
Serve Endless(std::string begin, std::string again) {
  return [begin = std::move(begin), again = std::move(again)](const TestConnection& c) {
    if (!c.Write(begin)) return;
    while (c.Write(again)) {
    }
  };
}

// The same, one piece each 50 ms.
Serve Drip(std::string begin, std::string again) {
  return [begin = std::move(begin), again = std::move(again)](const TestConnection& c) {
    if (!c.Write(begin)) return;
    while (c.Pause(50) && (again.empty() || c.Write(again))) {
    }
  };
}

// `bytes`, and then nothing, with the connection open.
Serve Stall(std::string bytes) {
  return [bytes = std::move(bytes)](const TestConnection& c) {
    c.Write(bytes);
    c.Hold();
  };
}

std::string Times(size_t count, std::string_view piece) {
  std::string text;
  text.reserve(count * piece.size());
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

const std::string kHead = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
const std::string kChunked = kHead + "Transfer-Encoding: chunked\r\n\r\n";

std::string WithLength(const std::string& head, const std::string& body) {
  return fmt::format("{}Content-Length: {}\r\n\r\n{}", head, body.size(), body);
}
std::string Redirect(const std::string& location) {
  return fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", location);
}

std::vector<Case> SizeCases() {
  const std::string block(16'384, 'x'), bomb = GzipOfZeros(2'000), small = GzipOfZeros(1);
  const auto coded = [](const std::string& coding, const std::string& body) {
    return WithLength(kHead + coding + "\r\n", body);
  };
  return {
      {"endless body", Endless(kHead + "\r\n", block), "too_large"},
      {"endless chunks", Endless(kChunked, "4000\r\n" + block + "\r\n"), "too_large"},
      {"endless chunks of one byte", Endless(kChunked, Times(500, "1\r\nx\r\n")), "too_large"},
      {"endless chunk extensions", Endless(kChunked, "1;" + block + "\r\nx\r\n"), "too_large"},
      {"one endless chunk extension", Endless(kChunked + "1;", block), "too_large"},
      {"endless trailers", Endless(kChunked + "1\r\nx\r\n0\r\n", Times(100, "X: y\r\n")), "too_large"},
      {"huge length, endless body", Endless(kHead + "Content-Length: 999999999999\r\n\r\n", block),
       "too_large"},
      {"length over 64 bits", Raw(kHead + "Content-Length: 99999999999999999999999\r\n\r\nok"), "ok", "ok"},
      {"negative length", Raw(kHead + "Content-Length: -5\r\n\r\nok"), "http_error"},
      {"length that is no number", Raw(kHead + "Content-Length: many\r\n\r\nok"), "http_error"},
      {"two lengths", Raw(kHead + "Content-Length: 2\r\nContent-Length: 50\r\n\r\nok"), "connection_reset",
       "ok"},
      {"length too long", Raw(kHead + "Content-Length: 50\r\n\r\nok"), "connection_reset", "ok"},
      {"length too short", Raw(kHead + "Content-Length: 1\r\n\r\nok"), "ok", "o"},
      {"length and chunks",
       Raw(kHead + "Content-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "ok",
       "ok"},
      {"gzip", Raw(coded("Content-Encoding: gzip", small)), "ok"},
      {"gzip bomb", Raw(coded("Content-Encoding: gzip", bomb)), "too_large"},
      {"gzip bomb as x-gzip", Raw(coded("Content-Encoding: x-gzip", bomb)), "too_large"},
      {"gzip bomb in transfer", Raw(kHead + "Transfer-Encoding: gzip\r\n\r\n" + bomb), "too_large"},
      {"gzip bomb in chunks",
       Raw(kHead + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" +
           fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", bomb.size(), bomb)),
       "too_large"},
      {"gzip within gzip", Raw(coded("Content-Encoding: gzip, gzip", StoredGzip(bomb))), "too_large"},
      {"gzip six times", Raw(coded("Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip", small)),
       "http_error"},
      {"a thousand codings", Raw(coded("Content-Encoding: " + Times(1000, "gzip, ") + "gzip", small)),
       "http_error"},
      {"gzip that is none", Raw(coded("Content-Encoding: gzip", "not gzip at all")), "http_error"},
      {"gzip cut off", Raw(coded("Content-Encoding: gzip", small.substr(0, small.size() / 2))), "-"},
      {"gzip with junk behind", Raw(coded("Content-Encoding: gzip", small + "junk")), "-"},
      {"gzip with a wrong checksum", Raw(coded("Content-Encoding: gzip", StoredGzip("hello", 1))),
       "http_error"},
      {"deflate that is none", Raw(coded("Content-Encoding: deflate", "\x01\x02\x03 no deflate")),
       "http_error"},
      {"brotli nobody asked for", Raw(coded("Content-Encoding: br", "ok")), "http_error"},
      {"zstd nobody asked for", Raw(coded("Content-Encoding: zstd", "ok")), "http_error"},
      {"zstd in transfer", Raw(kHead + "Transfer-Encoding: zstd, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
       "http_error"},
      {"a coding of its own", Raw(coded("Content-Encoding: aes128gcm", "ok")), "http_error"},
  };
}

std::vector<Case> TimeCases() {
  const milliseconds brief{600};
  return {
      {"says nothing", Stall(""), "transfer_timeout", "", brief},
      {"stalls in the status line", Stall("HTTP/1.1 2"), "transfer_timeout", "", brief},
      {"stalls in a header", Stall(kHead + "X-Long: "), "transfer_timeout", "", brief},
      {"stalls after the head", Stall(kHead + "Content-Length: 10\r\n\r\n"), "transfer_timeout", "", brief},
      {"stalls in the body", Stall(kHead + "Content-Length: 10\r\n\r\nok"), "transfer_timeout", "ok", brief},
      {"stalls in a chunk size", Stall(kChunked + "1"), "transfer_timeout", "", brief},
      {"stalls before the last chunk", Stall(kChunked + "2\r\nok\r\n"), "transfer_timeout", "ok", brief},
      {"drips its head", Drip("HTTP/1.1 200 OK\r\n", "X: y\r\n"), "transfer_timeout", "", brief},
      {"drips one header", Drip(kHead + "X: ", "y"), "transfer_timeout", "", brief},
      {"drips its body", Drip(kHead + "\r\n", "x"), "transfer_timeout", "-", brief},
      {"drips its chunks", Drip(kChunked, "1\r\nx\r\n"), "transfer_timeout", "-", brief},
      {"drips early hints", Drip("", "HTTP/1.1 103 Early Hints\r\n\r\n"), "transfer_timeout", "-", brief},
      {"slower than the limit", Drip(kHead + "\r\n", "x"), "transfer_timeout", "-", seconds(30)},
  };
}

std::vector<Case> FramingCases() {
  const std::string hint = "HTTP/1.1 103 Early Hints\r\nLink: </x>; " + std::string(200, 'x') + "\r\n\r\n";
  return {
      {"nothing", Raw(""), "connection_reset"},
      {"no HTTP", Raw("hello, I am no web server\r\n"), "http_error"},
      {"HTTP/0.9", Raw("<html>hi</html>"), "http_error"},
      {"an SSH server", Raw("SSH-2.0-OpenSSH_9.2\r\n"), "http_error"},
      {"an SMTP server", Raw("220 mail.example ESMTP\r\n"), "http_error"},
      {"HTTP/2 in the clear", Raw(std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", 27)), "http_error"},
      {"an answer in HTTP/2", Raw("HTTP/2 200\r\nContent-Length: 2\r\n\r\nok"), "-"},
      {"HTTP/1.0", Raw("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nok"), "ok", "ok"},
      {"HTTP/9.9", Raw("HTTP/9.9 200 OK\r\n\r\nok"), "http_error"},
      {"a status of six digits", Raw("HTTP/1.1 200200 OK\r\nContent-Length: 2\r\n\r\nok"), "http_error"},
      {"a status that is no number", Raw("HTTP/1.1 abc OK\r\n\r\nok"), "http_error"},
      {"status 000", Raw("HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok"), "http_error"},
      {"status 999", Raw("HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\nok"), "http_error"},
      {"switches protocols", Raw("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nok"), "http_error"},
      {"head cut", Raw("HTTP/1.1 200 OK\r\nContent-Ty"), "connection_reset"},
      {"early hints without end", Endless("", Times(50, hint)), "too_large"},
      {"continues without end", Endless("", Times(100, "HTTP/1.1 100 Continue\r\n\r\n")), "too_large"},
      {"10,000 cookies",
       Raw(kHead + Times(10'000, "Set-Cookie: a=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n") + "\r\n"), "too_large"},
      {"headers without end", Endless(kHead, Times(100, "X-Header: something or other\r\n")), "too_large"},
      {"one header without end", Endless(kHead + "X: ", std::string(16'384, 'x')), "too_large"},
      {"a status line without end", Endless("HTTP/1.1 200 ", std::string(16'384, 'x')), "too_large"},
      {"a header of 90 kB", Raw(WithLength(kHead + "X: " + std::string(90'000, 'x') + "\r\n", "ok")), "ok",
       "ok"},
      {"NUL in a header", Raw(std::string("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok", 48)),
       "http_error"},
      {"a header without a colon", Raw(WithLength(kHead + "no colon here\r\n", "ok")), "-"},
      {"an empty header name", Raw(WithLength(kHead + ": value\r\n", "ok")), "-"},
      {"a folded header", Raw(WithLength(kHead + "X: a\r\n  b\r\n", "ok")), "ok", "ok"},
      {"a space before the colon", Raw(WithLength(kHead + "Content-Length : 50\r\n", "ok")), "-"},
      {"bare line feeds", Raw("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nok"), "ok",
       "ok"},
      {"Latin-1 in a header", Raw(WithLength(kHead + "X: \xe9\xff\r\n", "ok")), "ok", "ok"},
      {"chunk size is no number", Raw(kChunked + "zz\r\nok\r\n"), "http_error"},
      {"chunk size is negative", Raw(kChunked + "-1\r\nok\r\n"), "http_error"},
      {"chunk size overflows", Raw(kChunked + "fffffffffffffffff\r\nok\r\n"), "http_error"},
      {"chunk size of 16 digits", Raw(kChunked + "7fffffffffffffff\r\nok\r\n"), "connection_reset"},
      {"chunk size in 0x", Raw(kChunked + "0x2\r\nok\r\n0\r\n\r\n"), "-"},
      {"chunk is longer than said", Raw(kChunked + "1\r\nok\r\n0\r\n\r\n"), "http_error"},
      {"chunk cut off", Raw(kChunked + "9\r\nok"), "connection_reset", "ok"},
      {"no last chunk", Raw(kChunked + "2\r\nok\r\n"), "connection_reset", "ok"},
      {"trailers", Raw(kChunked + "2\r\nok\r\n0\r\nX: y\r\nContent-Length: 9\r\n\r\n"), "ok", "ok"},
      {"chunked twice", Raw(kHead + "Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "-"},
      {"a second answer behind the first",
       Raw(WithLength(kHead, "ok") + WithLength(kHead, "<html>smuggled</html>")), "ok", "ok"},
      {"204 with a body", Raw("HTTP/1.1 204 No Content\r\n\r\nbody"), "ok", ""},
      {"304 with a body", Raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody"), "not_modified",
       ""},
      {"206 nobody asked for",
       Raw(WithLength("HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-6/9\r\n", "ok")), "-"},
      {"a cut body without a length", Raw(kHead + "\r\n<html>half a pa"), "ok", "<html>half a pa"},
  };
}

std::vector<Case> ContentCases() {
  return {
      {"200 with a captcha", Raw(WithLength(kHead, "<form>Enter the captcha</form>")), "ok"},
      {"404", Raw("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"), "http_error", "no"},
      {"429", Raw("HTTP/1.1 429 Slow\r\nRetry-After: 999999999999\r\nContent-Length: 0\r\n\r\n"),
       "http_error"},
      {"503", Raw("HTTP/1.1 503 Busy\r\nRetry-After: never\r\nContent-Length: 0\r\n\r\n"), "http_error"},
      {"401 that wants a password",
       Raw("HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Digest realm=x, nonce=y\r\n"
           "Content-Length: 0\r\n\r\n"),
       "http_error"},
      {"407 that is no proxy",
       Raw("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"),
       "http_error"},
      {"a picture", Raw(WithLength("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n", "\x89PNG")),
       "content_type_refused", ""},
      {"a picture called text/html; image/png",
       Raw(WithLength("HTTP/1.1 200 OK\r\nContent-Type: text/html; image/png\r\n", "\x89PNG")), "ok"},
      {"an SVG", Raw(WithLength("HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\n", "<svg/>")),
       "content_type_refused", ""},
      {"a program", Raw(WithLength("HTTP/1.1 200 OK\r\nContent-Type: application/x-msdownload\r\n", "MZ")),
       "content_type_refused", ""},
      {"an endless film",
       Endless("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", std::string(16'384, 'x')),
       "content_type_refused", ""},
      {"a type of 50 kB",
       Raw(WithLength("HTTP/1.1 200 OK\r\nContent-Type: text/" + std::string(50'000, 'x') + "\r\n", "ok")),
       "ok"},
      {"two types", Raw(WithLength(kHead + "Content-Type: image/png\r\n", "ok")), "content_type_refused", ""},
      {"cookies for others",
       Raw(WithLength(kHead + "Set-Cookie: a=b; Domain=.example\r\nSet-Cookie: c=d; Domain=127.0.0.1\r\n",
                      "ok")),
       "ok", "ok"},
      {"HSTS for a year", Raw(WithLength(kHead + "Strict-Transport-Security: max-age=31536000\r\n", "ok")),
       "ok", "ok"},
      {"Alt-Svc elsewhere", Raw(WithLength(kHead + "Alt-Svc: h2=\"127.0.0.1:1\", h3=\":1\"\r\n", "ok")), "ok",
       "ok"},
      {"Refresh as a header", Raw(WithLength(kHead + "Refresh: 0; url=http://127.0.0.1/\r\n", "ok")), "ok",
       "ok"},
      {"Link to preload", Raw(WithLength(kHead + "Link: <http://127.0.0.1:1/>; rel=preload\r\n", "ok")), "ok",
       "ok"},
  };
}

// Redirects are reported to the crawl, which asks scope; the fetch child never follows one.
std::vector<Case> RedirectCases() {
  std::vector<Case> cases = {
      {"300 choices", Raw("HTTP/1.1 300 Choose\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"), "http_error"},
      {"two locations",
       Raw("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"),
       "http_error"},
      {"a location of 80 kB", Raw(Redirect("/" + std::string(80'000, 'a'))), "http_error"},
      {"a location of 2 MB", Raw(Redirect("/" + std::string(2'000'000, 'a'))), "too_large"},
      {"a redirect with an endless body",
       Endless("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", std::string(16'384, 'x')), "too_large"},
      {"200 with a location", Raw(WithLength(kHead + "Location: http://127.0.0.1/\r\n", "ok")), "ok", "ok"},
  };
  for (const std::string target :
       {"/loop", "http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/", "dict://127.0.0.1:1/",
        "//127.0.0.1:1/", "javascript:alert(1)", "data:text/html,hi", "http://user:pass@127.0.0.1:1/",
        "http://0x7f.1:1/", "unix:///run/gasht.sock", "\\\\127.0.0.1\\share", " \t http://127.0.0.1:1/",
        "http://127.0.0.1:1\r\n X: y", "\xff\xfe"})
    cases.push_back({"a redirect to " + target, Raw(Redirect(target)), "http_error"});
  return cases;
}

std::vector<Case> AllHttpCases() {
  std::vector<Case> all;
  for (const auto& group : {SizeCases(), TimeCases(), FramingCases(), ContentCases(), RedirectCases()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

std::unique_ptr<ChildFetcher> MakeFetcher(const Clock& clock, const std::string& socks) {
  ChildFetcherOptions options;
  if (!socks.empty()) options.curl.socks = {socks};
  options.curl.low_speed_bytes_per_second = 512;
  options.curl.low_speed_time = seconds(2);
  auto made = ChildFetcher::Create(std::move(options), clock);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(*made) : nullptr;
}

FetchRequest RequestFor(const std::string& url, Route route, uint64_t id) {
  FetchRequest request{.id = id, .source = {"hostile"}, .url = *Url::Parse(url)};
  request.route = route;
  request.allow_private = true;
  request.socks_user = "user";
  request.socks_password = "pass";
  request.max_wire_bytes = kMaxWireBytes;
  request.max_body_bytes = kMaxBodyBytes;
  request.connect_timeout = kTotalTime;
  request.total_timeout = kTotalTime;
  return request;
}

std::map<uint64_t, FetchResult> PollAll(Fetcher& fetcher, size_t count) {
  std::map<uint64_t, FetchResult> results;
  for (int i = 0; i < 10'000 && results.size() < count; ++i) {
    for (FetchResult& result : fetcher.Poll(seconds(10))) results[result.id] = std::move(result);
  }
  return results;
}

void ExpectBounds(const std::string& name, const FetchResult& result, milliseconds time) {
  EXPECT_LE(result.body.size(), kMaxBodyBytes) << name;
  EXPECT_LE(result.wire_bytes, kMaxWireBytes + kOvershoot) << name;
  EXPECT_LE(result.response_head.size(), CurlFetcherOptions().max_head_bytes) << name;
  EXPECT_LT(result.timings.finished - result.timings.started, time + kSlack) << name;
}

TEST(Hostile, EveryAnswerHasItsOutcomeAndItsBound) {
  const std::vector<Case> cases = AllHttpCases();
  std::set<std::string> names;
  for (const Case& c : cases) EXPECT_TRUE(names.insert(c.name).second) << c.name << " twice";
  ASSERT_GE(cases.size(), 90u);
  const TestServer server([&cases](const TestServer::Request& request, const TestConnection& connection) {
    cases.at(std::stoul(request.target.substr(1))).serve(connection);
    return false;
  });
  const SystemClock clock;
  const auto fetcher = MakeFetcher(clock, "");
  ASSERT_NE(fetcher, nullptr);
  for (size_t i = 0; i < cases.size(); ++i) {
    FetchRequest request = RequestFor(server.Url("/" + std::to_string(i)), Route::kDirect, i + 1);
    request.total_timeout = cases[i].total_time;
    ASSERT_TRUE(fetcher->Start(std::move(request)).ok()) << cases[i].name;
  }
  std::map<uint64_t, FetchResult> results = PollAll(*fetcher, cases.size());
  ASSERT_EQ(results.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    const FetchResult& result = results.at(i + 1);
    const std::string name =
        fmt::format("{}: {} ({})", cases[i].name, FetchOutcomeName(result.outcome), result.detail);
    if (cases[i].outcome != "-") {
      EXPECT_EQ(FetchOutcomeName(result.outcome), cases[i].outcome) << name;
    }
    if (cases[i].body != "-") {
      EXPECT_EQ(result.body, cases[i].body) << name;
    }
    ExpectBounds(name, result, cases[i].total_time);
  }
  EXPECT_EQ(fetcher->deaths(), 0u);
  // Each was asked for exactly once, by a plain GET with nothing of ours in it.
  EXPECT_EQ(server.requests().size(), cases.size());
  for (const TestServer::Request& request : server.requests()) {
    EXPECT_TRUE(request.head.starts_with("GET /")) << request.head;
    for (const std::string_view forbidden : {"Cookie:", "Authorization:", "Referer:", "Proxy-", "Range:"})
      EXPECT_EQ(request.head.find(forbidden), std::string::npos) << request.head;
  }
  RecordProperty("cases", static_cast<int>(cases.size()));
  fmt::print("{} hostile answers\n", cases.size());
}

TEST(Hostile, WhatOnePageSetTheNextDoesNotSend) {
  const TestServer server([](const TestServer::Request& request, const TestConnection& connection) {
    return connection.Write(TestServer::Page(
        "hi", "200 OK",
        request.target == "/set" ? "Set-Cookie: a=b; Path=/\r\nETag: \"x\"\r\nStrict-Transport-Security: "
                                   "max-age=99999999\r\nAlt-Svc: h2=\"127.0.0.1:1\"\r\n"
                                 : ""));
  });
  const SystemClock clock;
  const auto fetcher = MakeFetcher(clock, "");
  ASSERT_NE(fetcher, nullptr);
  for (const std::string target : {"/set", "/next", "/set"}) {
    ASSERT_TRUE(fetcher->Start(RequestFor(server.Url(target), Route::kDirect, 1)).ok());
    const auto results = PollAll(*fetcher, 1);
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results.at(1).body, "hi") << results.at(1).detail;
  }
  for (const TestServer::Request& request : server.requests()) {
    EXPECT_EQ(request.head.find("Cookie"), std::string::npos) << request.head;
    EXPECT_EQ(request.head.find("If-None-Match"), std::string::npos) << request.head;
  }
}

// What a proxy that is no Tor, or a Tor in trouble, can say.
TEST(Hostile, EverySocksAnswerHasItsOutcome) {
  const auto socks5 = [](std::string reply) {
    return [reply = std::move(reply)](const TestConnection& c) {
      c.Read();
      c.Write(std::string("\x05\x02", 2));
      c.Read();
      c.Write(std::string("\x01\x00", 2));
      c.Read();
      c.Write(reply);
    };
  };
  const struct {
    std::string name;
    TestListener::Serve serve;
    std::string outcome;
  } cases[] = {
      {"says nothing", [](const TestConnection& c) { c.Hold(); }, "connect_timeout"},
      {"hangs up", [](const TestConnection&) {}, "proxy_down"},
      {"hangs up after the greeting", [](const TestConnection& c) { c.Read(); }, "proxy_down"},
      {"a web server",
       [](const TestConnection& c) {
         c.Read();
         c.Write("HTTP/1.1 400 Bad\r\n\r\n");
       },
       "proxy_down"},
      {"SOCKS4",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x04\x5a", 2));
       },
       "proxy_down"},
      {"no method",
       [](const TestConnection& c) {
         c.Read();
         c.Write("\x05\xff");
       },
       "proxy_down"},
      {"a method of its own",
       [](const TestConnection& c) {
         c.Read();
         c.Write("\x05\x7f");
       },
       "proxy_down"},
      {"refuses the password",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x05\x02", 2));
         c.Read();
         c.Write(std::string("\x01\x01", 2));
       },
       "proxy_down"},
      {"half a reply", socks5(std::string("\x05\x00\x00", 3)), "proxy_down"},
      {"a reply in version 9", socks5(std::string("\x09\x00\x00\x01\0\0\0\0\0\0", 10)), "proxy_down"},
      {"an address of no type", socks5(std::string("\x05\x00\x00\x09\0\0\0\0\0\0", 10)), "proxy_down"},
      {"an unknown error", socks5(std::string("\x05\x63\x00\x01\0\0\0\0\0\0", 10)), "exit_refused"},
      {"a name instead of an address, cut off",
       socks5(std::string("\x05\x00\x00\x03\xff"
                          "abc",
                          8)),
       "proxy_down"},
      {"connected, then gone", socks5(std::string("\x05\x00\x00\x01\0\0\0\0\0\0", 10)), "connection_reset"},
      {"a megabyte of junk",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string(1 << 20, '\x05'));
       },
       "proxy_down"},
  };
  const SystemClock clock;
  for (const auto& c : cases) {
    const TestListener proxy(c.serve);
    const auto fetcher = MakeFetcher(clock, fmt::format("127.0.0.1:{}", proxy.port()));
    ASSERT_NE(fetcher, nullptr);
    FetchRequest request = RequestFor("http://shop.example/", Route::kTor, 1);
    request.connect_timeout = milliseconds(800);
    ASSERT_TRUE(fetcher->Start(std::move(request)).ok());
    const auto results = PollAll(*fetcher, 1);
    ASSERT_EQ(results.size(), 1u) << c.name;
    EXPECT_EQ(FetchOutcomeName(results.at(1).outcome), c.outcome) << c.name << ": " << results.at(1).detail;
    EXPECT_EQ(fetcher->deaths(), 0u) << c.name;
  }
}

// Behind https:// nothing is believed that is not TLS with a certificate that the system trusts.
TEST(Hostile, EveryTlsFailureIsOne) {
  const struct {
    std::string name;
    TestListener::Serve serve;
    std::set<std::string> outcomes;
  } cases[] = {
      {"plain HTTP",
       [](const TestConnection& c) {
         c.Read();
         c.Write("HTTP/1.1 200 OK\r\n\r\nhi");
       },
       {"tls"}},
      {"hangs up", [](const TestConnection& c) { c.Read(); }, {"tls", "connection_reset"}},
      {"says nothing", [](const TestConnection& c) { c.Hold(); }, {"connect_timeout", "transfer_timeout"}},
      {"an alert: handshake failure",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x15\x03\x03\x00\x02\x02\x28", 7));
       },
       {"tls"}},
      {"an alert: unrecognised name",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x15\x03\x03\x00\x02\x02\x70", 7));
       },
       {"tls"}},
      {"half a record",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x16\x03\x03\x40\x00\x02", 6));
       },
       {"tls", "connection_reset"}},
      {"a record of the wrong kind",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x17\x03\x03\x00\x05hello", 10));
       },
       {"tls"}},
      {"SSL 2",
       [](const TestConnection& c) {
         c.Read();
         c.Write(std::string("\x80\x03\x00\x00\x01", 5));
       },
       {"tls"}},
      {"junk without end",
       [](const TestConnection& c) {
         c.Read();
         while (c.Write(std::string(16'384, '\x16'))) {
         }
       },
       {"tls"}},
  };
  const SystemClock clock;
  const auto fetcher = MakeFetcher(clock, "");
  ASSERT_NE(fetcher, nullptr);
  for (const auto& c : cases) {
    const TestListener server(c.serve);
    FetchRequest request = RequestFor(fmt::format("https://127.0.0.1:{}/", server.port()), Route::kDirect, 1);
    request.connect_timeout = request.total_timeout = milliseconds(1500);
    ASSERT_TRUE(fetcher->Start(std::move(request)).ok());
    const auto results = PollAll(*fetcher, 1);
    ASSERT_EQ(results.size(), 1u) << c.name;
    const FetchResult& result = results.at(1);
    EXPECT_TRUE(c.outcomes.contains(std::string(FetchOutcomeName(result.outcome))))
        << c.name << ": " << FetchOutcomeName(result.outcome) << " " << result.detail;
    EXPECT_EQ(result.body, "") << c.name;
  }
  EXPECT_EQ(fetcher->deaths(), 0u);
}

// Certificates of an authority of our own, which the child is told to trust.
TEST(Hostile, EveryBadCertificateIsATlsFailure) {
  const TestCertificates made;
  for (const CertificateWish& wish : std::vector<CertificateWish>{
           {.name = "good"},
           {.name = "expired", .days = -1},
           {.name = "elsewhere", .host = "DNS:elsewhere.example"},
           {.name = "own", .issuer = "own"},
           {.name = "other_root", .host = "DNS:root.example", .issuer = "other_root", .is_authority = true},
           {.name = "unknown", .issuer = "other_root"},
           {.name = "not_an_authority", .issuer = "good"},
           {.name = "short_key", .key = "rsa:1024"},
       })
    ASSERT_TRUE(made.Make(wish)) << wish.name;
  const struct {
    std::string name, cert;
    std::vector<std::string> server;
    std::string outcome, detail;
  } cases[] = {
      {"trusted", "good", {}, "ok", ""},
      {"TLS 1.2 only", "good", {"-tls1_2"}, "ok", ""},
      {"expired", "expired", {}, "tls", "expired"},
      {"of another host", "elsewhere", {}, "tls", "of another host"},
      {"self-signed", "own", {}, "tls", "self-signed"},
      {"of a root that nobody trusts", "unknown", {}, "tls", "issuer"},
      {"signed by a certificate that is no authority", "not_an_authority", {}, "tls", ""},
      {"a key of 1024 bits", "short_key", {"-cipher", "ALL:@SECLEVEL=0"}, "tls", "too weak"},
      {"TLS 1.1", "good", {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}, "tls", ""},
      {"TLS 1.0", "good", {"-tls1", "-cipher", "ALL:@SECLEVEL=0"}, "tls", ""},
      {"a cipher without encryption", "good", {"-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"}, "tls", ""},
      {"a cipher without a certificate", "good", {"-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"}, "tls", ""},
  };
  const SystemClock clock;
  ChildFetcherOptions options;
  options.curl.ca_file = made.cert("root");
  const auto fetcher = ChildFetcher::Create(options, clock);
  ASSERT_TRUE(fetcher.ok()) << fetcher.status().message();
  for (const auto& c : cases) {
    const TlsServer server(made.cert(c.cert), made.key(c.cert), c.server);
    ASSERT_NE(server.port(), 0) << c.name;
    FetchRequest request =
        RequestFor(fmt::format("https://127.0.0.1:{}/none", server.port()), Route::kDirect, 1);
    request.connect_timeout = request.total_timeout = seconds(10);
    ASSERT_TRUE((*fetcher)->Start(std::move(request)).ok());
    const auto results = PollAll(**fetcher, 1);
    ASSERT_EQ(results.size(), 1u) << c.name;
    const FetchResult& result = results.at(1);
    EXPECT_EQ(FetchOutcomeName(result.outcome), c.outcome) << c.name << ": " << result.detail;
    EXPECT_NE(result.detail.find(c.detail), std::string::npos) << c.name << ": " << result.detail;
    EXPECT_EQ(result.response_head.empty(), c.outcome == "tls") << c.name;
  }
  EXPECT_EQ((*fetcher)->deaths(), 0u);
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const gasht::ChildRole roles[] = {{gasht::kFetchRole, gasht::RunFetchChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, roles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
