#include <duplex/client.hpp>

#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>

#include "client/dial_queue.hpp"
#include "client/dialer.hpp"
#include "client/tls_contexts.hpp"
#include "connection/alarm.hpp"
#include "connection/roster.hpp"
#include "handshake/permessage_deflate.hpp"

namespace duplex {

using client::Dialer;

/// The dials under way and the connections that came of them.
class Client::Inner final : private transport::TurnEnd {
 public:
  Inner(ClientOptions options, std::shared_ptr<transport::Loop> loop)
      : loop_(std::move(loop)),
        tls_share_(std::make_shared<tls::LoopShare>(*loop_)),
        compression_(options.compression_bytes_max),
        roster_(loop_, options.mailbox_bytes_max, compression_, options.log),
        queues_(options.handshakes_per_host_max) {
    roster_.set_emptied([this] { stop_when_empty(); });
  }

  /// dial() will only report it.
  void refuse_to_dial(Error error) { refusal_ = std::move(error); }
  Result<void> dial(std::string_view url, connection::Terms terms, DialOptions options);
  void run();
  void post(std::function<void()> work);
  Alarm after(std::chrono::milliseconds delay, std::function<void()> work);
  /// Loop thread.
  void close_all();

  connection::Roster& roster() { return roster_; }

 private:
  void handle_turn_end() override {
    ended_.clear();
    stop_when_empty();
  }
  bool is_empty() const { return dialers_.empty() && roster_.count() == 0; }
  void stop_when_empty() {
    if (running_ && is_empty()) loop_->stop();
  }
  CompressionOptions compression_terms(const DialOptions& options) const;
  void retire(Dialer& dialer);

  std::shared_ptr<transport::Loop> loop_;
  const std::shared_ptr<tls::LoopShare> tls_share_;
  client::TlsContexts tls_contexts_;
  std::optional<Error> refusal_;
  CompressionPool compression_;
  connection::Roster roster_;
  client::DialQueues queues_;
  std::unordered_map<Dialer*, std::unique_ptr<Dialer>> dialers_;
  std::vector<std::unique_ptr<Dialer>> ended_;
  bool running_ = false;
  bool stopped_ = false;
};

Result<void> Client::Inner::dial(std::string_view url, connection::Terms terms, DialOptions options) {
  if (refusal_) return *refusal_;
  if (stopped_) return Error{ErrorKind::misuse, "dial: the client was stopped"};
  auto parsed = handshake::parse_url(url);
  if (!parsed) return parsed.error();
  if (auto checked = handshake::check_compression(options.compression); !checked) return checked;
  terms.limits = options.limits;
  terms.overflow = options.overflow;
  terms.compression = compression_terms(options);
  terms.deliver_in_pieces = options.deliver_in_pieces;
  Dialer::Plan plan;
  plan.url = std::move(*parsed);
  if (plan.url.security == http::Security::tls) {
    auto context = tls_contexts_.find_or_load(options.tls);
    if (!context) return Error{context.error().kind, "dial: " + context.error().message};
    plan.tls = std::move(*context);
    plan.tls_share = tls_share_;
  }
  plan.request.subprotocols = std::move(options.subprotocols);
  plan.request.origin = std::move(options.origin);
  plan.request.headers = std::move(options.headers);
  if (terms.compression.enabled) plan.request.extensions = {handshake::offer_deflate(terms.compression)};
  if (options.subprotocol_required) plan.missing_subprotocol = handshake::MissingSubprotocol::fail;
  plan.key = handshake::make_key(roster_.entropy());
  plan.terms = std::make_shared<const connection::Terms>(std::move(terms));
  plan.failed = std::move(options.failed);
  auto made = handshake::make_request(plan.url, plan.request, plan.key, plan.request_bytes);
  if (!made) return made;
  auto dialer =
      std::make_unique<Dialer>(roster_, queues_, std::move(plan), [this](Dialer& over) { retire(over); });
  Dialer* key = dialer.get();
  dialers_.emplace(key, std::move(dialer));
  key->start();
  return {};
}

CompressionOptions Client::Inner::compression_terms(const DialOptions& options) const {
  CompressionOptions compression = options.compression;
  // A message that is dropped from the queue must not be one that later ones refer to.
  if (options.overflow == OverflowPolicy::drop_oldest) compression.sending = CompressionContext::shared;
  if (compression_.has_room_for(handshake::most_of(compression))) return compression;
  compression.sending = compression.receiving = CompressionContext::shared;
  return compression;
}

void Client::Inner::retire(Dialer& dialer) {
  auto node = dialers_.extract(&dialer);
  ended_.push_back(std::move(node.mapped()));
  loop_->at_turn_end(*this);
}

void Client::Inner::run() {
  if (is_empty()) return;
  running_ = true;
  loop_->run();
  running_ = false;
}

void Client::Inner::post(std::function<void()> work) {
  loop_->post(roster_.guarded("posted work", std::move(work)));
}

Alarm Client::Inner::after(std::chrono::milliseconds delay, std::function<void()> work) {
  return Alarm(std::make_unique<Alarm::State>(loop_, delay, Alarm::State::Repeat::once,
                                              roster_.guarded("an alarm", std::move(work))));
}

void Client::Inner::close_all() {
  stopped_ = true;  // or those who dial anew whenever they fail would keep run() for ever
  std::vector<Dialer*> dialers;
  for (const auto& [key, dialer] : dialers_) dialers.push_back(key);
  for (Dialer* dialer : dialers) dialer->give_up("the client was stopped");
  roster_.for_each(
      [](connection::Pump& pump) { static_cast<void>(pump.close(CloseCode::going_away, "client stopped")); });
  stop_when_empty();
}

Client::Client(ClientOptions options) {
  auto chosen = transport::choose_loop(options.io);
  inner_ = std::make_unique<Inner>(std::move(options), std::move(chosen.loop));
  if (chosen.refusal) inner_->refuse_to_dial(std::move(*chosen.refusal));
}

Client::Client(ClientOptions options, std::shared_ptr<transport::Loop> loop)
    : inner_(std::make_unique<Inner>(std::move(options), std::move(loop))) {}

Client::~Client() = default;

Result<void> Client::dial(std::string_view url, Session session, DialOptions options) {
  connection::Terms terms;
  terms.session = std::move(session);
  return inner_->dial(url, std::move(terms), std::move(options));
}

Result<void> Client::dial(std::string_view url, std::shared_ptr<Handler> handler, DialOptions options) {
  connection::Terms terms;
  terms.handler = std::move(handler);
  return inner_->dial(url, std::move(terms), std::move(options));
}

void Client::run() { inner_->run(); }

void Client::stop() {
  inner_->post([inner = inner_.get()] { inner->close_all(); });
}

void Client::post(std::function<void()> work) { inner_->post(std::move(work)); }

Alarm Client::after(std::chrono::milliseconds delay, std::function<void()> work) {
  return inner_->after(delay, std::move(work));
}

std::size_t Client::connection_count() const { return inner_->roster().count(); }

}  // namespace duplex
