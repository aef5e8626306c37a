#include "transport/memory/memory_listener.hpp"

#include <utility>

namespace duplex::transport {

namespace {

bool is_every_host(const Endpoint& endpoint) { return endpoint.host == "0.0.0.0" || endpoint.host == "::"; }

}  // namespace

MemoryListener::MemoryListener(MemoryLoop& loop, const Endpoint& endpoint, StreamAcceptor& acceptor,
                               PortSharing sharing)
    : loop_(loop), endpoint_(endpoint), acceptor_(acceptor), sharing_(sharing) {}

MemoryListener::~MemoryListener() {
  loop_.sources().forget(*this);
  loop_.remove_listener(*this);
  for (const auto& stream : waiting_) stream->abort_on_close();
}

bool MemoryListener::listens_on(const Endpoint& endpoint) const {
  if (endpoint.port != endpoint_.port) return false;
  return is_every_host(endpoint_) || endpoint.host == endpoint_.host;
}

bool MemoryListener::conflicts_with(const MemoryListener& other) const {
  if (sharing_ == PortSharing::shared && other.sharing_ == PortSharing::shared) return false;
  return listens_on(other.endpoint_) || other.listens_on(endpoint_);
}

void MemoryListener::take(std::unique_ptr<MemoryStream> stream) {
  waiting_.push_back(std::move(stream));
  loop_.sources().serve_again(*this);
}

void MemoryListener::handle_events(std::uint32_t) {
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  for (std::size_t count = waiting_.size(); count > 0; --count) {
    std::unique_ptr<MemoryStream> stream = std::move(waiting_.front());
    waiting_.pop_front();
    acceptor_.handle_accept(std::move(stream));
    if (!sources.is_serving(*this)) return;
  }
}

}  // namespace duplex::transport
