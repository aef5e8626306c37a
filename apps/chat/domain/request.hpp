// The changes that a store is asked for, and what it answers. All of them are plain values; ids, tokens and
// times are chosen by the caller, so that a store needs neither clock nor randomness to serve them.
#pragma once

#include <optional>
#include <string>

#include "chat/domain/event.hpp"
#include "chat/domain/room.hpp"
#include "chat/domain/token.hpp"

namespace duplex::chat {

// A new user, who is a member of the lobby from then on. Whether the name is free is decided before, by
// NamesInUse.
struct CreateGuest {
  UserId id;
  Name name;
  TokenHash token;
  TimeMs now = 0;
};

// A new room with its creator as owner and, as its first event, the creator's join. A taken name is
// `conflict`.
struct CreateRoom {
  RoomId id;
  Name name;
  RoomKind kind = RoomKind::public_room;
  Author creator;
  TimeMs now = 0;
};

// Joining where one is a member already changes nothing and succeeds. What was there before is not unread.
struct JoinRoom {
  RoomId room;
  Author user;
  TimeMs now = 0;
};

// Leaving where one is no member changes nothing and succeeds. The lobby cannot be left: `forbidden`.
struct LeaveRoom {
  RoomId room;
  Author user;
  TimeMs now = 0;
};

struct RoomLeft {
  RoomId room;
};

// An event of a member, most of all a message. Refused: `not_found` and `forbidden` for outsiders, `conflict`
// for a cid that this user has used in another room, `not_found` for a target that does not exist (yet).
struct AppendEvent {
  RoomId room;
  Author author;
  Cid cid;
  EventKind kind = EventKind::message;
  std::string body;
  std::optional<Seq> target;
  TimeMs now = 0;
};

// `duplicate`: this cid had been stored before; seq and ts are those of the first time, whatever the body is
// now.
struct Appended {
  Seq seq = 0;
  TimeMs ts = 0;
  bool duplicate = false;
};

// The mark only rises, and never above the room's last event.
struct MarkRead {
  RoomId room;
  UserId user;
  Seq seq = 0;
};

struct ReadMarked {
  Seq seq = 0;
};

// Deletes the events below `keep_from` (at most up to the last event). Their cids stay known: a repetition of
// a deleted message is still a duplicate.
struct TrimRoom {
  RoomId room;
  Seq keep_from = 0;
};

struct RoomTrimmed {
  Seq floor = 0;
};

}  // namespace duplex::chat
