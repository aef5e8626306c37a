#include "frame_splitter.hpp"

#include <algorithm>
#include <utility>

namespace duplex::cli {
namespace {

constexpr std::size_t header_bytes_min = 2;
constexpr std::size_t masking_key_bytes = 4;

std::size_t extended_length_bytes(std::byte second) {
  const unsigned length = std::to_integer<unsigned>(second) & 0x7f;
  return length == 126 ? 2 : length == 127 ? 8 : 0;
}

bool is_masked(std::byte second) { return (second & std::byte{0x80}) != std::byte{0}; }

}  // namespace

std::vector<FrameExcerpt> FrameSplitter::receive(ConstBytes bytes) {
  std::vector<FrameExcerpt> frames;
  while (!bytes.empty()) {
    bytes = skip_payload(bytes);
    if (!is_header_complete_) bytes = take_header(bytes);
    if (is_header_complete_) bytes = take_payload(bytes);
    if (!is_excerpt_complete()) continue;
    payload_bytes_to_skip_ = frame_.payload_bytes - frame_.payload.size();
    frames.push_back(std::exchange(frame_, FrameExcerpt{}));
    is_header_complete_ = false;
  }
  return frames;
}

ConstBytes FrameSplitter::skip_payload(ConstBytes bytes) {
  const std::uint64_t count = std::min<std::uint64_t>(payload_bytes_to_skip_, bytes.size());
  payload_bytes_to_skip_ -= count;
  return bytes.subspan(static_cast<std::size_t>(count));
}

ConstBytes FrameSplitter::take_header(ConstBytes bytes) {
  while (!bytes.empty() && !is_header_complete_) {
    frame_.header.push_back(bytes.front());
    bytes = bytes.subspan(1);
    if (frame_.header.size() >= header_bytes_min && frame_.header.size() == header_bytes_wanted())
      finish_header();
  }
  return bytes;
}

std::size_t FrameSplitter::header_bytes_wanted() const {
  const std::byte second = frame_.header[1];
  return header_bytes_min + extended_length_bytes(second) + (is_masked(second) ? masking_key_bytes : 0);
}

void FrameSplitter::finish_header() {
  const std::byte second = frame_.header[1];
  const std::size_t extended = extended_length_bytes(second);
  frame_.payload_bytes = std::to_integer<std::uint64_t>(second & std::byte{0x7f});
  if (extended > 0) frame_.payload_bytes = 0;
  for (std::size_t index = 0; index < extended; ++index) {
    const auto byte = std::to_integer<std::uint64_t>(frame_.header[header_bytes_min + index]);
    frame_.payload_bytes = frame_.payload_bytes << 8 | byte;
  }
  is_header_complete_ = true;
}

ConstBytes FrameSplitter::take_payload(ConstBytes bytes) {
  const std::uint64_t wanted = std::min<std::uint64_t>(frame_.payload_bytes, FrameExcerpt::payload_bytes_max);
  const std::size_t count =
      std::min<std::size_t>(static_cast<std::size_t>(wanted) - frame_.payload.size(), bytes.size());
  frame_.payload.insert(frame_.payload.end(), bytes.begin(),
                        bytes.begin() + static_cast<std::ptrdiff_t>(count));
  return bytes.subspan(count);
}

bool FrameSplitter::is_excerpt_complete() const {
  return is_header_complete_ &&
         frame_.payload.size() ==
             std::min<std::uint64_t>(frame_.payload_bytes, FrameExcerpt::payload_bytes_max);
}

}  // namespace duplex::cli
