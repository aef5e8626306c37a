// What is left to be sent when a loop ends.
#pragma once

#include <memory>
#include <vector>

#include "transport/uring/backlog.hpp"

namespace duplex::transport {

/// Sends backlogs whose streams are gone, and closes their sockets. With the loop goes the last one who could
/// wait for room, so this waits for it: for all of them together at most last_sends_ms_max, because a peer
/// may never make any. The ring is closed already.
void send_last(std::vector<std::unique_ptr<Backlog>> backlogs);

inline constexpr int last_sends_ms_max = 1000;

}  // namespace duplex::transport
