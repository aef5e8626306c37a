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

SendVerdict publish_here(Roster& roster, std::string_view topic, MessageType type, ConstBytes payload) {
  if (roster.topics() == nullptr) return SendVerdict::invalid;
  return roster.topics()->publish(nullptr, topic, type, payload);
}

}  // namespace

Mailbox::Mailbox(Roster& roster, std::shared_ptr<transport::Loop> loop, std::size_t bytes_max)
    : bytes_max_(bytes_max), loop_(std::move(loop)), roster_(&roster) {}

SendVerdict Mailbox::send(ConnectionId id, MessageType type, ConstBytes payload) {
  if (Roster* roster = roster_here()) return send_here(*roster, id, type, payload);
  if (!is_sendable_payload(type, payload)) return SendVerdict::invalid;
  Letter letter;
  letter.id = id;
  letter.type = type;
  letter.payload.append(payload);
  return post(std::move(letter));
}

SendVerdict Mailbox::close(ConnectionId id, CloseCode code, std::string_view reason) {
  if (Roster* roster = roster_here()) return close_here(*roster, id, code, reason);
  if (code != CloseCode::no_status && !is_sendable(code)) return SendVerdict::invalid;
  if (!is_valid_utf8(as_bytes(reason))) return SendVerdict::invalid;
  Letter letter;
  letter.kind = Letter::Kind::close;
  letter.id = id;
  letter.code = code;
  letter.text = reason;
  return post(std::move(letter));
}

SendVerdict Mailbox::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  if (Roster* roster = roster_here()) return publish_here(*roster, topic, type, payload);
  if (!is_sendable_payload(type, payload)) return SendVerdict::invalid;
  Letter letter;
  letter.kind = Letter::Kind::publish;
  letter.type = type;
  letter.payload.append(payload);
  letter.text = topic;
  return post(std::move(letter));
}

Roster* Mailbox::roster_here() {
  const std::lock_guard lock(mutex_);
  // It is this thread that would take the roster away, so it stays after the lock is gone.
  return roster_ != nullptr && loop_->is_loop_thread() ? roster_ : nullptr;
}

SendVerdict Mailbox::post(Letter letter) {
  const std::lock_guard lock(mutex_);
  if (roster_ == nullptr) return SendVerdict::closed;
  if (bytes_ + letter.bytes() > bytes_max_) return SendVerdict::dropped;
  bytes_ += letter.bytes();
  letters_.push_back(std::move(letter));
  // One wake-up for a burst: whoever puts the first letter in rings.
  if (letters_.size() == 1) loop_->post([self = shared_from_this()] { self->deliver_all(); });
  return SendVerdict::queued;
}

void Mailbox::deliver_all() {
  std::unique_lock lock(mutex_);
  std::vector<Letter> letters = std::exchange(letters_, {});
  bytes_ = 0;
  Roster* roster = roster_;
  lock.unlock();
  if (roster == nullptr) return;
  for (const Letter& letter : letters) deliver(*roster, letter);
}

void Mailbox::deliver(Roster& roster, const Letter& letter) {
  switch (letter.kind) {
    case Letter::Kind::send:
      static_cast<void>(send_here(roster, letter.id, letter.type, letter.payload.bytes()));
      break;
    case Letter::Kind::close:
      static_cast<void>(close_here(roster, letter.id, letter.code, letter.text));
      break;
    case Letter::Kind::publish:
      static_cast<void>(publish_here(roster, letter.text, letter.type, letter.payload.bytes()));
      break;
  }
}

void Mailbox::disconnect() {
  std::lock_guard lock(mutex_);
  roster_ = nullptr;
  loop_.reset();
  letters_.clear();
}

}  // namespace duplex::connection
