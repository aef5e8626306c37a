// Messages whole or in pieces, and how long borrowed bytes live.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)
using Delivery = Protocol::Delivery;

Protocol server_in_pieces(const Limits& limits = {}) {
  Protocol server = Protocol::server(limits);
  server.set_delivery(Delivery::pieces);
  return server;
}

TEST(Pieces, are_handed_out_as_soon_as_they_are_here) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("81 85 Z 'He'")}).events, testing::ElementsAre("chunk first text \"He\""));
  EXPECT_THAT(feed(server, {hex("'l'")}).events, testing::ElementsAre("chunk text \"l\""));
  EXPECT_THAT(feed(server, {hex("'lo'")}).events, testing::ElementsAre("chunk last text \"lo\""));
}

TEST(Pieces, follow_fragments_and_let_control_frames_in_between) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("02 81 Z 01 89 80 Z 00 80 Z 80 81 Z 02")}).events,
              testing::ElementsAre("chunk first binary 01", "ping ", "chunk last binary 02"));
}

TEST(Pieces, of_a_whole_message_are_one_piece) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("82 81 Z 01 82 80 Z")}).events,
              testing::ElementsAre("chunk first last binary 01", "chunk first last binary "));
}

TEST(Pieces, that_are_empty_are_handed_out_only_when_they_end_the_message) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("02 80 Z 00 80 Z 00 81 Z 01 80 80 Z")}).events,
              testing::ElementsAre("chunk first binary 01", "chunk last binary "));
  EXPECT_THAT(feed(server, {hex("02 80 Z 80 80 Z")}).events,
              testing::ElementsAre("chunk first last binary "));
}

TEST(Pieces, of_text_are_validated_on_the_way_6455_8_1_03) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("01 81 Z E2 00 81 Z 28")}).events,
              testing::ElementsAre("chunk first text \"\xE2\"", "failure 1007 \"text is not UTF-8\""));
}

TEST(Pieces, are_held_to_the_limit_of_the_whole_message_6455_10_4_01) {
  Limits limits;
  limits.message_bytes_max = 2;
  Protocol server = server_in_pieces(limits);
  EXPECT_THAT(feed(server, {hex("02 82 Z 01 02 80 81 Z")}).events,
              testing::ElementsAre("chunk first binary 01 02",
                                   "failure 1009 \"message of 3 bytes exceeds message_bytes_max 2\""));
}

TEST(Pieces, begin_with_what_was_assembled_when_delivery_changes_inside_a_message) {
  Protocol server = Protocol::server({});
  EXPECT_THAT(feed(server, {hex("02 82 Z 01 02 00 82 Z 03")}).events, testing::IsEmpty());
  EXPECT_FALSE(server.has_input());
  server.set_delivery(Delivery::pieces);
  EXPECT_TRUE(server.has_input());
  EXPECT_EQ(to_text(server.next_event().value()), "chunk first binary 01 02 03");
  EXPECT_FALSE(server.next_event().has_value());
  EXPECT_THAT(feed(server, {hex("04 80 81 Z 05")}).events,
              testing::ElementsAre("chunk binary 04", "chunk last binary 05"));
}

TEST(Pieces, go_on_to_the_end_of_the_message_when_delivery_changes_back) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("02 81 Z 01")}).events, testing::ElementsAre("chunk first binary 01"));
  server.set_delivery(Delivery::whole);
  EXPECT_THAT(feed(server, {hex("80 81 Z 02 82 81 Z 03")}).events,
              testing::ElementsAre("chunk last binary 02", "binary 03"));
}

TEST(Pieces, of_which_none_was_handed_out_are_assembled_when_delivery_changes_back) {
  Protocol server = server_in_pieces();
  EXPECT_THAT(feed(server, {hex("02 80 Z")}).events, testing::IsEmpty());
  server.set_delivery(Delivery::whole);
  EXPECT_THAT(feed(server, {hex("00 81 Z 01 80 81 Z 02")}).events, testing::ElementsAre("binary 01 02"));
}

TEST(Message, lies_in_the_lent_input_when_it_is_whole) {
  Protocol server = Protocol::server({});
  Octets input = hex("81 85 37 FA 21 3D 7F 9F 4D 51 58 82 81 Z 01");
  server.receive(input);
  const auto hello = server.next_event();
  EXPECT_EQ(std::get<MessageEvent>(*hello).payload.data(), input.data() + 6);
  EXPECT_EQ(as_text(std::get<MessageEvent>(*hello).payload), "Hello");
  const auto second = server.next_event();
  EXPECT_EQ(std::get<MessageEvent>(*second).payload.data(), input.data() + 17);
}

TEST(Message, that_was_assembled_is_good_until_the_next_event_is_asked_for) {
  Protocol server = Protocol::server({});
  Octets begin = hex("82 83 Z 01 02");
  server.receive(begin);
  EXPECT_FALSE(server.next_event().has_value());
  std::fill(begin.begin(), begin.end(), std::byte{0xEE});
  Octets end = hex("03 82 81 Z 04");
  server.receive(end);
  const auto event = server.next_event();
  EXPECT_EQ(server.send(MessageType::text, as_bytes("in between")), SendVerdict::sent);
  EXPECT_EQ(to_text(event.value()), "binary 01 02 03");
  EXPECT_EQ(to_text(server.next_event().value()), "binary 04");
}

TEST(InsideMessage, is_from_the_first_byte_of_a_header_to_the_last_of_the_message_6455_10_4_03) {
  Protocol server = Protocol::server({});
  EXPECT_FALSE(server.is_inside_message());
  for (const char* piece : {"01", "81", "00 00", "00 00", "61", "89", "80 Z", "80 81", "Z"}) {
    feed(server, {hex(piece)});
    EXPECT_TRUE(server.is_inside_message()) << piece;
  }
  EXPECT_THAT(feed(server, {hex("62")}).events, testing::ElementsAre("text \"ab\""));
  EXPECT_FALSE(server.is_inside_message());
}

TEST(InsideMessage, ends_with_the_connection) {
  Protocol server = Protocol::server({});
  feed(server, {hex("01 81 Z")});
  EXPECT_TRUE(server.is_inside_message());
  server.receive_eof();
  EXPECT_FALSE(server.is_inside_message());
}

TEST(Input, can_be_taken_back_and_lent_again_elsewhere) {
  Protocol server = Protocol::server({});
  Octets input = hex("82 81 Z 01 89 81 Z 02 82 81 Z 03");
  server.receive(input);
  EXPECT_EQ(to_text(server.next_event().value()), "binary 01");
  const Bytes rest = server.take_back_input();
  EXPECT_EQ(rest.data(), input.data() + 7);
  EXPECT_FALSE(server.has_input());
  EXPECT_FALSE(server.next_event().has_value());
  EXPECT_THAT(feed(server, {Octets(rest.begin(), rest.end())}).events,
              testing::ElementsAre("ping 02", "binary 03"));
}

TEST(Input, that_comes_after_the_end_is_not_given_back) {
  Protocol server = Protocol::server({});
  Octets input = hex("88 80 Z 82 81 Z 03");
  server.receive(input);
  EXPECT_EQ(to_text(server.next_event().value()), "close 1005");
  EXPECT_TRUE(server.take_back_input().empty());
}

TEST(Protocol, can_be_moved_in_the_middle_of_a_message) {
  Protocol first = Protocol::server({});
  feed(first, {hex("01 81 Z 61 80")});
  Protocol second = std::move(first);
  EXPECT_THAT(feed(second, {hex("81 Z 62")}).events, testing::ElementsAre("text \"ab\""));
}

}  // namespace
}  // namespace duplex
