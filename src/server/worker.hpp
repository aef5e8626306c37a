// What of a server runs on one loop.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <duplex/server.hpp>

#include "connection/roster.hpp"
#include "http/date.hpp"
#include "server/exchange.hpp"
#include "server/http_session.hpp"
#include "server/site.hpp"
#include "server/tls_acceptor.hpp"
#include "server/tls_failures.hpp"
#include "server/topics.hpp"
#include "transport/transport.hpp"

namespace duplex::server {

/// What a worker needs of the server that it is a part of. Called on the worker's loop.
class WorkerHost {
 public:
  virtual ~WorkerHost() = default;
  /// Are there connections_max of them, on all loops together?
  virtual bool is_full() const = 0;
  /// The worker has nothing left to do: is_drained() from now on.
  virtual void handle_drained() = 0;
};

/// A loop with all that it serves: listeners, HTTP sessions, connections and their topics. Nothing of it is
/// shared with other loops but the site, which never changes. Loop thread only, where nothing else is said.
class Worker final : private transport::StreamAcceptor, private HttpHost, private transport::TurnEnd {
 public:
  /// `number` is its place among the server's workers. `site`, `exchange` and `host` outlive it.
  Worker(const Site& site, Exchange& exchange, WorkerHost& host, std::shared_ptr<transport::Loop> loop,
         std::uint32_t number);
  ~Worker() override;

  /// A listener whose connections this worker will serve, once it is kept. With credentials it speaks TLS.
  Result<std::unique_ptr<transport::Listener>> open_listener(
      const transport::Endpoint& endpoint, transport::PortSharing sharing,
      const std::shared_ptr<tls::ServerCredentials>& credentials);
  void keep(std::unique_ptr<transport::Listener> listener) { listeners_.push_back(std::move(listener)); }

  /// Nobody new, Close 1001 to everyone, and after drain_timeout the rest is cut.
  void drain();
  /// Resets everything that is open, now.
  void cut();
  /// Any thread.
  bool is_drained() const { return is_drained_; }

  /// Runs `work` on the loop; never after the worker's end. Any thread.
  void post(std::function<void()> work);

  const std::shared_ptr<transport::Loop>& shared_loop() const { return loop_; }
  connection::Roster& roster() { return roster_; }
  const connection::Roster& roster() const { return roster_; }
  Topics& topics() { return topics_; }

 private:
  // --- StreamAcceptor
  void handle_accept(std::unique_ptr<transport::Stream> stream) override;

  // --- HttpHost
  const Limits& limits() const override { return site_.options().limits; }
  transport::Loop& loop() override { return *loop_; }
  bool is_draining() const override { return draining_; }
  bool takes_body(const Request& request) override { return site_.takes_body(request); }
  Response answer(const Request& request) override { return site_.answer(request); }
  Upgrade upgrade(Request& request, std::unique_ptr<transport::Stream>& stream, ByteBuffer& pending_output,
                  Bytes rest) override;
  HeaderFields standard_headers() const override { return site_.standard_headers(); }
  std::string_view date() override;
  void retire(HttpSession& session) override;
  void handle_turn_end() override;

  transport::StreamAcceptor& acceptor_with(const std::shared_ptr<tls::ServerCredentials>& credentials);
  std::optional<Response> accept(const WebSocketRoute& route, const Request& request,
                                 connection::Pump::Start& start);
  void look_whether_drained();
  void report_drained();

  const Site& site_;
  WorkerHost& host_;
  const std::shared_ptr<transport::Loop> loop_;
  http::DateCache dates_;
  TlsFailures tls_failures_;
  const std::shared_ptr<tls::LoopShare> tls_share_;
  std::map<tls::ServerCredentials*, std::unique_ptr<TlsAcceptor>> tls_acceptors_;
  std::vector<std::unique_ptr<transport::Listener>> listeners_;

  CompressionPool compression_;
  Topics topics_;
  connection::Roster roster_;
  std::unordered_map<HttpSession*, std::unique_ptr<HttpSession>> sessions_;
  std::vector<std::unique_ptr<HttpSession>> retired_;

  bool draining_ = false;
  std::atomic<bool> is_drained_ = false;
  transport::Timer drain_timer_;
};

}  // namespace duplex::server
