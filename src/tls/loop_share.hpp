// What the TLS streams of one loop have in common, so that an idle one owns no buffer.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include <duplex/bytes.hpp>

#include "tls/farewells.hpp"
#include "tls/warm_buffers.hpp"
#include "transport/transport.hpp"

namespace duplex::tls {

/// Loop thread only. Held by its streams; must be gone before the loop.
struct LoopShare {
  explicit LoopShare(transport::Loop& its_loop) : loop(its_loop), farewells(its_loop) {}

  /// Four full records: what one write encrypts before it asks the system to take it.
  static constexpr std::size_t plaintext_bytes = 65'536;

  transport::Loop& loop;
  /// What was decrypted and is being handed on.
  const std::unique_ptr<std::byte[]> plaintext = std::make_unique_for_overwrite<std::byte[]>(plaintext_bytes);
  /// What was encrypted and is being written. Empty between calls.
  ByteBuffer ciphertext;
  WarmBuffers warm_buffers;
  Farewells farewells;
  /// Told of each handshake that fails once the peer has begun it: with whom (its address), and why, in one
  /// line. Empty: nobody asks.
  std::function<void(std::string_view peer, std::string_view reason)> handshake_failed;
};

}  // namespace duplex::tls
