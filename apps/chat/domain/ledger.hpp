// The rules of the chat's log: what each request does, and when it is refused. Every store applies changes
// through this one place, so that they cannot differ.
#pragma once

#include <string>
#include <vector>

#include "chat/domain/request.hpp"
#include "chat/domain/result.hpp"
#include "chat/domain/tables.hpp"

namespace duplex::chat {

// Borrows the tables; one thread at a time. A request is checked completely before the first write, so a
// refused one has changed nothing, and the requests around it in a transaction are not affected. When the
// tables throw StorageFailure, the caller undoes the transaction and drops the ledger's events by
// take_events().
class Ledger {
 public:
  explicit Ledger(Tables& tables) : tables_(tables) {}

  Result<User> apply(const CreateGuest& request);
  Result<Membership> apply(const CreateRoom& request);
  Result<Membership> apply(const JoinRoom& request);
  Result<RoomLeft> apply(const LeaveRoom& request);
  Result<Appended> apply(const AppendEvent& request);
  Result<ReadMarked> apply(const MarkRead& request);
  Result<RoomTrimmed> apply(const TrimRoom& request);

  // The events that were made since the last call.
  std::vector<Event> take_events();

 private:
  std::optional<Error> refuse_one_more_room_for(const UserId& user);
  void record(const RoomRecord& room, const Author& author, EventKind kind, TimeMs now);
  Membership membership(const RoomId& room, const UserId& user);

  Tables& tables_;
  std::vector<Event> events_;
};

// The name of a new log: 80 random bits.
std::string make_epoch(const RandomBytes& random);

// What exists before anybody comes: the lobby.
void create_lobby(Tables& tables);

}  // namespace duplex::chat
