// Internet addresses as the system wants them and as people read them.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transport/transport.hpp"

namespace duplex::transport {

/// An IPv4 or IPv6 address with its port. A value.
class SocketAddress {
 public:
  SocketAddress() = default;
  /// Copies a sockaddr_in or sockaddr_in6.
  SocketAddress(const sockaddr* address, socklen_t size);

  sa_family_t family() const { return data()->sa_family; }
  std::uint16_t port() const;
  /// "203.0.113.7" or "::1", with the zone of a link-local address: "fe80::1%2" (RFC 4007 §11). An IPv4 peer
  /// of an IPv6 socket reads as IPv4.
  std::string host() const;
  Endpoint endpoint() const { return {host(), port()}; }
  /// "203.0.113.7:51234" or "[::1]:51234".
  std::string text() const;

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(storage_.data()); }
  /// For system calls that fill in an address, together with size_max.
  sockaddr* data() { return reinterpret_cast<sockaddr*>(storage_.data()); }
  socklen_t size() const;
  /// As large as a sockaddr_in6.
  static constexpr socklen_t size_max = 28;

 private:
  alignas(4) std::array<std::byte, size_max> storage_{};
};

/// The endpoint's address when its host is a number.
std::optional<SocketAddress> numeric_address(const Endpoint& endpoint);

/// Asks the system for the addresses of a host, in the order to try them. May block for long.
Result<std::vector<SocketAddress>> look_up(const Endpoint& endpoint);

}  // namespace duplex::transport
