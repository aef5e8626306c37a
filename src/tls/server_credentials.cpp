#include "tls/server_credentials.hpp"

#include <utility>

namespace duplex::tls {

Result<std::unique_ptr<ServerCredentials>> ServerCredentials::load(TlsOptions options) {
  std::unique_ptr<ServerCredentials> credentials(new ServerCredentials(std::move(options)));
  auto loaded = credentials->load_anew();
  if (!loaded) return loaded.error();
  credentials->use(std::move(*loaded));
  return credentials;
}

std::shared_ptr<const ServerContext> ServerCredentials::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void ServerCredentials::use(std::shared_ptr<const ServerContext> context) {
  const std::lock_guard lock(mutex_);
  current_.swap(context);
}

}  // namespace duplex::tls
