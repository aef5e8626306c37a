// The chat as one server: its page, its protocol and its store on one address.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duplex/server.hpp>

#include "chat/session/world.hpp"

namespace duplex::chat {

struct ChatOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;                 // 0 takes a free one
  std::filesystem::path data_directory;      // empty: default_data_directory()
  std::filesystem::path web_directory;       // empty: the page that is part of the binary
  std::vector<std::string> allowed_origins;  // beside the server's own
  std::optional<TlsOptions> tls;             // with: https and wss, and no plain HTTP
  SessionOptions session;
  Io io = Io::automatic;
  Log log;
};

// $XDG_DATA_HOME/duplex, or ~/.local/share/duplex.
std::filesystem::path default_data_directory();

// Serves the page at /, the chat at /chat (WebSocket) and /healthz. open() has opened the store and listens,
// so that everything that can fail has failed; run() serves until stop(), in the thread that calls it. stop()
// may be called from any thread, also before run(); everyone is told when to come back, and run() returns
// within 10 s. A second stop() cuts at once.
class ChatServer {
 public:
  static duplex::Result<std::unique_ptr<ChatServer>> open(ChatOptions options);
  ~ChatServer();
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  std::uint16_t port() const;
  // An exit code: 0 after stop().
  int run();
  void stop();
  // For signals, alarms and certificates.
  duplex::Server& server();

 private:
  struct Inner;
  explicit ChatServer(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace duplex::chat
