// One connection of the load generator: knows where it is in what it sends and in what it receives.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "answers.hpp"
#include "connection.hpp"
#include "tape.hpp"

namespace duplex::bench {

using Clock = std::chrono::steady_clock;
inline Clock::time_point end_after(double duration_s) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(duration_s));
}

/// Sends messages of a tape and has what comes back checked. The tape outlives it.
class Lane {
 public:
  /// `depth`: how many messages are in flight at most.
  Lane(Connection connection, const Tape& sent, std::unique_ptr<Answers> answers, std::size_t depth);

  const Connection& connection() const { return connection_; }
  /// Puts messages on the way. Returns false while some of their bytes wait for room in the socket.
  bool send_messages(std::size_t count, Clock::time_point now);
  /// Goes on with bytes that wait; the same answer.
  bool send_waiting();
  /// Takes received bytes and returns how many messages they complete. Ends the program when they are wrong.
  std::size_t receive(std::string_view bytes);
  /// The same for bytes that were discarded.
  std::size_t skip(std::size_t bytes);
  /// When the oldest message that is in flight was sent; takes it off the list.
  Clock::time_point take_oldest_send_time();

 private:
  Connection connection_;
  const Tape* sent_;
  std::unique_ptr<Answers> answers_;
  std::size_t send_position_ = 0;
  std::size_t next_message_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::vector<Clock::time_point> sent_at_;
  std::size_t oldest_ = 0;
  std::size_t newest_ = 0;
};

}  // namespace duplex::bench
