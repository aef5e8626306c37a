#include "meter.hpp"

#include <unistd.h>

#include <chrono>
#include <string>

#include "socket.hpp"

namespace duplex::bench {
namespace {

cli::CpuTime cpu_time(pid_t process) {
  const auto time = cli::cpu_time_of(process);
  if (!time) quit("no CPU time of process " + std::to_string(process));
  return *time;
}

}  // namespace

void Tally::add(std::uint64_t count, Clock::duration duration) {
  messages += count;
  const auto duration_ns = std::chrono::nanoseconds(duration).count();
  for (; count > 0; --count) latency.add(static_cast<std::uint64_t>(duration_ns));
}

Meter::Meter(pid_t server_process)
    : server_process_(server_process),
      own_before_(cpu_time(getpid())),
      server_before_(cpu_time(server_process)),
      begin_(Clock::now()) {}

nlohmann::ordered_json Meter::figures(const Tally& tally) const {
  const double duration_s = std::chrono::duration<double>(Clock::now() - begin_).count();
  const auto server = cli::cpu_use_between(server_before_, cpu_time(server_process_));
  const auto own = cli::cpu_use_between(own_before_, cpu_time(getpid()));
  if (tally.messages == 0) quit("no message came back");
  const auto messages = static_cast<double>(tally.messages);
  const auto microseconds = [&](double fraction) {
    return static_cast<double>(tally.latency.percentile_ns(fraction)) / 1000;
  };
  return {
      {"messages", tally.messages},
      {"messages_per_s", messages / duration_s},
      {"server_ns", server.total_ns / messages},
      {"server_user_ns", server.user_ns / messages},
      {"server_system_ns", server.system_ns / messages},
      {"server_busy", server.total_ns / 1e9 / duration_s},
      {"own_busy", own.total_ns / 1e9 / duration_s},
      {"p50_us", microseconds(0.5)},
      {"p99_us", microseconds(0.99)},
      {"p999_us", microseconds(0.999)},
  };
}

}  // namespace duplex::bench
