#include "chat/session/hub.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "chat/session/message_writer.hpp"
#include "chat/session/topics.hpp"

namespace duplex::chat {

Hub::Hub(SessionOptions options, Store& store, const Clock& clock, Broadcast& broadcast, RandomBytes random)
    : world_(std::move(options), store, clock, broadcast, std::move(random)) {
  store.listen([this](const Event& event) { receive_event(event); });
}

SessionId Hub::connect(std::unique_ptr<Outlet> outlet) {
  world_.sessions.destroy_removed();
  const SessionId id = next_id_++;
  world_.sessions.add(id, std::make_unique<Session>(id, std::move(outlet), world_));
  return id;
}

void Hub::receive_text(SessionId id, std::string_view text) {
  if (Session* session = world_.sessions.find(id)) session->receive_text(text);
}

void Hub::receive_binary(SessionId id) {
  if (Session* session = world_.sessions.find(id)) session->receive_binary();
}

void Hub::disconnect(SessionId id) {
  if (Session* session = world_.sessions.find(id)) session->end();
  world_.sessions.remove(id);
}

std::optional<TimeMs> Hub::next_deadline() {
  const TimeMs now = world_.clock.steady_ms();
  if (!presence_at_ && world_.presence.has_changes()) presence_at_ = now + presence_interval_ms;
  for (const RoomId& room : world_.typing.take_changed()) typing_changed_.insert(room);
  if (!typing_at_ && !typing_changed_.empty()) typing_at_ = now + typing_interval_ms;

  std::optional<TimeMs> next;
  for (const auto& deadline : {world_.agenda.next(), world_.typing.next_deadline(), presence_at_, typing_at_})
    if (deadline && (!next || *deadline < *next)) next = deadline;
  return next;
}

void Hub::tick() {
  world_.sessions.destroy_removed();
  const TimeMs now = world_.clock.steady_ms();
  for (const SessionId id : world_.agenda.take_due(now))
    if (Session* session = world_.sessions.find(id)) session->tick();
  world_.typing.expire(now);
  if (presence_at_ && now >= *presence_at_) {
    presence_at_.reset();
    world_.presence_board.publish(world_);
  }
  if (typing_at_ && now >= *typing_at_) {
    typing_at_.reset();
    publish_typing();
  }
}

void Hub::drain() {
  for (const SessionId id : world_.sessions.ids())
    if (Session* session = world_.sessions.find(id))
      session->close(ChatClose::restart, "the server restarts", random_retry_ms());
}

void Hub::receive_event(const Event& event) {
  if (!world_.feeds.advance(event.room, event.seq)) return;
  publish(event);
  for (const SessionId id : world_.feeds.take_met(event.room))
    if (Session* session = world_.sessions.find(id)) session->rooms().feed_arrived(event.room);
  if (event.kind == EventKind::message) world_.typing.stop(event.room, event.author.id);
  follow_member(event);
}

// Framed once for everyone; only its author gets a copy of its own, with the cid.
void Hub::publish(const Event& event) {
  const std::string topic = events_topic(event.room);
  const std::string for_others = write_event(event, EventReader::others);
  Session* author = event.cid ? world_.sessions.find(event.author.id) : nullptr;
  if (author != nullptr && author->rooms().is_attached(event.room)) {
    author->publish_own(topic, for_others, write_event(event, EventReader::author));
  } else {
    world_.broadcast.publish(topic, for_others);
  }
}

// A membership may change without a request of this session, for example by a request of the connection that
// it has taken over.
void Hub::follow_member(const Event& event) {
  Session* session = world_.sessions.find(event.author.id);
  if (session == nullptr) return;
  FollowedRooms& rooms = session->rooms();
  if (event.kind == EventKind::leave) rooms.leave(event.room);
  if (event.kind != EventKind::join || rooms.contains(event.room) || session->is_entering(event.room)) return;
  const auto membership = world_.store.membership(event.room, event.author.id);
  if (!membership || !*membership) return;
  session->push(write_room(**membership));
  rooms.follow((*membership)->room);
}

void Hub::publish_typing() {
  for (const RoomId& room : std::exchange(typing_changed_, {})) {
    std::vector<Author> users;
    for (const UserId& user : world_.typing.users(room))
      if (const Session* session = world_.sessions.find(user)) users.push_back(session->me());
    world_.broadcast.publish(now_topic(room), write_typing(room, users));
  }
}

TimeMs Hub::random_retry_ms() const {
  std::array<std::uint8_t, 2> random{};
  world_.random(random);
  const TimeMs span = restart_retry_ms_max - restart_retry_ms_min + 1;
  return restart_retry_ms_min + (random[0] * 256 + random[1]) % span;
}

}  // namespace duplex::chat
