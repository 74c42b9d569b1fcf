// Baithak: a talking shop with threads in Roman Urdu and in Urdu script (right to left). Some posts offer
// drugs; most are about cricket, food and phones, one asks for help, one passes on news of a seizure.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/market/site.h"

namespace gasht {
namespace {

constexpr size_t kPostsPerPage = 3;

struct Post {
  std::string_view author, time, text;
};

struct Thread {
  std::string_view board, title, language;  // "ur" is written from the right
  std::vector<Post> posts;
};

struct Board {
  std::string_view id, name;
};

constexpr Board kBoards[] = {
    {"gupshup", "Gup shup"}, {"bazar", "Kharid o farokht"}, {"sehat", "صحت اور مشورہ"}};

// clang-format off
const std::vector<Thread>& Threads() {
  static const std::vector<Thread> threads = {
      {"bazar", "Lahore mein maal chahiye ya nahi?", "ur-Latn", {
          {"malang_77", "2026-02-03T21:10", "Bhaiyo Lahore mein asli Chitrali charas dastiyab hai, 1 tola 2500 PKR, 5 tola par 500 ki chhoot. Home delivery, WhatsApp 0301-2345678."},
          {"johar_wala", "2026-02-03T21:34", "Bhai Johar Town mein delivery hai? Pichli baar ka maal theek tha."},
          {"malang_77", "2026-02-03T21:40", "Ji Johar Town aur Model Town dono. Advance Easypaisa 0301-2345678 par bhejen, rider le aayega."},
          {"sher_dil", "2026-02-04T10:02", "Yeh forum in cheezon ke liye nahi hai, admin post hatao."},
          {"malang_77", "2026-02-04T23:15", "Naya maal aa gaya, garda 1 pao 26000, sirf Lahore. Number wohi hai."}}},
      {"bazar", "آئس دستیاب ہے", "ur", {
          {"raat_ka_raja", "2026-02-10T23:55", "کراچی میں خالص آئس دستیاب ہے، ایک گرام 4500 روپے، گھر تک پہنچائیں گے۔ واٹس ایپ 0345-0000404 پر رابطہ کریں۔"},
          {"gumnam", "2026-02-11T00:20", "بھائی پانچ گرام کا کیا ریٹ ہے؟"},
          {"raat_ka_raja", "2026-02-11T00:31", "پانچ گرام 20000 روپے، ہیروئن اور چرس بھی مل جائے گی۔ ادائیگی ایزی پیسہ سے، ڈلیوری کلفٹن اور گلشن۔"}}},
      {"bazar", "Tablets aur neend ki goli", "ur-Latn", {
          {"dawakhana", "2026-02-12T18:00", "Xanax, Rivotril aur Tramadol bina parchi ke, 10 goli ka patta 400 rupay. Islamabad aur Pindi delivery, TCS bhi. Telegram @dawakhana_demo."},
          {"thaka_hua", "2026-02-12T18:45", "Doctor se poochhe baghair mat khana bhai, mere cousin ki tabiyat kharab ho gayi thi."}}},
      {"bazar", "آئی فون برائے فروخت", "ur", {
          {"umar_mobile", "2026-02-14T12:00", "آئی فون 12، 128 جی بی، بیٹری 86 فیصد، قیمت 95000 روپے۔ لاہور میں دکھا سکتا ہوں۔ فون 0300-0002020۔"},
          {"sana_k", "2026-02-14T12:40", "کیا 85000 میں دیں گے؟ ڈبہ ساتھ ہے؟"}}},
      {"gupshup", "PSL 2026: Lahore ya Karachi?", "ur-Latn", {
          {"sher_dil", "2026-02-20T19:00", "Kal ka match dekha? Akhri over mein aath run, kamal ki bowling."},
          {"sana_k", "2026-02-20T19:20", "Karachi ki batting phir fail. Pitch par ghaas bhi nahi thi."},
          {"umar_mobile", "2026-02-20T20:05", "Final ki ticket 2500 PKR mein mil rahi hai, online lein, black mein mat lena."},
          {"johar_wala", "2026-02-20T21:12", "Cricket ka nasha sab se alag hai yaar."}}},
      {"gupshup", "Biryani ki asli recipe", "ur-Latn", {
          {"amma_ji", "2026-01-15T11:00", "Ek kilo gosht, ek kilo chawal, ek pao dahi, khashkhash aadha tola, zafran ek chutki. Dam par bees minute."},
          {"sana_k", "2026-01-15T13:30", "Saath mein pudine ki chutney aur thandi ice cream ho to kya baat hai."},
          {"thaka_hua", "2026-01-16T20:10", "Bana li, bohat mazay ki thi. Agli dafa halwa puri ki recipe bhi dena."}}},
      {"gupshup", "آج کی شاعری", "ur", {
          {"ghalib_fan", "2026-01-20T22:00", "اپنا ایک مصرع: تیری باتوں کا نشہ ایسا چڑھا کہ شام بھی دریا کنارے ٹھہر گئی۔"},
          {"amma_ji", "2026-01-20T22:30", "واہ، کیا خوب مصرع ہے۔ دوسرا بھی سنائیں۔"}}},
      {"gupshup", "خبر: اینٹی نارکوٹکس فورس کی کارروائی", "ur", {
          {"khabar_nama", "2026-02-18T09:00", "اینٹی نارکوٹکس فورس نے طورخم کے قریب ایک ٹرک سے 5 کلو ہیروئن اور 12 کلو چرس پکڑ لی، دو ملزم گرفتار ہوئے۔"},
          {"sher_dil", "2026-02-18T09:25", "اچھی خبر ہے، یہ زہر ہمارے بچوں تک پہنچتا ہے۔"}}},
      {"sehat", "Nasha kaise chhorein?", "ur-Latn", {
          {"thaka_hua", "2026-02-05T02:15", "Mera chhota bhai ice peeta hai, do saal ho gaye. Koi batayega nasha kaise chhurwayen? Lahore mein koi acha markaz?"},
          {"dr_nadia", "2026-02-05T08:00", "Sarkari hospital mein ilaj muft hai. Ghar walon ka saath sab se zaroori hai, us par chillayen mat."},
          {"amma_ji", "2026-02-05T09:10", "Beta dua karti hoon. Mere bhanje ne charas chhor di thi, ab theek hai."},
          {"thaka_hua", "2026-02-06T01:00", "Shukriya doctor sahiba, kal le kar jaunga."}}},
      {"sehat", "بچوں کی کھانسی کا علاج", "ur", {
          {"sana_k", "2026-01-28T07:30", "تین دن سے بچے کو کھانسی ہے، شہد اور ادرک دے رہی ہوں۔ کوئی شربت بتائیں؟"},
          {"dr_nadia", "2026-01-28T10:00", "دو سال سے چھوٹے بچے کو بغیر ڈاکٹر کے شربت نہ دیں، بھاپ دیں اور پانی پلائیں۔"}}},
  };
  return threads;
}
// clang-format on

constexpr std::string_view kFrame = R"(<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><title>{title} :: Baithak</title></head>
<body>
<div id="top"><img src="/logo.png" alt=""><a href="/">Baithak</a> <a href="/login">Login</a> <a href="/signup">Shamil hon</a>
<a href="/new?sid=00c4e1d2">Naye threads</a></div>
<h1>{title}</h1>
{body}
<div id="foot">Baithak, testing ke liye. <a href="https://news.example.net/urdu">اردو خبریں</a></div>
</body>
</html>
)";

constexpr std::string_view kPost = R"(<div class="post" id="p{id}">
<div class="by"><a class="user" href="/user/{author}">{author}</a> <time datetime="{time}+05:00">{time}</time> <a class="permalink" href="{target}#p{id}">#{id}</a></div>
<div class="words" lang="{language}" dir="{direction}">{text}</div>
</div>
)";

std::string_view Direction(std::string_view language) {
  return language == "ur" ? "rtl" : "ltr";
}

Response Page(std::string_view title, std::string_view language, std::string_view body) {
  return {
      .body = Fill(
          kFrame,
          {{"title", title}, {"language", language}, {"direction", Direction(language)}, {"body", body}})};
}

std::string ThreadTarget(size_t thread, size_t page) {
  return "/thread/" + std::to_string(thread + 1) + (page == 1 ? "" : "?page=" + std::to_string(page));
}

// A list with the threads that `wanted` accepts.
template <typename Predicate>
std::string ThreadList(Predicate wanted) {
  std::string list;
  for (size_t i = 0; i < Threads().size(); ++i) {
    const Thread& thread = Threads()[i];
    if (!wanted(thread)) continue;
    list += Fill(R"(<li><a class="thread" href="{target}"><bdi>{title}</bdi></a> ({posts} jawab)</li>)",
                 {{"target", ThreadTarget(i, 1)},
                  {"title", thread.title},
                  {"posts", std::to_string(thread.posts.size() - 1)}});
  }
  return "<ul class=\"threads\">" + list + "</ul>\n";
}

void AddThread(size_t index, std::map<std::string, Response>& pages) {
  const Thread& thread = Threads()[index];
  const size_t count = (thread.posts.size() + kPostsPerPage - 1) / kPostsPerPage;
  for (size_t page = 1; page <= count; ++page) {
    const std::string target = ThreadTarget(index, page);
    std::string body;
    for (size_t i = (page - 1) * kPostsPerPage; i < thread.posts.size() && i < page * kPostsPerPage; ++i) {
      const Post& post = thread.posts[i];
      body += Fill(kPost, {{"id", std::to_string((index + 1) * 100 + i + 1)},
                           {"author", post.author},
                           {"time", post.time},
                           {"target", target},
                           {"language", thread.language},
                           {"direction", Direction(thread.language)},
                           {"text", post.text}});
    }
    body += "<p class=\"pages\">";
    for (size_t other = 1; other <= count; ++other) {
      body += Fill(R"(<a href="{t}">{n}</a> )",
                   {{"t", ThreadTarget(index, other)}, {"n", std::to_string(other)}});
    }
    body += Fill(R"(<a href="/board/{b}">Wapas</a></p>)", {{"b", thread.board}});
    pages[target] = Page(thread.title, thread.language, body);
  }
}

void AddUsers(std::map<std::string, Response>& pages) {
  std::map<std::string, int> posts;
  for (const Thread& thread : Threads()) {
    for (const Post& post : thread.posts) ++posts[std::string(post.author)];
  }
  for (const auto& [user, count] : posts) {
    const std::string body =
        "<p>Posts: " + std::to_string(count) + "</p>" +
        ThreadList([&user = user](const Thread& thread) { return thread.posts.front().author == user; });
    pages["/user/" + user] = Page(user, "ur-Latn", body);
  }
}

std::map<std::string, Response> Pages() {
  std::map<std::string, Response> pages;
  std::string boards;
  for (const Board& board : kBoards) {
    boards += Fill(R"(<li><a href="/board/{id}">{name}</a></li>)", {{"id", board.id}, {"name", board.name}});
    pages["/board/" + std::string(board.id)] = Page(
        board.name, "ur-Latn", ThreadList([&](const Thread& thread) { return thread.board == board.id; }));
  }
  pages["/"] = Page("Baithak mein khush aamdeed", "ur-Latn",
                    "<ul class=\"boards\">" + boards +
                        "</ul><p><a href=\"/latest\">Taza tareen</a>, <a href=\"/new\">naye threads</a>, <a "
                        "href=\"/thread/77\">band thread</a>, <a "
                        "href=\"/attachments/chai.png\">chai ki tasveer</a></p>");
  pages["/new"] = Page("Naye threads", "ur-Latn", ThreadList([](const Thread&) { return true; }));
  for (size_t i = 0; i < Threads().size(); ++i) AddThread(i, pages);
  AddUsers(pages);
  pages["/login"] =
      Page("Login", "ur-Latn",
           "<form method=\"post\" action=\"/login\"><p>You must be logged in to view this board. "
           "<input name=\"user\"> <input type=\"password\" name=\"password\"> "
           "<button>Login</button></p></form>");
  pages["/signup"] = Page("Kya aap insaan hain?", "ur-Latn",
                          "<form method=\"post\" action=\"/signup\"><p>Captcha: <img src=\"/captcha.png\" "
                          "alt=\"captcha\"> <input name=\"captcha\"> <button>Aage</button></p></form>");
  pages["/latest"] = RedirectTo("/thread/5");
  pages["/logo.png"] = pages["/captcha.png"] = pages["/attachments/chai.png"] = PngPixel();
  return pages;
}

constexpr std::string_view kProfile = R"(  name: baithak
  kind: post
  item: "div.post"
  vendor: ".user"
  url: ".permalink@href"
  site_id: "@id"
  text: ".words"
)";

}  // namespace

Site BaithakSite() {
  return WithPages({.name = "baithak",
                    .kind = "forum",
                    .start = "/",
                    .profile = std::string(kProfile),
                    .missing = {"/thread/77"}},
                   Pages());
}

}  // namespace gasht
