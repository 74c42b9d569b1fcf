#pragma once

// What is the same for every kind of page once its text, listings and messages are there. Private to extract/.

#include "extract/extract.h"

namespace gasht {

// Identifiers of the text and the links, what every listing gets, roles.
void FinishContents(const ExtractOptions& options, PageContents& contents);
// Of the document and of its blocks.
void FindLanguages(Document& document);
// A block for every line that holds anything.
void FindLineBlocks(Document& document);

}  // namespace gasht
