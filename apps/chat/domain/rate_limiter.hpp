// How often a user may do what costs others something.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "chat/domain/id.hpp"
#include "chat/domain/limits.hpp"

namespace duplex::chat {

// `burst` at once, then `per_second`; both at least 1.
struct Rate {
  std::int64_t burst = 1;
  std::int64_t per_second = 1;
};

// A bucket that starts full and refills with time.
class TokenBucket {
 public:
  TokenBucket(Rate rate, TimeMs now) : rate_(rate), thousandths_(full()), filled_at_(now) {}

  // Takes one token: nothing when there was one, else the milliseconds until there is.
  std::optional<TimeMs> take(TimeMs now);
  bool is_full(TimeMs now) const { return thousandths_at(now) == full(); }

 private:
  std::int64_t full() const { return rate_.burst * 1000; }
  std::int64_t thousandths_at(TimeMs now) const;

  Rate rate_;
  // Of a token: a rate per second is exactly so many thousandths per millisecond.
  std::int64_t thousandths_;
  TimeMs filled_at_;
};

enum class Limited { send, typing, history };

// Generous for people, tight for loops: typing is refreshed every few seconds, and a page scrolls back in
// bursts.
struct RateLimits {
  Rate send{100, 20};
  Rate typing{10, 2};
  Rate history{30, 10};
};

// In memory, loop thread only. The buckets belong to the user, not to the connection, else reconnecting would
// refill them. Users whose buckets are full again are forgotten, so memory follows the active ones.
class RateLimiter {
 public:
  explicit RateLimiter(RateLimits limits = {}) : limits_(limits) {}

  // Nothing when the user may go on, else the milliseconds to wait (`retry_ms`).
  std::optional<TimeMs> take(const UserId& user, Limited what, TimeMs now);
  std::size_t users() const { return users_.size(); }

 private:
  using Buckets = std::array<TokenBucket, 3>;
  static constexpr std::size_t forget_at_users_min = 1024;

  Buckets full_buckets(TimeMs now) const;
  void forget_the_idle(TimeMs now);

  RateLimits limits_;
  std::unordered_map<UserId, Buckets> users_;
  std::size_t forget_at_users_ = forget_at_users_min;
};

}  // namespace duplex::chat
