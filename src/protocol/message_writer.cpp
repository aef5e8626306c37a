#include "protocol/message_writer.hpp"

namespace duplex::protocol {
namespace {

Opcode opcode_of(MessageType type) { return type == MessageType::text ? Opcode::text : Opcode::binary; }

MaskingKey make_key(Entropy& entropy) {
  MaskingKey key;
  entropy.fill(key.bytes);
  return key;
}

}  // namespace

void write_frame(Opcode opcode, bool is_final, ConstBytes payload, Entropy* entropy, ByteBuffer& output) {
  FrameHeader header{opcode, is_final, {}, payload.size()};
  if (entropy != nullptr) header.masking_key = make_key(*entropy);
  std::byte* const start = output.prepare(header_bytes_max + payload.size());
  const std::size_t header_bytes = encode_header(header, start);
  if (header.masking_key) {
    copy_masked(payload, start + header_bytes, *header.masking_key);
  } else if (!payload.empty()) {
    std::memcpy(start + header_bytes, payload.data(), payload.size());
  }
  output.commit(header_bytes + payload.size());
}

bool MessageWriter::write(MessageType type, ConstBytes payload, ByteBuffer& output) {
  if (is_inside_message_) return false;
  if (type == MessageType::text && !is_valid_utf8(payload)) return false;
  write_fragments({type, payload, true, true}, output);
  return true;
}

bool MessageWriter::write_chunk(const Chunk& chunk, ByteBuffer& output) {
  if (!continues_rightly(chunk)) return false;
  Utf8Validator utf8 = chunk.first ? Utf8Validator() : utf8_;
  if (chunk.type == MessageType::text) {
    if (utf8.accept(chunk.payload) != chunk.payload.size()) return false;
    if (chunk.last && !utf8.is_complete()) return false;
  }
  utf8_ = utf8;
  type_ = chunk.type;
  is_inside_message_ = !chunk.last;
  write_fragments(chunk, output);
  return true;
}

bool MessageWriter::continues_rightly(const Chunk& chunk) const {
  if (chunk.first) return !is_inside_message_;
  return is_inside_message_ && chunk.type == type_;
}

void MessageWriter::write_fragments(const Chunk& chunk, ByteBuffer& output) const {
  Opcode opcode = chunk.first ? opcode_of(chunk.type) : Opcode::continuation;
  ConstBytes rest = chunk.payload;
  while (fragment_bytes_ > 0 && rest.size() > fragment_bytes_) {
    write_frame(opcode, false, rest.first(fragment_bytes_), entropy_, output);
    rest = rest.subspan(fragment_bytes_);
    opcode = Opcode::continuation;
  }
  write_frame(opcode, chunk.last, rest, entropy_, output);
}

}  // namespace duplex::protocol

namespace duplex {

void frame_for_broadcast(MessageType type, ConstBytes payload, ByteBuffer& output) {
  using namespace protocol;
  write_frame(type == MessageType::text ? Opcode::text : Opcode::binary, true, payload, nullptr, output);
}

}  // namespace duplex
