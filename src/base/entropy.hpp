// The system's source of unpredictable bytes.
#pragma once

#include <array>

#include <duplex/protocol.hpp>

namespace duplex::base {

/// Entropy from OpenSSL's generator, fetched by the block: a masking key of four bytes costs a copy then, not
/// a call with locks inside. Used by one thread at a time. Not to be shared across fork(): parent and child
/// would go on with the same block.
class SystemEntropy final : public Entropy {
 public:
  void fill(Bytes bytes) override;

 private:
  void refill();

  static constexpr std::size_t block_bytes = 1024;
  std::array<std::byte, block_bytes> block_;
  std::size_t used_bytes_ = block_bytes;
};

}  // namespace duplex::base
