#include "chat/domain/room.hpp"

namespace duplex::chat {

std::string_view to_text(RoomKind kind) {
  switch (kind) {
    case RoomKind::public_room:
      return "public";
    case RoomKind::private_room:
      return "private";
    case RoomKind::direct:
      return "direct";
  }
  return "private";
}

std::string_view to_text(Role role) {
  switch (role) {
    case Role::guest:
      return "guest";
    case Role::member:
      return "member";
    case Role::moderator:
      return "moderator";
    case Role::admin:
      return "admin";
    case Role::owner:
      return "owner";
  }
  return "guest";
}

Error outsider_error(RoomKind kind) {
  if (kind == RoomKind::public_room) return {ErrorCode::forbidden, "join the room first"};
  return no_such_room();
}

Error no_such_room() { return {ErrorCode::not_found, "there is no such room"}; }

}  // namespace duplex::chat
