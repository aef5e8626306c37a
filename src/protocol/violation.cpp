#include "protocol/violation.hpp"

namespace duplex::protocol {
namespace {

std::string exceeded(const Breach& breach, const char* unit, const char* limit_name) {
  return "message of " + std::to_string(breach.size) + " " + unit + " exceeds " + limit_name + " " +
         std::to_string(breach.limit);
}

}  // namespace

CloseCode close_code_for(Violation violation) {
  switch (violation) {
    case Violation::message_too_big:
    case Violation::compressed_too_big:
    case Violation::inflated_too_big:
      return CloseCode::message_too_big;
    case Violation::too_many_fragments:
      return CloseCode::policy_violation;
    case Violation::invalid_text:
    case Violation::invalid_deflate:
    case Violation::invalid_close_reason:
      return CloseCode::invalid_payload;
    default:
      return CloseCode::protocol_error;
  }
}

std::string describe(const Breach& breach) {
  switch (breach.violation) {
    case Violation::reserved_bit:
      return "reserved bit set without an extension that defines it";
    case Violation::unknown_opcode:
      return "unknown opcode";
    case Violation::fragmented_control_frame:
      return "fragmented control frame";
    case Violation::oversized_control_frame:
      return "control frame above 125 bytes";
    case Violation::unexpected_continuation:
      return "continuation frame without a message to continue";
    case Violation::interrupted_message:
      return "new message inside a fragmented message";
    case Violation::unmasked_frame:
      return "unmasked frame from a client";
    case Violation::masked_frame:
      return "masked frame from a server";
    case Violation::overlong_length:
      return "payload length not in its shortest form";
    case Violation::length_above_63_bits:
      return "payload length above 63 bits";
    case Violation::message_too_big:
      return exceeded(breach, "bytes", "message_bytes_max");
    case Violation::compressed_too_big:
      return exceeded(breach, "compressed bytes", "message_bytes_max");
    case Violation::inflated_too_big:
      return "message inflates beyond message_bytes_max " + std::to_string(breach.limit);
    case Violation::too_many_fragments:
      return exceeded(breach, "fragments", "fragments_max");
    case Violation::invalid_text:
      return "text is not UTF-8";
    case Violation::invalid_deflate:
      return "compressed message is not DEFLATE data";
    case Violation::one_byte_close:
      return "close frame with a body of one byte";
    case Violation::illegal_close_code:
      return "close code " + std::to_string(breach.size) + " is not allowed on the wire";
    case Violation::invalid_close_reason:
      return "close reason is not UTF-8";
  }
  return {};
}

}  // namespace duplex::protocol
