// A connection attempt on the memory loop.
#pragma once

#include <string>

#include "transport/event_source.hpp"
#include "transport/memory/memory_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Looks for the listener after one round trip.
class MemoryConnecting final : public Connecting, public EventSource {
 public:
  MemoryConnecting(MemoryLoop& loop, const Endpoint& address, ConnectListener& listener);
  ~MemoryConnecting() override;

  void handle_events(std::uint32_t events) override;

 private:
  void fail(const std::string& reason);

  MemoryLoop& loop_;
  const Endpoint address_;
  ConnectListener& listener_;
  std::string failure_;
  Timer round_trip_;
};

}  // namespace duplex::transport
