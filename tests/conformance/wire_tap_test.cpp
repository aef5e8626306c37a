// The wire tap: every byte behind the handshake, once, in the order of the wire.
#include <string>

#include "world.hpp"

namespace duplex::testing {
namespace {

class WireTaps : public World {
 protected:
  void open(WireTap tap, Session session) {
    RouteOptions options;
    options.limits = Limits{};
    options.limits->outbox_bytes_max = 65'536;
    options.wire_tap = std::move(tap);
    server().route("/", std::move(session), options);
    open_server();
  }
  static Task echo(Connection& peer) {
    while (auto message = co_await peer.receive()) co_await peer.send(*message);
  }
};

// The tap also saw the 101, though it is no frame.
TEST_P(WireTaps, sees_frames_in_both_directions_and_not_the_handshake) {
  std::string received;
  std::string sent;
  open([&](Connection&, WireDirection direction,
           ConstBytes bytes) { (direction == WireDirection::sent ? sent : received) += as_text(bytes); },
       echo);
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "hello"));
  until([&] { return peer.heard() == unmasked(0x81, "hello"); });
  EXPECT_EQ(received, masked(0x81, "hello"));
  EXPECT_EQ(sent, unmasked(0x81, "hello"));
}

// What was sent while a peer was slow, and large broadcasts, never came to the tap.
TEST_P(WireTaps, sees_what_waited_for_a_slow_peer_and_broadcasts) {
  std::string sent;
  open(
      [&](Connection&, WireDirection direction, ConstBytes bytes) {
        if (direction == WireDirection::sent) sent += as_text(bytes);
      },
      [](Connection& peer) -> Task {
        peer.subscribe("news");
        co_await peer.receive();
        for (int count = 0; count < 500; ++count) co_await peer.send(std::string(10'000, 'x'));
        while (co_await peer.receive()) {
        }
      });
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  peer.send(masked(0x81, "go"));
  for (int turn = 0; turn < 5; ++turn) loop().run_once(std::chrono::milliseconds(1));
  peer.resume_reading();
  until([&] { return peer.heard().size() == 500 * unmasked(0x81, std::string(10'000, 'x')).size(); });
  server().publish("news", MessageType::text, as_bytes(std::string(20'000, 'n')));
  until([&] { return peer.heard().ends_with(unmasked(0x81, std::string(20'000, 'n'))); });
  EXPECT_TRUE(sent == peer.heard());
}

// Aborting from within the tap crashed: the output that it was shown was gone when it returned.
TEST_P(WireTaps, may_abort_the_connection_in_either_direction) {
  for (const WireDirection fatal : {WireDirection::received, WireDirection::sent}) {
    RouteOptions options;
    options.wire_tap = [fatal](Connection& peer, WireDirection direction, ConstBytes) {
      if (direction == fatal) peer.abort();
    };
    server().route(fatal == WireDirection::sent ? "/sent" : "/received", &WireTaps::echo, options);
  }
  open_server();
  for (const char* path : {"/received", "/sent"}) {
    RawPeer& peer = raw_web_socket(path);
    peer.send(masked(0x81, "hello"));
    until([&] { return peer.has_ended() && server().connection_count() == 0; });
  }
}

// Sending from within the tap wrote the new bytes before those that the tap was shown.
TEST_P(WireTaps, cannot_send_on_the_connection_that_it_watches) {
  std::vector<SendVerdict> verdicts;
  open(
      [&](Connection& peer, WireDirection, ConstBytes) {
        verdicts.push_back(peer.send("echo of the echo"));
        verdicts.push_back(peer.ping());
        verdicts.push_back(peer.close());
        verdicts.push_back(peer.send_chunk({MessageType::text, {}, true, true}));
        verdicts.push_back(peer.handle().send("by the handle"));
      },
      echo);
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "hello"));
  until([&] { return peer.heard() == unmasked(0x81, "hello"); });
  EXPECT_EQ(verdicts, std::vector<SendVerdict>(10, SendVerdict::invalid));
}

TEST_P(WireTaps, an_exception_in_it_costs_that_connection) {
  open([](Connection&, WireDirection, ConstBytes) { throw std::runtime_error("a tap's mistake"); }, echo);
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "hello"));
  until([&] { return peer.heard().ends_with(unmasked(0x88, close_body(1011, "internal error"))); });
  EXPECT_TRUE(has_logged("a tap's mistake"));
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(WireTaps);

}  // namespace
}  // namespace duplex::testing
