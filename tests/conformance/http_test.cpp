// HTTP around the sockets: slow readers, pipelining, refusals that arrive, draining.
#include <regex>
#include <string>

#include "world.hpp"

namespace duplex::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string head_request = "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string large = "<" + std::string(3'000'000, 'L') + ">";

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class Http : public World {
 protected:
  void open() {
    server().get("/large", [](const Request&) { return Response(200, large); });
    server().get("/small", [](const Request&) { return Response(200, "small"); });
    server().http("POST", "/post", [this](const Request& posted) {
      ++posts;
      return Response(200, posted.body);
    });
    server().route("/socket", [](Connection& peer) -> Task {
      while (auto message = co_await peer.receive()) co_await peer.send(*message);
    });
    open_server();
  }
  void settle() {
    while (loop().run_once(milliseconds(is_virtual() ? 0 : 50))) {
    }
  }
  int posts = 0;
};

TEST_P(Http, pipelined_requests_behind_a_large_answer_are_answered_in_order_H1_9_3_2_03) {
  open();
  RawPeer& peer = raw_peer();
  peer.stop_reading();
  peer.send(request + head_request + request +
            "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" + handshake_request("/socket") +
            masked(0x81, "and on"));
  settle();
  EXPECT_EQ(posts, 0);  // nothing is processed ahead of an answer that nobody takes
  peer.resume_reading();
  until([&] { return peer.heard().ends_with(unmasked(0x81, "and on")); });
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 200 "), 4u);
  EXPECT_EQ(count_of(peer.heard(), large), 2u);
  EXPECT_LT(peer.heard().find("\r\n\r\nbody"), peer.heard().find("HTTP/1.1 101 "));
  EXPECT_EQ(posts, 1);
}

TEST_P(Http, nothing_behind_a_request_that_closes_is_served_H1_9_6_01_H1_7_6_1_01) {
  open();
  for (const char* connection : {"close", "Close", "foo, close"}) {
    RawPeer& peer = raw_peer();
    const std::string last =
        "GET /small HTTP/1.1\r\nHost: a\r\nConnection: " + std::string(connection) + "\r\n\r\n";
    peer.send(last + "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + last);
    until([&] { return peer.has_ended(); });
    EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 "), 1u);
    EXPECT_EQ(count_of(peer.heard(), "\r\nConnection: close\r\n"), 1u);
    EXPECT_TRUE(peer.heard().ends_with("small"));
  }
  EXPECT_EQ(posts, 0);
}

TEST_P(Http, connections_persist_as_version_and_fields_say_H1_9_3_02_H1_2_3_04) {
  open();
  const auto ask = [this](const std::string& version_and_fields) -> RawPeer& {
    RawPeer& peer = raw_peer();
    peer.send("GET /small HTTP/" + version_and_fields + "\r\n\r\n");
    until([&] { return peer.heard().ends_with("small"); });
    return peer;
  };
  RawPeer& modern = ask("1.1\r\nHost: a");
  modern.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return count_of(modern.heard(), "HTTP/1.1 200 ") == 2; });
  RawPeer& old = ask("1.0\r\nConnection: keep-alive");
  EXPECT_EQ(count_of(old.heard(), "\r\nConnection: keep-alive\r\n"), 1u);
  EXPECT_EQ(count_of(old.heard(), "\r\nContent-Length: 5\r\n"), 1u);
  old.send("GET /small HTTP/1.0\r\n\r\n");
  until([&] { return old.has_ended(); });
  EXPECT_EQ(count_of(old.heard(), "HTTP/1.1 200 "), 2u);
}

TEST_P(Http, a_body_that_its_handler_ignores_is_no_request_H1_9_3_01) {
  int calls = 0;
  server().http("POST", "/ignored", [&calls](const Request&) {
    ++calls;
    return Response(204);
  });
  open();
  RawPeer& peer = raw_peer();
  std::string body;
  while (body.size() < 1'000'000) body += "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
  peer.send("POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body + "GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return peer.heard().ends_with("small"); });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 204 "));
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 "), 2u);
  EXPECT_EQ(calls, 1);
}

TEST_P(Http, an_application_may_demand_a_content_length_H1_6_3_06) {
  server().http("POST", "/sized", [](const Request& posted) {
    return posted.headers.find("Content-Length") ? Response(200, posted.body) : Response(411, "how long?");
  });
  open();
  RawPeer& peer = raw_peer();
  const std::string posted = "POST /sized HTTP/1.1\r\nHost: a\r\n";
  peer.send(posted + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + posted +
            "Content-Length: 2\r\n\r\nhi");
  until([&] { return peer.heard().ends_with("\r\n\r\nhi"); });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 411 Length Required\r\n"));
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 200 "), 1u);
}

TEST_P(Http, every_kind_of_answer_is_dated_H1_6_6_1_01) {
  open();
  const std::vector<std::pair<std::string, std::string>> asked = {
      {"200", "GET /small HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"404", "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"405", "DELETE /small HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"426", "GET /socket HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"403", handshake_request("/socket", "Origin: http://evil.example\r\n")},
      {"400", "GET / HTTP/1.1\r\n\r\n"},
      {"431", "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"}};
  const std::regex date(
      "\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} "
      "GMT\r\n");
  for (const auto& [status, bytes] : asked) {
    RawPeer& peer = raw_peer();
    peer.send(bytes);
    until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
    const std::string head = peer.take_head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 " + status + " ")) << head;
    EXPECT_TRUE(std::regex_search(head, date)) << head;
  }
}

TEST_P(Http, one_who_closes_early_gets_all_that_was_asked_for) {
  open();
  RawPeer& peer = raw_peer();
  peer.stop_reading();
  peer.send(request + request);
  peer.send_eof();
  settle();
  peer.resume_reading();
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(count_of(peer.heard(), large), 2u);
}

// A download that took longer than http_idle_timeout was cut off although its reader read.
TEST_P(Http, a_slow_reader_who_reads_is_not_cut_off) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = raw_peer();
  peer.send(request);
  for (int round = 0; round < 20; ++round) {
    peer.stop_reading();
    advance(seconds(20));
    peer.resume_reading();
    memory().run_once(milliseconds(0));
  }
  until([&] { return peer.heard().ends_with(large); });
  EXPECT_FALSE(peer.has_ended());
}

TEST_P(Http, a_reader_who_does_not_read_is_cut_off) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = raw_peer();
  peer.stop_reading();
  peer.send(request);
  memory().settle();
  advance(seconds(31));
  peer.resume_reading();
  memory().settle();
  EXPECT_TRUE(peer.has_ended());
  EXPECT_LT(peer.heard().size(), large.size());
}

// The answer that was under way when the server stopped was followed by a close with requests unread: a
// reset, which can destroy the answer.
TEST_P(Http, draining_completes_the_answer_that_is_under_way_and_loses_nothing_of_it) {
  open();
  RawPeer& peer = raw_peer();
  peer.stop_reading();
  peer.send(request);
  settle();
  server().stop();
  settle();
  peer.send(request);
  settle();
  peer.resume_reading();
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(count_of(peer.heard(), large), 1u);
  EXPECT_EQ(peer.lost_reason(), "");
}

TEST_P(Http, an_idle_connection_ends_when_the_server_stops_and_a_begun_request_is_answered) {
  open();
  RawPeer& idle = raw_peer();
  RawPeer& begun = raw_peer();
  begun.send("GET /small HT");
  settle();
  server().stop();
  until([&] { return idle.has_ended(); });
  EXPECT_EQ(idle.heard(), "");
  begun.send("TP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return begun.has_ended(); });
  EXPECT_TRUE(begun.heard().ends_with("small"));
  EXPECT_NE(begun.heard().find("Connection: close\r\n"), std::string::npos);
}

TEST_P(Http, a_413_reaches_a_client_that_is_still_sending_H1_9_6_02_H1_10_1_1_04) {
  open();
  RawPeer& peer = raw_peer();
  peer.send("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
  for (int piece = 0; piece < 20; ++piece) {
    peer.send(std::string(200'000, 'b'));
    loop().run_once(milliseconds(0));
  }
  until([&] { return peer.has_ended(); });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 413 "));
  EXPECT_NE(peer.heard().find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(peer.lost_reason(), "");
  EXPECT_EQ(posts, 0);
}

TEST_P(Http, a_refused_body_says_that_the_connection_closes_H1_10_1_1_04) {
  open();
  for (const char* target : {"/nowhere", "/small"}) {
    RawPeer& peer = raw_peer();
    peer.send("PUT " + std::string(target) +
              " HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\nExpect: 100-continue\r\n\r\n");
    until([&] { return peer.has_ended(); });
    EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 40")) << peer.heard();
    EXPECT_NE(peer.heard().find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(peer.heard().find(" 100 "), std::string::npos);
  }
}

TEST_P(Http, a_body_on_a_handshake_is_neither_frame_nor_request_6455_4_2_1_14) {
  open();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/socket", "Content-Length: 5\r\n") + "hello" + request);
  until([&] { return peer.has_ended(); });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 400 ")) << peer.heard();
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 "), 1u);
}

TEST_P(Http, frames_behind_a_refused_handshake_are_at_most_a_bad_request_6455_4_2_1_15) {
  open();
  RawPeer& peer = raw_peer();
  std::string refused = handshake_request("/socket");
  refused.replace(refused.find("Version: 13"), 11, "Version: 8 ");
  peer.send(refused + masked(0x81, "Hello"));
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(count_of(peer.heard(), "Hello"), 0u);
  EXPECT_EQ(count_of(peer.heard(), " 101 "), 0u);
}

TEST_P(Http, frames_behind_the_handshake_are_not_lost_6455_4_2_1_15) {
  open();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/socket") + masked(0x81, "Hello"));
  until([&] { return peer.heard().ends_with(unmasked(0x81, "Hello")); });
}

TEST_P(Http, after_a_426_the_connection_may_try_again_H1_7_8_08_6455_4_2_2_05) {
  open();
  RawPeer& peer = raw_peer();
  std::string refused = handshake_request("/socket");
  refused.replace(refused.find("Version: 13"), 11, "Version: 8");
  peer.send(refused);
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 426 "));
  EXPECT_NE(peer.heard().find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
  peer.send(handshake_request("/socket"));
  until([&] { return peer.heard().find("HTTP/1.1 101 ") != std::string::npos; });
}

TEST_P(Http, a_handshake_needs_exactly_one_host_6455_4_2_1_04_H1_15_5_1_01) {
  open();
  std::string without = handshake_request("/socket");
  without.erase(without.find("Host: "), std::string_view("Host: 127.0.0.1\r\n").size());
  for (const std::string& bad : {without, handshake_request("/socket", "Host: 127.0.0.1\r\n")}) {
    RawPeer& peer = raw_peer();
    peer.send(bad);
    until([&] { return peer.has_ended(); });
    EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 400 ")) << peer.heard();
  }
}

TEST_P(Http, the_first_message_comes_right_behind_the_101_6455_4_2_2_13) {
  server().route("/greeting", [](Connection& peer) -> Task {
    co_await peer.send("welcome");
    while (co_await peer.receive()) {
    }
  });
  open();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/greeting"));
  until([&] { return peer.heard().find("welcome") != std::string::npos; });
  EXPECT_TRUE(peer.heard().ends_with("\r\n\r\n" + unmasked(0x81, "welcome")));
  EXPECT_EQ(peer.deliveries(), 1);  // one write, one segment
}

TEST_P(Http, every_limit_of_a_request_has_its_status) {
  Limits& limits = server_options().limits;
  limits.request_line_bytes_max = 1'000;
  limits.header_bytes_max = 2'000;
  limits.header_count_max = 10;
  limits.body_bytes_max = 100;
  open();
  const auto status_of = [this](const std::string& bytes) {
    RawPeer& peer = raw_peer();
    peer.send(bytes);
    until([&] { return peer.has_ended(); });
    return peer.heard().substr(9, 3);
  };
  std::string many;
  for (int count = 0; count < 11; ++count) many += "X: y\r\n";
  EXPECT_EQ(status_of("GET /" + std::string(1'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), "414");
  EXPECT_EQ(status_of("GET /small HTTP/1.1\r\nHost: a\r\nX: " + std::string(2'000, 'a') + "\r\n\r\n"), "431");
  EXPECT_EQ(status_of("GET /small HTTP/1.1\r\nHost: a\r\n" + many + "\r\n"), "431");
  EXPECT_EQ(status_of("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"), "413");
  EXPECT_EQ(posts, 0);
}

TEST_P(Http, after_so_many_requests_a_connection_is_closed) {
  server_options().limits.pipelined_requests_max = 3;
  open();
  RawPeer& peer = raw_peer();
  for (int count = 0; count < 5; ++count) peer.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 200 "), 3u);
  EXPECT_EQ(count_of(peer.heard(), "Connection: close"), 1u);
}

TEST_P(Http, a_body_that_trickles_is_a_408) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = raw_peer();
  peer.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
  advance(seconds(20));  // idle: the deadline of the next request has not begun
  peer.send("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n");
  for (int second = 0; second < 9; ++second) {
    advance(seconds(1));
    peer.send("x");
  }
  EXPECT_EQ(count_of(peer.heard(), " 408 "), 0u);
  advance(seconds(2));
  EXPECT_EQ(count_of(peer.heard(), "HTTP/1.1 408 "), 1u);
  EXPECT_TRUE(peer.has_ended());
}

TEST_P(Http, a_client_that_lingers_after_the_last_answer_is_let_go) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open();
  RawPeer& peer = raw_peer();
  peer.send("GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  memory().settle();
  EXPECT_TRUE(peer.has_ended());
  peer.send("still here");
  advance(seconds(4));
  // Whoever writes to a stream that is gone is told so.
  peer.send("still here");
  memory().settle();
  EXPECT_NE(peer.lost_reason(), "");
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Http);

}  // namespace
}  // namespace duplex::testing
