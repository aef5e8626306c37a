// Connections without a handshake before them, for the tests of this folder.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "connection/roster.hpp"
#include "connection/terms.hpp"
#include "transport/memory/memory_loop.hpp"

namespace duplex::connection {

/// Counts what it costs: every write would be a system call.
class CountingStream final : public transport::Stream {
 public:
  CountingStream(std::unique_ptr<transport::Stream> inner, int& writes)
      : inner_(std::move(inner)), writes_(writes) {}
  void set_listener(transport::StreamListener& listener) override { inner_->set_listener(listener); }
  std::size_t write(std::span<const ConstBytes> pieces) override {
    ++writes_;
    return inner_->write(pieces);
  }
  void pause_reading() override { inner_->pause_reading(); }
  void resume_reading() override { inner_->resume_reading(); }
  void end_writing() override { inner_->end_writing(); }
  void abort_on_close() override { inner_->abort_on_close(); }
  std::string remote_address() const override { return inner_->remote_address(); }

 private:
  std::unique_ptr<transport::Stream> inner_;
  int& writes_;
};

/// The other end of a connection: keeps what it hears.
struct FarEnd final : transport::ConnectListener, transport::StreamListener {
  void handle_connected(std::unique_ptr<transport::Stream> connected) override {
    stream = std::move(connected);
    stream->set_listener(*this);
  }
  void handle_connect_failed(const Error& error) override { ADD_FAILURE() << error.message; }
  void handle_bytes(Bytes bytes) override { heard += as_text(bytes); }
  void handle_eof() override {}
  void handle_writable() override {}
  void handle_lost(std::string_view) override {}
  void send(std::string_view bytes) const {
    const ConstBytes piece = as_bytes(bytes);
    EXPECT_EQ(stream->write({&piece, 1}), bytes.size());
  }

  std::unique_ptr<transport::Connecting> connecting;
  std::unique_ptr<transport::Stream> stream;
  std::string heard;
  int writes = 0;  // that our side has made towards this end
};

class ConnectionTest : public ::testing::Test, private transport::StreamAcceptor {
 protected:
  static constexpr std::size_t mailbox_bytes_max = 10'000;

  ConnectionTest() {
    auto listener = loop->listen({"127.0.0.1", 1}, *this);
    EXPECT_TRUE(listener);
    listener_ = std::move(*listener);
  }

  /// Opens a server's connection; the other end is far_ends.back(). `output` stands for the 101.
  ConnectionId open(std::shared_ptr<const Terms> terms, std::string_view output = {}, std::string rest = {}) {
    FarEnd& end = *far_ends.emplace_back(std::make_unique<FarEnd>());
    end.connecting = loop->connect({"127.0.0.1", 1}, end);
    loop->settle();
    Pump::Start start{std::make_unique<CountingStream>(std::move(accepted_), end.writes),
                      Protocol::server(terms->limits),
                      {},
                      {},
                      {},
                      {},
                      {}};
    start.output.append(as_bytes(output));
    return roster->open(std::move(terms), std::move(start),
                        std::as_writable_bytes(std::span<char>(rest.data(), rest.size())));
  }
  static std::shared_ptr<const Terms> terms_of(std::shared_ptr<Handler> handler) {
    auto terms = std::make_shared<Terms>();
    terms->handler = std::move(handler);
    return terms;
  }

  std::shared_ptr<transport::MemoryLoop> loop = std::make_shared<transport::MemoryLoop>();
  CompressionPool compression;
  std::vector<std::string> log;
  std::unique_ptr<Roster> roster =
      std::make_unique<Roster>(loop, mailbox_bytes_max, compression,
                               [this](LogLevel, std::string_view text) { log.emplace_back(text); });
  std::vector<std::unique_ptr<FarEnd>> far_ends;

 private:
  void handle_accept(std::unique_ptr<transport::Stream> stream) override { accepted_ = std::move(stream); }

  std::unique_ptr<transport::Listener> listener_;
  std::unique_ptr<transport::Stream> accepted_;
};

/// Keeps nothing and says nothing.
class Silent : public Handler {
 public:
  void message(Connection&, const Message&) override {}
};

}  // namespace duplex::connection
