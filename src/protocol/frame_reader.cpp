#include "protocol/frame_reader.hpp"

#include <algorithm>

namespace duplex::protocol {

void FramePiece::unmask_to(std::byte* destination) const {
  if (payload.empty()) return;
  if (header.masking_key) {
    copy_masked(payload, destination, *header.masking_key);
  } else {
    std::memcpy(destination, payload.data(), payload.size());
  }
}

FrameReader::Read FrameReader::next(const HeaderContext& context) {
  if (input_.empty()) return NeedInput{};
  if (payload_left_bytes_ > 0) return take_payload(header_, payload_left_bytes_);

  const DecodedHeader decoded = stashed_bytes_ == 0 ? read_header(context) : read_stashed_header(context);
  if (const auto* complete = std::get_if<CompleteHeader>(&decoded)) {
    FramePiece piece = take_payload(complete->header, complete->header.payload_bytes);
    piece.is_first = true;
    return piece;
  }
  if (const auto* breach = std::get_if<Breach>(&decoded)) return *breach;
  return NeedInput{};
}

/// Its first two bytes were looked at: the length stands in the two that follow.
std::optional<WholeMessage> FrameReader::next_medium_message(Masking masking,
                                                             std::uint64_t message_bytes_max) {
  const std::size_t header_bytes = masking == Masking::required ? 4 + sizeof(MaskingKey) : 4;
  if (input_.size() < header_bytes) return {};
  const std::size_t payload_bytes =
      std::to_integer<std::size_t>(input_[2]) << 8 | std::to_integer<std::size_t>(input_[3]);
  if (payload_bytes < length_in_16_bits) return {};  // overlong
  if (payload_bytes > message_bytes_max || input_.size() - header_bytes < payload_bytes) return {};

  const Bytes payload = input_.subspan(header_bytes, payload_bytes);
  const bool is_ascii = masking == Masking::required && apply_mask(payload, read_masking_key(&input_[4]));
  const bool is_text = std::to_integer<std::uint8_t>(input_[0]) == final_text_byte;
  input_ = input_.subspan(header_bytes + payload_bytes);
  return WholeMessage{is_text ? Opcode::text : Opcode::binary, payload, is_ascii};
}

DecodedHeader FrameReader::read_header(const HeaderContext& context) {
  const DecodedHeader decoded = decode_header(input_, context);
  if (const auto* complete = std::get_if<CompleteHeader>(&decoded)) {
    input_ = input_.subspan(complete->header_bytes);
  } else if (std::holds_alternative<IncompleteHeader>(decoded)) {
    std::memmove(stash_.data(), input_.data(), input_.size());  // it may lie there already
    stashed_bytes_ = static_cast<std::uint8_t>(input_.size());
    input_ = {};
  }
  return decoded;
}

// The header began in earlier input. It is decoded from the stash anew, at most 14 bytes at most 13 times.
DecodedHeader FrameReader::read_stashed_header(const HeaderContext& context) {
  const std::size_t fresh_bytes = std::min(header_bytes_max - stashed_bytes_, input_.size());
  std::copy_n(input_.begin(), fresh_bytes, stash_.begin() + stashed_bytes_);
  const DecodedHeader decoded = decode_header({stash_.data(), stashed_bytes_ + fresh_bytes}, context);
  if (const auto* complete = std::get_if<CompleteHeader>(&decoded)) {
    input_ = input_.subspan(complete->header_bytes - stashed_bytes_);
    stashed_bytes_ = 0;
  } else if (std::holds_alternative<IncompleteHeader>(decoded)) {
    stashed_bytes_ = static_cast<std::uint8_t>(stashed_bytes_ + fresh_bytes);
    input_ = {};
  }
  return decoded;
}

FramePiece FrameReader::take_payload(const FrameHeader& header, std::uint64_t payload_left_bytes) {
  const auto here_bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_bytes, input_.size()));
  payload_left_bytes_ = payload_left_bytes - here_bytes;
  const FramePiece piece{header, input_.first(here_bytes), payload_left_bytes_};
  input_ = input_.subspan(here_bytes);
  if (!piece.is_last()) {
    header_ = header;
    if (header.masking_key) header_.masking_key = header.masking_key->after(here_bytes);
  }
  return piece;
}

}  // namespace duplex::protocol
