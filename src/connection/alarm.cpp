#include "connection/alarm.hpp"

#include <utility>

#include "connection/deadlines.hpp"

namespace duplex {

Alarm::State::State(std::shared_ptr<transport::Loop> loop, std::chrono::milliseconds delay, Repeat repeat,
                    std::function<void()> work)
    : loop_(std::move(loop)),
      interval_(delay),
      repeat_(repeat),
      work_(std::move(work)),
      timer_(*this, [](State& alarm) { alarm.expired(); }) {
  loop_->schedule(timer_, connection::later(loop_->now(), interval_));
}

void Alarm::State::expired() {
  if (repeat_ == Repeat::forever) loop_->schedule(timer_, connection::later(loop_->now(), interval_));
  const std::function<void()> work = work_;  // the call may destroy the alarm
  work();
}

Alarm::Alarm() = default;
Alarm::Alarm(std::unique_ptr<State> state) : state_(std::move(state)) {}
Alarm::Alarm(Alarm&&) noexcept = default;
Alarm& Alarm::operator=(Alarm&&) noexcept = default;
Alarm::~Alarm() = default;

}  // namespace duplex
