#include "crawler/discovery.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace gasht {
namespace {

// Made up; their checksums are right, nobody is there.
constexpr char kOwn[] = "dgnukyj453sqntdtoszpijl22y76gpc7xpnyervhhbxbj54wpz4kmeqd.onion";
constexpr char kOther[] = "k723nnhqz4susdkdtidxclzdojr4apx32hr7smzrjqgd7xrcoktkncyd.onion";

Source MakeSource() {
  Source source;
  source.id = {"market"};
  source.seeds.push_back(*Url::Parse(fmt::format("http://{}/", kOwn)));
  source.seeds.push_back(*Url::Parse("https://t.me/s/known_channel"));
  source.scope = {{ScopeRule::Action::kInclude, "/item/"}};
  return source;
}

std::string Found(const std::vector<std::pair<std::string, std::string>>& links,
                  const std::string& text = "") {
  const Source source = MakeSource();
  KnownAddresses known;
  known.Add(source);
  PageAnalysis analysis;
  analysis.document.text = text;
  for (const auto& [url, words] : links) {
    Link link;
    link.url = url;
    link.text = words;
    const size_t at = text.find(words);
    if (!words.empty() && at != std::string::npos) link.span = {at, at + words.size()};
    analysis.document.links.push_back(link);
  }
  std::string out;
  for (const Candidate& candidate : FindCandidates(source, Scope(source), known, Capture(), analysis)) {
    EXPECT_EQ(candidate.id, MakeCandidateId(candidate.kind, candidate.value));
    out += fmt::format("{} {};", CandidateKindName(candidate.kind), candidate.value);
  }
  return out;
}

TEST(DiscoveryTest, PlacesThatLinksLeadTo) {
  const std::string other = fmt::format("http://{}", kOther);
  const struct {
    std::string url, words, text;
    std::string found;
  } rows[] = {
      {"https://t.me/Lahore_Deals", "", "", "telegram t.me/lahore_deals;"},
      {"https://t.me/s/lahore_deals/12", "", "", "telegram t.me/lahore_deals;"},
      {"https://telegram.me/joinchat/AbC-d_1", "", "", "telegram_invite t.me/+AbC-d_1;"},
      {"https://t.me/+AbCdEf123", "", "", "telegram_invite t.me/+AbCdEf123;"},
      {"https://t.me/known_channel", "", "", ""},
      {"https://t.me/share/url?url=x", "", "", ""},
      {"https://t.me/", "", "", ""},
      {"https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "", "",
       "whatsapp_invite chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv;"},
      {"https://chat.whatsapp.com/short", "", "", ""},
      {"https://wa.me/923001234567", "", "", ""},
      {"https://whatsapp.com/channel/0029VaAbc", "", "", "whatsapp_invite whatsapp.com/channel/0029VaAbc;"},
      {other + "/shop?x=1", "a shop", "visit a shop", "onion " + other + ";"},
      {"http://www." + std::string(kOther) + "/", "", "", "onion " + other + ";"},
      {other + "/", "Mirror 2", "", "mirror " + other + ";"},
      {other + "/", "click", "Our official mirrors: click", "mirror " + other + ";"},
      {fmt::format("http://{}/x", kOwn), "", "", ""},
      // A wrong checksum is nobody's address.
      {"http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad.onion/", "", "", ""},
      {fmt::format("http://{}/rss.xml", kOwn), "", "", fmt::format("feed http://{}/rss.xml;", kOwn)},
      {fmt::format("http://{}/item/rss.xml", kOwn), "", "", ""},
      {"mailto:x@y.example", "", "", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(Found({{row.url, row.words}}, row.text), row.found) << row.url;
}

TEST(DiscoveryTest, EachOnceAndWithinBounds) {
  const std::string other = fmt::format("http://{}/", kOther);
  EXPECT_EQ(Found({{other, ""}, {other + "2", "mirror"}, {other + "3", ""}}),
            fmt::format("mirror http://{};", kOther));
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 1000; ++i) many.emplace_back(fmt::format("https://t.me/channel_{}", i), "");
  const std::string found = Found(many);
  EXPECT_EQ(static_cast<size_t>(std::count(found.begin(), found.end(), ';')), kMaxCandidatesOfPage);
}

TEST(DiscoveryTest, Lookalikes) {
  KnownAddresses known;
  known.Add(MakeSource());
  const std::string own = kOwn;
  const struct {
    std::string host;
    bool alike;
  } rows[] = {
      {own, false},
      {kOther, false},
      {own.substr(0, 6) + std::string(kOther).substr(6), true},
      {own.substr(0, 5) + std::string(kOther).substr(5), false},
      {own.substr(0, 4) + std::string(kOther).substr(4, 47) + own.substr(51), true},
      {"x.onion", false},
  };
  for (const auto& row : rows) EXPECT_EQ(known.LookalikeOf(row.host), row.alike ? own : "") << row.host;
}

TEST(DiscoveryTest, SignedAddressesSayWhoSignedThem) {
  const Source source = MakeSource();
  KnownAddresses known;
  known.Add(source);
  const SignedList list = {SignatureVerdict::kGood,
                           "AB12",
                           {},
                           {fmt::format("http://{}", kOwn), fmt::format("http://{}", kOther)},
                           0};
  const std::vector<Candidate> found = SignedCandidates(source, known, Capture(), list);
  ASSERT_EQ(found.size(), 1u) << "its own address is known";
  EXPECT_EQ(CandidateKindName(found[0].kind), "mirror");
  EXPECT_EQ(CandidateStateName(found[0].state), "open") << "proposed only";
  EXPECT_EQ(CandidateBasisName(found[0].basis), "signed_list");
  EXPECT_EQ(found[0].signer, "AB12");
  EXPECT_EQ(found[0].value, fmt::format("http://{}", kOther));
}

TEST(DiscoveryTest, WallsAreNotRead) {
  const Source source = MakeSource();
  PageAnalysis analysis;
  Link link;
  link.url = "https://t.me/lahore_deals";
  analysis.document.links.push_back(link);
  analysis.document.page_class = PageClass::kLoginWall;
  EXPECT_TRUE(FindCandidates(source, Scope(source), {}, Capture(), analysis).empty());
}

}  // namespace
}  // namespace gasht
