#include "extract/received.h"

#include <zlib.h>

#include <string>

#include <gtest/gtest.h>

#include "extract/mime.h"
#include "extract/pdf_text.h"
#include "extract/telegram_export.h"
#include "extract/unzip.h"
#include "extract/whatsapp.h"
#include "model/page_analysis.h"

namespace gasht {
namespace {

// "author @ time: text | ..."
std::string Show(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& m : messages) {
    if (!out.empty()) out += " | ";
    out += m.author + " @ " + m.time_as_written + ": " + m.text;
  }
  return out;
}

void CheckFields(const PageContents& contents) {
  PageAnalysis analysis;
  analysis.document = contents.document;
  analysis.listings = contents.listings;
  analysis.messages = contents.messages;
  analysis.identifiers = contents.identifiers;
  EXPECT_EQ(CheckPageAnalysis(analysis), Status::Ok());
}

TEST(ReadWhatsapp, EveryTelephonesForm) {
  struct Case {
    const char* line;
    const char* read;
  };
  const Case cases[] = {
      {"12/31/23, 11:59 PM - Ali Khan: maal aa gaya", "Ali Khan @ 12/31/23, 11:59 PM: maal aa gaya"},
      {"31/12/2023, 23:59 - Ali: x", "Ali @ 31/12/2023, 23:59: x"},
      {"31/12/2023 23:59 - Ali: x", "Ali @ 31/12/2023 23:59: x"},
      {"31.12.23, 23:59 - Ali: x", "Ali @ 31.12.23, 23:59: x"},
      {"2023-12-31, 11:59 p.m. - Ali: x", "Ali @ 2023-12-31, 11:59 p.m.: x"},
      {"31/12/23, 11:59\u202fpm - Ali: x", "Ali @ 31/12/23, 11:59\u202fpm: x"},
      {"[31/12/2023, 11:59:58 PM] Ali: x", "Ali @ 31/12/2023, 11:59:58 PM: x"},
      {"[31.12.23, 23:59:58] Ali: x", "Ali @ 31.12.23, 23:59:58: x"},
      {"\u200e[31.12.23, 23:59:58] ~\u00a0Ali: x", "Ali @ 31.12.23, 23:59:58: x"},
      {"[2023/12/31 \u4e0b\u534811:59:58] Ali: x", "Ali @ 2023/12/31 \u4e0b\u534811:59:58: x"},
      {"\u200f\u0663\u0661\u200f/\u0661\u0662\u200f/\u0662\u0660\u0662\u0663\u060c \u0661\u0661:\u0665\u0669 "
       "\u0645 - Ali: x",
       "Ali @ \u0663\u0661/\u0661\u0662/\u0662\u0660\u0662\u0663\u060c \u0661\u0661:\u0665\u0669 \u0645: x"},
      {"۳۱/۱۲/۲۰۲۳، ۱۱:۵۹ شام - علی: مال", "علی @ ۳۱/۱۲/۲۰۲۳، ۱۱:۵۹ شام: مال"},
      {"12/31/23, 11:59 PM - +92 301 2345678: x", "+92 301 2345678 @ 12/31/23, 11:59 PM: x"},
      // The program's own lines, and lines of other things.
      {"12/31/23, 11:59 PM - Messages are end-to-end encrypted.", ""},
      {"31/12/2023 is the day", ""},
      {"10:30 - 11:30: lunch", ""},
      {"45/45/2023, 23:59 - Ali: x", ""},
      {"Ali: x", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(ReadWhatsapp(c.line, 10).messages), c.read) << c.line;
}

constexpr std::string_view kChat =
    "31/12/2023, 23:50 - Messages and calls are end-to-end encrypted.\n"
    "31/12/2023, 23:58 - Ali: Charas 1 tola Rs 2500\nhome delivery, Easypaisa 0301-2345678\n"
    "31/12/2023, 23:59 - +92 311 2345678: <Media omitted>\n"
    "01/01/2024, 00:01 - +92 311 2345678: IMG-20240101-WA0001.jpg (file attached)\nmaal dastiyab hai, order "
    "karein\n"
    "01/01/2024, 00:02 - Ali left\n";

TEST(ReadWhatsapp, Chat) {
  const MessagePage page = ReadWhatsapp(kChat, 100);
  EXPECT_EQ(Show(page.messages),
            "Ali @ 31/12/2023, 23:58: Charas 1 tola Rs 2500\nhome delivery, Easypaisa 0301-2345678 | "
            "+92 311 2345678 @ 31/12/2023, 23:59:  | "
            "+92 311 2345678 @ 01/01/2024, 00:01: maal dastiyab hai, order karein");
  EXPECT_EQ(page.unread_media, 1u);
  ASSERT_EQ(page.listings.size(), 2u);
  EXPECT_EQ(kChat.substr(page.listings[1].span.begin, page.listings[1].span.size()),
            "maal dastiyab hai, order karein");
  for (const Message& message : page.messages) {
    EXPECT_FALSE(message.time) << "a telephone's clock names no zone";
    EXPECT_EQ(message.time_basis, "undecided");
  }
  // A later export names the same message alike.
  EXPECT_EQ(ReadWhatsapp(kChat.substr(kChat.find("01/01/2024, 00:01")), 100).messages[0].id,
            page.messages[2].id);
}

TEST(SplitWhatsapp, PiecesAreTheWhole) {
  const std::vector<Span> pieces = SplitWhatsapp(kChat, 1 << 20, 2);
  size_t at = 0, messages = 0;
  for (const Span piece : pieces) {
    EXPECT_EQ(piece.begin, at);
    at = piece.end;
    messages += ReadWhatsapp(kChat.substr(piece.begin, piece.size()), 100).messages.size();
  }
  EXPECT_EQ(at, kChat.size());
  EXPECT_EQ(messages, 3u);
  EXPECT_EQ(pieces.size(), 3u);
  EXPECT_EQ(SplitWhatsapp("no chat", 10, 10).size(), 1u);
  EXPECT_TRUE(SplitWhatsapp("", 10, 10).empty());
}

TEST(ExtractPage, WhatsappChat) {
  HtmlInput input;
  input.bytes = kChat;
  input.content_type = kWhatsappMediaType;
  input.url = "urn:sha256:00";
  const PageContents page = ExtractPage(input, {});
  CheckFields(page);
  EXPECT_EQ(page.document.page_class, PageClass::kContent);
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.talk.size(), 1u);
  EXPECT_EQ(page.listings[0].prices.at(0).amount.amount(), "2500");
  EXPECT_EQ(page.listings[0].quantity->unit, "tola");
  std::string ids;
  for (const Identifier& id : page.identifiers)
    ids += std::string(IdentifierKindName(id.kind)) + " " + id.value + " " +
           std::string(IdentifierRoleName(id.role)) + "|";
  EXPECT_NE(ids.find("easypaisa +923012345678 seller|"), std::string::npos) << ids;
  EXPECT_NE(ids.find("whatsapp +923112345678 seller|"), std::string::npos) << ids;
  ASSERT_EQ(page.document.weirds.size(), 1u);
  EXPECT_EQ(page.document.weirds[0].name, "picture_unread");
}

constexpr std::string_view kTelegramJson = R"({
 "name": "Some \u0686\u0631\u0633 channel", "type": "public_channel", "id": 1234567890,
 "messages": [
  {"id": 1, "type": "service", "date": "2023-12-31T23:00:00", "action": "create_channel", "text": ""},
  {"id": 2, "type": "message", "date": "2023-12-31T23:59:58", "date_unixtime": "1704049198", "from": "Some channel",
   "from_id": "channel1234567890", "text": ["Charas 1 tola ", {"type": "bold", "text": "Rs 2500"}, " contact ",
   {"type": "text_link", "text": "here", "href": "https://wa.me/923012345678"}]},
  {"id": 3, "type": "message", "date": "2024-01-01T00:00:00", "from": "Ali", "reply_to_message_id": 2,
   "forwarded_from": "Other", "photo": "photos/1.jpg", "text": ""},
  {"id": 4, "type": "message", "date": "2024-01-01T00:01:00", "from": "Ali", "text": "brace } in [ text \" ok"}
 ]})";

TEST(TelegramJson, PiecesAndMessages) {
  EXPECT_TRUE(LooksLikeTelegramJson(kTelegramJson));
  const auto pieces = SplitTelegramJson(kTelegramJson, 1 << 20, 3);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].chat.id, "1234567890");
  EXPECT_EQ(pieces[0].chat.name, "Some چرس channel");
  HtmlInput input;
  input.bytes = kTelegramJson.substr(pieces[0].span.begin, pieces[0].span.size());
  const std::string type = TelegramMediaType(pieces[0].chat);
  input.content_type = type;
  const PageContents page = ExtractPage(input, {});
  CheckFields(page);
  ASSERT_EQ(page.messages.size(), 2u);
  EXPECT_EQ(page.document.title, "Some چرس channel");
  EXPECT_EQ(page.messages[0].id, "1234567890/2");
  EXPECT_EQ(page.messages[0].text, "Charas 1 tola Rs 2500 contact here");
  EXPECT_EQ(page.messages[0].time_basis, "stated");
  EXPECT_EQ(FormatRfc3339(*page.messages[0].time).substr(0, 19), "2023-12-31T18:59:58");
  EXPECT_EQ(page.messages[1].reply_to, "1234567890/2");
  EXPECT_EQ(page.messages[1].forwarded_from, "Other");
  EXPECT_FALSE(page.messages[1].time);
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.listings[0].vendor, "Some چرس channel");
  EXPECT_EQ(page.listings[0].prices.at(0).amount.amount(), "2500");
  bool whatsapp = false;
  for (const Identifier& id : page.identifiers) whatsapp |= id.value == "+923012345678";
  EXPECT_TRUE(whatsapp) << "the link behind a word";
  std::string text;
  std::vector<Link> links;
  const auto last = ReadTelegramPiece(kTelegramJson.substr(pieces[1].span.begin, pieces[1].span.size()),
                                      pieces[1].chat, 10, text, links);
  EXPECT_EQ(Show(last.messages), "Ali @ 2024-01-01T00:01:00: brace } in [ text \" ok");
}

TEST(TelegramJson, WholeAccount) {
  const std::string json = std::string(R"({"about": "x", "chats": {"about": "y", "list": [)") +
                           std::string(kTelegramJson) +
                           R"(, {"name": "Two", "type": "personal_chat", "id": 7, "messages": [
                              {"id": 9, "type": "message", "date": "d", "from": "B", "text": "hi"}]}]}})";
  const auto pieces = SplitTelegramJson(json, 1 << 20, 100);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[1].chat.id, "7");
  EXPECT_EQ(pieces[1].chat.name, "Two");
}

TEST(TelegramJson, BrokenCostsOnlyItself) {
  for (const std::string& json :
       {std::string("{\"messages\": ["), std::string("{\"messages\": [{\"id\": 1, \"text\": \"x\""),
        std::string("{\"messages\": ") + std::string(5000, '['), std::string(100'000, '{'),
        std::string("{\"messages\": [{\"id\":1,\"text\":\"\\")}) {
    SplitTelegramJson(json, 1000, 10);
  }
  std::string text;
  std::vector<Link> links;
  const auto page =
      ReadTelegramPiece(R"({"id": 1, "text": "a"}, {"id": , }, {"id": 2, "text": "b"})", {}, 10, text, links);
  EXPECT_EQ(page.messages.size(), 2u);
}

TEST(TelegramExport, Html) {
  const std::string html =
      R"(<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head><body>
    <div class="page_wrap"><div class="page_header"><div class="content"><div class="text bold">Some channel</div></div></div>
    <div class="page_body chat_page"><div class="history">
    <div class="message service" id="message-1"><div class="body details">31 December 2023</div></div>
    <div class="message default clearfix" id="message12"><div class="pull_left userpic_wrap"></div><div class="body">
      <div class="pull_right date details" title="31.12.2023 23:59:58 UTC+05:00">23:59</div>
      <div class="from_name">Ali Shop</div>
      <div class="text">Charas 1 tola Rs 2500<br>contact 0301-2345678</div></div></div>
    <div class="message default clearfix joined" id="message13"><div class="body">
      <div class="pull_right date details" title="01.01.2024 00:00:01 UTC+05:00">00:00</div>
      <div class="reply_to details">In reply to <a href="#go_to_message12">this message</a></div>
      <div class="media_wrap clearfix"><a class="photo_wrap" href="photos/1.jpg"></a></div></div></div>
    </div></div></div></body></html>)";
  HtmlInput input;
  input.bytes = html;
  input.url = "urn:sha256:00";
  const PageContents page = ExtractPage(input, {});
  CheckFields(page);
  ASSERT_EQ(page.messages.size(), 2u);
  EXPECT_EQ(page.messages[0].id, "Some channel/12");
  EXPECT_EQ(page.messages[0].author, "Ali Shop");
  EXPECT_EQ(page.messages[0].text, "Charas 1 tola Rs 2500\ncontact 0301-2345678");
  EXPECT_EQ(FormatRfc3339(*page.messages[0].time).substr(0, 19), "2023-12-31T18:59:58");
  EXPECT_EQ(page.messages[1].author, "Ali Shop");
  EXPECT_EQ(page.messages[1].reply_to, "Some channel/12");
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.listings[0].prices.at(0).amount.amount(), "2500");
}

TEST(Mhtml, ThePageOutOfItsParts) {
  const std::string mhtml =
      "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://shop.example/x\r\nSubject: "
      "=?utf-8?Q?x?=\r\n"
      "Date: Sun, 31 Dec 2023 18:59:58 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
      "\ttype=\"text/html\";\r\n\tboundary=\"----Multi--x----\"\r\n\r\n\r\n"
      "------Multi--x----\r\nContent-Type: text/css\r\nContent-Location: "
      "https://shop.example/c\r\n\r\na{}\r\n"
      "------Multi--x----\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n"
      "Content-Location: https://shop.example/x\r\n\r\n"
      "<html><body><h1>Charas =D8=A2</h1><p class=3D\"p\">Rs 25=\r\n00</p></body></html>\r\n"
      "------Multi--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\niVBORw0KGgo=\r\n"
      "------Multi--x------\r\n";
  ASSERT_TRUE(LooksLikeMhtml(mhtml));
  const auto page = ReadMhtml(mhtml);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->url, "https://shop.example/x");
  EXPECT_EQ(page->saved, "Sun, 31 Dec 2023 18:59:58 -0000");
  EXPECT_EQ(page->parts, 3u);
  EXPECT_EQ(page->html, "<html><body><h1>Charas آ</h1><p class=\"p\">Rs 2500</p></body></html>");
  HtmlInput input;
  input.bytes = mhtml;
  input.content_type = "multipart/related";
  const PageContents contents = ExtractPage(input, {});
  EXPECT_EQ(contents.document.url, "https://shop.example/x");
  EXPECT_NE(contents.document.text.find("Rs 2500"), std::string::npos);
  CheckFields(contents);
  // No page among the parts, and boundaries without end.
  EXPECT_FALSE(ReadMhtml("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"));
  std::string nested = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b0\n\n";
  for (int i = 0; i < 5000; ++i)
    nested += "--b" + std::to_string(i) + "\nContent-Type: multipart/mixed; boundary=b" +
              std::to_string(i + 1) + "\n\n";
  EXPECT_FALSE(ReadMhtml(nested));
}

std::string Deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  out.resize(size);
  return out;
}

std::string Stream(int number, const std::string& dict, const std::string& data) {
  return std::to_string(number) + " 0 obj\n<<" + dict + "/Length " + std::to_string(data.size()) +
         ">>\nstream\n" + data + "\nendstream\nendobj\n";
}

TEST(Pdf, PlainAndWithATableOfCharacters) {
  const std::string cmap =
      "/CIDInit /ProcSet findresource begin\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
      "2 beginbfchar\n<0001> <0686>\n<0002> <0631>\nendbfchar\n1 beginbfrange\n<0010> <0012> "
      "<0041>\nendbfrange\n"
      "1 beginbfrange\n<0020> <0021> [<0061> <00620063>]\nendbfrange\n";
  const std::string pdf =
      "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
      "2 0 obj\n<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>\nendobj\n"
      "3 0 obj\n<</Type/Page/Parent 2 0 R/Contents[4 0 R]>>\nendobj\n" +
      Stream(4, "/Filter/FlateDecode",
             Deflated("BT /F1 12 Tf 1 0 0 1 50 700 Tm (Charas \\(1 tola\\)) Tj 0 -14 Td [(Rs) -300 (2500)] "
                      "TJ T* (ok) ' ET")) +
      "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
      "6 0 obj\n<</Type/Font/Subtype/Type0/ToUnicode 7 0 R>>\nendobj\n" +
      Stream(7, "/Filter/FlateDecode", Deflated(cmap)) +
      "8 0 obj\n<</Type/Page/Parent 2 0 R/Contents 9 0 R>>\nendobj\n" +
      Stream(9, "", "BT /F2 12 Tf <00010002> Tj <0010001100120020002100FF> Tj ET") +
      "trailer<</Root 1 0 R>>\n%%EOF";
  ASSERT_TRUE(IsPdf(pdf));
  const PdfText text = ReadPdf(pdf);
  // The second page draws two Arabic letters from left to right: they are read the other way.
  EXPECT_EQ(text.text, "Charas (1 tola)\nRs 2500\nok\n\nرچABCabc\n\n");
  EXPECT_EQ(text.pages, 2u);
  ASSERT_EQ(text.weirds.size(), 1u);
  EXPECT_EQ(text.weirds[0].name, "pdf_glyphs_unread");
  HtmlInput input;
  input.bytes = pdf;
  input.content_type = "application/pdf";
  const PageContents page = ExtractPage(input, {});
  CheckFields(page);
  ASSERT_EQ(page.listings.size(), 1u);
  EXPECT_EQ(page.listings[0].prices.at(0).amount.amount(), "2500");
}

TEST(Pdf, ObjectsInAStream) {
  const std::string inner =
      "1 0 2 36 3 78 <</Type/Catalog/Pages 2 0 R>>      <</Type/Pages/Kids[3 0 R]/Count 1>>       "
      "<</Type/Page/Contents 9 0 R>>";
  const size_t first = inner.find("<<");
  const std::string objects = inner.substr(first);
  const std::string head = "1 0 2 " + std::to_string(objects.find("<</Type/Pages/K")) + " 3 " +
                           std::to_string(objects.find("<</Type/Page/C")) + " ";
  const std::string pdf =
      "%PDF-1.5\n" +
      Stream(10, "/Type/ObjStm/N 3/First " + std::to_string(head.size()) + "/Filter/FlateDecode",
             Deflated(head + objects)) +
      Stream(9, "", "BT (hello) Tj ET");
  EXPECT_EQ(ReadPdf(pdf).text, "hello\n\n");
}

TEST(Pdf, HostileFiles) {
  std::string kids =
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 2 0 R 3 0 R]>>endobj "
      "3 0 obj<</Kids[2 0 R]>>endobj";
  for (const std::string& pdf :
       {kids, "%PDF-1.4\n" + std::string(200'000, '<'), "%PDF-1.4\n" + std::string(200'000, '('),
        "%PDF-1.4\n1 0 obj" + std::string(100'000, '['),
        "%PDF-1.4\n" + Stream(1, "/Type/ObjStm/N 99999999/First -5", "1 2 3"), [] {
          std::string many = "%PDF-1.4\n";
          for (int i = 0; i < 20'000; ++i) many += "1 0 obj<<";
          return many;
        }()}) {
    ReadPdf(pdf);
  }
  PdfLimits small;
  small.unpacked_bytes = 1 << 20;
  const std::string bomb = "%PDF-1.4\n1 0 obj<</Type/Page/Contents 2 0 R>>endobj\n" +
                           Stream(2, "/Filter/FlateDecode", Deflated(std::string(50 << 20, ' ')));
  const PdfText text = ReadPdf(bomb, small);
  EXPECT_FALSE(text.weirds.empty());
  EXPECT_EQ(ReadPdf("%PDF-1.4\ntrailer<</Encrypt 5 0 R>>").weirds.at(0).name, "pdf_encrypted");
}

// One stored entry, sizes behind the data as streaming writers leave them.
std::string ZipOf(const std::string& name, const std::string& data, uint16_t method, uint32_t bytes) {
  const auto put = [](std::string& out, uint64_t value, int size) {
    for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  };
  std::string out = "PK\x03\x04";
  put(out, 20, 2);
  put(out, 8, 2);
  put(out, method, 2);
  for (int i = 0; i < 16; ++i) out += '\0';
  put(out, name.size(), 2);
  put(out, 0, 2);
  out += name + data;
  const size_t directory = out.size();
  out += "PK\x01\x02";
  put(out, 20, 2);
  put(out, 20, 2);
  put(out, 8, 2);
  put(out, method, 2);
  for (int i = 0; i < 8; ++i) out += '\0';
  put(out, data.size(), 4);
  put(out, bytes, 4);
  put(out, name.size(), 2);
  for (int i = 0; i < 12; ++i) out += '\0';
  put(out, 0, 4);
  out += name;
  const size_t end = out.size();
  out += std::string("PK\x05\x06", 4);
  put(out, 0, 4);
  put(out, 1, 2);
  put(out, 1, 2);
  put(out, end - directory, 4);
  put(out, directory, 4);
  put(out, 0, 2);
  return out;
}

TEST(Zip, WhatIsInIt) {
  const std::string stored = ZipOf("_chat.txt", "hello", 0, 5);
  ASSERT_TRUE(IsZip(stored));
  const auto files = ListZip(stored);
  ASSERT_TRUE(files.ok()) << files.status().message();
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(Unzip(stored, (*files)[0], 100).value(), "hello");
  EXPECT_EQ(Unzip(stored, (*files)[0], 4).status().code(), StatusCode::kResourceExhausted);
  std::string bare = Deflated(std::string(100'000, 'x'));
  bare = bare.substr(2, bare.size() - 6);
  const std::string packed = ZipOf("a", bare, 8, 100'000);
  EXPECT_EQ(Unzip(packed, ListZip(packed)->at(0), 1 << 20)->size(), 100'000u);
  // A bomb that lies about its size, and archives cut anywhere.
  const std::string liar = ZipOf("a", bare, 8, 10);
  EXPECT_FALSE(Unzip(liar, ListZip(liar)->at(0), 1 << 20).ok());
  for (size_t cut = 0; cut < stored.size(); ++cut) {
    const auto list = ListZip(std::string_view(stored).substr(0, cut));
    if (!list.ok()) continue;
    for (const ZippedFile& file : *list) (void)Unzip(std::string_view(stored).substr(0, cut), file, 100);
  }
}

TEST(ExtractPage, PictureIsNotReadAndSaysSo) {
  HtmlInput input;
  input.bytes = "\x89PNG\r\n\x1a\n....";
  input.content_type = "image/png";
  const PageContents page = ExtractPage(input, {});
  EXPECT_TRUE(page.document.text.empty());
  ASSERT_EQ(page.document.weirds.size(), 1u);
  EXPECT_EQ(page.document.weirds[0].name, "picture_unread");
}

TEST(SavedFromUrl, WhatBrowsersNote) {
  EXPECT_EQ(SavedFromUrl("<!DOCTYPE html>\n<!-- saved from url=(0023)https://shop.example/x -->\n<html>"),
            "https://shop.example/x");
  EXPECT_EQ(SavedFromUrl("<html>"), "");
}

}  // namespace
}  // namespace gasht
