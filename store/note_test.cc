#include "store/note.h"

#include <string>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace gasht {
namespace {

// The example of the signed-note specification and of golang.org/x/mod/sumdb/note.
constexpr char kPeterKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPeterNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ry"
    "yBwJnAM=\n";

TEST(NoteTest, TheSpecificationsExample) {
  const NoteKey key = NoteKey::Parse(kPeterKey).value();
  EXPECT_EQ(key.name, "PeterNeumann");
  EXPECT_EQ(key.str(), kPeterKey);
  const Result<SignedNote> note = SignedNote::Parse(kPeterNote);
  ASSERT_TRUE(note.ok()) << note.status().message();
  EXPECT_EQ(note->str(), kPeterNote);
  EXPECT_TRUE(IsSignedBy(*note, key));
  SignedNote changed = *note;
  changed.text[0] = 'A';
  EXPECT_FALSE(IsSignedBy(changed, key));
}

TEST(NoteTest, SignAndCosign) {
  const SigningKey log = SigningKey::Generate(), witness = SigningKey::Generate();
  const Checkpoint checkpoint{"gasht/0f351d6c7c0685d4", {1536, Sha256("root")}};
  SignedNote note{checkpoint.str(), {SignNote(checkpoint.str(), checkpoint.origin, log)}};
  note.signatures.push_back(CosignNote(note.text, "court-registry", witness, {1'700'000'000'500'000}));
  const SignedNote read = SignedNote::Parse(note.str()).value();
  EXPECT_EQ(read, note);
  EXPECT_EQ(Checkpoint::Parse(read.text).value(), checkpoint);
  const NoteKey log_key{checkpoint.origin, NoteKeyType::kEd25519, log.public_key()};
  const NoteKey witness_key{"court-registry", NoteKeyType::kCosignature, witness.public_key()};
  EXPECT_TRUE(IsSignedBy(read, log_key));
  EXPECT_TRUE(IsSignedBy(read, witness_key));
  EXPECT_EQ(NoteKey::Parse(witness_key.str()).value(), witness_key);
  EXPECT_FALSE(IsSignedBy(read, {"court-registry", NoteKeyType::kEd25519, witness.public_key()}));
  EXPECT_FALSE(IsSignedBy(read, {"court-registry", NoteKeyType::kCosignature, log.public_key()}));
  EXPECT_EQ(CosignatureTime(read.signatures[1]).micros, 1'700'000'000'000'000);
  // The time is signed too.
  SignedNote later = read;
  later.signatures[1].signature[7] ^= 1;
  EXPECT_FALSE(IsSignedBy(later, witness_key));
}

TEST(NoteTest, BrokenOnesAreRefused) {
  const std::string good = kPeterNote;
  const std::string cases[] = {
      "",
      "text\n",
      "text\n\n",
      good.substr(0, good.size() - 1),
      good + "x\n",
      "\x01" + good,
      "\xff" + good,
      "text\n\n\xe2\x80\x94 name\n",
      "text\n\n\xe2\x80\x94 name AAAA\n",
      "text\n\n\xe2\x80\x94 na+me AAAAAAAA\n",
      "text\n\n- name AAAAAAAA\n",
      std::string(100'000, 'x') + "\n\n\xe2\x80\x94 name AAAAAAAA\n",
  };
  for (const std::string& text : cases)
    EXPECT_EQ(SignedNote::Parse(text).status().code(), StatusCode::kInvalidArgument) << text.substr(0, 200);
  const std::string root = Base64Encode(Sha256("").view());
  const std::string checkpoints[] = {
      "",
      "origin\n",
      "origin\n1\n",
      "origin\n1\n" + root,
      "origin\n01\n" + root + "\n",
      "origin\n-1\n" + root + "\n",
      "origin\n99999999999999999999\n" + root + "\n",
      "or igin\n1\n" + root + "\n",
      "origin\n1\nAAAA\n",
  };
  for (const std::string& text : checkpoints)
    EXPECT_EQ(Checkpoint::Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(Checkpoint::Parse("origin\n0\n" + root + "\nextension\n").value().head.size, 0u);
  for (const std::string text :
       {"", "a", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"})
    EXPECT_EQ(NoteKey::Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
}

}  // namespace
}  // namespace gasht
