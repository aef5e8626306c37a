#include "transport/memory/memory_loop.hpp"

#include <gtest/gtest.h>

#include "transport/function_timer.hpp"
#include "transport/loop_test_support.hpp"

namespace duplex::transport::testing {
namespace {

/// One connection on a memory loop.
struct Connection {
  explicit Connection(std::uint64_t seed = 0, MemoryOptions options = {}) : loop(seed, options) {
    loop.advance(1s);
  }

  Peer& server() { return *acceptor.peers.front(); }
  Peer& client() { return dialer.peer; }

  MemoryLoop loop;
  Acceptor acceptor;
  std::unique_ptr<Listener> listener = std::move(*loop.listen({"example.com", 80}, acceptor));
  Dialer dialer{loop, {"example.com", 80}};
};

TEST(MemoryLoopTest, TimeStandsStillWhileSomethingHappens) {
  MemoryLoop loop;
  const TimePoint start = loop.now();
  int turns = 0;
  loop.post([&] {
    ++turns;
    loop.post([&] { ++turns; });
  });
  loop.settle();
  EXPECT_EQ(turns, 2);
  EXPECT_EQ(loop.now(), start);
}

TEST(MemoryLoopTest, AdvanceRunsEachTimerAtItsOwnTime) {
  MemoryLoop loop;
  const TimePoint start = loop.now();
  std::vector<std::chrono::nanoseconds> at;
  FunctionTimer every_hour([&] {
    at.push_back(loop.now() - start);
    loop.schedule(every_hour, loop.now() + 1h);
  });
  loop.schedule(every_hour, start + 1h);
  loop.advance(3h + 1s);
  EXPECT_EQ(at, (std::vector<std::chrono::nanoseconds>{1h, 2h, 3h}));
  EXPECT_EQ(loop.now(), start + 3h + 1s);
}

TEST(MemoryLoopTest, ATurnWithNothingToDoJumpsToTheNextTimerButNotFartherThanItMayWait) {
  MemoryLoop loop;
  const TimePoint start = loop.now();
  bool expired = false;
  FunctionTimer timer([&] { expired = true; });
  loop.schedule(timer, start + 15ms);
  EXPECT_FALSE(loop.run_once(10ms));
  EXPECT_EQ(loop.now(), start + 10ms);
  EXPECT_TRUE(loop.run_once(10ms));
  EXPECT_EQ(loop.now(), start + 15ms);
  EXPECT_TRUE(expired);
}

TEST(MemoryLoopTest, LatencyDelaysBytesAndTheirEnd) {
  MemoryOptions options;
  options.latency = 50ms;
  Connection connection(0, options);
  connection.client().write("hello");
  connection.client().stream->end_writing();
  connection.loop.advance(50ms - 1ns);
  EXPECT_EQ(connection.server().received, "");
  connection.loop.advance(1ns);
  EXPECT_EQ(connection.server().received, "hello");
  EXPECT_EQ(connection.server().eof_count, 1);
}

TEST(MemoryLoopTest, NothingOvertakesWhenTheLatencyShrinks) {
  MemoryOptions options;
  options.latency = 50ms;
  Connection connection(0, options);
  connection.client().write("first ");
  connection.loop.options().latency = 0ms;
  connection.client().write("second");
  connection.loop.settle();
  EXPECT_EQ(connection.server().received, "");
  connection.loop.advance(50ms);
  EXPECT_EQ(connection.server().received, "first second");
}

TEST(MemoryLoopTest, FixedSegmentsHaveTheSizeAskedFor) {
  MemoryOptions options;
  options.piece_bytes_max = 3;
  Connection connection(0, options);
  connection.client().write("12345678");
  connection.loop.settle();
  EXPECT_EQ(connection.server().pieces, (std::vector<std::size_t>{3, 3, 2}));
}

std::vector<std::size_t> random_pieces(std::uint64_t seed) {
  MemoryOptions options;
  options.segmentation = Segmentation::random;
  options.piece_bytes_max = 100;
  Connection connection(seed, options);
  connection.client().write(long_text(5000));
  connection.loop.settle();
  EXPECT_TRUE(connection.server().received == long_text(5000));
  return connection.server().pieces;
}

TEST(MemoryLoopTest, TheSameSeedCutsTheSamePiecesAndAnotherSeedOthers) {
  EXPECT_EQ(random_pieces(1), random_pieces(1));
  EXPECT_NE(random_pieces(1), random_pieces(2));
}

TEST(MemoryLoopTest, AFullPipeAcceptsAPartAndReportsRoomLater) {
  MemoryOptions options;
  options.pipe_bytes_max = 4;
  Connection connection(0, options);
  connection.server().stream->pause_reading();
  EXPECT_EQ(connection.client().write("123456"), 4u);
  connection.loop.settle();
  EXPECT_EQ(connection.client().writable_count, 0);
  connection.server().stream->resume_reading();
  connection.loop.settle();
  EXPECT_EQ(connection.client().writable_count, 1);
  EXPECT_EQ(connection.client().write("56"), 2u);
  connection.loop.settle();
  EXPECT_EQ(connection.server().received, "123456");
}

TEST(MemoryLoopTest, ACutConnectionIsLostToBothSides) {
  Connection connection;
  connection.client().write("on its way");
  connection.loop.cut(*connection.client().stream);
  connection.loop.settle();
  EXPECT_EQ(connection.client().lost_count, 1);
  EXPECT_EQ(connection.server().lost_count, 1);
  EXPECT_EQ(connection.server().received, "");
}

TEST(MemoryLoopTest, OnASilencedConnectionNothingArrivesAndNobodyIsTold) {
  Connection connection;
  connection.loop.silence(*connection.client().stream);
  connection.client().write("into the void");
  connection.server().write("into the void");
  connection.client().stream.reset();
  connection.loop.advance(1h);
  EXPECT_EQ(connection.server().received, "");
  EXPECT_EQ(connection.server().eof_count, 0);
  EXPECT_EQ(connection.server().lost_count, 0);
}

TEST(MemoryLoopTest, TheNextConnectFailsAsAskedAndOnlyThatOne) {
  Connection connection;
  connection.loop.fail_next_connect("Network is unreachable");
  Dialer failing(connection.loop, {"example.com", 80});
  Dialer working(connection.loop, {"example.com", 80});
  connection.loop.settle();
  EXPECT_EQ(failing.failure, "cannot connect to example.com:80: Network is unreachable");
  EXPECT_EQ(working.connected_count, 1);
}

TEST(MemoryLoopTest, AHostIsFoundByItsAddressAndByEveryHostsListener) {
  MemoryLoop loop;
  Acceptor acceptor;
  const auto named = std::move(*loop.listen({"localhost", 1}, acceptor));
  const auto every = std::move(*loop.listen({"0.0.0.0", 2}, acceptor));
  Dialer same(loop, {"127.0.0.1", 1});
  Dialer other(loop, {"example.com", 1});
  Dialer any(loop, {"example.com", 2});
  loop.settle();
  EXPECT_EQ(same.connected_count, 1);
  EXPECT_EQ(other.failed_count, 1);
  EXPECT_EQ(any.connected_count, 1);
}

TEST(MemoryLoopTest, ANameHasTheAddressesThatItWasGivenInTheirOrder) {
  MemoryLoop loop;
  loop.set_addresses("two.example", {"192.0.2.2", "192.0.2.1"});
  Asker asker(loop, {"two.example", 80});
  loop.settle();
  ASSERT_EQ(asker.addresses.size(), 2u);
  EXPECT_EQ(asker.addresses.front().host, "192.0.2.2");
  EXPECT_EQ(asker.addresses.back().host, "192.0.2.1");
}

TEST(MemoryLoopTest, ANameIsAnsweredAfterARoundTripAndAnAddressAtOnce) {
  MemoryOptions options;
  options.latency = 50ms;
  MemoryLoop loop(0, options);
  Asker name(loop, {"localhost", 80});
  Asker address(loop, {"127.0.0.1", 80});
  loop.advance(100ms - 1ns);
  EXPECT_TRUE(address.is_ended());
  EXPECT_FALSE(name.is_ended());
  loop.advance(1ns);
  EXPECT_TRUE(name.is_ended());
}

TEST(MemoryLoopTest, NobodyListensOnANameWithoutAnAddress) {
  MemoryLoop loop;
  loop.set_addresses("nowhere.example", {});
  Acceptor acceptor;
  EXPECT_FALSE(loop.listen({"nowhere.example", 80}, acceptor));
}

}  // namespace
}  // namespace duplex::transport::testing
