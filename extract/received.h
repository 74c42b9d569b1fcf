#pragma once

// Files that people hand over instead of pages that were fetched: chats, saved pages, print-outs, pictures. Each is
// captured under a media type that says how it is read, so that its analysis is a function of its bytes and this type
// alone and can be done again from the store.
//
// Thread-safe free functions, linear, bounded by ExtractLimits; nothing fails.

#include <string>
#include <string_view>

#include "extract/extract.h"
#include "extract/telegram_export.h"

namespace gasht {

enum class ReceivedType { kNone, kWhatsapp, kTelegram, kMhtml, kPdf, kPicture, kArchive };

// text/x-whatsapp-chat, application/x-telegram-chat+json, multipart/related, application/pdf, image/*, application/zip.
ReceivedType ReceivedTypeOf(std::string_view content_type);

inline constexpr std::string_view kWhatsappMediaType = "text/x-whatsapp-chat";
// With the chat's id, name and kind, which stand outside the messages that a capture holds.
std::string TelegramMediaType(const TelegramChat& chat);

// The number that a chat's author is called by where his name is not known; else "".
std::string PhoneOfAuthor(std::string_view author);

PageContents ExtractReceived(ReceivedType type, const HtmlInput& input, const ExtractOptions& options);

// Where a browser saved the page from, as it noted in the file ("<!-- saved from url=(0023)https://... -->"); else "".
std::string SavedFromUrl(std::string_view html);

}  // namespace gasht
