// Alarm's inside: a timer of the loop that calls an application.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <duplex/alarm.hpp>

#include "transport/transport.hpp"

namespace duplex {

struct Alarm::State {
  enum class Repeat { once, forever };
  State(std::shared_ptr<transport::Loop> loop, std::chrono::milliseconds delay, Repeat repeat,
        std::function<void()> work);

 private:
  void expired();

  std::shared_ptr<transport::Loop> loop_;  // shared: an alarm may outlive the server that made it
  std::chrono::milliseconds interval_;
  Repeat repeat_;
  std::function<void()> work_;
  transport::Timer timer_;
};

}  // namespace duplex
