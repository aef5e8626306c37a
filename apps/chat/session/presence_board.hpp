// Who has to be told that somebody came, went or looked away: the members of the rooms that they share.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "chat/domain/id.hpp"
#include "chat/domain/presence.hpp"

namespace duplex::chat {

struct World;

// Remembers the rooms of those who have gone until that has been told. Loop thread only.
class PresenceBoard {
 public:
  // Call it when the last connection of the user ends.
  void departed(const UserId& user, std::vector<RoomId> rooms);
  // Tells all changes since the last call.
  void publish(World& world);

 private:
  std::vector<RoomId> rooms_of(const World& world, const UserId& user) const;

  std::unordered_map<UserId, std::vector<RoomId>> departed_;
};

}  // namespace duplex::chat
