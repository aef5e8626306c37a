#include "chat/session/hub_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

using Story = std::vector<std::string>;

// Ann writes; a reader comes back to what was written meanwhile.
class ResumeTest : public ::testing::Test {
 protected:
  ResumeTest() : chat(unlimited()), ann(chat), reader(std::in_place, chat) {
    ann.enter("Ann");
    token = reader->enter("Reader")["ok"]["token"];
  }

  static SessionOptions unlimited() {
    SessionOptions options;
    options.rates.send = {1'000'000, 1'000'000};
    return options;
  }

  void write(unsigned first, unsigned last, const std::string& body = "x") {
    for (unsigned i = first; i <= last; ++i) ASSERT_EQ(outcome(ann.send("lobby", i, body)), "ok");
  }

  Client& come_back(Seq cursor) { return come_back(chat.store.epoch(), {{"lobby", cursor}}); }
  Client& come_back(const std::string& epoch, Json cursors) {
    reader.emplace(chat);
    answer = reader->enter_again(token, {{"epoch", epoch}, {"rooms", std::move(cursors)}});
    return *reader;
  }

  TestChat chat;
  Client ann;
  std::optional<Client> reader;
  std::string token;
  Json answer;
};

TEST_F(ResumeTest, everything_that_was_missed_is_replayed_in_order_then_comes_the_live_feed) {
  write(1, 3);
  reader->disconnect();
  write(4, 6);
  Client& back = come_back(3);
  EXPECT_EQ(back.story(), (Story{"ev 4", "ev 5", "ev 6", "replayed 6"}));
  write(7, 7);
  EXPECT_EQ(back.story().back(), "ev 7");
  EXPECT_EQ(back.story().size(), 5u);
}

TEST_F(ResumeTest, the_answer_to_hello_comes_before_the_replay) {
  write(1, 1);
  Client& back = come_back(0);
  EXPECT_TRUE(back.wire.received.front().contains("re"));
}

TEST_F(ResumeTest, nothing_missed_is_said_at_once) {
  write(1, 3);
  EXPECT_EQ(come_back(3).story(), (Story{"replayed 3"}));
}

TEST_F(ResumeTest, an_empty_room_is_replayed_too) { EXPECT_EQ(come_back(0).story(), (Story{"replayed 0"})); }

TEST_F(ResumeTest, another_epoch_a_cursor_ahead_and_a_trimmed_one_are_reset) {
  write(1, 5);
  EXPECT_EQ(come_back("another", {{"lobby", 3}}).story(), (Story{"reset epoch"}));
  EXPECT_EQ(come_back(6).story(), (Story{"reset ahead"}));
  chat.store.trim({lobby(), 4}, [](const Result<RoomTrimmed>&) {});
  chat.settle();
  EXPECT_EQ(come_back(2).story(), (Story{"reset trimmed"}));
  const Json reset = reader->pushes("reset")[0];
  EXPECT_EQ(reset["floor"], 3);
  EXPECT_EQ(reset["last"], 5);
  EXPECT_EQ(come_back(3).story(), (Story{"ev 4", "ev 5", "replayed 5"}));
}

TEST_F(ResumeTest, after_a_reset_the_live_feed_goes_on) {
  write(1, 5);
  Client& back = come_back("another", {{"lobby", 3}});
  write(6, 6);
  EXPECT_EQ(back.story(), (Story{"reset epoch", "ev 6"}));
}

TEST_F(ResumeTest, ten_thousand_events_are_replayed_and_one_more_is_too_far) {
  for (unsigned first = 1; first < 10'001; first += 1'000) {
    write(first, first + 999);
    chat.pass(4'000);  // or else it is a flood
  }
  write(10'001, 10'001);
  EXPECT_EQ(come_back(0).story(), (Story{"reset too_far"}));
  const Story story = come_back(1).story();
  EXPECT_EQ(story.size(), 10'001u);
  EXPECT_EQ(story.front(), "ev 2");
  EXPECT_EQ(story.back(), "replayed 10001");
}

TEST_F(ResumeTest, cursors_of_rooms_one_is_not_in_are_ignored) {
  const std::string room = ann.ask({{"t", "create"}, {"name", "Tea"}})["ok"]["r"];
  Client& back = come_back(chat.store.epoch(), {{"lobby", 0}, {room, 0}, {"nosuchroom", 5}, {"No Room", 5}});
  EXPECT_EQ(outcome(answer), "ok");
  EXPECT_TRUE(back.story(room).empty());
  EXPECT_EQ(back.story(), (Story{"replayed 0"}));
}

TEST_F(ResumeTest, a_room_without_a_cursor_is_live_only) {
  write(1, 3);
  Client& back = come_back(chat.store.epoch(), Json::object());
  EXPECT_TRUE(back.story().empty());
  write(4, 4);
  EXPECT_EQ(back.story(), (Story{"ev 4"}));
}

TEST_F(ResumeTest, a_slow_reader_is_replayed_as_fast_as_it_reads_and_live_events_come_after) {
  write(1, 100, std::string(16'000, 'x'));
  reader.emplace(chat);
  reader->wire.is_stuck = true;
  reader->enter_again(token, {{"epoch", chat.store.epoch()}, {"rooms", {{"lobby", 0}}}});
  const std::size_t first_burst = reader->story().size();
  EXPECT_GT(first_burst, 5u);
  EXPECT_LT(first_burst, 30u);
  write(101, 110);
  chat.pass(10'000);
  EXPECT_EQ(reader->story().size(), first_burst) << "nothing was read";
  EXPECT_LT(reader->wire.buffered_bytes, outbox_bytes_max);
  while (reader->story().size() < 111) {
    const std::size_t before = reader->story().size();
    reader->wire.buffered_bytes = 0;
    chat.pass(100);
    ASSERT_GT(reader->story().size(), before);
    ASSERT_LT(reader->wire.buffered_bytes, outbox_bytes_max);
  }
  Story expected;
  for (int i = 1; i <= 110; ++i) {
    expected.push_back("ev " + std::to_string(i));
    if (i == 100) expected.push_back("replayed 100");
  }
  EXPECT_EQ(reader->story(), expected);
  reader->wire.buffered_bytes = 0;
  chat.pass(100);
  write(111, 111);
  EXPECT_EQ(reader->story().back(), "ev 111");
}

TEST_F(ResumeTest, long_answers_wait_for_a_reader_who_is_behind) {
  reader->wire.buffered_bytes = outbox_bytes_calm;
  EXPECT_EQ(outcome(reader->ask({{"t", "history"}, {"r", "lobby"}, {"latest", true}})), "no reply");
  EXPECT_EQ(outcome(reader->send("lobby", 1, "x")), "no reply") << "it stands behind the question";
  reader->wire.buffered_bytes = 0;
  chat.pass(100);
  chat.settle();
  EXPECT_EQ(outcome(reader->reply(2)), "ok");
  EXPECT_EQ(outcome(reader->reply(3)), "ok");
}

TEST_F(ResumeTest, events_that_were_read_before_the_feed_brings_them_come_once) {
  reader->disconnect();
  // Committed, but its answer and its event are still on their way to the loop.
  ann.say({{"t", "send"}, {"id", 77}, {"r", "lobby"}, {"cid", cid(1)}, {"body", "x"}});
  reader.emplace(chat);
  reader->say({{"t", "hello"},
               {"id", 1},
               {"client", "x"},
               {"auth", {{"token", token}}},
               {"resume", {{"epoch", chat.store.epoch()}, {"rooms", {{"lobby", 0}}}}}});
  const Story before = reader->story();
  chat.settle();
  write(2, 2);
  EXPECT_EQ(reader->story(), (Story{"ev 1", "replayed 1", "ev 2"}));
  EXPECT_EQ(before, (Story{"ev 1", "replayed 1"})) << "the store must have committed before it answered";
}

TEST_F(ResumeTest, what_is_trimmed_during_a_replay_is_said) {
  write(1, 100, std::string(16'000, 'x'));
  reader.emplace(chat);
  reader->wire.is_stuck = true;
  reader->enter_again(token, {{"epoch", chat.store.epoch()}, {"rooms", {{"lobby", 0}}}});
  chat.store.trim({lobby(), 90}, [](const Result<RoomTrimmed>&) {});
  chat.settle();
  reader->wire.is_stuck = false;
  reader->wire.buffered_bytes = 0;
  chat.pass(1'000);
  EXPECT_EQ(reader->story().back(), "reset trimmed");
  write(101, 101);
  EXPECT_EQ(reader->story().back(), "ev 101");
}

TEST_F(ResumeTest, a_store_that_fails_during_a_replay_closes_4005) {
  write(1, 100, std::string(16'000, 'x'));
  reader.emplace(chat);
  reader->wire.is_stuck = true;
  reader->enter_again(token, {{"epoch", chat.store.epoch()}, {"rooms", {{"lobby", 0}}}});
  chat.store.reads_fail = true;
  reader->wire.is_stuck = false;
  reader->wire.buffered_bytes = 0;
  chat.pass(1'000);
  EXPECT_EQ(reader->wire.closed, 4005u);
}

TEST_F(ResumeTest, an_own_message_is_replayed_with_its_cid) {
  reader->send("lobby", 5, "mine");
  Client& back = come_back(0);
  EXPECT_EQ(back.pushes("ev")[0]["cid"], cid(5));
}

TEST_F(ResumeTest, a_new_guest_may_bring_a_cursor) {
  write(1, 2);
  Client guest(chat);
  guest.greet(
      {{"auth", {{"name", "New"}}}, {"resume", {{"epoch", chat.store.epoch()}, {"rooms", {{"lobby", 1}}}}}});
  EXPECT_EQ(guest.story(), (Story{"ev 2", "replayed 2"}));
}

}  // namespace
}  // namespace duplex::chat::testing
