// The client against servers that speak bytes.
#include <optional>
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Clients : public World {
 protected:
  Clients() : raw_server_(loop()) {
    options_.failed = [this](const DialFailure& failure) { failure_ = failure; };
  }
  RawServer& raw_server() { return raw_server_; }
  DialOptions& options() { return options_; }
  /// Dials the raw server and waits for the request.
  RawPeer& dial(Session session) {
    const std::size_t before = raw_server_.count();
    EXPECT_TRUE(client().dial(raw_server_.url(), std::move(session), options_));
    until([&] {
      return raw_server_.count() > before &&
             raw_server_.peer(before).heard().find("\r\n\r\n") != std::string::npos;
    });
    return raw_server_.peer(before);
  }
  /// The session that keeps what it hears until the end.
  Session listener() {
    return [this](Connection& peer) -> Task {
      opened_ = true;
      while (auto message = co_await peer.receive()) heard_.emplace_back(message->text());
      status_ = peer.close_status();
    };
  }
  /// An open connection, seen from the server.
  RawPeer& open(Session session) {
    RawPeer& peer = dial(std::move(session));
    peer.send(handshake_response(peer.take_head()));
    return peer;
  }

  bool opened_ = false;
  std::vector<std::string> heard_;
  std::optional<CloseStatus> status_;
  std::optional<DialFailure> failure_;

 private:
  RawServer raw_server_;
  DialOptions options_;
};

TEST_P(Clients, a_closed_port_is_a_failure_that_names_it_6455_4_1_04) {
  std::string closed;
  {
    const RawServer server(loop());
    closed = server.url();
  }
  ASSERT_TRUE(client().dial(closed, listener(), options()));
  until([&] { return failure_.has_value(); });
  EXPECT_EQ(failure_->error.kind, ErrorKind::environment);
  EXPECT_NE(failure_->error.message.find("refused"), std::string::npos) << failure_->error.message;
  EXPECT_FALSE(failure_->response);
  EXPECT_FALSE(opened_);
  EXPECT_EQ(client().connection_count(), 0u);
}

TEST_P(Clients, sends_nothing_behind_its_request_until_the_answer_was_right_6455_4_1_19) {
  RawPeer& peer = dial([](Connection& connection) -> Task {
    co_await connection.send("early");
    while (co_await connection.receive()) {
    }
  });
  for (int turn = 0; turn < 3; ++turn) loop().run_once(milliseconds(1));
  EXPECT_TRUE(peer.heard().ends_with("\r\n\r\n"));
  const std::string head = peer.take_head();
  EXPECT_EQ(peer.heard(), "");
  peer.send(handshake_response(head));
  until([&] { return peer.heard().size() == 2 + 4 + 5; });
  EXPECT_TRUE(peer.heard().starts_with("\x81\x85"));
}

TEST_P(Clients, frames_in_one_segment_with_the_101_are_not_lost_6455_4_1_28) {
  RawPeer& peer = dial(listener());
  peer.send(handshake_response(peer.take_head()) + "\x81\x02hi" + unmasked(0x88, close_body(1000, "bye")));
  until([&] { return status_.has_value(); });
  EXPECT_EQ(heard_, std::vector<std::string>{"hi"});
  EXPECT_EQ(status_->reason, "bye");
}

TEST_P(Clients, interim_answers_before_the_101_are_skipped_6455_4_1_20) {
  RawPeer& peer = dial(listener());
  const std::string response = handshake_response(peer.take_head());
  peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response);
  until([&] { return opened_; });
}

TEST_P(Clients, any_other_answer_is_a_failure_that_shows_it_6455_4_1_20) {
  for (const char* status : {"200 OK", "302 Found", "401 Unauthorized", "503 Service Unavailable"}) {
    failure_.reset();
    RawPeer& peer = dial(listener());
    peer.send("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 4\r\nX-Why: because\r\n\r\nbody");
    until([&] { return failure_.has_value() && peer.has_ended(); });
    ASSERT_TRUE(failure_->response) << status;
    EXPECT_EQ(std::to_string(failure_->response->status), std::string(status, 3));
    EXPECT_EQ(failure_->response->headers.find("X-Why"), "because");
    EXPECT_EQ(failure_->response->body, "body");
  }
  EXPECT_FALSE(opened_);
}

TEST_P(Clients, a_second_answer_is_not_listened_to_H1_9_2_01) {
  int failures = 0;
  options().failed = [this, &failures](const DialFailure& failure) {
    ++failures;
    failure_ = failure;
  };
  RawPeer& peer = dial(listener());
  const std::string stray = handshake_response(peer.take_head());
  peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nwho" + stray);
  until([&] { return failure_.has_value() && peer.has_ended(); });
  peer.send(stray);
  for (int turn = 0; turn < 10; ++turn) loop().run_once(milliseconds(0));
  EXPECT_EQ(failure_->response->status, 401);
  EXPECT_EQ(failures, 1);
  EXPECT_FALSE(opened_);
}

TEST_P(Clients, a_server_of_another_version_is_not_asked_again_6455_4_4_02) {
  RawPeer& peer = dial(listener());
  peer.send(
      "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8, 7\r\n"
      "Content-Length: 0\r\n\r\n");
  until([&] { return failure_.has_value() && peer.has_ended(); });
  EXPECT_NE(failure_->error.message.find("13, 8, 7"), std::string::npos) << failure_->error.message;
  for (int turn = 0; turn < 10; ++turn) loop().run_once(milliseconds(0));
  EXPECT_EQ(raw_server().count(), 1u);
}

// Where a browser throws before the connection is open and is silent behind close(), ours cannot be asked
// before and says so behind.
TEST_P(Clients, a_session_begins_with_the_open_connection_and_is_told_what_comes_too_late_WS_3_08) {
  std::vector<SendVerdict> verdicts;
  RawPeer& peer = dial([&](Connection& connection) -> Task {
    EXPECT_TRUE(connection.is_open());
    verdicts.push_back(co_await connection.send("in time"));
    verdicts.push_back(connection.close());
    verdicts.push_back(co_await connection.send("late"));
  });
  for (int turn = 0; turn < 10; ++turn) loop().run_once(milliseconds(0));
  EXPECT_TRUE(verdicts.empty());
  peer.send(handshake_response(peer.take_head()));
  until([&] { return verdicts.size() == 3; });
  EXPECT_EQ(verdicts, (std::vector{SendVerdict::sent, SendVerdict::sent, SendVerdict::closed}));
  until([&] { return peer.heard().size() == 2 + 4 + 7 + 2 + 4 + 2; });  // the message and the Close
}

TEST_P(Clients, an_answer_without_end_is_cut_at_the_limits_6455_4_1_29) {
  for (const char* beginning :
       {"HTTP/1.1 101 Switching Protocols\r\nX: ", "HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 "}) {
    failure_.reset();
    RawPeer& peer = dial(listener());
    peer.send(beginning + std::string(10'000'000, 'x'));
    until([&] { return failure_.has_value(); });
    EXPECT_FALSE(opened_);
    until([&] { return peer.has_ended(); });
  }
}

TEST_P(Clients, a_server_that_never_answers_is_given_up_6455_4_1_29) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  RawPeer& peer = dial(listener());
  peer.send("HTTP/1.1 101 Switching");
  advance(milliseconds(9'900));
  EXPECT_FALSE(failure_);
  advance(milliseconds(200));
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->error.message, "handshake_timeout passed");
  EXPECT_TRUE(peer.has_ended());
}

TEST_P(Clients, a_stream_that_ends_or_breaks_during_the_handshake_is_a_failure) {
  RawPeer& ending = dial(listener());
  ending.send("HTTP/1.1 101 Sw");
  ending.send_eof();
  until([&] { return failure_.has_value(); });
  EXPECT_EQ(failure_->error.kind, ErrorKind::peer);
  failure_.reset();
  RawPeer& breaking = dial(listener());
  breaking.stream().abort_on_close();
  breaking.vanish();
  until([&] { return failure_.has_value(); });
  EXPECT_EQ(failure_->error.kind, ErrorKind::environment);
}

TEST_P(Clients, sessions_see_the_fields_of_the_101_each_line_by_itself_6455_4_1_32) {
  std::vector<std::string> cookies;
  RawPeer& peer = dial([&](Connection& connection) -> Task {
    EXPECT_EQ(connection.response()->status, 101);
    for (const HeaderField& field : connection.response()->headers) {
      if (field.name == "Set-Cookie") cookies.push_back(field.value);
    }
    co_return;
  });
  peer.send(handshake_response(peer.take_head(), "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2, c\r\n"));
  until([&] { return cookies.size() == 2; });
  EXPECT_EQ(cookies, (std::vector<std::string>{"a=1; Path=/", "b=2, c"}));
}

TEST_P(Clients, a_servers_connection_has_no_response) {
  std::optional<bool> has_response;
  server().route("/", [&](Connection& peer) -> Task {
    has_response = peer.response() != nullptr;
    co_return;
  });
  open_server();
  ASSERT_TRUE(client().dial(url("/"), listener()));
  until([&] { return has_response.has_value(); });
  EXPECT_FALSE(*has_response);
}

TEST_P(Clients, go_on_without_a_subprotocol_unless_they_require_one_6455_4_1_30) {
  options().subprotocols = {"chat", "superchat"};
  open(listener());
  until([&] { return opened_; });

  opened_ = false;
  options().subprotocol_required = true;
  open(listener());
  until([&] { return failure_.has_value(); });
  EXPECT_EQ(failure_->error.kind, ErrorKind::peer);
  EXPECT_EQ(failure_->error.message, "the server chose none of the subprotocols: chat, superchat");
  EXPECT_FALSE(opened_);

  RawPeer& choosing = dial(listener());
  choosing.send(handshake_response(choosing.take_head(), "Sec-WebSocket-Protocol: superchat\r\n"));
  until([&] { return opened_; });
}

TEST_P(Clients, a_lost_transport_is_1006_and_not_clean_6455_7_2_1_01) {
  RawPeer& peer = open(listener());
  until([&] { return opened_; });
  peer.stream().abort_on_close();
  peer.vanish();
  until([&] { return status_.has_value(); });
  EXPECT_EQ(status_->code, CloseCode::abnormal);
  EXPECT_FALSE(status_->clean);
  EXPECT_EQ(status_->cause, CloseCause::transport_lost);
}

TEST_P(Clients, wait_for_the_server_to_close_tcp_first_but_only_so_long_6455_5_5_1_11) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  RawPeer& peer = open(listener());
  peer.send(unmasked(0x88, close_body(1000)));
  memory().settle();
  EXPECT_TRUE(status_->clean);
  EXPECT_FALSE(peer.has_ended());
  advance(milliseconds(2'900));
  EXPECT_FALSE(peer.has_ended());
  advance(milliseconds(200));
  EXPECT_TRUE(peer.has_ended());
  EXPECT_EQ(client().connection_count(), 0u);
}

TEST_P(Clients, close_at_once_when_the_server_has_closed_tcp_6455_5_5_1_11_6455_7_1_1_02) {
  RawPeer& peer = open(listener());
  peer.send(unmasked(0x88, close_body(1000)));
  until([&] { return status_.has_value(); });
  peer.send_eof();
  until([&] { return peer.has_ended() && client().connection_count() == 0; });
}

TEST_P(Clients, a_server_that_does_not_answer_our_close_is_cut_6455_5_5_1_12) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  RawPeer& peer = open([this](Connection& connection) -> Task {
    connection.close(CloseCode{4000}, "enough");
    while (co_await connection.receive()) {
    }
    status_ = connection.close_status();
  });
  memory().settle();
  advance(milliseconds(2'900));
  EXPECT_FALSE(status_);
  advance(milliseconds(200));
  ASSERT_TRUE(status_);
  EXPECT_EQ(status_->code, CloseCode::abnormal);
  EXPECT_FALSE(status_->clean);
  EXPECT_EQ(status_->cause, CloseCause::local_close);
  EXPECT_TRUE(peer.has_ended());
}

TEST_P(Clients, do_not_close_an_idle_connection_by_themselves_6455_7_2_1_02) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  options().limits.ping_interval = milliseconds(0);
  options().limits.idle_timeout = milliseconds(0);
  RawPeer& peer = open(listener());
  advance(std::chrono::hours(48));
  EXPECT_EQ(peer.heard(), "");
  EXPECT_EQ(client().connection_count(), 1u);
}

TEST_P(Clients, crossing_closes_count_as_each_others_answer_6455_5_5_1_13) {
  RawPeer& peer = dial([this](Connection& connection) -> Task {
    connection.close(CloseCode{4000});
    while (co_await connection.receive()) {
    }
    status_ = connection.close_status();
  });
  peer.send(handshake_response(peer.take_head()) + unmasked(0x88, close_body(1000)));
  until([&] { return status_.has_value(); });
  EXPECT_EQ(status_->code, CloseCode::normal);
  EXPECT_TRUE(status_->clean);
  peer.send_eof();
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(peer.heard().size(), 2u + 4 + 2);  // one Close
}

TEST_P(Clients, what_cannot_be_right_is_an_error_before_any_io_6455_3_01) {
  for (const char* url : {"", "http://a/", "ws://", "ws://a/#fragment", "wss://"}) {
    EXPECT_FALSE(client().dial(url, listener(), options())) << url;
  }
  options().subprotocols = {"a", "a"};
  EXPECT_FALSE(client().dial(raw_server().url(), listener(), options()));
  options().subprotocols = {};
  options().headers.add("X", "a\r\nY: b");
  EXPECT_FALSE(client().dial(raw_server().url(), listener(), options()));
  loop().run_once(milliseconds(0));
  EXPECT_EQ(raw_server().count(), 0u);
}

TEST_P(Clients, run_returns_when_the_last_connection_has_ended) {
  server().route("/", [](Connection& peer) -> Task { co_await peer.send("hello"); });
  open_server();
  int sessions = 0;
  for (int count = 0; count < 3; ++count) {
    ASSERT_TRUE(client().dial(url("/"), [&sessions](Connection& peer) -> Task {
      while (co_await peer.receive()) {
      }
      ++sessions;
    }));
  }
  client().run();
  EXPECT_EQ(sessions, 3);
  EXPECT_EQ(client().connection_count(), 0u);
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Clients);

}  // namespace
}  // namespace duplex::testing
