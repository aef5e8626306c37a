#include "deflate/whole_inflater.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"

namespace duplex::deflate {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using Result = WholeInflater::Result;

constexpr std::uint64_t bytes_max = 1'000'000;

Result inflate(WholeInflater& inflater, std::string_view compressed, std::string& message,
               std::uint64_t limit = bytes_max) {
  ByteBuffer output;
  const Result result = inflater.inflate(as_bytes(compressed), limit, output);
  message = as_text(std::as_const(output).bytes());
  return result;
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
