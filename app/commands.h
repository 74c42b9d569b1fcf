#pragma once

// One function a command. Each prints its result and returns the process's exit status
// (docs/architecture.md).

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace gasht {

struct GlobalOptions {
  std::string config_dir = "/etc/gasht";
  bool json = false;
};

struct PatrolArguments {
  bool once = false;
  std::vector<std::string> sources;
};
// Ends cleanly when `stop` is requested.
int RunPatrolCommand(const GlobalOptions& global, const PatrolArguments& arguments, std::stop_token stop);

struct ScanArguments {
  std::string format = "text";  // html, text or jsonl
  std::string rules_dir;        // empty: the embedded packs
  std::vector<std::string> files;
};
int RunScanCommand(const GlobalOptions& global, const ScanArguments& arguments, std::stop_token stop);

struct ExtractArguments {
  std::string url;
  std::string profile;  // a YAML file
  std::string file;
};
int RunExtractCommand(const GlobalOptions& global, const ExtractArguments& arguments);

struct ImportArguments {
  std::string kind;  // whatsapp, telegram, page or warc
  std::string file;
  std::string authority, source, seen_by, seen_at, url;
};
int RunImportCommand(const GlobalOptions& global, const ImportArguments& arguments);

struct FrontierArguments {
  std::string source;
  std::string state, only_priority, path;  // which rows
  std::string priority;                    // requeue: what they become
  std::string duration;                    // block: "2h"; empty: until it is opened
  std::string reason;
  bool off = false;  // block: open again
  uint64_t limit = 1000;
};
int RunFrontierList(const GlobalOptions& global, const FrontierArguments& arguments);
// `verb`: cancel or requeue.
int RunFrontierChange(const GlobalOptions& global, const std::string& verb,
                      const FrontierArguments& arguments);
int RunFrontierBlock(const GlobalOptions& global, const FrontierArguments& arguments);

struct CaptureArguments {
  std::string url, authority;
};
// One page, at once, in the caller's name: by the core, or by itself when none runs.
int RunCapture(const GlobalOptions& global, const CaptureArguments& arguments, std::stop_token stop);

int RunSourcesStatus(const GlobalOptions& global, const std::string& source);
struct HistoryArguments {
  std::string source;  // alerts: of this one only
  uint64_t limit = 1000;
};
int RunSourcesAlerts(const GlobalOptions& global, const HistoryArguments& arguments);
int RunSourcesGaps(const GlobalOptions& global, const HistoryArguments& arguments);
struct CandidateArguments {
  std::string kind, state = "open", source;  // which
  std::string id, mirror_of, reason;         // a decision
  bool adopt = true;
  bool lookalike_checked = false;
};
int RunSourcesCandidates(const GlobalOptions& global, const CandidateArguments& arguments);
int RunSourcesDecide(const GlobalOptions& global, const CandidateArguments& arguments);
int RunReload(const GlobalOptions& global);

int RunSourcesCheck(const GlobalOptions& global);
int RunSourcesList(const GlobalOptions& global);

struct RulesArguments {
  std::string rules_dir;                   // empty: the embedded packs
  std::string file;                        // explain, import
  std::vector<std::string> background;     // check: files of texts that sell nothing, one a line
  std::string substance, substance_class;  // import
};
int RunRulesCheck(const GlobalOptions& global, const RulesArguments& arguments);
int RunRulesTest(const GlobalOptions& global, const RulesArguments& arguments);
int RunRulesList(const GlobalOptions& global, const RulesArguments& arguments);
int RunRulesImport(const GlobalOptions& global, const RulesArguments& arguments);
int RunRulesExplain(const GlobalOptions& global, const RulesArguments& arguments);

struct ReplayArguments {
  std::string rules_dir;  // empty: as configured
  std::vector<std::string> sources;
};
int RunReplayCommand(const GlobalOptions& global, const ReplayArguments& arguments, std::stop_token stop);

struct ListArguments {
  std::string source;
  std::string min_level;
  std::string after;
  std::string sort;
  uint64_t limit = 1000;
};
int RunFindingsList(const GlobalOptions& global, const ListArguments& arguments);
int RunFindingsShow(const GlobalOptions& global, const std::string& id);
struct ReviewArguments {
  std::string id, decision, note;
};
int RunFindingsReview(const GlobalOptions& global, const ReviewArguments& arguments);
int RunEvidenceList(const GlobalOptions& global, const ListArguments& arguments);
// `body_file`: where to write the body, decoded or as it came; empty for the record only, "-" for standard output.
struct EvidenceArguments {
  std::string id;
  std::string body_file;
  bool as_received = false;
};
int RunEvidenceShow(const GlobalOptions& global, const EvidenceArguments& arguments);

// Every record, body, index, checkpoint and file of the store, read again.
int RunStoreCheck(const GlobalOptions& global);
// The same without the indexes, in words for people who were not there. `authority`: certificates of time-stamp authorities.
int RunVerifyStore(const GlobalOptions& global, const std::string& authority);
int RunStoreRebuild(const GlobalOptions& global);
int RunStoreStats(const GlobalOptions& global);
int RunStoreBackup(const GlobalOptions& global, const std::string& to);
struct RestoreArguments {
  std::string backup, authority;
  std::string keys;      // the signer's folder; empty: as the backup says
  bool new_key = false;  // the old one is lost: another one is made in `keys`
  // What is left of the database that is replaced; or nothing is, and captures that it had destroyed come back.
  std::string replaces;
  bool replaced_is_lost = false;
};
int RunStoreRestore(const GlobalOptions& global, const RestoreArguments& arguments);

struct CustodyArguments {
  std::string
      action;  // init, status, today, rotate, request, attach, stamp, witness-add; signer, signer-init, witness, witness-init
  std::string keys;         // the folder of a signing key
  std::string copy;         // the second place of the checkpoints
  std::string name;         // of a signer or witness
  std::string log;          // the key of the log that is witnessed
  std::string signer, key;  // init: the socket of a signer that somebody else runs, and its key
  std::string file, attach, authority;
  std::optional<uint64_t> from;  // request: what the witness says it cosigned last
  std::vector<std::string> approvers;
};
int RunCustody(const GlobalOptions& global, const CustodyArguments& arguments);

struct ExportArguments {
  std::string format;  // wacz, warc, csv, jsonl or disclosure
  std::vector<std::string> findings;
  std::string source;
  std::string from, to;  // days in Pakistan, both included
  std::string out;
  bool progress = false;  // shown in a pipe too
};
int RunExport(const GlobalOptions& global, const ExportArguments& arguments, std::stop_token stop);
// The fingerprint of the agency's bundle key.
int RunExportKey(const GlobalOptions& global);

struct VerifyArguments {
  std::string bundle;
  std::string key, log_key;  // as published; empty: not compared
  std::vector<std::string> witnesses;
  std::string authority, openings;  // files
};
int RunVerifyBundle(const GlobalOptions& global, const VerifyArguments& arguments);

struct RetentionArguments {
  uint64_t id = 0;  // of a proposal, or of a hold to release
  std::string source, finding;
  std::vector<uint64_t> captures;
  std::string reason;  // legal basis, or why something is held or released
};
int RunRetentionList(const GlobalOptions& global);
int RunRetentionPropose(const GlobalOptions& global, const RetentionArguments& arguments);
int RunRetentionApprove(const GlobalOptions& global, const RetentionArguments& arguments,
                        std::stop_token stop);
// With an id: releases that hold.
int RunRetentionHold(const GlobalOptions& global, const RetentionArguments& arguments);

int RunTorCheck(const GlobalOptions& global);

}  // namespace gasht
