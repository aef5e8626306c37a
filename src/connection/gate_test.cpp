#include "connection/gate.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace duplex::connection {
namespace {

TEST(Gate, lets_in_as_many_as_come_until_it_is_closed) {
  Gate gate;
  {
    const Gate::Pass first(gate);
    const Gate::Pass second(gate);
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
  }
  gate.close();
  EXPECT_FALSE(Gate::Pass(gate));
  gate.close();  // again: nobody is inside
  EXPECT_FALSE(Gate::Pass(gate));
}

TEST(Gate, what_it_protects_is_gone_only_when_everyone_is_out) {
  constexpr int rounds = 50;
  constexpr int visitors = 3;
  for (int round = 0; round < rounds; ++round) {
    Gate gate;
    int protected_number = 42;  // not atomic: a ThreadSanitizer sees who reads it too late
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int visitor = 0; visitor < visitors; ++visitor) {
      threads.emplace_back([&] {
        for (;;) {
          const Gate::Pass pass(gate);
          if (!pass) return;
          if (protected_number != 42) ++wrong;
        }
      });
    }
    gate.close();
    protected_number = 0;
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
  }
}

}  // namespace
}  // namespace duplex::connection
