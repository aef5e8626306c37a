#include "transport/socket/socket_address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/assert.hpp"
#include "transport/endpoint.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

static_assert(SocketAddress::size_max == sizeof(sockaddr_in6));

namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// Returns getaddrinfo's code; the list is only there when it is 0.
int get_addresses(const Endpoint& endpoint, int flags, AddressList& list) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  const int code = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  list.reset(found);
  return code;
}

std::string host_text(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  DUPLEX_ASSERT(inet_ntop(family, address, text.data(), text.size()) != nullptr);
  return text.data();
}

std::string ipv6_host_text(const sockaddr_in6& address) {
  const in6_addr& host = address.sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&host)) return host_text(AF_INET, &host.s6_addr[12]);
  const std::string zone = address.sin6_scope_id == 0 ? "" : "%" + std::to_string(address.sin6_scope_id);
  return host_text(AF_INET6, &host) + zone;
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) {
  std::memcpy(storage_.data(), address, std::min(size, size_max));
}

socklen_t SocketAddress::size() const {
  return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

std::uint16_t SocketAddress::port() const {
  // The port stands at the same place in both kinds of address.
  return ntohs(reinterpret_cast<const sockaddr_in*>(storage_.data())->sin_port);
}

std::string SocketAddress::host() const {
  if (family() == AF_INET6) return ipv6_host_text(*reinterpret_cast<const sockaddr_in6*>(storage_.data()));
  return host_text(AF_INET, &reinterpret_cast<const sockaddr_in*>(storage_.data())->sin_addr);
}

std::string SocketAddress::text() const { return endpoint_text(endpoint()); }

std::optional<SocketAddress> numeric_address(const Endpoint& endpoint) {
  AddressList list(nullptr, &freeaddrinfo);
  if (get_addresses(endpoint, AI_NUMERICHOST, list) != 0) return std::nullopt;
  return SocketAddress(list->ai_addr, list->ai_addrlen);
}

Result<std::vector<SocketAddress>> look_up(const Endpoint& endpoint) {
  AddressList list(nullptr, &freeaddrinfo);
  const int code = get_addresses(endpoint, 0, list);
  if (code == EAI_SYSTEM) return Error(ErrorKind::environment, system_text(errno));
  if (code != 0) return Error(ErrorKind::environment, gai_strerror(code));
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    addresses.emplace_back(each->ai_addr, each->ai_addrlen);
  }
  return addresses;
}

}  // namespace duplex::transport
