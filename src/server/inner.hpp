// What stands behind Server: its site, the workers that serve it, and their common beginning and end.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/server.hpp>

#include "connection/alarm.hpp"
#include "server/exchange.hpp"
#include "server/loops.hpp"
#include "server/site.hpp"
#include "server/worker.hpp"
#include "tls/server_credentials.hpp"
#include "transport/transport.hpp"

namespace duplex {

class Server::Inner final : private server::WorkerHost {
 public:
  Inner(ServerOptions options, server::Loops loops);
  ~Inner() override;

  server::Site& site() { return site_; }
  void set_on_drain(std::function<void()> callback) { on_drain_ = std::move(callback); }
  void watch_signal(int number, std::function<void()> action);
  void listen(const std::string& host, std::uint16_t port);
  void listen_tls(const std::string& host, std::uint16_t port, TlsOptions options);
  std::uint16_t port() const { return port_; }
  /// What keeps the server from running.
  const std::optional<Error>& startup_error() const { return site_.error() ? site_.error() : startup_error_; }

  int run();
  /// Any thread.
  void stop();

  // --- any thread

  /// Of all listeners, or of none.
  Result<void> reload_tls();
  Handle find(ConnectionId id) const;
  SendVerdict publish(std::string_view topic, MessageType type, ConstBytes payload);
  std::size_t connection_count() const;
  /// On the first loop; never run after the server's end.
  void post(std::function<void()> work) { first().post(std::move(work)); }

  // --- the first loop's thread

  Alarm plan(std::chrono::milliseconds delay, Alarm::State::Repeat repeat, std::function<void()> work);

  /// The clock of the loop whose thread asks.
  std::chrono::steady_clock::time_point now() const;

 private:
  // --- WorkerHost
  bool is_full() const override { return connection_count() >= site_.options().connections_max; }
  void handle_drained() override;

  server::Worker& first() const { return *workers_.front(); }
  /// Null: the caller's thread is not that of a loop.
  server::Worker* worker_here() const;
  /// Credentials: null for listeners without TLS.
  void listen_with(const std::shared_ptr<tls::ServerCredentials>& credentials,
                   const transport::Endpoint& endpoint);
  Result<std::uint16_t> open_listeners(const std::shared_ptr<tls::ServerCredentials>& credentials,
                                       transport::Endpoint endpoint);
  void log_tls_warnings(const tls::ServerCredentials& credentials) const;
  Result<void> run_loops();
  void begin_drain();

  server::Site site_;
  std::optional<Error> startup_error_;
  const std::string io_description_;  // empty: loops of the caller's
  std::uint16_t port_ = 0;
  std::vector<std::shared_ptr<tls::ServerCredentials>> credentials_;  // fixed before the server runs
  std::function<void()> on_drain_;

  server::Exchange exchange_;
  std::vector<std::unique_ptr<server::Worker>> workers_;          // fixed from the beginning
  std::vector<std::unique_ptr<transport::SignalWatch>> signals_;  // on the first loop
  std::atomic<bool> running_ = false;
  Alarm ticket_key_alarm_;  // the first loop's
  bool draining_ = false;   // the first loop's
};

}  // namespace duplex
