// Northern Bazaar: a darknet market as a card grid, in English, with prices in USD and BTC.

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "tests/market/site.h"

namespace gasht {
namespace {

constexpr size_t kCardsPerPage = 8;

struct Item {
  std::string_view title, category, vendor, usd, btc, quantity, from, to, text;
};

struct Vendor {
  std::string_view name, since, sales, about, contact, wallet, key;
};

constexpr std::array kCategories = {"cannabis", "stimulants", "opioids", "pills", "books", "household"};

// clang-format off
constexpr std::array kItems = {
    Item{"Amnesia Haze 5g top shelf buds", "cannabis", "nordwind", "45.00", "0.00068", "5 g", "Netherlands", "Worldwide",
         "Dutch grown sativa, well cured and trimmed. Vacuum sealed twice, sent as a letter. Reship once if it does not land."},
    Item{"Moroccan hash double zero 10 grams", "cannabis", "nordwind", "70.00", "0.00106", "10 g", "Spain", "Europe",
         "Soft pollen pressed this season. Stealth is good, ask older buyers. Tracked shipping on request."},
    Item{"T-shirt: Poppy Field, all sizes", "household", "papercrane", "18.00", "0.00027", "1 piece", "Germany", "Europe",
         "Cotton, printed by hand with red poppies on white. Wash at thirty degrees."},
    Item{"Colombian cocaine 1g uncut", "stimulants", "whitecliff", "80.00", "0.00121", "1 g", "United Kingdom", "UK only",
         "Fishscale straight from the brick, lab tested 88 percent. Sample before bulk, escrow accepted."},
    Item{"Paperback: The Opium Wars, a short history", "books", "papercrane", "12.50", "0.00019", "1 piece", "Germany", "Worldwide",
         "Second hand, 240 pages, some pencil notes in chapter three. A good read about trade and empire."},
    Item{"Speed paste 25 gr 70 percent", "stimulants", "nordwind", "95.00", "0.00144", "25 g", "Netherlands", "Europe",
         "Wet amphetamine sulphate, dry it before use. Free two grams with every order over one hundred dollars."},
    Item{"MDMA champagne crystals 3.5g", "stimulants", "alpenglow", "60.00", "0.00091", "3.5 g", "Austria", "Europe",
         "Big clean shards, marquis turns black at once. Next day dispatch from Monday to Friday."},
    Item{"Phone case, matt black, six models", "household", "papercrane", "9.00", "0.00014", "1 piece", "China", "Worldwide",
         "Silicone case with raised edges for the camera. Say your model in the order note."},
    Item{"Xanax 2mg bars x 30", "pills", "alpenglow", "55.00", "0.00083", "30 tablets", "Austria", "Worldwide",
         "Pharma alprazolam in sealed blisters of ten. No prescription asked."},
    Item{"Afghan heroin no 4, 2 grams", "opioids", "whitecliff", "110.00", "0.00167", "2 g", "United Kingdom", "Europe",
         "White powder, for people who know what they do. Do not mix. Ships in two layers of mylar."},
    Item{"Coffee beans, dark roast 1kg", "household", "papercrane", "21.00", "0.00032", "1 kg", "Italy", "Europe",
         "Arabica and robusta, roasted last week. Strong and oily, made for espresso."},
    Item{"LSD blotters 150ug x 10", "stimulants", "alpenglow", "50.00", "0.00076", "10 tabs", "Austria", "Worldwide",
         "Crystal laid on perforated paper, tested with ehrlich. Keep it dark and cool."},
    Item{"Oxycodone 30mg blues, pack of 20", "opioids", "alpenglow", "140.00", "0.00212", "20 tablets", "Canada", "US and Canada",
         "Real pharmacy stock, not pressed. Photo with today's date on request. Discount on the second pack."},
    Item{"Cookbook: Poppy seed strudel and other cakes", "books", "papercrane", "15.00", "0.00023", "1 piece", "Austria", "Europe",
         "Sixty recipes from a family bakery, with pictures. New, still wrapped."},
    Item{"Super Lemon OG 1 oz", "cannabis", "whitecliff", "190.00", "0.00288", "28 g", "United Kingdom", "UK only",
         "Indoor weed, dense and sticky. Half ounce and quarter on the vendor page. First class post."},
    Item{"Crystal meth shards 1 gram", "stimulants", "whitecliff", "75.00", "0.00114", "1 g", "Czechia", "Europe",
         "Clear ice, smokes clean. Vacuum bag inside a decoy. Finalise early only above ten sales."},
    Item{"Snow globe with Vienna skyline", "household", "papercrane", "14.00", "0.00021", "1 piece", "Austria", "Worldwide",
         "Glass globe, nine centimetres, white flakes. A gift for grandmothers."},
    Item{"Ketamine needles 7g", "stimulants", "alpenglow", "130.00", "0.00197", "7 g", "Germany", "Europe",
         "S-isomer, long needles, Indian pharma source. Bulk price by message."},
    Item{"Tramadol 100mg strip of 10", "pills", "nordwind", "15.00", "0.00023", "10 tablets", "India", "Worldwide",
         "Export blisters, expiry next year. Ten strips come with free shipping."},
    Item{"Paperback: Chess endings for club players", "books", "papercrane", "11.00", "0.00017", "1 piece", "Germany", "Worldwide",
         "Rook endings explained with three hundred diagrams. No drugs here, only pawns."},
    Item{"Diazepam 10mg x 100 bulk", "pills", "nordwind", "85.00", "0.00129", "100 tablets", "India", "Worldwide",
         "Loose tablets in a jar, valium generic. Two weeks to Europe, three to the States."},
    Item{"Herb grinder, aluminium, four parts", "household", "papercrane", "13.00", "0.00020", "1 piece", "China", "Worldwide",
         "For oregano, basil and thyme from your kitchen garden. Sixty millimetres."},
};

constexpr std::string_view kNordwindKey = R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaVW5ABYJKwYBBAHaRw8BAQdAp1DxYeLf0tHRo/fx+3pYg1uAIHsQJxsADYpa
PiVbZbO0HW5vcmR3aW5kIChzeW50aGV0aWMgZGVtbyBrZXkpiJAEExYIADgWIQQY
jdjtgWJVYfw/usX4EnwSj+3eSwUCaVW5AAIbAwULCQgHAgYVCgkICwIEFgIDAQIe
AQIXgAAKCRD4EnwSj+3eS3ITAQDjFADqsh6Qh50J2VROh0L+7CSXejzDPFtSgMtG
UDWB4wD/RUi5hCnrpf8ejlAP23lchUzMojIrKzZnzZtTWImEXQo=
=P8v8
-----END PGP PUBLIC KEY BLOCK-----)";

constexpr std::string_view kAlpenglowKey = R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaVW5ABYJKwYBBAHaRw8BAQdAaoDGUZBlh0ceJf6RjbHXgbP77dd+IzgAZx77
Dn6Wo920HmFscGVuZ2xvdyAoc3ludGhldGljIGRlbW8ga2V5KYiQBBMWCAA4FiEE
FtA7NxPxtZudn9DFf247vKvSnlMFAmlVuQACGwMFCwkIBwIGFQoJCAsCBBYCAwEC
HgECF4AACgkQf247vKvSnlPfHwD7BF0en8RHuKEhpEttLckSEmmhvg3gbck9Wpq7
CG2lDWoA/0BP+7pUsyNq7GPA4SGd2SbuhVCplCMHFj7GDSW0twoN
=4ZXX
-----END PGP PUBLIC KEY BLOCK-----)";

constexpr std::array kVendors = {
    Vendor{"nordwind", "March 2023", "1204", "Weed, hash and speed from the low countries. Replies within a day, orders leave every weekday.",
           "Mail nordwind@mail.example", "bc1qmc3lgp37crqhyru6a37wfy2r93d75y7ltvyvq7", kNordwindKey},
    Vendor{"alpenglow", "January 2024", "388", "Crystals and pharmacy goods from the mountains. Encrypt your address with my key or the order is cancelled.",
           "Telegram @alpenglow_demo", "bc1q6kccs8pvun027zcpr8n4cyvzkuwl99yj24kjjg", kAlpenglowKey},
    Vendor{"whitecliff", "June 2022", "2911", "UK domestic first. Escrow always, finalise early never asked.",
           "XMR for bulk: 44iT1KhEVebaSgXDs6Fz6rPmzyZLXBUg8aHM775sZpnCGmPqoXdyXscGivMTAxwVFKCPkuQeQgCe4PeYvuJQkJ8dHwhrrRk",
           "16h4jXkVchNZtYtUA2moJeFpEVt7Wmgrcg", ""},
    Vendor{"papercrane", "May 2021", "97", "Books, shirts and small things for the house. Nothing illegal in this shop.",
           "Mail papercrane@mail.example", "3HDwaYvfXk6PcMfVenmZXVv4rkhaxVrA5S", ""},
};
// clang-format on

constexpr std::string_view kFrame = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} - Northern Bazaar</title>
<style>
.grid { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1em }
.card { border: 1px solid #ccc; padding: .5em }
</style>
</head>
<body>
<header>
<a class="logo" href="/"><img src="/img/logo.png" alt="Northern Bazaar"></a>
<nav><a href="/listings?page=1">All listings</a> <a href="/help">Help</a> <a href="/account">My account</a>
<a href="/listings?page=1&amp;sid=7f3a9c2e51">Back to results</a></nav>
<aside><h4>Categories</h4><ul>{categories}</ul></aside>
</header>
<main>
<h1>{title}</h1>
{body}
</main>
<footer>Northern Bazaar is a place made for tests. Mirrors: <a href="http://6rmivkfmxol7mx2vdvv3knsoxmxuplagvoab3kjyedvux4yyfisqjoyd.onion/">second door</a></footer>
</body>
</html>
)";

constexpr std::string_view kCard = R"(<article class="card" data-id="{id}">
<h3 class="card-title"><a href="/listing/{id}">{title}</a></h3>
<p class="card-vendor">Vendor: <a href="/vendor/{vendor}">{vendor}</a></p>
<p class="card-price"><b class="usd">${usd}</b> <span class="btc">{btc} BTC</span></p>
<p class="card-qty">{quantity}</p>
<p class="card-ship">Ships from <span class="from">{from}</span> to <span class="to">{to}</span></p>
</article>
)";

constexpr std::string_view kListing = R"(<section class="listing" data-id="{id}">
<h2 class="name">{title}</h2>
<table class="facts">
<tr><th>Vendor</th><td class="vendor"><a href="/vendor/{vendor}">{vendor}</a></td></tr>
<tr><th>Price</th><td class="price">${usd} <small>({btc} BTC)</small></td></tr>
<tr><th>Quantity</th><td class="quantity">{quantity}</td></tr>
<tr><th>Ships from</th><td class="from">{from}</td></tr>
<tr><th>Ships to</th><td class="to">{to}</td></tr>
<tr><th>Category</th><td class="category"><a href="/category/{category}">{category}</a></td></tr>
</table>
<p class="description">{text}</p>
<p>Payment goes to escrow; the address is shown after the order. <a href="/img/{id}.png">Photo</a></p>
</section>
)";

constexpr std::string_view kVendorPage = R"(<section class="vendor-card">
<p class="about">{about}</p>
<p>Member since {since}, {sales} sales.</p>
<p class="contact">{contact}</p>
<p class="wallet">Deposits for private orders: <code>{wallet}</code></p>
<pre class="pgp">{key}</pre>
</section>
)";

constexpr std::string_view kLogin = R"(<form method="post" action="/login">
<p>Please log in to see this page.</p>
<label>User name <input name="user"></label> <label>Password <input type="password" name="password"></label>
<button>Log in</button> <a href="/verify">Register</a>
</form>
)";

constexpr std::string_view kCaptcha = R"(<form method="post" action="/verify">
<p>Prove that you are human: enter the six characters of the captcha.</p>
<img src="/img/captcha.png" alt="captcha"> <input name="captcha" autocomplete="off"> <button>Verify</button>
</form>
)";

Response Page(std::string_view title, std::string_view body) {
  std::string categories;
  for (std::string_view category : kCategories) {
    categories += Fill(R"(<li><a href="/category/{c}">{c}</a></li>)", {{"c", category}});
  }
  return {.body = Fill(kFrame, {{"title", title}, {"body", body}, {"categories", categories}})};
}

std::string FillItem(std::string_view form, size_t index) {
  const Item& item = kItems[index];
  return Fill(form, {{"id", std::to_string(index + 1)},
                     {"title", item.title},
                     {"category", item.category},
                     {"vendor", item.vendor},
                     {"usd", item.usd},
                     {"btc", item.btc},
                     {"quantity", item.quantity},
                     {"from", item.from},
                     {"to", item.to},
                     {"text", item.text}});
}

// The cards of the items that `wanted` accepts, by index.
template <typename Predicate>
std::string Grid(Predicate wanted) {
  std::string cards;
  for (size_t i = 0; i < kItems.size(); ++i) {
    if (wanted(i)) cards += FillItem(kCard, i);
  }
  return "<div class=\"grid\">\n" + cards + "</div>\n";
}

void AddListPages(std::map<std::string, Response>& pages) {
  const size_t count = (kItems.size() + kCardsPerPage - 1) / kCardsPerPage;
  for (size_t page = 1; page <= count; ++page) {
    std::string body = Grid([&](size_t i) { return i / kCardsPerPage + 1 == page; });
    body += "<p class=\"pages\">";
    for (size_t other = 1; other <= count; ++other) {
      body += Fill(R"(<a href="/listings?page={n}">{n}</a> )", {{"n", std::to_string(other)}});
    }
    pages["/listings?page=" + std::to_string(page)] =
        Page("All listings, page " + std::to_string(page), body + "</p>\n");
  }
}

std::map<std::string, Response> Pages() {
  std::map<std::string, Response> pages;
  pages["/"] = Page("Welcome",
                    "<p>Escrow, two of three multisig, no javascript. Deal of the week: "
                    "<a href=\"/deal\">see it here</a>. Gone from our shelves: "
                    "<a href=\"/listing/99\">the old listing 99</a>.</p>\n" +
                        Grid([](size_t i) { return i % 7 == 0; }));
  AddListPages(pages);
  for (std::string_view category : kCategories) {
    pages["/category/" + std::string(category)] = Page(
        "Category " + std::string(category), Grid([&](size_t i) { return kItems[i].category == category; }));
  }
  for (size_t i = 0; i < kItems.size(); ++i) {
    const std::string id = std::to_string(i + 1);
    pages["/listing/" + id] = Page(kItems[i].title, FillItem(kListing, i));
    pages["/img/" + id + ".png"] = PngPixel();
  }
  for (const Vendor& vendor : kVendors) {
    const std::string card = Fill(kVendorPage, {{"about", vendor.about},
                                                {"since", vendor.since},
                                                {"sales", vendor.sales},
                                                {"contact", vendor.contact},
                                                {"wallet", vendor.wallet},
                                                {"key", vendor.key}});
    pages["/vendor/" + std::string(vendor.name)] =
        Page("Vendor " + std::string(vendor.name),
             card + Grid([&](size_t i) { return kItems[i].vendor == vendor.name; }));
  }
  pages["/help"] =
      Page("Help",
           "<p>How escrow works: you pay the market, the vendor ships, you confirm. Talk to staff on "
           "the <a href=\"https://forum.example.org/northern-bazaar\">forum</a>.</p>\n");
  pages["/account"] = Page("Log in", kLogin);
  pages["/verify"] = Page("Security check", kCaptcha);
  pages["/deal"] = RedirectTo("/listing/2");
  pages["/img/logo.png"] = pages["/img/captcha.png"] = PngPixel();
  return pages;
}

constexpr std::string_view kProfile = R"(  name: bazaar
  item: "article.card, section.listing"
  title: ".card-title, .name"
  price: ".usd, .price"
  quantity: ".card-qty, .quantity"
  vendor: ".card-vendor a, .vendor a"
  url: ".card-title a@href"
  site_id: "@data-id"
  text: ".description"
  ships_from: ".from"
  ships_to: ".to"
  category: ".category a"
)";

}  // namespace

Site BazaarSite() {
  return WithPages({.name = "bazaar",
                    .kind = "market",
                    .start = "/",
                    .profile = std::string(kProfile),
                    .missing = {"/listing/99"}},
                   Pages());
}

}  // namespace gasht
