#include <duplex/protocol.hpp>

#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

TEST(Protocol, delivers_a_message_in_two_fragments_6455_5_4_01) {
  check("01 83 Z 48 65 6C 80 82 Z 6C 6F", {{"text \"Hello\""}, {}});
}

TEST(Protocol, answers_a_ping_6455_5_5_2_01) {
  check("89 85 Z 'Hello'", {{"ping 48 65 6C 6C 6F"}, {"pong 48 65 6C 6C 6F"}});
}

TEST(Protocol, fails_an_unknown_opcode_6455_5_2_03) { check("83 80 Z", fails(1002, "unknown opcode")); }

TEST(Protocol, echoes_a_close_6455_5_5_1_07) {
  check("88 85 Z 0F A0 'bye'", {{"close 4000 \"bye\""}, {"close 4000"}});
}

}  // namespace
}  // namespace duplex
