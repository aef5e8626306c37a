#include "server/worker.hpp"

#include <utility>

#include "handshake/accept.hpp"
#include "server/opening.hpp"

namespace duplex::server {

using connection::Pump;

Worker::Worker(const Site& site, Exchange& exchange, WorkerHost& host, std::shared_ptr<transport::Loop> loop,
               std::uint32_t number)
    : site_(site),
      host_(host),
      loop_(std::move(loop)),
      tls_failures_(site, *loop_),
      tls_share_(std::make_shared<tls::LoopShare>(*loop_)),
      compression_(site.options().compression_bytes_max),
      topics_(site.options().limits, compression_),
      roster_(loop_, site.options().mailbox_bytes_max, compression_, site.options().log, number),
      drain_timer_(*this, [](Worker& worker) { worker.cut(); }) {
  tls_share_->handshake_failed = [this](std::string_view peer, std::string_view reason) {
    tls_failures_.note(peer, reason);
  };
  roster_.set_topics(&topics_);
  roster_.set_emptied([this] { look_whether_drained(); });
  topics_.join(exchange, roster_.mailbox());
  exchange.add(roster_.mailbox());
}

Worker::~Worker() = default;

Result<std::unique_ptr<transport::Listener>> Worker::open_listener(
    const transport::Endpoint& endpoint, transport::PortSharing sharing,
    const std::shared_ptr<tls::ServerCredentials>& credentials) {
  return loop_->listen(endpoint, acceptor_with(credentials), sharing);
}

transport::StreamAcceptor& Worker::acceptor_with(const std::shared_ptr<tls::ServerCredentials>& credentials) {
  if (!credentials) return *this;
  std::unique_ptr<TlsAcceptor>& acceptor = tls_acceptors_[credentials.get()];
  transport::StreamAcceptor& next = *this;
  if (!acceptor) acceptor = std::make_unique<TlsAcceptor>(credentials, tls_share_, next);
  return *acceptor;
}

void Worker::post(std::function<void()> work) {
  loop_->post(roster_.guarded("posted work", std::move(work)));
}

void Worker::handle_accept(std::unique_ptr<transport::Stream> stream) {
  HttpHost& host = *this;
  auto session = std::make_unique<HttpSession>(host, std::move(stream));
  HttpSession* key = session.get();
  sessions_.emplace(key, std::move(session));
}

HttpHost::Upgrade Worker::upgrade(Request& request, std::unique_ptr<transport::Stream>& stream,
                                  ByteBuffer& pending_output, Bytes rest) {
  auto match = site_.routes().find(request.path);
  if (match.route == nullptr || !match.route->web_socket) return {};
  if (!handshake::asks_for_websocket(request) && !match.route->methods.empty()) return {};
  request.parameters = std::move(match.parameters);
  const WebSocketRoute& route = *match.route->web_socket;
  Pump::Start start{nullptr, Protocol::server(route.terms->limits), {}, {}, {}, {}, {}};
  start.output.append(std::as_const(pending_output).bytes());  // answers to pipelined requests come first
  if (auto refusal = accept(route, request, start)) {
    site_.log_refusal(request, *refusal);
    return {true, std::move(refusal)};
  }
  start.stream = std::move(stream);
  start.request = std::move(request);
  roster_.open(route.terms, std::move(start), rest);
  return {true, std::nullopt};
}

/// The answer of a WebSocket route that says no, or nothing and the 101 is in `start`.
std::optional<Response> Worker::accept(const WebSocketRoute& route, const Request& request,
                                       Pump::Start& start) {
  auto checked = handshake::check_request(request, route.handshake);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  if (draining_ || host_.is_full()) {
    Response full(503, draining_ ? "The server is going down.\n" : "connections_max is reached.\n");
    full.headers.add("Retry-After", "5");
    return full;
  }
  return switch_protocols(site_, route, request, std::get<handshake::ClientOffer>(checked), compression_,
                          start);
}

std::string_view Worker::date() { return dates_.at(std::chrono::system_clock::now()); }

void Worker::retire(HttpSession& session) {
  auto node = sessions_.extract(&session);
  retired_.push_back(std::move(node.mapped()));
  loop_->at_turn_end(*this);
}

void Worker::handle_turn_end() {
  retired_.clear();
  look_whether_drained();
}

void Worker::drain() {
  draining_ = true;
  listeners_.clear();
  roster_.for_each([](Pump& pump) { pump.close_for_shutdown(CloseCode::going_away); });
  std::vector<HttpSession*> sessions;
  for (const auto& [key, session] : sessions_) sessions.push_back(key);
  for (HttpSession* session : sessions) session->drain();
  loop_->schedule(drain_timer_, loop_->now() + site_.options().drain_timeout);
  look_whether_drained();
}

void Worker::cut() {
  roster_.for_each([](Pump& pump) { pump.cut(CloseCause::server_shutdown, "drain_timeout passed"); });
  sessions_.clear();
  // Sessions that are suspended in something of their own cannot be waited for; they go with the server.
  report_drained();
}

void Worker::look_whether_drained() {
  if (!draining_ || roster_.count() > 0 || !sessions_.empty()) return;
  loop_->cancel(drain_timer_);
  report_drained();
}

void Worker::report_drained() {
  is_drained_ = true;
  host_.handle_drained();
}

}  // namespace duplex::server
