#include "store/signer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "store/checkpoint_file.h"
#include "store/merkle.h"

namespace gasht {
namespace {

constexpr size_t kMaxMessageBytes = 256 << 10;
constexpr size_t kMaxFileBytes = 64 << 10;
// A tree of 2^64 leaves needs no more.
constexpr size_t kMaxProof = 130;
// Signing is a millisecond and a sync of a small file.
constexpr int kAnswerMs = 30'000;
constexpr std::string_view kLast = "last\n";
constexpr std::string_view kRefused = "refused ";
constexpr std::string_view kStale = "stale:";

Status Bad(std::string_view what) {
  return Status::InvalidArgument(std::string(what));
}

std::string KeyPath(const std::string& dir) {
  return dir + "/signer.key";
}
std::string NamePath(const std::string& dir) {
  return dir + "/signer.name";
}
std::string StatePath(const std::string& dir) {
  return dir + "/signer.state";
}

// Whole, or false.
bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

bool ReceiveAll(int fd, char* out, size_t size, int timeout_ms) {
  while (size > 0) {
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = recv(fd, out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

// Four bytes of length, big-endian, and the message.
bool SendMessage(int fd, std::string_view message) {
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(message.size() >> shift & 0xff);
  frame += message;
  return SendAll(fd, frame);
}

Result<std::string> ReceiveMessage(int fd, int timeout_ms) {
  std::string length(4, '\0');
  if (!ReceiveAll(fd, length.data(), length.size(), timeout_ms))
    return Status::Unavailable("the signer does not answer");
  size_t size = 0;
  for (const char c : length) size = size << 8 | static_cast<uint8_t>(c);
  if (size > kMaxMessageBytes) return Status::Unavailable("the signer answers nonsense");
  std::string message(size, '\0');
  if (!ReceiveAll(fd, message.data(), size, timeout_ms))
    return Status::Unavailable("the signer stopped in the middle of an answer");
  return message;
}

Result<SigningKey> ReadKey(const std::string& dir) {
  GASHT_ASSIGN_OR_RETURN(std::string hex, ReadFile(KeyPath(dir), kMaxFileBytes));
  if (hex.ends_with('\n')) hex.pop_back();
  const Result<std::string> seed = HexDecode(hex);
  if (!seed.ok() || seed->size() != SigningKey::kSeedBytes)
    return Status::DataLoss(KeyPath(dir) + " is not 64 hex digits and a line break");
  return SigningKey::FromSeed(*seed);
}

// Nothing signed: an empty checkpoint. A memory that cannot be read is no reason to sign what was refused before.
Result<Checkpoint> ReadMemory(const std::string& dir) {
  const Result<std::string> state = ReadFile(StatePath(dir), kMaxFileBytes);
  if (state.status().code() == StatusCode::kNotFound) return Checkpoint();
  if (!state.ok()) return state.status();
  Result<Checkpoint> remembered = Checkpoint::Parse(*state);
  if (!remembered.ok())
    return Status::DataLoss(fmt::format("{} is damaged: {}", StatePath(dir), remembered.status().message()));
  return remembered;
}

class FolderLock {
 public:
  explicit FolderLock(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    held_ = fd_ >= 0 && flock(fd_, LOCK_EX) == 0;
  }
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  bool held() const { return held_; }

 private:
  const int fd_;
  bool held_ = false;
};

// What the other end said, as a status again.
Status Refusal(std::string why) {
  if (why.starts_with("rollback:") || why.starts_with("fork:")) return Status::DataLoss(std::move(why));
  return why.starts_with(kStale) ? Status::FailedPrecondition(std::move(why))
                                 : Status::Unavailable(std::move(why));
}

}  // namespace

std::string SignRequest::str() const {
  std::string text = fmt::format("old {}\n", old_size);
  for (const Digest& hash : proof) text += Base64Encode(hash.view()) + "\n";
  return text + "\n" + (note.signatures.empty() ? note.text : note.str());
}

Result<SignRequest> SignRequest::Parse(std::string_view text) {
  if (text.size() > kMaxMessageBytes) return Bad("a request is too long");
  const size_t split = text.find("\n\n");
  if (split == std::string_view::npos) return Bad("a request has no checkpoint");
  std::string_view head = text.substr(0, split + 1);
  SignRequest request;
  bool is_first = true;
  while (!head.empty()) {
    const size_t end = head.find('\n');
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 1);
    if (is_first) {
      is_first = false;
      if (!line.starts_with("old ")) return Bad("a request does not begin with the old size");
      const std::string_view number = line.substr(4);
      const auto [stop, error] =
          std::from_chars(number.data(), number.data() + number.size(), request.old_size);
      if (error != std::errc() || stop != number.data() + number.size()) return Bad("an old size is not one");
      continue;
    }
    const Result<std::string> hash = Base64Decode(line);
    if (!hash.ok() || hash->size() != sizeof(Digest::bytes) || request.proof.size() == kMaxProof)
      return Bad("a proof is not one");
    request.proof.push_back(Digest::FromBytes(*hash));
  }
  const std::string_view rest = text.substr(split + 2);
  if (rest.find("\n\n") == std::string_view::npos) {
    request.note.text = rest;
  } else {
    GASHT_ASSIGN_OR_RETURN(request.note, SignedNote::Parse(rest));
  }
  return request;
}

TreeSigner::TreeSigner(std::string dir, NoteKey key, SigningKey secret, std::vector<NoteKey> log_keys,
                       Checkpoint last)
    : dir_(std::move(dir)),
      key_(std::move(key)),
      secret_(std::move(secret)),
      log_keys_(std::move(log_keys)),
      last_(std::move(last)) {}

Result<NoteKey> TreeSigner::Create(const std::string& dir, const std::string& name, NoteKeyType type) {
  if (!IsValidNoteName(name)) return Bad("a signer's name is one word without '+'");
  std::error_code error;
  const bool is_new = std::filesystem::create_directories(dir, error);
  if (error) return Status::Unavailable(fmt::format("cannot create {}: {}", dir, error.message()));
  if (is_new) chmod(dir.c_str(), 0700);
  if (std::filesystem::exists(KeyPath(dir)))
    return Status::AlreadyExists(fmt::format("{} holds a key already", dir));
  const SigningKey secret = SigningKey::Generate();
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(NamePath(dir), name + "\n", 0600));
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(KeyPath(dir), HexEncode(secret.seed()) + "\n", 0600));
  return NoteKey{name, type, secret.public_key()};
}

Result<TreeSigner> TreeSigner::Open(const std::string& dir, const std::string& name, NoteKeyType type,
                                    std::vector<NoteKey> log_keys) {
  GASHT_ASSIGN_OR_RETURN(SigningKey secret, ReadKey(dir));
  std::string own = name;
  if (own.empty()) {
    GASHT_ASSIGN_OR_RETURN(own, ReadFile(NamePath(dir), kMaxFileBytes));
    if (own.ends_with('\n')) own.pop_back();
    if (!IsValidNoteName(own)) return Status::DataLoss(NamePath(dir) + " is not a name");
  }
  NoteKey key{std::move(own), type, secret.public_key()};
  GASHT_ASSIGN_OR_RETURN(Checkpoint last, ReadMemory(dir));
  return TreeSigner(dir, std::move(key), std::move(secret), std::move(log_keys), std::move(last));
}

Status TreeSigner::Remember(const Checkpoint& checkpoint) {
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(StatePath(dir_), checkpoint.str(), 0600));
  last_ = checkpoint;
  return Status::Ok();
}

Status TreeSigner::Restart(const Checkpoint& checkpoint) {
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(NamePath(dir_), checkpoint.origin + "\n", 0600));
  key_.name = checkpoint.origin;
  return Remember(checkpoint);
}

Result<NoteSignature> TreeSigner::Sign(const SignRequest& request, UtcTime now) {
  // Two signers over one folder have one memory: each looks at it, and writes it, under its lock.
  const FolderLock lock(KeyPath(dir_));
  if (!lock.held()) return Status::Unavailable("cannot lock " + KeyPath(dir_));
  GASHT_ASSIGN_OR_RETURN(last_, ReadMemory(dir_));
  GASHT_ASSIGN_OR_RETURN(const Checkpoint next, Checkpoint::Parse(request.note.text));
  if (!log_keys_.empty() && std::none_of(log_keys_.begin(), log_keys_.end(),
                                         [&](const NoteKey& key) { return IsSignedBy(request.note, key); }))
    return Status::DataLoss("the checkpoint is signed by none of the logs that are witnessed here");
  // After a restore the log has another name and its witness, who was given the new name's key, goes on; the old life is over then.
  const bool is_next_life = key_.type == NoteKeyType::kCosignature &&
                            LogOf(next.origin) == LogOf(last_.origin) &&
                            EpochOf(next.origin) > EpochOf(last_.origin);
  if (last_.head.size > 0 && !is_next_life) {
    if (LogOf(next.origin) == LogOf(last_.origin) && EpochOf(next.origin) < EpochOf(last_.origin))
      return Status::DataLoss(
          fmt::format("rollback: the log went on as {}, this is {}", last_.origin, next.origin));
    if (next.origin != last_.origin)
      return Status::DataLoss(fmt::format("fork: {} was signed before, not {}", last_.origin, next.origin));
    if (next.head.size < last_.head.size)
      return Status::DataLoss(fmt::format("rollback: {} leaves were signed before, now there are {}",
                                          last_.head.size, next.head.size));
    // Another process signed in between, or a witness's answer was lost: no proof of anything.
    if (request.old_size != last_.head.size)
      return Status::FailedPrecondition(
          fmt::format("{0} a tree of {1} leaves was signed last, the proof begins at {2} (a witness is asked "
                      "again with gasht custody request --from {1})",
                      kStale, last_.head.size, request.old_size));
    if (!VerifyConsistency(last_.head.size, last_.head.root, next.head.size, next.head.root, request.proof))
      return Status::DataLoss(
          fmt::format("fork: the tree of {} leaves does not begin with the {} that were signed before",
                      next.head.size, last_.head.size));
  }
  GASHT_RETURN_IF_ERROR(Remember(next));
  return key_.type == NoteKeyType::kCosignature ? CosignNote(request.note.text, key_.name, secret_, now)
                                                : SignNote(request.note.text, key_.name, secret_);
}

Result<Checkpoint> TreeSigner::Remembered() {
  const FolderLock lock(KeyPath(dir_));
  if (!lock.held()) return Status::Unavailable("cannot lock " + KeyPath(dir_));
  GASHT_ASSIGN_OR_RETURN(last_, ReadMemory(dir_));
  return last_;
}

void ServeSigner(int fd, TreeSigner& signer, const Clock& clock) {
  while (true) {
    const Result<std::string> message = ReceiveMessage(fd, /*timeout_ms=*/-1);
    if (!message.ok()) return;
    std::string answer;
    if (*message == kLast) {
      const Result<Checkpoint> last = signer.Remembered();
      if (!last.ok()) {
        answer = fmt::format("{}{}", kRefused, last.status().message());
      } else {
        answer = last->head.size == 0 ? std::string("none\n") : last->str();
      }
    } else {
      const Result<SignRequest> request = SignRequest::Parse(*message);
      const Result<NoteSignature> signature =
          request.ok() ? signer.Sign(*request, clock.Utc()) : Result<NoteSignature>(request.status());
      answer = signature.ok() ? SignedNote{request->note.text, {*signature}}.str()
                              : fmt::format("{}{}", kRefused, signature.status().message());
    }
    if (!SendMessage(fd, answer)) return;
  }
}

SignerClient::~SignerClient() {
  if (fd_ >= 0) close(fd_);
  if (child_pid_ > 0) waitpid(child_pid_, nullptr, 0);
}

Result<std::string> SignerClient::Ask(std::string_view request) {
  MutexLock lock(mu_);
  if (!SendMessage(fd_, request)) return Status::Unavailable("the signer is not there");
  return ReceiveMessage(fd_, kAnswerMs);
}

Result<Checkpoint> SignerClient::Last() {
  GASHT_ASSIGN_OR_RETURN(const std::string answer, Ask(kLast));
  if (answer == "none\n") return Checkpoint();
  if (answer.starts_with(kRefused)) return Refusal(answer.substr(kRefused.size()));
  return Checkpoint::Parse(answer);
}

Result<NoteSignature> SignerClient::Sign(const SignRequest& request) {
  const Result<std::string> answer = Ask(request.str());
  if (!answer.ok()) return answer.status();
  if (answer->starts_with(kRefused)) return Refusal(answer->substr(kRefused.size()));
  GASHT_ASSIGN_OR_RETURN(const SignedNote note, SignedNote::Parse(*answer));
  if (note.text != request.note.text) return Status::Internal("the signer signed something else");
  return note.signatures.front();
}

}  // namespace gasht
