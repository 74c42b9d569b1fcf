#include "app/import.h"

#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "analysis/analyze_page.h"
#include "app/offline.h"
#include "base/file.h"
#include "casework/warc.h"
#include "model/json.h"
#include "store/store.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

// A store in a folder of its own, and files to import.
class ImportTest : public testing::Test {
 protected:
  ImportTest() : rules_(LoadRules("").value()), analyzer_(1) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "gasht_import_" + test->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    config_.store_path = dir_ + "/store";
  }
  ~ImportTest() override { std::filesystem::remove_all(dir_); }

  // What the service says at its end.
  struct Summary {
    Json json;
    std::vector<CaptureId> captures;
    uint64_t messages = 0, new_findings = 0, seen_findings = 0, pictures_unread = 0, skipped = 0;
    std::vector<std::string> broken;
  };

  Result<Summary> Run(ImportKind kind, const std::string& name, const std::string& bytes) {
    options_.kind = kind;
    options_.file = dir_ + "/" + name;
    EXPECT_TRUE(WriteFileAtomically(options_.file, bytes).ok());
    return Run();
  }

  Result<Summary> Run() { return RunIn(*OpenStore()); }

  Result<Summary> RunIn(Store& store) {
    const SystemClock clock;
    StoreWriter writer(store, clock);
    ImportHooks hooks;
    hooks.config = [used = std::make_shared<const Config>(config_)] { return used; };
    hooks.judge = [this]() -> Result<ImportJudge> { return ImportJudge{rules_, &analyzer_, nullptr}; };
    ImportService service(store, writer, clock, dir_ + "/imports", std::move(hooks));
    const auto post = [&](const std::string& path, const std::string& body) {
      ApiRequest request;
      request.method = "POST";
      request.path = path;
      request.body = body;
      request.actor = "officer";
      return service.Handle(request);
    };
    GASHT_ASSIGN_OR_RETURN(const Json json, ImportThrough(post, options_, {}));
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/imports")) << "the file stays where it was handed over";
    Summary summary;
    summary.json = json;
    for (const Json& id : json.Find("captures")->items())
      summary.captures.push_back({static_cast<uint64_t>(id.as_int())});
    for (const Json& what : json.Find("broken")->items()) summary.broken.push_back(what.as_string());
    const auto count = [&](std::string_view key) { return static_cast<uint64_t>(json.IntOr(key, -1)); };
    summary.messages = count("messages");
    summary.new_findings = count("new_findings");
    summary.seen_findings = count("seen_findings");
    summary.pictures_unread = count("pictures_unread");
    summary.skipped = count("skipped");
    return summary;
  }

  std::unique_ptr<Store> OpenStore() {
    StoreOptions options;
    options.path = config_.store_path;
    return Store::Open(options).value();
  }

  Config config_;
  ImportOptions options_{.kind = ImportKind::kPage,
                         .file = {},
                         .authority = "NCCIA/2026/17",
                         .source = {},
                         .seen_by = {},
                         .seen_at = {},
                         .url = {}};
  std::string dir_;
  const std::shared_ptr<const RuleSet> rules_;
  InProcessAnalyzer analyzer_;
};

constexpr const char* kChat =
    "31/12/2023, 23:50 - Messages and calls are end-to-end encrypted.\n"
    "31/12/2023, 23:58 - Ali: Charas 1 tola Rs 2500 home delivery Lahore, WhatsApp 0301-2345678\n"
    "31/12/2023, 23:59 - Bibi: kal dawat hai, zaroor aana\n";

TEST_F(ImportTest, ChatBecomesReceivedEvidenceWithFindings) {
  options_.seen_by = "Insp. Foo";
  options_.seen_at = "2026-11-20 15:00";
  const auto summary = Run(ImportKind::kWhatsapp, "chat.txt", kChat);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->messages, 2u);
  EXPECT_EQ(summary->new_findings, 1u);
  ASSERT_EQ(summary->captures.size(), 1u);
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  for (const std::string& error : schemas->Errors("import", summary->json)) ADD_FAILURE() << error;
  const auto store = OpenStore();
  const Capture capture = store->GetCapture(summary->captures[0]).value();
  EXPECT_EQ(capture.provenance, Provenance::kReceived);
  EXPECT_EQ(capture.authority, "NCCIA/2026/17");
  EXPECT_EQ(capture.source, ReceivedSourceId("NCCIA/2026/17"));
  EXPECT_EQ(capture.received.original_sha256, Sha256(kChat));
  EXPECT_EQ(capture.received.original_name, "chat.txt");
  EXPECT_EQ(capture.received.seen_by, "Insp. Foo");
  EXPECT_EQ(store->GetBody(capture).value(), kChat);
  EXPECT_TRUE(store->CheckCustody().ok());
  // No row for a crawler to fetch.
  EXPECT_TRUE(store->ListFrontier(capture.source, 10)->empty());
  const auto findings = store->ListFindings({});
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ((*findings)[0].listing.vendor, "Ali");
  // One leaf for the capture, one for the act.
  const auto last = store->GetLeaf(store->tree_head().size - 1);
  EXPECT_EQ(last->kind, "import");
  EXPECT_NE(last->detail.find(Sha256(kChat).hex()), std::string::npos);
}

TEST_F(ImportTest, ALaterExportOfTheSameChatFindsTheSame) {
  ASSERT_TRUE(Run(ImportKind::kWhatsapp, "chat.txt", kChat).ok());
  const auto again =
      Run(ImportKind::kWhatsapp, "chat2.txt", std::string(kChat) + "01/01/2024, 00:00 - Bibi: aa rahe ho?\n");
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(again->new_findings, 0u);
  EXPECT_EQ(again->seen_findings, 1u);
}

TEST_F(ImportTest, LongChatIsCutAtMessages) {
  std::string chat;
  for (int i = 0; i < 1200; ++i) chat += "31/12/2023, 23:58 - Ali: message " + std::to_string(i) + "\n";
  const auto summary = Run(ImportKind::kWhatsapp, "chat.txt", chat);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->messages, 1200u);
  EXPECT_EQ(summary->captures.size(), 4u);  // the file, and three pieces of at most 500 messages
  const auto store = OpenStore();
  EXPECT_EQ(store->GetBody(store->GetCapture(summary->captures[0]).value()).value(), chat);
  std::string joined;
  for (size_t i = 1; i < summary->captures.size(); ++i)
    joined += store->GetBody(store->GetCapture(summary->captures[i]).value()).value();
  EXPECT_EQ(joined, chat);
}

TEST_F(ImportTest, TelegramJson) {
  const auto summary = Run(ImportKind::kTelegram, "result.json",
                           R"({"name": "Some channel", "type": "public_channel", "id": 12, "messages": [
      {"id": 2, "type": "message", "date": "2023-12-31T23:59:58", "date_unixtime": "1704049198", "from": "Some channel",
       "text": "Charas 1 tola Rs 2500 home delivery, WhatsApp 0301-2345678"}]})");
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->messages, 1u);
  EXPECT_EQ(summary->new_findings, 1u);
}

TEST_F(ImportTest, SavedPageKnowsWhereItIsFrom) {
  const auto summary =
      Run(ImportKind::kPage, "page.html",
          "<!-- saved from url=(0025)https://shop.example/item -->\n<html><body><h1>Charas 1 tola</h1>"
          "<p>Rs 2500, home delivery, WhatsApp 0301-2345678</p></body></html>");
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  const auto store = OpenStore();
  EXPECT_EQ(store->GetCapture(summary->captures.at(0))->url, "https://shop.example/item");
  EXPECT_EQ(summary->new_findings, 1u);
}

TEST_F(ImportTest, PictureIsKeptAndNotRead) {
  const auto summary = Run(ImportKind::kPage, "screen.png", "\x89PNG\r\n\x1a\n0000");
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->pictures_unread, 1u);
  const auto store = OpenStore();
  EXPECT_EQ(store->GetCapture(summary->captures.at(0))->content_type, "image/png");
}

TEST_F(ImportTest, WebArchive) {
  WarcRecord page;
  page.Add("WARC-Type", "response");
  page.Add("WARC-Target-URI", "https://shop.example/item");
  page.Add("WARC-Date", "2026-11-01T10:00:00Z");
  page.Add("WARC-Record-ID", "<urn:uuid:00000000-0000-8000-8000-000000000001>");
  page.Add("Content-Type", "application/http;msgtype=response");
  page.block =
      "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><h1>Charas 1 tola</h1>"
      "<p>Rs 2500, home delivery, WhatsApp 0301-2345678</p></body></html>";
  WarcRecord request;
  request.Add("WARC-Type", "request");
  request.Add("WARC-Target-URI", "https://shop.example/item");
  request.Add("WARC-Date", "2026-11-01T10:00:00Z");
  request.Add("WARC-Record-ID", "<urn:uuid:00000000-0000-8000-8000-000000000002>");
  request.block = "GET /item HTTP/1.1\r\n\r\n";
  const std::string warc = SerializeWarc(page) + SerializeWarc(request);
  const auto summary = Run(ImportKind::kWarc, "a.warc", warc);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->skipped, 1u);
  EXPECT_EQ(summary->new_findings, 1u);
  ASSERT_EQ(summary->captures.size(), 2u);
  auto store = OpenStore();
  const Capture capture = store->GetCapture(summary->captures[1]).value();
  EXPECT_EQ(capture.url, "https://shop.example/item");
  EXPECT_EQ(capture.status, 200);
  EXPECT_EQ(capture.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(capture.received.seen_at, "2026-11-01T10:00:00Z");
  EXPECT_EQ(capture.received.original_sha256, Sha256(warc));
  store.reset();
  // Cut in the middle of a record: what was whole is kept, and the rest is said.
  const auto cut = Run(ImportKind::kWarc, "cut.warc", warc.substr(0, warc.size() - 10));
  ASSERT_TRUE(cut.ok()) << cut.status().message();
  EXPECT_FALSE(cut->broken.empty());
}

TEST_F(ImportTest, WhatIsRefused) {
  EXPECT_EQ(Run(ImportKind::kWhatsapp, "a.txt", "no chat at all").status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(ImportKind::kTelegram, "a.json", "{}").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(ImportKind::kWarc, "a.warc", "no archive").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(ImportKind::kWhatsapp, "a.zip", std::string("PK\x03\x04 broken")).status().code(),
            StatusCode::kInvalidArgument);
  options_.source = "nobody";
  EXPECT_EQ(Run(ImportKind::kWhatsapp, "a.txt", kChat).status().code(), StatusCode::kInvalidArgument);
  options_.source.clear();
  options_.seen_by = "somebody";
  EXPECT_EQ(Run(ImportKind::kWhatsapp, "a.txt", kChat).status().code(), StatusCode::kInvalidArgument);
  options_.seen_by.clear();
  options_.authority.clear();
  EXPECT_EQ(Run(ImportKind::kWhatsapp, "a.txt", kChat).status().code(), StatusCode::kInvalidArgument);
}

// What the parts of one file are, and what is read from each.
Json GoldenOf(const Json& summary, const Store& store) {
  Json golden = Json::MakeObject();
  for (const auto& [key, value] : summary.entries()) {
    if (key != "file" && key != "captures" && key != "new_findings" && key != "seen_findings")
      golden.Set(key, value);
  }
  Json parts = Json::MakeArray();
  for (const Json& id : summary.Find("captures")->items()) {
    const Capture capture = store.GetCapture({static_cast<uint64_t>(id.as_int())}).value();
    Json part = Json::MakeObject();
    part.Set("url", capture.url);
    part.Set("content_type", capture.content_type);
    part.Set("part", capture.received.part);
    part.Set("seen_at", capture.received.seen_at);
    part.Set("bytes", capture.body_bytes);
    CapturedPage page;
    page.url = capture.final_url;
    page.content_type = capture.content_type;
    page.body = store.GetBody(capture).value();
    const PageAnalysis analysis = AnalyzePage(page, {});
    EXPECT_TRUE(CheckPageAnalysis(analysis).ok()) << CheckPageAnalysis(analysis).message();
    // A file that is kept whole beside its parts is not read itself.
    if (capture.page_class == analysis.document.page_class && capture.content_type != "application/zip" &&
        !(capture.content_type == "text/plain" && capture.received.part.empty()) &&
        capture.content_type != "application/json" && capture.content_type != "application/warc") {
      const Json printed = ExtractJson(analysis);
      for (const char* key : {"title", "language", "listings", "messages", "identifiers", "weirds"}) {
        if (const Json* value = printed.Find(key)) part.Set(key, *value);
      }
      if (analysis.messages.empty()) part.Set("text", analysis.document.text);
    }
    parts.Push(std::move(part));
  }
  golden.Set("parts", std::move(parts));
  return golden;
}

TEST_F(ImportTest, EveryFormIsReadAsItsGoldenSays) {
  struct Case {
    ImportKind kind;
    const char* file;
  };
  constexpr Case kCases[] = {
      {ImportKind::kWhatsapp, "whatsapp_android_us.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_gb.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_iso.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_de.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_ur.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_ar.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android_hi.txt"},
      {ImportKind::kWhatsapp, "whatsapp_ios_en.txt"},
      {ImportKind::kWhatsapp, "whatsapp_ios_de.txt"},
      {ImportKind::kWhatsapp, "whatsapp_ios_ar.txt"},
      {ImportKind::kWhatsapp, "whatsapp_android.zip"},
      {ImportKind::kWhatsapp, "whatsapp_ios.zip"},
      {ImportKind::kTelegram, "telegram_chat.json"},
      {ImportKind::kTelegram, "telegram_account.json"},
      {ImportKind::kTelegram, "telegram_messages.html"},
      {ImportKind::kTelegram, "telegram_export.zip"},
      {ImportKind::kPage, "saved_page.html"},
      {ImportKind::kPage, "saved_page.mhtml"},
      {ImportKind::kPage, "page_chromium.pdf"},
      {ImportKind::kPage, "page_chromium_urdu.pdf"},
      {ImportKind::kPage, "page_cairo.pdf"},
      {ImportKind::kPage, "page_object_streams.pdf"},
      {ImportKind::kPage, "exhibit.png"},
      {ImportKind::kWarc, "pages.warc"},
      {ImportKind::kWarc, "pages.warc.gz"},
      {ImportKind::kWarc, "pages.wacz"},
  };
  const auto store = OpenStore();
  std::set<std::string> named = {"README.md"};
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.file);
    named.insert(c.file);
    options_.kind = c.kind;
    options_.file = std::string("tests/fixtures/imports/") + c.file;
    const auto summary = RunIn(*store);
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    EXPECT_TRUE(summary->broken.empty()) << summary->broken.front();
    ExpectGolden(std::string("tests/fixtures/golden/imports/") + c.file + ".json",
                 PrettyJson(GoldenOf(summary->json, *store)));
  }
  for (const auto& entry : std::filesystem::directory_iterator("tests/fixtures/imports"))
    EXPECT_TRUE(named.count(entry.path().filename()) == 1) << entry.path() << " is read by no case";
}

TEST_F(ImportTest, WhoGoesAwayInTheMiddleLeavesNothingBehind) {
  const SystemClock clock;
  const auto store = OpenStore();
  StoreWriter writer(*store, clock);
  ImportHooks hooks;
  hooks.config = [used = std::make_shared<const Config>(config_)] { return used; };
  hooks.judge = [this]() -> Result<ImportJudge> { return ImportJudge{rules_, &analyzer_, nullptr}; };
  ImportService service(*store, writer, clock, dir_ + "/imports", std::move(hooks));
  const auto post = [&](const std::string& path, const std::string& body, const std::string& actor) {
    ApiRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.actor = actor;
    return service.Handle(request);
  };
  const auto begun = post("/v1/imports", R"({"kind":"whatsapp","file":"a.txt","authority":"X/1"})", "ali");
  ASSERT_TRUE(begun.ok()) << begun.status().message();
  const std::string root = "/v1/imports/" + Json::Parse(begun->body)->StringOr("import");
  EXPECT_TRUE(post(root + "/bytes", kChat, "ali").ok());
  // Another's import is as good as none.
  EXPECT_EQ(post(root + "/step", "", "bob").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(post(root + "/nothing", "", "ali").status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(post(root + "/drop", "", "ali").ok());
  EXPECT_EQ(post(root + "/step", "", "ali").status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/imports"));
  // Only so many at once.
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(post("/v1/imports", R"({"kind":"page","file":"a","authority":"X/1"})", "ali").ok()) << i;
  EXPECT_EQ(post("/v1/imports", R"({"kind":"page","file":"a","authority":"X/1"})", "ali").status().code(),
            StatusCode::kResourceExhausted);
  for (const char* body : {"", "[]", R"({"kind":"x"})", R"({"kind":"page","authority":"A","more":"b"})",
                           R"({"kind":"page","authority":7})", R"({"kind":"page"})"})
    EXPECT_EQ(post("/v1/imports", body, "ali").status().code(), StatusCode::kInvalidArgument) << body;
}

TEST(ReceivedSourceIdTest, IsAValidNameAndNeverShared) {
  EXPECT_EQ(ReceivedSourceId("receipt-17").value, "received-receipt-17");
  for (const char* reference :
       {"NCCIA/2026/17", "NCCIA-2026-17", "nccia 2026 17",
        "a very long reference of an order of some court in Lahore", "حکم نامہ ۱۷", "---", "x"}) {
    const SourceId id = ReceivedSourceId(reference);
    EXPECT_TRUE(IsValidSourceId(id.value)) << reference << " " << id.value;
    EXPECT_EQ(id, ReceivedSourceId(reference)) << reference;
  }
  EXPECT_NE(ReceivedSourceId("NCCIA/2026/17"), ReceivedSourceId("nccia 2026 17"));
}

}  // namespace
}  // namespace gasht

// This program is its own child, too.
int main(int argc, char** argv) {
  constexpr gasht::ChildRole kRoles[] = {{gasht::kImportRole, gasht::RunImportChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, kRoles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
