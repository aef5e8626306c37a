// What the chat needs from whatever keeps it: an ordered log per room, users, rooms, memberships and read
// marks.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/domain/query.hpp"
#include "chat/domain/request.hpp"
#include "chat/domain/result.hpp"

namespace duplex::chat {

// Hands a function to the loop thread, which runs what it was handed in that order. Any thread may call it,
// at any time between the store's construction and the end of its destructor.
using Post = std::function<void(std::function<void()>)>;

template<class T>
using Done = std::function<void(Result<T>)>;

using EventSink = std::function<void(const Event&)>;

// Threads: all methods are called on the loop thread only, and `done` and the sink run there.
//
// Changes return at once. `done` runs later, exactly once, never inside the call: with the value once the
// change is durable, with `unavailable` when it was not stored (a full queue, a failed disk, a shutdown), or
// with the error that the request's type documents. Changes take effect in the order of the calls. After one
// was answered `unavailable`, all that were asked for before that answer ran are `unavailable` too, so what
// one author has sent never overtakes itself.
//
// The feed (listen) gets every committed event of every room, in the order of seq within a room, each
// immediately before the `done` of the request that made it. It is the only source for live fan-out: with
// several nodes, events of the others arrive there as well.
//
// Reads answer at once from the committed state, bounded by a page. They may see an event before the feed
// brings it: whoever combines both skips events of the feed at or below the `last` it has read.
//
// Lifetime: the destructor completes what was asked for and posts the answers; they may run after it, so
// `done` and the sink must not rely on the store.
class Store {
 public:
  virtual ~Store() = default;
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Names this log: a cursor is meaningful only together with the epoch it was made in.
  virtual const std::string& epoch() const = 0;

  // Sets the feed; once, before the first change.
  virtual void listen(EventSink sink) = 0;

  virtual void create_guest(CreateGuest request, Done<User> done) = 0;
  virtual void create_room(CreateRoom request, Done<Membership> done) = 0;
  virtual void join(JoinRoom request, Done<Membership> done) = 0;
  virtual void leave(LeaveRoom request, Done<RoomLeft> done) = 0;
  virtual void append(AppendEvent request, Done<Appended> done) = 0;
  virtual void mark_read(MarkRead request, Done<ReadMarked> done) = 0;
  virtual void trim(TrimRoom request, Done<RoomTrimmed> done) = 0;

  // The errors of reads are `unavailable` and, where a room is named, `not_found` when there is none. Who may
  // see what is the caller's question: see access.hpp.
  virtual Result<std::optional<User>> user_by_token(const TokenHash& token) = 0;
  virtual Result<std::optional<User>> user(const UserId& id) = 0;
  virtual Result<Room> room(const RoomId& id) = 0;
  virtual Result<std::optional<Membership>> membership(const RoomId& room, const UserId& user) = 0;
  virtual Result<std::vector<Membership>> memberships(const UserId& user) = 0;
  virtual Result<RoomsPage> public_rooms(const RoomsQuery& query) = 0;
  virtual Result<MembersPage> members(const MembersQuery& query) = 0;
  virtual Result<HistoryPage> history(const HistoryQuery& query) = 0;
};

}  // namespace duplex::chat
