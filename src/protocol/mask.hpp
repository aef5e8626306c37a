// Masking (RFC 6455 §5.3): payload byte i is XORed with key byte i mod 4. The same operation masks and
// unmasks.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <duplex/bytes.hpp>

namespace duplex::protocol {

/// The four key bytes in the order in which they stand in the header. Zeros change nothing.
struct MaskingKey {
  std::array<std::byte, 4> bytes{};

  /// As the word that a load of them gives.
  std::uint32_t word() const { return std::bit_cast<std::uint32_t>(bytes); }

  /// The key for the rest of a payload of which `count` bytes were masked already.
  MaskingKey after(std::size_t count) const {
    const int bits = static_cast<int>(count % 4 * 8);
    const bool is_little = std::endian::native == std::endian::little;
    const std::uint32_t rest = is_little ? std::rotr(word(), bits) : std::rotl(word(), bits);
    return std::bit_cast<MaskingKey>(rest);
  }

  bool operator==(const MaskingKey&) const = default;
};

inline MaskingKey read_masking_key(const std::byte* from) {
  MaskingKey key;
  std::memcpy(key.bytes.data(), from, sizeof key.bytes);
  return key;
}

/// Masks or unmasks in place. Any alignment, any length. True: the result is ASCII.
bool apply_mask(Bytes payload, MaskingKey key);

/// Masks or unmasks on the way from `payload` to `destination`, in one pass. The two do not overlap. True:
/// the result is ASCII.
bool copy_masked(ConstBytes payload, std::byte* destination, MaskingKey key);

}  // namespace duplex::protocol
