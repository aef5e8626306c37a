// The chat without sockets: connections and their messages in, messages out through each one's outlet.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "chat/session/session.hpp"

namespace duplex::chat {

// Loop thread only. The store, the clock and the broadcast outlive it; the store's answers must not come
// after its end. After each call, and after the store has answered, ask for next_deadline() and call tick()
// then.
class Hub {
 public:
  Hub(SessionOptions options, Store& store, const Clock& clock, Broadcast& broadcast, RandomBytes random);

  SessionId connect(std::unique_ptr<Outlet> outlet);
  void receive_text(SessionId id, std::string_view text);
  void receive_binary(SessionId id);
  // The connection is gone. May be called from within any of its outlet's functions.
  void disconnect(SessionId id);

  // By the clock's steady time.
  std::optional<TimeMs> next_deadline();
  void tick();

  // Says goodbye to everyone, each with another time to come back.
  void drain();

 private:
  void receive_event(const Event& event);
  void publish(const Event& event);
  void follow_member(const Event& event);
  void publish_typing();
  TimeMs random_retry_ms() const;

  World world_;
  SessionId next_id_ = 1;
  std::optional<TimeMs> presence_at_;
  std::optional<TimeMs> typing_at_;
  std::set<RoomId> typing_changed_;
};

}  // namespace duplex::chat
