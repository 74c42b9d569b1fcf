// What a control port answers: read in two pieces it gives what it gives in one, within its bounds.

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "crawler/control_reply.h"
#include "crawler/tor_control.h"

namespace {

// Whether all was read, and how many lines came.
std::pair<bool, size_t> Read(const std::vector<std::string_view>& pieces) {
  gasht::ControlReplyReader reader;
  bool fine = true;
  for (const std::string_view piece : pieces) fine = fine && reader.Feed(piece).ok();
  size_t lines = 0;
  while (const auto reply = reader.Take()) {
    lines += reply->lines.size();
    for (const auto& line : reply->lines) {
      (void)gasht::ControlWords(line.text);
      if (const auto circuit = gasht::ParseTorCircuit(line.text); circuit && circuit->id.size() > 16)
        std::abort();
    }
  }
  return {fine, lines};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (Read({bytes}) != Read({bytes.substr(0, size / 2), bytes.substr(size / 2)})) std::abort();
  return 0;
}
