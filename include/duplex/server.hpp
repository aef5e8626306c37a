// The server: routes, topics, handles, static files, a graceful end.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/alarm.hpp>
#include <duplex/compression.hpp>
#include <duplex/connection.hpp>
#include <duplex/errors.hpp>
#include <duplex/handler.hpp>
#include <duplex/http.hpp>
#include <duplex/io.hpp>
#include <duplex/limits.hpp>
#include <duplex/log.hpp>
#include <duplex/task.hpp>
#include <duplex/tls.hpp>

namespace duplex {

namespace transport {
class Loop;
}

/// What an accept hook decides about a request that is a valid opening handshake.
class Accept {
 public:
  /// Yes, with the first offered subprotocol that the route knows.
  Accept() = default;
  /// No, with an HTTP answer: 401 needs a WWW-Authenticate field, 429 and 503 may carry Retry-After.
  static Accept refuse(Response response) {
    Accept decision;
    decision.refusal_ = std::move(response);
    return decision;
  }

  /// Overrides the route's choice; must be one that the client offered (else the answer is a 500).
  Accept& subprotocol(std::string name) {
    subprotocol_ = std::move(name);
    return *this;
  }
  /// Becomes Connection::data().
  Accept& attach(std::any value) {
    data_ = std::move(value);
    return *this;
  }
  /// An additional field of the 101 (Set-Cookie, for example).
  Accept& header(std::string name, std::string value) {
    headers_.add(std::move(name), std::move(value));
    return *this;
  }

  const std::optional<Response>& refusal() const { return refusal_; }
  const std::optional<std::string>& chosen_subprotocol() const { return subprotocol_; }
  const HeaderFields& headers() const { return headers_; }
  std::any take_data() { return std::move(data_); }

 private:
  std::optional<Response> refusal_;
  std::optional<std::string> subprotocol_;
  HeaderFields headers_;
  std::any data_;
};

/// Looks at the request before the 101; the place where applications authenticate. An exception is a 500.
/// With several loops it is called from all of them at the same time.
using AcceptHook = std::function<Accept(const Request&)>;
/// Answers a plain HTTP request. With several loops it is called from all of them at the same time.
using HttpHandler = std::function<Response(const Request&)>;

/// How a route treats its connections. Defaults are safe.
struct RouteOptions {
  AcceptHook accept;                         ///< empty: everyone whose handshake is right
  std::vector<std::string> subprotocols;     ///< that the route speaks; the client's order decides
  bool subprotocol_required = false;         ///< none in common: 400 (browsers would fail anyway)
  std::vector<std::string> allowed_origins;  ///< beside the server's own: "https://a.example", "null", or "*"
  std::optional<Limits> limits;              ///< else the server's
  OverflowPolicy overflow = OverflowPolicy::wait;
  CloseCode slow_consumer_code = CloseCode::policy_violation;
  std::string slow_consumer_farewell;  ///< a text message sent just before that Close; empty: none
  CompressionOptions compression;      ///< permessage-deflate; with `drop_oldest` sending is always shared
  bool deliver_in_pieces = false;      ///< Handler::chunk() instead of Handler::message()
  RequestLifetime request_lifetime = RequestLifetime::connection;
  WireTap wire_tap;
};

struct ServerOptions {
  static constexpr std::size_t loops_max = 256;

  Limits limits;
  /// Threads that serve connections, each with an event loop, a listener and connections of its own; 0: one
  /// for each core. More than loops_max is an error that run() reports.
  std::size_t loops = 1;
  /// On all loops together; beyond it: 503 with Retry-After. Loops that open one at the same moment may
  /// exceed it by one each.
  std::size_t connections_max = 1'000'000;
  /// Waiting for one loop at other threads; beyond it handles and publish() answer `dropped`.
  std::size_t mailbox_bytes_max = 67'108'864;
  /// Of all dedicated compression contexts; a connection that comes when it is used up gets shared ones. Each
  /// loop has its part of it.
  std::size_t compression_bytes_max = CompressionPool::dedicated_bytes_max_default;
  /// For stop(): the closing handshakes and what applications still write; then connections are cut.
  std::chrono::milliseconds drain_timeout{8'000};
  Io io = Io::automatic;
  std::string server_name;  ///< the Server header; empty: none
  Log log;                  ///< empty: silent
};

/// A file that is served from memory.
struct Asset {
  std::string path;  ///< "/index.html"
  std::string content;
  std::string content_type;  ///< empty: by the ending of `path`
};

/// A WebSocket server with HTTP beside it. Configure first (routes, files), then listen(), then run(). run()
/// makes the calling thread the loop thread, for good: a loop over io_uring cannot move to another one.
/// Sessions, handlers and hooks are called on it. find(), publish(), post(), stop() and connection_count()
/// are safe from any thread.
///
/// With ServerOptions::loops the calling thread serves the first loop, and threads of the server's own the
/// others. The system spreads connections among them, and a connection stays with its loop: all that is
/// called for one connection comes on one thread, but different connections are served at the same time. So
/// handlers, sessions, accept hooks, HTTP handlers, wire taps and the log have to protect what they share.
/// Handles and topics reach across loops.
class Server {
 public:
  explicit Server(ServerOptions options = {});
  /// On a loop of the caller's, for tests and for a client beside the server.
  Server(ServerOptions options, std::shared_ptr<transport::Loop> loop);
  /// The same on several, at least one, however many ServerOptions::loops says.
  Server(ServerOptions options, std::vector<std::shared_ptr<transport::Loop>> loops);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// A WebSocket route. Patterns are paths in which ":name" matches one segment and a final "*" the rest; the
  /// most literal route wins.
  Server& route(std::string pattern, Session session, RouteOptions options = {});
  Server& route(std::string pattern, std::shared_ptr<Handler> handler, RouteOptions options = {});
  /// Plain HTTP on GET and HEAD, or on another method. May share a path with a WebSocket route.
  Server& get(std::string pattern, HttpHandler handler);
  Server& http(std::string method, std::string pattern, HttpHandler handler);
  /// Files from memory with ETag and 304; "/" answers with "/index.html". `headers` go with each of them.
  Server& assets(std::vector<Asset> files, HeaderFields headers = {});
  /// The same from a folder, read at every request, while developing. Nothing outside of it is reachable.
  Server& folder(std::string directory, HeaderFields headers = {});

  /// Listens, on all loops; port 0 takes a free one. Errors are kept for run() to report; ask
  /// listening_error() to know now.
  Server& listen(std::string host, std::uint16_t port);
  /// The same with TLS, for https:// and wss://. Files that cannot be used are such an error, too. A
  /// handshake that fails is a line of the log (info; at most ten in a second on each loop), HTTP without TLS
  /// a 400.
  Server& listen_tls(std::string host, std::uint16_t port, TlsOptions options);
  std::optional<Error> listening_error() const;
  /// The port of the last listen(); 0 when it failed.
  std::uint16_t port() const;

  /// Serves until stop() and the drain after it. Returns an exit code: 0, or 1 when listen() had failed.
  int run();
  /// Stops accepting, closes every connection with 1001 and ends run() when all are gone or drain_timeout has
  /// passed. Any thread. A second call cuts at once.
  void stop();
  /// Reads the files of listen_tls() again, for connections that come from now on; those that are open notice
  /// nothing. All files are checked first: on an error everything stays as it was. Any thread.
  Result<void> reload_tls();
  /// Called on the first loop when stop() begins, before connections are closed: an application may say
  /// goodbye in its own protocol here and close with its own code.
  Server& on_drain(std::function<void()> callback);
  /// Calls `action` on the first loop when that signal (signal(7)) reaches the process. Before run(), and
  /// before threads are started that do not block it: the default may end the process there. With
  /// SIGTERM and SIGINT for stop() a server ends as it should. An error is kept for run(), as listen()'s is.
  Server& on_signal(int number, std::function<void()> action);

  /// The way to that connection; if it is gone, every call on the handle answers `closed`. Any thread.
  Handle find(ConnectionId id) const;
  /// To every subscriber of the topic. `dropped`: the queue to a loop was full, and its subscribers do not
  /// get it. Any thread.
  SendVerdict publish(std::string_view topic, MessageType type, ConstBytes payload);
  /// Runs `work` on the first loop's thread. After the server's end it is never run. Like that of after(),
  /// every(), on_drain() and on_signal() it belongs to no connection: an exception there is logged, and life
  /// goes on.
  void post(std::function<void()> work);
  /// On the first loop's thread, and only to be called there or before run(): from elsewhere, post() first.
  [[nodiscard]] Alarm after(std::chrono::milliseconds delay, std::function<void()> work);
  [[nodiscard]] Alarm every(std::chrono::milliseconds interval, std::function<void()> work);
  /// The clock (steady) of the loop on whose thread it is called.
  std::chrono::steady_clock::time_point now() const;
  /// Open WebSocket connections, on all loops. Any thread.
  std::size_t connection_count() const;

 private:
  class Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace duplex
