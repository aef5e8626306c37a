// A question for addresses on the memory loop.
#pragma once

#include "transport/event_source.hpp"
#include "transport/memory/memory_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Names are answered after one round trip, addresses in the next turn.
class MemoryResolving final : public Resolving, public EventSource {
 public:
  MemoryResolving(MemoryLoop& loop, const Endpoint& endpoint, ResolveListener& listener);
  ~MemoryResolving() override;

  void handle_events(std::uint32_t events) override;

 private:
  MemoryLoop& loop_;
  const Endpoint endpoint_;
  ResolveListener& listener_;
  Timer round_trip_;
};

}  // namespace duplex::transport
