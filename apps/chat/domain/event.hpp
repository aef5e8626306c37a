// One entry of a room's log. What has been committed never changes: an edit is an event about another event.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/domain/cid.hpp"
#include "chat/domain/id.hpp"
#include "chat/domain/limits.hpp"
#include "chat/domain/result.hpp"

namespace duplex::chat {

// The values are stored: never renumber them.
enum class EventKind {
  message = 1,
  edit = 2,
  deletion = 3,
  reaction = 4,
  join = 5,
  leave = 6,
  meta = 7,
  kick = 8,
  ban = 9
};

// The kind as it goes on the wire: "msg", "edit", "del", "react", "join", "leave", "meta", "kick", "ban".
std::string_view to_text(EventKind kind);

// Who did it, under the name in use at that time; the name is part of the log and does not follow a renaming.
struct Author {
  UserId id;
  std::string name;

  friend bool operator==(const Author&, const Author&) = default;
};

// A value. `seq` is the place in the room's order and `prev` the place before it (0 for the first). `ts`
// never goes backwards within a room. `cid` is the author's own and shown to nobody else. `target` is the
// event that an edit, deletion or reaction is about, or the message that is replied to.
struct Event {
  RoomId room;
  Seq seq = 0;
  Seq prev = 0;
  TimeMs ts = 0;
  EventKind kind = EventKind::message;
  Author author;
  std::optional<Cid> cid;
  std::string body;
  std::optional<Seq> target;

  friend bool operator==(const Event&, const Event&) = default;
};

// The rules for a message's text: at least one byte and at most body_bytes_max, else `bad_request` or
// `too_large`. It is valid UTF-8 already, and is kept exactly.
std::optional<Error> check_message_body(std::string_view body);

}  // namespace duplex::chat
