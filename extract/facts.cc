#include "extract/facts.h"

#include <algorithm>
#include <array>

#include "extract/words.h"

namespace gasht {
namespace {

enum class Fact : uint8_t { kPlace, kCourier, kDelivery, kPayment, kSelling, kBuying };

struct Entry {
  std::string_view words;  // lower case
  std::string_view name;   // what is reported
  Fact fact;
};

// Places: cities of Pakistan, areas of its large cities, campuses; English and Urdu names.
constexpr Entry kEntries[] = {
    {"karachi", "Karachi", Fact::kPlace},
    {"کراچی", "Karachi", Fact::kPlace},
    {"lahore", "Lahore", Fact::kPlace},
    {"لاہور", "Lahore", Fact::kPlace},
    {"islamabad", "Islamabad", Fact::kPlace},
    {"isb", "Islamabad", Fact::kPlace},
    {"اسلام آباد", "Islamabad", Fact::kPlace},
    {"اسلام اباد", "Islamabad", Fact::kPlace},
    {"rawalpindi", "Rawalpindi", Fact::kPlace},
    {"pindi", "Rawalpindi", Fact::kPlace},
    {"راولپنڈی", "Rawalpindi", Fact::kPlace},
    {"پنڈی", "Rawalpindi", Fact::kPlace},
    {"peshawar", "Peshawar", Fact::kPlace},
    {"پشاور", "Peshawar", Fact::kPlace},
    {"پېښور", "Peshawar", Fact::kPlace},
    {"quetta", "Quetta", Fact::kPlace},
    {"کوئٹہ", "Quetta", Fact::kPlace},
    {"faisalabad", "Faisalabad", Fact::kPlace},
    {"فیصل آباد", "Faisalabad", Fact::kPlace},
    {"multan", "Multan", Fact::kPlace},
    {"ملتان", "Multan", Fact::kPlace},
    {"hyderabad", "Hyderabad", Fact::kPlace},
    {"حیدرآباد", "Hyderabad", Fact::kPlace},
    {"sukkur", "Sukkur", Fact::kPlace},
    {"سکھر", "Sukkur", Fact::kPlace},
    {"gujranwala", "Gujranwala", Fact::kPlace},
    {"گوجرانوالہ", "Gujranwala", Fact::kPlace},
    {"sialkot", "Sialkot", Fact::kPlace},
    {"سیالکوٹ", "Sialkot", Fact::kPlace},
    {"gujrat", "Gujrat", Fact::kPlace},
    {"گجرات", "Gujrat", Fact::kPlace},
    {"bahawalpur", "Bahawalpur", Fact::kPlace},
    {"بہاولپور", "Bahawalpur", Fact::kPlace},
    {"sargodha", "Sargodha", Fact::kPlace},
    {"سرگودھا", "Sargodha", Fact::kPlace},
    {"abbottabad", "Abbottabad", Fact::kPlace},
    {"abbotabad", "Abbottabad", Fact::kPlace},
    {"ایبٹ آباد", "Abbottabad", Fact::kPlace},
    {"mardan", "Mardan", Fact::kPlace},
    {"مردان", "Mardan", Fact::kPlace},
    {"swat", "Swat", Fact::kPlace},
    {"سوات", "Swat", Fact::kPlace},
    {"mingora", "Mingora", Fact::kPlace},
    {"nowshera", "Nowshera", Fact::kPlace},
    {"نوشہرہ", "Nowshera", Fact::kPlace},
    {"charsadda", "Charsadda", Fact::kPlace},
    {"چارسدہ", "Charsadda", Fact::kPlace},
    {"kohat", "Kohat", Fact::kPlace},
    {"کوہاٹ", "Kohat", Fact::kPlace},
    {"bannu", "Bannu", Fact::kPlace},
    {"بنوں", "Bannu", Fact::kPlace},
    {"dera ismail khan", "Dera Ismail Khan", Fact::kPlace},
    {"d.i. khan", "Dera Ismail Khan", Fact::kPlace},
    {"ڈیرہ اسماعیل خان", "Dera Ismail Khan", Fact::kPlace},
    {"dera ghazi khan", "Dera Ghazi Khan", Fact::kPlace},
    {"rahim yar khan", "Rahim Yar Khan", Fact::kPlace},
    {"رحیم یار خان", "Rahim Yar Khan", Fact::kPlace},
    {"larkana", "Larkana", Fact::kPlace},
    {"لاڑکانہ", "Larkana", Fact::kPlace},
    {"mirpur", "Mirpur", Fact::kPlace},
    {"muzaffarabad", "Muzaffarabad", Fact::kPlace},
    {"مظفرآباد", "Muzaffarabad", Fact::kPlace},
    {"gilgit", "Gilgit", Fact::kPlace},
    {"گلگت", "Gilgit", Fact::kPlace},
    {"chitral", "Chitral", Fact::kPlace},
    {"چترال", "Chitral", Fact::kPlace},
    {"gwadar", "Gwadar", Fact::kPlace},
    {"گوادر", "Gwadar", Fact::kPlace},
    {"jhelum", "Jhelum", Fact::kPlace},
    {"جہلم", "Jhelum", Fact::kPlace},
    {"kasur", "Kasur", Fact::kPlace},
    {"قصور", "Kasur", Fact::kPlace},
    {"okara", "Okara", Fact::kPlace},
    {"اوکاڑہ", "Okara", Fact::kPlace},
    {"sahiwal", "Sahiwal", Fact::kPlace},
    {"ساہیوال", "Sahiwal", Fact::kPlace},
    {"sheikhupura", "Sheikhupura", Fact::kPlace},
    {"شیخوپورہ", "Sheikhupura", Fact::kPlace},
    {"jhang", "Jhang", Fact::kPlace},
    {"wah cantt", "Wah Cantt", Fact::kPlace},
    {"taxila", "Taxila", Fact::kPlace},
    {"ٹیکسلا", "Taxila", Fact::kPlace},
    {"attock", "Attock", Fact::kPlace},
    {"اٹک", "Attock", Fact::kPlace},
    {"mansehra", "Mansehra", Fact::kPlace},
    {"مانسہرہ", "Mansehra", Fact::kPlace},
    {"haripur", "Haripur", Fact::kPlace},
    {"ہری پور", "Haripur", Fact::kPlace},
    {"murree", "Murree", Fact::kPlace},
    {"مری", "Murree", Fact::kPlace},
    {"landi kotal", "Landi Kotal", Fact::kPlace},
    {"jamrud", "Jamrud", Fact::kPlace},
    {"karkhano", "Karkhano", Fact::kPlace},
    {"torkham", "Torkham", Fact::kPlace},
    {"chaman", "Chaman", Fact::kPlace},
    {"hayatabad", "Hayatabad, Peshawar", Fact::kPlace},
    {"حیات آباد", "Hayatabad, Peshawar", Fact::kPlace},
    {"gulberg", "Gulberg", Fact::kPlace},
    {"گلبرگ", "Gulberg", Fact::kPlace},
    {"johar town", "Johar Town, Lahore", Fact::kPlace},
    {"جوہر ٹاؤن", "Johar Town, Lahore", Fact::kPlace},
    {"model town", "Model Town", Fact::kPlace},
    {"bahria town", "Bahria Town", Fact::kPlace},
    {"بحریہ ٹاؤن", "Bahria Town", Fact::kPlace},
    {"wapda town", "Wapda Town, Lahore", Fact::kPlace},
    {"valencia town", "Valencia Town, Lahore", Fact::kPlace},
    {"iqbal town", "Iqbal Town, Lahore", Fact::kPlace},
    {"cantt", "Cantt", Fact::kPlace},
    {"dha", "DHA", Fact::kPlace},
    {"ڈی ایچ اے", "DHA", Fact::kPlace},
    {"ڈیفنس", "DHA", Fact::kPlace},
    {"clifton", "Clifton, Karachi", Fact::kPlace},
    {"کلفٹن", "Clifton, Karachi", Fact::kPlace},
    {"gulshan e iqbal", "Gulshan-e-Iqbal, Karachi", Fact::kPlace},
    {"gulshan-e-iqbal", "Gulshan-e-Iqbal, Karachi", Fact::kPlace},
    {"گلشن اقبال", "Gulshan-e-Iqbal, Karachi", Fact::kPlace},
    {"north nazimabad", "North Nazimabad, Karachi", Fact::kPlace},
    {"nazimabad", "Nazimabad, Karachi", Fact::kPlace},
    {"saddar", "Saddar", Fact::kPlace},
    {"صدر", "Saddar", Fact::kPlace},
    {"korangi", "Korangi, Karachi", Fact::kPlace},
    {"lyari", "Lyari, Karachi", Fact::kPlace},
    {"malir", "Malir, Karachi", Fact::kPlace},
    {"satellite town", "Satellite Town", Fact::kPlace},
    {"ghauri town", "Ghauri Town, Islamabad", Fact::kPlace},
    {"bani gala", "Bani Gala, Islamabad", Fact::kPlace},
    {"blue area", "Blue Area, Islamabad", Fact::kPlace},
    {"nust", "NUST", Fact::kPlace},
    {"lums", "LUMS", Fact::kPlace},
    {"fast nu", "FAST-NU", Fact::kPlace},
    {"comsats", "COMSATS", Fact::kPlace},
    {"punjab university", "Punjab University", Fact::kPlace},
    {"quaid i azam university", "Quaid-i-Azam University", Fact::kPlace},
    {"qau", "Quaid-i-Azam University", Fact::kPlace},
    {"karachi university", "Karachi University", Fact::kPlace},
    {"uet", "UET", Fact::kPlace},
    {"iiui", "IIUI", Fact::kPlace},
    {"numl", "NUML", Fact::kPlace},
    {"giki", "GIKI", Fact::kPlace},
    {"szabist", "SZABIST", Fact::kPlace},
    {"turbat", "Turbat", Fact::kPlace},
    {"nawabshah", "Nawabshah", Fact::kPlace},
    {"نوابشاہ", "Nawabshah", Fact::kPlace},
    {"mirpur khas", "Mirpur Khas", Fact::kPlace},
    {"میرپور خاص", "Mirpur Khas", Fact::kPlace},
    {"swabi", "Swabi", Fact::kPlace},
    {"صوابی", "Swabi", Fact::kPlace},
    {"chakwal", "Chakwal", Fact::kPlace},
    {"چکوال", "Chakwal", Fact::kPlace},
    {"mandi bahauddin", "Mandi Bahauddin", Fact::kPlace},
    {"hafizabad", "Hafizabad", Fact::kPlace},
    {"حافظ آباد", "Hafizabad", Fact::kPlace},
    {"vehari", "Vehari", Fact::kPlace},
    {"وہاڑی", "Vehari", Fact::kPlace},
    {"khanewal", "Khanewal", Fact::kPlace},
    {"خانیوال", "Khanewal", Fact::kPlace},
    {"muzaffargarh", "Muzaffargarh", Fact::kPlace},
    {"مظفر گڑھ", "Muzaffargarh", Fact::kPlace},
    {"layyah", "Layyah", Fact::kPlace},
    {"لیہ", "Layyah", Fact::kPlace},
    {"bhakkar", "Bhakkar", Fact::kPlace},
    {"بھکر", "Bhakkar", Fact::kPlace},
    {"mianwali", "Mianwali", Fact::kPlace},
    {"میانوالی", "Mianwali", Fact::kPlace},
    {"khushab", "Khushab", Fact::kPlace},
    {"خوشاب", "Khushab", Fact::kPlace},
    {"chiniot", "Chiniot", Fact::kPlace},
    {"چنیوٹ", "Chiniot", Fact::kPlace},
    {"toba tek singh", "Toba Tek Singh", Fact::kPlace},
    {"skardu", "Skardu", Fact::kPlace},
    {"سکردو", "Skardu", Fact::kPlace},
    {"bahawalnagar", "Bahawalnagar", Fact::kPlace},
    {"بہاولنگر", "Bahawalnagar", Fact::kPlace},
    {"pir wadhai", "Pir Wadhai, Rawalpindi", Fact::kPlace},
    {"faizabad", "Faizabad, Rawalpindi", Fact::kPlace},
    {"chaklala", "Chaklala, Rawalpindi", Fact::kPlace},
    {"westridge", "Westridge, Rawalpindi", Fact::kPlace},
    {"sohrab goth", "Sohrab Goth, Karachi", Fact::kPlace},
    {"سہراب گوٹھ", "Sohrab Goth, Karachi", Fact::kPlace},
    {"landhi", "Landhi, Karachi", Fact::kPlace},
    {"لانڈھی", "Landhi, Karachi", Fact::kPlace},
    {"orangi", "Orangi, Karachi", Fact::kPlace},
    {"gulistan e johar", "Gulistan-e-Johar, Karachi", Fact::kPlace},
    {"gulistan-e-johar", "Gulistan-e-Johar, Karachi", Fact::kPlace},
    {"گلستان جوہر", "Gulistan-e-Johar, Karachi", Fact::kPlace},
    {"garden town", "Garden Town, Lahore", Fact::kPlace},
    {"faisal town", "Faisal Town, Lahore", Fact::kPlace},
    {"raiwind", "Raiwind, Lahore", Fact::kPlace},
    {"رائیونڈ", "Raiwind, Lahore", Fact::kPlace},
    {"shahdara", "Shahdara, Lahore", Fact::kPlace},
    {"شاہدرہ", "Shahdara, Lahore", Fact::kPlace},
    {"askari 10", "Askari 10, Lahore", Fact::kPlace},
    {"askari 11", "Askari 11, Lahore", Fact::kPlace},
    {"bahria university", "Bahria University", Fact::kPlace},
    {"air university", "Air University", Fact::kPlace},
    {"gcu", "GCU", Fact::kPlace},
    {"fccu", "FCCU", Fact::kPlace},
    {"iba karachi", "IBA Karachi", Fact::kPlace},
    {"ned university", "NED University", Fact::kPlace},
    {"aga khan university", "Aga Khan University", Fact::kPlace},
    {"ucp", "UCP", Fact::kPlace},
    {"umt", "UMT", Fact::kPlace},
    {"habib university", "Habib University", Fact::kPlace},
    {"ghulam ishaq khan institute", "GIKI", Fact::kPlace},
    {"islamia university", "Islamia University Bahawalpur", Fact::kPlace},
    {"university of peshawar", "University of Peshawar", Fact::kPlace},
    {"peshawar university", "University of Peshawar", Fact::kPlace},
    {"iqra university", "Iqra University", Fact::kPlace},
    {"riphah", "Riphah University", Fact::kPlace},
    {"buitems", "BUITEMS", Fact::kPlace},
    {"university of lahore", "University of Lahore", Fact::kPlace},
    {"پنجاب یونیورسٹی", "Punjab University", Fact::kPlace},
    {"کراچی یونیورسٹی", "Karachi University", Fact::kPlace},
    {"قائد اعظم یونیورسٹی", "Quaid-i-Azam University", Fact::kPlace},
    {"pakistan", "Pakistan", Fact::kPlace},
    {"پاکستان", "Pakistan", Fact::kPlace},
    {"kabul", "Kabul", Fact::kPlace},
    {"کابل", "Kabul", Fact::kPlace},
    {"kandahar", "Kandahar", Fact::kPlace},
    {"dubai", "Dubai", Fact::kPlace},
    {"دبئی", "Dubai", Fact::kPlace},

    {"tcs", "TCS", Fact::kCourier},
    {"ٹی سی ایس", "TCS", Fact::kCourier},
    {"leopards", "Leopards", Fact::kCourier},
    {"leopard courier", "Leopards", Fact::kCourier},
    {"لیپرڈ", "Leopards", Fact::kCourier},
    {"m&p", "M&P", Fact::kCourier},
    {"call courier", "Call Courier", Fact::kCourier},
    {"callcourier", "Call Courier", Fact::kCourier},
    {"blueex", "BlueEX", Fact::kCourier},
    {"trax", "Trax", Fact::kCourier},
    {"postex", "PostEx", Fact::kCourier},
    {"swyft", "Swyft", Fact::kCourier},
    {"daewoo express", "Daewoo Express", Fact::kCourier},
    {"daewoo cargo", "Daewoo Express", Fact::kCourier},
    {"ڈائیوو", "Daewoo Express", Fact::kCourier},
    {"faisal movers", "Faisal Movers", Fact::kCourier},
    {"bilal travels", "Bilal Travels", Fact::kCourier},
    {"pakistan post", "Pakistan Post", Fact::kCourier},
    {"ums", "Pakistan Post", Fact::kCourier},
    {"bykea", "Bykea", Fact::kCourier},
    {"بائیکیا", "Bykea", Fact::kCourier},
    {"indrive", "inDrive", Fact::kCourier},
    {"indriver", "inDrive", Fact::kCourier},
    {"yango", "Yango", Fact::kCourier},
    {"careem", "Careem", Fact::kCourier},
    {"foodpanda", "foodpanda", Fact::kCourier},
    {"dhl", "DHL", Fact::kCourier},
    {"fedex", "FedEx", Fact::kCourier},
    {"ups", "UPS", Fact::kCourier},
    {"usps", "USPS", Fact::kCourier},
    {"dpd", "DPD", Fact::kCourier},
    {"royal mail", "Royal Mail", Fact::kCourier},
    {"postnl", "PostNL", Fact::kCourier},
    {"ems", "EMS", Fact::kCourier},
    {"aramex", "Aramex", Fact::kCourier},
    {"canada post", "Canada Post", Fact::kCourier},
    {"australia post", "Australia Post", Fact::kCourier},
    {"deutsche post", "Deutsche Post", Fact::kCourier},

    {"home delivery", "home delivery", Fact::kDelivery},
    {"ghar tak", "home delivery", Fact::kDelivery},
    {"door step", "home delivery", Fact::kDelivery},
    {"doorstep", "home delivery", Fact::kDelivery},
    {"door to door", "home delivery", Fact::kDelivery},
    {"ہوم ڈیلیوری", "home delivery", Fact::kDelivery},
    {"گھر تک", "home delivery", Fact::kDelivery},
    {"cash on delivery", "cash on delivery", Fact::kDelivery},
    {"cod", "cash on delivery", Fact::kDelivery},
    {"کیش آن ڈیلیوری", "cash on delivery", Fact::kDelivery},
    {"all pakistan delivery", "nationwide", Fact::kDelivery},
    {"delivery all pakistan", "nationwide", Fact::kDelivery},
    {"delivery all over pakistan", "nationwide", Fact::kDelivery},
    {"all over pakistan", "nationwide", Fact::kDelivery},
    {"pure pakistan", "nationwide", Fact::kDelivery},
    {"poore pakistan", "nationwide", Fact::kDelivery},
    {"پورے پاکستان", "nationwide", Fact::kDelivery},
    {"پورے ملک", "nationwide", Fact::kDelivery},
    {"worldwide", "worldwide", Fact::kDelivery},
    {"world wide", "worldwide", Fact::kDelivery},
    {"same day delivery", "same day", Fact::kDelivery},
    {"next day delivery", "next day", Fact::kDelivery},
    {"free delivery", "free delivery", Fact::kDelivery},
    {"free shipping", "free delivery", Fact::kDelivery},
    {"dead drop", "dead drop", Fact::kDelivery},
    {"hand to hand", "hand to hand", Fact::kDelivery},
    {"face to face", "hand to hand", Fact::kDelivery},
    {"self pickup", "pickup", Fact::kDelivery},
    {"pick up", "pickup", Fact::kDelivery},
    {"pickup", "pickup", Fact::kDelivery},
    {"stealth", "stealth", Fact::kDelivery},
    {"discreet", "stealth", Fact::kDelivery},
    {"raazdari", "stealth", Fact::kDelivery},
    {"رازداری", "stealth", Fact::kDelivery},
    {"tracked", "tracked", Fact::kDelivery},

    {"easypaisa", "Easypaisa", Fact::kPayment},
    {"easy paisa", "Easypaisa", Fact::kPayment},
    {"ایزی پیسہ", "Easypaisa", Fact::kPayment},
    {"jazzcash", "JazzCash", Fact::kPayment},
    {"jazz cash", "JazzCash", Fact::kPayment},
    {"جاز کیش", "JazzCash", Fact::kPayment},
    {"جیز کیش", "JazzCash", Fact::kPayment},
    {"raast", "Raast", Fact::kPayment},
    {"nayapay", "NayaPay", Fact::kPayment},
    {"naya pay", "NayaPay", Fact::kPayment},
    {"sadapay", "SadaPay", Fact::kPayment},
    {"sada pay", "SadaPay", Fact::kPayment},
    {"upaisa", "UPaisa", Fact::kPayment},
    {"bank transfer", "bank transfer", Fact::kPayment},
    {"bank account", "bank transfer", Fact::kPayment},
    {"iban", "bank transfer", Fact::kPayment},
    {"meezan", "bank transfer", Fact::kPayment},
    {"hbl", "bank transfer", Fact::kPayment},
    {"بینک ٹرانسفر", "bank transfer", Fact::kPayment},
    {"advance payment", "advance", Fact::kPayment},
    {"advance", "advance", Fact::kPayment},
    {"ایڈوانس", "advance", Fact::kPayment},
    {"cash on delivery", "cash on delivery", Fact::kPayment},
    {"cod", "cash on delivery", Fact::kPayment},
    {"bitcoin", "BTC", Fact::kPayment},
    {"btc", "BTC", Fact::kPayment},
    {"monero", "XMR", Fact::kPayment},
    {"xmr", "XMR", Fact::kPayment},
    {"litecoin", "LTC", Fact::kPayment},
    {"ltc", "LTC", Fact::kPayment},
    {"ethereum", "ETH", Fact::kPayment},
    {"usdt", "USDT", Fact::kPayment},
    {"tether", "USDT", Fact::kPayment},
    {"binance", "Binance", Fact::kPayment},
    {"bitcoin cash", "BCH", Fact::kPayment},
    {"bch", "BCH", Fact::kPayment},
    {"paypal", "PayPal", Fact::kPayment},
    {"western union", "Western Union", Fact::kPayment},
    {"moneygram", "MoneyGram", Fact::kPayment},
    {"hawala", "hawala", Fact::kPayment},
    {"hundi", "hawala", Fact::kPayment},
    {"escrow", "escrow", Fact::kPayment},
    {"finalize early", "finalize early", Fact::kPayment},

    {"available", "", Fact::kSelling},
    {"for sale", "", Fact::kSelling},
    {"dastiyab", "", Fact::kSelling},
    {"dastyab", "", Fact::kSelling},
    {"دستیاب", "", Fact::kSelling},
    {"mil jaye ga", "", Fact::kSelling},
    {"mil jaega", "", Fact::kSelling},
    {"mil jayega", "", Fact::kSelling},
    {"order", "", Fact::kSelling},
    {"delivery", "", Fact::kSelling},
    {"rate list", "", Fact::kSelling},
    {"in stock", "", Fact::kSelling},
    {"stock", "", Fact::kSelling},
    {"مال شته", "", Fact::kSelling},
    {"rabta", "", Fact::kSelling},
    {"رابطہ", "", Fact::kSelling},
    {"inbox", "", Fact::kSelling},
    {"mangwayen", "", Fact::kSelling},
    {"منگوائیں", "", Fact::kSelling},
    {"restock", "", Fact::kSelling},
    {"restocked", "", Fact::kSelling},
    {"wholesale", "", Fact::kSelling},
    {"maal aa gaya", "", Fact::kSelling},
    {"maal agaya", "", Fact::kSelling},
    {"dm for", "", Fact::kSelling},
    {"dm to", "", Fact::kSelling},
    {"menu", "", Fact::kSelling},
    {"منگوانے", "", Fact::kSelling},
    {"آرڈر", "", Fact::kSelling},
    {"ڈیلیوری", "", Fact::kSelling},
    {"دستياب", "", Fact::kSelling},
    {"موجود دي", "", Fact::kSelling},
    {"موجود آهي", "", Fact::kSelling},
    {"any plug", "", Fact::kBuying},
    {"need a plug", "", Fact::kBuying},
    {"koi plug", "", Fact::kBuying},
    {"kis se mile", "", Fact::kBuying},
    {"mil sakti hai", "", Fact::kBuying},
    {"mil sakta hai", "", Fact::kBuying},
    {"kidhar se mile", "", Fact::kBuying},
    {"who sells", "", Fact::kBuying},
    {"where can i get", "", Fact::kBuying},
    {"where to get", "", Fact::kBuying},
    {"کہاں سے ملے", "", Fact::kBuying},
    {"پکار ده", "", Fact::kBuying},
    {"پکار دی", "", Fact::kBuying},
    {"گهرجي", "", Fact::kBuying},
    {"chahidi", "", Fact::kBuying},
    {"چاہیدی", "", Fact::kBuying},
    {"chahiye", "", Fact::kBuying},
    {"chahye", "", Fact::kBuying},
    {"chaiye", "", Fact::kBuying},
    {"چاہیے", "", Fact::kBuying},
    {"چاہئے", "", Fact::kBuying},
    {"wanted", "", Fact::kBuying},
    {"looking for", "", Fact::kBuying},
    {"need", "", Fact::kBuying},
    {"wtb", "", Fact::kBuying},
    {"kahan se mile", "", Fact::kBuying},
    {"kaha se mile", "", Fact::kBuying},
    {"kis ke paas", "", Fact::kBuying},
    {"want to buy", "", Fact::kBuying},
};

// Entries by their first byte.
struct Index {
  std::array<uint16_t, std::size(kEntries)> order{};
  std::array<uint16_t, 257> first{};
};
constexpr Index MakeIndex() {
  // In two rounds over the entries: compilers bound how long they compute.
  Index index;
  for (const Entry& entry : kEntries) ++index.first[static_cast<unsigned char>(entry.words[0]) + 1];
  for (size_t byte = 0; byte < 256; ++byte)
    index.first[byte + 1] = static_cast<uint16_t>(index.first[byte + 1] + index.first[byte]);
  std::array<uint16_t, 257> next = index.first;
  for (size_t i = 0; i < std::size(kEntries); ++i)
    index.order[next[static_cast<unsigned char>(kEntries[i].words[0])]++] = static_cast<uint16_t>(i);
  return index;
}
constexpr Index kIndex = MakeIndex();

constexpr StartFilter MakeStarts() {
  StartFilter filter;
  for (const Entry& entry : kEntries) filter.Add(entry.words);
  return filter;
}
constexpr StartFilter kStarts = MakeStarts();

constexpr auto kWordBytes = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0; c < 256; ++c)
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
  return table;
}();
bool IsWordByte(char c) {
  return kWordBytes[static_cast<unsigned char>(c)];
}

// Where the next word begins at or behind `at`; the end of the text when none does. REQUIRES: `at` is at a word's begin, or
// at none.
size_t NextWord(std::string_view text, size_t at) {
  while (at < text.size() && IsWordByte(text[at])) ++at;
  while (at < text.size() && !IsWordByte(text[at])) ++at;
  return at;
}

// Whether a word that begins or ends at `at` stands free there: Urdu's comma, semicolon, question mark and full stop,
// general punctuation and joiners are no letters.
bool IsMarkAt(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at, 3);
  return rest.starts_with("\xd8\x8c") || rest.starts_with("\xd8\x9b") || rest.starts_with("\xd8\x9f") ||
         rest.starts_with("\xdb\x94") || rest.starts_with("\xe2\x80") || rest.starts_with("\xf0\x9f");
}

// Calls `found` for every entry in `text`, in order of place, once per place.
template <typename Found>
void Scan(std::string_view text, const Found& found) {
  const size_t first = text.empty() || IsWordByte(text[0]) ? 0 : NextWord(text, 0);
  for (size_t at = first; at < text.size(); at = NextWord(text, at)) {
    if (!kStarts.MayBegin(text, at)) continue;
    const auto byte = static_cast<unsigned char>(AsciiLowered(text[at]));
    for (size_t i = kIndex.first[byte]; i < kIndex.first[byte + 1u]; ++i) {
      const Entry& entry = kEntries[kIndex.order[i]];
      const size_t end = at + entry.words.size();
      if (end > text.size() || !EqualsIgnoringCase(text.substr(at, entry.words.size()), entry.words))
        continue;
      if (end < text.size() && IsWordByte(text[end]) && IsWordByte(text[end - 1]) && !IsMarkAt(text, end))
        continue;
      found(entry, at, end);
    }
  }
}

void AddOnce(std::vector<std::string>& list, std::string name) {
  constexpr size_t kMaxFacts = 32;
  if (list.size() < kMaxFacts && std::find(list.begin(), list.end(), name) == list.end()) {
    list.push_back(std::move(name));
  }
}

// "E-11", "F-7/2", "G 10": Islamabad's sectors, when the city is named or the form is exact.
void AddSectors(std::string_view text, Listing& listing) {
  const bool city =
      std::find(listing.places.begin(), listing.places.end(), "Islamabad") != listing.places.end();
  const size_t first = text.empty() || IsWordByte(text[0]) ? 0 : NextWord(text, 0);
  for (size_t at = first; at + 2 < text.size(); at = NextWord(text, at)) {
    const char letter = text[at] >= 'a' ? static_cast<char>(text[at] - 32) : text[at];
    if (letter < 'D' || letter > 'I') continue;
    // "G 10" and "g10" are sectors only where the city is named.
    const bool dash = text[at + 1] == '-';
    const bool bare =
        IsAsciiDigit(text[at + 1]) || (text[at + 1] == ' ' && text[at] == letter && letter != 'I');
    if (!dash && !(city && bare)) continue;
    size_t end = IsAsciiDigit(text[at + 1]) ? at + 1 : at + 2;
    int number = 0;
    while (end < text.size() && IsAsciiDigit(text[end]) && number < 100)
      number = number * 10 + (text[end++] - '0');
    if (number < 5 || number > 17 || (end < text.size() && (IsWordByte(text[end]) || text[end] == '-')))
      continue;
    AddOnce(listing.places, std::string(1, letter) + "-" + std::to_string(number) + ", Islamabad");
  }
}

// "DHA phase 5", "Bahria phase 7".
std::string WithPhase(std::string_view text, size_t end, std::string_view name) {
  size_t at = end;
  while (at < text.size() && (text[at] == ' ' || text[at] == '-' || text[at] == ',')) ++at;
  constexpr std::string_view kPhase = "phase";
  if (!EqualsIgnoringCase(text.substr(at, kPhase.size()), kPhase)) return std::string(name);
  at += kPhase.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '-')) ++at;
  size_t stop = at;
  while (stop < text.size() && stop - at < 4 &&
         (IsAsciiDigit(text[stop]) || text[stop] == 'I' || text[stop] == 'V')) {
    ++stop;
  }
  return stop == at ? std::string(name)
                    : std::string(name) + " Phase " + std::string(text.substr(at, stop - at));
}

}  // namespace

void AddTradeFacts(std::string_view text, Listing& listing) {
  Scan(text, [&](const Entry& entry, size_t at, size_t end) {
    switch (entry.fact) {
      case Fact::kPlace:
        // "Pakistan" alone is where everything is; in "all over Pakistan" it is how far they deliver.
        if (entry.name == "Pakistan" && !listing.places.empty()) break;
        // "gcu", "umt": a campus is written in capitals, "umt" in passing is not.
        if ((entry.words == "gcu" || entry.words == "ucp" || entry.words == "umt" || entry.words == "fccu") &&
            text.substr(at, end - at) != entry.name) {
          break;
        }
        AddOnce(listing.places, WithPhase(text, end, entry.name));
        break;
      case Fact::kCourier:
        // "ups and downs", "grown ups": the courier is written in capitals.
        if (entry.words.size() <= 3 && text.substr(at, end - at) != entry.name) break;
        AddOnce(listing.couriers, std::string(entry.name));
        break;
      case Fact::kDelivery:
        AddOnce(listing.delivery, std::string(entry.name));
        break;
      case Fact::kPayment:
        AddOnce(listing.payment_methods, std::string(entry.name));
        break;
      case Fact::kSelling:
      case Fact::kBuying:
        break;
    }
  });
  AddSectors(text, listing);
}

IdentifierRole RoleOfContact(const Listing& listing, std::string_view text) {
  if (listing.kind == ListingKind::kOffer || listing.kind == ListingKind::kProfile)
    return IdentifierRole::kSeller;
  size_t selling = 0, buying = 0;
  Scan(text, [&](const Entry& entry, size_t, size_t) {
    selling += entry.fact == Fact::kSelling || entry.fact == Fact::kDelivery ||
               entry.fact == Fact::kPayment || entry.fact == Fact::kCourier;
    buying += entry.fact == Fact::kBuying;
  });
  // A budget is a price, too: only words decide between the two.
  if (buying > 0 && buying >= selling) return IdentifierRole::kBuyer;
  if (!listing.prices.empty()) ++selling;
  return selling > 0 ? IdentifierRole::kSeller : IdentifierRole::kUnknown;
}

IdentifierRole RoleNear(std::string_view text, Span span, IdentifierRole of_listing) {
  constexpr size_t kBefore = 96, kAfter = 48;
  if (span.begin > text.size() || span.end > text.size() || span.begin > span.end) return of_listing;
  std::string_view before =
      text.substr(span.begin > kBefore ? span.begin - kBefore : 0, std::min(span.begin, kBefore));
  // A sentence of its own, or the line.
  if (const size_t line = before.find_last_of("\n|"); line != std::string_view::npos)
    before.remove_prefix(line + 1);
  std::string_view after = text.substr(span.end, kAfter);
  after = after.substr(0, after.find_first_of("\n|"));
  size_t bystander = 0, selling = 0, buying = 0;
  for (const std::string_view part : {before, after}) {
    for (const std::string_view words : {"helpline",
                                         "hotline",
                                         "help line",
                                         "police",
                                         "anti narcotics",
                                         "anti-narcotics",
                                         "anf",
                                         "nccia",
                                         "fia",
                                         "rehab",
                                         "rehabilitation",
                                         "counselling",
                                         "counseling",
                                         "emergency",
                                         "report to",
                                         "report abuse",
                                         "report it",
                                         "complaint",
                                         "complaints",
                                         "journalist",
                                         "newsroom",
                                         "editor",
                                         "spokesman",
                                         "spokesperson",
                                         "press release",
                                         "webmaster",
                                         "lawyer",
                                         "court",
                                         "hospital",
                                         "ministry",
                                         "whistleblow",
                                         "treatment centre",
                                         "treatment center",
                                         "پولیس",
                                         "ہیلپ لائن",
                                         "اطلاع دیں",
                                         "شکایت",
                                         "بحالی",
                                         "ہسپتال",
                                         "عدالت",
                                         "پولیسو",
                                         "پوليس",
                                         "روغتون"}) {
      for (size_t at = 0; at + words.size() <= part.size(); ++at) {
        if (!EqualsIgnoringCase(part.substr(at, words.size()), words)) continue;
        const bool begins = at == 0 || !IsWordByte(part[at - 1]);
        const size_t end = at + words.size();
        bystander += begins && (end >= part.size() || !IsWordByte(part[end]) || IsMarkAt(part, end) ||
                                words.size() > 5);
      }
    }
    Scan(part, [&](const Entry& entry, size_t, size_t) {
      selling += entry.fact == Fact::kSelling || entry.fact == Fact::kDelivery;
      buying += entry.fact == Fact::kBuying;
    });
  }
  if (bystander > 0 && selling == 0) return IdentifierRole::kBystander;
  if (of_listing == IdentifierRole::kUnknown && buying > 0 && selling == 0) return IdentifierRole::kBuyer;
  return of_listing;
}

}  // namespace gasht
