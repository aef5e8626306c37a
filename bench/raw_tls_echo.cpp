// bench_raw_tls_echo PORT CERTIFICATE KEY: a TLS echo with epoll, OpenSSL on sockets, and nothing else. What
// a WebSocket server with TLS costs beyond it is its own.
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "connection.hpp"

namespace duplex::bench {
namespace {

constexpr std::size_t receive_bytes_max = 65'536;
constexpr std::size_t events_max = 512;

SslContextPointer make_server_context(const char* certificate, const char* key) {
  SslContextPointer context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate) != 1) quit("cannot use the certificate");
  if (SSL_CTX_use_PrivateKey_file(context.get(), key, SSL_FILETYPE_PEM) != 1) quit("cannot use the key");
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One recv() for a record, and not one for its header and another for the rest.
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

class RawTlsEcho {
 public:
  RawTlsEcho(std::uint16_t port, SslContextPointer context)
      : context_(std::move(context)),
        listener_(listen_on_loopback(port)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    watch(EPOLL_CTL_ADD, listener_.descriptor(), EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, events_max> events;
    for (;;) {
      const int count = epoll_wait(epoll_.descriptor(), events.data(), events.size(), -1);
      for (int index = 0; index < count; ++index) handle(events[static_cast<std::size_t>(index)]);
    }
  }

 private:
  struct Peer {
    explicit Peer(int descriptor) : socket(descriptor) {}
    Socket socket;
    SslPointer ssl;
    std::string unsent;
  };

  void handle(const epoll_event& event) {
    if (event.data.ptr == nullptr) return accept_one();
    Peer& peer = *static_cast<Peer*>(event.data.ptr);
    if (!peer.unsent.empty() && !send_rest(peer)) return;
    // What OpenSSL has read ahead, no event will tell of.
    do {
      if (!echo(peer)) return;
    } while (SSL_has_pending(peer.ssl.get()) != 0);
  }

  void accept_one() {
    const int descriptor = accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    make_ready_for_load(descriptor);
    auto peer = std::make_unique<Peer>(descriptor);
    peer->ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(peer->ssl.get(), descriptor);
    SSL_set_accept_state(peer->ssl.get());
    watch(EPOLL_CTL_ADD, descriptor, EPOLLIN, peer.get());
    peers_.emplace(peer.get(), std::move(peer));
  }

  /// False: there is nothing more to do now, or nobody to do it for.
  bool echo(Peer& peer) {
    ERR_clear_error();
    const int received = SSL_read(peer.ssl.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    if (received <= 0) {
      if (SSL_get_error(peer.ssl.get(), received) != SSL_ERROR_WANT_READ) peers_.erase(&peer);
      return false;
    }
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(received));
    const std::size_t sent = send_some(peer, bytes);
    if (sent == bytes.size()) return true;
    peer.unsent = bytes.substr(sent);
    watch(EPOLL_CTL_MOD, peer.socket.descriptor(), EPOLLOUT, &peer);
    return false;
  }

  /// True: all is gone, and more may be read.
  bool send_rest(Peer& peer) {
    peer.unsent.erase(0, send_some(peer, peer.unsent));
    if (!peer.unsent.empty()) return false;
    watch(EPOLL_CTL_MOD, peer.socket.descriptor(), EPOLLIN, &peer);
    return true;
  }

  /// Nobody is there to read what a dead connection does not take: it counts as sent.
  static std::size_t send_some(Peer& peer, std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      ERR_clear_error();
      const std::string_view rest = bytes.substr(sent);
      const int result = SSL_write(peer.ssl.get(), rest.data(), static_cast<int>(rest.size()));
      if (result <= 0) {
        return SSL_get_error(peer.ssl.get(), result) == SSL_ERROR_WANT_WRITE ? sent : bytes.size();
      }
      sent += static_cast<std::size_t>(result);
    }
    return sent;
  }

  void watch(int operation, int descriptor, std::uint32_t events, Peer* peer) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = peer;
    if (epoll_ctl(epoll_.descriptor(), operation, descriptor, &event) != 0) die("epoll_ctl");
  }

  const SslContextPointer context_;
  Socket listener_;
  Socket epoll_;
  std::vector<char> buffer_ = std::vector<char>(receive_bytes_max);
  std::unordered_map<Peer*, std::unique_ptr<Peer>> peers_;
};

}  // namespace
}  // namespace duplex::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_raw_tls_echo PORT CERTIFICATE KEY\n";
    return 2;
  }
  using namespace duplex::bench;
  ignore_broken_pipes();
  RawTlsEcho(static_cast<std::uint16_t>(std::stoi(argv[1])), make_server_context(argv[2], argv[3])).run();
}
