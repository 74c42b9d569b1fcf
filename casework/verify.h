#pragma once

// Checks a bundle completely, from the file alone: docs/bundle.md says what must hold, and
// casework/verify/gasht_verify.py is a second checker that shares no code with this one and reports with the
// same words. Any bytes are allowed; nothing is unpacked to disk; memory is bounded by the number of exhibits,
// not by their size.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace gasht {

struct BundleKeys {
  // What the agency published: "sha256:<hex>" of its bundle key, and its log's key. Empty: not compared, and
  // the report says so.
  std::string key, log_key;
  // Keys of the log's witnesses, and certificates (PEM) of time-stamp authorities to trust. Empty: those inside
  // are used, and the report says so.
  std::vector<std::string> witnesses{};
  std::string authority_pem{};
  // Lines of an openings file that the agency handed over: each is compared with its mask.
  std::string openings{};
};

enum class CheckResult { kPassed, kFailed, kNotChecked };

struct BundleFailure {
  std::string reason;  // a word of docs/bundle.md: "package-hash", "inclusion", ...
  std::string detail;  // what and where
};

struct BundleCheck {
  std::string what;  // a sentence: what holds when it passed
  CheckResult result = CheckResult::kPassed;
  std::vector<BundleFailure> failures;  // at most 20
  std::string note;                     // why not checked, or what was counted
};

struct BundleVerdict {
  std::vector<BundleCheck> checks;
  // As far as they could be read.
  std::string bundle, made, actor, signing_key, log_key;
  uint64_t exhibits = 0, findings = 0, checkpoint_size = 0;
  bool ok() const;
  std::vector<std::string> Reasons() const;
};

// Fails only when the file cannot be read at all (NotFound, Unavailable); what is wrong with it is the report.
Result<BundleVerdict> VerifyBundle(const std::string& path, const BundleKeys& options);

// What no bundle can prove, one sentence each.
const std::vector<std::string_view>& NeverProved();

// {"bundle","ok","checks":[{"what","result","failures":[{"reason","detail"}],"note"}],...}
Json ToJson(const BundleVerdict& report);

}  // namespace gasht
