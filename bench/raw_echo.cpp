// bench_raw_echo PORT [RECEIVE_BYTES]: a TCP echo with epoll and nothing else. What it costs is the price of
// the kernel; what a WebSocket server costs beyond it is its own. Edge-triggered, so that the kernel looks at
// a socket once for each event: with a hundred connections that is a tenth cheaper than level-triggered.
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

#include "socket.hpp"

namespace duplex::bench {

constexpr std::size_t receive_bytes_default = 65'536;
namespace {

constexpr std::size_t events_max = 512;

class RawEcho {
 public:
  RawEcho(std::uint16_t port, std::size_t receive_bytes_max)
      : listener_(listen_on_loopback(port)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        buffer_(receive_bytes_max) {
    watch(listener_.descriptor(), EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, events_max> events;
    for (;;) {
      const int count = epoll_wait(epoll_.descriptor(), events.data(), events.size(), -1);
      for (int index = 0; index < count; ++index) handle(events[static_cast<std::size_t>(index)]);
    }
  }

 private:
  void handle(const epoll_event& event) {
    const int descriptor = event.data.fd;
    if (descriptor == listener_.descriptor()) return accept_one();
    if (unsent_.contains(descriptor) && !send_rest(descriptor)) return;
    // A full buffer has more behind it, and no event would tell of that.
    while (echo(descriptor)) {
    }
  }

  void accept_one() {
    const int descriptor = accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    make_ready_for_load(descriptor);
    watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLET);
  }

  /// True: there may be more to read now.
  bool echo(int descriptor) {
    const ssize_t received = recv(descriptor, buffer_.data(), buffer_.size(), 0);
    if (received < 0 && errno == EAGAIN) return false;
    if (received <= 0) {
      close(descriptor);
      return false;
    }
    const auto bytes = static_cast<std::size_t>(received);
    const std::size_t sent = send_some(descriptor, {buffer_.data(), bytes});
    if (sent == bytes) return bytes == buffer_.size();
    // What does not fit waits, and nothing more is read until it is gone.
    unsent_[descriptor].assign(buffer_.data() + sent, bytes - sent);
    return false;
  }

  /// True: all is gone.
  bool send_rest(int descriptor) {
    std::string& rest = unsent_[descriptor];
    rest.erase(0, send_some(descriptor, rest));
    if (!rest.empty()) return false;
    unsent_.erase(descriptor);
    return true;
  }

  /// Nobody is there to read what a dead connection does not take: it counts as sent.
  static std::size_t send_some(int descriptor, std::string_view bytes) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? 0 : bytes.size();
    return static_cast<std::size_t>(sent);
  }

  void watch(int descriptor, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    if (epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, descriptor, &event) != 0) die("epoll_ctl");
  }

  Socket listener_;
  Socket epoll_;
  std::vector<char> buffer_;
  std::unordered_map<int, std::string> unsent_;
};

}  // namespace
}  // namespace duplex::bench

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: bench_raw_echo PORT [RECEIVE_BYTES]\n";
    return 2;
  }
  const std::size_t receive_bytes_max =
      argc == 3 ? std::stoul(argv[2]) : duplex::bench::receive_bytes_default;
  duplex::bench::RawEcho(static_cast<std::uint16_t>(std::stoi(argv[1])), receive_bytes_max).run();
}
