// One attempt to open a connection: resolve, connect, opening handshake.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <duplex/client.hpp>

#include "connection/roster.hpp"
#include "handshake/dial.hpp"
#include "http/response_reader.hpp"
#include "transport/transport.hpp"

namespace duplex::client {

/// Ends in one of two ways: the stream moved into the roster, or DialOptions::failed was called. Loop thread
/// only.
class Dialer final : private transport::ConnectListener, private transport::StreamListener {
 public:
  struct Plan {
    handshake::Url url;
    handshake::DialRequestOptions request;
    handshake::Key key{};
    ByteBuffer request_bytes;  ///< made and checked before any I/O
    std::shared_ptr<const connection::Terms> terms;
    std::function<void(const DialFailure&)> failed;
  };
  /// `over` is called once, last; it may destroy the dialer at the end of the turn.
  Dialer(connection::Roster& roster, Plan plan, std::function<void(Dialer&)> over);

  void start();
  /// As the URL names it.
  const std::string& host() const { return plan_.url.host; }
  void give_up(std::string_view why);

 private:
  void handle_connected(std::unique_ptr<transport::Stream> stream) override;
  void handle_connect_failed(const Error& error) override;
  void handle_bytes(Bytes bytes) override;
  void handle_eof() override;
  void handle_writable() override { write_request(); }
  void handle_lost(std::string_view reason) override;

  void write_request();
  void check_response(Bytes rest);
  void open(handshake::DialAgreement agreement, std::optional<AgreedCompression> compression, Bytes rest);
  Request sent_request() const;
  void fail(Error error);
  void end();

  connection::Roster& roster_;
  Plan plan_;
  std::function<void(Dialer&)> over_;
  http::ResponseReader reader_;
  std::unique_ptr<transport::Connecting> connecting_;
  std::unique_ptr<transport::Stream> stream_;
  transport::Timer timer_;
  bool ended_ = false;
};

}  // namespace duplex::client
