#include "model/page_analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/full_nouns.h"

namespace gasht {
namespace {

TEST(PageAnalysisTest, FindsFieldsByPath) {
  const PageAnalysis analysis = FullPageAnalysis();
  struct Case {
    const char* path;
    std::optional<std::string_view> text;
  };
  for (const Case& c : {
           Case{"title", "Bazaar"},
           Case{"text", analysis.document.text},
           Case{"main_text", analysis.document.main_text},
           Case{"url", "http://market.example/listing/one"},
           Case{"listings/0/title", ""},
           Case{"listings/1/vendor", "lahori"},
           Case{"listings/1/site_id", "L-1"},
           Case{"messages/0/author", "lahori"},
           Case{"links/0/text", "Bazaar"},
           Case{"", {}},
           Case{"/", {}},
           Case{"nothing", {}},
           Case{"listings", {}},
           Case{"listings/", {}},
           Case{"listings/1", {}},
           Case{"listings/2/title", {}},
           Case{"listings/-1/title", {}},
           Case{"listings/99999999999999999999/title", {}},
           Case{"listings/1x/title", {}},
           Case{"listings/1/text", {}},
           Case{"listings/1/title/", {}},
           Case{"messages/0/title", {}},
           Case{"weirds/0/name", {}},
       }) {
    EXPECT_EQ(FindField(analysis, c.path), c.text) << c.path;
  }
}

TEST(PageAnalysisTest, ChecksWhatAChildSends) {
  struct Case {
    const char* name;
    std::function<void(PageAnalysis&)> spoil;
  };
  ASSERT_EQ(CheckPageAnalysis(FullPageAnalysis()), Status::Ok());
  for (const Case& c : {
           Case{"block behind the end", [](PageAnalysis& a) { a.document.blocks[0].span.end = 100'000; }},
           Case{"block backwards",
                [](PageAnalysis& a) {
                  a.document.blocks[0].span = {3, 2};
                }},
           Case{"link inside a character",
                [](PageAnalysis& a) {
                  a.document.links[0].span = {8, 9};
                }},
           Case{"listing", [](PageAnalysis& a) { a.listings[1].span.end = SIZE_MAX; }},
           Case{"listing's identifier",
                [](PageAnalysis& a) { a.listings[1].identifiers[0].field = "nowhere"; }},
           Case{"message's identifier",
                [](PageAnalysis& a) { a.messages[0].identifiers[0].span.end = 1000; }},
           Case{"identifier", [](PageAnalysis& a) { a.identifiers[0].span.begin = SIZE_MAX; }},
           Case{"no such listing", [](PageAnalysis& a) { a.candidates[0].listing = 2; }},
           Case{"score", [](PageAnalysis& a) { a.candidates[0].score = 101; }},
           Case{"match in no field", [](PageAnalysis& a) { a.candidates[0].matches[0].field = "html"; }},
           Case{"match of another text",
                [](PageAnalysis& a) { a.candidates[0].matches[0].text = "home Delivery"; }},
           Case{"match elsewhere", [](PageAnalysis& a) { ++a.candidates[0].matches[0].span.begin; }},
       }) {
    PageAnalysis analysis = FullPageAnalysis();
    c.spoil(analysis);
    EXPECT_EQ(CheckPageAnalysis(analysis).code(), StatusCode::kInvalidArgument) << c.name;
  }
}

}  // namespace
}  // namespace gasht
