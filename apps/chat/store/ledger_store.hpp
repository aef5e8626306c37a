// The Store made of tables and a queue: changes go through the queue to the ledger, reads go to the tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chat/domain/store.hpp"
#include "chat/domain/tables.hpp"
#include "chat/store/change.hpp"

namespace duplex::chat {

class LedgerStore final : public Store {
 public:
  // `tables` serve the reads. The queue may refer to them: it is destroyed first.
  LedgerStore(std::string epoch, std::unique_ptr<Tables> tables, std::unique_ptr<ChangeQueue> queue);

  const std::string& epoch() const override { return epoch_; }
  void listen(EventSink sink) override;

  void create_guest(CreateGuest request, Done<User> done) override;
  void create_room(CreateRoom request, Done<Membership> done) override;
  void join(JoinRoom request, Done<Membership> done) override;
  void leave(LeaveRoom request, Done<RoomLeft> done) override;
  void append(AppendEvent request, Done<Appended> done) override;
  void mark_read(MarkRead request, Done<ReadMarked> done) override;
  void trim(TrimRoom request, Done<RoomTrimmed> done) override;

  Result<std::optional<User>> user_by_token(const TokenHash& token) override;
  Result<std::optional<User>> user(const UserId& id) override;
  Result<Room> room(const RoomId& id) override;
  Result<std::optional<Membership>> membership(const RoomId& room, const UserId& user) override;
  Result<std::vector<Membership>> memberships(const UserId& user) override;
  Result<RoomsPage> public_rooms(const RoomsQuery& query) override;
  Result<MembersPage> members(const MembersQuery& query) override;
  Result<HistoryPage> history(const HistoryQuery& query) override;

 private:
  std::string epoch_;
  std::unique_ptr<Tables> tables_;
  std::unique_ptr<ChangeQueue> queue_;
};

}  // namespace duplex::chat
