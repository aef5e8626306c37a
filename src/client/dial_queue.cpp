#include "client/dial_queue.hpp"

#include <algorithm>

namespace duplex::client {

void DialQueue::add(Dialer& dialer) {
  Host& host = hosts_[dialer.host()];
  if (host.under_way >= handshakes_per_host_max_) return host.waiting.push_back(&dialer);
  ++host.under_way;
  dialer.start();
}

void DialQueue::remove(Dialer& dialer) {
  const auto found = hosts_.find(dialer.host());
  Host& host = found->second;
  const auto waiting = std::find(host.waiting.begin(), host.waiting.end(), &dialer);
  if (waiting != host.waiting.end()) {
    host.waiting.erase(waiting);
    return;
  }
  --host.under_way;
  if (!host.waiting.empty()) {
    Dialer& next = *host.waiting.front();
    host.waiting.pop_front();
    ++host.under_way;
    next.start();
  } else if (host.under_way == 0) {
    hosts_.erase(found);
  }
}

}  // namespace duplex::client
