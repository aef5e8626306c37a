// The event loop without a system under it: a virtual clock, and connections that exist only in memory.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "transport/event_source.hpp"
#include "transport/transport.hpp"
#include "transport/turn.hpp"

namespace duplex::transport {

class MemoryListener;

/// How arrived bytes are cut into calls of handle_bytes().
enum class Segmentation {
  fixed,   ///< pieces of piece_bytes_max
  random,  ///< pieces of 1 to piece_bytes_max, from the seed
};

/// What the memory loop's network is like. May be changed between turns; holds for what is written or
/// delivered from then on.
struct MemoryOptions {
  Segmentation segmentation = Segmentation::fixed;
  std::size_t piece_bytes_max = 512 * 1024;
  /// What one direction of a connection holds at most: beyond that, write() accepts less.
  std::size_t pipe_bytes_max = 64 * 1024;
  /// From write() to handle_bytes(); a connection takes two of them to come about, and so does an answer to
  /// resolve().
  std::chrono::nanoseconds latency{0};
};

/// The deterministic twin of the socket loops, under the same contract: with the same seed and the same calls
/// the same happens, in the same order. Time stands still except in advance(), in run_once() and run() when
/// nothing else is to be done, and then it jumps to the next timer.
///
/// Harsher than a system where a system may be harsh too: a reset destroys everything that was not delivered,
/// and borrowed bytes are freed right after the call, so that a sanitizer sees who kept them.
class MemoryLoop final : public Loop {
 public:
  explicit MemoryLoop(std::uint64_t seed = 0, MemoryOptions options = {});
  ~MemoryLoop() override;

  TimePoint now() const override { return now_; }
  void schedule(Timer& timer, TimePoint deadline) override { turn_.timers.schedule(timer, deadline); }
  void cancel(Timer& timer) override { turn_.timers.cancel(timer); }
  void at_turn_end(TurnEnd& hook) override { turn_.ends.push_back(hook); }
  /// On the host's first address; "0.0.0.0" and "::" are every host.
  Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                           PortSharing sharing = PortSharing::exclusive) override;
  /// "localhost" is 127.0.0.1, other names are what set_addresses() said; every other host counts as an
  /// address.
  std::unique_ptr<Resolving> resolve(const Endpoint& endpoint, ResolveListener& listener) override;
  std::unique_ptr<Connecting> connect(const Endpoint& address, ConnectListener& listener) override;
  Result<std::unique_ptr<SignalWatch>> watch_signal(int, std::function<void()>) override {
    return Error(ErrorKind::environment, "signals do not reach a loop in memory");
  }
  void post(std::function<void()> work) override;
  bool is_loop_thread() const override { return loop_thread_ == std::this_thread::get_id(); }
  void run() override;
  void stop() override;
  /// When nothing is to be done, waiting is virtual too: the clock jumps to the next timer, or by `wait_max`.
  bool run_once(std::chrono::milliseconds wait_max) override;

  // For tests.

  MemoryOptions& options() { return options_; }
  /// Makes `host` a name; without any address it is one that cannot be resolved.
  void set_addresses(const std::string& host, std::vector<std::string> addresses) {
    names_[host] = std::move(addresses);
  }
  /// Takes turns until nothing happens any more. The clock stands still.
  void settle();
  /// Lets time pass: all timers in it run at their deadline, and everything settles before the next.
  void advance(std::chrono::nanoseconds duration);
  /// Resets the connection: both sides lose it.
  void cut(Stream& stream);
  /// Nothing arrives any more on either side, and neither is told.
  void silence(Stream& stream);
  /// The next connect() that is made fails with "cannot connect to …: reason".
  void fail_next_connect(std::string reason) { next_connect_failure_ = std::move(reason); }

  // For the sources of this loop.

  SourceService& sources() { return turn_.sources; }
  /// Serves the source in a later turn, when a round trip has passed. `timer`, which belongs to the source,
  /// then calls serve_again().
  void serve_after_round_trip(EventSource& source, Timer& timer);
  bool is_name(const std::string& host) const { return names_.contains(host); }
  std::vector<std::string> addresses_of(const std::string& host) const;
  /// The size of the next piece when that much has arrived.
  std::size_t next_piece_bytes(std::size_t arrived);
  std::string take_connect_failure() { return std::exchange(next_connect_failure_, {}); }
  /// Null: nobody listens there.
  MemoryListener* find_listener(const Endpoint& endpoint);
  void remove_listener(MemoryListener& listener) { std::erase(listeners_, &listener); }
  std::uint16_t take_free_port();

 private:
  void become_loop_thread() { loop_thread_ = std::this_thread::get_id(); }
  bool take_turn();
  void jump_to(TimePoint limit);
  void wait_for_news();

  MemoryOptions options_;
  std::mt19937_64 random_;
  TimePoint now_;
  Turn turn_;

  std::map<std::string, std::vector<std::string>> names_{{"localhost", {"127.0.0.1"}}};
  std::vector<MemoryListener*> listeners_;
  std::uint16_t next_port_;
  std::string next_connect_failure_;

  std::atomic<std::thread::id> loop_thread_;
  std::mutex news_mutex_;
  std::condition_variable news_;
  bool is_stopping_ = false;  // guarded by news_mutex_
};

}  // namespace duplex::transport
