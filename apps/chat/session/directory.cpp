#include "chat/session/directory.hpp"

#include <utility>

#include "chat/session/session.hpp"

namespace duplex::chat {

Directory::Directory() = default;
Directory::~Directory() = default;

void Directory::add(SessionId id, std::unique_ptr<Session> session) {
  sessions_.emplace(id, std::move(session));
}

void Directory::remove(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  removed_.push_back(std::move(found->second));
  sessions_.erase(found);
}

void Directory::destroy_removed() { removed_.clear(); }

Session* Directory::find(SessionId id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Directory::find(const UserId& user) const {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? nullptr : find(found->second);
}

void Directory::assign(const UserId& user, SessionId id) { by_user_.insert_or_assign(user, id); }

bool Directory::release(const UserId& user, SessionId id) {
  const auto found = by_user_.find(user);
  if (found == by_user_.end() || found->second != id) return false;
  by_user_.erase(found);
  return true;
}

std::vector<SessionId> Directory::ids() const {
  std::vector<SessionId> ids;
  ids.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) ids.push_back(id);
  return ids;
}

}  // namespace duplex::chat
