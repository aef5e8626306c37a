// Where the live feed of each room stands, and who waits for it to come to the place that they have read up
// to.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "chat/domain/id.hpp"
#include "chat/domain/limits.hpp"

namespace duplex::chat {

using SessionId = std::uint64_t;

// A store answers reads from the committed state, which the feed reaches a moment later. A reader at place p
// is attached when the feed is at p exactly: before that it would get events twice, after that it would miss
// some. In memory, loop thread only; a few bytes for each room that was ever followed.
class RoomFeeds {
 public:
  enum class Meeting {
    met,     // the feed is at the reader's place: attach it now
    waiting  // the feed comes to that place later; take_met() will name the reader
  };

  // For a reader who has just read the room to its end: `position` is the last event that it knows, `last`
  // the last one that is stored. As the feed is never beyond what is stored, it cannot have passed the
  // reader.
  Meeting meet(const RoomId& room, SessionId reader, Seq position, Seq last);

  // The feed brings an event. False when every reader has read it already, so that it must not be published.
  bool advance(const RoomId& room, Seq seq);
  // The readers that have to be attached now, after the event was published. Some may be gone by then.
  std::vector<SessionId> take_met(const RoomId& room);
  // The reader waits no longer.
  void forget(const RoomId& room, SessionId reader);

 private:
  struct Waiting {
    SessionId reader;
    Seq position;
  };
  struct Feed {
    Seq position;
    std::vector<Waiting> waiting;
  };

  std::unordered_map<RoomId, Feed> feeds_;
};

}  // namespace duplex::chat
