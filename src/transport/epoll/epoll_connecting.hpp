// A connection attempt on the epoll loop.
#pragma once

#include <memory>
#include <vector>

#include "transport/epoll/epoll_loop.hpp"
#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/resolver.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Resolves the host, then tries its addresses one after the other until one answers.
class EpollConnecting final : public Connecting, public EventSource {
 public:
  EpollConnecting(EpollLoop& loop, const Endpoint& endpoint, ConnectListener& listener);
  ~EpollConnecting() override;

  void handle_events(std::uint32_t events) override;

 private:
  void take_addresses(const Resolver::Addresses& addresses);
  void try_next_address();
  /// 0: it is under way.
  int start(const SocketAddress& address);
  void attempt_ended(int error);
  void succeed();
  void fail(const std::string& reason);

  EpollLoop& loop_;
  ConnectListener& listener_;
  Endpoint endpoint_;
  std::unique_ptr<Resolver::Question> question_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_address_ = 0;
  int last_error_ = 0;
  Descriptor socket_;  // of the attempt under way
};

}  // namespace duplex::transport
