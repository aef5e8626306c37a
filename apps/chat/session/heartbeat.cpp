#include "chat/session/heartbeat.hpp"

#include <algorithm>

namespace duplex::chat {

void Heartbeat::heard(TimeMs now) {
  heard_at_ = now;
  asked_in_silence_ = false;
}

Heartbeat::Due Heartbeat::take_due(TimeMs now) {
  if (now >= heard_at_ + heartbeat_ms + heartbeat_grace_ms) return Due::death;
  if (!asked_in_silence_ && now >= heard_at_ + heartbeat_ms) {
    asked_in_silence_ = true;
    return Due::ping;
  }
  return now >= sent_at_ + heartbeat_ms ? Due::ping : Due::nothing;
}

TimeMs Heartbeat::next_deadline() const {
  const TimeMs silence = heard_at_ + (asked_in_silence_ ? heartbeat_ms + heartbeat_grace_ms : heartbeat_ms);
  return std::min(silence, sent_at_ + heartbeat_ms);
}

}  // namespace duplex::chat
