#include "connection/mailbox.hpp"

#include <utility>

#include <duplex/protocol.hpp>

#include "connection/pump.hpp"
#include "connection/roster.hpp"
#include "transport/transport.hpp"

namespace duplex::connection {

namespace {

/// Checked where the verdict can still be heard.
bool is_sendable_payload(MessageType type, ConstBytes payload) {
  return type != MessageType::text || is_valid_utf8(payload);
}

SendVerdict send_here(Roster& roster, ConnectionId id, MessageType type, ConstBytes payload) {
  Pump* pump = roster.find(id);
  return pump == nullptr ? SendVerdict::closed : pump->send(type, payload).verdict();
}

SendVerdict close_here(Roster& roster, ConnectionId id, CloseCode code, std::string_view reason) {
  Pump* pump = roster.find(id);
  return pump == nullptr ? SendVerdict::closed : pump->close(code, reason);
}

}  // namespace

Mailbox::Mailbox(Roster& roster, std::shared_ptr<transport::Loop> loop, std::size_t bytes_max)
    : loop_(std::move(loop)), roster_(&roster), letters_(bytes_max) {}

SendVerdict Mailbox::send(ConnectionId id, MessageType type, ConstBytes payload) {
  if (Roster* roster = roster_here()) return send_here(*roster, id, type, payload);
  if (!is_sendable_payload(type, payload)) return SendVerdict::invalid;
  return post(Letter::send(id, type, payload));
}

SendVerdict Mailbox::close(ConnectionId id, CloseCode code, std::string_view reason) {
  if (Roster* roster = roster_here()) return close_here(*roster, id, code, reason);
  if (code != CloseCode::no_status && !is_sendable(code)) return SendVerdict::invalid;
  if (!is_valid_utf8(as_bytes(reason))) return SendVerdict::invalid;
  return post(Letter::close(id, code, reason));
}

SendVerdict Mailbox::publish(std::shared_ptr<const Publication> publication) {
  return post(Letter::publish(std::move(publication)));
}

Roster* Mailbox::roster_here() {
  const Gate::Pass pass(gate_);
  // It is this thread that would take the roster away, so it stays after the pass is gone.
  return pass && loop_->is_loop_thread() ? roster_ : nullptr;
}

SendVerdict Mailbox::post(std::unique_ptr<Letter> letter) {
  const Gate::Pass pass(gate_);
  if (!pass) return SendVerdict::closed;
  switch (letters_.push(std::move(letter))) {
    case LetterQueue::Pushed::full:
      return SendVerdict::dropped;
    case LetterQueue::Pushed::first:
      loop_->post([self = shared_from_this()] { self->deliver_all(); });
      break;
    case LetterQueue::Pushed::behind:
      break;
  }
  return SendVerdict::queued;
}

void Mailbox::deliver_all() {
  letters_.drain([this](const Letter& letter) {
    if (roster_ != nullptr) deliver(*roster_, letter);
  });
}

void Mailbox::deliver(Roster& roster, const Letter& letter) {
  switch (letter.kind()) {
    case Letter::Kind::send:
      static_cast<void>(send_here(roster, letter.id(), letter.type(), letter.text()));
      break;
    case Letter::Kind::close:
      static_cast<void>(close_here(roster, letter.id(), letter.code(), as_text(letter.text())));
      break;
    case Letter::Kind::publish:
      if (roster.topics() != nullptr) roster.topics()->deliver(letter.publication());
      break;
  }
}

void Mailbox::disconnect() {
  gate_.close();
  roster_ = nullptr;
  loop_.reset();
  letters_.drain([](const Letter&) {});
}

}  // namespace duplex::connection
