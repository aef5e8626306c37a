// Where a connection's subscriptions go. The server has topics, a client has none.
#pragma once

#include <string_view>

#include <duplex/limits.hpp>
#include <duplex/message.hpp>

#include "connection/publication.hpp"

namespace duplex::connection {

class Pump;

class TopicHub {
 public:
  virtual ~TopicHub() = default;
  virtual SendVerdict subscribe(Pump& subscriber, std::string_view pattern) = 0;
  virtual SendVerdict unsubscribe(Pump& subscriber, std::string_view pattern) = 0;
  /// To every subscriber but `publisher`, which may be null, on this loop and all others of the server.
  virtual SendVerdict publish(Pump* publisher, std::string_view topic, MessageType type,
                              ConstBytes payload) = 0;
  /// What another loop or thread has published, to the subscribers of this loop.
  virtual void deliver(const Publication& publication) = 0;
  /// The connection is over.
  virtual void forget(Pump& subscriber) = 0;
};

}  // namespace duplex::connection
