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

/// Under OverflowPolicy::wait a handler waits, too, in the only way it can: it gets no more input from a peer
/// that does not take its output.
bool Pump::may_call_handler() const { return terms_->overflow != OverflowPolicy::wait || !is_congested(); }

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
  while (!arrived_ && pull()) {
    if (waiting_ == Waiting::arrival) resume_session();
  }
}

/// Makes the next data event `arrived_`; handles everything else on the way. False: nothing more is here.
bool Pump::pull() {
  secure_borrowed();
  arrived_storage_.release();
  do {
    while (auto event = protocol_.next_event()) {
      if (auto* message = std::get_if<MessageEvent>(&*event)) {
        arrived_ = Arrived{message->type, message->payload, true, true};
      } else if (auto* chunk = std::get_if<ChunkEvent>(&*event)) {
        arrived_ = Arrived{chunk->type, chunk->payload, chunk->first, chunk->last};
      } else {
        handle_event_quietly(*event);
        continue;
      }
      if (arrived_->last) deadlines_.between_messages();
      if (!session_done_) return true;
      arrived_.reset();  // nobody will ever take it
    }
  } while (refill());
  return false;
}

/// There is room again: the handler goes on with what was held meanwhile.
void Pump::deliver_held_input() {
  if (held_input_.empty()) return;
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
    held_input_.release();
    if (stream_) {
      reading_paused_ = false;
      deadlines_.reading_resumed(roster_.loop().now());
      stream_->resume_reading();
      schedule_deadline();
    }
    return false;
  }
  if (held_input_.empty()) return false;
  held_input_is_lent_ = true;
  protocol_.receive(held_input_.bytes());
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
  if (arrived_ && arrived_storage_.empty()) {
    arrived_storage_.append(arrived_->payload);
    arrived_->payload = std::as_const(arrived_storage_).bytes();
  }
  if (protocol_.has_input() && !held_input_is_lent_) {
    held_input_.append(protocol_.take_back_input());
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
  while (arrived_ || pull()) {
    const bool is_whole = arrived_->first && arrived_->last;
    if (is_whole || delivery == Protocol::Delivery::pieces) return Arrival::arrived;
    arrived_.reset();  // the rest of a message that was begun in pieces
  }
  return concluded_ ? Arrival::ended : Arrival::waiting;
}

std::optional<Message> Pump::take_message() {
  if (!arrived_) return std::nullopt;
  const Arrived taken = *std::exchange(arrived_, std::nullopt);
  std::optional<Message> message(std::in_place, taken.type, taken.payload);
  if (arrived_storage_.empty()) {
    message->borrow_through(&borrowed_);
  } else {
    message->keep();
  }
  return message;
}

std::optional<Chunk> Pump::take_chunk() {
  if (!arrived_) return std::nullopt;
  const Arrived taken = *std::exchange(arrived_, std::nullopt);
  // What we hear while the session is busy elsewhere must suit receive() as well as receive_chunk().
  if (taken.last) protocol_.set_delivery(Protocol::Delivery::whole);
  return Chunk{taken.type, taken.payload, taken.first, taken.last};
}

void Pump::wait(std::coroutine_handle<> awaiting, Waiting reason) {
  DUPLEX_ASSERT(waiting_ == Waiting::nothing);
  suspended_ = awaiting;
  waiting_ = reason;
}

void Pump::wait_for_time(std::chrono::milliseconds duration, std::coroutine_handle<> awaiting) {
  wait(awaiting, Waiting::time);
  if (!sleep_) {
    sleep_ = std::make_unique<transport::Timer>([this] {
      if (waiting_ == Waiting::time) resume_session();
    });
  }
  roster_.loop().schedule(*sleep_, later(roster_.loop().now(), duration));
}

}  // namespace duplex::connection
