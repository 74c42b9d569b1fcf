#pragma once

// "1 finding", "2 findings": a number and what it counts, as an English sentence has them. Thread-safe, cannot fail.

#include <cstdint>
#include <string>
#include <string_view>

namespace gasht {

// `plural` where it is not the noun and an s: Counted(2, "leaf", "leaves").
std::string Counted(uint64_t number, std::string_view noun, std::string_view plural = {});

}  // namespace gasht
