// Payload of a few bytes, which is most payload: masked or copied, and looked at, in one pass.
#pragma once

#include <bit>
#include <cstdint>

#include "protocol/mask.hpp"

namespace duplex::protocol {

/// The longest payload whose length stands in the second byte of a frame (RFC 6455 §5.2).
constexpr std::size_t short_payload_bytes_max = 125;

/// Four masking bytes as the word that a load of them gives.
using MaskingWord = std::uint32_t;

inline MaskingWord masking_word(const std::byte* key) {
  MaskingWord word;
  std::memcpy(&word, key, sizeof word);
  return word;
}

/// A block of payload on its way: loads are done before the first store, so that blocks may overlap.
template<class Word>
struct PayloadBlock {
  Word word;
  PayloadBlock(const std::byte* from, Word key) {
    std::memcpy(&word, from, sizeof word);
    word ^= key;
  }
  void store(std::byte* to) const { std::memcpy(to, &word, sizeof word); }
};

/// The key for a payload that begins `count` bytes later.
inline MaskingWord masking_word_after(MaskingWord key, std::size_t count) {
  const int bits = static_cast<int>(count % 4 * 8);
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

/// XORs `count` bytes with the key on their way from `from` to `to`, which are the same place or do not
/// overlap. True: everything written is ASCII. No byte outside of the two is touched: the last block overlaps
/// the one before it instead of going byte by byte.
inline bool xor_short(const std::byte* from, std::byte* to, std::size_t count, MaskingWord key) {
  using Vector = std::uint64_t __attribute__((vector_size(16)));
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  constexpr std::uint64_t twice = 0x1'0000'0001;
  if (count >= 16) {
    const std::uint64_t key8 = key * twice;
    const std::uint64_t tail_key8 = masking_word_after(key, count) * twice;
    const PayloadBlock<Vector> tail(from + count - 16, Vector{tail_key8, tail_key8});
    Vector seen = tail.word;
    for (std::size_t at = 0; at + 16 < count; at += 16) {
      const PayloadBlock<Vector> block(from + at, Vector{key8, key8});
      seen |= block.word;
      block.store(to + at);
    }
    tail.store(to + count - 16);
    return ((seen[0] | seen[1]) & high_bits) == 0;
  }
  if (count >= 8) {
    const PayloadBlock<std::uint64_t> tail(from + count - 8, masking_word_after(key, count) * twice);
    const PayloadBlock<std::uint64_t> head(from, key * twice);
    head.store(to);
    tail.store(to + count - 8);
    return ((head.word | tail.word) & high_bits) == 0;
  }
  if (count >= 4) {
    const PayloadBlock<MaskingWord> tail(from + count - 4, masking_word_after(key, count));
    const PayloadBlock<MaskingWord> head(from, key);
    head.store(to);
    tail.store(to + count - 4);
    return ((head.word | tail.word) & 0x8080'8080) == 0;
  }
  std::byte seen{0};
  for (std::size_t at = 0; at < count; ++at) {
    const std::byte byte = from[at] ^ reinterpret_cast<const std::byte*>(&key)[at];
    seen |= byte;
    to[at] = byte;
  }
  return (seen & std::byte{0x80}) == std::byte{0};
}

}  // namespace duplex::protocol
