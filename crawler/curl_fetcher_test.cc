#include "crawler/curl_fetcher.h"

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "crawler/child_fetcher.h"
#include "crawler/test_server.h"
#include "crawler/tls_facts.h"
#include "tests/support/packed.h"
#include "tests/support/tls_server.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kOnion[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

FetchRequest Direct(const std::string& url, uint64_t id = 1) {
  FetchRequest request{.id = id, .source = {"site"}, .url = *Url::Parse(url)};
  request.route = Route::kDirect;
  request.allow_private = true;
  request.connect_timeout = seconds(2);
  request.total_timeout = seconds(5);
  return request;
}

FetchRequest ThroughTor(const std::string& url, const std::string& source, uint64_t id = 1) {
  FetchRequest request{.id = id, .source = {source}, .url = *Url::Parse(url)};
  request.socks_user = "user0" + source;
  request.socks_password = "pass0" + source;
  request.connect_timeout = seconds(2);
  request.total_timeout = seconds(5);
  return request;
}

// How the world is reached.
enum class Where { kHere, kInAChild };

// What every Fetcher of the real world promises.
class FetcherContract : public testing::TestWithParam<Where> {
 protected:
  void Use(CurlFetcherOptions options) {
    if (GetParam() == Where::kHere) {
      Result<std::unique_ptr<CurlFetcher>> made = CurlFetcher::Create(std::move(options), clock_);
      ASSERT_TRUE(made.ok()) << made.status().message();
      fetcher_ = std::move(made).value();
      return;
    }
    ChildFetcherOptions in_a_child;
    in_a_child.curl = std::move(options);
    Result<std::unique_ptr<ChildFetcher>> made = ChildFetcher::Create(std::move(in_a_child), clock_);
    ASSERT_TRUE(made.ok()) << made.status().message();
    fetcher_ = std::move(made).value();
  }
  FetchResult Fetch(FetchRequest request) {
    if (!fetcher_) Use({});
    const uint64_t id = request.id;
    const Status started = fetcher_->Start(std::move(request));
    EXPECT_TRUE(started.ok()) << started.message();
    for (int i = 0; i < 100; ++i) {
      for (FetchResult& result : fetcher_->Poll(seconds(10))) {
        EXPECT_EQ(result.id, id);
        EXPECT_EQ(fetcher_->in_flight(), 0u);
        return std::move(result);
      }
    }
    ADD_FAILURE() << "no result";
    return {};
  }
  FetchResult FetchRaw(const std::string& raw, FetchRequest (*change)(FetchRequest) = nullptr) {
    const TestServer server([raw](const TestServer::Request&, const TestConnection& c) {
      c.Write(raw);
      return false;
    });
    FetchRequest request = Direct(server.Url("/page"));
    return Fetch(change == nullptr ? request : change(request));
  }

  const SystemClock clock_;
  std::unique_ptr<Fetcher> fetcher_;
};

TEST_P(FetcherContract, KeepsWhatWasSentAndReceived) {
  const TestServer server(
      TestServer::Table({{"/a?b=1", TestServer::Page("<p>hello", "200 OK", "X-Odd:  yes \r\n")}}));
  const FetchResult result = Fetch(Direct(server.Url("/a?b=1"), 7));
  EXPECT_EQ(FetchOutcomeName(result.outcome), "ok") << result.detail;
  EXPECT_EQ(result.detail, "");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "<p>hello");
  EXPECT_EQ(result.content_type, "text/html");
  EXPECT_EQ(result.response_head,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\nX-Odd:  yes \r\n\r\n");
  EXPECT_EQ(result.wire_bytes, result.response_head.size() + result.body.size());
  EXPECT_EQ(BodyEndName(result.body_end), "content_length");
  EXPECT_EQ(TruncationName(result.truncation), "no");
  EXPECT_EQ(ChannelName(result.channel), "cleartext_direct");
  EXPECT_EQ(result.request_head, server.requests().at(0).head);
  EXPECT_EQ(result.request_head,
            fmt::format("GET /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                        "User-Agent: Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
                        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
                        "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n"
                        "Upgrade-Insecure-Requests: 1\r\n\r\n",
                        server.port()));
  EXPECT_GE(result.timings.finished, result.timings.started);
  EXPECT_GT(result.timings.first_byte.count(), 0);
}

TEST_P(FetcherContract, AsksWhetherSomethingChanged) {
  const TestServer server([](const TestServer::Request& request, const TestConnection& c) {
    return c.Write(request.head.find("If-None-Match: \"a\"\r\n") == std::string::npos
                       ? TestServer::Page("new")
                       : "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
  });
  FetchRequest request = Direct(server.Url("/"));
  request.if_none_match = "\"a\"";
  request.if_modified_since = "Wed, 21 Oct 2026 07:28:00 GMT";
  const FetchResult same = Fetch(request);
  EXPECT_EQ(FetchOutcomeName(same.outcome), "not_modified") << same.detail;
  EXPECT_EQ(same.body, "");
  EXPECT_NE(same.request_head.find("If-Modified-Since: Wed, 21 Oct 2026 07:28:00 GMT\r\n"), std::string::npos)
      << same.request_head;
  // The next request has none of it.
  const FetchResult plain = Fetch(Direct(server.Url("/")));
  EXPECT_EQ(plain.body, "new");
  EXPECT_EQ(plain.request_head.find("If-"), std::string::npos) << plain.request_head;
}

TEST_P(FetcherContract, KeepsAConnectionForTheNextPage) {
  int connections = 0;
  const TestServer server([&](const TestServer::Request&, const TestConnection& c) {
    return c.Write(TestServer::Page(std::to_string(++connections)));
  });
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(Fetch(Direct(server.Url("/"))).body, std::to_string(i));
}

TEST_P(FetcherContract, CarriesNothingFromOnePageToTheNext) {
  const TestServer server(TestServer::Table({
      {"/first",
       TestServer::Page("1", "200 OK",
                        "Set-Cookie: a=b\r\nAlt-Svc: h2=\":1\"\r\nStrict-Transport-Security: max-age=9\r\n"
                        "WWW-Authenticate: Basic\r\n")},
      {"/second", TestServer::Page("2")},
  }));
  Fetch(Direct(server.Url("/first")));
  EXPECT_EQ(Fetch(Direct(server.Url("/second"))).body, "2");
  const std::string head = server.requests().at(1).head;
  for (const std::string header : {"Cookie", "Authorization", "Referer"})
    EXPECT_EQ(head.find(header), std::string::npos) << head;
}

TEST_P(FetcherContract, RedirectsAreReportedNotFollowed) {
  const TestServer server(TestServer::Table(
      {{"/from", TestServer::Page("moved", "302 Found", "Location: http://127.0.0.1:1/to\r\n")}}));
  const FetchResult result = Fetch(Direct(server.Url("/from")));
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(result.location, "http://127.0.0.1:1/to");
  EXPECT_EQ(result.body, "moved");
  EXPECT_EQ(server.targets(), std::vector<std::string>{"/from"});
}

// What hostile and broken servers send: an outcome word and a bound for each.
TEST_P(FetcherContract, HostileResponses) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  std::string many_hints;
  for (int i = 0; i < 2000; ++i)
    many_hints +=
        "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload; nothing=" + std::string(200, 'x') + "\r\n\r\n";
  std::string many_cookies;
  for (int i = 0; i < 10'000; ++i)
    many_cookies += "Set-Cookie: c" + std::to_string(i) + "=" + std::string(20, 'v') + "\r\n";
  const struct {
    std::string name, raw, outcome, body_end, truncation;
    size_t body_bytes;
  } rows[] = {
      {"whole", head + "Content-Length: 2\r\n\r\nok", "ok", "content_length", "no", 2},
      {"empty", head + "Content-Length: 0\r\n\r\n", "ok", "content_length", "no", 0},
      {"no content", "HTTP/1.1 204 No Content\r\n\r\n", "ok", "none", "no", 0},
      {"not modified", "HTTP/1.1 304 Not Modified\r\n\r\n", "not_modified", "none", "no", 0},
      {"chunked", head + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "ok", "chunked", "no", 2},
      {"chunked with trailer", head + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n", "ok",
       "chunked", "no", 2},
      {"chunked and length",
       head + "Content-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "ok", "chunked",
       "no", 2},
      {"close-delimited", head + "\r\nok", "ok", "connection_closed", "no", 2},
      {"length too long", head + "Content-Length: 50\r\n\r\nok", "connection_reset", "truncated",
       "disconnect", 2},
      {"length too short", head + "Content-Length: 1\r\n\r\nok", "ok", "content_length", "no", 1},
      {"length over 64 bits", head + "Content-Length: 99999999999999999999999\r\n\r\nok", "ok",
       "connection_closed", "no", 2},
      {"chunk cut", head + "Transfer-Encoding: chunked\r\n\r\n9\r\nok", "connection_reset", "truncated",
       "disconnect", 2},
      {"chunk size is no number", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n", "http_error",
       "truncated", "unspecified", 0},
      {"chunk size overflows", head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nok\r\n",
       "http_error", "truncated", "unspecified", 0},
      {"nothing", "", "connection_reset", "none", "no", 0},
      {"head cut", "HTTP/1.1 200 OK\r\nContent-Ty", "connection_reset", "none", "disconnect", 0},
      {"no HTTP", "hello, I am no web server\r\n", "http_error", "none", "no", 0},
      {"HTTP/0.9", "<html>hi</html>", "http_error", "none", "no", 0},
      {"header flood", head + many_cookies + "\r\n", "too_large", "none", "length", 0},
      {"1xx flood", many_hints + head + "\r\n", "too_large", "none", "length", 0},
      {"one long header", head + "X: " + std::string(400'000, 'x') + "\r\n\r\n", "too_large", "none",
       "length", 0},
      {"brotli", head + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\nok", "http_error", "truncated",
       "unspecified", 0},
      {"zstd in transfer", head + "Transfer-Encoding: zstd, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
       "http_error", "truncated", "unspecified", 0},
      {"gzip that is none", head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok", "http_error",
       "truncated", "unspecified", 0},
      {"picture", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG",
       "content_type_refused", "none", "unspecified", 0},
      {"download", "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nok",
       "content_type_refused", "none", "unspecified", 0},
      {"missing picture",
       "HTTP/1.1 404 Not Found\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG", "http_error",
       "truncated", "unspecified", 0},
      {"no type", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", "content_length", "no", 2},
      {"feed", "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 2\r\n\r\nok", "ok",
       "content_length", "no", 2},
      {"server error", "HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok",
       "http_error", "content_length", "no", 2},
      {"NUL in header", std::string("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok", 48),
       "http_error", "none", "unspecified", 0},
  };
  for (const auto& row : rows) {
    const FetchResult result = FetchRaw(row.raw);
    EXPECT_EQ(FetchOutcomeName(result.outcome), row.outcome) << row.name << ": " << result.detail;
    EXPECT_EQ(BodyEndName(result.body_end), row.body_end) << row.name;
    EXPECT_EQ(TruncationName(result.truncation), row.truncation) << row.name;
    EXPECT_EQ(result.body.size(), row.body_bytes) << row.name;
    EXPECT_LT(result.response_head.size(), 310'000u) << row.name;
  }
}

TEST_P(FetcherContract, EndlessBodiesEndAtTheCap) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  const std::string block(16'384, 'x');
  const struct {
    std::string name, begin, repeat;
  } rows[] = {
      {"close-delimited", head + "\r\n", block},
      {"chunked", head + "Transfer-Encoding: chunked\r\n\r\n", "4000\r\n" + block + "\r\n"},
      {"chunk extensions", head + "Transfer-Encoding: chunked\r\n\r\n", "1;" + block + "\r\nx\r\n"},
      {"huge length", head + "Content-Length: 999999999999\r\n\r\n", block},
  };
  for (const auto& row : rows) {
    const TestServer server([&row](const TestServer::Request&, const TestConnection& c) {
      if (!c.Write(row.begin)) return false;
      while (c.Write(row.repeat)) {
      }
      return false;
    });
    FetchRequest request = Direct(server.Url("/"));
    request.max_wire_bytes = 300'000;
    const FetchResult result = Fetch(std::move(request));
    EXPECT_EQ(FetchOutcomeName(result.outcome), "too_large") << row.name << ": " << result.detail;
    EXPECT_EQ(TruncationName(result.truncation), "length") << row.name;
    EXPECT_EQ(BodyEndName(result.body_end), "truncated") << row.name;
    EXPECT_GT(result.wire_bytes, 300'000u) << row.name;
    EXPECT_LT(result.wire_bytes, 400'000u) << row.name;
    EXPECT_LE(result.body.size(), result.wire_bytes) << row.name;
    EXPECT_EQ(result.body, std::string(result.body.size(), 'x')) << row.name;
  }
}

TEST_P(FetcherContract, GzipIsDecodedAndABombStopsAtTheCap) {
  const std::string bomb = GzipOfZeros(2'000);
  for (const std::string coding : {"Content-Encoding: gzip\r\n", "Transfer-Encoding: gzip\r\n"}) {
    // `Transfer-Encoding: gzip` alone ends with the connection.
    const std::string length =
        coding.starts_with("Content") ? fmt::format("Content-Length: {}\r\n", bomb.size()) : std::string();
    const TestServer server([&](const TestServer::Request&, const TestConnection& c) {
      c.Write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + coding + length + "\r\n" + bomb);
      return false;
    });
    FetchRequest request = Direct(server.Url("/"));
    request.max_body_bytes = 1'000'000;
    const FetchResult result = Fetch(std::move(request));
    EXPECT_EQ(FetchOutcomeName(result.outcome), "too_large") << coding << result.detail;
    EXPECT_EQ(result.body, std::string(1'000'000, '\0')) << coding;
    EXPECT_LT(result.wire_bytes, 200'000u) << coding;
    // What came before it was stopped is kept as it came.
    if (coding.starts_with("Content")) {
      EXPECT_EQ(result.content_coding, "gzip");
      EXPECT_TRUE(bomb.starts_with(result.received));
      EXPECT_GT(result.received.size(), 900u);
      EXPECT_EQ(result.received_sha256, Sha256(result.received));
    }
  }
  const std::string small = GzipOfZeros(1);
  const FetchResult result = FetchRaw(fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n{}", small.size(), small));
  EXPECT_EQ(FetchOutcomeName(result.outcome), "ok") << result.detail;
  EXPECT_EQ(result.body, std::string(65'535, '\0'));
  EXPECT_EQ(result.received, small);
  EXPECT_EQ(result.content_coding, "gzip");
  EXPECT_EQ(result.received_sha256, Sha256(small));
}

TEST_P(FetcherContract, WhatDoesNotUnpackIsKept) {
  const FetchResult result =
      FetchRaw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip");
  EXPECT_EQ(FetchOutcomeName(result.outcome), "http_error");
  EXPECT_EQ(result.body, "");
  EXPECT_EQ(result.received, "not gzip");
  EXPECT_EQ(result.received_sha256, Sha256("not gzip"));
}

TEST_P(FetcherContract, BodyOfExactlyTheCapIsWhole) {
  const FetchResult result =
      FetchRaw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", [](FetchRequest request) {
        request.max_body_bytes = 10;
        return request;
      });
  EXPECT_EQ(FetchOutcomeName(result.outcome), "ok") << result.detail;
  EXPECT_EQ(result.body, "0123456789");
}

TEST_P(FetcherContract, SlowServersAreCutAndSayHow) {
  CurlFetcherOptions options;
  options.low_speed_bytes_per_second = 1'000;
  options.low_speed_time = seconds(1);
  Use(options);
  const struct {
    std::string_view name, begin, drip, outcome, truncation;
    size_t min_body;
  } rows[] = {
      {"silent", "", "", "transfer_timeout", "no", 0},
      {"head drips", "HTTP/1.1 200 OK\r\n", "X: y\r\n", "transfer_timeout", "time", 0},
      {"body drips", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "x", "transfer_timeout", "time", 2},
      {"stalls after the head", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "", "transfer_timeout",
       "time", 0},
  };
  for (const auto& row : rows) {
    const TestServer server([&row](const TestServer::Request&, const TestConnection& c) {
      c.Write(row.begin);
      while (!row.drip.empty() && c.Pause(50) && c.Write(row.drip)) {
      }
      c.Hold();
      return false;
    });
    FetchRequest request = Direct(server.Url("/"));
    request.total_timeout = milliseconds(400);
    const FetchResult result = Fetch(std::move(request));
    EXPECT_EQ(FetchOutcomeName(result.outcome), row.outcome) << row.name << ": " << result.detail;
    EXPECT_EQ(TruncationName(result.truncation), row.truncation) << row.name;
    EXPECT_GE(result.body.size(), row.min_body) << row.name;
    EXPECT_LT(result.timings.finished - result.timings.started, seconds(2)) << row.name;
  }
  // Above no total limit, the speed limit alone ends it.
  const TestServer server([](const TestServer::Request&, const TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (c.Pause(50) && c.Write("x")) {
    }
    return false;
  });
  FetchRequest request = Direct(server.Url("/"));
  request.total_timeout = seconds(60);
  const FetchResult result = Fetch(std::move(request));
  EXPECT_EQ(FetchOutcomeName(result.outcome), "transfer_timeout") << result.detail;
  EXPECT_LT(result.timings.finished - result.timings.started, seconds(10));
}

TEST_P(FetcherContract, MediaOnlyWhereTheSourceAsksForThem) {
  const TestServer server(TestServer::Table(
      {{"/p.png", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG"}}));
  FetchRequest request = Direct(server.Url("/p.png"));
  request.media = {"image/*"};
  EXPECT_EQ(Fetch(std::move(request)).body, "\x89PNG");
}

TEST_P(FetcherContract, DirectRouteRefusesPrivateAddressesAfterResolving) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("secret")}}));
  for (const std::string host :
       {"127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "192.168.1.1"}) {
    FetchRequest request = Direct(fmt::format("http://{}:{}/", host, server.port()));
    request.allow_private = false;
    const FetchResult result = Fetch(std::move(request));
    EXPECT_EQ(FetchOutcomeName(result.outcome), "blocked_by_scope") << host << ": " << result.detail;
    EXPECT_EQ(result.detail, "the name leads to an address that is not public") << host;
    EXPECT_EQ(result.body, "") << host;
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(FetcherContract, ConnectionRefusedAndUnknownNames) {
  uint16_t closed_port = 0;
  {
    const TestServer gone(TestServer::Table({}));
    closed_port = gone.port();
  }
  EXPECT_EQ(FetchOutcomeName(Fetch(Direct(fmt::format("http://127.0.0.1:{}/", closed_port))).outcome),
            "connection_refused");
}

TEST_P(FetcherContract, PlainServerBehindHttpsIsATlsFailure) {
  const TestServer server([](const TestServer::Request&, const TestConnection&) { return false; });
  TestListener not_tls([](const TestConnection& c) {
    c.Read();
    c.Write("HTTP/1.1 400 no\r\n\r\n");
  });
  const FetchResult result = Fetch(Direct(fmt::format("https://127.0.0.1:{}/", not_tls.port())));
  EXPECT_EQ(FetchOutcomeName(result.outcome), "tls") << result.detail;
  EXPECT_EQ(ChannelName(result.channel), "tls");
}

TEST_P(FetcherContract, TlsFactsAreRecorded) {
  const TestCertificates made;
  ASSERT_TRUE(made.Make({.name = "site", .issuer = "site"}));
  const TlsServer server(made.cert("site"), made.key("site"));
  ASSERT_NE(server.port(), 0);
  CurlFetcherOptions options;
  options.ca_file = made.cert("site");
  Use(options);
  const FetchResult result = Fetch(Direct(fmt::format("https://127.0.0.1:{}/none", server.port())));
  EXPECT_NE(result.status, 0) << result.detail;
  EXPECT_EQ(result.tls.version, "TLSv1.3");
  EXPECT_TRUE(result.tls.cipher.starts_with("TLS_")) << result.tls.cipher;
  const std::string pem = ReadFile(made.cert("site"), 1 << 20).value_or("");
  ASSERT_EQ(result.tls.certificates.size(), 1u);
  EXPECT_EQ(result.tls.certificates[0], CertificateFingerprint(pem));
  EXPECT_EQ(ChannelName(result.channel), "tls");
  // By the system's certificates nobody knows it.
  Use({});
  const FetchResult refused = Fetch(Direct(fmt::format("https://127.0.0.1:{}/none", server.port())));
  EXPECT_EQ(FetchOutcomeName(refused.outcome), "tls") << refused.detail;
  EXPECT_EQ(refused.body, "");
}

TEST_P(FetcherContract, CancelAllGivesEveryResultBack) {
  const TestServer server([](const TestServer::Request&, const TestConnection& c) {
    c.Hold();
    return false;
  });
  Use({});
  for (uint64_t id = 1; id <= 5; ++id) ASSERT_TRUE(fetcher_->Start(Direct(server.Url("/"), id)).ok());
  EXPECT_TRUE(fetcher_->Poll(milliseconds(20)).empty());
  EXPECT_EQ(fetcher_->in_flight(), 5u);
  fetcher_->CancelAll();
  std::set<uint64_t> ids;
  for (const FetchResult& result : fetcher_->Poll(milliseconds(0))) {
    EXPECT_EQ(FetchOutcomeName(result.outcome), "cancelled");
    ids.insert(result.id);
  }
  EXPECT_EQ(ids, (std::set<uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(fetcher_->in_flight(), 0u);
}

TEST_P(FetcherContract, WakeupEndsAPollThatWaits) {
  Use({});
  std::thread waker([this] { fetcher_->Wakeup(); });
  const MonotonicTime before = clock_.Monotonic();
  EXPECT_TRUE(fetcher_->Poll(seconds(30)).empty());
  EXPECT_LT(clock_.Monotonic() - before, seconds(10));
  waker.join();
}

// ---- The Tor route, with a SOCKS proxy of ours in Tor's place ----

TEST_P(FetcherContract, TorRouteWithoutAnEndpointStartsNothing) {
  Use({});
  const Status status = fetcher_->Start(ThroughTor("http://shop.example/", "a"));
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status.message();
  EXPECT_EQ(fetcher_->in_flight(), 0u);
  EXPECT_TRUE(fetcher_->Poll(milliseconds(0)).empty());
}

TEST_P(FetcherContract, AnOnionIsNeverFetchedDirectly) {
  Use({});
  EXPECT_EQ(fetcher_->Start(Direct(fmt::format("http://{}/", kOnion))).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(fetcher_->in_flight(), 0u);
}

// Circuits to an onion take their time; only the transfer has to be brisk.
TEST_P(FetcherContract, ASlowCircuitIsNoSlowTransfer) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  RecordingSocks socks(server.port());
  socks.ReplyAfter(milliseconds(2'500));
  CurlFetcherOptions options;
  options.socks = {socks.endpoint()};
  options.low_speed_time = seconds(1);
  Use(options);
  FetchRequest request = ThroughTor("http://shop.example/", "a");
  request.connect_timeout = seconds(20);
  request.total_timeout = seconds(20);
  const FetchResult result = Fetch(std::move(request));
  EXPECT_EQ(FetchOutcomeName(result.outcome), "ok") << result.detail;
  EXPECT_EQ(result.body, "hi");
}

TEST_P(FetcherContract, NamesGoUnresolvedAndEachSourceHasItsOwnCredentials) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  RecordingSocks socks(server.port());
  Use({.socks = {socks.endpoint()}});
  const std::string onion = fmt::format("http://{}/", kOnion);
  EXPECT_EQ(FetchOutcomeName(Fetch(ThroughTor(onion, "a")).outcome), "ok");
  EXPECT_EQ(FetchOutcomeName(Fetch(ThroughTor(onion, "b")).outcome), "ok");
  const FetchResult exit = Fetch(ThroughTor("http://shop.example/", "a"));
  EXPECT_EQ(ChannelName(exit.channel), "cleartext_via_exit");
  const FetchResult again = Fetch(ThroughTor(onion, "a"));
  EXPECT_EQ(ChannelName(again.channel), "onion");
  EXPECT_EQ(again.body, "hi");

  // The fourth fetch reused the first one's connection; no other source's.
  const std::vector<RecordingSocks::Asked> asked = socks.asked();
  ASSERT_EQ(asked.size(), 3u);
  const struct { std::string user, host; } expected[] = {{"a", kOnion}, {"b", kOnion}, {"a", "shop.example"}};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(asked[i].user, "user0" + expected[i].user) << i;
    EXPECT_EQ(asked[i].password, "pass0" + expected[i].user) << i;
    EXPECT_EQ(asked[i].host, expected[i].host) << i;
    EXPECT_EQ(asked[i].address_type, 3) << i;
    EXPECT_EQ(asked[i].port, 80) << i;
  }
  EXPECT_EQ(server.requests().at(0).host, kOnion);
}

TEST_P(FetcherContract, SocksOverAUnixSocket) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  char folder[] = "/tmp/gasht-socks-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/s @1";
  {
    RecordingSocks socks(server.port(), path);
    Use({.socks = {"unix:" + path}});
    const FetchResult result = Fetch(ThroughTor(fmt::format("http://{}/", kOnion), "a"));
    EXPECT_EQ(result.body, "hi") << result.detail;
    ASSERT_EQ(socks.asked().size(), 1u);
    EXPECT_EQ(socks.asked()[0].host, kOnion);
  }
  unlink(path.c_str());
  const FetchResult gone = Fetch(ThroughTor("http://shop.example/", "b"));
  EXPECT_EQ(FetchOutcomeName(gone.outcome), "proxy_down") << gone.detail;
  rmdir(folder);
}

TEST_P(FetcherContract, EnvironmentCannotSteerIt) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  RecordingSocks socks(server.port()), trap(server.port());
  const std::string trap_url = "socks5h://" + trap.endpoint();
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    setenv(name, trap_url.c_str(), 1);
  for (const char* name : {"no_proxy", "NO_PROXY"}) setenv(name, "*", 1);
  Use({.socks = {socks.endpoint()}});
  EXPECT_EQ(Fetch(ThroughTor(fmt::format("http://{}/", kOnion), "a")).body, "hi");
  EXPECT_EQ(Fetch(ThroughTor("http://localhost/", "a")).body, "hi");
  EXPECT_EQ(Fetch(ThroughTor(server.Url("/"), "a")).body, "hi");
  for (const char* name : {"no_proxy", "NO_PROXY"}) unsetenv(name);
  EXPECT_EQ(Fetch(Direct(server.Url("/"))).body, "hi");
  EXPECT_EQ(socks.asked().size(), 3u);
  EXPECT_TRUE(trap.asked().empty());

  setenv("NO_PROXY", "*", 1);
  setenv("SSLKEYLOGFILE", "/tmp/keys", 1);
  ClearFetchEnvironment();
  for (const char* name :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NO_PROXY", "SSLKEYLOGFILE"})
    EXPECT_EQ(getenv(name), nullptr) << name;
}

TEST_P(FetcherContract, SocksRepliesBecomeOutcomes) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  RecordingSocks socks(server.port());
  Use({.socks = {socks.endpoint()}});
  const struct {
    uint8_t reply;
    std::string for_onion, for_name;
  } rows[] = {
      {1, "onion_unreachable", "exit_refused"},
      {2, "exit_refused", "exit_refused"},
      {3, "exit_refused", "exit_refused"},
      {4, "onion_unreachable", "dns_failed"},
      {5, "connection_refused", "connection_refused"},
      {6, "connect_timeout", "connect_timeout"},
      {7, "proxy_down", "proxy_down"},
      {8, "proxy_down", "proxy_down"},
      {0xF0, "onion_descriptor_missing", "onion_descriptor_missing"},
      {0xF1, "onion_descriptor_missing", "onion_descriptor_missing"},
      {0xF2, "onion_unreachable", "onion_unreachable"},
      {0xF3, "onion_unreachable", "onion_unreachable"},
      {0xF4, "onion_auth_needed", "onion_auth_needed"},
      {0xF5, "onion_auth_needed", "onion_auth_needed"},
      {0xF6, "bad_onion_address", "bad_onion_address"},
      {0xF7, "onion_unreachable", "onion_unreachable"},
      {0x42, "onion_unreachable", "exit_refused"},
  };
  for (const auto& row : rows) {
    socks.ReplyWith(row.reply);
    const FetchResult onion = Fetch(ThroughTor(fmt::format("http://{}/", kOnion), "a"));
    EXPECT_EQ(FetchOutcomeName(onion.outcome), row.for_onion) << int{row.reply} << ": " << onion.detail;
    const FetchResult name = Fetch(ThroughTor("http://shop.example/", "a"));
    EXPECT_EQ(FetchOutcomeName(name.outcome), row.for_name) << int{row.reply} << ": " << name.detail;
    EXPECT_NE(name.detail.find(fmt::format("({})", row.reply)), std::string::npos) << name.detail;
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(FetcherContract, BrokenProxiesAreOurOwnOutage) {
  const TestServer server(TestServer::Table({}));
  RecordingSocks socks(server.port());
  socks.BreakAfter(3);
  Use({.socks = {socks.endpoint()}});
  const FetchResult cut = Fetch(ThroughTor("http://shop.example/", "a"));
  EXPECT_EQ(FetchOutcomeName(cut.outcome), "proxy_down") << cut.detail;

  // A web server where SOCKS should be.
  Use({.socks = {fmt::format("127.0.0.1:{}", server.port())}});
  FetchRequest request = ThroughTor("http://shop.example/", "a");
  request.connect_timeout = milliseconds(300);
  const FetchResult wrong = Fetch(std::move(request));
  EXPECT_NE(FetchOutcomeName(wrong.outcome), "ok") << wrong.detail;

  uint16_t closed_port = 0;
  {
    const TestServer gone(TestServer::Table({}));
    closed_port = gone.port();
  }
  Use({.socks = {fmt::format("127.0.0.1:{}", closed_port)}});
  const FetchResult away = Fetch(ThroughTor("http://shop.example/", "a"));
  EXPECT_EQ(FetchOutcomeName(away.outcome), "proxy_down") << away.detail;
  EXPECT_TRUE(server.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Curl, FetcherContract, testing::Values(Where::kHere));
INSTANTIATE_TEST_SUITE_P(Child, FetcherContract, testing::Values(Where::kInAChild));
}  // namespace
}  // namespace gasht
