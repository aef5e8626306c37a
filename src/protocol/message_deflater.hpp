// From messages to compressed messages (RFC 7692 §7.2.1).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <duplex/bytes.hpp>
#include <duplex/compression.hpp>
#include <duplex/message.hpp>

#include "deflate/pool.hpp"

namespace duplex::protocol {

/// The compressing half of one connection. With context takeover it holds a compressor of its own; without,
/// it holds none but while a message is sent in chunks.
class MessageDeflater {
 public:
  MessageDeflater(const AgreedCompression& agreed, deflate::Pool& pool);
  ~MessageDeflater();
  MessageDeflater(const MessageDeflater&) = delete;
  MessageDeflater& operator=(const MessageDeflater&) = delete;

  /// Is a message of that size compressed at all?
  bool is_worth(std::size_t payload_bytes) const { return payload_bytes >= threshold_bytes_; }

  /// The compressed message, valid until recycle(); nothing if it would not be smaller (never so with a
  /// context: what went into it has to reach the peer).
  std::optional<ConstBytes> deflate_whole(ConstBytes payload);
  /// Is the message of this chunk compressed? Its first chunk decides, and what is a whole message counts as
  /// one.
  bool takes_chunk(const Chunk& chunk) {
    if (chunk.first) compresses_chunks_ = !chunk.last || is_worth(chunk.payload.size());
    return compresses_chunks_;
  }
  /// The next piece of a message, valid until recycle().
  ConstBytes deflate_chunk(ConstBytes payload, deflate::Deflater::End end);
  /// Gives back the memory of what was handed out last.
  void recycle();

  /// Can this connection send a message that was compressed once for many?
  bool can_take_broadcast(std::size_t payload_bytes) const;
  /// It was sent: a context of its own remembers it, because the peer's does.
  void take_broadcast(ConstBytes payload);

 private:
  bool takes_context_over() const { return own_ != nullptr; }

  deflate::Pool& pool_;
  const int window_bits_;
  const std::size_t threshold_bytes_;
  std::size_t reserved_bytes_ = 0;
  bool compresses_chunks_ = false;
  std::unique_ptr<deflate::Deflater> own_;       // with context takeover
  std::unique_ptr<deflate::Deflater> borrowed_;  // without, while a message is sent in chunks
  ByteBuffer compressed_;
};

}  // namespace duplex::protocol
