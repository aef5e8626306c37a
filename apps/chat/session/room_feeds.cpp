#include "chat/session/room_feeds.hpp"

namespace duplex::chat {

RoomFeeds::Meeting RoomFeeds::meet(const RoomId& room, SessionId reader, Seq position, Seq last) {
  // The first reader of a room: nobody needs what the feed may still bring of the events up to `last`.
  Feed& feed = feeds_.try_emplace(room, Feed{last, {}}).first->second;
  if (position <= feed.position) return Meeting::met;
  feed.waiting.push_back({reader, position});
  return Meeting::waiting;
}

bool RoomFeeds::advance(const RoomId& room, Seq seq) {
  Feed& feed = feeds_.try_emplace(room, Feed{0, {}}).first->second;
  if (seq <= feed.position) return false;
  feed.position = seq;
  return true;
}

std::vector<SessionId> RoomFeeds::take_met(const RoomId& room) {
  std::vector<SessionId> met;
  const auto found = feeds_.find(room);
  if (found == feeds_.end()) return met;
  Feed& feed = found->second;
  std::erase_if(feed.waiting, [&](const Waiting& waiting) {
    if (waiting.position > feed.position) return false;
    met.push_back(waiting.reader);
    return true;
  });
  return met;
}

void RoomFeeds::forget(const RoomId& room, SessionId reader) {
  const auto found = feeds_.find(room);
  if (found == feeds_.end()) return;
  std::erase_if(found->second.waiting, [reader](const Waiting& waiting) { return waiting.reader == reader; });
}

}  // namespace duplex::chat
