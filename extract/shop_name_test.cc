#include "extract/shop_name.h"

#include <gtest/gtest.h>

#include "extract/extract.h"

namespace gasht {
namespace {

TEST(OwnShopName, Pages) {
  struct Case {
    const char* url;
    const char* html;
    const char* name;
  };
  const Case cases[] = {
      // The host is named after it: in the title, a logo, the copyright line.
      {"https://quickmeds.example/shop/", "<title>Shop - Quick Meds</title><p>Add to cart", "Quick Meds"},
      {"https://www.quick-meds.example/", "<title>Pills</title><img alt='QuickMeds'><p>Add to cart",
       "QuickMeds"},
      {"https://quickmeds.example/",
       "<title>Pills</title><p>Checkout<footer>\u00a9 2026 Quick Meds. All rights", "Quick Meds"},
      // What it tells others.
      {"http://abcd.onion/", "<meta property='og:site_name' content='White Dove'><p>Order now", "White Dove"},
      // The title and the copyright line; a title that is a name.
      {"https://a.example/", "<title>عطر کنوج | عطریات</title><p>آرڈر<footer>\u00a9 ۲۰۲۶ عطر کنوج",
       "عطر کنوج"},
      {"http://abcd.onion/",
       "<title>White Dove \u2014 official</title><h1>White Dove</h1><p>Order. One seller, one key",
       "White Dove"},
      {"http://abcd.onion/", "<title>Hash and charas</title><h1>Hash and charas</h1><p>Order", ""},
      {"http://abcd.onion/", "<title>Hash \u2014 White Dove</title><h1>Hash</h1><p>Order", ""},
      // Nothing is sold; many sell; nobody is named.
      {"https://dailynews.example/", "<title>A trial - Daily News</title><p>The court heard", ""},
      {"https://khyberbazaar.example/", "<title>Khyber Bazaar</title><p>Add to cart<p>Become a vendor", ""},
      {"https://saleads.example/", "<title>Sale Ads</title><p>Order<p>Contact seller", ""},
      {"http://abcd.onion/", "<title>Goods - White Dove</title><p>Add to cart", ""},
      {"https://quickmeds.example/", "<title>Pills</title><p>Add to cart", ""},
      // Goods that sell best are no sellers.
      {"https://quickmeds.example/", "<title>Best Sellers | Quick Meds</title><p>Add to cart", "Quick Meds"},
  };
  for (const Case& c : cases) {
    const ParsedPage page = ParseHtml({c.html, "text/html; charset=utf-8", c.url, 200}, {});
    EXPECT_EQ(OwnShopName(page), c.name) << c.html;
  }
}

}  // namespace
}  // namespace gasht
