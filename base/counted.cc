#include "base/counted.h"

namespace gasht {

std::string Counted(uint64_t number, std::string_view noun, std::string_view plural) {
  std::string out = std::to_string(number);
  out += ' ';
  if (number == 1 || plural.empty()) {
    out += noun;
    if (number != 1) out += 's';
  } else {
    out += plural;
  }
  return out;
}

}  // namespace gasht
