#include "protocol/message_deflater.hpp"

#include <utility>

namespace duplex::protocol {

MessageDeflater::MessageDeflater(const AgreedCompression& agreed, deflate::Pool& pool)
    : pool_(pool), window_bits_(agreed.sending.window_bits), threshold_bytes_(agreed.threshold_bytes) {
  if (!agreed.sending.context_takeover) return;
  own_ = std::make_unique<deflate::Deflater>(window_bits_);
  reserved_bytes_ = deflate::Deflater::memory_bytes(window_bits_);
  pool_.reserve(reserved_bytes_);
}

MessageDeflater::~MessageDeflater() { pool_.release(reserved_bytes_); }

std::optional<ConstBytes> MessageDeflater::deflate_whole(ConstBytes payload) {
  const ConstBytes compressed = deflate_chunk(payload, deflate::Deflater::End::message);
  if (!takes_context_over() && compressed.size() >= payload.size()) return {};
  return compressed;
}

ConstBytes MessageDeflater::deflate_chunk(ConstBytes payload, deflate::Deflater::End end) {
  compressed_ = pool_.take_buffer();
  if (!takes_context_over() && borrowed_ == nullptr) borrowed_ = pool_.take_deflater(window_bits_);
  (takes_context_over() ? own_ : borrowed_)->deflate(payload, end, compressed_);
  if (end == deflate::Deflater::End::message && borrowed_ != nullptr) pool_.give(std::move(borrowed_));
  return std::as_const(compressed_).bytes();
}

void MessageDeflater::recycle() { pool_.give(std::exchange(compressed_, ByteBuffer())); }

bool MessageDeflater::can_take_broadcast(std::size_t payload_bytes) const {
  // It was compressed with the largest window. A smaller one is kept to if the whole message fits into it.
  return window_bits_ == deflate::window_bits_max || payload_bytes <= std::size_t{1} << window_bits_;
}

void MessageDeflater::take_broadcast(ConstBytes payload) {
  if (takes_context_over()) own_->learn(payload);
}

}  // namespace duplex::protocol
