#include "echo_server.hpp"

#include <algorithm>
#include <utility>

#include <embedded/duplex_echo_page.hpp>

#include "echo_handler.hpp"
#include "frame_watch.hpp"
#include "subprotocol_offer.hpp"
#include "topic_query.hpp"

namespace duplex::cli {
namespace {

/// Where the routes of watched connections begin. Apart from the others, so that those pay nothing for it.
constexpr std::string_view watched_prefix = "/.watched/:token";

/// Not every browser's 'self' covers WebSockets, hence the schemes.
HeaderFields page_headers() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: "
           "wss:; "
           "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"}};
}

/// Browsers fail a connection when none of the subprotocols they offered is chosen; an echo speaks them all.
Accept accept_first_subprotocol(const Request& request) {
  Accept accept;
  std::string first = first_offered_subprotocol(request);
  if (!first.empty()) accept.subprotocol(std::move(first));
  return accept;
}

RouteOptions echo_route(const EchoOptions& options) {
  RouteOptions route;
  route.accept = accept_first_subprotocol;
  route.allowed_origins = options.allowed_origins;
  route.compression = options.compression;
  return route;
}

/// Refuses names that are none; else `inner` decides.
AcceptHook accept_topics(AcceptHook inner) {
  return [inner = std::move(inner)](const Request& request) {
    if (topics_in_query(request.query)) return inner(request);
    return Accept::refuse(Response(400, "topic= must be followed by a name, percent-encoded.\n"));
  };
}

void add_topic_routes(Server& server, const std::string& prefix, RouteOptions route,
                      const std::shared_ptr<spdlog::logger>& log) {
  route.accept = accept_topics(std::move(route.accept));
  server.route(prefix + "/sub", std::make_shared<SubscriberHandler>(log), route);
  route.request_lifetime = RequestLifetime::connection;
  server.route(prefix + "/pub", std::make_shared<PublisherHandler>(log), route);
}

void add_echo_routes(Server& server, const std::string& prefix, const RouteOptions& route,
                     const EchoOptions& options, const std::shared_ptr<spdlog::logger>& log) {
  server.route(prefix + "/*", std::make_shared<EchoHandler>(log), route);
  if (options.has_topics) add_topic_routes(server, prefix, route, log);
}

}  // namespace

Limits echo_limits(const EchoOptions& options) {
  Limits limits;
  limits.message_bytes_max = options.message_bytes_max;
  // The largest message has to fit on its way back, too.
  constexpr std::uint64_t frame_header_bytes_max = 14;
  limits.outbox_bytes_max =
      std::max<std::size_t>(limits.outbox_bytes_max, options.message_bytes_max + frame_header_bytes_max);
  return limits;
}

void serve_echo(Server& server, const EchoOptions& options, std::shared_ptr<spdlog::logger> connection_log) {
  const auto watch = std::make_shared<FrameWatch>(server);
  RouteOptions route = echo_route(options);
  add_echo_routes(server, std::string(watched_prefix), watch->watched(route), options, connection_log);
  // Only the lines of the log tell the path again.
  if (!connection_log) route.request_lifetime = RequestLifetime::opening;
  add_echo_routes(server, "", route, options, connection_log);
  server.route("/.frames/:token", std::make_shared<FrameViewer>(), watch->viewer(route));

  std::vector<Asset> page = echo_page_assets();
  // The files' own routes are more literal than the echo's; WebSocket has to be heard there, too.
  const auto echo = std::make_shared<EchoHandler>(connection_log);
  server.route("/", echo, route);
  for (const Asset& file : page) server.route(file.path, echo, route);
  server.assets(std::move(page), page_headers());
}

}  // namespace duplex::cli
