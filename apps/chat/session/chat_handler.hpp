// Where the chat meets the library: the connections of one server become the outlets of one hub.
#pragma once

#include <optional>

#include <duplex/handler.hpp>
#include <duplex/server.hpp>

#include "chat/session/hub.hpp"

namespace duplex::chat {

class ServerBroadcast final : public Broadcast {
 public:
  explicit ServerBroadcast(Server& server) : server_(server) {}
  void publish(std::string_view topic, std::string_view text) override;

 private:
  Server& server_;
};

// Feeds the hub and wakes it when it wants to be. The server and the hub outlive the last call. Loop thread
// only.
class ChatHandler final : public duplex::Handler {
 public:
  ChatHandler(Server& server, Hub& hub, const Clock& clock) : server_(server), hub_(hub), clock_(clock) {}

  void open(Connection& peer) override;
  void message(Connection& peer, const Message& message) override;
  void close(Connection& peer, const CloseStatus& status) override;

  // Call it whenever something else has changed the hub: an answer of the store.
  void plan();

 private:
  void wake();

  Server& server_;
  Hub& hub_;
  const Clock& clock_;
  Alarm alarm_;
  std::optional<TimeMs> planned_;
};

}  // namespace duplex::chat
