#include "cpu_time.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace duplex::cli {
namespace {

/// Sums the first number of every thread's schedstat: its time on a CPU, in nanoseconds.
std::uint64_t scheduled_ns(const std::filesystem::path& process) {
  std::uint64_t total_ns = 0;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator(process / "task", gone)) {
    std::ifstream schedstat(thread.path() / "schedstat");
    std::uint64_t thread_ns = 0;
    if (schedstat >> thread_ns) total_ns += thread_ns;
  }
  return total_ns;
}

}  // namespace

std::optional<CpuTime> cpu_time_of(pid_t process) {
  const std::filesystem::path folder = std::filesystem::path("/proc") / std::to_string(process);
  std::ifstream stat(folder / "stat");
  std::string line;
  if (!std::getline(stat, line)) return std::nullopt;
  auto time = parse_process_stat(line);
  if (time) time->total_ns = scheduled_ns(folder);
  return time;
}

std::optional<CpuTime> parse_process_stat(std::string_view line) {
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream fields{std::string(line.substr(name_end + 1))};
  std::string skipped;
  // The state is field 3, utime and stime are fields 14 and 15 (proc(5)).
  for (int field = 3; field < 14; ++field) fields >> skipped;
  CpuTime time;
  if (!(fields >> time.user_ticks >> time.system_ticks)) return std::nullopt;
  return time;
}

CpuUse cpu_use_between(const CpuTime& before, const CpuTime& after) {
  const auto user = static_cast<double>(after.user_ticks - before.user_ticks);
  const auto system = static_cast<double>(after.system_ticks - before.system_ticks);
  CpuUse use;
  use.total_ns = static_cast<double>(after.total_ns - before.total_ns);
  use.user_ns = user + system > 0 ? use.total_ns * user / (user + system) : 0;
  use.system_ns = use.total_ns - use.user_ns;
  return use;
}

}  // namespace duplex::cli
