#include "connection/mailbox.hpp"

#include <utility>

#include "connection/pump.hpp"
#include "connection/roster.hpp"
#include "transport/transport.hpp"

namespace duplex::connection {

Mailbox::Mailbox(Roster& roster, std::shared_ptr<transport::Loop> loop, std::size_t bytes_max)
    : bytes_max_(bytes_max), loop_(std::move(loop)), roster_(&roster) {}

SendVerdict Mailbox::send(ConnectionId id, MessageType type, ConstBytes payload) {
  Letter letter;
  letter.id = id;
  letter.type = type;
  letter.payload.append(payload);
  return post(std::move(letter));
}

SendVerdict Mailbox::close(ConnectionId id, CloseCode code, std::string_view reason) {
  Letter letter;
  letter.kind = Letter::Kind::close;
  letter.id = id;
  letter.code = code;
  letter.text = reason;
  return post(std::move(letter));
}

SendVerdict Mailbox::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  Letter letter;
  letter.kind = Letter::Kind::publish;
  letter.type = type;
  letter.payload.append(payload);
  letter.text = topic;
  return post(std::move(letter));
}

SendVerdict Mailbox::post(Letter letter) {
  std::unique_lock lock(mutex_);
  if (roster_ == nullptr) return SendVerdict::closed;
  if (loop_->is_loop_thread()) {
    Roster& roster = *roster_;  // it is the loop thread that would take it away
    lock.unlock();
    return deliver(roster, letter);
  }
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
  for (const Letter& letter : letters) static_cast<void>(deliver(*roster, letter));
}

SendVerdict Mailbox::deliver(Roster& roster, const Letter& letter) {
  if (letter.kind == Letter::Kind::publish) {
    if (roster.topics() == nullptr) return SendVerdict::invalid;
    return roster.topics()->publish(nullptr, letter.text, letter.type, letter.payload.bytes());
  }
  Pump* pump = roster.find(letter.id);
  if (pump == nullptr) return SendVerdict::closed;
  if (letter.kind == Letter::Kind::close) return pump->close(letter.code, letter.text);
  return pump->send(letter.type, letter.payload.bytes()).verdict();
}

void Mailbox::disconnect() {
  std::lock_guard lock(mutex_);
  roster_ = nullptr;
  loop_.reset();
  letters_.clear();
}

}  // namespace duplex::connection
