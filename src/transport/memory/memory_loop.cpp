#include "transport/memory/memory_loop.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "transport/endpoint.hpp"
#include "transport/memory/memory_connecting.hpp"
#include "transport/memory/memory_listener.hpp"
#include "transport/memory/memory_resolving.hpp"
#include "transport/memory/memory_stream.hpp"

namespace duplex::transport {

namespace {

// Where IANA's dynamic ports begin (RFC 6335 §6).
constexpr std::uint16_t first_free_port = 49152;

// Far beyond what any test needs: two sides that keep each other busy for ever shall fail, not hang.
constexpr int turns_to_settle_max = 10'000'000;

}  // namespace

MemoryLoop::MemoryLoop(std::uint64_t seed, MemoryOptions options)
    : options_(options),
      random_(seed),
      now_(std::chrono::hours(1)),  // not the epoch, so that tests may subtract from now()
      next_port_(first_free_port),
      loop_thread_(std::this_thread::get_id()) {}

// What was posted may hold on to objects of this loop; they go while it is still whole.
MemoryLoop::~MemoryLoop() { turn_.work.clear(); }

Result<std::unique_ptr<Listener>> MemoryLoop::listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                                     PortSharing sharing) {
  const auto addresses = addresses_of(endpoint.host);
  if (addresses.empty()) {
    return Error(ErrorKind::environment,
                 "cannot listen on " + endpoint_text(endpoint) + ": Name or service not known");
  }
  const Endpoint bound{addresses.front(), endpoint.port == 0 ? take_free_port() : endpoint.port};
  auto listener = std::make_unique<MemoryListener>(*this, bound, acceptor, sharing);
  const bool is_taken = std::any_of(listeners_.begin(), listeners_.end(), [&](const MemoryListener* other) {
    return other->conflicts_with(*listener);
  });
  if (is_taken) {
    return Error(ErrorKind::environment,
                 "cannot listen on " + endpoint_text(endpoint) + ": Address already in use");
  }
  listeners_.push_back(listener.get());
  return std::unique_ptr<Listener>(std::move(listener));
}

std::unique_ptr<Resolving> MemoryLoop::resolve(const Endpoint& endpoint, ResolveListener& listener) {
  return std::make_unique<MemoryResolving>(*this, endpoint, listener);
}

std::unique_ptr<Connecting> MemoryLoop::connect(const Endpoint& address, ConnectListener& listener) {
  return std::make_unique<MemoryConnecting>(*this, address, listener);
}

void MemoryLoop::serve_after_round_trip(EventSource& source, Timer& timer) {
  if (options_.latency.count() == 0) return turn_.sources.serve_again(source);
  schedule(timer, now_ + 2 * options_.latency);
}

std::vector<std::string> MemoryLoop::addresses_of(const std::string& host) const {
  const auto name = names_.find(host);
  return name == names_.end() ? std::vector{host} : name->second;
}

MemoryListener* MemoryLoop::find_listener(const Endpoint& endpoint) {
  const auto found = std::find_if(listeners_.begin(), listeners_.end(), [&](const MemoryListener* listener) {
    return listener->listens_on(endpoint);
  });
  if (found == listeners_.end()) return nullptr;
  // To the back of the queue, so that listeners that share a port take turns.
  std::rotate(found, found + 1, listeners_.end());
  return listeners_.back();
}

std::uint16_t MemoryLoop::take_free_port() {
  if (next_port_ < first_free_port) next_port_ = first_free_port;
  return next_port_++;
}

std::size_t MemoryLoop::next_piece_bytes(std::size_t arrived) {
  DUPLEX_ASSERT(options_.piece_bytes_max > 0);
  const bool is_random = options_.segmentation == Segmentation::random;
  const std::size_t wanted = is_random ? 1 + random_() % options_.piece_bytes_max : options_.piece_bytes_max;
  return std::min(wanted, arrived);
}

void MemoryLoop::post(std::function<void()> work) {
  if (!turn_.work.push(std::move(work))) return;
  const std::lock_guard lock(news_mutex_);
  news_.notify_all();
}

void MemoryLoop::stop() {
  const std::lock_guard lock(news_mutex_);
  is_stopping_ = true;
  news_.notify_all();
}

void MemoryLoop::run() {
  become_loop_thread();
  for (;;) {
    if (!turn_.is_due()) wait_for_news();
    take_turn();
    const std::lock_guard lock(news_mutex_);
    if (std::exchange(is_stopping_, false)) return;
  }
}

void MemoryLoop::wait_for_news() {
  if (turn_.timers.next_deadline()) return jump_to(TimePoint::max());
  std::unique_lock lock(news_mutex_);
  news_.wait(lock, [this] { return is_stopping_ || turn_.work.has_work(); });
}

bool MemoryLoop::run_once(std::chrono::milliseconds wait_max) {
  become_loop_thread();
  if (!turn_.is_due()) jump_to(now_ + wait_max);
  return take_turn();
}

bool MemoryLoop::take_turn() {
  const bool served = turn_.sources.serve_waiting();
  const bool finished = turn_.finish(now_);
  return served || finished;
}

void MemoryLoop::jump_to(TimePoint limit) {
  const TimePoint next = turn_.timers.next_deadline().value_or(limit);
  now_ = std::max(now_, std::min(next, limit));
}

void MemoryLoop::settle() {
  become_loop_thread();
  int turns = 0;
  while (take_turn()) DUPLEX_ASSERT(++turns < turns_to_settle_max);
}

void MemoryLoop::advance(std::chrono::nanoseconds duration) {
  const TimePoint end = now_ + duration;
  settle();
  while (now_ < end) {
    jump_to(end);
    settle();
  }
}

void MemoryLoop::cut(Stream& stream) { static_cast<MemoryStream&>(stream).cut(); }

void MemoryLoop::silence(Stream& stream) { static_cast<MemoryStream&>(stream).silence(); }

}  // namespace duplex::transport
