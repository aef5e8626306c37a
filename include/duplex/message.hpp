// A received message, and how long it lives.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include <duplex/bytes.hpp>

namespace duplex {

/// The two kinds of messages (RFC 6455 §5.6).
enum class MessageType : std::uint8_t { text = 1, binary = 2 };

/// One whole message. It borrows the bytes from the connection's receive buffer and takes a copy only when it
/// has to outlive them: a Message is good for as long as you hold it, while a view taken from it (payload(),
/// text()) is good until the coroutine suspends or the callback returns. Loop thread only.
class Message {
 public:
  Message(MessageType message_type, ConstBytes payload) : type_(message_type), payload_(payload) {}
  Message(Message&& other) noexcept { take(other); }
  Message& operator=(Message&& other) noexcept {
    if (this != &other) {
      retire();
      take(other);
    }
    return *this;
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() { retire(); }

  MessageType type() const { return type_; }
  bool is_text() const { return type_ == MessageType::text; }
  ConstBytes payload() const { return payload_; }
  /// The payload as text; of a text message it is valid UTF-8.
  std::string_view text() const { return as_text(payload_); }

  /// Copies the bytes so that the message no longer borrows. Called by the connection when its buffer moves
  /// on.
  void keep() {
    retire();
    if (owned_.empty()) owned_.append(payload_);
    payload_ = std::as_const(owned_).bytes();
  }

  /// Registers the message with the owner of the buffer: `slot` points at this message while it borrows.
  void borrow_through(Message** slot) {
    slot_ = slot;
    *slot_ = this;
  }

 private:
  void retire() {
    if (slot_ != nullptr) *slot_ = nullptr;
    slot_ = nullptr;
  }
  void take(Message& other) {
    type_ = other.type_;
    payload_ = std::exchange(other.payload_, {});
    owned_ = std::move(other.owned_);
    slot_ = std::exchange(other.slot_, nullptr);
    if (slot_ != nullptr) *slot_ = this;
  }

  MessageType type_ = MessageType::binary;
  ConstBytes payload_;
  ByteBuffer owned_;
  Message** slot_ = nullptr;
};

/// A piece of a message on its way in, for those who do not want the whole of it in memory. Borrowed like a
/// Message's payload, but never copied: use it before you suspend.
struct Chunk {
  MessageType type = MessageType::binary;
  ConstBytes payload;
  bool first = false;
  bool last = false;
};

}  // namespace duplex
