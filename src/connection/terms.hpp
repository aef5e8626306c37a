// What all connections of one route (or of one dial) share.
#pragma once

#include <string>

#include <duplex/compression.hpp>
#include <duplex/handler.hpp>
#include <duplex/limits.hpp>

namespace duplex::connection {

/// Fixed after construction; shared by the connections that follow it. Exactly one of session and handler is
/// set.
struct Terms {
  Limits limits;
  OverflowPolicy overflow = OverflowPolicy::wait;
  CloseCode slow_consumer_code = CloseCode::policy_violation;
  std::string slow_consumer_farewell;
  CompressionOptions compression;
  bool deliver_in_pieces = false;
  RequestLifetime request_lifetime = RequestLifetime::connection;
  WireTap wire_tap;
  Session session;
  std::shared_ptr<Handler> handler;
};

}  // namespace duplex::connection
