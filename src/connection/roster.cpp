#include "connection/roster.hpp"

#include <malloc.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "connection/mailbox.hpp"

namespace duplex::connection {

namespace {

// Fewer connections than that are not worth a walk through the heap.
constexpr std::size_t burst_connections_min = 1000;

}  // namespace

Roster::Roster(std::shared_ptr<transport::Loop> loop, std::size_t mailbox_bytes_max,
               CompressionPool& compression, Log log, std::uint32_t loop_number)
    : loop_(std::move(loop)),
      compression_(compression),
      log_(std::move(log)),
      loop_number_(loop_number),
      mailbox_(std::make_shared<Mailbox>(*this, loop_, mailbox_bytes_max)) {}

Roster::~Roster() { end(); }

void Roster::end() {
  mailbox_->disconnect();
  // Sessions may still touch their neighbours through topics and ids while they are destroyed, so each pump
  // is unlinked before it goes.
  for (Slot& slot : slots_) std::exchange(slot.pump, nullptr).reset();
}

ConnectionId Roster::open(std::shared_ptr<const Terms> terms, Pump::Start start, Bytes rest) {
  const std::uint32_t index = free_slot();
  Slot& slot = slots_[index];
  const ConnectionId id{index, ++slot.generation, loop_number_};
  slot.pump = std::make_unique<Pump>(*this, id, std::move(terms), std::move(start));
  count_.fetch_add(1, std::memory_order_relaxed);
  peak_count_ = std::max(peak_count_, count());
  slot.pump->run(rest);
  return id;
}

std::uint32_t Roster::free_slot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  return index;
}

Pump* Roster::find(ConnectionId id) {
  if (id.loop != loop_number_ || id.slot >= slots_.size() || slots_[id.slot].generation != id.generation)
    return nullptr;
  return slots_[id.slot].pump.get();
}

Handle Roster::handle_of(ConnectionId id) const { return {mailbox_, id}; }

void Roster::for_each(const std::function<void(Pump&)>& visit) {
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    if (slots_[index].pump) visit(*slots_[index].pump);
  }
}

std::function<void()> Roster::guarded(std::string_view what, std::function<void()> work) {
  return [this, alive = std::weak_ptr<const bool>(alive_), what = std::string(what), work = std::move(work)] {
    if (alive.expired()) return;  // a loop of the caller's may outlive us
    try {
      work();
    } catch (const std::exception& error) {
      log(LogLevel::error, "exception in " + what + ": " + escape_for_log(error.what()));
    } catch (...) {
      log(LogLevel::error, "exception in " + what + ": not a std::exception");
    }
  };
}

void Roster::retire(Pump& pump) {
  retired_.push_back(pump.id());
  loop_->at_turn_end(*this);
}

void Roster::handle_turn_end() {
  const std::vector<ConnectionId> retired = std::exchange(retired_, {});
  for (const ConnectionId id : retired) {
    DUPLEX_ASSERT(find(id) != nullptr);
    std::exchange(slots_[id.slot].pump, nullptr).reset();
    free_slots_.push_back(id.slot);
    count_.fetch_sub(1, std::memory_order_relaxed);
  }
  const bool is_burst_over = count() == 0 && had_burst_;
  if (is_burst_over || (peak_count_ >= burst_connections_min && count() <= peak_count_ / 2))
    give_memory_back();
  if (count() == 0 && emptied_) emptied_();
}

/// The C library keeps what was freed for the next burst, which may never come. Each time their number has
/// halved, so that the walk through the heap is paid for by what it follows, and once more after the last.
void Roster::give_memory_back() {
  peak_count_ = count();
  had_burst_ = count() > 0;
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace duplex::connection
