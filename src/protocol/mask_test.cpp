#include "protocol/mask.hpp"

#include <gtest/gtest.h>

#include "protocol/testing.hpp"

namespace duplex::protocol {
namespace {

using protocol_testing::hex;
using protocol_testing::Octets;
using protocol_testing::SeededEntropy;
using protocol_testing::to_hex;

constexpr MaskingKey rfc_key{{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}}};

// RFC 6455 §5.3, read literally.
Octets masked_slowly(Octets payload, MaskingKey key) {
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= key.bytes[i % 4];
  return payload;
}

Octets random_octets(std::size_t count) {
  Octets bytes(count);
  SeededEntropy(7).fill(bytes);
  return bytes;
}

TEST(Mask, matches_the_vectors_of_the_rfc_6455_5_2_01) {
  const auto check = [](std::string_view plain, std::string_view masked) {
    Octets bytes = hex(plain);
    apply_mask(bytes, rfc_key);
    EXPECT_EQ(to_hex(bytes), to_hex(hex(masked)));
  };
  check("'Hello'", "7F 9F 4D 51 58");
  check("03 E8", "34 12");
  check("03 EA", "34 10");
  check("F2 48 CD C9 C9 07 00", "C5 B2 EC F4 FE FD 21");
  check("", "");
}

TEST(Mask, is_right_at_every_alignment_and_length_in_place_and_copying_6455_5_3_02) {
  const Octets original = random_octets(400);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    for (std::size_t size = 0; size <= 200; ++size) {
      const Octets plain(original.begin() + offset, original.begin() + offset + size);
      const Octets expected = masked_slowly(plain, rfc_key);
      Octets in_place = original;
      apply_mask(Bytes(in_place).subspan(offset, size), rfc_key);
      Octets copied(offset + size);
      copy_masked(plain, copied.data() + offset, rfc_key);
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), in_place.begin() + offset))
          << offset << ' ' << size;
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), copied.begin() + offset))
          << offset << ' ' << size;
      ASSERT_TRUE(std::equal(original.begin(), original.begin() + offset, in_place.begin()));
      ASSERT_TRUE(
          std::equal(original.begin() + offset + size, original.end(), in_place.begin() + offset + size));
    }
  }
}

TEST(Mask, sees_whether_the_result_is_ascii_wherever_the_one_other_byte_stands) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const Octets ascii(size, std::byte{0x7F});
    Octets masked = masked_slowly(ascii, rfc_key);
    Octets unmasked(size);
    ASSERT_TRUE(copy_masked(masked, unmasked.data(), rfc_key)) << size;
    ASSERT_TRUE(apply_mask(masked, rfc_key)) << size;
    for (std::size_t place = 0; place < size; ++place) {
      Octets other = ascii;
      other[place] = std::byte{0x80};
      other = masked_slowly(other, rfc_key);
      ASSERT_FALSE(copy_masked(other, unmasked.data(), rfc_key)) << size << ' ' << place;
      ASSERT_FALSE(apply_mask(other, rfc_key)) << size << ' ' << place;
    }
  }
}

TEST(Mask, goes_on_at_every_phase_6455_5_3_02) {
  const Octets original = random_octets(150);
  const Octets expected = masked_slowly(original, rfc_key);
  for (std::size_t cut = 0; cut <= original.size(); ++cut) {
    Octets bytes = original;
    apply_mask(Bytes(bytes).first(cut), rfc_key);
    apply_mask(Bytes(bytes).subspan(cut), rfc_key.after(cut));
    ASSERT_EQ(bytes, expected) << cut;
  }
}

TEST(Mask, applied_twice_gives_the_payload_back_6455_5_3_03) {
  const Octets original = random_octets(1000);
  for (const auto key : {MaskingKey{}, rfc_key,
                         MaskingKey{{std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}}}}) {
    Octets bytes = original;
    apply_mask(bytes, key);
    apply_mask(bytes, key);
    EXPECT_EQ(bytes, original);
  }
}

}  // namespace
}  // namespace duplex::protocol
