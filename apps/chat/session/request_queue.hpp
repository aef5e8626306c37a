// The requests of one connection that wait for an earlier one.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "chat/session/command.hpp"
#include "chat/session/limits.hpp"

namespace duplex::chat {

// First in, first out; bounded in number and in bytes.
class RequestQueue {
 public:
  // False when it is full: the request was not taken.
  bool push(Incoming request, std::size_t bytes) {
    if (waiting_.size() >= requests_waiting_max || bytes_ + bytes > requests_waiting_bytes_max) return false;
    bytes_ += bytes;
    waiting_.push_back({std::move(request), bytes});
    return true;
  }

  bool empty() const { return waiting_.empty(); }
  const Incoming& front() const { return waiting_.front().request; }

  Incoming take() {
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= first.bytes;
    return std::move(first.request);
  }

 private:
  struct Waiting {
    Incoming request;
    std::size_t bytes;
  };
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
};

}  // namespace duplex::chat
