// From messages to frames: headers, masking, fragments.
#pragma once

#include <memory>

#include <duplex/protocol.hpp>

#include "protocol/frame.hpp"
#include "protocol/message_deflater.hpp"
#include "protocol/utf8.hpp"
#include "protocol/xor_payload.hpp"

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
      : entropy_(entropy),
        fragment_bytes_(limits.send_fragment_bytes),
        sends_short_as_it_is_(entropy == nullptr &&
                              (fragment_bytes_ == 0 || fragment_bytes_ >= short_payload_bytes_max)) {}

  /// From now on messages may be compressed.
  void compress(std::unique_ptr<MessageDeflater> deflater) { deflater_ = std::move(deflater); }
  MessageDeflater* deflater() const { return deflater_.get(); }

  /// Masking follows from having an entropy source, and only clients have one (RFC 6455 §5.3).
  bool is_masking() const { return entropy_ != nullptr; }

  void write_control(Opcode opcode, ConstBytes payload, ByteBuffer& output) const {
    write_frame({opcode}, payload, entropy_, output);
  }
  bool write(MessageType type, ConstBytes payload, ByteBuffer& output) {
    return is_written_as_it_is(payload) ? write_short(type, payload, output)
                                        : write_any(type, payload, output);
  }
  /// The same, never compressed.
  bool write_plain(MessageType type, ConstBytes payload, ByteBuffer& output);
  /// Its bytes on the wire are those of the payload, in one frame.
  bool is_sent_as_it_is(ConstBytes payload) const {
    return is_one_bare_frame(payload) && (deflater_ == nullptr || !deflater_->is_worth(payload.size()));
  }
  /// The header alone; the payload has to follow.
  bool write_header(MessageType type, ConstBytes payload, Protocol::Utf8 utf8, ByteBuffer& output) const;
  bool write_chunk(const Chunk& chunk, ByteBuffer& output);
  bool is_inside_message() const { return is_inside_message_; }

 private:
  bool is_written_as_it_is(ConstBytes payload) const {
    return payload.size() <= short_payload_bytes_max && sends_short_as_it_is_ && !is_inside_message_ &&
           (deflater_ == nullptr || !deflater_->is_worth(payload.size()));
  }
  static bool write_short(MessageType type, ConstBytes payload, ByteBuffer& output);
  static bool write_as_it_is(MessageType type, ConstBytes payload, ByteBuffer& output);
  bool is_one_bare_frame(ConstBytes payload) const {
    return entropy_ == nullptr && (fragment_bytes_ == 0 || payload.size() <= fragment_bytes_);
  }
  bool write_any(MessageType type, ConstBytes payload, ByteBuffer& output);
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
  bool sends_short_as_it_is_;  // in one frame that is not masked
};

/// Most messages: two bytes of header, and the payload copied and checked in one pass.
inline bool MessageWriter::write_short(MessageType type, ConstBytes payload, ByteBuffer& output) {
  std::byte* const frame = output.prepare(2 + payload.size());
  const bool is_ascii = xor_short(payload.data(), frame + 2, payload.size(), MaskingKey());
  if (!is_ascii && type == MessageType::text && !is_valid_utf8(payload)) return false;
  frame[0] = type == MessageType::text ? std::byte{0x81} : std::byte{0x82};
  frame[1] = static_cast<std::byte>(payload.size());
  output.commit(2 + payload.size());
  return true;
}

}  // namespace duplex::protocol
