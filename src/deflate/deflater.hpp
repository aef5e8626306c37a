// Bytes to DEFLATE (RFC 1951), as they come, with a window that can outlive the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <duplex/bytes.hpp>

struct z_stream_s;

namespace duplex::deflate {

/// One DEFLATE stream, flushed so that a receiver can inflate all of it. Not thread-safe.
class Deflater {
 public:
  explicit Deflater(int window_bits);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  enum class End : std::uint8_t { chunk, message };
  /// Appends the next piece of a message to `output`. The end of a message is without the stripped tail (RFC
  /// 7692 §7.2.1).
  void deflate(ConstBytes piece, End end, ByteBuffer& output);

  /// The receiver's window has got this message by another way: from now on it may be referred to. Only
  /// between messages.
  void learn(ConstBytes message);

  /// Forgets everything.
  void reset();

  int window_bits() const { return window_bits_; }
  /// What one costs, in bytes of memory.
  static std::size_t memory_bytes(int window_bits);

 private:
  const int window_bits_;
  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace duplex::deflate
