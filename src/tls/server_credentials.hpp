// The context that new connections get, which may be exchanged at any time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <duplex/errors.hpp>
#include <duplex/tls.hpp>

#include "tls/server_context.hpp"

namespace duplex::tls {

/// Shared by all loops that accept for one listener. Any thread.
class ServerCredentials {
 public:
  static Result<std::unique_ptr<ServerCredentials>> load(TlsOptions options);

  std::shared_ptr<const ServerContext> current() const;
  /// Reads the files anew and checks them; nothing changes yet.
  Result<std::shared_ptr<const ServerContext>> load_anew() const {
    return ServerContext::load(options_, keys_);
  }
  /// From now on for new connections. Those that are open notice nothing.
  void use(std::shared_ptr<const ServerContext> context);
  /// To be called every TicketKeys::lifetime.
  void rotate_ticket_keys() { keys_->rotate(); }

 private:
  explicit ServerCredentials(TlsOptions options) : options_(std::move(options)) {}

  const TlsOptions options_;
  const std::shared_ptr<TicketKeys> keys_ = std::make_shared<TicketKeys>();
  mutable std::mutex mutex_;
  std::shared_ptr<const ServerContext> current_;  // guarded by mutex_
};

}  // namespace duplex::tls
