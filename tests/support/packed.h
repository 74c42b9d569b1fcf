#pragma once

// gzip by hand (RFC 1951, RFC 1952): bombs and broken ones that no library would make. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gasht {

// `blocks` times 65,535 zero bytes, about 330 bytes for each: fixed Huffman blocks of the longest matches. The
// checksum is right for one block only: a bomb is never read to its end.
std::string GzipOfZeros(size_t blocks);

// `bytes` in stored blocks, with `checksum_error` added to the right checksum.
std::string StoredGzip(std::string_view bytes, uint32_t checksum_error = 0);

}  // namespace gasht
