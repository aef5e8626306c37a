#include "chat/domain/rate_limiter.hpp"

#include <algorithm>

namespace duplex::chat {

std::optional<TimeMs> TokenBucket::take(TimeMs now) {
  thousandths_ = thousandths_at(now);
  filled_at_ = now;
  if (thousandths_ < 1000) return (1000 - thousandths_ + rate_.per_second - 1) / rate_.per_second;
  thousandths_ -= 1000;
  return std::nullopt;
}

std::int64_t TokenBucket::thousandths_at(TimeMs now) const {
  const TimeMs passed_ms = std::max<TimeMs>(0, now - filled_at_);
  // A bucket that has had the time to fill is full; multiplying a long absence instead could overflow.
  if (passed_ms > full() / rate_.per_second) return full();
  return std::min(full(), thousandths_ + passed_ms * rate_.per_second);
}

std::optional<TimeMs> RateLimiter::take(const UserId& user, Limited what, TimeMs now) {
  if (users_.size() >= forget_at_users_) forget_the_idle(now);
  Buckets& buckets = users_.try_emplace(user, full_buckets(now)).first->second;
  return buckets[static_cast<std::size_t>(what)].take(now);
}

RateLimiter::Buckets RateLimiter::full_buckets(TimeMs now) const {
  return {TokenBucket(limits_.send, now), TokenBucket(limits_.typing, now),
          TokenBucket(limits_.history, now)};
}

void RateLimiter::forget_the_idle(TimeMs now) {
  std::erase_if(users_, [now](const auto& user) {
    const Buckets& buckets = user.second;
    return std::all_of(buckets.begin(), buckets.end(),
                       [now](const TokenBucket& bucket) { return bucket.is_full(now); });
  });
  // Twice what is left, so that the sweep costs a constant share of the calls between two of them.
  forget_at_users_ = std::max(forget_at_users_min, users_.size() * 2);
}

}  // namespace duplex::chat
