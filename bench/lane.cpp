#include "lane.hpp"

#include <errno.h>

#include <utility>

namespace duplex::bench {

Lane::Lane(Connection connection, const Tape& sent, std::unique_ptr<Answers> answers, std::size_t depth)
    : connection_(std::move(connection)), sent_(&sent), answers_(std::move(answers)), sent_at_(depth) {}

bool Lane::send_messages(std::size_t count, Clock::time_point now) {
  for (std::size_t message = 0; message < count; ++message) {
    waiting_bytes_ += sent_->message_bytes(next_message_++);
    sent_at_[newest_] = now;
    newest_ = newest_ + 1 == sent_at_.size() ? 0 : newest_ + 1;
  }
  return send_waiting();
}

bool Lane::send_waiting() {
  while (waiting_bytes_ > 0) {
    const std::string_view bytes = sent_->from(send_position_, waiting_bytes_);
    const ssize_t sent = connection_.send(bytes);
    if (sent < 0 && errno == EAGAIN) return false;
    if (sent < 0) die("send");
    send_position_ = sent_->advance(send_position_, static_cast<std::size_t>(sent));
    waiting_bytes_ -= static_cast<std::size_t>(sent);
  }
  return true;
}

std::size_t Lane::receive(std::string_view bytes) {
  const auto completed = answers_->receive(bytes);
  if (completed) return *completed;
  quit("the server sent something else than what was expected");
}

std::size_t Lane::skip(std::size_t bytes) {
  const auto completed = answers_->skip(bytes);
  if (completed) return *completed;
  quit("answers of this kind cannot be skipped");
}

Clock::time_point Lane::take_oldest_send_time() {
  const Clock::time_point sent_at = sent_at_[oldest_];
  oldest_ = oldest_ + 1 == sent_at_.size() ? 0 : oldest_ + 1;
  return sent_at;
}

}  // namespace duplex::bench
