// A signal of the process on a loop over sockets.
#pragma once

#include <functional>
#include <memory>

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Receives the signal as a descriptor's news. It is blocked in the calling thread for as long as this lives.
class SocketSignal final : public SignalWatch, public EventSource {
 public:
  static Result<std::unique_ptr<SignalWatch>> open(SocketLoop& loop, int number,
                                                   std::function<void()> arrived);

  SocketSignal(SocketLoop& loop, int number, std::function<void()> arrived);
  ~SocketSignal() override;

  void handle_events(std::uint32_t events) override;

 private:
  bool start();

  SocketLoop& loop_;
  const int number_;
  const std::function<void()> arrived_;
  bool was_blocked_ = false;  // before
  Descriptor descriptor_;
};

}  // namespace duplex::transport
