// The closing handshake and failing the connection: RFC 6455 §5.5.1, §7.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

// The two roles, each with what its peer would send.
struct Role {
  const char* name;
  bool is_client;
};
constexpr Role roles[] = {{"server", false}, {"client", true}};

class Closing : public testing::TestWithParam<Role> {
 protected:
  bool is_client() const { return GetParam().is_client; }
  Reaction receive(std::string_view notation) {
    const Octets frames = hex(notation);
    return feed(protocol, {is_client() ? unmasked(frames) : frames});
  }
  std::vector<std::string> frames() {
    std::vector<std::string> lines = frames_to_text(protocol.output().bytes());
    for (std::string& line : lines) {
      if (line.rfind("masked ", 0) == 0) line.erase(0, 7);
    }
    return lines;
  }
  TransportIntent closing_intent() const {
    return is_client() ? TransportIntent::await_peer : TransportIntent::end_writing;
  }

  ZeroEntropy entropy;
  Protocol protocol = GetParam().is_client ? Protocol::client({}, entropy) : Protocol::server({});
};
INSTANTIATE_TEST_SUITE_P(BothRoles, Closing, testing::ValuesIn(roles),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Closing, answers_an_empty_Close_by_an_empty_one_6455_5_5_1_01) {
  EXPECT_THAT(receive("88 80 Z").events, testing::ElementsAre("close 1005"));
  EXPECT_THAT(frames(), testing::ElementsAre("close"));
  EXPECT_EQ(protocol.close_status().code, CloseCode::no_status);
  EXPECT_EQ(protocol.close_status().reason, "");
}

TEST(CloseFrame, of_one_byte_is_an_error_6455_5_5_1_02) {
  check("88 81 Z 03", fails(1002, "close frame with a body of one byte"));
}

TEST(CloseFrame, has_a_reason_in_utf8_6455_5_5_1_03) {
  for (const char* frame : {"88 84 Z 03 E8 C3 28", "88 85 Z 03 E8 ED A0 80", "88 84 Z 03 E8 E2 82"}) {
    check(frame, fails(1007, "close reason is not UTF-8"));
  }
}

TEST(CloseFrame, may_have_a_reason_of_123_bytes_6455_5_5_1_04) {
  check("88 FD Z 03 E8 123*61", {{"close 1000 \"" + std::string(123, 'a') + "\""}, {"close 1000"}});
}

TEST_P(Closing, ends_all_sending_6455_5_5_1_06_6455_6_1_01) {
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_EQ(protocol.send(MessageType::text, as_bytes("late")), SendVerdict::closed);
  EXPECT_EQ(protocol.send_chunk({MessageType::text, as_bytes("late"), true, true}), SendVerdict::closed);
  EXPECT_EQ(protocol.send_ping({}), SendVerdict::closed);
  EXPECT_EQ(protocol.send_pong({}), SendVerdict::closed);
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::closed);
  EXPECT_THAT(frames(), testing::ElementsAre("close 1000"));
}

TEST_P(Closing, ends_a_message_that_was_being_sent_in_chunks_6455_5_5_1_08) {
  EXPECT_EQ(protocol.send_chunk({MessageType::text, as_bytes("a"), true, false}), SendVerdict::sent);
  receive("88 82 Z 03 E8");
  EXPECT_EQ(protocol.send_chunk({MessageType::text, as_bytes("b"), false, true}), SendVerdict::closed);
  EXPECT_THAT(frames(), testing::ElementsAre("unfinished text \"a\"", "close 1000"));
}

TEST(CloseFrame, is_answered_once_with_its_code_6455_5_5_1_07) {
  check("88 82 Z 03 E8", {{"close 1000"}, {"close 1000"}});
  check("88 85 Z 0F A0 'bye'", {{"close 4000 \"bye\""}, {"close 4000"}});
}

TEST(CloseFrame, is_the_last_that_is_looked_at_6455_5_5_1_09) {
  check("88 82 Z 03 E8 89 80 Z 81 81 Z 61 88 82 Z 03 E8", {{"close 1000"}, {"close 1000"}});
  check("88 82 Z 03 E8 83 80 Z", {{"close 1000"}, {"close 1000"}});
}

TEST_P(Closing,
       tells_the_transport_to_end_once_both_Closes_are_done_6455_5_5_1_10_6455_5_5_1_11_6455_7_1_1_02) {
  EXPECT_EQ(protocol.intent(), TransportIntent::keep_open);
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_EQ(protocol.intent(), TransportIntent::keep_open);
  receive("88 82 Z 03 E8");
  EXPECT_EQ(protocol.intent(), closing_intent());
  protocol.receive_eof();
  EXPECT_EQ(protocol.intent(), TransportIntent::end_writing);
}

TEST_P(Closing, counts_a_crossing_Close_as_the_answer_6455_5_5_1_13) {
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_THAT(receive("88 82 Z 0F A0").events, testing::ElementsAre("close 4000"));
  EXPECT_THAT(frames(), testing::ElementsAre("close 1000"));
  EXPECT_EQ(protocol.close_status().code, CloseCode{4000});
  EXPECT_EQ(protocol.close_status().cause, CloseCause::local_close);
  EXPECT_TRUE(protocol.close_status().clean);
}

TEST(CloseFrame, may_come_inside_a_fragmented_message_which_is_lost_6455_5_5_1_14) {
  check("01 81 Z 61 88 82 Z 03 E8", {{"close 1000"}, {"close 1000"}});
}

TEST_P(Closing, delivers_and_reads_on_until_the_peers_Close_6455_5_5_1_15) {
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_THAT(receive("81 81 Z 61 01 81 Z 62").events, testing::ElementsAre("text \"a\""));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(receive("80 FF 00 00 00 00 00 10 00 00 Z 1048576*61 02 80 Z").events.size(), 1u);
  }
  EXPECT_THAT(receive("88 82 Z 03 E8").events, testing::ElementsAre("close 1000"));
  EXPECT_TRUE(protocol.close_status().clean);
}

TEST_P(Closing, is_failed_by_a_bad_frame_after_our_Close_without_a_second_Close_6455_5_5_1_15) {
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_THAT(receive("83 80 Z 88 82 Z 03 E8").events,
              testing::ElementsAre("failure 1002 \"unknown opcode\""));
  EXPECT_THAT(frames(), testing::ElementsAre("close 1000"));
  EXPECT_EQ(protocol.close_status().cause, CloseCause::protocol_failure);
  EXPECT_EQ(protocol.close_status().code, CloseCode::abnormal);
  EXPECT_FALSE(protocol.close_status().clean);
}

TEST_P(Closing, starts_with_a_code_and_a_reason_or_nothing_6455_7_1_2_01) {
  EXPECT_EQ(protocol.close(CloseCode{4001}, "x"), SendVerdict::sent);
  EXPECT_EQ(to_hex(protocol.output().bytes()), is_client() ? "88 83 00 00 00 00 0F A1 78" : "88 03 0F A1 78");
}

TEST_P(Closing, may_start_with_an_empty_body_6455_7_1_2_01) {
  EXPECT_EQ(protocol.close(CloseCode::no_status), SendVerdict::sent);
  EXPECT_EQ(to_hex(protocol.output().bytes()), is_client() ? "88 80 00 00 00 00" : "88 00");
}

TEST_P(Closing, moves_from_open_over_closing_to_closed_6455_7_1_3_01) {
  EXPECT_EQ(protocol.state(), Protocol::State::open);
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_EQ(protocol.state(), Protocol::State::closing);
  receive("88 82 Z 03 E8");
  EXPECT_EQ(protocol.state(), Protocol::State::closed);
}

TEST_P(Closing, is_clean_only_after_both_Closes_6455_7_1_4_01) {
  protocol.receive_eof();
  const CloseStatus status = protocol.close_status();
  EXPECT_EQ(protocol.state(), Protocol::State::closed);
  EXPECT_FALSE(status.clean);
  EXPECT_EQ(status.code, CloseCode::abnormal);
  EXPECT_EQ(status.cause, CloseCause::transport_lost);
  EXPECT_EQ(status.detail, "the stream ended without a Close");
}

TEST_P(Closing, is_not_clean_when_the_answer_to_our_Close_never_came_6455_7_1_4_01) {
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::sent);
  protocol.receive_eof();
  const CloseStatus status = protocol.close_status();
  EXPECT_FALSE(status.clean);
  EXPECT_EQ(status.code, CloseCode::abnormal);
  EXPECT_EQ(status.cause, CloseCause::local_close);
  EXPECT_EQ(status.detail, "the stream ended before the peer answered the Close");
}

TEST_P(Closing, reports_the_peers_code_not_ours_6455_7_1_5_01) {
  EXPECT_EQ(protocol.close(CloseCode{4001}), SendVerdict::sent);
  receive("88 82 Z 03 E8");
  protocol.receive_eof();
  EXPECT_EQ(protocol.close_status().code, CloseCode::normal);
  EXPECT_TRUE(protocol.close_status().clean);
}

TEST_P(Closing, reports_the_peers_reason_6455_7_1_6_01) {
  receive("88 85 Z 03 E8 'bye'");
  EXPECT_EQ(protocol.close_status().code, CloseCode::normal);
  EXPECT_EQ(protocol.close_status().reason, "bye");
  EXPECT_EQ(protocol.close_status().cause, CloseCause::peer_closed);
}

TEST_P(Closing, by_failure_names_the_rule_and_sends_a_fitting_code_6455_7_1_7_01_6455_7_1_7_02) {
  receive("81 81 Z FF");
  EXPECT_THAT(frames(), testing::ElementsAre("close 1007 \"text is not UTF-8\""));
  EXPECT_EQ(protocol.state(), Protocol::State::closed);
  EXPECT_EQ(protocol.intent(), closing_intent());
  const CloseStatus status = protocol.close_status();
  EXPECT_EQ(status.cause, CloseCause::protocol_failure);
  EXPECT_EQ(status.detail, "text is not UTF-8");
  EXPECT_EQ(status.code, CloseCode::abnormal);
  EXPECT_FALSE(status.clean);
}

TEST(Failure, is_the_last_that_is_looked_at_6455_7_1_7_03) {
  check("83 80 Z 81 81 Z 61 89 80 Z 88 82 Z 03 E8", fails(1002, "unknown opcode"));
}

TEST_P(Closing, by_failure_keeps_taking_input_and_ignores_it_6455_7_1_7_03) {
  receive("83 80 Z");
  EXPECT_THAT(receive("81 81 Z 61").events, testing::IsEmpty());
  EXPECT_THAT(receive("88 82 Z 03 E8").events, testing::IsEmpty());
  EXPECT_FALSE(protocol.has_input());
  EXPECT_FALSE(protocol.close_status().clean);
  EXPECT_EQ(frames().size(), 1u);
}

TEST_P(Closing, because_of_a_lost_stream_lets_nothing_be_sent_6455_7_2_1_01) {
  protocol.receive_eof();
  EXPECT_EQ(protocol.send(MessageType::text, as_bytes("late")), SendVerdict::closed);
  EXPECT_EQ(protocol.close(CloseCode::normal), SendVerdict::closed);
  EXPECT_TRUE(protocol.output().empty());
  EXPECT_EQ(protocol.intent(), TransportIntent::end_writing);
}

TEST_P(Closing, does_not_happen_by_itself_6455_7_2_1_02) {
  receive("81 81 Z 61 8A 80 Z");
  EXPECT_EQ(protocol.state(), Protocol::State::open);
  EXPECT_EQ(protocol.intent(), TransportIntent::keep_open);
}

TEST_P(Closing, can_say_going_away_6455_7_3_01) {
  EXPECT_EQ(protocol.close(CloseCode::going_away), SendVerdict::sent);
  EXPECT_THAT(frames(), testing::ElementsAre("close 1001"));
}

TEST_P(Closing, refuses_codes_that_may_not_be_sent_6455_7_4_01_6455_7_4_02) {
  for (const unsigned code : {0u, 999u, 1004u, 1006u, 1015u, 1016u, 2999u, 5000u, 65535u}) {
    EXPECT_EQ(protocol.close(CloseCode{static_cast<std::uint16_t>(code)}), SendVerdict::invalid) << code;
  }
  EXPECT_EQ(protocol.close(CloseCode::no_status, "a reason needs a code"), SendVerdict::invalid);
  EXPECT_TRUE(protocol.output().empty());
  EXPECT_EQ(protocol.state(), Protocol::State::open);
}

TEST_P(Closing, with_1010_is_for_clients_6455_7_4_03_6455_CC_12) {
  const SendVerdict verdict = protocol.close(CloseCode::mandatory_extension, "permessage-deflate");
  EXPECT_EQ(verdict, is_client() ? SendVerdict::sent : SendVerdict::invalid);
  EXPECT_EQ(frames().size(), is_client() ? 1u : 0u);
}

TEST_P(Closing, cuts_a_long_reason_at_a_character_6455_5_5_02) {
  const std::string reason = std::string(122, 'a') + "\xE2\x82\xAC";
  EXPECT_EQ(protocol.close(CloseCode::normal, reason), SendVerdict::sent);
  EXPECT_THAT(frames(), testing::ElementsAre("close 1000 \"" + std::string(122, 'a') + "\""));
}

TEST_P(Closing, refuses_a_reason_that_is_not_utf8_6455_8_1_05) {
  EXPECT_EQ(protocol.close(CloseCode::normal, "\xFF"), SendVerdict::invalid);
  EXPECT_TRUE(protocol.output().empty());
}

TEST_P(Closing, from_outside_sends_a_Close_and_looks_at_nothing_more_6455_10_4_03) {
  Octets input = hex("81 81 Z 61 81 81 Z 62");
  if (is_client()) input = unmasked(input);
  protocol.receive(input);
  ASSERT_TRUE(protocol.next_event().has_value());
  protocol.fail(CloseCode::policy_violation, "message_timeout passed");
  EXPECT_FALSE(protocol.has_input());
  EXPECT_FALSE(protocol.next_event().has_value());
  EXPECT_THAT(frames(), testing::ElementsAre("close 1008 \"message_timeout passed\""));
  EXPECT_EQ(protocol.close_status().detail, "message_timeout passed");
  protocol.fail(CloseCode::policy_violation, "again");
  EXPECT_EQ(frames().size(), 1u);
}

TEST_P(Closing, from_outside_can_refuse_a_type_of_message_6455_10_7_02) {
  EXPECT_THAT(receive("82 80 Z").events, testing::ElementsAre("binary "));
  protocol.fail(CloseCode::unsupported_data, "only text is spoken here");
  EXPECT_THAT(frames(), testing::ElementsAre("close 1003 \"only text is spoken here\""));
}

// RFC 6455 §7.4 and the IANA registry, row by row.

std::string close_with(unsigned code) {
  return "88 82 Z " + to_hex(Octets{std::byte(code >> 8), std::byte(code & 0xFF)});
}

void check_code_is_echoed(unsigned code) {
  const std::string line = "close " + std::to_string(code);
  check(close_with(code), {{line}, {line}});
}

void check_code_fails(unsigned code) {
  check(close_with(code), fails(1002, "close code " + std::to_string(code) + " is not allowed on the wire"));
}

TEST(CloseCodes, below_1000_fail_6455_CC_01) {
  for (const unsigned code : {0u, 1u, 999u}) check_code_fails(code);
}
TEST(CloseCodes, normal_is_echoed_6455_CC_02) { check_code_is_echoed(1000); }
TEST(CloseCodes, going_away_is_echoed_6455_CC_03) { check_code_is_echoed(1001); }
TEST(CloseCodes, protocol_error_is_echoed_6455_CC_04) { check_code_is_echoed(1002); }
TEST(CloseCodes, unsupported_data_is_echoed_6455_CC_05) { check_code_is_echoed(1003); }
TEST(CloseCodes, reserved_1004_fails_6455_CC_06) { check_code_fails(1004); }
TEST(CloseCodes, no_status_fails_6455_CC_07) { check_code_fails(1005); }
TEST(CloseCodes, abnormal_fails_6455_CC_08) { check_code_fails(1006); }
TEST(CloseCodes, invalid_payload_is_echoed_6455_CC_09) { check_code_is_echoed(1007); }
TEST(CloseCodes, policy_violation_is_echoed_6455_CC_10) { check_code_is_echoed(1008); }
TEST(CloseCodes, message_too_big_is_echoed_6455_CC_11) { check_code_is_echoed(1009); }
TEST(CloseCodes, mandatory_extension_is_echoed_6455_CC_12) { check_code_is_echoed(1010); }
TEST(CloseCodes, internal_error_is_echoed_6455_CC_13) { check_code_is_echoed(1011); }
TEST(CloseCodes, service_restart_is_echoed_6455_CC_14) { check_code_is_echoed(1012); }
TEST(CloseCodes, try_again_later_is_echoed_6455_CC_15) { check_code_is_echoed(1013); }
TEST(CloseCodes, bad_gateway_is_echoed_6455_CC_16) { check_code_is_echoed(1014); }
TEST(CloseCodes, tls_failure_fails_6455_CC_17) { check_code_fails(1015); }
TEST(CloseCodes, unassigned_fail_6455_CC_18) {
  for (const unsigned code : {1016u, 1100u, 1999u, 2000u, 2999u}) check_code_fails(code);
}
TEST(CloseCodes, of_frameworks_are_echoed_6455_CC_19) {
  for (const unsigned code : {3000u, 3999u}) check_code_is_echoed(code);
}
TEST(CloseCodes, of_applications_are_echoed_6455_CC_20) {
  for (const unsigned code : {4000u, 4999u}) check_code_is_echoed(code);
}
TEST(CloseCodes, from_5000_on_fail_6455_CC_21) {
  for (const unsigned code : {5000u, 65535u}) check_code_fails(code);
}

}  // namespace
}  // namespace duplex
