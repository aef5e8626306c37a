#include "tape.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace duplex::bench {
namespace {

constexpr unsigned char first_byte = 0x81;  // FIN and the opcode of text
constexpr unsigned char mask_bit = 0x80;
// The same key for every frame: the server's work does not depend on it, and ours is done before the clock
// runs.
constexpr std::array<unsigned char, 4> masking_key = {0x37, 0xfa, 0x21, 0x3d};

std::string make_payload(std::size_t message, std::size_t payload_bytes) {
  constexpr std::size_t letters = 26;
  std::string text = std::to_string(message) + " ";
  while (text.size() < payload_bytes) text += static_cast<char>('a' + (message + text.size()) % letters);
  text.resize(payload_bytes);
  return text;
}

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

void append_masked_frame(std::string& stream, std::string_view payload) {
  stream += static_cast<char>(first_byte);
  append_length(stream, mask_bit, payload.size());
  for (const unsigned char byte : masking_key) stream += static_cast<char>(byte);
  for (std::size_t index = 0; index < payload.size(); ++index) {
    stream += static_cast<char>(payload[index] ^ masking_key[index % masking_key.size()]);
  }
}

void append_unmasked_frame(std::string& stream, std::string_view payload) {
  stream += static_cast<char>(first_byte);
  append_length(stream, 0, payload.size());
  stream += payload;
}

}  // namespace

Tape::Tape(std::string period, std::size_t messages)
    : twice_(period + period), period_bytes_(period.size()), message_bytes_(period.size() / messages) {}

std::string_view Tape::from(std::size_t position, std::size_t bytes) const {
  return std::string_view(twice_).substr(position, bytes < period_bytes_ ? bytes : period_bytes_);
}

TapePair make_tapes(Framing framing, std::size_t payload_bytes, std::size_t messages) {
  std::string sent;
  std::string echoed;
  for (std::size_t message = 0; message < messages; ++message) {
    const std::string payload = make_payload(message, payload_bytes);
    append_masked_frame(sent, payload);
    append_unmasked_frame(echoed, payload);
  }
  if (framing == Framing::raw) echoed = sent;
  return {Tape(std::move(sent), messages), Tape(std::move(echoed), messages)};
}

}  // namespace duplex::bench
