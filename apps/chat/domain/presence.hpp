// Who is here: which users have a connection, and whether they look at it. Never stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/domain/id.hpp"

namespace duplex::chat {

enum class PresenceState { online, away, offline };

// "online", "away", "offline".
std::string_view to_text(PresenceState state);

struct PresenceChange {
  UserId user;
  std::string name;
  PresenceState state = PresenceState::offline;
};

// In memory, loop thread only. A user with several connections is online while any of them is, away while all
// are away, and offline when none is left. Changes are collected and taken as a batch; one who came and went
// in between appears once, with the state at the end, and not at all when that is the state reported last.
class Presence {
 public:
  using ConnectionId = std::uint64_t;

  // The name is the one in use; it is reported with the changes until the user is offline.
  void connect(const UserId& user, std::string_view name, ConnectionId connection);
  void disconnect(const UserId& user, ConnectionId connection);
  // `state` is online or away; a connection is offline when it is disconnected.
  void set_state(const UserId& user, ConnectionId connection, PresenceState state);

  PresenceState state(const UserId& user) const;
  std::size_t connections(const UserId& user) const;
  std::size_t users_online() const { return users_.size(); }

  // Everyone who is not offline, in the order of their ids.
  std::vector<PresenceChange> everyone() const;

  // What has changed since the last call, in the order of their ids.
  std::vector<PresenceChange> take_changes();
  bool has_changes() const { return !reported_before_.empty(); }

 private:
  struct Connected {
    std::string name;
    std::unordered_map<ConnectionId, PresenceState> connections;
  };
  struct Reported {
    std::string name;
    PresenceState state;
    friend bool operator==(const Reported&, const Reported&) = default;
  };

  Reported report(const UserId& user) const;
  void remember_before_change(const UserId& user);

  std::unordered_map<UserId, Connected> users_;
  std::unordered_map<UserId, Reported> reported_before_;
};

}  // namespace duplex::chat
