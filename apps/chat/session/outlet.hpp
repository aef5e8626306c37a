// What a session needs from its connection, so that it can be tested without one.
#pragma once

#include <cstddef>
#include <string_view>

#include "chat/session/close_code.hpp"

namespace duplex::chat {

// One connection. Sending after close() does nothing. Loop thread only.
class Outlet {
 public:
  virtual ~Outlet() = default;
  Outlet() = default;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  virtual void send(std::string_view text) = 0;
  virtual void close(ChatClose code, std::string_view reason) = 0;
  // Sent, but not yet on its way to the reader.
  virtual std::size_t buffered_bytes() const = 0;

  virtual void subscribe(std::string_view topic) = 0;
  virtual void unsubscribe(std::string_view topic) = 0;
  // To every subscriber of the topic but this one.
  virtual void publish_to_others(std::string_view topic, std::string_view text) = 0;
};

// To every subscriber of a topic; takes its place among what send() sends. Loop thread only.
class Broadcast {
 public:
  virtual ~Broadcast() = default;
  Broadcast() = default;
  Broadcast(const Broadcast&) = delete;
  Broadcast& operator=(const Broadcast&) = delete;

  virtual void publish(std::string_view topic, std::string_view text) = 0;
};

}  // namespace duplex::chat
