#pragma once

// What travels inside every bundle, built into the program: the checker that knows nothing of us
// (casework/verify/gasht_verify.py) and its instructions for a clerk (casework/verify/README.txt).

#include <string_view>

namespace gasht {

std::string_view BundleChecker();
std::string_view BundleInstructions();

}  // namespace gasht
