// Memory for bytes that pass through, shared by the connections of one thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <duplex/bytes.hpp>

namespace duplex {

/// Buffers to take while there is something to hold and to give back after it. Without it every large message
/// costs fresh pages of the system, which takes longer than to receive it. What the pool keeps is bounded as
/// a whole, so that a few large buffers are as welcome as many small ones, and memory comes back after a
/// burst. A resource; one thread.
class BufferPool {
 public:
  static constexpr std::size_t kept_bytes_max = 16'777'216;
  static constexpr std::size_t kept_buffers_max = 4096;

  /// An empty buffer, with memory of an earlier use if there is any.
  ByteBuffer take() { return take_from(small_); }
  /// The same, and for much content: its memory is meant to be large.
  ByteBuffer take_large() { return take_from(large_); }
  /// Keeps the memory for others, or lets go of it.
  void give(ByteBuffer&& buffer) { give_to(buffer.capacity() < large_bytes_min ? small_ : large_, buffer); }

 private:
  // What is written for one read of ordinary messages fits below it.
  static constexpr std::size_t large_bytes_min = 65'536;

  // In line, because both happen for every read.
  ByteBuffer take_from(std::vector<ByteBuffer>& buffers) {
    if (buffers.empty()) return {};
    ByteBuffer buffer = std::move(buffers.back());
    buffers.pop_back();
    kept_bytes_ -= buffer.capacity();
    return buffer;
  }
  void give_to(std::vector<ByteBuffer>& buffers, ByteBuffer& buffer) {
    const std::size_t bytes = buffer.capacity();
    const bool is_welcome = kept_bytes_ + bytes <= kept_bytes_max && buffers.size() < kept_buffers_max;
    if (bytes == 0 || !is_welcome) return buffer.release();
    buffer.clear();
    kept_bytes_ += bytes;
    buffers.push_back(std::move(buffer));
  }

  std::vector<ByteBuffer> small_;
  std::vector<ByteBuffer>
      large_;  // kept apart: a reply of a few bytes would occupy the memory of a large one
  std::size_t kept_bytes_ = 0;
};

}  // namespace duplex
