#include "connection.hpp"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <csignal>
#include <utility>

namespace duplex::bench {
namespace {

/// What a call of OpenSSL has come to, in the words of the socket calls.
ssize_t as_socket_call(SSL& ssl, int result) {
  if (result > 0) return result;
  switch (SSL_get_error(&ssl, result)) {
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      errno = EAGAIN;
      return -1;
    default:
      if (errno == 0 || errno == EAGAIN) errno = EPROTO;
      return -1;
  }
}

}  // namespace

Connection::Connection(Socket socket, SSL_CTX& context)
    : socket_(std::move(socket)), ssl_(SSL_new(&context)) {
  SSL_set_fd(ssl_.get(), socket_.descriptor());
  if (SSL_connect(ssl_.get()) != 1) quit("the TLS handshake failed");
}

ssize_t Connection::send(std::string_view bytes) const {
  if (!ssl_) return ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  ERR_clear_error();
  return as_socket_call(*ssl_, SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())));
}

ssize_t Connection::receive(char* into, std::size_t bytes_max) const {
  if (!ssl_) return ::recv(socket_.descriptor(), into, bytes_max, 0);
  ERR_clear_error();
  return as_socket_call(*ssl_, SSL_read(ssl_.get(), into, static_cast<int>(bytes_max)));
}

ssize_t Connection::discard(std::size_t bytes_max) const {
  return ::recv(socket_.descriptor(), nullptr, bytes_max, MSG_TRUNC);
}

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

SslContextPointer make_client_context() {
  ignore_broken_pipes();
  SslContextPointer context(SSL_CTX_new(TLS_client_method()));
  // All servers shall be compared by the same version.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  // What is sent lies on a tape, which may go round between two attempts.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

void open_websocket(const Connection& connection, std::uint16_t port, const std::string& path,
                    const Offer& offer) {
  const std::string request = upgrade_request(port, path, offer);
  if (connection.send(request) < 0) die("send the handshake");
  std::string response;
  constexpr std::size_t response_bytes_max = 8192;
  // Byte by byte, so that nothing behind the head is taken.
  while (!response.ends_with("\r\n\r\n")) {
    char letter = 0;
    if (connection.receive(&letter, 1) != 1) die("receive the 101");
    response += letter;
    if (response.size() > response_bytes_max) quit("the answer to the handshake does not end");
  }
  if (!response.starts_with("HTTP/1.1 101 ")) quit("not a 101: " + response.substr(0, response.find('\r')));
  const std::string extension = offer.substr(0, offer.find(';'));
  if (response.find(extension) == std::string::npos) quit("the server does not accept " + extension);
}

}  // namespace duplex::bench
