#include "chat/domain/names_in_use.hpp"

namespace duplex::chat {

Result<Name> NamesInUse::claim(const UserId& user, const Name& name) {
  if (!is_free(name)) return Error{ErrorCode::conflict, "somebody with this name is here"};
  return take(user, name);
}

Name NamesInUse::claim_or_number(const UserId& user, const Name& name) {
  if (const auto held = name_by_user_.find(user); held != name_by_user_.end()) return held->second;
  if (is_free(name)) return take(user, name);
  // It ends: only as many numbers as there are names in use can be taken.
  for (unsigned number = 2;; ++number) {
    const Name numbered = name.with_number(number);
    if (is_free(numbered)) return take(user, numbered);
  }
}

void NamesInUse::release(const UserId& user) {
  const auto held = name_by_user_.find(user);
  if (held == name_by_user_.end()) return;
  holder_by_key_.erase(held->second.key());
  name_by_user_.erase(held);
}

bool NamesInUse::is_free(const Name& name) const { return !holder_by_key_.contains(name.key()); }

Name NamesInUse::take(const UserId& user, const Name& name) {
  release(user);
  holder_by_key_.emplace(name.key(), user);
  name_by_user_.emplace(user, name);
  return name;
}

}  // namespace duplex::chat
