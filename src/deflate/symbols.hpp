// The alphabets of DEFLATE: literals, lengths and distances (RFC 1951 §3.2.5).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace duplex::deflate {

inline constexpr std::size_t length_symbols = 29;
inline constexpr std::size_t first_length_symbol = 257;
inline constexpr std::size_t end_of_block = 256;
inline constexpr std::size_t literal_symbols = first_length_symbol + length_symbols;
inline constexpr std::size_t distance_symbols = 30;

inline constexpr std::size_t match_bytes_max = 258;

/// A symbol that stands for `base` and the number in the bits that follow it.
struct Ranged {
  std::uint16_t base = 0;
  std::uint8_t extra_bits = 0;
};

inline constexpr std::array<Ranged, length_symbols> lengths = [] {
  std::array<Ranged, length_symbols> table{};
  std::uint16_t base = 3;
  for (std::size_t symbol = 0; symbol < length_symbols; ++symbol) {
    const auto extra_bits = static_cast<std::uint8_t>(symbol < 8 ? 0 : symbol / 4 - 1);
    table[symbol] = {base, extra_bits};
    base = static_cast<std::uint16_t>(base + (1U << extra_bits));
  }
  table[length_symbols - 1] = {match_bytes_max, 0};  // breaks the row, and the one before it ends at 257
  return table;
}();

inline constexpr std::array<Ranged, distance_symbols> distances = [] {
  std::array<Ranged, distance_symbols> table{};
  std::uint16_t base = 1;
  for (std::size_t symbol = 0; symbol < distance_symbols; ++symbol) {
    const auto extra_bits = static_cast<std::uint8_t>(symbol < 4 ? 0 : symbol / 2 - 1);
    table[symbol] = {base, extra_bits};
    base = static_cast<std::uint16_t>(base + (1U << extra_bits));
  }
  return table;
}();

/// The index into `lengths` of every length.
inline constexpr std::array<std::uint8_t, match_bytes_max + 1> length_indices = [] {
  std::array<std::uint8_t, match_bytes_max + 1> table{};
  for (std::size_t symbol = 0; symbol < length_symbols; ++symbol)
    for (std::size_t length = lengths[symbol].base; length <= match_bytes_max; ++length)
      table[length] = static_cast<std::uint8_t>(symbol);
  return table;
}();

/// Two symbols for every power of two: the second one has the next lower bit set.
constexpr std::size_t distance_symbol(std::size_t distance) {
  const std::size_t steps = distance - 1;
  if (steps < 2) return steps;
  const auto highest_bit = static_cast<std::size_t>(std::bit_width(steps)) - 1;
  return 2 * highest_bit + ((steps >> (highest_bit - 1)) & 1);
}

}  // namespace duplex::deflate
