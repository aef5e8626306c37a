// Bad input: each row costs the one who sent it, and nobody else.
#include <fstream>
#include <random>
#include <string>

#include <unistd.h>

#include "world.hpp"

namespace duplex::testing {
namespace {

/// Resident memory of this process.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class Abuse : public World {
 protected:
  void open() {
    server().route("/", [](Connection& peer) -> Task {
      while (auto message = co_await peer.receive()) co_await peer.send(*message);
    });
    open_server();
  }
  /// The neighbour who must notice nothing.
  void expect_service() {
    RawPeer& neighbour = raw_web_socket("/");
    neighbour.send(masked(0x81, "alive?"));
    until([&] { return neighbour.heard() == unmasked(0x81, "alive?"); });
  }
};

TEST_P(Abuse, random_bytes_instead_of_a_request_6455_10_7_01_H1_2_2_06) {
  open();
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    RawPeer& peer = raw_peer();
    std::string bytes(2000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    peer.send(bytes + "\r\n\r\n");
    until([&] { return peer.has_ended(); });
    EXPECT_EQ(peer.heard().find("HTTP/1.1 101"), std::string::npos);
  }
  expect_service();
}

TEST_P(Abuse, random_bytes_instead_of_frames_6455_10_7_01) {
  open();
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    RawPeer& peer = raw_web_socket("/");
    std::string bytes(5000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    peer.send("\xf3" + bytes);
    until([&] { return peer.has_ended(); });
    EXPECT_TRUE(peer.heard().starts_with('\x88'));
  }
  expect_service();
}

TEST_P(Abuse, a_truncated_handshake_is_never_answered_with_101) {
  open();
  const std::string request = handshake_request("/");
  for (std::size_t length = 0; length < request.size(); length += 13) {
    RawPeer& peer = raw_peer();
    peer.send(request.substr(0, length));
    peer.send_eof();
    until([&] { return peer.has_ended(); });
    EXPECT_EQ(peer.heard().find(" 101 "), std::string::npos);
  }
  expect_service();
}

TEST_P(Abuse, an_upgrade_from_http_1_0_is_ignored_H1_7_8_03) {
  open();
  RawPeer& peer = raw_peer();
  std::string request = handshake_request("/");
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  peer.send(request);
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(peer.heard().find(" 101 "), std::string::npos);
}

TEST_P(Abuse, a_length_of_4_gib_is_refused_from_the_header_6455_5_2_08) {
  open();
  const std::size_t before = resident_bytes();
  for (int round = 0; round < 20; ++round) {
    RawPeer& peer = raw_web_socket("/");
    peer.send(std::string("\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", 14));
    until([&] { return peer.has_ended(); });
    EXPECT_EQ(peer.heard().substr(2, 2), std::string("\x03\xf1"));
  }
  EXPECT_LT(resident_bytes(), before + (64U << 20));
  expect_service();
}

TEST_P(Abuse, a_client_that_never_reads_is_held_back_and_costs_bounded_memory_6455_6_2_03) {
  open();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  const std::size_t before = resident_bytes();
  const std::string message = masked(0x82, std::string(1 << 20, 'x'));
  // The peer's own queue grows here too, so it stops as soon as the server no longer takes anything.
  for (int round = 0; round < 24; ++round) {
    peer.send(message);
    loop().run_once(std::chrono::milliseconds(0));
  }
  EXPECT_LT(resident_bytes(), before + (24U << 20) * 2 + (64U << 20));
  expect_service();
}

TEST_P(Abuse, many_clients_that_never_finish_their_handshake_disturb_nobody) {
  open();
  for (int count = 0; count < 200; ++count) raw_peer().send("GET / HTTP/1.1\r\nHost:");
  expect_service();
}

TEST_P(Abuse, http_after_the_101_is_a_protocol_error_H1_7_8_07) {
  open();
  RawPeer& peer = raw_web_socket("/");
  peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return peer.has_ended(); });
  EXPECT_EQ(peer.heard().substr(2, 2), std::string("\x03\xea"));
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Abuse);

}  // namespace
}  // namespace duplex::testing
