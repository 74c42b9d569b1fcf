#include "api/export_service.h"

#include <filesystem>
#include <functional>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "api/service.h"
#include "base/file.h"
#include "casework/test_world.h"
#include "casework/verify.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

class ExportServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    world_.Commit("/a", "<p>a</p>");
    world_.Commit("/b", std::string(9 << 20, 'b'));
    ExportSetup setup;
    setup.dir = folder_ / "exports";
    setup.key_path = folder_ / "bundle.key";
    setup.software = "gasht test";
    setup.rules = TestRules();
    seal_ = world_.Options("").seal;
    setup.seal = [this](uint64_t size) { return seal_(size); };
    exports_ = std::make_unique<ExportService>(world_.store(), world_.writer().writer(), world_.clock(),
                                               std::move(setup));
    service_ = std::make_unique<ApiService>(world_.store(), world_.writer().writer(), world_.clock());
    service_->Mount("/v1/exports", [this](const ApiRequest& request) { return exports_->Handle(request); });
  }

  ApiResponse Ask(const std::string& method, const std::string& path, const std::string& body = "",
                  const std::string& actor = "officer", std::map<std::string, std::string> params = {}) {
    ApiRequest request;
    request.method = method;
    request.path = path;
    request.params = std::move(params);
    request.body = body;
    request.actor = actor;
    return service_->Handle(request);
  }
  // Begins an export and asks until it is no longer under way; the last answer.
  ApiResponse Make(const std::string& body, const std::string& actor = "officer") {
    ApiResponse answer = Ask("POST", "/v1/exports", body, actor);
    if (answer.status != 200) return answer;
    const std::string path = "/v1/exports/" + Parsed(answer).StringOr("export");
    do {
      std::this_thread::yield();
      answer = Ask("GET", path, "", actor);
    } while (answer.status == 200 && Parsed(answer).StringOr("state") == "running");
    return answer;
  }
  static Json Parsed(const ApiResponse& response) { return Json::Parse(response.body).value(); }

  TestWorld world_;
  TemporaryFolder folder_;
  std::function<Result<LogSeal>(uint64_t)> seal_;
  std::unique_ptr<ExportService> exports_;
  std::unique_ptr<ApiService> service_;
};

TEST_F(ExportServiceTest, HandsOverInPieces) {
  const ApiResponse made = Make(R"({"format":"wacz","source":"market-one"})");
  ASSERT_EQ(made.status, 200) << made.body;
  const Json summary = Parsed(made);
  EXPECT_EQ(summary.IntOr("captures", 0), 2);
  const std::string root = "/v1/exports/" + summary.StringOr("export");
  EXPECT_EQ(Ask("GET", root + "/bytes", "", "somebody").status, 404) << "another's export";
  std::string bytes;
  while (true) {
    const ApiResponse piece =
        Ask("GET", root + "/bytes", "", "officer", {{"offset", std::to_string(bytes.size())}});
    ASSERT_EQ(piece.status, 200) << piece.body;
    if (piece.body.empty()) break;
    bytes += piece.body;
  }
  EXPECT_EQ(static_cast<int64_t>(bytes.size()), summary.IntOr("bytes", 0));
  ASSERT_TRUE(WriteFileAtomically(folder_ / "b.wacz", bytes).ok());
  const auto report = VerifyBundle(folder_ / "b.wacz", {summary.StringOr("key"), world_.log_key().str()});
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->ok()) << ToJson(*report).Dump();
  EXPECT_EQ(report->actor, "officer");
  const auto schemas = JsonSchemas::Load("docs/schema");
  EXPECT_EQ(schemas->Errors("bundle-report", ToJson(*report)), std::vector<std::string>());
  EXPECT_EQ(Parsed(Ask("GET", "/v1/exports/key")).StringOr("key"), summary.StringOr("key"));
  EXPECT_EQ(Ask("POST", root + "/done").status, 200);
  EXPECT_EQ(Ask("GET", root + "/bytes").status, 404);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "exports"));
}

// While one is made the API answers, to everybody; another one has to wait; and who made it alone sees it.
TEST_F(ExportServiceTest, DoesNotHoldTheApi) {
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  const auto seal = seal_;
  seal_ = [gate, seal](uint64_t size) {
    gate.wait();
    return seal(size);
  };
  const ApiResponse begun = Ask("POST", "/v1/exports", R"({"format":"wacz","source":"market-one"})");
  ASSERT_EQ(begun.status, 200) << begun.body;
  const std::string root = "/v1/exports/" + Parsed(begun).StringOr("export");
  Json state;
  do {
    state = Parsed(Ask("GET", root));
  } while (state.IntOr("of", 0) == 0);
  EXPECT_EQ(state.StringOr("state"), "running");
  EXPECT_EQ(state.IntOr("of", 0), 2);
  EXPECT_EQ(Ask("GET", "/v1/evidence").status, 200);
  EXPECT_EQ(Ask("GET", root, "", "somebody").status, 404);
  EXPECT_EQ(Ask("GET", root + "/bytes").status, 404) << "nothing half-made is handed over";
  EXPECT_EQ(Ask("POST", "/v1/exports", R"({"format":"csv","source":"market-one"})").status, 503);
  go.set_value();
  while (Parsed(Ask("GET", root)).StringOr("state") == "running") std::this_thread::yield();
  EXPECT_EQ(Parsed(Ask("GET", root)).StringOr("state"), "done");
}

TEST_F(ExportServiceTest, AnExportThatFailsSaysWhyAndLeavesNothing) {
  EXPECT_EQ(Make(R"({"format":"csv","source":"nobody"})").status, 404);
  seal_ = [](uint64_t) -> Result<LogSeal> { return Status::FailedPrecondition("no signer"); };
  const ApiResponse unsealed = Make(R"({"format":"wacz","source":"market-one"})");
  EXPECT_EQ(unsealed.status, 412);
  EXPECT_NE(unsealed.body.find("no signer"), std::string::npos) << unsealed.body;
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "exports"));
}

// Whoever began one and does not want it any more frees the place for the next.
TEST_F(ExportServiceTest, AnAbandonedOneIsForgotten) {
  for (int i = 0; i < 6; ++i) {
    const ApiResponse begun = Ask("POST", "/v1/exports", R"({"format":"warc","source":"market-one"})");
    if (begun.status == 503) {  // the one before is not at its end yet
      --i;
      std::this_thread::yield();
      continue;
    }
    ASSERT_EQ(begun.status, 200) << i << ": " << begun.body;
    const std::string root = "/v1/exports/" + Parsed(begun).StringOr("export");
    EXPECT_EQ(Ask("POST", root + "/done", "", "somebody").status, 404);
    EXPECT_EQ(Ask("POST", root + "/done").status, 200) << i;
    EXPECT_EQ(Ask("GET", root + "/bytes").status, 404) << i;
  }
}

// The core stops in the middle of one.
TEST_F(ExportServiceTest, StopsWithTheService) {
  ASSERT_EQ(Ask("POST", "/v1/exports", R"({"format":"wacz","source":"market-one"})").status, 200);
  exports_ = nullptr;
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "exports"));
}

TEST_F(ExportServiceTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* body :
       {"", "[]", "{}", R"({"format":"wacz"})", R"({"format":"pdf","source":"market-one"})",
        R"({"format":"wacz","source":"../etc"})", R"({"format":"wacz","findings":["x"]})",
        R"({"format":"wacz","source":"market-one","from":"today"})",
        R"({"format":"wacz","source":"market-one","path":"/etc/passwd"})"}) {
    const ApiResponse answer = Ask("POST", "/v1/exports", body);
    EXPECT_EQ(answer.status, 400) << body << ": " << answer.body;
  }
  EXPECT_EQ(Ask("GET", "/v1/exports").status, 400);
  EXPECT_EQ(Ask("GET", "/v1/exports/0123/bytes").status, 404);
  EXPECT_EQ(Ask("GET", "/v1/exports/..%2f/bytes").status, 404);
}

}  // namespace
}  // namespace gasht
