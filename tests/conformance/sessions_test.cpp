// Sessions and handlers: what an application gets of a connection, and what its mistakes cost.
#include <any>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

class Sessions : public World {
 protected:
  /// Sends each message after the echo of the one before came, then closes; keeps what came back.
  Session ask(std::vector<std::string> messages, std::vector<std::string>& answers, CloseStatus& status) {
    return [messages = std::move(messages), &answers, &status](Connection& peer) -> Task {
      for (const std::string& message : messages) {
        co_await peer.send(message);
        auto answer = co_await peer.receive();
        if (!answer) break;
        answers.emplace_back(answer->text());
      }
      peer.close(CloseCode::normal, "done");
      while (co_await peer.receive()) {
      }
      status = peer.close_status();
    };
  }
  bool all_gone() { return client().connection_count() == 0 && server().connection_count() == 0; }
};

class Echo final : public Handler {
 public:
  void message(Connection& peer, const Message& message) override { peer.send(message); }
};

Task echo(Connection& peer) {
  while (auto message = co_await peer.receive()) co_await peer.send(*message);
}

std::vector<std::string> messages_of_all_lengths() {
  std::vector<std::string> messages;
  for (const std::size_t size :
       {0, 1, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 1 << 20}) {
    messages.emplace_back(size, 'x');
  }
  return messages;
}

TEST_P(Sessions, a_coroutine_echoes_every_length_form_6455_5_2_04) {
  server().route("/echo", echo);
  open_server();
  std::vector<std::string> answers;
  CloseStatus status;
  const auto messages = messages_of_all_lengths();
  ASSERT_TRUE(client().dial(url("/echo"), ask(messages, answers, status)));
  until([&] { return answers.size() == messages.size() && all_gone(); });
  EXPECT_EQ(answers, messages);
  EXPECT_TRUE(status.clean);
  EXPECT_EQ(status.code, CloseCode::normal);
}

TEST_P(Sessions, a_handler_echoes_every_length_form_6455_5_2_04) {
  server().route("/echo", std::make_shared<Echo>());
  open_server();
  std::vector<std::string> answers;
  CloseStatus status;
  const auto messages = messages_of_all_lengths();
  ASSERT_TRUE(client().dial(url("/echo"), ask(messages, answers, status)));
  until([&] { return answers.size() == messages.size() && all_gone(); });
  EXPECT_EQ(answers, messages);
}

TEST_P(Sessions, an_exception_in_a_session_closes_that_peer_with_1011_and_no_other) {
  server().route("/echo", echo);
  server().route("/throw", [](Connection& peer) -> Task {
    co_await peer.receive();
    throw std::runtime_error("a session's mistake");
  });
  open_server();
  std::vector<std::string> answers;
  CloseStatus status;
  RawPeer& neighbour = raw_web_socket("/echo");
  ASSERT_TRUE(client().dial(url("/throw"), ask({"go"}, answers, status)));
  until([&] { return status.code == CloseCode::internal_error; });
  EXPECT_TRUE(has_logged("a session's mistake"));
  neighbour.send(masked(0x81, "still here"));
  until([&] { return neighbour.heard() == unmasked(0x81, "still here"); });
}

class Thrower final : public Handler {
 public:
  explicit Thrower(bool at_open) : at_open_(at_open) {}
  void open(Connection&) override {
    if (at_open_) throw std::runtime_error("a handler's mistake");
  }
  void message(Connection&, const Message&) override { throw 42; }

 private:
  bool at_open_;
};

TEST_P(Sessions, an_exception_in_a_handler_closes_that_peer_with_1011) {
  server().route("/open", std::make_shared<Thrower>(true));
  server().route("/message", std::make_shared<Thrower>(false));
  open_server();
  for (const char* path : {"/open", "/message"}) {
    std::vector<std::string> answers;
    CloseStatus status;
    ASSERT_TRUE(client().dial(url(path), ask({"go"}, answers, status)));
    until([&] { return status.code == CloseCode::internal_error && all_gone(); });
  }
  EXPECT_TRUE(has_logged("a handler's mistake"));
  EXPECT_TRUE(has_logged("not a std::exception"));
}

TEST_P(Sessions, an_exception_in_the_accept_hook_is_a_500_6455_4_2_2_14) {
  RouteOptions options;
  options.accept = [](const Request&) -> Accept { throw std::runtime_error("a hook's mistake"); };
  server().route("/echo", echo, options);
  open_server();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/echo"));
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 500 ")) << peer.heard();
  EXPECT_TRUE(has_logged("a hook's mistake"));
}

TEST_P(Sessions, the_accept_hook_refuses_with_status_and_headers_6455_10_5_01_6455_4_2_2_02) {
  RouteOptions options;
  options.accept = [](const Request&) {
    Response response(401, "Who are you?\n");
    response.headers.add("WWW-Authenticate", "Bearer");
    return Accept::refuse(std::move(response));
  };
  server().route("/echo", echo, options);
  open_server();
  DialOptions dial;
  std::optional<Response> response;
  dial.failed = [&](const DialFailure& failure) { response = failure.response; };
  ASSERT_TRUE(client().dial(url("/echo"), echo, dial));
  until([&] { return response.has_value(); });
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(response->headers.find("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(response->body, "Who are you?\n");
}

// Whoever asks can claim any origin: being ours lets nobody in by itself.
TEST_P(Sessions, the_own_origin_proves_nothing_6455_10_1_01) {
  RouteOptions options;
  options.accept = [](const Request& request) {
    return request.headers.find("Authorization") == "Bearer secret" ? Accept()
                                                                    : Accept::refuse(Response(401));
  };
  server().route("/echo", echo, options);
  open_server();
  const std::string forged = "Origin: " + std::string(is_in_tls() ? "https" : "http") + "://127.0.0.1\r\n";
  for (const auto& [fields, status] :
       {std::pair(forged, "401"), std::pair(forged + "Authorization: Bearer secret\r\n", "101"),
        std::pair(std::string("Authorization: Bearer secret\r\n"), "101")}) {
    RawPeer& peer = raw_peer();
    peer.send(handshake_request("/echo", fields));
    until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
    EXPECT_EQ(peer.heard().substr(9, 3), status) << fields;
  }
}

TEST_P(Sessions, the_accept_hook_sees_all_that_a_page_can_say_WS_2_2_05_6455_10_5_01) {
  RouteOptions options;
  options.subprotocols = {"chat"};
  options.accept = [](const Request& request) {
    const bool says_it = request.headers.find("Cookie") == "who=a" || request.query == "who=a" ||
                         request.headers.find("Sec-WebSocket-Protocol") == "chat, who.a";
    return says_it ? Accept() : Accept::refuse(Response(403));
  };
  server().route("/echo", echo, options);
  open_server();
  const auto status_of = [this](const std::string& request) {
    RawPeer& peer = raw_peer();
    peer.send(request);
    until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
    return peer.heard().substr(9, 3);
  };
  EXPECT_EQ(status_of(handshake_request("/echo", "Cookie: who=a\r\n")), "101");
  EXPECT_EQ(status_of(handshake_request("/echo?who=a")), "101");
  EXPECT_EQ(status_of(handshake_request("/echo", "Sec-WebSocket-Protocol: chat, who.a\r\n")), "101");
  EXPECT_EQ(status_of(handshake_request("/echo")), "403");
}

TEST_P(Sessions, a_failure_is_logged_with_its_reason_and_its_peer_6455_7_1_7_01) {
  server().route("/echo", echo);
  open_server();
  RawPeer& peer = raw_web_socket("/echo");
  peer.send(masked(0x83, ""));
  until([&] { return peer.has_ended(); });
  EXPECT_TRUE(has_logged("connection from 127.0.0.1"));
  EXPECT_TRUE(has_logged("failed with 1002: unknown opcode"));
}

TEST_P(Sessions, a_route_for_text_alone_closes_with_1003_6455_10_7_02) {
  server().route("/text", [](Connection& peer) -> Task {
    while (auto message = co_await peer.receive()) {
      if (!message->is_text()) peer.close(CloseCode::unsupported_data, "text alone");
    }
  });
  open_server();
  RawPeer& peer = raw_web_socket("/text");
  peer.send(masked(0x82, ""));
  until([&] { return peer.heard() == unmasked(0x88, close_body(1003, "text alone")); });
}

TEST_P(Sessions, the_accept_hook_attaches_data_and_headers_and_sees_route_parameters) {
  RouteOptions options;
  options.accept = [](const Request& request) {
    Accept accept;
    accept.attach(std::string("room ") + std::string(request.parameter("room")));
    accept.header("Set-Cookie", "a=b");
    return accept;
  };
  std::string seen;
  server().route(
      "/rooms/:room",
      [&seen](Connection& peer) -> Task {
        seen = std::any_cast<std::string>(peer.data());
        co_return;
      },
      options);
  open_server();
  RawPeer& peer = raw_peer();
  // The session returns at once, which is a normal close; the peer answers it.
  peer.send(handshake_request("/rooms/blue%20one") + masked(0x88, close_body(1000)));
  until([&] { return !seen.empty() && peer.has_ended(); });
  EXPECT_EQ(seen, "room blue one");
  EXPECT_NE(peer.heard().find("Set-Cookie: a=b\r\n"), std::string::npos);
  EXPECT_TRUE(peer.heard().ends_with(unmasked(0x88, close_body(1000)))) << peer.heard();
}

TEST_P(Sessions, the_first_offered_subprotocol_that_the_route_speaks_is_chosen_6455_4_2_2_07) {
  RouteOptions options;
  options.subprotocols = {"b", "a"};
  std::string at_server;
  server().route(
      "/",
      [&](Connection& peer) -> Task {
        at_server = peer.subprotocol();
        co_return;
      },
      options);
  open_server();
  std::string at_client;
  DialOptions dial;
  dial.subprotocols = {"x", "a", "b"};
  ASSERT_TRUE(client().dial(
      url("/"),
      [&](Connection& peer) -> Task {
        at_client = peer.subprotocol();
        co_return;
      },
      dial));
  until([&] { return !at_client.empty() && !at_server.empty(); });
  EXPECT_EQ(at_client, "a");
  EXPECT_EQ(at_server, "a");
}

TEST_P(Sessions, a_message_outlives_the_receive_buffer_for_as_long_as_it_is_held) {
  std::string kept;
  server().route("/", [&kept](Connection& peer) -> Task {
    auto first = co_await peer.receive();
    co_await peer.sleep(std::chrono::milliseconds(1));
    auto second = co_await peer.receive();
    kept = std::string(first->text()) + "+" + std::string(second->text());
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "one") + masked(0x81, "two") + masked(0x81, "three"));
  if (is_virtual()) {
    memory().settle();
    advance(std::chrono::milliseconds(2));
  }
  until([&] { return !kept.empty(); });
  EXPECT_EQ(kept, "one+two");
}

TEST_P(Sessions, a_busy_session_holds_its_peer_back_and_misses_nothing_6455_6_2_03) {
  std::vector<std::string> heard;
  bool may_go_on = false;
  server().route("/", [&](Connection& peer) -> Task {
    while (!may_go_on) co_await peer.sleep(std::chrono::milliseconds(1));
    while (auto message = co_await peer.receive()) heard.emplace_back(message->text());
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  for (int number = 0; number < 1000; ++number) peer.send(masked(0x81, std::to_string(number)));
  peer.send(masked(0x88, close_body(1000)));
  if (is_virtual()) memory().settle();
  may_go_on = true;
  if (is_virtual()) advance(std::chrono::milliseconds(5));
  until([&] { return heard.size() == 1000 && peer.has_ended(); });
  EXPECT_EQ(heard[999], "999");
  EXPECT_EQ(peer.heard(), unmasked(0x88, close_body(1000)));
}

TEST_P(Sessions, a_session_that_only_sends_still_answers_pings_6455_5_5_2_01) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.sleep(std::chrono::hours(1))) {
    }
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x89, "ping"));
  until([&] { return peer.heard() == unmasked(0x8a, "ping"); });
}

TEST_P(Sessions, large_messages_are_received_and_sent_in_pieces) {
  std::size_t pieces = 0;
  server().route("/", [&pieces](Connection& peer) -> Task {
    while (auto chunk = co_await peer.receive_chunk()) {
      ++pieces;
      co_await peer.send_chunk(*chunk);
    }
  });
  open_server();
  std::vector<std::string> answers;
  CloseStatus status;
  const std::string large(4 << 20, 'y');
  ASSERT_TRUE(client().dial(url("/"), ask({large, "small"}, answers, status)));
  until([&] { return answers.size() == 2 && all_gone(); });
  EXPECT_EQ(answers[0], large);
  EXPECT_EQ(answers[1], "small");
  EXPECT_GT(pieces, 2u);
}

TEST_P(Sessions, whole_messages_wait_behind_one_that_is_sent_in_pieces_6455_5_4_08) {
  server().route("/", [](Connection& peer) -> Task {
    co_await peer.send_chunk({MessageType::text, as_bytes("a"), true, false});
    co_await peer.send("whole");
    peer.ping(as_bytes("p"));
    co_await peer.send_chunk({MessageType::text, as_bytes("b"), false, true});
    while (co_await peer.receive()) {
    }
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  const std::string expected =
      unmasked(0x01, "a") + unmasked(0x89, "p") + unmasked(0x80, "b") + unmasked(0x81, "whole");
  until([&] { return peer.heard() == expected; });
}

/// Reads the payload of one message that may come in fragments, none of them from another message.
std::string take_message(std::string_view& frames) {
  std::string message;
  for (bool first = true;; first = false) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(frames.at(at)); };
    EXPECT_EQ(byte(0) & 0x0f, first ? 0x01 : 0x00);
    const bool is_last = (byte(0) & 0x80) != 0;
    const std::size_t header_bytes = byte(1) == 126 ? 4 : 2;
    const std::size_t size = byte(1) == 126 ? byte(2) * 256U + byte(3) : byte(1);
    message += frames.substr(header_bytes, size);
    frames.remove_prefix(header_bytes + size);
    if (is_last) return message;
  }
}

TEST_P(Sessions, messages_of_two_threads_are_cut_but_never_mixed_6455_5_4_08) {
  constexpr std::size_t message_bytes = 1 << 20;
  constexpr int messages_per_thread = 5;
  RouteOptions options;
  options.limits = Limits{};
  options.limits->send_fragment_bytes = 1300;
  options.limits->outbox_bytes_max = 4 * messages_per_thread * message_bytes;
  Handle handle;
  server().route(
      "/",
      [&handle](Connection& peer) -> Task {
        handle = peer.handle();
        while (co_await peer.receive()) {
        }
      },
      options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  const auto talk = [&handle](char letter) {
    for (int count = 0; count < messages_per_thread; ++count)
      EXPECT_NE(handle.send(std::string(message_bytes, letter)), SendVerdict::dropped);
  };
  std::thread first(talk, 'a');
  std::thread second(talk, 'b');
  first.join();
  second.join();
  const std::size_t fragments = (message_bytes + 1299) / 1300;
  const std::size_t expected = 2 * messages_per_thread * (message_bytes + fragments * 4);
  until([&] { return peer.heard().size() >= expected; });
  std::string_view frames = peer.heard();
  for (int count = 0; count < 2 * messages_per_thread; ++count) {
    const std::string message = take_message(frames);
    EXPECT_TRUE(message == std::string(message_bytes, message.at(0)));
  }
  EXPECT_TRUE(frames.empty());
}

TEST_P(Sessions, a_server_addresses_one_client_by_its_id) {
  std::vector<ConnectionId> ids;
  server().route("/", [&ids](Connection& peer) -> Task {
    ids.push_back(peer.id());
    while (co_await peer.receive()) {
    }
  });
  open_server();
  RawPeer& first = raw_web_socket("/");
  RawPeer& second = raw_web_socket("/");
  until([&] { return ids.size() == 2; });
  EXPECT_EQ(server().find(ids[1]).send("for the second"), SendVerdict::sent);
  until([&] { return second.heard() == unmasked(0x81, "for the second"); });
  EXPECT_TRUE(first.heard().empty());
  EXPECT_EQ(server().find(ids[0]).close(CloseCode{4001}, "bye"), SendVerdict::sent);
  until([&] { return first.heard() == unmasked(0x88, close_body(4001, "bye")); });
  first.send(masked(0x88, close_body(4001)));
  until([&] { return first.has_ended(); });
  first.vanish();
  until([&] { return server().connection_count() == 1; });
  EXPECT_EQ(server().find(ids[0]).send("too late"), SendVerdict::closed);
}

TEST_P(Sessions, the_limits_of_a_route_hold_for_its_connections_6455_10_4_01) {
  RouteOptions options;
  options.limits = Limits{};
  options.limits->message_bytes_max = 100;
  options.limits->fragments_max = 3;
  options.limits->send_fragment_bytes = 4;
  server().route("/", echo, options);
  open_server();
  RawPeer& pieces = raw_web_socket("/");
  pieces.send(masked(0x81, "abcdefghi"));
  const std::string cut = unmasked(0x01, "abcd") + unmasked(0x00, "efgh") + unmasked(0x80, "i");
  until([&] { return pieces.heard() == cut; });
  RawPeer& large = raw_web_socket("/");
  large.send(masked(0x82, std::string(101, 'x')));
  until([&] { return large.has_ended(); });
  EXPECT_EQ(large.heard().substr(2, 2), close_body(1009));
  RawPeer& shredded = raw_web_socket("/");
  shredded.send(masked(0x01, "a") + masked(0x00, "b") + masked(0x00, "c") + masked(0x00, "d"));
  until([&] { return shredded.has_ended(); });
  EXPECT_EQ(shredded.heard().substr(2, 2), close_body(1008));
}

TEST_P(Sessions, a_client_that_closes_and_goes_on_sending_can_still_read_our_close_6455_7_1_1_01) {
  server().route("/", echo);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x88, close_body(1000)) + std::string(1'000'000, 'j'));
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(peer.heard(), unmasked(0x88, close_body(1000)));
  EXPECT_EQ(peer.lost_reason(), "");
  peer.send_eof();
  until([&] { return server().connection_count() == 0; });
}

TEST_P(Sessions, data_before_the_peers_close_is_drained_by_one_who_closes_6455_5_5_1_15) {
  std::optional<CloseStatus> status;
  server().route("/", [&status](Connection& peer) -> Task {
    co_await peer.receive();
    peer.close(CloseCode{4000});
    while (co_await peer.receive()) {
    }
    status = peer.close_status();
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "go"));
  for (int count = 0; count < 50; ++count) peer.send(masked(0x82, std::string(100'000, 'd')));
  peer.send(masked(0x88, close_body(4000)));
  until([&] { return status.has_value(); });
  EXPECT_TRUE(status->clean);
  EXPECT_EQ(status->cause, CloseCause::local_close);
}

TEST_P(Sessions, a_peer_that_half_closes_after_its_close_ends_clean_6455_7_1_4_01) {
  std::optional<CloseStatus> status;
  server().route("/", [&status](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
    status = peer.close_status();
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x88, close_body(1000)));
  peer.send_eof();
  until([&] { return peer.has_ended() && server().connection_count() == 0; });
  EXPECT_TRUE(status->clean);
  EXPECT_EQ(peer.heard(), unmasked(0x88, close_body(1000)));
  status.reset();
  RawPeer& rude = raw_web_socket("/");
  rude.send_eof();
  until([&] { return rude.has_ended() && server().connection_count() == 0; });
  EXPECT_FALSE(status->clean);
  EXPECT_EQ(status->code, CloseCode::abnormal);
}

TEST_P(Sessions, a_message_can_be_moved_assigned_and_kept_across_others) {
  std::vector<std::string> kept;
  server().route("/", [&kept](Connection& peer) -> Task {
    std::vector<Message> messages;
    std::optional<Message> latest;
    for (int count = 0; count < 4; ++count) {
      auto message = co_await peer.receive();
      latest = std::move(message);
      if (count % 2 == 0) messages.push_back(std::move(*latest));
    }
    messages.front() = std::move(messages.back());
    for (const Message& message : messages) kept.emplace_back(message.text());
    kept.emplace_back(latest->text());
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "a") + masked(0x81, "b"));
  loop().run_once(std::chrono::milliseconds(0));
  peer.send(masked(0x81, "c") + masked(0x81, "d"));
  until([&] { return kept.size() == 3; });
  EXPECT_EQ(kept, (std::vector<std::string>{"c", "", "d"}));
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Sessions);

}  // namespace
}  // namespace duplex::testing
