#include "chat/domain/access.hpp"

namespace duplex::chat {

Result<Membership> require_member(Store& store, const RoomId& room, const UserId& user) {
  const auto membership = store.membership(room, user);
  if (!membership) return membership.error();
  if (*membership) return **membership;
  const auto found = store.room(room);
  if (!found) return found.error();
  return outsider_error(found->kind);
}

}  // namespace duplex::chat
