// From messages to frames: headers, masking, fragments.
#pragma once

#include <memory>

#include <duplex/protocol.hpp>

#include "protocol/frame.hpp"
#include "protocol/message_deflater.hpp"
#include "protocol/utf8.hpp"

namespace duplex::protocol {

/// The first byte of a frame.
struct FrameKind {
  Opcode opcode = Opcode::binary;
  bool is_final = true;
  bool is_compressed = false;
};

/// Writes one frame; masked when there is an entropy source to make the key (RFC 6455 §5.3). The payload is
/// masked on its way into `output`: the caller's bytes stay as they are.
void write_frame(FrameKind kind, ConstBytes payload, Entropy* entropy, ByteBuffer& output);

/// Writes control frames and messages, whole or in chunks, and keeps the fragments of two messages from
/// mixing (RFC 6455 §5.4). A refused call (`false`) has written nothing and changed nothing.
class MessageWriter {
 public:
  MessageWriter(const Limits& limits, Entropy* entropy)
      : entropy_(entropy), fragment_bytes_(limits.send_fragment_bytes) {}

  /// From now on messages may be compressed.
  void compress(std::unique_ptr<MessageDeflater> deflater) { deflater_ = std::move(deflater); }
  MessageDeflater* deflater() const { return deflater_.get(); }

  /// Masking follows from having an entropy source, and only clients have one (RFC 6455 §5.3).
  bool is_masking() const { return entropy_ != nullptr; }

  void write_control(Opcode opcode, ConstBytes payload, ByteBuffer& output) const {
    write_frame({opcode}, payload, entropy_, output);
  }
  bool write(MessageType type, ConstBytes payload, ByteBuffer& output);
  /// The same, never compressed.
  bool write_plain(MessageType type, ConstBytes payload, ByteBuffer& output);
  bool write_chunk(const Chunk& chunk, ByteBuffer& output);
  bool is_inside_message() const { return is_inside_message_; }

 private:
  bool may_write(MessageType type, ConstBytes payload) const;
  bool continues_rightly(const Chunk& chunk) const;
  void write_compressed_chunk(const Chunk& chunk, ByteBuffer& output);
  void write_fragments(const Chunk& chunk, bool is_compressed, ByteBuffer& output) const;

  Entropy* entropy_;
  std::size_t fragment_bytes_;
  std::unique_ptr<MessageDeflater> deflater_;  // only if permessage-deflate was agreed on
  Utf8Validator utf8_;                         // of the message that is being sent in chunks
  MessageType type_ = MessageType::binary;
  bool is_inside_message_ = false;
};

}  // namespace duplex::protocol
