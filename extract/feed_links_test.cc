#include "extract/feed_links.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

std::string Read(std::string_view bytes) {
  std::string out;
  for (const Link& link : FeedLinks(bytes, "http://shop.example/map/s.xml"))
    out += link.url + "|" + link.text + "|" + link.rel + "\n";
  return out;
}

TEST(FeedTest, AddressesOfMapsAndFeeds) {
  const struct {
    const char* bytes;
    const char* links;
  } rows[] = {
      {"<?xml version='1.0'?><urlset><url><loc> http://shop.example/a?x=1&amp;y=2 </loc></url>"
       "<url><loc>/b</loc><lastmod>2026-01-01</lastmod></url></urlset>",
       "http://shop.example/a?x=1&y=2||\nhttp://shop.example/b||\n"},
      {"<sitemapindex><sitemap><loc>http://shop.example/s2.xml</loc></sitemap></sitemapindex>",
       "http://shop.example/s2.xml||sitemap\n"},
      {"<rss><channel><title>Bazaar</title><link>http://shop.example/</link><item><title>Charas &#x2013; 1 "
       "tola"
       "</title><link><![CDATA[http://shop.example/item/1]]></link></item></channel></rss>",
       "http://shop.example/item/1|Charas \xe2\x80\x93 1 tola|\n"},
      {"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='/feed'/><entry><title>x</title>"
       "<link rel=\"alternate\" href=\"/p/7\"/><link rel='edit' href='/edit/7'/></entry></feed>",
       "http://shop.example/p/7|x|\n"},
      {"<rdf:RDF><item><rss:link>/q</rss:link></item></rdf:RDF>", "http://shop.example/q||\n"},
      // Broken in every way.
      {"", ""},
      {"<loc>http://shop.example/a", ""},
      {"<loc>javascript:alert(1)</loc><loc>http://[</loc><loc></loc>", ""},
      {"<!-- <loc>/hidden</loc> --><loc>/seen</loc>", "http://shop.example/seen||\n"},
      {"<![CDATA[<loc>/x</loc>", ""},
      {"<loc>/a&#0;&#xd800;&bogus;</loc>", "http://shop.example/a&||\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(Read(row.bytes), row.links) << row.bytes;
}

TEST(FeedTest, HostileFilesStayWithinBounds) {
  std::string many;
  for (size_t i = 0; i < kMaxFeedLinks + 100; ++i) many += "<loc>/a</loc>";
  EXPECT_EQ(FeedLinks(many, "http://shop.example/").size(), kMaxFeedLinks);
  EXPECT_TRUE(FeedLinks(std::string(4 << 20, '<'), "http://shop.example/").empty());
  EXPECT_TRUE(FeedLinks(many, "not a url").empty());
}

}  // namespace
}  // namespace gasht
