// Which code serves which path.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <duplex/server.hpp>

#include "connection/terms.hpp"
#include "handshake/accept.hpp"

namespace duplex::server {

/// The WebSocket side of a route: what the handshake needs, and what the connections share.
struct WebSocketRoute {
  handshake::AcceptOptions handshake;
  AcceptHook accept;
  std::shared_ptr<const connection::Terms> terms;
};

/// What stands behind one pattern. WebSocket and plain HTTP may share it.
struct Route {
  std::optional<WebSocketRoute> web_socket;
  std::map<std::string, HttpHandler> methods;  ///< a GET handler also answers HEAD

  const HttpHandler* handler_for(std::string_view method) const;
  /// The Allow field (RFC 9110 §10.2.1).
  std::string allowed_methods() const;
};

using RouteParameters = std::vector<std::pair<std::string, std::string>>;

/// Patterns like "/rooms/:name" and "/files/*". Segment by segment a literal beats a parameter, and a
/// parameter beats the rest. Fixed before the server runs.
class Routes {
 public:
  /// The route of that pattern, made if it is new.
  Route& at(std::string_view pattern);
  struct Match {
    const Route* route = nullptr;
    RouteParameters parameters;
  };
  /// The best match for a decoded path; `route` is null without one.
  Match find(std::string_view path) const;

 private:
  struct Entry {
    std::string pattern;
    std::vector<std::string> segments;
    Route route;
  };
  static std::optional<RouteParameters> match(const Entry& entry, const std::vector<std::string>& segments);
  static bool is_more_literal(const Entry& left, const Entry& right);

  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace duplex::server
