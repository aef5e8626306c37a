// One open WebSocket connection, as sessions and handlers see it, and the handle for everyone else.
#pragma once

#include <any>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/close.hpp>
#include <duplex/http.hpp>
#include <duplex/limits.hpp>
#include <duplex/message.hpp>
#include <duplex/task.hpp>

namespace duplex {

namespace connection {
class Mailbox;
}
class Connection;

/// Names a connection for as long as its server or client lives; never used twice.
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  std::uint32_t loop = 0;  ///< of the server's loops, the one that the connection belongs to
  friend auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

/// A connection from afar: small, copyable, and safe to use from any thread at any time, also after the peer
/// or even the server is gone (every call then answers `closed`). From the connection's own thread calls act
/// at once; from others (the server's other loops, too) they are handed over through a bounded queue, in
/// order, and answer `queued`.
class Handle {
 public:
  Handle() = default;
  Handle(std::shared_ptr<connection::Mailbox> mailbox, ConnectionId id)
      : mailbox_(std::move(mailbox)), id_(id) {}

  ConnectionId id() const { return id_; }
  SendVerdict send(std::string_view text) const;
  SendVerdict send_binary(ConstBytes payload) const;
  SendVerdict send(MessageType type, ConstBytes payload) const;
  SendVerdict close(CloseCode code = CloseCode::normal, std::string_view reason = {}) const;

 private:
  std::shared_ptr<connection::Mailbox> mailbox_;  // shared: handles may outlive the server
  ConnectionId id_;
};

/// What send() answers. The message has been taken (or refused) by then; awaiting the result additionally
/// waits until a slow peer has made room, which is how a coroutine keeps pace under OverflowPolicy::wait.
class SendResult {
 public:
  SendResult(Connection& peer, SendVerdict given) : connection_(&peer), verdict_(given) {}
  SendVerdict verdict() const { return verdict_; }
  operator SendVerdict() const { return verdict_; }

  bool await_ready() const;
  void await_suspend(std::coroutine_handle<> awaiting) const;
  /// The verdict; `closed` when the connection ended while waiting.
  SendVerdict await_resume() const;

 private:
  Connection* connection_;
  SendVerdict verdict_;
};

/// One end of an open connection. Belongs to its loop's thread: only sessions, handlers and callbacks on that
/// thread may touch it, and only until the session has returned or Handler::close() was called. Everyone else
/// keeps a handle(). Both the server's and the client's connections are this class.
class Connection {
 public:
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual ConnectionId id() const = 0;
  virtual Handle handle() const = 0;
  /// Server: the request that opened the connection. Client: the request that it sent.
  virtual const Request& request() const = 0;
  /// Client: the server's 101. Its fields are those of the server (Set-Cookie, for one), each line by itself.
  /// Server: null.
  virtual const Response* response() const = 0;
  /// The agreed subprotocol; empty when there is none.
  virtual std::string_view subprotocol() const = 0;
  /// What was agreed on besides, as the 101 says it: "permessage-deflate; …", or nothing.
  virtual std::string_view extensions() const = 0;
  virtual std::string_view remote_address() const = 0;
  /// Whatever the application attaches; Accept::attach() fills it before the session starts.
  virtual std::any& data() = 0;

  // --- receiving, in coroutine sessions only (a Handler is called instead); one at a time

  class Receive;
  class ReceiveChunk;
  /// The next whole message, or nothing once the connection has ended (close_status() says how).
  Receive receive();
  /// The next piece of a message, for messages too large to hold. Mixing: a receive() in the middle of such a
  /// message skips what is left of it.
  ReceiveChunk receive_chunk();

  // --- sending

  SendResult send(std::string_view text) { return send(MessageType::text, as_bytes(text)); }
  SendResult send_binary(ConstBytes payload) { return send(MessageType::binary, payload); }
  SendResult send(const Message& message) { return send(message.type(), message.payload()); }
  SendResult send(MessageType type, ConstBytes payload) { return {*this, send_now(type, payload)}; }
  /// A message in pieces: `first` begins it, `last` ends it. Whole messages sent meanwhile wait for the end.
  /// A piece that was `dropped` is not part of the message: send it again later, or close.
  SendResult send_chunk(const Chunk& chunk) { return {*this, send_chunk_now(chunk)}; }
  virtual SendVerdict ping(ConstBytes payload = {}) = 0;
  /// Starts the closing handshake; messages accepted before go out first. Misuse (a code that must not be
  /// sent) is `invalid` and does nothing.
  virtual SendVerdict close(CloseCode code = CloseCode::normal, std::string_view reason = {}) = 0;
  /// Ends the connection now, without a closing handshake (RST). A Handler's close() is called from within.
  virtual void abort() = 0;
  /// Accepted but not yet taken by the operating system.
  virtual std::size_t buffered_bytes() const = 0;

  // --- topics (server side only; `invalid` elsewhere)

  /// Joins a topic: levels separated by '/', '+' stands for one level, a final '#' for all that follow.
  virtual SendVerdict subscribe(std::string_view pattern) = 0;
  virtual SendVerdict unsubscribe(std::string_view pattern) = 0;
  /// To every subscriber except this connection, on whichever loop. `dropped`: those on this loop got it, but
  /// the queue to another loop was full.
  virtual SendVerdict publish(std::string_view topic, MessageType type, ConstBytes payload) = 0;

  // --- time and end

  class Sleep;
  /// Suspends the session for a while; `false` when the connection ended meanwhile.
  Sleep sleep(std::chrono::milliseconds duration);
  virtual bool is_open() const = 0;
  /// How it ended; meaningful once receive() gave nothing or Handler::close() was called.
  virtual const CloseStatus& close_status() const = 0;

 protected:
  enum class Arrival : std::uint8_t { waiting, arrived, ended };

  Connection() = default;
  virtual ~Connection() = default;

 private:
  friend class SendResult;

  virtual SendVerdict send_now(MessageType type, ConstBytes payload) = 0;
  virtual SendVerdict send_chunk_now(const Chunk& chunk) = 0;
  virtual bool is_congested() const = 0;
  virtual void wait_for_room(std::coroutine_handle<> awaiting) = 0;
  virtual Arrival poll_message() = 0;
  virtual Arrival poll_chunk() = 0;
  virtual void wait_for_arrival(std::coroutine_handle<> awaiting) = 0;
  virtual std::optional<Message> take_message() = 0;
  virtual std::optional<Chunk> take_chunk() = 0;
  virtual void wait_for_time(std::chrono::milliseconds duration, std::coroutine_handle<> awaiting) = 0;
};

class [[nodiscard]] Connection::Receive {
 public:
  explicit Receive(Connection& peer) : connection_(peer) {}
  bool await_ready() const { return connection_.poll_message() != Arrival::waiting; }
  void await_suspend(std::coroutine_handle<> awaiting) const { connection_.wait_for_arrival(awaiting); }
  std::optional<Message> await_resume() const { return connection_.take_message(); }

 private:
  Connection& connection_;
};

class [[nodiscard]] Connection::ReceiveChunk {
 public:
  explicit ReceiveChunk(Connection& peer) : connection_(peer) {}
  bool await_ready() const { return connection_.poll_chunk() != Arrival::waiting; }
  void await_suspend(std::coroutine_handle<> awaiting) const { connection_.wait_for_arrival(awaiting); }
  std::optional<Chunk> await_resume() const { return connection_.take_chunk(); }

 private:
  Connection& connection_;
};

class [[nodiscard]] Connection::Sleep {
 public:
  Sleep(Connection& peer, std::chrono::milliseconds duration) : connection_(peer), duration_(duration) {}
  bool await_ready() const { return !connection_.is_open(); }
  void await_suspend(std::coroutine_handle<> awaiting) const {
    connection_.wait_for_time(duration_, awaiting);
  }
  bool await_resume() const { return connection_.is_open(); }

 private:
  Connection& connection_;
  std::chrono::milliseconds duration_;
};

inline Connection::Receive Connection::receive() { return Receive(*this); }
inline Connection::ReceiveChunk Connection::receive_chunk() { return ReceiveChunk(*this); }
inline Connection::Sleep Connection::sleep(std::chrono::milliseconds duration) { return {*this, duration}; }

inline bool SendResult::await_ready() const {
  return verdict_ != SendVerdict::sent || !connection_->is_congested();
}
inline void SendResult::await_suspend(std::coroutine_handle<> awaiting) const {
  connection_->wait_for_room(awaiting);
}
inline SendVerdict SendResult::await_resume() const {
  return verdict_ == SendVerdict::sent && !connection_->is_open() ? SendVerdict::closed : verdict_;
}

}  // namespace duplex
