// Events on their way to the application.
#include <utility>

#include "base/assert.hpp"
#include "connection/guard.hpp"
#include "connection/pump.hpp"
#include "connection/roster.hpp"

namespace duplex::connection {

void Pump::deliver() {
  if (terms_->handler) {
    deliver_to_handler();
  } else {
    deliver_to_session();
  }
}

void Pump::deliver_to_handler() {
  while (may_call_handler()) {
    const auto event = protocol_.next_event();
    if (!event) return;
    if (auto* message = std::get_if<MessageEvent>(&*event)) {
      handle_message(message->type, message->payload);
    } else if (auto* chunk = std::get_if<ChunkEvent>(&*event)) {
      if (chunk->last) deadlines_.between_messages();
      const Chunk piece{chunk->type, chunk->payload, chunk->first, chunk->last};
      guard([&] { terms_->handler->chunk(*this, piece); });
    } else {
      handle_event_quietly(*event);
    }
  }
}

void Pump::handle_message(MessageType type, Bytes payload) {
  deadlines_.between_messages();
  Message message(type, payload);
  message.borrow_through(&borrowed_);
  guard([&] { terms_->handler->message(*this, message); });
}

void Pump::deliver_to_session() {
  // The session pulls by itself while it finds messages; what is left for us is to wake it for the first one,
  // and to hear control frames while it is busy elsewhere.
  while (!session_->arrived && pull()) {
    if (session_->waiting == Waiting::arrival) resume_session();
  }
}

/// Makes the next data event the session's; handles everything else on the way, also data that nobody will
/// ever take. False: nothing more is here.
bool Pump::pull() {
  secure_borrowed();
  if (session_) session_->arrived_storage.release();
  do {
    while (const auto event = protocol_.next_event()) {
      const std::optional<Arrived> arrived = data_of(*event);
      if (!arrived) {
        handle_event_quietly(*event);
        continue;
      }
      if (arrived->last) deadlines_.between_messages();
      if (session_done_) continue;
      session_->arrived = arrived;
      return true;
    }
  } while (refill());
  return false;
}

std::optional<Pump::Arrived> Pump::data_of(const ProtocolEvent& event) {
  if (const auto* message = std::get_if<MessageEvent>(&event))
    return Arrived{message->type, message->payload};
  if (const auto* chunk = std::get_if<ChunkEvent>(&event))
    return Arrived{chunk->type, chunk->payload, chunk->first, chunk->last};
  return {};
}

/// There is room again: the handler goes on with what was held meanwhile.
void Pump::deliver_held_input() {
  if (!held_input_) return;
  in_turn_ = true;
  lend_output();
  if (!held_input_is_lent_) refill();
  deliver_to_handler();
  if (!protocol_.has_input()) refill();
  in_turn_ = false;
  mark_dirty();
}

/// Lends the held input to the protocol, or lets go of it and reads on. False: there is none.
bool Pump::refill() {
  if (held_input_is_lent_) {
    held_input_is_lent_ = false;
    held_input_.reset();
    if (stream_) {
      reading_paused_ = false;
      deadlines_.reading_resumed(roster_.loop().now());
      stream_->resume_reading();
      schedule_deadline();
    }
    return false;
  }
  if (!held_input_) return false;
  held_input_is_lent_ = true;
  protocol_.receive(held_input_->bytes());
  return true;
}

void Pump::handle_event_quietly(const ProtocolEvent& event) {
  if (auto* pong = std::get_if<PongEvent>(&event)) {
    if (terms_->handler) guard([&] { terms_->handler->pong(*this, pong->payload); });
  } else if (std::holds_alternative<CloseEvent>(event)) {
    if (!closing_) begin_closing(CloseCause::peer_closed, "the peer closed");
  } else if (auto* failure = std::get_if<FailureEvent>(&event)) {
    begin_closing(CloseCause::protocol_failure, std::string(failure->detail));
    roster_.log(LogLevel::info, "connection from " + std::string(remote_address()) + " failed with " +
                                    std::to_string(static_cast<unsigned>(failure->code)) + ": " +
                                    std::string(failure->detail));
  }
}

/// The receive buffer goes back to the loop: what is still needed of it moves out.
void Pump::settle_input() {
  secure_borrowed();
  if (session_ && session_->arrived && session_->arrived_storage.empty()) {
    session_->arrived_storage.append(session_->arrived->payload);
    session_->arrived->payload = std::as_const(session_->arrived_storage).bytes();
  }
  if (protocol_.has_input() && !held_input_is_lent_) {
    held_input_ = std::make_unique<ByteBuffer>();
    held_input_->append(protocol_.take_back_input());
    if (stream_ && !reading_paused_) {
      reading_paused_ = true;
      deadlines_.reading_paused();
      stream_->pause_reading();
    }
  }
  if (protocol_.is_inside_message()) deadlines_.inside_message(roster_.loop().now());
}

void Pump::secure_borrowed() {
  if (borrowed_ != nullptr) borrowed_->keep();
}

Connection::Arrival Pump::poll(Protocol::Delivery delivery) {
  protocol_.set_delivery(delivery);
  if (!in_turn_) mark_dirty();  // pulling may answer pings
  std::optional<Arrived>& arrived = session_->arrived;
  while (arrived || pull()) {
    const bool is_whole = arrived->first && arrived->last;
    if (is_whole || delivery == Protocol::Delivery::pieces) return Arrival::arrived;
    arrived.reset();  // the rest of a message that was begun in pieces
  }
  return concluded_ ? Arrival::ended : Arrival::waiting;
}

std::optional<Message> Pump::take_message() {
  if (!session_->arrived) return std::nullopt;
  const Arrived taken = *std::exchange(session_->arrived, std::nullopt);
  std::optional<Message> message(std::in_place, taken.type, taken.payload);
  if (session_->arrived_storage.empty()) {
    message->borrow_through(&borrowed_);
  } else {
    message->keep();
  }
  return message;
}

std::optional<Chunk> Pump::take_chunk() {
  if (!session_->arrived) return std::nullopt;
  const Arrived taken = *std::exchange(session_->arrived, std::nullopt);
  // What we hear while the session is busy elsewhere must suit receive() as well as receive_chunk().
  if (taken.last) protocol_.set_delivery(Protocol::Delivery::whole);
  return Chunk{taken.type, taken.payload, taken.first, taken.last};
}

void Pump::wait(std::coroutine_handle<> awaiting, Waiting reason) {
  DUPLEX_ASSERT(session_ && session_->waiting == Waiting::nothing);
  session_->suspended = awaiting;
  session_->waiting = reason;
}

void Pump::wait_for_time(std::chrono::milliseconds duration, std::coroutine_handle<> awaiting) {
  wait(awaiting, Waiting::time);
  roster_.loop().schedule(session_->sleep, later(roster_.loop().now(), duration));
}

}  // namespace duplex::connection
