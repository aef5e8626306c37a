#include "signals.hpp"

#include <pthread.h>

#include <utility>

namespace duplex::cli {

HeldStopSignals::HeldStopSignals() {
  sigemptyset(&signals_);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, number);
  pthread_sigmask(SIG_BLOCK, &signals_, &signals_before_);
}

HeldStopSignals::~HeldStopSignals() { pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr); }

StopSignalThread::StopSignalThread(const HeldStopSignals& held, SignalActions actions)
    : signals_(held.signals()), actions_(std::move(actions)), thread_([this] { run(); }) {}

StopSignalThread::~StopSignalThread() {
  is_ending_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

void StopSignalThread::run() const {
  for (int number = next_signal(); !is_ending_; number = next_signal()) {
    if (number < 0) {
      actions_.look();
    } else if (number == SIGHUP && actions_.reload) {
      actions_.reload();
    } else {
      actions_.stop();
    }
  }
}

/// Negative: none has come for a while, and there is something to look at.
int StopSignalThread::next_signal() const {
  if (actions_.look) {
    constexpr timespec between_looks{.tv_sec = 2, .tv_nsec = 0};
    return sigtimedwait(&signals_, nullptr, &between_looks);
  }
  int number = 0;
  sigwait(&signals_, &number);
  return number;
}

}  // namespace duplex::cli
