#include "connection/pump.hpp"

#include <utility>

#include "base/assert.hpp"
#include "connection/guard.hpp"
#include "connection/roster.hpp"

namespace duplex::connection {

Pump::Pump(Roster& roster, ConnectionId id, std::shared_ptr<const Terms> terms, Start start)
    : roster_(roster),
      terms_(std::move(terms)),
      id_(id),
      data_(std::move(start.data)),
      stream_(std::move(start.stream)),
      protocol_(std::move(start.protocol)),
      opening_(
          std::make_unique<const Opening>(Opening{std::move(start.request), std::move(start.subprotocol),
                                                  std::move(start.extensions), std::move(start.response)})),
      deadlines_(terms_->limits, roster.loop().now()),
      timer_(*this, [](Pump& pump) { pump.handle_deadline(); }) {
  protocol_.output().swap(start.output);
  protocol_.use(roster_.buffers());
  handshake_bytes_ = static_cast<std::uint32_t>(protocol_.output().size());
  if (terms_->deliver_in_pieces) protocol_.set_delivery(Protocol::Delivery::pieces);
}

Pump::~Pump() {
  // A suspended session goes first: the destructors of its locals may still use the connection.
  if (session_) session_->task = Task();
  if (roster_.topics() != nullptr) roster_.topics()->forget(*this);
  if (borrowed_ != nullptr) borrowed_->keep();
}

const Pump::Opening& Pump::opening() const {
  static const Opening forgotten{};
  return opening_ ? *opening_ : forgotten;
}

/// Most connections are never asked. A server's request has the address as text already; the stream makes it,
/// as long as there is a stream.
std::string_view Pump::remote_address() const {
  if (const std::string& known = opening().request.remote_address; !known.empty()) return known;
  if (!remote_address_) {
    remote_address_ =
        std::make_unique<const std::string>(stream_ ? stream_->remote_address() : std::string());
  }
  return *remote_address_;
}

Handle Pump::handle() const { return roster_.handle_of(id_); }

void Pump::run(Bytes rest) {
  stream_->set_listener(*this);
  // What waits in the output is the 101. It goes out in one write with whatever the session says at once.
  if (terms_->handler) {
    session_done_ = true;  // a handler has no coroutine to wait for
    guard([this] { terms_->handler->open(*this); });
  } else {
    start_session();
  }
  if (terms_->request_lifetime == RequestLifetime::opening) opening_.reset();
  if (!rest.empty() && stream_) {
    handle_bytes(rest);
  } else {
    flush();
  }
  schedule_deadline();
}

Pump::RunningSession::RunningSession(Pump& owner)
    : pump(owner), sleep(*this, [](RunningSession& session) {
        if (session.waiting == Waiting::time) session.pump.resume_session();
      }) {}

void Pump::start_session() {
  session_ = std::make_unique<RunningSession>(*this);
  guard([this] {
    session_->task = terms_->session(*this);
    if (session_->task) return session_->task.start(*session_);
    application_failed("the session is not a coroutine");
  });
  // One that threw before it became a coroutine never ends by itself.
  if (!session_->task) session_done_ = true;
}

void Pump::handle_bytes(Bytes bytes) {
  DUPLEX_ASSERT(!held_input_);
  if (terms_->wire_tap) tap(WireDirection::received, bytes);
  begin_input();
  protocol_.receive(bytes);
  end_input();
}

/// Nowhere while something else has to happen first, or somebody is to be shown the bytes.
Bytes Pump::landing_room() {
  if (held_input_ || terms_->wire_tap || (session_ && session_->arrived)) return {};
  if (terms_->handler && !may_call_handler()) return {};
  return protocol_.landing_room();
}

void Pump::handle_landed(std::size_t count) {
  begin_input();
  protocol_.receive_landed(count);
  end_input();
}

void Pump::begin_input() {
  deadlines_.heard(roster_.loop().now());
  in_turn_ = true;
  lend_output();
}

void Pump::end_input() {
  deliver();
  settle_input();
  in_turn_ = false;
  flush();
  if (deadlines_.has_moved_forward()) schedule_deadline();
}

void Pump::handle_eof() {
  eof_seen_ = true;
  protocol_.receive_eof();
  deadlines_.closing(roster_.loop().now());  // what is still queued may go out, but not for ever
  schedule_deadline();
  flush();
}

void Pump::handle_writable() { flush(); }

void Pump::handle_lost(std::string_view reason) {
  protocol_.receive_eof();
  drop_stream();
  ending().lost_reason = reason;
  conclude();
  mark_dirty();
}

void Pump::handle_turn_end() { flush(); }

void Pump::handle_session_end(std::exception_ptr error) {
  session_done_ = true;
  if (error) {
    guard([&error] { std::rethrow_exception(error); });
  } else if (is_open()) {
    static_cast<void>(close(CloseCode::normal, {}));
  }
  mark_dirty();  // retires at the end of the turn, when the coroutine is no longer running
}

void Pump::resume_session() {
  session_->waiting = Waiting::nothing;
  std::exchange(session_->suspended, nullptr).resume();
}

void Pump::application_failed(std::string_view what) {
  roster_.log(LogLevel::error, "connection from " + std::string(remote_address()) +
                                   ": exception in the application: " + escape_for_log(what));
  protocol_.fail(CloseCode::internal_error, "internal error");
  begin_closing(CloseCause::application_error, "the application threw: " + std::string(what));
  mark_dirty();
}

void Pump::retire_when_done() {
  if (retired_ || stream_ || !concluded_ || !session_done_) return;
  retired_ = true;
  roster_.retire(*this);
}

}  // namespace duplex::connection
