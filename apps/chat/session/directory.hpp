// The sessions that exist, by their id and by their user.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "chat/domain/id.hpp"
#include "chat/session/room_feeds.hpp"

namespace duplex::chat {

class Session;

// Owns the sessions. A connection may end while its session is at work, because a send can find out that the
// peer is gone: so removed sessions live on, unknown to everyone, until destroy_removed(). Loop thread only.
class Directory {
 public:
  Directory();
  ~Directory();

  void add(SessionId id, std::unique_ptr<Session> session);
  void remove(SessionId id);
  // Not while any session is at work.
  void destroy_removed();

  // Nothing for a session that was removed.
  Session* find(SessionId id) const;
  // The session that speaks for the user now: there is at most one.
  Session* find(const UserId& user) const;
  void assign(const UserId& user, SessionId id);
  // False when another session has taken over meanwhile.
  bool release(const UserId& user, SessionId id);

  // Everyone at this moment; may be walked while sessions come and go.
  std::vector<SessionId> ids() const;

 private:
  std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
  std::unordered_map<UserId, SessionId> by_user_;
  std::vector<std::unique_ptr<Session>> removed_;
};

}  // namespace duplex::chat
