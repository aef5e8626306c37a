// The life of a connection after the opening handshake, as one table. It knows no roles.
#pragma once

#include <cstdint>

#include <duplex/protocol.hpp>

namespace duplex::protocol {

/// RFC 6455 §7.1.3 and §7.1.4, a little finer than the public state. There is no phase "Close received": the
/// answer is written in the same step.
enum class Phase : std::uint8_t {
  open,
  close_sent,       ///< our Close is out, the peer's is awaited
  close_exchanged,  ///< both are done; nothing is read or written any more
  failed,           ///< _Fail the WebSocket Connection_, RFC 6455 §7.1.7
  stream_ended,     ///< the peer's end of stream
};

/// What moves a connection on.
enum class Step : std::uint8_t { send_close, receive_close, fail, end_stream };

Phase next_phase(Phase phase, Step step);

/// Frames are read while the peer's Close is still to come (RFC 6455 §5.5.1, §7.1.7): messages are delivered
/// and Pings answered, also after our own Close.
inline bool reads_frames(Phase phase) { return phase == Phase::open || phase == Phase::close_sent; }

/// RFC 6455 §5.5.1: nothing of our own follows our Close.
inline bool may_send(Phase phase) { return phase == Phase::open; }

Protocol::State public_state(Phase phase);

}  // namespace duplex::protocol
