// The event loop over epoll, edge-triggered.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "transport/socket/descriptor.hpp"
#include "transport/socket/readiness.hpp"
#include "transport/socket/resolver.hpp"
#include "transport/socket/socket_loop.hpp"
#include "transport/socket/stream_socket.hpp"
#include "transport/socket/wake_up_time.hpp"
#include "transport/transport.hpp"
#include "transport/turn.hpp"

namespace duplex::transport {

/// A turn costs one epoll_wait and one look at the clock, however many sources have news. A source is
/// registered once, for all its life and for everything: no epoll_ctl per message.
class EpollLoop final : public SocketLoop {
 public:
  EpollLoop(Descriptor wake, Log log);
  ~EpollLoop() override;
  /// False: errno says why not.
  [[nodiscard]] bool open() {
    return readiness_.open() && readiness_.watch_wake(wake_) && wake_up_time_.open(readiness_);
  }

  TimePoint now() const override { return now_; }
  void schedule(Timer& timer, TimePoint deadline) override { turn_.timers.schedule(timer, deadline); }
  void cancel(Timer& timer) override { turn_.timers.cancel(timer); }
  void at_turn_end(TurnEnd& hook) override { turn_.ends.push_back(hook); }
  std::unique_ptr<Resolving> resolve(const Endpoint& endpoint, ResolveListener& listener) override {
    return resolver_.resolve(endpoint, listener);
  }
  void post(std::function<void()> work) override;
  bool is_loop_thread() const override { return loop_thread_ == std::this_thread::get_id(); }
  void run() override;
  void stop() override;
  bool run_once(std::chrono::milliseconds wait_max) override;

  // For the sources of this loop.

  [[nodiscard]] bool watch(const Descriptor& descriptor, EventSource& source, std::uint32_t events) override {
    return readiness_.watch(descriptor, source, events);
  }
  void unwatch(const Descriptor& descriptor, EventSource& source) override;
  Result<std::unique_ptr<Stream>> adopt(Descriptor socket, const SocketAddress& remote) override;
  SourceService& sources() override { return turn_.sources; }
  /// Lent to one source at a time, for one call of its owner.
  Bytes receive_buffer() { return {receive_buffer_.get(), receive_buffer_bytes}; }
  void log(std::string_view line) const override;

 private:
  void become_loop_thread();
  bool take_turn(int wait_max_ms);
  void wake();

  Descriptor wake_;
  Log log_;
  std::unique_ptr<std::byte[]> receive_buffer_;
  std::atomic<std::thread::id> loop_thread_;
  std::atomic<bool> is_stopping_ = false;

  TimePoint now_;
  Turn turn_;
  Readiness readiness_;
  WakeUpTime wake_up_time_;

  Resolver resolver_;  // last: gone first, so that its threads no longer post
};

}  // namespace duplex::transport
