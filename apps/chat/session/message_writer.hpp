// Writes what the server says: replies and pushes as JSON text, always valid UTF-8. No decision is taken
// here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/domain/presence.hpp"
#include "chat/domain/query.hpp"
#include "chat/domain/request.hpp"
#include "chat/domain/resume.hpp"
#include "chat/session/close_code.hpp"
#include "chat/session/command.hpp"
#include "chat/session/limits.hpp"

namespace duplex::chat {

struct Greeting {
  Author me;
  std::string token;
  std::string epoch;
  Rate send_rate;
  std::vector<Membership> rooms;
};

struct MemberList {
  RoomId room;
  std::vector<PresenceChange> members;
  bool more = false;
};

// Replies: each answers one request.
std::string write_done(const RequestId& id);
std::string write_greeting(const RequestId& id, const Greeting& greeting);
std::string write_rooms(const RequestId& id, const RoomsPage& page);
std::string write_sent(const RequestId& id, const Appended& appended);
// `reader` sees the cid of its own events.
std::string write_history(const RequestId& id, const HistoryPage& page, const HistoryPosition& position,
                          const UserId& reader);
std::string write_entered(const RequestId& id, const Membership& membership);
std::string write_left(const RequestId& id, const RoomId& room);
std::string write_read_mark(const RequestId& id, const RoomId& room, Seq seq);
std::string write_members(const RequestId& id, const MemberList& list);
// Without an id when the request had none that could be used.
std::string write_error(const std::optional<RequestId>& id, const Error& error,
                        std::optional<TimeMs> retry_ms);

// Pushes. The cid of an event is for its author only.
enum class EventReader { author, others };
std::string write_event(const Event& event, EventReader reader);
std::string write_replayed(const RoomId& room, Seq to);
std::string write_reset(const RoomId& room, ResetReason reason, Seq floor, Seq last);
std::string write_typing(const RoomId& room, const std::vector<Author>& users);
std::string write_presence(const RoomId& room, const std::vector<PresenceChange>& users);
std::string write_read(const RoomId& room, Seq seq);
std::string write_room(const Membership& membership);
std::string write_ping();
std::string write_pong();
std::string write_bye(ChatClose code, std::string_view reason, TimeMs retry_ms);

// The bytes of a text as a JSON string, quotes included.
std::size_t json_bytes(std::string_view text);

}  // namespace duplex::chat
