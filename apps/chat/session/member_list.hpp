// The answer to `who`: the members of a room and whether they are here.
#pragma once

#include "chat/session/message_writer.hpp"

namespace duplex::chat {

struct World;

// At most who_members_max. When the room has more, those who are here come first.
Result<MemberList> list_members(World& world, const RoomId& room);

}  // namespace duplex::chat
