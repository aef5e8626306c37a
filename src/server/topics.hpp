// Topics: who has subscribed to what, with wildcards, and the broadcast that is framed once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <duplex/compression.hpp>

#include "connection/topic_hub.hpp"

namespace duplex::server {

/// A tree of topic levels. "+" stands for exactly one level and a final "#" for all that follow, none
/// included ("prices/#" also hears "prices"), as in MQTT. Loop thread only.
class Topics final : public connection::TopicHub {
 public:
  /// `limits` hold for publications that come from no connection; `compression` outlives this.
  Topics(const Limits& limits, CompressionPool& compression) : limits_(limits), compression_(compression) {}

  SendVerdict subscribe(connection::Pump& subscriber, std::string_view pattern) override;
  SendVerdict unsubscribe(connection::Pump& subscriber, std::string_view pattern) override;
  SendVerdict publish(connection::Pump* publisher, std::string_view topic, MessageType type,
                      ConstBytes payload) override;
  void forget(connection::Pump& subscriber) override;

 private:
  /// A set that is walked fast and forgets in constant time.
  class Subscribers {
   public:
    bool insert(connection::Pump* pump);
    void erase(connection::Pump* pump);
    bool empty() const { return pumps_.empty(); }
    const std::vector<connection::Pump*>& pumps() const { return pumps_; }

   private:
    std::vector<connection::Pump*> pumps_;
    std::unordered_map<connection::Pump*, std::size_t> positions_;
  };
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    Subscribers subscribers;
  };
  using Levels = std::vector<std::string_view>;

  static bool split(std::string_view topic, const Limits& limits, Levels& levels);
  void erase(Node& node, const Levels& levels, std::size_t depth, connection::Pump& subscriber);
  void gather(const Node& node, const Levels& levels, std::size_t depth,
              std::vector<connection::Pump*>& audience) const;
  void gather_subscribers(const Node* node, std::vector<connection::Pump*>& audience) const;
  void deliver(const connection::Pump* publisher, MessageType type, ConstBytes payload,
               const std::vector<connection::Pump*>& audience);

  const Limits limits_;
  CompressionPool& compression_;
  Node root_;
  std::unordered_map<connection::Pump*, std::vector<std::string>> patterns_;
  std::uint64_t broadcasts_ = 0;
  std::vector<connection::Pump*> audience_;  // memory for the next publication
};

}  // namespace duplex::server
