// The way from any thread to the connections of one loop.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/bytes.hpp>
#include <duplex/close.hpp>
#include <duplex/connection.hpp>

namespace duplex::transport {
class Loop;
}

namespace duplex::connection {

class Roster;

/// A bounded queue of what other threads want of connections. Shared by the roster and all handles, because
/// handles may outlive the server; after disconnect() everything answers `closed`. Any thread.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  Mailbox(Roster& roster, std::shared_ptr<transport::Loop> loop, std::size_t bytes_max);

  SendVerdict send(ConnectionId id, MessageType type, ConstBytes payload);
  SendVerdict close(ConnectionId id, CloseCode code, std::string_view reason);
  SendVerdict publish(std::string_view topic, MessageType type, ConstBytes payload);

  /// The roster goes. Loop thread.
  void disconnect();

 private:
  /// One wish; `text` is a close reason or a topic.
  struct Letter {
    enum class Kind { send, close, publish };
    Kind kind = Kind::send;
    ConnectionId id;
    MessageType type = MessageType::binary;
    ByteBuffer payload;
    CloseCode code = CloseCode::normal;
    std::string text;
    std::size_t bytes() const { return sizeof(Letter) + payload.size() + text.size(); }
  };

  /// Null: the caller is on another thread, or the roster is gone.
  Roster* roster_here();
  SendVerdict post(Letter letter);
  void deliver_all();
  static void deliver(Roster& roster, const Letter& letter);

  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::shared_ptr<transport::Loop>
      loop_;                     // guarded: dropped by disconnect(), so that handles keep no loop alive
  Roster* roster_;               // guarded
  std::vector<Letter> letters_;  // guarded
  std::size_t bytes_ = 0;        // guarded
};

}  // namespace duplex::connection
