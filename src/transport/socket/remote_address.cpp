#include "transport/socket/remote_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <optional>
#include <string_view>

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

/// Every connection is asked for it, and inet_ntop() goes through printf().
std::string ipv4_text(std::uint32_t host, std::uint16_t port) {
  std::string text;
  text.reserve(std::string_view("255.255.255.255:65535").size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(host >> shift & 0xff);
    text += shift > 0 ? '.' : ':';
  }
  return text += std::to_string(port);
}

}  // namespace

RemoteAddress::RemoteAddress(const SocketAddress& address) {
  if (const auto host = ipv4_host(address)) {
    bits_ = std::uint64_t{ntohl(host->s_addr)} << 32 | std::uint64_t{address.port()} << 16 | ipv4_mark;
  } else {
    bits_ = reinterpret_cast<std::uintptr_t>(new SocketAddress(address));
  }
}

RemoteAddress::~RemoteAddress() {
  if (!is_ipv4()) delete on_heap();
}

std::string RemoteAddress::text() const {
  if (!is_ipv4()) return on_heap()->text();
  return ipv4_text(static_cast<std::uint32_t>(bits_ >> 32), static_cast<std::uint16_t>(bits_ >> 16));
}

}  // namespace duplex::transport
