// When a connection has to be asked for a sign of life, and when it is given up.
#pragma once

#include "chat/session/limits.hpp"

namespace duplex::chat {

// Pings are due `heartbeat_ms` after the last message that was sent to this connection, so that the client
// hears something, and once per silence `heartbeat_ms` after the last one that was heard. Broadcasts are not
// counted as sent; a ping too many costs less than the bookkeeping.
class Heartbeat {
 public:
  enum class Due { nothing, ping, death };

  explicit Heartbeat(TimeMs now) : sent_at_(now), heard_at_(now) {}

  void sent(TimeMs now) { sent_at_ = now; }
  void heard(TimeMs now);
  // What to do now. After `ping` send one and call sent().
  Due take_due(TimeMs now);
  TimeMs next_deadline() const;

 private:
  TimeMs sent_at_;
  TimeMs heard_at_;
  bool asked_in_silence_ = false;
};

}  // namespace duplex::chat
