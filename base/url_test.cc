#include "base/url.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <sstream>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "tests/support/shared_data.h"

namespace gasht {
namespace {

using namespace std::string_view_literals;

TEST(UrlTest, CanonicalForm) {
  struct Case {
    std::string_view input;
    std::string_view canonical;
  };
  for (const Case& c : {
           Case{"http://example.org", "http://example.org/"},
           Case{"HTTP://EXAMPLE.Org:80/A?B#c", "http://example.org/A?B"},
           Case{"https://example.org:443/", "https://example.org/"},
           Case{"https://example.org:80/", "https://example.org:80/"},
           Case{"  \thttp://example.org/a\nb\t ", "http://example.org/ab"},
           Case{"http:\\\\example.org\\a\\b?c\\d", "http://example.org/a/b?c%5Cd"},
           Case{"http:/example.org/x", "http://example.org/x"},
           Case{"http:////example.org/x", "http://example.org/x"},
           Case{"http://example.org?q", "http://example.org/?q"},
           Case{"http://example.org/?", "http://example.org/"},
           Case{"http://example.org/a b?c d'", "http://example.org/a%20b?c%20d%27"},
           Case{"http://example.org/%7euser/%2f%c3%a9%3F", "http://example.org/~user/%2F%C3%A9%3F"},
           Case{"http://example.org/چرس", "http://example.org/%DA%86%D8%B1%D8%B3"},
           Case{"http://example.org/100%/%zz", "http://example.org/100%25/%25zz"},
           Case{"http://example.org/a/./b/../c", "http://example.org/a/c"},
           Case{"http://example.org/open/%2e%2E/closed", "http://example.org/closed"},
           Case{"http://example.org/a/..", "http://example.org/"},
           Case{"http://example.org/a/b/.", "http://example.org/a/b/"},
           Case{"http://example.org/../../a", "http://example.org/a"},
           Case{"http://example.org//a//b", "http://example.org//a//b"},
           Case{"http://example.org/a\0b"sv, "http://example.org/a%00b"},
           Case{"http://1.2.3.4/", "http://1.2.3.4/"},
           Case{"http://0x7f.1/", "http://127.0.0.1/"},
           Case{"http://2130706433/", "http://127.0.0.1/"},
           Case{"http://0177.0.0.01/", "http://127.0.0.1/"},
           Case{"http://%31%32%37.1", "http://127.0.0.1/"},
           Case{"http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/"},
           Case{"http://BÜCHER.example/", "http://xn--bcher-kva.example/"},
           Case{"http://مثال.پاکستان/", "http://xn--mgbh0fb.xn--mgbai9azgqp6j/"},
           Case{"http://faß.example/", "http://xn--fa-hia.example/"},
           Case{"http://Ｇｏ.com/", "http://go.com/"},
           Case{"http://a_b.example/", "http://a_b.example/"},
       }) {
    const auto url = Url::Parse(c.input);
    ASSERT_TRUE(url.ok()) << c.input << ": " << url.status().message();
    EXPECT_EQ(url->str(), c.canonical) << c.input;
    const auto again = Url::Parse(url->str());
    ASSERT_TRUE(again.ok()) << url->str();
    EXPECT_EQ(again->str(), url->str()) << "a canonical URL must be its own canonical form";
  }
}

TEST(UrlTest, Refused) {
  const std::string long_path = "http://example.org/" + std::string(8192, 'a');
  const std::string grows = "http://example.org/" + std::string(4000, ' ') + "x";
  const std::string long_host = "http://" + std::string(127, 'a') + "." + std::string(127, 'b') + "/";
  struct Case {
    std::string_view input;
    const char* because;
  };
  for (const Case& c : {
           Case{"", "no scheme"},
           Case{"example.org", "no scheme"},
           Case{"//example.org/", "no scheme"},
           Case{"ftp://example.org/", "only http and https"},
           Case{"javascript:alert(1)", "only http and https"},
           Case{"mailto:a@example.org", "only http and https"},
           Case{"data:text/html,x", "only http and https"},
           Case{"http://", ""},
           Case{"http://user@example.org/", "prohibited"},
           Case{"http://user:pass@example.org/", "prohibited"},
           Case{"http://example.org\\@evil.example/", nullptr},  // a path: the host is example.org
           Case{"http://example.org:0/", "port"},
           Case{"http://example.org:65536/", ""},
           Case{"http://example.org:x/", ""},
           Case{"http://example.org./", "empty label"},
           Case{"http://.onion/", "empty label"},
           Case{"http://a..b/", "empty label"},
           Case{"http://a\0b/"sv, ""},
           Case{"http://a b/", ""},
           Case{"http://a|b/", "not allowed in a host"},
           Case{"http://a%7Cb/", "not allowed in a host"},
           Case{"http://a%00b/", ""},
           Case{"http://a%2Fb/", ""},
           Case{"http://1.2.3.4.5/", "IPv4"},
           Case{"http://256.1.1.1/", "IPv4"},
           Case{"http://example.1/", "IPv4"},
           Case{"http://1.2.3.08/", "IPv4"},
           Case{"http://4294967296/", "IPv4"},
           Case{"http://[fe80::1%25eth0]/", "zone"},
           Case{"http://[::g]/", ""},
           Case{"http://xn--/", "no valid domain name"},
           Case{"http://a\xff.example/", "no valid domain name"},
           Case{long_host, ""},
           Case{long_path, "8192"},
           Case{grows, "8192"},
       }) {
    const auto url = Url::Parse(c.input);
    if (c.because == nullptr) {
      ASSERT_TRUE(url.ok()) << c.input;
      EXPECT_EQ(url->host(), "example.org") << c.input;
      continue;
    }
    ASSERT_FALSE(url.ok()) << c.input << " became " << url->str();
    EXPECT_EQ(url.status().code(), StatusCode::kInvalidArgument) << c.input;
    EXPECT_NE(url.status().message().find(c.because), std::string::npos)
        << c.input << ": " << url.status().message();
  }
}

TEST(UrlTest, ResolvesAgainstAPage) {
  const auto base = Url::Parse("https://example.org:8443/a/b?q=1");
  ASSERT_TRUE(base.ok());
  struct Case {
    std::string_view reference;
    std::string_view resolved;  // empty: refused
  };
  for (const Case& c : {
           Case{"", "https://example.org:8443/a/b?q=1"},
           Case{"#top", "https://example.org:8443/a/b?q=1"},
           Case{"?page=2", "https://example.org:8443/a/b?page=2"},
           Case{"c", "https://example.org:8443/a/c"},
           Case{"./c/../d", "https://example.org:8443/a/d"},
           Case{"../../..", "https://example.org:8443/"},
           Case{"/c?d", "https://example.org:8443/c?d"},
           Case{"\\c", "https://example.org:8443/c"},
           Case{"//other.example/c", "https://other.example/c"},
           Case{"\\\\other.example", "https://other.example/"},
           Case{"////other.example", "https://other.example/"},
           Case{"https:c", "https://example.org:8443/a/c"},
           Case{"https:/c", "https://example.org:8443/c"},
           Case{"http:/other.example/c", "http://other.example/c"},
           Case{" https://other.example ", "https://other.example/"},
           Case{"1:2", "https://example.org:8443/a/1:2"},
           Case{":c", "https://example.org:8443/a/:c"},
           Case{"c:d/e", ""},
           Case{"mailto:x@example.org", ""},
           Case{"JavaScript:void(0)", ""},
           Case{"//user@other.example/", ""},
           Case{"//", ""},
       }) {
    const auto url = Url::Resolve(*base, c.reference);
    EXPECT_EQ(url.ok() ? url->str() : "", c.resolved) << "'" << c.reference << "'";
  }
}

TEST(UrlTest, Parts) {
  const auto url = Url::Parse("https://Shop.Example.co.uk:8443/a/b?x=1&y=2");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme(), "https");
  EXPECT_EQ(url->host(), "shop.example.co.uk");
  EXPECT_EQ(url->port(), 8443);
  EXPECT_EQ(url->path(), "/a/b");
  EXPECT_EQ(url->query(), "x=1&y=2");
  EXPECT_EQ(url->origin(), "https://shop.example.co.uk:8443");
  EXPECT_FALSE(url->is_onion());
  EXPECT_EQ(Url::Parse("http://example.org/")->port(), 80);
}

TEST(UrlTest, WithoutParams) {
  struct Case {
    std::string_view url;
    std::vector<std::string> names;
    std::string_view left;
  };
  for (const Case& c : {
           Case{"http://a/?x=1&sid=2&y=3", {"sid"}, "http://a/?x=1&y=3"},
           Case{"http://a/?sid=2", {"sid"}, "http://a/"},
           Case{"http://a/?sid&sid=&SID=1", {"sid"}, "http://a/?SID=1"},
           Case{"http://a/?xsid=2&sidx=3", {"sid"}, "http://a/?xsid=2&sidx=3"},
           Case{"http://a/?b=1&a=2&&c", {"a", "c"}, "http://a/?b=1&"},
           Case{"http://a/?x", {}, "http://a/?x"},
           Case{"http://a/", {"x"}, "http://a/"},
       }) {
    const auto url = Url::Parse(c.url);
    ASSERT_TRUE(url.ok()) << c.url;
    EXPECT_EQ(url->WithoutParams(c.names).str(), c.left) << c.url;
  }
}

TEST(UrlTest, IpLiterals) {
  struct Case {
    std::string_view url;
    bool is_ip;
  };
  for (const Case& c :
       {Case{"http://127.0.0.1/", true}, Case{"http://0x7f.1/", true}, Case{"http://[::1]/", true},
        Case{"http://localhost/", false}, Case{"http://1.example/", false}, Case{"http://0x7g/", false}}) {
    const auto url = Url::Parse(c.url);
    ASSERT_TRUE(url.ok()) << c.url;
    EXPECT_EQ(url->is_ip_literal(), c.is_ip) << c.url;
  }
}

TEST(UrlTest, RegistrableDomains) {
  const std::string onion(56, 'a');
  struct Case {
    std::string host, domain;
  };
  for (const Case& c : {
           Case{"a.b.example.co.uk", "example.co.uk"},
           Case{"shop.example.com.pk", "example.com.pk"},
           Case{"example.org", "example.org"},
           Case{"co.uk", "co.uk"},
           Case{"localhost", "localhost"},
           Case{"127.0.0.1", "127.0.0.1"},
           Case{"[::1]", "[::1]"},
           Case{onion + ".onion", onion + ".onion"},
           Case{"www.shop." + onion + ".onion", onion + ".onion"},
           Case{".onion", ".onion"},
       }) {
    EXPECT_EQ(RegistrableDomain(c.host), c.domain) << c.host;
  }
}

TEST(OnionTest, Checks) {
  // Of the specification: a service that the Tor Project ran.
  const std::string good = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd";
  std::string wrong = good;
  wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
  std::string other_version = good;
  other_version.back() = 'c';
  struct Case {
    std::string host;
    OnionCheck check;
  };
  for (const Case& c : {
           Case{good + ".onion", OnionCheck::kValid},
           Case{"www." + good + ".onion", OnionCheck::kValid},
           Case{"PG6MMJIYJMCRSSLVYKFWNNTLARU7P5SVN6Y2YMMJU6NUBXNDF4PSCRYD.onion", OnionCheck::kValid},
           Case{wrong + ".onion", OnionCheck::kBadChecksum},
           Case{other_version + ".onion", OnionCheck::kBadVersion},
           Case{good.substr(1) + ".onion", OnionCheck::kWrongLength},
           Case{"expyuzz4wqqyqhjn.onion", OnionCheck::kWrongLength},
           Case{".onion", OnionCheck::kWrongLength},
           Case{std::string(55, 'a') + "1.onion", OnionCheck::kBadCharacter},
           Case{good + ".example", OnionCheck::kNotOnion},
           Case{"", OnionCheck::kNotOnion},
       }) {
    EXPECT_EQ(CheckOnion(c.host), c.check) << c.host << ": " << OnionCheckName(CheckOnion(c.host));
  }
}

TEST(OnionTest, SharedAddresses) {
  const auto dir = SharedDataDir("24-onion-v3-addresses");
  if (!dir) return;
  const auto text = ReadFile(*dir + "/onion_v3.jsonl", 1 << 20);
  ASSERT_TRUE(text.ok());
  std::istringstream lines(*text);
  int count = 0, valid = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = Json::Parse(line);
    ASSERT_TRUE(json.ok()) << line;
    const bool ok = CheckOnion(json->StringOr("host")) == OnionCheck::kValid;
    EXPECT_EQ(ok, json->Find("valid")->as_bool()) << line;
    ++count;
    valid += ok ? 1 : 0;
  }
  std::cout << "onion addresses: " << count << " judged as expected, " << valid << " of them valid\n";
  EXPECT_GT(count, 50);
}

// Where our canonical form differs from WHATWG's on purpose. Each difference needs a name here.
std::string_view KnownDifference(const std::string& ours, const std::string& theirs) {
  const auto without_escapes = [](const std::string& url) {
    std::string out;
    for (size_t i = 0; i < url.size(); ++i) {
      const auto raw = url[i] == '%' ? HexDecode(url.substr(i + 1, 2)) : Status::NotFound("");
      if (raw.ok() && raw->size() == 1) {
        out += *raw;
        i += 2;
      } else {
        out += url[i];
      }
    }
    return out;
  };
  if (ours + "?" == theirs) return "an empty query is none";
  if (ours.starts_with("http://[::") && theirs.starts_with("http://[::"))
    return "IPv4 inside IPv6 stays dotted";
  if (without_escapes(ours) == without_escapes(theirs))
    return "escapes are normal (RFC 3986, 6.2.2) and whole";
  return "";
}

// Where we refuse what WHATWG takes.
std::string_view KnownRefusal(const std::string& why, const std::string& href) {
  if (why.find("Credentials") != std::string::npos) return "user names and passwords";
  if (href.find('@') != std::string::npos) return "user names and passwords";
  if (why.find("port") != std::string::npos) return "port 0";
  if (why.find("empty label") != std::string::npos) return "hosts with an empty label";
  if (href == "http://!\"$&'()*+,-.;=_`{}~/") return "hosts that no DNS name can be";
  if (href == "https://xn--n3h/") return "IDNA 2008 has no symbols";
  return "";
}

TEST(UrlTest, AgreesWithWhatwg) {
  const auto dir = SharedDataDir("27-url-whatwg");
  if (!dir) return;
  const auto text = ReadFile(*dir + "/urltestdata.json", 4 << 20);
  ASSERT_TRUE(text.ok());
  // Lone surrogates are no UTF-8; nothing here depends on them.
  std::string mended = *text;
  for (size_t at = 0; (at = mended.find("\\ud", at)) != std::string::npos; at += 2)
    mended.replace(at, 6, "\\ufffd");
  for (size_t at = 0; (at = mended.find("\\uD", at)) != std::string::npos; at += 2)
    mended.replace(at, 6, "\\ufffd");
  const auto cases = Json::Parse(mended);
  ASSERT_TRUE(cases.ok()) << cases.status().message();

  int taken = 0, same = 0, refusable = 0;
  std::map<std::string_view, int> differences, refusals;
  for (const Json& c : cases->items()) {
    if (!c.is_object()) continue;
    const std::string input = c.StringOr("input"), base = c.StringOr("base"), href = c.StringOr("href");
    if (input.find("\xef\xbf\xbd") != std::string::npos) continue;
    Result<Url> url = Url::Parse(base.empty() ? input : base);
    if (url.ok() && !base.empty()) url = Url::Resolve(*url, input);
    const std::string protocol = c.StringOr("protocol");
    if (protocol != "http:" && protocol != "https:") {
      ++refusable;
      EXPECT_FALSE(url.ok()) << "'" << input << "' on '" << base << "' became " << url->str();
      continue;
    }
    const std::string expected = href.substr(0, href.find('#'));
    if (!url.ok()) {
      const auto known =
          KnownRefusal(url.status().message(), base.find('@') == std::string::npos ? href : base);
      EXPECT_NE(known, "") << "'" << input << "' on '" << base << "': " << url.status().message();
      ++refusals[known];
      continue;
    }
    ++taken;
    if (url->str() == expected) {
      ++same;
      continue;
    }
    const auto known = KnownDifference(url->str(), expected);
    EXPECT_NE(known, "") << "'" << input << "' on '" << base << "': " << url->str()
                         << ", WHATWG: " << expected;
    ++differences[known];
  }
  std::cout << "WHATWG: of " << taken << " http(s) URLs taken, " << same << " have the same href; "
            << refusable << " that are no http(s) URLs all refused\n";
  for (const auto& [name, count] : differences) std::cout << "  differs, " << name << ": " << count << "\n";
  for (const auto& [name, count] : refusals) std::cout << "  refused, " << name << ": " << count << "\n";
  EXPECT_GT(taken, 150);
}

}  // namespace
}  // namespace gasht
