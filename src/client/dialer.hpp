// One dial: resolve, connect to an address, opening handshake.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <duplex/client.hpp>

#include "client/dial_queue.hpp"
#include "connection/roster.hpp"
#include "handshake/dial.hpp"
#include "http/response_reader.hpp"
#include "tls/client_context.hpp"
#include "tls/loop_share.hpp"
#include "transport/transport.hpp"

namespace duplex::client {

/// Ends in one of two ways: the stream moved into the roster, or DialOptions::failed was called. Loop thread
/// only.
class Dialer final : private transport::ResolveListener,
                     private transport::ConnectListener,
                     private transport::StreamListener {
 public:
  struct Plan {
    handshake::Url url;
    handshake::DialRequestOptions request;
    handshake::MissingSubprotocol missing_subprotocol = handshake::MissingSubprotocol::accept;
    handshake::Key key{};
    ByteBuffer request_bytes;  ///< made and checked before any I/O
    std::shared_ptr<const connection::Terms> terms;
    std::shared_ptr<const tls::ClientContext> tls;  ///< for wss:// only
    std::shared_ptr<tls::LoopShare> tls_share;      ///< likewise
    std::function<void(const DialFailure&)> failed;
  };
  /// `over` is called once, last; it may destroy the dialer at the end of the turn.
  Dialer(connection::Roster& roster, DialQueues& queues, Plan plan, std::function<void(Dialer&)> over);

  /// Begins, or waits for its turn. Called once; `over` is not called from within.
  void start();
  void give_up(std::string_view why);

 private:
  void handle_resolved(std::vector<transport::Endpoint> addresses) override;
  void handle_resolve_failed(const Error& error) override;
  void handle_connected(std::unique_ptr<transport::Stream> stream) override;
  void handle_connect_failed(const Error& error) override;
  void handle_bytes(Bytes bytes) override;
  void handle_eof() override;
  void handle_writable() override { write_request(); }
  void handle_lost(std::string_view reason) override;

  void resolve();
  void try_next_address();
  std::unique_ptr<transport::Stream> secure(std::unique_ptr<transport::Stream> stream) const;
  void connect(const transport::Endpoint& address);
  void start_clock();
  void stop_clock();
  void write_request();
  void check_response(Bytes rest);
  void open(handshake::DialAgreement agreement, std::optional<AgreedCompression> compression, Bytes rest);
  Request sent_request() const;
  void fail(Error error);
  void end();

  connection::Roster& roster_;
  DialQueues& queues_;
  Plan plan_;
  std::function<void(Dialer&)> over_;
  http::ResponseReader reader_;
  std::unique_ptr<DialQueue::Place> name_place_;  // all the time
  std::unique_ptr<transport::Resolving> resolving_;
  std::vector<transport::Endpoint> addresses_;
  std::size_t next_address_ = 0;
  std::unique_ptr<DialQueue::Place> address_place_;  // of the address that is being tried
  std::unique_ptr<transport::Connecting> connecting_;
  std::unique_ptr<transport::Stream> stream_;
  transport::Clock::duration time_left_;  // as of when the timer was started, or stopped
  transport::TimePoint deadline_{};       // while the timer runs
  transport::Timer timer_;
  bool ended_ = false;
};

}  // namespace duplex::client
