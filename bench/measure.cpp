#include "measure.hpp"

#include <algorithm>
#include <optional>

#include "lanes.hpp"
#include "meter.hpp"
#include "stretch.hpp"

namespace duplex::bench {

using Json = nlohmann::ordered_json;

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
  return measure_load(options, *lanes, tally);
}

Json measure_idle(const LoadOptions& options) {
  std::uint64_t echoed = 0;
  Lanes lanes(options, [&](Lane&, std::size_t messages, Clock::time_point) { echoed += messages; });
  const std::uint64_t start_bytes = memory_of_server(options);
  const auto bytes_per_connection = [&] {
    lanes.run_for(options.duration_s);
    // A server may also have given pages back meanwhile.
    const std::uint64_t bytes = std::max(memory_of_server(options), start_bytes);
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
