// UTF-8 (RFC 3629) piece by piece, failing at the first byte that cannot be part of any valid text.
#pragma once

#include <cstdint>

#include <duplex/bytes.hpp>

namespace duplex::protocol {

/// Validates a text that comes in pieces; pieces may be cut inside a character. A value of three bytes.
class Utf8Validator {
 public:
  /// Looks at the next piece. Returns how many of its bytes are possible: its size when all are, else the
  /// position of the first impossible byte, after which the validator is of no further use.
  std::size_t accept(ConstBytes piece);

  /// Could the text end here? False inside a character.
  bool is_complete() const { return missing_ == 0; }

 private:
  bool accept_byte(std::uint8_t byte);
  bool accept_lead(std::uint8_t byte);
  bool expect(std::uint8_t missing, std::uint8_t low = 0x80, std::uint8_t high = 0xBF);
  std::size_t accept_each(ConstBytes bytes);

  // The character under way: how many bytes are missing, and between which bounds the next one has to be.
  std::uint8_t missing_ = 0;
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
};

}  // namespace duplex::protocol
