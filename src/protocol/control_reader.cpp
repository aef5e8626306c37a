#include "protocol/control_reader.hpp"

namespace duplex::protocol {

std::optional<Bytes> ControlReader::take(const FramePiece& piece) {
  if (piece.is_first && piece.is_last()) return piece.unmask();
  if (partial_ == nullptr) partial_ = std::make_unique<ControlPayload>();
  piece.unmask_to(partial_->storage.data() + partial_->size);
  partial_->size += piece.payload.size();
  if (!piece.is_last()) return {};
  is_handed_out_ = true;
  return partial_->bytes();
}

}  // namespace duplex::protocol
