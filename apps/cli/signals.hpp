// Turns the signals that end a process into calls of a function, on a thread of their own.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace duplex::cli {

/// While it lives, SIGTERM, SIGINT and SIGHUP wait instead of ending the process, in the thread that makes it
/// and in all that are started afterwards: make it before everything that starts threads.
class HeldStopSignals {
 public:
  HeldStopSignals();
  ~HeldStopSignals();
  HeldStopSignals(const HeldStopSignals&) = delete;
  HeldStopSignals& operator=(const HeldStopSignals&) = delete;

  const sigset_t& signals() const { return signals_; }

 private:
  sigset_t signals_{};
  sigset_t signals_before_{};
};

/// Calls `stop` for each of the held signals, also for one that came before. `stop` runs on a thread of its
/// own, must be quick, and is not called any more once this object is destroyed.
class StopSignalThread {
 public:
  StopSignalThread(const HeldStopSignals& held, std::function<void()> stop);
  ~StopSignalThread();
  StopSignalThread(const StopSignalThread&) = delete;
  StopSignalThread& operator=(const StopSignalThread&) = delete;

 private:
  void wait() const;

  const sigset_t signals_;
  const std::function<void()> stop_;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace duplex::cli
