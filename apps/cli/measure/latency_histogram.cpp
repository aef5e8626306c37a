#include "latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace duplex::cli {

void LatencyHistogram::add(std::uint64_t duration_ns) {
  ++counts_[bucket_of(duration_ns)];
  ++count_;
  max_ns_ = std::max(max_ns_, duration_ns);
}

std::uint64_t LatencyHistogram::percentile_ns(double fraction) const {
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return std::min(highest_in(bucket), max_ns_);
  }
  return max_ns_;
}

std::size_t LatencyHistogram::bucket_of(std::uint64_t duration_ns) {
  if (duration_ns < parts) return static_cast<std::size_t>(duration_ns);
  // The leading bit names the power of two, the bits behind it the part.
  const auto shift = static_cast<std::size_t>(std::bit_width(duration_ns)) - 1 - part_bits;
  return (shift + 1) * parts + (static_cast<std::size_t>(duration_ns >> shift) - parts);
}

std::uint64_t LatencyHistogram::highest_in(std::size_t bucket) {
  if (bucket < parts) return bucket;
  const std::size_t shift = bucket / parts - 1;
  const std::uint64_t leading = parts + bucket % parts;
  return ((leading + 1) << shift) - 1;
}

}  // namespace duplex::cli
