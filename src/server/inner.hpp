// What stands behind Server: the loop, the listeners, the routes and all that is open.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <duplex/server.hpp>

#include "connection/alarm.hpp"
#include "connection/roster.hpp"
#include "http/date.hpp"
#include "server/http_session.hpp"
#include "server/routes.hpp"
#include "server/topics.hpp"
#include "transport/transport.hpp"

namespace duplex {

class Server::Inner final : private transport::StreamAcceptor,
                            private server::HttpHost,
                            private transport::TurnEnd {
 public:
  Inner(ServerOptions options, std::shared_ptr<transport::Loop> loop);
  ~Inner();

  void add_web_socket(const std::string& pattern, connection::Terms terms, RouteOptions options);
  void add_http(const std::string& method, const std::string& pattern, HttpHandler handler);
  void listen(const std::string& host, std::uint16_t port);
  int run();
  /// Any thread; never run after the server's end.
  void post(std::function<void()> work);
  Alarm plan(std::chrono::milliseconds delay, Alarm::State::Repeat repeat, std::function<void()> work);
  /// Loop thread.
  void begin_drain();

  const ServerOptions& options() const { return options_; }
  std::chrono::steady_clock::time_point now() const { return loop_->now(); }
  connection::Roster& roster() { return roster_; }
  const std::optional<Error>& startup_error() const { return startup_error_; }
  std::uint16_t port() const { return listeners_.empty() ? 0 : listeners_.back()->port(); }
  void set_on_drain(std::function<void()> callback) { on_drain_ = std::move(callback); }

 private:
  // --- StreamAcceptor
  void handle_accept(std::unique_ptr<transport::Stream> stream) override;

  // --- HttpHost
  const Limits& limits() const override { return options_.limits; }
  transport::Loop& loop() override { return *loop_; }
  bool is_draining() const override { return draining_; }
  bool takes_body(const Request& request) override;
  Response answer(const Request& request) override;
  Upgrade upgrade(Request& request, std::unique_ptr<transport::Stream>& stream, ByteBuffer& pending_output,
                  Bytes rest) override;
  HeaderFields standard_headers() const override;
  std::string_view date() override;
  void retire(server::HttpSession& session) override;
  void handle_turn_end() override;

  /// The answer of a WebSocket route that says no, or nothing and the 101 is in `output`.
  std::optional<Response> accept(const server::WebSocketRoute& route, const Request& request,
                                 connection::Pump::Start& start);
  /// The elements for the 101; `protocol` compresses accordingly.
  handshake::Extensions negotiate_compression(const handshake::Extensions& offers, CompressionOptions options,
                                              Protocol& protocol);
  Response failed(const Request& request, std::string_view what);
  void log_refusal(const Request& request, const Response& refusal);
  void cut_all();
  void stop_when_empty();

  ServerOptions options_;
  std::shared_ptr<transport::Loop> loop_;
  server::Routes routes_;
  http::DateCache dates_;
  std::vector<std::unique_ptr<transport::Listener>> listeners_;
  std::optional<Error> startup_error_;

  CompressionPool compression_;
  server::Topics topics_;
  connection::Roster roster_;
  std::unordered_map<server::HttpSession*, std::unique_ptr<server::HttpSession>> sessions_;
  std::vector<std::unique_ptr<server::HttpSession>> retired_;

  std::function<void()> on_drain_;
  bool running_ = false;
  bool draining_ = false;
  transport::Timer drain_timer_;
};

}  // namespace duplex
