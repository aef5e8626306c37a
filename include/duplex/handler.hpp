// The two forms of application code: a coroutine session, or a handler for those who count nanoseconds.
#pragma once

#include <functional>

#include <duplex/connection.hpp>
#include <duplex/task.hpp>

namespace duplex {

/// Serves one connection; it is closed with 1000 when the session returns, with 1011 when it throws.
using Session = std::function<Task(Connection&)>;

/// Serves all connections of a route; what belongs to one of them lives in Connection::data(). Every call
/// comes on the thread of the connection's loop: for one connection one at a time, and with
/// ServerOptions::loops for different connections at the same time. An exception costs that one connection:
/// it is closed with 1011 and logged.
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
  /// A peer that was over its outbox limit has made room; also where messages were refused because of that.
  virtual void room(Connection&) {}
  /// The last call for this connection. Connections that are open when their server is destroyed hear
  /// nothing.
  virtual void close(Connection&, const CloseStatus&) {}
};

/// How long Connection::request() and what else belongs to the opening handshake is kept.
enum class RequestLifetime : std::uint8_t {
  connection,  ///< until the connection is gone
  opening,     ///< until Handler::open() has returned or the session suspends for the first time; after that
               ///< request(), subprotocol(), extensions() and response() are empty. About 1 KB less for each
               ///< connection, most of what an idle one costs
};

enum class WireDirection : std::uint8_t { received, sent };
/// Sees the raw bytes of a connection after the 101, as they cross the wire. For tools that show frames. It
/// may abort the connection; what it sends or closes on that connection is `invalid`.
using WireTap = std::function<void(Connection&, WireDirection, ConstBytes)>;

}  // namespace duplex
