#include "connection/roster.hpp"

#include <stdexcept>

#include "connection/connection_fixture.hpp"

namespace duplex::connection {
namespace {

class RosterTest : public ConnectionTest {};

TEST_F(RosterTest, an_id_is_never_used_twice_though_its_slot_is) {
  const auto terms = terms_of(std::make_shared<Silent>());
  const ConnectionId first = open(terms);
  const Handle old = roster->handle_of(first);
  roster->find(first)->abort();
  loop->settle();
  EXPECT_EQ(roster->count(), 0u);
  const ConnectionId second = open(terms);
  EXPECT_EQ(second.slot, first.slot);
  EXPECT_NE(second.generation, first.generation);
  EXPECT_EQ(roster->find(first), nullptr);
  EXPECT_EQ(old.send("to the first"), SendVerdict::closed);
  loop->settle();
  EXPECT_EQ(far_ends[1]->heard, "");
}

TEST_F(RosterTest, an_id_from_nowhere_finds_nobody) {
  EXPECT_EQ(roster->find({0, 0}), nullptr);
  open(terms_of(std::make_shared<Silent>()));
  EXPECT_EQ(roster->find({0, 0}), nullptr);
  EXPECT_EQ(roster->find({7, 1}), nullptr);
  EXPECT_NE(roster->find({0, 1, 0}), nullptr);
  EXPECT_EQ(roster->find({0, 1, 1}), nullptr);  // that is the id of another loop's connection
}

TEST_F(RosterTest, visitors_may_end_every_connection_and_the_last_one_is_announced_once) {
  int emptied = 0;
  roster->set_emptied([&emptied] { ++emptied; });
  const auto terms = terms_of(std::make_shared<Silent>());
  for (int count = 0; count < 5; ++count) open(terms);
  roster->for_each([](Pump& pump) { pump.abort(); });
  EXPECT_EQ(roster->count(), 5u);  // until the end of the turn nothing is destroyed
  loop->settle();
  EXPECT_EQ(roster->count(), 0u);
  EXPECT_EQ(emptied, 1);
}

TEST_F(RosterTest, guarded_work_may_throw_and_does_nothing_after_the_rosters_end) {
  int calls = 0;
  const auto work = roster->guarded("a test", [&calls] {
    ++calls;
    throw std::runtime_error("a mistake");
  });
  work();
  roster->guarded("a test", [] { throw 42; })();
  EXPECT_EQ(log, (std::vector<std::string>{"exception in a test: a mistake",
                                           "exception in a test: not a std::exception"}));
  roster.reset();
  work();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace duplex::connection
