// Who is here, under which name, and what they are doing right now.
#include <gmock/gmock.h>

#include "chat/domain/names_in_use.hpp"
#include "chat/domain/presence.hpp"
#include "chat/domain/typing.hpp"

namespace duplex::chat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const UserId ada = *UserId::parse("ada");
const UserId bob = *UserId::parse("bob");
const UserId cid = *UserId::parse("cid");
const RoomId garden = *RoomId::parse("garden");

Name name(std::string_view text) { return Name::parse(text).value(); }

TEST(NamesInUse, RefuseANameThatSomebodyConnectedHolds) {
  NamesInUse names;
  EXPECT_TRUE(names.claim(ada, name("Ada")));
  EXPECT_EQ(names.claim(bob, name("ADA")).error().code, ErrorCode::conflict);
  EXPECT_TRUE(names.claim(bob, name("Bob")));
}

TEST(NamesInUse, GiveANameToTheNextWhenItsHolderHasGone) {
  NamesInUse names;
  names.claim(ada, name("Ada")).value();
  names.release(ada);
  EXPECT_TRUE(names.claim(bob, name("Ada")));
}

TEST(NamesInUse, GiveAReturningUserItsNameWhenItIsFree) {
  NamesInUse names;
  EXPECT_EQ(names.claim_or_number(ada, name("Ada")).text(), "Ada");
}

TEST(NamesInUse, NumberAReturningUserWhoseNameIsTakenAndReleaseThat) {
  NamesInUse names;
  names.claim(bob, name("Ada")).value();
  names.claim(cid, name("ada 2")).value();
  EXPECT_EQ(names.claim_or_number(ada, name("Ada")).text(), "Ada 3");
  names.release(ada);
  names.release(bob);
  EXPECT_EQ(names.claim_or_number(ada, name("Ada")).text(), "Ada");
}

TEST(NamesInUse, KeepTheNameOfAUserWhoIsConnectedAlready) {
  NamesInUse names;
  names.claim(bob, name("Ada")).value();
  EXPECT_EQ(names.claim_or_number(ada, name("Ada")).text(), "Ada 2");
  names.release(bob);
  EXPECT_EQ(names.claim_or_number(ada, name("Ada")).text(), "Ada 2");
}

TEST(NamesInUse, IgnoreTheReleaseOfOneWhoHoldsNothing) {
  NamesInUse names;
  names.claim(ada, name("Ada")).value();
  names.release(bob);
  EXPECT_FALSE(names.claim(bob, name("Ada")));
}

std::string text_of(const std::vector<PresenceChange>& changes) {
  std::string text;
  for (const auto& change : changes)
    text += change.user.text() + "/" + change.name + "/" + std::string(to_text(change.state)) + " ";
  return text;
}

TEST(Presence, ReportsWhoCameAndWhoWentOnce) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.connect(bob, "Bob", 2);
  EXPECT_TRUE(presence.has_changes());
  EXPECT_EQ(text_of(presence.take_changes()), "ada/Ada/online bob/Bob/online ");
  EXPECT_FALSE(presence.has_changes());
  presence.disconnect(ada, 1);
  EXPECT_EQ(text_of(presence.take_changes()), "ada/Ada/offline ");
  EXPECT_THAT(presence.take_changes(), IsEmpty());
}

TEST(Presence, SaysNothingOfOneWhoCameAndWentBetweenTwoBatches) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.disconnect(ada, 1);
  EXPECT_THAT(presence.take_changes(), IsEmpty());
}

TEST(Presence, SaysNothingOfOneWhoReconnectedBetweenTwoBatches) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.take_changes();
  presence.disconnect(ada, 1);
  presence.connect(ada, "Ada", 2);
  EXPECT_THAT(presence.take_changes(), IsEmpty());
}

TEST(Presence, ReportsOneWhoReconnectedUnderAnotherName) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.take_changes();
  presence.disconnect(ada, 1);
  presence.connect(ada, "Ada 2", 2);
  EXPECT_EQ(text_of(presence.take_changes()), "ada/Ada 2/online ");
}

TEST(Presence, LastsUntilTheLastConnectionEnds) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.connect(ada, "Ada", 2);
  EXPECT_EQ(presence.connections(ada), 2u);
  EXPECT_EQ(presence.users_online(), 1u);
  presence.disconnect(ada, 1);
  presence.disconnect(ada, 1);
  EXPECT_EQ(presence.state(ada), PresenceState::online);
  presence.disconnect(ada, 2);
  EXPECT_EQ(presence.state(ada), PresenceState::offline);
  EXPECT_EQ(presence.connections(ada), 0u);
}

TEST(Presence, IsAwayOnlyWhenEveryConnectionIs) {
  Presence presence;
  presence.connect(ada, "Ada", 1);
  presence.connect(ada, "Ada", 2);
  presence.set_state(ada, 1, PresenceState::away);
  EXPECT_EQ(presence.state(ada), PresenceState::online);
  presence.set_state(ada, 2, PresenceState::away);
  EXPECT_EQ(presence.state(ada), PresenceState::away);
  EXPECT_EQ(text_of(presence.everyone()), "ada/Ada/away ");
  presence.set_state(bob, 3, PresenceState::away);
  EXPECT_EQ(presence.state(bob), PresenceState::offline);
}

TEST(Typing, ListsWhoTypesAndSaysWhichListsChanged) {
  Typing typing;
  typing.start(garden, bob, 0);
  typing.start(garden, ada, 0);
  EXPECT_THAT(typing.take_changed(), ElementsAre(garden));
  EXPECT_THAT(typing.users(garden), ElementsAre(ada, bob));
  typing.stop(garden, bob);
  EXPECT_THAT(typing.take_changed(), ElementsAre(garden));
  EXPECT_THAT(typing.users(garden), ElementsAre(ada));
}

TEST(Typing, IsToldAgainWhenItIsRepeated) {
  Typing typing;
  typing.start(garden, ada, 0);
  typing.take_changed();
  typing.start(garden, ada, 3000);
  EXPECT_THAT(typing.take_changed(), ElementsAre(garden));
  EXPECT_THAT(typing.users(garden), ElementsAre(ada));
}

TEST(Typing, ChangesNothingWhenSomeoneStopsWhoDoesNotType) {
  Typing typing;
  typing.start(garden, ada, 0);
  typing.take_changed();
  typing.stop(garden, bob);
  typing.stop(lobby(), ada);
  EXPECT_THAT(typing.take_changed(), IsEmpty());
}

TEST(Typing, ExpiresSixSecondsAfterItsLastSign) {
  Typing typing;
  EXPECT_EQ(typing.next_deadline(), std::nullopt);
  typing.start(garden, ada, 0);
  typing.start(garden, bob, 500);
  typing.start(garden, ada, 1000);
  typing.take_changed();
  EXPECT_EQ(typing.next_deadline(), 6500);
  typing.expire(6499);
  EXPECT_THAT(typing.take_changed(), IsEmpty());
  typing.expire(6500);
  EXPECT_THAT(typing.take_changed(), ElementsAre(garden));
  EXPECT_THAT(typing.users(garden), ElementsAre(ada));
  typing.expire(7000);
  EXPECT_THAT(typing.users(garden), IsEmpty());
  EXPECT_EQ(typing.next_deadline(), std::nullopt);
}

TEST(Typing, StopsEverywhereForOneWhoHasGone) {
  Typing typing;
  typing.start(garden, ada, 0);
  typing.start(lobby(), ada, 0);
  typing.start(lobby(), bob, 0);
  typing.take_changed();
  typing.stop_everywhere(ada);
  EXPECT_THAT(typing.take_changed(), ElementsAre(garden, lobby()));
  EXPECT_THAT(typing.users(lobby()), ElementsAre(bob));
}

TEST(Typing, IsBoundedPerRoom) {
  Typing typing;
  for (std::size_t i = 0; i < typing_users_per_room_max + 5; ++i)
    typing.start(garden, *UserId::parse(std::string("u") + std::to_string(i)), 0);
  EXPECT_EQ(typing.users(garden).size(), typing_users_per_room_max);
}

}  // namespace
}  // namespace duplex::chat
