#include "chat/domain/ledger.hpp"

#include <algorithm>
#include <utility>

namespace duplex::chat {
namespace {

// New members have nothing unread: what was said before them was not said to them.
MemberRecord new_member(const RoomId& room, const UserId& user, Role role, Seq last) {
  return {room, user, role, last};
}

Error no_such_user() { return {ErrorCode::unauthorized, "there is no such user"}; }

}  // namespace

Result<User> Ledger::apply(const CreateGuest& request) {
  if (tables_.find_user(request.id) || tables_.find_user(request.token))
    return Error{ErrorCode::conflict, "this user exists"};
  const User user{request.id, request.name};
  tables_.insert_user(user, request.token, request.now);
  // No join event: the lobby's coming and going is presence, and storing it would tell everyone about
  // everyone.
  const auto room = tables_.find_room(lobby());
  if (room) tables_.insert_member(new_member(lobby(), request.id, Role::guest, room->end.last));
  return user;
}

Result<Membership> Ledger::apply(const CreateRoom& request) {
  if (!tables_.find_user(request.creator.id)) return no_such_user();
  if (tables_.find_room(request.id)) return Error{ErrorCode::conflict, "this room exists"};
  if (request.kind == RoomKind::public_room && tables_.has_public_room_named(request.name))
    return Error{ErrorCode::conflict, "a room with this name exists"};
  if (tables_.count_rooms() >= rooms_max) return Error{ErrorCode::forbidden, "there are too many rooms"};
  if (auto refused = refuse_one_more_room_for(request.creator.id)) return *refused;
  tables_.insert_room(request.id, request.name, request.kind, request.now);
  tables_.insert_member(new_member(request.id, request.creator.id, Role::owner, 1));
  record(*tables_.find_room(request.id), request.creator, EventKind::join, request.now);
  return membership(request.id, request.creator.id);
}

Result<Membership> Ledger::apply(const JoinRoom& request) {
  if (!tables_.find_user(request.user.id)) return no_such_user();
  const auto room = tables_.find_room(request.room);
  if (!room) return no_such_room();
  if (tables_.is_member(request.room, request.user.id)) return membership(request.room, request.user.id);
  if (room->room.kind != RoomKind::public_room) return outsider_error(room->room.kind);
  if (auto refused = refuse_one_more_room_for(request.user.id)) return *refused;
  tables_.insert_member(new_member(request.room, request.user.id, Role::member, room->end.last + 1));
  record(*room, request.user, EventKind::join, request.now);
  return membership(request.room, request.user.id);
}

Result<RoomLeft> Ledger::apply(const LeaveRoom& request) {
  if (request.room == lobby()) return Error{ErrorCode::forbidden, "nobody can leave the lobby"};
  const auto room = tables_.find_room(request.room);
  if (!room) return no_such_room();
  if (!tables_.is_member(request.room, request.user.id)) {
    if (room->room.kind != RoomKind::public_room) return outsider_error(room->room.kind);
    return RoomLeft{request.room};
  }
  tables_.remove_member(request.room, request.user.id);
  record(*room, request.user, EventKind::leave, request.now);
  return RoomLeft{request.room};
}

Result<Appended> Ledger::apply(const AppendEvent& request) {
  const auto room = tables_.find_room(request.room);
  if (!room) return no_such_room();
  // A repetition is answered first: its first time may have been before the author left the room.
  if (const auto sent = tables_.find_sent(request.author.id, request.cid)) {
    if (sent->room != request.room) return Error{ErrorCode::conflict, "this cid was used in another room"};
    return Appended{sent->seq, sent->ts, true};
  }
  if (!tables_.is_member(request.room, request.author.id)) return outsider_error(room->room.kind);
  if (request.target && (*request.target < 1 || *request.target > room->end.last))
    return Error{ErrorCode::not_found, "there is no such event to refer to"};
  const Place place = room->end.next(request.now);
  events_.push_back({request.room, place.seq, place.prev, place.ts, request.kind, request.author, request.cid,
                     request.body, request.target});
  tables_.insert_event(events_.back());
  return Appended{place.seq, place.ts, false};
}

Result<ReadMarked> Ledger::apply(const MarkRead& request) {
  const auto room = tables_.find_room(request.room);
  if (!room) return no_such_room();
  const auto member = tables_.find_membership(request.room, request.user);
  if (!member) return outsider_error(room->room.kind);
  const Seq mark = std::min(request.seq, room->end.last);
  if (mark <= member->read) return ReadMarked{member->read};
  tables_.set_read(request.room, request.user, mark);
  return ReadMarked{mark};
}

Result<RoomTrimmed> Ledger::apply(const TrimRoom& request) {
  const auto room = tables_.find_room(request.room);
  if (!room) return no_such_room();
  const Seq floor = std::min(request.keep_from - 1, room->end.last);
  if (floor <= room->room.floor) return RoomTrimmed{room->room.floor};
  tables_.remove_events_through(request.room, floor);
  return RoomTrimmed{floor};
}

std::vector<Event> Ledger::take_events() { return std::exchange(events_, {}); }

std::optional<Error> Ledger::refuse_one_more_room_for(const UserId& user) {
  if (tables_.count_memberships(user) < rooms_per_user_max) return std::nullopt;
  return Error{ErrorCode::forbidden, "you are in too many rooms"};
}

void Ledger::record(const RoomRecord& room, const Author& author, EventKind kind, TimeMs now) {
  const Place place = room.end.next(now);
  events_.push_back({room.room.id, place.seq, place.prev, place.ts, kind, author, std::nullopt, std::string(),
                     std::nullopt});
  tables_.insert_event(events_.back());
}

Membership Ledger::membership(const RoomId& room, const UserId& user) {
  return tables_.find_membership(room, user).value();
}

std::string make_epoch(const RandomBytes& random) {
  constexpr std::size_t epoch_characters = 16;
  return random_text(random, epoch_characters);
}

void create_lobby(Tables& tables) {
  if (tables.find_room(lobby())) return;
  tables.insert_room(lobby(), Name::restore("Lobby", "lobby"), RoomKind::public_room, 0);
}

}  // namespace duplex::chat
