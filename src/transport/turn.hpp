// What a turn of every loop consists of, whatever tells it about its sockets.
#pragma once

#include "transport/event_source.hpp"
#include "transport/link_list.hpp"
#include "transport/timer_heap.hpp"
#include "transport/transport.hpp"
#include "transport/work_queue.hpp"

namespace duplex::transport {

/// The queues of one loop. A loop waits, serves the sources it has news about, and then lets finish() do the
/// rest.
struct Turn {
  SourceService sources;
  WorkQueue work;
  TimerHeap timers;
  LinkList<TurnEnd> ends;

  /// There is something to do without waiting.
  bool is_due() const { return sources.has_waiting() || work.has_work() || !ends.empty(); }

  /// Posted work, timers, and what they all left for the end of the turn. False: nothing was to be done.
  bool finish(TimePoint now) {
    const bool worked = work.run();
    const bool expired = timers.expire(now);
    const bool ended = ends.drain([](TurnEnd& hook) { hook.handle_turn_end(); });
    return worked || expired || ended;
  }
};

}  // namespace duplex::transport
