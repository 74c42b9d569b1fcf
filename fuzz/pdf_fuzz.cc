// Any bytes as a PDF: its words stay within their budget.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "extract/pdf_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PdfLimits limits;
  limits.unpacked_bytes = 1 << 20;
  limits.text_bytes = 1 << 16;
  const PdfText text = ReadPdf(bytes, limits);
  if (text.text.size() > (1 << 20) || !IsValidUtf8(text.text)) std::abort();
  return 0;
}
