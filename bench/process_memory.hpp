// How much memory a process has to itself, as the kernel counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace duplex::bench {

/// The proportional set size: pages of its own, and its share of those it has in common with others. Nothing
/// when there is no such process (or no /proc).
std::optional<std::uint64_t> private_bytes_of(pid_t process);

/// The line "Pss:" of /proc/PID/smaps_rollup.
std::optional<std::uint64_t> parse_proportional_bytes(std::string_view smaps_rollup);

}  // namespace duplex::bench
