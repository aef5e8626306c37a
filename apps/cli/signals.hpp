// Turns the signals that end a process into calls of a function, on a thread of their own.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace duplex::cli {

/// While it lives, SIGTERM, SIGINT and SIGHUP call `stop` once each instead of ending the process. Make it
/// before any other thread starts: the signals are blocked in the thread that makes it and in those that come
/// after. `stop` is called on another thread and must be quick.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  void wait(const std::function<void()>& stop);

  sigset_t signals_{};
  sigset_t signals_before_{};
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace duplex::cli
