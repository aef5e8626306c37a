// The event loop over io_uring.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "transport/socket/descriptor.hpp"
#include "transport/socket/readiness.hpp"
#include "transport/socket/resolver.hpp"
#include "transport/socket/socket_loop.hpp"
#include "transport/socket/stream_socket.hpp"
#include "transport/socket/wake_up_time.hpp"
#include "transport/transport.hpp"
#include "transport/turn.hpp"
#include "transport/uring/backlog.hpp"
#include "transport/uring/completion.hpp"
#include "transport/uring/gathered_sends.hpp"
#include "transport/uring/receive_buffers.hpp"
#include "transport/uring/ring.hpp"
#include "transport/uring/slot_table.hpp"

namespace duplex::transport {

class UringStream;

/// A turn costs one system call, whatever it receives and sends: it submits what the turn before left to be
/// sent, waits, and brings the bytes that came.
class UringLoop final : public SocketLoop {
 public:
  UringLoop(Descriptor wake, Log log);
  ~UringLoop() override;
  /// The errno when the system does not give us what we need, else 0.
  [[nodiscard]] int open(ReceiveBuffers::Use use);

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
  void log(std::string_view line) const override;

  /// Its place, by which it has a ticket.
  std::uint32_t add_stream(UringStream& stream) { return streams_.add(&stream).index; }
  Ticket ticket(std::uint32_t place) const { return streams_.ticket(place); }
  /// What is still under way for it is not heard any more.
  void remove_stream(Ticket ticket) { streams_.take(ticket); }
  /// Receives until the end, an error, or cancel().
  void receive(int socket, Ticket stream);
  /// Reports that there is something to be read, until cancel().
  void watch_readable(int socket, Ticket stream);
  /// Lent to one stream at a time, for one call of its owner.
  Bytes receive_buffer() { return {receive_buffer_.get(), receive_buffer_bytes}; }
  /// Waits for an error without receiving.
  void watch_loss(int socket, Ticket stream);
  void cancel(Operation operation, Ticket ticket);
  GatheredSends& sends() { return sends_; }
  /// Sends it when there is room. Returns its place.
  std::uint32_t add_backlog(std::unique_ptr<Backlog> backlog);
  Backlog& backlog(std::uint32_t place) { return *backlogs_.at(place); }
  /// Closes the socket as soon as nothing under way refers to it.
  void close_later(Descriptor socket) { closing_.push_back(std::move(socket)); }

 private:
  using Wait = std::optional<std::chrono::nanoseconds>;

  void become_loop_thread();
  bool take_turn(Wait wait_max);
  void collect();
  void close_sockets();
  void serve(const io_uring_cqe& completion);
  void serve_received(const io_uring_cqe& completion);
  void serve_watched();
  void serve_backlog(const io_uring_cqe& completion);
  void submit(Backlog& backlog);
  /// Again and again, until it is cancelled.
  void poll(int descriptor, std::uint32_t events, std::uint64_t name);
  void watch_wake();
  void watch_readiness();
  void wake();

  Descriptor wake_;
  Log log_;
  std::atomic<std::thread::id> loop_thread_;
  std::atomic<bool> is_stopping_ = false;

  TimePoint now_;
  Turn turn_;

  SlotTable<UringStream*> streams_;
  // Listeners and attempts to connect are not watched by the ring itself, which holds on to a socket until
  // some time after its process is dead: a server that is started again at once would find its port in use.
  Readiness readiness_;
  WakeUpTime wake_up_time_;
  SlotTable<std::unique_ptr<Backlog>> backlogs_;
  std::vector<Descriptor> closing_;
  GatheredSends sends_;
  ReceiveBuffers buffers_;
  std::unique_ptr<std::byte[]> receive_buffer_;
  std::vector<io_uring_cqe> completions_;  // of this turn
  Ring ring_;                              // closed before the memory goes that it was lent

  Resolver resolver_;  // last: gone first, so that its threads no longer post
};

}  // namespace duplex::transport
