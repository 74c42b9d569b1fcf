#pragma once

// Why a finding was raised, in one sentence a part, English and Urdu. Pure functions, thread-safe.

#include <string>
#include <vector>

#include "model/finding.h"
#include "rules/pack.h"

namespace gasht {

// One part of a score and what it rests on. `quote` is text of the page: it is shown, never interpreted.
struct ReasonPart {
  LocalText what;     // "cannabis resin", "home delivery"
  std::string quote;  // as written; empty for what was not written
  int32_t points = 0;
};

struct ReasonInput {
  std::vector<ReasonPart> substances, signs, contexts, rules;
  // What the law says of the substances, where somebody has read it there.
  std::vector<ReasonPart> schedules;
  std::vector<LocalText> limits;  // why the score was held down
  int32_t score = 0;
  Level level = Level::kInformational;
};

Reasons WriteReasons(const ReasonInput& input);

}  // namespace gasht
