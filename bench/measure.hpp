// The three kinds of measurements, each from the first connection to its figures.
#pragma once

#include <nlohmann/json.hpp>

#include "load_options.hpp"

namespace duplex::bench {

/// Costs for each message, rates and percentiles. In a fan-out a message is one delivery.
nlohmann::ordered_json measure_echo(const LoadOptions& options);
nlohmann::ordered_json measure_fan_out(const LoadOptions& options);
/// Bytes of the server's memory for each connection.
nlohmann::ordered_json measure_idle(const LoadOptions& options);

}  // namespace duplex::bench
