#include "deflate/deflater.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"

namespace duplex::deflate {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using End = Deflater::End;

std::string deflated(Deflater& deflater, std::string_view piece, End end = End::message) {
  ByteBuffer output;
  deflater.deflate(as_bytes(piece), end, output);
  return std::string(as_text(std::as_const(output).bytes()));
}

bool ends_with_tail(std::string_view compressed) { return compressed.ends_with(bytes("00 00 FF FF")); }

TEST(Deflater, strips_the_tail_once_at_the_end_of_the_message_7692_7_2_1_01_7692_7_2_1_02) {
  Deflater deflater(15);
  std::string whole;
  for (const auto& [piece, end] : {std::pair{"Hel", End::chunk}, {"lo", End::chunk}, {"!", End::message}}) {
    const std::string compressed = deflated(deflater, piece, end);
    EXPECT_EQ(ends_with_tail(compressed), end == End::chunk) << piece;
    whole += compressed;
  }
  EXPECT_EQ(ZlibReceiver(15).receive(whole), "Hello!");
}

TEST(Deflater, makes_an_empty_message_one_byte_7692_7_2_1_08) {
  Deflater deflater(15);
  EXPECT_EQ(deflated(deflater, ""), bytes("00"));
  EXPECT_EQ(deflated(deflater, ""), bytes("00"));
  const std::string begun = deflated(deflater, "begun", End::chunk);
  EXPECT_EQ(ZlibReceiver(15).receive(begun + deflated(deflater, "")), "begun");
}

TEST(Deflater, refers_to_the_messages_before_until_it_is_reset_7692_7_2_1_07) {
  Deflater deflater(15);
  const std::string first = deflated(deflater, "Hello");
  const std::string second = deflated(deflater, "Hello");
  EXPECT_LT(second.size(), first.size());
  deflater.reset();
  EXPECT_EQ(deflated(deflater, "Hello"), first);
}

TEST(Deflater, keeps_to_its_window_7692_7_2_1_04) {
  for (int window_bits = 9; window_bits <= 15; ++window_bits) {
    Deflater deflater(window_bits);
    ZlibReceiver receiver(window_bits);
    for (const std::string& message : {text_like_json(70'000), far_repetition(std::size_t{1} << window_bits),
                                       far_repetition(std::size_t{1} << (window_bits - 1)), noise(3'000)})
      EXPECT_EQ(receiver.receive(deflated(deflater, message)), message) << window_bits;
  }
}

TEST(Deflater, refers_to_what_it_learned_as_if_it_had_sent_it) {
  Deflater deflater(15);
  ZlibReceiver receiver(15);
  EXPECT_EQ(receiver.receive(deflated(deflater, text_like_json(500, 1))), text_like_json(500, 1));
  // The receiver gets this one in the compression of someone else.
  const std::string broadcast = text_like_json(900, 2);
  EXPECT_EQ(receiver.receive(zlib_deflate(broadcast, {})), broadcast);
  deflater.learn(as_bytes(broadcast));
  const std::string again = deflated(deflater, broadcast);
  EXPECT_LT(again.size(), 30u);
  EXPECT_EQ(receiver.receive(again), broadcast);
  EXPECT_EQ(receiver.receive(deflated(deflater, text_like_json(500, 3))), text_like_json(500, 3));
}

TEST(Deflater, learns_more_than_its_window_holds) {
  Deflater deflater(9);
  ZlibReceiver receiver(9);
  for (unsigned seed = 1; seed < 20; ++seed) {
    const std::string broadcast = text_like_json(300 * seed, seed);
    if (broadcast.size() > 512) continue;  // compressed by others, it would not keep to this window
    EXPECT_EQ(receiver.receive(zlib_deflate(broadcast, {})), broadcast);
    deflater.learn(as_bytes(broadcast));
    EXPECT_EQ(receiver.receive(deflated(deflater, text_like_json(1'000, seed))), text_like_json(1'000, seed));
  }
}

}  // namespace
}  // namespace duplex::deflate
