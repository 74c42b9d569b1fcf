#include "casework/warc.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace gasht {
namespace {

constexpr size_t kMostHeader = size_t{64} << 10;
constexpr size_t kMostFields = 1'000;
constexpr size_t kUnpackAtOnce = size_t{256} << 10;

bool EqualFold(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::optional<uint64_t> Number(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// The value of an HTTP header, from a head with lines ending in CRLF or LF.
std::string_view HttpHeader(std::string_view head, std::string_view name) {
  for (size_t begin = 0; begin < head.size();) {
    const size_t end = std::min(head.find('\n', begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && EqualFold(Trim(line.substr(0, colon)), name))
      return Trim(line.substr(colon + 1));
    begin = end + 1;
  }
  return {};
}

std::optional<std::string> Dechunk(std::string_view body) {
  std::string out;
  while (true) {
    const size_t end = body.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = body.substr(0, end);
    const auto size = Number(Trim(line.substr(0, line.find(';'))), 16);
    if (!size) return std::nullopt;
    body.remove_prefix(end + 1);
    if (*size == 0) return out;
    if (*size > body.size()) return std::nullopt;
    out += body.substr(0, *size);
    body.remove_prefix(*size);
    if (body.starts_with("\r\n")) {
      body.remove_prefix(2);
    } else if (body.starts_with("\n")) {
      body.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
}

std::string Base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(c);
    for (count += 8; count >= 5; count -= 5) out += kAlphabet[bits >> (count - 5) & 31];
  }
  if (count > 0) out += kAlphabet[bits << (5 - count) & 31];
  return out;
}

std::string Hash(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, algorithm,
                 nullptr) != 1)
    return {};
  out.resize(size);
  return out;
}

}  // namespace

std::string_view WarcRecord::Field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (EqualFold(key, name)) return value;
  }
  return {};
}

WarcRecord& WarcRecord::Add(std::string_view name, std::string_view value) {
  fields.emplace_back(name, value);
  return *this;
}

std::string WarcDigest(const Digest& digest) {
  return "sha256:" + digest.hex();
}

std::string SerializeWarc(const WarcRecord& record) {
  std::string out = record.version + "\r\n";
  out.reserve(record.block.size() + 2048);
  for (const auto& [name, value] : record.fields) {
    out += name;
    out += ": ";
    // A line break in a value (a URL cannot have one) would begin another field.
    for (const char c : value) out += c == '\r' || c == '\n' ? ' ' : c;
    out += "\r\n";
  }
  out += "WARC-Block-Digest: " + WarcDigest(Sha256(record.block)) + "\r\n";
  out += fmt::format("Content-Length: {}\r\n\r\n", record.block.size());
  out += record.block;
  return out += "\r\n\r\n";
}

std::string WarcRecordId(const Digest& of) {
  std::string hex = of.hex().substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[hex[16] & 3];
  return fmt::format("<urn:uuid:{}-{}-{}-{}-{}>", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

std::optional<size_t> HttpHeadBytes(std::string_view block) {
  for (size_t begin = 0; begin < block.size();) {
    const size_t end = block.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    const size_t bytes = end - begin;
    if (bytes == 0 || (bytes == 1 && block[begin] == '\r')) return end + 1;
    begin = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> WarcPayload(const WarcRecord& record) {
  if (!record.Field("Content-Type").starts_with("application/http")) return record.block;
  const auto head_bytes = HttpHeadBytes(record.block);
  if (!head_bytes) return std::string();
  const std::string_view block = record.block;
  const std::string_view body = block.substr(*head_bytes);
  if (!EqualFold(HttpHeader(block.substr(0, *head_bytes), "Transfer-Encoding"), "chunked"))
    return std::string(body);
  return Dechunk(body);
}

DigestCheck CheckWarcDigest(std::string_view field, std::string_view bytes) {
  if (field.empty()) return DigestCheck::kAbsent;
  const size_t colon = field.find(':');
  if (colon == std::string_view::npos) return DigestCheck::kUnknown;
  const std::string_view name = field.substr(0, colon), value = field.substr(colon + 1);
  const EVP_MD* algorithm = nullptr;
  if (EqualFold(name, "sha1") || EqualFold(name, "sha-1")) algorithm = EVP_sha1();
  if (EqualFold(name, "sha256") || EqualFold(name, "sha-256")) algorithm = EVP_sha256();
  if (EqualFold(name, "md5")) algorithm = EVP_md5();
  if (algorithm == nullptr) return DigestCheck::kUnknown;
  const std::string hash = Hash(algorithm, bytes);
  std::string_view unpadded = value;
  while (unpadded.ends_with('=')) unpadded.remove_suffix(1);
  const bool same = EqualFold(value, HexEncode(hash)) || EqualFold(unpadded, Base32(hash));
  return same ? DigestCheck::kPassed : DigestCheck::kFailed;
}

DigestCheck CheckPayloadDigest(const WarcRecord& record) {
  const std::string_view field = record.Field("WARC-Payload-Digest");
  if (field.empty()) return DigestCheck::kAbsent;
  const std::optional<std::string> payload = WarcPayload(record);
  const DigestCheck check = payload ? CheckWarcDigest(field, *payload) : DigestCheck::kFailed;
  const std::optional<size_t> head = HttpHeadBytes(record.block);
  if (check != DigestCheck::kFailed || !head) return check;
  return CheckWarcDigest(field, std::string_view(record.block).substr(*head));
}

WarcReader::WarcReader(Source source, size_t max_block_bytes)
    : source_(std::move(source)), max_block_bytes_(max_block_bytes) {}

Status WarcReader::Damaged(std::string_view what) const {
  return Status::DataLoss(fmt::format("the record at byte {}: {}", offset_, what));
}

// More of the file into packed_.
Status WarcReader::Refill() {
  if (packed_at_ < packed_.size() || source_ended_) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(packed_, source_());
  packed_at_ = 0;
  source_ended_ = packed_.empty();
  return Status::Ok();
}

Status WarcReader::Pull() {
  if (plain_at_ > 0) {
    plain_.erase(0, plain_at_);
    plain_at_ = 0;
  }
  GASHT_RETURN_IF_ERROR(Refill());
  if (!started_) {
    started_ = true;
    while (packed_.size() == 1) {  // the magic has two bytes
      GASHT_ASSIGN_OR_RETURN(const std::string more, source_());
      if (more.empty()) break;
      packed_ += more;
    }
    gzip_ = packed_.starts_with("\x1f\x8b");
  }
  if (source_ended_) {
    at_end_ = true;
    return in_member_ ? Damaged("the file ends inside a gzip member") : Status::Ok();
  }
  if (!gzip_) {
    plain_.append(packed_, packed_at_);
    consumed_ += packed_.size() - packed_at_;
    packed_at_ = packed_.size();
    return Status::Ok();
  }
  in_member_ = true;
  const Result<Inflater::Step> step =
      inflater_.Unpack(std::string_view(packed_).substr(packed_at_), kUnpackAtOnce, plain_);
  if (!step.ok()) return Damaged(step.status().message());
  packed_at_ += step->consumed;
  consumed_ += step->consumed;
  in_member_ = !step->ended;
  return Status::Ok();
}

// A line without its end; nothing at the end of the file. `budget` is what the header may still take.
Result<std::optional<std::string>> WarcReader::Line(size_t& budget) {
  size_t looked = plain_at_;
  while (true) {
    const size_t end = plain_.find('\n', looked);
    if (end != std::string::npos) {
      std::string line = plain_.substr(plain_at_, end - plain_at_);
      plain_at_ = end + 1;
      if (line.size() > budget) return Damaged("its header is longer than 64 KiB");
      budget -= line.size();
      while (line.ends_with('\r')) line.pop_back();
      return std::optional<std::string>(std::move(line));
    }
    if (at_end_) {
      if (plain_at_ == plain_.size()) return std::optional<std::string>();
      return Damaged("the file ends inside its header");
    }
    if (plain_.size() - plain_at_ > budget) return Damaged("its header is longer than 64 KiB");
    looked = plain_.size() - plain_at_;  // Pull moves what is left to the front
    GASHT_RETURN_IF_ERROR(Pull());
  }
}

Result<std::optional<WarcRecord>> WarcReader::Next() {
  // Empty lines between records.
  size_t budget = kMostHeader;
  std::optional<std::string> line;
  while (true) {
    // Where the record begins is exact when nothing unpacked is left over.
    if (plain_at_ == plain_.size() && !in_member_) {
      offset_ = consumed_;
    } else if (!gzip_) {
      offset_ = consumed_ - (plain_.size() - plain_at_);
    } else if (started_) {
      member_per_record_ = false;
    }
    GASHT_ASSIGN_OR_RETURN(line, Line(budget));
    if (!line) return std::optional<WarcRecord>();
    if (!line->empty()) break;
  }
  WarcRecord record;
  record.version = *line;
  if (line->starts_with("filedesc://")) return Damaged("this is an ARC file, not WARC");
  if (!line->starts_with("WARC/0.") && !line->starts_with("WARC/1."))
    return Damaged(
        "it does not begin with WARC/1.0 or WARC/1.1, or the one before is not as long as it says");
  while (true) {
    GASHT_ASSIGN_OR_RETURN(line, Line(budget));
    if (!line) return Damaged("the file ends inside its header");
    if (line->empty()) break;
    if ((line->front() == ' ' || line->front() == '\t') && !record.fields.empty()) {
      record.fields.back().second += " " + std::string(Trim(*line));
      continue;
    }
    const size_t colon = line->find(':');
    if (colon == std::string::npos) return Damaged("a header line has no colon");
    if (record.fields.size() == kMostFields) return Damaged("it has more than 1,000 fields");
    record.fields.emplace_back(Trim(std::string_view(*line).substr(0, colon)),
                               Trim(std::string_view(*line).substr(colon + 1)));
    // wget 1.14 and others write <http://...>.
    auto& [name, value] = record.fields.back();
    if (EqualFold(name, "WARC-Target-URI") && value.size() > 2 && value.front() == '<' && value.back() == '>')
      value = value.substr(1, value.size() - 2);
  }
  for (const std::string_view name : {"WARC-Type", "WARC-Record-ID", "WARC-Date"}) {
    if (record.Field(name).empty()) return Damaged(fmt::format("it has no {}", name));
  }
  const auto length = Number(record.Field("Content-Length"), 10);
  if (!length) return Damaged("its Content-Length is missing or not a number");
  if (*length > max_block_bytes_)
    return Damaged(fmt::format("its block has {} bytes, more than {}", *length, max_block_bytes_));
  while (plain_.size() - plain_at_ < *length) {
    if (at_end_) return Damaged("the file ends inside its block");
    GASHT_RETURN_IF_ERROR(Pull());
  }
  record.block = plain_.substr(plain_at_, static_cast<size_t>(*length));
  plain_at_ += record.block.size();
  // Two line ends close a record. Others write one, or count them as part of the block; what stands there
  // instead is not lost on us, for the next record must begin behind it.
  int ends = 0;
  for (; ends < 2; ++ends) {
    while (plain_.size() - plain_at_ < 2 && !at_end_ && (!gzip_ || in_member_)) GASHT_RETURN_IF_ERROR(Pull());
    const std::string_view rest = std::string_view(plain_).substr(plain_at_);
    if (!rest.starts_with("\r\n") && !rest.starts_with('\n')) break;
    plain_at_ += rest.front() == '\n' ? 1 : 2;
  }
  closed_as_told_ = closed_as_told_ && ends == 2;
  // The trailer of its member, so that the next begins where this one ends.
  while (gzip_ && in_member_ && plain_at_ == plain_.size() && !at_end_) GASHT_RETURN_IF_ERROR(Pull());
  return std::optional<WarcRecord>(std::move(record));
}

}  // namespace gasht
