#include "echo_payload.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

TEST(EchoPayload, HasTheSizeThatWasAskedFor) {
  EXPECT_EQ(EchoPayload(0, 0).make(7).size(), 0u);
  EXPECT_EQ(EchoPayload(0, 3).make(7).size(), 3u);
  EXPECT_EQ(EchoPayload(0, 1024).make(7).size(), 1024u);
}

TEST(EchoPayload, DiffersBetweenMessagesAndBetweenConnections) {
  const std::string first(EchoPayload(1, 20).make(1));
  EXPECT_NE(first, EchoPayload(1, 20).make(2));
  EXPECT_NE(first, EchoPayload(2, 20).make(1));
}

TEST(EchoPayload, KnowsItsOwnEchoOnly) {
  EchoPayload payload(1, 20);
  std::string echo(payload.make(5));
  EXPECT_TRUE(payload.matches(5, echo));
  EXPECT_FALSE(payload.matches(6, echo));
  echo.back() = '!';
  EXPECT_FALSE(payload.matches(5, echo));
  EXPECT_FALSE(payload.matches(5, ""));
}

}  // namespace
}  // namespace duplex::cli
