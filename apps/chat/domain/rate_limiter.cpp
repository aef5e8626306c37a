#include "chat/domain/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace duplex::chat {

std::optional<TimeMs> TokenBucket::take(TimeMs now) {
  tokens_ = tokens_at(now);
  filled_at_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return std::nullopt;
  }
  return static_cast<TimeMs>(std::ceil((1 - tokens_) * 1000 / rate_.per_second));
}

double TokenBucket::tokens_at(TimeMs now) const {
  const TimeMs passed_ms = std::max<TimeMs>(0, now - filled_at_);
  return std::min(rate_.burst, tokens_ + static_cast<double>(passed_ms) * rate_.per_second / 1000);
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
