#include "base/content_coding.h"

#include <zlib.h>

#include <gtest/gtest.h>

namespace gasht {
namespace {

using State = ContentDecoder::State;

std::string Pack(std::string_view plain, int window) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, plain.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
std::string Gzip(std::string_view plain) {
  return Pack(plain, 16 + MAX_WBITS);
}

std::string Words(size_t bytes) {
  std::string text;
  for (uint64_t word = 7; text.size() < bytes; word = word * 6364136223846793005u + 1442695040888963407u)
    text += std::to_string(word >> 40) + " offers\n";
  text.resize(bytes);
  return text;
}

struct Decoded {
  std::string plain;
  State state = State::kMore;
};
Decoded DecodeIn(std::string_view coding, std::string_view coded, size_t piece, size_t max_bytes) {
  ContentDecoder decoder(coding);
  Decoded out;
  for (size_t at = 0; at < coded.size(); at += piece)
    out.state = decoder.Decode(coded.substr(at, piece), max_bytes, out.plain);
  return out;
}

TEST(ContentCodingTest, NamesInOneSpelling) {
  const struct {
    std::string list;
    std::optional<std::string> normal;
  } cases[] = {
      {"", ""},
      {"identity", ""},
      {" , ,", ""},
      {"gzip", "gzip"},
      {"X-Gzip", "gzip"},
      {"DEFLATE,identity , gzip", "deflate, gzip"},
      {"gzip,gzip,gzip,gzip,gzip", "gzip, gzip, gzip, gzip, gzip"},
      {"gzip,gzip,gzip,gzip,gzip,gzip", std::nullopt},
      {"br", std::nullopt},
      {"gzip;q=1", std::nullopt},
      {"chunked", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(NormalContentCoding(c.list), c.normal) << c.list;
}

TEST(ContentCodingTest, UnpacksTheSameInAnyPieces) {
  const std::string plain = Words(200'000), zlib = Pack(plain, MAX_WBITS), bare = Pack(plain, -MAX_WBITS);
  std::string late = Gzip(plain);
  late[late.size() - 6] = static_cast<char>(late[late.size() - 6] ^ 1);  // the checksum
  std::string early = Gzip(plain);
  for (size_t at = 5'000; at < 5'040; ++at) early[at] = '\xff';
  const struct {
    const char* name;
    std::string coding, coded, plain;
    State state;
  } cases[] = {
      {"gzip", "gzip", Gzip(plain), plain, State::kEnded},
      {"zlib", "deflate", zlib, plain, State::kEnded},
      {"bare deflate", "deflate", bare, plain, State::kEnded},
      {"gzip of deflate", "deflate, gzip", Gzip(zlib), plain, State::kEnded},
      {"deflate of gzip", "gzip, deflate", Pack(Gzip(plain), MAX_WBITS), plain, State::kEnded},
      {"five deep", "gzip, gzip, gzip, gzip, gzip", Gzip(Gzip(Gzip(Gzip(Gzip(plain))))), plain,
       State::kEnded},
      {"two members", "gzip", Gzip("first ") + Gzip("second"), "first second", State::kEnded},
      {"junk behind", "gzip", Gzip("first") + "junk", "first", State::kEnded},
      {"junk that begins like a member", "gzip", Gzip("first") + "\x1f\x8b nothing like it", "first",
       State::kEnded},
      {"cut off", "gzip", Gzip("first").substr(0, 10), "", State::kMore},
      {"nothing", "gzip", "", "", State::kMore},
      {"one byte", "gzip", "\x1f", "", State::kMore},
      {"no gzip", "gzip", "not gzip at all", "", State::kBroken},
      {"no deflate", "deflate", "\x01\x02\x03 no deflate", "", State::kBroken},
      {"a wrong checksum", "gzip", late, plain, State::kBroken},
  };
  for (const auto& c : cases) {
    for (const size_t piece : {c.coded.size() + 1, size_t{1}, size_t{7}, size_t{4'096}}) {
      const Decoded decoded = DecodeIn(c.coding, c.coded, piece, 1 << 20);
      EXPECT_EQ(decoded.plain, c.plain) << c.name << " in pieces of " << piece;
      EXPECT_EQ(static_cast<int>(decoded.state), static_cast<int>(c.state)) << c.name << " " << piece;
    }
    EXPECT_EQ(DecodeContent(c.coding, c.coded, 1 << 20), c.plain) << c.name;
  }
  // Damage in the middle: what came before it is the same, however it came.
  const std::string whole = DecodeContent("gzip", early, 1 << 20);
  EXPECT_GT(whole.size(), 1'000u);
  EXPECT_LT(whole.size(), plain.size());
  for (const size_t piece : {size_t{1}, size_t{13}, size_t{1'000}})
    EXPECT_EQ(DecodeIn("gzip", early, piece, 1 << 20).plain, whole) << piece;
}

TEST(ContentCodingTest, NeverMoreThanAsked) {
  const std::string plain = Words(100'000), bomb = Gzip(Gzip(std::string(20'000'000, 'a')));
  for (const size_t limit : {size_t{0}, size_t{1}, size_t{99'999}}) {
    const Decoded decoded = DecodeIn("gzip", Gzip(plain), 1'000, limit);
    EXPECT_EQ(decoded.plain, plain.substr(0, limit)) << limit;
    EXPECT_EQ(decoded.state, State::kFull) << limit;
  }
  EXPECT_EQ(DecodeIn("gzip", Gzip(plain), 1'000, plain.size()).state, State::kEnded);
  EXPECT_EQ(DecodeContent("gzip, gzip", bomb, 1'000), std::string(1'000, 'a'));
  // Many members, each of nothing: no depth, no end that is missed.
  std::string members;
  const std::string nothing = Gzip("");
  for (int i = 0; i < 20'000; ++i) members += nothing;
  EXPECT_EQ(DecodeContent("gzip", members + Gzip("end"), 1'000), "end");
}

}  // namespace
}  // namespace gasht
