// From control frames to their payloads.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "protocol/frame_reader.hpp"

namespace duplex::protocol {

/// A control payload kept for later.
struct ControlPayload {
  std::array<std::byte, control_payload_bytes_max> storage;
  std::size_t size = 0;

  Bytes bytes() { return {storage.data(), size}; }
  ConstBytes bytes() const { return {storage.data(), size}; }
  void assign(ConstBytes payload) {
    std::copy(payload.begin(), payload.end(), storage.begin());
    size = payload.size();
  }
};

/// Collects the payload of one control frame. Control frames come between the fragments of a message (RFC
/// 6455 §5.4), so a payload that is not here as a whole has a place of its own.
class ControlReader {
 public:
  /// The payload, once the whole of it is here. Valid until recycle().
  std::optional<Bytes> take(const FramePiece& piece);

  /// There may be something to recycle().
  bool holds_memory() const { return partial_ != nullptr; }
  /// Gives back the memory of what was handed out last.
  void recycle() {
    if (partial_ != nullptr && partial_->is_complete) partial_.reset();
  }

 private:
  struct Partial {
    ControlPayload payload;
    bool is_complete = false;  // and handed out
  };
  std::unique_ptr<Partial> partial_;  // only for a payload that is not here as a whole
};

}  // namespace duplex::protocol
