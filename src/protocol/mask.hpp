// Masking (RFC 6455 §5.3): payload byte i is XORed with key byte i mod 4. The same operation masks and
// unmasks.
#pragma once

#include <array>

#include <duplex/bytes.hpp>

namespace duplex::protocol {

/// The four key bytes in the order in which they stand in the header.
struct MaskingKey {
  std::array<std::byte, 4> bytes{};

  /// The key for the rest of a payload of which `count` bytes were masked already.
  MaskingKey after(std::size_t count) const {
    MaskingKey rest;
    for (std::size_t i = 0; i < 4; ++i) rest.bytes[i] = bytes[(i + count) % 4];
    return rest;
  }

  bool operator==(const MaskingKey&) const = default;
};

inline MaskingKey read_masking_key(const std::byte* from) {
  MaskingKey key;
  std::memcpy(key.bytes.data(), from, sizeof key.bytes);
  return key;
}

/// Masks or unmasks in place. Any alignment, any length.
void apply_mask(Bytes payload, MaskingKey key);

/// Masks or unmasks on the way from `payload` to `destination`, in one pass. The two do not overlap.
void copy_masked(ConstBytes payload, std::byte* destination, MaskingKey key);

}  // namespace duplex::protocol
