// Who is typing, per room. Never stored, and forgotten by itself: a client that vanishes must not type for
// ever.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "chat/domain/id.hpp"
#include "chat/domain/limits.hpp"

namespace duplex::chat {

inline constexpr TimeMs typing_ttl_ms = 6000;

// A room lists no more than this many: a page shows three, and a crowd is a crowd.
inline constexpr std::size_t typing_users_per_room_max = 20;

// In memory, loop thread only. Call start/stop as requests arrive (stop also for a sent message and a closed
// connection), expire at next_deadline(), then take_changed() and send the list of each room in it.
class Typing {
 public:
  void start(const RoomId& room, const UserId& user, TimeMs now);
  void stop(const RoomId& room, const UserId& user);
  void stop_everywhere(const UserId& user);
  void expire(TimeMs now);

  // When expire() has something to do; nothing while nobody types.
  std::optional<TimeMs> next_deadline() const;

  // The rooms whose list was changed or confirmed since the last call, and the list, which replaces the one
  // before.
  std::vector<RoomId> take_changed();
  std::vector<UserId> users(const RoomId& room) const;

 private:
  struct Deadline {
    TimeMs at;
    RoomId room;
    UserId user;
    friend auto operator<=>(const Deadline&, const Deadline&) = default;
  };
  // std::map keeps the users in a stable order, so that the same list looks the same on every page.
  using Typists = std::map<UserId, TimeMs>;

  std::map<RoomId, Typists> rooms_;
  std::set<Deadline> deadlines_;
  std::set<RoomId> changed_;
};

}  // namespace duplex::chat
