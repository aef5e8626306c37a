// DEFLATE (RFC 1951) to bytes, as they come, with a window that can outlive the message.
#pragma once

#include <cstddef>
#include <memory>

#include <duplex/bytes.hpp>

struct z_stream_s;

namespace duplex::deflate {

/// What a sender takes away from the end of every message, and a receiver puts back (RFC 7692 §7.2.1).
ConstBytes stripped_tail();

/// One DEFLATE stream. Not thread-safe.
class Inflater {
 public:
  explicit Inflater(int window_bits);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Progress {
    hungry,  ///< there is room left; once `input` is empty, all that it stands for is written
    full,    ///< the room is full; there may be more
    broken,  ///< no DEFLATE data, or it refers to what is before the window
  };
  /// Takes `input` from its front and fills `room` (below 4 GiB); `written` says how far.
  Progress inflate(ConstBytes& input, Bytes room, std::size_t& written);

  /// Does the next byte begin a block? After the stripped tail it has to, or the message was cut off.
  bool is_at_block_boundary() const { return is_at_block_boundary_; }

  /// Forgets everything.
  void reset();

  /// What one costs, in bytes of memory.
  static std::size_t memory_bytes(int window_bits);

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool is_at_block_boundary_ = false;
};

}  // namespace duplex::deflate
