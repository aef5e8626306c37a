#include "client/tls_contexts.hpp"

#include <algorithm>

namespace duplex::client {

Result<std::shared_ptr<const tls::ClientContext>> TlsContexts::find_or_load(const TlsDialOptions& options) {
  const auto known =
      std::find_if(kept_.begin(), kept_.end(), [&](const Entry& entry) { return entry.first == options; });
  if (known != kept_.end()) return known->second;
  auto loaded = tls::ClientContext::load(options);
  if (!loaded) return loaded;
  if (kept_.size() == kept_max) kept_.erase(kept_.begin());
  kept_.emplace_back(options, *loaded);
  return loaded;
}

}  // namespace duplex::client
