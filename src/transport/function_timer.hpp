// A timer for tests: its function captures what the test watches.
#pragma once

#include <functional>
#include <utility>

#include "transport/transport.hpp"

namespace duplex::transport::testing {

class FunctionTimer final : public Timer {
 public:
  explicit FunctionTimer(std::function<void()> expired)
      : Timer(*this,
              [](FunctionTimer& timer) {
                const std::function<void()> call = timer.expired_;  // it may destroy the timer
                call();
              }),
        expired_(std::move(expired)) {}

 private:
  std::function<void()> expired_;
};

}  // namespace duplex::transport::testing
