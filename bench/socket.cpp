#include "socket.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

namespace duplex::bench {
namespace {

Socket open_tcp() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) die("socket");
  return Socket(descriptor);
}

void send_without_delay(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// Before connecting: the handshake tells the other end.
void narrow_window(int descriptor) {
  const int segment_bytes_max = 1'400;
  const int receive_bytes = 4'096;
  setsockopt(descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes_max, sizeof segment_bytes_max);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
}

}  // namespace

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void quit(std::string_view text) {
  std::cerr << program_invocation_short_name << ": " << text << '\n';
  std::exit(1);
}

void die(std::string_view text) { quit(std::string(text) + ": " + std::strerror(errno)); }

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Socket listen_on_loopback(std::uint16_t port) {
  Socket listener = open_tcp();
  const int on = 1;
  setsockopt(listener.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (bind(listener.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    die("bind");
  if (listen(listener.descriptor(), SOMAXCONN) != 0) die("listen");
  return listener;
}

Socket connect_to_loopback(std::uint16_t port, Window window) {
  Socket connection = open_tcp();
  if (window == Window::narrow) narrow_window(connection.descriptor());
  const sockaddr_in address = loopback(port);
  if (connect(connection.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die("connect");
  }
  // Behind the end of a TLS handshake a request would wait 40 ms for the ACK of a server without tickets.
  send_without_delay(connection.descriptor());
  return connection;
}

std::string upgrade_request(std::uint16_t port, const std::string& path, const Offer& offer) {
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!offer.empty()) request += "Sec-WebSocket-Extensions: " + offer + "\r\n";
  return request + "\r\n";
}

void end_at_once(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void make_ready_for_load(int descriptor) {
  send_without_delay(descriptor);
  if (fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) != 0) die("fcntl");
}

}  // namespace duplex::bench
