#include "protocol/mask.hpp"

#include <cstdint>

namespace duplex::protocol {
namespace {

constexpr std::size_t block_bytes = 64;

template<class Word>
Word load(const std::byte* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template<class Word>
void xor_word(const std::byte* from, std::byte* to, Word key) {
  const Word word = load<Word>(from) ^ key;
  std::memcpy(to, &word, sizeof word);
}

// The trip count is constant and the block goes through a local array, so that g++ -O2 and clang turn it into
// four 16-byte XORs without asking whether `from` and `to` overlap.
void xor_block(const std::byte* from, std::byte* to, std::uint64_t key) {
  std::uint64_t words[block_bytes / 8];
  std::memcpy(words, from, block_bytes);
  for (std::uint64_t& word : words) word ^= key;
  std::memcpy(to, words, block_bytes);
}

void xor_bytes(const std::byte* from, std::byte* to, std::size_t count, MaskingKey masking_key) {
  const auto key4 = load<std::uint32_t>(masking_key.bytes.data());
  const std::uint64_t key8 = key4 * std::uint64_t{0x1'0000'0001};
  const std::byte* const end = from + count;
  for (; end - from >= static_cast<std::ptrdiff_t>(block_bytes); from += block_bytes, to += block_bytes) {
    xor_block(from, to, key8);
  }
  for (; end - from >= 8; from += 8, to += 8) xor_word(from, to, key8);
  if (end - from >= 4) {
    xor_word(from, to, key4);
    from += 4;
    to += 4;
  }
  for (std::size_t i = 0; from + i != end; ++i) to[i] = from[i] ^ masking_key.bytes[i];
}

}  // namespace

void apply_mask(Bytes payload, MaskingKey key) {
  xor_bytes(payload.data(), payload.data(), payload.size(), key);
}

void copy_masked(ConstBytes payload, std::byte* destination, MaskingKey key) {
  xor_bytes(payload.data(), destination, payload.size(), key);
}

}  // namespace duplex::protocol
