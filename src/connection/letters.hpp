// What other threads want of the connections of a loop, and the queue in which it waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/close.hpp>
#include <duplex/connection.hpp>

#include "connection/publication.hpp"

namespace duplex::connection {

/// One wish. Its text (a payload, or the reason of a Close) lies right behind it: one allocation for both.
class Letter {
 public:
  enum class Kind : std::uint8_t { send, close, publish };

  static std::unique_ptr<Letter> send(ConnectionId id, MessageType type, ConstBytes payload);
  static std::unique_ptr<Letter> close(ConnectionId id, CloseCode code, std::string_view reason);
  static std::unique_ptr<Letter> publish(std::shared_ptr<const Publication> publication);

  Kind kind() const { return kind_; }
  ConnectionId id() const { return id_; }
  MessageType type() const { return type_; }
  CloseCode code() const { return code_; }
  const Publication& publication() const { return *publication_; }
  ConstBytes text() const;
  /// What it counts in the bound of the queue.
  std::size_t bytes() const;

  static void operator delete(void* memory) { ::operator delete(memory); }

 private:
  friend class LetterQueue;
  Letter(Kind kind, ConnectionId id, ConstBytes text);
  static void* operator new(std::size_t size, std::size_t text_bytes) {
    return ::operator new(size + text_bytes);
  }
  static std::unique_ptr<Letter> make(Kind kind, ConnectionId id, ConstBytes text);

  Letter* next_ = nullptr;  // the queue's
  const std::size_t text_bytes_;
  std::shared_ptr<const Publication> publication_;
  const ConnectionId id_;
  CloseCode code_ = CloseCode::normal;
  MessageType type_ = MessageType::binary;
  const Kind kind_;
};

/// Letters from many threads to one, without a lock: whoever pushes puts the letter in front of a chain, and
/// the reader takes the whole chain and turns it round. A producer's letters keep their order. Bounded in
/// bytes, and an empty queue holds no memory.
class LetterQueue {
 public:
  explicit LetterQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  ~LetterQueue();

  enum class Pushed {
    first,   ///< the queue was empty: the reader has to be woken, once for the whole burst
    behind,  ///< others wait already
    full,    ///< it would be more than `bytes_max`
  };
  /// Any thread.
  [[nodiscard]] Pushed push(std::unique_ptr<Letter> letter);

  /// Visits what is there now, oldest first. Only then there is room again. One thread at a time.
  void drain(const std::function<void(const Letter&)>& visit);

 private:
  static Letter* turned_round(Letter* newest);

  const std::size_t bytes_max_;
  std::atomic<Letter*> newest_ = nullptr;
  std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace duplex::connection
