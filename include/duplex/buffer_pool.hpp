// Memory for bytes that pass through, shared by the connections of one thread.
#pragma once

#include <cstddef>
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
  ByteBuffer take();
  /// The same, and for much content: its memory is meant to be large.
  ByteBuffer take_large();
  /// Keeps the memory for others, or lets go of it.
  void give(ByteBuffer buffer);

 private:
  static ByteBuffer take_from(std::vector<ByteBuffer>& buffers, std::size_t& kept_bytes);

  std::vector<ByteBuffer> small_;
  std::vector<ByteBuffer>
      large_;  // kept apart: a reply of a few bytes would occupy the memory of a large one
  std::size_t kept_bytes_ = 0;
};

}  // namespace duplex
