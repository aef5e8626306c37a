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

/// Of the whole machine (/proc/meminfo); 0 where the kernel does not say.
struct MachineMemory {
  std::uint64_t available_bytes = 0;
  std::uint64_t kernel_bytes = 0;  ///< its slabs, and what is in its page tables and stacks
};
MachineMemory machine_memory();
MachineMemory parse_machine_memory(std::string_view meminfo);

}  // namespace duplex::bench
