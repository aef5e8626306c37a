// The end of something that any thread may be using right now.
#pragma once

#include <atomic>
#include <cstdint>

namespace duplex::connection {

/// Lets threads in without a lock until it is closed. Closing waits for those who are inside, so that what
/// the gate protects can be taken away afterwards. Any thread; whoever closes must not be inside.
class Gate {
 public:
  /// A stay inside, for as long as it lives. False: the gate is closed.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(gate), is_inside_(gate.enter()) {}
    ~Pass() {
      if (is_inside_) gate_.leave();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const { return is_inside_; }

   private:
    Gate& gate_;
    const bool is_inside_;
  };

  void close();

 private:
  static constexpr std::uint32_t closed_bit = 1;
  static constexpr std::uint32_t one_visitor = 2;

  bool enter();
  void leave();

  std::atomic<std::uint32_t> state_ = 0;  // how many are inside, and whether it is closed
};

}  // namespace duplex::connection
