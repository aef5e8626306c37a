// The frame header of RFC 6455 §5.2: decoding byte by byte, and encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include <duplex/bytes.hpp>

#include "protocol/mask.hpp"
#include "protocol/violation.hpp"

namespace duplex::protocol {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

inline bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

/// The most payload a control frame can have (RFC 6455 §5.5).
constexpr std::size_t control_payload_bytes_max = 125;
/// First byte, length in its longest form, masking key.
constexpr std::size_t header_bytes_max = 14;

struct FrameHeader {
  Opcode opcode = Opcode::continuation;
  bool is_final = true;
  bool is_compressed = false;  ///< RSV1, on the first frame of a message that is compressed (RFC 7692 §6)
  std::optional<MaskingKey> masking_key;
  std::uint64_t payload_bytes = 0;
};

/// Which side masks is agreed once (RFC 6455 §5.1): a server requires it of its peer, a client forbids it.
enum class Masking : std::uint8_t { required, forbidden };

/// What came before a header, as far as the header's legality depends on it.
struct HeaderContext {
  Masking masking = Masking::required;
  bool is_inside_message = false;       ///< a fragmented message waits for its continuation
  std::uint64_t message_bytes = 0;      ///< of that message as it crossed the wire, so far
  std::uint64_t message_bytes_max = 0;  ///< of the whole message, when it is not compressed
  bool may_be_compressed = false;       ///< permessage-deflate was agreed on: RSV1 has a meaning
  bool is_inside_compressed = false;    ///< the message that waits is compressed
};

/// The most bytes of a compressed message. It may be a little longer than what is in it, but not so long that
/// it is mostly empty blocks, which cost time and never reach the limit of the inflated message.
constexpr std::uint64_t compressed_bytes_max(std::uint64_t message_bytes_max) {
  constexpr std::uint64_t slack_bytes = 4096;
  const std::uint64_t extra = message_bytes_max / 8 + slack_bytes;
  return message_bytes_max > UINT64_MAX - extra ? UINT64_MAX : message_bytes_max + extra;
}

struct IncompleteHeader {};
struct CompleteHeader {
  FrameHeader header;
  std::size_t header_bytes = 0;
};
using DecodedHeader = std::variant<IncompleteHeader, CompleteHeader, Breach>;

/// Decodes the header at the front of `bytes`. Every rule is checked with the first byte that can break it,
/// so a peer that stalls inside a bad header is failed all the same, and feeding more of the same header
/// never changes the verdict.
DecodedHeader decode_header(ConstBytes bytes, const HeaderContext& context);

/// Writes the header with the shortest length form (RFC 6455 §5.2) to `out`, which has room for
/// header_bytes_max; returns how many bytes it took.
std::size_t encode_header(const FrameHeader& header, std::byte* out);

}  // namespace duplex::protocol
