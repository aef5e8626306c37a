#include "protocol/control_reader.hpp"

namespace duplex::protocol {

std::optional<Bytes> ControlReader::take(const FramePiece& piece) {
  if (piece.is_first && piece.is_last()) return piece.unmask();
  if (partial_ == nullptr) partial_ = std::make_unique<Partial>();
  ControlPayload& payload = partial_->payload;
  piece.unmask_to(payload.storage.data() + payload.size);
  payload.size += piece.payload.size();
  partial_->is_complete = piece.is_last();
  if (!partial_->is_complete) return {};
  return payload.bytes();
}

}  // namespace duplex::protocol
