#include "transport/epoll/epoll_stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "transport/socket/socket_error.hpp"
#include "transport/socket/stream_socket.hpp"

namespace duplex::transport {

Result<std::unique_ptr<Stream>> EpollStream::open(EpollLoop& loop, Descriptor socket,
                                                  const SocketAddress& remote) {
  auto stream = std::make_unique<EpollStream>(loop, std::move(socket), remote);
  if (!loop.watch(stream->socket_, *stream, EPOLLIN | EPOLLOUT | EPOLLRDHUP)) {
    return Error(ErrorKind::environment, system_text(errno));
  }
  return std::unique_ptr<Stream>(std::move(stream));
}

EpollStream::EpollStream(EpollLoop& loop, Descriptor socket, const SocketAddress& remote)
    : loop_(loop), remote_(remote), socket_(std::move(socket)) {}

EpollStream::~EpollStream() { loop_.unwatch(socket_, *this); }

void EpollStream::handle_events(std::uint32_t events) {
  if (is_lost_) return;
  DUPLEX_ASSERT(listener_ != nullptr);
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  take_note(events);
  if (wants_room_ && error_ == 0 && (events & EPOLLOUT) != 0) {
    wants_room_ = false;
    listener_->handle_writable();
    if (!sources.is_serving(*this)) return;
  }
  if (news_.is_readable && !is_paused_) return receive();
  if (error_ != 0) report_lost();
}

void EpollStream::take_note(std::uint32_t events) {
  news_.take_note(events);
  if (had_eof_) news_.is_readable = false;
  // recv() reports an error after the bytes that came before it. Where it will not be called, ask.
  const bool will_receive = news_.is_readable && !is_paused_;
  if ((events & EPOLLERR) != 0 && !will_receive) error_ = take_pending_error(socket_);
}

void EpollStream::receive() {
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  std::size_t total = 0;
  while (total < read_bytes_per_turn_max) {
    const Bytes room = is_sent_much_ ? listener_->landing_room() : Bytes();
    const Arrival arrival = receive_arrival(socket_, room, loop_.receive_buffer(), news_);
    if (arrival.bytes.empty()) return handle_no_bytes(arrival.error);
    is_sent_much_ = arrival.is_large();
    arrival.report_to(*listener_);
    if (!sources.is_serving(*this) || !news_.is_readable || is_paused_) return;
    total += arrival.bytes.size();
  }
  loop_.sources().serve_again(*this);
}

void EpollStream::handle_no_bytes(int error) {
  if (error != 0 && error != EAGAIN) error_ = error;
  if (error_ != 0) return report_lost();
  if (error != 0) return;
  had_eof_ = true;
  listener_->handle_eof();
}

void EpollStream::report_lost() {
  is_lost_ = true;
  listener_->handle_lost(system_text(error_));
}

std::size_t EpollStream::write(std::span<const ConstBytes> pieces) {
  DUPLEX_ASSERT(!is_writing_ended_);
  std::size_t accepted = 0;
  while (!pieces.empty() && error_ == 0) {
    const auto batch = pieces.first(std::min(pieces.size(), pieces_per_call_max));
    const std::size_t offered = total_bytes(batch);
    const std::size_t sent = offered == 0 ? 0 : send_now(batch);
    accepted += sent;
    if (sent < offered) {
      wants_room_ = true;
      break;
    }
    pieces = pieces.subspan(batch.size());
  }
  return accepted;
}

std::size_t EpollStream::send_now(std::span<const ConstBytes> pieces) {
  for (;;) {
    const ssize_t sent = send_pieces(socket_, pieces);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) fail(errno);
    return 0;
  }
}

void EpollStream::fail(int error) {
  error_ = error;
  // What the peer said before it went may still lie there: its reason, most of all.
  news_ = {.is_readable = !had_eof_, .is_ending = true};
  loop_.sources().serve_again(*this);
}

void EpollStream::resume_reading() {
  if (!is_paused_) return;
  is_paused_ = false;
  if (news_.is_readable) loop_.sources().serve_again(*this);
}

void EpollStream::end_writing() {
  is_writing_ended_ = true;
  wants_room_ = false;
  // It fails when the connection is lost already, which is reported by itself.
  ::shutdown(socket_.get(), SHUT_WR);
}

}  // namespace duplex::transport
