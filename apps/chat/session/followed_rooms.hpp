// The rooms of one session: what it has to be sent before it may hear the live events, and since when it
// does.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "chat/domain/event.hpp"
#include "chat/domain/resume.hpp"
#include "chat/domain/room.hpp"
#include "chat/session/outlet.hpp"
#include "chat/session/room_feeds.hpp"

namespace duplex::chat {

struct World;

// A room is *behind* while stored events are being replayed, *waiting* when all is read but the feed has not
// come to that place yet, and *attached* from then on. Live events that happen during a replay are not kept
// in memory: they are read from the store as well, after `replayed`, until reader and feed meet. So a reader
// of any speed costs one page. Loop thread only.
class FollowedRooms {
 public:
  enum class Progress {
    done,        // nothing is left to be replayed
    full,        // the outlet has to drain first
    unavailable  // the store cannot be read
  };

  FollowedRooms(SessionId reader, Outlet& outlet, World& world)
      : reader_(reader), outlet_(outlet), world_(world) {}

  // Follows from the room's last event on. A room that is followed already stays as it is.
  void follow(const Room& room);
  // Follows from a cursor on: first says what the plan says, then goes on like follow().
  void resume(const Room& room, const ResumePlan& plan);
  void leave(const RoomId& room);

  bool contains(const RoomId& room) const { return states_.contains(room); }
  bool is_attached(const RoomId& room) const;
  std::vector<RoomId> all() const;

  // The feed has come to the place that this session has read up to.
  void feed_arrived(const RoomId& room);

  // Replays as far as the outlet is calm. `me` sees its own cids.
  Progress replay(const UserId& me);
  bool is_behind() const { return !replays_.empty(); }

 private:
  enum class State { behind, waiting, attached };
  struct ReplayOf {
    RoomId room;
    Seq position;
    std::optional<Seq> cutoff;  // until `replayed` was said
    std::deque<Event> page;     // read, not sent yet
  };

  void begin(const RoomId& room);
  void meet_feed(const RoomId& room, Seq position, Seq last);
  bool read_page(ReplayOf& replay);
  void send_next(ReplayOf& replay, const UserId& me);
  void say_replayed(ReplayOf& replay);
  void finish(ReplayOf& replay, Seq last);

  const SessionId reader_;
  Outlet& outlet_;
  World& world_;
  std::map<RoomId, State> states_;
  std::deque<ReplayOf> replays_;
};

}  // namespace duplex::chat
