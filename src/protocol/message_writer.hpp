// From messages to frames: headers, masking, fragments.
#pragma once

#include <duplex/protocol.hpp>

#include "protocol/frame.hpp"
#include "protocol/utf8.hpp"

namespace duplex::protocol {

/// Writes one frame; masked when there is an entropy source to make the key (RFC 6455 §5.3). The payload is
/// masked on its way into `output`: the caller's bytes stay as they are.
void write_frame(Opcode opcode, bool is_final, ConstBytes payload, Entropy* entropy, ByteBuffer& output);

/// Writes control frames and messages, whole or in chunks, and keeps the fragments of two messages from
/// mixing (RFC 6455 §5.4). A refused call (`false`) has written nothing and changed nothing.
class MessageWriter {
 public:
  MessageWriter(const Limits& limits, Entropy* entropy)
      : entropy_(entropy), fragment_bytes_(limits.send_fragment_bytes) {}

  /// Masking follows from having an entropy source, and only clients have one (RFC 6455 §5.3).
  bool is_masking() const { return entropy_ != nullptr; }

  void write_control(Opcode opcode, ConstBytes payload, ByteBuffer& output) const {
    write_frame(opcode, true, payload, entropy_, output);
  }
  bool write(MessageType type, ConstBytes payload, ByteBuffer& output);
  bool write_chunk(const Chunk& chunk, ByteBuffer& output);
  bool is_inside_message() const { return is_inside_message_; }

 private:
  bool continues_rightly(const Chunk& chunk) const;
  void write_fragments(const Chunk& chunk, ByteBuffer& output) const;

  Entropy* entropy_;
  std::size_t fragment_bytes_;
  Utf8Validator utf8_;  // of the message that is being sent in chunks
  MessageType type_ = MessageType::binary;
  bool is_inside_message_ = false;
};

}  // namespace duplex::protocol
