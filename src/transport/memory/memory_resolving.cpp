#include "transport/memory/memory_resolving.hpp"

#include <utility>
#include <vector>

namespace duplex::transport {

MemoryResolving::MemoryResolving(MemoryLoop& loop, const Endpoint& endpoint, ResolveListener& listener)
    : loop_(loop),
      endpoint_(endpoint),
      listener_(listener),
      round_trip_(*this,
                  [](MemoryResolving& resolving) { resolving.loop_.sources().serve_again(resolving); }) {
  if (loop_.is_name(endpoint_.host)) {
    loop_.serve_after_round_trip(*this, round_trip_);
  } else {
    loop_.sources().serve_again(*this);
  }
}

MemoryResolving::~MemoryResolving() { loop_.sources().forget(*this); }

void MemoryResolving::handle_events(std::uint32_t) {
  std::vector<Endpoint> addresses;
  for (const std::string& address : loop_.addresses_of(endpoint_.host)) {
    addresses.push_back({address, endpoint_.port});
  }
  if (!addresses.empty()) return listener_.handle_resolved(std::move(addresses));
  const std::string text = "cannot resolve " + endpoint_.host + ": Name or service not known";
  listener_.handle_resolve_failed(Error(ErrorKind::environment, text));
}

}  // namespace duplex::transport
