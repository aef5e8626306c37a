// Who is at the other end of a stream.
#pragma once

#include <cstdint>
#include <string>

#include "transport/socket/socket_address.hpp"

namespace duplex::transport {

/// An address in eight bytes: one of IPv4 stands in them, any other lies on the heap. Every idle stream keeps
/// one, because the system forgets it with the connection, and a log line may come after that.
class RemoteAddress {
 public:
  explicit RemoteAddress(const SocketAddress& address);
  ~RemoteAddress();
  RemoteAddress(const RemoteAddress&) = delete;
  RemoteAddress& operator=(const RemoteAddress&) = delete;

  std::string text() const;

 private:
  /// Of host, port and this mark. No pointer has this bit, because what it points to is aligned.
  static constexpr std::uint64_t ipv4_mark = 1;

  bool is_ipv4() const { return (bits_ & ipv4_mark) != 0; }
  SocketAddress* on_heap() const { return reinterpret_cast<SocketAddress*>(bits_); }

  std::uint64_t bits_;
};

}  // namespace duplex::transport
