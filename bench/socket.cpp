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

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket open_tcp() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) die("socket");
  return Socket(descriptor);
}

}  // namespace

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

Socket connect_to_loopback(std::uint16_t port) {
  Socket connection = open_tcp();
  const sockaddr_in address = loopback(port);
  if (connect(connection.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die("connect");
  }
  return connection;
}

void make_ready_for_load(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) != 0) die("fcntl");
}

}  // namespace duplex::bench
