#include "extract/signed_list.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr char kFolder[] = "tests/fixtures/pgp/";

std::string Fixture(const std::string& name) {
  const Result<std::string> bytes = ReadFile(kFolder + name, 1 << 20);
  EXPECT_TRUE(bytes.ok()) << name << ": " << bytes.status().message();
  return bytes.value_or("");
}

std::string FingerprintOf(const std::string& name) {
  std::istringstream lines(Fixture("keys.txt"));
  for (std::string key, fingerprint; lines >> key >> fingerprint;) {
    if (key == name) return fingerprint;
  }
  ADD_FAILURE() << name;
  return "";
}

PinnedKey KeyOf(const std::string& name) {
  return {FingerprintOf(name), Fixture(name + ".key")};
}

UtcTime At(const char* time) {
  return ParseRfc3339(time).value();
}

// The first letters of addresses, so that rows can be read.
std::string Described(const SignedList& list) {
  std::string text = fmt::format("{}", SignatureVerdictName(list.verdict));
  for (const std::string& origin : list.origins) text += " " + origin.substr(7, 4);
  if (list.unsigned_origins > 0) text += fmt::format(" +{} unsigned", list.unsigned_origins);
  return text;
}

TEST(SignedList, OnlyWhatThePinnedKeySignedIsBelieved) {
  const struct {
    std::string file, key, now, expected;
  } kRows[] = {
      {"good.txt", "market", "2026-02-02T00:00:00Z", "good zxut o6ee"},
      {"good.txt", "other", "2026-02-02T00:00:00Z", "other_key +2 unsigned"},
      {"altered.txt", "market", "2026-02-02T00:00:00Z", "bad +2 unsigned"},
      {"other_key.txt", "market", "2026-02-02T00:00:00Z", "other_key +2 unsigned"},
      {"unsigned.txt", "market", "2026-02-02T00:00:00Z", "none +2 unsigned"},
      {"cut.txt", "market", "2026-02-02T00:00:00Z", "unread +2 unsigned"},
      // Signatures that are good for ten days.
      {"expiring.txt", "market", "2026-02-10T00:00:00Z", "good zxut o6ee"},
      {"expiring.txt", "market", "2026-02-12T00:00:00Z", "expired +2 unsigned"},
      // A signing subkey speaks for its primary key.
      {"subkey.txt", "rsa", "2026-02-02T00:00:00Z", "good zxut o6ee"},
      {"two_blocks.txt", "market", "2026-03-02T00:00:00Z", "good zxut o6ee 7nlj"},
      // The good part is believed, and the bad one is said.
      {"one_of_two_altered.txt", "market", "2026-03-02T00:00:00Z", "bad zxut o6ee +1 unsigned"},
      {"outside.txt", "market", "2026-02-02T00:00:00Z", "good zxut o6ee +1 unsigned"},
      {"page.html", "market", "2026-02-02T00:00:00Z", "good zxut"},
  };
  for (const auto& row : kRows) {
    const SignedList list = ReadSignedList(Fixture(row.file), KeyOf(row.key), At(row.now.c_str()));
    EXPECT_EQ(Described(list), row.expected) << row.file << " " << row.key << " " << row.now;
    EXPECT_EQ(list.signer, list.origins.empty() ? "" : FingerprintOf(row.key)) << row.file;
  }
  EXPECT_EQ(
      FormatRfc3339(
          ReadSignedList(Fixture("two_blocks.txt"), KeyOf("market"), At("2026-03-02T00:00:00Z")).signed_at),
      "2026-03-01T00:00:00Z")
      << "the later one";
}

TEST(SignedList, AKeyThatIsNotThePinnedOneSaysNothing) {
  // The right block under another name, and no block at all.
  const std::string good = Fixture("good.txt");
  const UtcTime now = At("2026-02-02T00:00:00Z");
  for (const PinnedKey& pinned :
       {PinnedKey{FingerprintOf("other"), Fixture("market.key")}, PinnedKey{FingerprintOf("market"), ""},
        PinnedKey{"", Fixture("market.key")}, PinnedKey{FingerprintOf("market"), "no key"}, PinnedKey{}}) {
    const SignedList list = ReadSignedList(good, pinned, now);
    EXPECT_NE(list.verdict, SignatureVerdict::kGood) << pinned.fingerprint << " " << pinned.block.size();
    EXPECT_TRUE(list.origins.empty()) << pinned.fingerprint << " " << pinned.block.size();
  }
}

TEST(SignedList, AnyBytesGiveAVerdict) {
  const std::string good = Fixture("good.txt");
  const PinnedKey key = KeyOf("market");
  const UtcTime now = At("2026-02-02T00:00:00Z");
  std::map<SignatureVerdict, int> verdicts;
  for (size_t at = 0; at < good.size(); at += 3) {
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x11);
    const SignedList list = ReadSignedList(damaged, key, now);
    ++verdicts[list.verdict];
    // What is believed is what was signed, whatever else was done to the page.
    for (const std::string& origin : list.origins) EXPECT_NE(good.find(origin), std::string::npos) << at;
  }
  EXPECT_GT(verdicts[SignatureVerdict::kBad] + verdicts[SignatureVerdict::kUnread], 100);
  std::string many;
  for (size_t i = 0; i < kMaxSignedParts + 3; ++i) many += good;
  EXPECT_EQ(ReadSignedList(many, key, now).origins.size(), 2u) << "parts beyond the bound are not read";
  EXPECT_EQ(ReadSignedList("-----BEGIN PGP SIGNED MESSAGE-----", key, now).verdict,
            SignatureVerdict::kUnread);
  EXPECT_EQ(ReadSignedList("", key, now).verdict, SignatureVerdict::kNone);
}

TEST(PinnedKeys, AreWhatTheirFingerprintsSay) {
  const struct {
    const char* what;
    PinnedKey key;
    const char* now;
    const char* error;  // a part of it
  } kRows[] = {
      {"good", KeyOf("market"), "2026-02-02T00:00:00Z", ""},
      {"with subkeys", KeyOf("rsa"), "2026-02-02T00:00:00Z", ""},
      {"of a year, in it", KeyOf("old"), "2026-12-01T00:00:00Z", ""},
      {"of a year, after it", KeyOf("old"), "2027-02-01T00:00:00Z", "has expired"},
      {"of another", {FingerprintOf("other"), Fixture("market.key")}, "2026-02-02T00:00:00Z", "is pinned"},
      {"no key",
       {FingerprintOf("market"), "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"},
       "2026-02-02T00:00:00Z",
       "no PGP public key"},
  };
  for (const auto& row : kRows) {
    const Status status = CheckPinnedKey(row.key, At(row.now));
    EXPECT_EQ(status.ok(), row.error[0] == '\0') << row.what << ": " << status.message();
    EXPECT_NE(status.message().find(row.error), std::string::npos) << row.what << ": " << status.message();
  }
}

}  // namespace
}  // namespace gasht
