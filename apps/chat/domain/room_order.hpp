// The order of a room: every event gets the next place, and time never runs backwards along it.
#pragma once

#include <algorithm>

#include "chat/domain/limits.hpp"

namespace duplex::chat {

struct Place {
  Seq seq = 0;
  Seq prev = 0;
  TimeMs ts = 0;
};

// Where a room's log ends. `ts` stays at the last event's when the caller's clock was set back meanwhile,
// because pages and clients may rely on seq and ts having the same order.
struct LogEnd {
  Seq last = 0;
  TimeMs last_ts = 0;

  Place next(TimeMs now) const { return {last + 1, last, std::max(now, last_ts)}; }
};

}  // namespace duplex::chat
