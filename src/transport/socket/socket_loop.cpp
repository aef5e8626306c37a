#include "transport/socket/socket_loop.hpp"

#include <utility>

#include "transport/socket/socket_connecting.hpp"
#include "transport/socket/socket_listener.hpp"
#include "transport/socket/socket_signal.hpp"

namespace duplex::transport {

Result<std::unique_ptr<Listener>> SocketLoop::listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                                     PortSharing sharing) {
  return SocketListener::open(*this, endpoint, acceptor, sharing);
}

std::unique_ptr<Connecting> SocketLoop::connect(const Endpoint& address, ConnectListener& listener) {
  return std::make_unique<SocketConnecting>(*this, address, listener);
}

Result<std::unique_ptr<SignalWatch>> SocketLoop::watch_signal(int number, std::function<void()> arrived) {
  return SocketSignal::open(*this, number, std::move(arrived));
}

}  // namespace duplex::transport
