// All connections of the load generator, and the loop that they live on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "answers.hpp"
#include "lane.hpp"
#include "load_options.hpp"
#include "socket.hpp"
#include "tape.hpp"

namespace duplex::bench {

/// Opens connections to the server under test and carries their bytes. One thread.
class Lanes {
 public:
  /// Called when received bytes completed messages of a lane.
  using Completed = std::function<void(Lane& lane, std::size_t messages, Clock::time_point now)>;

  Lanes(const LoadOptions& options, Completed completed);

  /// Blocks until `count` more connections are open. Lanes stay where they are.
  void open(std::size_t count, const std::string& path);
  /// The same with the large messages of the options.
  void open_large(std::size_t count, const std::string& path);
  void close_all() { lanes_.clear(); }
  Lane& operator[](std::size_t index) { return lanes_[index]; }
  std::size_t size() const { return lanes_.size(); }

  void send(Lane& lane, std::size_t messages, Clock::time_point now);
  void run_for(double duration_s);
  /// Until it is true, however long that takes.
  void run_until(const std::function<bool()>& is_done);
  std::uint64_t bytes_received() const { return bytes_received_; }

 private:
  Connection connect() const;
  Lane& open_one(const std::string& path, const Tape& sent, std::unique_ptr<Answers> answers);
  std::unique_ptr<Answers> make_answers() const;
  void turn();
  void handle(std::uint32_t events, Lane& lane);
  void receive(Lane& lane);
  std::size_t receive_some(Lane& lane);
  void watch(int operation, Lane& lane, std::uint32_t events);

  const LoadOptions options_;
  const Completed completed_;
  const std::vector<std::string> payloads_;
  const TapePair tapes_;  // of which a server that compresses is sent another
  const TapePair large_tapes_;
  const Tape compressed_;
  const SslContextPointer tls_;  // null: none
  const bool looks_at_all_;
  std::size_t reads_ = 0;
  Socket epoll_;
  std::vector<Lane> lanes_;
  std::vector<char> buffer_;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace duplex::bench
