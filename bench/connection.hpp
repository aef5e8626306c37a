// A connection to the server under test, with or without TLS.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <memory>
#include <string_view>

#include "socket.hpp"

namespace duplex::bench {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPointer = std::unique_ptr<SSL, FreeSsl>;
using SslContextPointer = std::unique_ptr<SSL_CTX, FreeSsl>;

/// Carries bytes as a socket does: both calls answer as send() and recv(), with EAGAIN in errno.
class Connection {
 public:
  explicit Connection(Socket socket) : socket_(std::move(socket)) {}
  /// The TLS handshake is done when this returns; any certificate is taken.
  Connection(Socket socket, SSL_CTX& context);

  int descriptor() const { return socket_.descriptor(); }
  ssize_t send(std::string_view bytes) const;
  ssize_t receive(char* into, std::size_t bytes_max) const;
  /// As receive(), but the kernel throws the bytes away. Without TLS alone.
  ssize_t discard(std::size_t bytes_max) const;

 private:
  Socket socket_;
  SslPointer ssl_;
};

/// OpenSSL has no way to write without the signal.
void ignore_broken_pipes();
/// What all connections with TLS are made with.
SslContextPointer make_client_context();

/// Blocking: asks for WebSocket and reads the 101 to its end. The offer has to be accepted, too.
void open_websocket(const Connection& connection, std::uint16_t port, const std::string& path,
                    const Offer& offer);

}  // namespace duplex::bench
