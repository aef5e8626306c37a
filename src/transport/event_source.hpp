// Streams, listeners and connection attempts as a loop sees them.
#pragma once

#include <concepts>
#include <cstdint>

#include "transport/link_list.hpp"

namespace duplex::transport {

/// Something that the loop serves when there is news about it. `events` is the implementation's own set of
/// bits; none means that the source itself asked to be served again.
class EventSource : public Link {
 public:
  virtual void handle_events(std::uint32_t events) = 0;

 protected:
  EventSource() = default;
  ~EventSource() = default;
};

/// Serves one source at a time and knows whether it is still alive: its owner may destroy it from within any
/// callback.
class SourceService {
 public:
  void serve(EventSource& source, std::uint32_t events) {
    serve(source, [events](EventSource& served) { served.handle_events(events); });
  }
  /// For news that are more than a set of bits.
  template<class Source, class Report>
  requires std::invocable<Report, Source&>
  void serve(Source& source, Report report) {
    serving_ = &source;
    report(source);
    serving_ = nullptr;
  }
  /// To be asked by a source after each call of its owner, before it touches itself again: through a local
  /// reference to this service, for its members may be gone.
  bool is_serving(const EventSource& source) const { return serving_ == &source; }
  /// Every source says so in its destructor.
  void forget(const EventSource& source) {
    if (serving_ == &source) serving_ = nullptr;
  }

  /// Serves the source once more in the next turn, which then does not wait.
  void serve_again(EventSource& source) { again_.push_back(source); }
  bool has_waiting() const { return !again_.empty(); }
  bool serve_waiting() {
    return again_.drain([this](EventSource& source) { serve(source, 0); });
  }

 private:
  EventSource* serving_ = nullptr;
  LinkList<EventSource> again_;
};

}  // namespace duplex::transport
