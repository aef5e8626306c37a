// Whose turn it is: so many dials at once to one host (RFC 6455 §4.1 step 2), so that a client cannot be made
// to flood one.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace duplex::client {

/// Lets dials to one host through in the order in which they came, so many at once. What a host is, a name or
/// an address, is up to who asks. Loop thread only; outlives its places.
class DialQueue {
 public:
  explicit DialQueue(std::size_t dials_per_host_max) : dials_per_host_max_(dials_per_host_max) {}

  /// First in the queue, then under way. Destroying it makes way for the next, whose turn begins right then.
  class Place;

  /// Calls `turn` when the turn has come, perhaps from within this call. It must not destroy the place.
  std::unique_ptr<Place> enter(const std::string& host, std::function<void()> turn);

 private:
  struct Host {
    std::size_t under_way = 0;
    std::deque<Place*> waiting;
  };
  using Hosts = std::map<std::string, Host>;

  void leave(Place& place);
  void begin_next(Host& host);

  const std::size_t dials_per_host_max_;
  Hosts hosts_;
};

class DialQueue::Place {
 public:
  Place(DialQueue& queue, Hosts::iterator host, std::function<void()> turn)
      : queue_(queue), host_(host), turn_(std::move(turn)) {}
  ~Place() { queue_.leave(*this); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  friend class DialQueue;
  DialQueue& queue_;
  const Hosts::iterator host_;
  std::function<void()> turn_;  // empty once the turn has come
};

/// A dial goes through both: its name's turn keeps dials to one name in order and their addresses fresh, its
/// address's turn is the one that RFC 6455 demands, which holds under every name.
struct DialQueues {
  explicit DialQueues(std::size_t dials_per_host_max)
      : names(dials_per_host_max), addresses(dials_per_host_max) {}

  DialQueue names;
  DialQueue addresses;
};

}  // namespace duplex::client
