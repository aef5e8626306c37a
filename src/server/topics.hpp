// Topics: who of a loop has subscribed to what, with wildcards, and the broadcast that is framed once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <duplex/compression.hpp>

#include "connection/broadcast.hpp"
#include "connection/topic_hub.hpp"
#include "server/exchange.hpp"

namespace duplex::server {

/// A tree of topic levels. "+" stands for exactly one level and a final "#" for all that follow, none
/// included ("prices/#" also hears "prices"), as in MQTT. Loop thread only.
class Topics final : public connection::TopicHub {
 public:
  /// `limits` hold for publications that come from no connection; `compression` outlives this.
  Topics(const Limits& limits, CompressionPool& compression) : limits_(limits), compression_(compression) {}

  /// From now on the other loops hear what is published here, and `own` tells them whether anyone here hears
  /// what they publish. `exchange` outlives the subscribers.
  void join(const Exchange& exchange, std::shared_ptr<connection::Mailbox> own);
  /// Whether that can be published at all. Any thread.
  static bool is_publishable(const Limits& limits, std::string_view topic, MessageType type,
                             ConstBytes payload);

  SendVerdict subscribe(connection::Pump& subscriber, std::string_view pattern) override;
  SendVerdict unsubscribe(connection::Pump& subscriber, std::string_view pattern) override;
  SendVerdict publish(connection::Pump* publisher, std::string_view topic, MessageType type,
                      ConstBytes payload) override;
  void deliver(const connection::Publication& publication) override;
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

  void erase(Node& node, const Levels& levels, std::size_t depth, connection::Pump& subscriber);
  void gather(const Node& node, const Levels& levels, std::size_t depth,
              std::vector<connection::Pump*>& audience) const;
  void gather_subscribers(const Node* node, std::vector<connection::Pump*>& audience) const;
  void send_to_audience(const connection::Pump* publisher, std::string_view topic,
                        connection::Broadcast& broadcast);
  SendVerdict publish_elsewhere(std::string_view topic, connection::Broadcast& broadcast);
  void count_subscriptions(std::ptrdiff_t change);

  const Limits limits_;
  CompressionPool& compression_;
  Node root_;
  std::unordered_map<connection::Pump*, std::vector<std::string>> patterns_;
  std::size_t subscriptions_ = 0;
  const Exchange* exchange_ = nullptr;  // null: there is no other loop
  std::shared_ptr<connection::Mailbox> own_mailbox_;
  std::uint64_t broadcasts_ = 0;
  std::vector<connection::Pump*> audience_;  // memory for the next publication
};

}  // namespace duplex::server
