// A connection attempt on the epoll loop.
#pragma once

#include "transport/epoll/epoll_loop.hpp"
#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Begins in the turn after it was made, so that whatever fails at once is not reported from within
/// connect().
class EpollConnecting final : public Connecting, public EventSource {
 public:
  EpollConnecting(EpollLoop& loop, const Endpoint& address, ConnectListener& listener);
  ~EpollConnecting() override;

  void handle_events(std::uint32_t events) override;

 private:
  void start();
  void succeed();
  void fail(const std::string& reason);

  EpollLoop& loop_;
  ConnectListener& listener_;
  const SocketAddress address_;
  Descriptor socket_;  // once it has begun
};

}  // namespace duplex::transport
