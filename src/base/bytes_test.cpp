#include <duplex/bytes.hpp>

#include <gtest/gtest.h>

namespace duplex {
namespace {

TEST(ByteBuffer, holds_no_memory_before_its_first_byte_and_after_release) {
  ByteBuffer buffer;
  EXPECT_EQ(buffer.capacity(), 0u);
  buffer.append(as_bytes("hello"));
  EXPECT_GT(buffer.capacity(), 0u);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(ByteBuffer, is_a_queue_in_the_order_of_appending) {
  ByteBuffer buffer;
  buffer.append(as_bytes("one"));
  buffer.append(as_bytes("two"));
  buffer.consume(2);
  EXPECT_EQ(as_text(buffer.bytes()), "etwo");
}

TEST(ByteBuffer, keeps_its_content_while_it_grows_and_moves) {
  ByteBuffer buffer;
  std::string expected;
  for (int round = 0; round < 1000; ++round) {
    const std::string piece = std::to_string(round) + ",";
    buffer.append(as_bytes(piece));
    expected += piece;
    if (round % 3 == 0) {
      buffer.consume(2);
      expected.erase(0, 2);
    }
  }
  EXPECT_EQ(as_text(buffer.bytes()), expected);
}

TEST(ByteBuffer, gives_its_bytes_away_when_moved_from) {
  ByteBuffer from;
  from.append(as_bytes("x"));
  ByteBuffer to(std::move(from));
  EXPECT_EQ(as_text(to.bytes()), "x");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the moved-from state is what is tested
}

}  // namespace
}  // namespace duplex
