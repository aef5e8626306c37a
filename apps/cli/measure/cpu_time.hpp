// How much CPU a process has used, as the kernel counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace duplex::cli {

/// CPU of all threads of a process since it began. A value.
struct CpuTime {
  std::uint64_t total_ns = 0;  ///< from schedstat: exact
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;  ///< from stat, in sysconf(_SC_CLK_TCK): only good for the share of each
};

/// Nothing when there is no such process (or no /proc).
std::optional<CpuTime> cpu_time_of(pid_t process);

/// The two tick counts of a line of /proc/PID/stat; the name in it may hold spaces and parentheses.
std::optional<CpuTime> parse_process_stat(std::string_view line);

/// What a process used between two readings, in all and apart.
struct CpuUse {
  double total_ns = 0;
  double user_ns = 0;
  double system_ns = 0;
};
CpuUse cpu_use_between(const CpuTime& before, const CpuTime& after);

}  // namespace duplex::cli
