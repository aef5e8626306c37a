#include "measure.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "lanes.hpp"
#include "meter.hpp"
#include "process_memory.hpp"

namespace duplex::bench {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t memory_bytes(pid_t process) {
  const auto bytes = private_bytes_of(process);
  if (!bytes) quit("no memory of process " + std::to_string(process));
  return *bytes;
}

/// As long as was asked for, and until there is something to count: a large message may take longer.
void run_for(Lanes& lanes, double duration_s, const Tally& tally, std::uint64_t messages_min) {
  lanes.run_for(duration_s);
  lanes.run_until([&] { return tally.messages >= messages_min; });
}

/// Warms up, then lets the load run for the time of the measurement.
Json measure(const LoadOptions& options, Lanes& lanes, Tally& tally) {
  constexpr std::uint64_t messages_min = 4;
  run_for(lanes, options.warm_up_s, tally, 1);
  tally = Tally{};
  const std::uint64_t bytes_before = lanes.bytes_received();
  const Meter meter(options.server_process);
  run_for(lanes, options.duration_s, tally, messages_min);
  Json figures = meter.figures(tally);
  figures["received_bytes"] =
      static_cast<double>(lanes.bytes_received() - bytes_before) / static_cast<double>(tally.messages);
  return figures;
}

}  // namespace

Json measure_echo(const LoadOptions& options) {
  Tally tally;
  std::optional<Lanes> lanes;
  const Lane* first_large = nullptr;  // and all behind it
  lanes.emplace(options, [&](Lane& lane, std::size_t messages, Clock::time_point now) {
    if (first_large != nullptr && &lane >= first_large) return lanes->send(lane, messages, now);
    for (std::size_t message = 0; message < messages; ++message) {
      tally.add(1, now - lane.take_oldest_send_time());
    }
    lanes->send(lane, messages, now);
  });
  lanes->open(options.connections, "/");
  lanes->open_large(options.large_connections, "/");
  if (options.large_connections > 0) first_large = &(*lanes)[options.connections];
  for (std::size_t index = 0; index < lanes->size(); ++index) {
    lanes->send((*lanes)[index], index < options.connections ? options.depth : 1, Clock::now());
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
  const double echoed_bytes = bytes_per_connection();
  lanes.close_all();
  return {{"connections", options.connections},
          {"start_bytes", start_bytes},
          {"opened_bytes", opened_bytes},
          {"echoed_bytes", echoed_bytes},
          {"closed_bytes", bytes_per_connection()}};
}

}  // namespace duplex::bench
