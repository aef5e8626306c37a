// Bits to bytes, the first bit lowest (RFC 1951 §3.1.1).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <duplex/bytes.hpp>

namespace duplex::deflate {

/// Appends bits to a buffer, block by block: each says first how many it takes at most.
class BitWriter {
 public:
  explicit BitWriter(ByteBuffer& output) : output_(&output) {}

  /// Room for `bits` until end(), behind those that wait; a flush writes a whole word.
  void begin(std::size_t bits) { next_ = start_ = output_->prepare((count_ + bits + 7) / 8 + sizeof bits_); }
  /// What is not a whole byte yet stays until the next block.
  void end() {
    flush();
    output_->commit(static_cast<std::size_t>(next_ - start_));
  }

  /// `bits` is below 2^count; at most 56 bits between two flushes.
  void put(std::uint64_t bits, unsigned count) {
    bits_ |= bits << count_;
    count_ += count;
  }
  void flush() {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(next_, &bits_, sizeof bits_);
    next_ += count_ / 8;
    bits_ >>= count_ & ~7U;
    count_ &= 7U;
  }
  /// Zeros up to the next byte.
  void align() {
    count_ = (count_ + 7U) & ~7U;
    flush();
  }
  /// Only when aligned.
  void put_bytes(ConstBytes bytes) {
    std::memcpy(next_, bytes.data(), bytes.size());
    next_ += bytes.size();
  }

 private:
  ByteBuffer* output_;
  std::byte* start_ = nullptr;
  std::byte* next_ = nullptr;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;  // below 8 after a flush
};

}  // namespace duplex::deflate
