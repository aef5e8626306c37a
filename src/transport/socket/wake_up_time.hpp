// When a loop over sockets has to wake up although nothing comes.
#pragma once

#include "transport/socket/descriptor.hpp"
#include "transport/socket/readiness.hpp"
#include "transport/transport.hpp"
#include "transport/turn.hpp"

namespace duplex::transport {

/// Ends a wait when the next timer is due. A wait with a timeout would make the kernel set a timer and remove
/// it again every time, for 500 ns; this one stays until it has expired, and is set only when something comes
/// before it. So a wait may end early, once, because of a deadline that has moved away. One thread.
class WakeUpTime {
 public:
  /// False: errno says why not.
  [[nodiscard]] bool open(Readiness& readiness);
  /// False: something is due, so do not wait at all. Otherwise a wait that `readiness` ends will end in time.
  /// `now` is the time of the turn that is ending.
  [[nodiscard]] bool permits_wait(const Turn& turn, TimePoint now);

 private:
  void set(TimePoint deadline);

  Descriptor timer_;
  TimePoint set_for_ = TimePoint::min();
};

}  // namespace duplex::transport
