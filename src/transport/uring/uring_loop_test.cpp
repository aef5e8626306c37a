// What only the io_uring loop has: buffers and entries that it shares with the kernel.
#include "transport/uring/uring_loop.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <thread>

#include "transport/loop_test_support.hpp"
#include "transport/uring/kernel.hpp"

namespace duplex::transport::testing {
namespace {

class UringLoopTest : public ::testing::TestWithParam<ReceiveBuffers::Use> {
 protected:
  void SetUp() override {
    const kernel::Answers answers = kernel::ask();
    if (const auto missing = kernel::missing(answers)) GTEST_SKIP() << *missing;
    if (GetParam() == ReceiveBuffers::Use::piece_by_piece && !answers.has_incremental_buffers) {
      GTEST_SKIP() << "the kernel does not fill buffers piece by piece";
    }
    loop = std::make_shared<UringLoop>(Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), Log());
    ASSERT_EQ(loop->open(GetParam()), 0);
    listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor, PortSharing::exclusive));
  }
  void TearDown() override { acceptor.peers.clear(); }
  std::unique_ptr<Dialer> dial() {
    return std::make_unique<Dialer>(*loop, Endpoint{"127.0.0.1", listener->port()});
  }

  std::shared_ptr<UringLoop> loop;
  Acceptor acceptor;
  std::unique_ptr<Listener> listener;
};

TEST_P(UringLoopTest, MoreThanAllBuffersHoldArrivesWholeFromManyAtOnce) {
  constexpr std::size_t sender_count = 12;
  const std::string text = long_text(3 << 20);
  std::vector<std::unique_ptr<Dialer>> clients;
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t number = 0; number < sender_count; ++number) clients.push_back(dial());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == sender_count; }));
  ASSERT_TRUE(turn_until(*loop, [&] { return clients.back()->is_ended(); }));
  for (const auto& client : clients) {
    senders.push_back(std::make_unique<Sender>(client->peer, text));
    senders.back()->send();
  }
  ASSERT_TRUE(turn_until(*loop, [&] {
    return std::all_of(acceptor.peers.begin(), acceptor.peers.end(),
                       [&](const auto& peer) { return peer->received.size() == text.size(); });
  }));
  for (const auto& peer : acceptor.peers) EXPECT_TRUE(peer->received == text);
}

/// Notes where in memory bytes came.
class PlaceNoter final : public StreamListener {
 public:
  void handle_bytes(Bytes bytes) override {
    first_ = total_bytes == 0 ? bytes.data() : std::min(first_, bytes.data());
    end_ = std::max(end_, bytes.data() + bytes.size());
    total_bytes += bytes.size();
  }
  void handle_eof() override {}
  void handle_writable() override {}
  void handle_lost(std::string_view) override {}

  std::size_t spread_bytes() const { return static_cast<std::size_t>(end_ - first_); }
  std::size_t total_bytes = 0;

 private:
  std::byte* first_ = nullptr;
  std::byte* end_ = nullptr;
};

TEST_P(UringLoopTest, LittleAtATimeKeepsToAFewOfTheBuffers) {
  if (GetParam() == ReceiveBuffers::Use::whole) GTEST_SKIP() << "any arrival takes one of them";
  auto client = dial();
  ASSERT_TRUE(turn_until(*loop, [&] { return client->is_ended() && acceptor.peers.size() == 1; }));
  PlaceNoter noter;
  acceptor.peers.front()->stream->set_listener(noter);
  const std::string text = long_text(2000);
  for (std::size_t sent = 0; sent < (std::size_t{2} << 20);) {
    sent += client->peer.write(text);
    ASSERT_TRUE(turn_until(*loop, [&] { return noter.total_bytes == sent; }));
  }
  EXPECT_LE(noter.spread_bytes(), std::size_t{256} * 1024);
}

TEST_P(UringLoopTest, MoreStreamsThanEntriesMayBeGoneAtOnceAndAlsoOnAnotherThread) {
  // 2048 entries: the queue is full before all of the receives are cancelled.
  constexpr std::size_t stream_count = Ring::submissions_max + 100;
  std::vector<std::unique_ptr<Stream>> streams;
  const auto fill = [&] {
    for (std::size_t number = 0; number < stream_count; ++number) {
      // Any descriptor will do: what is received from it is an error that nobody waits for.
      auto stream = loop->adopt(Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), SocketAddress());
      ASSERT_TRUE(stream);
      streams.push_back(std::move(*stream));
    }
  };
  loop->run_once(0ms);
  fill();
  streams.clear();
  loop->run_once(0ms);
  fill();
  std::thread([&] { streams.clear(); }).join();
}

TEST_P(UringLoopTest, TheSocketOfADestroyedStreamIsNotMixedUpWithItsSuccessor) {
  // The number of a descriptor is used anew at once; an entry that still means the old socket would read from
  // the new one.
  for (int round = 0; round < 50; ++round) {
    auto doomed = dial();
    ASSERT_TRUE(turn_until(*loop, [&] { return doomed->is_ended(); }));
    doomed->peer.stream.reset();
    auto client = dial();
    ASSERT_TRUE(turn_until(*loop, [&] { return client->is_ended() && acceptor.peers.size() == 2; }));
    client->peer.write("to the end");
    ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.back()->received == "to the end"; }));
    acceptor.peers.back()->write("and back");
    ASSERT_TRUE(turn_until(*loop, [&] { return client->peer.received == "and back"; }));
    acceptor.peers.clear();
  }
}

INSTANTIATE_TEST_SUITE_P(With, UringLoopTest,
                         ::testing::Values(ReceiveBuffers::Use::piece_by_piece, ReceiveBuffers::Use::whole),
                         [](const auto& instance) {
                           return std::string(instance.param == ReceiveBuffers::Use::whole ? "WholeBuffers"
                                                                                           : "Pieces");
                         });

}  // namespace
}  // namespace duplex::transport::testing
