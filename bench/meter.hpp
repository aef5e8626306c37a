// What a stretch of time cost the server, and what it brought.
#pragma once

#include <cstdint>

#include <sys/types.h>
#include <nlohmann/json.hpp>

#include "cli/measure/cpu_time.hpp"
#include "cli/measure/latency_histogram.hpp"
#include "lane.hpp"

namespace duplex::bench {

/// What one measured stretch of time brought.
struct Tally {
  std::uint64_t messages = 0;
  cli::LatencyHistogram latency;

  void add(std::uint64_t count, Clock::duration duration);
};

/// Measures from its construction on.
class Meter {
 public:
  explicit Meter(pid_t server_process);

  /// For each message of the tally. Ends the program when there is none: no figure is better than infinity.
  nlohmann::ordered_json figures(const Tally& tally) const;

 private:
  pid_t server_process_;
  cli::CpuTime own_before_;
  cli::CpuTime server_before_;
  Clock::time_point begin_;
};

}  // namespace duplex::bench
