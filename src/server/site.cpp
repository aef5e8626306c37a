#include "server/site.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "handshake/accept.hpp"
#include "handshake/permessage_deflate.hpp"

namespace duplex::server {

namespace {

/// RFC 9110 §9.1: a method that exists is 405 where it is not served, any other is 501.
bool is_known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 9> known = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                            "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return std::find(known.begin(), known.end(), method) != known.end();
}

Response not_allowed(const Request& request, const Route& route) {
  if (!is_known_method(request.method)) return Response(501, "This method is not implemented.\n");
  Response response(405, "This method is not allowed here.\n");
  response.headers.add("Allow", route.allowed_methods());
  return response;
}

/// A message that is dropped from the queue must not be one that later ones refer to.
CompressionOptions compression_terms(const RouteOptions& options) {
  CompressionOptions compression = options.compression;
  if (options.overflow == OverflowPolicy::drop_oldest) compression.sending = CompressionContext::shared;
  return compression;
}

}  // namespace

void Site::add_web_socket(const std::string& pattern, connection::Terms terms, RouteOptions options) {
  if (const auto checked = handshake::check_compression(options.compression); !checked && !error_) {
    error_ = Error(ErrorKind::misuse, "route " + pattern + ": " + checked.error().message);
  }
  terms.limits = options.limits.value_or(options_.limits);
  terms.overflow = options.overflow;
  terms.slow_consumer_code = options.slow_consumer_code;
  terms.slow_consumer_farewell = std::move(options.slow_consumer_farewell);
  terms.compression = compression_terms(options);
  terms.deliver_in_pieces = options.deliver_in_pieces;
  terms.request_lifetime = options.request_lifetime;
  terms.wire_tap = std::move(options.wire_tap);
  WebSocketRoute route;
  route.handshake.subprotocols = std::move(options.subprotocols);
  route.handshake.subprotocol_policy = options.subprotocol_required ? handshake::SubprotocolPolicy::required
                                                                    : handshake::SubprotocolPolicy::optional;
  route.handshake.allowed_origins = std::move(options.allowed_origins);
  route.accept = std::move(options.accept);
  route.terms = std::make_shared<const connection::Terms>(std::move(terms));
  routes_.at(pattern).web_socket = std::move(route);
}

void Site::add_http(const std::string& method, const std::string& pattern, HttpHandler handler) {
  routes_.at(pattern).methods[method] = std::move(handler);
}

bool Site::takes_body(const Request& request) const {
  const auto match = routes_.find(request.path);
  if (match.route == nullptr) return false;
  if (match.route->web_socket && handshake::asks_for_websocket(request)) return false;
  return match.route->handler_for(request.method) != nullptr;
}

Response Site::answer(const Request& request) const {
  auto match = routes_.find(request.path);
  if (request.target == "*") return Response(204);
  if (match.route == nullptr) {
    if (!is_known_method(request.method)) return Response(501, "This method is not implemented.\n");
    return Response(404, "There is nothing here.\n");
  }
  const HttpHandler* handler = match.route->handler_for(request.method);
  if (handler == nullptr) {
    if (!match.route->web_socket || !match.route->methods.empty()) return not_allowed(request, *match.route);
    auto checked = handshake::check_request(request, match.route->web_socket->handshake);
    if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
    return not_allowed(request, *match.route);
  }
  try {
    Request matched = request;
    matched.parameters = std::move(match.parameters);
    return (*handler)(matched);
  } catch (const std::exception& error) {
    return failed(request, error.what());
  } catch (...) {
    return failed(request, "not a std::exception");
  }
}

Response Site::failed(const Request& request, std::string_view what) const {
  log(LogLevel::error, "request for " + escape_for_log(request.path) +
                           ": exception in the application: " + escape_for_log(what));
  return Response(500, "Internal error.\n");
}

void Site::log_refusal(const Request& request, const Response& refusal) const {
  const std::string_view text = std::string_view(refusal.body).substr(0, refusal.body.find('\n'));
  log(refusal.status == 403 ? LogLevel::warning : LogLevel::info,
      "connection from " + request.remote_address + " to " + escape_for_log(request.path) + " refused with " +
          std::to_string(refusal.status) + ": " + escape_for_log(text));
}

HeaderFields Site::standard_headers() const {
  if (options_.server_name.empty()) return {};
  return {{"Server", options_.server_name}};
}

}  // namespace duplex::server
