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

/// What signals are turned into.
struct SignalActions {
  std::function<void()> stop;
  std::function<void()> reload;  ///< at SIGHUP; empty: that stops, too
  std::function<void()> look;    ///< every two seconds; may be empty
};

/// Calls `stop` for each of the held signals, also for one that came before. All actions run on a thread of
/// its own, one after the other, must be quick, and are not called any more once this object is destroyed.
class StopSignalThread {
 public:
  StopSignalThread(const HeldStopSignals& held, SignalActions actions);
  ~StopSignalThread();
  StopSignalThread(const StopSignalThread&) = delete;
  StopSignalThread& operator=(const StopSignalThread&) = delete;

 private:
  void run() const;
  int next_signal() const;

  const sigset_t signals_;
  const SignalActions actions_;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace duplex::cli
