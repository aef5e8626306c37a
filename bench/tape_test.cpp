#include "tape.hpp"

#include <gtest/gtest.h>

#include "deflation.hpp"

namespace duplex::bench {
namespace {

TEST(Tape, OfTheRawEchoExpectsWhatItSends) {
  const TapePair tapes = make_tapes(Framing::raw, {std::string(20, 'a'), std::string(20, 'b')});
  EXPECT_EQ(tapes.sent.message_bytes(0), 26u);
  EXPECT_EQ(tapes.expected.from(0, 52), tapes.sent.from(0, 52));
}

TEST(Tape, OfAWebSocketServerExpectsUnmaskedFrames) {
  const TapePair tapes = make_tapes(Framing::websocket, {"0 cde", "1 def"});
  EXPECT_EQ(tapes.sent.message_bytes(0), 11u);
  EXPECT_EQ(tapes.expected.message_bytes(0), 7u);
  EXPECT_EQ(tapes.expected.from(0, 14),
            "\x81\x05"
            "0 cde"
            "\x81\x05"
            "1 def");
}

TEST(Tape, SendsMaskedFrames) {
  const TapePair tapes = make_tapes(Framing::websocket, {"0"});
  // "0" (0x30) masked with the first byte of the key (0x37).
  EXPECT_EQ(tapes.sent.from(0, 7), "\x81\x81\x37\xfa\x21\x3d\x07");
}

TEST(Tape, UsesTheShortestLengthForm) {
  const auto frame_bytes = [](std::size_t payload_bytes) {
    return make_tapes(Framing::websocket, {std::string(payload_bytes, 'a')}).expected.message_bytes(0);
  };
  EXPECT_EQ(frame_bytes(125), 125u + 2);
  EXPECT_EQ(frame_bytes(126), 126u + 4);
  EXPECT_EQ(frame_bytes(65'536), 65'536u + 10);
}

TEST(Tape, NeverEnds) {
  const Tape tape({"ab", "cd"});
  EXPECT_EQ(tape.from(3, 3), "dab");
  EXPECT_EQ(tape.from(3, 100), "dabc");
  EXPECT_EQ(tape.advance(3, 3), 2u);
}

TEST(Tape, KnowsTheSizeOfEveryMessage) {
  const Tape tape({"a", "bcd"});
  EXPECT_EQ(tape.message_bytes(0), 1u);
  EXPECT_EQ(tape.message_bytes(1), 3u);
  EXPECT_EQ(tape.message_bytes(2), 1u);
}

TEST(Tape, MarksACompressedMessage) {
  const Tape tape = make_compressed_tape({std::string(100, 'a')});
  EXPECT_EQ(tape.from(0, 1), "\xc1");
  EXPECT_EQ(tape.message_bytes(0), 6 + deflate_message(std::string(100, 'a')).size());
}

}  // namespace
}  // namespace duplex::bench
