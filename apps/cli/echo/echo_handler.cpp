#include "echo_handler.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <spdlog/logger.h>
#include <duplex/log.hpp>

namespace duplex::cli {
namespace {

constexpr std::string_view fan_out_topic = "fan-out";

}  // namespace

LoggedHandler::LoggedHandler(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

void LoggedHandler::open(Connection& peer) {
  if (!log_) return;
  log_->info("{} connected to {}", peer.remote_address(), escape_for_log(peer.request().path));
}

void LoggedHandler::close(Connection& peer, const CloseStatus& status) {
  if (!log_) return;
  const std::string reason = status.reason.empty() ? "" : " \"" + escape_for_log(status.reason) + "\"";
  const bool needs_detail = status.cause != CloseCause::peer_closed && !status.detail.empty();
  const std::string detail = needs_detail ? " (" + escape_for_log(status.detail) + ")" : "";
  log_->info("{} disconnected from {}: {}{}{}", peer.remote_address(), escape_for_log(peer.request().path),
             static_cast<unsigned>(status.code), reason, detail);
}

void EchoHandler::message(Connection& peer, const Message& message) { peer.send(message); }

void SubscriberHandler::open(Connection& peer) {
  LoggedHandler::open(peer);
  peer.subscribe(fan_out_topic);
}

void PublisherHandler::message(Connection& peer, const Message& message) {
  peer.publish(fan_out_topic, message.type(), message.payload());
}

}  // namespace duplex::cli
