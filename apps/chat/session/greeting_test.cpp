#include "chat/session/hub_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

std::string refused_with(Client& client, std::string_view text) {
  client.forget();
  client.say_raw(text);
  if (client.wire.received.empty()) return "nothing";
  return outcome(client.wire.received.front());
}

TEST(Greeting, a_guest_gets_an_identity_a_token_and_the_lobby) {
  TestChat chat;
  Client ann(chat);
  const Json ok = ann.enter("Ann")["ok"];
  EXPECT_EQ(ok["me"]["name"], "Ann");
  EXPECT_FALSE(ok["me"]["id"].get<std::string>().empty());
  EXPECT_GE(ok["token"].get<std::string>().size(), 43u);
  EXPECT_EQ(ok["epoch"], chat.store.epoch());
  EXPECT_EQ(ok["heartbeat_ms"], 20'000);
  EXPECT_EQ(ok["limits"]["body_bytes"], 16 * 1024);
  EXPECT_EQ(ok["limits"]["frame_bytes"], 128 * 1024);
  ASSERT_EQ(ok["rooms"].size(), 1u);
  const Json& room = ok["rooms"][0];
  EXPECT_EQ(room["r"], "lobby");
  EXPECT_EQ(room["kind"], "public");
  EXPECT_EQ(room["role"], "guest");
  for (const char* field : {"name", "topic", "last", "floor", "read", "unread"})
    EXPECT_TRUE(room.contains(field)) << field;
}

TEST(Greeting, a_token_is_the_same_user_again) {
  TestChat chat;
  Client first(chat);
  const Json me = first.enter("Ann")["ok"]["me"];
  first.disconnect();
  Client second(chat);
  const Json ok = second.enter_again(first.token)["ok"];
  EXPECT_EQ(ok["me"], me);
  EXPECT_EQ(ok["token"], first.token);
}

TEST(Greeting, before_it_everything_else_is_unauthorized) {
  TestChat chat;
  Client client(chat);
  for (const std::string_view text :
       {R"({"t":"rooms","id":1})", R"({"t":"nonsense","id":1})", R"({"id":1})", R"({"t":"ping"})", R"({})",
        R"({"t":"typing","r":"lobby","on":true})", R"({"t":"send","id":1})"})
    EXPECT_EQ(refused_with(client, text), "unauthorized") << text;
  EXPECT_FALSE(client.wire.closed);
  client.forget();
  EXPECT_EQ(outcome(client.enter("Ann")), "ok");
}

TEST(Greeting, refused_it_may_be_tried_again) {
  TestChat chat;
  Client ann(chat);
  Client other(chat);
  ann.enter("Ann");
  EXPECT_EQ(outcome(other.enter("ANN")), "conflict");
  EXPECT_EQ(outcome(other.enter("a\nb")), "bad_request");
  EXPECT_EQ(outcome(other.enter_again("no-such-token")), "unauthorized");
  EXPECT_EQ(outcome(other.greet(Json::object())), "unauthorized");
  EXPECT_EQ(outcome(other.greet({{"auth", 7}})), "bad_request");
  EXPECT_EQ(outcome(other.enter("Bob")), "ok");
}

TEST(Greeting, too_many_refusals_close_4501) {
  TestChat chat;
  Client client(chat);
  for (int i = 0; i < 10; ++i) client.enter_again("guess " + std::to_string(i));
  EXPECT_EQ(client.wire.closed, 4501u);
}

TEST(Greeting, a_second_one_after_success_is_a_bad_request) {
  TestChat chat;
  Client ann(chat);
  ann.enter("Ann");
  EXPECT_EQ(outcome(ann.enter("Bob")), "bad_request");
  EXPECT_FALSE(ann.wire.closed);
}

TEST(Greeting, without_one_the_connection_closes_4504_after_10_s) {
  TestChat chat;
  Client client(chat);
  client.enter_again("no-such-token");
  chat.pass(9'999);
  EXPECT_FALSE(client.wire.closed);
  chat.pass(1);
  EXPECT_EQ(client.wire.closed, 4504u);
  EXPECT_EQ(client.pushes("bye").back()["code"], 4504);
}

TEST(Greeting, an_outdated_client_is_closed_4505) {
  TestChat chat;
  Client client(chat);
  client.say_raw(R"({"t":"hello","id":1,"client":"duplex-web/0","auth":{"name":"Ann"}})");
  EXPECT_EQ(outcome(client.reply(1)), "bad_request");
  EXPECT_EQ(client.wire.closed, 4505u);
}

TEST(Greeting, a_malformed_cursor_refuses_it_and_makes_no_guest) {
  TestChat chat;
  Client client(chat);
  const Json resume{{"epoch", "e"}, {"rooms", {{"lobby", "7"}}}};
  EXPECT_EQ(outcome(client.greet({{"auth", {{"name", "Ann"}}}, {"resume", resume}})), "bad_request");
  EXPECT_EQ(outcome(client.enter("Ann")), "ok");
}

TEST(Greeting, a_name_is_free_again_when_its_guest_has_gone_and_the_namesake_inherits_nothing) {
  TestChat chat;
  Client first(chat);
  const std::string id = first.enter("Ann")["ok"]["me"]["id"];
  first.disconnect();
  Client second(chat);
  EXPECT_NE(second.enter("Ann")["ok"]["me"]["id"], id);
}

TEST(Greeting, who_finds_the_own_name_taken_is_numbered) {
  TestChat chat;
  Client first(chat);
  first.enter("Ann");
  first.disconnect();
  Client namesake(chat);
  namesake.enter("Ann");
  Client back(chat);
  EXPECT_EQ(back.enter_again(first.token)["ok"]["me"]["name"], "Ann 2");
}

TEST(Greeting, a_second_connection_takes_over_and_nobody_sees_the_user_leave) {
  TestChat chat;
  Client watcher(chat);
  Client old(chat);
  watcher.enter("Bob");
  old.enter("Ann");
  chat.pass(1'000);
  watcher.forget();
  Client young(chat);
  EXPECT_EQ(outcome(young.enter_again(old.token)), "ok");
  EXPECT_EQ(old.wire.closed, 4004u);
  EXPECT_EQ(old.pushes("bye").size(), 1u);
  old.disconnect();
  chat.pass(1'000);
  EXPECT_TRUE(watcher.pushes("presence").empty());
  EXPECT_EQ(outcome(young.send("lobby", 1, "still me")), "ok");
  Client thief(chat);
  EXPECT_EQ(outcome(thief.enter("Ann")), "conflict");
}

TEST(Greeting, requests_behind_it_wait_until_it_is_done) {
  TestChat chat;
  Client client(chat);
  client.say_raw(R"({"t":"hello","id":"h","client":"x","auth":{"name":"Ann"}})");
  client.say({{"t", "send"}, {"id", 2}, {"r", "lobby"}, {"cid", cid(1)}, {"body", "hi"}});
  EXPECT_TRUE(client.wire.received.empty());
  chat.settle();
  EXPECT_EQ(outcome(client.reply(2)), "ok");
}

TEST(Greeting, requests_behind_a_refused_one_are_unauthorized) {
  TestChat chat;
  chat.store.changes_fail = true;
  Client client(chat);
  client.say_raw(R"({"t":"hello","id":1,"client":"x","auth":{"name":"Ann"}})");
  client.say_raw(R"({"t":"rooms","id":2})");
  chat.settle();
  EXPECT_EQ(outcome(client.reply(1)), "unavailable");
  EXPECT_EQ(outcome(client.reply(2)), "unauthorized");
}

TEST(Greeting, without_the_store_it_is_unavailable_for_now_and_the_name_stays_free) {
  TestChat chat;
  Client client(chat);
  chat.store.changes_fail = true;
  const Json refused = client.enter("Ann");
  EXPECT_EQ(outcome(refused), "unavailable");
  EXPECT_EQ(refused["err"]["temporary"], true);
  EXPECT_GT(refused["err"]["retry_ms"], 0);
  chat.store.changes_fail = false;
  EXPECT_EQ(outcome(client.enter("Ann")), "ok");
  client.disconnect();
  chat.store.reads_fail = true;
  Client back(chat);
  EXPECT_EQ(outcome(back.enter_again(client.token)), "unavailable");
}

TEST(Greeting, whoever_leaves_before_the_answer_holds_no_name) {
  TestChat chat;
  {
    Client gone(chat);
    gone.say_raw(R"({"t":"hello","id":1,"client":"x","auth":{"name":"Ann"}})");
  }
  chat.settle();
  Client ann(chat);
  EXPECT_EQ(outcome(ann.enter("Ann")), "ok");
}

TEST(Connection, text_that_is_no_object_closes_4500_and_a_binary_message_1003) {
  TestChat chat;
  Client text(chat);
  text.enter("Ann");
  text.say_raw("[1]");
  EXPECT_EQ(text.wire.closed, 4500u);
  Client binary(chat);
  binary.say_binary();
  EXPECT_EQ(binary.wire.closed, 1003u);
}

TEST(Connection, a_flood_of_messages_closes_4003) {
  TestChat chat;
  Client client(chat);
  client.enter("Ann");
  for (int i = 0; i < 2'100 && !client.wire.closed; ++i) client.say_raw(R"({"t":"ping"})");
  EXPECT_EQ(client.wire.closed, 4003u);
}

TEST(Connection, who_is_silent_is_asked_after_20_s_and_closed_4002_after_30_s) {
  TestChat chat;
  Client client(chat);
  client.enter("Ann");
  client.forget();
  chat.pass(19'999);
  EXPECT_TRUE(client.pushes("ping").empty());
  chat.pass(1);
  EXPECT_EQ(client.pushes("ping").size(), 1u);
  chat.pass(9'999);
  EXPECT_FALSE(client.wire.closed);
  chat.pass(1);
  EXPECT_EQ(client.wire.closed, 4002u);
}

TEST(Connection, who_answers_pings_stays) {
  TestChat chat;
  Client client(chat);
  client.enter("Ann");
  for (int minute = 0; minute < 10; ++minute) {
    client.forget();
    chat.pass(20'000);
    ASSERT_EQ(client.pushes("ping").size(), 1u);
    client.say_raw(R"({"t":"pong"})");
  }
  EXPECT_FALSE(client.wire.closed);
}

TEST(Connection, clients_may_ping_too) {
  TestChat chat;
  Client client(chat);
  client.enter("Ann");
  client.say_raw(R"({"t":"ping"})");
  EXPECT_EQ(client.pushes("pong").size(), 1u);
  EXPECT_EQ(outcome(client.ask({{"t", "ping"}})), "ok");
}

TEST(Connection, a_restart_says_bye_to_everyone_with_a_time_to_come_back) {
  TestChat chat;
  Client first(chat);
  Client second(chat);
  first.enter("Ann");
  chat.hub.drain();
  for (const Client* client : {&first, &second}) {
    EXPECT_EQ(client->wire.closed, 4000u);
    const Json bye = client->pushes("bye").back();
    EXPECT_EQ(bye["code"], 4000);
    EXPECT_GE(bye["retry_ms"], 500);
    EXPECT_LE(bye["retry_ms"], 5'000);
  }
}

}  // namespace
}  // namespace duplex::chat::testing
