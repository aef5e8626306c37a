// Base framing and masking through the whole protocol: RFC 6455 §5.1 to §5.3, §10.7.
#include <set>

#include "protocol/frame.hpp"
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

const char* const bad_rsv = "reserved bit set without an extension that defines it";
const char* const too_long_form = "payload length not in its shortest form";

Octets random_octets(std::size_t count) {
  Octets bytes(count);
  SeededEntropy(11).fill(bytes);
  return bytes;
}

TEST(ServerFraming, fails_an_unmasked_frame_6455_5_1_02) {
  for (const char* frame : {"81 05 'Hello'", "89 00", "88 02 03 E8"}) {
    check_server(hex(frame), fails(1002, "unmasked frame from a client"));
  }
}

TEST(ClientFraming, fails_a_masked_frame_6455_5_1_04) {
  for (const char* frame : {"81 85 37 FA 21 3D 7F 9F 4D 51 58", "8A 80 Z"}) {
    check_client(hex(frame), fails(1002, "masked frame from a server"));
  }
}

TEST(ClientFraming, masks_every_frame_it_sends_6455_5_1_01) {
  SeededEntropy entropy(1);
  Protocol client = Protocol::client({}, entropy);
  EXPECT_EQ(client.send(MessageType::text, as_bytes("")), SendVerdict::sent);
  EXPECT_EQ(client.send_chunk({MessageType::text, as_bytes("a"), true, false}), SendVerdict::sent);
  EXPECT_EQ(client.send_ping({}), SendVerdict::sent);
  EXPECT_EQ(client.send_pong({}), SendVerdict::sent);
  EXPECT_EQ(client.send_chunk({MessageType::text, as_bytes("b"), false, true}), SendVerdict::sent);
  feed(client, {hex("89 00")});
  EXPECT_EQ(client.close(CloseCode::no_status), SendVerdict::sent);
  EXPECT_THAT(frames_to_text(client.output().bytes()),
              testing::ElementsAre("masked text \"\"", "masked unfinished text \"a\"", "masked ping ",
                                   "masked pong ", "masked continuation 62", "masked pong ", "masked close"));
}

TEST(ServerFraming, masks_nothing_that_it_sends_6455_5_1_03) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send(MessageType::text, as_bytes("a")), SendVerdict::sent);
  EXPECT_EQ(server.send_ping(as_bytes("b")), SendVerdict::sent);
  EXPECT_EQ(server.send_pong({}), SendVerdict::sent);
  EXPECT_EQ(server.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_EQ(to_hex(server.output().bytes()), "81 01 61 89 01 62 8A 00 88 02 03 E8");
}

TEST(Framing, lets_both_sides_send_before_anything_was_received_6455_5_1_05) {
  ZeroEntropy entropy;
  Protocol client = Protocol::client({}, entropy);
  Protocol server = Protocol::server({});
  EXPECT_EQ(client.send(MessageType::text, as_bytes("up")), SendVerdict::sent);
  EXPECT_EQ(server.send(MessageType::text, as_bytes("down")), SendVerdict::sent);
  EXPECT_THAT(feed(server, {octets(as_text(client.output().bytes()))}).events,
              testing::ElementsAre("text \"up\""));
  EXPECT_THAT(feed(client, {octets(as_text(server.output().bytes()))}).events,
              testing::ElementsAre("text \"down\""));
}

TEST(Framing, decodes_the_examples_of_the_rfc_6455_5_2_01) {
  check_client(hex("81 05 48 65 6C 6C 6F"), {{"text \"Hello\""}, {}});
  check_server(hex("81 85 37 FA 21 3D 7F 9F 4D 51 58"), {{"text \"Hello\""}, {}});
  check_client(hex("01 03 48 65 6C 80 02 6C 6F"), {{"text \"Hello\""}, {}});
  check_client(hex("89 05 48 65 6C 6C 6F"), {{"ping 48 65 6C 6C 6F"}, {"pong 48 65 6C 6C 6F"}});
  check_server(hex("8A 85 37 FA 21 3D 7F 9F 4D 51 58"), {{"pong 48 65 6C 6C 6F"}, {}});
  check_client(hex("82 7E 01 00 256*FE"), {{"binary " + to_hex(hex("256*FE"))}, {}});
  check_client(hex("82 7F 00 00 00 00 00 01 00 00 65536*FE"), {{"binary " + to_hex(hex("65536*FE"))}, {}});
}

TEST(Framing, fails_a_reserved_bit_6455_5_2_02) {
  for (const char* frame : {"C1 80 Z", "A1 80 Z", "91 80 Z", "F1 80 Z", "C9 80 Z", "A8 80 Z", "9A 80 Z"}) {
    check(frame, fails(1002, bad_rsv));
  }
  check("C1 87 Z F2 48 CD C9 C9 07 00", fails(1002, bad_rsv));
}

TEST(Framing, fails_a_reserved_bit_inside_a_message_6455_5_2_02) {
  check("01 81 Z 61 C0 81 Z 62", fails(1002, bad_rsv));
  check("01 81 Z 61 A0 81 Z 62", fails(1002, bad_rsv));
}

TEST(Framing, fails_an_unknown_opcode_6455_5_2_03) {
  for (const char* frame : {"83 80 Z", "84 80 Z", "85 80 Z", "86 80 Z", "87 80 Z", "8B 80 Z", "8C 80 Z",
                            "8D 80 Z", "8E 80 Z", "8F 80 Z", "83 81 Z 00", "03 80 Z"}) {
    check(frame, fails(1002, "unknown opcode"));
  }
}

// A frame that is the whole message, both ways, at every boundary of the length's three forms.
void check_round_trip(std::size_t size) {
  SeededEntropy entropy(3);
  Protocol client = Protocol::client({}, entropy);
  Protocol server = Protocol::server({});
  const Octets payload = random_octets(size);
  for (auto [from, to] : {std::pair(&client, &server), std::pair(&server, &client)}) {
    ASSERT_EQ(from->send(MessageType::binary, payload), SendVerdict::sent);
    to->receive(from->output().bytes());
    const auto event = to->next_event();
    ASSERT_TRUE(event.has_value());
    const auto* message = std::get_if<MessageEvent>(&*event);
    ASSERT_NE(message, nullptr);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), message->payload.begin(), message->payload.end()));
    EXPECT_FALSE(to->next_event().has_value());
  }
}

TEST(Framing, carries_payloads_of_every_length_form_6455_5_2_04) {
  for (const std::size_t size :
       {0, 1, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 1048576}) {
    SCOPED_TRACE(size);
    check_round_trip(size);
  }
}

TEST(Framing, sends_the_shortest_length_form_6455_5_2_05) {
  const auto header_of = [](std::size_t size, std::size_t header_bytes) {
    Protocol server = Protocol::server({});
    EXPECT_EQ(server.send(MessageType::binary, Octets(size)), SendVerdict::sent);
    EXPECT_EQ(server.output().size(), header_bytes + size);
    return to_hex(server.output().bytes().first(header_bytes));
  };
  EXPECT_EQ(header_of(125, 2), "82 7D");
  EXPECT_EQ(header_of(126, 4), "82 7E 00 7E");
  EXPECT_EQ(header_of(65535, 4), "82 7E FF FF");
  EXPECT_EQ(header_of(65536, 10), "82 7F 00 00 00 00 00 01 00 00");
}

TEST(Framing, fails_a_length_that_is_longer_than_needed_6455_5_2_06) {
  check("82 FE 00 7D Z 125*00", fails(1002, too_long_form));
  check("82 FE 00 00 Z", fails(1002, too_long_form));
  check("82 FF 00 00 00 00 00 00 00 05 Z 5*00", fails(1002, too_long_form));
  check("82 FF 00 00 00 00 00 00 FF FF Z 65535*00", fails(1002, too_long_form));
}

TEST(Framing, fails_a_length_above_63_bits_6455_5_2_07) {
  check("82 FF 80 00 00 00 00 00 00 00 Z", fails(1002, "payload length above 63 bits"));
  check("82 FF FF FF FF FF FF FF FF FF Z", fails(1002, "payload length above 63 bits"));
}

TEST(Framing, refuses_a_huge_length_from_the_header_alone_6455_5_2_08) {
  check("82 FF 7F FF FF FF FF FF FF FF Z",
        fails(1009, "message of 9223372036854775807 bytes exceeds message_bytes_max 16777216"));
}

TEST(Framing, does_not_count_the_masking_key_as_payload_6455_5_2_09) {
  check("81 85 Z 'Hello' 82 81 Z 01 81 85 37 FA 21 3D 7F 9F 4D 51 58",
        {{"text \"Hello\"", "binary 01", "text \"Hello\""}, {}});
}

TEST(Framing, fails_a_bad_header_although_the_peer_stalls_inside_it_6455_5_2_10) {
  check("83 85", fails(1002, "unknown opcode"));
  check("83", fails(1002, "unknown opcode"));
  check("09", fails(1002, "fragmented control frame"));
  check_server(hex("81 05"), fails(1002, "unmasked frame from a client"));
  check_client(hex("81 85"), fails(1002, "masked frame from a server"));
  check("82 FE 00 7D", fails(1002, too_long_form));
  check("82 FF 00 00 00 00 00 00", fails(1002, too_long_form));
  check("82 FF 80", fails(1002, "payload length above 63 bits"));
}

TEST(Framing, takes_a_thousand_frames_out_of_one_read_6455_5_2_11) {
  Octets input;
  for (int i = 0; i < 1000; ++i) input = std::move(input) + hex("81 81 Z 61");
  check_server(input, {std::vector<std::string>(1000, "text \"a\""), {}});
  check_client(unmasked(input), {std::vector<std::string>(1000, "text \"a\""), {}});
}

TEST(ServerFraming, unmasks_with_any_key_also_an_empty_payload_6455_5_3_03) {
  check_server(hex("81 80 Z"), {{"text \"\""}, {}});
  check_server(hex("81 80 37 FA 21 3D"), {{"text \"\""}, {}});
  check_server(hex("81 81 FF FF FF FF 9E"), {{"text \"a\""}, {}});
}

// Three fragments with three keys, and payload that arrives in reads of an odd size.
TEST(ServerFraming, starts_each_frame_at_the_first_key_byte_6455_5_3_02) {
  const Octets input = hex("01 85 01 02 03 04") + hex("49 67 6F 68 6E") +    // "Hello"
                       hex("00 83 F0 0F AA 55") + hex("DC 2F CE") +          // ", d"
                       hex("80 86 FF 00 FF 00") + hex("8A 70 93 65 87 21");  // "uplex!"
  check_server(input, {{"text \"Hello, duplex!\""}, {}});
  std::mt19937 engine(1);
  for (int round = 0; round < 200; ++round) {
    Protocol server = Protocol::server({});
    EXPECT_THAT(feed(server, cut_randomly(input, engine)).events,
                testing::ElementsAre("text \"Hello, duplex!\""));
  }
}

TEST(ClientFraming, draws_a_new_masking_key_for_every_frame_6455_5_3_01) {
  SeededEntropy entropy(5);
  Protocol client = Protocol::client({}, entropy);
  std::set<std::string> keys;
  constexpr std::size_t frames = 100'000;
  for (std::size_t i = 0; i < frames; ++i) {
    ASSERT_EQ(client.send(MessageType::binary, {}), SendVerdict::sent);
    keys.insert(to_hex(client.output().bytes().subspan(2)));
    client.output().clear();
  }
  // The birthday bound over 2^32 keys is one collision.
  EXPECT_GT(keys.size(), frames - 30);
}

TEST(ClientFraming, leaves_the_callers_bytes_alone_and_owns_a_copy_6455_5_3_04_6455_5_3_05) {
  SeededEntropy entropy(5);
  Protocol client = Protocol::client({}, entropy);
  Octets payload = octets("do not touch me, I am longer than one block of sixty-four bytes, am I not?");
  const Octets before = payload;
  EXPECT_EQ(client.send(MessageType::text, payload), SendVerdict::sent);
  EXPECT_EQ(payload, before);
  std::fill(payload.begin(), payload.end(), std::byte{0});
  EXPECT_THAT(frames_to_text(client.output().bytes()),
              testing::ElementsAre("masked text \"" + std::string(as_text(before)) + "\""));
}

}  // namespace
}  // namespace duplex
