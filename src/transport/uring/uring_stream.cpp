#include "transport/uring/uring_stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "transport/socket/socket_error.hpp"

namespace duplex::transport {

namespace {

// So many more arrivals have to speak for the other way than for this one, so that nobody who mixes large and
// small goes back and forth all the time.
constexpr unsigned contrary_lead_max = 8;

}  // namespace

UringStream::UringStream(UringLoop& loop, Descriptor socket, const SocketAddress& remote)
    : loop_(loop), remote_(remote), socket_(std::move(socket)), place_(loop.add_stream(*this)) {
  start_receiving();
}

UringStream::~UringStream() {
  loop_.sources().forget(*this);
  if (is_aborting_) {
    loop_.sends().withdraw(*this);
  } else {
    flush();
  }
  if (is_receiving_) loop_.cancel(Operation::receive, ticket());
  if (is_polled_) loop_.cancel(Operation::readable, ticket());
  if (is_loss_watched_) loop_.cancel(Operation::loss, ticket());
  loop_.remove_stream(ticket());
  leave_socket();
}

void UringStream::leave_socket() {
  if (!has_backlog()) return loop_.close_later(std::move(socket_));
  Backlog& backlog = loop_.backlog(backlog_);
  backlog.stream = nullptr;
  backlog.socket = std::move(socket_);
  if (!is_aborting_) return;
  backlog.is_unwanted = true;
  loop_.cancel(Operation::backlog, backlog.ticket);
}

// Reading: by a receive that stays under way, or directly.

void UringStream::choose_way(bool is_large) {
  if (is_large == is_direct_) {
    if (contrary_lead_ > 0) --contrary_lead_;
    return;
  }
  if (++contrary_lead_ < contrary_lead_max) return;
  contrary_lead_ = 0;
  is_large ? read_directly_from_now_on() : receive_from_now_on();
}

void UringStream::read_directly_from_now_on() {
  is_direct_ = true;
  stop_receiving();
}

void UringStream::receive_from_now_on() {
  is_direct_ = false;
  news_ = {};
  loop_.cancel(Operation::readable, ticket());
  start_receiving();
}

void UringStream::start_reading() { is_direct_ ? watch_readable() : start_receiving(); }

void UringStream::start_receiving() {
  is_receiving_ = true;
  has_received_ = false;
  loop_.receive(socket_.get(), ticket());
}

void UringStream::stop_receiving() {
  if (!is_receiving_ || is_stopping_) return;
  is_stopping_ = true;
  loop_.cancel(Operation::receive, ticket());
}

void UringStream::handle_received(const io_uring_cqe& completion, Bytes bytes) {
  DUPLEX_ASSERT(listener_ != nullptr);
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  if (!has_more_to_come(completion)) is_receiving_ = is_stopping_ = false;
  if (is_lost_) return;
  if (!bytes.empty()) {
    if (!is_direct_) choose_way(bytes.size() >= large_arrival_bytes_min);
    report_bytes(bytes);
    if (!sources.is_serving(*this)) return;
  }
  if (!is_receiving_) receive_ended(completion.res);
}

void UringStream::report_bytes(Bytes bytes) {
  has_received_ = true;
  if (is_reportable()) return listener_->handle_bytes(bytes);
  if (!kept_) kept_ = std::make_unique<ByteBuffer>();
  kept_->append(bytes);
}

void UringStream::receive_ended(int result) {
  if (result == 0) has_eof_ = true;
  // Out of buffers, or told to stop: neither is an error.
  const bool is_broken = result < 0 && result != -ENOBUFS && result != -ECANCELED && result != -EINTR;
  if (is_broken && error_ == 0) error_ = -result;
  // Who was only told to stop has not read the peer's last words; reading directly finds them.
  const bool has_words_left = result == -ECANCELED && news_.is_readable;
  if (error_ != 0 && has_words_left) return loop_.sources().serve_again(*this);
  if (error_ != 0) return report_lost();
  if (!has_eof_ && !is_paused_) return receive_again(result);
  watch_loss();
  if (has_eof_) report_eof();
}

/// Nothing is received any more, but a reset has to be heard all the same.
void UringStream::watch_loss() {
  if (is_loss_watched_) return;
  is_loss_watched_ = true;
  loop_.watch_loss(socket_.get(), ticket());
}

/// Who has used up the buffers lets those go first who found none.
void UringStream::receive_again(int result) {
  if (result == -ENOBUFS && has_received_) return loop_.sources().serve_again(*this);
  start_reading();
}

void UringStream::watch_readable() {
  if (is_polled_) return;
  is_polled_ = true;
  loop_.watch_readable(socket_.get(), ticket());
}

void UringStream::handle_readable(const io_uring_cqe& completion) {
  if (!has_more_to_come(completion)) is_polled_ = false;
  if (is_lost_ || !is_direct_ || is_receiving_ || has_eof_) return;
  watch_readable();
  news_.take_note(static_cast<std::uint32_t>(std::max(completion.res, 0)));
  handle_events(0);
}

void UringStream::receive_directly() {
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  std::size_t total = 0;
  while (total < read_bytes_per_turn_max) {
    const Arrival arrival =
        receive_arrival(socket_, listener_->landing_room(), loop_.receive_buffer(), news_);
    if (arrival.bytes.empty()) return handle_no_bytes(arrival.error);
    choose_way(arrival.is_large());
    arrival.report_to(*listener_);
    if (!sources.is_serving(*this) || !reads_directly() || !news_.is_readable) return;
    total += arrival.bytes.size();
  }
  loop_.sources().serve_again(*this);
}

void UringStream::handle_no_bytes(int error) {
  if (error != EAGAIN) return receive_ended(-error);
  if (error_ != 0) report_lost();
}

void UringStream::report_eof() {
  if (!is_reportable() || had_eof_) return;
  had_eof_ = true;
  listener_->handle_eof();
}

void UringStream::handle_possible_loss(const io_uring_cqe& completion) {
  if (!has_more_to_come(completion)) is_loss_watched_ = false;
  // While it reads, the reading meets the error, behind the bytes that came before it.
  if (is_lost_ || is_receiving_ || reads_directly()) return;
  if (error_ == 0) error_ = take_pending_error(socket_);
  if (error_ != 0) return report_lost();
  watch_loss();
}

void UringStream::report_lost() {
  is_lost_ = true;
  kept_.reset();
  listener_->handle_lost(system_text(error_));
}

void UringStream::pause_reading() {
  is_paused_ = true;
  if (is_receiving_) return stop_receiving();
  // An error reported already was left to a read that does not happen now.
  if (news_.is_ending) loop_.sources().serve_again(*this);
}

void UringStream::resume_reading() {
  if (!is_paused_) return;
  is_paused_ = false;
  if (kept_ || has_eof_ || news_.is_readable) return loop_.sources().serve_again(*this);
  if (!is_receiving_ && !is_lost_) start_reading();
}

void UringStream::handle_events(std::uint32_t) {
  if (is_lost_) return;
  const SourceService& sources = loop_.sources();
  if (kept_ && !is_paused_) {
    report_kept();
    if (!sources.is_serving(*this)) return;
  }
  if (reads_directly() && news_.is_readable) return receive_directly();
  if (is_direct_ && is_paused_ && news_.is_ending && error_ == 0) error_ = take_pending_error(socket_);
  if (error_ != 0) {
    if (!is_receiving_) report_lost();
  } else if (has_eof_) {
    report_eof();
  } else if (!is_receiving_ && !is_paused_) {
    start_reading();
  }
}

void UringStream::report_kept() {
  const std::unique_ptr<ByteBuffer> bytes = std::move(kept_);
  listener_->handle_bytes(bytes->bytes());
}

// Writing.

std::size_t UringStream::write(std::span<const ConstBytes> pieces) {
  DUPLEX_ASSERT(!is_writing_ended_);
  const std::size_t bytes = total_bytes(pieces);
  if (bytes == 0 || error_ != 0) return 0;
  std::size_t accepted = 0;
  if (!has_backlog()) {
    accepted = loop_.sends().add(*this, pieces, bytes) ? bytes : write_now(pieces);
  }
  if (accepted < bytes) wants_room_ = true;
  return accepted;
}

/// Large writes go to the system at once: their copying would cost more than the call.
std::size_t UringStream::write_now(std::span<const ConstBytes> pieces) {
  flush();
  std::size_t accepted = 0;
  while (!pieces.empty() && !has_backlog() && error_ == 0) {
    const auto batch = pieces.first(std::min(pieces.size(), pieces_per_call_max));
    accepted += send_now(batch);
    pieces = pieces.subspan(batch.size());
  }
  return accepted;
}

/// Once the system has no more room, a share of the rest is accepted all the same: that it has gone out is
/// how we learn that there is room again.
std::size_t UringStream::send_now(std::span<const ConstBytes> pieces) {
  const std::size_t offered = total_bytes(pieces);
  if (offered == 0) return 0;
  ssize_t result = 0;
  do {
    result = send_pieces(socket_, pieces);
  } while (result < 0 && errno == EINTR);
  if (result < 0 && errno != EAGAIN) {
    fail(errno);
    return 0;
  }
  const auto sent = static_cast<std::size_t>(std::max<ssize_t>(result, 0));
  if (sent == offered) return sent;
  return sent + queue_behind(pieces, sent);
}

std::size_t UringStream::queue_behind(std::span<const ConstBytes> pieces, std::size_t sent) {
  ByteBuffer rest;
  for (ConstBytes piece : pieces) {
    const std::size_t skipped = std::min(sent, piece.size());
    sent -= skipped;
    piece = piece.subspan(skipped);
    rest.append(piece.first(std::min(piece.size(), Backlog::bytes_max - rest.size())));
  }
  send_later(std::as_const(rest).bytes());
  return rest.size();
}

void UringStream::send_later(ConstBytes bytes) {
  DUPLEX_ASSERT(!has_backlog());
  backlog_ = loop_.add_backlog(std::make_unique<Backlog>(*this, bytes));
}

/// Sends now what was gathered for the end of the turn.
void UringStream::flush() {
  const ConstBytes gathered = loop_.sends().withdraw(*this);
  send_now({&gathered, 1});
}

void UringStream::handle_backlog_sent() {
  backlog_ = no_backlog;
  if (is_writing_ended_) {
    ::shutdown(socket_.get(), SHUT_WR);
  } else if (wants_room_ && error_ == 0) {
    wants_room_ = false;
    listener_->handle_writable();
  }
}

void UringStream::handle_backlog_failed(int error) {
  backlog_ = no_backlog;
  fail(error);
}

void UringStream::fail(int error) {
  if (error_ == 0) error_ = error;
  // What the peer said before it went may still lie there: its reason, most of all. This lets the receive
  // come to its end, whatever the error was.
  ::shutdown(socket_.get(), SHUT_RDWR);
  if (is_direct_) news_ = {.is_readable = true, .is_ending = true};
  if (!is_receiving_) loop_.sources().serve_again(*this);
}

void UringStream::end_writing() {
  if (is_writing_ended_) return;
  is_writing_ended_ = true;
  wants_room_ = false;
  flush();
  // It fails when the connection is lost already, which is reported by itself.
  if (!has_backlog()) ::shutdown(socket_.get(), SHUT_WR);
}

void UringStream::abort_on_close() {
  is_aborting_ = true;
  discard_on_close(socket_);
}

}  // namespace duplex::transport
