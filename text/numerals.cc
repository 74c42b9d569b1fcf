#include "text/numerals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/utf8.h"

namespace gasht {
namespace {

constexpr int64_t kPowers[] = {1,
                               10,
                               100,
                               1'000,
                               10'000,
                               100'000,
                               1'000'000,
                               10'000'000,
                               100'000'000,
                               1'000'000'000,
                               10'000'000'000,
                               100'000'000'000,
                               1'000'000'000'000,
                               10'000'000'000'000,
                               100'000'000'000'000,
                               1'000'000'000'000'000,
                               10'000'000'000'000'000,
                               100'000'000'000'000'000,
                               1'000'000'000'000'000'000};
constexpr uint8_t kMaxDigits = 18;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

__extension__ using Wide = __int128;

std::optional<Decimal> Narrow(Wide units, int scale) {
  while (scale > 0 && (units % 10 == 0 || scale > kMaxDigits) && scale > 0) {
    units /= 10;
    --scale;
  }
  const Wide limit = kPowers[kMaxDigits];
  while (scale > 6 && (units >= limit || units <= -limit)) {
    units /= 10;
    --scale;
  }
  if (units >= limit || units <= -limit) return std::nullopt;
  return Decimal{static_cast<int64_t>(units), static_cast<uint8_t>(scale)};
}

// What ASCII stands for a character in numbers; 0: itself.
char AsciiFor(char32_t c) {
  if (c >= 0x660 && c <= 0x669) return static_cast<char>('0' + (c - 0x660));             // Arabic-Indic
  if (c >= 0x6f0 && c <= 0x6f9) return static_cast<char>('0' + (c - 0x6f0));             // Persian, Urdu
  if (c >= 0x966 && c <= 0x96f) return static_cast<char>('0' + (c - 0x966));             // Devanagari
  if (c >= 0x9e6 && c <= 0x9ef) return static_cast<char>('0' + (c - 0x9e6));             // Bengali
  if (c >= 0xff10 && c <= 0xff19) return static_cast<char>('0' + (c - 0xff10));          // full width
  if (c >= 0x1d7ce && c <= 0x1d7ff) return static_cast<char>('0' + (c - 0x1d7ce) % 10);  // mathematical
  // Figures in circles, raised and lowered ones: what adverts hide numbers in.
  if (c >= 0x2460 && c <= 0x2468) return static_cast<char>('1' + (c - 0x2460));
  if (c >= 0x2776 && c <= 0x277e) return static_cast<char>('1' + (c - 0x2776));
  if (c >= 0x2780 && c <= 0x2788) return static_cast<char>('1' + (c - 0x2780));
  if (c >= 0x278a && c <= 0x2792) return static_cast<char>('1' + (c - 0x278a));
  if (c >= 0x24f5 && c <= 0x24fd) return static_cast<char>('1' + (c - 0x24f5));
  if (c >= 0x2080 && c <= 0x2089) return static_cast<char>('0' + (c - 0x2080));
  switch (c) {
    case 0x24ea:
    case 0x24ff:
      return '0';
    case 0x66b:
      return '.';  // Arabic decimal separator
    case 0x66c:
      return ',';  // Arabic thousands separator
    case 0x60c:
      return ',';  // Arabic comma
    case 0xff0e:
      return '.';
    case 0xff0c:
      return ',';
    case 0xff0b:
      return '+';
    case 0x2019:
      return '\'';
    case 0xa0:
    case 0x2007:
    case 0x2008:
    case 0x2009:
    case 0x200a:
    case 0x202f:
    case 0x3000:
      return ' ';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
    case 0xfe63:
    case 0xff0d:
      return '-';
    case 0x2044:
      return '/';
    case 0xd7:
      return 'x';  // times
    default:
      return 0;
  }
}

struct Vulgar {
  char32_t c;
  Decimal value;
};
constexpr Vulgar kVulgar[] = {{0xbc, {25, 2}},    {0xbd, {5, 1}},     {0xbe, {75, 2}},    {0x2153, {333, 3}},
                              {0x2154, {667, 3}}, {0x215b, {125, 3}}, {0x215c, {375, 3}}, {0x215d, {625, 3}},
                              {0x215e, {875, 3}}, {0x2155, {2, 1}},   {0x2156, {4, 1}},   {0x2157, {6, 1}},
                              {0x2158, {8, 1}}};

enum class WordRole { kUnit, kHundred, kMultiplier, kHalf, kAddHalf, kAddQuarter, kLessQuarter };

struct NumberWord {
  std::string_view word;
  WordRole role;
  Decimal value;
};

// Spellings are free; these are the common ones. Words that mean something else more often ("no", "che", "so") only
// stand in longer forms.
constexpr NumberWord kWords[] = {
    // Roman Urdu
    {"ek", WordRole::kUnit, {1, 0}},
    {"aik", WordRole::kUnit, {1, 0}},
    {"do", WordRole::kUnit, {2, 0}},
    {"teen", WordRole::kUnit, {3, 0}},
    {"char", WordRole::kUnit, {4, 0}},
    {"chaar", WordRole::kUnit, {4, 0}},
    {"panch", WordRole::kUnit, {5, 0}},
    {"paanch", WordRole::kUnit, {5, 0}},
    {"chay", WordRole::kUnit, {6, 0}},
    {"chhe", WordRole::kUnit, {6, 0}},
    {"chah", WordRole::kUnit, {6, 0}},
    {"saat", WordRole::kUnit, {7, 0}},
    {"sat", WordRole::kUnit, {7, 0}},
    {"aath", WordRole::kUnit, {8, 0}},
    {"ath", WordRole::kUnit, {8, 0}},
    {"nau", WordRole::kUnit, {9, 0}},
    {"das", WordRole::kUnit, {10, 0}},
    {"dus", WordRole::kUnit, {10, 0}},
    {"gyarah", WordRole::kUnit, {11, 0}},
    {"gyara", WordRole::kUnit, {11, 0}},
    {"barah", WordRole::kUnit, {12, 0}},
    {"bara", WordRole::kUnit, {12, 0}},
    {"terah", WordRole::kUnit, {13, 0}},
    {"chaudah", WordRole::kUnit, {14, 0}},
    {"chodah", WordRole::kUnit, {14, 0}},
    {"pandrah", WordRole::kUnit, {15, 0}},
    {"pandra", WordRole::kUnit, {15, 0}},
    {"solah", WordRole::kUnit, {16, 0}},
    {"satrah", WordRole::kUnit, {17, 0}},
    {"atharah", WordRole::kUnit, {18, 0}},
    {"athara", WordRole::kUnit, {18, 0}},
    {"unnees", WordRole::kUnit, {19, 0}},
    {"unees", WordRole::kUnit, {19, 0}},
    {"bees", WordRole::kUnit, {20, 0}},
    {"bis", WordRole::kUnit, {20, 0}},
    {"pachees", WordRole::kUnit, {25, 0}},
    {"pachis", WordRole::kUnit, {25, 0}},
    {"tees", WordRole::kUnit, {30, 0}},
    {"tis", WordRole::kUnit, {30, 0}},
    {"paintees", WordRole::kUnit, {35, 0}},
    {"chalees", WordRole::kUnit, {40, 0}},
    {"chalis", WordRole::kUnit, {40, 0}},
    {"paintalees", WordRole::kUnit, {45, 0}},
    {"pachas", WordRole::kUnit, {50, 0}},
    {"pachaas", WordRole::kUnit, {50, 0}},
    {"pachpan", WordRole::kUnit, {55, 0}},
    {"saath", WordRole::kUnit, {60, 0}},
    {"painsath", WordRole::kUnit, {65, 0}},
    {"sattar", WordRole::kUnit, {70, 0}},
    {"pachattar", WordRole::kUnit, {75, 0}},
    {"pachhattar", WordRole::kUnit, {75, 0}},
    {"assi", WordRole::kUnit, {80, 0}},
    {"pachasi", WordRole::kUnit, {85, 0}},
    {"nabbe", WordRole::kUnit, {90, 0}},
    {"nawway", WordRole::kUnit, {90, 0}},
    {"pachanve", WordRole::kUnit, {95, 0}},
    {"sau", WordRole::kHundred, {100, 0}},
    {"saw", WordRole::kHundred, {100, 0}},
    {"sou", WordRole::kHundred, {100, 0}},
    {"hazar", WordRole::kMultiplier, {1'000, 0}},
    {"hazaar", WordRole::kMultiplier, {1'000, 0}},
    {"hzr", WordRole::kMultiplier, {1'000, 0}},
    {"hazr", WordRole::kMultiplier, {1'000, 0}},
    {"hajar", WordRole::kMultiplier, {1'000, 0}},
    {"hajaar", WordRole::kMultiplier, {1'000, 0}},
    {"lakh", WordRole::kMultiplier, {100'000, 0}},
    {"lac", WordRole::kMultiplier, {100'000, 0}},
    {"lacs", WordRole::kMultiplier, {100'000, 0}},
    {"lakhs", WordRole::kMultiplier, {100'000, 0}},
    {"laakh", WordRole::kMultiplier, {100'000, 0}},
    {"crore", WordRole::kMultiplier, {10'000'000, 0}},
    {"karor", WordRole::kMultiplier, {10'000'000, 0}},
    {"karore", WordRole::kMultiplier, {10'000'000, 0}},
    {"aadha", WordRole::kHalf, {5, 1}},
    {"adha", WordRole::kHalf, {5, 1}},
    {"aadhi", WordRole::kHalf, {5, 1}},
    {"adhi", WordRole::kHalf, {5, 1}},
    {"aadhe", WordRole::kHalf, {5, 1}},
    {"derh", WordRole::kHalf, {15, 1}},
    {"dairh", WordRole::kHalf, {15, 1}},
    {"dedh", WordRole::kHalf, {15, 1}},
    {"deirh", WordRole::kHalf, {15, 1}},
    {"dhai", WordRole::kHalf, {25, 1}},
    {"dhaai", WordRole::kHalf, {25, 1}},
    {"adhai", WordRole::kHalf, {25, 1}},
    {"sarhe", WordRole::kAddHalf, {5, 1}},
    {"saarhe", WordRole::kAddHalf, {5, 1}},
    {"sadhe", WordRole::kAddHalf, {5, 1}},
    {"saadhe", WordRole::kAddHalf, {5, 1}},
    {"sarhay", WordRole::kAddHalf, {5, 1}},
    {"sawa", WordRole::kAddQuarter, {25, 2}},
    {"sava", WordRole::kAddQuarter, {25, 2}},
    {"paune", WordRole::kLessQuarter, {25, 2}},
    {"pone", WordRole::kLessQuarter, {25, 2}},
    {"paunay", WordRole::kLessQuarter, {25, 2}},
    {"pauna", WordRole::kHalf, {75, 2}},
    // English
    {"one", WordRole::kUnit, {1, 0}},
    {"two", WordRole::kUnit, {2, 0}},
    {"three", WordRole::kUnit, {3, 0}},
    {"four", WordRole::kUnit, {4, 0}},
    {"five", WordRole::kUnit, {5, 0}},
    {"six", WordRole::kUnit, {6, 0}},
    {"seven", WordRole::kUnit, {7, 0}},
    {"eight", WordRole::kUnit, {8, 0}},
    {"nine", WordRole::kUnit, {9, 0}},
    {"ten", WordRole::kUnit, {10, 0}},
    {"twenty", WordRole::kUnit, {20, 0}},
    {"thirty", WordRole::kUnit, {30, 0}},
    {"forty", WordRole::kUnit, {40, 0}},
    {"fifty", WordRole::kUnit, {50, 0}},
    {"half", WordRole::kHalf, {5, 1}},
    {"hundred", WordRole::kHundred, {100, 0}},
    {"thousand", WordRole::kMultiplier, {1'000, 0}},
    {"million", WordRole::kMultiplier, {1'000'000, 0}},
    // Urdu
    {"ایک", WordRole::kUnit, {1, 0}},
    {"دو", WordRole::kUnit, {2, 0}},
    {"تین", WordRole::kUnit, {3, 0}},
    {"چار", WordRole::kUnit, {4, 0}},
    {"پانچ", WordRole::kUnit, {5, 0}},
    {"چھ", WordRole::kUnit, {6, 0}},
    {"چھے", WordRole::kUnit, {6, 0}},
    {"سات", WordRole::kUnit, {7, 0}},
    {"آٹھ", WordRole::kUnit, {8, 0}},
    {"نو", WordRole::kUnit, {9, 0}},
    {"دس", WordRole::kUnit, {10, 0}},
    {"گیارہ", WordRole::kUnit, {11, 0}},
    {"بارہ", WordRole::kUnit, {12, 0}},
    {"تیرہ", WordRole::kUnit, {13, 0}},
    {"چودہ", WordRole::kUnit, {14, 0}},
    {"پندرہ", WordRole::kUnit, {15, 0}},
    {"سولہ", WordRole::kUnit, {16, 0}},
    {"سترہ", WordRole::kUnit, {17, 0}},
    {"اٹھارہ", WordRole::kUnit, {18, 0}},
    {"انیس", WordRole::kUnit, {19, 0}},
    {"بیس", WordRole::kUnit, {20, 0}},
    {"پچیس", WordRole::kUnit, {25, 0}},
    {"تیس", WordRole::kUnit, {30, 0}},
    {"پینتیس", WordRole::kUnit, {35, 0}},
    {"چالیس", WordRole::kUnit, {40, 0}},
    {"پینتالیس", WordRole::kUnit, {45, 0}},
    {"پچاس", WordRole::kUnit, {50, 0}},
    {"ساٹھ", WordRole::kUnit, {60, 0}},
    {"ستر", WordRole::kUnit, {70, 0}},
    {"پچھتر", WordRole::kUnit, {75, 0}},
    {"اسی", WordRole::kUnit, {80, 0}},
    {"نوے", WordRole::kUnit, {90, 0}},
    {"سو", WordRole::kHundred, {100, 0}},
    {"ہزار", WordRole::kMultiplier, {1'000, 0}},
    {"ھزار", WordRole::kMultiplier, {1'000, 0}},
    {"هزار", WordRole::kMultiplier, {1'000, 0}},
    {"زر", WordRole::kMultiplier, {1'000, 0}},
    {"لاکھ", WordRole::kMultiplier, {100'000, 0}},
    {"لکھ", WordRole::kMultiplier, {100'000, 0}},
    {"کروڑ", WordRole::kMultiplier, {10'000'000, 0}},
    {"آدھا", WordRole::kHalf, {5, 1}},
    {"آدھی", WordRole::kHalf, {5, 1}},
    {"آدھے", WordRole::kHalf, {5, 1}},
    {"ڈیڑھ", WordRole::kHalf, {15, 1}},
    {"ڈھائی", WordRole::kHalf, {25, 1}},
    {"اڑھائی", WordRole::kHalf, {25, 1}},
    {"ساڑھے", WordRole::kAddHalf, {5, 1}},
    {"سوا", WordRole::kAddQuarter, {25, 2}},
    {"پونے", WordRole::kLessQuarter, {25, 2}},
    {"پون", WordRole::kHalf, {75, 2}},
    // The rest of the hundred in Roman Urdu and Urdu.
    {"ikkees", WordRole::kUnit, {21, 0}},
    {"ikkis", WordRole::kUnit, {21, 0}},
    {"bais", WordRole::kUnit, {22, 0}},
    {"baees", WordRole::kUnit, {22, 0}},
    {"teis", WordRole::kUnit, {23, 0}},
    {"taees", WordRole::kUnit, {23, 0}},
    {"chaubees", WordRole::kUnit, {24, 0}},
    {"chobis", WordRole::kUnit, {24, 0}},
    {"chobees", WordRole::kUnit, {24, 0}},
    {"chabbees", WordRole::kUnit, {26, 0}},
    {"chabis", WordRole::kUnit, {26, 0}},
    {"sattais", WordRole::kUnit, {27, 0}},
    {"sataees", WordRole::kUnit, {27, 0}},
    {"attais", WordRole::kUnit, {28, 0}},
    {"athais", WordRole::kUnit, {28, 0}},
    {"athaees", WordRole::kUnit, {28, 0}},
    {"untees", WordRole::kUnit, {29, 0}},
    {"unattis", WordRole::kUnit, {29, 0}},
    {"ikattees", WordRole::kUnit, {31, 0}},
    {"iktees", WordRole::kUnit, {31, 0}},
    {"battees", WordRole::kUnit, {32, 0}},
    {"batis", WordRole::kUnit, {32, 0}},
    {"taintees", WordRole::kUnit, {33, 0}},
    {"chauntees", WordRole::kUnit, {34, 0}},
    {"chattees", WordRole::kUnit, {36, 0}},
    {"chattis", WordRole::kUnit, {36, 0}},
    {"saintees", WordRole::kUnit, {37, 0}},
    {"artees", WordRole::kUnit, {38, 0}},
    {"untalees", WordRole::kUnit, {39, 0}},
    {"iktalees", WordRole::kUnit, {41, 0}},
    {"bayalees", WordRole::kUnit, {42, 0}},
    {"biyalis", WordRole::kUnit, {42, 0}},
    {"taintalees", WordRole::kUnit, {43, 0}},
    {"chawalees", WordRole::kUnit, {44, 0}},
    {"chiyalees", WordRole::kUnit, {46, 0}},
    {"saintalees", WordRole::kUnit, {47, 0}},
    {"artalees", WordRole::kUnit, {48, 0}},
    {"unchas", WordRole::kUnit, {49, 0}},
    {"ikyawan", WordRole::kUnit, {51, 0}},
    {"bawan", WordRole::kUnit, {52, 0}},
    {"tirpan", WordRole::kUnit, {53, 0}},
    {"chawan", WordRole::kUnit, {54, 0}},
    {"chappan", WordRole::kUnit, {56, 0}},
    {"sattawan", WordRole::kUnit, {57, 0}},
    {"athawan", WordRole::kUnit, {58, 0}},
    {"unsath", WordRole::kUnit, {59, 0}},
    {"iksath", WordRole::kUnit, {61, 0}},
    {"basath", WordRole::kUnit, {62, 0}},
    {"tirsath", WordRole::kUnit, {63, 0}},
    {"chaunsath", WordRole::kUnit, {64, 0}},
    {"chiyasath", WordRole::kUnit, {66, 0}},
    {"sarsath", WordRole::kUnit, {67, 0}},
    {"arsath", WordRole::kUnit, {68, 0}},
    {"unhattar", WordRole::kUnit, {69, 0}},
    {"ikhattar", WordRole::kUnit, {71, 0}},
    {"bahattar", WordRole::kUnit, {72, 0}},
    {"tihattar", WordRole::kUnit, {73, 0}},
    {"chauhattar", WordRole::kUnit, {74, 0}},
    {"chihattar", WordRole::kUnit, {76, 0}},
    {"satattar", WordRole::kUnit, {77, 0}},
    {"athattar", WordRole::kUnit, {78, 0}},
    {"unasi", WordRole::kUnit, {79, 0}},
    {"ikyasi", WordRole::kUnit, {81, 0}},
    {"bayasi", WordRole::kUnit, {82, 0}},
    {"tirasi", WordRole::kUnit, {83, 0}},
    {"chaurasi", WordRole::kUnit, {84, 0}},
    {"chiyasi", WordRole::kUnit, {86, 0}},
    {"satasi", WordRole::kUnit, {87, 0}},
    {"athasi", WordRole::kUnit, {88, 0}},
    {"nawasi", WordRole::kUnit, {89, 0}},
    {"ikyanwe", WordRole::kUnit, {91, 0}},
    {"banwe", WordRole::kUnit, {92, 0}},
    {"tiranwe", WordRole::kUnit, {93, 0}},
    {"chauranwe", WordRole::kUnit, {94, 0}},
    {"pachanwe", WordRole::kUnit, {95, 0}},
    {"chiyanwe", WordRole::kUnit, {96, 0}},
    {"sattanwe", WordRole::kUnit, {97, 0}},
    {"athanwe", WordRole::kUnit, {98, 0}},
    {"ninanwe", WordRole::kUnit, {99, 0}},
    {"اکیس", WordRole::kUnit, {21, 0}},
    {"بائیس", WordRole::kUnit, {22, 0}},
    {"تئیس", WordRole::kUnit, {23, 0}},
    {"چوبیس", WordRole::kUnit, {24, 0}},
    {"چھبیس", WordRole::kUnit, {26, 0}},
    {"ستائیس", WordRole::kUnit, {27, 0}},
    {"اٹھائیس", WordRole::kUnit, {28, 0}},
    {"انتیس", WordRole::kUnit, {29, 0}},
    {"اکتیس", WordRole::kUnit, {31, 0}},
    {"بتیس", WordRole::kUnit, {32, 0}},
    {"تینتیس", WordRole::kUnit, {33, 0}},
    {"چونتیس", WordRole::kUnit, {34, 0}},
    {"چھتیس", WordRole::kUnit, {36, 0}},
    {"سینتیس", WordRole::kUnit, {37, 0}},
    {"اڑتیس", WordRole::kUnit, {38, 0}},
    {"انتالیس", WordRole::kUnit, {39, 0}},
    {"اکتالیس", WordRole::kUnit, {41, 0}},
    {"بیالیس", WordRole::kUnit, {42, 0}},
    {"تینتالیس", WordRole::kUnit, {43, 0}},
    {"چوالیس", WordRole::kUnit, {44, 0}},
    {"چھیالیس", WordRole::kUnit, {46, 0}},
    {"سینتالیس", WordRole::kUnit, {47, 0}},
    {"اڑتالیس", WordRole::kUnit, {48, 0}},
    {"انچاس", WordRole::kUnit, {49, 0}},
    {"اکیاون", WordRole::kUnit, {51, 0}},
    {"باون", WordRole::kUnit, {52, 0}},
    {"ترپن", WordRole::kUnit, {53, 0}},
    {"چون", WordRole::kUnit, {54, 0}},
    {"پچپن", WordRole::kUnit, {55, 0}},
    {"چھپن", WordRole::kUnit, {56, 0}},
    {"ستاون", WordRole::kUnit, {57, 0}},
    {"اٹھاون", WordRole::kUnit, {58, 0}},
    {"انسٹھ", WordRole::kUnit, {59, 0}},
    {"اکسٹھ", WordRole::kUnit, {61, 0}},
    {"باسٹھ", WordRole::kUnit, {62, 0}},
    {"تریسٹھ", WordRole::kUnit, {63, 0}},
    {"چونسٹھ", WordRole::kUnit, {64, 0}},
    {"پینسٹھ", WordRole::kUnit, {65, 0}},
    {"چھیاسٹھ", WordRole::kUnit, {66, 0}},
    {"سڑسٹھ", WordRole::kUnit, {67, 0}},
    {"اڑسٹھ", WordRole::kUnit, {68, 0}},
    {"انہتر", WordRole::kUnit, {69, 0}},
    {"اکہتر", WordRole::kUnit, {71, 0}},
    {"بہتر", WordRole::kUnit, {72, 0}},
    {"تہتر", WordRole::kUnit, {73, 0}},
    {"چوہتر", WordRole::kUnit, {74, 0}},
    {"چھہتر", WordRole::kUnit, {76, 0}},
    {"ستتر", WordRole::kUnit, {77, 0}},
    {"اٹھتر", WordRole::kUnit, {78, 0}},
    {"اناسی", WordRole::kUnit, {79, 0}},
    {"اکیاسی", WordRole::kUnit, {81, 0}},
    {"بیاسی", WordRole::kUnit, {82, 0}},
    {"تراسی", WordRole::kUnit, {83, 0}},
    {"چوراسی", WordRole::kUnit, {84, 0}},
    {"پچاسی", WordRole::kUnit, {85, 0}},
    {"چھیاسی", WordRole::kUnit, {86, 0}},
    {"ستاسی", WordRole::kUnit, {87, 0}},
    {"اٹھاسی", WordRole::kUnit, {88, 0}},
    {"نواسی", WordRole::kUnit, {89, 0}},
    {"اکانوے", WordRole::kUnit, {91, 0}},
    {"بانوے", WordRole::kUnit, {92, 0}},
    {"ترانوے", WordRole::kUnit, {93, 0}},
    {"چورانوے", WordRole::kUnit, {94, 0}},
    {"پچانوے", WordRole::kUnit, {95, 0}},
    {"چھیانوے", WordRole::kUnit, {96, 0}},
    {"ستانوے", WordRole::kUnit, {97, 0}},
    {"اٹھانوے", WordRole::kUnit, {98, 0}},
    {"ننانوے", WordRole::kUnit, {99, 0}},
    // More English.
    {"eleven", WordRole::kUnit, {11, 0}},
    {"twelve", WordRole::kUnit, {12, 0}},
    {"fifteen", WordRole::kUnit, {15, 0}},
    {"sixty", WordRole::kUnit, {60, 0}},
    {"seventy", WordRole::kUnit, {70, 0}},
    {"eighty", WordRole::kUnit, {80, 0}},
    {"ninety", WordRole::kUnit, {90, 0}},
    {"quarter", WordRole::kHalf, {25, 2}},
    // Pashto
    {"یو", WordRole::kUnit, {1, 0}},
    {"دوه", WordRole::kUnit, {2, 0}},
    {"درې", WordRole::kUnit, {3, 0}},
    {"دری", WordRole::kUnit, {3, 0}},
    {"څلور", WordRole::kUnit, {4, 0}},
    {"پنځه", WordRole::kUnit, {5, 0}},
    {"شپږ", WordRole::kUnit, {6, 0}},
    {"اووه", WordRole::kUnit, {7, 0}},
    {"اته", WordRole::kUnit, {8, 0}},
    {"نهه", WordRole::kUnit, {9, 0}},
    {"لس", WordRole::kUnit, {10, 0}},
    {"پنځلس", WordRole::kUnit, {15, 0}},
    {"شل", WordRole::kUnit, {20, 0}},
    {"پنځويشت", WordRole::kUnit, {25, 0}},
    {"دېرش", WordRole::kUnit, {30, 0}},
    {"دیرش", WordRole::kUnit, {30, 0}},
    {"څلوېښت", WordRole::kUnit, {40, 0}},
    {"څلویښت", WordRole::kUnit, {40, 0}},
    {"پنځوس", WordRole::kUnit, {50, 0}},
    {"شپېته", WordRole::kUnit, {60, 0}},
    {"اویا", WordRole::kUnit, {70, 0}},
    {"اتیا", WordRole::kUnit, {80, 0}},
    {"نوي", WordRole::kUnit, {90, 0}},
    {"سل", WordRole::kHundred, {100, 0}},
    {"سوه", WordRole::kHundred, {100, 0}},
    {"زره", WordRole::kMultiplier, {1'000, 0}},
    {"لک", WordRole::kMultiplier, {100'000, 0}},
    {"نیم", WordRole::kHalf, {5, 1}},
    {"نيم", WordRole::kHalf, {5, 1}},
    {"نیمه", WordRole::kHalf, {5, 1}},
    {"یونیم", WordRole::kHalf, {15, 1}},
    {"یونيم", WordRole::kHalf, {15, 1}},
    {"يونيم", WordRole::kHalf, {15, 1}},
    // Sindhi
    {"هڪ", WordRole::kUnit, {1, 0}},
    {"ٻه", WordRole::kUnit, {2, 0}},
    {"ٽي", WordRole::kUnit, {3, 0}},
    {"پنج", WordRole::kUnit, {5, 0}},
    {"ڇهه", WordRole::kUnit, {6, 0}},
    {"ڇھ", WordRole::kUnit, {6, 0}},
    {"ست", WordRole::kUnit, {7, 0}},
    {"اٺ", WordRole::kUnit, {8, 0}},
    {"ڏهه", WordRole::kUnit, {10, 0}},
    {"ڏھ", WordRole::kUnit, {10, 0}},
    {"پندرهن", WordRole::kUnit, {15, 0}},
    {"ويهه", WordRole::kUnit, {20, 0}},
    {"ويھ", WordRole::kUnit, {20, 0}},
    {"پنجويهه", WordRole::kUnit, {25, 0}},
    {"ٽيهه", WordRole::kUnit, {30, 0}},
    {"چاليهه", WordRole::kUnit, {40, 0}},
    {"پنجاهه", WordRole::kUnit, {50, 0}},
    {"سٺ", WordRole::kUnit, {60, 0}},
    {"اسي", WordRole::kUnit, {80, 0}},
    {"سؤ", WordRole::kHundred, {100, 0}},
    {"ڪروڙ", WordRole::kMultiplier, {10'000'000, 0}},
    {"اڌ", WordRole::kHalf, {5, 1}},
    {"ڏيڍ", WordRole::kHalf, {15, 1}},
    {"اڍائي", WordRole::kHalf, {25, 1}},
    {"اڍاءِ", WordRole::kHalf, {25, 1}},
    {"ساڍا", WordRole::kAddHalf, {5, 1}},
    {"ساڍن", WordRole::kAddHalf, {5, 1}},
    {"پوڻا", WordRole::kLessQuarter, {25, 2}},
    {"پوڻن", WordRole::kLessQuarter, {25, 2}},
    // Punjabi (Shahmukhi)
    {"اک", WordRole::kUnit, {1, 0}},
    {"تن", WordRole::kUnit, {3, 0}},
    {"اٹھ", WordRole::kUnit, {8, 0}},
    {"نوں", WordRole::kUnit, {9, 0}},
    {"ادھا", WordRole::kHalf, {5, 1}},
    {"ادھی", WordRole::kHalf, {5, 1}},
    {"ادھے", WordRole::kHalf, {5, 1}},
    {"ساڈھے", WordRole::kAddHalf, {5, 1}},
};

// The letters from `pos` on, ASCII or not, without marks and digits.
std::string_view WordAt(std::string_view text, size_t pos) {
  size_t end = pos;
  while (end < text.size() && (IsLetter(text[end]) || static_cast<unsigned char>(text[end]) >= 0x80)) ++end;
  return text.substr(pos, end - pos);
}

// Where in kSorted words with each first byte begin.
struct WordIndex {
  std::array<NumberWord, std::size(kWords)> sorted{};
  std::array<uint16_t, 257> first{};
};
constexpr WordIndex MakeWordIndex() {
  WordIndex index;
  size_t count = 0;
  for (size_t byte = 0; byte < 256; ++byte) {
    index.first[byte] = static_cast<uint16_t>(count);
    for (const NumberWord& word : kWords) {
      if (static_cast<unsigned char>(word.word[0]) == byte) index.sorted[count++] = word;
    }
  }
  index.first[256] = static_cast<uint16_t>(count);
  return index;
}
constexpr WordIndex kWordIndex = MakeWordIndex();

// Which two bytes a number word may begin with: nearly every word of running text is turned away here.
struct PairFilter {
  std::array<uint64_t, 1024> bits{};
  constexpr bool Has(unsigned char a, unsigned char b) const {
    const size_t pair = static_cast<size_t>(a) << 8 | b;
    return (bits[pair / 64] >> (pair % 64) & 1) != 0;
  }
};
constexpr PairFilter MakePairFilter() {
  PairFilter filter;
  for (const NumberWord& word : kWords) {
    const size_t pair = static_cast<size_t>(static_cast<unsigned char>(word.word[0])) << 8 |
                        static_cast<unsigned char>(word.word[1]);
    filter.bits[pair / 64] |= uint64_t{1} << (pair % 64);
  }
  return filter;
}
constexpr PairFilter kPairFilter = MakePairFilter();

bool MayBeginWord(std::string_view text, size_t at) {
  return at + 1 < text.size() && kPairFilter.Has(static_cast<unsigned char>(Lower(text[at])),
                                                 static_cast<unsigned char>(Lower(text[at + 1])));
}

const NumberWord* FindWord(std::string_view word) {
  if (word.size() > 24 || !MayBeginWord(word, 0)) return nullptr;
  char lower[24];
  std::transform(word.begin(), word.end(), lower, Lower);
  const std::string_view wanted(lower, word.size());
  const auto byte = static_cast<unsigned char>(wanted[0]);
  for (size_t i = kWordIndex.first[byte]; i < kWordIndex.first[byte + 1u]; ++i) {
    if (kWordIndex.sorted[i].word == wanted) return &kWordIndex.sorted[i];
  }
  return nullptr;
}

size_t SkipSpaces(std::string_view text, size_t pos) {
  while (pos < text.size() && text[pos] == ' ') ++pos;
  return pos;
}

std::optional<Decimal> VulgarAt(std::string_view text, size_t& pos) {
  if (pos >= text.size() || static_cast<unsigned char>(text[pos]) < 0x80) return std::nullopt;
  size_t end = pos;
  const char32_t c = NextCodePoint(text, end);
  for (const Vulgar& v : kVulgar) {
    if (v.c != c) continue;
    pos = end;
    return v.value;
  }
  return std::nullopt;
}

// Digits with their separators. Moves `pos` behind them.
std::optional<Decimal> DigitsAt(std::string_view text, size_t& pos, const NumberHints& hints) {
  const size_t begin = pos;
  // The run of digit groups and what stands between them.
  struct Group {
    size_t begin, end;
    char before;  // separator in front of it
  };
  constexpr size_t kMaxGroups = 12;
  std::array<Group, kMaxGroups> groups;
  size_t count = 0;
  size_t at = begin;
  char before = 0;
  if (text[at] == '.' && at + 1 < text.size() && IsDigit(text[at + 1])) before = text[at++];
  while (count < kMaxGroups && at < text.size() && IsDigit(text[at])) {
    const size_t group = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    groups[count++] = {group, at, before};
    if (at >= text.size()) break;
    const char c = text[at];
    const bool digit_next = at + 1 < text.size() && IsDigit(text[at + 1]);
    if ((c == '.' || c == ',') && digit_next) {
      before = c;
      ++at;
    } else if ((c == ' ' || c == '\'') && digit_next) {
      // A space groups only thousands: one to three digits, then three, and no more of them.
      size_t next = at + 1;
      while (next < text.size() && IsDigit(text[next])) ++next;
      const size_t first_size = groups[0].end - groups[0].begin;
      const bool same = count == 1 || groups[count - 1].before == c;
      if (next - at - 1 != 3 || first_size > 3 || !same || groups[0].before == '.') break;
      before = c;
      ++at;
    } else {
      break;
    }
  }
  if (count == 0) return std::nullopt;

  // Which separator is the decimal one?
  char decimal = 0;
  const Group& last = groups[count - 1];
  const size_t last_size = last.end - last.begin;
  if (groups[0].before == '.') {
    decimal = '.';
  } else if (count > 1 && (last.before == '.' || last.before == ',')) {
    size_t same = 0;
    bool other = false;
    for (size_t i = 1; i < count; ++i) {
      same += groups[i].before == last.before;
      other |= groups[i].before != last.before;
    }
    if (hints.decimal_separator != 0) {
      decimal = hints.decimal_separator == last.before ? last.before : 0;
    } else if (same > 1) {
      decimal = 0;  // 1.144.000
    } else if (other || last_size != 3) {
      decimal = last.before;
    } else {
      // One separator and three digits: a thousand, but not behind a zero, and not for what is weighed finely.
      const std::string_view whole = text.substr(groups[0].begin, groups[0].end - groups[0].begin);
      const bool zero = whole.find_first_not_of('0') == std::string_view::npos;
      if (zero || whole.size() > 3 || (hints.fine && last.before == '.')) decimal = last.before;
    }
    // 12,34,567 and the like are grouping, 1.2.3 and dates are not numbers at all.
    if (decimal == 0 && same > 1) {
      for (size_t i = 1; i < count; ++i) {
        const size_t size = groups[i].end - groups[i].begin;
        if (size != 3 && size != 2) return std::nullopt;
      }
      if (last_size != 3) return std::nullopt;
    }
  }
  int64_t units = 0;
  int digits = 0;
  uint8_t scale = 0;
  for (size_t i = 0; i < count; ++i) {
    const bool fraction = decimal != 0 && groups[i].before == decimal && (i + 1 == count);
    for (size_t p = groups[i].begin; p < groups[i].end; ++p) {
      if (digits == kMaxDigits) {
        if (!fraction) return std::nullopt;  // too long for a number anybody meant
        break;                               // finer than anybody meant
      }
      if (units != 0 || text[p] != '0' || fraction) ++digits;
      units = units * 10 + (text[p] - '0');
      if (fraction) ++scale;
    }
  }
  pos = last.end;
  return Decimal{units, scale};
}

// "1/8", "1 1/2": `pos` stands behind the numerator.
std::optional<Decimal> FractionAt(std::string_view text, Decimal numerator, size_t& pos) {
  if (numerator.scale != 0 || numerator.units <= 0 || numerator.units >= 100) return std::nullopt;
  if (pos + 1 >= text.size() || text[pos] != '/' || !IsDigit(text[pos + 1])) return std::nullopt;
  size_t end = pos + 1;
  int64_t denominator = 0;
  while (end < text.size() && IsDigit(text[end]) && denominator < 1000)
    denominator = denominator * 10 + (text[end++] - '0');
  if (end < text.size() && (IsDigit(text[end]) || text[end] == '/')) return std::nullopt;  // a date
  // Fractions that are measured, not dates, grades or "24/7".
  if (denominator != 2 && denominator != 3 && denominator != 4 && denominator != 8 && denominator != 16) {
    return std::nullopt;
  }
  if (numerator.units >= denominator) return std::nullopt;
  pos = end;
  return Narrow(static_cast<Wide>(numerator.units) * 1'000'000 / denominator, 6);
}

}  // namespace

std::string Decimal::Shortest() const {
  int64_t u = units;
  int s = scale;
  while (s > 0 && u % 10 == 0) {
    u /= 10;
    --s;
  }
  const bool negative = u < 0;
  std::string out = std::to_string(negative ? -u : u);
  if (s > 0) {
    if (out.size() <= static_cast<size_t>(s)) out.insert(0, static_cast<size_t>(s) + 1 - out.size(), '0');
    out.insert(out.size() - static_cast<size_t>(s), 1, '.');
  }
  return negative ? "-" + out : out;
}

double Decimal::ToDouble() const {
  return static_cast<double>(units) / static_cast<double>(kPowers[scale]);
}

std::optional<Decimal> Multiply(Decimal a, Decimal b) {
  return Narrow(static_cast<Wide>(a.units) * b.units, a.scale + b.scale);
}

std::optional<Decimal> Add(Decimal a, Decimal b) {
  Wide left = a.units, right = b.units;
  const int scale = std::max(a.scale, b.scale);
  for (int i = a.scale; i < scale; ++i) left *= 10;
  for (int i = b.scale; i < scale; ++i) right *= 10;
  return Narrow(left + right, scale);
}

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal out;
  int digits = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!IsDigit(c) || ++digits > kMaxDigits) return std::nullopt;
    out.units = out.units * 10 + (c - '0');
    if (point) ++out.scale;
  }
  if (digits == 0) return std::nullopt;
  return out;
}

namespace {

// The first byte from `pos` on that is not ASCII; eight at a time.
size_t SkipAscii(std::string_view text, size_t pos) {
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  while (pos + sizeof(uint64_t) <= text.size()) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data() + pos, sizeof eight);
    if ((eight & kHighBits) != 0) break;
    pos += sizeof eight;
  }
  while (pos < text.size() && static_cast<unsigned char>(text[pos]) < 0x80) ++pos;
  return pos;
}

}  // namespace

NumeralText::NumeralText(std::string_view text) : original_(text) {
  size_t pos = 0;
  while (pos < text.size()) {
    if (const size_t next = SkipAscii(text, pos); next > pos) {
      if (changed_) folded_.append(text, pos, next - pos);
      pos = next;
      continue;
    }
    const size_t begin = pos;
    const char32_t c = NextCodePoint(text, pos);
    const char ascii = AsciiFor(c);
    if (ascii == 0) {
      if (changed_) folded_.append(text, begin, pos - begin);
      continue;
    }
    if (!changed_) {
      changed_ = true;
      folded_.assign(text, 0, begin);
    }
    folded_ += ascii;
    shifts_.push_back({folded_.size(), pos});
  }
}

size_t NumeralText::Original(size_t offset) const {
  if (!changed_) return offset;
  auto it = std::upper_bound(shifts_.begin(), shifts_.end(), offset,
                             [](size_t wanted, const Shift& shift) { return wanted < shift.folded; });
  if (it == shifts_.begin()) return std::min(offset, original_.size());
  --it;
  return std::min(it->original + (offset - it->folded), original_.size());
}

std::optional<FoundNumber> NumberAt(std::string_view text, size_t pos, const NumberHints& hints) {
  if (pos >= text.size()) return std::nullopt;
  FoundNumber found;
  found.begin = pos;
  size_t at = pos;
  std::optional<Decimal> value;
  Decimal addend{0, 0};
  bool has_addend = false;
  const bool starts_with_digit =
      IsDigit(text[at]) || (text[at] == '.' && at + 1 < text.size() && IsDigit(text[at + 1]));

  if (starts_with_digit) {
    value = DigitsAt(text, at, hints);
    if (!value) return std::nullopt;
    if (auto fraction = FractionAt(text, *value, at)) {
      value = fraction;
    } else {
      size_t next = SkipSpaces(text, at);
      // "1 1/2" and "1½"
      if (const auto vulgar = VulgarAt(text, next)) {
        value = Add(*value, *vulgar);
        at = next;
      } else if (next > at && next < text.size() && IsDigit(text[next]) && value->scale == 0 &&
                 value->units < 100) {
        size_t end = next;
        NumberHints plain = hints;
        if (const auto numerator = DigitsAt(text, end, plain)) {
          if (auto more = FractionAt(text, *numerator, end)) {
            value = Add(*value, *more);
            at = end;
          }
        }
      }
    }
  } else if (const auto vulgar = VulgarAt(text, at)) {
    value = vulgar;
  } else if (hints.words) {
    if (!MayBeginWord(text, at)) return std::nullopt;
    const std::string_view word = WordAt(text, at);
    const NumberWord* known = FindWord(word);
    if (known == nullptr) return std::nullopt;
    found.in_words = true;
    switch (known->role) {
      case WordRole::kUnit:
      case WordRole::kHalf:
        value = known->value;
        at += word.size();
        // "twenty five"
        if (known->role == WordRole::kUnit && value->scale == 0 && value->units >= 20 &&
            value->units % 10 == 0 && IsLetter(word[0])) {
          const size_t next = SkipSpaces(text, at);
          const std::string_view ones = WordAt(text, next);
          const NumberWord* unit = FindWord(ones);
          if (unit != nullptr && unit->role == WordRole::kUnit && unit->value.units < 10 && next > at) {
            value = Add(*value, unit->value);
            at = next + ones.size();
          }
        }
        break;
      case WordRole::kHundred:
      case WordRole::kMultiplier:
        value = Decimal{1, 0};  // "lakh": one of them
        break;
      case WordRole::kAddHalf:
      case WordRole::kAddQuarter:
      case WordRole::kLessQuarter: {
        at += word.size();
        size_t next = SkipSpaces(text, at);
        NumberHints no_more = hints;
        std::optional<Decimal> base;
        if (next < text.size() && IsDigit(text[next])) {
          base = DigitsAt(text, next, no_more);
        } else {
          const std::string_view following = WordAt(text, next);
          const NumberWord* unit = FindWord(following);
          if (unit != nullptr && unit->role == WordRole::kUnit) {
            base = unit->value;
            next += following.size();
          } else if (unit != nullptr &&
                     (unit->role == WordRole::kHundred || unit->role == WordRole::kMultiplier) &&
                     known->role != WordRole::kAddHalf) {
            base = Decimal{1, 0};  // "sawa lakh", "paune hazar"
          } else if (known->role == WordRole::kAddQuarter) {
            base = Decimal{1, 0};  // "sawa tola"
            next = at;
          }
        }
        if (!base) return std::nullopt;
        const Decimal change = known->role == WordRole::kLessQuarter
                                   ? Decimal{-known->value.units, known->value.scale}
                                   : known->value;
        value = Add(*base, change);
        at = next;
        break;
      }
    }
  }
  if (!value) return std::nullopt;

  // Multipliers: "5k", "2 lakh 50 hazar", "do hazar paanch sau".
  const auto multiply = [&](Decimal by) {
    value = Multiply(*value, by);
    found.has_multiplier = true;
    return value.has_value();
  };
  if (at < text.size() && (text[at] == 'k' || text[at] == 'K') && !found.in_words) {
    const char after = at + 1 < text.size() ? text[at + 1] : ' ';
    if (!IsLetter(after) && !IsDigit(after) && static_cast<unsigned char>(after) < 0x80) {
      ++at;
      if (!multiply({1'000, 0})) return std::nullopt;
    }
  }
  for (int rounds = 0; hints.words && rounds < 6; ++rounds) {
    const size_t next = SkipSpaces(text, at);
    // A letter right behind a digit is a unit ("5do"), except for a multiplier ("5lakh").
    const std::string_view word = WordAt(text, next);
    const NumberWord* known = FindWord(word);
    if (known == nullptr) break;
    if (known->role == WordRole::kHundred || known->role == WordRole::kMultiplier) {
      if (has_addend) {
        const auto product = Multiply(addend, known->value);
        if (!product) return std::nullopt;
        addend = *product;
      } else if (!multiply(known->value)) {
        return std::nullopt;
      }
      at = next + word.size();
      found.has_multiplier = true;
      continue;
    }
    // "do hazar paanch sau": another number is added when something smaller than the last multiplier follows it.
    if (!found.has_multiplier || !found.in_words || known->role != WordRole::kUnit) break;
    if (has_addend) {
      value = Add(*value, addend);
      if (!value) return std::nullopt;
    }
    addend = known->value;
    has_addend = true;
    at = next + word.size();
  }
  if (has_addend) value = Add(*value, addend);
  if (!value) return std::nullopt;
  found.value = *value;
  found.end = at;
  return found;
}

}  // namespace gasht
