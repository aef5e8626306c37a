#include "chat/session/session.hpp"

#include <algorithm>

#include "chat/session/greeting.hpp"
#include "chat/session/message_writer.hpp"
#include "chat/session/requests.hpp"

namespace duplex::chat {
namespace {

// Commands that look at what is stored: they have to see what this client has changed before.
bool looks_at_store(const Incoming& incoming) {
  const auto* request = std::get_if<Request>(&incoming);
  if (request == nullptr) return false;
  const Command& command = request->command;
  return std::holds_alternative<ListRooms>(command) || std::holds_alternative<ReadHistory>(command) ||
         std::holds_alternative<Who>(command) || std::holds_alternative<StartTyping>(command);
}

}  // namespace

Session::Session(SessionId id, std::unique_ptr<Outlet> outlet, World& world)
    : id_(id),
      world_(world),
      outlet_(std::move(outlet)),
      opened_at_(world.clock.steady_ms()),
      frames_(frame_rate, opened_at_),
      requests_(world.options.request_rate, opened_at_),
      rooms_(id, *outlet_, world),
      heartbeat_(opened_at_) {
  plan();
}

void Session::receive_text(std::string_view text) {
  if (state_ == State::closed) return;
  const TimeMs now = world_.clock.steady_ms();
  heartbeat_.heard(now);
  if (frames_.take(now)) return close(ChatClose::rate_abuse, "too many messages", restart_retry_ms_max);
  Incoming incoming = world_.reader.read(text);
  if (std::holds_alternative<NotAnObject>(incoming))
    return close(ChatClose::bad_protocol, "a message is a JSON object");
  if (!queue_.push(std::move(incoming), text.size()))
    return close(ChatClose::rate_abuse, "too many requests wait for an answer", restart_retry_ms_max);
  advance();
}

void Session::receive_binary() { close(ChatClose::unsupported_data, "a message is text"); }

void Session::tick() {
  if (state_ == State::closed) return;
  const TimeMs now = world_.clock.steady_ms();
  if (state_ == State::before_hello && now >= opened_at_ + hello_timeout_ms)
    return close(ChatClose::no_hello, "there was no hello within 10 s");
  if (state_ == State::greeted) beat();
  if (is_paced() && now >= paced_at_) {
    pace_ms_ = is_congested() ? std::min(pace_ms_ * 2, pace_ms_max) : pace_ms_min;
    paced_at_ = now + pace_ms_;
    return advance();
  }
  plan();
}

void Session::end() {
  if (has_ended_) return;
  has_ended_ = true;
  state_ = State::closed;
  world_.agenda.forget(id_);
  if (!me_) return;
  const std::vector<RoomId> rooms = rooms_.all();
  for (const RoomId& room : rooms) rooms_.leave(room);
  world_.presence.disconnect(me_->id, id_);
  if (!world_.sessions.release(me_->id, id_)) return;
  world_.presence_board.departed(me_->id, rooms);
  world_.typing.stop_everywhere(me_->id);
  world_.names.release(me_->id);
}

void Session::push(std::string_view text) {
  if (state_ == State::closed) return;
  outlet_->send(text);
  heartbeat_.sent(world_.clock.steady_ms());
}

void Session::publish_own(std::string_view topic, std::string_view for_others, std::string_view for_me) {
  outlet_->publish_to_others(topic, for_others);
  push(for_me);
}

void Session::refuse(const std::optional<RequestId>& id, const Error& error, std::optional<TimeMs> retry_ms) {
  if (!retry_ms && error.code == ErrorCode::unavailable) retry_ms = retry_unavailable_ms;
  push(write_error(id, error, retry_ms));
}

void Session::close(ChatClose code, std::string_view reason, TimeMs retry_ms) {
  if (state_ == State::closed) return;
  // Programs that speak another protocol get the code of that one and no text that they would not understand.
  if (code != ChatClose::unsupported_data) push(write_bye(code, reason, retry_ms));
  end();
  outlet_->close(code, reason);
}

void Session::greeting_refused(const std::optional<RequestId>& id, const Error& error) {
  state_ = State::before_hello;
  refuse(id, error);
  if (++greetings_refused_ >= hello_refusals_max) close(ChatClose::auth_failed, "too many refused hellos");
}

void Session::greeting_done(Author me) {
  me_ = std::move(me);
  state_ = State::greeted;
}

void Session::shut(const RoomId& room, const Cid& cid, const Error& refusal, TimeMs retry_ms) {
  refusal_ = refusal;
  refused_until_ = world_.clock.steady_ms() + retry_ms;
  gate_.shut(room, cid);
  // Whatever comes behind the answer to this ping was written by a client that knew of the refusal.
  send_ping();
}

TimeMs Session::refusal_ends_in_ms() const {
  return std::max<TimeMs>(0, refused_until_ - world_.clock.steady_ms());
}

void Session::advance() {
  while (state_ != State::closed && !queue_.empty() && !must_wait(queue_.front())) handle(queue_.take());
  if (state_ == State::greeted) replay();
  plan();
}

bool Session::must_wait(const Incoming& request) const {
  if (state_ == State::greeting) return true;
  return looks_at_store(request) && (changes_in_flight_ > 0 || is_congested());
}

bool Session::is_congested() const { return outlet_->buffered_bytes() >= outbox_bytes_calm; }

void Session::handle(Incoming request) {
  if (const auto* malformed = std::get_if<Malformed>(&request)) return refuse_malformed(*malformed);
  handle_request(std::move(std::get<Request>(request)));
}

void Session::handle_request(Request request) {
  if (const auto* hello = std::get_if<Hello>(&request.command)) {
    if (!me_) return greet(*this, world_, *request.id, *hello);
    return refuse(request.id, {ErrorCode::bad_request, "there was a hello already"});
  }
  if (!me_) return refuse(request.id, {ErrorCode::unauthorized, "say hello first"});
  handle_command(*this, world_, request.id, request.command);
}

void Session::refuse_malformed(const Malformed& malformed) {
  if (me_) return refuse(malformed.id, malformed.error);
  if (!malformed.is_hello) return refuse(malformed.id, {ErrorCode::unauthorized, "say hello first"});
  greeting_refused(malformed.id, malformed.error);
}

void Session::replay() {
  if (rooms_.replay(me_->id) == FollowedRooms::Progress::unavailable)
    close(ChatClose::store_unavailable, "the messages cannot be read", retry_unavailable_ms);
}

void Session::beat() {
  switch (heartbeat_.take_due(world_.clock.steady_ms())) {
    case Heartbeat::Due::nothing:
      return;
    case Heartbeat::Due::ping:
      return send_ping();
    case Heartbeat::Due::death:
      return close(ChatClose::silent, "nothing was heard for too long");
  }
}

void Session::send_ping() {
  gate_.ping_sent();
  push(write_ping());
}

// Says when to be looked at next.
void Session::plan() {
  if (state_ == State::closed) return;
  if (state_ == State::before_hello) return world_.agenda.schedule(id_, opened_at_ + hello_timeout_ms);
  if (state_ == State::greeted) world_.agenda.schedule(id_, heartbeat_.next_deadline());
  if (!is_paced()) return;
  if (paced_at_ <= world_.clock.steady_ms()) paced_at_ = world_.clock.steady_ms() + pace_ms_min;
  world_.agenda.schedule(id_, paced_at_);
}

// Is there work that waits for nothing but the reader?
bool Session::is_paced() const {
  if (state_ != State::greeted) return false;
  return rooms_.is_behind() || (!queue_.empty() && changes_in_flight_ == 0);
}

}  // namespace duplex::chat
