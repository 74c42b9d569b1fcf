#include "extract/whatsapp.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "base/utf8.h"
#include "extract/phone.h"
#include "extract/words.h"
#include "model/ids.h"

namespace gasht {
namespace {

constexpr size_t kMaxHeaderBytes = 160;  // of a line that are looked at for its time
constexpr size_t kMaxAuthorBytes = 160;
constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;
constexpr size_t kLinesToKnowBy = 12;

// Marks of direction and joiners: invisible, and anywhere in these lines.
bool IsMark(char32_t c) {
  return c == 0x200e || c == 0x200f || c == 0x61c || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0x200b;
}

bool IsBlank(char32_t c) {
  return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009 || c == '\t';
}

int DigitOf(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 0x660 && c <= 0x669) return static_cast<int>(c - 0x660);
  if (c >= 0x6f0 && c <= 0x6f9) return static_cast<int>(c - 0x6f0);
  if (c >= 0x966 && c <= 0x96f) return static_cast<int>(c - 0x966);
  if (c >= 0x9e6 && c <= 0x9ef) return static_cast<int>(c - 0x9e6);
  return -1;
}

// Reads code points of one line, marks passed over.
class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line.substr(0, kMaxHeaderBytes)) { SkipMarks(); }
  size_t pos() const { return pos_; }
  bool done() const { return pos_ >= line_.size(); }
  char32_t Peek() const {
    if (done()) return 0;
    size_t next = pos_;
    return NextCodePoint(line_, next);
  }
  char32_t Take() {
    if (done()) return 0;
    const char32_t c = NextCodePoint(line_, pos_);
    behind_ = pos_;
    SkipMarks();
    return c;
  }
  // Behind the last character taken, before the marks that followed it.
  size_t behind() const { return behind_; }
  bool SkipBlanks() {
    bool any = false;
    while (!done() && IsBlank(Peek())) {
      Take();
      any = true;
    }
    return any;
  }
  // A number of at most `max_digits`; its digits in `digits`.
  int Number(int max_digits, int& digits) {
    int value = 0;
    digits = 0;
    while (digits < max_digits && DigitOf(Peek()) >= 0) {
      value = value * 10 + DigitOf(Take());
      ++digits;
    }
    return value;
  }

 private:
  void SkipMarks() {
    while (pos_ < line_.size()) {
      size_t next = pos_;
      if (!IsMark(NextCodePoint(line_, next))) return;
      pos_ = next;
    }
  }
  const std::string_view line_;
  size_t pos_ = 0, behind_ = 0;
};

struct Header {
  Span time;             // as written
  size_t rest;           // where author and text begin
  bool bracket = false;  // as iPhones write
};

// The time that begins a message's first line; absent where the line does not begin one.
std::optional<Header> HeaderOf(std::string_view line) {
  Reader in(line);
  const bool bracket = in.Peek() == '[';
  if (bracket) in.Take();
  in.SkipBlanks();
  const size_t begin = in.pos();
  // The date: three numbers, the year first or last.
  int numbers[3] = {}, digits[3] = {};
  char32_t sign = 0;
  for (int i = 0; i < 3; ++i) {
    numbers[i] = in.Number(4, digits[i]);
    if (digits[i] == 0) return std::nullopt;
    if (i == 2) break;
    const char32_t c = in.Take();
    if ((c != '/' && c != '.' && c != '-' && c != 0x2f && c != 0x60d) || (sign != 0 && c != sign))
      return std::nullopt;
    sign = c;
    in.SkipBlanks();
  }
  const bool year_first = digits[0] == 4;
  const int a = year_first ? numbers[1] : numbers[0], b = year_first ? numbers[2] : numbers[1];
  if (a < 1 || b < 1 || a > 31 || b > 31 || (a > 12 && b > 12)) return std::nullopt;
  if (!year_first && digits[2] != 2 && digits[2] != 4) return std::nullopt;
  if (in.Peek() == '.') in.Take();
  if (in.Peek() == ',' || in.Peek() == 0x60c) in.Take();
  if (!in.SkipBlanks()) return std::nullopt;
  // Half of the day before the time, as in Chinese; a connecting word, as in Spanish.
  for (int letters = 0; letters < 12 && !in.done() && DigitOf(in.Peek()) < 0; ++letters) {
    const char32_t c = in.Peek();
    if (c == '-' || c == ']' || c == ':' || c == '[') return std::nullopt;
    in.Take();
  }
  int n = 0;
  const int hour = in.Number(2, n);
  if (n == 0 || hour > 24 || (in.Peek() != ':' && in.Peek() != '.')) return std::nullopt;
  in.Take();
  const int minute = in.Number(2, n);
  if (n != 2 || minute > 59) return std::nullopt;
  if (in.Peek() == ':' || in.Peek() == '.') {
    in.Take();
    in.Number(2, n);
    if (n != 2) return std::nullopt;
  }
  size_t end = in.behind();
  // Half of the day behind it, then what parts the time from the rest.
  for (int letters = 0; letters < 20 && !in.done(); ++letters) {
    const char32_t c = in.Peek();
    if (bracket ? c == ']' : (c == '-' || c == 0x2013 || c == 0x2014)) {
      in.Take();
      in.SkipBlanks();
      return Header{{begin, end}, in.pos(), bracket};
    }
    if (DigitOf(c) >= 0 || c == ':') return std::nullopt;
    in.Take();
    if (!IsBlank(c)) end = in.behind();
  }
  return std::nullopt;
}

std::string WithoutMarks(std::string_view text) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const size_t begin = pos;
    const char32_t c = NextCodePoint(text, pos);
    if (!IsMark(c) && c != '\r') out += text.substr(begin, pos - begin);
  }
  return out;
}

// What the program puts in place of words that were taken back, with or without a full stop.
bool IsDeletedLine(std::string_view line) {
  static constexpr std::string_view kDeleted[] = {"This message was deleted",
                                                  "You deleted this message",
                                                  "This message was deleted by admin",
                                                  "Diese Nachricht wurde gelöscht",
                                                  "Du hast diese Nachricht gelöscht",
                                                  "تم حذف هذه الرسالة",
                                                  "لقد حذفت هذه الرسالة",
                                                  "حذفتَ هذه الرسالة",
                                                  "یہ پیغام حذف کر دیا گیا تھا",
                                                  "یہ پیغام حذف کر دیا گیا",
                                                  "آپ نے یہ پیغام حذف کر دیا",
                                                  "यह मैसेज मिटाया गया है",
                                                  "आपने यह मैसेज मिटाया है",
                                                  "Se eliminó este mensaje",
                                                  "Ce message a été supprimé"};
  while (line.ends_with('.')) line.remove_suffix(1);
  return std::find(std::begin(kDeleted), std::end(kDeleted), line) != std::end(kDeleted);
}

// "rate list <This message was edited>": the words without what the program says of them.
std::string_view WithoutEdited(std::string_view line) {
  static constexpr std::string_view kEdited[] = {
      "<This message was edited>",          "<Diese Nachricht wurde bearbeitet.>",
      "<Diese Nachricht wurde bearbeitet>", "<تم تعديل هذه الرسالة>",
      "<یہ پیغام ایڈٹ کیا گیا تھا>",        "<یہ پیغام ایڈٹ کیا گیا>",
      "<इस मैसेज में बदलाव किया गया>",          "<Se editó este mensaje.>",
      "<Ce message a été modifié>"};
  line = Trimmed(line);
  for (const std::string_view edited : kEdited) {
    if (line.ends_with(edited)) return Trimmed(line.substr(0, line.size() - edited.size()));
  }
  return line;
}

// What a line that stands for a picture or a recording says of it; "document" where it says nothing more.
std::string MediaOfLine(std::string_view line) {
  struct Word {
    std::string_view word, media;
  };
  static constexpr Word kWords[] = {
      {"image", "photo"},     {"photo", "photo"},      {"img-", "photo"},      {"bild", "photo"},
      {"صورة", "photo"},      {"تصویر", "photo"},      {"foto", "photo"},      {"video note", "round_video"},
      {"video", "video"},     {"vid-", "video"},       {"gif", "video"},       {"ptt-", "voice"},
      {"audio", "voice"},     {"aud-", "audio"},       {"sticker", "sticker"}, {"stk-", "sticker"},
      {"contact", "contact"}, {"location", "location"}};
  const std::string lower = AsciiLowered(line.substr(0, 256));
  for (const Word& known : kWords) {
    if (lower.find(known.word) != std::string::npos) return std::string(known.media);
  }
  return "document";
}

// "<Media omitted>", "image omitted", "IMG-20231231-WA0001.jpg (file attached)", "<attached: 00000012-PHOTO.jpg>": in any
// language a single line in angle brackets, or a name of a file that the program made.
bool IsMediaLine(std::string_view line) {
  line = Trimmed(line);
  if (line.empty()) return false;
  if (line.front() == '<' && line.back() == '>') return true;
  const std::string lower = AsciiLowered(line.substr(0, 256));
  if (lower.ends_with(" omitted") && lower.size() < 40) return true;
  const size_t wa = lower.find("-wa");
  const bool made_name =
      wa != std::string::npos && wa >= 8 && wa < 16 && lower.find('.') != std::string::npos;
  return made_name && line.find('(') != std::string_view::npos;
}

struct Raw {
  size_t line = 0;  // where its first line begins
  Span time, author, body;
  bool is_system = false;
  bool bracket = false;
};

// Calls `found` with every message in order.
template <typename Found>
void ForEachMessage(std::string_view text, const Found& found) {
  std::optional<Raw> open;
  for (size_t begin = 0; begin < text.size();) {
    const size_t stop = std::min(text.size(), text.find('\n', begin));
    const std::string_view line = text.substr(begin, stop - begin);
    if (const auto header = HeaderOf(line)) {
      if (open) {
        open->body.end = std::max(open->body.begin, begin);
        if (!found(*open)) return;
      }
      Raw raw;
      raw.line = begin;
      raw.bracket = header->bracket;
      raw.time = {begin + header->time.begin, begin + header->time.end};
      const std::string_view rest = line.substr(header->rest);
      // The name ends at the first colon with a space behind it, or at the line's end.
      size_t colon = rest.substr(0, kMaxAuthorBytes).find(": ");
      if (colon == std::string_view::npos && !rest.empty()) {
        const std::string_view bare = Trimmed(rest);
        if (bare.size() < kMaxAuthorBytes && bare.ends_with(':')) colon = rest.rfind(':');
      }
      const size_t rest_begin = begin + header->rest;
      if (colon == std::string_view::npos || colon == 0) {
        raw.is_system = true;
        raw.body = {rest_begin, rest_begin};
      } else {
        raw.author = {rest_begin, rest_begin + colon};
        raw.body.begin = std::min(stop, rest_begin + colon + 2);
      }
      open = raw;
    }
    begin = stop + 1;
  }
  if (open) {
    open->body.end = std::max(open->body.begin, text.size());
    found(*open);
  }
}

}  // namespace

bool LooksLikeWhatsapp(std::string_view utf8) {
  size_t begin = 0;
  for (size_t lines = 0; lines < kLinesToKnowBy && begin < utf8.size(); ++lines) {
    const size_t stop = std::min(utf8.size(), utf8.find('\n', begin));
    if (HeaderOf(utf8.substr(begin, stop - begin))) return true;
    begin = stop + 1;
  }
  return false;
}

std::vector<Span> SplitWhatsapp(std::string_view utf8, size_t max_bytes, size_t max_messages) {
  std::vector<Span> pieces;
  size_t piece = 0, messages = 0;
  ForEachMessage(utf8, [&](const Raw& raw) {
    // A piece ends before the message that would make it too long.
    const bool full = messages >= max_messages || raw.body.end - piece > max_bytes;
    if (full && raw.line > piece && messages > 0) {
      pieces.push_back({piece, raw.line});
      piece = raw.line;
      messages = 0;
    }
    ++messages;
    return true;
  });
  if (piece < utf8.size()) pieces.push_back({piece, utf8.size()});
  return pieces;
}

MessagePage ReadWhatsapp(std::string_view utf8, size_t max_messages) {
  MessagePage out;
  ForEachMessage(utf8, [&](const Raw& raw) {
    if (raw.is_system) return true;
    Message message;
    message.author = WithoutMarks(utf8.substr(raw.author.begin, raw.author.size()));
    // "~ Ali": a name the telephone's owner did not give.
    while (message.author.starts_with("~") || message.author.starts_with(" ") ||
           message.author.starts_with("\xc2\xa0") || message.author.starts_with("\xe2\x80\xaf")) {
      message.author.erase(0, message.author[0] == '\xc2' ? 2 : (message.author[0] == '\xe2' ? 3 : 1));
    }
    message.author = FoldWhiteSpace(message.author);
    message.time_as_written = FoldWhiteSpace(WithoutMarks(utf8.substr(raw.time.begin, raw.time.size())));
    std::string_view body = utf8.substr(raw.body.begin, raw.body.size());
    // Lines that stand for a picture are no words; what is written beside it is.
    size_t words_begin = raw.body.begin;
    // An iPhone marks its own words, and those for pictures, with a direction in front.
    bool attached = false;
    const bool marked = raw.bracket && (body.starts_with("\u200e") || body.starts_with("\u200f"));
    if (marked) {
      const std::string line = WithoutMarks(body.substr(0, std::min(body.size(), body.find('\n'))));
      // Where the whole line is marked as well, it stands for a picture, whatever it is called in that language.
      attached = utf8.substr(raw.line).starts_with("\u200e");
      if (!attached && !IsMediaLine(line) && !IsDeletedLine(Trimmed(line))) return true;
    }
    bool media = attached;
    for (size_t begin = 0; begin < body.size() && begin < kMaxTextBytes;) {
      const size_t stop = std::min(body.size(), body.find('\n', begin));
      const std::string line = WithoutMarks(body.substr(begin, stop - begin));
      const std::string_view said = WithoutEdited(line);
      if (said.empty() || IsDeletedLine(said)) {
        if (!message.text.empty() && said.empty()) message.text += '\n';
      } else if (IsMediaLine(said) || (attached && begin == 0)) {
        media = true;
        if (message.media.empty()) message.media = MediaOfLine(said);
        if (Trimmed(message.text).empty()) words_begin = raw.body.begin + std::min(body.size(), stop + 1);
      } else {
        if (!message.text.empty()) message.text += '\n';
        message.text += said;
      }
      begin = stop + 1;
    }
    message.text = std::string(Trimmed(CutToWholeCharacters(message.text, kMaxTextBytes)));
    message.id =
        "whatsapp/" + HashParts("gasht-whatsapp-1", {message.time_as_written, message.author, message.text})
                          .hex()
                          .substr(0, 16);
    if (message.text.empty() && media) ++out.unread_media;
    if (!message.text.empty()) {
      Listing listing;
      listing.kind = ListingKind::kMessage;
      listing.site_id = message.id;
      listing.vendor = message.author;
      listing.title = CutToWholeCharacters(std::string_view(message.text).substr(0, message.text.find('\n')),
                                           kMaxTitleBytes);
      size_t end = raw.body.end;
      while (end > words_begin && IsWhiteSpace(utf8[end - 1])) --end;
      listing.span = {std::min(words_begin, end), end};
      out.listings.push_back(std::move(listing));
    }
    out.messages.push_back(std::move(message));
    return out.messages.size() < max_messages;
  });
  return out;
}

}  // namespace gasht
