#include "store/note.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "store/keys.h"

namespace gasht {
namespace {

constexpr size_t kMaxNoteBytes = 64 << 10;
// Each costs a check; a log, some witnesses.
constexpr size_t kMaxSignatures = 100;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kTimeBytes = 8;
constexpr size_t kSignatureBytes = 64;
constexpr std::string_view kSignatureStart = "\xe2\x80\x94 ";  // an em dash

Status Bad(std::string_view what) {
  return Status::InvalidArgument(std::string(what));
}

// Takes the first line off `text`, without its line break; nothing when there is no whole line.
Result<std::string_view> TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return Bad("the text ends within a line");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::string Be32(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

uint32_t ReadBe32(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < kKeyIdBytes; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

uint32_t KeyId(std::string_view name, NoteKeyType type, std::string_view public_key) {
  std::string message(name);
  message += '\n';
  message += static_cast<char>(type);
  message += public_key;
  return ReadBe32(Sha256(message).view());
}

std::string CosignedMessage(std::string_view text, uint64_t seconds) {
  return fmt::format("cosignature/v1\ntime {}\n{}", seconds, text);
}

bool IsTrue(std::string_view text, const NoteSignature& signature, const NoteKey& key) {
  switch (key.type) {
    case NoteKeyType::kEd25519:
      return VerifyEd25519(key.public_key, text, signature.signature);
    case NoteKeyType::kCosignature:
      if (signature.signature.size() != kTimeBytes + kSignatureBytes) return false;
      return VerifyEd25519(key.public_key, CosignedMessage(text, ReadBe64(signature.signature)),
                           std::string_view(signature.signature).substr(kTimeBytes));
  }
  return false;
}

}  // namespace

bool IsValidNoteName(std::string_view name) {
  // Stricter than the specification, which only forbids white space and '+'.
  return !name.empty() && name.size() <= 200 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
}

uint32_t NoteKey::id() const {
  return KeyId(name, type, public_key);
}

std::string NoteKey::str() const {
  return fmt::format("{}+{:08x}+{}", name, id(),
                     Base64Encode(std::string(1, static_cast<char>(type)) + public_key));
}

Result<NoteKey> NoteKey::Parse(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return Bad("a key is written NAME+KEYID+BASE64");
  NoteKey key;
  key.name = text.substr(0, first);
  if (!IsValidNoteName(key.name)) return Bad("a key's name is not one word without '+'");
  const Result<std::string> bytes = Base64Decode(text.substr(second + 1));
  if (!bytes.ok() || bytes->size() != 33) return Bad("a key is 33 bytes in base64");
  if ((*bytes)[0] != static_cast<char>(NoteKeyType::kEd25519) &&
      (*bytes)[0] != static_cast<char>(NoteKeyType::kCosignature))
    return Bad("a key is of a type that is not known here");
  key.type = static_cast<NoteKeyType>((*bytes)[0]);
  key.public_key = bytes->substr(1);
  if (text.substr(first + 1, second - first - 1) != fmt::format("{:08x}", key.id()))
    return Bad("a key's id is not that of the key");
  return key;
}

std::string SignedNote::str() const {
  std::string bytes = text + "\n";
  for (const NoteSignature& signature : signatures)
    bytes += fmt::format("{}{} {}\n", kSignatureStart, signature.name,
                         Base64Encode(Be32(signature.key_id) + signature.signature));
  return bytes;
}

Result<SignedNote> SignedNote::Parse(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return Bad("a note is too long");
  if (!IsValidUtf8(bytes)) return Bad("a note is not UTF-8");
  if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0 && c < ' ' && c != '\n'; }))
    return Bad("a note has control characters");
  const size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return Bad("a note has no signatures");
  SignedNote note;
  note.text = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  while (!rest.empty()) {
    GASHT_ASSIGN_OR_RETURN(std::string_view line, TakeLine(rest));
    if (note.signatures.size() == kMaxSignatures) return Bad("a note has too many signatures");
    if (!line.starts_with(kSignatureStart)) return Bad("a signature does not begin with a dash");
    line.remove_prefix(kSignatureStart.size());
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return Bad("a signature has no name");
    NoteSignature signature;
    signature.name = line.substr(0, space);
    const Result<std::string> value = Base64Decode(line.substr(space + 1));
    // One way to write it: a changed letter is a changed note.
    if (!IsValidNoteName(signature.name) || !value.ok() || value->size() <= kKeyIdBytes ||
        Base64Encode(*value) != line.substr(space + 1))
      return Bad("a signature is not NAME and base64");
    signature.key_id = ReadBe32(*value);
    signature.signature = value->substr(kKeyIdBytes);
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) return Bad("a note has no signatures");
  return note;
}

std::string Checkpoint::str() const {
  return fmt::format("{}\n{}\n{}\n", origin, head.size, Base64Encode(head.root.view()));
}

Result<Checkpoint> Checkpoint::Parse(std::string_view text) {
  Checkpoint checkpoint;
  GASHT_ASSIGN_OR_RETURN(const std::string_view origin, TakeLine(text));
  GASHT_ASSIGN_OR_RETURN(const std::string_view size, TakeLine(text));
  GASHT_ASSIGN_OR_RETURN(const std::string_view root, TakeLine(text));
  if (!IsValidNoteName(origin)) return Bad("a checkpoint's first line is not an origin");
  checkpoint.origin = origin;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), checkpoint.head.size);
  if (error != std::errc() || end != size.data() + size.size() || (size.size() > 1 && size[0] == '0'))
    return Bad("a checkpoint's second line is not a size");
  const Result<std::string> bytes = Base64Decode(root);
  if (!bytes.ok() || bytes->size() != sizeof(Digest::bytes))
    return Bad("a checkpoint's third line is not a root");
  checkpoint.head.root = Digest::FromBytes(*bytes);
  return checkpoint;
}

NoteSignature SignNote(std::string_view text, std::string_view name, const SigningKey& key) {
  return {std::string(name), KeyId(name, NoteKeyType::kEd25519, key.public_key()), key.Sign(text)};
}

NoteSignature CosignNote(std::string_view text, std::string_view name, const SigningKey& key, UtcTime at) {
  const uint64_t seconds = static_cast<uint64_t>(std::max<int64_t>(at.micros, 0)) / 1'000'000;
  return {std::string(name), KeyId(name, NoteKeyType::kCosignature, key.public_key()),
          NumberKey(seconds) + key.Sign(CosignedMessage(text, seconds))};
}

bool IsSignedBy(const SignedNote& note, const NoteKey& key) {
  bool found = false;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.key_id != key.id()) continue;
    if (!IsTrue(note.text, signature, key)) return false;
    found = true;
  }
  return found;
}

UtcTime CosignatureTime(const NoteSignature& signature) {
  return {static_cast<int64_t>(ReadBe64(signature.signature) * 1'000'000)};
}

}  // namespace gasht
