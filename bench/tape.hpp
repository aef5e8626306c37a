// The byte streams of a measurement, made once: what every connection sends, and what has to come back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "payload.hpp"

namespace duplex::bench {

/// What the server under test speaks.
enum class Framing {
  raw,        ///< a bare TCP echo: the same bytes come back
  websocket,  ///< the frames come back unmasked
};

/// Messages behind each other, without end: after the last one comes the first again. A value.
class Tape {
 public:
  explicit Tape(const std::vector<std::string>& messages);

  std::size_t messages() const { return message_bytes_.size(); }
  /// Of the message with that number; numbers begin again after the last one.
  std::size_t message_bytes(std::size_t number) const {
    return message_bytes_[number % message_bytes_.size()];
  }
  std::size_t period_bytes() const { return period_bytes_; }
  /// The stream from a position in the first period on, for at most a whole period.
  std::string_view from(std::size_t position, std::size_t bytes) const;
  std::size_t advance(std::size_t position, std::size_t bytes) const {
    return (position + bytes) % period_bytes_;
  }

 private:
  std::vector<std::size_t> message_bytes_;
  std::size_t period_bytes_ = 0;
  std::string twice_;  // so that every piece of a period's length is contiguous
};

/// A raw echo is sent the very bytes that a WebSocket server is sent: the load is the same, only the answer
/// differs by the masking key that it does not have.
struct TapePair {
  Tape sent;
  Tape expected;
};
/// The payloads as masked frames, and their echo.
TapePair make_tapes(Framing framing, const std::vector<std::string>& payloads,
                    PayloadKind kind = PayloadKind::text);

/// As a server sends it to everybody.
std::string unmasked_frame(unsigned char first, std::string_view payload);
constexpr unsigned char text_frame = 0x81;  // FIN and the opcode of text
constexpr unsigned char binary_frame = 0x82;

/// The payloads compressed (RFC 7692 §7.2.1), each by itself, as masked frames. What a server makes of them
/// is its own affair: there is no tape of the echo.
Tape make_compressed_tape(const std::vector<std::string>& payloads);

}  // namespace duplex::bench
