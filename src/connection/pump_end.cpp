// How connections end: closing handshakes, deadlines, the last bytes.
#include <utility>

#include "connection/guard.hpp"
#include "connection/pump.hpp"
#include "connection/roster.hpp"

namespace duplex::connection {

SendVerdict Pump::close(CloseCode code, std::string_view reason) {
  if (const SendVerdict verdict = may_send(); verdict != SendVerdict::sent) return verdict;
  lend_output();
  const SendVerdict verdict = protocol_.close(code, reason);
  if (verdict != SendVerdict::sent) return verdict;
  begin_closing(CloseCause::local_close, "closed here");
  return verdict;
}

void Pump::close_for_shutdown(CloseCode code) {
  if (!is_open()) return;
  lend_output();
  static_cast<void>(protocol_.close(code, "server shutdown"));
  begin_closing(CloseCause::server_shutdown, "server shutdown");
}

Pump::Ending& Pump::ending() {
  if (!ending_) ending_ = std::make_unique<Ending>();
  return *ending_;
}

const CloseStatus& Pump::close_status() const {
  static const CloseStatus open{};
  return ending_ ? ending_->status : open;
}

/// From here on the end is bounded in time. The first cause stands.
void Pump::begin_closing(CloseCause cause, std::string detail) {
  if (!closing_) {
    closing_ = true;
    ending().cause = cause;
    ending().detail = std::move(detail);
  }
  deadlines_.closing(roster_.loop().now());
  schedule_deadline();
  if (!in_turn_) mark_dirty();
}

void Pump::cut(CloseCause cause, std::string_view detail) {
  begin_closing(cause, std::string(detail));
  if (!stream_) return;
  protocol_.receive_eof();
  stream_->abort_on_close();
  drop_stream();
  conclude();
  mark_dirty();
}

/// The conversation is over: the application hears how, once.
void Pump::conclude() {
  if (concluded_) return;
  concluded_ = true;
  const Ending& known = ending();
  CloseStatus& status = ending().status;
  status = protocol_.close_status();
  if (closing_) {
    status.cause = known.cause;
    status.detail = known.detail;
  }
  const bool is_lost = status.cause == CloseCause::transport_lost;
  if (is_lost && !known.lost_reason.empty()) status.detail = known.lost_reason;
  if (roster_.topics() != nullptr) roster_.topics()->forget(*this);
  if (terms_->handler) {
    guard([this] { terms_->handler->close(*this, close_status()); });
  } else if (session_ && session_->waiting != Waiting::nothing) {
    resume_session();
  }
}

/// What could be written is written; what does the protocol want of the stream now?
void Pump::follow_intent() {
  // Before anything else: the peer may be waiting for us to read before it reads what we have for it.
  if (closing_ && reading_paused_) discard_input();
  if (outbox_) return;
  if (eof_seen_) return drop_stream();
  if (protocol_.intent() != TransportIntent::end_writing || writing_ended_) return;
  writing_ended_ = true;
  stream_->end_writing();
  // The peer's end of stream comes next. Until then we read and discard: closing with unread bytes would
  // reset the connection and could destroy our Close on its way (RFC 6455 §7.1.1).
  deadlines_.closing(roster_.loop().now());
  schedule_deadline();
}

/// We are closing, and the session does not take what came before the peer's Close: it may be dropped
/// (RFC 6455 §1.4), but it has to be read.
void Pump::discard_input() {
  do {
    if (session_) session_->arrived.reset();
  } while (pull());
}

void Pump::drop_stream() {
  static_cast<void>(remote_address());  // it may be asked for later
  stream_.reset();
  roster_.loop().cancel(timer_);
  outbox_.reset();
  held_back_.reset();
  give_output_back();
}

void Pump::schedule_deadline() {
  const auto next = deadlines_.next();
  if (!next || !stream_) return roster_.loop().cancel(timer_);
  // A deadline that has moved away is not rescheduled for every read: the timer fires once in vain instead.
  if (timer_.expires_by(*next)) return;
  roster_.loop().schedule(timer_, *next);
}

void Pump::handle_deadline() {
  const auto milliseconds_of = [](std::chrono::milliseconds limit) {
    return std::to_string(limit.count()) + " ms passed";
  };
  switch (deadlines_.due(roster_.loop().now())) {
    case Deadlines::Due::nothing:
      break;
    case Deadlines::Due::ping:
      deadlines_.ping_sent(roster_.loop().now());
      static_cast<void>(ping({}));
      break;
    case Deadlines::Due::idle_timeout:
      time_out(CloseCode::going_away, "idle_timeout of " + milliseconds_of(terms_->limits.idle_timeout));
      break;
    case Deadlines::Due::message_timeout:
      time_out(CloseCode::policy_violation,
               "message_timeout of " + milliseconds_of(terms_->limits.message_timeout));
      break;
    case Deadlines::Due::close_timeout:
      return cut(CloseCause::timeout, "close_timeout of " + milliseconds_of(terms_->limits.close_timeout));
  }
  schedule_deadline();
}

void Pump::time_out(CloseCode code, const std::string& detail) {
  lend_output();
  protocol_.fail(code, detail);
  begin_closing(CloseCause::timeout, detail);
}

}  // namespace duplex::connection
