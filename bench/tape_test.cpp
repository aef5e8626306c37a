#include "tape.hpp"

#include <gtest/gtest.h>

namespace duplex::bench {
namespace {

TEST(Tape, OfTheRawEchoExpectsWhatItSends) {
  const TapePair tapes = make_tapes(Framing::raw, 20, 3);
  EXPECT_EQ(tapes.sent.message_bytes(), 26u);
  EXPECT_EQ(tapes.expected.from(0, 78), tapes.sent.from(0, 78));
}

TEST(Tape, OfAWebSocketServerExpectsUnmaskedFrames) {
  const TapePair tapes = make_tapes(Framing::websocket, 5, 2);
  EXPECT_EQ(tapes.sent.message_bytes(), 11u);
  EXPECT_EQ(tapes.expected.message_bytes(), 7u);
  EXPECT_EQ(tapes.expected.from(0, 14),
            "\x81\x05"
            "0 cde"
            "\x81\x05"
            "1 def");
}

TEST(Tape, SendsMaskedFrames) {
  const TapePair tapes = make_tapes(Framing::websocket, 1, 1);
  // "0" (0x30) masked with the first byte of the key (0x37).
  EXPECT_EQ(tapes.sent.from(0, 7), "\x81\x81\x37\xfa\x21\x3d\x07");
}

TEST(Tape, UsesTheShortestLengthForm) {
  EXPECT_EQ(make_tapes(Framing::websocket, 125, 1).expected.message_bytes(), 125u + 2);
  EXPECT_EQ(make_tapes(Framing::websocket, 126, 1).expected.message_bytes(), 126u + 4);
  EXPECT_EQ(make_tapes(Framing::websocket, 65'536, 1).expected.message_bytes(), 65'536u + 10);
}

TEST(Tape, NeverEnds) {
  const Tape tape("abcd", 2);
  EXPECT_EQ(tape.from(3, 3), "dab");
  EXPECT_EQ(tape.from(3, 100), "dabc");
  EXPECT_EQ(tape.advance(3, 3), 2u);
}

TEST(Tape, HasMessagesThatDiffer) {
  const TapePair tapes = make_tapes(Framing::raw, 20, 2);
  EXPECT_NE(tapes.sent.from(0, 26), tapes.sent.from(26, 26));
}

}  // namespace
}  // namespace duplex::bench
