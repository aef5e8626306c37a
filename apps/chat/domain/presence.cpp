#include "chat/domain/presence.hpp"

#include <algorithm>

namespace duplex::chat {
namespace {

bool by_user(const PresenceChange& left, const PresenceChange& right) { return left.user < right.user; }

}  // namespace

std::string_view to_text(PresenceState state) {
  switch (state) {
    case PresenceState::online:
      return "online";
    case PresenceState::away:
      return "away";
    case PresenceState::offline:
      return "offline";
  }
  return "offline";
}

void Presence::connect(const UserId& user, std::string_view name, ConnectionId connection) {
  remember_before_change(user);
  Connected& connected = users_[user];
  connected.name = name;
  connected.connections[connection] = PresenceState::online;
}

void Presence::disconnect(const UserId& user, ConnectionId connection) {
  const auto found = users_.find(user);
  if (found == users_.end() || !found->second.connections.contains(connection)) return;
  remember_before_change(user);
  found->second.connections.erase(connection);
  if (found->second.connections.empty()) users_.erase(found);
}

void Presence::set_state(const UserId& user, ConnectionId connection, PresenceState state) {
  const auto found = users_.find(user);
  if (found == users_.end() || !found->second.connections.contains(connection)) return;
  remember_before_change(user);
  found->second.connections[connection] = state;
}

PresenceState Presence::state(const UserId& user) const {
  const auto found = users_.find(user);
  if (found == users_.end()) return PresenceState::offline;
  const auto& connections = found->second.connections;
  const bool is_online = std::any_of(connections.begin(), connections.end(), [](const auto& connection) {
    return connection.second == PresenceState::online;
  });
  return is_online ? PresenceState::online : PresenceState::away;
}

std::size_t Presence::connections(const UserId& user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? 0 : found->second.connections.size();
}

std::vector<PresenceChange> Presence::everyone() const {
  std::vector<PresenceChange> everyone;
  everyone.reserve(users_.size());
  for (const auto& [user, connected] : users_) everyone.push_back({user, connected.name, state(user)});
  std::sort(everyone.begin(), everyone.end(), by_user);
  return everyone;
}

std::vector<PresenceChange> Presence::take_changes() {
  std::vector<PresenceChange> changes;
  for (const auto& [user, before] : reported_before_) {
    const Reported now = report(user);
    if (now == before) continue;
    const bool is_gone = now.state == PresenceState::offline;
    changes.push_back({user, is_gone ? before.name : now.name, now.state});
  }
  reported_before_.clear();
  std::sort(changes.begin(), changes.end(), by_user);
  return changes;
}

Presence::Reported Presence::report(const UserId& user) const {
  const auto found = users_.find(user);
  return {found == users_.end() ? std::string() : found->second.name, state(user)};
}

void Presence::remember_before_change(const UserId& user) {
  reported_before_.try_emplace(user, report(user));
}

}  // namespace duplex::chat
