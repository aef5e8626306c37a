// The two queues shared with the kernel: what it is asked to do, and what it did.
#pragma once

#include <liburing.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include <duplex/errors.hpp>

#include "base/assert.hpp"

namespace duplex::transport {

/// An io_uring that one thread uses. Created disabled, so that it may be made by another thread than the one
/// that will run the loop: who enables it has it.
class Ring {
 public:
  Ring() = default;
  ~Ring() { close(); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// The errno when the system does not give us one, else 0.
  [[nodiscard]] int open();
  void close();
  /// The calling thread becomes the only one that may enter. Once.
  void enable();
  bool is_enabled() const { return is_enabled_; }
  int descriptor() const { return ring_.ring_fd; }
  unsigned features() const { return ring_.features; }

  /// Whether this is the thread that enabled the ring. Others can only let go of it.
  bool may_enter() const { return is_enabled_ && thread_ == std::this_thread::get_id(); }

  /// An entry of the submission queue, for one of io_uring_prep_*(), which set all but user_data. When the
  /// queue is full, it is submitted first. What is asked for by a thread that may not enter is never done.
  io_uring_sqe& next_entry();

  /// Submits what was prepared. Waits for one completion, if there is none, for at most `wait_max`; zero does
  /// not wait, nothing is for ever.
  void enter(std::optional<std::chrono::nanoseconds> wait_max);

  /// Takes one completion after the other out of the queue, also those for which it had no room.
  template<class Take>
  void take_completions(Take take) {
    for (;;) {
      const unsigned end = io_uring_smp_load_acquire(ring_.cq.ktail);
      unsigned head = *ring_.cq.khead;
      for (; head != end; ++head) take(std::as_const(ring_.cq.cqes[head & mask(ring_.cq)]));
      io_uring_smp_store_release(ring_.cq.khead, head);
      if (!has_overflown() || !may_enter()) return;
      enter(std::chrono::nanoseconds(0));
    }
  }

  static constexpr unsigned submissions_max = 2048;
  /// A turn of many connections at once has several per connection.
  static constexpr unsigned completions_max = 16384;

 private:
  template<class Queue>
  static unsigned mask(const Queue& queue) {
    return *queue.kring_mask;
  }
  bool has_overflown() const { return (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_CQ_OVERFLOW) != 0; }
  unsigned publish_submissions();

  io_uring ring_{};
  unsigned enter_flags_ = 0;
  std::thread::id thread_;
  bool is_open_ = false;
  bool is_enabled_ = false;
};

}  // namespace duplex::transport
