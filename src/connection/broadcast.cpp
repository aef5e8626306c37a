#include "connection/broadcast.hpp"

#include <utility>

namespace duplex::connection {

base::Outbox::Shared framed(MessageType type, ConstBytes payload) {
  ByteBuffer frame;
  frame_for_broadcast(type, payload, frame);
  return std::make_shared<const ByteBuffer>(std::move(frame));
}

const base::Outbox::Shared& Broadcast::plain() {
  if (plain_ == nullptr) plain_ = framed(type_, payload_);
  return plain_;
}

const base::Outbox::Shared& Broadcast::compressed() {
  if (!std::exchange(is_compression_tried_, true)) {
    ByteBuffer frame;
    if (frame_compressed_for_broadcast(type_, payload_, pool_, frame)) {
      compressed_ = std::make_shared<const ByteBuffer>(std::move(frame));
    }
  }
  return compressed_;
}

}  // namespace duplex::connection
