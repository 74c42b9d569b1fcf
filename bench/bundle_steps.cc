// gasht_bundle_bench: a store of generated captures, exported as one bundle or verified, so that a script can
// measure each step as a process of its own.
//   gasht_bundle_bench fill DIR CAPTURES BYTES    DIR/store, pages of BYTES each
//   gasht_bundle_bench export DIR FILE            the whole source as a bundle; prints the keys to verify with
//   gasht_bundle_bench verify FILE KEY LOGKEY

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <random>
#include <string>

#include <fmt/format.h>

#include "base/ed25519.h"
#include "base/file.h"
#include "casework/bundle.h"
#include "casework/verify.h"
#include "rules/packs.h"
#include "store/proof.h"
#include "store/test_support.h"

namespace gasht {
namespace {

int Fail(const Status& status) {
  fmt::print(stderr, "{}\n", status.message());
  return 1;
}

// Words of a small vocabulary: packs like a page does, to about a third.
std::string Page(std::mt19937_64& random, size_t bytes) {
  static const char* const kWords[] = {"charas",
                                       "tola",
                                       "price",
                                       "delivery",
                                       "Lahore",
                                       "<div class=\"item\">",
                                       "</div>",
                                       "PKR",
                                       "2500",
                                       "contact",
                                       "<a href=\"/listing/",
                                       "\">",
                                       "</a>",
                                       "quality",
                                       "imported"};
  std::string page = "<!doctype html><html><body>";
  while (page.size() < bytes) {
    page += kWords[random() % std::size(kWords)];
    page += fmt::format(" {:x} ", random() % 100'000);
  }
  page.resize(bytes);
  return page;
}

int FillStore(const std::string& dir, int captures, size_t bytes) {
  StoreOptions options;
  options.path = dir + "/store";
  auto store = Store::Open(options);
  if (!store.ok()) return Fail(store.status());
  FakeClock clock;
  StoreWriter writer(**store, clock);
  std::mt19937_64 random(1);
  std::vector<std::future<Result<PageCommitted>>> waiting;
  for (int i = 0; i < captures; ++i) {
    clock.Advance(std::chrono::seconds(1));
    PageCommit page = MakePage(kMarket, fmt::format("/listing/{}", i), Page(random, bytes), clock.Utc());
    page.capture.request_head = fmt::format("GET /listing/{} HTTP/1.1\r\nHost: example.com\r\n\r\n", i);
    page.capture.response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    page.capture.wire_bytes = page.capture.response_head.size() + page.body.size();
    if (i % 50 == 0) {
      page.analysis.listings.push_back(MakeListing(fmt::format("charas {}", i)));
      page.analysis.candidates.push_back(MakeCandidate(0, Level::kHigh, 70));
    }
    auto done = std::make_shared<std::promise<Result<PageCommitted>>>();
    waiting.push_back(done->get_future());
    writer.CommitPage(std::move(page),
                      [done](Result<PageCommitted> result) { done->set_value(std::move(result)); });
    if (waiting.size() == 64) {
      for (auto& one : waiting) {
        if (const auto result = one.get(); !result.ok()) return Fail(result.status());
      }
      waiting.clear();
    }
  }
  return 0;
}

int Export(const std::string& dir, const std::string& file) {
  StoreOptions options;
  options.path = dir + "/store";
  auto store = Store::Open(options);
  if (!store.ok()) return Fail(store.status());
  const SystemClock clock;
  StoreWriter writer(**store, clock);
  const BundleKey key = BundleKey::Generate().value();
  const SigningKey signer = SigningKey::Generate();
  const NoteKey log_key{"gasht.bench/log", NoteKeyType::kEd25519, signer.public_key()};
  BundleOptions bundle;
  bundle.path = file;
  bundle.actor = "bench";
  bundle.software = "gasht bench";
  bundle.rules = EmbeddedRulePacks();
  bundle.clock = &clock;
  bundle.key = &key;
  bundle.record = [&writer](CustodyEvent event) {
    std::promise<Status> done;
    writer.AddEvent(std::move(event), [&done](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  };
  bundle.seal = [&](uint64_t) -> Result<LogSeal> {
    SignedNote note;
    note.text = Checkpoint{log_key.name, ProofReader(**store).head()}.str();
    note.signatures.push_back(SignNote(note.text, log_key.name, signer));
    return LogSeal{{note}, {log_key}};
  };
  Selection selection;
  selection.source = kMarket;
  const auto summary = WriteBundle(**store, selection, bundle);
  if (!summary.ok()) return Fail(summary.status());
  return fmt::print("sha256:{} {}\n", key.fingerprint().hex(), log_key.str()), 0;
}

int Verify(const std::string& file, const std::string& key, const std::string& log_key) {
  const auto report = VerifyBundle(file, {key, log_key});
  if (!report.ok()) return Fail(report.status());
  if (!report->ok()) fmt::print(stderr, "{}\n", ToJson(*report).Dump());
  return report->ok() ? 0 : 1;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4 && arguments[0] == "fill")
    return gasht::FillStore(arguments[1], std::atoi(arguments[2].c_str()),
                            std::strtoul(arguments[3].c_str(), nullptr, 10));
  if (arguments.size() == 3 && arguments[0] == "export") return gasht::Export(arguments[1], arguments[2]);
  if (arguments.size() == 4 && arguments[0] == "verify")
    return gasht::Verify(arguments[1], arguments[2], arguments[3]);
  fmt::print(stderr, "usage: see bench/bundle_steps.cc\n");
  return 2;
}
