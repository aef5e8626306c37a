// One block of DEFLATE data: collected as literals and matches, written in the smallest form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <duplex/bytes.hpp>

#include "deflate/bit_writer.hpp"
#include "deflate/symbols.hpp"

namespace duplex::deflate {

struct BlockCodes;

/// Used again for the next block once it was written. Small enough for the stack and the innermost cache.
class Block {
 public:
  /// Time to write it: there is still room for the literals that one match may give way to.
  bool is_full() const { return size_ + match_bytes_max >= tokens_max; }

  void add_literal(std::byte literal) {
    const auto symbol = std::to_integer<std::uint32_t>(literal);
    tokens_[size_++] = symbol;
    ++literal_frequencies_[symbol];
  }
  void add_match(std::size_t length, std::size_t distance) {
    tokens_[size_++] = static_cast<std::uint32_t>(length << length_shift | distance);
    ++literal_frequencies_[first_length_symbol + length_indices[length]];
    ++distance_frequencies_[distance_symbol(distance)];
  }

  /// `content` is what the symbols stand for, below 64 KiB. The block is empty then.
  void write(ConstBytes content, BitWriter& writer);

 private:
  static constexpr std::size_t tokens_max = 8192;
  static constexpr unsigned length_shift = 16;
  static constexpr std::uint32_t distance_mask = 0xFFFF;

  std::size_t extra_bits() const;
  std::size_t fixed_bits() const;
  static void write_stored(ConstBytes content, BitWriter& writer);
  void write_tokens(const BlockCodes& codes, BitWriter& writer) const;
  static void write_match(const BlockCodes& codes, std::size_t length, std::size_t distance,
                          BitWriter& writer);
  void clear();

  std::array<std::uint16_t, literal_symbols> literal_frequencies_{};
  std::array<std::uint16_t, distance_symbols> distance_frequencies_{};
  std::size_t size_ = 0;
  std::array<std::uint32_t, tokens_max> tokens_;  // literals, or lengths and distances
};

}  // namespace duplex::deflate
