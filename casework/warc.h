#pragma once

// WARC 1.1 (ISO 28500:2017): records written one gzip member each, and a reader for what others wrote. Plain
// values and objects confined to one thread.
//
// The reader takes WARC/0.17 to 1.1, plain or gzip in any arrangement of members, and line ends and header
// spellings that are out in the world (bare LF, <URI> in brackets, spaces in a URI). What cannot be read is
// DataLoss naming the byte where the record begins; ARC files are refused by name. Budgets: 64 KiB of header,
// 1,000 fields, blocks as the caller allows.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/status.h"
#include "casework/deflate.h"

namespace gasht {

struct WarcRecord {
  std::string version = "WARC/1.1";
  // In order, names as written; Content-Length and the digests are the writer's business.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string block;

  // Names are compared without case. Empty when there is none.
  std::string_view Field(std::string_view name) const;
  std::string_view type() const { return Field("WARC-Type"); }
  WarcRecord& Add(std::string_view name, std::string_view value);
};

inline constexpr std::string_view kIdenticalPayload =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

// "sha256:<hex>".
std::string WarcDigest(const Digest& digest);

// The record's bytes: WARC-Block-Digest and Content-Length are added.
std::string SerializeWarc(const WarcRecord& record);

// "<urn:uuid:...>" made of the first 16 bytes of a digest, marked version 8 (RFC 9562: of one's own making).
std::string WarcRecordId(const Digest& of);

// Where the HTTP head of a block ends (behind the empty line); nothing when there is no empty line.
std::optional<size_t> HttpHeadBytes(std::string_view block);

// The payload of a request or response block: the entity body with chunking undone, as the digest is over
// it. Nothing when its chunks are broken. Other records: the block.
std::optional<std::string> WarcPayload(const WarcRecord& record);

// Whether a digest field ("sha1:" in base32, "sha256:" in hex or base32, "md5:" in hex) is that of `bytes`.
enum class DigestCheck { kAbsent, kUnknown, kPassed, kFailed };
DigestCheck CheckWarcDigest(std::string_view field, std::string_view bytes);

// WARC-Payload-Digest over the payload, or over the body with its chunks as received: the standard says the
// first, much of the world writes the second.
DigestCheck CheckPayloadDigest(const WarcRecord& record);

class WarcReader {
 public:
  // Fills in the next bytes of the file, empty at its end.
  using Source = std::function<Result<std::string>()>;
  explicit WarcReader(Source source, size_t max_block_bytes = size_t{64} << 20);

  // The next record; nothing at the end.
  Result<std::optional<WarcRecord>> Next();
  // Of the record that Next returned last: where it begins in the file, and its packed size. Exact for plain
  // files and for one record a member.
  uint64_t offset() const { return offset_; }
  uint64_t length() const { return consumed_ - offset_; }
  bool gzip() const { return gzip_; }
  // Every record so far was a member of its own.
  bool member_per_record() const { return member_per_record_; }
  // Every record so far was followed by its two line ends.
  bool closed_as_told() const { return closed_as_told_; }

 private:
  Status Pull();  // more into plain_, or at_end_
  Status Refill();
  Result<std::optional<std::string>> Line(size_t& budget);
  Status Damaged(std::string_view what) const;

  const Source source_;
  const size_t max_block_bytes_;
  Inflater inflater_{DeflateWrap::kGzip};
  std::string packed_;
  size_t packed_at_ = 0;
  std::string plain_;  // unpacked and not yet read, from plain_at_
  size_t plain_at_ = 0;
  uint64_t consumed_ = 0;  // bytes of the file that are unpacked or read
  uint64_t offset_ = 0;
  bool started_ = false, gzip_ = false, source_ended_ = false, at_end_ = false, in_member_ = false;
  bool member_per_record_ = true, closed_as_told_ = true;
};

}  // namespace gasht
