#pragma once

// The report of a bundle, for people: HTML for a screen, PDF for paper, English and Urdu. What was seen, in
// which exhibit, with which hash, in UTC and Pakistan time; what was proved, and what cannot be; and the facts
// an officer needs for a statement. It is unsigned, and says so. Nothing in it is a link, and everything from
// the world is escaped text.
//
// Plain values and pure functions; PDF needs the fonts of scripts/packages.txt.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/status.h"
#include "model/capture.h"
#include "model/custody.h"

namespace gasht {

struct ReportExhibit {
  uint64_t number = 0;  // 1, 2, ... within the bundle
  CaptureId capture;
  uint64_t leaf = 0;
  std::string source, url, authority, outcome, channel, provenance, sha256, truncated;
  std::string coding, decoded_sha256;  // where the body came packed
  std::string clock;                   // whether a reference kept it, in words
  Digest config, profile, rules;       // what it was fetched and judged by; zero: by none
  int32_t status = 0;
  uint64_t bytes = 0;
  UtcTime started;
  bool is_page = false, is_destroyed = false;
};
ReportExhibit MakeReportExhibit(const Capture& capture, const CustodyLeaf& leaf, uint64_t number);

struct ReportAct {
  uint64_t leaf = 0;
  UtcTime at;
  std::string actor, kind, detail;
};

// Somebody else's word that the log, as it was then, existed at a time.
struct ReportStamp {
  std::string who;  // "Witness example.org/w"
  UtcTime at;
  uint64_t leaves = 0, exhibits = 0;  // covered
};

struct ReportRules {
  std::string digest;
  bool enclosed = false;
};

struct BundleReport {
  std::string bundle, actor, agency, agency_ur, software;
  UtcTime made;
  std::vector<ReportExhibit> exhibits;
  std::vector<Json> findings;  // as in evidence/findings.jsonl
  std::vector<ReportAct> acts;
  std::vector<ReportStamp> stamps;
  std::vector<ReportRules> rules;
  std::set<Digest> configurations, profiles;  // of the exhibits, in full
  std::string checkpoint, log_key, signing_key, contents_sha256;
  uint64_t checkpoint_size = 0, masked = 0;
};

std::string ReportHtml(const BundleReport& report);
// Unavailable when a font for Urdu is not installed.
Result<std::string> ReportPdf(const BundleReport& report);

// "2026-11-22 05:38:00 PKT" (+05:00, no summer time).
std::string PakistanTime(UtcTime at);

}  // namespace gasht
