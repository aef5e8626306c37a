// Calls planned for later.
#pragma once

#include <memory>

namespace duplex {

/// A call that a Server or Client will make later; destroying it cancels the call. It may be destroyed from
/// within the call. Loop thread only.
class Alarm {
 public:
  struct State;
  Alarm();
  explicit Alarm(std::unique_ptr<State> state);
  Alarm(Alarm&&) noexcept;
  Alarm& operator=(Alarm&&) noexcept;
  ~Alarm();

 private:
  std::unique_ptr<State> state_;
};

}  // namespace duplex
