// The byte streams of a measurement, made once: what every connection sends, and what has to come back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace duplex::bench {

/// What the server under test speaks.
enum class Framing {
  raw,        ///< a bare TCP echo: the same bytes come back
  websocket,  ///< the frames come back unmasked
};

/// Messages of equal size behind each other, without end: after the last one comes the first again. A value.
class Tape {
 public:
  /// `period` holds `messages` messages of equal size.
  Tape(std::string period, std::size_t messages);

  std::size_t message_bytes() const { return message_bytes_; }
  std::size_t period_bytes() const { return period_bytes_; }
  /// The stream from a position in the first period on, for at most a whole period.
  std::string_view from(std::size_t position, std::size_t bytes) const;
  std::size_t advance(std::size_t position, std::size_t bytes) const {
    return (position + bytes) % period_bytes_;
  }

 private:
  std::string twice_;  // so that every piece of a period's length is contiguous
  std::size_t period_bytes_;
  std::size_t message_bytes_;
};

/// A raw echo is sent the very bytes that a WebSocket server is sent: the load is the same, only the answer
/// differs by the masking key that it does not have.
struct TapePair {
  Tape sent;
  Tape expected;
};
/// `messages` different texts of `payload_bytes` as masked frames, and their echo.
TapePair make_tapes(Framing framing, std::size_t payload_bytes, std::size_t messages);

}  // namespace duplex::bench
