// What the loops over the system's sockets offer to the sources that they have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// A loop that can watch descriptors: for listeners, connection attempts and signals, which are the same on
/// each of them.
class SocketLoop : public Loop {
 public:
  Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                           PortSharing sharing) final;
  std::unique_ptr<Connecting> connect(const Endpoint& address, ConnectListener& listener) final;
  Result<std::unique_ptr<SignalWatch>> watch_signal(int number, std::function<void()> arrived) final;

  /// Reports `events` (as poll(2) names them) and errors of the descriptor to the source until unwatch(),
  /// each of them once: what is not used up is not reported again. False: errno says why not.
  [[nodiscard]] virtual bool watch(const Descriptor& descriptor, EventSource& source,
                                   std::uint32_t events) = 0;
  /// Also drops what was reported already and not yet handled.
  virtual void unwatch(const Descriptor& descriptor, EventSource& source) = 0;
  /// Makes a connected, non-blocking socket, which sends without delay, a stream of this loop.
  virtual Result<std::unique_ptr<Stream>> adopt(Descriptor socket, const SocketAddress& remote) = 0;
  virtual SourceService& sources() = 0;
  virtual void log(std::string_view line) const = 0;
};

}  // namespace duplex::transport
