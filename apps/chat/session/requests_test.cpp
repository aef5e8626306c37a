#include "chat/session/hub_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

// Ann and Bob in a chat, with nothing received yet.
class Requests : public ::testing::Test {
 protected:
  Requests() : ann(chat), bob(chat) {
    ann_id = ann.enter("Ann")["ok"]["me"]["id"];
    bob.enter("Bob");
    ann.forget();
    bob.forget();
  }

  std::string create(Client& client, std::string_view name) {
    return client.ask({{"t", "create"}, {"name", name}, {"kind", "public"}})["ok"]["r"];
  }

  TestChat chat;
  Client ann;
  Client bob;
  std::string ann_id;
};

TEST_F(Requests, a_message_is_acknowledged_and_reaches_everyone_in_the_room) {
  const Json ok = ann.send("lobby", 1, "hello \"Bob\" 😀\n")["ok"];
  EXPECT_EQ(ok["seq"], 1);
  EXPECT_GT(ok["ts"], 0);
  EXPECT_FALSE(ok.contains("dup"));
  ASSERT_EQ(bob.pushes("ev").size(), 1u);
  const Json event = bob.pushes("ev")[0];
  EXPECT_EQ(event["r"], "lobby");
  EXPECT_EQ(event["seq"], 1);
  EXPECT_EQ(event["prev"], 0);
  EXPECT_EQ(event["k"], "msg");
  EXPECT_EQ(event["from"], (Json{{"id", ann_id}, {"name", "Ann"}}));
  EXPECT_EQ(event["body"], "hello \"Bob\" 😀\n");
  EXPECT_EQ(event["ts"], ok["ts"]);
}

TEST_F(Requests, no_message_is_acknowledged_or_shown_before_it_is_stored) {
  ann.say({{"t", "send"}, {"id", 9}, {"r", "lobby"}, {"cid", cid(1)}, {"body", "x"}});
  EXPECT_TRUE(ann.wire.received.empty());
  EXPECT_TRUE(bob.wire.received.empty());
  chat.settle();
  EXPECT_EQ(outcome(ann.reply(9)), "ok");
  EXPECT_EQ(bob.pushes("ev").size(), 1u);
}

TEST_F(Requests, the_cid_is_shown_to_the_author_only_live_and_in_history) {
  ann.send("lobby", 1, "x");
  EXPECT_EQ(ann.pushes("ev")[0]["cid"], cid(1));
  EXPECT_FALSE(bob.pushes("ev")[0].contains("cid"));
  const Json query{{"t", "history"}, {"r", "lobby"}, {"latest", true}};
  EXPECT_EQ(ann.ask(query)["ok"]["events"][0]["cid"], cid(1));
  EXPECT_FALSE(bob.ask(query)["ok"]["events"][0].contains("cid"));
}

TEST_F(Requests, the_same_cid_again_is_the_first_message_whatever_the_body) {
  ann.send("lobby", 1, "first");
  ann.send("lobby", 2, "second");
  bob.forget();
  const Json ok = ann.send("lobby", 1, "changed")["ok"];
  EXPECT_EQ(ok["seq"], 1);
  EXPECT_EQ(ok["dup"], true);
  EXPECT_TRUE(bob.pushes("ev").empty());
}

TEST_F(Requests, the_same_cid_in_another_room_is_a_conflict_and_of_another_user_a_message) {
  const std::string room = create(ann, "Tea");
  ann.send("lobby", 1, "x");
  EXPECT_EQ(outcome(ann.send(room, 1, "x")), "conflict");
  EXPECT_EQ(bob.send("lobby", 1, "x")["ok"]["seq"], 2);
}

TEST_F(Requests, a_reply_carries_its_target) {
  ann.send("lobby", 1, "x");
  const Json ok = bob.ask({{"t", "send"}, {"r", "lobby"}, {"cid", cid(2)}, {"body", "y"}, {"reply_to", 1}});
  EXPECT_EQ(outcome(ok), "ok");
  EXPECT_EQ(ann.pushes("ev")[1]["target"], 1);
  EXPECT_EQ(
      outcome(bob.ask({{"t", "send"}, {"r", "lobby"}, {"cid", cid(3)}, {"body", "y"}, {"reply_to", 99}})),
      "not_found");
}

TEST_F(Requests, a_body_may_have_16_KiB_and_not_a_byte_more) {
  EXPECT_EQ(outcome(ann.send("lobby", 1, std::string(16 * 1024, 'x'))), "ok");
  EXPECT_EQ(outcome(ann.send("lobby", 2, std::string(16 * 1024 + 1, 'x'))), "too_large");
}

TEST_F(Requests, malformed_ones_are_answered_and_the_connection_goes_on) {
  ann.say_raw(R"({"t":"send","id":"x","r":"lobby"})");
  EXPECT_EQ(ann.wire.received.back()["re"], "x");
  EXPECT_EQ(outcome(ann.wire.received.back()), "bad_request");
  EXPECT_EQ(ann.wire.received.back()["err"]["temporary"], false);
  ann.say_raw(R"({"t":"send","id":{},"r":"lobby"})");
  EXPECT_FALSE(ann.wire.received.back().contains("re"));
  EXPECT_EQ(outcome(ann.send("lobby", 1, "x")), "ok");
}

// As many as one may send at once, and then one more.
const auto burst = static_cast<unsigned>(RateLimits().send.burst);

TEST_F(Requests, too_many_messages_are_refused_for_now_and_those_behind_them_too) {
  for (unsigned i = 1; i <= burst; ++i) ASSERT_EQ(outcome(ann.send("lobby", i, "x")), "ok");
  const Json refused = ann.send("lobby", burst + 1, "x");
  EXPECT_EQ(outcome(refused), "rate_limited");
  EXPECT_EQ(refused["err"]["temporary"], true);
  EXPECT_GT(refused["err"]["retry_ms"], 0);
  ASSERT_EQ(ann.pushes("ping").size(), 1u);
  // In flight already, when the limit would allow it again: accepted, it would stand before the refused one.
  chat.pass(1'000);
  EXPECT_EQ(outcome(ann.send("lobby", burst + 2, "x")), "rate_limited");
  EXPECT_EQ(outcome(ann.send("lobby", burst + 1, "x")), "ok");
  EXPECT_EQ(outcome(ann.send("lobby", burst + 2, "x")), "ok");
}

TEST_F(Requests, a_refused_message_may_be_given_up) {
  for (unsigned i = 1; i <= burst + 1; ++i) ann.send("lobby", i, "x");
  chat.pass(1'000);
  EXPECT_EQ(outcome(ann.send("lobby", burst + 2, "x")), "rate_limited");
  ann.say_raw(R"({"t":"pong"})");
  EXPECT_EQ(outcome(ann.send("lobby", burst + 2, "x")), "ok");
}

TEST_F(Requests, without_the_store_a_message_is_unavailable_and_its_successors_wait_for_it) {
  chat.store.changes_fail = true;
  EXPECT_EQ(outcome(ann.send("lobby", 1, "x")), "unavailable");
  chat.store.changes_fail = false;
  const Json behind = ann.send("lobby", 2, "x");
  EXPECT_EQ(outcome(behind), "unavailable");
  EXPECT_EQ(behind["err"]["temporary"], true);
  EXPECT_EQ(outcome(ann.send("lobby", 1, "x")), "ok");
  EXPECT_EQ(outcome(ann.send("lobby", 2, "x")), "ok");
}

TEST_F(Requests, a_question_sees_the_changes_that_were_asked_for_before_it) {
  ann.say({{"t", "send"}, {"id", 1}, {"r", "lobby"}, {"cid", cid(1)}, {"body", "x"}});
  ann.say({{"t", "history"}, {"id", 2}, {"r", "lobby"}, {"latest", true}});
  chat.settle();
  EXPECT_EQ(ann.reply(2)["ok"]["events"].size(), 1u);
}

TEST_F(Requests, a_room_is_created_joined_and_left) {
  const Json created = ann.ask({{"t", "create"}, {"name", "Tea"}, {"kind", "public"}})["ok"];
  const std::string room = created["r"];
  EXPECT_EQ(created["name"], "Tea");
  EXPECT_EQ(created["role"], "owner");
  EXPECT_EQ(created["last"], 1);
  const Json joined = bob.ask({{"t", "join"}, {"r", room}})["ok"];
  EXPECT_EQ(joined["r"], room);
  EXPECT_EQ(joined["last"], 2);
  EXPECT_EQ(ann.pushes("ev").back()["k"], "join");
  ann.send(room, 1, "welcome");
  EXPECT_EQ(bob.story(room), (std::vector<std::string>{"ev 3"}));
  EXPECT_EQ(bob.ask({{"t", "leave"}, {"r", room}})["ok"]["r"], room);
  EXPECT_EQ(ann.pushes("ev").back()["k"], "leave");
  bob.forget();
  ann.send(room, 2, "gone");
  EXPECT_TRUE(bob.story(room).empty());
  EXPECT_TRUE(ann.pushes("room").empty()) << "the own request is no news";
}

TEST_F(Requests, joining_twice_changes_nothing) {
  const std::string room = create(ann, "Tea");
  bob.say({{"t", "join"}, {"id", 1}, {"r", room}});
  bob.say({{"t", "join"}, {"id", 2}, {"r", room}});
  chat.settle();
  EXPECT_EQ(outcome(bob.reply(2)), "ok");
  ann.send(room, 1, "x");
  EXPECT_EQ(bob.story(room), (std::vector<std::string>{"ev 3"}));
}

TEST_F(Requests, a_taken_room_name_is_a_conflict_and_a_bad_one_a_bad_request) {
  create(ann, "Tea");
  EXPECT_EQ(outcome(bob.ask({{"t", "create"}, {"name", "TEA"}})), "conflict");
  EXPECT_EQ(outcome(bob.ask({{"t", "create"}, {"name", "  "}})), "bad_request");
}

TEST_F(Requests, the_lobby_cannot_be_left) {
  EXPECT_EQ(outcome(ann.ask({{"t", "leave"}, {"r", "lobby"}})), "forbidden");
}

TEST_F(Requests, outsiders_are_forbidden_everything_in_a_public_room_and_no_other_exists) {
  const std::string room = create(ann, "Tea");
  for (const std::string_view r : {std::string_view(room), std::string_view("nosuchroom")}) {
    const std::string expected = r == room ? "forbidden" : "not_found";
    EXPECT_EQ(outcome(bob.send(r, 1, "x")), expected);
    EXPECT_EQ(outcome(bob.ask({{"t", "history"}, {"r", r}, {"latest", true}})), expected);
    EXPECT_EQ(outcome(bob.ask({{"t", "who"}, {"r", r}})), expected);
    EXPECT_EQ(outcome(bob.ask({{"t", "read"}, {"r", r}, {"seq", 1}})), expected);
    EXPECT_EQ(outcome(bob.ask({{"t", "typing"}, {"r", r}, {"on", true}})), expected);
  }
  EXPECT_EQ(outcome(bob.ask({{"t", "join"}, {"r", "nosuchroom"}})), "not_found");
}

TEST_F(Requests, rooms_lists_what_one_could_join) {
  const std::string room = create(ann, "Tea");
  create(bob, "Coffee");
  const Json ok = bob.ask({{"t", "rooms"}})["ok"];
  ASSERT_EQ(ok["rooms"].size(), 1u);
  EXPECT_EQ(ok["rooms"][0]["r"], room);
  EXPECT_EQ(ok["rooms"][0]["name"], "Tea");
  EXPECT_EQ(ok["rooms"][0]["members"], 1);
  EXPECT_EQ(ok["more"], false);
  EXPECT_TRUE(bob.ask({{"t", "rooms"}, {"q", "milk"}})["ok"]["rooms"].empty());
}

TEST_F(Requests, history_pages_in_both_directions) {
  for (unsigned i = 1; i <= 9; ++i) ann.send("lobby", i, std::to_string(i));
  const auto page = [&](const char* position, int seq, int limit) {
    const Json ok = bob.ask({{"t", "history"}, {"r", "lobby"}, {position, seq}, {"limit", limit}})["ok"];
    std::string line;
    for (const Json& event : ok["events"]) line += event["body"].get<std::string>();
    for (const char* more : {"more", "more_before", "more_after"})
      if (ok.value(more, false)) line += std::string(" ") + more;
    return line;
  };
  EXPECT_EQ(page("before", 5, 3), "234 more");
  EXPECT_EQ(page("before", 4, 3), "123");
  EXPECT_EQ(page("after", 5, 3), "678 more");
  EXPECT_EQ(page("after", 6, 3), "789");
  EXPECT_EQ(page("after", 9, 3), "");
  EXPECT_EQ(page("around", 5, 3), "456 more_before more_after");
  const Json latest = bob.ask({{"t", "history"}, {"r", "lobby"}, {"latest", true}, {"limit", 2}})["ok"];
  EXPECT_EQ(latest["events"].size(), 2u);
  EXPECT_EQ(latest["more"], true);
  EXPECT_EQ(latest["floor"], 0);
}

TEST_F(Requests, history_is_rate_limited) {
  std::string last = "ok";
  for (int i = 0; i < 40 && last == "ok"; ++i)
    last = outcome(ann.ask({{"t", "history"}, {"r", "lobby"}, {"latest", true}}));
  EXPECT_EQ(last, "rate_limited");
  chat.pass(5'000);
  EXPECT_EQ(outcome(ann.ask({{"t", "history"}, {"r", "lobby"}, {"latest", true}})), "ok");
}

TEST_F(Requests, all_other_requests_are_rate_limited_together) {
  std::string last = "ok";
  for (int i = 0; i < 200 && last == "ok"; ++i) last = outcome(ann.ask({{"t", "rooms"}}));
  EXPECT_EQ(last, "rate_limited");
}

TEST_F(Requests, a_read_mark_only_rises_and_is_there_again) {
  ann.send("lobby", 1, "x");
  ann.send("lobby", 2, "x");
  EXPECT_EQ(bob.ask({{"t", "read"}, {"r", "lobby"}, {"seq", 1}})["ok"]["seq"], 1);
  EXPECT_EQ(bob.ask({{"t", "read"}, {"r", "lobby"}, {"seq", 99}})["ok"]["seq"], 2);
  EXPECT_EQ(bob.ask({{"t", "read"}, {"r", "lobby"}, {"seq", 1}})["ok"]["seq"], 2);
  ann.send("lobby", 3, "x");
  Client again(chat);
  const Json room = again.enter_again(bob.token)["ok"]["rooms"][0];
  EXPECT_EQ(room["read"], 2);
  EXPECT_EQ(room["unread"], 1);
  EXPECT_EQ(room["last"], 3);
}

TEST_F(Requests, a_read_mark_that_was_on_its_way_reaches_the_connection_that_takes_over) {
  ann.send("lobby", 1, "x");
  chat.store.changes_are_held = true;
  bob.say({{"t", "read"}, {"id", 1}, {"r", "lobby"}, {"seq", 1}});
  Client again(chat);
  again.say({{"t", "hello"}, {"id", 1}, {"client", "x"}, {"auth", {{"token", bob.token}}}});
  chat.store.let_go();
  chat.settle();
  ASSERT_EQ(again.pushes("read").size(), 1u);
  EXPECT_EQ(again.pushes("read")[0]["seq"], 1);
}

TEST_F(Requests, a_room_that_was_being_joined_is_told_to_the_connection_that_takes_over) {
  const std::string room = create(ann, "Tea");
  chat.store.changes_are_held = true;
  bob.say({{"t", "join"}, {"id", 1}, {"r", room}});
  Client again(chat);
  again.say({{"t", "hello"}, {"id", 1}, {"client", "x"}, {"auth", {{"token", bob.token}}}});
  chat.store.let_go();
  chat.settle();
  ASSERT_EQ(again.pushes("room").size(), 1u);
  EXPECT_EQ(again.pushes("room")[0]["r"], room);
  EXPECT_EQ(again.pushes("room")[0]["name"], "Tea");
  ann.send(room, 1, "x");
  EXPECT_EQ(again.story(room), (std::vector<std::string>{"ev 3"}));
}

TEST_F(Requests, who_names_the_members_and_whether_they_are_here) {
  bob.say_raw(R"({"t":"presence","state":"away"})");
  Client carl(chat);
  carl.enter("Carl");
  carl.disconnect();
  const Json ok = ann.ask({{"t", "who"}, {"r", "lobby"}})["ok"];
  std::map<std::string, std::string> states;
  for (const Json& member : ok["members"]) states[member["name"]] = member["state"];
  EXPECT_EQ(states,
            (std::map<std::string, std::string>{{"Ann", "online"}, {"Bob", "away"}, {"Carl", "offline"}}));
  EXPECT_EQ(ok["more"], false);
}

TEST_F(Requests, of_a_large_room_who_names_those_first_who_are_here) {
  for (std::size_t i = 0; i < who_members_max + 5; ++i) {
    Client guest(chat);
    ASSERT_EQ(outcome(guest.enter("guest " + std::to_string(i))), "ok");
  }
  Client last(chat);
  EXPECT_EQ(outcome(last.enter("Last")), "ok");
  const Json ok = ann.ask({{"t", "who"}, {"r", "lobby"}})["ok"];
  EXPECT_EQ(ok["members"].size(), who_members_max);
  EXPECT_EQ(ok["more"], true);
  std::size_t online = 0;
  for (const Json& member : ok["members"]) online += member["state"] == "online" ? 1 : 0;
  EXPECT_EQ(online, 3u) << ok["members"].dump();
}

TEST_F(Requests, without_the_store_questions_are_unavailable_for_now) {
  chat.store.reads_fail = true;
  for (const Json& question : {Json{{"t", "rooms"}}, Json{{"t", "who"}, {"r", "lobby"}},
                               Json{{"t", "history"}, {"r", "lobby"}, {"latest", true}}}) {
    const Json refused = ann.ask(question);
    EXPECT_EQ(outcome(refused), "unavailable") << question;
    EXPECT_EQ(refused["err"]["temporary"], true);
    EXPECT_TRUE(refused["err"].contains("retry_ms"));
  }
}

TEST_F(Requests, typing_is_told_to_all_and_ends_by_itself) {
  ann.say_raw(R"({"t":"typing","r":"lobby","on":true})");
  chat.pass(100);
  ASSERT_EQ(bob.pushes("typing").size(), 1u);
  EXPECT_EQ(bob.pushes("typing")[0]["users"], Json::array({{{"id", ann_id}, {"name", "Ann"}}}));
  EXPECT_EQ(bob.pushes("typing")[0]["ttl_ms"], 6'000);
  EXPECT_EQ(bob.pushes("typing")[0]["r"], "lobby");
  chat.pass(5'899);
  EXPECT_EQ(bob.pushes("typing").size(), 1u);
  chat.pass(201);
  ASSERT_EQ(bob.pushes("typing").size(), 2u);
  EXPECT_TRUE(bob.pushes("typing")[1]["users"].empty());
}

TEST_F(Requests, typing_ends_with_the_message_with_off_and_with_the_connection) {
  const auto type = [this] {
    ann.say_raw(R"({"t":"typing","r":"lobby","on":true})");
    chat.pass(100);
    bob.forget();
  };
  const auto ends = [this] {
    chat.pass(100);
    return bob.pushes("typing").size() == 1 && bob.pushes("typing")[0]["users"].empty();
  };
  type();
  ann.send("lobby", 1, "x");
  EXPECT_TRUE(ends());
  type();
  ann.say_raw(R"({"t":"typing","r":"lobby","on":false})");
  EXPECT_TRUE(ends());
  type();
  ann.disconnect();
  EXPECT_TRUE(ends());
}

TEST_F(Requests, typing_without_an_id_is_never_answered) {
  ann.say_raw(R"({"t":"typing","r":"nosuchroom","on":true})");
  for (int i = 0; i < 30; ++i) ann.say_raw(R"({"t":"typing","r":"lobby","on":true})");
  EXPECT_TRUE(ann.wire.received.empty());
}

TEST_F(Requests, presence_is_told_in_batches_to_those_who_share_a_room) {
  chat.pass(1'000);
  ann.forget();
  Client carl(chat);
  carl.enter("Carl");
  bob.say_raw(R"({"t":"presence","state":"away"})");
  EXPECT_TRUE(ann.pushes("presence").empty());
  chat.pass(250);
  ASSERT_EQ(ann.pushes("presence").size(), 1u);
  EXPECT_EQ(ann.pushes("presence")[0]["r"], "lobby");
  std::map<std::string, std::string> states;
  const Json users = ann.pushes("presence")[0]["users"];
  for (const Json& user : users) states[user["name"]] = user["state"];
  EXPECT_EQ(states, (std::map<std::string, std::string>{{"Bob", "away"}, {"Carl", "online"}}));
}

TEST_F(Requests, who_goes_is_told_in_every_shared_room_and_who_is_back_at_once_in_none) {
  const std::string room = create(ann, "Tea");
  bob.ask({{"t", "join"}, {"r", room}});
  chat.pass(1'000);
  ann.forget();
  bob.disconnect();
  Client again(chat);
  again.enter_again(bob.token);
  chat.pass(1'000);
  EXPECT_TRUE(ann.pushes("presence").empty());
  again.disconnect();
  chat.pass(1'000);
  std::set<std::string> rooms;
  for (const Json& push : ann.pushes("presence")) {
    rooms.insert(push["r"]);
    EXPECT_EQ(push["users"][0]["state"], "offline");
    EXPECT_EQ(push["users"][0]["name"], "Bob");
  }
  EXPECT_EQ(rooms, (std::set<std::string>{"lobby", room}));
}

}  // namespace
}  // namespace duplex::chat::testing
