#include "protocol/close_code.hpp"

#include <duplex/protocol.hpp>

namespace duplex {

bool is_legal_on_wire(CloseCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  if (number >= 1000 && number <= 1003) return true;
  if (number >= 1007 && number <= 1014) return true;
  return number >= 3000 && number <= 4999;
}

// 1012 to 1014 are newer than RFC 6455; they stand in the IANA registry. So both lists are the same.
bool is_sendable(CloseCode code) { return is_legal_on_wire(code); }

}  // namespace duplex

namespace duplex::protocol {

std::variant<CloseBody, Breach> decode_close(ConstBytes payload) {
  if (payload.empty()) return CloseBody{};
  if (payload.size() == 1) return Breach{Violation::one_byte_close};
  const auto high = std::to_integer<std::uint16_t>(payload[0]);
  const auto low = std::to_integer<std::uint16_t>(payload[1]);
  const auto number = static_cast<std::uint16_t>(high << 8 | low);
  if (!is_legal_on_wire(CloseCode{number})) return Breach{Violation::illegal_close_code, number};
  const ConstBytes reason = payload.subspan(2);
  if (!is_valid_utf8(reason)) return Breach{Violation::invalid_close_reason};
  return CloseBody{CloseCode{number}, as_text(reason)};
}

EncodedClose encode_close(const CloseBody& body) {
  EncodedClose encoded;
  if (body.code == CloseCode::no_status) return encoded;
  const auto number = static_cast<std::uint16_t>(body.code);
  encoded.bytes[0] = static_cast<std::byte>(number >> 8);
  encoded.bytes[1] = static_cast<std::byte>(number & 0xFF);
  const std::string_view reason = cut_reason(body.reason);
  reason.copy(reinterpret_cast<char*>(encoded.bytes.data() + 2), reason.size());
  encoded.size = 2 + reason.size();
  return encoded;
}

std::string_view cut_reason(std::string_view reason) {
  if (reason.size() <= close_reason_bytes_max) return reason;
  const auto is_tail = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; };
  std::size_t size = close_reason_bytes_max;
  while (size > 0 && is_tail(reason[size])) --size;
  return reason.substr(0, size);
}

}  // namespace duplex::protocol
