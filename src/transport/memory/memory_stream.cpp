#include "transport/memory/memory_stream.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace duplex::transport {

namespace {
constexpr const char* reset_by_peer = "Connection reset by peer";
}  // namespace

MemoryStream::MemoryStream(MemoryLoop& loop, std::string remote_address)
    : loop_(loop),
      remote_address_(std::move(remote_address)),
      arrival_timer_(*this, [](MemoryStream& stream) { stream.ask_for_service(); }) {}

MemoryStream::~MemoryStream() {
  loop_.sources().forget(*this);
  if (peer_ == nullptr) return;
  peer_->peer_ = nullptr;
  if (!is_silent_) say_goodbye();
}

void MemoryStream::say_goodbye() {
  // As the system does: closing with unread bytes is a reset.
  const bool is_reset = is_aborting_ || !incoming_.empty();
  if (is_reset) return peer_->lose(reset_by_peer);
  if (!is_writing_ended_ && !is_lost_) peer_->take_end();
  // Nobody is left whose pipe could be full; that its bytes go nowhere, the peer learns from writing them.
  if (peer_->wants_room_) loop_.sources().serve_again(*peer_);
}

void MemoryStream::join(MemoryStream& peer) {
  DUPLEX_ASSERT(peer_ == nullptr);
  peer_ = &peer;
  peer.peer_ = this;
}

void MemoryStream::handle_events(std::uint32_t) {
  const SourceService& sources = loop_.sources();  // outlives this object, which a callback may destroy
  if (is_lost_) return;
  DUPLEX_ASSERT(listener_ != nullptr);
  if (!lost_reason_.empty()) return report_lost();
  if (is_silent_) return;
  if (wants_room_ && (peer_ == nullptr || peer_->room() > 0)) {
    wants_room_ = false;
    listener_->handle_writable();
    if (!sources.is_serving(*this)) return;
  }
  if (!is_paused_) receive();
}

void MemoryStream::report_lost() {
  is_lost_ = true;
  const std::string reason = lost_reason_;  // outlives the stream, which may be destroyed now
  listener_->handle_lost(reason);
}

void MemoryStream::receive() {
  const std::size_t arrived = arrived_bytes();
  if (arrived == 0) return receive_eof();
  const ConstBytes next = incoming_.bytes().first(loop_.next_piece_bytes(arrived));
  const Bytes room = listener_->landing_room();
  if (!room.empty()) return land(next.first(std::min(next.size(), room.size())), room);
  std::vector<std::byte> piece(next.begin(), next.end());
  consume(piece.size());
  ask_for_service();
  listener_->handle_bytes(piece);
}

void MemoryStream::land(ConstBytes next, Bytes room) {
  const std::size_t count = next.size();
  std::copy(next.begin(), next.end(), room.begin());
  consume(count);
  ask_for_service();
  listener_->handle_landed(count);
}

void MemoryStream::receive_eof() {
  const bool is_due = incoming_.empty() && eof_arrival_ && *eof_arrival_ <= loop_.now();
  if (!is_due) return;
  eof_arrival_.reset();
  listener_->handle_eof();
}

void MemoryStream::consume(std::size_t bytes) {
  incoming_.consume(bytes);
  while (bytes > 0) {
    const std::size_t taken = std::min(bytes, arrivals_.front().bytes);
    arrivals_.front().bytes -= taken;
    bytes -= taken;
    if (arrivals_.front().bytes == 0) arrivals_.pop_front();
  }
  if (peer_ != nullptr && peer_->wants_room_) loop_.sources().serve_again(*peer_);
}

std::size_t MemoryStream::arrived_bytes() const {
  std::size_t total = 0;
  for (const Arrival& arrival : arrivals_) {
    if (arrival.time <= loop_.now()) total += arrival.bytes;
  }
  return total;
}

std::optional<TimePoint> MemoryStream::next_arrival() const {
  return arrivals_.empty() ? eof_arrival_ : arrivals_.front().time;
}

void MemoryStream::ask_for_service() {
  const auto next = next_arrival();
  if (!next) return;
  if (*next > loop_.now()) return loop_.schedule(arrival_timer_, *next);
  loop_.sources().serve_again(*this);
}

std::size_t MemoryStream::write(std::span<const ConstBytes> pieces) {
  DUPLEX_ASSERT(!is_writing_ended_);
  if (!lost_reason_.empty()) return 0;
  std::size_t accepted = 0;
  for (const ConstBytes piece : pieces) {
    const std::size_t taken = write_piece(piece);
    accepted += taken;
    if (taken < piece.size()) {
      wants_room_ = true;
      break;
    }
  }
  return accepted;
}

std::size_t MemoryStream::write_piece(ConstBytes piece) {
  if (peer_ == nullptr) {
    if (is_silent_) return 0;
    // The system takes the bytes; that the peer has closed shows only by its answer to them.
    lose(reset_by_peer);
    return piece.size();
  }
  const ConstBytes fitting = piece.first(std::min(piece.size(), peer_->room()));
  peer_->take_bytes(fitting);
  return fitting.size();
}

std::size_t MemoryStream::room() const {
  const std::size_t bytes_max = loop_.options().pipe_bytes_max;
  return bytes_max - std::min(bytes_max, incoming_.size());
}

TimePoint MemoryStream::arrival_time() const {
  const TimePoint time = loop_.now() + loop_.options().latency;
  // Nothing overtakes on one connection, also when the latency was changed meanwhile.
  return arrivals_.empty() ? time : std::max(time, arrivals_.back().time);
}

void MemoryStream::take_bytes(ConstBytes bytes) {
  if (bytes.empty()) return;
  arrivals_.push_back({arrival_time(), bytes.size()});
  incoming_.append(bytes);
  ask_for_service();
}

void MemoryStream::take_end() {
  eof_arrival_ = arrival_time();
  ask_for_service();
}

void MemoryStream::lose(const std::string& reason) {
  if (!lost_reason_.empty()) return;
  lost_reason_ = reason;
  incoming_.release();
  arrivals_.clear();
  eof_arrival_.reset();
  loop_.sources().serve_again(*this);
}

void MemoryStream::resume_reading() {
  is_paused_ = false;
  ask_for_service();
}

void MemoryStream::end_writing() {
  if (std::exchange(is_writing_ended_, true)) return;
  wants_room_ = false;
  if (peer_ != nullptr && lost_reason_.empty()) peer_->take_end();
}

void MemoryStream::cut() {
  lose(reset_by_peer);
  if (peer_ != nullptr) peer_->lose(reset_by_peer);
}

void MemoryStream::silence() {
  is_silent_ = true;
  if (peer_ != nullptr) peer_->is_silent_ = true;
}

}  // namespace duplex::transport
