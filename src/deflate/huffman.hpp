// Huffman codes as DEFLATE has them (RFC 1951 §3.2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplex::deflate {

/// A code is written with its last bit lowest.
struct Code {
  std::uint16_t bits = 0;
  std::uint8_t length = 0;  ///< 0: the symbol does not occur
};

inline constexpr std::size_t alphabet_symbols_max = 288;

/// Gives the symbols that occur codes of at most `length_max` bits (below 16) that take the least room, or
/// nearly so where that limit forbids it; the others get none. At least two symbols have to occur. Returns
/// how many bits the codes take for all of them together.
std::size_t make_codes(std::span<const std::uint16_t> frequencies, unsigned length_max,
                       std::span<Code> codes);

/// Fills in the bits that follow from the lengths.
void number_codes(std::span<Code> codes);

}  // namespace duplex::deflate
