// Who may see a room: its members. Outsiders learn no more than outsider_error() tells them.
#pragma once

#include "chat/domain/store.hpp"

namespace duplex::chat {

// The user's membership of the room, or the error that an outsider gets.
Result<Membership> require_member(Store& store, const RoomId& room, const UserId& user);

}  // namespace duplex::chat
