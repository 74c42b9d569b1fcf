#include "tests/support/golden.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kMaxGoldenBytes = 4 << 20;

// REQUIRES: no deeper than Json::Parse reads, or made by us.
void Print(const Json& json, size_t level, std::string& out) {
  const std::string inner(2 * (level + 1), ' '), outer(2 * level, ' ');
  if (json.is_array() && !json.items().empty()) {
    out += "[";
    for (size_t i = 0; i < json.items().size(); ++i) {
      out += (i == 0 ? "\n" : ",\n") + inner;
      Print(json.items()[i], level + 1, out);
    }
    out += "\n" + outer + "]";
  } else if (json.is_object() && !json.entries().empty()) {
    out += "{";
    bool first = true;
    for (const auto& [key, value] : json.entries()) {
      out += (first ? "\n" : ",\n") + inner + Json(key).Dump() + ": ";
      first = false;
      Print(value, level + 1, out);
    }
    out += "\n" + outer + "}";
  } else {
    out += json.Dump();
  }
}

}  // namespace

void ExpectGolden(const std::string& path, const std::string& printed) {
  if (std::getenv("GASHT_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, printed).ok()) << path;
  }
  const Result<std::string> golden = ReadFile(path, kMaxGoldenBytes);
  ASSERT_TRUE(golden.ok()) << golden.status().message() << " (scripts/update_golden writes it)";
  EXPECT_EQ(printed, *golden) << path
                              << ": if the change is meant: scripts/update_golden, and review the difference";
}

std::string PrettyJson(const Json& json) {
  std::string out;
  Print(json, 0, out);
  return out + "\n";
}

}  // namespace gasht
