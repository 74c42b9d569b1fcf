#include "rules/reasons.h"

namespace gasht {
namespace {

// Quotes are cut: a reason is read at a glance, the match itself holds the whole text.
constexpr size_t kMaxQuote = 60;

std::string Quoted(const std::string& text, const char* open, const char* close) {
  if (text.empty()) return "";
  std::string shown;
  for (const char c : text) shown.push_back(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
  if (shown.size() > kMaxQuote) {
    size_t cut = kMaxQuote;
    while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0) == 0x80) --cut;
    shown = shown.substr(0, cut) + "...";
  }
  return " " + (open + shown) + close;
}

std::string Signed(int32_t points) {
  return (points >= 0 ? "+" : "") + std::to_string(points);
}

void List(std::string& out, const std::string& head, const std::vector<ReasonPart>& parts, bool urdu,
          const char* comma) {
  if (parts.empty()) return;
  if (!out.empty()) out += ' ';
  out += head;
  bool first = true;
  for (const ReasonPart& part : parts) {
    out += first ? " " : comma;
    first = false;
    out += urdu ? part.what.ur : part.what.en;
    out += urdu ? Quoted(part.quote, "\u2018", "\u2019") : Quoted(part.quote, "\"", "\"");
    if (part.points != 0) out += " (" + Signed(part.points) + ")";
  }
  out += urdu ? "\u06D4" : ".";
}

struct LevelWords {
  const char* en;
  const char* ur;
};
LevelWords WordsFor(Level level) {
  switch (level) {
    case Level::kInformational:
      return {"informational", "محض اطلاع"};
    case Level::kLow:
      return {"low", "کم"};
    case Level::kMedium:
      return {"medium", "درمیانہ"};
    case Level::kHigh:
      return {"high", "زیادہ"};
    case Level::kCritical:
      return {"critical", "انتہائی"};
  }
  return {"unknown", "نامعلوم"};
}

}  // namespace

Reasons WriteReasons(const ReasonInput& input) {
  Reasons reasons;
  List(reasons.en, "Names", input.substances, false, ", ");
  List(reasons.en, "Signs of an offer:", input.signs, false, ", ");
  List(reasons.en, "Speaks against it:", input.contexts, false, ", ");
  List(reasons.en, "Rules:", input.rules, false, ", ");
  List(reasons.en, "The law:", input.schedules, false, "; ");
  List(reasons.ur, "جس چیز کا نام ہے:", input.substances, true, "، ");
  List(reasons.ur, "فروخت کی علامات:", input.signs, true, "، ");
  List(reasons.ur, "اس کے خلاف:", input.contexts, true, "، ");
  List(reasons.ur, "قواعد:", input.rules, true, "، ");
  List(reasons.ur, "قانون:", input.schedules, true, "؛ ");
  for (const LocalText& limit : input.limits) {
    reasons.en += " " + limit.en + ".";
    reasons.ur += " " + limit.ur + "\u06D4";
  }
  const LevelWords level = WordsFor(input.level);
  reasons.en += std::string(" Level ") + level.en + ", " + std::to_string(input.score) + " of 100.";
  reasons.ur += std::string(" درجہ: ") + level.ur + "، 100 میں سے " + std::to_string(input.score) + "\u06D4";
  return reasons;
}

}  // namespace gasht
