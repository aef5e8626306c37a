// One message on its way to many.
#pragma once

#include <memory>

#include <duplex/compression.hpp>
#include <duplex/protocol.hpp>

#include "base/outbox.hpp"
#include "connection/publication.hpp"

namespace duplex::connection {

/// The frame of a broadcast to peers without compression.
base::Outbox::Shared framed(MessageType type, ConstBytes payload);

/// Framed once, when the first connection asks, and compressed once, when the first asks for that. Lives for
/// one publication; borrows the payload. Loop thread only.
class Broadcast {
 public:
  /// The payload of a text is valid UTF-8.
  Broadcast(MessageType type, ConstBytes payload, CompressionPool& pool)
      : type_(type), payload_(payload), pool_(pool) {}
  /// Framed already, elsewhere.
  Broadcast(const Publication& publication, CompressionPool& pool)
      : type_(publication.type()),
        payload_(publication.payload()),
        pool_(pool),
        plain_(publication.frame()) {}

  MessageType type() const { return type_; }
  ConstBytes payload() const { return payload_; }
  const base::Outbox::Shared& plain();
  /// Nothing if it would not be smaller.
  const base::Outbox::Shared& compressed();

 private:
  const MessageType type_;
  const ConstBytes payload_;
  CompressionPool& pool_;
  base::Outbox::Shared plain_;
  base::Outbox::Shared compressed_;
  bool is_compression_tried_ = false;
};

}  // namespace duplex::connection
