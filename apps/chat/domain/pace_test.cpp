// How fast one may go, what happens to those behind a refused send, and what a returning client gets.
#include <gtest/gtest.h>

#include "chat/domain/rate_limiter.hpp"
#include "chat/domain/resume.hpp"
#include "chat/domain/send_gate.hpp"

namespace duplex::chat {
namespace {

const UserId ada = *UserId::parse("ada");
const UserId bob = *UserId::parse("bob");
const RoomId garden = *RoomId::parse("garden");

Cid cid(std::uint8_t n) {
  Cid::Bytes bytes{};
  bytes[15] = n;
  return Cid(bytes);
}

TEST(TokenBucket, AllowsABurstAndThenItsRate) {
  TokenBucket bucket({3, 2}, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(0), std::nullopt);
  EXPECT_EQ(bucket.take(0), 500);
  EXPECT_EQ(bucket.take(499), 1);
  EXPECT_EQ(bucket.take(500), std::nullopt);
  EXPECT_EQ(bucket.take(500), 500);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  TokenBucket bucket({2, 1}, 0);
  EXPECT_EQ(bucket.take(1'000'000), std::nullopt);
  EXPECT_EQ(bucket.take(1'000'000), std::nullopt);
  EXPECT_EQ(bucket.take(1'000'000), 1000);
}

TEST(TokenBucket, DoesNotRefillWhenTheClockIsSetBack) {
  TokenBucket bucket({1, 1}, 5000);
  EXPECT_EQ(bucket.take(5000), std::nullopt);
  EXPECT_EQ(bucket.take(1000), 1000);
  EXPECT_EQ(bucket.take(2000), std::nullopt);
}

TEST(RateLimiter, CountsEachUserAndEachThingByItself) {
  RateLimiter limiter({{1, 1}, {1, 1}, {1, 1}});
  EXPECT_EQ(limiter.take(ada, Limited::send, 0), std::nullopt);
  EXPECT_EQ(limiter.take(ada, Limited::send, 0), 1000);
  EXPECT_EQ(limiter.take(ada, Limited::typing, 0), std::nullopt);
  EXPECT_EQ(limiter.take(ada, Limited::history, 0), std::nullopt);
  EXPECT_EQ(limiter.take(bob, Limited::send, 0), std::nullopt);
}

TEST(RateLimiter, ForgetsUsersWhoseBucketsAreFullAndNobodyElse) {
  RateLimiter limiter({{1, 1}, {1, 1}, {1, 1}});
  for (int i = 0; i < 1023; ++i)
    limiter.take(*UserId::parse(std::string("u") + std::to_string(i)), Limited::send, 0);
  limiter.take(ada, Limited::send, 5000);
  EXPECT_EQ(limiter.users(), 1024u);
  limiter.take(bob, Limited::send, 5000);
  EXPECT_EQ(limiter.users(), 2u);
  EXPECT_EQ(limiter.take(ada, Limited::send, 5000), 1000);
}

TEST(SendGate, IsOpenUntilASendIsRefused) {
  SendGate gate;
  EXPECT_TRUE(gate.admits(garden, cid(1)));
}

TEST(SendGate, RefusesWhatWasOnItsWayBehindARefusedSend) {
  SendGate gate;
  gate.shut(garden, cid(1));
  gate.ping_sent();
  EXPECT_FALSE(gate.admits(garden, cid(2)));
  EXPECT_FALSE(gate.admits(garden, cid(3)));
  EXPECT_TRUE(gate.admits(lobby(), cid(4)));
}

TEST(SendGate, OpensWhenTheClientBeginsAgainWithTheRefusedSend) {
  SendGate gate;
  gate.shut(garden, cid(1));
  EXPECT_FALSE(gate.admits(garden, cid(2)));
  gate.shut(garden, cid(2));
  EXPECT_FALSE(gate.admits(garden, cid(2)));
  EXPECT_TRUE(gate.admits(garden, cid(1)));
  EXPECT_TRUE(gate.admits(garden, cid(2)));
}

TEST(SendGate, OpensWhenAPingThatFollowedTheRefusalIsAnswered) {
  SendGate gate;
  gate.shut(garden, cid(1));
  gate.ping_sent();
  gate.pong_received();
  EXPECT_TRUE(gate.admits(garden, cid(2)));
}

TEST(SendGate, StaysShutWhenAnOlderPingIsAnswered) {
  SendGate gate;
  gate.ping_sent();
  gate.shut(garden, cid(1));
  gate.ping_sent();
  gate.pong_received();
  EXPECT_FALSE(gate.admits(garden, cid(2)));
  gate.pong_received();
  EXPECT_TRUE(gate.admits(garden, cid(2)));
}

TEST(SendGate, IsNotOpenedByPongsThatNobodyAskedFor) {
  SendGate gate;
  gate.pong_received();
  gate.pong_received();
  gate.ping_sent();
  gate.shut(garden, cid(1));
  gate.ping_sent();
  gate.pong_received();
  EXPECT_FALSE(gate.admits(garden, cid(2)));
}

TEST(SendGate, RefusesEverywhereWhenItCannotRememberMoreRooms) {
  SendGate gate;
  for (std::size_t i = 0; i < rooms_shut_max; ++i)
    gate.shut(*RoomId::parse(std::string("r") + std::to_string(i)), cid(1));
  gate.ping_sent();
  EXPECT_FALSE(gate.admits(garden, cid(2)));
  gate.pong_received();
  EXPECT_TRUE(gate.admits(garden, cid(2)));
}

// What plan_resume() answers, as text: "replay A..B" or the reason of the reset.
std::string plan(EpochMatch epoch, Seq cursor, Seq floor, Seq last) {
  const Room room{lobby(), Name::restore("Lobby", "lobby"), RoomKind::public_room, "", last, floor, 0};
  const ResumePlan plan = plan_resume(epoch, cursor, room);
  if (const auto* reset = std::get_if<Reset>(&plan)) return std::string(to_text(reset->reason));
  const auto& replay = std::get<Replay>(plan);
  return std::string("replay ") + std::to_string(replay.after) + ".." + std::to_string(replay.to);
}

TEST(Resume, ReplaysWhatWasMissed) {
  EXPECT_EQ(plan(EpochMatch::same, 5, 0, 9), "replay 5..9");
  EXPECT_EQ(plan(EpochMatch::same, 9, 0, 9), "replay 9..9");
  EXPECT_EQ(plan(EpochMatch::same, 0, 0, 0), "replay 0..0");
}

TEST(Resume, ResetsRatherThanReplayingInPart) {
  EXPECT_EQ(plan(EpochMatch::different, 5, 0, 9), "epoch");
  EXPECT_EQ(plan(EpochMatch::same, 10, 0, 9), "ahead");
  EXPECT_EQ(plan(EpochMatch::same, 3, 4, 9), "trimmed");
  EXPECT_EQ(plan(EpochMatch::same, 4, 4, 9), "replay 4..9");
  EXPECT_EQ(plan(EpochMatch::same, 0, 0, 10'000), "replay 0..10000");
  EXPECT_EQ(plan(EpochMatch::same, 0, 0, 10'001), "too_far");
}

}  // namespace
}  // namespace duplex::chat
