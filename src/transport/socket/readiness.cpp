#include "transport/socket/readiness.hpp"

#include <algorithm>
#include <cerrno>

#include "base/assert.hpp"

namespace duplex::transport {

bool Readiness::open() {
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  return static_cast<bool>(epoll_);
}

bool Readiness::watch(const Descriptor& descriptor, EventSource& source, std::uint32_t events) {
  epoll_event event{.events = events | EPOLLET, .data = {.ptr = &source}};
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event) == 0;
}

bool Readiness::watch_wake(const Descriptor& descriptor) {
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event) == 0;
}

void Readiness::unwatch(const Descriptor& descriptor, EventSource& source) {
  // Explicitly, though closing does it too: a copy of the descriptor in a process that is just being forked
  // would keep it registered, and epoll would go on to report a source that is gone.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor.get(), nullptr);
  for (epoll_event& event : unserved_) {
    if (event.data.ptr == &source) event.data.ptr = nullptr;
  }
}

std::size_t Readiness::wait(int timeout_ms) {
  const int count = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
  DUPLEX_ASSERT(count >= 0 || errno == EINTR);
  // Known before anything is served: whoever is destroyed meanwhile takes its event out of the batch.
  unserved_ = std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
  return unserved_.size();
}

void Readiness::serve(SourceService& sources) {
  while (!unserved_.empty()) {
    const epoll_event event = unserved_.front();
    unserved_ = unserved_.subspan(1);
    if (event.data.ptr == nullptr) continue;  // a wake-up, or the source is gone
    sources.serve(*static_cast<EventSource*>(event.data.ptr), event.events);
  }
}

}  // namespace duplex::transport
