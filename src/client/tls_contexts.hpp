// What dials with the same TlsDialOptions share.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <duplex/errors.hpp>
#include <duplex/tls.hpp>

#include "tls/client_context.hpp"

namespace duplex::client {

/// Keeps the contexts that were loaded last: reading hundreds of authorities for each dial would cost more
/// than all the rest of it. Loop thread only.
class TlsContexts {
 public:
  Result<std::shared_ptr<const tls::ClientContext>> find_or_load(const TlsDialOptions& options);

 private:
  static constexpr std::size_t kept_max = 8;
  using Entry = std::pair<TlsDialOptions, std::shared_ptr<const tls::ClientContext>>;
  std::vector<Entry> kept_;  // the newest last
};

}  // namespace duplex::client
