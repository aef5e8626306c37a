// Keeps an author's order when a send is refused for now. Sends are pipelined: when one is refused
// (`rate_limited`, `unavailable`), those behind it are on their way already, and accepting one of them would
// put it before the refused one, which the client will send again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "chat/domain/cid.hpp"
#include "chat/domain/id.hpp"

namespace duplex::chat {

// A client that is refused in this many rooms at once is refused everywhere until it answers a ping.
inline constexpr std::size_t rooms_shut_max = 256;

// One per connection, loop thread only. It is exact, not a guess by time. A room shut by a refused send opens
// again
//  - when the refused cid itself is sent again, because a client resends in its original order, or
//  - when the client has answered a `ping` that was sent after the refusal: whatever comes after that `pong`
//  was
//    written by a client that knew of the refusal.
// Per send: refuse if !admits(); when the verdict is a temporary refusal, send the error, shut(), then send a
// `ping`. Call ping_sent() and pong_received() for every ping and pong of the connection, heartbeats too.
class SendGate {
 public:
  // Whether a send may be tried. The cid that the room was shut for opens it.
  bool admits(const RoomId& room, const Cid& cid);

  // Keeps the first refused cid when the room is shut already.
  void shut(const RoomId& room, const Cid& refused);

  void ping_sent() { ++pings_sent_; }
  void pong_received();

 private:
  struct Shut {
    Cid refused;
    std::uint64_t opens_at_pong;
  };

  std::map<RoomId, Shut> rooms_;
  std::uint64_t pings_sent_ = 0;
  std::uint64_t pongs_received_ = 0;
};

}  // namespace duplex::chat
