#include "client/dial_queue.hpp"

#include <algorithm>
#include <utility>

namespace duplex::client {

std::unique_ptr<DialQueue::Place> DialQueue::enter(const std::string& host, std::function<void()> turn) {
  const auto found = hosts_.try_emplace(host).first;
  auto place = std::make_unique<Place>(*this, found, std::move(turn));
  found->second.waiting.push_back(place.get());
  begin_next(found->second);
  return place;
}

void DialQueue::leave(Place& place) {
  Host& host = place.host_->second;
  if (place.turn_) {
    host.waiting.erase(std::find(host.waiting.begin(), host.waiting.end(), &place));
  } else {
    --host.under_way;
  }
  begin_next(host);
  if (host.under_way == 0) hosts_.erase(place.host_);
}

void DialQueue::begin_next(Host& host) {
  if (host.waiting.empty() || host.under_way >= dials_per_host_max_) return;
  Place& next = *host.waiting.front();
  host.waiting.pop_front();
  ++host.under_way;
  std::exchange(next.turn_, nullptr)();
}

}  // namespace duplex::client
