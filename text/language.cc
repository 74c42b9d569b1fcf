#include "text/language.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "base/utf8.h"

namespace gasht {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Function words of Roman Urdu that English (and the other Latin languages of such pages) does not have, or hardly.
constexpr std::string_view kRomanUrdu[] = {
    "aap", "aapka", "aapki", "aapko", "ab", "abhi", "acha", "achi", "achha", "agar", "apna", "apne", "apni",
    "aur", "ayi", "baat", "bhai", "bhi", "bilkul", "bohat", "bohot", "bahut", "buhat", "chahiye", "chahye",
    "chaiye", "dein", "dena", "diya", "ghar", "haan", "hai", "hain", "hame", "hamare", "hamari", "hoga",
    "hogi", "hota", "hoti", "hua", "hui", "hum", "inko", "iska", "iske", "iski", "isko", "jab", "jata",
    "jaye", "jayega", "jo", "kab", "kabhi", "kaam", "kahan", "kaise", "kar", "karein", "karen", "karna",
    "karne", "karo", "karta", "karte", "karti", "ke", "khud", "ki", "kis", "kisi", "kiya", "kiye", "ko",
    "koi", "kuch", "kya", "kyun", "kyunke", "larka", "liye", "lena", "lekin", "log", "mai", "main", "mein",
    "mera", "mere", "meri", "mil", "milta", "mujhe", "mujhay", "nahi", "nahin", "nai", "ne", "pe", "par",
    "phir", "raha", "rahe", "rahi", "rabta", "saath", "sab", "sakta", "sakte", "sath", "se", "sirf", "tak",
    "tha", "thi", "thay", "tum", "unko", "uska", "uske", "uski", "wala", "wale", "wali", "waqt", "wo", "woh",
    "yaar", "yahan", "ye", "yeh", "ya", "hun", "hoon", "ap", "ka", "hy", "hay", "krein", "kren", "maal",
    "pora", "poora", "rupay", "rupaye", "dastiyab", "mangwayen", "walay", "karain", "rakha", "gaya",
    // As people write it on telephones.
    "achay", "achy", "allah", "ameen", "awam", "bara", "bare", "bari", "bas", "bhut", "bht", "boht", "bohut",
    "chahye", "chez", "cheez", "chota", "dekh", "dekha", "dekho", "dil", "din", "duniya", "dunya", "gai",
    "gaye", "gya", "gye", "gyi", "hein", "hn", "hona", "hoye", "hue", "humare", "humari", "insan", "jao",
    "jay", "jaen", "jesa", "jese", "jis", "jisko", "kal", "kay", "kaise", "kch", "kehte", "khuda", "kia",
    "kio", "kiun", "kon", "konsa", "kr", "kra", "krdo", "krke", "krna", "krne", "kro", "krta", "krte", "krti",
    "kyu", "kyon", "lag", "laga", "lagta", "lakin", "lgta", "logon", "magar", "mager", "mat", "mgr", "milay",
    "mje", "mjhe", "mujy", "mulk", "mery", "na", "nahe", "nhe", "nhi", "ni", "ny", "nae", "paise", "paisay",
    "pata", "pehla", "pehle", "phr", "pher", "pta", "q", "rahay", "rakh", "rha", "rhe", "rhi", "sahi", "sai",
    "samajh", "sb", "shukriya", "sy", "teri", "tera", "thek", "theek", "thik", "thk", "to", "toh", "tou",
    "tm", "tw", "usko", "unki", "unka", "unke", "waise", "wesy", "wahan", "yahi", "yehi", "zaroor", "zada",
    "ziada", "zyada", "zindagi", "aik", "ik", "bhot", "bahot", "bahi", "pyara", "pyari", "pyare", "pyre",
    "yar", "aey", "hazrat", "kardi", "kardo", "kardein", "karwao", "kerwao", "kerna", "rakhay", "rakho",
    "bolta", "boli", "bola", "kaha", "kaho", "kahi", "kaun", "kesa", "kesay", "kesy", "kaisay", "kaisi",
    "kaya", "kitna", "kitni", "kitne", "dy", "dey", "ga", "gi", "gay", "wle", "walon", "saal", "aadmi",
    "larki", "larke", "dost", "afsos", "hanste", "shabash", "behtar", "ghr", "jee", "bnd", "hoya", "hoyi",
    "taleem", "mashallah", "mashaallah", "alhamdulillah", "inshallah", "dua", "duae", "naam", "awaz", "gal",
    "changi", "changa", "dum", "tarah", "tarha", "andar", "bahar", "zahir", "kuchh", "hamara", "hmara",
    "hmari", "apnay", "apny", "unhon", "inhon", "unho", "jinhon", "khilaf", "kerdi", "kuj", "kyunki", "warna",
    "balke", "balkay", "matlab", "ziyada"};

constexpr bool Before(std::string_view a, std::string_view b) {
  return a < b;
}

constexpr auto MakeSorted() {
  std::array<std::string_view, std::size(kRomanUrdu)> sorted{};
  std::copy(std::begin(kRomanUrdu), std::end(kRomanUrdu), sorted.begin());
  std::sort(sorted.begin(), sorted.end(), Before);
  return sorted;
}
constexpr auto kSortedRomanUrdu = MakeSorted();

// Most words are none of these: one look at a bit of their hash says so.
constexpr uint32_t kHashSeed = 5381;
constexpr uint32_t HashNext(uint32_t hash, char c) {
  return hash * 33 + static_cast<unsigned char>(c);
}
struct HashBits {
  std::array<uint64_t, 128> bits{};
  constexpr bool Has(uint32_t hash) const { return (bits[hash / 64 % 128] >> (hash % 64) & 1) != 0; }
};
constexpr HashBits MakeHashBits() {
  HashBits out;
  for (const std::string_view word : kRomanUrdu) {
    uint32_t hash = kHashSeed;
    for (const char c : word) hash = HashNext(hash, c);
    out.bits[hash / 64 % 128] |= uint64_t{1} << (hash % 64);
  }
  return out;
}
constexpr HashBits kRomanUrduBits = MakeHashBits();

// Of them, words that other languages have as well ("par", "se", "ne", "main"): they count, but prove nothing alone.
bool IsWeak(std::string_view word) {
  for (const std::string_view weak :
       {"main", "par",  "se",    "ne",   "ke",   "ki",   "ko",   "ka",  "jo",   "ya",    "do",   "log",
        "hum",  "pe",   "ye",    "wo",   "mai",  "mere", "nai",  "sat", "ab",   "hay",   "kar",  "tum",
        "sab",  "mil",  "tha",   "hy",   "kis",  "tak",  "ap",   "hun", "mera", "allah", "bas",  "bara",
        "bare", "bari", "dil",   "din",  "gai",  "hue",  "jay",  "kal", "kay",  "kon",   "kr",   "kra",
        "lag",  "laga", "magar", "mat",  "na",   "ni",   "ny",   "nae", "pata", "q",     "rakh", "sai",
        "sy",   "tera", "teri",  "tm",   "to",   "tw",   "toh",  "tou", "phr",  "hn",    "kio",  "sb",
        "jis",  "hona", "jao",   "chez", "thk",  "ga",   "gi",   "gay", "dy",   "dum",   "gal",  "ik",
        "dua",  "dost", "naam",  "dey",  "kaya", "bola", "kaha", "gal"}) {
    if (word == weak) return true;
  }
  return false;
}

struct ScriptCounts {
  size_t latin = 0, arabic = 0, devanagari = 0, cyrillic = 0, other = 0;
  // Letters that one language of the Arabic script has alone.
  size_t urdu = 0, pashto = 0, sindhi = 0, persian = 0, arab = 0;
  size_t letters() const { return latin + arabic + devanagari + cyrillic + other; }
};

ScriptCounts CountScripts(std::string_view text) {
  ScriptCounts n;
  for (size_t pos = 0; pos < text.size();) {
    const auto byte = static_cast<unsigned char>(text[pos]);
    if (byte < 0x80) {
      n.latin += IsLetter(text[pos]);
      ++pos;
      continue;
    }
    const char32_t c = NextCodePoint(text, pos);
    if (c < 0x250) {
      n.latin += c >= 0xc0;
    } else if (c >= 0x400 && c < 0x530) {
      ++n.cyrillic;
    } else if (c >= 0x900 && c < 0x980) {
      ++n.devanagari;
    } else if ((c >= 0x620 && c <= 0x64a) || (c >= 0x66e && c <= 0x6d3) || c == 0x6d5 ||
               (c >= 0x6fa && c <= 0x6ff) || (c >= 0xfb50 && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)) {
      ++n.arabic;
      switch (c) {
        case 0x679:
        case 0x688:
        case 0x691:
        case 0x6ba:
        case 0x6d2:
        case 0x6be:
        case 0x6c1:
        case 0x6c3:
          ++n.urdu;
          break;
        case 0x67c:
        case 0x689:
        case 0x693:
        case 0x696:
        case 0x69a:
        case 0x6ab:
        case 0x6bc:
        case 0x6d0:
        case 0x6cd:
        case 0x681:
        case 0x685:
          ++n.pashto;
          break;
        case 0x684:
        case 0x683:
        case 0x680:
        case 0x67f:
        case 0x6aa:
        case 0x6b3:
        case 0x6b1:
        case 0x6bb:
        case 0x6a6:
        case 0x687:
        case 0x68a:
        case 0x68f:
        case 0x68c:
        case 0x67a:
        case 0x67d:
        case 0x6fe:
        case 0x699:
          ++n.sindhi;
          break;
        case 0x6a9:
        case 0x6cc:
        case 0x67e:
        case 0x686:
        case 0x6af:
        case 0x698:
          ++n.persian;
          break;
        case 0x643:
        case 0x64a:
        case 0x629:
        case 0x649:
        case 0x623:
        case 0x625:
          ++n.arab;
          break;
        default:
          break;
      }
    } else if (c > 0x370 && c != 0x200c && c != 0x200d && c < 0x1f000 && !(c >= 0x2000 && c < 0x2c00)) {
      ++n.other;
    }
  }
  return n;
}

size_t CountWords(std::string_view text, std::initializer_list<std::string_view> words) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.size(), text.find_first_of(" \n\t.,!?:;()|", at));
    std::string_view word = text.substr(at, end - at);
    for (const std::string_view mark : {"\u060c", "\u06d4", "\u061f", "\u061b"}) {
      if (word.ends_with(mark)) word.remove_suffix(mark.size());
    }
    count += std::find(words.begin(), words.end(), word) != words.end();
    at = end + 1;
  }
  return count;
}

std::string ArabicScriptLanguage(std::string_view text, const ScriptCounts& n) {
  const size_t sure = std::max<size_t>(1, n.arabic / 200);
  if (n.sindhi > n.pashto && n.sindhi > n.urdu / 2 && n.sindhi >= sure) return "sd";
  if (n.pashto >= sure && n.pashto * 3 > n.urdu) return "ps";
  if (n.urdu >= sure && n.urdu * 20 > n.arabic) {
    // Shahmukhi Punjabi is written with Urdu's letters: its little words tell.
    const size_t punjabi = CountWords(
        text, {"دا",  "دی",   "دے",   "نوں",   "وچ",    "توں",   "نیں",    "اے",    "سی",      "ایہہ", "اوہ",
               "نال", "تسی",  "تسیں", "ساڈے",  "ساڈا",  "ساڈی",  "تہاڈے",  "تہاڈا", "کتھوں",   "کتھے", "کیہ",
               "کول", "چنگا", "چنگی", "ودھیا", "مینوں", "تینوں", "تہانوں", "اسیں",  "اساں",    "ہن",   "او",
               "وے",  "جے",   "پیا",  "رئے",   "ریا",   "کردے",  "ہووے",   "لئی",   "کوئی ناں"});
    const size_t urdu =
        CountWords(text, {"کا", "کی", "کے", "کو", "میں", "سے", "ہے", "ہیں", "نے", "اور", "یہ"});
    return punjabi > urdu ? "pa-Arab" : "ur";
  }
  if (n.persian > n.arab) {
    // Too short for Urdu's own letters to be missed: Urdu words beside Persian ones.
    const size_t urdu = CountWords(text, {"کا", "کی", "کے", "کو", "سے", "اور", "پر"});
    const size_t persian = CountWords(text, {"از", "به", "در", "که", "را", "این", "است", "با", "برای"});
    return urdu > persian ? "ur" : "fa";
  }
  return n.arab > 0 || n.arabic > 20 ? "ar" : "und";
}

struct RomanCounts {
  size_t words = 0, urdu = 0, sure = 0;
};

RomanCounts CountRomanUrdu(std::string_view text) {
  RomanCounts n;
  char word[16];
  for (size_t at = 0; at < text.size();) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    size_t size = 0;
    uint32_t hash = kHashSeed;
    while (at < text.size() && IsLetter(text[at])) {
      const char c = Lower(text[at]);
      if (size < sizeof word) word[size] = c;
      hash = HashNext(hash, c);
      ++size;
      ++at;
    }
    ++n.words;
    if (size < 2 || size >= sizeof word || !kRomanUrduBits.Has(hash)) continue;
    const std::string_view w(word, size);
    if (!std::binary_search(kSortedRomanUrdu.begin(), kSortedRomanUrdu.end(), w)) continue;
    ++n.urdu;
    n.sure += !IsWeak(w);
  }
  return n;
}

bool IsRomanUrdu(const RomanCounts& n) {
  return n.sure >= 1 && n.urdu >= 2 && n.urdu * 100 >= n.words * 18;
}

// Too short for statistics: little words that only English has.
bool HasEnglishWords(std::string_view text) {
  static constexpr std::string_view kWords[] = {
      "about", "all",  "and",  "any",   "are",   "but",  "can",  "don",  "for",  "from", "get",    "good",
      "have",  "how",  "just", "like",  "my",    "not",  "of",   "only", "or",   "our",  "out",    "some",
      "that",  "the",  "them", "there", "these", "they", "this", "was",  "what", "when", "which",  "who",
      "why",   "will", "with", "would", "you",   "your", "is",   "it",   "if",   "been", "because"};
  size_t words = 0, english = 0;
  for (size_t at = 0; at < text.size();) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    std::string word;
    while (at < text.size() && IsLetter(text[at])) {
      if (word.size() < 16) word += Lower(text[at]);
      ++at;
    }
    ++words;
    english += std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
  }
  return english >= 2 && english * 100 >= words * 15;
}

// ---------------------------------------------------------------- short and freely spelt

constexpr std::string_view kEnglishWords[] = {
    "a",       "about",  "after",   "again",  "all",    "also",   "always", "am",      "an",     "and",
    "any",     "are",    "as",      "at",     "back",   "bad",    "be",     "because", "been",   "before",
    "best",    "better", "both",    "but",    "buy",    "by",     "can",    "cant",    "come",   "could",
    "did",     "do",     "does",    "dont",   "down",   "each",   "even",   "ever",    "every",  "first",
    "for",     "from",   "get",     "give",   "go",     "going",  "good",   "got",     "great",  "had",
    "has",     "have",   "he",      "help",   "her",    "here",   "him",    "his",     "how",    "i",
    "if",      "im",     "in",      "into",   "is",     "it",     "its",    "just",    "keep",   "know",
    "last",    "less",   "let",     "like",   "look",   "love",   "made",   "make",    "man",    "many",
    "may",     "me",     "more",    "most",   "much",   "must",   "my",     "need",    "never",  "new",
    "nice",    "no",     "not",     "now",    "of",     "off",    "ok",     "on",      "one",    "only",
    "or",      "other",  "our",     "out",    "over",   "people", "please", "put",     "really", "right",
    "said",    "same",   "say",     "see",    "she",    "should", "so",     "some",    "still",  "such",
    "sure",    "take",   "than",    "thank",  "thanks", "that",   "the",    "their",   "them",   "then",
    "there",   "these",  "they",    "thing",  "think",  "this",   "those",  "time",    "too",    "try",
    "two",     "up",     "us",      "use",    "very",   "want",   "was",    "way",     "we",     "well",
    "were",    "what",   "when",    "where",  "which",  "who",    "why",    "will",    "with",   "work",
    "would",   "yes",    "you",     "your",   "free",   "high",   "night",  "light",   "right",  "might",
    "thought", "though", "through", "enough", "ghost",  "today",  "okay",   "always",  "area",   "data",
    "bazaar",  "adhere", "abhor",   "shaan",  "khan",   "delhi",  "yaad"};

// Words that hold Roman Urdu together however they are spelt, too short to prove anything: "k", "b", "ha", "nh".
constexpr std::string_view kUrduCrumbs[] = {
    "k",    "b",   "ha",  "he",  "ho",  "hen", "hn", "hr", "nh",  "na",  "ni",  "ny", "hi",  "bh",  "mn",
    "ma",   "men", "mey", "ly",  "lye", "lya", "py", "ky", "kr",  "dy",  "es",  "yh", "yeh", "ye",  "wo",
    "wali", "or",  "to",  "h",   "m",   "d",   "jo", "ye", "ya",  "sy",  "ge",  "gy", "gi",  "ga",  "gya",
    "de",   "do",  "di",  "len", "den", "la",  "ja", "se", "say", "ki",  "ko",  "ka", "ke",  "per", "pr",
    "lo",   "us",  "is",  "in",  "un",  "ab",  "bi", "ek", "sab", "abu", "par", "ne"};

bool IsOneOf(std::string_view word, const std::string_view* begin, const std::string_view* end) {
  return std::find(begin, end, word) != end;
}

// Endings and letters that words of Urdu have in Latin letters and those of English hardly ever: verbs ("jayega",
// "karunga", "bolta"), plurals ("kitabein", "dosto on"), aspirated and long letters ("khayal", "bhabhi", "taala").
bool IsShapedLikeUrdu(std::string_view word) {
  if (word.size() < 4) return false;
  for (const std::string_view ending :
       {"iya",  "iyan", "iyon", "oon",  "ain",   "ein", "aen",   "aye",  "aey",   "ata",  "ati",  "atay",
        "aty",  "unga", "ungi", "enge", "engi",  "ega", "egi",   "ayga", "ayge",  "ange", "tain", "khta",
        "hta",  "rha",  "rhi",  "aya",  "aiye",  "iye", "oge",   "aat",  "aab",   "aan",  "aar",  "yan",
        "wala", "wali", "wale", "waly", "walay", "hay", "ahi",   "ahe",  "ehi",   "ohi",  "unka", "inka",
        "uska", "iska", "khe",  "kha",  "kho",   "jao", "lao",   "kia",  "hua",   "hui",  "huwa", "hwa",
        "gaya", "gae",  "gye",  "agr",  "karo",  "kro", "karke", "iyat", "istan", "azi",  "ani",  "ana",
        "any",  "ane",  "una",  "uni",  "ary",   "een", "oun",   "aon",  "eon"}) {
    if (word.size() > ending.size() && word.ends_with(ending)) {
      // "many", "company", "banana", "seen", "library": English has these as well.
      const bool shared = ending == "any" || ending == "ary" || ending == "een" || ending == "ana" ||
                          ending == "ain" || ending == "hay" || ending == "ata" || ending == "ane" ||
                          ending == "ani" || ending == "yan";
      if (!shared) return true;
    }
  }
  for (size_t i = 0; i + 1 < word.size(); ++i) {
    const char a = word[i], b = word[i + 1];
    if (a == 'a' && b == 'a') return true;
    if (b == 'h' && (a == 'k' || a == 'b' || a == 'd' || a == 'j')) return true;
    if (a == 'g' && b == 'h' && (i + 2 < word.size()) && word[i + 2] != 't' && i == 0) return true;
    if (a == 'q' && b != 'u') return true;
  }
  return word.ends_with("hy") || word.ends_with("iq") || word.ends_with("aq");
}

bool IsShapedLikeEnglish(std::string_view word) {
  if (word.size() < 5) return false;
  for (const std::string_view ending :
       {"tion", "ing", "ment", "ness", "ould", "ight", "able", "ally", "ful", "ious", "ence",
        "ance", "ies", "ted",  "sed",  "ned",  "red",  "led",  "ked",  "ers", "est"}) {
    if (word.ends_with(ending)) return true;
  }
  return false;
}

// Whether a text that no statistics tell is Roman Urdu: what speaks for it against what speaks for English.
bool MayBeRomanUrdu(std::string_view text) {
  double urdu = 0, english = 0;
  size_t words = 0, signs = 0, crumbs = 0;
  std::string last;
  for (size_t at = 0; at < text.size();) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    // Addresses are spelt by nobody.
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\n') {
      const size_t end = std::min(text.size(), text.find_first_of(" \n", at));
      const std::string_view token = text.substr(at, end - at);
      if (token.find("://") != std::string_view::npos || token.find('%') != std::string_view::npos ||
          token.find('@') != std::string_view::npos || token.starts_with("www.")) {
        at = end;
        continue;
      }
    }
    std::string word;
    while (at < text.size() && IsLetter(text[at])) {
      const char c = Lower(text[at++]);
      // "Nahiiiii": drawn out.
      const bool drawn = word.size() >= 2 && word.back() == c && word[word.size() - 2] == c;
      if (!drawn && word.size() < 24) word += c;
    }
    ++words;
    while (word.size() > 3 && word.back() == word[word.size() - 2] && word.back() != 'e' &&
           word.back() != 'o' && word.back() != 'l' && word.back() != 's')
      word.pop_back();
    if (word == last) continue;  // "na na na"
    last = word;
    const bool listed =
        std::binary_search(kSortedRomanUrdu.begin(), kSortedRomanUrdu.end(), std::string_view(word));
    if (listed && !IsWeak(word)) {
      urdu += 3;
      ++signs;
    } else if (IsOneOf(word, std::begin(kEnglishWords), std::end(kEnglishWords))) {
      english += IsOneOf(word, std::begin(kUrduCrumbs), std::end(kUrduCrumbs)) ? 0.3 : 1.5;
    } else if (listed) {
      urdu += 1.5;
      ++signs;
    } else if (IsOneOf(word, std::begin(kUrduCrumbs), std::end(kUrduCrumbs))) {
      urdu += 1;
      ++signs;
      ++crumbs;
    } else if (IsShapedLikeEnglish(word)) {
      english += 1;
    } else if (IsShapedLikeUrdu(word)) {
      urdu += 1.5;
      ++signs;
    }
  }
  const bool strong = urdu >= 3 && urdu >= 1.5 * english && urdu >= 0.5 * static_cast<double>(words);
  return strong && signs >= 2 && signs > crumbs;
}

}  // namespace

std::string DetectBlockLanguage(std::string_view utf8) {
  utf8 = utf8.substr(0, 4096);
  const ScriptCounts n = CountScripts(utf8);
  if (n.arabic * 2 > n.letters() && n.arabic >= 4) {
    std::string language = ArabicScriptLanguage(utf8, n);
    return language == "und" ? "" : language;
  }
  if (n.devanagari * 2 > n.letters() && n.devanagari >= 4) return "hi";
  if (n.latin * 2 > n.letters() && IsRomanUrdu(CountRomanUrdu(utf8))) return "ur-Latn";
  return "";
}

std::string DetectLanguage(std::string_view utf8) {
  if (utf8.size() > kMaxLanguageBytes) {
    size_t end = kMaxLanguageBytes;
    while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xc0) == 0x80) --end;
    utf8 = utf8.substr(0, end);
  }
  const ScriptCounts n = CountScripts(utf8);
  if (n.letters() < 8) return "und";
  if (n.arabic * 2 > n.letters()) return ArabicScriptLanguage(utf8, n);
  if (n.latin * 2 > n.letters() && IsRomanUrdu(CountRomanUrdu(utf8))) return "ur-Latn";
  bool is_reliable = false;
  int valid_prefix = 0;
  const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  // Not written where CLD2 gives up.
  CLD2::Language three[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
  int percent[3] = {};
  double score[3] = {};
  int text_bytes = 0;
  const CLD2::Language language = CLD2::ExtDetectLanguageSummaryCheckUTF8(
      utf8.data(), static_cast<int>(utf8.size()), true, &hints, 0, three, percent, score, nullptr,
      &text_bytes, &is_reliable, &valid_prefix);
  const std::string code = CLD2::LanguageCode(language);
  // Nothing that anybody writes here, told with little to go by: what people type on telephones.
  constexpr size_t kFewLetters = 400;
  const bool known = code == "en" || code == "de" || code == "fr" || code == "es" || code == "it" ||
                     code == "nl" || code == "ru" || code == "pl" || code == "pt" || code == "tr" ||
                     code == "fi" || code == "et";
  if (n.latin * 2 > n.letters() && n.letters() < kFewLetters && (!known || code == "en" || !is_reliable) &&
      MayBeRomanUrdu(utf8))
    return "ur-Latn";
  if (language == CLD2::UNKNOWN_LANGUAGE || code == "un") {
    if (n.devanagari * 2 > n.letters()) return "hi";
    if (n.latin * 2 > n.letters() && HasEnglishWords(utf8)) return "en";
    return n.latin * 2 > n.letters() && n.letters() > 200 && three[0] == CLD2::ENGLISH ? "en" : "und";
  }
  if (code == "iw") return "he";
  if (code == "zh-Hant" || code == "zh") return "zh";
  return code;
}

}  // namespace gasht
