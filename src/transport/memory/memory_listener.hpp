// A listening place on the memory loop.
#pragma once

#include <deque>
#include <memory>

#include "transport/event_source.hpp"
#include "transport/memory/memory_loop.hpp"
#include "transport/memory/memory_stream.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Hands accepted streams to its acceptor in the turn after they connected; those that wait when it is
/// destroyed are reset.
class MemoryListener final : public Listener, public EventSource {
 public:
  MemoryListener(MemoryLoop& loop, const Endpoint& endpoint, StreamAcceptor& acceptor, PortSharing sharing);
  ~MemoryListener() override;

  std::uint16_t port() const override { return endpoint_.port; }
  bool listens_on(const Endpoint& endpoint) const;
  bool conflicts_with(const MemoryListener& other) const;
  void take(std::unique_ptr<MemoryStream> stream);

  void handle_events(std::uint32_t events) override;

 private:
  MemoryLoop& loop_;
  Endpoint endpoint_;
  StreamAcceptor& acceptor_;
  PortSharing sharing_;
  std::deque<std::unique_ptr<MemoryStream>> waiting_;
};

}  // namespace duplex::transport
