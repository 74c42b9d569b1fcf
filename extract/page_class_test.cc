// Walls, queues, banners and what only looks like one. A wall must never be recorded as a page with nothing on it, and
// news of a seizure is no seizure.

#include "extract/page_class.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/extract.h"

namespace gasht {
namespace {

constexpr std::string_view kLongNews =
    "<title>Customs seize heroin</title><h1>Customs seize 25 kg heroin at Torkham</h1><p>The drugs were "
    "seized by customs "
    "police on Tuesday, an official of the agency said. The website of the market had been seized by police "
    "last year. The "
    "court will hear the case next week.</p>";

TEST(PageClass, OfPagesAsTheyAre) {
  struct Case {
    PageClass page_class;
    std::string_view html;
    int status = 200;
  };
  constexpr PageClass kContent = PageClass::kContent, kCaptcha = PageClass::kCaptcha,
                      kQueue = PageClass::kQueue;
  constexpr PageClass kLogin = PageClass::kLoginWall, kSeized = PageClass::kSeizureBanner,
                      kBlock = PageClass::kIspBlock;
  constexpr PageClass kError = PageClass::kError, kParked = PageClass::kParked, kEmpty = PageClass::kEmpty;
  const Case cases[] = {
      {kCaptcha,
       "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>"},
      {kCaptcha,
       "<title>shop.example</title><p>shop.example needs to review the security of your connection before "
       "proceeding."},
      {kCaptcha, "<title>DDOS-GUARD</title><h1>Checking your browser before accessing shop.example</h1>"},
      {kCaptcha,
       "<title>Bazaar</title><form method=post><img src='data:image/png;base64,AA'><p>Please solve the "
       "captcha to "
       "continue</p><input name=answer><button>Go</button></form>"},
      {kCaptcha,
       "<title>Night Market</title><h2>Security challenge</h2><p>Click on the circle that is not "
       "complete.</p><input "
       "type=image src=/c>"},
      {kCaptcha,
       "<title>Entry</title><p>Type the characters you see in the picture</p><input name=c><input "
       "type=submit>"},
      {kCaptcha,
       "<title>Access to this page has been denied.</title><p>Press &amp; Hold to confirm you are a human "
       "(and not a bot).</p>"},
      {kCaptcha, "<p>Request unsuccessful. Incapsula incident ID: 443000270-1</p>"},
      {kCaptcha, "<title>Making sure you're not a bot!</title><p>Loading...</p>"},
      {kCaptcha, "<title>Проверка</title><p>Подтвердите, что вы не робот</p>"},
      {kCaptcha, "<title>Welcome</title><div class=h-captcha></div><p>Human verification</p>"},
      {kQueue,
       "<title>Dread Access Queue</title><p>You have been placed in a queue, awaiting forwarding to the "
       "platform. Your "
       "estimated wait time is 0:45.</p>"},
      {kQueue,
       "<title>Queue</title><p>You are number 1,203 in line. There are 1,202 people ahead of you.</p>"},
      {kQueue,
       "<title>Anti-DDoS</title><meta http-equiv=refresh content=10><p>Please do not refresh. You will be "
       "forwarded "
       "automatically.</p>"},
      {kQueue, "<title>Please wait</title><p>This page will automatically refresh.</p>"},
      {kQueue, "<meta http-equiv=refresh content='3;url=/in'><p>Entering</p>"},
      {kQueue, "<meta http-equiv=refresh content='0; url=/index/login?a=1'>"},
      {kContent,
       "<meta http-equiv=refresh content='0; url=/menu'><h1>Charas and garda</h1><p>Our menu has moved.</p>"},
      {kLogin, "<title>Sign in</title><form action=/auth><input name=u><input type=password name=p></form>"},
      {kLogin,
       "<title>Forum</title><p>You must be logged in to view this forum.</p><a href=/login>Login</a>"},
      {kLogin,
       "<title>لاگ ان کریں</title><form><input name=n><input type=password name=p><button>لاگ "
       "ان</button></form>"},
      {kLogin,
       "<title>Log into Facebook</title><p>You must log in to continue.</p><form><input "
       "type=password></form>"},
      {kLogin, "<title>Market</title><p>Registered users only.</p>"},
      {kSeized, "<title>SEIZED</title><img src=/banner.png>"},
      {kSeized, "<title>Notice</title><img src=/x.jpg alt='This hidden service has been seized by the FBI'>"},
      {kSeized,
       "<title>-</title><h1>THIS DOMAIN HAS BEEN SEIZED</h1><p>by ICE - Homeland Security Investigations "
       "pursuant to a seizure "
       "warrant issued by a United States District Court</p>"},
      {kSeized,
       "<h1>Diese Plattform wurde beschlagnahmt</h1><p>Bundeskriminalamt, Generalstaatsanwaltschaft "
       "Frankfurt</p>"},
      {kSeized, "<h1>This market was taken down by the Dutch National Police</h1><p>Operation Bayonet</p>"},
      {kBlock, "<h1>Surf Safely!</h1><p>This website is not accessible.</p>"},
      {kBlock,
       "<p>Your requested URL has been blocked as per the directions received from Department of "
       "Telecommunications</p>"},
      {kBlock, "<h1>Sorry</h1><p>Nothing here</p>", 451},
      {kError, "<title>Oops</title><h1>That page can't be found.</h1>"},
      {kError, "<title>Bazaar</title><p>Listing not found.</p>"},
      {kError, "<title>Instagram</title><p>Sorry, this page isn't available.</p>"},
      {kError, "<p>Error establishing a database connection</p>"},
      {kError, "<title>Shop</title><p>We are down for maintenance and will be back soon.</p>"},
      {kError, "<title>Account Suspended</title><p>Contact your hosting provider.</p>"},
      {kError, "<h1>Teapot</h1><p>Short and stout</p>", 418},
      {kError, "<title>دکان</title><h1>صفحہ نہیں ملا</h1>"},
      {kParked,
       "<title>bazaar.example</title><p>This domain may be for sale. Inquire about this domain.</p>"},
      {kParked,
       "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, the web server "
       "works.</p>"},
      {kParked, "<title>bazaar.example</title><p>This domain name has expired.</p>"},
      {kEmpty, "<div id=app></div><script src=/a.js></script>"},
      {kEmpty, "<html><body>&nbsp;</body></html>"},
      {kContent, kLongNews},
      {kContent,
       "<title>Blog</title><h1>Why captchas annoy people</h1><p>Every second shop shows one. We asked twenty "
       "visitors what "
       "they think of pictures of traffic lights, and what they do when the picture does not load at "
       "all.</p>"},
      {kContent,
       "<title>Bazaar</title><div class=p><h3><a href=/i/1>Resin 5g</a></h3><span class=price>$40</span><a "
       "href=/b>Buy "
       "now</a></div><div class=p><h3><a href=/i/2>Pollen 5g</a></h3><span class=price>$35</span><a "
       "href=/b>Buy "
       "now</a></div><form action=/login><input name=u><input type=password name=p></form>"},
      {kContent,
       "<title>Syrup 100ml</title><h1>Syrup 100ml</h1><p>Price: Rs 450</p><p>Not seized, a customs cleared "
       "stock. Order now on "
       "WhatsApp, police and court staff discount.</p><button>Buy now</button>"},
      {kContent, "<title>About</title><p>We are a small shop in Lahore and sell tea. Write to us.</p>"},
  };
  for (const Case& c : cases) {
    HtmlInput input;
    input.bytes = c.html;
    input.url = "http://market.onion/page";
    input.status = c.status;
    EXPECT_EQ(PageClassName(ExtractPage(input, {}).document.page_class), PageClassName(c.page_class))
        << c.html;
  }
}

}  // namespace
}  // namespace gasht
