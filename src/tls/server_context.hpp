// The server's certificates and choices, ready for handshakes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <duplex/errors.hpp>
#include <duplex/tls.hpp>

#include "tls/certificate_names.hpp"
#include "tls/engine.hpp"
#include "tls/openssl.hpp"
#include "tls/ticket_keys.hpp"

namespace duplex::tls {

/// Immutable once loaded, so that threads may share it. Connections keep the one that they began with.
class ServerContext : public std::enable_shared_from_this<ServerContext> {
 public:
  /// Reads and checks all files. Errors say which one is wrong, and how. `keys` are shared with the contexts
  /// before and after it, and rotated by who owns them.
  static Result<std::shared_ptr<const ServerContext>> load(const TlsOptions& options,
                                                           std::shared_ptr<TicketKeys> keys);

  /// The server's end of a new connection.
  std::unique_ptr<Engine> make_engine() const;
  /// What does not stop the server but has to be looked after: certificates that are out of their time.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  explicit ServerContext(std::shared_ptr<TicketKeys> keys) : keys_(std::move(keys)) {}
  Result<void> add(const TlsCertificate& certificate, const TlsOptions& options);
  Result<void> ask_clients(SSL_CTX& context, const TlsOptions& options) const;
  void check_time(const X509& certificate, const std::string& file);
  static int choose_certificate(SSL* ssl, int* alert, void* server_context);

  const std::shared_ptr<TicketKeys> keys_;
  std::vector<SslContextPointer> contexts_;  // one for each certificate, in their order
  CertificateNames names_;
  std::vector<std::string> warnings_;
};

}  // namespace duplex::tls
