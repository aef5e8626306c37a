// Which descriptors have news, by epoll.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"

namespace duplex::transport {

/// Watches descriptors, edge-triggered, and knows who waits for their news. A source is registered once, for
/// all its life. One thread.
class Readiness {
 public:
  static constexpr int no_limit_ms = -1;

  /// False: errno says why not.
  [[nodiscard]] bool open();
  /// Has news of its own whenever one of the watched has.
  const Descriptor& descriptor() const { return epoll_; }

  [[nodiscard]] bool watch(const Descriptor& descriptor, EventSource& source, std::uint32_t events);
  /// Ends a wait() by each news of an eventfd or a timerfd. Edge-triggered, it never has to be read.
  [[nodiscard]] bool watch_wake(const Descriptor& descriptor);
  /// Also drops what was reported already and not yet handled.
  void unwatch(const Descriptor& descriptor, EventSource& source);

  /// Waits for news; returns how many there are. They have to be served before the next one.
  std::size_t wait(int timeout_ms);
  void serve(SourceService& sources);
  bool is_served() const { return unserved_.empty(); }

 private:
  static constexpr std::size_t events_per_turn_max = 512;

  Descriptor epoll_;
  std::array<epoll_event, events_per_turn_max> events_;
  std::span<epoll_event> unserved_;  // of events_, while they are being served
};

}  // namespace duplex::transport
