#include "connection/letters.hpp"

#include <algorithm>
#include <utility>

namespace duplex::connection {

std::unique_ptr<Letter> Letter::send(ConnectionId id, MessageType type, ConstBytes payload) {
  auto letter = make(Kind::send, id, payload);
  letter->type_ = type;
  return letter;
}

std::unique_ptr<Letter> Letter::close(ConnectionId id, CloseCode code, std::string_view reason) {
  auto letter = make(Kind::close, id, as_bytes(reason));
  letter->code_ = code;
  return letter;
}

std::unique_ptr<Letter> Letter::publish(std::shared_ptr<const Publication> publication) {
  auto letter = make(Kind::publish, {}, {});
  letter->publication_ = std::move(publication);
  return letter;
}

std::unique_ptr<Letter> Letter::make(Kind kind, ConnectionId id, ConstBytes text) {
  return std::unique_ptr<Letter>(new (text.size()) Letter(kind, id, text));
}

Letter::Letter(Kind kind, ConnectionId id, ConstBytes text) : text_bytes_(text.size()), id_(id), kind_(kind) {
  std::copy(text.begin(), text.end(), reinterpret_cast<std::byte*>(this + 1));
}

ConstBytes Letter::text() const { return {reinterpret_cast<const std::byte*>(this + 1), text_bytes_}; }

std::size_t Letter::bytes() const {
  return sizeof(Letter) + text_bytes_ + (publication_ ? publication_->bytes() : 0);
}

LetterQueue::~LetterQueue() {
  drain([](const Letter&) {});
}

LetterQueue::Pushed LetterQueue::push(std::unique_ptr<Letter> letter) {
  const std::size_t bytes = letter->bytes();
  if (bytes > bytes_max_) return Pushed::full;
  if (bytes_.fetch_add(bytes, std::memory_order_relaxed) > bytes_max_ - bytes) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return Pushed::full;
  }
  Letter* const pushed = letter.release();
  Letter* before = newest_.load(std::memory_order_relaxed);
  do {
    pushed->next_ = before;
  } while (
      !newest_.compare_exchange_weak(before, pushed, std::memory_order_release, std::memory_order_relaxed));
  return before == nullptr ? Pushed::first : Pushed::behind;
}

void LetterQueue::drain(const std::function<void(const Letter&)>& visit) {
  Letter* rest = turned_round(newest_.exchange(nullptr, std::memory_order_acquire));
  std::size_t bytes = 0;
  while (rest != nullptr) {
    const std::unique_ptr<Letter> letter(rest);
    rest = letter->next_;
    bytes += letter->bytes();
    visit(*letter);
  }
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

Letter* LetterQueue::turned_round(Letter* newest) {
  Letter* oldest = nullptr;
  while (newest != nullptr) {
    Letter* const letter = std::exchange(newest, newest->next_);
    letter->next_ = std::exchange(oldest, letter);
  }
  return oldest;
}

}  // namespace duplex::connection
