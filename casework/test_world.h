#pragma once

// What the tests and benchmarks of bundles share: a small synthetic store with a log key of its own, and
// bundles taken apart and put together again. Confined to one thread.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ed25519.h"
#include "base/timestamp.h"
#include "casework/bundle.h"
#include "store/custody.h"
#include "store/proof.h"
#include "store/test_support.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/time_stamp_authority.h"

namespace gasht {

inline const std::vector<RulePackFile>& TestRules() {
  static const std::vector<RulePackFile> packs = {{"test.yaml",
                                                   "rules:\n  - id: offer\n    level: high\n    when: "
                                                   "substance and price\n  - id: other\n    level: low\n"}};
  return packs;
}

inline Digest TestRulesDigest() {
  Sha256Stream digest;
  for (const RulePackFile& pack : TestRules())
    digest.Update(fmt::format("{}:{}{}:", pack.name.size(), pack.name, pack.text.size())).Update(pack.text);
  return digest.Finish();
}

// A store in memory whose log is sealed by a key of the test's.
class TestWorld {
 public:
  TestWorld() {
    StoreOptions options;
    options.path = "memory";
    options.in_memory = true;
    store_ = Store::Open(options).value();
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  }

  Store& store() { return *store_; }
  WaitingWriter& writer() { return *writer_; }
  FakeClock& clock() { return clock_; }
  const BundleKey& key() const { return key_; }
  std::string fingerprint() const { return "sha256:" + key_.fingerprint().hex(); }
  NoteKey log_key() const { return {"gasht.test/log", NoteKeyType::kEd25519, signer_.public_key()}; }

  // A page with a plain response, and whatever `change` makes of it.
  PageCommitted Commit(
      const std::string& path, const std::string& body,
      const std::function<void(PageCommit&)>& change = [](PageCommit&) {}) {
    clock_.Advance(std::chrono::seconds(10));
    PageCommit page = MakePage(kMarket, path, body, clock_.Utc());
    Capture& capture = page.capture;
    capture.request_head = fmt::format("GET {} HTTP/1.1\r\nHost: example.com\r\n\r\n", path);
    capture.response_head =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", body.size());
    capture.wire_bytes = capture.response_head.size() + body.size();
    capture.rules_digest = TestRulesDigest();
    capture.finished = capture.started + std::chrono::milliseconds(250);
    change(page);
    Result<PageCommitted> committed = writer_->CommitPage(std::move(page));
    if (!committed.ok()) fmt::print(stderr, "{}: {}\n", path, committed.status().message());
    return committed.value_or(PageCommitted());
  }

  // Signs the log as it stands.
  void Checkpoint() {
    const TreeHead head = ProofReader(*store_).head();
    SignedNote note;
    note.text = gasht::Checkpoint{"gasht.test/log", head}.str();
    note.signatures.push_back(SignNote(note.text, log_key().name, signer_));
    checkpoints_.push_back(std::move(note));
  }

  // Another key of the log from the next checkpoint on, as `gasht custody rotate` does it.
  void Rotate() {
    const NoteKey old = log_key();
    SigningKey next = SigningKey::Generate();
    const NoteKey key{old.name, NoteKeyType::kEd25519, next.public_key()};
    const Status told =
        writer_->AddEvent({std::string(kKeyRotationLeafKind), "ayesha, bilal", KeyRotationDetail(old, key)});
    if (!told.ok()) fmt::print(stderr, "{}\n", told.message());
    Checkpoint();
    signer_ = std::move(next);
    earlier_keys_.insert(earlier_keys_.begin(), old);
  }

  // A witness outside the house sees the last checkpoint, and an authority stamps it.
  NoteKey witness_key() const { return {"witness.test/w", NoteKeyType::kCosignature, witness_.public_key()}; }
  void Cosign() {
    SignedNote note = checkpoints_.back();
    note.signatures.push_back(CosignNote(note.text, witness_key().name, witness_, clock_.Utc()));
    seal_.witnesses = {witness_key()};
    seal_.cosignatures.push_back(std::move(note));
  }
  void Stamp(TestTimeStampAuthority& authority) {
    const std::string& text = checkpoints_.back().text;
    const std::optional<std::string> token = authority.Answer(MakeTimestampQuery(Sha256(text)).value());
    if (!token) return;
    seal_.tokens.push_back({gasht::Checkpoint::Parse(text).value().head.size, *token});
    seal_.authority_pem = authority.certificate_pem();
  }

  BundleOptions Options(const std::string& path) {
    BundleOptions options;
    options.path = path;
    options.actor = "officer";
    options.software = "gasht test";
    options.agency = "Test Agency";
    options.agency_ur = "آزمائشی ادارہ";
    options.rules = TestRules();
    options.clock = &clock_;
    options.key = &key_;
    options.record = [this](CustodyEvent event) { return writer_->AddEvent(std::move(event)); };
    options.seal = [this](uint64_t) -> Result<LogSeal> {
      Checkpoint();
      LogSeal seal = seal_;
      seal.checkpoints = checkpoints_;
      seal.keys = {log_key()};
      seal.keys.insert(seal.keys.end(), earlier_keys_.begin(), earlier_keys_.end());
      return seal;
    };
    return options;
  }

 private:
  FakeClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
  const BundleKey key_ = BundleKey::Generate().value();
  const SigningKey witness_ = SigningKey::Generate();
  SigningKey signer_ = SigningKey::Generate();
  std::vector<NoteKey> earlier_keys_;
  std::vector<SignedNote> checkpoints_;
  LogSeal seal_;  // what others said
};

}  // namespace gasht
