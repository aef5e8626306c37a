#include "transport/socket/socket_signal.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

namespace {

sigset_t set_of(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  return set;
}

}  // namespace

Result<std::unique_ptr<SignalWatch>> SocketSignal::open(SocketLoop& loop, int number,
                                                        std::function<void()> arrived) {
  auto watch = std::make_unique<SocketSignal>(loop, number, std::move(arrived));
  if (watch->start()) return std::unique_ptr<SignalWatch>(std::move(watch));
  const std::string reason = system_text(errno);
  return Error(ErrorKind::environment, "cannot watch signal " + std::to_string(number) + ": " + reason);
}

SocketSignal::SocketSignal(SocketLoop& loop, int number, std::function<void()> arrived)
    : loop_(loop), number_(number), arrived_(std::move(arrived)) {
  const sigset_t signals = set_of(number);
  sigset_t before;
  was_blocked_ = pthread_sigmask(SIG_BLOCK, &signals, &before) == 0 && sigismember(&before, number) == 1;
}

SocketSignal::~SocketSignal() {
  if (descriptor_) loop_.unwatch(descriptor_, *this);
  const sigset_t signals = set_of(number_);
  if (!was_blocked_) pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

bool SocketSignal::start() {
  const sigset_t signals = set_of(number_);
  if (sigismember(&signals, number_) != 1) return false;  // there is no such signal
  descriptor_ = Descriptor(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  return descriptor_ && loop_.watch(descriptor_, *this, POLLIN);
}

void SocketSignal::handle_events(std::uint32_t) {
  signalfd_siginfo news;
  bool has_arrived = false;
  while (::read(descriptor_.get(), &news, sizeof news) == sizeof news) has_arrived = true;
  if (!has_arrived) return;
  const std::function<void()> arrived = arrived_;  // the call may destroy this
  arrived();
}

}  // namespace duplex::transport
