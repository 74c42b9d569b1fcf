#include "api/retention_service.h"

#include <filesystem>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "casework/test_world.h"
#include "store/backup.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

class RetentionServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = folder_ / "store";
    store_ = Store::Open(options).value();
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
    for (const char* path : {"/a", "/b", "/c"})
      ASSERT_TRUE(writer_->CommitPage(MakePage(kMarket, path, path, clock_.Utc())).ok());
    Start();
  }
  void Start() {
    service_ = nullptr;
    Source source;
    source.id = kMarket;
    source.retention_without_finding = std::chrono::hours(24 * 30);
    service_ =
        std::make_unique<RetentionService>(*store_, writer_->writer(), clock_, std::vector<Source>{source});
  }
  ApiResponse Ask(const std::string& method, const std::string& path, const std::string& body = "",
                  const std::string& actor = "clerk") {
    ApiRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.actor = actor;
    const Result<ApiResponse> answer = service_->Handle(request);
    return answer.ok() ? *answer : ApiResponse::Error(answer.status());
  }
  ApiResponse Approve(int64_t proposal, const std::string& actor) {
    return Ask("POST", "/v1/retention/approve", Json::MakeObject().Set("proposal", proposal).Dump(), actor);
  }
  int64_t Propose(const std::string& captures) {
    const ApiResponse answer =
        Ask("POST", "/v1/retention/propose", R"({"captures":)" + captures + R"(,"basis":"order 7/2026"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::Parse(answer.body).value().IntOr("proposal", 0);
  }
  void WaitForWork() {
    while (Json::Parse(Ask("GET", "/v1/retention/work").body).value().Dump() == R"({"running":true})")
      std::this_thread::yield();
  }
  // Of the list, those that have `key`; each fits its schema.
  std::vector<Json> Items(std::string_view key) {
    const ApiResponse answer = Ask("GET", "/v1/retention");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const Json list = Json::Parse(answer.body).value();
    std::vector<Json> items;
    for (const Json& item : list.Find("items")->items()) {
      EXPECT_EQ(schemas_.Errors("retention", item), std::vector<std::string>()) << item.Dump();
      if (item.Find(key) != nullptr) items.push_back(item);
    }
    return items;
  }

  const JsonSchemas schemas_ = JsonSchemas::Load("docs/schema").value();
  FakeClock clock_;
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
  std::unique_ptr<RetentionService> service_;
};

TEST_F(RetentionServiceTest, TwoDifferentCallersDestroy) {
  const int64_t proposal = Propose("[1]");
  EXPECT_EQ(Approve(proposal, "ayesha").status, 200);
  const ApiResponse again = Approve(proposal, "ayesha");
  EXPECT_EQ(again.status, 412);
  EXPECT_NE(again.body.find("another person"), std::string::npos) << again.body;
  EXPECT_TRUE(store_->GetCapture({1}).ok());
  const ApiResponse done = Approve(proposal, "bilal");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(Json::Parse(done.body).value().StringOr("state"), "destroyed");
  EXPECT_EQ(store_->GetCapture({1}).status().code(), StatusCode::kNotFound);
  WaitForWork();
  const Status rest = store_->CheckCustody();
  EXPECT_TRUE(rest.ok()) << rest.message();
  EXPECT_EQ(Items("proposal").size(), 1u);
}

TEST_F(RetentionServiceTest, RefusesWithTheRightWord) {
  struct Row {
    const char *path, *body;
    int status;
  };
  const Row rows[] = {
      {"/v1/retention/approve", R"({"proposal":99})", 404},
      {"/v1/retention/approve", "[]", 400},
      {"/v1/retention/approve", "{", 400},
      {"/v1/retention/propose", R"({"captures":[1]})", 400},
      {"/v1/retention/propose", R"({"captures":[0],"basis":"order"})", 400},
      {"/v1/retention/propose", R"({"captures":"1","basis":"order"})", 400},
      {"/v1/retention/propose", R"({"captures":[999],"basis":"order"})", 404},
      {"/v1/retention/propose", R"({"source":"nobody"})", 404},
      {"/v1/retention/propose", R"({"source":"market-one"})", 404},  // nothing is due
      {"/v1/retention/hold", R"({"capture":1})", 400},
      {"/v1/retention/hold", R"({"capture":1,"source":"market-one","reason":"case"})", 400},
      {"/v1/retention/hold", R"({"finding":"f-0000000000000000","reason":"case"})", 404},
      {"/v1/retention/release", R"({"hold":5,"reason":"over"})", 404},
      {"/v1/retention/forget", "{}", 404},
  };
  for (const Row& row : rows) {
    const ApiResponse answer = Ask("POST", row.path, row.body);
    EXPECT_EQ(answer.status, row.status) << row.path << " " << row.body << ": " << answer.body;
  }
}

TEST_F(RetentionServiceTest, AHoldIsSeenAndReleased) {
  const ApiResponse hold = Ask("POST", "/v1/retention/hold", R"({"capture":2,"reason":"case 5"})", "judge");
  ASSERT_EQ(hold.status, 200) << hold.body;
  EXPECT_EQ(Ask("POST", "/v1/retention/propose", R"({"captures":[2],"basis":"order"})").status, 412);
  ASSERT_EQ(Items("hold").size(), 1u);
  EXPECT_EQ(Items("hold")[0].StringOr("actor"), "judge");
  EXPECT_EQ(Ask("POST", "/v1/retention/release", R"({"hold":1,"reason":"over"})").status, 200);
  EXPECT_TRUE(Items("hold").empty());
}

TEST_F(RetentionServiceTest, DueIsCountedAndProposedInABatch) {
  clock_.Advance(std::chrono::hours(24 * 40));
  ASSERT_EQ(Items("due").size(), 1u);
  EXPECT_EQ(Items("due")[0].IntOr("due", 0), 3);
  EXPECT_EQ(Items("due")[0].IntOr("overdue", 0), 3);
  const ApiResponse proposed = Ask("POST", "/v1/retention/propose", R"({"source":"market-one"})");
  ASSERT_EQ(proposed.status, 200) << proposed.body;
  EXPECT_EQ(Json::Parse(proposed.body).value().Find("captures")->items().size(), 3u);
}

// A backup that is away is listed; what was begun goes on in another life of the core.
TEST_F(RetentionServiceTest, ABackupThatIsAwayForgetsLater) {
  const std::string backup = folder_ / "backup";
  StoreOptions options;
  options.path = store_->path();
  options.read_only = true;
  options.create_if_missing = false;
  options.database = store_->MakeSnapshot().value();
  {
    const auto snapshot = Store::Open(options).value();
    ASSERT_TRUE(BackUp(*snapshot, backup).ok());
  }
  ASSERT_TRUE(RegisterBackup(store_->path(), backup).ok());
  fs::rename(backup, backup + "-away");
  fs::create_directories(folder_ / "store/exports");
  fs::create_directories(folder_ / "store/exports/not-fetched");
  const int64_t proposal = Propose("[1,3]");
  ASSERT_EQ(Approve(proposal, "ayesha").status, 200);
  ASSERT_EQ(Approve(proposal, "bilal").status, 200);
  WaitForWork();
  EXPECT_TRUE(fs::is_empty(folder_ / "store/exports")) << "an export may hold what was destroyed";
  EXPECT_TRUE(fs::is_empty(folder_ / "store/snapshots"));
  ASSERT_EQ(Items("backup").size(), 1u);
  EXPECT_EQ(Items("backup")[0].StringOr("backup"), backup);
  fs::rename(backup + "-away", backup);
  Start();
  Items("backup");  // whoever asks has it tried again
  WaitForWork();
  EXPECT_TRUE(Items("backup").empty());
  options.path = backup;
  options.database.clear();
  options.master_key_folder = store_->path();
  const auto copy = Store::Open(options);
  ASSERT_TRUE(copy.ok()) << copy.status().message();
  EXPECT_EQ((*copy)->GetCapture({1}).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE((*copy)->GetCapture({2}).ok());
}

}  // namespace
}  // namespace gasht
