// Deadlines, all on by default: handshake, keep-alive, slow messages, closing. The virtual clock tells the
// time.
#include <string>

#include "world.hpp"

namespace duplex::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Time : public World {
 protected:
  void open() {
    server().route("/", [this](Connection& peer) -> Task {
      while (auto message = co_await peer.receive()) co_await peer.send(*message);
      status = peer.close_status();
    });
    open_server();
  }
  CloseStatus status;
};

TEST_P(Time, trickled_bytes_do_not_prolong_the_handshake_H1_T_01) {
  open();
  RawPeer& peer = raw_peer();
  for (const char byte : std::string_view("GET / HTTP/1.1\r\nHost: a\r\n")) {
    peer.send({&byte, 1});
    advance(milliseconds(400));
  }
  memory().settle();
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 408 ")) << peer.heard();
  EXPECT_TRUE(peer.has_ended());
}

TEST_P(Time, a_client_that_says_nothing_at_all_is_let_go) {
  open();
  RawPeer& peer = raw_peer();
  advance(seconds(11));
  EXPECT_TRUE(peer.has_ended());
  EXPECT_EQ(peer.heard(), "");
}

TEST_P(Time, a_silent_peer_is_pinged_and_then_let_go) {
  open();
  RawPeer& peer = raw_web_socket("/");
  advance(seconds(25));
  EXPECT_EQ(peer.take_heard(), unmasked(0x89, ""));
  advance(seconds(35));
  EXPECT_EQ(peer.take_heard(), unmasked(0x88, close_body(1001, "idle_timeout of 60000 ms passed")));
  advance(seconds(4));
  EXPECT_EQ(status.cause, CloseCause::timeout);
}

TEST_P(Time, a_pong_keeps_the_connection_alive_WS_5_01) {
  open();
  RawPeer& peer = raw_web_socket("/");
  for (int round = 0; round < 10; ++round) {
    advance(seconds(25));
    EXPECT_EQ(peer.take_heard(), unmasked(0x89, ""));
    peer.send(masked(0x8a, ""));
    memory().settle();
  }
  EXPECT_EQ(server().connection_count(), 1u);
}

TEST_P(Time, pings_and_pongs_of_the_peers_own_keep_it_alive_too_WS_5_01_6455_5_5_3_03) {
  open();
  RawPeer& pinging = raw_web_socket("/");
  RawPeer& ponging = raw_web_socket("/");
  for (int round = 0; round < 10; ++round) {
    advance(seconds(25));
    pinging.send(masked(0x89, "mine"));
    ponging.send(masked(0x8a, "unasked"));
    memory().settle();
    EXPECT_TRUE(pinging.take_heard().ends_with(unmasked(0x8a, "mine")));
  }
  EXPECT_EQ(server().connection_count(), 2u);
}

TEST_P(Time, a_message_that_never_ends_is_cut_off_6455_10_4_03) {
  open();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x01, "begun"));
  for (int round = 0; round < 13; ++round) {
    advance(seconds(10));
    peer.send(masked(0x00, "."));
  }
  memory().settle();
  EXPECT_TRUE(
      peer.heard().ends_with(unmasked(0x88, close_body(1008, "message_timeout of 120000 ms passed"))));
}

// In pieces, every piece started message_timeout anew, so that a message could last for ever.
TEST_P(Time, a_message_that_never_ends_is_cut_off_in_pieces_too_6455_10_4_03) {
  struct Pieces final : Handler {
    void message(Connection&, const Message&) override {}
  };
  RouteOptions options;
  options.deliver_in_pieces = true;
  server().route("/handler", std::make_shared<Pieces>(), options);
  server().route("/session", [](Connection& peer) -> Task {
    while (co_await peer.receive_chunk()) {
    }
  });
  open();
  for (const char* path : {"/handler", "/session"}) {
    RawPeer& peer = raw_web_socket(path);
    peer.send(masked(0x02, "begun"));
    for (int round = 0; round < 11; ++round) {
      advance(seconds(10));
      peer.send(masked(0x00, "piece"));
    }
    memory().settle();
    EXPECT_EQ(peer.heard(), "");
    advance(seconds(10));
    EXPECT_EQ(peer.heard(), unmasked(0x88, close_body(1008, "message_timeout of 120000 ms passed")));
  }
}

TEST_P(Time, many_messages_in_a_row_are_not_taken_for_one_that_never_ends) {
  open();
  RawPeer& peer = raw_web_socket("/");
  // The input always ends inside a message, but each of them ends soon.
  peer.send(masked(0x82, "whole") + masked(0x82, "cut").substr(0, 4));
  for (int round = 0; round < 20; ++round) {
    advance(seconds(10));
    peer.send(masked(0x82, "cut").substr(4) + masked(0x82, "cut").substr(0, 4));
    memory().settle();
  }
  EXPECT_EQ(server().connection_count(), 1u);
}

TEST_P(Time, a_peer_that_does_not_answer_our_close_is_cut_6455_5_5_1_12) {
  server().route("/", [this](Connection& peer) -> Task {
    peer.close(CloseCode{4000}, "now");
    while (co_await peer.receive()) {
    }
    status = peer.close_status();
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  advance(milliseconds(2'900));
  EXPECT_EQ(server().connection_count(), 1u);
  advance(milliseconds(200));
  EXPECT_EQ(server().connection_count(), 0u);
  EXPECT_EQ(status.code, CloseCode::abnormal);
  EXPECT_FALSE(status.clean);
  EXPECT_TRUE(peer.has_ended());
}

TEST_P(Time, after_both_closes_the_server_waits_for_the_end_of_stream_only_so_long_6455_5_5_1_10) {
  open();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x88, close_body(1000)));
  memory().settle();
  EXPECT_EQ(peer.heard(), unmasked(0x88, close_body(1000)));
  EXPECT_TRUE(peer.has_ended());  // the server closes first
  EXPECT_TRUE(status.clean);
  EXPECT_EQ(server().connection_count(), 1u);
  advance(seconds(4));
  EXPECT_EQ(server().connection_count(), 0u);
}

TEST_P(Time, a_keep_alive_connection_without_requests_ends_H1_9_5_01) {
  server().get("/hello", [](const Request&) { return Response(200, "hello"); });
  open_server();
  RawPeer& peer = raw_peer();
  peer.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  memory().settle();
  EXPECT_TRUE(peer.heard().ends_with("hello"));
  advance(seconds(29));
  EXPECT_FALSE(peer.has_ended());
  advance(seconds(2));
  EXPECT_TRUE(peer.has_ended());
}

INSTANTIATE_TEST_SUITE_P(On, Time, ::testing::Values(Transport::memory), name_of);

}  // namespace
}  // namespace duplex::testing
