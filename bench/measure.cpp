#include "measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>

#include "cli/measure/cpu_time.hpp"
#include "cli/measure/latency_histogram.hpp"
#include "lanes.hpp"
#include "process_memory.hpp"

namespace duplex::bench {
namespace {

using Json = nlohmann::ordered_json;

/// What one measured stretch of time brought.
struct Tally {
  std::uint64_t messages = 0;
  cli::LatencyHistogram latency;

  void add(std::uint64_t count, Clock::duration duration) {
    messages += count;
    const auto duration_ns = std::chrono::nanoseconds(duration).count();
    for (; count > 0; --count) latency.add(static_cast<std::uint64_t>(duration_ns));
  }
};

cli::CpuTime cpu_time(pid_t process) {
  const auto time = cli::cpu_time_of(process);
  if (!time) quit("no CPU time of process " + std::to_string(process));
  return *time;
}

std::uint64_t memory_bytes(pid_t process) {
  const auto bytes = private_bytes_of(process);
  if (!bytes) quit("no memory of process " + std::to_string(process));
  return *bytes;
}

/// Warms up, then lets the load run for the time of the measurement.
Json measure(const LoadOptions& options, Lanes& lanes, Tally& tally) {
  lanes.run_for(options.warm_up_s);
  tally = Tally{};
  const std::uint64_t bytes_before = lanes.bytes_received();
  const auto own_before = cpu_time(getpid());
  const auto server_before = cpu_time(options.server_process);
  const auto begin = Clock::now();
  lanes.run_for(options.duration_s);
  const double duration_s = std::chrono::duration<double>(Clock::now() - begin).count();
  const auto server = cli::cpu_use_between(server_before, cpu_time(options.server_process));
  const auto own = cli::cpu_use_between(own_before, cpu_time(getpid()));
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
      {"received_bytes", static_cast<double>(lanes.bytes_received() - bytes_before) / messages},
      {"p50_us", microseconds(0.5)},
      {"p99_us", microseconds(0.99)},
      {"p999_us", microseconds(0.999)},
  };
}

}  // namespace

Json measure_echo(const LoadOptions& options) {
  Tally tally;
  std::optional<Lanes> lanes;
  lanes.emplace(options, [&](Lane& lane, std::size_t messages, Clock::time_point now) {
    for (std::size_t message = 0; message < messages; ++message) {
      tally.add(1, now - lane.take_oldest_send_time());
    }
    lanes->send(lane, messages, now);
  });
  lanes->open(options.connections, "/");
  for (std::size_t index = 0; index < lanes->size(); ++index) {
    lanes->send((*lanes)[index], options.depth, Clock::now());
  }
  return measure(options, *lanes, tally);
}

Json measure_fan_out(const LoadOptions& options) {
  Tally tally;
  std::optional<Lanes> lanes;
  Clock::time_point published_at;
  std::size_t missing = 0;  // deliveries of the message that was published last
  const auto publish = [&](Clock::time_point now) {
    missing = options.connections;
    published_at = now;
    lanes->send((*lanes)[options.connections], 1, now);
  };
  lanes.emplace(options, [&](Lane&, std::size_t messages, Clock::time_point now) {
    tally.add(messages, now - published_at);
    missing -= messages;
    if (missing == 0) publish(now);
  });
  lanes->open(options.connections, "/sub");
  lanes->open(1, "/pub");
  // A server may subscribe a connection just after its 101; nothing that can be seen from here says when.
  lanes->run_for(options.warm_up_s);
  publish(Clock::now());
  return measure(options, *lanes, tally);
}

Json measure_idle(const LoadOptions& options) {
  std::uint64_t echoed = 0;
  Lanes lanes(options, [&](Lane&, std::size_t messages, Clock::time_point) { echoed += messages; });
  const std::uint64_t start_bytes = memory_bytes(options.server_process);
  const auto bytes_per_connection = [&] {
    lanes.run_for(options.duration_s);
    // A server may also have given pages back meanwhile.
    const std::uint64_t bytes = std::max(memory_bytes(options.server_process), start_bytes);
    return static_cast<double>(bytes - start_bytes) / static_cast<double>(options.connections);
  };
  lanes.open(options.connections, "/");
  const double opened_bytes = bytes_per_connection();
  for (std::size_t index = 0; index < lanes.size(); ++index) {
    lanes.send(lanes[index], 1, Clock::now());
    lanes.run_until([&] { return echoed > index; });
  }
  return {{"connections", options.connections},
          {"start_bytes", start_bytes},
          {"opened_bytes", opened_bytes},
          {"echoed_bytes", bytes_per_connection()}};
}

}  // namespace duplex::bench
