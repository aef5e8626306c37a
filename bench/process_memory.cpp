#include "process_memory.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace duplex::bench {

std::optional<std::uint64_t> private_bytes_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
  return parse_proportional_bytes(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::optional<std::uint64_t> parse_proportional_bytes(std::string_view smaps_rollup) {
  constexpr std::string_view label = "\nPss:";
  const std::size_t found = smaps_rollup.find(label);
  if (found == std::string_view::npos) return {};
  std::string_view number = smaps_rollup.substr(found + label.size());
  number.remove_prefix(std::min(number.find_first_not_of(' '), number.size()));
  std::uint64_t kibibytes = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), kibibytes).ec != std::errc()) return {};
  return kibibytes * 1024;
}

}  // namespace duplex::bench
