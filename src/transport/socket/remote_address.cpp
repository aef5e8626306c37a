#include "transport/socket/remote_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <optional>

namespace duplex::transport {

namespace {

/// Also of an IPv4 peer of an IPv6 socket.
std::optional<in_addr> ipv4_host(const SocketAddress& address) {
  if (address.family() == AF_INET) return reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr;
  if (address.family() != AF_INET6) return std::nullopt;
  const in6_addr& host = reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr;
  if (!IN6_IS_ADDR_V4MAPPED(&host)) return std::nullopt;
  in_addr inner{};
  std::memcpy(&inner, &host.s6_addr[12], sizeof inner);
  return inner;
}

SocketAddress ipv4_address(in_addr_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = host;
  address.sin_port = htons(port);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

}  // namespace

RemoteAddress::RemoteAddress(const SocketAddress& address) {
  if (const auto host = ipv4_host(address)) {
    bits_ = std::uint64_t{host->s_addr} << 32 | std::uint64_t{address.port()} << 16 | ipv4_mark;
  } else {
    bits_ = reinterpret_cast<std::uintptr_t>(new SocketAddress(address));
  }
}

RemoteAddress::~RemoteAddress() {
  if (!is_ipv4()) delete on_heap();
}

std::string RemoteAddress::text() const {
  if (!is_ipv4()) return on_heap()->text();
  return ipv4_address(static_cast<in_addr_t>(bits_ >> 32), static_cast<std::uint16_t>(bits_ >> 16)).text();
}

}  // namespace duplex::transport
