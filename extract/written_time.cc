#include "extract/written_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

#include "extract/words.h"

namespace gasht {
namespace {

// Arabic-Indic and Eastern digits as ASCII ones.
std::string WithAsciiDigits(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    if (first == 0xD9 && second >= 0xA0 && second <= 0xA9) {  // U+0660
      out += static_cast<char>('0' + (second - 0xA0));
      ++i;
    } else if (first == 0xDB && second >= 0xB0 && second <= 0xB9) {  // U+06F0
      out += static_cast<char>('0' + (second - 0xB0));
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// "a minute", "do din", "ایک دن"; -1 when it counts nothing.
int CountNamed(std::string_view word) {
  struct Named {
    std::string_view name;
    int count;
  };
  static constexpr Named kNamed[] = {
      {"a", 1},   {"an", 1},   {"one", 1},    {"ek", 1},    {"aik", 1},  {"ایک", 1},  {"two", 2},
      {"do", 2},  {"دو", 2},   {"three", 3},  {"teen", 3},  {"تین", 3},  {"four", 4}, {"char", 4},
      {"چار", 4}, {"five", 5}, {"paanch", 5}, {"panch", 5}, {"پانچ", 5}, {"چھ", 6},   {"سات", 7}};
  for (const Named& named : kNamed) {
    if (word == named.name) return named.count;
  }
  return -1;
}

int MonthNamed(std::string_view word) {
  constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};
  struct Named {
    std::string_view name;
    int month;
  };
  static constexpr Named kUrdu[] = {{"جنوری", 1},  {"فروری", 2},  {"مارچ", 3},  {"اپریل", 4}, {"مئی", 5},
                                    {"جون", 6},    {"جولائی", 7}, {"اگست", 8},  {"ستمبر", 9}, {"اکتوبر", 10},
                                    {"نومبر", 11}, {"دسمبر", 12}, {"يناير", 1}, {"mai", 5},   {"dez", 12},
                                    {"okt", 10},   {"märz", 3}};
  for (const Named& named : kUrdu) {
    if (word == named.name) return named.month;
  }
  if (word.size() < 3) return 0;
  const std::string three = AsciiLowered(word.substr(0, 3));
  for (int i = 0; i < 12; ++i) {
    if (kMonths[i] == three) return i + 1;
  }
  return 0;
}

// Names of zones that mean one thing only.
std::optional<int64_t> HoursOfZone(std::string_view name) {
  struct Zone {
    std::string_view name;
    int64_t hours;
  };
  static constexpr Zone kZones[] = {{"gmt", 0},  {"utc", 0},  {"pkt", 5},  {"cet", 1},  {"cest", 2},
                                    {"edt", -4}, {"cdt", -5}, {"mdt", -6}, {"pdt", -7}, {"pst", -8}};
  for (const Zone& zone : kZones) {
    if (name == zone.name) return zone.hours;
  }
  return std::nullopt;
}

UtcTime FromCivil(int year, int month, int day, int hour, int minute, int second) {
  using namespace std::chrono;
  const sys_days days{std::chrono::year(year) / month / day};
  return {
      duration_cast<microseconds>(days.time_since_epoch() + hours(hour) + minutes(minute) + seconds(second))
          .count()};
}

}  // namespace

DayOrder DayOrderOf(std::string_view text) {
  const std::string ascii = WithAsciiDigits(text.substr(0, 200));
  // The first run of three numbers with one sign between them, the last of four figures.
  for (size_t at = 0; at < ascii.size(); ++at) {
    if (!IsAsciiDigit(ascii[at]) || (at > 0 && IsAsciiDigit(ascii[at - 1]))) continue;
    int numbers[3] = {0, 0, 0};
    size_t from = at, read = 0;
    for (; read < 3; ++read) {
      size_t end = from;
      while (end < ascii.size() && IsAsciiDigit(ascii[end]) && end - from < 4)
        numbers[read] = numbers[read] * 10 + (ascii[end++] - '0');
      if (end == from || (read < 2 && end - from > 2) || (read == 2 && end - from != 4)) break;
      from = end;
      if (read < 2 &&
          (from >= ascii.size() || (ascii[from] != '-' && ascii[from] != '/' && ascii[from] != '.')))
        break;
      ++from;
    }
    if (read < 3) continue;
    if (numbers[0] > 12 && numbers[0] <= 31 && numbers[1] >= 1 && numbers[1] <= 12)
      return DayOrder::kDayFirst;
    if (numbers[1] > 12 && numbers[1] <= 31 && numbers[0] >= 1 && numbers[0] <= 12)
      return DayOrder::kMonthFirst;
    return DayOrder::kUnknown;
  }
  return DayOrder::kUnknown;
}

WrittenTime ParseWrittenTime(std::string_view text, UtcTime fetched_at, DayOrder order) {
  WrittenTime out;
  text = Trimmed(text.substr(0, 200));
  if (const auto exact = ParseRfc3339(text); exact.ok()) return {*exact, "stated"};
  // "2016-09-22T14:43:00+0000": the colon of the offset is missing.
  if (text.size() == 24 && (text[19] == '+' || text[19] == '-')) {
    const std::string fixed = std::string(text.substr(0, 22)) + ":" + std::string(text.substr(22));
    if (const auto exact = ParseRfc3339(fixed); exact.ok()) return {*exact, "stated"};
  }
  const std::string lower = AsciiLowered(WithAsciiDigits(text));
  std::vector<std::string_view> words;
  std::vector<int> numbers;  // the value of a word that is one, else -1
  for (size_t at = 0; at < lower.size() && words.size() < 40;) {
    // A byte of another script is a letter, but for the Arabic comma.
    const auto is_letter = [&](size_t i) {
      return IsAsciiLetter(lower[i]) ||
             (static_cast<unsigned char>(lower[i]) >= 0x80 && lower.compare(i, 2, "\xD8\x8C") != 0);
    };
    if (lower.compare(at, 2, "\xD8\x8C") == 0) {
      at += 2;
      continue;
    }
    if (!is_letter(at) && !IsAsciiDigit(lower[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    const bool digit = IsAsciiDigit(lower[at]);
    while (end < lower.size() && (digit ? IsAsciiDigit(lower[end]) : is_letter(end))) ++end;
    words.push_back(std::string_view(lower).substr(at, end - at));
    int value = -1;
    if (digit && end - at <= 4) std::from_chars(lower.data() + at, lower.data() + end, value);
    numbers.push_back(value);
    at = end;
  }
  const auto unit = [](std::string_view w) -> int64_t {
    struct Unit {
      std::string_view name;
      int64_t seconds;
    };
    static constexpr Unit kOthers[] = {
        {"سیکنڈ", 1},      {"سیکنڈز", 1},     {"منٹ", 60},        {"منٹوں", 60},      {"گھنٹہ", 3600},
        {"گھنٹے", 3600},   {"گھنٹوں", 3600},  {"دن", 86400},      {"دنوں", 86400},    {"ہفتہ", 604800},
        {"ہفتے", 604800},  {"ہفتوں", 604800}, {"مہینہ", 2592000}, {"مہینے", 2592000}, {"ماہ", 2592000},
        {"سال", 31536000}, {"mo", 2592000},   {"mos", 2592000},   {"tag", 86400},     {"tagen", 86400},
        {"stunden", 3600}, {"jours", 86400},  {"heures", 3600},   {"дней", 86400},    {"дня", 86400},
        {"день", 86400},   {"часов", 3600},   {"часа", 3600},     {"минут", 60},      {"w", 604800},
        {"wk", 604800},    {"y", 31536000}};
    for (const Unit& other : kOthers) {
      if (w == other.name) return other.seconds;
    }
    if (w.starts_with("sec")) return 1;
    if (w.starts_with("min")) return 60;
    if (w == "h" || w.starts_with("hour") || w == "hr" || w == "hrs" || w.starts_with("ghant")) return 3600;
    if (w == "d" || w.starts_with("day") || w == "din") return 86400;
    if (w.starts_with("week") || w.starts_with("haft")) return 7 * 86400;
    if (w.starts_with("month") || w.starts_with("mahin")) return 30 * 86400;
    if (w.starts_with("year") || w == "saal") return 365 * 86400;
    return 0;
  };
  int hour = 0, minute = 0, second = 0;
  bool has_clock = false;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (numbers[i] < 0 || numbers[i + 1] < 0 || words[i + 1].size() != 2) continue;
    const size_t behind = static_cast<size_t>(words[i].data() - lower.data()) + words[i].size();
    if (lower[behind] != ':' || numbers[i] > 23 || numbers[i + 1] > 59) continue;
    hour = numbers[i];
    minute = numbers[i + 1];
    has_clock = true;
    if (i + 2 < words.size() && numbers[i + 2] >= 0 && numbers[i + 2] < 60 && words[i + 2].size() == 2) {
      const size_t next = static_cast<size_t>(words[i + 1].data() - lower.data()) + words[i + 1].size();
      if (lower[next] == ':') second = numbers[i + 2];
    }
    for (size_t j = i + 2; j < std::min(words.size(), i + 4); ++j) {
      // "pm", "p.m."
      const bool apart = j + 1 < words.size() && words[j + 1] == "m";
      const bool pm = words[j] == "pm" || (words[j] == "p" && apart);
      const bool am = words[j] == "am" || (words[j] == "a" && apart);
      if (pm && hour < 12) hour += 12;
      if (am && hour == 12) hour = 0;
      if (pm || am) break;
    }
    break;
  }
  for (size_t i = 0; i + 2 < words.size() && fetched_at.micros > 0; ++i) {
    // "2 days ago", "2 din pehle", "a minute ago"
    const int64_t count = numbers[i] >= 0 ? numbers[i] : CountNamed(words[i]);
    if (count < 0 || unit(words[i + 1]) == 0) continue;
    const std::string_view behind = words[i + 2];
    const bool ago = behind == "ago" || behind == "pehle" || behind == "pehlay" || behind == "qabl" ||
                     behind == "پہلے" || behind == "قبل" || behind == "назад";
    if (!ago) continue;
    return {UtcTime{fetched_at.micros - count * unit(words[i + 1]) * 1'000'000}, "assumed:UTC"};
  }
  for (size_t i = 0; i < words.size() && fetched_at.micros > 0; ++i) {
    const int back =
        words[i] == "today" || words[i] == "aaj" || words[i] == "آج"
            ? 0
            : (words[i] == "yesterday" || words[i] == "kal" || words[i] == "کل" || words[i] == "gestern"
                   ? 1
                   : -1);
    if (back < 0 || !has_clock) continue;
    const int64_t day = 86'400'000'000;
    const int64_t midnight = fetched_at.micros / day * day - back * day;
    return {UtcTime{midnight + (int64_t{hour} * 3600 + minute * 60 + second) * 1'000'000}, "assumed:UTC"};
  }
  int year = 0, month = 0, day = 0;
  for (size_t i = 0; i < words.size() && year == 0; ++i) {
    if (i + 2 < words.size() && numbers[i] >= 1970 && numbers[i] <= 2100 && numbers[i + 1] >= 1 &&
        numbers[i + 1] <= 12 && numbers[i + 2] >= 1 && numbers[i + 2] <= 31) {
      year = numbers[i], month = numbers[i + 1], day = numbers[i + 2];
    } else if (const int m = MonthNamed(words[i]); m > 0) {
      // "Oct 27, 2019", "27 Oct 2019", "Sun Oct 27, 2019", "October 27th, 2019"
      const auto year_from = [&](size_t from) {
        // Behind the day, or behind the clock as well: "Nov 01 10:00:00 +0000 2023".
        for (size_t j = from; j < std::min(words.size(), from + 6); ++j) {
          if (numbers[j] >= 1970 && numbers[j] <= 2100 && words[j].size() == 4) return numbers[j];
        }
        return 0;
      };
      if (i + 1 < words.size() && numbers[i + 1] >= 1 && numbers[i + 1] <= 31 && words[i + 1].size() <= 2 &&
          year_from(i + 2) > 0) {
        year = year_from(i + 2), month = m, day = numbers[i + 1];
      } else if (i > 0 && year_from(i + 1) > 0) {
        size_t before = i - 1;
        // "27th Oct", "27th of October"
        for (int skipped = 0; numbers[before] < 0 && before > 0 && skipped < 2; ++skipped) --before;
        if (numbers[before] >= 1 && numbers[before] <= 31)
          year = year_from(i + 1), month = m, day = numbers[before];
      }
    } else if (i + 2 < words.size() && numbers[i] >= 1 && numbers[i] <= 31 && numbers[i + 1] >= 1 &&
               numbers[i + 1] <= 31 && numbers[i + 2] >= 1970 && numbers[i + 2] <= 2100 &&
               words[i + 2].size() == 4) {
      // 27-10-2019 or 10-27-2019: only where one of the two cannot be a month is it decided.
      if (numbers[i] > 12 && numbers[i + 1] <= 12)
        year = numbers[i + 2], month = numbers[i + 1], day = numbers[i];
      if (numbers[i + 1] > 12 && numbers[i] <= 12)
        year = numbers[i + 2], month = numbers[i], day = numbers[i + 1];
      if (numbers[i] == numbers[i + 1]) year = numbers[i + 2], month = numbers[i], day = numbers[i];
      if (year == 0 && order == DayOrder::kDayFirst)
        year = numbers[i + 2], month = numbers[i + 1], day = numbers[i];
      if (year == 0 && order == DayOrder::kMonthFirst)
        year = numbers[i + 2], month = numbers[i], day = numbers[i + 1];
    }
  }
  if (year == 0 || !(std::chrono::year(year) / month / day).ok()) return out;
  const UtcTime time = FromCivil(year, month, day, hour, minute, second);
  // "Mon, 06 Sep 2021 00:01:00 +0500", "... GMT": what stands behind the clock says which zone.
  if (has_clock) {
    for (size_t i = 0; i < words.size(); ++i) {
      if (const auto hours = HoursOfZone(words[i]))
        return {UtcTime{time.micros - *hours * 3'600'000'000}, "stated"};
      // "+0500", apart from what stands before it.
      const auto begin = static_cast<size_t>(words[i].data() - lower.data());
      const bool apart =
          begin > 1 && (lower[begin - 1] == '+' || lower[begin - 1] == '-') && lower[begin - 2] == ' ';
      if (!apart || words[i].size() != 4 || numbers[i] < 0 || numbers[i] % 100 >= 60 || numbers[i] > 1400)
        continue;
      const int64_t minutes = numbers[i] / 100 * 60 + numbers[i] % 100;
      return {UtcTime{time.micros - (lower[begin - 1] == '-' ? -minutes : minutes) * 60'000'000}, "stated"};
    }
  }
  return {time, "assumed:UTC"};
}

}  // namespace gasht
