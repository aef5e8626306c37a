// The server as a whole: topics, threads, draining, HTTP beside the sockets.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

class Servers : public World {
 protected:
  /// Subscribes to what the path says: "/sub/prices/#" to "prices/#".
  void add_subscriber_route() {
    server().route("/sub/*", [this](Connection& peer) -> Task {
      EXPECT_EQ(peer.subscribe(peer.request().path.substr(5)), SendVerdict::sent);
      ++subscribed;
      while (auto message = co_await peer.receive()) {
        EXPECT_EQ(peer.publish("prices/eur", message->type(), message->payload()), SendVerdict::sent);
      }
    });
  }
  RawPeer& subscriber(std::string_view pattern) {
    const int before = subscribed;
    RawPeer& peer = raw_web_socket("/sub/" + std::string(pattern));
    until([&] { return subscribed == before + 1; });
    return peer;
  }
  int subscribed = 0;
};

TEST_P(Servers, a_publication_reaches_every_matching_subscriber_once_and_not_its_author) {
  add_subscriber_route();
  open_server();
  RawPeer& exact = subscriber("prices/eur");
  RawPeer& rest = subscriber("prices/%23");
  RawPeer& level = subscriber("+/eur");
  RawPeer& other = subscriber("prices/usd");
  exact.send(masked(0x81, "1.09"));
  until([&] { return !rest.heard().empty() && !level.heard().empty(); });
  EXPECT_EQ(rest.heard(), unmasked(0x81, "1.09"));
  EXPECT_EQ(level.heard(), unmasked(0x81, "1.09"));
  EXPECT_EQ(exact.heard(), "");
  EXPECT_EQ(other.heard(), "");
}

TEST_P(Servers, handles_and_publications_work_from_other_threads) {
  add_subscriber_route();
  open_server();
  RawPeer& peer = subscriber("news");
  std::thread other([&] {
    for (int number = 0; number < 100; ++number) {
      EXPECT_EQ(server().publish("news", MessageType::text, as_bytes("n")), SendVerdict::queued);
    }
  });
  other.join();
  until([&] { return peer.heard().size() == 100 * unmasked(0x81, "n").size(); });
}

TEST_P(Servers, a_handle_outlives_its_server) {
  Handle handle;
  server().route("/", [&handle](Connection& peer) -> Task {
    handle = peer.handle();
    while (co_await peer.receive()) {
    }
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  EXPECT_EQ(handle.send("now"), SendVerdict::sent);
  until([&] { return peer.heard() == unmasked(0x81, "now"); });
  end_server();
  EXPECT_EQ(handle.send("later"), SendVerdict::closed);
  EXPECT_EQ(Handle().send("nobody"), SendVerdict::closed);
}

TEST_P(Servers, stop_closes_everyone_with_1001_and_ends_6455_7_3_01) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
  });
  bool drained = false;
  server().on_drain([&drained] { drained = true; });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  RawPeer& idle = raw_peer();
  server().stop();
  until([&] { return peer.heard() == unmasked(0x88, close_body(1001, "server shutdown")); });
  EXPECT_TRUE(drained);
  peer.send(masked(0x88, close_body(1001)));
  peer.send_eof();
  until([&] { return server().connection_count() == 0 && idle.has_ended(); });
}

TEST_P(Servers, plain_http_and_a_socket_share_one_path_and_one_port_H1_9_3_2_03) {
  server().get("/both", [](const Request&) { return Response(200, "plain"); });
  server().route("/both", [](Connection& peer) -> Task { co_await peer.send("socket"); });
  open_server();
  RawPeer& peer = raw_peer();
  // Pipelined: two plain requests, then the upgrade, then a frame, all in one segment.
  peer.send("GET /both HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nHEAD /both HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" +
            handshake_request("/both") + masked(0x88, close_body(1000)));
  until([&] { return peer.has_ended(); });
  const std::string& heard = peer.heard();
  const std::size_t first = heard.find("HTTP/1.1 200 ");
  const std::size_t second = heard.find("HTTP/1.1 200 ", first + 1);
  const std::size_t third = heard.find("HTTP/1.1 101 ");
  EXPECT_EQ(first, 0u);
  EXPECT_TRUE(second < third && third != std::string::npos) << heard;
  EXPECT_NE(heard.find(unmasked(0x81, "socket")), std::string::npos);
}

TEST_P(Servers, an_upgrade_to_something_else_is_answered_plainly_H1_7_8_02) {
  server().get("/both", [](const Request&) { return Response(200, "plain"); });
  server().route("/both", [](Connection& peer) -> Task { co_await peer.send("socket"); });
  open_server();
  RawPeer& peer = raw_peer();
  std::string request = handshake_request("/both");
  request.replace(request.find("websocket"), 9, "h2c");
  peer.send(request);
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 200 ")) << peer.heard();
}

TEST_P(
    Servers,
    unknown_paths_methods_and_plain_requests_to_sockets_are_answered_as_http_6455_4_2_2_06_H1_9_1_02_H1_15_5_6_01_H1_15_5_22_01_H1_3_2_4_01) {
  server().route("/chat", [](Connection&) -> Task { co_return; });
  server().get("/page", [](const Request&) { return Response(200, "page"); });
  open_server();
  const auto status_of = [this](const std::string& request_line, std::string_view more = {}) {
    RawPeer& peer = raw_peer();
    peer.send(request_line + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n");
    until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
    return peer.heard().substr(9, 3) +
           (peer.heard().find("\r\nAllow: GET") != std::string::npos ? " allow" : "");
  };
  EXPECT_EQ(status_of("GET /nope"), "404");
  EXPECT_EQ(status_of("FOO /page"), "501");
  EXPECT_EQ(status_of("DELETE /page"), "405 allow");
  EXPECT_EQ(status_of("DELETE /chat"), "405 allow");
  EXPECT_EQ(status_of("GET /chat"), "426");
  EXPECT_EQ(status_of("OPTIONS *"), "204");
}

TEST_P(Servers, refuses_foreign_origins_and_names_the_remedy_6455_4_2_2_03) {
  server().route("/", [](Connection&) -> Task { co_return; });
  open_server();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/", "Origin: http://evil.example\r\n"));
  until([&] { return peer.heard().find("--allow-origin") != std::string::npos; });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(has_logged("--allow-origin"));
}

TEST_P(Servers, at_the_connection_limit_the_answer_is_503_with_retry_after_H1_15_6_4_01) {
  server_options().connections_max = 1;
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
  });
  open_server();
  raw_web_socket("/");
  RawPeer& second = raw_peer();
  second.send(handshake_request("/"));
  until([&] { return second.heard().find("Retry-After: 5\r\n") != std::string::npos; });
  EXPECT_TRUE(second.heard().starts_with("HTTP/1.1 503 "));
}

TEST_P(Servers, a_request_body_is_read_for_those_who_want_it_and_refused_for_others_H1_10_1_1_01) {
  server().http("POST", "/form", [](const Request& request) { return Response(200, request.body); });
  open_server();
  RawPeer& peer = raw_peer();
  peer.send("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  until([&] { return peer.heard() == "HTTP/1.1 100 Continue\r\n\r\n"; });
  peer.send("hello");
  until([&] { return peer.heard().ends_with("\r\n\r\nhello"); });
  peer.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /form HTTP/1.1\r\n\r\n");
  until([&] { return peer.has_ended(); });
  EXPECT_NE(peer.heard().find("HTTP/1.1 404 "), std::string::npos);
  EXPECT_NE(peer.heard().find("Connection: close"), std::string::npos);
}

TEST_P(Servers, an_exception_in_an_http_handler_is_a_500) {
  server().get("/throw", [](const Request&) -> Response { throw std::runtime_error("a page's mistake"); });
  open_server();
  RawPeer& peer = raw_peer();
  peer.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 500 "));
  EXPECT_TRUE(has_logged("a page's mistake"));
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Servers);

}  // namespace
}  // namespace duplex::testing
