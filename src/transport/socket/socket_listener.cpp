#include "transport/socket/socket_listener.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "transport/endpoint.hpp"
#include "transport/socket/listening_socket.hpp"
#include "transport/socket/socket_address.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

namespace {

constexpr std::chrono::milliseconds retry_delay(100);
constexpr std::chrono::seconds complaint_interval(1);

Descriptor open_reserve() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

/// The connection died before we took it, or never was one (accept(2) lists these for TCP): the next may be
/// fine.
bool concerns_one_connection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case EPERM:
    case ENETDOWN:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<std::unique_ptr<Listener>> SocketListener::open(SocketLoop& loop, const Endpoint& endpoint,
                                                       StreamAcceptor& acceptor, PortSharing sharing) {
  auto socket = open_listening_socket(endpoint, sharing);
  if (!socket) return socket.error();
  const std::string name = endpoint_text(endpoint);
  auto listener = std::make_unique<SocketListener>(loop, acceptor, std::move(*socket), name);
  if (!listener->reserve_ || !loop.watch(listener->socket_, *listener, POLLIN)) {
    return Error(ErrorKind::environment, "cannot listen on " + name + ": " + system_text(errno));
  }
  return std::unique_ptr<Listener>(std::move(listener));
}

SocketListener::SocketListener(SocketLoop& loop, StreamAcceptor& acceptor, Descriptor socket,
                               std::string name)
    : loop_(loop),
      acceptor_(acceptor),
      socket_(std::move(socket)),
      reserve_(open_reserve()),
      port_(local_port(socket_)),
      name_(std::move(name)),
      retry_(*this, [](SocketListener& listener) { listener.loop_.sources().serve_again(listener); }),
      next_complaint_(loop.now()) {}

SocketListener::~SocketListener() { loop_.unwatch(socket_, *this); }

void SocketListener::handle_events(std::uint32_t) {
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  for (int taken = 0; taken < accepts_per_turn_max; ++taken) {
    // Most come alone, and accept4() in vain costs as much as ten of these questions: it makes a socket
    // first.
    if (taken == 1 && !has_connection_waiting(socket_)) return;
    const Outcome outcome = accept_next();
    if (outcome == Outcome::none_waiting || outcome == Outcome::try_later) return;
    if (!sources.is_serving(*this)) return;
  }
  loop_.sources().serve_again(*this);
}

SocketListener::Outcome SocketListener::accept_next() {
  SocketAddress remote;
  socklen_t size = SocketAddress::size_max;
  Descriptor socket(accept4(socket_.get(), remote.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) return accept_failed(errno);
  auto stream = loop_.adopt(std::move(socket), remote);
  if (stream) {
    acceptor_.handle_accept(std::move(*stream));
    return Outcome::accepted;
  }
  complain(stream.error().message);
  return Outcome::refused;
}

SocketListener::Outcome SocketListener::accept_failed(int error) {
  if (error == EAGAIN) return Outcome::none_waiting;
  if (concerns_one_connection(error)) return Outcome::refused;
  if (error == EMFILE || error == ENFILE) return refuse_next(error);
  return try_later(error);
}

SocketListener::Outcome SocketListener::refuse_next(int error) {
  reserve_.close();
  Descriptor refused(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const int second_error = refused ? 0 : errno;
  refused.close();
  reserve_ = open_reserve();
  // accept4() asks for a descriptor first and only then whether there is a connection to be had.
  if (second_error == EAGAIN) return Outcome::none_waiting;
  if (second_error != 0 && !concerns_one_connection(second_error)) return try_later(second_error);
  complain(system_text(error) + "; connections are refused");
  return Outcome::refused;
}

SocketListener::Outcome SocketListener::try_later(int error) {
  complain(system_text(error));
  // The edge is used up; without a reminder the connections that wait now would wait for the next one.
  loop_.schedule(retry_, loop_.now() + retry_delay);
  return Outcome::try_later;
}

void SocketListener::complain(std::string_view reason) {
  if (loop_.now() < next_complaint_) return;
  next_complaint_ = loop_.now() + complaint_interval;
  loop_.log("cannot accept on " + name_ + ": " + std::string(reason));
}

}  // namespace duplex::transport
