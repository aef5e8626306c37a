// The callback form of a session, for those who count nanoseconds.
#pragma once

#include <duplex/connection.hpp>

namespace duplex {

/// Serves all connections of a route; what belongs to one of them lives in Connection::data(). Every call
/// comes on the loop thread, one at a time. An exception costs that one connection: it is closed with 1011
/// and logged.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void open(Connection&) {}
  /// `message` borrows: copy what is needed after the call.
  virtual void message(Connection&, const Message& message) = 0;
  /// Instead of message(), when the route's delivery is `pieces`.
  virtual void chunk(Connection&, const Chunk&) {}
  /// A Pong came (answers to the library's own keep-alive pings included).
  virtual void pong(Connection&, ConstBytes) {}
  /// A peer that was over its outbox limit has made room.
  virtual void drain(Connection&) {}
  /// The last call for this connection.
  virtual void close(Connection&, const CloseStatus&) {}
};

}  // namespace duplex
