#include "connection/deadlines.hpp"

#include <algorithm>

namespace duplex::connection {

namespace {

using std::chrono::milliseconds;

/// `start` plus a limit in which 0 means "never".
std::optional<TimePoint> deadline(std::optional<TimePoint> start, milliseconds limit) {
  if (!start || limit == milliseconds::zero()) return std::nullopt;
  return later(*start, limit);
}

bool has_passed(std::optional<TimePoint> time, TimePoint now) { return time && *time <= now; }

}  // namespace

TimePoint later(TimePoint now, milliseconds duration) {
  constexpr milliseconds for_ever = std::chrono::hours(24 * 365 * 100);
  return now + std::clamp(duration, milliseconds::zero(), for_ever);
}

Deadlines::Due Deadlines::due(TimePoint now) const {
  if (closing_) {
    return has_passed(deadline(closing_, limits_->close_timeout), now) ? Due::close_timeout : Due::nothing;
  }
  // It holds while reading is paused, too: a session that waits for room would wait for ever, and we with it.
  if (has_passed(deadline(output_waits_, limits_->idle_timeout), now)) return Due::idle_timeout;
  if (paused_) return Due::nothing;
  if (has_passed(deadline(heard_, limits_->idle_timeout), now)) return Due::idle_timeout;
  if (has_passed(deadline(message_begun_, limits_->message_timeout), now)) return Due::message_timeout;
  if (!pinged_ && has_passed(deadline(heard_, limits_->ping_interval), now)) return Due::ping;
  return Due::nothing;
}

std::optional<TimePoint> Deadlines::next() const {
  if (closing_) return deadline(closing_, limits_->close_timeout);
  std::optional<TimePoint> earliest = deadline(output_waits_, limits_->idle_timeout);
  if (paused_) return earliest;
  const auto consider = [&earliest](std::optional<TimePoint> time) {
    if (time) earliest = earliest ? std::min(*earliest, *time) : *time;
  };
  consider(deadline(heard_, limits_->idle_timeout));
  consider(deadline(message_begun_, limits_->message_timeout));
  if (!pinged_) consider(deadline(heard_, limits_->ping_interval));
  return earliest;
}

}  // namespace duplex::connection
