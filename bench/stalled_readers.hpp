// Subscribers that do not read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "connection.hpp"

namespace duplex::bench {

/// Connections that are open and take nothing of what they are sent. The kernel holds little for them, as for
/// a client with a small window at the end of a real network: what comes soon waits in the server.
class StalledReaders {
 public:
  /// More than the kernel holds for one of them, at both ends together: 93 KB of short messages.
  static constexpr std::size_t bytes_until_full = 131'072;

  /// Blocks until all are open.
  StalledReaders(std::uint16_t port, std::size_t count, const std::string& path);

  /// Waits, for at most so long, until the server has cut all of them. Returns how many it has.
  std::size_t wait_until_cut(double patience_s) const;

 private:
  std::vector<Connection> connections_;
};

}  // namespace duplex::bench
