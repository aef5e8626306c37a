// A connection attempt on a loop over sockets.
#pragma once

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/socket/socket_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Begins in the turn after it was made, so that whatever fails at once is not reported from within
/// connect().
class SocketConnecting final : public Connecting, public EventSource {
 public:
  SocketConnecting(SocketLoop& loop, const Endpoint& address, ConnectListener& listener);
  ~SocketConnecting() override;

  void handle_events(std::uint32_t events) override;

 private:
  void start();
  void succeed();
  void fail(const std::string& reason);

  SocketLoop& loop_;
  ConnectListener& listener_;
  const SocketAddress address_;
  Descriptor socket_;  // once it has begun
};

}  // namespace duplex::transport
