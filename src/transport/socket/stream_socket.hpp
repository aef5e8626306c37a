// What streams over the system's sockets do alike.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <span>

#include <duplex/bytes.hpp>

#include "transport/socket/descriptor.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// The system takes no more pieces in one call.
inline constexpr std::size_t pieces_per_call_max = IOV_MAX;

inline std::size_t total_bytes(std::span<const ConstBytes> pieces) {
  std::size_t total = 0;
  for (const ConstBytes piece : pieces) total += piece.size();
  return total;
}

/// What is to be sent together is gathered above; the system must not hold it back for more.
void disable_delay(const Descriptor& socket);

/// One system call with at most pieces_per_call_max pieces, at least one; as sendmsg(2) without SIGPIPE. The
/// socket does not block.
ssize_t send_pieces(const Descriptor& socket, std::span<const ConstBytes> pieces);

/// Of what a loop lends to streams that read by themselves. Large enough that a fast sender's socket buffer
/// is emptied in one call, small enough to stay in the second-level cache of current processors.
inline constexpr std::size_t receive_buffer_bytes = 512 * 1024;
/// Who sends more than fits in one read goes on while it is in the cache, but not for ever: a message of 1
/// MiB and its header are read in one turn.
inline constexpr std::size_t read_bytes_per_turn_max = 2 * receive_buffer_bytes;

/// Whoever is sent so much at a time is asked where the next bytes are to lie: from here on copying them
/// costs more than the question, and than a call of their own.
inline constexpr std::size_t large_arrival_bytes_min = 16 * 1024;

/// What was reported about a socket and is not used up yet. News come once, so they have to be remembered.
struct UnreadNews {
  bool is_readable : 1 = false;  ///< a recv() may give something
  bool is_ending : 1 = false;    ///< behind the last bytes there is an end or an error for recv() to report

  /// News as poll(2) names them.
  void take_note(std::uint32_t events) {
    constexpr std::uint32_t end = POLLRDHUP | POLLHUP | POLLERR;
    if ((events & (POLLIN | end)) != 0) is_readable = true;
    if ((events & end) != 0) is_ending = true;
  }
};

/// What one recv() brought.
struct Arrival {
  Bytes bytes;             ///< empty: there were none, or the end, or an error
  int error = 0;           ///< errno; 0 without bytes is the end
  bool is_landed = false;  ///< the bytes lie in the landing room

  bool is_large() const { return is_landed || bytes.size() >= large_arrival_bytes_min; }
  void report_to(StreamListener& listener) const {
    if (is_landed) return listener.handle_landed(bytes.size());
    listener.handle_bytes(bytes);
  }
};

/// One recv() into `room`, the listener's landing room, or, where that is empty, into `buffer`.
Arrival receive_arrival(const Descriptor& socket, Bytes room, Bytes buffer, UnreadNews& news);

/// Closing the socket will be an abort (RST).
void discard_on_close(const Descriptor& socket);

}  // namespace duplex::transport
