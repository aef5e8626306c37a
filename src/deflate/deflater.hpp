// Bytes to DEFLATE (RFC 1951), as they come, with a window that can outlive the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <duplex/bytes.hpp>

namespace duplex::deflate {

class BitWriter;

/// One DEFLATE stream, flushed so that a receiver can inflate all of it. Not thread-safe.
class Deflater {
 public:
  explicit Deflater(int window_bits);

  /// From now on refers back at most 2^window_bits bytes, which is not more than it was made for.
  void keep_to(int window_bits) { reach_bytes_max_ = std::size_t{1} << window_bits; }

  enum class End : std::uint8_t { chunk, message };
  /// Appends the next piece of a message to `output`. The end of a message is without the stripped tail (RFC
  /// 7692 §7.2.1).
  void deflate(ConstBytes piece, End end, ByteBuffer& output);

  /// The receiver's window has got this message by another way: from now on it may be referred to. Only
  /// between messages.
  void learn(ConstBytes message);

  /// Forgets everything, at no cost.
  void reset() { forgotten_ = end_; }

  /// What one costs, in bytes of memory.
  static std::size_t memory_bytes(int window_bits);

 private:
  struct Match {
    std::size_t length = 0;  // 0: none
    std::size_t distance = 0;
    int gain() const;
  };

  std::size_t sent_bytes_max() const;
  ConstBytes take_in(ConstBytes& piece);
  void slide();
  void deflate_section(ConstBytes section, BitWriter& writer);
  Match find_match(std::size_t position);

  const std::size_t window_bytes_;
  std::size_t reach_bytes_max_;
  std::vector<std::byte> sent_;  // what was sent last, in one piece: its window, and room for the next
  std::size_t end_ = 0;          // of what was sent
  std::size_t forgotten_ = 0;    // nothing before it is referred to
  // Where bytes were seen last, by a hash of so many of them.
  std::vector<std::uint16_t> last_by_five_;
  std::vector<std::uint16_t> last_by_twelve_;
};

}  // namespace duplex::deflate
