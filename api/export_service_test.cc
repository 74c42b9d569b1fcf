#include "api/export_service.h"

#include <filesystem>

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
    setup.seal = world_.Options("").seal;
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
  static Json Parsed(const ApiResponse& response) { return Json::Parse(response.body).value(); }

  TestWorld world_;
  TestFolder folder_;
  std::unique_ptr<ExportService> exports_;
  std::unique_ptr<ApiService> service_;
};

TEST_F(ExportServiceTest, HandsOverInPieces) {
  const ApiResponse made = Ask("POST", "/v1/exports", R"({"format":"wacz","source":"market-one"})");
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
