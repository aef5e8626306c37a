// What a store must be able to look up and write down so that the Ledger can apply the chat's rules to it. No
// rule lives below this line: an implementation stores exactly what it is told.
#pragma once

#include <optional>
#include <stdexcept>
#include <vector>

#include "chat/domain/event.hpp"
#include "chat/domain/query.hpp"
#include "chat/domain/request.hpp"
#include "chat/domain/room.hpp"
#include "chat/domain/room_order.hpp"

namespace duplex::chat {

// The storage below the tables failed: the disk is full or broken. Its text is for the operator, not for
// clients. It is thrown, because it can come out of every single line, and what it ends is the whole batch or
// the whole read.
class StorageFailure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RoomRecord {
  Room room;
  LogEnd end;
};

struct SentRecord {
  RoomId room;
  Seq seq = 0;
  TimeMs ts = 0;
};

struct MemberRecord {
  RoomId room;
  UserId user;
  Role role = Role::member;
  Seq read = 0;
};

// One thread at a time. Every method may throw StorageFailure.
class Tables {
 public:
  virtual ~Tables() = default;
  Tables() = default;
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  // What is read between the two calls is one state, however many changes are made by others meanwhile.
  virtual void begin_reading() = 0;
  virtual void end_reading() noexcept = 0;

  virtual std::optional<User> find_user(const UserId& id) = 0;
  virtual std::optional<User> find_user(const TokenHash& token) = 0;
  virtual void insert_user(const User& user, const TokenHash& token, TimeMs created) = 0;

  virtual std::optional<RoomRecord> find_room(const RoomId& id) = 0;
  virtual bool has_public_room_named(const Name& name) = 0;
  virtual std::size_t count_rooms() = 0;
  virtual void insert_room(const RoomId& id, const Name& name, RoomKind kind, TimeMs created) = 0;
  virtual RoomsPage find_public_rooms(const RoomsQuery& query) = 0;

  virtual bool is_member(const RoomId& room, const UserId& user) = 0;
  virtual std::optional<Membership> find_membership(const RoomId& room, const UserId& user) = 0;
  virtual std::vector<Membership> find_memberships(const UserId& user) = 0;
  virtual std::size_t count_memberships(const UserId& user) = 0;
  virtual MembersPage find_members(const MembersQuery& query) = 0;
  virtual void insert_member(const MemberRecord& member) = 0;
  virtual void remove_member(const RoomId& room, const UserId& user) = 0;
  virtual void set_read(const RoomId& room, const UserId& user, Seq seq) = 0;

  // Appends the event and makes it the end of its room's log; its cid, if any, is remembered for good.
  virtual void insert_event(const Event& event) = 0;
  virtual std::optional<SentRecord> find_sent(const UserId& user, const Cid& cid) = 0;
  virtual void remove_events_through(const RoomId& room, Seq floor) = 0;

  // At most `limit` events, the nearest to `seq` on that side of it, ascending.
  virtual std::vector<Event> events_below(const RoomId& room, Seq seq, std::size_t limit) = 0;
  virtual std::vector<Event> events_above(const RoomId& room, Seq seq, std::size_t limit) = 0;
};

}  // namespace duplex::chat
