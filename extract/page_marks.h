#pragma once

// Marks: what the makers of known software, and known vocabularies, leave in the source of every page of theirs.
// One pass finds them all; who reads such pages asks here before it looks closer. Private to extract/.
// Thread-safe.

#include <cstdint>
#include <string_view>

namespace gasht {

enum PageMark : uint64_t {
  // Anywhere in the source.
  kMarkTelegram = 1u << 0,
  kMarkExportPage = 1u << 1,  // an HTML export of Telegram Desktop has all three
  kMarkExportHistory = 1u << 2,
  kMarkExportMessage = 1u << 3,
  kMarkItemscope = 1u << 4,
  kMarkVariations = 1u << 5,   // WooCommerce
  kMarkBackgrounds = 1u << 6,  // pictures behind elements
  // At the head or the foot, where makers sign; not in the middle of two megabytes.
  kMarkXenforo2 = 1u << 8,
  kMarkXenforo = 1u << 9,
  kMarkPhpbb = 1u << 10,
  kMarkVbulletin = 1u << 11,
  kMarkSmf = 1u << 12,
  kMarkMybb = 1u << 13,
  kMarkIpb4 = 1u << 14,
  kMarkIpb3 = 1u << 15,
  kMarkDiscourse = 1u << 16,
  // The same names as they are printed ("powered by phpBB").
  kMarkXenforoPrinted = 1u << 17,
  kMarkPhpbbPrinted = 1u << 18,
  kMarkVbulletinPrinted = 1u << 19,
  kMarkSmfPrinted = 1u << 20,
  kMarkMybbPrinted = 1u << 21,
  kMarkIpb3Printed = 1u << 22,
  kMarkDiscoursePrinted = 1u << 23,
  // Questions, threads and comments in other words.
  kMarkAnswers = 1u << 24,
  kMarkXenforo2Board = 1u << 25,
  kMarkPaste = 1u << 26,
  kMarkSealedPaste = 1u << 27,  // PrivateBin
};

// The marks that `source` has.
uint64_t MarksOf(std::string_view source);

}  // namespace gasht
