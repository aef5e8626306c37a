// A message to a topic on its way to other loops.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/message.hpp>

#include "base/outbox.hpp"

namespace duplex::connection {

/// Framed once; from then on never changed, and shared by all loops that have subscribers.
class Publication {
 public:
  /// `frame` is that of frame_for_broadcast(), of a payload of `payload_bytes`.
  Publication(std::string_view topic, MessageType type, base::Outbox::Shared frame, std::size_t payload_bytes)
      : topic_(topic), type_(type), frame_(std::move(frame)), payload_bytes_(payload_bytes) {}

  const std::string& topic() const { return topic_; }
  MessageType type() const { return type_; }
  const base::Outbox::Shared& frame() const { return frame_; }
  /// The frame is not masked, so the payload is its end.
  ConstBytes payload() const { return frame_->bytes().last(payload_bytes_); }
  std::size_t bytes() const { return sizeof(Publication) + topic_.size() + frame_->size(); }

 private:
  const std::string topic_;
  const MessageType type_;
  const base::Outbox::Shared frame_;
  const std::size_t payload_bytes_;
};

}  // namespace duplex::connection
