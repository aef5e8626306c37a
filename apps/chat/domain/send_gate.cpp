#include "chat/domain/send_gate.hpp"

#include <algorithm>

namespace duplex::chat {

bool SendGate::admits(const RoomId& room, const Cid& cid) {
  const auto shut = rooms_.find(room);
  if (shut == rooms_.end()) return rooms_.size() < rooms_shut_max;
  if (cid != shut->second.refused) return false;
  rooms_.erase(shut);
  return true;
}

void SendGate::shut(const RoomId& room, const Cid& refused) {
  if (rooms_.size() >= rooms_shut_max) return;
  rooms_.try_emplace(room, Shut{refused, pings_sent_ + 1});
}

void SendGate::pong_received() {
  // A pong that nobody asked for must not count for a ping that is yet to come.
  pongs_received_ = std::min(pongs_received_ + 1, pings_sent_);
  std::erase_if(rooms_, [this](const auto& room) { return room.second.opens_at_pong <= pongs_received_; });
}

}  // namespace duplex::chat
