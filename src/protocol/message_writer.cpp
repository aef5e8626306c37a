#include "protocol/message_writer.hpp"

#include <utility>

#include "deflate/pool.hpp"

namespace duplex::protocol {
namespace {

Opcode opcode_of(MessageType type) { return type == MessageType::text ? Opcode::text : Opcode::binary; }

MaskingKey make_key(Entropy& entropy) {
  MaskingKey key;
  entropy.fill(key.bytes);
  return key;
}

}  // namespace

void write_frame(FrameKind kind, ConstBytes payload, Entropy* entropy, ByteBuffer& output) {
  FrameHeader header{kind.opcode, kind.is_final, kind.is_compressed, {}, payload.size()};
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

bool MessageWriter::may_write(MessageType type, ConstBytes payload) const {
  return !is_inside_message_ && (type != MessageType::text || is_valid_utf8(payload));
}

bool MessageWriter::write_any(MessageType type, ConstBytes payload, ByteBuffer& output) {
  if (deflater_ == nullptr || !deflater_->is_worth(payload.size())) return write_plain(type, payload, output);
  if (!may_write(type, payload)) return false;
  if (const auto compressed = deflater_->deflate_whole(payload)) {
    write_fragments({type, *compressed, true, true}, true, output);
  } else {
    write_fragments({type, payload, true, true}, false, output);
  }
  deflater_->recycle();
  return true;
}

bool MessageWriter::write_plain(MessageType type, ConstBytes payload, ByteBuffer& output) {
  if (is_one_bare_frame(payload) && !is_inside_message_) return write_as_it_is(type, payload, output);
  if (!may_write(type, payload)) return false;
  write_fragments({type, payload, true, true}, false, output);
  return true;
}

/// The payload is copied and checked in one pass.
bool MessageWriter::write_as_it_is(MessageType type, ConstBytes payload, ByteBuffer& output) {
  std::byte* const frame = output.prepare(header_bytes_max + payload.size());
  const std::size_t header_bytes = encode_header({opcode_of(type), true, false, {}, payload.size()}, frame);
  const bool is_ascii = copy_masked(payload, frame + header_bytes, MaskingKey());
  if (!is_ascii && type == MessageType::text && !is_valid_utf8(payload)) return false;
  output.commit(header_bytes + payload.size());
  return true;
}

bool MessageWriter::write_header(MessageType type, ConstBytes payload, Protocol::Utf8 utf8,
                                 ByteBuffer& output) const {
  const bool needs_check = utf8 == Protocol::Utf8::check;
  if (is_inside_message_ || (needs_check && !may_write(type, payload))) return false;
  const FrameHeader header{opcode_of(type), true, false, {}, payload.size()};
  output.commit(encode_header(header, output.prepare(header_bytes_max)));
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
  if (deflater_ != nullptr && deflater_->takes_chunk(chunk)) {
    write_compressed_chunk(chunk, output);
  } else {
    write_fragments(chunk, false, output);
  }
  return true;
}

void MessageWriter::write_compressed_chunk(const Chunk& chunk, ByteBuffer& output) {
  using End = deflate::Deflater::End;
  const ConstBytes compressed =
      deflater_->deflate_chunk(chunk.payload, chunk.last ? End::message : End::chunk);
  write_fragments({chunk.type, compressed, chunk.first, chunk.last}, true, output);
  deflater_->recycle();
}

bool MessageWriter::continues_rightly(const Chunk& chunk) const {
  if (chunk.first) return !is_inside_message_;
  return is_inside_message_ && chunk.type == type_;
}

// RFC 7692 §6.1: the mark of a compressed message stands on its first frame alone.
void MessageWriter::write_fragments(const Chunk& chunk, bool is_compressed, ByteBuffer& output) const {
  FrameKind kind{Opcode::continuation, false, false};
  if (chunk.first) kind = {opcode_of(chunk.type), false, is_compressed};
  ConstBytes rest = chunk.payload;
  while (fragment_bytes_ > 0 && rest.size() > fragment_bytes_) {
    write_frame(kind, rest.first(fragment_bytes_), entropy_, output);
    rest = rest.subspan(fragment_bytes_);
    kind = {Opcode::continuation, false, false};
  }
  kind.is_final = chunk.last;
  write_frame(kind, rest, entropy_, output);
}

}  // namespace duplex::protocol

namespace duplex {

void frame_for_broadcast(MessageType type, ConstBytes payload, ByteBuffer& output) {
  protocol::write_frame({protocol::opcode_of(type)}, payload, nullptr, output);
}

bool frame_compressed_for_broadcast(MessageType type, ConstBytes payload, CompressionPool& pool,
                                    ByteBuffer& output) {
  deflate::Pool& contexts = pool.inner();
  ByteBuffer compressed = contexts.take_buffer();
  auto deflater = contexts.take_deflater(deflate::window_bits_max);
  deflater->deflate(payload, deflate::Deflater::End::message, compressed);
  contexts.give(std::move(deflater));
  const bool is_smaller = compressed.size() < payload.size();
  if (is_smaller) {
    protocol::write_frame({protocol::opcode_of(type), true, true}, compressed.bytes(), nullptr, output);
  }
  contexts.give(std::move(compressed));
  return is_smaller;
}

}  // namespace duplex
