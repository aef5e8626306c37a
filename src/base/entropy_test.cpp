#include "base/entropy.hpp"

#include <set>

#include <gtest/gtest.h>

namespace duplex::base {
namespace {

TEST(SystemEntropy, makes_masking_keys_that_do_not_repeat_beyond_chance_6455_5_3_01) {
  SystemEntropy entropy;
  std::set<std::uint32_t> keys;
  constexpr int drawn = 100'000;
  for (int i = 0; i < drawn; ++i) {
    std::uint32_t key = 0;
    entropy.fill(std::as_writable_bytes(std::span(&key, 1)));
    keys.insert(key);
  }
  // The birthday bound: 10^10 pairs over 2^33 make 1.2 expected collisions; 30 do not happen.
  EXPECT_GT(keys.size(), drawn - 30u);
}

TEST(SystemEntropy, fills_more_than_one_block_without_a_gap_6455_5_3_01) {
  SystemEntropy entropy;
  std::array<std::byte, 5000> bytes{};
  entropy.fill(bytes);
  std::array<int, 256> seen{};
  for (const std::byte byte : bytes) ++seen[std::to_integer<std::size_t>(byte)];
  // 19.5 of each value are expected; a stretch left at zero would show as hundreds.
  for (const int count : seen) EXPECT_LT(count, 80);
}

TEST(SystemEntropy, differs_from_one_source_to_the_next_6455_5_3_01) {
  SystemEntropy one;
  SystemEntropy other;
  std::array<std::byte, 16> first;
  std::array<std::byte, 16> second;
  one.fill(first);
  other.fill(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace duplex::base
