// Compressed messages: permessage-deflate (RFC 7692).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplex {

namespace deflate {
class Pool;
}

/// Where one direction's compressor keeps what it remembers (RFC 7692 §7.1.1).
enum class CompressionContext : std::uint8_t {
  shared,  ///< every message alone, by a compressor that all connections of a thread take turns in using: an
           ///< idle connection holds no memory for it
  dedicated,  ///< a window of its own that remembers earlier messages: fewer bytes for many small messages,
              ///< and up to 81 KiB (sending) or 40 KiB (receiving) for every connection, idle or not
};

/// What a route accepts, or a dial offers. The defaults cost an idle connection nothing.
///
/// A secret and text of an attacker's choice in one compressed message tell the secret by its size (RFC 7692
/// §8); with dedicated contexts they need not even be in one message. Switch compression off there.
struct CompressionOptions {
  bool enabled = true;  ///< false: neither offered nor accepted
  CompressionContext sending = CompressionContext::shared;
  CompressionContext receiving = CompressionContext::shared;
  /// 9–15: what we send refers back at most 2^n bytes. Fewer where the peer demands it.
  int sending_window_bits = 15;
  /// 9–15: the same of the peer, which a server can only ask of clients that offer to obey.
  int receiving_window_bits = 15;
  std::size_t threshold_bytes = 128;  ///< shorter messages are sent as they are
};

/// What the opening handshake made of it, seen from one end.
struct AgreedCompression {
  struct Direction {
    bool context_takeover = false;  ///< a message may refer to the messages before it
    int window_bits = 15;
  };
  Direction sending;
  Direction receiving;
  std::size_t threshold_bytes = 128;
};

/// The compressors, decompressors and buffers that the connections of one thread take turns in using, and the
/// budget for those that they do not share. Outlives every Protocol that was made with it; one thread.
class CompressionPool {
 public:
  static constexpr std::size_t dedicated_bytes_max_default = 268'435'456;

  explicit CompressionPool(std::size_t dedicated_bytes_max = dedicated_bytes_max_default);
  ~CompressionPool();
  CompressionPool(const CompressionPool&) = delete;
  CompressionPool& operator=(const CompressionPool&) = delete;

  /// Does the budget have room for one more connection's dedicated contexts? Ask before agreeing to them.
  bool has_room_for(const AgreedCompression& agreed) const;
  /// Held by dedicated contexts now.
  std::size_t dedicated_bytes() const;

  deflate::Pool& inner() { return *inner_; }

 private:
  std::unique_ptr<deflate::Pool> inner_;
};

}  // namespace duplex
