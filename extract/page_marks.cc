#include "extract/page_marks.h"

#include "extract/literals.h"

namespace gasht {

uint64_t MarksOf(std::string_view source) {
  constexpr size_t kReach = 96 << 10;
  static const Literals kAnywhere({{"tgme_widget_message", kMarkTelegram},
                                   {"tgme_page_title", kMarkTelegram},
                                   {"tgme_channel_info", kMarkTelegram},
                                   {"class=\"page_wrap\"", kMarkExportPage},
                                   {"class=\"history\"", kMarkExportHistory},
                                   {"class=\"message ", kMarkExportMessage},
                                   {"itemscope", kMarkItemscope},
                                   {"data-product_variations", kMarkVariations},
                                   {"background-image", kMarkBackgrounds}},
                                  Literals::Case::kExact);
  static const Literals kAtEnds({{"message-cell", kMarkXenforo2},
                                 {"structItem--thread", kMarkXenforo2Board},
                                 {"post-view", kMarkPaste},
                                 {"entry-text", kMarkPaste},
                                 {"snippet-code", kMarkPaste},
                                 {"text_formatted", kMarkPaste},
                                 {"css/privatebin", kMarkSealedPaste},
                                 {"xenforo", kMarkXenforo},
                                 {"phpbb", kMarkPhpbb},
                                 {"vbulletin", kMarkVbulletin},
                                 {"simplemachines", kMarkSmf},
                                 {"post_wrapper", kMarkSmf},
                                 {"mybb", kMarkMybb},
                                 {"ipsApp", kMarkIpb4},
                                 {"ipboard", kMarkIpb3},
                                 {"discourse", kMarkDiscourse},
                                 {"XenForo", kMarkXenforoPrinted},
                                 {"phpBB", kMarkPhpbbPrinted},
                                 {"vBulletin", kMarkVbulletinPrinted},
                                 {"SimpleMachines", kMarkSmfPrinted},
                                 {"MyBB", kMarkMybbPrinted},
                                 {"IPBoard", kMarkIpb3Printed},
                                 {"Discourse", kMarkDiscoursePrinted},
                                 {"QAPage", kMarkAnswers},
                                 {"DiscussionForumPosting", kMarkAnswers},
                                 {"answercell", kMarkAnswers},
                                 {"class=\"comment", kMarkAnswers}},
                                Literals::Case::kExact);
  uint64_t marks = kAnywhere.In(source);
  if (source.size() > 2 * kReach) {
    marks |= kAtEnds.In(source.substr(0, kReach)) | kAtEnds.In(source.substr(source.size() - kReach));
  } else {
    marks |= kAtEnds.In(source);
  }
  return marks;
}

}  // namespace gasht
