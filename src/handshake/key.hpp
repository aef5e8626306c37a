// Sec-WebSocket-Key and Sec-WebSocket-Accept (RFC 6455 §4.1, §4.2.2).
#pragma once

#include <array>
#include <string_view>

#include <duplex/protocol.hpp>

namespace duplex::handshake {

/// base64 of 16 bytes.
using Key = std::array<char, 24>;
/// base64 of a SHA-1.
using AcceptValue = std::array<char, 28>;

template<std::size_t Size>
std::string_view text_of(const std::array<char, Size>& characters) {
  return {characters.data(), characters.size()};
}

/// A fresh key; every connection needs its own.
Key make_key(Entropy& entropy);

/// Is this base64 of exactly 16 bytes, padded? Non-zero pad bits are fine: the RFC's own example has them.
bool is_valid_key(std::string_view key);

/// What a server answers to that key, which is hashed as it came and not decoded.
AcceptValue accept_value(std::string_view key);

}  // namespace duplex::handshake
