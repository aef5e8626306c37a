#include "stalled_readers.hpp"

#include <poll.h>

#include "lane.hpp"
#include "socket.hpp"

namespace duplex::bench {

StalledReaders::StalledReaders(std::uint16_t port, std::size_t count, const std::string& path) {
  connections_.reserve(count);
  for (; count > 0; --count) {
    connections_.emplace_back(connect_to_loopback(port, Window::narrow));
    open_websocket(connections_.back(), port, path, {});
  }
}

std::size_t StalledReaders::wait_until_cut(double patience_s) const {
  constexpr int wait_ms = 10;
  const auto end = end_after(patience_s);
  std::vector<pollfd> open;
  for (const Connection& connection : connections_) open.push_back({connection.descriptor(), POLLRDHUP, 0});
  while (!open.empty() && Clock::now() < end) {
    if (poll(open.data(), open.size(), wait_ms) < 0) die("poll");
    std::erase_if(open, [](const pollfd& each) { return each.revents != 0; });
  }
  return connections_.size() - open.size();
}

}  // namespace duplex::bench
