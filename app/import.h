#pragma once

// Import: material that somebody lawfully received or saw, through the same pipeline as fetched pages. Every part of it
// becomes a capture with provenance `received`, the reference of its authority and the digest of the file as handed
// over; its listings, messages and findings are like any other's.
//
// What is parsed here is only what takes a file apart (an archive's directory, where a chat's messages begin); what the
// parts say is read behind the Analyzer.

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "base/json.h"
#include "base/status.h"
#include "config/config.h"
#include "model/capture.h"
#include "rules/rule_set.h"

namespace gasht {

enum class ImportKind { kWhatsapp, kTelegram, kPage, kWarc };

struct ImportOptions {
  ImportKind kind = ImportKind::kPage;
  std::string file;
  std::string authority;         // the reference on paper under which it is kept
  std::string source;            // empty: "received-" and the authority
  std::string seen_by, seen_at;  // as told; both or none
  std::string url;               // of a saved page; empty: as the file says
};

struct ImportSummary {
  SourceId source;
  Digest original_sha256;
  uint64_t original_bytes = 0;
  std::vector<CaptureId> captures;  // the file itself first, where it was kept whole beside its parts
  uint64_t messages = 0, listings = 0, new_findings = 0, seen_findings = 0;
  uint64_t pictures_unread = 0;
  uint64_t skipped = 0;             // parts that were not read: pictures of a chat, an archive's requests
  std::vector<std::string> broken;  // what could not be read, in words
};

// What `gasht import --json` prints.
Json ToJson(const ImportOptions& options, const ImportSummary& summary);

// The source that material without one of its own is kept under: [a-z0-9-]{1,32}, the same for the same reference.
SourceId ReceivedSourceId(std::string_view authority);

// Opens the store, commits every part durably, writes one leaf "import" for the act. InvalidArgument: the file is
// nothing of that kind, or an option is wrong. Unavailable: the store is locked (a patrol runs).
Result<ImportSummary> Import(const Config& config, const ImportOptions& options,
                             std::shared_ptr<const RuleSet> rules, Analyzer& analyzer);

}  // namespace gasht
