#include "echo_payload.hpp"

#include <algorithm>

namespace duplex::cli {
namespace {

constexpr std::size_t sequence_digits = 12;

}  // namespace

EchoPayload::EchoPayload(std::size_t connection, std::size_t payload_bytes) : text_(payload_bytes, '.') {
  constexpr std::size_t letters = 26;
  for (std::size_t index = 0; index < payload_bytes; ++index) {
    text_[index] = static_cast<char>('a' + (connection + index) % letters);
  }
}

std::string_view EchoPayload::make(std::uint64_t sequence) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t index = 0; index < std::min(sequence_digits, text_.size()); ++index) {
    text_[index] = digits[sequence & 0x0f];
    sequence >>= 4;
  }
  return text_;
}

}  // namespace duplex::cli
