// Every way in which a peer can break the rules, with the close code and the words that answer it.
#pragma once

#include <cstdint>
#include <string>

#include <duplex/close.hpp>

namespace duplex::protocol {

enum class Violation : std::uint8_t {
  reserved_bit,
  unknown_opcode,
  fragmented_control_frame,
  oversized_control_frame,
  unexpected_continuation,
  interrupted_message,
  unmasked_frame,
  masked_frame,
  overlong_length,
  length_above_63_bits,
  message_too_big,
  compressed_too_big,
  inflated_too_big,
  too_many_fragments,
  invalid_text,
  invalid_deflate,
  one_byte_close,
  illegal_close_code,
  invalid_close_reason,
};

/// A violation and the numbers that belong to it: a limit and the size that exceeded it, or the close code.
struct Breach {
  Violation violation = Violation::reserved_bit;
  std::uint64_t size = 0;
  std::uint64_t limit = 0;
};

/// The code of the Close that answers this violation (RFC 6455 §7.4.1).
CloseCode close_code_for(Violation violation);
/// What the peer did wrong, in words that may be published: they hold nothing that the peer wrote.
std::string describe(const Breach& breach);

}  // namespace duplex::protocol
