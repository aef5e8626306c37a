#include "latency_histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace duplex::cli {
namespace {

TEST(LatencyHistogram, SaysNothingBeforeTheFirstDuration) {
  const LatencyHistogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_EQ(empty.percentile_ns(0.99), 0u);
}

TEST(LatencyHistogram, IsExactForShortDurations) {
  LatencyHistogram histogram;
  for (std::uint64_t duration = 1; duration <= 60; ++duration) histogram.add(duration);
  EXPECT_EQ(histogram.percentile_ns(0.5), 30u);
  EXPECT_EQ(histogram.percentile_ns(1), 60u);
}

TEST(LatencyHistogram, IsAtMostASixtiethOffForLongOnes) {
  for (std::uint64_t duration = 64; duration < 1'000'000'000'000; duration = duration * 5 / 4 + 7) {
    LatencyHistogram histogram;
    histogram.add(duration);
    histogram.add(std::numeric_limits<std::uint64_t>::max());
    EXPECT_GE(histogram.percentile_ns(0.5), duration);
    EXPECT_LE(histogram.percentile_ns(0.5), duration + duration / 60);
  }
}

TEST(LatencyHistogram, FindsTheFewSlowOnes) {
  LatencyHistogram histogram;
  for (int count = 0; count < 990; ++count) histogram.add(10);
  for (int count = 0; count < 10; ++count) histogram.add(50);
  EXPECT_EQ(histogram.percentile_ns(0.99), 10u);
  EXPECT_EQ(histogram.percentile_ns(0.991), 50u);
}

TEST(LatencyHistogram, TakesTheLongestDurationThereIs) {
  LatencyHistogram histogram;
  histogram.add(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.percentile_ns(0.5), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace duplex::cli
