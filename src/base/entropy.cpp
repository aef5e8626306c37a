#include "base/entropy.hpp"

#include <algorithm>

#include <openssl/rand.h>

#include "base/assert.hpp"

namespace duplex::base {

void SystemEntropy::fill(Bytes bytes) {
  while (!bytes.empty()) {
    if (used_bytes_ == block_bytes) refill();
    const std::size_t count = std::min(bytes.size(), block_bytes - used_bytes_);
    std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(used_bytes_), count, bytes.begin());
    used_bytes_ += count;
    bytes = bytes.subspan(count);
  }
}

// RAND_bytes fails only when the system has no randomness at all; there is no safe way to go on from that.
void SystemEntropy::refill() {
  const int filled =
      RAND_bytes(reinterpret_cast<unsigned char*>(block_.data()), static_cast<int>(block_bytes));
  DUPLEX_ASSERT(filled == 1);
  used_bytes_ = 0;
}

}  // namespace duplex::base
