// The kinds of measurements, each from the first connection to its figures.
#pragma once

#include <nlohmann/json.hpp>

#include "load_options.hpp"

namespace duplex::bench {

/// Costs for each message, rates and percentiles. In a fan-out a message is one delivery.
nlohmann::ordered_json measure_echo(const LoadOptions& options);
nlohmann::ordered_json measure_fan_out(const LoadOptions& options);
/// In a fan-out; and what a delivery costs, and memory grows by, when a tenth of the subscribers does not
/// read.
nlohmann::ordered_json measure_stalled(const LoadOptions& options);
/// A message is one publication, and its one delivery.
nlohmann::ordered_json measure_topics(const LoadOptions& options);
/// The same, where a message is a connection that was opened, and closed again.
nlohmann::ordered_json measure_accept(const LoadOptions& options);
/// And how long all of them took that came at once, and how many were refused or lost.
nlohmann::ordered_json measure_burst(const LoadOptions& options);
/// What every connection of a crowd costs the server and the kernel, and how long one message to all takes.
nlohmann::ordered_json measure_crowd(const LoadOptions& options);
/// Bytes of the server's memory for each connection.
nlohmann::ordered_json measure_idle(const LoadOptions& options);

}  // namespace duplex::bench
