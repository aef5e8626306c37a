// The questions that a store answers page by page.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/domain/event.hpp"
#include "chat/domain/room.hpp"

namespace duplex::chat {

// Where a page of history lies. Before and After exclude their seq. Around includes it and has as many events
// on each side as there are, for jumping to a message.
struct Before {
  Seq seq = 0;
};
struct After {
  Seq seq = 0;
};
struct Around {
  Seq seq = 0;
};
struct Latest {};
using HistoryPosition = std::variant<Before, After, Around, Latest>;

// A limit above history_page_events_max is lowered to it.
struct HistoryQuery {
  RoomId room;
  HistoryPosition position;
  std::size_t limit = history_page_events_max;
};

// Events ascend. `more_before` and `more_after` say whether the log goes on beyond each end of the page.
struct HistoryPage {
  std::vector<Event> events;
  bool more_before = false;
  bool more_after = false;
  Seq floor = 0;
  Seq last = 0;
};

// Public rooms that the user could join, in the order of their keys; `text` is looked for anywhere in the
// name. `after` is the last room of the page before.
struct RoomsQuery {
  UserId user;
  std::string text;
  std::optional<RoomId> after;
  std::size_t limit = rooms_page_max;
};

struct RoomsPage {
  std::vector<Room> rooms;
  bool more = false;
};

// Members in the order in which they became users; `after` is the last member of the page before.
struct MembersQuery {
  RoomId room;
  std::optional<UserId> after;
  std::size_t limit = members_page_max;
};

struct MembersPage {
  std::vector<Member> members;
  bool more = false;
};

}  // namespace duplex::chat
