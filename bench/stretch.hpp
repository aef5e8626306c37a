// A stretch of time in which load runs, and what it cost the server.
#pragma once

#include <cstdint>
#include <functional>

#include <nlohmann/json.hpp>

#include "lanes.hpp"
#include "load_options.hpp"
#include "meter.hpp"

namespace duplex::bench {

/// Costs, rates and percentiles of what `run` lets happen. The lanes' owner counts it in the tally, which
/// begins anew here.
nlohmann::ordered_json measure_stretch(const LoadOptions& options, const Lanes& lanes, Tally& tally,
                                       const std::function<void()>& run);
/// The same of a load that is under way: warms up, then runs for the duration of the options, and until there
/// is something to count.
nlohmann::ordered_json measure_load(const LoadOptions& options, Lanes& lanes, Tally& tally);

/// What the server has to itself now. Ends the program when nobody can tell.
std::uint64_t memory_of_server(const LoadOptions& options);

}  // namespace duplex::bench
