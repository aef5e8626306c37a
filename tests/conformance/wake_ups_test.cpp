// Sessions that are suspended in something while something else happens: nobody is forgotten.
#include <algorithm>
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

using std::chrono::seconds;

constexpr std::size_t outbox_bytes_max = 65'536;
const std::string large(10'000, 'm');

enum class End { reset, eof, close_frame };

class WakeUps : public World {
 protected:
  /// "/send" waits for room once it has heard a message, "/sleep" sleeps for an hour, "/receive" receives.
  void open() {
    RouteOptions options;
    options.limits = Limits{};
    options.limits->outbox_bytes_max = outbox_bytes_max;
    server().route(
        "/send",
        [this](Connection& peer) -> Task {
          co_await peer.receive();
          SendVerdict verdict = SendVerdict::sent;
          while (verdict == SendVerdict::sent) {
            ++sent;
            verdict = co_await peer.send(large);
          }
          finish(peer);
        },
        options);
    server().route(
        "/sleep",
        [this](Connection& peer) -> Task {
          co_await peer.receive();
          while (co_await peer.sleep(std::chrono::hours(1))) {
          }
          finish(peer);
        },
        options);
    server().route(
        "/receive",
        [this](Connection& peer) -> Task {
          while (co_await peer.receive()) {
          }
          finish(peer);
        },
        options);
    open_server();
  }
  void finish(Connection& peer) {
    status = peer.close_status();
    ended = true;
  }
  void settle() {
    while (loop().run_once(std::chrono::milliseconds(is_virtual() ? 0 : 50))) {
    }
  }
  /// A peer of `path` whose session is suspended there, with one message that it has not taken.
  RawPeer& suspended_peer(const std::string& path) {
    RawPeer& peer = raw_web_socket(path);
    peer.stop_reading();
    peer.send(masked(0x81, "go"));
    settle();
    peer.send(masked(0x81, "unread"));
    settle();
    return peer;
  }
  void end(RawPeer& peer, End how) {
    if (how == End::eof) return peer.send_eof();
    if (how == End::close_frame) return peer.send(masked(0x88, close_body(1000)));
    peer.stream().abort_on_close();
    peer.vanish();
  }

  int sent = 0;
  bool ended = false;
  CloseStatus status;
};

// A session that waited in send() was never resumed again, and its connection stayed for ever, when the peer
// went while a message lay unread.
TEST_P(WakeUps, a_session_that_waits_for_room_hears_of_a_reset_also_with_a_message_unread) {
  open();
  RawPeer& peer = suspended_peer("/send");
  EXPECT_GT(sent, 5);
  end(peer, End::reset);
  until([&] { return ended && server().connection_count() == 0; });
  EXPECT_EQ(status.cause, CloseCause::transport_lost);
}

TEST_P(WakeUps, a_session_that_waits_for_room_hears_of_an_end_of_stream_also_with_a_message_unread) {
  open();
  RawPeer& peer = suspended_peer("/send");
  end(peer, End::eof);
  until([&] { return ended; });
  EXPECT_EQ(status.cause, CloseCause::transport_lost);
  peer.resume_reading();
  until([&] { return server().connection_count() == 0; });
}

// sleep() went on for its whole hour when the peer went while a message lay unread.
TEST_P(WakeUps, a_session_that_sleeps_hears_of_the_end_also_with_a_message_unread) {
  for (const End how : {End::reset, End::eof}) {
    ended = false;
    if (how == End::reset) open();
    end(suspended_peer("/sleep"), how);
    until([&] { return ended && server().connection_count() == 0; });
  }
}

TEST_P(WakeUps, a_session_that_receives_hears_of_every_end) {
  open();
  for (const End how : {End::reset, End::eof, End::close_frame}) {
    ended = false;
    end(raw_web_socket("/receive"), how);
    until([&] { return ended; });
  }
}

TEST_P(WakeUps, a_session_that_waits_for_room_is_woken_by_close_from_elsewhere) {
  open();
  std::optional<ConnectionId> id;
  server().route("/id", [&id](Connection& peer) -> Task {
    id = peer.id();
    while (co_await peer.sleep(std::chrono::hours(1))) {
    }
  });
  RawPeer& peer = raw_web_socket("/id");
  until([&] { return id.has_value(); });
  EXPECT_EQ(server().find(*id).close(CloseCode{4000}), SendVerdict::sent);
  until([&] { return !peer.heard().empty(); });
  peer.send(masked(0x88, close_body(4000)));
  until([&] { return peer.has_ended(); });
  peer.send_eof();
  until([&] { return server().connection_count() == 0; });
}

// Two who both wait for the other to read: the server wrote no more because its outbox was full, and read no
// more because its session waited for room, so the peer's Close was never seen and the peer was cut.
TEST_P(WakeUps, a_close_behind_unread_input_is_found_while_output_still_waits) {
  open();
  std::optional<Handle> handle;
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = outbox_bytes_max;
  server().route(
      "/both",
      [&](Connection& peer) -> Task {
        handle = peer.handle();
        co_await peer.receive();
        while ((co_await peer.send(large)) == SendVerdict::sent) {
        }
        finish(peer);
      },
      options);
  RawPeer& peer = suspended_peer("/both");
  peer.send(masked(0x81, "held"));
  settle();
  peer.send(masked(0x88, close_body(4000)));
  settle();
  EXPECT_FALSE(ended);
  EXPECT_EQ(handle->close(CloseCode{4000}), SendVerdict::sent);
  until([&] { return ended; });
  EXPECT_TRUE(status.clean);
}

// A peer that neither read nor let us read (its session waited for room) was held for ever: no deadline ran.
TEST_P(WakeUps, a_peer_that_takes_nothing_of_what_waits_for_it_is_let_go) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = suspended_peer("/send");
  peer.send(masked(0x81, "held"));
  settle();
  advance(seconds(59));
  EXPECT_EQ(server().connection_count(), 1u);
  advance(seconds(5));
  EXPECT_EQ(server().connection_count(), 0u);
  EXPECT_TRUE(ended);
  EXPECT_EQ(status.cause, CloseCause::timeout);
}

TEST_P(WakeUps, a_peer_that_reads_slowly_but_reads_is_kept) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = suspended_peer("/send");
  peer.send(masked(0x81, "held"));
  settle();
  for (int round = 0; round < 10; ++round) {
    advance(seconds(40));
    peer.resume_reading();
    memory().run_once(std::chrono::milliseconds(0));
    peer.stop_reading();
    memory().settle();
  }
  EXPECT_EQ(server().connection_count(), 1u);
  EXPECT_FALSE(ended);
}

TEST_P(WakeUps, reading_goes_on_after_held_input_was_taken) {
  std::vector<std::string> heard;
  server().route("/", [&heard](Connection& peer) -> Task {
    while (auto message = co_await peer.receive()) {
      heard.emplace_back(message->text());
      co_await peer.sleep(std::chrono::milliseconds(1));
    }
    heard.emplace_back("end");
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  for (int round = 0; round < 3; ++round) {
    peer.send(masked(0x81, "a") + masked(0x81, "b") + masked(0x81, "c"));
    if (is_virtual()) advance(std::chrono::milliseconds(10));
    until([&] { return heard.size() == static_cast<std::size_t>(3 * (round + 1)); });
  }
  // The end of stream comes while reading is paused, and is heard after what came before it.
  peer.send(masked(0x81, "x") + masked(0x81, "y"));
  peer.send_eof();
  if (is_virtual()) advance(std::chrono::milliseconds(10));
  until([&] { return heard.size() == 12; });
  EXPECT_EQ(heard[10], "y");
  EXPECT_EQ(heard[11], "end");
  until([&] { return server().connection_count() == 0; });
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(WakeUps);

}  // namespace
}  // namespace duplex::testing
