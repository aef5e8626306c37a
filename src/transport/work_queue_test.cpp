#include "transport/work_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace duplex::transport {
namespace {

TEST(WorkQueueTest, OnlyTheFirstOfABurstHasToWakeTheLoop) {
  WorkQueue queue;
  EXPECT_TRUE(queue.push([] {}));
  EXPECT_FALSE(queue.push([] {}));
  queue.run();
  EXPECT_TRUE(queue.push([] {}));
}

TEST(WorkQueueTest, WhatIsPostedWhileItRunsWaitsForTheNextRun) {
  WorkQueue queue;
  std::string order;
  EXPECT_TRUE(queue.push([&] {
    order += "a";
    EXPECT_TRUE(queue.push([&] { order += "c"; }));
  }));
  EXPECT_FALSE(queue.push([&] { order += "b"; }));
  EXPECT_TRUE(queue.run());
  EXPECT_EQ(order, "ab");
  EXPECT_TRUE(queue.run());
  EXPECT_EQ(order, "abc");
  EXPECT_FALSE(queue.run());
}

TEST(WorkQueueTest, WhatAFunctionHoldsIsReleasedBeforeTheNextOneRuns) {
  WorkQueue queue;
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = held;
  EXPECT_TRUE(queue.push([held] { ++*held; }));
  held.reset();
  bool is_released = false;
  EXPECT_FALSE(queue.push([&] { is_released = watched.expired(); }));
  queue.run();
  EXPECT_TRUE(is_released);
}

TEST(WorkQueueTest, ClearedWorkIsDestroyedWithoutRunning) {
  WorkQueue queue;
  auto held = std::make_shared<int>(0);
  EXPECT_TRUE(queue.push([held] { ++*held; }));
  queue.clear();
  EXPECT_FALSE(queue.run());
  EXPECT_EQ(*held, 0);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace duplex::transport
