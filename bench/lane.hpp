// One connection of the load generator: knows where it is on both tapes.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "socket.hpp"
#include "tape.hpp"

namespace duplex::bench {

using Clock = std::chrono::steady_clock;

/// Sends messages of one tape and holds what comes back against the other. No frame is parsed while the clock
/// runs: the comparison of bytes is the check.
class Lane {
 public:
  Lane(Socket socket, const TapePair& tapes, std::size_t depth);

  int descriptor() const { return socket_.descriptor(); }
  /// Puts messages on the way. Returns false while some of their bytes wait for room in the socket.
  bool send_messages(std::size_t count, Clock::time_point now);
  /// Goes on with bytes that wait; the same answer.
  bool send_waiting();
  /// Takes received bytes and returns how many messages they complete. Ends the program when they are wrong.
  std::size_t receive(std::string_view bytes);
  /// When the oldest message that is in flight was sent; takes it off the list.
  Clock::time_point take_oldest_send_time();

 private:
  Socket socket_;
  const TapePair* tapes_;
  std::size_t send_position_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t receive_position_ = 0;
  std::size_t partial_bytes_ = 0;  // of the message that is coming in
  std::vector<Clock::time_point> sent_at_;
  std::size_t oldest_ = 0;
  std::size_t newest_ = 0;
};

}  // namespace duplex::bench
