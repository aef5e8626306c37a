// A listening socket on a loop over sockets.
#pragma once

#include <memory>
#include <string>

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Accepts a bounded number of connections per turn, and survives running out of descriptors: one is kept in
/// reserve, to accept with it and close at once. Otherwise the waiting clients would hang until they time
/// out, and nothing would ever tell the loop to try again.
class SocketListener final : public Listener, public EventSource {
 public:
  static Result<std::unique_ptr<Listener>> open(SocketLoop& loop, const Endpoint& endpoint,
                                                StreamAcceptor& acceptor, PortSharing sharing);

  SocketListener(SocketLoop& loop, StreamAcceptor& acceptor, Descriptor socket, std::string name);
  ~SocketListener() override;

  std::uint16_t port() const override { return port_; }
  void handle_events(std::uint32_t events) override;

  /// As many as that are taken in one turn, so that a storm of new connections leaves room for the old ones.
  static constexpr int accepts_per_turn_max = 512;

 private:
  enum class Outcome { accepted, refused, none_waiting, try_later };

  Outcome accept_next();
  Outcome accept_failed(int error);
  Outcome refuse_next(int error);
  Outcome try_later(int error);
  void complain(std::string_view reason);

  SocketLoop& loop_;
  StreamAcceptor& acceptor_;
  Descriptor socket_;
  Descriptor reserve_;
  std::uint16_t port_;
  std::string name_;
  Timer retry_;
  TimePoint next_complaint_;
};

}  // namespace duplex::transport
