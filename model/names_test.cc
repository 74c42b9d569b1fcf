// The words of every enumeration: what is printed is read back, and the words are those of the design.

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/fetch.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/listing.h"
#include "model/source.h"

namespace gasht {
namespace {

template <typename Enum, typename NameOf, typename Parse>
void ExpectWords(int first, const char* words, NameOf name_of, Parse parse) {
  std::istringstream in(words);
  int number = first;
  for (std::string word; in >> word; ++number) {
    EXPECT_EQ(name_of(static_cast<Enum>(number)), word);
    EXPECT_EQ(parse(word), static_cast<Enum>(number)) << word;
  }
  EXPECT_EQ(name_of(static_cast<Enum>(number)), "unknown") << number << " is not in the list of this test";
  EXPECT_FALSE(parse("unknown word"));
}

TEST(NamesTest, WordsOfTheDesign) {
  ExpectWords<FetchOutcome>(
      1,
      "ok not_modified http_error proxy_down network_down onion_descriptor_missing "
      "onion_unreachable onion_auth_needed bad_onion_address exit_refused dns_failed "
      "connection_refused connection_reset connect_timeout transfer_timeout tls too_large "
      "content_type_refused blocked_by_scope cancelled",
      FetchOutcomeName, ParseFetchOutcome);
  ExpectWords<PageClass>(1, "content login_wall captcha queue seizure_banner isp_block error parked empty",
                         PageClassName, ParsePageClass);
  ExpectWords<IdentifierKind>(
      1,
      "btc eth xmr ltc trx usdt doge bch pgp_fingerprint onion phone email telegram whatsapp signal "
      "session threema wickr wire instagram snapchat facebook tiktok iban easypaisa jazzcash raast "
      "payment_account cnic url",
      IdentifierKindName, ParseIdentifierKind);
  ExpectWords<ListingKind>(1, "offer post message profile page", ListingKindName, ParseListingKind);
  ExpectWords<Level>(1, "informational low medium high critical", LevelName, ParseLevel);
  ExpectWords<FrontierState>(1, "scheduled refused gone held cancelled done", FrontierStateName,
                             ParseFrontierState);
  ExpectWords<CrawlPriority>(0, "now seed listing index rest", CrawlPriorityName, ParseCrawlPriority);
  ExpectWords<CandidateKind>(1, "onion mirror telegram telegram_invite whatsapp_invite feed",
                             CandidateKindName, ParseCandidateKind);
  ExpectWords<CandidateState>(1, "open adopted dismissed", CandidateStateName, ParseCandidateState);
  ExpectWords<Decision>(1, "confirmed dismissed needs_more", DecisionName, ParseDecision);
  ExpectWords<SourceKind>(0, "market forum telegram_channel social_page pharmacy classifieds paste feed",
                          SourceKindName, ParseSourceKind);
}

TEST(NamesTest, SubstanceClasses) {
  std::istringstream in(
      "cannabis synthetic_cannabinoid opioid cocaine amphetamine_type ecstasy_type cathinone psychedelic "
      "dissociative "
      "benzodiazepine sedative prescription_other steroid precursor other");
  for (std::string word; in >> word;) EXPECT_TRUE(IsSubstanceClass(word)) << word;
  for (const char* word : {"", "Opioid", "opioids", "alcohol"}) EXPECT_FALSE(IsSubstanceClass(word)) << word;
}

TEST(NamesTest, EveryWordIsItsOwn) {
  std::set<std::string_view> words;
  for (int i = 1; i <= 3; ++i) words.insert(IdentifierCheckName(static_cast<IdentifierCheck>(i)));
  for (int i = 1; i <= 4; ++i) words.insert(IdentifierRoleName(static_cast<IdentifierRole>(i)));
  EXPECT_EQ(words, (std::set<std::string_view>{"passed", "failed", "none", "seller", "buyer", "bystander",
                                               "unknown"}));
  EXPECT_EQ(ProvenanceName(Provenance::kCaptured), "captured");
  EXPECT_EQ(ProvenanceName(Provenance::kReceived), "received");
  EXPECT_EQ(RouteName(Route::kTor), "tor");
  EXPECT_EQ(RouteName(Route::kDirect), "direct");
  EXPECT_EQ(TruncationName(Truncation::kDisconnect), "disconnect");
  EXPECT_EQ(BodyEndName(BodyEnd::kConnectionClosed), "connection_closed");
  EXPECT_EQ(ChannelName(Channel::kCleartextViaExit), "cleartext_via_exit");
  EXPECT_EQ(FrontierStateName(FrontierState::kHeld), "held");
}

}  // namespace
}  // namespace gasht
