// permessage-deflate from the 101 to the application, and what it costs.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "deflate/deflate_fixture.hpp"
#include "world.hpp"

namespace duplex::testing {
namespace {

std::string long_text(std::size_t size, char first = 'a') {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i)
    text += "line " + std::to_string(i * 7919 % 1000) + static_cast<char>(first + static_cast<char>(i % 3));
  text.resize(size);
  return text;
}

CompressionOptions dedicated() {
  CompressionOptions options;
  options.sending = options.receiving = CompressionContext::dedicated;
  return options;
}

CompressionOptions none() {
  CompressionOptions options;
  options.enabled = false;
  return options;
}

/// Of one compressed binary frame with the masking key 0 and a payload that takes 16 bits to count.
std::string frame_header(std::size_t payload_bytes) {
  return {'\xC2', '\xFE', static_cast<char>(payload_bytes >> 8), static_cast<char>(payload_bytes), 0, 0,
          0,      0};
}

Task echo(Connection& peer) {
  while (const auto message = co_await peer.receive()) co_await peer.send(*message);
}

class Compression : public World {
 protected:
  /// Dials, sends each message, and waits for its echo.
  std::vector<std::string> echoes(const CompressionOptions& offered,
                                  const std::vector<std::string>& messages) {
    DialOptions dial;
    dial.compression = offered;
    dial.failed = [&](const DialFailure& failure) { failure_ = failure.error.message; };
    std::vector<std::string> heard;
    bool is_over = false;
    EXPECT_TRUE(client().dial(
        url("/"),
        [&](Connection& peer) -> Task {
          extensions_ = peer.extensions();
          for (const std::string& message : messages) {
            co_await peer.send(message);
            if (const auto echo = co_await peer.receive()) heard.emplace_back(echo->text());
          }
          is_over = true;
        },
        dial));
    until([&] { return is_over || !failure_.empty(); });
    return heard;
  }
  void serve_echo(RouteOptions options) {
    server().route("/", echo, std::move(options));
    open_server();
  }

  std::string extensions_;
  std::string failure_;
};

TEST_P(Compression, is_agreed_on_by_default_and_holds_nothing_7692_RSP_01_6455_4_1_31) {
  serve_echo({});
  const std::vector<std::string> messages = {long_text(1'000), "short", long_text(100'000), ""};
  EXPECT_EQ(echoes({}, messages), messages);
  EXPECT_EQ(extensions_, "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

TEST_P(Compression, can_be_switched_off_on_either_side_7692_RSP_02_7692_E_09_7692_5_04) {
  RouteOptions off;
  off.compression = none();
  serve_echo(off);
  const std::vector<std::string> messages = {long_text(1'000)};
  EXPECT_EQ(echoes({}, messages), messages);
  EXPECT_EQ(extensions_, "");
}

TEST_P(Compression, is_not_used_when_it_is_not_offered) {
  serve_echo({});
  const std::vector<std::string> messages = {long_text(1'000)};
  EXPECT_EQ(echoes(none(), messages), messages);
  EXPECT_EQ(extensions_, "");
}

TEST_P(Compression, with_contexts_of_ones_own_carries_messages_both_ways_7692_7_2_2_02) {
  RouteOptions route;
  route.compression = dedicated();
  serve_echo(route);
  std::vector<std::string> messages;
  for (int i = 0; i < 20; ++i) messages.push_back(long_text(500 + 100 * static_cast<std::size_t>(i % 3)));
  EXPECT_EQ(echoes(dedicated(), messages), messages);
  EXPECT_EQ(extensions_, "permessage-deflate");
}

TEST_P(Compression, falls_back_to_shared_contexts_when_the_budget_is_used_up_7692_E_08) {
  server_options().compression_bytes_max = 100'000;
  RouteOptions route;
  route.compression = dedicated();
  serve_echo(route);
  const std::vector<std::string> messages = {long_text(1'000)};
  EXPECT_EQ(echoes(dedicated(), messages), messages);
  EXPECT_EQ(extensions_, "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

TEST_P(Compression, of_what_may_be_dropped_refers_to_nothing_before_it) {
  RouteOptions route;
  route.compression = dedicated();
  route.overflow = OverflowPolicy::drop_oldest;
  serve_echo(route);
  EXPECT_EQ(echoes(dedicated(), {"hi"}), std::vector<std::string>{"hi"});
  EXPECT_EQ(extensions_, "permessage-deflate; server_no_context_takeover");
}

TEST_P(Compression, takes_only_windows_that_there_are_7692_7_1_2_1_01) {
  CompressionOptions options;
  options.sending_window_bits = 8;
  DialOptions dial;
  dial.compression = options;
  EXPECT_FALSE(client().dial("ws://127.0.0.1:1/", echo, dial));
  RouteOptions route;
  route.compression = options;
  server().route("/", echo, route);
  EXPECT_TRUE(server().listening_error());
  EXPECT_EQ(server().run(), 1);
}

TEST_P(Compression,
       that_the_client_cannot_live_with_fails_the_dial_7692_5_05_7692_5_06_7692_5_08_7692_RSP_12) {
  RawServer raw(loop());
  for (const char* answer : {"permessage-deflate; server_max_window_bits=16", "permessage-deflate",
                             "permessage-deflate; server_no_context_takeover, permessage-deflate", "foo"}) {
    std::string failure;
    DialOptions dial;
    dial.failed = [&](const DialFailure& each) { failure = each.error.message; };
    const std::size_t index = raw.count();
    ASSERT_TRUE(client().dial(raw.url(), echo, dial));
    until([&] { return raw.count() > index && raw.peer(index).heard().ends_with("\r\n\r\n"); });
    const std::string head = raw.peer(index).take_head();
    EXPECT_NE(head.find("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                        "client_no_context_takeover; client_max_window_bits\r\n"),
              std::string::npos);
    raw.peer(index).send(
        handshake_response(head, "Sec-WebSocket-Extensions: " + std::string(answer) + "\r\n"));
    until([&] { return !failure.empty(); });
    EXPECT_NE(failure.find("server"), std::string::npos) << failure;
  }
}

TEST_P(Compression, of_frames_that_a_browser_sends) {
  serve_echo({});
  RawPeer& peer = raw_peer();
  peer.send(
      handshake_request("/", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_NE(peer.take_head().find("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                                  "client_no_context_takeover\r\n"),
            std::string::npos);
  peer.send(masked(0xC1, std::string("\xF2\x48\xCD\xC9\xC9\x07\x00", 7)));
  until([&] { return !peer.heard().empty(); });
  EXPECT_EQ(peer.take_heard(), unmasked(0x81, "Hello")) << "too short to be compressed";
}

TEST_P(Compression, of_a_broadcast_is_done_once_and_reaches_everyone_however_they_listen) {
  std::size_t subscribed = 0;
  const auto listen = [&](Connection& peer) -> Task {
    EXPECT_EQ(peer.subscribe("news"), SendVerdict::sent);
    EXPECT_EQ(peer.send(long_text(300, 'k')).verdict(), SendVerdict::sent);
    ++subscribed;
    while (co_await peer.receive()) {
    }
  };
  for (const auto& [path, options] :
       {std::pair{"/shared", CompressionOptions()}, {"/own", dedicated()}, {"/none", none()}}) {
    RouteOptions route;
    route.compression = options;
    server().route(path, listen, route);
  }
  open_server();
  std::vector<std::string> heard[3];
  const char* const paths[] = {"/shared", "/own", "/none"};
  DialOptions dial;
  dial.compression = dedicated();
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(client().dial(
        url(paths[i]),
        [&heard, i](Connection& peer) -> Task {
          while (const auto message = co_await peer.receive()) heard[i].emplace_back(message->text());
        },
        dial));
  }
  until([&] { return subscribed == 3; });
  std::vector<std::string> expected = {long_text(300, 'k')};
  for (const std::size_t size : {300u, 5'000u, 50u, 40'000u, 300u}) {
    expected.push_back(long_text(size, 'k'));
    EXPECT_EQ(server().publish("news", MessageType::text, as_bytes(expected.back())), SendVerdict::sent);
  }
  for (const auto& each : heard) {
    until([&] { return each.size() == expected.size(); });
    EXPECT_TRUE(each == expected);
  }
}

TEST_P(Compression, does_not_let_a_bomb_reach_beyond_its_own_connection_7692_E_05) {
  RouteOptions route;
  route.limits.emplace();
  route.limits->message_bytes_max = 1'000'000;
  serve_echo(route);
  RawPeer& bomber = raw_peer();
  bomber.send(handshake_request("/", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  until([&] { return bomber.heard().find("\r\n\r\n") != std::string::npos; });
  static_cast<void>(bomber.take_head());
  const std::string bomb = deflate::testing::zlib_deflate(std::string(10'000'000, '\0'), {});
  bomber.send(frame_header(bomb.size()) + bomb);
  const std::vector<std::string> messages = {std::string(900'000, 'x')};
  EXPECT_EQ(echoes({}, messages), messages);
  until([&] { return bomber.has_ended(); });
  EXPECT_EQ(bomber.heard(),
            unmasked(0x88, close_body(1009, "message inflates beyond message_bytes_max 1000000")));
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Compression);

}  // namespace
}  // namespace duplex::testing
