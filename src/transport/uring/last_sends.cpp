#include "transport/uring/last_sends.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "transport/transport.hpp"

namespace duplex::transport {

namespace {

/// Sends what there is room for. False: all has gone out, or nothing ever will.
bool has_to_wait(Backlog& backlog) {
  if (backlog.is_unwanted) return false;
  const ConstBytes bytes = backlog.bytes();
  const ssize_t sent = ::send(backlog.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  backlog.consume(static_cast<std::size_t>(sent));
  return !backlog.bytes().empty();
}

void wait_for_room(const std::vector<std::unique_ptr<Backlog>>& backlogs, int wait_ms) {
  std::vector<pollfd> sockets;
  for (const auto& backlog : backlogs) {
    sockets.push_back({.fd = backlog->socket.get(), .events = POLLOUT, .revents = 0});
  }
  ::poll(sockets.data(), sockets.size(), wait_ms);
}

}  // namespace

void send_last(std::vector<std::unique_ptr<Backlog>> backlogs) {
  const TimePoint deadline = Clock::now() + std::chrono::milliseconds(last_sends_ms_max);
  for (;;) {
    std::erase_if(backlogs, [](const auto& backlog) { return !has_to_wait(*backlog); });
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (backlogs.empty() || left.count() <= 0) return;
    wait_for_room(backlogs, static_cast<int>(left.count()));
  }
}

}  // namespace duplex::transport
