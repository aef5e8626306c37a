// The names of the topics that a room's members subscribe to.
#pragma once

#include <string>

#include "chat/domain/id.hpp"

namespace duplex::chat {

// The log, to those who have read up to its end.
inline std::string events_topic(const RoomId& room) { return "room/" + room.text() + "/events"; }

// What is true now and never stored: presence and typing. To all members who are connected.
inline std::string now_topic(const RoomId& room) { return "room/" + room.text() + "/now"; }

}  // namespace duplex::chat
