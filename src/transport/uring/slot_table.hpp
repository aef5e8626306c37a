// Names for objects that the kernel may still mention after they are gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace duplex::transport {

/// A place in a SlotTable at the time of one object. A value; once the object is taken out, its ticket finds
/// nothing, even when the place has a new one.
struct Ticket {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;

  explicit operator bool() const { return index != UINT32_MAX; }
};

/// Objects under their tickets. `T` is a pointer of some kind: an empty one marks a free place.
template<class T>
class SlotTable {
 public:
  /// As many bits of a generation go into a completion. A place would have to be taken anew this often while
  /// a completion of its first owner is under way.
  static constexpr std::uint32_t generations = std::uint32_t{1} << 24;

  Ticket add(T value) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    slots_[index].value = std::move(value);
    return {index, slots_[index].generation};
  }
  /// Null when it is gone.
  T* find(Ticket ticket) {
    if (ticket.index >= slots_.size()) return nullptr;
    Slot& slot = slots_[ticket.index];
    return slot.value && slot.generation == ticket.generation ? &slot.value : nullptr;
  }
  /// Of the object that is at this place now.
  Ticket ticket(std::uint32_t index) const { return {index, slots_[index].generation}; }
  T& at(std::uint32_t index) { return slots_[index].value; }
  T take(Ticket ticket) {
    Slot& slot = slots_[ticket.index];
    slot.generation = (slot.generation + 1) % generations;
    free_.push_back(ticket.index);
    return std::exchange(slot.value, T());
  }
  std::size_t count() const { return slots_.size() - free_.size(); }

  template<class Visit>
  void for_each(Visit visit) {
    for (Slot& slot : slots_) {
      if (slot.value) visit(slot.value);
    }
  }

 private:
  struct Slot {
    T value{};
    std::uint32_t generation = 0;
  };

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace duplex::transport
