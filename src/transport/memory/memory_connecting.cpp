#include "transport/memory/memory_connecting.hpp"

#include <utility>

#include "transport/endpoint.hpp"
#include "transport/memory/memory_listener.hpp"
#include "transport/memory/memory_stream.hpp"

namespace duplex::transport {

MemoryConnecting::MemoryConnecting(MemoryLoop& loop, const Endpoint& address, ConnectListener& listener)
    : loop_(loop),
      address_(address),
      listener_(listener),
      failure_(loop.take_connect_failure()),
      round_trip_(*this, [](MemoryConnecting& attempt) { attempt.loop_.sources().serve_again(attempt); }) {
  loop_.serve_after_round_trip(*this, round_trip_);
}

MemoryConnecting::~MemoryConnecting() { loop_.sources().forget(*this); }

void MemoryConnecting::handle_events(std::uint32_t) {
  if (!failure_.empty()) return fail(failure_);
  MemoryListener* listener = loop_.find_listener(address_);
  if (listener == nullptr) return fail("Connection refused");
  auto client = std::make_unique<MemoryStream>(loop_, endpoint_text(address_));
  auto server = std::make_unique<MemoryStream>(loop_, endpoint_text({"127.0.0.1", loop_.take_free_port()}));
  client->join(*server);
  listener->take(std::move(server));
  listener_.handle_connected(std::move(client));
}

void MemoryConnecting::fail(const std::string& reason) {
  const std::string text = "cannot connect to " + endpoint_text(address_) + ": " + reason;
  listener_.handle_connect_failed(Error(ErrorKind::environment, text));
}

}  // namespace duplex::transport
