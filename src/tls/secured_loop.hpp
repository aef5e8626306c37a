// Any loop with TLS on every connection, so that tests of streams, and of all that stands on them, run inside
// of it.
#pragma once

#include <memory>

#include "tls/client_context.hpp"
#include "tls/loop_share.hpp"
#include "tls/server_context.hpp"
#include "transport/transport.hpp"

namespace duplex::tls::testing {

/// Hands everything to the loop below. Streams are reported, on both sides, when their TLS handshake is done:
/// a test may then write at once, as it may over TCP.
class SecuredLoop final : public transport::Loop {
 public:
  explicit SecuredLoop(std::shared_ptr<transport::Loop> below);

  transport::TimePoint now() const override { return below_->now(); }
  void schedule(transport::Timer& timer, transport::TimePoint deadline) override {
    below_->schedule(timer, deadline);
  }
  void cancel(transport::Timer& timer) override { below_->cancel(timer); }
  void at_turn_end(transport::TurnEnd& hook) override { below_->at_turn_end(hook); }
  Result<std::unique_ptr<transport::Listener>> listen(
      const transport::Endpoint& endpoint, transport::StreamAcceptor& acceptor,
      transport::PortSharing sharing = transport::PortSharing::exclusive) override;
  std::unique_ptr<transport::Resolving> resolve(const transport::Endpoint& endpoint,
                                                transport::ResolveListener& listener) override {
    return below_->resolve(endpoint, listener);
  }
  std::unique_ptr<transport::Connecting> connect(const transport::Endpoint& address,
                                                 transport::ConnectListener& listener) override;
  Result<std::unique_ptr<transport::SignalWatch>> watch_signal(int number,
                                                               std::function<void()> arrived) override {
    return below_->watch_signal(number, std::move(arrived));
  }
  void post(std::function<void()> work) override { below_->post(std::move(work)); }
  bool is_loop_thread() const override { return below_->is_loop_thread(); }
  void run() override { below_->run(); }
  void stop() override { below_->stop(); }
  bool run_once(std::chrono::milliseconds wait_max) override { return below_->run_once(wait_max); }

 private:
  const std::shared_ptr<transport::Loop> below_;
  const std::shared_ptr<LoopShare> share_;
  std::shared_ptr<const ServerContext> server_context_;
  std::shared_ptr<const ClientContext> client_context_;
};

}  // namespace duplex::tls::testing
