#pragma once

// Telephone numbers in running text: figures of any script with whatever people put between them, letters posing as
// figures ("O3OO"), figures as words ("zero three double zero", "sifar teen"), Pakistan's rules where no country is
// named. Candidates are found here; libphonenumber only parses and validates them (its own search takes seconds a
// megabyte).
//
// Thread-safe free functions, linear in the text.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

struct FoundPhone {
  std::string e164;
  size_t begin = 0, end = 0;  // bytes of the text given
};

// The number that begins at `at` of NumeralText::text(), if one does; `e164` is empty when none does. `end` is then
// where to look on.
FoundPhone PhoneAt(std::string_view text, size_t at);

// Every number in NumeralText::text(), in order, at most `max_results`.
std::vector<FoundPhone> FindPhones(std::string_view text, size_t max_results);

// "+923012345678" when `text` is a possible and valid number, by Pakistan's rules where it names no country; else "".
std::string PhoneToE164(std::string_view text);

}  // namespace gasht
