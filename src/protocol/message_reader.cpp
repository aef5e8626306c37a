#include "protocol/message_reader.hpp"

#include <algorithm>

namespace duplex::protocol {

namespace {

// Below it, a copy out of the receive buffer is cheaper than one more call for what comes behind the frame.
constexpr std::size_t landing_bytes_min = 65'536;
// At least that much at once, however little has arrived. What does not come is given back at once.
constexpr std::size_t landing_step_bytes = 524'288;
// From here on a call for the header alone costs less than to copy what comes with it out of the receive
// buffer.
constexpr std::uint64_t large_message_bytes_min = 131'072;

}  // namespace

HeaderContext MessageReader::header_context(Masking masking) const {
  HeaderContext context;
  context.masking = masking;
  context.may_be_compressed = inflater_ != nullptr;
  context.message_bytes_max = message_bytes_max_;
  if (is_inside_message()) {
    context.is_inside_message = true;
    context.is_inside_compressed = partial_->is_compressed;
    context.message_bytes = partial_->bytes;
  }
  return context;
}

MessageReader::Taken MessageReader::take(const FramePiece& piece) {
  const bool is_whole = piece.is_first && piece.is_last() && piece.header.is_final;
  if (!is_whole || partial_ != nullptr) return take_part(piece);
  if (!piece.header.is_compressed) return take_whole(piece.header.opcode, piece.unmask());
  if (delivery_ == Protocol::Delivery::pieces) return take_part(piece);
  return take_whole_compressed(piece.header.opcode, piece.unmask());
}

MessageReader::Taken MessageReader::take_whole(Opcode opcode, Bytes payload) const {
  const MessageType type = type_of(opcode);
  if (type == MessageType::text && !is_valid_utf8(payload)) return Breach{Violation::invalid_text};
  if (delivery_ == Protocol::Delivery::pieces) return ChunkEvent{type, payload, true, true};
  return MessageEvent{type, payload};
}

MessageReader::Taken MessageReader::take_whole_compressed(Opcode opcode, ConstBytes payload) {
  const auto inflated = inflater_->inflate_whole(payload);
  if (const auto* breach = std::get_if<Breach>(&inflated)) return *breach;
  return take_whole(opcode, std::get<Bytes>(inflated));
}

MessageReader::Taken MessageReader::take_part(const FramePiece& piece) {
  if (piece.is_first) {
    if (const auto breach = begin_fragment(piece.header)) return *breach;
  }
  const bool is_end = piece.is_last() && piece.header.is_final;
  partial_->bytes += piece.payload.size();
  if (partial_->is_compressed) {
    inflater_->feed(piece.unmask(), is_end);
    return inflate_part();
  }
  return take_content(is_in_pieces() ? piece.unmask() : assemble(piece), is_end);
}

/// The next bytes of the message itself: received as they are, or inflated.
MessageReader::Taken MessageReader::take_content(Bytes payload, bool is_end) {
  if (partial_->type == MessageType::text) {
    // RFC 6455 §8.1, failing with the first impossible byte: what cannot become valid need not be collected.
    if (partial_->utf8.accept(payload) != payload.size()) return Breach{Violation::invalid_text};
    if (is_end && !partial_->utf8.is_complete()) return Breach{Violation::invalid_text};
  }
  if (is_in_pieces()) return hand_out_chunk(payload, is_end);
  if (!is_end) return {};
  partial_->is_finished = true;
  was_large_ = partial_->bytes >= large_message_bytes_min && !partial_->is_compressed;
  return MessageEvent{partial_->type, partial_->assembled.bytes()};
}

// A compressed piece may stand for a thousand times its size, so it is inflated step by step: each step is a
// piece of its own, or is looked at before the next one is collected behind it.
MessageReader::Taken MessageReader::inflate_part() {
  using Progress = MessageInflater::Progress;
  ByteBuffer& assembled = partial_->assembled;
  while (true) {
    const std::size_t before_bytes = assembled.size();
    const auto inflated = inflater_->inflate(assembled);
    if (const auto* breach = std::get_if<Breach>(&inflated)) return *breach;
    const Progress progress = std::get<Progress>(inflated);
    const Bytes fresh = assembled.bytes().subspan(before_bytes);
    if (is_in_pieces()) partial_->is_assembled_handed_out = true;
    const Taken taken = take_content(fresh, progress == Progress::done);
    if (progress != Progress::full || !std::holds_alternative<std::monostate>(taken)) return taken;
  }
}

std::optional<Breach> MessageReader::begin_fragment(const FrameHeader& header) {
  if (partial_ == nullptr) {
    begin_partial(type_of(header.opcode));
    partial_->is_compressed = header.is_compressed;
    if (partial_->is_compressed) inflater_->begin();
  }
  if (++partial_->fragments <= fragments_max_) return {};
  return Breach{Violation::too_many_fragments, partial_->fragments, fragments_max_};
}

void MessageReader::begin_partial(MessageType type) {
  partial_ = std::make_unique<Partial>(type);
  if (buffers_ != nullptr) partial_->assembled = buffers_->take_large();
}

void MessageReader::give_back_assembled() {
  if (buffers_ != nullptr) {
    buffers_->give(std::move(partial_->assembled));
  } else {
    partial_->assembled.release();
  }
}

// Not for compressed messages, whose bytes are not those of the message, nor when pieces are handed out.
Bytes MessageReader::landing_room(std::uint64_t left_bytes) {
  if (partial_ == nullptr || partial_->is_compressed || is_in_pieces()) return {};
  if (left_bytes < landing_bytes_min) return {};
  ByteBuffer& assembled = partial_->assembled;
  const std::size_t free_bytes = assembled.capacity() - assembled.size();
  const std::size_t wanted_bytes = std::max({free_bytes, assembled.size(), landing_step_bytes});
  const auto room_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left_bytes, wanted_bytes));
  return {assembled.prepare(room_bytes), room_bytes};
}

MessageReader::Taken MessageReader::take_landed() {
  const FramePiece piece = *std::exchange(partial_->landed, std::nullopt);
  const Bytes payload = piece.unmask();
  partial_->assembled.commit(payload.size());
  partial_->bytes += payload.size();
  const Taken taken = take_content(payload, piece.is_last() && piece.header.is_final);
  if (!partial_->is_finished) trim_assembled();
  return taken;
}

// Room was made for what a header promises. If only little of it has come, it is no longer held for the rest.
void MessageReader::trim_assembled() {
  ByteBuffer& assembled = partial_->assembled;
  if (assembled.size() >= assembled.capacity() / 4) return;
  ByteBuffer small;
  small.append(std::as_const(assembled).bytes());
  give_back_assembled();
  partial_->assembled = std::move(small);
}

// Room for this piece, and for as much again as has arrived if the frame promises so much: a message that
// comes in two halves is allocated once, and a promise alone allocates nothing.
Bytes MessageReader::assemble(const FramePiece& piece) {
  ByteBuffer& assembled = partial_->assembled;
  const std::size_t piece_bytes = piece.payload.size();
  std::size_t room_bytes = piece_bytes;
  if (assembled.capacity() - assembled.size() < piece_bytes) {
    room_bytes +=
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.left_bytes, assembled.size() + piece_bytes));
  }
  std::byte* const room = assembled.prepare(room_bytes);
  piece.unmask_to(room);
  assembled.commit(piece_bytes);
  return {room, piece_bytes};
}

MessageReader::Taken MessageReader::hand_out_chunk(Bytes payload, bool is_end) {
  if (payload.empty() && !is_end) return {};
  const bool is_first = !partial_->is_in_pieces;
  partial_->is_in_pieces = true;
  partial_->is_finished = is_end;
  return ChunkEvent{partial_->type, payload, is_first, is_end};
}

bool MessageReader::is_in_pieces() const {
  return partial_->is_in_pieces || delivery_ == Protocol::Delivery::pieces;
}

bool MessageReader::has_unseen_piece() const {
  return delivery_ == Protocol::Delivery::pieces && !partial_->assembled.empty() && !partial_->is_finished &&
         !partial_->is_in_pieces;
}

MessageReader::Taken MessageReader::take_more() {
  if (has_landed()) return take_landed();
  return has_unseen_piece() ? take_assembled_piece() : inflate_part();
}

MessageReader::Taken MessageReader::take_assembled_piece() {
  partial_->is_in_pieces = true;
  partial_->is_assembled_handed_out = true;
  return ChunkEvent{partial_->type, partial_->assembled.bytes(), true, false};
}

void MessageReader::recycle_partial() {
  if (partial_->is_finished) {
    give_back_assembled();
    partial_.reset();
  } else if (partial_->is_assembled_handed_out) {
    give_back_assembled();
    partial_->is_assembled_handed_out = false;
  }
}

void MessageReader::discard() {
  if (partial_ == nullptr) return;
  if (is_inside_message() && partial_->is_compressed) inflater_->abandon();
  give_back_assembled();
  partial_.reset();
}

}  // namespace duplex::protocol
