// Counts durations in fixed memory, so that a measurement of hours costs what one of seconds does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace duplex::cli {

/// Durations in nanoseconds. Below 64 ns exact; above, every power of two is cut into 64 equal parts, so that
/// a percentile is at most 1.6 % off. A value.
class LatencyHistogram {
 public:
  void add(std::uint64_t duration_ns);
  std::uint64_t count() const { return count_; }
  std::uint64_t max_ns() const { return max_ns_; }
  /// The duration that `fraction` (0 to 1) of all durations do not exceed; 0 without any.
  std::uint64_t percentile_ns(double fraction) const;

 private:
  static constexpr std::size_t part_bits = 6;
  static constexpr std::size_t parts = std::size_t{1} << part_bits;
  static constexpr std::size_t buckets = (64 - part_bits + 1) * parts;

  static std::size_t bucket_of(std::uint64_t duration_ns);
  static std::uint64_t highest_in(std::size_t bucket);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace duplex::cli
