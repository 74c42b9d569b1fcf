#pragma once

// The full check of what the custody log promises, over one view. Only store/ sees it.

#include <string>

#include "base/status.h"
#include "model/capture.h"
#include "store/database.h"

namespace gasht {

// The body of a capture that has one: DataLoss when it is missing or is not what was captured.
Result<std::string> ReadBody(const Database::View& view, const Capture& capture);

// See Store::CheckCustody.
Status CheckCustody(const Database::View& view);

}  // namespace gasht
