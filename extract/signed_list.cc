#include "extract/signed_list.h"

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/url.h"
#include "extract/pgp.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr std::string_view kBeginMessage = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kEndSignature = "-----END PGP SIGNATURE-----";
constexpr size_t kOnionLabel = 56;
constexpr size_t kMaxSignatures = 16;  // of one part
constexpr size_t kMaxKeyBytes = 256u << 10;

template <typename Handle, rnp_result_t (*kDestroy)(Handle)>
struct Destroyer {
  using pointer = Handle;
  void operator()(Handle handle) const { kDestroy(handle); }
};
using Ffi = std::unique_ptr<rnp_ffi_st, Destroyer<rnp_ffi_t, rnp_ffi_destroy>>;
using Input = std::unique_ptr<rnp_input_st, Destroyer<rnp_input_t, rnp_input_destroy>>;
using Output = std::unique_ptr<rnp_output_st, Destroyer<rnp_output_t, rnp_output_destroy>>;
using Verification = std::unique_ptr<rnp_op_verify_st, Destroyer<rnp_op_verify_t, rnp_op_verify_destroy>>;
using Key = std::unique_ptr<rnp_key_handle_st, Destroyer<rnp_key_handle_t, rnp_key_handle_destroy>>;

// Borrows `bytes`.
Input InputOf(std::string_view bytes) {
  rnp_input_t input = nullptr;
  rnp_input_from_memory(&input, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), false);
  return Input(input);
}

// A text that librnp gave, and that is freed.
std::string Taken(char* text) {
  if (text == nullptr) return "";
  std::string taken = text;
  rnp_buffer_destroy(text);
  return taken;
}

// A ring with the keys of `block`, its clock at `now`; null when they cannot be read.
Ffi RingOf(const std::string& block, UtcTime now) {
  rnp_ffi_t handle = nullptr;
  if (block.size() > kMaxKeyBytes || rnp_ffi_create(&handle, "GPG", "GPG") != RNP_SUCCESS) return nullptr;
  Ffi ring(handle);
  const Input input = InputOf(block);
  const auto seconds = static_cast<uint64_t>(std::max<int64_t>(1, now.micros / 1'000'000));
  if (!input || rnp_set_timestamp(ring.get(), seconds) != RNP_SUCCESS ||
      rnp_load_keys(ring.get(), "GPG", input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS) != RNP_SUCCESS)
    return nullptr;
  return ring;
}

Key KeyOf(const Ffi& ring, const std::string& fingerprint) {
  rnp_key_handle_t key = nullptr;
  rnp_locate_key(ring.get(), "fingerprint", fingerprint.c_str(), &key);
  return Key(key);
}

// The fingerprint of its primary key.
std::string PrimaryOf(rnp_key_handle_t key) {
  char* text = nullptr;
  bool is_sub = false;
  if (rnp_key_is_sub(key, &is_sub) != RNP_SUCCESS) return "";
  if (is_sub) {
    rnp_key_get_primary_fprint(key, &text);
  } else {
    rnp_key_get_fprint(key, &text);
  }
  return Taken(text);
}

struct Part {
  SignatureVerdict verdict = SignatureVerdict::kUnread;
  UtcTime signed_at;
  std::string text;  // what was signed, of a good one
};

// The worse one of two.
SignatureVerdict Worse(SignatureVerdict a, SignatureVerdict b) {
  static constexpr std::array<SignatureVerdict, 6> kFromBest = {
      SignatureVerdict::kGood,   SignatureVerdict::kNone,     SignatureVerdict::kExpired,
      SignatureVerdict::kUnread, SignatureVerdict::kOtherKey, SignatureVerdict::kBad};
  const auto rank = [](SignatureVerdict verdict) {
    return std::find(kFromBest.begin(), kFromBest.end(), verdict) - kFromBest.begin();
  };
  return rank(a) < rank(b) ? b : a;
}

// A message may carry signatures of several keys: that of the pinned one counts.
void JudgeSignature(rnp_op_verify_signature_t signature, const std::string& pinned, Part& part) {
  rnp_key_handle_t handle = nullptr;
  const bool known = rnp_op_verify_signature_get_key(signature, &handle) == RNP_SUCCESS;
  const Key key(handle);
  if (!known || PrimaryOf(key.get()) != pinned) return;
  uint32_t made = 0, lasts = 0;
  rnp_op_verify_signature_get_times(signature, &made, &lasts);
  switch (rnp_op_verify_signature_get_status(signature)) {
    case RNP_SUCCESS:
      part.verdict = SignatureVerdict::kGood;
      part.signed_at = std::max(part.signed_at, UtcTime{int64_t{made} * 1'000'000});
      return;
    case RNP_ERROR_SIGNATURE_EXPIRED:
      if (part.verdict != SignatureVerdict::kGood) part.verdict = SignatureVerdict::kExpired;
      return;
    case RNP_ERROR_SIGNATURE_UNKNOWN:
      if (part.verdict == SignatureVerdict::kOtherKey) part.verdict = SignatureVerdict::kUnread;
      return;
    default:
      if (part.verdict != SignatureVerdict::kGood) part.verdict = SignatureVerdict::kBad;
      return;
  }
}

Part VerifyPart(const Ffi& ring, std::string_view message, const std::string& pinned) {
  Part part;
  const Input input = InputOf(message);
  rnp_output_t out = nullptr;
  rnp_output_to_memory(&out, kMaxSignedPartBytes);
  const Output output(out);
  rnp_op_verify_t op = nullptr;
  if (!input || !output || rnp_op_verify_create(&op, ring.get(), input.get(), output.get()) != RNP_SUCCESS)
    return part;
  const Verification verification(op);
  // What it says of all together is not asked: each signature is.
  const rnp_result_t executed = rnp_op_verify_execute(op);
  size_t count = 0;
  rnp_op_verify_get_signature_count(op, &count);
  if (count == 0) {
    part.verdict = executed == RNP_SUCCESS ? SignatureVerdict::kNone : SignatureVerdict::kUnread;
    return part;
  }
  part.verdict = SignatureVerdict::kOtherKey;
  for (size_t i = 0; i < std::min(count, kMaxSignatures); ++i) {
    rnp_op_verify_signature_t signature = nullptr;
    if (rnp_op_verify_get_signature_at(op, i, &signature) == RNP_SUCCESS)
      JudgeSignature(signature, pinned, part);
  }
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (part.verdict == SignatureVerdict::kGood &&
      rnp_output_memory_get_buf(output.get(), &bytes, &size, false) == RNP_SUCCESS)
    part.text.assign(reinterpret_cast<const char*>(bytes), size);
  return part;
}

bool IsOnionLetter(char c) {
  return IsAsciiLetter(c) || (c >= '2' && c <= '7');
}

// Every v3 address of `text` whose checksum is right, as origins, in their order.
std::vector<std::string> OriginsIn(std::string_view text) {
  constexpr std::string_view kEnding = ".onion";
  std::vector<std::string> origins;
  for (size_t at = text.find(kEnding); at != std::string_view::npos && origins.size() < kMaxSignedOrigins;
       at = text.find(kEnding, at + 1)) {
    if (at < kOnionLabel) continue;
    const std::string_view label = text.substr(at - kOnionLabel, kOnionLabel);
    const bool longer = at > kOnionLabel && IsOnionLetter(text[at - kOnionLabel - 1]);
    if (longer || !std::all_of(label.begin(), label.end(), IsOnionLetter)) continue;
    std::string host;
    for (const char c : label) host += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    host += kEnding;
    const std::string origin = "http://" + host;
    if (CheckOnion(host) == OnionCheck::kValid &&
        std::find(origins.begin(), origins.end(), origin) == origins.end())
      origins.push_back(origin);
  }
  return origins;
}

// Lists are often shown in a <pre>, where three characters are written as references.
std::string Unescaped(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> kReferences = {
      {{"&gt;", '>'}, {"&lt;", '<'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''}, {"&amp;", '&'}}};
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto found = std::find_if(kReferences.begin(), kReferences.end(), [&](const auto& reference) {
      return text.substr(i).starts_with(reference.first);
    });
    out += found == kReferences.end() ? text[i] : found->second;
    i += found == kReferences.end() ? 1 : found->first.size();
  }
  return out;
}

}  // namespace

SignedList ReadSignedList(std::string_view page, const PinnedKey& pinned, UtcTime now) {
  SignedList list;
  std::string outside;
  std::optional<SignatureVerdict> worst;
  const Ffi ring = RingOf(pinned.block, now);
  size_t at = 0;
  for (size_t parts = 0; parts < kMaxSignedParts; ++parts) {
    const size_t begin = page.find(kBeginMessage, at);
    if (begin == std::string_view::npos) break;
    const size_t end = page.find(kEndSignature, begin);
    outside += page.substr(at, begin - at);
    at = end == std::string_view::npos ? page.size() : end + kEndSignature.size();
    const std::string_view message = page.substr(begin, at - begin);
    Part part;
    if (ring && end != std::string_view::npos && message.size() <= kMaxSignedPartBytes) {
      part = VerifyPart(ring, std::string(message) + "\n", pinned.fingerprint);
      // The page's own writing of <, > and & is not what was signed.
      if (part.verdict != SignatureVerdict::kGood && message.find('&') != std::string_view::npos)
        part = VerifyPart(ring, Unescaped(message) + "\n", pinned.fingerprint);
    }
    worst = worst ? Worse(*worst, part.verdict) : part.verdict;
    if (part.verdict != SignatureVerdict::kGood) {
      outside += message;
      continue;
    }
    list.signer = pinned.fingerprint;
    list.signed_at = std::max(list.signed_at, part.signed_at);
    for (std::string& origin : OriginsIn(part.text)) {
      const bool known = std::find(list.origins.begin(), list.origins.end(), origin) != list.origins.end();
      if (!known && list.origins.size() < kMaxSignedOrigins) list.origins.push_back(std::move(origin));
    }
  }
  outside += page.substr(at);
  for (const std::string& origin : OriginsIn(outside)) {
    if (std::find(list.origins.begin(), list.origins.end(), origin) == list.origins.end())
      ++list.unsigned_origins;
  }
  list.verdict = worst.value_or(SignatureVerdict::kNone);
  return list;
}

Status CheckPinnedKey(const PinnedKey& pinned, UtcTime now) {
  const std::optional<std::string> found = PgpFingerprint(pinned.block);
  if (!found)
    return Status::InvalidArgument("no PGP public key can be read: export it with gpg --armor --export");
  if (*found != pinned.fingerprint)
    return Status::InvalidArgument(fmt::format(
        "the key there is {}, and {} is pinned: compare all 40 letters with where the site published "
        "them, and pin the primary key",
        *found, pinned.fingerprint));
  const Ffi ring = RingOf(pinned.block, now);
  const Key key = ring ? KeyOf(ring, pinned.fingerprint) : Key();
  if (!key)
    return Status::InvalidArgument(fmt::format("the key {} is damaged: export it again", pinned.fingerprint));
  bool bad = false;
  if (rnp_key_is_revoked(key.get(), &bad) == RNP_SUCCESS && bad)
    return Status::InvalidArgument(
        fmt::format("the key {} was revoked: its owner does not trust it any more", pinned.fingerprint));
  if (rnp_key_is_expired(key.get(), &bad) == RNP_SUCCESS && bad)
    return Status::InvalidArgument(
        fmt::format("the key {} has expired: look for one that the site renewed", pinned.fingerprint));
  return Status::Ok();
}

}  // namespace gasht
