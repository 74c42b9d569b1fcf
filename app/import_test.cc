#include "app/import.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "app/offline.h"
#include "base/file.h"
#include "casework/warc.h"
#include "store/store.h"
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

  Result<ImportSummary> Run(ImportKind kind, const std::string& name, const std::string& bytes) {
    options_.kind = kind;
    options_.file = dir_ + "/" + name;
    EXPECT_TRUE(WriteFileAtomically(options_.file, bytes).ok());
    return Import(config_, options_, rules_, analyzer_);
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
  for (const std::string& error : schemas->Errors("import", ToJson(options_, *summary)))
    ADD_FAILURE() << error;
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
