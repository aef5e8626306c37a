#include <duplex/buffer_pool.hpp>

#include <gtest/gtest.h>

namespace duplex {
namespace {

ByteBuffer filled(std::size_t bytes) {
  ByteBuffer buffer;
  buffer.prepare(bytes);
  buffer.commit(bytes);
  return buffer;
}

TEST(BufferPool, hands_out_the_memory_that_was_given_back_and_empty) {
  BufferPool pool;
  ByteBuffer buffer = filled(100);
  const std::byte* const memory = buffer.data();
  pool.give(std::move(buffer));
  const ByteBuffer again = pool.take();
  EXPECT_TRUE(again.empty());
  EXPECT_EQ(again.data(), memory);
  EXPECT_EQ(pool.take().capacity(), 0u);
}

TEST(BufferPool, keeps_large_memory_for_large_content) {
  BufferPool pool;
  pool.give(filled(1'000'000));
  EXPECT_EQ(pool.take().capacity(), 0u);
  EXPECT_EQ(pool.take_large().capacity(), 1'000'000u);
}

TEST(BufferPool, lets_go_of_what_is_above_its_bound) {
  BufferPool pool;
  const std::size_t half = BufferPool::kept_bytes_max / 2;
  pool.give(filled(half));
  pool.give(filled(half));
  pool.give(filled(half));
  EXPECT_EQ(pool.take_large().capacity(), half);
  EXPECT_EQ(pool.take_large().capacity(), half);
  EXPECT_EQ(pool.take_large().capacity(), 0u);
}

TEST(BufferPool, keeps_no_buffer_without_memory) {
  BufferPool pool;
  for (std::size_t count = 0; count <= BufferPool::kept_buffers_max; ++count) pool.give(ByteBuffer());
  pool.give(filled(64));
  EXPECT_EQ(pool.take().capacity(), 64u);
}

}  // namespace
}  // namespace duplex
