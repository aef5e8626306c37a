// What the connections of one thread share for compression, and the budget for what they do not share.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <duplex/bytes.hpp>
#include <duplex/compression.hpp>

#include "deflate/deflater.hpp"
#include "deflate/inflater.hpp"
#include "deflate/whole_inflater.hpp"

namespace duplex::deflate {

/// DEFLATE never refers back further (RFC 1951 §3.2.5).
inline constexpr int window_bits_max = 15;
/// zlib, which inflates what was sent with a window, takes 8 for 9.
inline constexpr int window_bits_min = 9;

/// Made when they are first needed, kept for the next message. One thread.
class Pool {
 public:
  explicit Pool(std::size_t dedicated_bytes_max) : dedicated_bytes_max_(dedicated_bytes_max) {}

  WholeInflater& whole_inflater();

  /// For one message. What is given back is reset and kept.
  std::unique_ptr<Inflater> take_inflater();
  void give(std::unique_ptr<Inflater> inflater);
  std::unique_ptr<Deflater> take_deflater(int window_bits);
  void give(std::unique_ptr<Deflater> deflater);

  /// Memory for one message; empty.
  ByteBuffer take_buffer();
  void give(ByteBuffer buffer);

  /// Dedicated contexts count; they are made with the connection and live as long.
  void reserve(std::size_t bytes) { dedicated_bytes_ += bytes; }
  void release(std::size_t bytes) { dedicated_bytes_ -= bytes; }
  std::size_t dedicated_bytes() const { return dedicated_bytes_; }
  bool has_room_for(std::size_t bytes) const {
    return dedicated_bytes_ <= dedicated_bytes_max_ && bytes <= dedicated_bytes_max_ - dedicated_bytes_;
  }

 private:
  std::optional<WholeInflater> whole_inflater_;
  std::vector<std::unique_ptr<Inflater>> inflaters_;
  std::vector<std::unique_ptr<Deflater>> deflaters_;
  std::vector<ByteBuffer> buffers_;
  const std::size_t dedicated_bytes_max_;
  std::size_t dedicated_bytes_ = 0;
};

/// What the dedicated contexts of one connection cost, in bytes of memory.
std::size_t dedicated_bytes(const AgreedCompression& agreed);

}  // namespace duplex::deflate
