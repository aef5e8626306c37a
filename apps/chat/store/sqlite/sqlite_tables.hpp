// The chat's tables in SQLite: one prepared statement per line of the Tables interface.
#pragma once

#include <memory>

#include "chat/domain/tables.hpp"
#include "chat/store/sqlite/database.hpp"

namespace duplex::chat {

// On a connection of its own; a read-only one serves the methods that read. Changes belong in a transaction,
// which begins and ends by database().
class SqliteTables final : public Tables {
 public:
  explicit SqliteTables(std::unique_ptr<Database> database);
  ~SqliteTables() override;

  Database& database() { return *database_; }

  void begin_reading() override { database_->begin(); }
  void end_reading() noexcept override { database_->rollback(); }

  std::optional<User> find_user(const UserId& id) override;
  std::optional<User> find_user(const TokenHash& token) override;
  void insert_user(const User& user, const TokenHash& token, TimeMs created) override;

  std::optional<RoomRecord> find_room(const RoomId& id) override;
  bool has_public_room_named(const Name& name) override;
  std::size_t count_rooms() override;
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
  struct Statements;

  std::unique_ptr<Database> database_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace duplex::chat
