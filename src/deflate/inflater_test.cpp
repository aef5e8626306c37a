#include "deflate/inflater.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"

namespace duplex::deflate {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

constexpr int full_window = 15;

/// Inflates one message, its tail put back; nothing if it is broken or was cut off.
std::optional<std::string> inflate_message(Inflater& inflater, std::string compressed, std::size_t step = 7) {
  compressed += as_text(stripped_tail());
  ConstBytes input = as_bytes(compressed);
  std::string message;
  std::vector<std::byte> room(step);
  Inflater::Progress progress = Inflater::Progress::full;
  while (!input.empty() || progress == Inflater::Progress::full) {
    std::size_t written = 0;
    progress = inflater.inflate(input, room, written);
    if (progress == Inflater::Progress::broken) return {};
    message += as_text(ConstBytes(room).first(written));
  }
  if (!inflater.is_at_block_boundary()) return {};
  return message;
}

std::optional<std::string> inflate_alone(std::string compressed) {
  Inflater inflater(full_window);
  return inflate_message(inflater, std::move(compressed));
}

TEST(Inflater, takes_every_kind_of_block_7692_7_2_3_01_7692_7_2_3_02_7692_7_2_3_05) {
  EXPECT_EQ(inflate_alone(bytes("F2 48 CD C9 C9 07 00")), "Hello");
  EXPECT_EQ(inflate_alone(bytes("00 05 00 FA FF 48 65 6C 6C 6F 00")), "Hello") << "stored";
  EXPECT_EQ(inflate_alone(bytes("F3 48 CD C9 C9 07 00 00")), "Hello") << "final";
  EXPECT_EQ(inflate_alone(bytes("F2 48 05 00 00 00 FF FF CA C9 C9 07 00")), "Hello") << "two blocks";
  EXPECT_EQ(inflate_alone(bytes("00")), "") << "the empty message";
}

TEST(Inflater, goes_on_after_a_final_block_with_the_same_window_7692_7_2_3_03_7692_7_2_3_04) {
  EXPECT_EQ(inflate_alone(bytes("F3 48 CD C9 C9 07 00 F2 48 CD C9 C9 07 00")), "HelloHello");
  Inflater inflater(full_window);
  EXPECT_EQ(inflate_message(inflater, bytes("F3 48 CD C9 C9 07 00 00")), "Hello");
  EXPECT_EQ(inflate_message(inflater, bytes("F2 00 11 00 00")), "Hello");
}

// It was taken for cut off: the tail that is put back completes the final block.
TEST(Inflater, takes_a_final_block_that_the_tail_completes_7692_7_2_3_02) {
  EXPECT_EQ(inflate_alone(bytes("AB 00 00 01")), "x");
  EXPECT_EQ(inflate_alone(bytes("01")), "");
}

TEST(Inflater, forgets_its_window_only_when_it_is_reset_7692_7_2_2_02_7692_E_02) {
  Inflater inflater(full_window);
  EXPECT_EQ(inflate_message(inflater, bytes("F2 48 CD C9 C9 07 00")), "Hello");
  EXPECT_EQ(inflate_message(inflater, bytes("F2 00 11 00 00")), "Hello");
  inflater.reset();
  EXPECT_EQ(inflate_message(inflater, bytes("F2 00 11 00 00")), std::nullopt);
}

TEST(Inflater, finds_what_is_no_deflate_data_or_was_cut_off_7692_E_01_7692_E_03_7692_E_04) {
  for (const char* notation : {"06", "00 05 00 00 00 48 65 6C 6C 6F 00", "F2 48 CD C9", "F2 48 CD C9 C9 07",
                               "F2 48 CD C9 C9 07 00 00 00 FF FF", "", "F3 48 CD C9 C9 07 00"})
    EXPECT_EQ(inflate_alone(bytes(notation)), std::nullopt) << notation;
}

TEST(Inflater, takes_and_gives_in_pieces_of_any_size_7692_6_05) {
  const std::string message = text_like_json(5'000);
  const std::string compressed = zlib_deflate(message, {});
  for (const std::size_t step : {1u, 2u, 100u, 4'999u, 5'000u, 5'001u, 20'000u}) {
    Inflater inflater(full_window);
    EXPECT_EQ(inflate_message(inflater, compressed, step), message) << step;
  }
}

TEST(Inflater, refers_back_as_far_as_deflate_can_7692_7_2_2_04) {
  const std::string message = far_repetition(32'768);
  EXPECT_EQ(inflate_alone(zlib_deflate(message, {})), message);
}

TEST(Inflater, with_a_small_window_takes_what_keeps_to_it_7692_7_1_2_05) {
  for (int window_bits = 9; window_bits <= full_window; ++window_bits) {
    ZlibOptions options;
    options.window_bits = window_bits;
    const std::string message = text_like_json(100'000);
    Inflater inflater(window_bits);
    EXPECT_EQ(inflate_message(inflater, zlib_deflate(message, options), 32), message) << window_bits;
  }
}

}  // namespace
}  // namespace duplex::deflate
