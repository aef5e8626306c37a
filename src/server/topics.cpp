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

}  // namespace

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

bool Topics::split(std::string_view topic, const Limits& limits, Levels& levels) {
  if (topic.empty() || topic.size() > limits.topic_bytes_max) return false;
  while (true) {
    const std::size_t slash = topic.find('/');
    levels.push_back(topic.substr(0, slash));
    if (levels.size() > limits.topic_levels_max) return false;
    if (slash == std::string_view::npos) return true;
    topic.remove_prefix(slash + 1);
  }
}

SendVerdict Topics::subscribe(Pump& subscriber, std::string_view pattern) {
  Levels levels;
  if (!split(pattern, subscriber.limits(), levels) || !is_pattern(levels)) return SendVerdict::invalid;
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
  return SendVerdict::sent;
}

SendVerdict Topics::unsubscribe(Pump& subscriber, std::string_view pattern) {
  Levels levels;
  if (!split(pattern, subscriber.limits(), levels) || !is_pattern(levels)) return SendVerdict::invalid;
  const auto mine = patterns_.find(&subscriber);
  if (mine == patterns_.end() || std::erase(mine->second, pattern) == 0) return SendVerdict::sent;
  erase(root_, levels, 0, subscriber);
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
  for (const std::string& pattern : mine->second) {
    Levels levels;
    if (split(pattern, subscriber.limits(), levels)) erase(root_, levels, 0, subscriber);
  }
  patterns_.erase(mine);
}

SendVerdict Topics::publish(Pump* publisher, std::string_view topic, MessageType type, ConstBytes payload) {
  Levels levels;
  const Limits& limits = publisher == nullptr ? limits_ : publisher->limits();
  if (!split(topic, limits, levels) || topic.find_first_of("+#") != std::string_view::npos)
    return SendVerdict::invalid;
  if (type == MessageType::text && !is_valid_utf8(payload)) return SendVerdict::invalid;
  // All of the audience first: whoever hears may end, leave or publish, and the tree must not change
  // underfoot.
  std::vector<Pump*> audience = std::exchange(audience_, {});
  ++broadcasts_;
  gather(root_, levels, 0, audience);
  deliver(publisher, type, payload, audience);
  audience.clear();
  audience_ = std::move(audience);
  return SendVerdict::sent;
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

void Topics::deliver(const Pump* publisher, MessageType type, ConstBytes payload,
                     const std::vector<Pump*>& audience) {
  connection::Broadcast broadcast(type, payload, compression_);
  for (Pump* subscriber : audience) {
    if (subscriber == publisher) continue;
    // The route's overflow policy answers for the subscriber.
    static_cast<void>(subscriber->send_shared(broadcast));
  }
}

}  // namespace duplex::server
