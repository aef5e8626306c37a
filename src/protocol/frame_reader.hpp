// From lent input to frames: cuts the byte stream into headers and the pieces of payload that are here.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include <duplex/bytes.hpp>

#include "protocol/frame.hpp"
#include "protocol/xor_payload.hpp"

namespace duplex::protocol {

/// A frame as far as it is here: all of it, or the next piece of its payload. Borrows from the lent input.
struct FramePiece {
  FrameHeader header;
  Bytes payload;  ///< still masked with `header.masking_key`, which was moved on to this piece's phase
  std::uint64_t left_bytes = 0;  ///< of the frame's payload, still to come after this piece
  bool is_first = false;

  bool is_last() const { return left_bytes == 0; }

  /// Unmasks in place.
  Bytes unmask() const {
    if (header.masking_key) apply_mask(payload, *header.masking_key);
    return payload;
  }
  /// Unmasks into `destination`, which has room for the payload.
  void unmask_to(std::byte* destination) const;
};

struct NeedInput {};

/// An unfragmented message in the lent input, unmasked there.
struct WholeMessage {
  Opcode opcode;
  Bytes payload;
  bool is_ascii;  ///< known to be
};

/// Reads frames from input that is lent to it. Payload is never copied or looked at twice; of a header that
/// is not complete, the bytes so far are kept.
class FrameReader {
 public:
  using Read = std::variant<NeedInput, FramePiece, Breach>;

  /// Lends input until next() needs more.
  void lend(Bytes input) { input_ = input; }
  bool has_input() const { return !input_.empty(); }
  /// Takes back the lent input that was not read yet.
  Bytes take_back() { return std::exchange(input_, {}); }
  /// A frame has begun, if only with the first byte of its header, and its last byte is not here yet.
  bool is_inside_frame() const { return stashed_bytes_ > 0 || payload_left_bytes_ > 0; }

  bool is_inside_payload() const { return payload_left_bytes_ > 0; }
  std::uint64_t payload_left_bytes() const { return payload_left_bytes_; }
  /// Room for the next header, to be lent; between two frames.
  Bytes header_room() { return stash_; }
  /// The next bytes of the payload, which were never lent.
  FramePiece take_landed(Bytes payload) {
    input_ = payload;
    return take_payload(header_, payload_left_bytes_);
  }

  Read next(const HeaderContext& context);

  /// The frame at the front of the input, if it is an unfragmented message of less than 64 KiB that is here
  /// as a whole and breaks no rule of frames. Most are; this takes them with a tenth of the instructions of
  /// next(), which knows all rules and gets everything else. Only outside of a fragmented message.
  std::optional<WholeMessage> next_whole_message(Masking masking, std::uint64_t message_bytes_max);

 private:
  static constexpr std::uint8_t final_text_byte = 0x81;
  static constexpr std::uint8_t final_binary_byte = 0x82;
  static constexpr std::size_t length_in_16_bits = short_payload_bytes_max + 1;

  std::optional<WholeMessage> next_medium_message(Masking masking, std::uint64_t message_bytes_max);
  DecodedHeader read_header(const HeaderContext& context);
  DecodedHeader read_stashed_header(const HeaderContext& context);
  FramePiece take_payload(const FrameHeader& header, std::uint64_t payload_left_bytes);

  Bytes input_;
  FrameHeader header_;  // of the frame whose payload is incomplete
  std::uint64_t payload_left_bytes_ = 0;
  std::array<std::byte, header_bytes_max> stash_;
  std::uint8_t stashed_bytes_ = 0;
};

inline std::optional<WholeMessage> FrameReader::next_whole_message(Masking masking,
                                                                   std::uint64_t message_bytes_max) {
  const bool is_masked = masking == Masking::required;
  const std::size_t header_bytes = is_masked ? 2 + sizeof(MaskingKey) : 2;
  if (is_inside_frame() || input_.size() < header_bytes) return {};
  const auto first = std::to_integer<std::uint8_t>(input_[0]);
  if (first != final_text_byte && first != final_binary_byte) return {};
  // Without the mask bit that has to be there, and with one that must not be, the length is above 127.
  const std::size_t payload_bytes = std::to_integer<std::size_t>(input_[1]) ^ (is_masked ? 0x80u : 0u);
  if (payload_bytes == length_in_16_bits) return next_medium_message(masking, message_bytes_max);
  if (payload_bytes > short_payload_bytes_max || payload_bytes > message_bytes_max) return {};
  if (input_.size() - header_bytes < payload_bytes) return {};

  const Bytes payload = input_.subspan(header_bytes, payload_bytes);
  const MaskingKey key = is_masked ? read_masking_key(&input_[2]) : MaskingKey();
  const bool is_ascii = xor_short(payload.data(), payload.data(), payload_bytes, key);
  input_ = input_.subspan(header_bytes + payload_bytes);
  return WholeMessage{first == final_text_byte ? Opcode::text : Opcode::binary, payload, is_ascii};
}

}  // namespace duplex::protocol
