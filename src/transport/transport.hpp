// The contract between the event loop and everything above it. Three implementations keep it: memory/
// (deterministic, virtual clock, no sockets), epoll/, and uring/. Nothing here knows WebSocket.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <duplex/bytes.hpp>
#include <duplex/errors.hpp>
#include <duplex/io.hpp>

#include "transport/link_list.hpp"

namespace duplex::transport {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// Where to listen or to connect. Port 0 listens on a free one.
struct Endpoint {
  std::string host;  ///< a name or an address; an IPv6 one without brackets
  std::uint16_t port = 0;
};

/// What a stream tells its owner. All calls come on the loop thread, never from inside a call of the owner
/// into the stream (write and close never call back). The owner may destroy the stream from within any of
/// these.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  /// Bytes came. They lie in the loop's receive buffer: borrowed for the call, and the callee may change
  /// them.
  virtual void handle_bytes(Bytes bytes) = 0;
  /// Where the next bytes may be put at once, instead of into the loop's receive buffer. Asked before a read
  /// that can choose. Empty: nowhere. Must stay until the read is over.
  virtual Bytes landing_room() { return {}; }
  /// Bytes came into the beginning of the landing room.
  virtual void handle_landed(std::size_t) {}
  /// The peer finished writing (FIN). Writing is still possible. Comes at most once, after the last bytes.
  virtual void handle_eof() = 0;
  /// After a write() that accepted less than everything: there is room again.
  virtual void handle_writable() = 0;
  /// The stream is broken (reset, timeout of the system); nothing works any more and nothing follows.
  virtual void handle_lost(std::string_view reason) = 0;
};

/// What a layer of TLS below the bytes has made sure of.
struct Secured {
  std::string peer_subject;  ///< of the peer's certificate, verified; empty: it has shown none
};

/// One connected byte stream: a resource of its loop's thread. Destroying it closes the descriptor; bytes
/// that write() accepted and end_writing() still reach the peer where the system can deliver them.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Must be set before control returns to the loop; until then nothing is reported. May be replaced at any
  /// time, also from within a callback of the old listener.
  virtual void set_listener(StreamListener& listener) = 0;
  /// Writes as much as the system takes now, gathered in one call; returns how many bytes that was. Fewer
  /// than all: keep the rest and wait for handle_writable(). An error is reported later by handle_lost().
  virtual std::size_t write(std::span<const ConstBytes> pieces) = 0;
  /// Backpressure: no handle_bytes() or handle_eof() until resumed. Both are idempotent; resuming from within
  /// handle_bytes() is allowed. A reset is still reported.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
  /// Half-close: the peer sees an end of stream after what was written. Idempotent; no write() afterwards.
  virtual void end_writing() = 0;
  /// Makes the coming destruction an abort (RST) instead of a close.
  virtual void abort_on_close() = 0;
  /// "203.0.113.7:51234" or "[::1]:51234"; made when asked for.
  virtual std::string remote_address() const = 0;
  /// Null when the bytes travel in the clear. What it says is complete from the first handle_bytes() on.
  virtual const Secured* secured() const { return nullptr; }
};

/// Takes the streams that a Listener accepted.
class StreamAcceptor {
 public:
  virtual ~StreamAcceptor() = default;
  virtual void handle_accept(std::unique_ptr<Stream> stream) = 0;
};

/// A listening socket; destroying it stops listening. Running out of descriptors (EMFILE) is survived: the
/// waiting connections are refused by closing them, a line is logged at most once a second, and accepting
/// goes on.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
};

/// Learns how a resolve() ended; exactly one of the two is called, unless the Resolving was destroyed before.
class ResolveListener {
 public:
  virtual ~ResolveListener() = default;
  /// At least one, in the order to try them, all with the port that was asked with. The hosts are addresses,
  /// and each address has one way to be written: whoever is the same host under another name is found equal.
  virtual void handle_resolved(std::vector<Endpoint> addresses) = 0;
  virtual void handle_resolve_failed(const Error& error) = 0;
};

/// The question for a host's addresses; destroying it withdraws the question.
class Resolving {
 public:
  virtual ~Resolving() = default;
};

/// Learns how a connect() ended; exactly one of the two is called, unless the Connecting was destroyed
/// before.
class ConnectListener {
 public:
  virtual ~ConnectListener() = default;
  virtual void handle_connected(std::unique_ptr<Stream> stream) = 0;
  virtual void handle_connect_failed(const Error& error) = 0;
};

/// A connection attempt under way; destroying it gives up.
class Connecting {
 public:
  virtual ~Connecting() = default;
};

/// A signal of the process that is reported on a loop. Destroying it ends that, and the signal is as it was
/// before.
class SignalWatch {
 public:
  virtual ~SignalWatch() = default;
};

/// One deadline of an object on the loop. Intrusive: owned by whom it concerns, cancelled when destroyed, and
/// rescheduling moves it. Loop thread only.
class Timer {
 public:
  /// `expired(owner)` runs on the loop and may reschedule or destroy the timer. It has no captures: there is
  /// a timer for every connection, and this way it takes two pointers.
  template<class Owner, class Expired>
  requires std::is_empty_v<Expired> && std::invocable<Expired, Owner&> Timer(Owner& owner, Expired)
      : expired_([](void* it) { Expired()(*static_cast<Owner*>(it)); }), owner_(&owner) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  bool is_scheduled() const { return heap_index_ != unscheduled; }
  /// Scheduled, and for no later time.
  bool expires_by(TimePoint time) const;

 private:
  friend class TimerHeap;
  static constexpr std::uint32_t unscheduled = UINT32_MAX;
  void (*const expired_)(void* owner);
  void* const owner_;
  class TimerHeap* heap_ = nullptr;
  std::uint32_t heap_index_ = unscheduled;
};

/// Something to be done once at the end of the loop's turn (flushing output that came from several sources).
/// Intrusive: asking twice in one turn counts once, destroying it withdraws it. What is asked for from within
/// a turn end happens at the end of the next turn, which then does not wait.
class TurnEnd : public Link {
 public:
  virtual void handle_turn_end() = 0;

 protected:
  TurnEnd() = default;
  ~TurnEnd() = default;
};

/// Whether several listeners may have the same port, each on its own loop; the system spreads the connections
/// among them.
enum class PortSharing { exclusive, shared };

/// An event loop: one thread, its streams, timers and clock. Only post(), stop() and is_loop_thread() may be
/// called from other threads. Streams, listeners and timers must be gone before their loop.
///
/// The thread that first runs a loop is to run it until the end: io_uring's cannot move to another one, which
/// is an assertion.
class Loop {
 public:
  virtual ~Loop() = default;

  /// When this turn began: read once per turn, so that all of it happens at one time.
  virtual TimePoint now() const = 0;
  virtual void schedule(Timer& timer, TimePoint deadline) = 0;
  virtual void cancel(Timer& timer) = 0;
  virtual void at_turn_end(TurnEnd& hook) = 0;

  /// Resolves (this may block: it belongs to starting up) and listens on the first address that works.
  virtual Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                                   PortSharing sharing = PortSharing::exclusive) = 0;
  /// Asks for the addresses of a host without blocking the loop. The address of an address is itself. Has no
  /// timeout of its own: destroy the Resolving. The listener is called in a later turn, never from within
  /// resolve().
  virtual std::unique_ptr<Resolving> resolve(const Endpoint& endpoint, ResolveListener& listener) = 0;
  /// Connects to an address: one that resolve() gave, or written as it would. Otherwise as resolve().
  virtual std::unique_ptr<Connecting> connect(const Endpoint& address, ConnectListener& listener) = 0;

  /// Calls `arrived` on the loop when the signal (signal(7)) has reached the process; one that came several
  /// times meanwhile counts once. Blocks it in the calling thread. In other threads it must be blocked, too:
  /// those that are started afterwards inherit that. Fails also on a loop that has no system below it.
  virtual Result<std::unique_ptr<SignalWatch>> watch_signal(int number, std::function<void()> arrived) = 0;

  /// Runs `work` on the loop thread in a later turn, in the order of posting. Any thread; thread-safe with
  /// stop().
  virtual void post(std::function<void()> work) = 0;
  /// Until the first run() or run_once() the loop thread is the one that made the loop.
  virtual bool is_loop_thread() const = 0;
  /// Serves until stop(). The calling thread becomes the loop thread.
  virtual void run() = 0;
  /// Makes run() return after the current turn; before run() it ends the coming one after its first turn. Any
  /// thread.
  virtual void stop() = 0;
  /// One turn: waits for something to happen (at most `wait_max`) and handles all of it. False: nothing
  /// happened. The calling thread becomes the loop thread. Not from within a callback.
  virtual bool run_once(std::chrono::milliseconds wait_max) = 0;
};

/// Takes one line for the operator, without a line break. Called on the loop thread.
using Log = std::function<void(std::string_view)>;

/// The epoll loop. Fails when the system has no descriptors left.
Result<std::shared_ptr<Loop>> make_epoll_loop(Log log = {});

/// The io_uring loop. Fails also where the system lacks or forbids what it needs, and says what that is.
Result<std::shared_ptr<Loop>> make_uring_loop(Log log = {});

/// A loop, and how it came to be that one.
struct ChosenLoop {
  std::shared_ptr<Loop> loop;
  std::string description;       ///< "io_uring", or "epoll (why not io_uring)"
  std::optional<Error> refusal;  ///< it is not the one that was asked for, and must not be used instead
};

/// The loop that was asked for; Io::automatic falls back to epoll.
Result<ChosenLoop> make_loop(Io io, const Log& log = {});
/// For owners that cannot be made without a loop, but can report an error later: one that is only good for
/// that comes with its `refusal`. Ends the process, with a message, when there is no loop at all.
ChosenLoop choose_loop(Io io, const Log& log = {});

}  // namespace duplex::transport
