// The verbs of the crawl over an in-memory store: who may what, what is refused, what is left in the custody log.

#include "api/crawl_service.h"

#include <gtest/gtest.h>

#include "api/service.h"
#include "store/test_support.h"

namespace gasht {
namespace {

// Made up; their checksums are right, nobody is there.
constexpr char kOwn[] = "http://dgnukyj453sqntdtoszpijl22y76gpc7xpnyervhhbxbj54wpz4kmeqd.onion";
constexpr char kOther[] = "http://k723nnhqz4susdkdtidxclzdojr4apx32hr7smzrjqgd7xrcoktkncyd.onion";

class CrawlServiceTest : public testing::Test {
 protected:
  CrawlServiceTest() {
    Config config;
    config.tor.socks = {"127.0.0.1:9050"};
    Source source;
    source.id = {"market"};
    source.seeds.push_back(*Url::Parse(std::string(kOwn) + "/"));
    source.scope = {{ScopeRule::Action::kExclude, "/secret"}};
    source.authority = {"FIR 1/2026", "test", clock_.Utc() - std::chrono::hours(1),
                        clock_.Utc() + std::chrono::hours(9)};
    config.sources.push_back(source);
    config_ = std::make_shared<const Config>(std::move(config));
    StoreOptions options;
    options.path = "memory";
    options.in_memory = true;
    store_ = *Store::Open(options);
    writer_ = std::make_unique<StoreWriter>(*store_, clock_);
    CrawlHooks hooks;
    hooks.config = [this] { return config_; };
    hooks.changed = [this](const SourceId& changed) { changed_.push_back(changed.value); };
    crawl_ = std::make_unique<CrawlService>(*store_, *writer_, clock_, std::move(hooks));
    service_ = std::make_unique<ApiService>(*store_, *writer_, clock_);
    crawl_->MountOn(*service_);
    std::promise<Status> done;
    std::vector<FrontierEntry> rows;
    for (const char* path : {"/a", "/b", "/b/c"}) {
      FrontierEntry row = MakeEntry({"market"}, path);
      row.url = kOwn + std::string(path);
      rows.push_back(std::move(row));
    }
    writer_->AddSeeds(std::move(rows), [&](Status status) { done.set_value(std::move(status)); });
    EXPECT_TRUE(done.get_future().get().ok());
  }

  ApiResponse Post(const std::string& path, const Json& body) {
    ApiRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body.Dump();
    request.actor = "officer";
    return service_->Handle(request);
  }
  ApiResponse Get(const std::string& path, std::map<std::string, std::string> params = {}) {
    ApiRequest request;
    request.path = path;
    request.params = std::move(params);
    request.actor = "officer";
    return service_->Handle(request);
  }
  // "kind actor" of the last leaf.
  std::string LastLeaf() {
    const CustodyLeaf leaf = store_->GetLeaf(store_->tree_head().size - 1).value();
    return leaf.kind + " " + leaf.actor;
  }

  FakeClock clock_;
  std::shared_ptr<const Config> config_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreWriter> writer_;
  std::vector<std::string> changed_;
  std::unique_ptr<CrawlService> crawl_;
  std::unique_ptr<ApiService> service_;
};

TEST_F(CrawlServiceTest, CancelIsARangeAndAnActOfSomebody) {
  const ApiResponse answer = Post(
      "/v1/frontier/cancel", Json::MakeObject().Set("source", "market").Set("path", "/b").Set("reason", "x"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Json::Parse(answer.body)->IntOr("changed", 0), 2);
  EXPECT_EQ(LastLeaf(), "frontier officer");
  EXPECT_EQ(changed_, std::vector<std::string>{"market"});
  const Json list = *Json::Parse(Get("/v1/frontier", {{"source", "market"}, {"state", "cancelled"}}).body);
  EXPECT_EQ(list.Find("items")->items().size(), 2u);
}

TEST_F(CrawlServiceTest, WhatIsRefused) {
  const struct {
    const char* path;
    Json body;
    int status;
    const char* words;
  } rows[] = {
      {"/v1/frontier/cancel", Json::MakeObject().Set("source", "nobody"), 404, "no source is called"},
      {"/v1/frontier/cancel", Json::MakeObject(), 400, "say which source"},
      {"/v1/frontier/requeue", Json::MakeObject().Set("source", "market").Set("priority", "now"), 400,
       "gasht capture"},
      {"/v1/frontier/cancel", Json::MakeObject().Set("source", "market").Set("path", "b"), 400,
       "begins with /"},
      {"/v1/frontier/block", Json::MakeObject().Set("source", "market").Set("for", "soon"), 400, ""},
      {"/v1/capture", Json::MakeObject().Set("url", kOwn), 400, "authority"},
      {"/v1/capture", Json::MakeObject().Set("url", "ftp://x/").Set("authority", "R"), 400, ""},
      {"/v1/capture", Json::MakeObject().Set("url", kOwn + std::string("/secret")).Set("authority", "R"), 400,
       "outside its scope"},
      {"/v1/capture", Json::MakeObject().Set("url", "http://127.0.0.1/").Set("authority", "R"), 400,
       "ip literal"},
      {"/v1/capture", Json::MakeObject().Set("url", "http://169.254.169.254/").Set("authority", "R"), 400,
       ""},
      {"/v1/candidates/decide", Json::MakeObject().Set("id", "c-0000000000000000"), 404, "no candidate"},
      {"/v1/reload", Json::MakeObject(), 412, "no core runs"},
  };
  for (const auto& row : rows) {
    const ApiResponse answer = Post(row.path, row.body);
    EXPECT_EQ(answer.status, row.status) << row.path << " " << row.body.Dump() << ": " << answer.body;
    EXPECT_NE(answer.body.find(row.words), std::string::npos) << row.path << " " << answer.body;
  }
  EXPECT_TRUE(changed_.empty());
}

TEST_F(CrawlServiceTest, AskedForInASourceOrAsATip) {
  const struct {
    std::string url;
    const char* source;
  } rows[] = {{kOwn + std::string("/b"), "market"}, {kOther + std::string("/x"), "tips"}};
  for (const auto& row : rows) {
    const ApiResponse answer =
        Post("/v1/capture", Json::MakeObject().Set("url", row.url).Set("authority", "FIR 9/2026"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json asked = *Json::Parse(answer.body);
    EXPECT_EQ(asked.StringOr("source"), row.source);
    EXPECT_EQ(LastLeaf(), "asked officer");
    const Json entry = *Json::Parse(
        Get("/v1/frontier/entry", {{"source", row.source}, {"key", asked.StringOr("key")}}).body);
    EXPECT_EQ(entry.StringOr("priority"), "now");
    EXPECT_EQ(entry.StringOr("asked_by"), "officer");
  }
  // A blocked queue is passed by nobody, a dormant source neither.
  ASSERT_EQ(Post("/v1/frontier/block", Json::MakeObject().Set("source", "market").Set("reason", "x")).status,
            200);
  const Json again = Json::MakeObject().Set("url", kOwn + std::string("/b")).Set("authority", "R");
  EXPECT_EQ(Post("/v1/capture", again).status, 412);
  ASSERT_EQ(Post("/v1/frontier/block", Json::MakeObject().Set("source", "market").Set("off", true)).status,
            200);
  EXPECT_EQ(Post("/v1/capture", again).status, 200);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_EQ(Post("/v1/capture", again).status, 412);
}

TEST_F(CrawlServiceTest, AMirrorIsAdoptedByAPersonWhoChecked) {
  PageCommit page = MakePage({"market"}, "/a", "x", clock_.Utc());
  Candidate mirror;
  mirror.kind = CandidateKind::kMirror;
  mirror.value = kOther;
  mirror.id = MakeCandidateId(mirror.kind, mirror.value);
  mirror.source = mirror.last_source = {"market"};
  mirror.times_seen = 1;
  mirror.lookalike_of = "dgnukyj453sqntdtoszpijl22y76gpc7xpnyervhhbxbj54wpz4kmeqd.onion";
  page.candidates = {mirror};
  std::promise<Result<PageCommitted>> done;
  writer_->CommitPage(page, [&](Result<PageCommitted> result) { done.set_value(std::move(result)); });
  ASSERT_TRUE(done.get_future().get().ok());
  Json adopt =
      Json::MakeObject().Set("id", mirror.id).Set("mirror_of", "market").Set("reason", "signed list");
  EXPECT_EQ(Post("/v1/candidates/decide", adopt).status, 412) << "it looks like the known one";
  adopt.Set("lookalike_checked", true);
  const ApiResponse answer = Post("/v1/candidates/decide", adopt);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Json::Parse(answer.body)->StringOr("state"), "adopted");
  EXPECT_EQ(store_->GetOperatorState({"market"}).value().mirrors.at(0).origin, kOther);
  EXPECT_EQ(Post("/v1/candidates/decide", adopt).status, 409) << "it is the source's already";
  // Its pages are the source's from now on.
  EXPECT_EQ(Json::Parse(Post("/v1/capture",
                             Json::MakeObject().Set("url", kOther + std::string("/b")).Set("authority", "R"))
                            .body)
                ->StringOr("source"),
            "market");
}

TEST_F(CrawlServiceTest, StatusAndMetricsSayTheSame) {
  PageCommit page = MakePage({"market"}, "/a", "x", clock_.Utc());
  page.facts.drops = {{"depth", 3}};
  page.facts.seen_as_content = true;
  page.capture.wire_bytes = 77;
  std::promise<Result<PageCommitted>> done;
  writer_->CommitPage(page, [&](Result<PageCommitted> result) { done.set_value(std::move(result)); });
  ASSERT_TRUE(done.get_future().get().ok());
  const Json status = *Json::Parse(Get("/v1/sources").body);
  const Json& market = status.Find("items")->items().at(0);
  EXPECT_EQ(market.StringOr("state"), "active");
  EXPECT_EQ(market.Find("outcomes")->IntOr("ok", 0), 1);
  EXPECT_EQ(market.IntOr("wire_bytes", 0), 77);
  const ApiResponse metrics = Get("/v1/metrics");
  EXPECT_TRUE(metrics.content_type.starts_with("text/plain"));
  for (const char* line : {"gasht_attempts_total{source=\"market\",outcome=\"ok\"} 1\n",
                           "gasht_links_dropped_total{source=\"market\",why=\"depth\"} 3\n",
                           "gasht_received_bytes_total{source=\"market\"} 77\n", "gasht_writer_ok 1\n",
                           "gasht_frontier_pages{source=\"market\",state=\"scheduled\"} 3\n"})
    EXPECT_NE(metrics.body.find(line), std::string::npos) << line << "in\n" << metrics.body;
  EXPECT_EQ(Get("/v1/sources", {{"source", "nobody"}}).status, 404);
}

}  // namespace
}  // namespace gasht
