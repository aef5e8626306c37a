// The two kinds of time that the chat needs.
#pragma once

#include "chat/domain/limits.hpp"

namespace duplex::chat {

class Clock {
 public:
  virtual ~Clock() = default;
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // For periods and deadlines: never set back, its zero means nothing.
  virtual TimeMs steady_ms() const = 0;
  // For what is stored and shown: since the Unix epoch.
  virtual TimeMs utc_ms() const = 0;
};

}  // namespace duplex::chat
