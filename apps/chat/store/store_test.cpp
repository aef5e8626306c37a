// What every store promises. The same sentences are checked for each implementation.
#include <gmock/gmock.h>

#include "chat/domain/access.hpp"
#include "chat/store/memory/memory_store.hpp"
#include "chat/store/sqlite/sqlite_store.hpp"
#include "chat/store/store_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct InMemory {
  std::unique_ptr<Store> open(Post post) { return make_memory_store({std::move(post), seeded_random(1)}); }
};

struct InSqlite {
  std::unique_ptr<Store> open(Post post) {
    SqliteStoreOptions options;
    options.folder = folder.data();
    options.post = std::move(post);
    options.random = seeded_random(1);
    return std::move(open_sqlite_store(std::move(options)).value());
  }
  TemporaryFolder folder;
};

template<class Kind>
class Stores : public ::testing::Test {
 protected:
  Stores() { chat.use(kind.open(loop.post())); }
  ErrorCode code_of(const auto& result) { return result.error().code; }

  // Members whose destruction order matters: the store goes first.
  TestLoop loop;
  Kind kind;
  Chat chat{loop};
};

using Kinds = ::testing::Types<InMemory, InSqlite>;
TYPED_TEST_SUITE(Stores, Kinds);

TYPED_TEST(Stores, BeginWithAnEpochAndALobby) {
  EXPECT_FALSE(this->chat.store->epoch().empty());
  const auto room = this->chat.store->room(lobby());
  EXPECT_EQ(room->name.text(), "Lobby");
  EXPECT_EQ(room->kind, RoomKind::public_room);
  EXPECT_EQ(room->last, 0);
}

TYPED_TEST(Stores, NeverCallBackInsideTheCall) {
  const Author ada = this->chat.guest("Ada");
  bool is_answered = false;
  this->chat.store->append(this->chat.message(lobby(), ada, 1),
                           [&](Result<Appended>) { is_answered = true; });
  EXPECT_FALSE(is_answered);
  EXPECT_TRUE(this->loop.run_until([&] { return is_answered; }));
}

TYPED_TEST(Stores, FindAGuestByItsTokenAndByNothingElse) {
  const Author ada = this->chat.guest("Ada");
  const auto found = this->chat.store->user_by_token(hash_token(ada.id.text()));
  EXPECT_EQ(*found, (User{ada.id, name("Ada")}));
  EXPECT_EQ(*this->chat.store->user_by_token(hash_token("another")), std::nullopt);
  EXPECT_EQ(*this->chat.store->user(ada.id), (User{ada.id, name("Ada")}));
}

TYPED_TEST(Stores, LetTwoGuestsHaveOneNameBecauseIdentityIsTheId) {
  const Author first = this->chat.guest("Ada");
  const Author second = this->chat.guest("Ada");
  EXPECT_NE(first.id, second.id);
}

TYPED_TEST(Stores, RefuseAGuestWithAKnownIdAndKeepTheFirst) {
  const Author ada = this->chat.guest("Ada");
  const auto again =
      this->chat.ask(&Store::create_guest, CreateGuest{ada.id, name("Eve"), hash_token("other"), 1});
  EXPECT_EQ(this->code_of(again), ErrorCode::conflict);
  EXPECT_EQ((*this->chat.store->user(ada.id))->name.text(), "Ada");
}

TYPED_TEST(Stores, MakeEveryGuestAMemberOfTheLobbyWithoutAnEvent) {
  const Author ada = this->chat.guest("Ada");
  const auto rooms = this->chat.store->memberships(ada.id);
  ASSERT_EQ(rooms->size(), 1u);
  EXPECT_EQ(rooms->front().room.id, lobby());
  EXPECT_EQ(rooms->front().room.members, 1u);
  EXPECT_THAT(this->chat.feed, IsEmpty());
}

TYPED_TEST(Stores, CountTheEventsOfARoomFromOne) {
  const Author ada = this->chat.guest("Ada");
  EXPECT_EQ(this->chat.send(lobby(), ada, 1)->seq, 1);
  EXPECT_EQ(this->chat.send(lobby(), ada, 2)->seq, 2);
  ASSERT_EQ(this->chat.feed.size(), 2u);
  EXPECT_EQ(this->chat.feed[0].prev, 0);
  EXPECT_EQ(this->chat.feed[1].prev, 1);
}

TYPED_TEST(Stores, GiveBackAnEventExactlyAsItWasFed) {
  const Author ada = this->chat.guest("Ada");
  const std::string body("z\0w\xf0\x9f\x98\x80 \n", 9);
  this->chat.send(lobby(), ada, 1, body).value();
  AppendEvent reply = this->chat.message(lobby(), ada, 2);
  reply.target = 1;
  this->chat.ask(&Store::append, reply).value();
  EXPECT_EQ(this->chat.history(lobby(), Latest{}).events, this->chat.feed);
  EXPECT_EQ(this->chat.feed[0].body, body);
  EXPECT_EQ(this->chat.feed[0].cid, cid(1));
  EXPECT_EQ(this->chat.feed[1].target, 1);
}

TYPED_TEST(Stores, FeedAnEventJustBeforeItsRequestIsAnswered) {
  const Author ada = this->chat.guest("Ada");
  std::vector<std::string> order;
  this->chat.store->append(this->chat.message(lobby(), ada, 1), [&](Result<Appended>) {
    order.push_back(std::to_string(this->chat.feed.size()));
  });
  this->chat.store->append(this->chat.message(lobby(), ada, 2), [&](Result<Appended>) {
    order.push_back(std::to_string(this->chat.feed.size()));
  });
  EXPECT_TRUE(this->loop.run_until([&] { return order.size() == 2; }));
  EXPECT_THAT(order, ElementsAre("1", "2"));
}

TYPED_TEST(Stores, KeepAnAuthorsOrderWhenRequestsArePipelined) {
  const Author ada = this->chat.guest("Ada");
  std::vector<Seq> answered;
  for (unsigned n = 1; n <= 1000; ++n)
    this->chat.store->append(this->chat.message(lobby(), ada, n, std::to_string(n)),
                             [&](Result<Appended> result) { answered.push_back(result->seq); });
  ASSERT_TRUE(this->loop.run_until([&] { return answered.size() == 1000; }));
  EXPECT_TRUE(std::is_sorted(answered.begin(), answered.end()));
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(this->chat.feed[i].body, std::to_string(i + 1));
}

TYPED_TEST(Stores, NeverLetTimeRunBackwardsInARoom) {
  const Author ada = this->chat.guest("Ada");
  this->chat.now = 5000;
  this->chat.send(lobby(), ada, 1).value();
  this->chat.now = 4000;
  EXPECT_EQ(this->chat.send(lobby(), ada, 2)->ts, 5000);
  this->chat.now = 6000;
  EXPECT_EQ(this->chat.send(lobby(), ada, 3)->ts, 6000);
}

TYPED_TEST(Stores, AnswerARepeatedCidWithItsFirstPlaceWhateverTheBody) {
  const Author ada = this->chat.guest("Ada");
  const auto first = this->chat.send(lobby(), ada, 1, "first");
  this->chat.now += 50;
  const auto again = this->chat.send(lobby(), ada, 1, "second");
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->seq, first->seq);
  EXPECT_EQ(again->ts, first->ts);
  EXPECT_EQ(this->chat.feed.size(), 1u);
}

TYPED_TEST(Stores, RecogniseARepeatedCidWithinOneBatch) {
  const Author ada = this->chat.guest("Ada");
  std::vector<Appended> answers;
  for (int i = 0; i < 5; ++i)
    this->chat.store->append(this->chat.message(lobby(), ada, 1),
                             [&](Result<Appended> result) { answers.push_back(*result); });
  ASSERT_TRUE(this->loop.run_until([&] { return answers.size() == 5; }));
  EXPECT_EQ(this->chat.feed.size(), 1u);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(answers[i].seq, 1);
    EXPECT_EQ(answers[i].duplicate, i > 0);
  }
}

TYPED_TEST(Stores, RefuseACidThatWasUsedInAnotherRoom) {
  const Author ada = this->chat.guest("Ada");
  const RoomId garden = this->chat.room(ada, "Garden");
  this->chat.send(lobby(), ada, 1).value();
  EXPECT_EQ(this->code_of(this->chat.send(garden, ada, 1)), ErrorCode::conflict);
}

TYPED_TEST(Stores, LetTwoUsersUseTheSameCid) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  EXPECT_EQ(this->chat.send(lobby(), ada, 1)->seq, 1);
  EXPECT_EQ(this->chat.send(lobby(), bob, 1)->seq, 2);
}

TYPED_TEST(Stores, RepeatTheAnswerToOneWhoHasLeftTheRoomSince) {
  const Author ada = this->chat.guest("Ada");
  const RoomId garden = this->chat.room(ada, "Garden");
  const auto first = this->chat.send(garden, ada, 1);
  this->chat.leave(garden, ada).value();
  EXPECT_EQ(this->chat.send(garden, ada, 1)->seq, first->seq);
  EXPECT_EQ(this->code_of(this->chat.send(garden, ada, 2)), ErrorCode::forbidden);
}

TYPED_TEST(Stores, RefuseOneBadRequestWithoutDisturbingItsNeighbours) {
  const Author ada = this->chat.guest("Ada");
  const RoomId nowhere = *RoomId::parse("nowhere");
  std::vector<std::string> answers;
  const auto note = [&](Result<Appended> result) {
    answers.push_back(result ? std::to_string(result->seq) : std::string(to_text(result.error().code)));
  };
  this->chat.store->append(this->chat.message(lobby(), ada, 1), note);
  this->chat.store->append(this->chat.message(nowhere, ada, 2), note);
  this->chat.store->append(this->chat.message(lobby(), ada, 3), note);
  ASSERT_TRUE(this->loop.run_until([&] { return answers.size() == 3; }));
  EXPECT_THAT(answers, ElementsAre("1", "not_found", "2"));
}

TYPED_TEST(Stores, RefuseATargetThatTheRoomHasNotReached) {
  const Author ada = this->chat.guest("Ada");
  this->chat.send(lobby(), ada, 1).value();
  for (const Seq target : {Seq{-1}, Seq{0}, Seq{2}, seq_max}) {
    AppendEvent reply = this->chat.message(lobby(), ada, 2);
    reply.target = target;
    EXPECT_EQ(this->code_of(this->chat.ask(&Store::append, reply)), ErrorCode::not_found) << target;
  }
}

TYPED_TEST(Stores, CreateARoomWithItsCreatorAsOwnerAndFirstEvent) {
  const Author ada = this->chat.guest("Ada");
  const auto garden = this->chat.create(ada, "Garden");
  EXPECT_EQ(garden->role, Role::owner);
  EXPECT_EQ(garden->room.last, 1);
  EXPECT_EQ(garden->room.members, 1u);
  EXPECT_EQ(garden->unread, 0u);
  ASSERT_EQ(this->chat.feed.size(), 1u);
  EXPECT_EQ(this->chat.feed[0].kind, EventKind::join);
  EXPECT_EQ(this->chat.feed[0].author, ada);
  EXPECT_EQ(this->chat.feed[0].cid, std::nullopt);
}

TYPED_TEST(Stores, RefuseASecondRoomWithTheSameName) {
  const Author ada = this->chat.guest("Ada");
  this->chat.create(ada, "Straße").value();
  EXPECT_EQ(this->code_of(this->chat.create(ada, "STRASSE")), ErrorCode::conflict);
  EXPECT_EQ(this->code_of(this->chat.create(ada, "lobby")), ErrorCode::conflict);
}

TYPED_TEST(Stores, LetPrivateRoomsShareANameSoThatNobodyLearnsOfThem) {
  const Author ada = this->chat.guest("Ada");
  EXPECT_TRUE(this->chat.create(ada, "Board", RoomKind::private_room));
  EXPECT_TRUE(this->chat.create(ada, "Board", RoomKind::private_room));
  EXPECT_TRUE(this->chat.create(ada, "Board", RoomKind::public_room));
}

TYPED_TEST(Stores, BoundTheRoomsOfOneUser) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  const RoomId bobs = this->chat.room(bob, "Bob's");
  for (std::size_t n = 1; n < rooms_per_user_max; ++n)
    ASSERT_TRUE(this->chat.create(ada, "room " + std::to_string(n)));
  EXPECT_EQ(this->code_of(this->chat.create(ada, "one more")), ErrorCode::forbidden);
  EXPECT_EQ(this->code_of(this->chat.join(bobs, ada)), ErrorCode::forbidden);
}

TYPED_TEST(Stores, StoreJoiningAndLeavingAsEvents) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  const RoomId garden = this->chat.room(ada, "Garden");
  const auto joined = this->chat.join(garden, bob);
  EXPECT_EQ(joined->room.last, 2);
  EXPECT_EQ(joined->room.members, 2u);
  EXPECT_EQ(joined->read, 2);
  EXPECT_EQ(joined->role, Role::member);
  this->chat.leave(garden, bob).value();
  EXPECT_EQ(this->chat.store->room(garden)->members, 1u);
  const auto events = this->chat.history(garden, Latest{}).events;
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].kind, EventKind::join);
  EXPECT_EQ(events[2].kind, EventKind::leave);
  EXPECT_EQ(events[2].author, bob);
}

TYPED_TEST(Stores, DoNothingWhenAMemberJoinsOrAnOutsiderLeaves) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  const RoomId garden = this->chat.room(ada, "Garden");
  EXPECT_EQ(this->chat.join(garden, ada)->role, Role::owner);
  EXPECT_TRUE(this->chat.leave(garden, bob));
  EXPECT_TRUE(this->chat.join(lobby(), bob));
  EXPECT_EQ(this->chat.feed.size(), 1u);
}

TYPED_TEST(Stores, LetNobodyLeaveTheLobby) {
  const Author ada = this->chat.guest("Ada");
  EXPECT_EQ(this->code_of(this->chat.leave(lobby(), ada)), ErrorCode::forbidden);
}

TYPED_TEST(Stores, TellOutsidersOfPublicRoomsOnly) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  const RoomId garden = this->chat.room(ada, "Garden");
  const RoomId board = this->chat.create(ada, "Board", RoomKind::private_room)->room.id;
  EXPECT_EQ(this->code_of(this->chat.send(garden, bob, 1)), ErrorCode::forbidden);
  EXPECT_EQ(this->code_of(this->chat.mark_read(garden, bob, 1)), ErrorCode::forbidden);
  EXPECT_EQ(this->code_of(require_member(*this->chat.store, garden, bob.id)), ErrorCode::forbidden);
  EXPECT_EQ(this->code_of(this->chat.send(board, bob, 1)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.join(board, bob)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.leave(board, bob)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(require_member(*this->chat.store, board, bob.id)), ErrorCode::not_found);
  EXPECT_TRUE(require_member(*this->chat.store, board, ada.id));
}

TYPED_TEST(Stores, RefuseEveryRequestForARoomThatIsNotThere) {
  const Author ada = this->chat.guest("Ada");
  const RoomId nowhere = *RoomId::parse("nowhere");
  EXPECT_EQ(this->code_of(this->chat.join(nowhere, ada)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.leave(nowhere, ada)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.mark_read(nowhere, ada, 1)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.trim(nowhere, 1)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.store->room(nowhere)), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.store->members({nowhere, std::nullopt})), ErrorCode::not_found);
  EXPECT_EQ(this->code_of(this->chat.store->history({nowhere, Latest{}})), ErrorCode::not_found);
}

TYPED_TEST(Stores, RefuseRoomsOfAUserThatIsNotThere) {
  const Author ghost{*UserId::parse("ghost"), "Ghost"};
  EXPECT_EQ(this->code_of(this->chat.create(ghost, "Garden")), ErrorCode::unauthorized);
  EXPECT_EQ(this->code_of(this->chat.join(lobby(), ghost)), ErrorCode::unauthorized);
}

TYPED_TEST(Stores, OnlyRaiseAReadMarkAndNeverAboveTheLastEvent) {
  const Author ada = this->chat.guest("Ada");
  for (unsigned n = 1; n <= 5; ++n) this->chat.send(lobby(), ada, n).value();
  EXPECT_EQ(this->chat.mark_read(lobby(), ada, 3)->seq, 3);
  EXPECT_EQ(this->chat.mark_read(lobby(), ada, 2)->seq, 3);
  EXPECT_EQ(this->chat.mark_read(lobby(), ada, seq_max)->seq, 5);
  EXPECT_EQ((*this->chat.store->membership(lobby(), ada.id))->read, 5);
}

TYPED_TEST(Stores, CountAsUnreadTheMessagesOfOthersAboveTheMark) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  const RoomId garden = this->chat.room(ada, "Garden");
  this->chat.join(garden, bob).value();
  for (unsigned n = 1; n <= 4; ++n) this->chat.send(garden, bob, n).value();
  this->chat.send(garden, ada, 1).value();
  const auto unread = [&] { return (*this->chat.store->membership(garden, ada.id))->unread; };
  EXPECT_EQ(unread(), 4u);
  this->chat.mark_read(garden, ada, 4).value();
  EXPECT_EQ(unread(), 2u);
}

TYPED_TEST(Stores, CallNothingUnreadThatWasSaidBeforeOneCame) {
  const Author ada = this->chat.guest("Ada");
  const RoomId garden = this->chat.room(ada, "Garden");
  this->chat.send(garden, ada, 1).value();
  this->chat.send(lobby(), ada, 2).value();
  const Author bob = this->chat.guest("Bob");
  EXPECT_EQ(this->chat.join(garden, bob)->unread, 0u);
  EXPECT_EQ((*this->chat.store->membership(lobby(), bob.id))->unread, 0u);
}

TYPED_TEST(Stores, StopCountingWhatIsUnreadAtABound) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  for (unsigned n = 0; n < unread_count_max + 20; ++n) this->chat.send(lobby(), bob, n).value();
  EXPECT_EQ(this->chat.store->memberships(ada.id)->front().unread, unread_count_max);
}

TYPED_TEST(Stores, PageThroughHistoryInBothDirections) {
  const Author ada = this->chat.guest("Ada");
  for (unsigned n = 1; n <= 10; ++n) this->chat.send(lobby(), ada, n).value();
  const auto check = [&](HistoryPosition position, std::vector<Seq> expected, bool more_before,
                         bool more_after) {
    const HistoryPage page = this->chat.history(lobby(), position, 4);
    EXPECT_EQ(seqs(page.events), expected);
    EXPECT_EQ(page.more_before, more_before);
    EXPECT_EQ(page.more_after, more_after);
    EXPECT_EQ(page.last, 10);
  };
  check(Latest{}, {7, 8, 9, 10}, true, false);
  check(Before{7}, {3, 4, 5, 6}, true, true);
  check(Before{5}, {1, 2, 3, 4}, false, true);
  check(Before{1}, {}, false, true);
  check(Before{11}, {7, 8, 9, 10}, true, false);
  check(After{0}, {1, 2, 3, 4}, false, true);
  check(After{6}, {7, 8, 9, 10}, true, false);
  check(After{10}, {}, true, false);
  check(Around{5}, {3, 4, 5, 6}, true, true);
  check(Around{1}, {1, 2}, false, true);
  check(Around{10}, {8, 9, 10}, true, false);
}

TYPED_TEST(Stores, LowerThePageLimitToItsBound) {
  const Author ada = this->chat.guest("Ada");
  for (unsigned n = 1; n <= history_page_events_max + 1; ++n) this->chat.send(lobby(), ada, n).value();
  EXPECT_EQ(this->chat.history(lobby(), After{0}, 100000).events.size(), history_page_events_max);
  EXPECT_EQ(this->chat.history(lobby(), After{0}, 0).events.size(), 1u);
}

TYPED_TEST(Stores, ListTheRoomsThatOneCouldJoinPageByPage) {
  const Author ada = this->chat.guest("Ada");
  const Author bob = this->chat.guest("Bob");
  for (const char* room : {"cats", "Apples", "birds", "dogs"}) this->chat.create(ada, room).value();
  this->chat.create(ada, "secret", RoomKind::private_room).value();
  this->chat.join(this->chat.room(ada, "mine"), bob).value();
  const auto list = [&](std::string text, std::optional<RoomId> after) {
    return this->chat.store->public_rooms({bob.id, std::move(text), after, 3}).value();
  };
  const RoomsPage first = list("", std::nullopt);
  ASSERT_EQ(first.rooms.size(), 3u);
  EXPECT_EQ(first.rooms[0].name.text(), "Apples");
  EXPECT_EQ(first.rooms[2].name.text(), "cats");
  EXPECT_TRUE(first.more);
  const RoomsPage second = list("", first.rooms[2].id);
  ASSERT_EQ(second.rooms.size(), 1u);
  EXPECT_EQ(second.rooms[0].name.text(), "dogs");
  EXPECT_FALSE(second.more);
  EXPECT_EQ(list("PPL", std::nullopt).rooms.size(), 1u);
  EXPECT_EQ(list("%", std::nullopt).rooms.size(), 0u);
}

TYPED_TEST(Stores, ListMembersPageByPage) {
  const Author ada = this->chat.guest("Ada");
  const RoomId garden = this->chat.room(ada, "Garden");
  for (const char* guest : {"Bob", "Cid", "Dan"}) this->chat.join(garden, this->chat.guest(guest)).value();
  const MembersPage first = this->chat.store->members({garden, std::nullopt, 3}).value();
  ASSERT_EQ(first.members.size(), 3u);
  EXPECT_EQ(first.members[0].user.id, ada.id);
  EXPECT_EQ(first.members[0].role, Role::owner);
  EXPECT_TRUE(first.more);
  const MembersPage second = this->chat.store->members({garden, first.members[2].user.id, 3}).value();
  ASSERT_EQ(second.members.size(), 1u);
  EXPECT_EQ(second.members[0].user.name.text(), "Dan");
  EXPECT_FALSE(second.more);
}

TYPED_TEST(Stores, TrimARoomAndSayWhereItsHistoryBegins) {
  const Author ada = this->chat.guest("Ada");
  for (unsigned n = 1; n <= 5; ++n) this->chat.send(lobby(), ada, n).value();
  EXPECT_EQ(this->chat.trim(lobby(), 4)->floor, 3);
  EXPECT_EQ(this->chat.trim(lobby(), 2)->floor, 3);
  EXPECT_EQ(this->chat.store->room(lobby())->floor, 3);
  const HistoryPage page = this->chat.history(lobby(), Latest{});
  EXPECT_EQ(seqs(page.events), (std::vector<Seq>{4, 5}));
  EXPECT_EQ(page.floor, 3);
  EXPECT_FALSE(page.more_before);
  EXPECT_FALSE(this->chat.history(lobby(), After{3}).more_before);
}

TYPED_TEST(Stores, GoOnCountingAfterEverythingWasTrimmed) {
  const Author ada = this->chat.guest("Ada");
  for (unsigned n = 1; n <= 3; ++n) this->chat.send(lobby(), ada, n).value();
  EXPECT_EQ(this->chat.trim(lobby(), seq_max)->floor, 3);
  EXPECT_EQ(this->chat.send(lobby(), ada, 4)->seq, 4);
  EXPECT_EQ(this->chat.feed.back().prev, 3);
}

TYPED_TEST(Stores, RecogniseTheCidOfATrimmedMessage) {
  const Author ada = this->chat.guest("Ada");
  this->chat.send(lobby(), ada, 1).value();
  this->chat.trim(lobby(), 2).value();
  const auto again = this->chat.send(lobby(), ada, 1);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->seq, 1);
}

TYPED_TEST(Stores, AnswerEverythingThatWasAskedBeforeTheyWereDestroyed) {
  const Author ada = this->chat.guest("Ada");
  std::size_t stored = 0;
  for (unsigned n = 1; n <= 50; ++n)
    this->chat.store->append(this->chat.message(lobby(), ada, n),
                             [&](Result<Appended> result) { stored += result.has_value() ? 1u : 0u; });
  this->chat.store.reset();
  EXPECT_TRUE(this->loop.run_until([&] { return stored == 50; }));
  EXPECT_EQ(this->chat.feed.size(), 50u);
}

}  // namespace
}  // namespace duplex::chat::testing
