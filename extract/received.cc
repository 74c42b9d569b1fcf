#include "extract/received.h"

#include <algorithm>
#include <map>

#include "extract/facts.h"
#include "extract/finish.h"
#include "extract/mime.h"
#include "extract/pdf_text.h"
#include "extract/phone.h"
#include "extract/whatsapp.h"
#include "extract/words.h"
#include "text/charset.h"

namespace gasht {
namespace {

constexpr std::string_view kTelegramMediaType = "application/x-telegram-chat+json";
constexpr size_t kMaxParameterBytes = 512;

// Letters, figures and what UTF-8 needs no more than that, percent-encoded: a value inside a header's quotes.
std::string Quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
    if (out.size() >= kMaxParameterBytes) break;
  }
  return out;
}

std::string Parameter(std::string_view content_type, std::string_view name) {
  const std::string wanted = ";" + std::string(name) + "=\"";
  const size_t at = content_type.find(wanted);
  if (at == std::string_view::npos) return "";
  const std::string_view value = content_type.substr(at + wanted.size());
  std::string out;
  for (size_t i = 0; i < value.size() && value[i] != '"' && i < 2 * kMaxParameterBytes; ++i) {
    const auto hex = [](char c) {
      return IsAsciiDigit(c) ? c - '0' : (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
    };
    if (value[i] == '%' && i + 2 < value.size() && hex(value[i + 1]) >= 0 && hex(value[i + 2]) >= 0) {
      out += static_cast<char>(hex(value[i + 1]) * 16 + hex(value[i + 2]));
      i += 2;
    } else {
      out += value[i];
    }
  }
  return out;
}

void SetText(std::string_view bytes, const ExtractOptions& options, Document& document) {
  CharsetHints hints;
  hints.read_meta = false;
  DecodedText decoded = DecodeToUtf8(bytes.substr(0, options.limits.text_bytes), hints);
  if (bytes.size() > options.limits.text_bytes)
    document.weirds.push_back({"body_cut", std::to_string(bytes.size())});
  if (decoded.undecoded > 0)
    document.weirds.push_back({"undecoded_bytes", std::to_string(decoded.undecoded)});
  document.charset = decoded.charset;
  document.text = std::move(decoded.utf8);
}

void TakeMessages(MessagePage page, PageContents& contents) {
  if (page.unread_media > 0)
    contents.document.weirds.push_back({"picture_unread", std::to_string(page.unread_media)});
  contents.messages = std::move(page.messages);
  contents.listings = std::move(page.listings);
}

// Who writes from a number is reached there: the author of a chat's message, where it is one.
void AddAuthors(PageContents& contents) {
  std::map<std::string_view, const Listing*> by_id;
  for (const auto* listings : {&contents.listings, &contents.talk}) {
    for (const Listing& listing : *listings) by_id.emplace(listing.site_id, &listing);
  }
  for (size_t i = 0; i < contents.messages.size(); ++i) {
    Message& message = contents.messages[i];
    const std::string phone = PhoneOfAuthor(message.author);
    if (phone.empty()) continue;
    Identifier id;
    id.kind = IdentifierKind::kWhatsapp;
    id.value = phone;
    if (const auto listing = by_id.find(message.id); listing != by_id.end())
      id.role = RoleOfContact(*listing->second, message.text);
    id.field = "messages/" + std::to_string(i) + "/author";
    id.span = {0, message.author.size()};
    message.identifiers.push_back(id);
    // Of the page: once, and by the message that says most.
    const auto known = std::find_if(
        contents.identifiers.begin(), contents.identifiers.end(),
        [&](const Identifier& other) { return other.kind == id.kind && other.value == id.value; });
    if (known == contents.identifiers.end()) {
      contents.identifiers.push_back(std::move(id));
    } else if (known->role == IdentifierRole::kUnknown) {
      known->role = id.role;
    }
  }
}

PageContents Chat(const HtmlInput& input, const ExtractOptions& options) {
  PageContents contents;
  SetText(input.bytes, options, contents.document);
  TakeMessages(ReadWhatsapp(contents.document.text, options.limits.messages), contents);
  return contents;
}

PageContents TelegramChatPiece(const HtmlInput& input, const ExtractOptions& options) {
  PageContents contents;
  const TelegramChat chat{Parameter(input.content_type, "id"), Parameter(input.content_type, "name"),
                          Parameter(input.content_type, "kind")};
  contents.document.charset = "utf-8";
  contents.document.title = chat.name;
  TakeMessages(ReadTelegramPiece(input.bytes.substr(0, options.limits.text_bytes), chat,
                                 options.limits.messages, contents.document.text, contents.document.links),
               contents);
  return contents;
}

PageContents PrintedPage(const HtmlInput& input, const ExtractOptions& options) {
  PageContents contents;
  if (options.text_only) {
    contents.document.weirds.push_back({"pdf_unread", "text only"});
    contents.document.degraded = true;
    return contents;
  }
  PdfText pdf = ReadPdf(input.bytes);
  ExtractOptions inner = options;
  inner.limits.text_bytes = std::max(options.limits.text_bytes, pdf.text.size());
  contents = ExtractText({pdf.text, input.url}, inner);
  for (Weird& weird : pdf.weirds) contents.document.weirds.push_back(std::move(weird));
  return contents;
}

}  // namespace

std::string PhoneOfAuthor(std::string_view author) {
  size_t digits = 0;
  for (const char c : author) {
    if (IsAsciiLetter(c)) return "";
    digits += IsAsciiDigit(c);
  }
  return digits >= 9 && digits <= 15 ? PhoneToE164(author) : "";
}

ReceivedType ReceivedTypeOf(std::string_view content_type) {
  const std::string type = AsciiLowered(Trimmed(content_type.substr(0, content_type.find(';'))));
  if (type == kWhatsappMediaType) return ReceivedType::kWhatsapp;
  if (type == kTelegramMediaType) return ReceivedType::kTelegram;
  if (type == "multipart/related" || type == "message/rfc822") return ReceivedType::kMhtml;
  if (type == "application/pdf") return ReceivedType::kPdf;
  if (type.starts_with("image/") && type != "image/svg+xml") return ReceivedType::kPicture;
  if (type == "application/zip") return ReceivedType::kArchive;
  return ReceivedType::kNone;
}

std::string TelegramMediaType(const TelegramChat& chat) {
  return std::string(kTelegramMediaType) + ";id=\"" + Quoted(chat.id) + "\";name=\"" + Quoted(chat.name) +
         "\";kind=\"" + Quoted(chat.type) + "\"";
}

PageContents ExtractReceived(ReceivedType type, const HtmlInput& input, const ExtractOptions& options) {
  PageContents contents;
  bool finished = false;
  switch (type) {
    case ReceivedType::kWhatsapp:
      contents = Chat(input, options);
      break;
    case ReceivedType::kTelegram:
      contents = TelegramChatPiece(input, options);
      break;
    case ReceivedType::kMhtml: {
      const auto page = ReadMhtml(input.bytes);
      if (!page) {
        SetText(input.bytes, options, contents.document);
        contents.document.weirds.push_back({"mhtml_no_page", ""});
        contents.document.degraded = true;
        break;
      }
      HtmlInput inner = input;
      inner.bytes = page->html;
      // Never a type that leads back here.
      inner.content_type = page->content_type;
      if (ReceivedTypeOf(inner.content_type) != ReceivedType::kNone) inner.content_type = "text/html";
      if (!page->url.empty()) inner.url = page->url;
      return ExtractPage(inner, options);
    }
    case ReceivedType::kPdf:
      contents = PrintedPage(input, options);
      finished = true;
      break;
    case ReceivedType::kPicture:
      // What a picture says is not read: not the same as saying nothing.
      contents.document.weirds.push_back({"picture_unread", "1"});
      break;
    case ReceivedType::kArchive:
      contents.document.weirds.push_back({"archive_unread", "its parts are captures of their own"});
      break;
    case ReceivedType::kNone:
      break;
  }
  Document& document = contents.document;
  document.url = std::string(input.url);
  document.page_class = PageClass::kContent;
  if (finished) return contents;
  document.main_text = document.text;
  FindLineBlocks(document);
  FindLanguages(document);
  FinishContents(options, contents);
  AddAuthors(contents);
  return contents;
}

std::string SavedFromUrl(std::string_view html) {
  constexpr std::string_view kMark = "<!-- saved from url=(";
  const std::string_view head = html.substr(0, 4096);
  const size_t at = head.find(kMark);
  if (at == std::string_view::npos) return "";
  const size_t open = head.find(')', at);
  if (open == std::string_view::npos) return "";
  const std::string_view rest = head.substr(open + 1);
  return std::string(Trimmed(rest.substr(0, std::min(rest.size(), rest.find_first_of(" >\n")))));
}

}  // namespace gasht
