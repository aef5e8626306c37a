#include "transport/work_queue.hpp"

#include <utility>

namespace duplex::transport {

bool WorkQueue::push(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
  return !has_work_.exchange(true);
}

bool WorkQueue::run() {
  if (!has_work()) return false;
  {
    const std::lock_guard lock(mutex_);
    posted_.swap(running_);
    has_work_ = false;
  }
  // Each function is destroyed right after it ran: what it holds on to must not wait for the rest.
  for (auto& work : running_) std::exchange(work, nullptr)();
  running_.clear();
  if (running_.capacity() > kept_capacity_max) running_.shrink_to_fit();
  return true;
}

void WorkQueue::clear() {
  std::vector<std::function<void()>> dropped;
  const std::lock_guard lock(mutex_);
  posted_.swap(dropped);
  has_work_ = false;
}

}  // namespace duplex::transport
