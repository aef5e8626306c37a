// The routes of the echo server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <duplex/server.hpp>

namespace spdlog {
class logger;
}

namespace duplex::cli {

struct EchoOptions {
  std::uint64_t message_bytes_max = Limits{}.message_bytes_max;
  std::vector<std::string> allowed_origins;
  CompressionOptions compression;
  bool has_topics = false;
};

/// The library's limits, changed to what an echo of such messages needs.
Limits echo_limits(const EchoOptions& options);

/// Gives `server` its routes: an echo on every path, the page on "/", and below "/.watched/" and "/.frames/"
/// what the page needs to show frames. Connections are logged unless `connection_log` is empty.
void serve_echo(Server& server, const EchoOptions& options, std::shared_ptr<spdlog::logger> connection_log);

}  // namespace duplex::cli
