#pragma once

// The words of a PDF that somebody saved or printed from a browser: what its pages write, in the order they write it,
// by the fonts' own tables of characters. No pictures, forms, scripts or files in it are opened.
//
// Thread-safe free function; every loop is bounded (PdfLimits), nothing recurses, nothing fails: what cannot be read is
// said in `weirds`.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace gasht {

struct PdfLimits {
  size_t objects = 100'000;
  size_t pages = 2'000;
  size_t unpacked_bytes = 64u << 20;  // of all streams
  size_t stream_bytes = 16u << 20;    // of one
  size_t text_bytes = 4u << 20;
};

struct PdfText {
  std::string text;  // UTF-8, pages parted by an empty line
  size_t pages = 0;
  std::vector<Weird> weirds;  // "pdf_encrypted", "pdf_no_text", "over_budget"
};

bool IsPdf(std::string_view bytes);
PdfText ReadPdf(std::string_view bytes, const PdfLimits& limits = {});

}  // namespace gasht
