// What a client trusts and shows, ready for handshakes.
#pragma once

#include <memory>
#include <string>

#include <duplex/errors.hpp>
#include <duplex/tls.hpp>

#include "tls/engine.hpp"
#include "tls/openssl.hpp"

namespace duplex::tls {

/// Immutable once loaded. Reading the authorities takes milliseconds: one is meant for many dials.
class ClientContext {
 public:
  static Result<std::shared_ptr<const ClientContext>> load(const TlsDialOptions& options);

  /// The client's end of a new connection to `host`, a name or an address. The name goes into the hello (SNI)
  /// and is what the certificate has to be for.
  std::unique_ptr<Engine> make_engine(const std::string& host) const;

 private:
  explicit ClientContext(SslContextPointer context) : context_(std::move(context)) {}

  const SslContextPointer context_;
};

}  // namespace duplex::tls
