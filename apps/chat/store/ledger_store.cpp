#include "chat/store/ledger_store.hpp"

#include <utility>

#include "chat/domain/history.hpp"

namespace duplex::chat {
namespace {

class Reading {
 public:
  explicit Reading(Tables& tables) : tables_(tables) { tables_.begin_reading(); }
  ~Reading() { tables_.end_reading(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  Tables& tables_;
};

// Reads one state of the tables. The one place where a failing disk becomes the answer of a read.
template<class T, class Read>
Result<T> guarded(Tables& tables, Read read) {
  try {
    const Reading reading(tables);
    return read(tables);
  } catch (const StorageFailure&) {
    return Error{ErrorCode::unavailable, "the store cannot be read"};
  }
}

Result<Room> find_room(Tables& tables, const RoomId& id) {
  auto record = tables.find_room(id);
  if (!record) return no_such_room();
  return std::move(record->room);
}

Result<MembersPage> find_members(Tables& tables, const MembersQuery& query) {
  if (!tables.find_room(query.room)) return no_such_room();
  return tables.find_members(query);
}

}  // namespace

LedgerStore::LedgerStore(std::string epoch, std::unique_ptr<Tables> tables,
                         std::unique_ptr<ChangeQueue> queue)
    : epoch_(std::move(epoch)), tables_(std::move(tables)), queue_(std::move(queue)) {}

void LedgerStore::listen(EventSink sink) { queue_->listen(std::move(sink)); }

void LedgerStore::create_guest(CreateGuest request, Done<User> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::create_room(CreateRoom request, Done<Membership> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::join(JoinRoom request, Done<Membership> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::leave(LeaveRoom request, Done<RoomLeft> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::append(AppendEvent request, Done<Appended> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::mark_read(MarkRead request, Done<ReadMarked> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

void LedgerStore::trim(TrimRoom request, Done<RoomTrimmed> done) {
  queue_->submit(make_change(std::move(request), std::move(done)));
}

Result<std::optional<User>> LedgerStore::user_by_token(const TokenHash& token) {
  return guarded<std::optional<User>>(*tables_, [&](Tables& tables) { return tables.find_user(token); });
}

Result<std::optional<User>> LedgerStore::user(const UserId& id) {
  return guarded<std::optional<User>>(*tables_, [&](Tables& tables) { return tables.find_user(id); });
}

Result<Room> LedgerStore::room(const RoomId& id) {
  return guarded<Room>(*tables_, [&](Tables& tables) { return find_room(tables, id); });
}

Result<std::optional<Membership>> LedgerStore::membership(const RoomId& room, const UserId& user) {
  return guarded<std::optional<Membership>>(
      *tables_, [&](Tables& tables) { return tables.find_membership(room, user); });
}

Result<std::vector<Membership>> LedgerStore::memberships(const UserId& user) {
  return guarded<std::vector<Membership>>(*tables_,
                                          [&](Tables& tables) { return tables.find_memberships(user); });
}

Result<RoomsPage> LedgerStore::public_rooms(const RoomsQuery& query) {
  return guarded<RoomsPage>(*tables_, [&](Tables& tables) { return tables.find_public_rooms(query); });
}

Result<MembersPage> LedgerStore::members(const MembersQuery& query) {
  return guarded<MembersPage>(*tables_, [&](Tables& tables) { return find_members(tables, query); });
}

Result<HistoryPage> LedgerStore::history(const HistoryQuery& query) {
  return guarded<HistoryPage>(*tables_, [&](Tables& tables) { return read_history(tables, query); });
}

}  // namespace duplex::chat
