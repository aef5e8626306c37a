// Ping and Pong: RFC 6455 §5.5, §5.5.2, §5.5.3. Closes have a test of their own.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

const char* const too_big = "control frame above 125 bytes";

TEST(Control, fails_a_payload_above_125_bytes_from_the_header_6455_5_5_01) {
  for (const char* frame : {"89 FE 00 7E Z 126*FE", "8A FE 00 7E Z 126*FE", "88 FE 00 7E Z 03 E8 124*61",
                            "89 FF 00 00 00 00 00 01 00 00 Z", "89 FE"}) {
    check(frame, fails(1002, too_big));
  }
}

TEST(Control, refuses_to_send_a_payload_above_125_bytes_6455_5_5_02) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_ping(Octets(126)), SendVerdict::invalid);
  EXPECT_EQ(server.send_pong(Octets(126)), SendVerdict::invalid);
  EXPECT_TRUE(server.output().empty());
  EXPECT_EQ(server.send_ping(Octets(125)), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes().first(2)), "89 7D");
}

TEST(Ping, is_answered_by_a_Pong_of_the_same_payload_6455_5_5_2_01) {
  check("89 80 Z", {{"ping "}, {"pong "}});
  check("89 85 Z 'Hello'", {{"ping 48 65 6C 6C 6F"}, {"pong 48 65 6C 6C 6F"}});
  const std::string longest = to_hex(hex("125*FE"));
  check("89 FD Z 125*FE", {{"ping " + longest}, {"pong " + longest}});
  Protocol server = Protocol::server({});
  feed(server, {hex("89 FD Z 125*FE")});
  EXPECT_EQ(octets(as_text(server.output().bytes())), hex("8A 7D 125*FE"));
}

TEST(Ping, is_answered_before_it_is_reported_6455_5_5_2_03) {
  Protocol server = Protocol::server({});
  Octets input = hex("89 81 Z 01 81 81 Z 61");
  server.receive(input);
  ASSERT_TRUE(server.next_event().has_value());
  EXPECT_THAT(frames_to_text(server.output().bytes()), testing::ElementsAre("pong 01"));
}

TEST(Ping, is_still_answered_after_our_Close_6455_5_5_2_02) {
  for (const Segmentation segmentation : all_segmentations) {
    Protocol server = Protocol::server({});
    EXPECT_EQ(server.close(CloseCode::normal), SendVerdict::sent);
    const Reaction reaction = feed(server, cut(hex("89 81 Z 01 88 82 Z 03 E8"), segmentation));
    EXPECT_THAT(reaction.frames, testing::ElementsAre("close 1000", "pong 01"));
  }
}

TEST(Ping, may_be_sent_with_any_bytes_6455_5_5_2_04) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_ping(hex("FF FE 00")), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "89 03 FF FE 00");
}

TEST(Ping, that_comes_ten_times_is_answered_in_order_6455_5_5_3_01) {
  std::string input;
  Expected expected;
  for (int i = 0; i < 10; ++i) {
    input += " 89 81 Z 0" + std::to_string(i);
    expected.events.push_back("ping 0" + std::to_string(i));
    expected.frames.push_back("pong 0" + std::to_string(i));
  }
  check(input, expected);
}

TEST(Ping, can_be_answered_between_the_chunks_of_an_own_message_6455_5_5_2_03) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk({MessageType::text, as_bytes("a"), true, false}), SendVerdict::sent);
  feed(server, {hex("89 81 Z 70")});
  EXPECT_EQ(server.send_chunk({MessageType::text, as_bytes("b"), false, true}), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "01 01 61 8A 01 70 80 01 62");
}

TEST(Pong, that_nobody_asked_for_is_reported_and_not_answered_6455_5_5_3_02) {
  check("8A 80 Z", {{"pong "}, {}});
  check("8A 83 Z 61 62 63 81 81 Z 61", {{"pong 61 62 63", "text \"a\""}, {}});
}

TEST(Pong, is_reported_with_its_payload_so_that_it_can_be_matched_6455_5_5_3_03) {
  check("8A 81 Z 02", {{"pong 02"}, {}});
}

TEST(Pong, may_be_sent_unasked_6455_5_5_3_02) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_pong(as_bytes("x")), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "8A 01 78");
}

TEST(HeldPongs, keep_only_the_newest_of_a_million_6455_5_5_3_04) {
  Protocol server = Protocol::server({});
  server.hold_pongs();
  const Octets first = hex("89 81 Z 01");
  const Octets last = hex("89 82 Z 0F FF");
  for (int i = 0; i < 1'000'000; ++i) {
    Octets ping = first;
    server.receive(ping);
    ASSERT_TRUE(server.next_event().has_value());
    ASSERT_FALSE(server.next_event().has_value());
  }
  EXPECT_THAT(feed(server, {last}).events, testing::ElementsAre("ping 0F FF"));
  EXPECT_EQ(server.output().capacity(), 0u);
  server.release_pongs();
  EXPECT_THAT(frames_to_text(server.output().bytes()), testing::ElementsAre("pong 0F FF"));
}

TEST(HeldPongs, are_answered_at_once_again_after_release_6455_5_5_3_04) {
  Protocol server = Protocol::server({});
  server.hold_pongs();
  server.release_pongs();
  EXPECT_TRUE(server.output().empty());
  EXPECT_THAT(feed(server, {hex("89 81 Z 01")}).frames, testing::ElementsAre("pong 01"));
}

TEST(HeldPongs, are_dropped_once_the_peers_Close_came_6455_5_5_2_01) {
  Protocol server = Protocol::server({});
  server.hold_pongs();
  feed(server, {hex("89 81 Z 01 88 80 Z")});
  server.release_pongs();
  EXPECT_THAT(frames_to_text(server.output().bytes()), testing::ElementsAre("close"));
}

TEST(HeldPongs, do_not_share_the_place_of_a_ping_that_is_still_arriving) {
  Protocol server = Protocol::server({});
  server.hold_pongs();
  feed(server, {hex("89 82 Z 01"), hex("02"), hex("89 83 Z 03 04")});
  server.release_pongs();
  EXPECT_THAT(frames_to_text(server.output().bytes()), testing::ElementsAre("pong 01 02"));
  EXPECT_THAT(feed(server, {hex("05")}).frames, testing::ElementsAre("pong 01 02", "pong 03 04 05"));
}

}  // namespace
}  // namespace duplex
