#include "transport/epoll/epoll_loop.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "transport/epoll/epoll_stream.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

Result<std::shared_ptr<Loop>> make_epoll_loop(Log log) {
  const auto error = [] {
    return Error(ErrorKind::environment, "cannot make an event loop: " + system_text(errno));
  };
  Descriptor wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake) return error();
  auto loop = std::make_shared<EpollLoop>(std::move(wake), std::move(log));
  if (!loop->open()) return error();
  return std::shared_ptr<Loop>(std::move(loop));
}

EpollLoop::EpollLoop(Descriptor wake, Log log)
    : wake_(std::move(wake)),
      log_(std::move(log)),
      receive_buffer_(new std::byte[receive_buffer_bytes]),  // not make_unique: it would touch every page
      loop_thread_(std::this_thread::get_id()),
      now_(Clock::now()),
      resolver_([this](std::function<void()> work) { post(std::move(work)); }) {}

// What was posted may hold on to objects of this loop; they go while it is still whole.
EpollLoop::~EpollLoop() { turn_.work.clear(); }

void EpollLoop::post(std::function<void()> work) {
  if (turn_.work.push(std::move(work)) && !is_loop_thread()) wake();
}

void EpollLoop::stop() {
  is_stopping_ = true;
  wake();
}

void EpollLoop::wake() {
  // It fails only when 2^64 wake-ups were never read, and then there is news anyway.
  [[maybe_unused]] const int result = eventfd_write(wake_.get(), 1);
}

void EpollLoop::run() {
  become_loop_thread();
  do {
    take_turn(Readiness::no_limit_ms);
  } while (!is_stopping_.exchange(false));
}

bool EpollLoop::run_once(std::chrono::milliseconds wait_max) {
  become_loop_thread();
  return take_turn(static_cast<int>(std::clamp<std::int64_t>(wait_max.count(), 0, INT32_MAX)));
}

void EpollLoop::become_loop_thread() {
  DUPLEX_ASSERT(readiness_.is_served());
  loop_thread_ = std::this_thread::get_id();
}

bool EpollLoop::take_turn(int wait_max_ms) {
  const std::size_t count = readiness_.wait(wake_up_time_.permits_wait(turn_, now_) ? wait_max_ms : 0);
  now_ = Clock::now();
  // First those that wait since the last turn: what comes anew must not overtake them.
  const bool served = turn_.sources.serve_waiting();
  readiness_.serve(turn_.sources);
  const bool finished = turn_.finish(now_);
  return count > 0 || served || finished;
}

void EpollLoop::unwatch(const Descriptor& descriptor, EventSource& source) {
  turn_.sources.forget(source);
  readiness_.unwatch(descriptor, source);
}

Result<std::unique_ptr<Stream>> EpollLoop::adopt(Descriptor socket, const SocketAddress& remote) {
  return EpollStream::open(*this, std::move(socket), remote);
}

void EpollLoop::log(std::string_view line) const {
  if (log_) log_(line);
}

}  // namespace duplex::transport
