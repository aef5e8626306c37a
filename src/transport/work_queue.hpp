// Work that other threads give to a loop.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace duplex::transport {

/// Functions in the order of posting. push() may be called from any thread, the rest from the loop's. Its
/// length is bounded by those who post: each of them counts its own work in a limit with a name.
class WorkQueue {
 public:
  /// True: the queue was empty before, so the loop has to be woken. One wake-up serves the whole burst.
  [[nodiscard]] bool push(std::function<void()> work);
  bool has_work() const { return has_work_.load(); }
  /// Runs what was posted before the call. False: nothing was.
  bool run();
  /// Destroys what was posted without running it.
  void clear();

 private:
  /// After a burst the queue keeps room for this many, so that one burst does not hold memory for ever.
  static constexpr std::size_t kept_capacity_max = 4096;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;   // guarded by mutex_
  std::vector<std::function<void()>> running_;  // loop thread
  // Read without the mutex in every turn. Sequentially consistent: a poster writes it and then reads which
  // thread is the loop's, a loop that starts does the same the other way round, and one of them must notice.
  std::atomic<bool> has_work_ = false;
};

}  // namespace duplex::transport
