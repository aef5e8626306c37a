// Connections by the ten thousand: opened without waiting for each other, and small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lane.hpp"
#include "socket.hpp"
#include "tape.hpp"

namespace duplex::bench {

struct CrowdOptions {
  Framing framing = Framing::websocket;
  std::uint16_t port = 0;
  std::string path = "/";
  /// Connections from one address; the next ones come from the next address of 127.0.0.0/8. A port number
  /// has 16 bits, and a part of them is for others.
  std::size_t connections_per_address = 20'000;
  bool spins = false;
};

/// Opens connections and hears what is sent to all of them. One thread. The caller keeps the numbers apart:
/// connection N is the N-th that was begun, or took the place of that one.
class Crowd {
 public:
  explicit Crowd(const CrowdOptions& options);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  /// One more connection is on its way. False when the kernel has no file or port left for it: then errno.
  bool begin();
  /// Ends a connection at once, without leaving a port behind in TIME_WAIT, and begins it again.
  void begin_again(std::size_t number);
  /// Waits for events of a moment at most, and handles them.
  void turn();

  std::size_t begun() const { return members_.size(); }
  std::size_t open() const { return open_; }
  std::size_t refused() const { return refused_; }  ///< by a RST or an end before the answer
  /// Called with the number of a connection that is open now.
  std::function<void(std::size_t number)> opened;
  /// From now on every open connection is to receive these bytes, once. Pings are answered at any time.
  void expect(std::string bytes);
  std::size_t served() const { return served_; }

 private:
  enum class State : std::uint8_t { connecting, asking, open, gone };
  struct Member {
    int descriptor = -1;
    std::uint32_t received_bytes = 0;  // of what is expected
    State state = State::connecting;
  };

  bool connect(std::size_t number);
  void handle(std::uint32_t events, std::size_t number);
  void ask(std::size_t number);
  void receive_answer(std::size_t number);
  void receive_expected(Member& member);
  /// Takes a Ping off the front.
  bool answer_ping(const Member& member, std::string_view& bytes);
  void refuse(std::size_t number);

  const CrowdOptions options_;
  const std::string request_;
  Socket epoll_;
  std::vector<Member> members_;
  std::unordered_map<std::size_t, std::string> partial_answers_;
  std::vector<char> buffer_;
  std::string expected_;
  std::size_t open_ = 0;
  std::size_t refused_ = 0;
  std::size_t served_ = 0;
};

}  // namespace duplex::bench
