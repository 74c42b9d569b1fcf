// Pages of one known make each: what a channel, an invitation, a profile, a feed says.

#include <string>

#include <gtest/gtest.h>

#include "extract/extract.h"
#include "extract/written_time.h"

namespace gasht {
namespace {

PageContents Extract(std::string_view html, std::string_view url,
                     std::string_view content_type = "text/html") {
  HtmlInput input;
  input.bytes = html;
  input.url = url;
  input.content_type = content_type;
  ExtractOptions options;
  options.fetched_at = {1'700'000'000'000'000};  // 2023-11-14T22:13:20Z
  return ExtractPage(input, options);
}

// What a page says, a line each: the golden form of these tests.
std::string Show(const PageContents& page) {
  std::string out;
  for (const Message& m : page.messages) {
    out += "message " + m.id + " by [" + m.author + "] " + (m.time ? FormatRfc3339(*m.time) : "-") + " " +
           m.time_basis;
    if (m.views) out += " views=" + std::to_string(*m.views);
    if (!m.reply_to.empty()) out += " reply=" + m.reply_to;
    if (!m.forwarded_from.empty()) out += " from=[" + m.forwarded_from + "]";
    if (!m.media.empty()) out += " media=" + m.media;
    std::string text = m.text;
    for (char& c : text) c = c == '\n' ? '|' : c;
    out += " [" + text + "]\n";
  }
  for (const Listing& l : page.listings) {
    if (l.kind != ListingKind::kProfile) continue;
    out += "profile [" + l.title + "] " + l.vendor;
    for (const ListingFact& f : l.facts) out += " " + f.name + "=" + f.value;
    out += "\n";
  }
  for (const Weird& w : page.document.weirds) out += "weird " + w.name + " " + w.detail + "\n";
  for (const Link& l : page.document.links) {
    if (l.rel == "next" || l.rel == "prev") out += l.rel + " " + l.url + "\n";
  }
  return out;
}

TEST(Adapters, TelegramChannel) {
  constexpr std::string_view kPage =
      "<div class=tgme_channel_info><div class=tgme_channel_info_header_title><span>Lahore "
      "Maal</span></div><div "
      "class=tgme_channel_info_header_username><a href=https://t.me/lahoremaal>@lahoremaal</a></div><div "
      "class=tgme_channel_info_counters><div class=tgme_channel_info_counter><span "
      "class=counter_value>12.4K</span> <span "
      "class=counter_type>subscribers</span></div><div class=tgme_channel_info_counter><span "
      "class=counter_value>31</span> "
      "<span class=counter_type>photos</span></div></div><div class=tgme_channel_info_description>Home "
      "delivery</div></div>"
      "<section><a href='/s/lahoremaal?before=41' class='tme_messages_more js-messages_more' "
      "data-before=41></a>"
      "<div class='tgme_widget_message' data-post='lahoremaal/41'><div class=tgme_widget_message_author><a "
      "class=tgme_widget_message_owner_name><span>Lahore Maal</span></a></div><a "
      "class=tgme_widget_message_reply "
      "href='https://t.me/lahoremaal/40'><div class='tgme_widget_message_text "
      "js-message_reply_text'>old</div></a><div "
      "class='tgme_widget_message_text js-message_text'>Garda fresh<br>1 tola 2500</div><span "
      "class=tgme_widget_message_views>1.2K</span><a class=tgme_widget_message_date "
      "href=https://t.me/lahoremaal/41><time "
      "datetime='2023-11-01T10:00:00+00:00'>10:00</time></a></div>"
      "<div class='tgme_widget_message' data-post='lahoremaal/42'><div "
      "class=tgme_widget_message_forwarded_from>Forwarded from "
      "<a class=tgme_widget_message_forwarded_from_name><span>Karachi Maal</span></a></div><a "
      "class=tgme_widget_message_photo_wrap></a><span class=tgme_widget_message_views>90</span><time "
      "datetime='2023-11-02T10:00:00+00:00'>10:00</time></div>"
      "<div class='tgme_widget_message' data-post='lahoremaal/43'><div "
      "class='tgme_widget_message_voice_wrap'><audio "
      "class='tgme_widget_message_voice'></audio></div></div></section>";
  EXPECT_EQ(
      Show(Extract(kPage, "https://t.me/s/lahoremaal")),
      "message lahoremaal/41 by [Lahore Maal] 2023-11-01T10:00:00Z stated views=1200 reply=lahoremaal/40 "
      "[Garda fresh|1 tola "
      "2500]\n"
      "message lahoremaal/42 by [] 2023-11-02T10:00:00Z stated views=90 from=[Karachi Maal] media=photo []\n"
      "message lahoremaal/43 by [] - undecided media=voice []\n"
      "profile [Lahore Maal] lahoremaal subscribers=12.4K photos=31\n"
      "weird picture_unread 2\n"
      "next https://t.me/s/lahoremaal?before=41\n");
}

TEST(Adapters, TelegramInvitation) {
  EXPECT_EQ(
      Show(Extract(
          "<div class=tgme_page><div class=tgme_page_title><span>Maal Group</span></div><div "
          "class=tgme_page_extra>85 members, 4 online</div><div class=tgme_page_description>Only serious "
          "buyers, rate list daily</div></div>",
          "https://t.me/+abcdef")),
      "profile [Maal Group]  members=85\n");
}

TEST(Adapters, WhatsappInvitation) {
  const PageContents page = Extract(
      "<title>WhatsApp Group Invite</title><meta property=og:title content='Lahore Party Supply'><meta "
      "property=og:description "
      "content='WhatsApp Group Invite'><h3>Lahore Party Supply</h3><a href=#>Join chat</a>",
      "https://chat.whatsapp.com/AbCdEf123");
  EXPECT_EQ(Show(page), "profile [Lahore Party Supply] \n");
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.listings[0].site_id, "AbCdEf123");
  // A void invitation has no name.
  EXPECT_EQ(Show(Extract("<meta property=og:title content='WhatsApp Group Invite'><p>Join",
                         "https://chat.whatsapp.com/X")),
            "");
}

TEST(Adapters, SocialPages) {
  struct Case {
    std::string_view url, html, shown;
  };
  const Case cases[] = {
      {"https://www.instagram.com/kaka.lhr/",
       "<meta property=og:title content='Kaka (@kaka.lhr) &#8226; Instagram photos and videos'><meta "
       "property=og:description "
       "content='1,234 Followers, 56 Following, 78 Posts - See Instagram photos and videos from Kaka "
       "(@kaka.lhr)'>",
       "profile [Kaka] kaka.lhr subscribers=1,234\n"},
      {"https://www.instagram.com/p/CxYz/",
       "<meta property=og:title content='Kaka on Instagram: &quot;Fresh stock&quot;'><meta "
       "property=og:description content='12 likes, 3 "
       "comments - kaka.lhr on March 1, 2023: &quot;Fresh stock, DM for rates&quot;.'>",
       "message kaka.lhr/CxYz by [Kaka] 2023-03-01T00:00:00Z assumed:UTC media=photo [Fresh stock, DM for "
       "rates]\n"},
      {"https://www.facebook.com/lahorevapes",
       "<meta property=og:title content='Lahore Vapes'><meta property=og:description content='Lahore Vapes. "
       "3,210 likes. Shop in "
       "Lahore'>",
       "profile [Lahore Vapes] lahorevapes\n"},
      {"https://x.com/kaka/status/99",
       "<meta property=og:title content='Kaka (@kaka) on X'><meta property=og:description content='Stock is "
       "back, inbox'>",
       "message kaka/99 by [Kaka] - undecided [Stock is back, inbox]\n"},
      {"https://www.tiktok.com/@kaka/video/77",
       "<meta property=og:title content='Kaka on TikTok'><meta property=og:description content='New batch "
       "today'>",
       "message kaka/77 by [Kaka] - undecided media=video [New batch today]\n"},
      {"https://www.instagram.com/accounts/login/", "<meta property=og:title content='Instagram'>", ""},
      {"https://shop.example/kaka", "<meta property=og:title content='Kaka (@kaka)'>", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(Extract(c.html, c.url)), c.shown) << c.url;
}

TEST(Adapters, Feeds) {
  EXPECT_EQ(Show(Extract("<?xml version='1.0'?><rss version='2.0' "
                         "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Board</title>"
                         "<item><title>Garda for "
                         "sale</title><link>http://board.example/t/7</link><guid>t7</guid><dc:creator>kaka"
                         "</dc:creator><pubDate>Mon, 06 Nov 2023 05:01:00 "
                         "+0500</pubDate><description>&lt;p&gt;1 tola &lt;b&gt;2500&lt;/b&gt; "
                         "Rs&lt;/p&gt;</description></item></channel></rss>",
                         "http://board.example/feed", "application/rss+xml")),
            "message t7 by [kaka] 2023-11-06T00:01:00Z stated [Garda for sale|1 tola 2500 Rs]\n");
  EXPECT_EQ(Show(Extract("<feed "
                         "xmlns='http://www.w3.org/2005/Atom'><title>r/x</title><entry><author><name>/u/"
                         "lala</name></author><content "
                         "type='html'>&lt;p&gt;hello&lt;/p&gt;</content><id>t3_1</id><link "
                         "href='https://r.example/1'/><updated>"
                         "2023-11-06T00:00:00+00:00</updated><title>Question</title></entry></feed>",
                         "https://r.example/.rss", "application/atom+xml")),
            "message t3_1 by [lala] 2023-11-06T00:00:00Z stated [Question|hello]\n");
  EXPECT_EQ(Show(Extract("{\"id\":5,\"title\":\"Topic\",\"post_stream\":{\"posts\":[{\"post_number\":1,"
                         "\"username\":\"alice\",\"cooked\":\"<p>Hi "
                         "all</"
                         "p>\",\"created_at\":\"2023-05-01T10:00:00Z\"},{\"post_number\":2,\"username\":"
                         "\"bob\",\"cooked\":\"<p>Yo</p>\","
                         "\"reply_to_post_number\":1}]}}",
                         "https://d.example/t/5.json", "application/json")),
            "message 5/1 by [alice] 2023-05-01T10:00:00Z stated [Hi all]\nmessage 5/2 by [bob] - undecided "
            "reply=5/1 [Yo]\n");
  // Cut off in the middle: what came before is kept.
  EXPECT_EQ(Show(Extract("<rss><channel><item><title>One</title><guid>1</guid></item><item><title>Tw",
                         "http://b.example/f")),
            "message 1 by [] - undecided [One]\nmessage http://b.example/f by [] - undecided [Tw]\n");
  // No feed, though it looks like one at first.
  EXPECT_EQ(Show(Extract("<feedback><p>text</feedback>", "http://b.example/f")), "");
  EXPECT_EQ(Show(Extract("{\"a\":1}", "http://b.example/f")), "");
}

TEST(Adapters, VendorProfile) {
  const PageContents page = Extract(
      "<title>terpking - Market</title><h1>terpking</h1><ul><li>Vendor since: Jan 12, 2021</li><li>Rating: "
      "4.87</li><li>Sales: "
      "1,204</li><li>Last seen: 2 days ago</li></ul><h2>About</h2><p>Ships on weekdays. Refund of $20 at "
      "most.</p>",
      "http://market.onion/vendor/terpking");
  EXPECT_EQ(Show(page),
            "profile [terpking] terpking joined=Jan 12, 2021 rating=4.87 sales=1,204 last_seen=2 days ago\n");
}

TEST(Adapters, FactsOfAnItem) {
  const PageContents page = Extract(
      "<title>Resin 10g</title><h1>Resin 10g</h1><div class=price>$70.00</div><div>14 in stock, 311 "
      "sold</div><div>Minimum order: "
      "2</div><div>3 days ago</div><button>Buy now</button>",
      "http://market.onion/item/5");
  ASSERT_EQ(page.listings.size(), 1u);
  std::string facts;
  for (const ListingFact& f : page.listings[0].facts) facts += f.name + "=" + f.value + "\n";
  EXPECT_EQ(facts,
            "stock=14\nsold=311\nmin_order=2\nposted=3 days "
            "ago\nposted_at=2023-11-11T22:13:20Z\nposted_basis=assumed:UTC\n");
}

TEST(Adapters, PagesAreTurned) {
  EXPECT_EQ(Show(Extract("<div class=pages><a href=?page=1>&laquo; Previous</a> <a href=?page=2>2</a> <a "
                         "href=?page=3>Next &raquo;</a></div>",
                         "http://b.example/f")),
            "prev http://b.example/f?page=1\nnext http://b.example/f?page=3\n");
  EXPECT_EQ(Show(Extract("<ul class=pagination><li><a href=/p/2>2</a></li><li class=next><a "
                         "href=/p/2>&rsaquo;</a></li></ul><a "
                         "href=/x>اگلا</a><a href=/story>Next steps for our team</a>",
                         "http://b.example/f")),
            "next http://b.example/p/2\nnext http://b.example/x\n");
}

TEST(Adapters, CaptionsOnAPersonsPageAreOffers) {
  const PageContents page =
      ExtractPage({"<title>Kaka (@kaka.lhr) - Instagram photos</title><meta property='og:title' "
                   "content='Kaka (@kaka.lhr)'>"
                   "<p>Brownies box of 6 - Rs 8,500</p><p>Purple batch 3.5g = 11k</p><p>Charas 10g, Rs "
                   "4000</p><p>Lahore only</p>",
                   "text/html; charset=utf-8", "https://www.instagram.com/kaka.lhr/", 200},
                  {});
  ASSERT_EQ(page.listings.size(), 4u);
  EXPECT_EQ(page.listings[0].kind, ListingKind::kProfile);
  for (const Listing& listing : page.listings) EXPECT_EQ(listing.vendor, "kaka.lhr") << listing.title;
  EXPECT_EQ(page.listings[1].title, "Brownies box of 6");
  EXPECT_EQ(page.listings[3].prices[0].amount.amount(), "4000");
}

TEST(Adapters, TheNextTopicIsNoNextPage) {
  EXPECT_EQ(Show(Extract("<a href='index.php?topic=7.0;prev_next=next#new'>next &raquo;</a>"
                         "<a href='showthread.php?t=7&amp;goto=nextnewest'>Next</a>"
                         "<a href='viewtopic.php?t=7&amp;view=next'>Next</a>"
                         "<a href='index.php?topic=7.15'>&raquo; Next</a>",
                         "http://b.example/")),
            "next http://b.example/index.php?topic=7.15\n");
}

TEST(WrittenTime, InUrduAndWithZones) {
  const UtcTime now{1'700'000'000'000'000};
  struct Case {
    std::string_view text, time, basis;
  };
  const Case cases[] = {{"دو دن پہلے", "2023-11-12T22:13:20Z", "assumed:UTC"},
                        {"۳ گھنٹے پہلے", "2023-11-14T19:13:20Z", "assumed:UTC"},
                        {"ایک ہفتہ قبل", "2023-11-07T22:13:20Z", "assumed:UTC"},
                        {"do din pehle", "2023-11-12T22:13:20Z", "assumed:UTC"},
                        {"5 مارچ 2023", "2023-03-05T00:00:00Z", "assumed:UTC"},
                        {"۵ مارچ، ۲۰۲۳", "2023-03-05T00:00:00Z", "assumed:UTC"},
                        {"Mon, 06 Nov 2023 05:01:00 +0500", "2023-11-06T00:01:00Z", "stated"},
                        {"Mon, 06 Nov 2023 05:01:00 GMT", "2023-11-06T05:01:00Z", "stated"},
                        {"پہلے", "", "undecided"}};
  for (const Case& c : cases) {
    const WrittenTime got = ParseWrittenTime(c.text, now);
    EXPECT_EQ(got.time ? FormatRfc3339(*got.time) : "", c.time) << c.text;
    EXPECT_EQ(got.basis, c.basis) << c.text;
  }
}

}  // namespace
}  // namespace gasht
