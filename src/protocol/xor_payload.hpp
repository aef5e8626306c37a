// The loops over payload: it is masked or copied, and looked at, in one pass.
#pragma once

#include <cstdint>
#include <cstring>

#include "protocol/mask.hpp"

namespace duplex::protocol {

/// The longest payload whose length stands in the second byte of a frame (RFC 6455 §5.2).
constexpr std::size_t short_payload_bytes_max = 125;

/// A block of payload on its way: loads are done before the first store, so that blocks may overlap.
template<class Word>
struct PayloadBlock {
  Word word;
  [[gnu::always_inline]] PayloadBlock(const std::byte* from, const Word& key) {
    std::memcpy(&word, from, sizeof word);
    word ^= key;
  }
  [[gnu::always_inline]] void store(std::byte* to) const { std::memcpy(to, &word, sizeof word); }
};

/// XORs `count` bytes, at least one `Vector`, with the key on their way from `from` to `to`, which are the
/// same place or do not overlap. True: everything written is ASCII. No byte outside of the two is touched:
/// the last block overlaps the one before it instead of going byte by byte.
template<class Vector>
[[gnu::always_inline]] inline bool xor_by(const std::byte* from, std::byte* to, std::size_t count,
                                          MaskingKey key) {
  constexpr std::size_t width = sizeof(Vector);
  constexpr std::uint64_t twice = 0x1'0000'0001;
  const Vector keys = Vector{} + key.word() * twice;
  const PayloadBlock<Vector> tail(from + count - width, Vector{} + key.after(count).word() * twice);
  Vector seen = tail.word;
  std::size_t at = 0;
  // Four at a time where vectors are wide: a payload of a few bytes has no room for the question.
  for (; width > 16 && at + 4 * width <= count; at += 4 * width) {
    const PayloadBlock<Vector> block0(from + at, keys);
    const PayloadBlock<Vector> block1(from + at + width, keys);
    const PayloadBlock<Vector> block2(from + at + 2 * width, keys);
    const PayloadBlock<Vector> block3(from + at + 3 * width, keys);
    seen |= (block0.word | block1.word) | (block2.word | block3.word);
    block0.store(to + at);
    block1.store(to + at + width);
    block2.store(to + at + 2 * width);
    block3.store(to + at + 3 * width);
  }
  for (; at + width < count; at += width) {
    const PayloadBlock<Vector> block(from + at, keys);
    seen |= block.word;
    block.store(to + at);
  }
  tail.store(to + count - width);
  std::uint64_t seen8 = 0;
  for (std::size_t lane = 0; lane < width / sizeof seen8; ++lane) seen8 |= seen[lane];
  return (seen8 & 0x8080'8080'8080'8080) == 0;
}

/// The same for any count, made for the few bytes of most messages.
inline bool xor_short(const std::byte* from, std::byte* to, std::size_t count, MaskingKey key) {
  using Vector = std::uint64_t __attribute__((vector_size(16)));
  if (count >= 16) return xor_by<Vector>(from, to, count, key);
  if (count >= 8) {
    constexpr std::uint64_t twice = 0x1'0000'0001;
    const PayloadBlock<std::uint64_t> tail(from + count - 8, key.after(count).word() * twice);
    const PayloadBlock<std::uint64_t> head(from, key.word() * twice);
    head.store(to);
    tail.store(to + count - 8);
    return ((head.word | tail.word) & 0x8080'8080'8080'8080) == 0;
  }
  if (count >= 4) {
    const PayloadBlock<std::uint32_t> tail(from + count - 4, key.after(count).word());
    const PayloadBlock<std::uint32_t> head(from, key.word());
    head.store(to);
    tail.store(to + count - 4);
    return ((head.word | tail.word) & 0x8080'8080) == 0;
  }
  std::byte seen{0};
  for (std::size_t at = 0; at < count; ++at) {
    const std::byte byte = from[at] ^ key.bytes[at];
    seen |= byte;
    to[at] = byte;
  }
  return (seen & std::byte{0x80}) == std::byte{0};
}

}  // namespace duplex::protocol
