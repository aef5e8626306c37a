// When a connection has to be looked at again: keep-alive, idle peers, slow messages, the closing handshake.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include <duplex/limits.hpp>

namespace duplex::connection {

using TimePoint = std::chrono::steady_clock::time_point;

/// When `duration` will have passed. "For ever" is a hundred years, "in the past" is now: nothing overflows.
TimePoint later(TimePoint now, std::chrono::milliseconds duration);

/// The deadlines of one connection. Pure: `now` comes in, the next deadline goes out. A value.
class Deadlines {
 public:
  Deadlines(const Limits& limits, TimePoint now) : limits_(&limits), heard_(now) {}

  /// Anything came from the peer.
  void heard(TimePoint now) {
    heard_ = now;
    if (pinged_ != never) moved_forward_ = true;  // the next ping may be due before the end of the patience
    pinged_ = never;
  }
  void ping_sent(TimePoint now) { pinged_ = now; }
  /// The input ended inside a message (keeps the first such time), or between two.
  void inside_message(TimePoint now) {
    if (message_begun_ != never) return;
    message_begun_ = now;
    moved_forward_ = true;
  }
  void between_messages() { message_begun_ = never; }
  /// The closing handshake, or the wait for the peer's end of stream, began.
  void closing(TimePoint now) { closing_ = now; }
  /// Output waits for the peer, who has last taken some of it (or could have) at `since`.
  void output_waits(TimePoint since) { output_waits_ = since; }
  void output_taken() { output_waits_ = never; }
  /// While we do not read, the peer cannot be blamed for silence.
  void reading_paused() { paused_ = true; }
  void reading_resumed(TimePoint now) {
    paused_ = false;
    heard(now);
    message_begun_ = never;
  }

  enum class Due { nothing, ping, idle_timeout, message_timeout, close_timeout };
  Due due(TimePoint now) const;
  /// The earliest time at which due() can say something else; nothing when no deadline is set.
  std::optional<TimePoint> next() const;
  /// Has input made next() earlier than it was? Asked after every read, so that next() need not be. Once.
  bool has_moved_forward() { return std::exchange(moved_forward_, false); }

 private:
  TimePoint earliest() const;

  // Instead of optionals, which would take twice the room in every idle connection.
  static constexpr TimePoint never = TimePoint::max();

  const Limits* limits_;
  TimePoint heard_;
  TimePoint pinged_ = never;
  TimePoint message_begun_ = never;
  TimePoint closing_ = never;
  TimePoint output_waits_ = never;
  bool paused_ = false;
  bool moved_forward_ = false;
};

}  // namespace duplex::connection
