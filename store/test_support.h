#pragma once

// What the tests and benchmarks of the store share: synthetic pages, and a writer that waits for its answer.

#include <future>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/url.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

inline const SourceId kMarket{"market-one"};

inline FrontierEntry MakeEntry(const SourceId& source, const std::string& path) {
  const Url url = Url::Parse("http://example.com" + path).value();
  FrontierEntry entry;
  entry.source = source;
  entry.key = MakeUrlKey(source, url, {});
  entry.url = url.str();
  return entry;
}

inline Listing MakeListing(const std::string& title, const std::string& vendor = "vendor") {
  Listing listing;
  listing.title = title;
  listing.vendor = vendor;
  listing.prices.push_back({.amount = {2500, 0, "PKR"}, .amount_max = {}, .quantity = {}});
  return listing;
}

inline MatchCandidate MakeCandidate(uint32_t listing, Level level, int32_t score) {
  MatchCandidate candidate;
  candidate.listing = listing;
  candidate.level = level;
  candidate.score = score;
  candidate.rules.push_back({"offer", "1", score});
  candidate.substances.push_back({"cannabis-resin", {"cannabis"}, false});
  candidate.reasons = {"a reason", "وجہ"};
  return candidate;
}

// A visited content page with a body, no listings and no links; due again in a day.
inline PageCommit MakePage(const SourceId& source, const std::string& path, const std::string& body,
                           UtcTime at) {
  PageCommit page;
  page.visited = MakeEntry(source, path);
  page.visited.visits = 1;
  page.visited.due = at + std::chrono::hours(24);
  page.visited.last_fetch = at;
  page.visited.last_outcome = FetchOutcome::kOk;
  Capture& capture = page.capture;
  capture.source = source;
  capture.url_key = page.visited.key;
  capture.url = capture.final_url = page.visited.url;
  capture.authority = "FIR 1/2026";
  capture.status = 200;
  capture.response_head = "HTTP/1.1 200 OK\r\n\r\n";
  capture.content_type = "text/html";
  capture.has_body = true;
  capture.body_sha256 = Sha256(body);
  capture.body_bytes = body.size();
  capture.body_end = BodyEnd::kContentLength;
  capture.started_utc = at;
  capture.boot_id = "00000000-0000-0000-0000-000000000000";
  capture.software = "gasht test";
  page.body = body;
  return page;
}

// Submits and waits until it is durable or refused.
class WaitingWriter {
 public:
  WaitingWriter(Store& store, const Clock& clock) : writer_(store, clock) {}

  Result<PageCommitted> CommitPage(PageCommit page) {
    std::promise<Result<PageCommitted>> promise;
    writer_.CommitPage(std::move(page),
                       [&promise](Result<PageCommitted> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  Status AddSeeds(std::vector<FrontierEntry> seeds) {
    return Wait([&](auto done) { writer_.AddSeeds(std::move(seeds), std::move(done)); });
  }
  Status AddReview(Review review) {
    return Wait([&](auto done) { writer_.AddReview(std::move(review), std::move(done)); });
  }
  Status AddEvent(CustodyEvent event) {
    return Wait([&](auto done) { writer_.AddEvent(std::move(event), std::move(done)); });
  }
  StoreWriter& writer() { return writer_; }

 private:
  template <typename Submit>
  Status Wait(Submit submit) {
    std::promise<Status> promise;
    submit([&promise](Status status) { promise.set_value(std::move(status)); });
    return promise.get_future().get();
  }

  StoreWriter writer_;
};

}  // namespace gasht
