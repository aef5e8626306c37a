#include "transport/socket/wake_up_time.hpp"

#include <sys/timerfd.h>

#include <chrono>

#include "base/assert.hpp"

namespace duplex::transport {

bool WakeUpTime::open(Readiness& readiness) {
  timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  return timer_ && readiness.watch_wake(timer_);
}

bool WakeUpTime::permits_wait(const Turn& turn, TimePoint now) {
  if (turn.is_due()) return false;
  const auto deadline = turn.timers.next_deadline();
  if (!deadline) return true;
  if (*deadline <= now) return false;
  const bool is_set = set_for_ > now && set_for_ <= *deadline;
  if (!is_set) set(*deadline);
  return true;
}

/// std::chrono::steady_clock is the system's CLOCK_MONOTONIC.
void WakeUpTime::set(TimePoint deadline) {
  const auto since_boot = deadline.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
  itimerspec time{};
  time.it_value.tv_sec = seconds.count();
  time.it_value.tv_nsec = std::chrono::nanoseconds(since_boot - seconds).count();
  [[maybe_unused]] const int result = timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &time, nullptr);
  DUPLEX_ASSERT(result == 0);
  set_for_ = deadline;
}

}  // namespace duplex::transport
