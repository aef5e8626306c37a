#include "transport/timer_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include "transport/function_timer.hpp"

namespace duplex::transport {
namespace {

using testing::FunctionTimer;

using namespace std::chrono_literals;

class TimerHeapTest : public ::testing::Test {
 protected:
  /// A timer that adds its name to `order`.
  std::unique_ptr<FunctionTimer> make(std::string name) {
    return std::make_unique<FunctionTimer>([this, name = std::move(name)] { order += name; });
  }

  const TimePoint start{1000s};
  TimerHeap heap;
  std::string order;
};

TEST_F(TimerHeapTest, NothingIsDueBeforeItsDeadline) {
  auto a = make("a");
  heap.schedule(*a, start + 1ns);
  EXPECT_FALSE(heap.expire(start));
  EXPECT_TRUE(heap.expire(start + 1ns));
  EXPECT_EQ(order, "a");
  EXPECT_FALSE(a->is_scheduled());
}

TEST_F(TimerHeapTest, EqualDeadlinesExpireInTheOrderOfScheduling) {
  std::deque<std::unique_ptr<FunctionTimer>> timers;
  std::string expected;
  for (char name = 'a'; name <= 'z'; ++name) {
    timers.push_back(make({name}));
    heap.schedule(*timers.back(), start);
    expected += name;
  }
  heap.expire(start);
  EXPECT_EQ(order, expected);
}

TEST_F(TimerHeapTest, SchedulingAgainMovesTheTimerToTheEndOfItsEquals) {
  auto a = make("a"), b = make("b");
  heap.schedule(*a, start);
  heap.schedule(*b, start);
  heap.schedule(*a, start);
  heap.expire(start);
  EXPECT_EQ(order, "ba");
}

TEST_F(TimerHeapTest, ADestroyedTimerIsGone) {
  auto a = make("a"), b = make("b");
  heap.schedule(*a, start);
  heap.schedule(*b, start);
  a.reset();
  heap.expire(start);
  EXPECT_EQ(order, "b");
}

TEST_F(TimerHeapTest, ACallbackMayRescheduleItsOwnTimer) {
  int count = 0;
  std::unique_ptr<FunctionTimer> timer;
  timer = std::make_unique<FunctionTimer>([&] {
    ++count;
    heap.schedule(*timer, start);
  });
  heap.schedule(*timer, start);
  heap.expire(start);
  EXPECT_EQ(count, 1);  // the same call does not run it again, or it would never end
  heap.expire(start);
  EXPECT_EQ(count, 2);
  timer.reset();
}

TEST_F(TimerHeapTest, ACallbackMayRescheduleAndCancelItsOwnTimer) {
  std::unique_ptr<FunctionTimer> timer;
  timer = std::make_unique<FunctionTimer>([&] {
    order += "x";
    heap.schedule(*timer, start);
    heap.cancel(*timer);
  });
  heap.schedule(*timer, start);
  heap.expire(start);
  EXPECT_FALSE(heap.expire(start));
  EXPECT_EQ(order, "x");
}

TEST_F(TimerHeapTest, ACallbackMayDestroyItsOwnTimer) {
  std::unique_ptr<FunctionTimer> timer;
  auto kept_alive = std::make_shared<std::string>("text");
  timer = std::make_unique<FunctionTimer>([&, kept_alive] {
    timer.reset();
    order += *kept_alive;  // what the function holds must outlive the timer
  });
  heap.schedule(*timer, start);
  heap.expire(start);
  EXPECT_EQ(order, "text");
}

TEST_F(TimerHeapTest, ACallbackMayCancelMoveAndDestroyOthersThatAreDueToo) {
  auto cancelled = make("cancelled"), moved = make("moved"), destroyed = make("destroyed"),
       last = make("last");
  FunctionTimer first([&] {
    heap.cancel(*cancelled);
    heap.schedule(*moved, start + 1s);
    destroyed.reset();
  });
  heap.schedule(first, start);
  for (Timer* timer : {cancelled.get(), moved.get(), destroyed.get(), last.get()})
    heap.schedule(*timer, start);
  heap.expire(start);
  EXPECT_EQ(order, "last");
  EXPECT_EQ(heap.next_deadline(), start + 1s);
  heap.expire(start + 1s);
  EXPECT_EQ(order, "lastmoved");
}

TEST_F(TimerHeapTest, WhatACallbackSchedulesForThePastWaitsForTheNextCall) {
  auto early = make("early ");
  auto late = make("late ");
  FunctionTimer first([&] { heap.schedule(*early, start - 1s); });
  heap.schedule(first, start);
  heap.schedule(*late, start);
  heap.expire(start);
  EXPECT_EQ(order, "late ");
  heap.expire(start);
  EXPECT_EQ(order, "late early ");
}

TEST_F(TimerHeapTest, ATimerThatIsNotScheduledMayOutliveItsHeap) {
  auto timer = make("a");
  auto other_heap = std::make_unique<TimerHeap>();
  other_heap->schedule(*timer, start);
  other_heap->expire(start);
  other_heap.reset();
  heap.schedule(*timer, start);
  heap.expire(start);
  EXPECT_EQ(order, "aa");
}

TEST_F(TimerHeapTest, ThousandsOfTimersThatMoveAndVanishStillExpireInOrder) {
  std::mt19937 random(1);
  const auto some_time = [&] { return start + std::chrono::milliseconds(random() % 1000); };
  std::vector<TimePoint> expired_at, deadlines(2000);
  std::deque<std::unique_ptr<FunctionTimer>> timers;
  for (std::size_t index = 0; index < deadlines.size(); ++index) {
    timers.push_back(std::make_unique<FunctionTimer>([&, index] { expired_at.push_back(deadlines[index]); }));
    heap.schedule(*timers[index], deadlines[index] = some_time());
  }
  for (int move = 0; move < 5000; ++move) {
    const std::size_t index = random() % deadlines.size();
    if (timers[index]) heap.schedule(*timers[index], deadlines[index] = some_time());
    if (move % 10 == 0) timers[random() % deadlines.size()].reset();
  }
  const auto alive =
      std::count_if(timers.begin(), timers.end(), [](const auto& timer) { return timer != nullptr; });

  for (TimePoint now = start; now < start + 1s; now += 7ms) {
    heap.expire(now);
    EXPECT_TRUE(expired_at.empty() || expired_at.back() <= now);
    EXPECT_TRUE(heap.empty() || *heap.next_deadline() > now);
  }
  heap.expire(start + 1s);
  EXPECT_EQ(expired_at.size(), static_cast<std::size_t>(alive));
  EXPECT_TRUE(std::is_sorted(expired_at.begin(), expired_at.end()));
}

}  // namespace
}  // namespace duplex::transport
