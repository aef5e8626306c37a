#include "chat/session/followed_rooms.hpp"

#include <iterator>
#include <utility>

#include "chat/session/message_writer.hpp"
#include "chat/session/topics.hpp"
#include "chat/session/world.hpp"

namespace duplex::chat {

void FollowedRooms::follow(const Room& room) {
  if (contains(room.id)) return;
  begin(room.id);
  meet_feed(room.id, room.last, room.last);
}

void FollowedRooms::resume(const Room& room, const ResumePlan& plan) {
  if (const auto* reset = std::get_if<Reset>(&plan)) {
    outlet_.send(write_reset(room.id, reset->reason, room.floor, room.last));
    return follow(room);
  }
  begin(room.id);
  const auto& [after, to] = std::get<Replay>(plan);
  ReplayOf replay{room.id, after, to, {}};
  if (after == to) return finish(replay, room.last);
  replays_.push_back(std::move(replay));
}

void FollowedRooms::leave(const RoomId& room) {
  if (states_.erase(room) == 0) return;
  std::erase_if(replays_, [&](const ReplayOf& replay) { return replay.room == room; });
  world_.feeds.forget(room, reader_);
  outlet_.unsubscribe(events_topic(room));
  outlet_.unsubscribe(now_topic(room));
}

bool FollowedRooms::is_attached(const RoomId& room) const {
  const auto found = states_.find(room);
  return found != states_.end() && found->second == State::attached;
}

std::vector<RoomId> FollowedRooms::all() const {
  std::vector<RoomId> rooms;
  rooms.reserve(states_.size());
  for (const auto& [room, state] : states_) rooms.push_back(room);
  return rooms;
}

void FollowedRooms::feed_arrived(const RoomId& room) {
  const auto found = states_.find(room);
  if (found == states_.end() || found->second != State::waiting) return;
  found->second = State::attached;
  outlet_.subscribe(events_topic(room));
}

FollowedRooms::Progress FollowedRooms::replay(const UserId& me) {
  while (!replays_.empty()) {
    if (outlet_.buffered_bytes() >= outbox_bytes_calm) return Progress::full;
    ReplayOf& replay = replays_.front();
    if (!replay.page.empty()) {
      send_next(replay, me);
    } else if (!read_page(replay)) {
      return Progress::unavailable;
    }
  }
  return Progress::done;
}

void FollowedRooms::begin(const RoomId& room) {
  states_.insert_or_assign(room, State::behind);
  outlet_.subscribe(now_topic(room));
}

void FollowedRooms::meet_feed(const RoomId& room, Seq position, Seq last) {
  states_.insert_or_assign(room, State::waiting);
  if (world_.feeds.meet(room, reader_, position, last) == RoomFeeds::Meeting::met) feed_arrived(room);
}

bool FollowedRooms::read_page(ReplayOf& replay) {
  auto page = world_.store.history({replay.room, After{replay.position}, replay_page_events});
  if (!page) return false;
  if (page->floor > replay.position) {
    // Trimmed while we were at it: what lies between is gone, and that must not go unsaid.
    outlet_.send(write_reset(replay.room, ResetReason::trimmed, page->floor, page->last));
    replay.position = page->last;
    replay.cutoff.reset();
    page->events.clear();
  }
  replay.page.assign(std::make_move_iterator(page->events.begin()),
                     std::make_move_iterator(page->events.end()));
  if (!replay.page.empty()) return true;
  ReplayOf finished = std::move(replay);
  replays_.pop_front();
  finish(finished, page->last);
  return true;
}

void FollowedRooms::send_next(ReplayOf& replay, const UserId& me) {
  const Event& event = replay.page.front();
  if (replay.cutoff && event.seq > *replay.cutoff) say_replayed(replay);
  const bool is_own = event.author.id == me;
  outlet_.send(write_event(event, is_own ? EventReader::author : EventReader::others));
  replay.position = event.seq;
  replay.page.pop_front();
}

void FollowedRooms::say_replayed(ReplayOf& replay) {
  outlet_.send(write_replayed(replay.room, *replay.cutoff));
  replay.cutoff.reset();
}

void FollowedRooms::finish(ReplayOf& replay, Seq last) {
  if (replay.cutoff) say_replayed(replay);
  meet_feed(replay.room, replay.position, last);
}

}  // namespace duplex::chat
