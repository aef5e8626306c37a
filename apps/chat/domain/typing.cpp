#include "chat/domain/typing.hpp"

namespace duplex::chat {

void Typing::start(const RoomId& room, const UserId& user, TimeMs now) {
  Typists& typists = rooms_[room];
  const TimeMs deadline = now + typing_ttl_ms;
  if (const auto typing = typists.find(user); typing != typists.end()) {
    deadlines_.erase({typing->second, room, user});
    typing->second = deadline;
  } else {
    if (typists.size() >= typing_users_per_room_max) return;
    typists.emplace(user, deadline);
  }
  deadlines_.insert({deadline, room, user});
  // A repetition is told as well: who reads the list forgets it after typing_ttl_ms.
  changed_.insert(room);
}

void Typing::stop(const RoomId& room, const UserId& user) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  const auto typing = found->second.find(user);
  if (typing == found->second.end()) return;
  deadlines_.erase({typing->second, room, user});
  found->second.erase(typing);
  if (found->second.empty()) rooms_.erase(found);
  changed_.insert(room);
}

void Typing::stop_everywhere(const UserId& user) {
  std::vector<RoomId> rooms;
  for (const auto& [room, typists] : rooms_)
    if (typists.contains(user)) rooms.push_back(room);
  for (const RoomId& room : rooms) stop(room, user);
}

void Typing::expire(TimeMs now) {
  while (!deadlines_.empty() && deadlines_.begin()->at <= now) {
    const Deadline reached = *deadlines_.begin();
    stop(reached.room, reached.user);
  }
}

std::optional<TimeMs> Typing::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->at;
}

std::vector<RoomId> Typing::take_changed() {
  std::vector<RoomId> changed(changed_.begin(), changed_.end());
  changed_.clear();
  return changed;
}

std::vector<UserId> Typing::users(const RoomId& room) const {
  std::vector<UserId> users;
  if (const auto found = rooms_.find(room); found != rooms_.end())
    for (const auto& [user, deadline] : found->second) users.push_back(user);
  return users;
}

}  // namespace duplex::chat
