// The chat's tables as plain containers: the reference that the tables on disk are compared with.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "chat/domain/tables.hpp"

namespace duplex::chat {

// Unbounded: whoever keeps a chat in memory has to trim it. Never throws StorageFailure.
class MemoryTables final : public Tables {
 public:
  void begin_reading() override {}
  void end_reading() noexcept override {}

  std::optional<User> find_user(const UserId& id) override;
  std::optional<User> find_user(const TokenHash& token) override;
  void insert_user(const User& user, const TokenHash& token, TimeMs created) override;

  std::optional<RoomRecord> find_room(const RoomId& id) override;
  bool has_public_room_named(const Name& name) override;
  std::size_t count_rooms() override { return rooms_.size(); }
  void insert_room(const RoomId& id, const Name& name, RoomKind kind, TimeMs created) override;
  RoomsPage find_public_rooms(const RoomsQuery& query) override;

  bool is_member(const RoomId& room, const UserId& user) override;
  std::optional<Membership> find_membership(const RoomId& room, const UserId& user) override;
  std::vector<Membership> find_memberships(const UserId& user) override;
  std::size_t count_memberships(const UserId& user) override;
  MembersPage find_members(const MembersQuery& query) override;
  void insert_member(const MemberRecord& member) override;
  void remove_member(const RoomId& room, const UserId& user) override;
  void set_read(const RoomId& room, const UserId& user, Seq seq) override;

  void insert_event(const Event& event) override;
  std::optional<SentRecord> find_sent(const UserId& user, const Cid& cid) override;
  void remove_events_through(const RoomId& room, Seq floor) override;
  std::vector<Event> events_below(const RoomId& room, Seq seq, std::size_t limit) override;
  std::vector<Event> events_above(const RoomId& room, Seq seq, std::size_t limit) override;

 private:
  // Users are numbered in the order in which they came, which is the order of a room's members.
  using UserNumber = std::size_t;

  struct Standing {
    Role role = Role::member;
    Seq read = 0;
  };
  struct RoomData {
    Room room;
    TimeMs last_ts = 0;
    std::map<Seq, Event> events;
    std::map<UserNumber, Standing> members;
  };

  UserNumber number_of(const UserId& user) const { return number_by_user_.at(user); }
  const Standing* find_standing(const RoomId& room, const UserId& user) const;
  Membership see(const RoomData& data, const UserId& user, const Standing& standing) const;

  std::vector<User> users_;
  std::unordered_map<UserId, UserNumber> number_by_user_;
  std::map<TokenHash, UserNumber> number_by_token_;
  std::unordered_map<RoomId, RoomData> rooms_;
  std::map<std::string, RoomId> public_room_by_key_;
  std::map<UserId, std::set<RoomId>> rooms_by_user_;
  std::map<std::pair<UserId, Cid>, SentRecord> sent_;
};

}  // namespace duplex::chat
