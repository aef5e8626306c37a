#include "signals.hpp"

#include <pthread.h>

#include <utility>

namespace duplex::cli {

StopSignals::StopSignals(std::function<void()> stop) {
  sigemptyset(&signals_);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, number);
  pthread_sigmask(SIG_BLOCK, &signals_, &signals_before_);
  thread_ = std::thread([this, stop = std::move(stop)] { wait(stop); });
}

StopSignals::~StopSignals() {
  is_ending_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
}

void StopSignals::wait(const std::function<void()>& stop) {
  for (;;) {
    int number = 0;
    sigwait(&signals_, &number);
    if (is_ending_) return;
    stop();
  }
}

}  // namespace duplex::cli
