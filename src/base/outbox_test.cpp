#include "base/outbox.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace duplex::base {
namespace {

using Kind = Outbox::Kind;

ByteBuffer buffer_of(std::string_view text) {
  ByteBuffer buffer;
  buffer.append(as_bytes(text));
  return buffer;
}

std::string all_of(const Outbox& outbox) {
  std::array<ConstBytes, 16> views;
  std::string text;
  const std::size_t count = outbox.gather(views);
  for (std::size_t index = 0; index < count; ++index) text += as_text(views[index]);
  return text;
}

TEST(Outbox, hands_out_owned_and_shared_pieces_in_order) {
  Outbox outbox;
  outbox.push(buffer_of("one "), Kind::message);
  outbox.push(std::make_shared<const ByteBuffer>(buffer_of("two ")), Kind::message);
  outbox.push(buffer_of("three"), Kind::indispensable);
  EXPECT_EQ(all_of(outbox), "one two three");
  EXPECT_EQ(outbox.bytes(), 13u);
}

TEST(Outbox, consumes_across_pieces) {
  BufferPool pool;
  Outbox outbox;
  outbox.push(buffer_of("one"), Kind::message);
  outbox.push(buffer_of("two"), Kind::message);
  outbox.consume(4, pool);
  EXPECT_EQ(all_of(outbox), "wo");
  outbox.consume(2, pool);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, drops_the_oldest_message_but_never_one_that_is_partly_written) {
  BufferPool pool;
  Outbox outbox;
  outbox.push(buffer_of("begun"), Kind::message);
  outbox.push(buffer_of("CONTROL"), Kind::indispensable);
  outbox.push(buffer_of("old"), Kind::message);
  outbox.push(buffer_of("new"), Kind::message);
  outbox.consume(1, pool);
  EXPECT_TRUE(outbox.drop_oldest_message());
  EXPECT_EQ(all_of(outbox), "egunCONTROLnew");
  outbox.drop_all_messages();
  EXPECT_EQ(all_of(outbox), "egunCONTROL");
  EXPECT_EQ(outbox.bytes(), 11u);
  EXPECT_FALSE(outbox.drop_oldest_message());
}

}  // namespace
}  // namespace duplex::base
