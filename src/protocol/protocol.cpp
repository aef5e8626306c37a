#include <duplex/protocol.hpp>

#include "base/assert.hpp"
#include "protocol/close_code.hpp"
#include "protocol/closing.hpp"
#include "protocol/control_reader.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/message_reader.hpp"
#include "protocol/message_writer.hpp"

namespace duplex {

using namespace protocol;  // NOLINT(google-build-using-namespace): this file is that folder's face

// Puts the parts together: frames go to messages or to control payloads, control payloads have effects, and
// the state table says what is still allowed.
struct Protocol::Inner {
  Inner(const Limits& limits, Entropy* entropy) : messages(limits), writer(limits, entropy) {}

  void agree_on(const AgreedCompression& agreed, std::uint64_t message_bytes_max, deflate::Pool& pool) {
    messages.inflate(std::make_unique<MessageInflater>(agreed, message_bytes_max, pool));
    // RFC 7692 §7.1.2.2 allows a server to ask for a window of 2^8 bytes, and §6 not to compress at all.
    if (agreed.sending.window_bits < deflate::window_bits_min) return;
    writer.compress(std::make_unique<MessageDeflater>(agreed, pool));
  }

  // Read side.
  FrameReader frames;
  [[no_unique_address]] MessageReader messages;  // so that the flag lies in its padding
  bool holds_pongs = false;
  ControlReader controls;

  // Write side.
  MessageWriter writer;
  std::unique_ptr<ControlPayload> held_pong;

  Closing closing;

  /// Nothing is here, and nothing that was handed out has to be given back: how most reads end.
  bool is_at_rest() const {
    return !frames.has_input() && !messages.holds_memory() && !controls.holds_memory();
  }
  bool is_client() const { return writer.is_masking(); }
  Masking masking() const { return is_client() ? Masking::forbidden : Masking::required; }

  std::optional<ProtocolEvent> next_event(ByteBuffer& output);
  std::optional<ProtocolEvent> take_piece(const FramePiece& piece, ByteBuffer& output);
  std::optional<ProtocolEvent> to_event(const MessageReader::Taken& taken, ByteBuffer& output);
  std::optional<ProtocolEvent> take_control(const FramePiece& piece, ByteBuffer& output);
  ProtocolEvent take_ping(Bytes payload, ByteBuffer& output);
  ProtocolEvent take_close(Bytes payload, ByteBuffer& output);
  ProtocolEvent take_breach(const Breach& breach, ByteBuffer& output);

  void write_close(const CloseBody& body, ByteBuffer& output) const {
    writer.write_control(Opcode::close, encode_close(body).payload(), output);
  }
  SendVerdict send_control(Opcode opcode, ConstBytes payload, ByteBuffer& output) const;
  bool may_close_with(CloseCode code, std::string_view reason) const;
  std::string_view fail(CloseCode code, std::string detail, ByteBuffer& output);
};

Protocol Protocol::server(const Limits& limits) { return Protocol(limits, nullptr); }
Protocol Protocol::client(const Limits& limits, Entropy& entropy) { return Protocol(limits, &entropy); }

void Protocol::compress(const AgreedCompression& agreed, CompressionPool& pool) {
  inner_->agree_on(agreed, inner_->messages.message_bytes_max(), pool.inner());
}

void Protocol::use(BufferPool& buffers) { inner_->messages.use(buffers); }

Protocol::Protocol(const Limits& limits, Entropy* entropy)
    : inner_(std::make_unique<Inner>(limits, entropy)) {}
Protocol::Protocol(Protocol&&) noexcept = default;
Protocol& Protocol::operator=(Protocol&&) noexcept = default;
Protocol::~Protocol() = default;

// Input.

void Protocol::receive(Bytes bytes) {
  if (!reads_frames(inner_->closing.phase())) return;
  DUPLEX_ASSERT(!inner_->frames.has_input());
  inner_->frames.lend(bytes);
}

Bytes Protocol::landing_room() {
  Inner& inner = *inner_;
  if (inner.frames.has_input() || !reads_frames(inner.closing.phase())) return {};
  if (inner.frames.is_inside_payload()) return inner.messages.landing_room(inner.frames.payload_left_bytes());
  return inner.messages.was_large() && !inner.frames.is_inside_frame() ? inner.frames.header_room() : Bytes();
}

void Protocol::receive_landed(std::size_t count) {
  Inner& inner = *inner_;
  const Bytes landed = landing_room().first(count);
  if (inner.frames.is_inside_payload()) {
    inner.messages.land(inner.frames.take_landed(landed));
  } else {
    inner.messages.expect_nothing();
    inner.frames.lend(landed);
  }
}

std::optional<ProtocolEvent> Protocol::next_event() {
  Inner& inner = *inner_;
  if (inner.is_at_rest()) return {};
  inner.messages.recycle();
  inner.controls.recycle();
  if (!reads_frames(inner.closing.phase())) {
    inner.messages.discard();
    return {};
  }
  if (!inner.messages.is_under_way()) {
    const auto message = inner.frames.next_whole_message(inner.masking(), inner.messages.message_bytes_max());
    if (message && inner.messages.is_taken_as_it_is(*message)) {
      // Made where it is returned: copied from elsewhere it would be loaded while it is still being stored.
      return std::optional<ProtocolEvent>(std::in_place, std::in_place_type<MessageEvent>,
                                          MessageEvent{type_of(message->opcode), message->payload});
    }
    if (message) return inner.to_event(inner.messages.take_whole(message->opcode, message->payload), output_);
    if (!inner.frames.has_input()) return {};
  }
  return inner.next_event(output_);
}

/// What is more than a message in one frame.
std::optional<ProtocolEvent> Protocol::Inner::next_event(ByteBuffer& output) {
  while (messages.has_more()) {
    if (auto event = to_event(messages.take_more(), output)) return event;
  }
  while (true) {
    const FrameReader::Read read = frames.next(messages.header_context(masking()));
    if (std::holds_alternative<NeedInput>(read)) return {};
    if (const auto* breach = std::get_if<Breach>(&read)) return take_breach(*breach, output);
    if (auto event = take_piece(*std::get_if<FramePiece>(&read), output)) return event;
  }
}

std::optional<ProtocolEvent> Protocol::Inner::take_piece(const FramePiece& piece, ByteBuffer& output) {
  return is_control(piece.header.opcode) ? take_control(piece, output)
                                         : to_event(messages.take(piece), output);
}

std::optional<ProtocolEvent> Protocol::Inner::to_event(const MessageReader::Taken& taken,
                                                       ByteBuffer& output) {
  if (const auto* message = std::get_if<MessageEvent>(&taken)) return *message;
  if (const auto* chunk = std::get_if<ChunkEvent>(&taken)) return *chunk;
  if (const auto* breach = std::get_if<Breach>(&taken)) return take_breach(*breach, output);
  return {};
}

std::optional<ProtocolEvent> Protocol::Inner::take_control(const FramePiece& piece, ByteBuffer& output) {
  const std::optional<Bytes> payload = controls.take(piece);
  if (!payload) return {};
  switch (piece.header.opcode) {
    case Opcode::ping:
      return take_ping(*payload, output);
    case Opcode::close:
      return take_close(*payload, output);
    default:
      return PongEvent{*payload};
  }
}

ProtocolEvent Protocol::Inner::take_ping(Bytes payload, ByteBuffer& output) {
  if (holds_pongs) {
    if (held_pong == nullptr) held_pong = std::make_unique<ControlPayload>();
    held_pong->assign(payload);
  } else {
    writer.write_control(Opcode::pong, payload, output);
  }
  return PingEvent{payload};
}

ProtocolEvent Protocol::Inner::take_close(Bytes payload, ByteBuffer& output) {
  const auto decoded = decode_close(payload);
  if (const auto* breach = std::get_if<Breach>(&decoded)) return take_breach(*breach, output);
  const CloseBody& body = *std::get_if<CloseBody>(&decoded);
  // RFC 6455 §5.5.1: one Close each. The answer echoes the code; an empty body is answered by an empty one.
  if (closing.phase() == Phase::open) write_close({body.code, {}}, output);
  return CloseEvent{body.code, closing.close_received(body)};
}

ProtocolEvent Protocol::Inner::take_breach(const Breach& breach, ByteBuffer& output) {
  const CloseCode code = close_code_for(breach.violation);
  return FailureEvent{code, fail(code, describe(breach), output)};
}

void Protocol::receive_eof() { inner_->closing.stream_ended(); }

void Protocol::set_delivery(Delivery delivery) { inner_->messages.set_delivery(delivery); }

bool Protocol::is_inside_message() const {
  if (!reads_frames(inner_->closing.phase())) return false;
  return inner_->messages.is_inside_message() || inner_->frames.is_inside_frame();
}

bool Protocol::has_input() const {
  if (!reads_frames(inner_->closing.phase())) return false;
  return inner_->frames.has_input() || inner_->messages.has_more();
}

Bytes Protocol::take_back_input() {
  const Bytes rest = inner_->frames.take_back();
  inner_->messages.keep_input();
  return reads_frames(inner_->closing.phase()) ? rest : Bytes();
}

// Commands.

SendVerdict Protocol::send(MessageType type, ConstBytes payload) {
  if (!may_send(inner_->closing.phase())) return SendVerdict::closed;
  return inner_->writer.write(type, payload, output_) ? SendVerdict::sent : SendVerdict::invalid;
}

Protocol::Lent Protocol::send_lent(MessageType type, ConstBytes payload, Utf8 utf8) {
  const MessageWriter& writer = inner_->writer;
  if (!writer.is_sent_as_it_is(payload)) return {send(type, payload), {}};
  if (!may_send(inner_->closing.phase())) return {SendVerdict::closed, {}};
  if (!writer.write_header(type, payload, utf8, output_)) return {SendVerdict::invalid, {}};
  return {SendVerdict::sent, payload};
}

SendVerdict Protocol::send_plain(MessageType type, ConstBytes payload) {
  if (!may_send(inner_->closing.phase())) return SendVerdict::closed;
  return inner_->writer.write_plain(type, payload, output_) ? SendVerdict::sent : SendVerdict::invalid;
}

bool Protocol::can_send_compressed_broadcast(std::size_t payload_bytes) const {
  const MessageDeflater* const deflater = inner_->writer.deflater();
  return deflater != nullptr && deflater->is_worth(payload_bytes) &&
         deflater->can_take_broadcast(payload_bytes);
}

void Protocol::compressed_broadcast_sent(ConstBytes payload) {
  inner_->writer.deflater()->take_broadcast(payload);
}

SendVerdict Protocol::send_chunk(const Chunk& chunk) {
  if (!may_send(inner_->closing.phase())) return SendVerdict::closed;
  return inner_->writer.write_chunk(chunk, output_) ? SendVerdict::sent : SendVerdict::invalid;
}

bool Protocol::is_sending_chunks() const { return inner_->writer.is_inside_message(); }

SendVerdict Protocol::send_ping(ConstBytes payload) {
  return inner_->send_control(Opcode::ping, payload, output_);
}

SendVerdict Protocol::send_pong(ConstBytes payload) {
  return inner_->send_control(Opcode::pong, payload, output_);
}

SendVerdict Protocol::Inner::send_control(Opcode opcode, ConstBytes payload, ByteBuffer& output) const {
  if (!may_send(closing.phase())) return SendVerdict::closed;
  if (payload.size() > control_payload_bytes_max) return SendVerdict::invalid;
  writer.write_control(opcode, payload, output);
  return SendVerdict::sent;
}

void Protocol::hold_pongs() { inner_->holds_pongs = true; }

void Protocol::release_pongs() {
  inner_->holds_pongs = false;
  const std::unique_ptr<ControlPayload> held = std::move(inner_->held_pong);
  if (held == nullptr || !reads_frames(inner_->closing.phase())) return;
  inner_->writer.write_control(Opcode::pong, held->bytes(), output_);
}

SendVerdict Protocol::close(CloseCode code, std::string_view reason) {
  if (!may_send(inner_->closing.phase())) return SendVerdict::closed;
  if (!inner_->may_close_with(code, reason)) return SendVerdict::invalid;
  inner_->write_close({code, reason}, output_);
  inner_->closing.close_sent();
  return SendVerdict::sent;
}

bool Protocol::Inner::may_close_with(CloseCode code, std::string_view reason) const {
  if (code == CloseCode::no_status) return reason.empty();
  // RFC 6455 §7.4.1: a server that misses an extension refuses the opening handshake instead.
  if (code == CloseCode::mandatory_extension && !is_client()) return false;
  return is_sendable(code) && is_valid_utf8(as_bytes(reason));
}

void Protocol::fail(CloseCode code, std::string_view detail) {
  DUPLEX_ASSERT(is_sendable(code));
  if (reads_frames(inner_->closing.phase())) inner_->fail(code, std::string(detail), output_);
}

std::string_view Protocol::Inner::fail(CloseCode code, std::string detail, ByteBuffer& output) {
  if (closing.phase() == Phase::open) write_close({code, detail}, output);
  return closing.failed(std::move(detail));
}

// Output.

TransportIntent Protocol::intent() const {
  const Phase phase = inner_->closing.phase();
  if (reads_frames(phase)) return TransportIntent::keep_open;
  // RFC 6455 §7.1.1: the server closes first, it can bear the TIME_WAIT.
  const bool is_peer_awaited = inner_->is_client() && phase != Phase::stream_ended;
  return is_peer_awaited ? TransportIntent::await_peer : TransportIntent::end_writing;
}

Protocol::State Protocol::state() const { return public_state(inner_->closing.phase()); }

CloseStatus Protocol::close_status() const { return inner_->closing.status(); }

}  // namespace duplex
