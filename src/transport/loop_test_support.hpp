// What the tests of all loops share: listeners that write down what they hear, and bounded waiting.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transport/transport.hpp"

namespace duplex::transport::testing {

using namespace std::chrono_literals;

/// Takes turns until the condition holds. False: it still does not after far more time than it can need.
template<class Condition>
bool turn_until(Loop& loop, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    loop.run_once(10ms);
  }
  return true;
}

/// The owner of one stream: notes everything, and does what a test wants done from within a callback.
class Peer final : public StreamListener {
 public:
  Peer() = default;
  explicit Peer(std::unique_ptr<Stream> owned) { own(std::move(owned)); }

  void own(std::unique_ptr<Stream> owned) {
    stream = std::move(owned);
    stream->set_listener(*this);
  }
  /// How much of it was accepted.
  std::size_t write(std::string_view text) {
    const ConstBytes piece = as_bytes(text);
    return stream->write({&piece, 1});
  }

  std::string_view last_piece() const {
    return std::string_view(received).substr(received.size() - pieces.back());
  }

  void handle_bytes(Bytes bytes) override {
    received += as_text(bytes);
    pieces.push_back(bytes.size());
    if (on_bytes) on_bytes();
  }
  Bytes landing_room() override { return std::as_writable_bytes(std::span<char>(landing)); }
  void handle_landed(std::size_t count) override {
    received.append(landing, 0, count);
    pieces.push_back(count);
    landed_bytes += count;
    if (on_bytes) on_bytes();
  }
  void handle_eof() override {
    ++eof_count;
    received_at_eof = received.size();
    if (on_eof) on_eof();
  }
  void handle_writable() override {
    ++writable_count;
    if (on_writable) on_writable();
  }
  void handle_lost(std::string_view reason) override {
    ++lost_count;
    lost_reason = reason;
    if (on_lost) on_lost();
  }

  std::unique_ptr<Stream> stream;
  std::string received;
  std::vector<std::size_t> pieces;
  std::string landing;  // room that is offered to the next bytes
  std::size_t landed_bytes = 0;
  std::size_t received_at_eof = 0;
  int eof_count = 0;
  int writable_count = 0;
  int lost_count = 0;
  std::string lost_reason;
  std::function<void()> on_bytes, on_eof, on_writable, on_lost;
};

/// Sends a long text as fast as the stream takes it.
class Sender {
 public:
  Sender(Peer& peer, std::string text) : peer_(peer), text_(std::move(text)) {
    peer_.on_writable = [this] { send(); };
  }
  void send() {
    if (is_done()) return;
    sent_ += peer_.write(std::string_view(text_).substr(sent_));
    if (!is_done()) ++partial_write_count_;
  }
  bool is_done() const { return sent_ == text_.size(); }
  int partial_write_count() const { return partial_write_count_; }

 private:
  Peer& peer_;
  std::string text_;
  std::size_t sent_ = 0;
  int partial_write_count_ = 0;
};

/// Keeps the accepted streams, each with its listener, in the order of accepting.
class Acceptor final : public StreamAcceptor {
 public:
  void handle_accept(std::unique_ptr<Stream> stream) override {
    peers.push_back(std::make_unique<Peer>(std::move(stream)));
    if (on_accept) on_accept(*peers.back());
  }

  std::vector<std::unique_ptr<Peer>> peers;
  std::function<void(Peer&)> on_accept;
};

/// Asks for the addresses of a host, and keeps the answer.
class Asker final : public ResolveListener {
 public:
  Asker(Loop& loop, const Endpoint& endpoint) : question(loop.resolve(endpoint, *this)) {}

  void handle_resolved(std::vector<Endpoint> resolved) override {
    addresses = std::move(resolved);
    end();
  }
  void handle_resolve_failed(const Error& error) override {
    failure = error.message;
    end();
  }
  bool is_ended() const { return answer_count > 0; }

  std::vector<Endpoint> addresses;
  std::string failure;
  int answer_count = 0;
  std::function<void()> on_end;
  std::unique_ptr<Resolving> question;

 private:
  void end() {
    ++answer_count;
    if (on_end) on_end();
  }
};

/// Connects, and owns the stream once it did.
class Dialer final : public ConnectListener {
 public:
  Dialer(Loop& loop, const Endpoint& endpoint) : attempt(loop.connect(endpoint, *this)) {}

  void handle_connected(std::unique_ptr<Stream> stream) override {
    ++connected_count;
    peer.own(std::move(stream));
    if (on_end) on_end();
  }
  void handle_connect_failed(const Error& error) override {
    ++failed_count;
    failure = error.message;
    if (on_end) on_end();
  }
  bool is_ended() const { return connected_count + failed_count > 0; }

  Peer peer;
  int connected_count = 0;
  int failed_count = 0;
  std::string failure;
  std::function<void()> on_end;
  std::unique_ptr<Connecting> attempt;
};

/// A text without a period, so that lost, doubled and swapped parts show.
inline std::string long_text(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::uint32_t state = 1;
  for (char& each : text) {
    state = state * 1664525 + 1013904223;
    each = static_cast<char>(state >> 24);
  }
  return text;
}

}  // namespace duplex::transport::testing
