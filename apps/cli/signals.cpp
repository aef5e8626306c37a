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

StopSignalThread::StopSignalThread(const HeldStopSignals& held, std::function<void()> stop)
    : signals_(held.signals()), stop_(std::move(stop)), thread_([this] { wait(); }) {}

StopSignalThread::~StopSignalThread() {
  is_ending_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

void StopSignalThread::wait() const {
  for (;;) {
    int number = 0;
    sigwait(&signals_, &number);
    if (is_ending_) return;
    stop_();
  }
}

}  // namespace duplex::cli
