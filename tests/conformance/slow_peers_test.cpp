// Peers that do not read: each overflow policy, and what broadcasts and pings do then.
#include <algorithm>
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

constexpr std::size_t outbox_bytes_max = 65'536;
const std::string flood_text(10'000, 'm');

class SlowPeers : public World {
 protected:
  /// A route that sends `count` messages as soon as someone is there, without waiting for the peer.
  void open_flooding_server(OverflowPolicy policy, int count) {
    RouteOptions options;
    options.overflow = policy;
    options.limits = Limits{};
    options.limits->outbox_bytes_max = outbox_bytes_max;
    options.slow_consumer_code = CloseCode{4001};
    options.slow_consumer_farewell = "farewell";
    server().route(
        "/flood",
        [this, count](Connection& peer) -> Task {
          co_await peer.receive();
          for (int number = 0; number < count; ++number) {
            verdicts.push_back(peer.send(std::to_string(number) + " " + flood_text).verdict());
            most_buffered = std::max(most_buffered, peer.buffered_bytes());
          }
          while (co_await peer.receive()) {
          }
          status = peer.close_status();
          ended = true;
        },
        options);
    open_server();
  }
  RawPeer& deaf_peer() {
    RawPeer& peer = raw_web_socket("/flood");
    peer.stop_reading();
    peer.send(masked(0x81, "go"));
    return peer;
  }

  std::vector<SendVerdict> verdicts;
  std::size_t most_buffered = 0;
  CloseStatus status;
  bool ended = false;
};

/// Enough to fill the kernel's buffers of both ends and the outbox many times.
constexpr int flood_count = 3000;

TEST_P(SlowPeers, drop_new_refuses_and_says_so) {
  open_flooding_server(OverflowPolicy::drop_new, flood_count);
  RawPeer& peer = deaf_peer();
  until([&] { return verdicts.size() == flood_count; });
  EXPECT_EQ(verdicts.front(), SendVerdict::sent);
  EXPECT_EQ(verdicts.back(), SendVerdict::dropped);
  const auto sent = static_cast<std::size_t>(std::count(verdicts.begin(), verdicts.end(), SendVerdict::sent));
  peer.resume_reading();
  std::size_t expected = 0;
  for (std::size_t number = 0; number < sent; ++number) {
    expected += unmasked(0x81, std::to_string(number) + " " + flood_text).size();
  }
  until([&] { return peer.heard().size() >= expected; });
  EXPECT_EQ(peer.heard().size(), expected);  // exactly what was accepted, and nothing else
}

TEST_P(SlowPeers, drop_oldest_keeps_the_newest_and_whole_messages) {
  open_flooding_server(OverflowPolicy::drop_oldest, flood_count);
  RawPeer& peer = deaf_peer();
  until([&] { return verdicts.size() == flood_count; });
  EXPECT_EQ(verdicts.back(), SendVerdict::sent);
  peer.resume_reading();
  const std::string last = unmasked(0x81, std::to_string(flood_count - 1) + " " + flood_text);
  until([&] { return peer.heard().ends_with(last); });
  EXPECT_LT(peer.heard().size(), flood_count * flood_text.size());
  // What arrived parses as whole frames, in ascending order.
  int previous = -1;
  for (std::size_t at = 0; at < peer.heard().size();) {
    const int number = std::stoi(peer.heard().substr(at + 4, 8));
    EXPECT_GT(number, previous);
    previous = number;
    at += unmasked(0x81, std::to_string(number) + " " + flood_text).size();
  }
}

TEST_P(SlowPeers, close_ends_the_slow_peer_with_a_farewell_and_its_own_code) {
  open_flooding_server(OverflowPolicy::close, flood_count);
  RawPeer& peer = deaf_peer();
  until([&] { return verdicts.size() == flood_count; });
  EXPECT_EQ(verdicts.back(), SendVerdict::closed);
  EXPECT_LT(most_buffered, 2 * (outbox_bytes_max + 300'000));
  peer.resume_reading();
  const std::string goodbye = unmasked(0x81, "farewell") + unmasked(0x88, close_body(4001, "slow consumer"));
  until([&] { return peer.heard().ends_with(goodbye); });
  peer.send(masked(0x88, close_body(4001)));
  until([&] { return ended; });
  EXPECT_EQ(status.cause, CloseCause::slow_consumer);
  EXPECT_TRUE(has_logged("outbox_bytes_max 65536"));
}

TEST_P(SlowPeers, one_that_never_reads_again_is_cut_after_the_close_timeout_6455_7_1_1_04) {
  open_flooding_server(OverflowPolicy::close, flood_count);
  deaf_peer();
  until([&] { return verdicts.size() == flood_count; });
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  advance(std::chrono::seconds(10));
  EXPECT_TRUE(ended);
  EXPECT_EQ(status.cause, CloseCause::slow_consumer);
  EXPECT_EQ(server().connection_count(), 0u);
}

TEST_P(SlowPeers, a_coroutine_waits_for_room_and_everything_arrives) {
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = outbox_bytes_max;
  int sent = 0;
  std::size_t most = 0;
  server().route(
      "/",
      [&](Connection& peer) -> Task {
        for (; sent < flood_count; ++sent) {
          co_await peer.send(flood_text);
          most = std::max(most, peer.buffered_bytes());
        }
        while (co_await peer.receive()) {
        }
      },
      options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  while (loop().run_once(std::chrono::milliseconds(is_virtual() ? 0 : 100))) {
  }
  EXPECT_LT(sent, flood_count);
  peer.resume_reading();
  until([&] { return peer.heard().size() == flood_count * unmasked(0x81, flood_text).size(); });
  EXPECT_LT(most, outbox_bytes_max + 300'000);
}

TEST_P(SlowPeers, a_flood_of_pings_without_reading_costs_no_memory_6455_5_5_3_04) {
  server().route("/", [&](Connection& peer) -> Task {
    while (auto message = co_await peer.receive())
      most_buffered = std::max(most_buffered, peer.buffered_bytes());
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  const std::string ping = masked(0x89, std::string(125, 'p'));
  std::string pings;
  for (int count = 0; count < 1000; ++count) pings += ping;
  for (int round = 0; round < 200; ++round) {
    peer.send(pings + masked(0x82, "how much?"));
    loop().run_once(std::chrono::milliseconds(0));
  }
  peer.send(masked(0x88, close_body(1000)));
  until([&] { return server().connection_count() == 0 || most_buffered > 0 || peer.has_ended(); });
  EXPECT_LT(most_buffered, 2'000'000u);
  peer.resume_reading();
  until([&] { return peer.heard().ends_with(unmasked(0x88, close_body(1000))); });
}

// Only a short write made pongs wait; behind a broadcast that was queued as a whole they filled the memory.
TEST_P(SlowPeers, a_flood_of_pings_behind_large_broadcasts_costs_no_memory_6455_5_5_3_04) {
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = outbox_bytes_max;
  options.overflow = OverflowPolicy::drop_new;
  std::size_t buffered = 0;
  bool measured = false;
  server().route(
      "/",
      [&](Connection& peer) -> Task {
        peer.subscribe("news");
        while (co_await peer.receive()) {
          buffered = peer.buffered_bytes();
          measured = true;
        }
      },
      options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  for (int count = 0; count < 1000; ++count) {
    server().publish("news", MessageType::text, as_bytes(std::string(20'000, 'n')));
    loop().run_once(std::chrono::milliseconds(0));
  }
  std::string pings;
  for (int count = 0; count < 1000; ++count) pings += masked(0x89, std::string(125, 'p'));
  for (int round = 0; round < 60; ++round) {
    peer.send(pings);
    for (int turn = 0; turn < 10; ++turn) loop().run_once(std::chrono::milliseconds(0));
  }
  peer.send(masked(0x82, "how much?"));
  until([&] { return measured; });
  // At most the answers to one read come before the others wait.
  EXPECT_LT(buffered, outbox_bytes_max + 600'000);
  EXPECT_GT(buffered, 0u);
}

// With `drop_new` a handler was told that its message was refused, but never when to try again.
TEST_P(SlowPeers, a_handler_whose_message_was_refused_hears_when_there_is_room) {
  struct Flood final : Handler {
    void message(Connection& peer, const Message&) override {
      while (peer.send(flood_text).verdict() == SendVerdict::sent) {
      }
      refused = true;
    }
    void room(Connection& peer) override {
      ++rooms;
      EXPECT_LE(peer.buffered_bytes(), outbox_bytes_max / 2);
      EXPECT_EQ(peer.send("again").verdict(), SendVerdict::sent);
    }
    bool refused = false;
    int rooms = 0;
  };
  auto flood = std::make_shared<Flood>();
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = outbox_bytes_max;
  options.overflow = OverflowPolicy::drop_new;
  server().route("/flood", flood, options);
  open_server();
  RawPeer& peer = deaf_peer();
  until([&] { return flood->refused; });
  EXPECT_EQ(flood->rooms, 0);
  peer.resume_reading();
  until([&] { return peer.heard().ends_with(unmasked(0x81, "again")); });
  EXPECT_EQ(flood->rooms, 1);
}

// A message that was `sent` behind one in pieces was dropped without a word when the pieces had filled the
// outbox.
TEST_P(SlowPeers, what_was_taken_behind_a_message_in_pieces_is_not_dropped_afterwards) {
  for (const OverflowPolicy policy : {OverflowPolicy::drop_new, OverflowPolicy::close}) {
    RouteOptions options;
    options.limits = Limits{};
    options.limits->outbox_bytes_max = outbox_bytes_max;
    options.overflow = policy;
    server().route(
        policy == OverflowPolicy::close ? "/close" : "/drop",
        [this](Connection& peer) -> Task {
          co_await peer.receive();
          bool first = true;
          SendVerdict verdict = SendVerdict::sent;
          while (peer.buffered_bytes() + flood_text.size() < outbox_bytes_max) {
            verdict = peer.send_chunk({MessageType::text, as_bytes(flood_text), first, false}).verdict();
            EXPECT_EQ(verdict, SendVerdict::sent);
            first = false;
          }
          EXPECT_EQ(peer.send(flood_text).verdict(), SendVerdict::sent);
          EXPECT_EQ(peer.send("behind").verdict(), SendVerdict::sent);
          EXPECT_EQ(peer.send_chunk({MessageType::text, {}, false, true}).verdict(), SendVerdict::sent);
          ended = true;
          while (co_await peer.receive()) {
          }
        },
        options);
  }
  open_server();
  for (const char* path : {"/drop", "/close"}) {
    ended = false;
    RawPeer& peer = raw_web_socket(path);
    peer.stop_reading();
    peer.send(masked(0x81, "go"));
    until([&] { return ended; });
    peer.resume_reading();
    until([&] { return peer.heard().ends_with(unmasked(0x81, "behind")); });
  }
}

TEST_P(SlowPeers, control_frames_are_exempt_from_every_policy) {
  for (const OverflowPolicy policy :
       {OverflowPolicy::wait, OverflowPolicy::drop_oldest, OverflowPolicy::drop_new, OverflowPolicy::close}) {
    RouteOptions options;
    options.limits = Limits{};
    options.limits->outbox_bytes_max = outbox_bytes_max;
    options.overflow = policy;
    server().route(
        "/" + std::to_string(static_cast<int>(policy)),
        [this](Connection& peer) -> Task {
          co_await peer.receive();
          while (peer.buffered_bytes() < outbox_bytes_max - flood_text.size()) peer.send(flood_text);
          EXPECT_EQ(peer.ping(as_bytes("last")), SendVerdict::sent);
          EXPECT_EQ(peer.close(CloseCode{4000}), SendVerdict::sent);
          EXPECT_EQ(peer.send("late").verdict(), SendVerdict::closed);
          ended = true;
        },
        options);
  }
  open_server();
  for (const char* path : {"/0", "/1", "/2", "/3"}) {
    ended = false;
    RawPeer& peer = raw_web_socket(path);
    peer.stop_reading();
    peer.send(masked(0x81, "go"));
    until([&] { return ended; });
    peer.resume_reading();
    until([&] { return peer.heard().ends_with(unmasked(0x89, "last") + unmasked(0x88, close_body(4000))); });
  }
}

// Whoever always had something to say never answered a ping.
TEST_P(SlowPeers, a_ping_is_answered_although_messages_always_wait_6455_5_5_2_03) {
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = outbox_bytes_max;
  server().route(
      "/",
      [](Connection& peer) -> Task {
        while (co_await peer.send(flood_text) == SendVerdict::sent) {
        }
      },
      options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x89, "still there?"));
  const std::string pong = unmasked(0x8a, "still there?");
  const std::size_t enough_bytes = 50'000'000;  // several times what sockets hold on the way
  std::size_t heard_bytes = 0;
  bool is_answered = false;
  until([&] {
    const std::string part = peer.take_heard();
    heard_bytes += part.size();
    is_answered = is_answered || part.find(pong) != std::string::npos;
    return is_answered || heard_bytes > enough_bytes;
  });
  EXPECT_TRUE(is_answered) << "after " << heard_bytes << " bytes";
  peer.vanish();
  until([&] { return server().connection_count() == 0; });
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(SlowPeers);

}  // namespace
}  // namespace duplex::testing
