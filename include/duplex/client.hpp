// The client: dials servers and runs the same sessions on the same connections.
#pragma once

#include <chrono>
#include <cstddef>
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
#include <duplex/tls.hpp>

namespace duplex {

namespace transport {
class Loop;
}

/// Why a dial did not become a connection. When the server answered with HTTP, `response` is that answer.
struct DialFailure {
  Error error;
  std::optional<Response> response;
};

struct DialOptions {
  std::vector<std::string> subprotocols;  ///< offered, in order of preference
  /// A server that chooses none of those that were offered is a failure, as in browsers. RFC 6455 lets a
  /// client go on without.
  bool subprotocol_required = false;
  std::string origin;    ///< sent as Origin when not empty
  HeaderFields headers;  ///< additional fields: Authorization, Cookie, …
  /// `handshake_timeout` is for resolving, connecting (to all addresses of a name, one after the other) and
  /// the handshake together. Waiting for one's turn does not count: the last of N dials to a host that does
  /// not answer fails after N times that long.
  Limits limits;
  OverflowPolicy overflow = OverflowPolicy::wait;
  CompressionOptions compression;  ///< offered
  bool deliver_in_pieces = false;
  TlsDialOptions tls;  ///< for wss:// URLs
  /// Called when the connection could not be opened; the session is not started then. Exceptions are logged.
  std::function<void(const DialFailure&)> failed;
};

struct ClientOptions {
  /// Opening handshakes under way to one host, which is an IP address, whatever its name and the port;
  /// further dials wait for their turn (RFC 6455 §4.1 demands 1). A load generator wants more.
  std::size_t handshakes_per_host_max = 1;
  std::size_t mailbox_bytes_max = 67'108'864;
  Io io = Io::automatic;
  /// Of all dedicated compression contexts; a dial that begins when it is used up offers shared ones.
  std::size_t compression_bytes_max = CompressionPool::dedicated_bytes_max_default;
  Log log;
};

/// Dials ws:// and wss:// URLs. Same thread rules as Server: run() makes the calling thread the loop thread
/// for good, stop() and post() are safe from any.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  /// On a loop of the caller's, beside a server for example.
  Client(ClientOptions options, std::shared_ptr<transport::Loop> loop);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Opens a connection and runs `session` (or the handler) on it. A URL or option that cannot be right is an
  /// error here, before any I/O; everything later goes to DialOptions::failed.
  Result<void> dial(std::string_view url, Session session, DialOptions options = {});
  Result<void> dial(std::string_view url, std::shared_ptr<Handler> handler, DialOptions options = {});

  /// Runs until no dial and no connection is left, or until stop().
  void run();
  /// Closes every connection with 1001 and ends run(). Any thread. Final: dial() answers `misuse` afterwards.
  void stop();
  /// As Server::post() and after().
  void post(std::function<void()> work);
  [[nodiscard]] Alarm after(std::chrono::milliseconds delay, std::function<void()> work);
  std::size_t connection_count() const;

 private:
  class Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace duplex
