#include "lane.hpp"

#include <errno.h>
#include <sys/socket.h>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace duplex::bench {

Lane::Lane(Socket socket, const TapePair& tapes, std::size_t depth)
    : socket_(std::move(socket)), tapes_(&tapes), sent_at_(depth) {}

bool Lane::send_messages(std::size_t count, Clock::time_point now) {
  for (std::size_t message = 0; message < count; ++message) {
    sent_at_[newest_] = now;
    newest_ = newest_ + 1 == sent_at_.size() ? 0 : newest_ + 1;
  }
  waiting_bytes_ += count * tapes_->sent.message_bytes();
  return send_waiting();
}

bool Lane::send_waiting() {
  while (waiting_bytes_ > 0) {
    const std::string_view bytes = tapes_->sent.from(send_position_, waiting_bytes_);
    const ssize_t sent = send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return false;
    if (sent < 0) die("send");
    send_position_ = tapes_->sent.advance(send_position_, static_cast<std::size_t>(sent));
    waiting_bytes_ -= static_cast<std::size_t>(sent);
  }
  return true;
}

std::size_t Lane::receive(std::string_view bytes) {
  partial_bytes_ += bytes.size();
  while (!bytes.empty()) {
    const std::string_view expected = tapes_->expected.from(receive_position_, bytes.size());
    if (bytes.substr(0, expected.size()) != expected) {
      std::cerr << "bench_load: the server sent other bytes than the echo\n";
      std::exit(1);
    }
    receive_position_ = tapes_->expected.advance(receive_position_, expected.size());
    bytes.remove_prefix(expected.size());
  }
  const std::size_t completed = partial_bytes_ / tapes_->expected.message_bytes();
  partial_bytes_ %= tapes_->expected.message_bytes();
  return completed;
}

Clock::time_point Lane::take_oldest_send_time() {
  const Clock::time_point sent_at = sent_at_[oldest_];
  oldest_ = oldest_ + 1 == sent_at_.size() ? 0 : oldest_ + 1;
  return sent_at;
}

}  // namespace duplex::bench
