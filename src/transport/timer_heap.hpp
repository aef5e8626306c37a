// All deadlines of one loop, the next one first.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "transport/transport.hpp"

namespace duplex::transport {

/// A four-ary heap of timers. Each timer knows its place, so that moving and cancelling cost O(log n) too:
/// idle timeouts move with every message and almost never expire. One thread.
class TimerHeap {
 public:
  TimerHeap() = default;
  ~TimerHeap();
  TimerHeap(const TimerHeap&) = delete;
  TimerHeap& operator=(const TimerHeap&) = delete;

  bool empty() const { return entries_.empty(); }
  std::optional<TimePoint> next_deadline() const;

  /// Sets or moves the timer's deadline. One that has passed already expires with the next expire().
  void schedule(Timer& timer, TimePoint deadline);
  void cancel(Timer& timer);

  /// Runs the timers whose deadline has come, in the order of their deadlines; equal ones in the order of
  /// scheduling. What a callback schedules waits for the next call, so a call always ends. False: none was
  /// due.
  bool expire(TimePoint now);

 private:
  friend class Timer;

  struct Entry {
    TimePoint deadline;
    std::uint64_t sequence = 0;
    Timer* timer = nullptr;

    bool comes_before(const Entry& other) const {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };

  /// Marks in Timer::heap_index_ that the rest of it is a place in due_, not in entries_.
  static constexpr std::uint32_t due_mark = std::uint32_t{1} << 31;

  void collect_due(TimePoint now);
  void run(Timer& timer);
  void remove(std::size_t index);
  void place(std::size_t index, const Entry& entry);
  void settle(std::size_t index, const Entry& entry);
  std::size_t rise(std::size_t index, const Entry& entry);
  std::size_t sink(std::size_t index, const Entry& entry);

  std::vector<Entry> entries_;
  std::vector<Timer*> due_;  // taken out by the running expire(); null where cancelled since
  std::uint64_t next_sequence_ = 0;
};

}  // namespace duplex::transport
