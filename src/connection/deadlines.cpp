#include "connection/deadlines.hpp"

#include <algorithm>

namespace duplex::connection {

namespace {

using std::chrono::milliseconds;

constexpr TimePoint never = TimePoint::max();

/// `start` plus a limit in which 0 means "never".
TimePoint deadline(TimePoint start, milliseconds limit) {
  return start == never || limit == milliseconds::zero() ? never : later(start, limit);
}

}  // namespace

TimePoint later(TimePoint now, milliseconds duration) {
  constexpr milliseconds for_ever = std::chrono::hours(24 * 365 * 100);
  return now + std::clamp(duration, milliseconds::zero(), for_ever);
}

Deadlines::Due Deadlines::due(TimePoint now) const {
  const auto has_passed = [now](TimePoint start, milliseconds limit) {
    return deadline(start, limit) <= now;
  };
  if (closing_ != never)
    return has_passed(closing_, limits_->close_timeout) ? Due::close_timeout : Due::nothing;
  // It holds while reading is paused, too: a session that waits for room would wait for ever, and we with it.
  if (has_passed(output_waits_, limits_->idle_timeout)) return Due::idle_timeout;
  if (paused_) return Due::nothing;
  if (has_passed(heard_, limits_->idle_timeout)) return Due::idle_timeout;
  if (has_passed(message_begun_, limits_->message_timeout)) return Due::message_timeout;
  if (pinged_ == never && has_passed(heard_, limits_->ping_interval)) return Due::ping;
  return Due::nothing;
}

std::optional<TimePoint> Deadlines::next() const {
  const TimePoint next = earliest();
  return next == never ? std::nullopt : std::optional(next);
}

TimePoint Deadlines::earliest() const {
  if (closing_ != never) return deadline(closing_, limits_->close_timeout);
  const TimePoint output = deadline(output_waits_, limits_->idle_timeout);
  if (paused_) return output;
  const TimePoint input =
      std::min(deadline(heard_, limits_->idle_timeout), deadline(message_begun_, limits_->message_timeout));
  const TimePoint ping = pinged_ == never ? deadline(heard_, limits_->ping_interval) : never;
  return std::min({output, input, ping});
}

}  // namespace duplex::connection
