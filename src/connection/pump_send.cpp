// Messages on their way out: framed into the protocol's output, flushed once per turn, queued when the peer
// is slow.
#include <algorithm>
#include <array>
#include <utility>

#include "connection/guard.hpp"
#include "connection/pump.hpp"
#include "connection/roster.hpp"

namespace duplex::connection {

namespace {

using base::Outbox;

// Pieces per system call. The kernel takes 1024; beyond some dozens nothing is gained.
constexpr std::size_t gathered_pieces_max = 64;
// A broadcast frame up to this size is copied behind other output of the turn: cheaper than another piece.
constexpr std::size_t copied_broadcast_bytes_max = 4096;
// A payload from this size on is written from where it lies: a call of the system is cheaper than the copy.
constexpr std::size_t lent_payload_bytes_min = 16'384;
// A control frame, masked.
constexpr std::size_t pong_frame_bytes_max = 131;

}  // namespace

/// `sent`: go ahead. What a tap is shown must stay what it is until the tap returns, so nothing is sent
/// meanwhile.
SendVerdict Pump::may_send() const {
  if (tapping_) return SendVerdict::invalid;
  return is_open() ? SendVerdict::sent : SendVerdict::closed;
}

/// The road of most messages; whatever is not plain is decided by send_with_care().
SendVerdict Pump::send_now(MessageType type, ConstBytes payload) {
  const bool is_plain = !outbox_ && !tapping_ && !concluded_ && payload.size() < lent_payload_bytes_min;
  if (!is_plain) return send_with_care(type, payload);
  lend_output();
  const SendVerdict verdict = protocol_.send(type, payload);
  if (verdict == SendVerdict::sent) {
    written_to_output(Outbox::Kind::message);
    return verdict;
  }
  // Perhaps only because the pieces of another message are under way.
  return verdict == SendVerdict::invalid ? send_with_care(type, payload) : verdict;
}

SendVerdict Pump::send_with_care(MessageType type, ConstBytes payload) {
  if (const SendVerdict verdict = may_send(); verdict != SendVerdict::sent) return verdict;
  if (protocol_.is_sending_chunks()) {
    if (type == MessageType::text && !is_valid_utf8(payload)) return SendVerdict::invalid;
    HeldBack message;
    message.type = type;
    message.payload.append(payload);
    return hold_back(std::move(message));
  }
  if (const SendVerdict verdict = make_room(payload.size()); verdict != SendVerdict::sent) return verdict;
  return frame(type, payload);
}

SendVerdict Pump::frame(MessageType type, ConstBytes payload) {
  lend_output();
  if (payload.size() >= lent_payload_bytes_min && stream_ && !outbox_) return frame_lent(type, payload);
  const SendVerdict verdict = protocol_.send(type, payload);
  if (verdict == SendVerdict::sent) written_to_output(Outbox::Kind::message);
  return verdict;
}

/// A large payload is written at once from where it lies; only what the stream does not take is copied.
SendVerdict Pump::frame_lent(MessageType type, ConstBytes payload) {
  const Protocol::Lent lent = protocol_.send_lent(type, payload, utf8_of(payload));
  if (lent.verdict != SendVerdict::sent) return lent.verdict;
  if (lent.behind.empty()) {
    written_to_output(Outbox::Kind::message);
  } else {
    write_with(lent.behind);
  }
  return SendVerdict::sent;
}

/// A text that goes back as it came was valid when it came, and the application could not change it.
Protocol::Utf8 Pump::utf8_of(ConstBytes payload) const {
  if (borrowed_ == nullptr || !borrowed_->is_text()) return Protocol::Utf8::check;
  const ConstBytes received = borrowed_->payload();
  const bool is_received = received.data() == payload.data() && received.size() == payload.size();
  return is_received ? Protocol::Utf8::known : Protocol::Utf8::check;
}

/// Writes the output, and directly after it what is lent.
void Pump::write_with(ConstBytes behind) {
  const std::array<ConstBytes, 2> pieces = {std::as_const(protocol_).output().bytes(), behind};
  const std::size_t written = write(pieces);
  if (!stream_) return;
  const std::size_t own = std::min(written, pieces[0].size());
  protocol_.output().consume(own);
  const ConstBytes left = behind.subspan(written - own);
  if (left.empty()) return;
  start_outbox();
  queue_behind_outbox(Outbox::Kind::indispensable);
  ByteBuffer copy = roster_.buffers().take_large();
  copy.append(left);
  outbox_->push(std::move(copy), Outbox::Kind::indispensable);
  if (is_congested()) announce_room_ = true;
}

SendVerdict Pump::send_shared(Broadcast& broadcast) {
  if (const SendVerdict verdict = may_send(); verdict != SendVerdict::sent) return verdict;
  if (protocol_.is_sending_chunks()) {
    HeldBack message;
    message.frame = broadcast.plain();
    return hold_back(std::move(message));
  }
  if (const SendVerdict verdict = make_room(broadcast.payload().size()); verdict != SendVerdict::sent)
    return verdict;
  queue_shared(frame_of(broadcast));
  return SendVerdict::sent;
}

const Outbox::Shared& Pump::frame_of(Broadcast& broadcast) {
  if (!protocol_.can_send_compressed_broadcast(broadcast.payload().size())) return broadcast.plain();
  if (broadcast.compressed() == nullptr) return broadcast.plain();
  protocol_.compressed_broadcast_sent(broadcast.payload());
  return broadcast.compressed();
}

void Pump::queue_shared(const Outbox::Shared& frame) {
  if (!outbox_ && frame->size() <= copied_broadcast_bytes_max) {
    lend_output();
    protocol_.output().append(frame->bytes());
    return written_to_output(Outbox::Kind::message);
  }
  if (!outbox_) start_outbox();
  queue_behind_outbox(Outbox::Kind::indispensable);  // what is in the output comes before the frame
  outbox_->push(frame, Outbox::Kind::message);
  if (is_congested()) announce_room_ = true;
  mark_dirty();
}

SendVerdict Pump::send_chunk_now(const Chunk& chunk) {
  if (const SendVerdict verdict = may_send(); verdict != SendVerdict::sent) return verdict;
  if (const SendVerdict verdict = make_room(chunk.payload.size()); verdict != SendVerdict::sent)
    return verdict;
  lend_output();
  const SendVerdict verdict = protocol_.send_chunk(chunk);
  if (verdict != SendVerdict::sent) return verdict;
  written_to_output(Outbox::Kind::indispensable);  // a message without one of its pieces would be broken
  if (chunk.last) send_held_back();
  return verdict;
}

/// Frames of two messages must not mix (RFC 6455 §5.4): this one waits until the pieces before it are
/// complete.
SendVerdict Pump::hold_back(HeldBack message) {
  if (!held_back_) held_back_ = std::make_unique<HeldBackQueue>();
  HeldBackQueue& queue = *held_back_;
  while (queue.bytes + message.bytes() > terms_->limits.outbox_bytes_max && !queue.messages.empty()) {
    if (terms_->overflow == OverflowPolicy::drop_new) return SendVerdict::dropped;
    if (terms_->overflow != OverflowPolicy::drop_oldest) {
      end_slow_consumer();
      return SendVerdict::closed;
    }
    queue.bytes -= queue.messages.front().bytes();
    queue.messages.pop_front();
  }
  queue.bytes += message.bytes();
  queue.messages.push_back(std::move(message));
  return SendVerdict::sent;
}

/// They were taken when they were sent: the overflow policy is not asked again.
void Pump::send_held_back() {
  const std::unique_ptr<HeldBackQueue> queue = std::move(held_back_);
  if (!queue) return;
  for (const HeldBack& message : queue->messages) {
    if (message.frame) {
      queue_shared(message.frame);
    } else {
      static_cast<void>(frame(message.type, message.payload.bytes()));
    }
  }
}

/// `sent`: go ahead. Otherwise the overflow policy has spoken.
SendVerdict Pump::make_room(std::size_t payload_bytes) {
  const std::size_t bytes_max = terms_->limits.outbox_bytes_max;
  if (!outbox_ || outbox_->bytes() + payload_bytes <= bytes_max) return SendVerdict::sent;
  announce_room_ = true;  // whoever is refused now wants to know when to try again
  switch (terms_->overflow) {
    case OverflowPolicy::wait:
      if (outbox_->bytes() <= bytes_max) return SendVerdict::sent;  // one message over; its sender waits now
      break;
    case OverflowPolicy::drop_new:
      return SendVerdict::dropped;
    case OverflowPolicy::drop_oldest:
      while (outbox_->bytes() + payload_bytes > bytes_max && outbox_->drop_oldest_message()) {
      }
      return outbox_->bytes() <= bytes_max ? SendVerdict::sent : SendVerdict::dropped;
    case OverflowPolicy::close:
      break;
  }
  end_slow_consumer();
  return SendVerdict::closed;
}

void Pump::end_slow_consumer() {
  if (closing_) return;
  const std::string detail = "slow consumer: more than outbox_bytes_max " +
                             std::to_string(terms_->limits.outbox_bytes_max) + " bytes were waiting";
  roster_.log(LogLevel::warning, "connection from " + std::string(remote_address()) + " closed: " + detail);
  if (outbox_) outbox_->drop_all_messages();  // they would only delay the goodbye
  if (!terms_->slow_consumer_farewell.empty()) {
    // Not compressed: a context of its own would refer to what was dropped.
    static_cast<void>(protocol_.send_plain(MessageType::text, as_bytes(terms_->slow_consumer_farewell)));
  }
  static_cast<void>(protocol_.close(terms_->slow_consumer_code, "slow consumer"));
  begin_closing(CloseCause::slow_consumer, detail);
  mark_dirty();
}

SendVerdict Pump::ping(ConstBytes payload) {
  if (const SendVerdict verdict = may_send(); verdict != SendVerdict::sent) return verdict;
  lend_output();
  const SendVerdict verdict = protocol_.send_ping(payload);
  if (verdict == SendVerdict::sent) written_to_output(Outbox::Kind::indispensable);
  return verdict;
}

SendVerdict Pump::subscribe(std::string_view pattern) {
  TopicHub* topics = roster_.topics();
  return topics == nullptr ? SendVerdict::invalid : topics->subscribe(*this, pattern);
}

SendVerdict Pump::unsubscribe(std::string_view pattern) {
  TopicHub* topics = roster_.topics();
  return topics == nullptr ? SendVerdict::invalid : topics->unsubscribe(*this, pattern);
}

SendVerdict Pump::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  TopicHub* topics = roster_.topics();
  return topics == nullptr ? SendVerdict::invalid : topics->publish(this, topic, type, payload);
}

std::size_t Pump::buffered_bytes() const {
  return protocol_.output().size() + (outbox_ ? outbox_->bytes() : 0) + (held_back_ ? held_back_->bytes : 0);
}

void Pump::take_output() { protocol_.output() = roster_.buffers().take(); }

void Pump::give_output_back() { roster_.buffers().give(std::move(protocol_.output())); }

void Pump::queue_behind_outbox(Outbox::Kind kind) {
  outbox_->push(std::exchange(protocol_.output(), ByteBuffer()), kind);
  if (is_congested()) announce_room_ = true;
}

void Pump::mark_dirty() { roster_.loop().at_turn_end(*this); }

void Pump::flush() {
  write_out();
  if (stream_ && !announce_room_ && protocol_.state() == Protocol::State::open) return;
  if (stream_) follow_intent();
  announce_room();
  if (protocol_.state() == Protocol::State::closed) conclude();
  retire_when_done();
}

void Pump::write_out() {
  if (!stream_) {
    protocol_.output().clear();
    return;
  }
  if (!protocol_.output().empty()) {
    if (outbox_) {
      queue_behind_outbox(Outbox::Kind::indispensable);
    } else {
      write_output();
    }
  }
  if (outbox_) write_outbox();
  if (protocol_.output().empty() && protocol_.output().capacity() != 0) give_output_back();
}

void Pump::write_output() {
  const ConstBytes piece = std::as_const(protocol_).output().bytes();
  const std::size_t written = write({&piece, 1});
  if (!stream_) return;
  ByteBuffer& output = protocol_.output();
  output.consume(written);
  if (output.empty()) return;
  start_outbox();
  queue_behind_outbox(Outbox::Kind::indispensable);
}

/// From here until it is empty again, the peer is slower than we are.
void Pump::start_outbox() {
  outbox_ = std::make_unique<Outbox>();
  protocol_.hold_pongs();  // while the peer does not read, its pings may not fill our memory
  deadlines_.output_waits(roster_.loop().now());
  schedule_deadline();
}

/// Writes what the stream takes now; returns how much. A tap may end the connection: look at stream_ then.
std::size_t Pump::write(std::span<const ConstBytes> pieces) {
  const std::size_t written = stream_->write(pieces);
  if (terms_->wire_tap) tap_written(pieces, written);
  return written;
}

void Pump::write_outbox() {
  std::array<ConstBytes, gathered_pieces_max> views;
  while (!outbox_->empty()) {
    const std::size_t count = outbox_->gather(views);
    std::size_t offered = 0;
    for (std::size_t index = 0; index < count; ++index) offered += views[index].size();
    const std::size_t written = write({views.data(), count});
    if (!stream_) return;
    outbox_->consume(written, roster_.buffers());
    if (written > 0) deadlines_.output_waits(roster_.loop().now());
    if (written >= pong_frame_bytes_max) answer_held_ping();
    if (written < offered) return;
  }
  outbox_.reset();
  deadlines_.output_taken();
  lend_output();
  protocol_.release_pongs();
  if (!protocol_.output().empty()) mark_dirty();
}

/// Whoever always has something to say must not leave pings unanswered. Only after at least as much was taken
/// as the answer adds, so that pings cannot fill the outbox.
void Pump::answer_held_ping() {
  protocol_.release_pongs();
  protocol_.hold_pongs();
  if (!protocol_.output().empty()) queue_behind_outbox(Outbox::Kind::indispensable);
}

/// Tells the application that a peer which was over its limit has caught up. Half the limit, so that it does
/// not flap.
void Pump::announce_room() {
  if (!announce_room_ || concluded_) return;
  if (outbox_ && outbox_->bytes() > terms_->limits.outbox_bytes_max / 2) return;
  announce_room_ = false;
  if (session_ && session_->waiting == Waiting::room) {
    resume_session();
  } else if (terms_->handler) {
    guard([this] { terms_->handler->room(*this); });
    deliver_held_input();
  }
}

void Pump::tap(WireDirection direction, ConstBytes bytes) {
  tapping_ = true;
  guard([&] { terms_->wire_tap(*this, direction, bytes); });
  tapping_ = false;
}

/// Shows the first `written` bytes of the pieces, without what is still of the handshake.
void Pump::tap_written(std::span<const ConstBytes> pieces, std::size_t written) {
  for (const ConstBytes piece : pieces) {
    const ConstBytes crossed = piece.first(std::min(piece.size(), written));
    written -= crossed.size();
    const std::size_t untapped = std::min<std::size_t>(crossed.size(), handshake_bytes_);
    handshake_bytes_ -= static_cast<std::uint32_t>(untapped);
    const bool is_gone = !stream_;  // an earlier call has ended the connection, and the bytes with it
    if (untapped < crossed.size() && !is_gone) tap(WireDirection::sent, crossed.subspan(untapped));
  }
}

}  // namespace duplex::connection
