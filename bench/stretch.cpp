#include "stretch.hpp"

#include <string>

#include "process_memory.hpp"
#include "socket.hpp"

namespace duplex::bench {

using Json = nlohmann::ordered_json;

namespace {

/// As long as was asked for, and until there is something to count: a large message may take longer.
void run_for(Lanes& lanes, double duration_s, const Tally& tally, std::uint64_t messages_min) {
  lanes.run_for(duration_s);
  lanes.run_until([&] { return tally.messages >= messages_min; });
}

}  // namespace

Json measure_stretch(const LoadOptions& options, const Lanes& lanes, Tally& tally,
                     const std::function<void()>& run) {
  tally = Tally{};
  const std::uint64_t bytes_before = lanes.bytes_received();
  const Meter meter(options.server_process);
  run();
  Json figures = meter.figures(tally);
  figures["received_bytes"] =
      static_cast<double>(lanes.bytes_received() - bytes_before) / static_cast<double>(tally.messages);
  return figures;
}

Json measure_load(const LoadOptions& options, Lanes& lanes, Tally& tally) {
  constexpr std::uint64_t messages_min = 4;
  run_for(lanes, options.warm_up_s, tally, 1);
  return measure_stretch(options, lanes, tally,
                         [&] { run_for(lanes, options.duration_s, tally, messages_min); });
}

std::uint64_t memory_of_server(const LoadOptions& options) {
  const auto bytes = private_bytes_of(options.server_process);
  if (!bytes) quit("no memory of process " + std::to_string(options.server_process));
  return *bytes;
}

}  // namespace duplex::bench
