#include "transport/timer_heap.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace duplex::transport {

namespace {
// Four children share a cache line or two, and the tree is half as deep as a binary one.
constexpr std::size_t children_per_node = 4;
}  // namespace

Timer::~Timer() {
  if (heap_ != nullptr) heap_->cancel(*this);
}

bool Timer::expires_by(TimePoint time) const {
  if (!is_scheduled()) return false;
  const bool is_due = (heap_index_ & TimerHeap::due_mark) != 0;
  return is_due || heap_->entries_[heap_index_].deadline <= time;
}

TimerHeap::~TimerHeap() { DUPLEX_ASSERT(entries_.empty()); }

std::optional<TimePoint> TimerHeap::next_deadline() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.front().deadline;
}

void TimerHeap::schedule(Timer& timer, TimePoint deadline) {
  DUPLEX_ASSERT(timer.heap_ == nullptr || timer.heap_ == this);
  const Entry entry{deadline, next_sequence_++, &timer};
  if (timer.is_scheduled() && (timer.heap_index_ & due_mark) == 0) return settle(timer.heap_index_, entry);
  cancel(timer);
  DUPLEX_ASSERT(entries_.size() < due_mark);
  timer.heap_ = this;
  entries_.emplace_back();
  place(rise(entries_.size() - 1, entry), entry);
}

void TimerHeap::cancel(Timer& timer) {
  if (!timer.is_scheduled()) return;
  const std::uint32_t index = std::exchange(timer.heap_index_, Timer::unscheduled);
  if ((index & due_mark) != 0) {
    due_[index & ~due_mark] = nullptr;
  } else {
    remove(index);
  }
  timer.heap_ = nullptr;
}

bool TimerHeap::expire(TimePoint now) {
  DUPLEX_ASSERT(due_.empty());
  collect_due(now);
  if (due_.empty()) return false;
  for (std::size_t index = 0; index < due_.size(); ++index) {
    if (due_[index] != nullptr) run(*due_[index]);
  }
  due_.clear();
  return true;
}

void TimerHeap::collect_due(TimePoint now) {
  while (!entries_.empty() && entries_.front().deadline <= now) {
    Timer* timer = entries_.front().timer;
    remove(0);
    timer->heap_index_ = due_mark | static_cast<std::uint32_t>(due_.size());
    due_.push_back(timer);
  }
}

void TimerHeap::run(Timer& timer) {
  cancel(timer);
  timer.expired_(timer.owner_);  // may destroy it
}

void TimerHeap::remove(std::size_t index) {
  const Entry last = entries_.back();
  entries_.pop_back();
  if (index < entries_.size()) settle(index, last);
}

void TimerHeap::place(std::size_t index, const Entry& entry) {
  entries_[index] = entry;
  entry.timer->heap_index_ = static_cast<std::uint32_t>(index);
}

void TimerHeap::settle(std::size_t index, const Entry& entry) {
  place(sink(rise(index, entry), entry), entry);
}

std::size_t TimerHeap::rise(std::size_t index, const Entry& entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / children_per_node;
    if (!entry.comes_before(entries_[parent])) break;
    place(index, entries_[parent]);
    index = parent;
  }
  return index;
}

std::size_t TimerHeap::sink(std::size_t index, const Entry& entry) {
  const auto earlier = [](const Entry& left, const Entry& right) { return left.comes_before(right); };
  for (;;) {
    const std::size_t first = index * children_per_node + 1;
    if (first >= entries_.size()) return index;
    const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(children_per_node, entries_.size() - first);
    const auto child = std::min_element(begin, begin + static_cast<std::ptrdiff_t>(count), earlier);
    if (!child->comes_before(entry)) return index;
    place(index, *child);
    index = static_cast<std::size_t>(child - entries_.begin());
  }
}

}  // namespace duplex::transport
