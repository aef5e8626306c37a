// The way from any thread to the connections of one loop.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/close.hpp>
#include <duplex/connection.hpp>

#include "connection/gate.hpp"
#include "connection/letters.hpp"

namespace duplex::transport {
class Loop;
}

namespace duplex::connection {

class Roster;

/// A bounded queue of what other threads want of connections. Shared by the roster and all handles, because
/// handles may outlive the server; after disconnect() everything answers `closed`. Any thread, without locks.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  Mailbox(Roster& roster, std::shared_ptr<transport::Loop> loop, std::size_t bytes_max);

  SendVerdict send(ConnectionId id, MessageType type, ConstBytes payload);
  SendVerdict close(ConnectionId id, CloseCode code, std::string_view reason);
  /// To the subscribers of this loop. Always queued, also from the loop's own thread.
  SendVerdict publish(std::shared_ptr<const Publication> publication);

  /// A hint for publishers on other threads: may a publication be of interest here? Without subscribers the
  /// loop need not be woken.
  bool has_subscribers() const { return has_subscribers_.load(std::memory_order_acquire); }
  void set_has_subscribers(bool has_some) { has_subscribers_.store(has_some, std::memory_order_release); }

  /// The roster goes. Loop thread, or when the loop has no thread any more.
  void disconnect();

 private:
  /// Null: the caller is on another thread, or the roster is gone.
  Roster* roster_here();
  SendVerdict post(std::unique_ptr<Letter> letter);
  void deliver_all();
  static void deliver(Roster& roster, const Letter& letter);

  Gate gate_;
  // Behind the gate: dropped by disconnect(), so that handles keep no loop alive.
  std::shared_ptr<transport::Loop> loop_;
  Roster* roster_;

  LetterQueue letters_;
  std::atomic<bool> has_subscribers_ = false;
};

}  // namespace duplex::connection
