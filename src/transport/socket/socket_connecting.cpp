#include "transport/socket/socket_connecting.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "transport/socket/socket_error.hpp"
#include "transport/socket/stream_socket.hpp"

namespace duplex::transport {

namespace {

SocketAddress socket_address(const Endpoint& address) {
  const auto parsed = numeric_address(address);
  DUPLEX_ASSERT(parsed.has_value());  // a name: resolve() comes first
  return *parsed;
}

}  // namespace

SocketConnecting::SocketConnecting(SocketLoop& loop, const Endpoint& address, ConnectListener& listener)
    : loop_(loop), listener_(listener), address_(socket_address(address)) {
  loop_.sources().serve_again(*this);
}

SocketConnecting::~SocketConnecting() { loop_.unwatch(socket_, *this); }

void SocketConnecting::handle_events(std::uint32_t) {
  if (!socket_) return start();
  // The socket is watched only after connect(), so any news is that the attempt ended.
  loop_.unwatch(socket_, *this);
  const int error = take_pending_error(socket_);
  if (error != 0) return fail(system_text(error));
  succeed();
}

void SocketConnecting::start() {
  socket_ = Descriptor(::socket(address_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return fail(system_text(errno));
  disable_delay(socket_);
  if (::connect(socket_.get(), address_.data(), address_.size()) != 0 && errno != EINPROGRESS)
    return fail(system_text(errno));
  if (!loop_.watch(socket_, *this, POLLOUT)) fail(system_text(errno));
}

void SocketConnecting::succeed() {
  auto stream = loop_.adopt(std::move(socket_), address_);
  if (!stream) return fail(stream.error().message);
  listener_.handle_connected(std::move(*stream));
}

void SocketConnecting::fail(const std::string& reason) {
  const std::string text = "cannot connect to " + address_.text() + ": " + reason;
  listener_.handle_connect_failed(Error(ErrorKind::environment, text));
}

}  // namespace duplex::transport
