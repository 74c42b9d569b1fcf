// One page for each make of site that is known, and all that must be read from it.

#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "analysis/analyze_page.h"
#include "base/file.h"
#include "config/profile.h"
#include "model/json.h"
#include "tests/support/golden.h"

namespace gasht {
namespace {

constexpr std::string_view kPages = "tests/fixtures/adapters/";
constexpr std::string_view kGoldens = "tests/fixtures/golden/adapters/";

struct Case {
  const char* file;
  const char* url;
  const char* profile = "";  // of config/examples/profiles
};

constexpr Case kCases[] = {
    {"phpbb3_topic.html", "http://board.example/viewtopic.php?t=31"},
    {"phpbb3_forum.html", "http://board.example/viewforum.php?f=4"},
    {"phpbb2_topic.html", "http://old.example/viewtopic.php?t=12"},
    {"phpbb_subsilver2_topic.html", "http://grey.example/viewtopic.php?f=2&t=5"},
    {"smf20_topic.html", "https://smf.example/index.php?topic=9.0"},
    {"smf21_topic.html", "https://smf.example/index.php?topic=14.0"},
    {"smf21_board.html", "https://smf.example/index.php?board=2.0"},
    {"xenforo1_thread.html", "https://chem.example/threads/xanax-bars.77/"},
    {"xenforo2_thread.html", "https://green.example/threads/cali-packs.9/"},
    {"xenforo2_forum.html", "https://green.example/forums/trade.4/"},
    {"vbulletin3_thread.html", "http://talk.example/showthread.php?t=40"},
    {"vbulletin4_thread.html", "http://talk.example/showthread.php?88-Mephedrone"},
    {"vbulletin4_forum.html", "http://talk.example/forumdisplay.php?4-Trade"},
    {"vbulletin5_thread.html", "https://vb.example/forum/trade/610-lean-bottles"},
    {"discourse_topic.html", "https://d.example/t/kief-and-rosin/5"},
    {"discourse_latest.html", "https://d.example/latest"},
    {"discourse_topic.json", "https://d.example/t/5.json"},
    {"mybb_thread.html", "https://mybb.example/showthread.php?tid=61"},
    {"ipb4_topic.html", "https://ipb.example/topic/20-ketamine-vials/"},
    {"telegram_channel.html", "https://t.me/s/lahoremaal"},
    {"telegram_contact.html", "https://t.me/kaka_lhr"},
    {"telegram_post_embed.html", "https://t.me/lahoremaal/44?embed=1"},
    {"whatsapp_invite.html", "https://chat.whatsapp.com/AbCdEfGh12345"},
    {"whatsapp_chat_link.html", "https://wa.me/923012345678"},
    {"whatsapp_channel.html", "https://whatsapp.com/channel/0029VaXYZ12345"},
    {"instagram_post.html", "https://www.instagram.com/p/CxYz123abcd/"},
    {"instagram_embed.html", "https://www.instagram.com/p/CxYz123abcd/embed/captioned/"},
    {"instagram_profile.html", "https://www.instagram.com/kaka.lhr/"},
    {"facebook_mobile_timeline.html", "https://m.facebook.com/lahorevapes/posts/"},
    {"facebook_page.html", "https://www.facebook.com/lahorevapes/"},
    {"facebook_marketplace_item.html", "https://www.facebook.com/marketplace/item/778899001122/"},
    {"x_status.html", "https://x.com/kaka_lhr/status/1719700000000000000"},
    {"x_embed.html", "https://publish.twitter.com/?query=kaka"},
    {"x_timeline.html", "https://syndication.twitter.com/srv/timeline-profile/screen-name/kaka_lhr"},
    {"tiktok_video.html", "https://www.tiktok.com/@kaka.lhr/video/7296000000000000001"},
    {"tiktok_profile.html", "https://www.tiktok.com/@kaka.lhr"},
    {"snapchat_profile.html", "https://www.snapchat.com/add/drank.nyc"},
    {"woocommerce_product.html", "https://leafline.example/product/blue-dream/"},
    {"shopify_product.html", "https://skyhemp.example/products/delta-8-gummies"},
    {"opencart_product.html", "https://oc.example/index.php?route=product/product&product_id=77"},
    {"pharmacy_packages.html", "http://caremeds24.example/buy-tramadol"},
    {"pastebin_paste.html", "https://pastebin.com/Qw3rTy12"},
    {"rentry_paste.html", "https://rentry.co/nightmenu"},
    {"dpaste_snippet.html", "https://dpaste.example/HkX2"},
    {"privatebin_paste.html", "https://privatebin.example/?0123456789abcdef"},
    {"rss2.xml", "http://board.example/feed"},
    {"rss1.rdf", "http://old.example/index.rdf"},
    {"atom.xml", "https://feed.example/.rss"},
    {"apollon_list.html", "http://apollon.example/home.php?cid=2", "apollon"},
    {"apollon_item.html", "http://apollon.example/listing.php?ls_id=50101", "apollon"},
    {"cryptonia_list.html", "http://cryptonia.example/products", "cryptonia"},
    {"cryptonia_item.html", "http://cryptonia.example/product/88001", "cryptonia"},
    {"dream_list.html", "http://dream.example/?category=104", "dream"},
    {"dream_item.html", "http://dream.example/viewProduct?offer=178.611", "dream"},
    {"empire_list.html", "http://empire.example/search", "empire"},
    {"empire_item.html", "http://empire.example/product/35791/105/186765", "empire"},
};

// Everything but the long texts, which messages and listings repeat; of the links those that turn the page.
Json Golden(const PageAnalysis& analysis) {
  const Json whole = ExtractJson(analysis);
  Json golden = Json::MakeObject();
  for (const auto& [key, value] : whole.entries()) {
    if (key != "text" && key != "main_text" && key != "links") golden.Set(key, value);
  }
  Json turns = Json::MakeObject();
  for (const Link& link : analysis.document.links) {
    if ((link.rel == "next" || link.rel == "prev") && turns.Find(link.rel) == nullptr)
      turns.Set(link.rel, link.url);
  }
  if (!turns.entries().empty()) golden.Set("turns", std::move(turns));
  return golden;
}

TEST(AdapterGoldens, EveryMakeOfSite) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.file);
    CapturedPage page;
    page.url = c.url;
    Result<std::string> bytes = ReadFile(std::string(kPages) + c.file, 1 << 20);
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    page.body = std::move(*bytes);
    AnalysisContext context;
    context.fetched_at = {1'700'000'000'000'000};  // 2023-11-14T22:13:20Z
    if (c.profile[0] != '\0') {
      const auto profile = LoadProfile(std::string("config/examples/profiles/") + c.profile + ".yaml");
      ASSERT_TRUE(profile.ok()) << profile.status().message();
      context.profile = *profile;
    }
    const PageAnalysis analysis = AnalyzePage(page, context);
    // What a worker may answer: else the page would be lost.
    const Status checked = CheckPageAnalysis(analysis);
    EXPECT_TRUE(checked.ok()) << checked.message();
    // Nothing known was found: the golden would say so, and nobody would see it.
    EXPECT_TRUE(!analysis.listings.empty() || !analysis.messages.empty() ||
                std::string_view(c.file).starts_with("privatebin"));
    ExpectGolden(std::string(kGoldens) + c.file + ".json", PrettyJson(Golden(analysis)));
  }
}

// A fixture that no case names would rot.
TEST(AdapterGoldens, EveryFixtureIsRead) {
  std::set<std::string> named;
  for (const Case& c : kCases) named.insert(c.file);
  for (const auto& entry : std::filesystem::directory_iterator(kPages)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name == "README.md" || named.count(name) == 1) << name;
  }
}

}  // namespace
}  // namespace gasht
