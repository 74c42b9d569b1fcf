#include "base/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace gasht {
namespace {

constexpr size_t kChunk = size_t{32} << 10;
constexpr std::string_view kGzip = "gzip", kDeflate = "deflate";

std::string_view TrimBlanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return lower(x) == lower(y);
  });
}

// One coding, in either of its spellings on the wire.
class Stage {
 public:
  explicit Stage(bool is_gzip) : is_gzip_(is_gzip) {}

  // The content is complete, as far as is known: another member of a gzip file may follow.
  bool has_ended() const { return members_ > 0 && stream_ == nullptr; }

  // `sink` gets what comes out and says whether it wants more. False: broken.
  template <typename Sink>
  bool Feed(std::string_view piece, Sink sink) {
    while (!piece.empty() && !is_spent_) {
      if (stream_ == nullptr) {
        // Two bytes tell the two kinds of deflate apart, and whether another member follows (RFC 1952 section 2.2).
        while (held_.size() < 2 && !piece.empty()) {
          held_ += piece.front();
          piece.remove_prefix(1);
        }
        if (held_.size() < 2) return true;
        if (members_ > 0 && (!is_gzip_ || held_ != "\x1f\x8b")) {
          is_spent_ = true;
          return true;
        }
        Open();
        bool wants_more = true;
        std::string_view first = held_;
        const bool sound = Inflate(first, sink, wants_more);
        held_.clear();
        if (!sound) return false;
        if (!wants_more) return true;
        continue;
      }
      bool wants_more = true;
      if (!Inflate(piece, sink, wants_more)) return false;
      if (!wants_more) return true;
    }
    return true;
  }

 private:
  // zlib keeps a pointer to its z_stream: it stays where it was made.
  struct Stream {
    z_stream z{};
    ~Stream() { inflateEnd(&z); }
  };

  void Open() {
    int window = 16 + MAX_WBITS;
    if (!is_gzip_) {
      // RFC 9110 means zlib (RFC 1950); some servers send the bare stream.
      const auto first = static_cast<unsigned char>(held_[0]), second = static_cast<unsigned char>(held_[1]);
      const bool is_zlib = (first & 15) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
      window = is_zlib ? MAX_WBITS : -MAX_WBITS;
    }
    stream_ = std::make_unique<Stream>();
    // Fails for want of memory only.
    if (inflateInit2(&stream_->z, window) != Z_OK) std::abort();
  }

  // Takes from the front of `piece`. Where the member ends the stream is closed and the rest left.
  template <typename Sink>
  bool Inflate(std::string_view& piece, Sink sink, bool& wants_more) {
    std::array<char, kChunk> chunk;
    z_stream& z = stream_->z;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    z.avail_in = static_cast<uInt>(piece.size());
    while (true) {
      z.next_out = reinterpret_cast<Bytef*>(chunk.data());
      z.avail_out = kChunk;
      const int result = inflate(&z, Z_NO_FLUSH);
      const bool is_chunk_full = z.avail_out == 0;
      wants_more = sink(std::string_view(chunk.data(), kChunk - z.avail_out));
      if (!wants_more) return true;
      if (result == Z_STREAM_END) {
        piece.remove_prefix(piece.size() - z.avail_in);
        stream_.reset();
        ++members_;
        return true;
      }
      if (result == Z_OK && (is_chunk_full || z.avail_in != 0)) continue;
      if (result == Z_OK || result == Z_BUF_ERROR) {
        piece = {};
        return true;
      }
      // Junk behind a whole member that happened to begin like another one is no damage.
      if (members_ == 0) return false;
      stream_.reset();
      is_spent_ = true;
      return true;
    }
  }

  bool is_gzip_;
  uint64_t members_ = 0;   // whole ones
  bool is_spent_ = false;  // nothing that follows is read
  std::string held_;       // the first bytes, until it is known what they begin
  std::unique_ptr<Stream> stream_;
};

}  // namespace

std::optional<std::string> NormalContentCoding(std::string_view list) {
  std::string normal;
  size_t count = 0;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view word = TrimBlanks(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (word.empty() || SameWord(word, "identity")) continue;
    const bool is_gzip = SameWord(word, "gzip") || SameWord(word, "x-gzip");
    if (!is_gzip && !SameWord(word, "deflate")) return std::nullopt;
    if (++count > kMaxContentCodings) return std::nullopt;
    if (!normal.empty()) normal += ", ";
    normal += is_gzip ? kGzip : kDeflate;
  }
  return normal;
}

struct ContentDecoder::Impl {
  std::vector<Stage> stages;  // the last coding applied is the first undone
  State state = State::kMore;

  // Hands `piece` to the stage `at` and what comes out of it to those behind; at most kMaxContentCodings deep.
  bool Feed(size_t at, std::string_view piece, size_t max_bytes, std::string& out) {
    if (at == stages.size()) {
      const size_t room = max_bytes - std::min(out.size(), max_bytes);
      out.append(piece.substr(0, room));
      if (piece.size() > room) state = State::kFull;
      return state == State::kMore;
    }
    const bool sound = stages[at].Feed(piece, [&](std::string_view plain) {
      return plain.empty() ? state == State::kMore : Feed(at + 1, plain, max_bytes, out);
    });
    if (!sound && state == State::kMore) state = State::kBroken;
    return state == State::kMore;
  }
};

ContentDecoder::ContentDecoder(std::string_view coding) : impl_(std::make_unique<Impl>()) {
  while (!coding.empty()) {
    const size_t comma = coding.rfind(',');
    const size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    impl_->stages.emplace_back(TrimBlanks(coding.substr(begin)) == kGzip);
    coding = coding.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  assert(!impl_->stages.empty() && impl_->stages.size() <= kMaxContentCodings);
}
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;

ContentDecoder::State ContentDecoder::Decode(std::string_view piece, size_t max_bytes, std::string& out) {
  if (impl_->state == State::kMore) impl_->Feed(0, piece, max_bytes, out);
  const bool has_ended = std::all_of(impl_->stages.begin(), impl_->stages.end(),
                                     [](const Stage& stage) { return stage.has_ended(); });
  return impl_->state == State::kMore && has_ended ? State::kEnded : impl_->state;
}

std::string DecodeContent(std::string_view coding, std::string_view coded, size_t max_bytes) {
  std::string plain;
  ContentDecoder(coding).Decode(coded, max_bytes, plain);
  return plain;
}

}  // namespace gasht
