#include "answers.hpp"

#include <algorithm>

namespace duplex::bench {
namespace {

constexpr unsigned char compressed_text = 0x41;  // RSV1 and the opcode of text
constexpr unsigned char continuation = 0x00;
constexpr unsigned char final_bit = 0x80;
constexpr std::size_t header_bytes_min = 2;

unsigned char byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

/// Of an unmasked frame, by its second byte.
std::size_t header_bytes(unsigned char second) {
  if (second == 126) return header_bytes_min + 2;
  if (second == 127) return header_bytes_min + 8;
  return header_bytes_min;
}

}  // namespace

std::optional<std::size_t> TapeAnswers::receive(std::string_view bytes) {
  const std::size_t received = bytes.size();
  while (!bytes.empty()) {
    const std::string_view expected = expected_.from(position_, bytes.size());
    if (bytes.substr(0, expected.size()) != expected) return {};
    position_ = expected_.advance(position_, expected.size());
    bytes.remove_prefix(expected.size());
  }
  return completed_with(received);
}

std::optional<std::size_t> TapeAnswers::skip(std::size_t bytes) {
  position_ = expected_.advance(position_, bytes);
  return completed_with(bytes);
}

std::size_t TapeAnswers::completed_with(std::size_t bytes) {
  partial_bytes_ += bytes;
  std::size_t completed = 0;
  for (; partial_bytes_ >= expected_.message_bytes(message_); ++completed, ++message_) {
    partial_bytes_ -= expected_.message_bytes(message_);
  }
  return completed;
}

std::optional<std::size_t> CompressedAnswers::receive(std::string_view bytes) {
  std::size_t completed = 0;
  while (!bytes.empty()) {
    if (!is_in_payload_) {
      header_ += bytes.front();
      bytes.remove_prefix(1);
      if (header_.size() < header_bytes_min || header_.size() < header_bytes(byte_at(header_, 1))) continue;
      if (!take_header()) return {};
    }
    take_payload(bytes);
    if (is_in_payload_ || is_in_message_) continue;
    if (!is_right_message()) return {};
    ++completed;
  }
  return completed;
}

void CompressedAnswers::take_payload(std::string_view& bytes) {
  const std::size_t taken = std::min<std::size_t>(bytes.size(), payload_bytes_left_);
  if (inflater_) compressed_ += bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  payload_bytes_left_ -= taken;
  is_in_payload_ = payload_bytes_left_ > 0;
  if (!is_in_payload_ && is_final_) is_in_message_ = false;
}

bool CompressedAnswers::take_header() {
  const unsigned char first = byte_at(header_, 0);
  payload_bytes_left_ = byte_at(header_, 1);
  if (header_.size() > header_bytes_min) payload_bytes_left_ = 0;
  for (std::size_t index = header_bytes_min; index < header_.size(); ++index) {
    payload_bytes_left_ = payload_bytes_left_ << 8 | byte_at(header_, index);
  }
  header_.clear();
  is_final_ = (first & final_bit) != 0;
  is_in_payload_ = true;
  const bool is_right = (first & ~final_bit) == (is_in_message_ ? continuation : compressed_text);
  is_in_message_ = true;
  return is_right;
}

bool CompressedAnswers::is_right_message() {
  const std::string& expected = payloads_[message_++ % payloads_.size()];
  if (!inflater_) return true;
  const auto payload = inflater_->inflate_message(compressed_, expected.size());
  compressed_.clear();
  return payload == expected;
}

}  // namespace duplex::bench
