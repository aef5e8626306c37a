// A server, clients and raw peers on one loop: in memory with a virtual clock, or over real sockets; and both
// inside of TLS.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <duplex/client.hpp>
#include <duplex/server.hpp>

#include "transport/memory/memory_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::testing {

enum class Transport { memory, epoll, uring, tls_over_memory, tls_over_epoll, tls_over_uring };

/// A peer that speaks bytes: it sends what a test says and keeps what it hears.
class RawPeer final : private transport::ConnectListener, private transport::StreamListener {
 public:
  RawPeer(transport::Loop& loop, std::uint16_t port);
  /// The other end of a stream that a RawServer accepted.
  explicit RawPeer(std::unique_ptr<transport::Stream> stream);

  void send(std::string_view bytes);
  void send_eof() { stream_->end_writing(); }
  void stop_reading();
  void resume_reading() { stream_->resume_reading(); }
  bool is_connected() const { return stream_ != nullptr; }
  bool has_ended() const { return ended_; }
  /// Empty as long as the stream did not break.
  const std::string& lost_reason() const { return lost_reason_; }
  /// How often bytes came: on an idle network that is how often the other side wrote.
  int deliveries() const { return deliveries_; }
  const std::string& heard() const { return heard_; }
  /// The HTTP head that came first; what came behind it stays.
  std::string take_head();
  std::string take_heard() { return std::exchange(heard_, {}); }
  transport::Stream& stream() { return *stream_; }
  void vanish() { stream_.reset(); }

 private:
  void handle_connected(std::unique_ptr<transport::Stream> stream) override;
  void handle_connect_failed(const Error& error) override;
  void handle_bytes(Bytes bytes) override {
    heard_ += as_text(bytes);
    ++deliveries_;
  }
  void handle_eof() override { ended_ = true; }
  void handle_writable() override { send({}); }
  void handle_lost(std::string_view reason) override {
    ended_ = true;
    lost_reason_ = reason;
  }

  std::unique_ptr<transport::Connecting> connecting_;
  std::unique_ptr<transport::Stream> stream_;
  std::string unsent_;
  std::string heard_;
  std::string lost_reason_;
  int deliveries_ = 0;
  bool ended_ = false;
};

/// Accepts raw peers: the server that clients of ours meet when a test speaks for it.
class RawServer final : private transport::StreamAcceptor {
 public:
  explicit RawServer(transport::Loop& loop, std::string host = "127.0.0.1");
  std::string url() const { return "ws://" + host_ + ":" + std::to_string(listener_->port()) + "/"; }
  std::size_t count() const { return peers_.size(); }
  RawPeer& peer(std::size_t index) { return *peers_.at(index); }

 private:
  void handle_accept(std::unique_ptr<transport::Stream> stream) override;

  const std::string host_;
  std::unique_ptr<transport::Listener> listener_;
  std::vector<std::unique_ptr<RawPeer>> peers_;
};

/// The fixture: every test runs once per transport. Log lines of server and client are kept.
class World : public ::testing::TestWithParam<Transport> {
 protected:
  World();
  ~World() override;
  /// Skips a transport that this system does not allow.
  void SetUp() override;

  /// Options may be changed before the first call of server().
  ServerOptions& server_options() { return server_options_; }
  Server& server();
  /// Listens, after routes were added.
  void open_server();
  void end_server() { server_.reset(); }
  Client& client() { return *client_; }
  std::string url(std::string_view path) const;
  RawPeer& raw_peer();
  /// A raw peer whose opening handshake on `path` is done.
  RawPeer& raw_web_socket(std::string_view path);

  /// Turns the loop until `done`, at most some seconds of real time.
  void until(const std::function<bool()>& done);
  /// Lets time pass: virtual in memory; a test that needs it skips itself over sockets.
  void advance(std::chrono::milliseconds duration);
  bool is_virtual() const { return memory_ != nullptr; }
  static bool is_in_tls() {
    return GetParam() == Transport::tls_over_memory || GetParam() == Transport::tls_over_epoll ||
           GetParam() == Transport::tls_over_uring;
  }
  transport::Loop& loop() { return *loop_; }
  const std::shared_ptr<transport::Loop>& shared_loop() const { return loop_; }
  transport::MemoryLoop& memory() { return *memory_; }
  std::size_t times_logged(std::string_view part) const;
  bool has_logged(std::string_view part) const { return times_logged(part) > 0; }

 private:
  std::shared_ptr<transport::Loop> loop_;
  transport::MemoryLoop* memory_ = nullptr;
  std::string unavailable_;
  ServerOptions server_options_;
  std::vector<std::string> log_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<RawPeer>> raw_peers_;
};

/// A valid opening handshake for `path`.
std::string handshake_request(std::string_view path, std::string_view more_headers = {});
/// The 101 that answers the request in `head`.
std::string handshake_response(std::string_view head, std::string_view more_headers = {});
/// A masked frame with the key 0, as a client may send it.
std::string masked(std::uint8_t first_byte, std::string_view payload);
std::string unmasked(std::uint8_t first_byte, std::string_view payload);
/// The body of a Close frame.
std::string close_body(std::uint16_t code, std::string_view reason = {});

std::string name_of(const ::testing::TestParamInfo<Transport>& info);

}  // namespace duplex::testing

/// Every suite runs on every transport.
#define DUPLEX_ON_EACH_TRANSPORT(Suite)                                                            \
  INSTANTIATE_TEST_SUITE_P(                                                                        \
      On, Suite,                                                                                   \
      ::testing::Values(::duplex::testing::Transport::memory, ::duplex::testing::Transport::epoll, \
                        ::duplex::testing::Transport::uring),                                      \
      ::duplex::testing::name_of)

/// What may depend on how bytes are cut, on ends and on slowness runs inside of TLS as well.
#define DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Suite)                                             \
  DUPLEX_ON_EACH_TRANSPORT(Suite);                                                          \
  INSTANTIATE_TEST_SUITE_P(OnTls, Suite,                                                    \
                           ::testing::Values(::duplex::testing::Transport::tls_over_memory, \
                                             ::duplex::testing::Transport::tls_over_epoll,  \
                                             ::duplex::testing::Transport::tls_over_uring), \
                           ::duplex::testing::name_of)
