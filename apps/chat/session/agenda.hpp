// When each session wants to be looked at next.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat/session/room_feeds.hpp"

namespace duplex::chat {

// In memory, loop thread only. A deadline that moves away is not moved here: its session is looked at once in
// vain, which is cheaper than keeping order at every message.
class Agenda {
 public:
  // Not later than `at`.
  void schedule(SessionId session, TimeMs at);
  void forget(SessionId session);
  // Those whose time has come; they schedule themselves again.
  std::vector<SessionId> take_due(TimeMs now);
  std::optional<TimeMs> next() const;

 private:
  std::set<std::pair<TimeMs, SessionId>> entries_;
  std::unordered_map<SessionId, TimeMs> times_;
};

}  // namespace duplex::chat
