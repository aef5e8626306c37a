#include "transport/uring/ring.hpp"

#include <cerrno>
#include <utility>

namespace duplex::transport {

int Ring::open() {
  io_uring_params parameters{};
  // One thread enters, and what the kernel has to do for us is done when it does: no interruption in between.
  parameters.flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                     IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
  parameters.cq_entries = completions_max;
  const int result = io_uring_queue_init_params(submissions_max, &ring_, &parameters);
  if (result < 0) return -result;
  is_open_ = true;
  // Entries are used in their order: the indirection never changes.
  for (unsigned index = 0; index < *ring_.sq.kring_entries; ++index) ring_.sq.array[index] = index;
  return 0;
}

void Ring::close() {
  if (is_open_) io_uring_queue_exit(&ring_);
  is_open_ = is_enabled_ = false;
}

void Ring::enable() {
  // By hand: the library declares a call for it and, in some versions, does not export it.
  const int enabled =
      io_uring_register(static_cast<unsigned>(ring_.ring_fd), IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  DUPLEX_ASSERT(enabled == 0);
  is_enabled_ = true;
  thread_ = std::this_thread::get_id();
  // Spares the kernel looking up the descriptor each time. Where it cannot be had, it was only that.
  enter_flags_ = io_uring_register_ring_fd(&ring_) == 1 ? IORING_ENTER_REGISTERED_RING : 0U;
}

io_uring_sqe& Ring::next_entry() {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  while (entry == nullptr) {
    if (may_enter()) {
      enter(std::chrono::nanoseconds(0));
    } else {
      --ring_.sq.sqe_tail;  // none of them is ever submitted
    }
    entry = io_uring_get_sqe(&ring_);
  }
  return *entry;
}

unsigned Ring::publish_submissions() {
  io_uring_smp_store_release(ring_.sq.ktail, ring_.sq.sqe_tail);
  return ring_.sq.sqe_tail - io_uring_smp_load_acquire(ring_.sq.khead);
}

void Ring::enter(std::optional<std::chrono::nanoseconds> wait_max) {
  __kernel_timespec timeout{};
  io_uring_getevents_arg argument{};
  if (wait_max) {
    timeout.tv_sec = wait_max->count() / 1'000'000'000;
    timeout.tv_nsec = wait_max->count() % 1'000'000'000;
    argument.ts = reinterpret_cast<std::uintptr_t>(&timeout);
  }
  const unsigned wait_count = wait_max && wait_max->count() == 0 ? 0 : 1;
  const unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG | enter_flags_;
  const int result =
      io_uring_enter2(static_cast<unsigned>(ring_.enter_ring_fd), publish_submissions(), wait_count, flags,
                      reinterpret_cast<sigset_t*>(&argument), sizeof argument);
  // A timeout, a signal, no memory for now, completions to be taken first: the next turn goes on.
  DUPLEX_ASSERT(result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY);
}

}  // namespace duplex::transport
