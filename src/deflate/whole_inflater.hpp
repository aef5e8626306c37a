// A whole message from DEFLATE at once, without a window before it.
#pragma once

#include <cstdint>
#include <memory>

#include <duplex/bytes.hpp>

struct libdeflate_decompressor;

namespace duplex::deflate {

/// Inflates messages one by one; remembers nothing. Not thread-safe.
class WholeInflater {
 public:
  WholeInflater();

  /// Beyond this an Inflater is the better choice: it looks at every byte once, however much comes out.
  static constexpr std::size_t compressed_bytes_max = 65'536;

  enum class Result : std::uint8_t {
    done,
    too_big,
    broken,
    ended_early,  ///< a final block came before the end, which is rare and legal: an Inflater can go on there
  };
  /// Appends the inflated message to the empty `output`, if it is at most `bytes_max`. `compressed` is
  /// without the stripped tail and at most compressed_bytes_max.
  Result inflate(ConstBytes compressed, std::uint64_t bytes_max, ByteBuffer& output);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
  ByteBuffer input_;  // the message, its tail, and an end
};

}  // namespace duplex::deflate
