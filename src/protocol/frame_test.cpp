#include "protocol/frame.hpp"

#include <gtest/gtest.h>

#include "protocol/testing.hpp"

namespace duplex::protocol {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

constexpr std::uint64_t no_limit = ~std::uint64_t{0};

HeaderContext context_of(Masking masking) { return {masking, false, 0, no_limit}; }

std::string encoded(const FrameHeader& header) {
  std::byte bytes[header_bytes_max];
  return to_hex({bytes, encode_header(header, bytes)});
}

// The header is bad, and this byte is the one that says so: everything before it could still become good.
void check_violation(std::string_view notation, std::size_t at, Violation violation, HeaderContext context) {
  SCOPED_TRACE(std::string(notation));
  const Octets bytes = hex(notation);
  for (std::size_t size = 0; size <= at; ++size) {
    EXPECT_TRUE(
        std::holds_alternative<IncompleteHeader>(decode_header(ConstBytes(bytes).first(size), context)));
  }
  for (std::size_t size = at + 1; size <= bytes.size(); ++size) {
    const DecodedHeader decoded = decode_header(ConstBytes(bytes).first(size), context);
    const Breach* breach = std::get_if<Breach>(&decoded);
    ASSERT_NE(breach, nullptr) << size;
    EXPECT_EQ(breach->violation, violation);
  }
}

TEST(Frame, is_encoded_as_in_the_examples_of_the_rfc_6455_5_2_01) {
  const MaskingKey key{{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}}};
  EXPECT_EQ(encoded({Opcode::text, true, false, {}, 5}), "81 05");
  EXPECT_EQ(encoded({Opcode::text, true, false, key, 5}), "81 85 37 FA 21 3D");
  EXPECT_EQ(encoded({Opcode::text, false, false, {}, 3}), "01 03");
  EXPECT_EQ(encoded({Opcode::continuation, true, false, {}, 2}), "80 02");
  EXPECT_EQ(encoded({Opcode::ping, true, false, {}, 5}), "89 05");
  EXPECT_EQ(encoded({Opcode::pong, true, false, key, 5}), "8A 85 37 FA 21 3D");
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 256}), "82 7E 01 00");
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 65536}), "82 7F 00 00 00 00 00 01 00 00");
}

TEST(Frame, is_encoded_with_the_shortest_length_6455_5_2_05) {
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 0}), "82 00");
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 125}), "82 7D");
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 126}), "82 7E 00 7E");
  EXPECT_EQ(encoded({Opcode::binary, true, false, {}, 65535}), "82 7E FF FF");
  EXPECT_EQ(encoded({Opcode::binary, true, false, MaskingKey{}, 65536}),
            "82 FF 00 00 00 00 00 01 00 00 00 00 00 00");
}

TEST(Frame, decodes_what_was_encoded_at_every_length_boundary_6455_5_2_04) {
  for (const std::uint64_t size :
       {0ull, 1ull, 124ull, 125ull, 126ull, 127ull, 128ull, 255ull, 256ull, 65534ull, 65535ull, 65536ull,
        65537ull, 1048576ull, 0x7FFF'FFFF'FFFF'FFFFull}) {
    for (const Masking masking : {Masking::required, Masking::forbidden}) {
      FrameHeader header{Opcode::binary, true, false, {}, size};
      if (masking == Masking::required) header.masking_key = MaskingKey{{std::byte{1}, std::byte{2}}};
      std::byte bytes[header_bytes_max];
      const std::size_t header_bytes = encode_header(header, bytes);
      for (std::size_t here = 0; here < header_bytes; ++here) {
        ASSERT_TRUE(
            std::holds_alternative<IncompleteHeader>(decode_header({bytes, here}, context_of(masking))));
      }
      const DecodedHeader decoded = decode_header({bytes, header_bytes_max}, context_of(masking));
      const auto* complete = std::get_if<CompleteHeader>(&decoded);
      ASSERT_NE(complete, nullptr) << size;
      EXPECT_EQ(complete->header_bytes, header_bytes);
      EXPECT_EQ(complete->header.payload_bytes, size);
      EXPECT_EQ(complete->header.masking_key, header.masking_key);
    }
  }
}

TEST(Frame, is_refused_with_the_first_byte_that_breaks_a_rule_6455_5_2_10) {
  const HeaderContext server = context_of(Masking::required);
  const HeaderContext client = context_of(Masking::forbidden);
  HeaderContext inside = server;
  inside.is_inside_message = true;
  for (const char* first : {"C1", "A1", "91", "F1", "C9", "A8", "9A"}) {
    check_violation(std::string(first) + " 80 Z", 0, Violation::reserved_bit, server);
  }
  for (const char* first : {"83", "84", "85", "86", "87", "8B", "8C", "8D", "8E", "8F", "03", "0B"}) {
    check_violation(std::string(first) + " 85", 0, Violation::unknown_opcode, server);
    check_violation(std::string(first) + " 85", 0, Violation::unknown_opcode, inside);
  }
  check_violation("09 80 Z", 0, Violation::fragmented_control_frame, server);
  check_violation("80 80 Z", 0, Violation::unexpected_continuation, server);
  check_violation("81 80 Z", 0, Violation::interrupted_message, inside);
  check_violation("81 05 'Hello'", 1, Violation::unmasked_frame, server);
  check_violation("81 85 37 FA 21 3D", 1, Violation::masked_frame, client);
  check_violation("89 FE 00 7E Z", 1, Violation::oversized_control_frame, server);
  check_violation("89 FF 00 00 00 00 00 01 00 00 Z", 1, Violation::oversized_control_frame, server);
  check_violation("82 FE 00 7D Z", 3, Violation::overlong_length, server);
  check_violation("82 FE 00 00 Z", 3, Violation::overlong_length, server);
  check_violation("82 FF 00 00 00 00 00 00 00 05 Z", 7, Violation::overlong_length, server);
  check_violation("82 FF 00 00 00 00 00 00 FF FF Z", 7, Violation::overlong_length, server);
  check_violation("82 FF 80 00 00 00 00 00 00 00 Z", 2, Violation::length_above_63_bits, server);
  check_violation("82 FF FF FF FF FF FF FF FF FF Z", 2, Violation::length_above_63_bits, server);
}

TEST(Frame, is_refused_by_its_length_before_the_masking_key_arrives_6455_5_2_08) {
  const HeaderContext context{Masking::required, true, 100, 1000};
  check_violation("80 FE 03 85 Z", 3, Violation::message_too_big, context);
  check_violation("80 FF 7F FF FF FF FF FF FF FF Z", 9, Violation::message_too_big, context);
  EXPECT_TRUE(std::holds_alternative<CompleteHeader>(decode_header(hex("80 FE 03 84 Z"), context)));
}

TEST(Frame, is_refused_although_the_sum_of_the_lengths_would_overflow_6455_10_4_02) {
  const HeaderContext context{Masking::required, true, no_limit - 100, no_limit - 50};
  check_violation("80 B3 Z", 1, Violation::message_too_big, context);
  check_violation("80 FE 01 00 Z", 3, Violation::message_too_big, context);
  check_violation("80 FF 7F FF FF FF FF FF FF FF Z", 9, Violation::message_too_big, context);
  EXPECT_TRUE(std::holds_alternative<CompleteHeader>(decode_header(hex("80 B2 Z"), context)));
}

TEST(Frame, counts_a_control_payload_against_no_message_limit) {
  const HeaderContext context{Masking::required, true, 1000, 1000};
  EXPECT_TRUE(std::holds_alternative<CompleteHeader>(decode_header(hex("89 FD Z"), context)));
}

}  // namespace
}  // namespace duplex::protocol
