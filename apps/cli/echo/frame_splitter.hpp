// Finds the frames in one direction of a connection's bytes, without judging them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <duplex/bytes.hpp>

namespace duplex::cli {

/// A frame as it crossed the wire: its whole header, and how its payload begins.
struct FrameExcerpt {
  static constexpr std::size_t header_bytes_max =
      14;  ///< RFC 6455 §5.2: 2, and 8 of length, and 4 of masking key
  static constexpr std::size_t payload_bytes_max = 256;

  std::vector<std::byte> header;
  std::vector<std::byte> payload;   ///< still masked; the first bytes of a large one
  std::uint64_t payload_bytes = 0;  ///< how many it has in truth
};

/// Cuts a stream of bytes into frames (RFC 6455 §5.2). Holds one excerpt at most, however large the frames
/// are. Whether a frame is allowed does not matter here: the point is to see what was sent.
class FrameSplitter {
 public:
  /// Takes the next bytes of the stream and returns the frames whose excerpt is complete with them.
  std::vector<FrameExcerpt> receive(ConstBytes bytes);

 private:
  ConstBytes take_header(ConstBytes bytes);
  ConstBytes take_payload(ConstBytes bytes);
  ConstBytes skip_payload(ConstBytes bytes);
  std::size_t header_bytes_wanted() const;
  void finish_header();
  bool is_excerpt_complete() const;

  FrameExcerpt frame_;
  bool is_header_complete_ = false;
  std::uint64_t payload_bytes_to_skip_ = 0;
};

}  // namespace duplex::cli
