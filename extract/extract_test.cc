#include "extract/extract.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/forum.h"
#include "extract/item_labels.h"
#include "extract/listings.h"
#include "extract/signature.h"
#include "extract/structured.h"
#include "extract/telegram.h"

namespace gasht {
namespace {

PageContents Extract(std::string_view html, const ExtractOptions& options = {}) {
  HtmlInput input;
  input.bytes = html;
  input.url = "http://market.onion/page";
  return ExtractPage(input, options);
}

std::string Show(const Listing& l) {
  std::string out = std::string(ListingKindName(l.kind)) + " [" + l.title + "]";
  if (!l.vendor.empty()) out += " by " + l.vendor;
  for (const Price& p : l.prices) {
    out += " " + p.amount.amount() + " " + p.amount.currency;
    if (p.amount_max) out += ".." + p.amount_max->amount();
  }
  if (l.quantity) out += " q=" + l.quantity->value + l.quantity->unit;
  if (!l.site_id.empty()) out += " #" + l.site_id;
  return out;
}

std::string Show(const std::vector<Listing>& listings) {
  std::string out;
  for (const Listing& l : listings) out += Show(l) + "\n";
  return out;
}

// Three markets in three ways of building a page, none of them known to anybody.
constexpr std::string_view kCards =
    "<title>Bazaar</title><ul class=nav><li><a href=/>Home</a><li><a href=/cat>Categories</a></ul>"
    "<div class=rates><span>BTC 60000 USD</span> <span>XMR 150 USD</span></div><div class=grid>"
    "<div class='card odd'><a href=/item/101><img alt=x></a><h3><a href=/item/101>Afghan resin 5g</a></h3>"
    "<p>by <a href=/user/kaka>kaka</a> (120)</p><span class=price>$45.00</span> <small>0.00075 BTC</small>"
    "<a href=/item/101>Buy now</a></div>"
    "<div class='card even'><h3><a href=/item/102>Blue pills x 20</a></h3><p>by <a "
    "href=/user/lala>lala</a></p>"
    "<del>$90.00</del> <span class=price>$80.00</span><a href=/item/102>Buy now</a></div>"
    "<div class='card odd'><h3><a href=/item/103>Sample $5 pack</a></h3><p>by <a href=/user/kaka>kaka</a></p>"
    "<span class=price>$6.50</span><a href=/item/103>Buy now</a></div></div>";

TEST(ExtractPage, CardsWithoutAProfile) {
  EXPECT_EQ(Show(Extract(kCards).listings),
            "offer [Afghan resin 5g] by kaka 45.00 USD 0.00075 BTC q=5g #101\n"
            "offer [Blue pills x 20] by lala 80.00 USD q=20tablet #102\n"
            "offer [Sample $5 pack] by kaka 6.50 USD #103\n");
}

TEST(ExtractPage, ATableWithAHead) {
  const PageContents page = Extract(
      "<table><tr><th>Maal</th><th>Wazan</th><th>Rate (PKR)</th></tr>"
      "<tr><td>Garda A1</td><td>1 tola</td><td>2500</td></tr>"
      "<tr><td>Afeem</td><td>10 g</td><td>1,800</td></tr></table>");
  EXPECT_EQ(Show(page.listings), "offer [Garda A1] 2500 PKR q=1tola\noffer [Afeem] 1800 PKR q=10g\n");
}

TEST(ExtractPage, AnItemAlone) {
  const PageContents page = Extract(
      "<title>Resin 10g - Bazaar</title><div class=menu><a href=/>Home</a> BTC 0.00</div><h1>Resin 10g</h1>"
      "<div>Vendor: <a href=/vendor/kaka>kaka</a> (120)</div><div>Price: 70.00 USD (0.0012 BTC)</div>"
      "<div>Ships from: Pakistan</div><div>Ships to: Worldwide</div><div>Category: Hash</div><p>Good "
      "stuff.</p>"
      "<input type=submit value='Buy now'>");
  ASSERT_EQ(page.listings.size(), 1u) << Show(page.listings);
  const Listing& item = page.listings[0];
  EXPECT_EQ(Show(item), "offer [Resin 10g] by kaka 70.00 USD 0.0012 BTC q=10g");
  EXPECT_EQ(item.ships_from, "Pakistan");
  EXPECT_EQ(item.ships_to, "Worldwide");
  EXPECT_EQ(item.category, "Hash");
}

TEST(ExtractPage, PagesThatOfferNothing) {
  for (const char* html : {
           "<h1>Exchange rates</h1><ul><li>USD 7116.20<li>EUR 6400.10<li>GBP 5400.00</ul>",
           "<h1>News</h1><p>Police seized drugs worth $5 million in Karachi on Monday.</p>",
           "<form><input type=text name=user><input type=password name=p></form>",
           "<div class=feedback><div><b>Great</b> 0.009 BTC</div><div><b>Good</b> 0.008 BTC</div></div>",
       }) {
    EXPECT_TRUE(Extract(html).listings.empty()) << html << "\n" << Show(Extract(html).listings);
  }
}

TEST(ExtractPage, ByProfile) {
  ExtractOptions options;
  options.profile.name = "cards";
  options.profile.item = "div.card";
  options.profile.title = "h3 a";
  options.profile.price = "span.price";
  options.profile.vendor = "p a";
  options.profile.url = "h3 a@href";
  options.profile.ships_from = "div.from";
  const PageContents page = Extract(kCards, options);
  EXPECT_EQ(Show(page.listings),
            "offer [Afghan resin 5g] by kaka 45.00 USD q=5g #101\n"
            "offer [Blue pills x 20] by lala 80.00 USD q=20tablet #102\n"
            "offer [Sample $5 pack] by kaka 6.50 USD #103\n");
  EXPECT_EQ(page.listings[0].url, "http://market.onion/item/101");
  const Weird unmatched{"profile_unmatched", "ships_from"};
  EXPECT_NE(std::find(page.document.weirds.begin(), page.document.weirds.end(), unmatched),
            page.document.weirds.end());
}

TEST(ExtractPage, ABrokenProfileIsSaid) {
  ExtractOptions options;
  options.profile.item = "div[";
  const PageContents page = Extract(kCards, options);
  const Weird weird{"profile_selector", "item"};
  EXPECT_NE(std::find(page.document.weirds.begin(), page.document.weirds.end(), weird),
            page.document.weirds.end());
}

TEST(ExtractPage, JsonLd) {
  const PageContents page = Extract(
      "<script type='application/ld+json'>/* shop */ "
      "{\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":[\"Product\"],"
      "\"name\":\"Tramal 50mg strip\",\"sku\":\"T-50\",\"offers\":{\"@type\":\"Offer\",\"price\":\"350\","
      "\"priceCurrency\":\"PKR\",\"seller\":{\"@type\":\"Organization\",\"name\":\"Dawa "
      "Shop\"},},}]}</script><p>x");
  EXPECT_EQ(Show(page.listings), "offer [Tramal 50mg strip] by Dawa Shop 350 PKR #T-50\n");
}

TEST(ExtractPage, Microdata) {
  const PageContents page = Extract(
      "<div itemscope itemtype='http://schema.org/Product'><h1 itemprop=name>Syrup 120 ml</h1>"
      "<div itemprop=brand itemscope itemtype='http://schema.org/Brand'><span itemprop=name>ACME</span></div>"
      "<div itemprop=offers itemscope itemtype='http://schema.org/Offer'><meta itemprop=priceCurrency "
      "content=EUR>"
      "<span itemprop=price content='12.50'>12,50</span></div></div>");
  EXPECT_EQ(Show(page.listings), "offer [Syrup 120 ml] 12.50 EUR q=120ml\n");
}

TEST(ExtractPage, OpenGraph) {
  const PageContents page = Extract(
      "<head><meta property=og:title content='Vape kit'><meta property='product:price:amount' "
      "content='19.99'>"
      "<meta property='product:price:currency' content=GBP></head><p>x");
  EXPECT_EQ(Show(page.listings), "offer [Vape kit] 19.99 GBP\n");
}

TEST(MendJson, WhatPagesWrite) {
  EXPECT_EQ(MendJson("<!-- {\"a\": [1, 2, ], } -->"), " {\"a\": [1, 2 ] }");
  EXPECT_EQ(MendJson("{\"a\":\"x\ny\"} // end"), "{\"a\":\"x y\"}");
  EXPECT_EQ(MendJson("{\"u\":\"http://x/*y*/\"};"), "{\"u\":\"http://x/*y*/\"}");
}

// The markup of Telegram's public preview, with words of our own.
constexpr std::string_view kTelegram =
    "<div class='tgme_widget_message_wrap'><div class='tgme_widget_message js-widget_message' "
    "data-post='fooshop/12'>"
    "<div class='tgme_widget_message_author'><a class='tgme_widget_message_owner_name' "
    "href='https://t.me/fooshop'>"
    "<span>Foo &amp; Shop</span></a></div>"
    "<div class='tgme_widget_message_forwarded_from accent_color'>Forwarded from <a "
    "class='tgme_widget_message_forwarded_from_name' href='https://t.me/bar/3'>Bar</a></div>"
    "<a class='tgme_widget_message_reply' href='https://t.me/fooshop/11'><div "
    "class='tgme_widget_message_text "
    "js-message_reply_text'>the question</div></a>"
    "<div class='tgme_widget_message_text js-message_text'>Charas 1 tola 2500 PKR<br/><br/>WhatsApp "
    "<b>0301</b>-2345678</div>"
    "<div class='tgme_widget_message_footer'><span class='tgme_widget_message_views'>12.4K</span>"
    "<a class='tgme_widget_message_date' href='https://t.me/fooshop/12'><time "
    "datetime='2023-02-28T16:38:34+00:00'>16:38"
    "</time></a></div></div></div>"
    "<div class='tgme_widget_message_wrap'><div class='tgme_widget_message js-widget_message' "
    "data-post='fooshop/13'>"
    "<a class='tgme_widget_message_photo_wrap' href='https://t.me/fooshop/13'></a>"
    "<a class='tgme_widget_message_date' href='https://t.me/fooshop/13'><time "
    "datetime='2023-02-28T17:00:00+05:00'></time></a>"
    "</div></div>";

TEST(ExtractPage, TelegramPreview) {
  ExtractOptions options;
  options.source_kind = SourceKind::kTelegramChannel;
  const PageContents page = Extract(kTelegram, options);
  ASSERT_EQ(page.messages.size(), 2u);
  const Message& m = page.messages[0];
  EXPECT_EQ(m.id, "fooshop/12");
  EXPECT_EQ(m.author, "Foo & Shop");
  EXPECT_EQ(m.text, "Charas 1 tola 2500 PKR\n\nWhatsApp 0301-2345678");
  EXPECT_EQ(m.views, 12'400);
  EXPECT_EQ(m.reply_to, "fooshop/11");
  EXPECT_EQ(m.forwarded_from, "Bar");
  EXPECT_EQ(m.time_basis, "stated");
  ASSERT_TRUE(m.time);
  EXPECT_EQ(FormatRfc3339(*m.time), "2023-02-28T16:38:34Z");
  EXPECT_EQ(FormatRfc3339(*page.messages[1].time), "2023-02-28T12:00:00Z");
  EXPECT_EQ(Show(page.listings), "message [Charas 1 tola] by Foo & Shop 2500 PKR q=1tola #fooshop/12\n");
  ASSERT_FALSE(page.listings[0].identifiers.empty());
  EXPECT_EQ(page.listings[0].identifiers[0].value, "+923012345678");
  EXPECT_EQ(page.listings[0].identifiers[0].role, IdentifierRole::kSeller);
  const Weird unread{"picture_unread", "1"};
  EXPECT_NE(std::find(page.document.weirds.begin(), page.document.weirds.end(), unread),
            page.document.weirds.end());
}

TEST(ParseCount, Forms) {
  EXPECT_EQ(ParseCount("1"), 1);
  EXPECT_EQ(ParseCount("12.4K"), 12'400);
  EXPECT_EQ(ParseCount("1.05M"), 1'050'000);
  EXPECT_EQ(ParseCount("1 234"), 1234);
  EXPECT_FALSE(ParseCount("views"));
}

TEST(ExtractPage, Forums) {
  struct Case {
    const char* software;
    const char* html;
  };
  // One post by "ahmad" saying "maal aa gaya" each.
  const Case cases[] = {
      {"phpbb",
       "<!-- phpBB --><body id=phpbb><div id=p5 class='post bg1'><p class=author>by <a class=username "
       "href=u>ahmad</a> &raquo; "
       "<time datetime='2021-03-01T10:00:00+00:00'>Mon</time></p><div class=content>maal aa "
       "gaya</div></div>"},
      {"xenforo2",
       "<article class='message message--post' data-author=ahmad data-content=post-5><div "
       "class='message-cell'><time "
       "datetime='2021-03-01T15:00:00+0500'></time><div class=message-content><div class=bbWrapper>maal aa "
       "gaya</div></div></div>"
       "</article>"},
      {"vbulletin4",
       "<meta name=generator content='vBulletin 4'><ol><li class='postbit postcontainer' id=post_5><span "
       "class=date>03-01-2021, "
       "10:00 AM</span><a class='username offline'>ahmad</a><blockquote class='postcontent restore'>maal aa "
       "gaya</blockquote></li></ol>"},
      {"smf2",
       "<a href=http://www.simplemachines.org>SMF</a><div class=post_wrapper><div "
       "class=poster><h4><a>ahmad</a></h4></div><div "
       "class=keyinfo><div class=smalltext>on: March 01, 2021, 10:00:00 AM</div></div><div class=post><div "
       "class=inner "
       "id=msg_5>maal aa gaya</div></div></div>"},
      {"mybb",
       "<!-- MyBB --><div class='post classic' id=post_5><div class=post_author><span "
       "class=largetext><a>ahmad</a></span></div><span "
       "class=post_date>2021-03-01, 10:00 AM</span><div class=post_body>maal aa gaya</div></div>"},
      {"discourse",
       "<meta name=generator content=discourse><div class='topic-body crawler-post' id=post_5><span "
       "class=creator><span "
       "itemprop=name>ahmad</span></span><time datetime='2021-03-01T10:00:00Z'></time><div class=post "
       "itemprop=text>maal aa "
       "gaya</div></div>"},
  };
  for (const Case& c : cases) {
    const PageContents page = Extract(c.html);
    ASSERT_EQ(page.messages.size(), 1u) << c.software;
    const Message& m = page.messages[0];
    EXPECT_EQ(m.author, "ahmad") << c.software;
    EXPECT_EQ(m.text, "maal aa gaya") << c.software;
    EXPECT_FALSE(m.time_as_written.empty()) << c.software;
    // 03-01-2021 may be March or January: undecided.
    const std::string time = m.time ? FormatRfc3339(*m.time) : "2021-03-01T10:00";
    EXPECT_TRUE(time.starts_with("2021-03-01T10:00")) << c.software << " " << time;
    EXPECT_EQ(page.listings.size(), 1u) << c.software;
    EXPECT_EQ(page.listings[0].kind, ListingKind::kPost) << c.software;
  }
}

TEST(ParseWrittenTime, Forms) {
  const UtcTime now = *ParseRfc3339("2023-05-10T12:00:00Z");
  struct Case {
    const char* text;
    const char* time;
    const char* basis;
  };
  const Case cases[] = {
      {"2019-10-27T13:32:00Z", "2019-10-27T13:32:00Z", "stated"},
      {"2019-10-27T13:32:00+05:00", "2019-10-27T08:32:00Z", "stated"},
      {"2019-10-27 13:32", "2019-10-27T13:32:00Z", "assumed:UTC"},
      {"Oct 27, 2019, 1:32 pm", "2019-10-27T13:32:00Z", "assumed:UTC"},
      {"Sun Oct 27, 2019 1:32 am", "2019-10-27T01:32:00Z", "assumed:UTC"},
      {"27th October 2019", "2019-10-27T00:00:00Z", "assumed:UTC"},
      {"27-10-2019, 13:32", "2019-10-27T13:32:00Z", "assumed:UTC"},
      {"2 days ago", "2023-05-08T12:00:00Z", "assumed:UTC"},
      {"2 din pehle", "2023-05-08T12:00:00Z", "assumed:UTC"},
      {"Yesterday, 13:32", "2023-05-09T13:32:00Z", "assumed:UTC"},
      {"04-05-2019", "", "undecided"},  // April or May?
      {"soon", "", "undecided"},
      {"31 Feb 2019", "", "undecided"},
  };
  for (const Case& c : cases) {
    const WrittenTime got = ParseWrittenTime(c.text, now);
    EXPECT_EQ(got.time ? FormatRfc3339(*got.time) : "", c.time) << c.text;
    EXPECT_EQ(got.basis, c.basis) << c.text;
  }
}

TEST(ExtractPage, PageClasses) {
  struct Case {
    const char* html;
    PageClass page_class;
  };
  const Case cases[] = {
      {"<title>Shop</title><h1>Welcome</h1><p>We have many things for you to read here today.",
       PageClass::kContent},
      {"", PageClass::kEmpty},
      {"<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
       PageClass::kEmpty},
      {"<title>Login</title><form action=/login><input name=u><input type=password "
       "name=p><button>Go</button></form>",
       PageClass::kLoginWall},
      {"<title>Just a moment...</title><h1>Checking your browser before accessing</h1>", PageClass::kCaptcha},
      {"<title>Bazaar</title><form><img src=/captcha.png><input name=captcha> Enter the characters you "
       "see</form>",
       PageClass::kCaptcha},
      {"<title>DDoS protection</title><meta http-equiv=refresh content=5>You are in the queue. Estimated "
       "wait: 20 s",
       PageClass::kQueue},
      {"<title>Notice</title><h1>THIS HIDDEN SITE HAS BEEN SEIZED</h1><p>by the Federal Police under a court "
       "warrant</p>",
       PageClass::kSeizureBanner},
      {"<h1>Surf Safely!</h1><p>This website is not accessible. The site contains content that is prohibited "
       "for viewership "
       "from within Pakistan.</p>",
       PageClass::kIspBlock},
      {"<title>404 Not Found</title><h1>404 Not Found</h1>nginx", PageClass::kError},
      {"<title>shop.example</title><p>This domain is for sale! Buy this domain.</p>", PageClass::kParked},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(PageClassName(Extract(c.html).document.page_class), PageClassName(c.page_class)) << c.html;
  }
}

TEST(ExtractPage, MainTextWithoutWhatIsAround) {
  const PageContents page = Extract(
      "<header><nav><a href=/>Home</a><a href=/a>About</a></nav></header><main><h1>Post</h1><p>The long "
      "story of the "
      "thing that happened here and to whom it did.</p><button>Share</button></main><aside "
      "class=sidebar>Popular</aside>"
      "<footer>Copyright</footer>");
  EXPECT_EQ(page.document.main_text,
            "Post\nThe long story of the thing that happened here and to whom it did.");
  EXPECT_NE(page.document.text.find("Copyright"), std::string::npos);
}

TEST(ExtractPage, MainTextIsWhatTheTemplateDoesNotSay) {
  const std::string notes(400, 'n');
  const std::string words = "This shirt is made of cotton from the valley, and of nothing else at all.";
  struct Case {
    std::string html;
    std::string main_text;
  };
  const Case cases[] = {
      // A footer longer than the page is still one.
      {"<p>" + words + "</p><footer><p>" + notes + "</p></footer>", words},
      // Keys and filling of a template.
      {"<p>" + words + "</p><p>cat_thumb_Dark Green:</p><p>size_guide</p><p>Lorem ipsum dolor sit amet</p>",
       words},
      {"<p>" + words + "</p><p>mail some_one@shop.example</p><p>the snake_case word</p>",
       words + "\nmail some_one@shop.example\nthe snake_case word"},
      // For two widths of the window.
      {"<p>" + words + "</p><div>Our largest range yet</div><div>Our largest range yet</div>",
       words + "\nOur largest range yet"},
  };
  for (const Case& c : cases) EXPECT_EQ(Extract(c.html).document.main_text, c.main_text) << c.html;
}

TEST(ExtractPage, Languages) {
  struct Case {
    const char* text;
    const char* language;
  };
  const Case cases[] = {
      {"This is the place where everything that people want can be ordered and delivered to their door.",
       "en"},
      {"آج کل کراچی میں ہر چیز دستیاب ہے اور گھر تک پہنچائی جاتی ہے", "ur"},
      {"bhai maal aa gaya hai, jis ko chahiye wo rabta kare, ghar tak delivery ho jaye gi", "ur-Latn"},
      {"نن ورځ په کابل کې ډېر خلک راټول شوي او د څښاک اوبه نشته", "ps"},
      {"این کالا در تهران موجود است و برای خرید با ما تماس بگیرید", "fa"},
      {"هذا المنتج متوفر الآن في المدينة ويمكنكم الطلب عبر الهاتف", "ar"},
      {"هن شهر ۾ سڀ ڪجهه ملي ٿو ۽ ماڻهو گهر ويٺي گهرائي سگهن ٿا", "sd"},
      {"यह सामान दिल्ली में मिलता है और घर तक पहुँचाया जाता है", "hi"},
      {"5", "und"},
  };
  for (const Case& c : cases) EXPECT_EQ(Extract(c.text).document.language, c.language) << c.text;
}

TEST(ExtractText, APostWithAPrice) {
  TextInput input;
  input.text = "Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678";
  const PageContents page = ExtractText(input, {});
  ASSERT_EQ(page.listings.size(), 1u);
  const Listing& l = page.listings[0];
  EXPECT_EQ(l.kind, ListingKind::kPost);
  EXPECT_EQ(l.prices[0].amount.amount(), "2500");
  EXPECT_EQ(l.quantity->unit, "tola");
  EXPECT_EQ(l.places, std::vector<std::string>{"Lahore"});
  EXPECT_EQ(l.delivery, std::vector<std::string>{"home delivery"});
  ASSERT_GE(page.identifiers.size(), 2u);
  EXPECT_EQ(page.identifiers[0].role, IdentifierRole::kSeller);
}

TEST(ExtractText, GivenFieldsMakeExactlyOneListing) {
  ExtractOptions options;
  options.given.title = "Blue pills 20 x 2mg";
  options.given.vendor = "kaka";
  options.given.price = "USD 51.10 (0.0402 BTC)";
  const PageContents page = ExtractText({"1g $10, 2g $20", ""}, options);
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.listings[0].vendor, "kaka");
  EXPECT_EQ(page.listings[0].prices[0].amount.amount(), "51.10");
  EXPECT_EQ(page.listings[0].quantity->value, "20");
  EXPECT_TRUE(page.listings[0].id.empty());  // whoever knows the source gives it
}

TEST(ExtractText, WhoAsksIsABuyer) {
  const PageContents page = ExtractText({"Mujhe 1 tola chahiye, budget Rs 2000, call 03012345678", ""}, {});
  ASSERT_FALSE(page.identifiers.empty());
  EXPECT_EQ(page.identifiers[0].role, IdentifierRole::kBuyer);
}

TEST(SiteIdOfUrl, WhereSitesPutThem) {
  struct Case {
    const char* url;
    const char* id;
  };
  const Case cases[] = {
      {"http://m.onion/listing.php?ls_id=43473", "43473"},
      {"http://m.onion/product/35791/105/186765", "186765"},
      {"http://m.onion/products/cube-i220359015.html", "220359015"},
      {"http://m.onion/viewProduct?offer=338525-76", "338525-76"},
      {"http://m.onion/about", ""},
      {"not a url", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(SiteIdOfUrl(c.url), c.id) << c.url;
}

TEST(ReadItemLabels, Lines) {
  Listing listing;
  const std::string text =
      "Resin\nSold by: kaka LEVEL 1 VERIFIED (887)\nShips from:\nUnited Kingdom \xE2\x86\x92 Worldwide\nItem "
      "# 42";
  EXPECT_GE(ReadItemLabels(text, {0, text.size()}, listing), 3u);
  EXPECT_EQ(listing.vendor, "kaka");
  EXPECT_EQ(listing.ships_from, "United Kingdom");
  EXPECT_EQ(listing.ships_to, "Worldwide");
  EXPECT_EQ(listing.site_id, "42");
  Listing one_line;
  const std::string both = "Ships from: Canada Ships to: Worldwide\nStock 4";
  ReadItemLabels(both, {0, both.size()}, one_line);
  EXPECT_EQ(one_line.ships_from, "Canada");
  EXPECT_EQ(one_line.ships_to, "Worldwide");
}

TEST(SimHash, NearAndFar) {
  const std::string advert =
      "Afghan resin of the first quality, five grams, home delivery all over Lahore and Islamabad, order now";
  const std::string edited =
      "Afghan resin of the first quality, ten grams, home delivery all over Lahore and Islamabad, order "
      "today";
  const std::string other =
      "The cricket team of Pakistan won the series against England after a long day at the ground in Multan";
  EXPECT_LT(SimHashDistance(SimHash(advert), SimHash(edited)),
            SimHashDistance(SimHash(advert), SimHash(other)));
  EXPECT_EQ(SimHash("Price 500!"), SimHash("price 700"));
  EXPECT_EQ(TextProfile("views: 10"), TextProfile("Views  11"));
  EXPECT_NE(TextProfile("a b"), TextProfile("b a"));
  EXPECT_EQ(SimHashBands(7)[0], SimHashBands(7)[0]);
}

}  // namespace
}  // namespace gasht
