// The body of a Close frame (RFC 6455 §5.5.1): nothing, or a code and a reason.
#pragma once

#include <array>
#include <string_view>
#include <variant>

#include <duplex/bytes.hpp>
#include <duplex/close.hpp>

#include "protocol/frame.hpp"

namespace duplex::protocol {

/// The most reason text that fits behind the code.
constexpr std::size_t close_reason_bytes_max = control_payload_bytes_max - 2;

/// What a Close says. `no_status` stands for an empty body.
struct CloseBody {
  CloseCode code = CloseCode::no_status;
  std::string_view reason;
};

/// Reads a received body; the reason borrows from `payload`.
std::variant<CloseBody, Breach> decode_close(ConstBytes payload);

/// A body as it is sent.
struct EncodedClose {
  std::array<std::byte, control_payload_bytes_max> bytes;
  std::size_t size = 0;

  ConstBytes payload() const { return {bytes.data(), size}; }
};
EncodedClose encode_close(const CloseBody& body);

/// As much of a valid text as fits into a Close, cut between two characters.
std::string_view cut_reason(std::string_view reason);

}  // namespace duplex::protocol
