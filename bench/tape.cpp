#include "tape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "deflation.hpp"

namespace duplex::bench {
namespace {

constexpr unsigned char compressed_bit = 0x40;
constexpr unsigned char mask_bit = 0x80;
// The same key for every frame: the server's work does not depend on it, and ours is done before the clock
// runs.
constexpr std::array<unsigned char, 4> masking_key = {0x37, 0xfa, 0x21, 0x3d};

void append_length(std::string& frame, unsigned char mask, std::size_t payload_bytes) {
  std::size_t extended_bytes = 0;
  if (payload_bytes < 126) {
    frame += static_cast<char>(mask | payload_bytes);
  } else {
    extended_bytes = payload_bytes < 65'536 ? 2 : 8;
    frame += static_cast<char>(mask | (extended_bytes == 2 ? 126 : 127));
  }
  for (std::size_t left = extended_bytes; left > 0; --left) {
    frame += static_cast<char>(static_cast<std::uint64_t>(payload_bytes) >> (8 * (left - 1)));
  }
}

std::string masked_frame(unsigned char first, std::string_view payload) {
  std::string stream(1, static_cast<char>(first));
  append_length(stream, mask_bit, payload.size());
  for (const unsigned char byte : masking_key) stream += static_cast<char>(byte);
  for (std::size_t index = 0; index < payload.size(); ++index) {
    stream += static_cast<char>(payload[index] ^ masking_key[index % masking_key.size()]);
  }
  return stream;
}

}  // namespace

std::string unmasked_frame(unsigned char first, std::string_view payload) {
  std::string stream(1, static_cast<char>(first));
  append_length(stream, 0, payload.size());
  return stream.append(payload);
}

Tape::Tape(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    message_bytes_.push_back(message.size());
    twice_ += message;
  }
  period_bytes_ = twice_.size();
  twice_ += std::string(twice_);
}

std::string_view Tape::from(std::size_t position, std::size_t bytes) const {
  return std::string_view(twice_).substr(position, std::min(bytes, period_bytes_));
}

TapePair make_tapes(Framing framing, const std::vector<std::string>& payloads, PayloadKind kind) {
  const unsigned char first = kind == PayloadKind::binary ? binary_frame : text_frame;
  std::vector<std::string> sent;
  std::vector<std::string> echoed;
  for (const std::string& payload : payloads) {
    sent.push_back(masked_frame(first, payload));
    echoed.push_back(unmasked_frame(first, payload));
  }
  return {Tape(sent), Tape(framing == Framing::raw ? sent : echoed)};
}

Tape make_compressed_tape(const std::vector<std::string>& payloads) {
  std::vector<std::string> sent;
  for (const std::string& payload : payloads) {
    sent.push_back(masked_frame(text_frame | compressed_bit, deflate_message(payload)));
  }
  return Tape(sent);
}

}  // namespace duplex::bench
