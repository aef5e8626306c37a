// Every bound of the library, finite and named. A breach names the limit and the size.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace duplex {

/// Bounds of one connection. All sizes are inclusive maxima.
struct Limits {
  // WebSocket messages
  std::uint64_t message_bytes_max = 16'777'216;  ///< reassembled and inflated; breach: 1009
  std::uint64_t fragments_max = 1'048'576;       ///< frames of one message; breach: 1008
  std::size_t send_fragment_bytes = 0;           ///< cut own messages into frames of this payload; 0: never

  // Opening handshake and HTTP
  std::size_t request_line_bytes_max = 16'384;  ///< breach: 414 (target), 501 (method)
  std::size_t header_bytes_max = 32'768;        ///< the whole header section; breach: 431
  std::size_t header_count_max = 100;           ///< breach: 431
  std::uint64_t body_bytes_max = 1'048'576;     ///< of a plain HTTP request; breach: 413
  std::size_t pipelined_requests_max = 1000;    ///< per keep-alive connection, then it is closed

  // Output
  std::size_t outbox_bytes_max = 4'194'304;  ///< unsent bytes before the overflow policy acts

  // Topics
  std::size_t subscriptions_max = 1024;  ///< of one connection; breach: the verdict `invalid`
  std::size_t topic_bytes_max = 1024;    ///< likewise
  std::size_t topic_levels_max = 32;     ///< likewise

  // Time
  std::chrono::milliseconds handshake_timeout{10'000};  ///< TCP accept to 101, the whole of it; breach: 408
  std::chrono::milliseconds http_idle_timeout{30'000};  ///< between requests, or of an answer not read
  std::chrono::milliseconds ping_interval{25'000};  ///< of silence from the peer before a ping; 0: no pings
  /// Nothing at all received, pongs included, or nothing taken of what waits for the peer; 0: never.
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds message_timeout{120'000};  ///< first to last byte of one, in pieces too; 0: never
  std::chrono::milliseconds close_timeout{3'000};      ///< for the peer's Close, then for its end of stream
};

/// What happens to a message that does not fit the outbox of a slow peer. Control frames are exempt.
enum class OverflowPolicy {
  wait,  ///< a coroutine's send waits for room, a handler gets no more input; who cannot wait closes the peer
  drop_oldest,  ///< the oldest whole messages that are not yet on the wire make room
  drop_new,     ///< the new message is refused; the verdict says so
  close,        ///< the peer is closed as a slow consumer
};

/// The answer to every send. Nothing is lost silently.
enum class SendVerdict {
  sent,     ///< on its way: written or queued within bounds
  queued,   ///< handed to the connection's thread; that thread applies the overflow policy
  dropped,  ///< refused by the overflow policy `drop_new`, or the queue between threads is full
  closed,   ///< the connection is closing or gone
  invalid,  ///< text that is not UTF-8, a control payload over 125 bytes, or a call in the wrong state
};

}  // namespace duplex
