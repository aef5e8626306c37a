#include "chat/store/memory/memory_tables.hpp"

#include <algorithm>

namespace duplex::chat {

std::optional<User> MemoryTables::find_user(const UserId& id) {
  const auto number = number_by_user_.find(id);
  if (number == number_by_user_.end()) return std::nullopt;
  return users_[number->second];
}

std::optional<User> MemoryTables::find_user(const TokenHash& token) {
  const auto number = number_by_token_.find(token);
  if (number == number_by_token_.end()) return std::nullopt;
  return users_[number->second];
}

void MemoryTables::insert_user(const User& user, const TokenHash& token, TimeMs) {
  number_by_user_.emplace(user.id, users_.size());
  number_by_token_.emplace(token, users_.size());
  users_.push_back(user);
}

std::optional<RoomRecord> MemoryTables::find_room(const RoomId& id) {
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return std::nullopt;
  const RoomData& data = found->second;
  return RoomRecord{data.room, {data.room.last, data.last_ts}};
}

bool MemoryTables::has_public_room_named(const Name& name) {
  return public_room_by_key_.contains(name.key());
}

void MemoryTables::insert_room(const RoomId& id, const Name& name, RoomKind kind, TimeMs) {
  RoomData data{Room{id, name, kind, std::string(), 0, 0, 0}, 0, {}, {}};
  if (kind == RoomKind::public_room) public_room_by_key_.emplace(name.key(), id);
  rooms_.emplace(id, std::move(data));
}

RoomsPage MemoryTables::find_public_rooms(const RoomsQuery& query) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, rooms_page_max);
  const std::string text = search_key(query.text);
  const auto after = query.after ? find_room(*query.after) : std::nullopt;
  auto at = after ? public_room_by_key_.upper_bound(after->room.name.key()) : public_room_by_key_.begin();
  RoomsPage page;
  for (; at != public_room_by_key_.end(); ++at) {
    const auto& [key, id] = *at;
    if (key.find(text) == std::string::npos || is_member(id, query.user)) continue;
    if (page.rooms.size() == limit) {
      page.more = true;
      break;
    }
    page.rooms.push_back(rooms_.at(id).room);
  }
  return page;
}

bool MemoryTables::is_member(const RoomId& room, const UserId& user) {
  return find_standing(room, user) != nullptr;
}

std::optional<Membership> MemoryTables::find_membership(const RoomId& room, const UserId& user) {
  const Standing* standing = find_standing(room, user);
  if (standing == nullptr) return std::nullopt;
  return see(rooms_.at(room), user, *standing);
}

std::vector<Membership> MemoryTables::find_memberships(const UserId& user) {
  std::vector<Membership> memberships;
  for (const RoomId& room : rooms_by_user_[user])
    memberships.push_back(see(rooms_.at(room), user, *find_standing(room, user)));
  return memberships;
}

std::size_t MemoryTables::count_memberships(const UserId& user) { return rooms_by_user_[user].size(); }

MembersPage MemoryTables::find_members(const MembersQuery& query) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, members_page_max);
  const auto& members = rooms_.at(query.room).members;
  const bool has_start = query.after && number_by_user_.contains(*query.after);
  auto at = has_start ? members.upper_bound(number_of(*query.after)) : members.begin();
  MembersPage page;
  for (; at != members.end() && page.members.size() < limit; ++at)
    page.members.push_back({users_[at->first], at->second.role});
  page.more = at != members.end();
  return page;
}

void MemoryTables::insert_member(const MemberRecord& member) {
  RoomData& data = rooms_.at(member.room);
  data.members[number_of(member.user)] = {member.role, member.read};
  data.room.members = data.members.size();
  rooms_by_user_[member.user].insert(member.room);
}

void MemoryTables::remove_member(const RoomId& room, const UserId& user) {
  RoomData& data = rooms_.at(room);
  data.members.erase(number_of(user));
  data.room.members = data.members.size();
  rooms_by_user_[user].erase(room);
}

void MemoryTables::set_read(const RoomId& room, const UserId& user, Seq seq) {
  rooms_.at(room).members.at(number_of(user)).read = seq;
}

void MemoryTables::insert_event(const Event& event) {
  RoomData& data = rooms_.at(event.room);
  data.events.emplace(event.seq, event);
  data.room.last = event.seq;
  data.last_ts = event.ts;
  if (event.cid)
    sent_.emplace(std::pair(event.author.id, *event.cid), SentRecord{event.room, event.seq, event.ts});
}

std::optional<SentRecord> MemoryTables::find_sent(const UserId& user, const Cid& cid) {
  const auto found = sent_.find({user, cid});
  if (found == sent_.end()) return std::nullopt;
  return found->second;
}

void MemoryTables::remove_events_through(const RoomId& room, Seq floor) {
  RoomData& data = rooms_.at(room);
  data.events.erase(data.events.begin(), data.events.upper_bound(floor));
  data.room.floor = floor;
}

std::vector<Event> MemoryTables::events_below(const RoomId& room, Seq seq, std::size_t limit) {
  const auto& events = rooms_.at(room).events;
  std::vector<Event> page;
  for (auto at = events.lower_bound(seq); at != events.begin() && page.size() < limit;)
    page.push_back((--at)->second);
  std::reverse(page.begin(), page.end());
  return page;
}

std::vector<Event> MemoryTables::events_above(const RoomId& room, Seq seq, std::size_t limit) {
  const auto& events = rooms_.at(room).events;
  std::vector<Event> page;
  for (auto at = events.upper_bound(seq); at != events.end() && page.size() < limit; ++at)
    page.push_back(at->second);
  return page;
}

const MemoryTables::Standing* MemoryTables::find_standing(const RoomId& room, const UserId& user) const {
  const auto data = rooms_.find(room);
  const auto number = number_by_user_.find(user);
  if (data == rooms_.end() || number == number_by_user_.end()) return nullptr;
  const auto standing = data->second.members.find(number->second);
  return standing == data->second.members.end() ? nullptr : &standing->second;
}

Membership MemoryTables::see(const RoomData& data, const UserId& user, const Standing& standing) const {
  Membership membership{data.room, standing.role, standing.read, 0};
  std::size_t looked_at = 0;
  for (auto at = data.events.rbegin(); at != data.events.rend() && looked_at < unread_count_max;
       ++at, ++looked_at) {
    const Event& event = at->second;
    if (event.seq <= standing.read) break;
    if (event.kind == EventKind::message && event.author.id != user) ++membership.unread;
  }
  return membership;
}

}  // namespace duplex::chat
