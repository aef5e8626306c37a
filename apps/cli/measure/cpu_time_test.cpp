#include "cpu_time.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace duplex::cli {
namespace {

TEST(CpuTime, IsReadFromALineOfStat) {
  const auto time =
      parse_process_stat("42 (duplex) S 1 42 42 0 -1 4194304 151 0 0 0 1234 567 0 0 20 0 1 0 33 0 0");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->user_ticks, 1234u);
  EXPECT_EQ(time->system_ticks, 567u);
}

TEST(CpuTime, IsFoundBehindANameThatLooksLikeMoreFields) {
  const auto time = parse_process_stat("42 (a) S 9 9 (b) S 1 42 42 0 -1 4194304 151 0 0 0 12 56 0 0");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->user_ticks, 12u);
  EXPECT_EQ(time->system_ticks, 56u);
}

TEST(CpuTime, IsNotInvented) {
  EXPECT_FALSE(parse_process_stat(""));
  EXPECT_FALSE(parse_process_stat("42 (duplex) S 1 42"));
  EXPECT_FALSE(cpu_time_of(-1));
}

TEST(CpuTime, OfThisProcessIsKnown) {
  const auto time = cpu_time_of(getpid());
  ASSERT_TRUE(time);
  EXPECT_GT(time->total_ns, 0u);
}

TEST(CpuUse, SplitsTheExactTotalByTheTicks) {
  const CpuUse use = cpu_use_between({1'000, 10, 10}, {5'000, 11, 13});
  EXPECT_DOUBLE_EQ(use.total_ns, 4'000);
  EXPECT_DOUBLE_EQ(use.user_ns, 1'000);
  EXPECT_DOUBLE_EQ(use.system_ns, 3'000);
}

TEST(CpuUse, WithoutATickCountsAsSystem) {
  const CpuUse use = cpu_use_between({1'000, 10, 10}, {5'000, 10, 10});
  EXPECT_DOUBLE_EQ(use.user_ns, 0);
  EXPECT_DOUBLE_EQ(use.system_ns, 4'000);
}

}  // namespace
}  // namespace duplex::cli
