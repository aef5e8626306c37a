#include "protocol/utf8.hpp"

#include <gtest/gtest.h>

#include <duplex/protocol.hpp>

#include "protocol/testing.hpp"
#include "protocol/utf8_vectors.hpp"

namespace duplex::protocol {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

// Text in front that moves the vector to every place relative to the blocks that are looked at together.
const std::size_t prefix_sizes[] = {0, 1, 3, 7, 8, 9, 15, 60, 63, 64, 65, 127, 128, 300, 1000};

void check_valid(const Octets& text) {
  EXPECT_TRUE(is_valid_utf8(text));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Validator validator;
    const ConstBytes bytes = text;
    ASSERT_EQ(validator.accept(bytes.first(cut)), cut);
    ASSERT_EQ(validator.accept(bytes.subspan(cut)), text.size() - cut);
    ASSERT_TRUE(validator.is_complete());
  }
}

void check_invalid(const Octets& text, std::size_t bad_at) {
  EXPECT_FALSE(is_valid_utf8(text));
  Utf8Validator whole;
  EXPECT_EQ(whole.accept(text), bad_at);
  Utf8Validator by_byte;
  for (std::size_t i = 0; i < bad_at; ++i) ASSERT_EQ(by_byte.accept(ConstBytes(text).subspan(i, 1)), 1u);
  EXPECT_EQ(by_byte.accept(ConstBytes(text).subspan(bad_at, 1)), 0u);
}

TEST(Utf8, accepts_every_valid_edge_wherever_it_is_cut_6455_8_1_04) {
  for (const ValidText& text : valid_texts) {
    SCOPED_TRACE(std::string(text.notation));
    for (const std::size_t size : prefix_sizes) {
      check_valid(Octets(size, std::byte{'a'}) + hex(text.notation));
      check_valid(hex(text.notation) + Octets(size, std::byte{'a'}));
    }
  }
}

TEST(Utf8, finds_the_first_impossible_byte_6455_8_1_01) {
  for (const InvalidText& text : invalid_texts) {
    SCOPED_TRACE(std::string(text.notation));
    for (const std::size_t size : prefix_sizes) {
      check_invalid(Octets(size, std::byte{'a'}) + hex(text.notation), size + text.bad_at);
      check_invalid(Octets(size, std::byte{'a'}) + hex(text.notation) + Octets(200, std::byte{'b'}),
                    size + text.bad_at);
    }
  }
}

TEST(Utf8, tells_a_cut_character_from_a_bad_one_6455_8_1_02) {
  for (const std::string_view text : cut_texts) {
    for (const std::size_t size : prefix_sizes) {
      const Octets bytes = Octets(size, std::byte{'a'}) + hex(text);
      EXPECT_FALSE(is_valid_utf8(bytes));
      Utf8Validator validator;
      EXPECT_EQ(validator.accept(bytes), bytes.size());
      EXPECT_FALSE(validator.is_complete());
    }
  }
}

TEST(Utf8, accepts_an_empty_text) {
  EXPECT_TRUE(is_valid_utf8({}));
  EXPECT_TRUE(Utf8Validator().is_complete());
}

// RFC 3629 §3, read literally: which scalar value do these bytes encode, in how many bytes, and is that the
// shortest form?
bool is_scalar(std::uint32_t first, std::uint32_t second, std::uint32_t third) {
  const auto is_tail = [](std::uint32_t byte) { return byte >> 6 == 2; };
  if (first >> 4 != 0xE || !is_tail(second) || !is_tail(third)) return false;
  const std::uint32_t value = (first & 0xF) << 12 | (second & 0x3F) << 6 | (third & 0x3F);
  return value >= 0x800 && (value < 0xD800 || value > 0xDFFF);
}

TEST(Utf8, agrees_with_the_definition_on_all_three_byte_characters_6455_8_1_01) {
  for (unsigned first = 0xE0; first <= 0xEF; ++first) {
    for (unsigned rest = 0; rest < 0x10000; ++rest) {
      const std::byte bytes[] = {std::byte(first), std::byte(rest >> 8), std::byte(rest & 0xFF)};
      ASSERT_EQ(is_valid_utf8(bytes), is_scalar(first, rest >> 8, rest & 0xFF)) << first << ' ' << rest;
    }
  }
}

}  // namespace
}  // namespace duplex::protocol
