#include "server/inner.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "connection/mailbox.hpp"
#include "handshake/accept.hpp"
#include "handshake/permessage_deflate.hpp"

namespace duplex {

using connection::Pump;
using server::HttpSession;
using server::Route;
using server::WebSocketRoute;

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

Server::Inner::Inner(ServerOptions options, std::shared_ptr<transport::Loop> loop)
    : options_(std::move(options)),
      loop_(std::move(loop)),
      compression_(options_.compression_bytes_max),
      topics_(options_.limits, compression_),
      roster_(loop_, options_.mailbox_bytes_max, compression_, options_.log),
      drain_timer_([this] { cut_all(); }) {
  roster_.set_topics(&topics_);
  roster_.set_emptied([this] { stop_when_empty(); });
}

Server::Inner::~Inner() = default;

void Server::Inner::post(std::function<void()> work) {
  loop_->post(roster_.guarded("posted work", std::move(work)));
}

Alarm Server::Inner::plan(std::chrono::milliseconds delay, Alarm::State::Repeat repeat,
                          std::function<void()> work) {
  return Alarm(
      std::make_unique<Alarm::State>(loop_, delay, repeat, roster_.guarded("an alarm", std::move(work))));
}

void Server::Inner::add_web_socket(const std::string& pattern, connection::Terms terms,
                                   RouteOptions options) {
  if (const auto checked = handshake::check_compression(options.compression); !checked && !startup_error_) {
    startup_error_ = Error(ErrorKind::misuse, "route " + pattern + ": " + checked.error().message);
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

void Server::Inner::add_http(const std::string& method, const std::string& pattern, HttpHandler handler) {
  routes_.at(pattern).methods[method] = std::move(handler);
}

void Server::Inner::listen(const std::string& host, std::uint16_t port) {
  auto listener = loop_->listen({host, port}, *this);
  if (listener) {
    listeners_.push_back(std::move(*listener));
  } else if (!startup_error_) {
    startup_error_ = listener.error();
  }
}

int Server::Inner::run() {
  if (startup_error_) {
    roster_.log(LogLevel::error, startup_error_->message);
    return 1;
  }
  running_ = true;
  loop_->run();
  running_ = false;
  return 0;
}

void Server::Inner::handle_accept(std::unique_ptr<transport::Stream> stream) {
  server::HttpHost& host = *this;
  auto session = std::make_unique<HttpSession>(host, std::move(stream));
  HttpSession* key = session.get();
  sessions_.emplace(key, std::move(session));
}

bool Server::Inner::takes_body(const Request& request) {
  const auto match = routes_.find(request.path);
  if (match.route == nullptr) return false;
  if (match.route->web_socket && handshake::asks_for_websocket(request)) return false;
  return match.route->handler_for(request.method) != nullptr;
}

Response Server::Inner::answer(const Request& request) {
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

server::HttpHost::Upgrade Server::Inner::upgrade(Request& request, std::unique_ptr<transport::Stream>& stream,
                                                 ByteBuffer& pending_output, Bytes rest) {
  auto match = routes_.find(request.path);
  if (match.route == nullptr || !match.route->web_socket) return {};
  if (!handshake::asks_for_websocket(request) && !match.route->methods.empty()) return {};
  request.parameters = std::move(match.parameters);
  const WebSocketRoute& route = *match.route->web_socket;
  Pump::Start start{nullptr, Protocol::server(route.terms->limits), {}, {}, {}, {}, {}};
  start.output.append(std::as_const(pending_output).bytes());  // answers to pipelined requests come first
  if (auto refusal = accept(route, request, start)) {
    log_refusal(request, *refusal);
    return {true, std::move(refusal)};
  }
  start.stream = std::move(stream);
  start.request = std::move(request);
  roster_.open(route.terms, std::move(start), rest);
  return {true, std::nullopt};
}

std::optional<Response> Server::Inner::accept(const WebSocketRoute& route, const Request& request,
                                              Pump::Start& start) {
  auto checked = handshake::check_request(request, route.handshake);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  const auto& offer = std::get<handshake::ClientOffer>(checked);
  if (roster_.count() >= options_.connections_max || draining_) {
    Response full(503, draining_ ? "The server is going down.\n" : "connections_max is reached.\n");
    full.headers.add("Retry-After", "5");
    return full;
  }
  Accept decision;
  try {
    if (route.accept) decision = route.accept(request);
  } catch (const std::exception& error) {
    return failed(request, error.what());
  } catch (...) {
    return failed(request, "not a std::exception");
  }
  if (decision.refusal()) return decision.refusal();

  handshake::SwitchingOptions options;
  if (decision.chosen_subprotocol()) {
    options.subprotocol = *decision.chosen_subprotocol();
  } else {
    options.subprotocol = handshake::choose_subprotocol(offer, route.handshake.subprotocols).value_or("");
  }
  options.headers = decision.headers();
  for (const HeaderField& field : standard_headers()) options.headers.add(field.name, field.value);
  options.extensions = negotiate_compression(offer.extensions, route.terms->compression, start.protocol);
  const Result<void> written = handshake::write_switching_response(offer, options, start.output);
  if (!written) return failed(request, written.error().message);
  start.subprotocol = options.subprotocol;
  start.extensions = handshake::format_extensions(options.extensions);
  start.data = decision.take_data();
  return std::nullopt;
}

handshake::Extensions Server::Inner::negotiate_compression(const handshake::Extensions& offers,
                                                           CompressionOptions options, Protocol& protocol) {
  if (!options.enabled) return {};
  const handshake::DeflateExtension deflate(options);
  const std::array<const handshake::ServerExtension*, 1> supported = {&deflate};
  handshake::Extensions answer = handshake::negotiate(offers, supported);
  if (answer.empty()) return answer;
  AgreedCompression agreed = handshake::agreed_by_server(options, answer.front());
  if (!compression_.has_room_for(agreed)) {
    options.sending = options.receiving = CompressionContext::shared;  // which every client has to accept
    answer = handshake::negotiate(offers, supported);
    agreed = handshake::agreed_by_server(options, answer.front());
  }
  protocol.compress(agreed, compression_);
  return answer;
}

Response Server::Inner::failed(const Request& request, std::string_view what) {
  roster_.log(LogLevel::error, "request for " + escape_for_log(request.path) +
                                   ": exception in the application: " + escape_for_log(what));
  return Response(500, "Internal error.\n");
}

void Server::Inner::log_refusal(const Request& request, const Response& refusal) {
  const std::string_view text = std::string_view(refusal.body).substr(0, refusal.body.find('\n'));
  roster_.log(refusal.status == 403 ? LogLevel::warning : LogLevel::info,
              "connection from " + request.remote_address + " to " + escape_for_log(request.path) +
                  " refused with " + std::to_string(refusal.status) + ": " + escape_for_log(text));
}

HeaderFields Server::Inner::standard_headers() const {
  if (options_.server_name.empty()) return {};
  return {{"Server", options_.server_name}};
}

std::string_view Server::Inner::date() { return dates_.at(std::chrono::system_clock::now()); }

void Server::Inner::retire(HttpSession& session) {
  auto node = sessions_.extract(&session);
  retired_.push_back(std::move(node.mapped()));
  loop_->at_turn_end(*this);
}

void Server::Inner::handle_turn_end() {
  retired_.clear();
  stop_when_empty();
}

void Server::Inner::begin_drain() {
  if (draining_) return cut_all();  // asked twice: now
  draining_ = true;
  listeners_.clear();
  if (on_drain_) roster_.guarded("on_drain", on_drain_)();
  roster_.for_each([](Pump& pump) { pump.close_for_shutdown(CloseCode::going_away); });
  std::vector<HttpSession*> sessions;
  for (const auto& [key, session] : sessions_) sessions.push_back(key);
  for (HttpSession* session : sessions) session->drain();
  loop_->schedule(drain_timer_, loop_->now() + options_.drain_timeout);
  stop_when_empty();
}

void Server::Inner::cut_all() {
  roster_.for_each([](Pump& pump) { pump.cut(CloseCause::server_shutdown, "drain_timeout passed"); });
  sessions_.clear();
  // Sessions that are suspended in something of their own cannot be waited for; they go with the server.
  if (running_) loop_->stop();
}

void Server::Inner::stop_when_empty() {
  if (!draining_ || roster_.count() > 0 || !sessions_.empty()) return;
  loop_->cancel(drain_timer_);
  if (running_) loop_->stop();
}

}  // namespace duplex
