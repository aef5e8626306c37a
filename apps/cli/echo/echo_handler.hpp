// What the echo server does with messages: send them back, or fan them out.
#pragma once

#include <memory>

#include <duplex/handler.hpp>

namespace spdlog {
class logger;
}

namespace duplex::cli {

/// Says when connections open and end; silent without a logger.
class LoggedHandler : public Handler {
 public:
  explicit LoggedHandler(std::shared_ptr<spdlog::logger> log);
  void open(Connection& peer) override;
  void close(Connection& peer, const CloseStatus& status) override;

 private:
  std::shared_ptr<spdlog::logger> log_;  // shared: the library logs through the same one
};

/// Every message goes back, text as text and binary as binary.
class EchoHandler final : public LoggedHandler {
 public:
  using LoggedHandler::LoggedHandler;
  void message(Connection& peer, const Message& message) override;
};

/// Hears what publishers send to the topics that its request names. What it says itself reaches nobody.
class SubscriberHandler final : public LoggedHandler {
 public:
  using LoggedHandler::LoggedHandler;
  void open(Connection& peer) override;
  void message(Connection&, const Message&) override {}
};

/// Every message goes to all subscribers of the topics that its request names, never back. Its route has to
/// keep the request.
class PublisherHandler final : public LoggedHandler {
 public:
  using LoggedHandler::LoggedHandler;
  void message(Connection& peer, const Message& message) override;
};

}  // namespace duplex::cli
