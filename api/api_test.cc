// The API's paths over an in-memory store, and the socket.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>

#include <gtest/gtest.h>

#include "api/client.h"
#include "api/server.h"
#include "api/service.h"

namespace gasht {
namespace {

constexpr char kBody[] = "<html>Charas 1 tola 2500 PKR</html>";

Capture SomeCapture() {
  Capture capture;
  capture.source = SourceId{"mandi"};
  const Url url = *Url::Parse("http://mandi.example/list");
  capture.url = url.str();
  capture.final_url = url.str();
  capture.url_key = MakeUrlKey(capture.source, url, {});
  capture.authority = "FIA/1/2026";
  capture.outcome = FetchOutcome::kOk;
  capture.status = 200;
  capture.response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
  capture.content_type = "text/html";
  capture.channel = Channel::kOnion;
  capture.has_body = true;
  capture.body_sha256 = Sha256(kBody);
  capture.body_bytes = sizeof(kBody) - 1;
  capture.started_utc = {1'700'000'000'000'000};
  capture.boot_id = "00000000-0000-0000-0000-000000000000";
  capture.software = "gasht test";
  return capture;
}

PageAnalysis SomeAnalysis() {
  PageAnalysis analysis;
  analysis.document.text = "Charas 1 tola 2500 PKR";
  Listing listing;
  listing.title = "Charas 1 tola";
  listing.vendor = "malik";
  listing.prices = {{.amount = {2500, 0, "PKR"}, .amount_max = {}, .quantity = {}}};
  analysis.listings = {listing};
  MatchCandidate candidate;
  candidate.level = Level::kHigh;
  candidate.score = 80;
  candidate.substances = {{"cannabis-resin", {"cannabis"}, false}};
  candidate.reasons = {"names cannabis resin at a price", "چرس، قیمت کے ساتھ"};
  analysis.candidates = {candidate};
  return analysis;
}

class ApiTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = "/in-memory";
    options.in_memory = true;
    auto opened = Store::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    store_ = std::move(*opened);
    writer_ = std::make_unique<StoreWriter>(*store_, clock_);
    service_ = std::make_unique<ApiService>(*store_, *writer_, clock_);

    PageCommit page;
    page.capture = SomeCapture();
    page.body = kBody;
    page.analysis = SomeAnalysis();
    page.visited.source = page.capture.source;
    page.visited.key = page.capture.url_key;
    page.visited.url = page.capture.url;
    std::promise<Result<PageCommitted>> done;
    writer_->CommitPage(std::move(page),
                        [&](Result<PageCommitted> result) { done.set_value(std::move(result)); });
    const Result<PageCommitted> committed = done.get_future().get();
    ASSERT_TRUE(committed.ok()) << committed.status().message();
    ASSERT_EQ(committed->new_findings.size(), 1u);
    finding_ = committed->new_findings.front().value;
  }

  ApiResponse Get(const std::string& target) {
    Result<ApiRequest> request = ParseTarget(target);
    if (!request.ok()) return ApiResponse::Error(request.status());
    request->actor = "aisha";
    return service_->Handle(*request);
  }

  FakeClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreWriter> writer_;
  std::unique_ptr<ApiService> service_;
  std::string finding_;
};

TEST_F(ApiTest, AReviewIsDurableShownAndKept) {
  const auto post = [&](const std::string& path, const std::string& body) {
    ApiRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.actor = "aisha";
    return service_->Handle(request);
  };
  const std::string path = "/v1/findings/" + finding_ + "/reviews";
  const struct {
    std::string path, body;
    int status;
    std::string contains;
  } cases[] = {
      {path, R"({"decision":"confirmed","note":"phone is known"})", 200, R"("actor":"aisha")"},
      {path, R"({"decision":"needs_more"})", 200, R"("decision":"needs_more")"},
      {path, R"({"decision":"maybe"})", 400, "must be confirmed, dismissed or needs_more"},
      {path, R"({"decision":"confirmed","actor":"omar"})", 400, "unknown key 'actor'"},
      {path, R"({"decision":5})", 400, "must be text"},
      {path, "nonsense", 400, "JSON object"},
      {path, R"({"decision":"confirmed","note":")" + std::string(4001, 'x') + "\"}", 400,
       "at most 4000 bytes"},
      {"/v1/findings/f-0000000000000000/reviews", R"({"decision":"confirmed"})", 404, "error"},
      {"/v1/findings//reviews", R"({"decision":"confirmed"})", 400, "error"},
      {"/v1/findings", "{}", 400, "POST is not answered here"},
  };
  for (const auto& c : cases) {
    const ApiResponse response = post(c.path, c.body);
    EXPECT_EQ(response.status, c.status) << c.path << " " << c.body.substr(0, 60) << response.body;
    EXPECT_NE(response.body.find(c.contains), std::string::npos) << c.body.substr(0, 60) << response.body;
  }
  const ApiResponse shown = Get("/v1/findings/" + finding_);
  EXPECT_NE(shown.body.find("phone is known"), std::string::npos) << shown.body;
  EXPECT_NE(shown.body.find(R"("similar":[])"), std::string::npos) << shown.body;
  const auto reviews = store_->ListReviews(FindingId{finding_});
  ASSERT_TRUE(reviews.ok());
  EXPECT_EQ(reviews->size(), 2u);
}

TEST_F(ApiTest, AnswersEveryPath) {
  const struct {
    std::string target;
    int status;
    std::string contains;
  } cases[] = {
      {"/v1/status", 200, "\"custody\""},
      {"/v1/findings", 200, finding_},
      {"/v1/findings?source=mandi&min_level=high&limit=5", 200, finding_},
      {"/v1/findings?min_level=critical", 200, "{\"items\":[]}"},
      {"/v1/findings?source=other", 200, "{\"items\":[]}"},
      {"/v1/findings/" + finding_, 200, "\"observations\":[{"},
      {"/v1/evidence", 200, "\"body_sha256\""},
      {"/v1/evidence?after=1", 200, "{\"items\":[]}"},
      {"/v1/evidence/1", 200, "HTTP/1.1 200 OK"},
      {"/v1/evidence/1/body", 200, kBody},
      {"/v1/findings?sort=seen&limit=5", 200, finding_},
      {"/v1/findings?sort=price", 400, "sort is 'price'; it must be level or seen"},
      {"/v1/findings?min_level=hot", 400, "min_level is 'hot'; it must be"},
      {"/v1/findings?limit=many", 400, "limit must be a whole number"},
      {"/v1/findings?colour=red", 400, "unknown parameter 'colour'"},
      {"/v1/findings?source=a&source=b", 400, "given twice"},
      {"/v1/findings/f-0000000000000000", 404, "error"},
      {"/v1/evidence/99", 404, "error"},
      {"/v1/evidence/none", 400, "must be a whole number"},
      {"/v1/nothing", 404, "no such path"},
  };
  for (const auto& c : cases) {
    const ApiResponse response = Get(c.target);
    EXPECT_EQ(response.status, c.status) << c.target << " -> " << response.body;
    EXPECT_NE(response.body.find(c.contains), std::string::npos) << c.target << " -> " << response.body;
  }
}

TEST_F(ApiTest, EveryLookIsALeafNamingWhoAndWhat) {
  const struct {
    std::string target, what;
  } cases[] = {{"/v1/findings/" + finding_, "finding " + finding_},
               {"/v1/evidence/1", "capture 1"},
               {"/v1/evidence/1/body", "body of capture 1"},
               {"/v1/findings", "findings list: 1"}};
  for (const auto& c : cases) {
    const uint64_t before = store_->tree_head().size;
    ASSERT_EQ(Get(c.target).status, 200) << c.target;
    ASSERT_EQ(store_->tree_head().size, before + 1) << c.target;
    const auto leaf = store_->GetLeaf(before);
    ASSERT_TRUE(leaf.ok()) << leaf.status().message();
    EXPECT_EQ(leaf->kind, "view") << c.target;
    EXPECT_EQ(leaf->actor, "aisha") << c.target;
    EXPECT_EQ(leaf->detail, c.what) << c.target;
  }
}

TEST_F(ApiTest, NothingIsWrittenForARefusedRequest) {
  const uint64_t before = store_->tree_head().size;
  Get("/v1/evidence/99");
  Get("/v1/nothing");
  Get("/v1/status");
  EXPECT_EQ(store_->tree_head().size, before);
}

class SocketTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    std::string pattern = std::filesystem::temp_directory_path() / "gasht-api-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    path_ = dir_ + "/gasht.sock";
    auto server = ApiServer::Start(path_, *service_);
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(*server);
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(dir_);
  }

  std::string dir_, path_;
  std::unique_ptr<ApiServer> server_;
};

TEST_F(SocketTest, ClientGetsTheSameAnswersAndTheKernelSaysWhoAsks) {
  EXPECT_TRUE(CoreRuns(path_));
  ApiRequest request;
  request.path = "/v1/evidence/1/body";
  request.actor = "somebody else";
  const uint64_t before = store_->tree_head().size;
  const Result<ApiResponse> response = CallCore(path_, request);
  ASSERT_TRUE(response.ok()) << response.status().message();
  EXPECT_EQ(response->body, kBody);
  const auto leaf = store_->GetLeaf(before);
  ASSERT_TRUE(leaf.ok());
  EXPECT_NE(leaf->actor, "somebody else");

  request.path = "/v1/evidence/99";
  EXPECT_EQ(CallCore(path_, request).status().code(), StatusCode::kNotFound);
  request.path = "/v1/findings";
  request.params = {{"min_level", "a b&c=d%"}};
  const Status bad = CallCore(path_, request).status();
  EXPECT_EQ(bad.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(bad.message().find("'a b&c=d%'"), std::string::npos) << bad.message();
}

TEST_F(SocketTest, SocketIsForOwnerAndGroupAndGoesWithTheServer) {
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0660u);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(CoreRuns(path_));
  EXPECT_EQ(CallCore(path_, ApiRequest()).status().code(), StatusCode::kUnavailable);
}

TEST_F(SocketTest, PathTooLongForASocketIsRefusedWithTheReason) {
  const auto server = ApiServer::Start(dir_ + "/" + std::string(120, 'x'), *service_);
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.status().message().find("107 bytes"), std::string::npos) << server.status().message();
}

}  // namespace
}  // namespace gasht
