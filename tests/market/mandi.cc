// Desi Mandi: a price list as an old-fashioned HTML table (end tags left out where HTML allows it), in Roman
// Urdu and English, PKR by tola, pao, gram and strip, with phone numbers and cities of delivery.

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "tests/market/site.h"

namespace gasht {
namespace {

constexpr size_t kRowsPerPage = 8;

struct Row {
  std::string_view item, quantity, rate, city, contact, note;
};

struct City {
  std::string_view name, delivery;
};

// clang-format off
constexpr std::array kCities = {
    City{"Lahore", "Home delivery 2 ghante mein, DHA aur Johar Town free"},
    City{"Karachi", "Home delivery raat 12 baje tak, Clifton, Gulshan, Nazimabad"},
    City{"Peshawar", "Saddar aur University Town, khud aa kar le jayen"},
    City{"Islamabad", "TCS se agle din, cash on delivery nahi"},
};

constexpr std::array kRows = {
    Row{"Charas Chitrali A+", "1 tola", "Rs 2,500", "Lahore", "0301-2345678", "Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678. Naram aur khushbudar maal."},
    Row{"Sheesha glass 4mm saaf", "1 sq ft", "Rs 180", "Lahore", "0300-0000101", "Khirki aur darwaze ka sheesha, kaat kar lagaya jata hai. Saath mein fitting."},
    Row{"Charas Garda Peshawari", "1 pao", "Rs 28,000", "Peshawar", "0300-0000202", "Garda number one, 250 gram ka packet. Easypaisa 0300-0000202 par advance."},
    Row{"Ice cream kulfa family pack", "1 litre", "Rs 650", "Karachi", "0300-0000303", "Thandi meethi ice cream, pista aur badam wali. Order par ghar tak."},
    Row{"Ice crystal white", "1 gram", "Rs 4,500", "Karachi", "0345-0000404", "Ice, saaf shisha jaisa nasha. Sirf raat ko delivery, WhatsApp karen, Jazzcash chalega."},
    Row{"Halwa puri nashta", "2 plate", "Rs 400", "Lahore", "0300-0000505", "Garam garam halwa puri, chanay aur lassi ke saath. Itwar subah 6 baje se."},
    Row{"Afeem asli", "1 tola", "Rs 9,000", "Peshawar", "0300-0000606", "Afeem Tirah ki, bina milawat. Kam se kam do tola ka order."},
    Row{"Haldi powder pisi hui", "1 kg", "Rs 520", "Karachi", "0300-0000707", "Khalis haldi, rang aur zaiqa guarantee. Thok rate alag."},
    Row{"Bhang ke pakore aur thandai", "1 gilas", "Rs 300", "Karachi", "0300-0000808", "Sukkur ki bhang, ghot kar tayyar. Gilas ya jug, dono milte hain."},
    Row{"Xanax 0.5mg patta", "1 strip", "Rs 350", "Islamabad", "0333-0000909", "Xanax goli bina parchi ke, das goli ka patta. Poora dabba sasta parega."},
    Row{"Zafran Irani", "1 gram", "Rs 900", "Islamabad", "0300-0001010", "Asli zafran, biryani aur kheer ke liye. Dibbi band."},
    Row{"Tramadol 100 injection", "5 ampoule", "Rs 1,200", "Lahore", "0301-0001111", "Tramadol sui aur goli dono, parchi ki zaroorat nahi. Delivery rider ke zariye."},
    Row{"Powder safaid, heroin A grade", "1 gram", "Rs 3,000", "Peshawar", "0300-0001212", "Heroin safaid maal Landi Kotal se. Purane grahak ko udhaar nahi, Easypaisa pehle."},
    Row{"Kashmiri chai patti", "1 pao", "Rs 450", "Lahore", "0300-0001313", "Gulabi chai ki patti, dodh aur namak ke saath mazaydar."},
    Row{"Garam masala ghar ka", "1 pao", "Rs 380", "Karachi", "0300-0001414", "Khashkhash, laung, elaichi, daal cheeni. Sab masalay taza pisay hue."},
    Row{"Gaanja desi", "100 gram", "Rs 6,000", "Karachi", "0312-0001515", "Ganja Balochistan se, phool wala. 100 gram se kam nahi, malir aur korangi delivery."},
    Row{"Cricket bat Sialkot", "1 adad", "Rs 7,500", "Islamabad", "0300-0001616", "English willow, grade 2, hard ball ke liye. Grip muft."},
    Row{"Ecstasy party goli", "1 goli", "Rs 3,500", "Islamabad", "0331-0001717", "MDMA pills, Tesla aur Rolex, weekend par F-7 delivery. Signal ya WhatsApp, call nahi."},
    Row{"Rooh Afza sharbat", "800 ml", "Rs 430", "Lahore", "0300-0001818", "Ramzan offer, dozen par ek bottle muft."},
    Row{"Corex sharbat khansi wala", "120 ml", "Rs 600", "Lahore", "0301-0001919", "Codeine wali shishi, carton bhi milta hai, bina nuskha. Raat ko bhi delivery."},
};
// clang-format on

constexpr std::string_view kFrame = R"(<HTML>
<HEAD><META http-equiv="Content-Type" content="text/html; charset=utf-8">
<TITLE>{title} | Desi Mandi</TITLE></HEAD>
<BODY bgcolor="#ffffe8">
<CENTER><IMG src="/pics/banner.png" alt="Desi Mandi"><BR>
<FONT size="2"><A href="/index.php">Home</A> | <A href="/rates.php?page=1">Aaj ke rate</A> |
<A href="/rates.php?page=1&amp;sid=a81f00c3">Apni list</A> | <A href="/rabta.php">Rabta</A> |
<A href="/order.php">Mera order</A></FONT></CENTER>
<H2>{title}</H2>
{body}
<HR><SMALL>Desi Mandi testing ke liye banayi gayi hai. <A href="https://groups.example.com/desi-mandi">WhatsApp group</A></SMALL>
</BODY></HTML>
)";

constexpr std::string_view kTable = R"(<TABLE border="1" class="rates">
<TR><TH>No<TH>Cheez<TH>Miqdar<TH>Rate (PKR)<TH>Shehar<TH>Rabta
{rows}</TABLE>
)";

constexpr std::string_view kTableRow =
    R"(<TR class="item" id="r{id}"><TD>{id}<TD class="naam"><A href="/item.php?id={id}">{item}</A>
<TD class="miqdar">{quantity}<TD class="rate">{rate}<TD class="shehar"><A href="/city.php?c={city}">{city}</A><TD class="rabta">{contact}
)";

constexpr std::string_view kItemPage = R"(<TABLE border="1" class="detail" id="r{id}">
<TR><TH>Cheez<TD class="naam">{item}
<TR><TH>Miqdar<TD class="miqdar">{quantity}
<TR><TH>Rate<TD class="rate">{rate}
<TR><TH>Shehar<TD class="shehar"><A href="/city.php?c={city}">{city}</A>
<TR><TH>Tafseel<TD class="tafseel">{note}
<TR><TH>Rabta<TD class="rabta">{contact}
</TABLE>
<P><A href="/pics/{id}.png">Tasveer dekhen</A>
)";

Response Page(std::string_view title, std::string_view body) {
  return {.body = Fill(kFrame, {{"title", title}, {"body", body}})};
}

std::string FillRow(std::string_view form, size_t index) {
  const Row& row = kRows[index];
  return Fill(form, {{"id", std::to_string(index + 1)},
                     {"item", row.item},
                     {"quantity", row.quantity},
                     {"rate", row.rate},
                     {"city", row.city},
                     {"contact", row.contact},
                     {"note", row.note}});
}

// The table of the rows that `wanted` accepts, by index.
template <typename Predicate>
std::string Table(Predicate wanted) {
  std::string rows;
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (wanted(i)) rows += FillRow(kTableRow, i);
  }
  return Fill(kTable, {{"rows", rows}});
}

std::map<std::string, Response> Pages() {
  std::map<std::string, Response> pages;
  std::string cities;
  for (const City& city : kCities) {
    const std::string target = "/city.php?c=" + std::string(city.name);
    cities += Fill(R"(<LI><A href="{target}">{name}</A>: {delivery})",
                   {{"target", target}, {"name", city.name}, {"delivery", city.delivery}});
    pages[target] = Page(city.name, "<P>" + std::string(city.delivery) + "\n" +
                                        Table([&](size_t i) { return kRows[i].city == city.name; }));
  }
  pages["/index.php"] =
      Page("Khush aamdeed", "<P>Masala, mithai, sheesha aur bahut kuch. Shehar chunen:\n<UL>" + cities +
                                "</UL>\n<P><A href=\"/offer.php\">Aaj ki offer</A>, <A "
                                "href=\"/item.php?id=404\">pichlay haftay ki offer</A>\n");
  const size_t count = (kRows.size() + kRowsPerPage - 1) / kRowsPerPage;
  for (size_t page = 1; page <= count; ++page) {
    std::string body = Table([&](size_t i) { return i / kRowsPerPage + 1 == page; });
    if (page > 1)
      body += Fill(R"(<A href="/rates.php?page={n}">Pichla</A> )", {{"n", std::to_string(page - 1)}});
    if (page < count)
      body += Fill(R"(<A href="/rates.php?page={n}">Agla</A>)", {{"n", std::to_string(page + 1)}});
    const std::string number = std::to_string(page);
    pages["/rates.php?page=" + number] = Page("Rate list, safha " + number, body);
  }
  for (size_t i = 0; i < kRows.size(); ++i) {
    const std::string id = std::to_string(i + 1);
    pages["/item.php?id=" + id] = Page(kRows[i].item, FillRow(kItemPage, i));
    pages["/pics/" + id + ".png"] = PngPixel();
  }
  pages["/rabta.php"] =
      Page("Rabta",
           "<P>Shikayat ya mashwara: 042-0000000 ya mail mandi@mail.example. Dukan subah 10 se "
           "raat 8 tak, Juma band. <A href=\"/robot.php\">Form bharen</A>\n");
  pages["/order.php"] =
      Page("Login karen",
           "<FORM method=\"post\" action=\"/login.php\"><P>Order dekhne ke liye login zaroori hai. "
           "Please log in.<BR>Mobile <INPUT name=\"mobile\"> Password <INPUT type=\"password\" "
           "name=\"pass\"> <INPUT type=\"submit\" value=\"Login\"></FORM>\n");
  pages["/robot.php"] =
      Page("Are you human?",
           "<FORM method=\"post\" action=\"/robot.php\"><P>Tasveer mein likhe huroof likhen "
           "(captcha): <IMG src=\"/pics/captcha.png\" alt=\"captcha\"> <INPUT name=\"captcha\"> <INPUT "
           "type=\"submit\"></FORM>\n");
  pages["/offer.php"] = RedirectTo("/item.php?id=4");
  pages["/pics/banner.png"] = pages["/pics/captcha.png"] = PngPixel();
  return pages;
}

constexpr std::string_view kProfile = R"(  name: mandi
  item: "tr.item, table.detail"
  title: ".naam"
  price: ".rate"
  quantity: ".miqdar"
  vendor: ".rabta"
  url: ".naam a@href"
  site_id: "@id"
  text: ".tafseel"
  ships_to: ".shehar"
)";

}  // namespace

Site MandiSite() {
  return WithPages({.name = "mandi",
                    .kind = "classifieds",
                    .start = "/index.php",
                    .profile = std::string(kProfile),
                    .missing = {"/item.php?id=404"}},
                   Pages());
}

}  // namespace gasht
