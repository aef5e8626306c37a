#include "connection/gate.hpp"

namespace duplex::connection {

bool Gate::enter() {
  if ((state_.fetch_add(one_visitor, std::memory_order_acquire) & closed_bit) == 0) return true;
  leave();
  return false;
}

void Gate::leave() {
  const std::uint32_t before = state_.fetch_sub(one_visitor, std::memory_order_release);
  if (before == (one_visitor | closed_bit)) state_.notify_all();  // the last one out
}

void Gate::close() {
  std::uint32_t state = state_.fetch_or(closed_bit, std::memory_order_acquire) | closed_bit;
  while (state != closed_bit) {
    state_.wait(state, std::memory_order_acquire);
    state = state_.load(std::memory_order_acquire);
  }
}

}  // namespace duplex::connection
