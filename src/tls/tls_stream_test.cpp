#include "tls/tls_stream.hpp"

#include <string>
#include <vector>

#include "tls/engine_fixture.hpp"
#include "transport/loop_test_support.hpp"
#include "transport/memory/memory_loop.hpp"

// That the contract of streams is kept is shown by loop_contract_test.cpp, which runs inside of TLS, too.
namespace duplex::tls::testing {
namespace {

using transport::MemoryLoop;
using transport::Stream;
using transport::testing::Peer;

/// A stream under test on one side of a connection in memory, and an engine that is driven by hand on the
/// other.
class TlsStreams : public Tls, protected transport::StreamAcceptor, protected transport::ConnectListener {
 protected:
  TlsStreams() {
    listener_ = std::move(*loop->listen({"127.0.0.1", 0}, *this));
    connecting_ = loop->connect({"127.0.0.1", listener_->port()}, *this);
    loop->settle();
    client.emplace(load_client()->make_engine("localhost"));
    wire.on_bytes = [this] {
      client->receive(wire.received, SIZE_MAX);
      wire.received.clear();
      say();
    };
  }
  ~TlsStreams() override { server.stream.reset(); }

  /// What the client's engine has to say goes to the server.
  void say() {
    const std::string said = client->take_output();
    EXPECT_EQ(wire.write(said), said.size());
  }
  void shake_hands() {
    say();
    loop->settle();
    ASSERT_TRUE(client->engine->is_established()) << client->engine->failure();
  }

  const std::shared_ptr<MemoryLoop> loop = std::make_shared<MemoryLoop>();
  const std::shared_ptr<LoopShare> share = std::make_shared<LoopShare>(*loop);
  Peer server;
  Peer wire;
  std::optional<End> client;

 private:
  void handle_accept(std::unique_ptr<Stream> stream) override {
    server.own(std::make_unique<TlsStream>(std::move(stream), load_server()->make_engine(), share));
  }
  void handle_connected(std::unique_ptr<Stream> stream) override { wire.own(std::move(stream)); }
  void handle_connect_failed(const Error& error) override { ADD_FAILURE() << error.message; }

  std::unique_ptr<transport::Listener> listener_;
  std::unique_ptr<transport::Connecting> connecting_;
};

TEST_F(TlsStreams, take_nothing_before_the_handshake_is_done_and_say_when_it_is) {
  EXPECT_EQ(server.write("early"), 0u);
  loop->settle();
  EXPECT_EQ(server.writable_count, 0);
  shake_hands();
  EXPECT_EQ(server.writable_count, 1);
  EXPECT_EQ(server.write("now"), 3u);
  loop->settle();
  EXPECT_EQ(client->heard, "now");
}

TEST_F(TlsStreams, close_tls_before_tcp_6455_7_1_1_03_H1_9_8_01) {
  shake_hands();
  client->send("hello");
  say();
  loop->settle();
  EXPECT_EQ(server.received, "hello");
  server.stream->end_writing();
  loop->settle();
  EXPECT_TRUE(client->engine->has_ended());
  EXPECT_EQ(wire.eof_count, 1);
  client->engine->send_end(client->output);
  say();
  loop->settle();
  EXPECT_EQ(server.eof_count, 1);
  EXPECT_EQ(server.lost_count, 0);
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(server.eof_count, 1);
}

TEST_F(TlsStreams, close_tls_when_they_are_destroyed) {
  shake_hands();
  EXPECT_EQ(server.write("last"), 4u);
  server.stream.reset();
  loop->settle();
  EXPECT_EQ(client->heard, "last");
  EXPECT_TRUE(client->engine->has_ended());
}

TEST_F(TlsStreams, call_a_cut_a_loss_and_not_an_end) {
  shake_hands();
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(server.eof_count, 0);
  EXPECT_EQ(server.lost_count, 1);
  EXPECT_EQ(server.lost_reason, "TLS: cut off: the peer ended TCP without ending TLS (close_notify)");
}

TEST_F(TlsStreams, say_that_the_peer_left_during_the_handshake) {
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(server.lost_reason, "TLS: the peer hung up during the handshake");
}

TEST_F(TlsStreams, hang_up_on_who_speaks_http_without_tls_6455_4_2_2_01) {
  wire.on_bytes = nullptr;
  wire.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  loop->settle();
  EXPECT_EQ(server.lost_reason, "TLS: the client speaks HTTP without TLS");
  EXPECT_EQ(server.received, "");
  server.stream.reset();
  loop->settle();
  EXPECT_TRUE(wire.received.starts_with("HTTP/1.1 400 ")) << wire.received;
  EXPECT_EQ(wire.eof_count, 1);
}

/// What LoopShare::handshake_failed is told.
class FailedHandshakes : public TlsStreams {
 protected:
  FailedHandshakes() {
    share->handshake_failed = [this](std::string_view peer, std::string_view reason) {
      EXPECT_EQ(peer, server.stream ? server.stream->remote_address() : peer);
      reasons.emplace_back(reason);
    };
  }
  std::vector<std::string> reasons;
};

TEST_F(FailedHandshakes, are_reported_once_with_the_reason) {
  wire.write("\x01\x02\x03 garbage of some length");
  loop->settle();
  wire.stream->end_writing();
  loop->settle();
  server.stream.reset();
  EXPECT_EQ(reasons, std::vector<std::string>{server.lost_reason});
}

TEST_F(FailedHandshakes, are_reported_when_the_owner_has_waited_long_enough) {
  const std::string hello = client->take_output();
  wire.write(hello.substr(0, hello.size() / 2));
  loop->settle();
  server.stream.reset();
  EXPECT_EQ(reasons, std::vector<std::string>{"TLS: our side gave up before it was done"});
}

TEST_F(FailedHandshakes, are_not_those_that_nobody_began) {
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(server.lost_count, 1);
  EXPECT_EQ(reasons, std::vector<std::string>{});
}

TEST_F(FailedHandshakes, are_not_those_that_were_done_when_the_connection_broke) {
  shake_hands();
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(server.lost_count, 1);
  EXPECT_EQ(reasons, std::vector<std::string>{});
}

TEST_F(TlsStreams, tell_the_peer_why_also_when_the_owner_lets_go_at_once) {
  server.on_lost = [this] { server.stream.reset(); };
  wire.on_bytes = nullptr;
  wire.write(std::string("\x16\x03\x01\x00\x04\x7f\x00\x00\x00", 9) + "and more that nobody reads");
  loop->settle();
  EXPECT_EQ(server.lost_count, 1);
  EXPECT_EQ(wire.received.substr(0, 1), "\x15") << "an alert";
  EXPECT_EQ(wire.eof_count, 1);
  EXPECT_EQ(wire.lost_count, 0);
  EXPECT_EQ(share->farewells.count(), 1u);
  wire.stream->end_writing();
  loop->settle();
  EXPECT_EQ(share->farewells.count(), 0u);
}

TEST_F(TlsStreams, wait_only_some_seconds_for_a_peer_that_never_hangs_up) {
  shake_hands();
  server.stream.reset();
  loop->settle();
  EXPECT_EQ(share->farewells.count(), 1u);
  loop->advance(std::chrono::seconds(6));
  EXPECT_EQ(share->farewells.count(), 0u);
}

TEST_F(TlsStreams, take_a_bounded_amount_while_the_peer_does_not_read) {
  shake_hands();
  wire.stream->pause_reading();
  const std::string large(4'000'000, 'x');
  std::size_t accepted = server.write(large);
  loop->settle();
  EXPECT_EQ(server.write(large), 0u);
  EXPECT_LE(accepted, loop->options().pipe_bytes_max + LoopShare::plaintext_bytes);
  server.on_writable = [&] { accepted += server.write(std::string_view(large).substr(accepted)); };
  wire.stream->resume_reading();
  loop->settle();
  EXPECT_EQ(accepted, large.size());
  EXPECT_EQ(client->heard, large);
}

TEST_F(TlsStreams, deliver_what_they_accepted_when_they_are_destroyed_before_the_peer_reads) {
  shake_hands();
  wire.stream->pause_reading();
  const std::string large(4'000'000, 'x');
  const std::size_t accepted = server.write(large);
  server.stream.reset();
  loop->settle();
  wire.stream->resume_reading();
  loop->settle();
  EXPECT_EQ(client->heard.size(), accepted);
  EXPECT_TRUE(client->engine->has_ended());
}

TEST_F(TlsStreams, know_who_the_client_is_when_its_first_bytes_come) {
  EXPECT_NE(server.stream->secured(), nullptr);
  EXPECT_EQ(wire.stream->secured(), nullptr);
  shake_hands();
  EXPECT_EQ(server.stream->secured()->peer_subject, "");
}

TEST_F(TlsStreams, write_once_for_what_is_written_at_once) {
  shake_hands();
  const std::size_t before = wire.pieces.size();
  const std::vector<ConstBytes> pieces = {as_bytes("one"), as_bytes("two"), as_bytes("three")};
  EXPECT_EQ(server.stream->write(pieces), 11u);
  loop->settle();
  EXPECT_EQ(wire.pieces.size(), before + 1);
  EXPECT_EQ(client->heard, "onetwothree");
}

/// A peer that asks for new keys again and again, and reads none of the answers, must not fill our memory.
TEST_F(TlsStreams, end_a_peer_that_only_makes_them_answer) {
  shake_hands();
  wire.stream->pause_reading();
  for (int round = 0; round < 20'000 && server.lost_count == 0; ++round) {
    SSL_key_update(&client->engine->ssl(), SSL_KEY_UPDATE_REQUESTED);
    client->send("x");
    say();
    loop->settle();
  }
  EXPECT_EQ(server.lost_count, 1);
}

}  // namespace
}  // namespace duplex::tls::testing
