// Fragmented messages: RFC 6455 §5.4, and the limits of §10.4 over fragments.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

const char* const nothing_to_continue = "continuation frame without a message to continue";
const char* const interrupted = "new message inside a fragmented message";

TEST(Fragmentation, joins_the_fragments_of_a_message_6455_5_4_01_6455_6_2_01) {
  check("01 83 Z 48 65 6C 80 82 Z 6C 6F", {{"text \"Hello\""}, {}});
}

TEST(Fragmentation, takes_the_type_from_the_first_frame_6455_5_4_02) {
  check("02 81 Z 61 00 81 Z 62 80 81 Z 63", {{"binary 61 62 63"}, {}});
}

TEST(Fragmentation, fails_a_continuation_of_nothing_6455_5_4_03) {
  check("80 80 Z", fails(1002, nothing_to_continue));
  check("00 81 Z 61", fails(1002, nothing_to_continue));
  check("81 81 Z 61 80 81 Z 62", fails(1002, nothing_to_continue, {{"text \"a\""}, {}}));
  check("01 81 Z 61 80 81 Z 62 80 81 Z 63", fails(1002, nothing_to_continue, {{"text \"ab\""}, {}}));
}

TEST(Fragmentation, fails_a_new_message_inside_a_message_6455_5_4_04) {
  check("01 81 Z 61 81 81 Z 62", fails(1002, interrupted));
  check("01 81 Z 61 02 81 Z 62", fails(1002, interrupted));
  check("01 80 Z 81 80 Z", fails(1002, interrupted));
}

TEST(Fragmentation, handles_control_frames_between_fragments_at_once_6455_5_4_05) {
  check("01 81 Z 61 89 81 Z 70", {{"ping 70"}, {"pong 70"}});
  check("01 81 Z 61 89 81 Z 70 80 81 Z 62", {{"ping 70", "text \"ab\""}, {"pong 70"}});
  check("01 81 Z 61 8A 81 Z 70 00 80 Z 89 80 Z 80 81 Z 62", {{"pong 70", "ping ", "text \"ab\""}, {"pong "}});
}

TEST(Fragmentation, fails_a_fragmented_control_frame_6455_5_4_06) {
  for (const char* frame : {"09 80 Z", "0A 80 Z", "08 82 Z 03 E8"}) {
    check(frame, fails(1002, "fragmented control frame"));
  }
}

TEST(Fragmentation, takes_fragments_of_any_size_6455_5_4_07) {
  check("01 80 Z 00 80 Z 80 80 Z", {{"text \"\""}, {}});
  check("01 80 Z 80 81 Z 61", {{"text \"a\""}, {}});
  check("01 81 Z 61 80 80 Z", {{"text \"a\""}, {}});
}

TEST(Fragmentation, keeps_the_order_of_a_thousand_fragments_6455_5_4_09) {
  Octets input = hex("01 80 Z");
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i) + ",";
    expected += number;
    input = std::move(input) + Octets{std::byte{0x00}, std::byte(0x80 + number.size())} + hex("Z") +
            octets(number);
  }
  input = std::move(input) + hex("80 80 Z");
  check_server(input, {{"text \"" + expected + "\""}, {}});
  check_client(unmasked(input), {{"text \"" + expected + "\""}, {}});
}

TEST(Fragmentation, makes_the_same_event_of_a_message_however_it_is_framed_6455_5_4_10) {
  const Expected hello = {{"text \"Hello\""}, {}};
  check("81 85 Z 'Hello'", hello);
  check("01 82 Z 'He' 80 83 Z 'llo'", hello);
  check("01 81 Z 'H' 00 81 Z 'e' 00 81 Z 'l' 00 81 Z 'l' 80 81 Z 'o'", hello);
}

TEST(Fragmentation, starts_a_new_message_after_the_last_fragment_6455_6_2_02) {
  check("81 81 Z 61 82 81 Z 62", {{"text \"a\"", "binary 62"}, {}});
  check("01 81 Z 61 80 81 Z 62 02 81 Z 63 80 81 Z 64", {{"text \"ab\"", "binary 63 64"}, {}});
}

TEST(Fragmentation, delivers_what_was_complete_before_the_bad_frame_6455_7_1_7_04) {
  check("81 81 Z 61 83 80 Z", fails(1002, "unknown opcode", {{"text \"a\""}, {}}));
}

// Limits.

Limits limited_to(std::uint64_t message_bytes_max) {
  Limits limits;
  limits.message_bytes_max = message_bytes_max;
  return limits;
}

TEST(MessageLimit, is_inclusive_and_names_itself_and_the_size_6455_10_4_01) {
  const std::string detail = "message of 101 bytes exceeds message_bytes_max 100";
  check("82 E4 Z 100*FF", {{"binary " + to_hex(hex("100*FF"))}, {}}, limited_to(100));
  check("82 E5 Z 101*FF", fails(1009, detail), limited_to(100));
  check("82 E5 Z", fails(1009, detail), limited_to(100));
  check("82 FE 00 C8 Z 200*FF", {{"binary " + to_hex(hex("200*FF"))}, {}}, limited_to(200));
  check("82 FE 00 C9 Z 201*FF", fails(1009, "message of 201 bytes exceeds message_bytes_max 200"),
        limited_to(200));
  check("82 FF 00 00 00 00 00 10 00 01 Z",
        fails(1009, "message of 1048577 bytes exceeds message_bytes_max 1048576"), limited_to(1048576));
}

TEST(MessageLimit, counts_over_all_fragments_6455_10_4_01) {
  const std::string detail = "message of 101 bytes exceeds message_bytes_max 100";
  check("02 B2 Z 50*FF 80 B2 Z 50*FF", {{"binary " + to_hex(hex("100*FF"))}, {}}, limited_to(100));
  check("02 B2 Z 50*FF 00 80 Z 80 B3 Z", fails(1009, detail), limited_to(100));

  std::string sixteen = "02 FF 00 00 00 00 00 01 00 00 Z 65536*FF";
  for (int i = 1; i < 16; ++i) sixteen += " 00 FF 00 00 00 00 00 01 00 00 Z 65536*FF";
  Protocol server = Protocol::server(limited_to(1048576));
  EXPECT_THAT(feed(server, {hex(sixteen)}).events, testing::IsEmpty());
  EXPECT_THAT(
      feed(server, {hex("00 FF 00 00 00 00 00 01 00 00")}).events,
      testing::ElementsAre("failure 1009 \"message of 1114112 bytes exceeds message_bytes_max 1048576\""));
}

TEST(MessageLimit, cannot_be_overflown_by_the_sum_of_two_lengths_6455_10_4_02) {
  check("02 FE 01 00 Z 256*FF 00 FF 7F FF FF FF FF FF FF FF Z",
        fails(1009, "message of 9223372036854776063 bytes exceeds message_bytes_max 16777216"));
  check("02 FE 01 00 Z 256*FF 00 FF 80 00 00 00 00 00 00 00 Z", fails(1002, "payload length above 63 bits"),
        limited_to(~std::uint64_t{0}));
}

TEST(MessageLimit, starts_anew_with_each_message_6455_10_4_01) {
  check("82 82 Z 01 02 82 82 Z 03 04 02 81 Z 05 80 81 Z 06",
        {{"binary 01 02", "binary 03 04", "binary 05 06"}, {}}, limited_to(2));
}

TEST(MessageLimit, does_not_count_control_frames_6455_10_4_01) {
  check("89 83 Z 01 02 03", {{"ping 01 02 03"}, {"pong 01 02 03"}}, limited_to(0));
}

TEST(MessageLimit, of_nothing_lets_only_empty_messages_pass) {
  check("82 80 Z 82 81 Z", fails(1009, "message of 1 bytes exceeds message_bytes_max 0", {{"binary "}, {}}),
        limited_to(0));
}

TEST(FragmentLimit, ends_a_message_of_too_many_frames_6455_5_4_12) {
  Limits limits;
  limits.fragments_max = 3;
  check("02 80 Z 00 81 Z 01 80 81 Z 02", {{"binary 01 02"}, {}}, limits);
  check("02 80 Z 00 80 Z 00 80 Z 00 80 Z", fails(1008, "message of 4 fragments exceeds fragments_max 3"),
        limits);
  check("02 80 Z 89 80 Z 89 80 Z 89 80 Z 80 80 Z",
        {{"ping ", "ping ", "ping ", "binary "}, {"pong ", "pong ", "pong "}}, limits);
}

}  // namespace
}  // namespace duplex
