#include "handshake/key.hpp"

#include <gtest/gtest.h>

#include <set>

#include "handshake/testing.hpp"

namespace duplex::handshake {
namespace {

TEST(AcceptValue, is_that_of_the_published_vectors_6455_4_2_2_11) {
  EXPECT_EQ(text_of(accept_value("dGhlIHNhbXBsZSBub25jZQ==")), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(text_of(accept_value("AQIDBAUGBwgJCgsMDQ4PEA==")), "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=");
  EXPECT_EQ(text_of(accept_value("AQIDBAUGBwgJCgsMDQ4PEC==")), "OfS0wDaT5NoxF2gqm7Zj2YtetzM=");
}

TEST(Key, is_16_bytes_of_entropy_in_base64_6455_4_1_13) {
  testing::CountingEntropy entropy;
  EXPECT_EQ(text_of(make_key(entropy)), "AQIDBAUGBwgJCgsMDQ4PEA==");
}

TEST(Key, is_new_for_every_connection_and_has_no_pad_bits_6455_4_1_13) {
  testing::CountingEntropy entropy;
  std::set<Key> keys;
  for (int connection = 0; connection < 16; ++connection) {
    const Key key = make_key(entropy);
    EXPECT_TRUE(is_valid_key(text_of(key)));
    EXPECT_NE(std::string_view("AQgw").find(key[21]), std::string_view::npos);
    keys.insert(key);
  }
  EXPECT_EQ(keys.size(), 16u);
}

TEST(Key, is_valid_with_24_base64_characters_and_padding_6455_4_2_1_08_6455_4_2_1_09) {
  EXPECT_TRUE(is_valid_key("AQIDBAUGBwgJCgsMDQ4PEC=="));
  EXPECT_TRUE(is_valid_key("++++////////AAAAzzzz99=="));
  for (const std::string_view key :
       {"", "=", "========================", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=A",
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBs ZSBub25jZ==", "_-hlIHNhbXBsZSBub25jZQ=="})
    EXPECT_FALSE(is_valid_key(key)) << key;
}

TEST(Key, has_neither_fewer_nor_more_bytes_than_16_6455_4_2_1_07) {
  EXPECT_FALSE(is_valid_key("=="));
  EXPECT_FALSE(is_valid_key("AQIDBAUGBwgJCgsMDQ4PE=="));
  EXPECT_TRUE(is_valid_key("AQIDBAUGBwgJCgsMDQ4PEA=="));
  EXPECT_FALSE(is_valid_key("AQIDBAUGBwgJCgsMDQ4PEAA=="));
}

}  // namespace
}  // namespace duplex::handshake
