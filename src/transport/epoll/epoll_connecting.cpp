#include "transport/epoll/epoll_connecting.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "transport/endpoint.hpp"
#include "transport/epoll/epoll_stream.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

EpollConnecting::EpollConnecting(EpollLoop& loop, const Endpoint& endpoint, ConnectListener& listener)
    : loop_(loop), listener_(listener), endpoint_(endpoint) {
  if (const auto address = numeric_address(endpoint)) {
    addresses_.push_back(*address);
    loop_.sources().serve_again(*this);
  } else {
    question_ = loop_.resolver().ask(endpoint, [this](const auto& addresses) { take_addresses(addresses); });
  }
}

EpollConnecting::~EpollConnecting() { loop_.unwatch(socket_, *this); }

void EpollConnecting::take_addresses(const Resolver::Addresses& addresses) {
  if (!addresses) return fail(addresses.error().message);
  addresses_ = *addresses;
  try_next_address();
}

void EpollConnecting::handle_events(std::uint32_t) {
  if (!socket_) return try_next_address();
  // The socket is watched only after connect(), so any news is that the attempt ended.
  attempt_ended(take_pending_error(socket_));
}

void EpollConnecting::try_next_address() {
  while (next_address_ < addresses_.size()) {
    last_error_ = start(addresses_[next_address_++]);
    if (last_error_ == 0) return;
  }
  fail(system_text(last_error_));
}

int EpollConnecting::start(const SocketAddress& address) {
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  if (::connect(socket.get(), address.data(), address.size()) != 0 && errno != EINPROGRESS) return errno;
  if (!loop_.watch(socket, *this, EPOLLOUT)) return errno;
  socket_ = std::move(socket);
  return 0;
}

void EpollConnecting::attempt_ended(int error) {
  loop_.unwatch(socket_, *this);
  if (error == 0) return succeed();
  last_error_ = error;
  socket_.close();
  try_next_address();
}

void EpollConnecting::succeed() {
  auto stream = EpollStream::open(loop_, std::move(socket_), addresses_[next_address_ - 1]);
  if (!stream) return fail(stream.error().message);
  listener_.handle_connected(std::move(*stream));
}

void EpollConnecting::fail(const std::string& reason) {
  const std::string text = "cannot connect to " + endpoint_text(endpoint_) + ": " + reason;
  listener_.handle_connect_failed(Error(ErrorKind::environment, text));
}

}  // namespace duplex::transport
