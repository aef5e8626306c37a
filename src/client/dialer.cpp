#include "client/dialer.hpp"

#include <utility>

#include "handshake/permessage_deflate.hpp"
#include "tls/tls_stream.hpp"

namespace duplex::client {

namespace {

Error peer_error(std::string text) { return {ErrorKind::peer, std::move(text)}; }

}  // namespace

Dialer::Dialer(connection::Roster& roster, DialQueues& queues, Plan plan, std::function<void(Dialer&)> over)
    : roster_(roster),
      queues_(queues),
      plan_(std::move(plan)),
      over_(std::move(over)),
      reader_(plan_.terms->limits),
      time_left_(plan_.terms->limits.handshake_timeout),
      timer_(*this, [](Dialer& dialer) { dialer.give_up("handshake_timeout passed"); }) {}

void Dialer::start() {
  name_place_ = queues_.names.enter(plan_.url.host, [this] { resolve(); });
}

void Dialer::resolve() {
  start_clock();
  resolving_ = roster_.loop().resolve({plan_.url.host, plan_.url.port}, *this);
}

void Dialer::handle_resolved(std::vector<transport::Endpoint> addresses) {
  addresses_ = std::move(addresses);
  try_next_address();
}

void Dialer::handle_resolve_failed(const Error& error) { fail(error); }

void Dialer::try_next_address() {
  stop_clock();
  connecting_.reset();
  const transport::Endpoint& address = addresses_[next_address_++];
  address_place_ = queues_.addresses.enter(address.host, [this, &address] { connect(address); });
}

void Dialer::connect(const transport::Endpoint& address) {
  start_clock();
  connecting_ = roster_.loop().connect(address, *this);
}

// Time in which others have their turn does not count, or a host that does not answer would fail the whole
// queue behind it.
void Dialer::start_clock() {
  deadline_ = roster_.loop().now() + time_left_;
  roster_.loop().schedule(timer_, deadline_);
}

void Dialer::stop_clock() {
  time_left_ = deadline_ - roster_.loop().now();
  roster_.loop().cancel(timer_);
}

void Dialer::give_up(std::string_view why) { fail({ErrorKind::environment, std::string(why)}); }

void Dialer::handle_connected(std::unique_ptr<transport::Stream> stream) {
  stream_ = plan_.tls ? secure(std::move(stream)) : std::move(stream);
  stream_->set_listener(*this);
  write_request();
}

/// The TLS handshake begins right away (RFC 6455 §4.1 step 5); the request is taken when it is done.
std::unique_ptr<transport::Stream> Dialer::secure(std::unique_ptr<transport::Stream> stream) const {
  return std::make_unique<tls::TlsStream>(std::move(stream), plan_.tls->make_engine(plan_.url.host),
                                          plan_.tls_share);
}

void Dialer::handle_connect_failed(const Error& error) {
  if (next_address_ == addresses_.size()) return fail(error);
  try_next_address();
}

void Dialer::write_request() {
  ByteBuffer& bytes = plan_.request_bytes;
  if (bytes.empty()) return;
  const ConstBytes piece = std::as_const(bytes).bytes();
  bytes.consume(stream_->write({&piece, 1}));
}

void Dialer::handle_bytes(Bytes bytes) {
  const std::size_t taken = reader_.receive(bytes);
  if (reader_.state() == http::ResponseReader::State::failed) return fail(peer_error(reader_.text()));
  if (reader_.state() == http::ResponseReader::State::complete) check_response(bytes.subspan(taken));
}

void Dialer::handle_eof() {
  reader_.receive_eof();
  if (reader_.state() == http::ResponseReader::State::complete) return check_response({});
  fail(peer_error("the server closed the connection during the handshake"));
}

void Dialer::handle_lost(std::string_view reason) {
  if (reason.starts_with("TLS: "))
    return fail(peer_error(plan_.url.host_field() + ": " + std::string(reason)));
  fail({ErrorKind::environment, "connection lost during the handshake: " + std::string(reason)});
}

void Dialer::check_response(Bytes rest) {
  auto agreement =
      handshake::check_response(reader_.response(), plan_.request, plan_.key, plan_.missing_subprotocol);
  if (!agreement) return fail(agreement.error());
  if (agreement->extensions.empty()) return open(std::move(*agreement), std::nullopt, rest);
  const auto compression = handshake::agreed_by_client(
      plan_.terms->compression, plan_.request.extensions.front(), agreement->extensions.front());
  if (!compression) return fail(compression.error());
  open(std::move(*agreement), *compression, rest);
}

void Dialer::open(handshake::DialAgreement agreement, std::optional<AgreedCompression> compression,
                  Bytes rest) {
  connection::Pump::Start start{std::move(stream_),
                                Protocol::client(plan_.terms->limits, roster_.entropy()),
                                {},
                                sent_request(),
                                std::move(agreement.subprotocol),
                                {},
                                handshake::format_extensions(agreement.extensions),
                                std::make_unique<const Response>(reader_.take_response())};
  if (compression) start.protocol.compress(*compression, roster_.compression());
  end();
  roster_.open(plan_.terms, std::move(start), rest);
}

Request Dialer::sent_request() const {
  Request request;
  request.method = "GET";
  if (plan_.tls) request.scheme = Scheme::https;
  request.target = plan_.url.resource_name;
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  request.authority = plan_.url.host_field();
  request.headers = plan_.request.headers;
  return request;
}

void Dialer::fail(Error error) {
  if (ended_) return;
  DialFailure failure;
  failure.error = std::move(error);
  if (reader_.state() == http::ResponseReader::State::complete) failure.response = reader_.take_response();
  end();
  if (plan_.failed) roster_.guarded("DialOptions::failed", [&] { plan_.failed(failure); })();
}

void Dialer::end() {
  ended_ = true;
  roster_.loop().cancel(timer_);
  stream_.reset();
  connecting_.reset();
  resolving_.reset();
  address_place_.reset();
  name_place_.reset();
  over_(*this);
}

}  // namespace duplex::client
