// From data frames to messages: assembly, limits and UTF-8.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <duplex/protocol.hpp>

#include "protocol/frame_reader.hpp"
#include "protocol/message_inflater.hpp"
#include "protocol/utf8.hpp"

namespace duplex::protocol {

inline MessageType type_of(Opcode opcode) {
  return opcode == Opcode::text ? MessageType::text : MessageType::binary;
}

/// Turns pieces of data frames into messages or chunks. A message that lies wholly in one piece is handed out
/// where it lies; any other is assembled in memory that grows with what has arrived, never with what a header
/// promises, and is given back once the message was looked at.
class MessageReader {
 public:
  /// Nothing yet, an event, or the rule that was broken.
  using Taken = std::variant<std::monostate, MessageEvent, ChunkEvent, Breach>;

  explicit MessageReader(const Limits& limits)
      : message_bytes_max_(limits.message_bytes_max), fragments_max_(limits.fragments_max) {}

  /// The memory of messages that are assembled comes from there.
  void use(BufferPool& buffers) { buffers_ = &buffers; }
  /// From now on messages may be compressed.
  void inflate(std::unique_ptr<MessageInflater> inflater) { inflater_ = std::move(inflater); }

  /// A message that has begun to come in pieces goes on so until its end.
  void set_delivery(Protocol::Delivery delivery) { delivery_ = delivery; }

  /// A message is here in part, or was handed out in its last part just now.
  bool is_under_way() const { return partial_ != nullptr; }
  /// Nothing more has to be known of it to hand it out.
  bool is_taken_as_it_is(const WholeMessage& message) const {
    const bool is_valid = message.is_ascii || message.opcode == Opcode::binary;
    return is_valid && delivery_ == Protocol::Delivery::whole;
  }
  /// A message has begun and its last byte has not arrived.
  bool is_inside_message() const { return partial_ != nullptr && !partial_->is_finished; }
  /// Something is here that needs no more frames: assembled, or not yet inflated.
  bool has_more() const { return partial_ != nullptr && (has_landed() || has_unseen_piece() || has_food()); }
  /// Looks at it.
  Taken take_more();
  /// The bytes of the pieces so far are about to go: keeps what was not looked at yet.
  void keep_input() {
    if (inflater_ != nullptr) inflater_->keep_food();
  }

  /// Where the next bytes of a frame of which `left_bytes` are missing belong, if it is worth it.
  Bytes landing_room(std::uint64_t left_bytes);
  /// The last message that was assembled was so large that it is worth to read the next header by itself.
  bool was_large() const { return was_large_; }
  void expect_nothing() { was_large_ = false; }
  /// They are there.
  void land(const FramePiece& piece) { partial_->landed = piece; }

  std::uint64_t message_bytes_max() const { return message_bytes_max_; }
  HeaderContext header_context(Masking masking) const;
  Taken take(const FramePiece& piece);
  /// A message that lies in one place, unmasked and not compressed; only outside of another.
  Taken take_whole(Opcode opcode, Bytes payload) const;

  /// There may be something to recycle().
  bool holds_memory() const { return partial_ != nullptr || inflater_ != nullptr; }
  /// Gives back the memory of what was handed out last.
  void recycle() {
    if (partial_ != nullptr) recycle_partial();
    if (inflater_ != nullptr) inflater_->recycle();
  }
  /// Gives up the message under way.
  void discard();

 private:
  // The message under way when it does not lie in one piece. It exists only as long as it is needed, so that
  // an idle connection holds nothing.
  struct Partial {
    explicit Partial(MessageType message_type) : type(message_type) {}

    ByteBuffer assembled;
    std::optional<FramePiece> landed;  // behind what is assembled, still masked
    std::uint64_t bytes = 0;
    std::uint64_t fragments = 0;
    Utf8Validator utf8;
    MessageType type;
    bool is_compressed = false;
    bool is_in_pieces = false;  // its first piece was handed out
    bool is_finished = false;   // its last byte was handed out
    bool is_assembled_handed_out = false;
  };

  bool is_in_pieces() const;
  bool has_unseen_piece() const;
  bool has_food() const { return partial_->is_compressed && inflater_->has_food(); }
  Taken take_whole_compressed(Opcode opcode, ConstBytes payload);
  Taken take_part(const FramePiece& piece);
  Taken take_content(Bytes payload, bool is_end);
  Taken inflate_part();
  Taken take_assembled_piece();
  Taken take_landed();
  bool has_landed() const { return partial_->landed.has_value(); }
  void begin_partial(MessageType type);
  void give_back_assembled();
  void trim_assembled();
  std::optional<Breach> begin_fragment(const FrameHeader& header);
  Taken hand_out_chunk(Bytes payload, bool is_end);
  Bytes assemble(const FramePiece& piece);
  void recycle_partial();

  std::uint64_t message_bytes_max_;
  std::uint64_t fragments_max_;
  BufferPool* buffers_ = nullptr;
  std::unique_ptr<Partial> partial_;
  std::unique_ptr<MessageInflater> inflater_;  // only if permessage-deflate was agreed on
  Protocol::Delivery delivery_ = Protocol::Delivery::whole;
  bool was_large_ = false;
};

}  // namespace duplex::protocol
