// What a client can ask for, as values. docs/chat-protocol.md says what each of them means.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "chat/domain/cid.hpp"
#include "chat/domain/presence.hpp"
#include "chat/domain/query.hpp"

namespace duplex::chat {

// Chosen by the client, echoed as it came.
using RequestId = std::variant<std::int64_t, std::string>;

struct ByToken {
  std::string token;
};
struct ByName {
  std::string name;
};
struct Anonymous {};
using Credentials = std::variant<Anonymous, ByToken, ByName>;

// The last seq that the client has applied in each room. Rooms that cannot exist have been left out.
struct Resume {
  std::string epoch;
  std::map<RoomId, Seq> cursors;
};

struct Hello {
  std::string client;
  Credentials credentials;
  std::optional<Resume> resume;
};
struct ListRooms {
  std::string text;
  std::optional<RoomId> after;
};
struct Send {
  RoomId room;
  Cid cid;
  std::string body;
  std::optional<Seq> reply_to;
};
struct ReadHistory {
  RoomId room;
  HistoryPosition position;
  std::size_t limit = 0;
};
struct Join {
  RoomId room;
};
struct Leave {
  RoomId room;
};
struct Create {
  std::string name;
  RoomKind kind = RoomKind::public_room;
};
struct SetRead {
  RoomId room;
  Seq seq = 0;
};
struct Who {
  RoomId room;
};
struct StartTyping {
  RoomId room;
};
struct StopTyping {
  RoomId room;
};
struct SetPresence {
  PresenceState state = PresenceState::online;
};
struct Ping {};
struct Pong {};

using Command = std::variant<Hello, ListRooms, Send, ReadHistory, Join, Leave, Create, SetRead, Who,
                             StartTyping, StopTyping, SetPresence, Ping, Pong>;

// Only typing, presence, ping and pong come without an id.
struct Request {
  std::optional<RequestId> id;
  Command command;
};

// A readable object that is no request. `is_hello` matters before the first successful hello.
struct Malformed {
  std::optional<RequestId> id;
  Error error;
  bool is_hello = false;
};

struct NotAnObject {};

using Incoming = std::variant<Request, Malformed, NotAnObject>;

}  // namespace duplex::chat
