#include "extract/extract.h"

#include <utility>

#include "extract/html.h"

namespace gasht {

PageContents ExtractPage(const HtmlInput& input, const ExtractOptions& options) {
  ParsedPage page = ParseHtml(input, options);
  PageContents contents;
  contents.document = std::move(page.mutable_document());
  return contents;
}

PageContents ExtractText(const TextInput& input, const ExtractOptions& options) {
  (void)options;
  PageContents contents;
  contents.document.url = std::string(input.url);
  contents.document.text = std::string(input.text);
  return contents;
}

}  // namespace gasht
