#include "echo_handler.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/logger.h>
#include <duplex/log.hpp>

#include "topic_query.hpp"

namespace duplex::cli {
namespace {

/// What the request names, and else the topic of all who name none. A name that is none was refused before.
std::vector<std::string> topics_of(const Connection& peer) {
  auto topics = topics_in_query(peer.request().query);
  if (!topics || topics->empty()) return {"fan-out"};
  return std::move(*topics);
}

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
  for (const std::string& topic : topics_of(peer)) {
    if (peer.subscribe(topic) != SendVerdict::invalid) continue;
    peer.close(CloseCode::policy_violation, "too many topics, or one that nobody can subscribe to");
    return;
  }
}

void PublisherHandler::message(Connection& peer, const Message& message) {
  for (const std::string& topic : topics_of(peer)) {
    if (peer.publish(topic, message.type(), message.payload()) != SendVerdict::invalid) continue;
    peer.close(CloseCode::policy_violation, "a topic that nobody can publish to");
    return;
  }
}

}  // namespace duplex::cli
