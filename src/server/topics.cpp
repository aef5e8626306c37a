#include "server/topics.hpp"

#include <algorithm>
#include <utility>

#include <duplex/protocol.hpp>

#include "connection/pump.hpp"

namespace duplex::server {

using connection::Pump;

namespace {

/// "+" and "#" stand for whole levels, and nothing follows "#".
bool is_pattern(const std::vector<std::string_view>& levels) {
  for (std::size_t index = 0; index < levels.size(); ++index) {
    const std::string_view level = levels[index];
    if (level.size() > 1 && level.find_first_of("+#") != std::string_view::npos) return false;
    if (level == "#" && index + 1 != levels.size()) return false;
  }
  return true;
}

bool is_within(const Limits& limits, std::string_view topic) {
  if (topic.empty() || topic.size() > limits.topic_bytes_max) return false;
  return static_cast<std::size_t>(std::count(topic.begin(), topic.end(), '/')) < limits.topic_levels_max;
}

std::vector<std::string_view> levels_of(std::string_view topic) {
  std::vector<std::string_view> levels;
  while (true) {
    const std::size_t slash = topic.find('/');
    levels.push_back(topic.substr(0, slash));
    if (slash == std::string_view::npos) return levels;
    topic.remove_prefix(slash + 1);
  }
}

}  // namespace

void Topics::join(const Exchange& exchange, std::shared_ptr<connection::Mailbox> own) {
  exchange_ = &exchange;
  own_mailbox_ = std::move(own);
}

bool Topics::Subscribers::insert(Pump* pump) {
  if (!positions_.emplace(pump, pumps_.size()).second) return false;
  pumps_.push_back(pump);
  return true;
}

void Topics::Subscribers::erase(Pump* pump) {
  const auto found = positions_.find(pump);
  if (found == positions_.end()) return;
  pumps_[found->second] = pumps_.back();
  positions_[pumps_.back()] = found->second;
  pumps_.pop_back();
  positions_.erase(pump);
}

SendVerdict Topics::subscribe(Pump& subscriber, std::string_view pattern) {
  if (!is_within(subscriber.limits(), pattern)) return SendVerdict::invalid;
  const Levels levels = levels_of(pattern);
  if (!is_pattern(levels)) return SendVerdict::invalid;
  if (!subscriber.is_open()) return SendVerdict::closed;
  std::vector<std::string>& patterns = patterns_[&subscriber];
  if (std::find(patterns.begin(), patterns.end(), pattern) != patterns.end()) return SendVerdict::sent;
  if (patterns.size() >= subscriber.limits().subscriptions_max) return SendVerdict::invalid;
  Node* node = &root_;
  for (const std::string_view level : levels) {
    auto& child = node->children[std::string(level)];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  node->subscribers.insert(&subscriber);
  patterns.emplace_back(pattern);
  count_subscriptions(1);
  return SendVerdict::sent;
}

SendVerdict Topics::unsubscribe(Pump& subscriber, std::string_view pattern) {
  if (!is_within(subscriber.limits(), pattern)) return SendVerdict::invalid;
  const Levels levels = levels_of(pattern);
  if (!is_pattern(levels)) return SendVerdict::invalid;
  const auto mine = patterns_.find(&subscriber);
  if (mine == patterns_.end() || std::erase(mine->second, pattern) == 0) return SendVerdict::sent;
  erase(root_, levels, 0, subscriber);
  count_subscriptions(-1);
  return SendVerdict::sent;
}

void Topics::erase(Node& node, const Levels& levels, std::size_t depth, Pump& subscriber) {
  if (depth == levels.size()) return node.subscribers.erase(&subscriber);
  const auto child = node.children.find(levels[depth]);
  if (child == node.children.end()) return;
  erase(*child->second, levels, depth + 1, subscriber);
  // A tree that only grows would be a leak that any client can feed.
  if (child->second->subscribers.empty() && child->second->children.empty()) node.children.erase(child);
}

void Topics::forget(Pump& subscriber) {
  const auto mine = patterns_.find(&subscriber);
  if (mine == patterns_.end()) return;
  for (const std::string& pattern : mine->second) erase(root_, levels_of(pattern), 0, subscriber);
  count_subscriptions(-static_cast<std::ptrdiff_t>(mine->second.size()));
  patterns_.erase(mine);
}

void Topics::count_subscriptions(std::ptrdiff_t change) {
  subscriptions_ += static_cast<std::size_t>(change);
  if (own_mailbox_) own_mailbox_->set_has_subscribers(subscriptions_ > 0);
}

bool Topics::is_publishable(const Limits& limits, std::string_view topic, MessageType type,
                            ConstBytes payload) {
  if (!is_within(limits, topic) || topic.find_first_of("+#") != std::string_view::npos) return false;
  return type != MessageType::text || is_valid_utf8(payload);
}

SendVerdict Topics::publish(Pump* publisher, std::string_view topic, MessageType type, ConstBytes payload) {
  const Limits& limits = publisher == nullptr ? limits_ : publisher->limits();
  if (!is_publishable(limits, topic, type, payload)) return SendVerdict::invalid;
  connection::Broadcast broadcast(type, payload, compression_);
  const SendVerdict verdict = publish_elsewhere(topic, broadcast);
  send_to_audience(publisher, topic, broadcast);
  return verdict;
}

SendVerdict Topics::publish_elsewhere(std::string_view topic, connection::Broadcast& broadcast) {
  if (exchange_ == nullptr || !exchange_->has_audience(own_mailbox_.get())) return SendVerdict::sent;
  const auto publication = std::make_shared<const connection::Publication>(
      topic, broadcast.type(), broadcast.plain(), broadcast.payload().size());
  const SendVerdict verdict = exchange_->publish(own_mailbox_.get(), publication);
  return verdict == SendVerdict::dropped ? verdict : SendVerdict::sent;
}

void Topics::deliver(const connection::Publication& publication) {
  connection::Broadcast broadcast(publication, compression_);
  send_to_audience(nullptr, publication.topic(), broadcast);
}

void Topics::send_to_audience(const Pump* publisher, std::string_view topic,
                              connection::Broadcast& broadcast) {
  // All of the audience first: whoever hears may end, leave or publish, and the tree must not change
  // underfoot.
  std::vector<Pump*> audience = std::exchange(audience_, {});
  ++broadcasts_;
  gather(root_, levels_of(topic), 0, audience);
  for (Pump* subscriber : audience) {
    if (subscriber == publisher) continue;
    // The route's overflow policy answers for the subscriber.
    static_cast<void>(subscriber->send_shared(broadcast));
  }
  audience.clear();
  audience_ = std::move(audience);
}

void Topics::gather(const Node& node, const Levels& levels, std::size_t depth,
                    std::vector<Pump*>& audience) const {
  const auto child = [&node](std::string_view level) {
    const auto found = node.children.find(level);
    return found == node.children.end() ? nullptr : found->second.get();
  };
  gather_subscribers(child("#"), audience);
  if (depth == levels.size()) return gather_subscribers(&node, audience);
  if (const Node* same = child(levels[depth])) gather(*same, levels, depth + 1, audience);
  if (const Node* any = child("+")) gather(*any, levels, depth + 1, audience);
}

void Topics::gather_subscribers(const Node* node, std::vector<Pump*>& audience) const {
  if (node == nullptr) return;
  for (Pump* subscriber : node->subscribers.pumps()) {
    if (subscriber->is_first_visit(broadcasts_)) audience.push_back(subscriber);
  }
}

}  // namespace duplex::server
