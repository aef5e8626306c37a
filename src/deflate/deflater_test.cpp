#include "deflate/deflater.hpp"

#include <algorithm>
#include <memory>
#include <random>
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

TEST(Deflater, keeps_to_a_smaller_window_than_it_was_made_for_7692_7_1_2_1_02) {
  for (int window_bits = 8; window_bits <= 15; ++window_bits) {
    Deflater deflater(15);
    deflater.keep_to(window_bits);
    ZlibReceiver receiver(std::max(window_bits, 9));
    for (const std::string& message :
         {text_like_json(100'000), far_repetition((std::size_t{1} << window_bits) + 1),
          far_repetition(std::size_t{1} << window_bits)})
      EXPECT_EQ(receiver.receive(deflated(deflater, message)), message) << window_bits;
  }
}

TEST(Deflater, refers_back_as_far_as_the_window_and_no_further_7692_7_2_1_04) {
  Deflater deflater(15);
  const std::size_t window_bytes = 32'768;
  const std::size_t within = deflated(deflater, far_repetition(window_bytes)).size();
  deflater.reset();
  EXPECT_GT(deflated(deflater, far_repetition(window_bytes + 1)).size(), within + 80);
}

TEST(Deflater, deflates_messages_of_any_size_and_kind) {
  Deflater deflater(15);
  ZlibReceiver receiver(15);
  for (const std::size_t size :
       {1u, 2u, 3u, 4u, 5u, 100u, 1'024u, 32'767u, 32'768u, 65'535u, 65'536u, 300'000u}) {
    for (const std::string& message :
         {text_like_json(size), noise(size), std::string(size, 'x'), noise(size) + std::string(size, 'x'),
          text_like_json(size) + noise(size) + text_like_json(size)}) {
      EXPECT_EQ(receiver.receive(deflated(deflater, message)), message) << size;
      EXPECT_EQ(ZlibReceiver(15).receive(deflated(*std::make_unique<Deflater>(15), message)), message)
          << size;
    }
  }
}

/// Something out of a few letters, words or bytes, of a size that is mostly small.
std::string any_message(std::mt19937& engine) {
  const std::size_t size = 1 + (engine() & 0x1'FFFF) % (std::size_t{1} << engine() % 18);
  const unsigned kind = engine() % 4;
  if (kind == 0) return noise(size, static_cast<unsigned>(engine()));
  if (kind == 1) return text_like_json(size, static_cast<unsigned>(engine()));
  std::string message(size, '\0');
  for (char& each : message) each = static_cast<char>('a' + engine() % (kind == 2 ? 3 : 1));
  return message;
}

TEST(Deflater, is_understood_whatever_is_sent_learned_and_forgotten_7692_7_2_1_04) {
  std::mt19937 engine(1);
  for (int round = 0; round < 40; ++round) {
    const int window_bits = static_cast<int>(9 + engine() % 7);
    Deflater deflater(window_bits);
    ZlibReceiver receiver(window_bits);
    for (int count = 0; count < 10; ++count) {
      const std::string message = any_message(engine);
      if (engine() % 4 == 0 && message.size() <= std::size_t{1} << window_bits) {
        EXPECT_EQ(receiver.receive(zlib_deflate(message, {})), message);
        deflater.learn(as_bytes(message));
      } else {
        const std::size_t cut = engine() % message.size();
        std::string compressed = deflated(deflater, message.substr(0, cut), End::chunk);
        compressed += deflated(deflater, message.substr(cut));
        ASSERT_EQ(receiver.receive(compressed), message) << window_bits << ' ' << round << ' ' << count;
      }
      if (engine() % 8 == 0) deflater.reset();
    }
  }
}

TEST(Deflater, makes_noise_hardly_larger) {
  for (const std::size_t size : {1u, 100u, 10'000u, 1'000'000u}) {
    Deflater deflater(15);
    EXPECT_LE(deflated(deflater, noise(size)).size(), size + 6 + size / 1'000) << size;
  }
}

// Of many rare symbols and a few that are frequent codes would come that are longer than DEFLATE allows.
TEST(Deflater, keeps_its_codes_to_fifteen_bits) {
  std::string message;
  std::size_t count = 1;
  std::size_t before = 1;
  for (char symbol = 'a'; symbol <= 'r'; ++symbol) {
    for (std::size_t index = 0; index < count; ++index) message += symbol;
    count += std::exchange(before, count);
  }
  std::mt19937 engine(1);
  std::shuffle(message.begin(), message.end(), engine);
  Deflater deflater(15);
  const std::string compressed = deflated(deflater, message);
  EXPECT_LT(compressed.size(), message.size() / 2);
  EXPECT_EQ(ZlibReceiver(15).receive(compressed), message);
}

TEST(Deflater, compresses_short_messages_about_as_well_as_zlib) {
  Deflater deflater(15);
  std::size_t bytes = 0;
  std::size_t bytes_of_zlib = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    const std::string message = text_like_json(1'024, seed);
    bytes += deflated(deflater, message).size();
    bytes_of_zlib += zlib_deflate(message, {6}).size();
    deflater.reset();
  }
  EXPECT_LT(bytes, bytes_of_zlib * 102 / 100);
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
