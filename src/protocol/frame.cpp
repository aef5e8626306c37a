#include "protocol/frame.hpp"

#include <algorithm>

namespace duplex::protocol {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t compressed_bit = 0x40;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_in_16_bits = 126;
constexpr std::uint8_t length_in_64_bits = 127;
constexpr std::size_t key_bytes = sizeof(MaskingKey);

std::uint8_t number(std::byte byte) { return std::to_integer<std::uint8_t>(byte); }

std::optional<Violation> check_opcode(std::uint8_t first, const HeaderContext& context) {
  switch (Opcode{static_cast<std::uint8_t>(first & opcode_bits)}) {
    case Opcode::text:
    case Opcode::binary:
      if (context.is_inside_message) return Violation::interrupted_message;
      return {};
    case Opcode::continuation:
      if (!context.is_inside_message) return Violation::unexpected_continuation;
      return {};
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      if ((first & final_bit) == 0) return Violation::fragmented_control_frame;
      return {};
  }
  return Violation::unknown_opcode;
}

// RFC 6455 §5.2: a reserved bit needs an extension that gives it a meaning. The only one is
// permessage-deflate, which marks the first frame of a compressed message (RFC 7692 §6). This is the one
// place that decides which of them are legal.
std::uint8_t legal_bits(std::uint8_t first, const HeaderContext& context) {
  const Opcode opcode{static_cast<std::uint8_t>(first & opcode_bits)};
  const bool begins_message = opcode == Opcode::text || opcode == Opcode::binary;
  return begins_message && context.may_be_compressed ? compressed_bit : 0;
}

std::optional<Violation> check_first_byte(std::uint8_t first, const HeaderContext& context) {
  if ((first & reserved_bits & ~legal_bits(first, context)) != 0) return Violation::reserved_bit;
  return check_opcode(first, context);
}

// Compared with what is left, not added to what is there: the sum of two lengths could overflow.
std::optional<Breach> check_message_bytes(const FrameHeader& header, const HeaderContext& context) {
  if (is_control(header.opcode)) return {};
  const bool is_compressed = header.is_compressed || context.is_inside_compressed;
  const std::uint64_t bytes_max =
      is_compressed ? compressed_bytes_max(context.message_bytes_max) : context.message_bytes_max;
  if (header.payload_bytes <= bytes_max - context.message_bytes) return {};
  return Breach{is_compressed ? Violation::compressed_too_big : Violation::message_too_big,
                context.message_bytes + header.payload_bytes, context.message_bytes_max};
}

std::optional<Violation> check_second_byte(Opcode opcode, std::uint8_t second, const HeaderContext& context) {
  const bool is_masked = (second & mask_bit) != 0;
  if (is_masked != (context.masking == Masking::required)) {
    return is_masked ? Violation::masked_frame : Violation::unmasked_frame;
  }
  if (is_control(opcode) && (second & length_bits) > control_payload_bytes_max) {
    return Violation::oversized_control_frame;
  }
  return {};
}

std::size_t extended_length_bytes(std::uint8_t second) {
  switch (second & length_bits) {
    case length_in_16_bits:
      return 2;
    case length_in_64_bits:
      return 8;
    default:
      return 0;
  }
}

std::uint64_t read_big_endian(ConstBytes bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | number(byte);
  return value;
}

// `here` is what has arrived of an extended length of `wanted` bytes. RFC 6455 §5.2 forbids to send a longer
// form than needed; accepting one would let two parsers on the way disagree about where a frame ends.
std::optional<Violation> check_extended_length(ConstBytes here, std::size_t wanted) {
  if (wanted == 2) {
    if (here.size() == 2 && read_big_endian(here) < length_in_16_bits) return Violation::overlong_length;
    return {};
  }
  if (!here.empty() && (number(here[0]) & 0x80) != 0) return Violation::length_above_63_bits;
  if (here.size() >= 6 && read_big_endian(here.first(6)) == 0) return Violation::overlong_length;
  return {};
}

}  // namespace

DecodedHeader decode_header(ConstBytes bytes, const HeaderContext& context) {
  if (bytes.empty()) return IncompleteHeader{};
  const std::uint8_t first = number(bytes[0]);
  if (const auto violation = check_first_byte(first, context)) return Breach{*violation};
  FrameHeader header;
  header.opcode = Opcode{static_cast<std::uint8_t>(first & opcode_bits)};
  header.is_final = (first & final_bit) != 0;
  header.is_compressed = (first & compressed_bit) != 0;

  if (bytes.size() < 2) return IncompleteHeader{};
  const std::uint8_t second = number(bytes[1]);
  if (const auto violation = check_second_byte(header.opcode, second, context)) return Breach{*violation};

  std::size_t header_bytes = 2;
  header.payload_bytes = second & length_bits;
  if (const std::size_t wanted = extended_length_bytes(second); wanted > 0) {
    const ConstBytes here = bytes.subspan(2, std::min(wanted, bytes.size() - 2));
    if (const auto violation = check_extended_length(here, wanted)) return Breach{*violation};
    if (here.size() < wanted) return IncompleteHeader{};
    header_bytes += wanted;
    header.payload_bytes = read_big_endian(here);
  }
  if (const auto breach = check_message_bytes(header, context)) return *breach;
  if (context.masking == Masking::required) {
    if (bytes.size() < header_bytes + key_bytes) return IncompleteHeader{};
    header.masking_key = read_masking_key(bytes.data() + header_bytes);
    header_bytes += key_bytes;
  }
  return CompleteHeader{header, header_bytes};
}

std::size_t encode_header(const FrameHeader& header, std::byte* out) {
  const auto put_big_endian = [](std::byte* to, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::byte>(value >> (8 * (count - 1 - i)));
  };
  std::size_t header_bytes = 2;
  std::uint8_t length = static_cast<std::uint8_t>(header.payload_bytes);
  if (header.payload_bytes > 0xFFFF) {
    length = length_in_64_bits;
    put_big_endian(out + 2, header.payload_bytes, 8);
    header_bytes += 8;
  } else if (header.payload_bytes >= length_in_16_bits) {
    length = length_in_16_bits;
    put_big_endian(out + 2, header.payload_bytes, 2);
    header_bytes += 2;
  }
  const int opcode = static_cast<int>(header.opcode);
  out[0] = static_cast<std::byte>(opcode | (header.is_final ? final_bit : 0) |
                                  (header.is_compressed ? compressed_bit : 0));
  out[1] = static_cast<std::byte>(header.masking_key ? length | mask_bit : length);
  if (header.masking_key) {
    std::memcpy(out + header_bytes, header.masking_key->bytes.data(), key_bytes);
    header_bytes += key_bytes;
  }
  return header_bytes;
}

}  // namespace duplex::protocol
