// Sending messages: RFC 6455 §5.4, §6.1.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

Chunk chunk_of(std::string_view text, bool first, bool last) {
  return {MessageType::text, as_bytes(text), first, last};
}

TEST(Sending, cuts_a_message_into_fragments_of_the_asked_size_6455_6_1_02) {
  Limits limits;
  limits.send_fragment_bytes = 1300;
  Protocol server = Protocol::server(limits);
  EXPECT_EQ(server.send(MessageType::binary, Octets(65536)), SendVerdict::sent);
  ConstBytes rest = server.output().bytes();
  EXPECT_EQ(to_hex(rest.first(4)), "02 7E 05 14");
  for (int i = 1; i < 50; ++i) {
    rest = rest.subspan(4 + 1300);
    EXPECT_EQ(to_hex(rest.first(4)), "00 7E 05 14");
  }
  rest = rest.subspan(4 + 1300);
  EXPECT_EQ(to_hex(rest.first(4)), "80 7E 02 18");
  EXPECT_EQ(rest.size(), 4u + 536u);
}

TEST(Sending, does_not_cut_what_fits_into_one_fragment_6455_6_1_02) {
  Limits limits;
  limits.send_fragment_bytes = 2;
  Protocol server = Protocol::server(limits);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("")), SendVerdict::sent);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("ab")), SendVerdict::sent);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("abc")), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "81 00 81 02 61 62 01 02 61 62 80 01 63");
}

TEST(Sending, masks_each_fragment_of_a_client_6455_6_1_02) {
  Limits limits;
  limits.send_fragment_bytes = 2;
  ZeroEntropy entropy;
  Protocol client = Protocol::client(limits, entropy);
  EXPECT_EQ(client.send(MessageType::text, as_bytes("abc")), SendVerdict::sent);
  EXPECT_EQ(to_hex(client.output().bytes()), "01 82 00 00 00 00 61 62 80 81 00 00 00 00 63");
}

TEST(Sending, refuses_text_that_is_not_utf8_and_writes_nothing_6455_8_1_05) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send(MessageType::text, hex("FF")), SendVerdict::invalid);
  EXPECT_EQ(server.send(MessageType::text, hex("61 E2 82")), SendVerdict::invalid);
  EXPECT_TRUE(server.output().empty());
  EXPECT_EQ(server.send(MessageType::binary, hex("FF")), SendVerdict::sent);
}

TEST(SendingChunks, makes_one_message_of_them_6455_6_1_02) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk(chunk_of("He", true, false)), SendVerdict::sent);
  EXPECT_TRUE(server.is_sending_chunks());
  EXPECT_EQ(server.send_chunk(chunk_of("ll", false, false)), SendVerdict::sent);
  EXPECT_EQ(server.send_chunk(chunk_of("o", false, true)), SendVerdict::sent);
  EXPECT_FALSE(server.is_sending_chunks());
  EXPECT_EQ(to_hex(server.output().bytes()), "01 02 48 65 00 02 6C 6C 80 01 6F");
}

TEST(SendingChunks, never_mixes_two_messages_6455_5_4_08) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk(chunk_of("a", false, true)), SendVerdict::invalid);
  EXPECT_EQ(server.send_chunk(chunk_of("a", true, false)), SendVerdict::sent);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("b")), SendVerdict::invalid);
  EXPECT_EQ(server.send_chunk(chunk_of("b", true, false)), SendVerdict::invalid);
  EXPECT_EQ(server.send_chunk({MessageType::binary, as_bytes("b"), false, true}), SendVerdict::invalid);
  EXPECT_EQ(server.send_ping({}), SendVerdict::sent);
  EXPECT_EQ(server.send_chunk(chunk_of("c", false, true)), SendVerdict::sent);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("d")), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "01 01 61 89 00 80 01 63 81 01 64");
}

TEST(SendingChunks, may_cut_text_inside_a_character_6455_5_6_01) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk(chunk_of("\xE2", true, false)), SendVerdict::sent);
  EXPECT_EQ(server.send_chunk(chunk_of("\x82\xAC", false, true)), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "01 01 E2 80 02 82 AC");
}

TEST(SendingChunks, refuses_a_chunk_that_spoils_the_text_and_can_go_on_without_it_6455_8_1_05) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk(chunk_of("\xE2", true, false)), SendVerdict::sent);
  EXPECT_EQ(server.send_chunk(chunk_of("a", false, false)), SendVerdict::invalid);
  EXPECT_EQ(server.send_chunk(chunk_of("\x82", false, true)), SendVerdict::invalid);
  EXPECT_EQ(to_hex(server.output().bytes()), "01 01 E2");
  EXPECT_EQ(server.send_chunk(chunk_of("\x82\xAC", false, true)), SendVerdict::sent);
}

TEST(SendingChunks, starts_each_text_afresh_6455_8_1_05) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_chunk({MessageType::binary, hex("E2"), true, true}), SendVerdict::sent);
  EXPECT_EQ(server.send_chunk(chunk_of("a", true, true)), SendVerdict::sent);
}

TEST(Broadcast, is_framed_as_a_server_sends_it_6455_5_1_03) {
  ByteBuffer output;
  frame_for_broadcast(MessageType::text, as_bytes("a"), output);
  frame_for_broadcast(MessageType::binary, Octets(126), output);
  EXPECT_EQ(to_hex(output.bytes().first(7)), "81 01 61 82 7E 00 7E");
}

}  // namespace
}  // namespace duplex
