#include "deflate/pool.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"

namespace duplex::deflate {
namespace {

AgreedCompression dedicated(int window_bits) {
  AgreedCompression agreed;
  agreed.sending = agreed.receiving = {true, window_bits};
  return agreed;
}

TEST(CompressionPool, counts_dedicated_contexts_by_their_windows_7692_E_08) {
  EXPECT_EQ(dedicated_bytes(AgreedCompression()), 0u);
  EXPECT_LT(dedicated_bytes(dedicated(15)), 130'000u);
  EXPECT_LT(dedicated_bytes(dedicated(9)), 35'000u);
}

TEST(CompressionPool, has_room_up_to_its_budget) {
  const std::size_t one = dedicated_bytes(dedicated(15));
  CompressionPool pool(2 * one);
  pool.inner().reserve(one);
  EXPECT_TRUE(pool.has_room_for(dedicated(15)));
  pool.inner().reserve(1);
  EXPECT_FALSE(pool.has_room_for(dedicated(15)));
  EXPECT_TRUE(pool.has_room_for(AgreedCompression()));
  pool.inner().release(1);
  EXPECT_TRUE(pool.has_room_for(dedicated(15)));
  EXPECT_EQ(pool.dedicated_bytes(), one);
}

TEST(Pool, gives_out_again_what_it_got_back_and_nothing_that_is_remembered) {
  Pool pool(0);
  auto deflater = pool.take_deflater(15);
  const Deflater* const first = deflater.get();
  ByteBuffer once;
  deflater->deflate(as_bytes("Hello"), Deflater::End::message, once);
  pool.give(std::move(deflater));
  deflater = pool.take_deflater(15);
  EXPECT_EQ(deflater.get(), first);
  ByteBuffer again;
  deflater->deflate(as_bytes("Hello"), Deflater::End::message, again);
  EXPECT_EQ(as_text(std::as_const(again).bytes()), as_text(std::as_const(once).bytes()));
}

TEST(Pool, keeps_no_large_buffers) {
  Pool pool(0);
  ByteBuffer small;
  small.prepare(1'000);
  pool.give(std::move(small));
  ByteBuffer large;
  large.prepare(2'000'000);
  pool.give(std::move(large));
  const ByteBuffer again = pool.take_buffer();
  EXPECT_GE(again.capacity(), 1'000u);
  EXPECT_LT(again.capacity(), 2'000'000u);
  EXPECT_EQ(pool.take_buffer().capacity(), 0u);
}

}  // namespace
}  // namespace duplex::deflate
