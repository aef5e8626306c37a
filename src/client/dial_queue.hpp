// One opening handshake at a time per host (RFC 6455 §4.1 step 2), so that a client cannot be made to flood
// one.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>

#include "client/dialer.hpp"

namespace duplex::client {

/// Starts dialers in the order in which they came, so many at once per host, whatever the port.
/// Loop thread only; holds no dialer alive.
class DialQueue {
 public:
  explicit DialQueue(std::size_t handshakes_per_host_max)
      : handshakes_per_host_max_(handshakes_per_host_max) {}

  /// Starts the dialer now, or when its turn comes.
  void add(Dialer& dialer);
  /// It is over, or never had its turn.
  void remove(Dialer& dialer);

 private:
  struct Host {
    std::size_t under_way = 0;
    std::deque<Dialer*> waiting;
  };

  const std::size_t handshakes_per_host_max_;
  std::map<std::string, Host> hosts_;
};

}  // namespace duplex::client
