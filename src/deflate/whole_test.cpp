// Whole messages there and back, each checked against zlib.
#include <utility>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"
#include "deflate/whole_deflater.hpp"
#include "deflate/whole_inflater.hpp"

namespace duplex::deflate {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using Result = WholeInflater::Result;

constexpr std::uint64_t bytes_max = 1'000'000;

std::optional<std::string> deflated(WholeDeflater& deflater, std::string_view message, int window_bits = 15) {
  ByteBuffer output;
  if (!deflater.deflate(as_bytes(message), window_bits, output)) return {};
  return std::string(as_text(std::as_const(output).bytes()));
}

Result inflate(WholeInflater& inflater, std::string_view compressed, std::string& message,
               std::uint64_t limit = bytes_max) {
  ByteBuffer output;
  const Result result = inflater.inflate(as_bytes(compressed), limit, output);
  message = as_text(std::as_const(output).bytes());
  return result;
}

TEST(WholeDeflater, begins_every_message_with_an_empty_window_7692_7_2_1_06) {
  WholeDeflater deflater;
  for (const std::size_t size : {100u, 200u, 1'024u, 65'535u, 65'536u, 300'000u}) {
    const std::string message = text_like_json(size);
    const auto compressed = deflated(deflater, message);
    ASSERT_TRUE(compressed) << size;
    EXPECT_LT(compressed->size(), message.size());
    EXPECT_EQ(ZlibReceiver(15).receive(*compressed), message) << size;
  }
}

TEST(WholeDeflater, keeps_to_the_window_7692_7_2_1_04_7692_7_1_2_1_02) {
  WholeDeflater deflater;
  for (int window_bits = 9; window_bits <= 15; ++window_bits) {
    for (const std::string& message :
         {text_like_json(100'000), far_repetition((std::size_t{1} << window_bits) + 1),
          far_repetition(std::size_t{1} << window_bits)}) {
      const auto compressed = deflated(deflater, message, window_bits);
      ASSERT_TRUE(compressed);
      EXPECT_EQ(ZlibReceiver(window_bits).receive(*compressed), message) << window_bits;
    }
  }
}

TEST(WholeDeflater, leaves_alone_what_does_not_get_smaller) {
  WholeDeflater deflater;
  ByteBuffer output;
  output.append(as_bytes("before"));
  for (const std::string& message :
       {std::string(), std::string("abc"), noise(100), noise(70'000), noise(500) + bytes("00 00 FF FF")})
    EXPECT_FALSE(deflater.deflate(as_bytes(message), 15, output)) << message.size();
  EXPECT_EQ(as_text(std::as_const(output).bytes()), "before");
}

TEST(WholeDeflater, takes_what_is_noise_in_part) {
  WholeDeflater deflater;
  for (const std::string& message :
       {noise(40'000) + std::string(40'000, 'x'),
        std::string(40'000, 'x') + noise(40'000) + bytes("00 00 FF FF"),
        text_like_json(90'000) + noise(70'000), noise(70'000) + text_like_json(90'000)}) {
    const auto compressed = deflated(deflater, message);
    ASSERT_TRUE(compressed);
    EXPECT_EQ(ZlibReceiver(15).receive(*compressed), message);
  }
}

TEST(WholeInflater, takes_every_kind_of_block_7692_7_2_3_01_7692_7_2_3_05) {
  WholeInflater inflater;
  for (const char* notation : {"F2 48 CD C9 C9 07 00", "00 05 00 FA FF 48 65 6C 6C 6F 00",
                               "F2 48 05 00 00 00 FF FF CA C9 C9 07 00"}) {
    std::string message;
    EXPECT_EQ(inflate(inflater, bytes(notation), message), Result::done) << notation;
    EXPECT_EQ(message, "Hello") << notation;
  }
}

TEST(WholeInflater, takes_what_zlib_makes) {
  WholeInflater inflater;
  for (int level = 0; level <= 9; ++level) {
    for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}) {
      for (const std::string& original :
           {std::string(), text_like_json(20'000), noise(20'000), std::string(1, 'a')}) {
        std::string message;
        EXPECT_EQ(inflate(inflater, zlib_deflate(original, {level, 15, strategy}), message), Result::done);
        EXPECT_EQ(message, original);
      }
    }
  }
}

TEST(WholeInflater, leaves_a_message_with_a_final_block_to_others_7692_7_2_3_02_7692_7_2_3_03) {
  WholeInflater inflater;
  std::string message;
  EXPECT_EQ(inflate(inflater, bytes("F3 48 CD C9 C9 07 00 00"), message), Result::ended_early);
  EXPECT_EQ(inflate(inflater, bytes("F3 48 CD C9 C9 07 00 F2 48 CD C9 C9 07 00"), message),
            Result::ended_early);
}

TEST(WholeInflater, finds_what_is_no_deflate_data_or_was_cut_off_7692_E_01_7692_E_02_7692_E_03_7692_E_04) {
  WholeInflater inflater;
  std::string message;
  for (const char* notation : {"06", "00 05 00 00 00 48 65 6C 6C 6F 00", "F2 00 11 00 00", "F2 48 CD C9",
                               "F2 48 CD C9 C9 07", "F2 48 CD C9 C9 07 00 00 00 FF FF", ""})
    EXPECT_EQ(inflate(inflater, bytes(notation), message), Result::broken) << notation;
}

TEST(WholeInflater, stops_at_the_limit_7692_E_05) {
  WholeInflater inflater;
  const std::string zeros = zlib_deflate(std::string(1'000'000, '\0'), {});
  std::string message;
  EXPECT_EQ(inflate(inflater, zeros, message, 1'000'000), Result::done);
  EXPECT_EQ(inflate(inflater, zeros, message, 999'999), Result::too_big);
  EXPECT_EQ(inflate(inflater, zeros, message, 0), Result::too_big);
  EXPECT_EQ(inflate(inflater, bytes("00"), message, 0), Result::done);
}

}  // namespace
}  // namespace duplex::deflate
