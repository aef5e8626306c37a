// A whole message to DEFLATE at once, without a window before it.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <duplex/bytes.hpp>

struct isal_zstream;

namespace duplex::deflate {

/// Compresses messages one by one; remembers nothing. Not thread-safe.
class WholeDeflater {
 public:
  WholeDeflater();
  ~WholeDeflater();
  WholeDeflater(const WholeDeflater&) = delete;
  WholeDeflater& operator=(const WholeDeflater&) = delete;

  /// Appends the compressed message without the stripped tail (RFC 7692 §7.2.1), referring back at most
  /// 2^window_bits bytes. False, and nothing appended: it would not get smaller.
  bool deflate(ConstBytes message, int window_bits, ByteBuffer& output);

 private:
  std::unique_ptr<isal_zstream> stream_;
  std::vector<std::byte> work_area_;
};

}  // namespace duplex::deflate
