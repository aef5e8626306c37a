// Rooms, the people in them, and what a room's entry in somebody's list says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat/domain/error.hpp"
#include "chat/domain/id.hpp"
#include "chat/domain/limits.hpp"
#include "chat/domain/name.hpp"

namespace duplex::chat {

// The values are stored: never renumber them. For now only public rooms are made.
enum class RoomKind { public_room = 1, private_room = 2, direct = 3 };

// "public", "private", "direct".
std::string_view to_text(RoomKind kind);

// The values are stored: never renumber them; a larger one may do more.
enum class Role { guest = 1, member = 2, moderator = 3, admin = 4, owner = 5 };

// "guest", "member", "moderator", "admin", "owner".
std::string_view to_text(Role role);

// A value: the room as it was when it was read. `last` is the seq of the newest event, 0 before the first.
// Events at and below `floor` are gone for good; 0 means nothing was trimmed, so a cursor is good while it is
// >= floor.
struct Room {
  RoomId id;
  Name name;
  RoomKind kind = RoomKind::public_room;
  std::string topic;
  Seq last = 0;
  Seq floor = 0;
  std::size_t members = 0;
};

struct User {
  UserId id;
  Name name;

  friend bool operator==(const User&, const User&) = default;
};

struct Member {
  User user;
  Role role = Role::member;
};

// A room as one of its members sees it. `read` is the stored read mark. `unread` counts messages of others
// above it among the newest unread_count_max events, so that value means "that many or more".
struct Membership {
  Room room;
  Role role = Role::member;
  Seq read = 0;
  std::size_t unread = 0;
};

// How a request about a room is answered to somebody who is no member: a public room says `forbidden`, any
// other does not admit that it exists.
Error outsider_error(RoomKind kind);
Error no_such_room();

}  // namespace duplex::chat
