// Streams that are sent much at a time read it directly to where it is to lie, whatever else their loop does
// to receive.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>

#include "transport/loop_test_support.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_address.hpp"

namespace duplex::transport::testing {
namespace {

class LargeReadsTest : public ::testing::TestWithParam<Io> {
 protected:
  void SetUp() override {
    auto made = make_loop(GetParam());
    if (!made) GTEST_SKIP() << made.error().message;
    if (made->refusal) GTEST_SKIP() << made->refusal->message;
    loop = std::move(made->loop);
    listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
    acceptor.on_accept = [](Peer& peer) { peer.landing.resize(100'000); };
  }
  void TearDown() override { acceptor.peers.clear(); }

  /// Both ends of a connection whose server reads directly.
  struct Pair {
    std::unique_ptr<Dialer> client;
    Peer* server;
  };
  Pair open() {
    const std::size_t before = acceptor.peers.size();
    auto client = std::make_unique<Dialer>(*loop, Endpoint{"127.0.0.1", listener->port()});
    EXPECT_TRUE(turn_until(*loop, [&] { return client->is_ended() && acceptor.peers.size() > before; }));
    return {std::move(client), acceptor.peers.back().get()};
  }
  Pair open_direct() {
    Pair pair = open();
    while (pair.server->landed_bytes == 0) {
      pass(pair, long_text(1 << 20));
      if (HasFailure()) break;
    }
    return pair;
  }
  /// Sends it and waits until it has arrived whole.
  void pass(const Pair& pair, const std::string& text) {
    pair.server->received.clear();
    Sender sender(pair.client->peer, text);
    sender.send();
    ASSERT_TRUE(turn_until(*loop, [&] { return pair.server->received.size() >= text.size(); }));
    ASSERT_TRUE(pair.server->received == text);
  }
  void be_idle() {
    while (loop->run_once(0ms)) {
    }
  }

  std::shared_ptr<Loop> loop;
  Acceptor acceptor;
  std::unique_ptr<Listener> listener;
};

TEST_P(LargeReadsTest, WhoIsSentMuchReadsItToWhereItIsToLie) {
  const Pair pair = open_direct();
  const std::size_t before = pair.server->landed_bytes;
  pass(pair, long_text(1 << 20));
  EXPECT_EQ(pair.server->landed_bytes - before, std::size_t{1} << 20);
}

TEST_P(LargeReadsTest, SmallMessagesAreReadAsBeforeAgainAndLargeOnesDirectlyOnceMore) {
  if (GetParam() == Io::epoll) GTEST_SKIP() << "it always reads directly";
  const Pair pair = open_direct();
  pair.server->landing.clear();  // as within small messages
  for (int count = 0; count < 20; ++count) pass(pair, "small");
  pair.server->landing.resize(100'000);
  const std::size_t before = pair.server->landed_bytes;
  for (int count = 0; count < 20; ++count) pass(pair, "small");
  EXPECT_EQ(pair.server->landed_bytes, before);
  for (int count = 0; count < 20; ++count) pass(pair, long_text(1 << 20));
  EXPECT_GT(pair.server->landed_bytes, before);
}

TEST_P(LargeReadsTest, LargeAndSmallMessagesInTurnsOnManyConnectionsKeepTheirBytes) {
  constexpr std::size_t connection_count = 24;
  std::vector<Pair> pairs;
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t number = 0; number < connection_count; ++number) {
    pairs.push_back(open());
    pairs.back().server->on_bytes = [&server = *pairs.back().server] {
      // Sometimes there is room, as much as there happens to be.
      server.landing.resize(server.pieces.size() % 3 == 0 ? 0 : server.pieces.back() + 1000);
    };
  }
  const std::string text = long_text(700'000);
  std::vector<std::string> sent(connection_count);
  for (std::size_t round = 0; round < 40; ++round) {
    senders.clear();
    for (std::size_t number = 0; number < connection_count; ++number) {
      // Runs of large messages and of small ones, each connection at its own pace.
      const bool is_large = (round / 8 + number) % 2 == 0;
      const std::size_t bytes = is_large ? 70'000 + number * 25'001 : 1 + (round * 977 + number) % 3000;
      const std::string message = std::to_string(round) + ":" + text.substr(0, bytes);
      senders.push_back(std::make_unique<Sender>(pairs[number].client->peer, message));
      senders.back()->send();
      sent[number] += message;
    }
    ASSERT_TRUE(turn_until(*loop, [&] {
      for (std::size_t number = 0; number < connection_count; ++number) {
        if (pairs[number].server->received.size() < sent[number].size()) return false;
      }
      return true;
    }));
  }
  for (std::size_t number = 0; number < connection_count; ++number) {
    EXPECT_TRUE(pairs[number].server->received == sent[number]) << number;
    EXPECT_GT(pairs[number].server->landed_bytes, 0u) << number;
  }
}

TEST_P(LargeReadsTest, APauseInsideALargeMessageHoldsUntilItIsResumed) {
  const Pair pair = open_direct();
  Peer& server = *pair.server;
  server.received.clear();
  server.on_bytes = [&] { server.stream->pause_reading(); };
  const std::string text = long_text(2 << 20);
  Sender sender(pair.client->peer, text);
  sender.send();
  std::size_t stop_count = 0;
  ASSERT_TRUE(turn_until(*loop, [&] {
    be_idle();
    const std::size_t before = server.received.size();
    be_idle();
    EXPECT_EQ(server.received.size(), before);
    ++stop_count;
    server.stream->resume_reading();
    return before == text.size();
  }));
  EXPECT_TRUE(server.received == text);
  EXPECT_GT(stop_count, text.size() / server.landing.size());
}

TEST_P(LargeReadsTest, TheEndComesBehindTheLastByteAndAResetIsHeardBehindTheEnd) {
  const Pair pair = open_direct();
  Peer& server = *pair.server;
  server.received.clear();
  const std::string text = long_text(1'300'000);
  Sender sender(pair.client->peer, text);
  sender.send();
  ASSERT_TRUE(turn_until(*loop, [&] { return sender.is_done(); }));
  pair.client->peer.stream->end_writing();
  ASSERT_TRUE(turn_until(*loop, [&] { return server.eof_count == 1; }));
  EXPECT_TRUE(server.received == text);
  EXPECT_EQ(server.received_at_eof, text.size());
  pair.client->peer.stream->abort_on_close();
  pair.client->peer.stream.reset();
  ASSERT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.eof_count, 1);
}

TEST_P(LargeReadsTest, AResetIsHeard) {
  const Pair pair = open_direct();
  pair.client->peer.stream->abort_on_close();
  pair.client->peer.stream.reset();
  ASSERT_TRUE(turn_until(*loop, [&] { return pair.server->lost_count == 1; }));
  EXPECT_EQ(pair.server->eof_count, 0);
  be_idle();
  EXPECT_EQ(pair.server->lost_count, 1);
}

TEST_P(LargeReadsTest, AResetIsHeardWhilePausedInsideALargeMessage) {
  const Pair pair = open_direct();
  Peer& server = *pair.server;
  server.on_bytes = [&] { server.stream->pause_reading(); };
  pair.client->peer.write(long_text(1 << 20));
  be_idle();
  pair.client->peer.stream->abort_on_close();
  pair.client->peer.stream.reset();
  ASSERT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.eof_count, 0);
}

TEST_P(LargeReadsTest, AFailedWriteDoesNotDestroyThePeersLastWords) {
  const auto address = numeric_address({"127.0.0.1", listener->port()});
  Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), address->data(), address->size()), 0);
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  const std::string text = long_text(1 << 20);
  ASSERT_TRUE(turn_until(*loop, [&] {
    ::send(client.get(), text.data(), text.size(), MSG_DONTWAIT);
    return server.landed_bytes > 0;
  }));
  be_idle();
  server.received.clear();
  server.write("never read, so that closing is a reset");
  be_idle();
  ASSERT_EQ(::send(client.get(), "last words", 10, 0), 10);
  client.close();
  server.write(long_text(50'000));  // whether or not it is accepted
  ASSERT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(server.eof_count, 0);
}

TEST_P(LargeReadsTest, AStreamDestroyedFromWithinItsCallbackIsNotTouchedAgain) {
  Pair pair = open_direct();
  const Pair other = open_direct();
  Peer& server = *pair.server;
  const std::size_t before = server.pieces.size();
  server.on_bytes = [&] {
    server.stream.reset();
    server.landing.clear();
  };
  pair.client->peer.write(long_text(1 << 20));
  ASSERT_TRUE(turn_until(*loop, [&] { return server.stream == nullptr; }));
  be_idle();
  EXPECT_EQ(server.pieces.size(), before + 1);
  const Peer& client = pair.client->peer;
  EXPECT_TRUE(turn_until(*loop, [&] { return client.eof_count + client.lost_count > 0; })) << "still open";
  pass(other, long_text(1 << 20));
}

INSTANTIATE_TEST_SUITE_P(On, LargeReadsTest, ::testing::Values(Io::epoll, Io::uring),
                         [](const auto& instance) {
                           return std::string(instance.param == Io::uring ? "Uring" : "Epoll");
                         });

}  // namespace
}  // namespace duplex::transport::testing
