#include "chat/session/presence_board.hpp"

#include <algorithm>
#include <utility>

#include "chat/session/message_writer.hpp"
#include "chat/session/session.hpp"
#include "chat/session/topics.hpp"
#include "chat/session/world.hpp"

namespace duplex::chat {
namespace {

void publish_in(World& world, const RoomId& room, const std::vector<PresenceChange>& changes) {
  const std::string topic = now_topic(room);
  for (std::size_t begin = 0; begin < changes.size(); begin += presence_users_per_push_max) {
    const std::size_t end = std::min(begin + presence_users_per_push_max, changes.size());
    const auto at = [&](std::size_t index) { return changes.begin() + static_cast<std::ptrdiff_t>(index); };
    world.broadcast.publish(topic, write_presence(room, {at(begin), at(end)}));
  }
}

}  // namespace

void PresenceBoard::departed(const UserId& user, std::vector<RoomId> rooms) {
  departed_.insert_or_assign(user, std::move(rooms));
}

void PresenceBoard::publish(World& world) {
  std::map<RoomId, std::vector<PresenceChange>> changes_by_room;
  for (const PresenceChange& change : world.presence.take_changes())
    for (const RoomId& room : rooms_of(world, change.user)) changes_by_room[room].push_back(change);
  departed_.clear();
  // The lobby's readers are all who are connected.
  if (world.presence.users_online() > presence_readers_max) changes_by_room.erase(lobby());
  for (const auto& [room, changes] : changes_by_room) publish_in(world, room, changes);
}

std::vector<RoomId> PresenceBoard::rooms_of(const World& world, const UserId& user) const {
  if (const Session* session = world.sessions.find(user)) return session->rooms().all();
  const auto found = departed_.find(user);
  return found == departed_.end() ? std::vector<RoomId>() : found->second;
}

}  // namespace duplex::chat
