#include "process_memory.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace duplex::bench {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// The number behind a label at the beginning of a line, which is one of kibibytes.
std::optional<std::uint64_t> parse_bytes(std::string_view text, const std::string& label) {
  const std::string line = "\n" + label + ":";
  const std::size_t found = text.find(line);
  if (found == std::string_view::npos) return {};
  std::string_view number = text.substr(found + line.size());
  number.remove_prefix(std::min(number.find_first_not_of(' '), number.size()));
  std::uint64_t kibibytes = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), kibibytes).ec != std::errc()) return {};
  return kibibytes * 1024;
}

}  // namespace

std::optional<std::uint64_t> private_bytes_of(pid_t process) {
  return parse_proportional_bytes(read_file("/proc/" + std::to_string(process) + "/smaps_rollup"));
}

std::optional<std::uint64_t> parse_proportional_bytes(std::string_view smaps_rollup) {
  return parse_bytes(smaps_rollup, "Pss");
}

MachineMemory machine_memory() { return parse_machine_memory(read_file("/proc/meminfo")); }

MachineMemory parse_machine_memory(std::string_view meminfo) {
  MachineMemory memory;
  memory.available_bytes = parse_bytes(meminfo, "MemAvailable").value_or(0);
  for (const char* label : {"Slab", "KernelStack", "PageTables"}) {
    memory.kernel_bytes += parse_bytes(meminfo, label).value_or(0);
  }
  return memory;
}

}  // namespace duplex::bench
