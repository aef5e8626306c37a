#include "deflate/huffman.hpp"

#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace duplex::deflate {
namespace {

std::vector<Code> codes_of(const std::vector<std::uint16_t>& frequencies, unsigned length_max = 15) {
  std::vector<Code> codes(frequencies.size());
  make_codes(frequencies, length_max, codes);
  return codes;
}

std::vector<unsigned> lengths_of(const std::vector<Code>& codes) {
  std::vector<unsigned> lengths;
  for (const Code& code : codes) lengths.push_back(code.length);
  return lengths;
}

/// Kraft's sum in parts of 2^15: a code that leaves no gap and is decodable has all of them.
unsigned taken(const std::vector<Code>& codes) {
  unsigned sum = 0;
  for (const Code& code : codes) sum += code.length > 0 ? 1U << (15 - code.length) : 0;
  return sum;
}

TEST(Huffman, gives_what_is_frequent_short_codes) {
  EXPECT_EQ(lengths_of(codes_of({5, 0, 1, 1, 2})), (std::vector<unsigned>{1, 0, 3, 3, 2}));
  EXPECT_EQ(lengths_of(codes_of({7, 7})), (std::vector<unsigned>{1, 1}));
  EXPECT_EQ(lengths_of(codes_of({0, 0, 0, 9, 0, 0, 0, 0, 1})),
            (std::vector<unsigned>{0, 0, 0, 1, 0, 0, 0, 0, 1}));
}

// The example of RFC 1951 §3.2.2: lengths 3, 3, 3, 3, 3, 2, 4, 4.
TEST(Huffman, numbers_codes_as_the_standard_does) {
  std::vector<Code> codes(8);
  const unsigned lengths[] = {3, 3, 3, 3, 3, 2, 4, 4};
  for (std::size_t symbol = 0; symbol < codes.size(); ++symbol)
    codes[symbol].length = static_cast<std::uint8_t>(lengths[symbol]);
  number_codes(codes);
  const unsigned last_bit_first[] = {0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111};
  for (std::size_t symbol = 0; symbol < codes.size(); ++symbol)
    EXPECT_EQ(codes[symbol].bits, last_bit_first[symbol]) << symbol;
}

TEST(Huffman, keeps_to_the_longest_code_allowed_and_leaves_no_gap) {
  std::mt19937 engine(1);
  for (int round = 0; round < 500; ++round) {
    const std::size_t symbols = 2 + engine() % 285;
    std::vector<std::uint16_t> frequencies(symbols);
    for (auto& each : frequencies) each = static_cast<std::uint16_t>((engine() & 0xFFF) >> engine() % 12);
    frequencies[0] = frequencies[1] = 1;
    const std::vector<Code> codes = codes_of(frequencies);
    EXPECT_EQ(taken(codes), 1U << 15);
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      EXPECT_LE(codes[symbol].length, 15);
      EXPECT_EQ(codes[symbol].length == 0, frequencies[symbol] == 0);
    }
  }
  // Like Fibonacci's numbers: the tree would be a chain.
  const std::vector<std::uint16_t> steep = {1,  1,  2,   3,   5,   8,   13,  21,   34,
                                            55, 89, 144, 233, 377, 610, 987, 1597, 2584};
  EXPECT_EQ(taken(codes_of(steep)), 1U << 15);
  EXPECT_EQ(taken(codes_of({steep.begin(), steep.begin() + 15}, 7)), 1U << 15);
}

TEST(Huffman, tells_how_many_bits_its_codes_take) {
  const std::vector<std::uint16_t> frequencies = {5, 0, 1, 1, 2};
  std::vector<Code> codes(frequencies.size());
  EXPECT_EQ(make_codes(frequencies, 15, codes), 5u * 1 + 1 * 3 + 1 * 3 + 2 * 2);
}

}  // namespace
}  // namespace duplex::deflate
