// What the messages of a measurement say.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace duplex::bench {

enum class PayloadKind {
  text,    ///< ASCII letters
  utf8,    ///< characters of one to four bytes, two of three of them ASCII
  binary,  ///< any bytes
  json,    ///< trades of a market: what compresses to about a third; 256 bytes at least
};

/// `count` different payloads of `payload_bytes` each; the same ones at every call.
std::vector<std::string> make_payloads(PayloadKind kind, std::size_t payload_bytes, std::size_t count);

}  // namespace duplex::bench
