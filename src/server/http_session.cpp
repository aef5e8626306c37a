#include "server/http_session.hpp"

#include <utility>

#include "http/request_semantics.hpp"

namespace duplex::server {

using http::Persistence;
using http::RequestReader;

namespace {

http::Security security_of(const transport::Stream& stream) {
  return stream.secured() != nullptr ? http::Security::tls : http::Security::plain;
}

/// What the stream knows about who asks.
void note_sender(Request& request, const transport::Stream& stream) {
  request.remote_address = stream.remote_address();
  const transport::Secured* secured = stream.secured();
  if (secured == nullptr) return;
  request.scheme = Scheme::https;
  request.client_subject = secured->peer_subject;
}

}  // namespace

HttpSession::HttpSession(HttpHost& host, std::unique_ptr<transport::Stream> stream)
    : host_(host),
      stream_(std::move(stream)),
      reader_(host.limits(), security_of(*stream_)),
      timer_(*this, [](HttpSession& session) { session.handle_deadline(); }) {
  stream_->set_listener(*this);
  // From the accepted connection to the answer: trickling bytes must not buy more time.
  serving_request_ = true;
  restart_deadline(host.limits().handshake_timeout);
}

void HttpSession::drain() {
  if (phase_ != Phase::requests) return;
  // A request under way is answered with `Connection: close`; see respond() and flush().
  if (reader_.has_begun() || !output_.empty()) return;
  if (requests_served_ == 0) return finish();
  phase_ = Phase::closing;  // in stages: the last answer may still be on its way
  flush();
}

void HttpSession::handle_bytes(Bytes bytes) {
  if (phase_ != Phase::requests) return;  // RFC 9112 §9.6: nothing is processed after `close`
  process(bytes);
}

void HttpSession::process(Bytes bytes) {
  while (phase_ == Phase::requests && !bytes.empty()) {
    if (!output_.empty()) return hold(bytes);
    bytes = bytes.subspan(reader_.receive(bytes));
    if (reader_.has_begun() && !serving_request_) {
      serving_request_ = true;
      restart_deadline(host_.limits().handshake_timeout);
    }
    switch (reader_.state()) {
      case RequestReader::State::reading:
        break;
      case RequestReader::State::head_complete:
        refuse_or_read_body();
        break;
      case RequestReader::State::complete:
        serve(bytes);
        if (!stream_) return;  // became a WebSocket, and the rest went along
        break;
      case RequestReader::State::rejected:
        reject(reader_.rejection());
        break;
    }
  }
}

void HttpSession::refuse_or_read_body() {
  const Request& request = reader_.request();
  if (!host_.takes_body(request)) {
    Response refusal = host_.answer(request);
    refusal.headers.add("Connection", "close");  // the body comes, and nobody reads it
    return respond(request, std::move(refusal));
  }
  const bool wants_continue = http::expects_continue(request);
  reader_.read_body();
  if (wants_continue && reader_.state() != RequestReader::State::rejected) {
    http::write_interim_response(100, {}, output_);
    flush();
  }
  if (reader_.state() == RequestReader::State::rejected) reject(reader_.rejection());
  // An empty body is complete without another byte.
  if (reader_.state() == RequestReader::State::complete) serve({});
}

void HttpSession::serve(Bytes rest) {
  Request request = reader_.take_request();
  note_sender(request, *stream_);
  HttpHost::Upgrade upgrade = host_.upgrade(request, stream_, output_, rest);
  if (!upgrade.asked) return respond(request, host_.answer(request));
  if (upgrade.refusal) return respond(request, std::move(*upgrade.refusal));
  finish();
}

void HttpSession::respond(const Request& request, Response response) {
  for (const HeaderField& field : host_.standard_headers()) response.headers.add(field.name, field.value);
  ++requests_served_;
  http::ResponseContext context;
  context.method = request.method;
  context.version_minor = request.version_minor;
  context.date = host_.date();
  const bool may_go_on = !host_.is_draining() && requests_served_ < host_.limits().pipelined_requests_max;
  context.persistence = may_go_on ? http::persistence_of(request) : Persistence::close;
  if (http::write_response(response, context, output_) == Persistence::close) {
    phase_ = Phase::closing;
  } else {
    serving_request_ = false;
  }
  restart_deadline(host_.limits().http_idle_timeout);
  flush();
}

void HttpSession::reject(const Response& rejection) {
  http::ResponseContext context;
  context.persistence = Persistence::close;
  context.date = host_.date();
  static_cast<void>(http::write_response(rejection, context, output_));
  phase_ = Phase::closing;
  restart_deadline(host_.limits().http_idle_timeout);
  flush();
}

void HttpSession::flush() {
  if (!stream_) return;
  if (!output_.empty()) {
    const ConstBytes piece = std::as_const(output_).bytes();
    output_.consume(stream_->write({&piece, 1}));
  }
  if (!output_.empty()) {
    if (phase_ == Phase::requests) pause_reading();
    return;
  }
  output_.release();
  if (phase_ == Phase::requests && host_.is_draining() && !reader_.has_begun()) phase_ = Phase::closing;
  if (phase_ == Phase::requests) {
    if (reading_paused_) host_.loop().at_turn_end(*this);  // not from within the process() that is held up
    return;
  }
  if (phase_ != Phase::closing) return;
  if (eof_seen_) return finish();
  // RFC 9112 §9.6: half-close, then read what still comes, so that a reset cannot destroy the answer.
  phase_ = Phase::lingering;
  stream_->end_writing();
  resume_reading();
  restart_deadline(host_.limits().close_timeout);
}

void HttpSession::hold(Bytes rest) {
  held_input_.append(rest);
  pause_reading();
}

void HttpSession::pause_reading() {
  reading_paused_ = true;
  stream_->pause_reading();
}

void HttpSession::resume_reading() {
  if (!std::exchange(reading_paused_, false)) return;
  stream_->resume_reading();
}

/// The answer that held everything up is written: go on with what came behind its request.
void HttpSession::resume() {
  if (phase_ != Phase::requests || !output_.empty()) return;
  ByteBuffer input = std::exchange(held_input_, ByteBuffer());
  resume_reading();
  process(input.bytes());
}

void HttpSession::handle_eof() {
  eof_seen_ = true;
  if (phase_ == Phase::requests) phase_ = Phase::closing;  // an incomplete request is never dispatched
  if (phase_ == Phase::lingering) return finish();
  flush();
}

void HttpSession::handle_writable() {
  // Who reads slowly, but reads, gets the whole answer. A request's own deadline stands.
  if (phase_ != Phase::requests || !serving_request_) restart_deadline(host_.limits().http_idle_timeout);
  flush();
}

void HttpSession::handle_lost(std::string_view) { finish(); }

void HttpSession::restart_deadline(std::chrono::milliseconds timeout) {
  host_.loop().schedule(timer_, host_.loop().now() + timeout);
}

void HttpSession::handle_deadline() {
  const bool is_slow_request = phase_ == Phase::requests && reader_.has_begun() && output_.empty();
  if (!is_slow_request) return finish();
  Response timeout(408, "The request took too long.\n");
  timeout.headers.add("Connection", "close");
  reject(timeout);
}

void HttpSession::finish() {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  host_.loop().cancel(timer_);
  stream_.reset();
  host_.retire(*this);
}

}  // namespace duplex::server
