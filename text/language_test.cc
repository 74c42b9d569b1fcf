#include "text/language.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(DetectBlockLanguage, ShortTexts) {
  struct Case {
    const char* text;
    const char* language;
  };
  const Case cases[] = {
      {"maal aa gaya hai, jis ko chahiye inbox karein", "ur-Latn"},
      {"bhai charas mil jaye gi kya Lahore mein", "ur-Latn"},
      {"rabta karein is number par, delivery ghar tak", "ur-Latn"},
      {"yeh maal bilkul original hai", "ur-Latn"},
      {"kya rate hai ek tola ka", "ur-Latn"},
      {"ye sab se acha maal hai bhai", "ur-Latn"},
      {"koi masla nahi hoga", "ur-Latn"},
      {"چرس دستیاب ہے، رابطہ کریں", "ur"},
      {"یہ مال بالکل اصلی ہے", "ur"},
      {"لاہور میں ہوم ڈیلیوری", "ur"},
      {"ښه چرس شته، اړیکه ونیسئ", "ps"},
      {"مال شته، څومره غواړې", "ps"},
      {"زما سره اړیکه ونیسه", "ps"},
      {"سٺو مال موجود آهي، رابطو ڪريو", "sd"},
      {"هي مال تمام سٺو آهي", "sd"},
      {"ڪراچي ۾ گهر تائين پهچائينداسين", "sd"},
      {"ایہہ مال بہت ودھیا اے، رابطہ کرو", "pa-Arab"},
      {"ساڈے کول چنگا مال اے", "pa-Arab"},
      {"تسی کتھوں آئے او", "pa-Arab"},
      {"البضاعة متوفرة، تواصل معنا على الخاص", "ar"},
      {"این کالا موجود است، با ما تماس بگیرید", "fa"},
      {"माल उपलब्ध है, संपर्क करें", "hi"},
  };
  for (const Case& c : cases) EXPECT_EQ(DetectBlockLanguage(c.text), c.language) << c.text;
}

TEST(DetectLanguage, ShortTexts) {
  struct Case {
    const char* text;
    const char* language;
  };
  const Case cases[] = {
      {"High quality product, fast shipping and great support for every customer", "en"},
      {"maal aa gaya hai, jis ko chahiye inbox karein", "ur-Latn"},
      {"is this the same as last year?", "en"},
      {"does it test clean or not", "en"},
      {"bhai number bhejo mujhe", "ur-Latn"},
      {"mje bhi chahye 2 tola kal tak", "ur-Latn"},
      {"kya rate h bhai garda ka", "ur-Latn"},
      {"acha maal hai yar, delivery bhi krte ho?", "ur-Latn"},
      {"nhi yar mehnga hai bht", "ur-Latn"},
      {"Peshawar se Pindi tak by hand mil jaye ga", "ur-Latn"},
      {"گارنٹی والا مال، پورے لاہور میں", "ur"},
      {"رابطے کے لیے واٹس ایپ کریں", "ur"},
      {"زه په کابل کې يم، نمبر راوليږه", "ps"},
      {"دلته ښه توکي شته، بيه يې مناسبه ده", "ps"},
      {"مون وٽ سٺو مال آهي، فون ڪريو", "sd"},
      {"تسی نمبر دسو، مال پہنچ جائے گا تہاڈے کول", "pa-Arab"},
      {"سامان نوں گھر تک پہنچانا ساڈا کم اے", "pa-Arab"},
      {"توصيل لجميع الإمارات، الدفع عند الاستلام", "ar"},
      {"جنس درجه یک داریم، ارسال به تمام شهرها با پست", "fa"},
      {"असली माल है, पूरे शहर में डिलीवरी", "hi"},
      {"ښه چرس شته، اړیکه ونیسئ", "ps"},
      {"سٺو مال موجود آهي، رابطو ڪريو", "sd"},
      {"ایہہ مال بہت ودھیا اے، رابطہ کرو", "pa-Arab"},
      // Freely spelt and short.
      {"kahan milega", "ur-Latn"},
      {"yar reply kr do", "ur-Latn"},
      {"Agar pehly bataty to bht faida hota", "ur-Latn"},
      {"Allah apko salamat rakhy", "ur-Latn"},
      {"kitne ka hai", "ur-Latn"},
      {"hi, is the laptop still available", "en"},
      {"lol no way dude", "en"},
      {"Kia Sportage 2021 for sale", "en"},
      {"ik heb het gezien, maar waar is het", "nl"},
      {"wo kann man das kaufen", "de"},
      {"ya me voy a la casa, te llamo", "es"},
      {"barang ready stok, kirim dari jakarta", "id"},
      {"", "und"},
      {"12345 !!! 67890", "und"},
  };
  for (const Case& c : cases) EXPECT_EQ(DetectLanguage(c.text), c.language) << c.text;
}

// Nothing tells what these are; Roman Urdu they are not.
TEST(DetectLanguage, NotRomanUrdu) {
  for (const char* text :
       {"http://news.example/96032414252/%D8%A8%D8%AE%D8%B4-%D9%85%D8%B3%DA%A9%D9%86", "na na na na hey",
        "1g CHANGA 50% Pure DMT", "Toyota Vitz 1.0 number plate", "haha me too", "moi ne znayu"}) {
    EXPECT_NE(DetectLanguage(text), "ur-Latn") << text;
  }
}

// English and other Latin languages share little words with Roman Urdu.
TEST(DetectBlockLanguage, NotRomanUrdu) {
  for (const char* text : {"main course: par boiled rice, se habla", "we do ship to the USA and the UK",
                           "the main thing is to have a good time", "je ne sais pas par ou commencer",
                           "kann man hier die Ware kaufen", "aap and the rest of the parties"}) {
    EXPECT_NE(DetectBlockLanguage(text), "ur-Latn") << text;
  }
}

}  // namespace
}  // namespace gasht
