// All connections of one loop, by id, and what they share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <duplex/buffer_pool.hpp>
#include <duplex/connection.hpp>
#include <duplex/log.hpp>

#include "base/entropy.hpp"
#include "connection/pump.hpp"
#include "connection/topic_hub.hpp"
#include "transport/transport.hpp"

namespace duplex::connection {

class Mailbox;

/// Owns the pumps of one loop. Loop thread only; other threads go through the mailbox.
class Roster final : private transport::TurnEnd {
 public:
  /// `compression` outlives the roster. `loop_number` goes into the ids.
  Roster(std::shared_ptr<transport::Loop> loop, std::size_t mailbox_bytes_max, CompressionPool& compression,
         Log log, std::uint32_t loop_number = 0);
  ~Roster();
  /// Destroys all connections; handles answer `closed` from now on. The destructor does it, too.
  void end();

  /// Takes a stream whose opening handshake is done and starts its session. `rest` are bytes that came behind
  /// the handshake; they are borrowed for the call.
  ConnectionId open(std::shared_ptr<const Terms> terms, Pump::Start start, Bytes rest);
  Pump* find(ConnectionId id);
  Handle handle_of(ConnectionId id) const;
  /// Any thread.
  std::size_t count() const { return count_.load(std::memory_order_relaxed); }
  /// Calls `visit` for every connection; it may close them.
  void for_each(const std::function<void(Pump&)>& visit);

  transport::Loop& loop() { return *loop_; }
  Entropy& entropy() { return entropy_; }
  CompressionPool& compression() { return compression_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  void log(LogLevel level, std::string_view text) const {
    if (log_) log_(level, text);
  }

  /// Work of the application that belongs to no connection (posted, planned, callbacks): an exception there
  /// is logged, and life goes on. After the roster's end it does nothing. `what` is for the log. Any thread.
  std::function<void()> guarded(std::string_view what, std::function<void()> work);

  void set_topics(TopicHub* topics) { topics_ = topics; }
  TopicHub* topics() { return topics_; }
  /// Called at the end of a turn in which the last connection went.
  void set_emptied(std::function<void()> emptied) { emptied_ = std::move(emptied); }

  // --- for pumps

  /// The pump is done; it is destroyed at the end of the turn, when nothing of it is on the stack.
  void retire(Pump& pump);
  /// Memory for output and for messages that are being assembled.
  BufferPool& buffers() { return buffers_; }

 private:
  struct Slot {
    std::unique_ptr<Pump> pump;
    std::uint32_t generation = 0;
  };

  void handle_turn_end() override;
  void give_memory_back();
  std::uint32_t free_slot();

  std::shared_ptr<transport::Loop> loop_;
  CompressionPool& compression_;
  BufferPool buffers_;  // before the pumps, which give back to it
  Log log_;
  const std::uint32_t loop_number_;
  base::SystemEntropy entropy_;
  std::shared_ptr<Mailbox> mailbox_;
  TopicHub* topics_ = nullptr;
  std::function<void()> emptied_;

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<ConnectionId> retired_;
  std::atomic<std::size_t> count_ = 0;  // written by the loop thread only
  std::size_t peak_count_ = 0;          // since memory was given back to the system
  bool had_burst_ = false;              // and some of it is still open
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace duplex::connection
