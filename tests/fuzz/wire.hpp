// Frames read by somebody else: a strict decoder that shares no line with the library, for what it writes.
#pragma once

#include <string>
#include <vector>

#include <duplex/bytes.hpp>

namespace duplex::fuzz {

struct WireFrame {
  bool is_final = false;
  bool is_compressed = false;  ///< RSV1 (RFC 7692 §6)
  bool is_masked = false;
  unsigned opcode = 0;
  std::string payload;  ///< unmasked
};

/// All of it, and nothing else, has to be frames of RFC 6455 §5.2: known opcodes, the shortest length, RSV2
/// and RSV3 clear, control frames whole and of at most 125 bytes. Anything else is a broken property.
std::vector<WireFrame> decode_frames(ConstBytes output);

/// Is this RFC 3629, read code point by code point?
bool is_utf8(std::string_view text);

}  // namespace duplex::fuzz
