#include "transport/socket/listening_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "transport/endpoint.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

namespace {

// As long as the system allows, whose net.core.somaxconn caps it: a burst of clients that come back after a
// restart must not be turned away.
constexpr int backlog_max = 65'535;

bool set_option(const Descriptor& socket, int level, int name, int value) {
  return setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
}

bool set_options(const Descriptor& socket, sa_family_t family, PortSharing sharing) {
  if (!set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1)) return false;
  // An accepted socket has the options of the one that listened: once for all spares a call for each.
  if (!set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1)) return false;
  if (sharing == PortSharing::shared && !set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return false;
  // The system's default may be either; the same "::" must mean the same on every machine.
  return family != AF_INET6 || set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
}

/// Nothing, with errno set, when it does not work.
Descriptor listen_on(const SocketAddress& address, PortSharing sharing) {
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return socket;
  const bool is_listening = set_options(socket, address.family(), sharing) &&
                            bind(socket.get(), address.data(), address.size()) == 0 &&
                            listen(socket.get(), backlog_max) == 0;
  if (is_listening) return socket;
  const int error = errno;
  socket.close();
  errno = error;
  return socket;
}

Error cannot_listen(const Endpoint& endpoint, const std::string& reason) {
  return {ErrorKind::environment, "cannot listen on " + endpoint_text(endpoint) + ": " + reason};
}

}  // namespace

Result<Descriptor> open_listening_socket(const Endpoint& endpoint, PortSharing sharing) {
  auto addresses = look_up(endpoint);
  if (!addresses) return cannot_listen(endpoint, addresses.error().message);
  std::stable_partition(addresses->begin(), addresses->end(),
                        [](const SocketAddress& address) { return address.family() == AF_INET; });
  int first_error = 0;
  for (const SocketAddress& address : *addresses) {
    Descriptor socket = listen_on(address, sharing);
    if (socket) return socket;
    if (first_error == 0) first_error = errno;
  }
  return cannot_listen(endpoint, system_text(first_error));
}

bool has_connection_waiting(const Descriptor& socket) {
  pollfd listening{.fd = socket.get(), .events = POLLIN, .revents = 0};
  return ::poll(&listening, 1, 0) != 0;
}

std::uint16_t local_port(const Descriptor& socket) {
  SocketAddress address;
  socklen_t size = SocketAddress::size_max;
  getsockname(socket.get(), address.data(), &size);
  return address.port();
}

}  // namespace duplex::transport
