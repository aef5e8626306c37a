#include "frame_watch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplex::cli {
namespace {

TEST(WatchToken, IsLongEnoughNotToBeGuessed) {
  EXPECT_FALSE(is_watch_token(""));
  EXPECT_FALSE(is_watch_token(std::string(21, 'a')));
  EXPECT_TRUE(is_watch_token(std::string(22, 'a')));
  EXPECT_TRUE(is_watch_token(std::string(64, 'a')));
  EXPECT_FALSE(is_watch_token(std::string(65, 'a')));
}

TEST(WatchToken, IsBase64Url) { EXPECT_TRUE(is_watch_token("ABCxyz0189-_ABCxyz0189")); }

TEST(WatchToken, CannotSubscribeToEverybodysFrames) {
  for (const char letter : {'+', '#', '/', ' ', '\0', '%', '.'}) {
    EXPECT_FALSE(is_watch_token(std::string(30, 'a') + letter)) << letter;
  }
}

}  // namespace
}  // namespace duplex::cli
