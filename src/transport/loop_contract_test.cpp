// The contract of transport.hpp, run over every implementation of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "transport/function_timer.hpp"
#include "transport/loop_implementations.hpp"
#include "transport/loop_test_support.hpp"

namespace duplex::transport::testing {
namespace {

class LoopContract : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (!loop) GTEST_SKIP() << make_uring_loop().error().message;
    listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
    server_endpoint = {"127.0.0.1", listener->port()};
  }
  void TearDown() override { acceptor.peers.clear(); }

  template<class Condition>
  bool until(Condition condition) {
    return turn_until(*loop, condition);
  }

  /// A connected pair; the server's side is the last of acceptor.peers.
  std::unique_ptr<Dialer> dial() {
    const std::size_t before = acceptor.peers.size();
    auto dialer = std::make_unique<Dialer>(*loop, server_endpoint);
    EXPECT_TRUE(until([&] { return dialer->is_ended() && acceptor.peers.size() > before; }));
    EXPECT_EQ(dialer->failure, "");
    return dialer;
  }
  Peer& server() { return *acceptor.peers.back(); }

  /// Whatever was under way on other connections has happened when a round trip on a new one is done.
  void pass_a_round_trip() {
    auto bystander = dial();
    Peer& other = server();
    bystander->peer.write("ping");
    EXPECT_TRUE(until([&] { return other.received == "ping"; }));
    other.write("pong");
    EXPECT_TRUE(until([&] { return bystander->peer.received == "pong"; }));
    acceptor.peers.pop_back();
  }

  std::shared_ptr<Loop> loop = GetParam().make();
  Acceptor acceptor;
  std::unique_ptr<Listener> listener;
  Endpoint server_endpoint;
};

INSTANTIATE_TEST_SUITE_P(Loops, LoopContract, ::testing::ValuesIn(implementations()),
                         [](const auto& instance) { return std::string(instance.param.name); });

// Resolving.

TEST_P(LoopContract, ANameIsResolvedToAddresses) {
  Asker asker(*loop, {"localhost", 80});
  ASSERT_TRUE(until([&] { return asker.is_ended(); }));
  EXPECT_EQ(asker.failure, "");
  for (const Endpoint& address : asker.addresses) EXPECT_EQ(address.port, 80);
  EXPECT_TRUE(std::any_of(asker.addresses.begin(), asker.addresses.end(),
                          [](const Endpoint& address) { return address.host == "127.0.0.1"; }));
}

TEST_P(LoopContract, TheAddressOfAnAddressIsItself) {
  for (const char* host : {"127.0.0.1", "2001:db8::1"}) {
    Asker asker(*loop, {host, 80});
    ASSERT_TRUE(until([&] { return asker.is_ended(); }));
    ASSERT_EQ(asker.addresses.size(), 1u) << asker.failure;
    EXPECT_EQ(asker.addresses.front().host, host);
    EXPECT_EQ(asker.addresses.front().port, 80);
  }
}

TEST_P(LoopContract, AResolvedAddressCanBeConnectedTo) {
  Asker asker(*loop, server_endpoint);
  ASSERT_TRUE(until([&] { return asker.is_ended(); }));
  Dialer dialer(*loop, asker.addresses.front());
  ASSERT_TRUE(until([&] { return dialer.is_ended() && acceptor.peers.size() == 1; }));
  EXPECT_EQ(dialer.connected_count, 1);
}

TEST_P(LoopContract, AResolveNeverReportsFromWithinTheCall) {
  Asker name(*loop, {"localhost", 80});
  Asker address(*loop, {"127.0.0.1", 80});
  EXPECT_FALSE(name.is_ended());
  EXPECT_FALSE(address.is_ended());
}

TEST_P(LoopContract, AnImpossibleNameFailsWithOneClearLine) {
  Asker asker(*loop, {impossible_name, 80});
  ASSERT_TRUE(until([&] { return asker.is_ended(); }));
  EXPECT_TRUE(asker.addresses.empty());
  EXPECT_EQ(asker.failure, "cannot resolve no..name: Name or service not known");
}

TEST_P(LoopContract, AQuestionThatIsDestroyedIsNotAnswered) {
  Asker name(*loop, {"localhost", 80});
  Asker address(*loop, {"127.0.0.1", 80});
  name.question.reset();
  address.question.reset();
  Asker late_name(*loop, {"localhost", 80});
  Asker late_address(*loop, {"127.0.0.1", 80});
  EXPECT_TRUE(until([&] { return late_name.is_ended() && late_address.is_ended(); }));
  pass_a_round_trip();
  EXPECT_FALSE(name.is_ended());
  EXPECT_FALSE(address.is_ended());
}

TEST_P(LoopContract, AQuestionMayBeDestroyedFromWithinItsAnswer) {
  Asker name(*loop, {"localhost", 80});
  Asker address(*loop, {"127.0.0.1", 80});
  Asker impossible(*loop, {impossible_name, 80});
  for (Asker* asker : {&name, &address, &impossible}) {
    asker->on_end = [asker] { asker->question.reset(); };
  }
  EXPECT_TRUE(until([&] { return name.is_ended() && address.is_ended() && impossible.is_ended(); }));
  pass_a_round_trip();
  for (const Asker* asker : {&name, &address, &impossible}) EXPECT_EQ(asker->answer_count, 1);
}

// Connecting and accepting.

TEST_P(LoopContract, BothSidesOfAConnectionKnowTheOthersAddress) {
  auto client = dial();
  EXPECT_EQ(client->peer.stream->remote_address(), "127.0.0.1:" + std::to_string(listener->port()));
  EXPECT_EQ(server().stream->remote_address().substr(0, 10), "127.0.0.1:");
  EXPECT_NE(server().stream->remote_address(), client->peer.stream->remote_address());
}

TEST_P(LoopContract, TheAddressOfALostConnectionIsStillKnown) {
  auto client = dial();
  ASSERT_TRUE(until([&] { return !acceptor.peers.empty(); }));
  const std::string address = server().stream->remote_address();
  client->peer.stream->abort_on_close();
  client->peer.stream.reset();
  ASSERT_TRUE(until([&] { return server().lost_count == 1; }));
  EXPECT_EQ(server().stream->remote_address(), address);
}

TEST_P(LoopContract, Port0IsAFreePortOfItsOwn) {
  auto other = loop->listen({"127.0.0.1", 0}, acceptor);
  ASSERT_TRUE(other);
  EXPECT_NE((*other)->port(), 0);
  EXPECT_NE((*other)->port(), listener->port());
}

TEST_P(LoopContract, AConnectNeverReportsFromWithinTheCall) {
  Dialer refused(*loop, {"127.0.0.1", 1});
  Dialer accepted(*loop, server_endpoint);
  EXPECT_FALSE(refused.is_ended());
  EXPECT_FALSE(accepted.is_ended());
}

TEST_P(LoopContract, AConnectToAClosedPortFailsWithOneClearLine) {
  listener.reset();
  Dialer dialer(*loop, server_endpoint);
  ASSERT_TRUE(until([&] { return dialer.is_ended(); }));
  EXPECT_EQ(dialer.failed_count, 1);
  EXPECT_EQ(dialer.failure,
            "cannot connect to 127.0.0.1:" + std::to_string(server_endpoint.port) + ": Connection refused");
}

TEST_P(LoopContract, AnAttemptThatIsDestroyedReportsNothing) {
  Dialer given_up(*loop, server_endpoint);
  given_up.attempt.reset();
  pass_a_round_trip();
  EXPECT_FALSE(given_up.is_ended());
}

TEST_P(LoopContract, AnAttemptMayBeDestroyedFromWithinItsReport) {
  Dialer connected(*loop, server_endpoint);
  Dialer refused(*loop, {"127.0.0.1", 1});
  connected.on_end = [&] { connected.attempt.reset(); };
  refused.on_end = [&] { refused.attempt.reset(); };
  EXPECT_TRUE(until([&] { return connected.is_ended() && refused.is_ended(); }));
  EXPECT_EQ(connected.connected_count, 1);
  EXPECT_EQ(refused.failed_count, 1);
}

TEST_P(LoopContract, ABusyPortIsOneClearLine) {
  const auto second = loop->listen(server_endpoint, acceptor);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::environment);
  EXPECT_EQ(second.error().message,
            "cannot listen on 127.0.0.1:" + std::to_string(listener->port()) + ": Address already in use");
}

TEST_P(LoopContract, ListenersThatAgreeToItShareAPort) {
  Acceptor first, second;
  auto first_listener = std::move(*loop->listen({"127.0.0.1", 0}, first, PortSharing::shared));
  const Endpoint endpoint{"127.0.0.1", first_listener->port()};
  auto second_listener = loop->listen(endpoint, second, PortSharing::shared);
  ASSERT_TRUE(second_listener);
  std::vector<std::unique_ptr<Dialer>> dialers;
  for (int count = 0; count < 64; ++count) dialers.push_back(std::make_unique<Dialer>(*loop, endpoint));
  EXPECT_TRUE(until([&] { return first.peers.size() + second.peers.size() == 64; }));
  EXPECT_FALSE(first.peers.empty());
  EXPECT_FALSE(second.peers.empty());
}

TEST_P(LoopContract, AListenerMayBeDestroyedFromWithinAccepting) {
  std::vector<std::unique_ptr<Dialer>> dialers;
  for (int count = 0; count < 3; ++count) dialers.push_back(std::make_unique<Dialer>(*loop, server_endpoint));
  acceptor.on_accept = [&](Peer&) { listener.reset(); };
  ASSERT_TRUE(until([&] { return !acceptor.peers.empty(); }));
  Dialer late(*loop, server_endpoint);
  ASSERT_TRUE(until([&] { return late.is_ended(); }));
  EXPECT_EQ(late.failed_count, 1);
  EXPECT_EQ(acceptor.peers.size(), 1u);
}

TEST_P(LoopContract, AnAcceptedStreamMayBeRefusedByDestroyingItAtOnce) {
  acceptor.on_accept = [&](Peer& peer) { peer.stream.reset(); };
  Dialer dialer(*loop, server_endpoint);
  EXPECT_TRUE(until([&] { return dialer.peer.eof_count == 1; }));
}

TEST_P(LoopContract, HundredsOfConnectionsAreServedAtOnce) {
  acceptor.on_accept = [](Peer& peer) { peer.on_bytes = [&peer] { peer.write(peer.last_piece()); }; };
  std::vector<std::unique_ptr<Dialer>> dialers;
  for (int count = 0; count < 300; ++count) {
    dialers.push_back(std::make_unique<Dialer>(*loop, server_endpoint));
    Dialer& dialer = *dialers.back();
    dialer.on_end = [&dialer, count] { dialer.peer.write("hello " + std::to_string(1000 + count)); };
  }
  for (int count = 0; count < 300; ++count) {
    const auto& received = dialers[static_cast<std::size_t>(count)]->peer.received;
    ASSERT_TRUE(until([&] { return received.size() >= 10; }));
    EXPECT_EQ(received, "hello " + std::to_string(1000 + count));
  }
}

// Bytes.

TEST_P(LoopContract, BytesTravelBothWays) {
  auto client = dial();
  EXPECT_EQ(client->peer.write("ping"), 4u);
  EXPECT_TRUE(until([&] { return server().received == "ping"; }));
  EXPECT_EQ(server().write("pong"), 4u);
  EXPECT_TRUE(until([&] { return client->peer.received == "pong"; }));
}

TEST_P(LoopContract, AWriteNeverReportsFromWithinTheCall) {
  auto client = dial();
  client->peer.write("ping");
  EXPECT_EQ(server().received, "");
}

TEST_P(LoopContract, AGatheredWriteKeepsTheOrderOfItsPieces) {
  auto client = dial();
  const std::vector<ConstBytes> pieces = {as_bytes("one "), as_bytes(""), as_bytes("two "),
                                          as_bytes("three")};
  EXPECT_EQ(client->peer.stream->write(pieces), 13u);
  EXPECT_TRUE(until([&] { return server().received.size() >= 13; }));
  EXPECT_EQ(server().received, "one two three");
}

TEST_P(LoopContract, AGatheredWriteMayHaveMorePiecesThanTheSystemTakesAtOnce) {
  auto client = dial();
  const std::string text = long_text(3000);
  std::vector<ConstBytes> pieces;
  for (const char& each : text) pieces.push_back(as_bytes({&each, 1}));
  EXPECT_EQ(client->peer.stream->write(pieces), 3000u);
  EXPECT_TRUE(until([&] { return server().received.size() >= 3000; }));
  EXPECT_EQ(server().received, text);
}

TEST_P(LoopContract, AnEmptyWriteIsAcceptedWhole) {
  auto client = dial();
  EXPECT_EQ(client->peer.stream->write({}), 0u);
  EXPECT_EQ(client->peer.write(""), 0u);
  client->peer.write("x");
  EXPECT_TRUE(until([&] { return server().received == "x"; }));
  EXPECT_EQ(client->peer.writable_count, 0);
}

TEST_P(LoopContract, MegabytesArriveWholeInBothDirectionsAtOnce) {
  auto client = dial();
  const std::string there = long_text(8 << 20);
  const std::string back = there.substr(1);
  Sender client_sender(client->peer, there);
  Sender server_sender(server(), back);
  client_sender.send();
  server_sender.send();
  ASSERT_TRUE(until([&] {
    return server().received.size() >= there.size() && client->peer.received.size() >= back.size();
  }));
  EXPECT_TRUE(server().received == there);
  EXPECT_TRUE(client->peer.received == back);
  EXPECT_GT(client_sender.partial_write_count(), 0);
  EXPECT_GT(server_sender.partial_write_count(), 0);
}

TEST_P(LoopContract, TheCalleeMayChangeTheBytesItBorrows) {
  struct Scribbler final : StreamListener {
    void handle_bytes(Bytes bytes) override {
      for (std::byte& each : bytes) each ^= std::byte{0xff};
      count += bytes.size();
    }
    void handle_eof() override {}
    void handle_writable() override {}
    void handle_lost(std::string_view) override {}
    std::size_t count = 0;
  } scribbler;
  auto client = dial();
  server().stream->set_listener(scribbler);
  const std::string text = "text";
  client->peer.write(text);
  EXPECT_TRUE(until([&] { return scribbler.count == 4; }));
  EXPECT_EQ(text, "text");
}

TEST_P(LoopContract, AListenerMayBeReplacedFromWithinItsCallback) {
  auto client = dial();
  Peer successor;
  server().on_bytes = [&] { server().stream->set_listener(successor); };
  client->peer.write("1");
  ASSERT_TRUE(until([&] { return server().received == "1"; }));
  client->peer.write("2");
  ASSERT_TRUE(until([&] { return successor.received == "2"; }));
  EXPECT_EQ(server().received, "1");
}

// Pausing.

TEST_P(LoopContract, APausedStreamReportsNeitherBytesNorTheirEnd) {
  auto client = dial();
  Peer& paused = server();
  paused.stream->pause_reading();
  client->peer.write("held back");
  client->peer.stream->end_writing();
  pass_a_round_trip();
  EXPECT_EQ(paused.received, "");
  EXPECT_EQ(paused.eof_count, 0);

  paused.stream->resume_reading();
  paused.stream->resume_reading();
  EXPECT_EQ(paused.received, "");  // not from within the call
  EXPECT_TRUE(until([&] { return paused.eof_count == 1; }));
  EXPECT_EQ(paused.received, "held back");
}

TEST_P(LoopContract, AStreamPausedAndResumedWithinItsCallbackGoesOn) {
  auto client = dial();
  server().on_bytes = [&] {
    server().stream->pause_reading();
    server().stream->resume_reading();
  };
  const std::string text = long_text(2 << 20);
  Sender sender(client->peer, text);
  sender.send();
  EXPECT_TRUE(until([&] { return server().received.size() == text.size(); }));
  EXPECT_TRUE(server().received == text);
}

TEST_P(LoopContract, AStreamPausedFromWithinItsCallbackHasTheRestLater) {
  auto client = dial();
  Peer& paused = server();
  paused.on_bytes = [&] { paused.stream->pause_reading(); };
  const std::string text = long_text(4 << 20);
  Sender sender(client->peer, text);
  sender.send();
  while (paused.received.size() < text.size()) {
    const std::size_t calls = paused.pieces.size();
    ASSERT_TRUE(until([&] { return paused.pieces.size() > calls; }));
    for (int turn = 0; turn < 3; ++turn) loop->run_once(0ms);
    ASSERT_EQ(paused.pieces.size(), calls + 1);
    paused.stream->resume_reading();
  }
  EXPECT_TRUE(paused.received == text);
}

TEST_P(LoopContract, AResetOfAPausedStreamIsReported) {
  auto client = dial();
  server().stream->pause_reading();
  client->peer.write("never read");
  client->peer.stream->abort_on_close();
  client->peer.stream.reset();
  EXPECT_TRUE(until([&] { return server().lost_count == 1; }));
  EXPECT_EQ(server().received, "");
}

// Ends.

TEST_P(LoopContract, AnEndComesOnceAfterTheLastBytesAndLeavesTheOtherDirectionOpen) {
  auto client = dial();
  const std::string text = long_text(100'000);
  Sender sender(client->peer, text);
  sender.send();
  ASSERT_TRUE(until([&] { return sender.is_done(); }));
  client->peer.stream->end_writing();
  client->peer.stream->end_writing();
  ASSERT_TRUE(until([&] { return server().eof_count == 1; }));
  EXPECT_EQ(server().received_at_eof, text.size());

  server().write("still open");
  server().stream->end_writing();
  ASSERT_TRUE(until([&] { return client->peer.eof_count == 1; }));
  EXPECT_EQ(client->peer.received, "still open");

  pass_a_round_trip();
  EXPECT_EQ(client->peer.eof_count, 1);
  EXPECT_EQ(client->peer.lost_count, 0);
}

TEST_P(LoopContract, WhatWasWrittenBeforeDestroyingTheStreamStillArrives) {
  auto client = dial();
  client->peer.write("last words");
  client->peer.stream.reset();
  ASSERT_TRUE(until([&] { return server().eof_count == 1; }));
  EXPECT_EQ(server().received, "last words");
}

TEST_P(LoopContract, AnAbortedStreamIsLostToThePeerAndNothingFollows) {
  auto client = dial();
  client->peer.stream->abort_on_close();
  client->peer.stream.reset();
  ASSERT_TRUE(until([&] { return server().lost_count == 1; }));
  EXPECT_EQ(server().lost_reason, "Connection reset by peer");
  EXPECT_EQ(server().write("to nobody"), 0u);
  server().stream->pause_reading();
  server().stream->resume_reading();
  server().stream->end_writing();
  pass_a_round_trip();
}

TEST_P(LoopContract, AWriteToAPeerThatHasGoneIsReportedAsLostOnce) {
  auto client = dial();
  Peer& left_behind = server();
  client->peer.stream.reset();
  ASSERT_TRUE(until([&] { return left_behind.eof_count == 1; }));
  EXPECT_TRUE(until([&] {
    if (left_behind.lost_count == 0) left_behind.write("hello?");
    return left_behind.lost_count == 1;
  }));
  pass_a_round_trip();
  EXPECT_EQ(left_behind.lost_count, 1);
}

// Destroying from within callbacks.

TEST_P(LoopContract, AStreamMayBeDestroyedFromWithinHandleBytes) {
  auto client = dial();
  server().on_bytes = [&] { server().stream.reset(); };
  client->peer.write("x");
  EXPECT_TRUE(until([&] { return client->peer.eof_count == 1; }));
  EXPECT_EQ(server().pieces.size(), 1u);
}

TEST_P(LoopContract, AStreamMayBeDestroyedFromWithinHandleBytesWithMoreToCome) {
  auto client = dial();
  server().on_bytes = [&] { server().stream.reset(); };
  Sender sender(client->peer, long_text(4 << 20));
  sender.send();
  EXPECT_TRUE(until([&] { return client->peer.lost_count == 1; }));
  EXPECT_EQ(server().pieces.size(), 1u);
}

TEST_P(LoopContract, AStreamMayBeDestroyedFromWithinHandleEof) {
  auto client = dial();
  server().on_eof = [&] { server().stream.reset(); };
  client->peer.stream->end_writing();
  EXPECT_TRUE(until([&] { return client->peer.eof_count == 1; }));
}

TEST_P(LoopContract, AStreamMayBeDestroyedFromWithinHandleWritable) {
  auto client = dial();
  const std::string text = long_text(16 << 20);
  ASSERT_LT(client->peer.write(text), text.size());
  client->peer.on_writable = [&] { client->peer.stream.reset(); };
  EXPECT_TRUE(until([&] { return server().eof_count == 1; }));
  EXPECT_EQ(client->peer.writable_count, 1);
}

TEST_P(LoopContract, AStreamMayBeDestroyedFromWithinHandleLost) {
  auto client = dial();
  server().on_lost = [&] { server().stream.reset(); };
  client->peer.stream->abort_on_close();
  client->peer.stream.reset();
  EXPECT_TRUE(until([&] { return server().lost_count == 1; }));
}

TEST_P(LoopContract, TheFirstOfManyReadyStreamsMayDestroyAllTheOthers) {
  std::vector<std::unique_ptr<Dialer>> clients;
  for (int count = 0; count < 8; ++count) clients.push_back(dial());
  int report_count = 0;
  for (auto& peer : acceptor.peers) {
    peer->on_bytes = [&, self = peer.get()] {
      ++report_count;
      for (auto& other : acceptor.peers) {
        if (other.get() != self) other->stream.reset();
      }
    };
  }
  for (auto& client : clients) client->peer.write("x");
  ASSERT_TRUE(until([&] { return report_count > 0; }));
  pass_a_round_trip();
  EXPECT_EQ(report_count, 1);
}

// Timers.

TEST_P(LoopContract, ALoopThatWaitsForALateDeadlineNoticesEarlierOnesThatAreSetMeanwhile) {
  const TimePoint start = loop->now();
  FunctionTimer late([] {});
  FunctionTimer second([&] { loop->stop(); });
  FunctionTimer first([&] { loop->schedule(second, loop->now() + 3ms); });
  loop->schedule(late, start + 24h);
  loop->run_once(0ms);
  loop->schedule(first, start + 3ms);
  loop->run();
  EXPECT_GE(loop->now() - start, 6ms);
  EXPECT_LT(loop->now() - start, 1h);
  loop->cancel(late);
}

TEST_P(LoopContract, TimersRunInTheOrderOfTheirDeadlinesAndNeverEarly) {
  std::string order;
  TimePoint expired_at{};
  FunctionTimer late([&] { order += "late"; });
  FunctionTimer early([&] { order += "early "; });
  FunctionTimer middle([&] {
    order += "middle ";
    expired_at = loop->now();
  });
  const TimePoint start = loop->now();
  loop->schedule(late, start + 30ms);
  loop->schedule(early, start + 10ms);
  loop->schedule(middle, start + 20ms);
  EXPECT_TRUE(until([&] { return !late.is_scheduled(); }));
  EXPECT_EQ(order, "early middle late");
  EXPECT_GE(expired_at, start + 20ms);
}

TEST_P(LoopContract, AMovedTimerRunsOnceAndACancelledOneNever) {
  int moved_count = 0;
  int cancelled_count = 0;
  FunctionTimer moved([&] { ++moved_count; });
  FunctionTimer cancelled([&] { ++cancelled_count; });
  FunctionTimer last([] {});
  loop->schedule(moved, loop->now() + 1h);
  loop->schedule(cancelled, loop->now() + 1ms);
  loop->schedule(last, loop->now() + 10ms);
  loop->schedule(moved, loop->now() + 1ms);
  loop->cancel(cancelled);
  EXPECT_TRUE(until([&] { return !last.is_scheduled(); }));
  EXPECT_EQ(moved_count, 1);
  EXPECT_EQ(cancelled_count, 0);
}

TEST_P(LoopContract, ATimerAtNowRunsInTheNextTurnWithoutWaiting) {
  bool expired = false;
  FunctionTimer timer([&] { expired = true; });
  loop->schedule(timer, loop->now());
  EXPECT_TRUE(loop->run_once(1h));
  EXPECT_TRUE(expired);
}

// Posted work and the end of a turn.

TEST_P(LoopContract, WorkPostedByManyThreadsRunsOnTheLoopThreadInEachOnesOrder) {
  constexpr int thread_count = 4;
  constexpr int posts_per_thread = 1000;
  std::vector<std::vector<int>> seen(thread_count);
  int done = 0;
  bool elsewhere = false;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < thread_count; ++thread) {
    threads.emplace_back([&, thread] {
      for (int number = 0; number < posts_per_thread; ++number) {
        loop->post([&, thread, number] {
          seen[static_cast<std::size_t>(thread)].push_back(number);
          if (!loop->is_loop_thread()) elsewhere = true;
          if (++done == thread_count * posts_per_thread) loop->stop();
        });
      }
    });
  }
  loop->run();
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(elsewhere);
  for (const auto& numbers : seen) {
    ASSERT_EQ(numbers.size(), static_cast<std::size_t>(posts_per_thread));
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

TEST_P(LoopContract, WorkPostedByWorkRunsInALaterTurn) {
  int step = 0;
  loop->post([&] {
    step = 1;
    loop->post([&] { step = 2; });
  });
  loop->run_once(1h);
  EXPECT_EQ(step, 1);
  loop->run_once(1h);
  EXPECT_EQ(step, 2);
}

TEST_P(LoopContract, AnotherThreadIsNotTheLoopThread) {
  EXPECT_TRUE(loop->is_loop_thread());
  bool is_loop_thread_there = true;
  std::thread([&] { is_loop_thread_there = loop->is_loop_thread(); }).join();
  EXPECT_FALSE(is_loop_thread_there);
}

TEST_P(LoopContract, AStopFromAnotherThreadEndsARunningLoop) {
  std::thread stopper;
  loop->post([&] { stopper = std::thread([&] { loop->stop(); }); });
  loop->run();
  stopper.join();
}

TEST_P(LoopContract, AStopBeforeRunEndsItAfterOneTurn) {
  int runs = 0;
  loop->post([&] { ++runs; });
  loop->stop();
  loop->run();
  EXPECT_EQ(runs, 1);
}

class CountingHook final : public TurnEnd {
 public:
  void handle_turn_end() override {
    ++count;
    if (on_end) on_end();
  }
  int count = 0;
  std::function<void()> on_end;
};

TEST_P(LoopContract, AHookAskedForTwiceRunsOnceAtTheEndOfTheTurn) {
  CountingHook hook;
  int count_at_work = -1;
  loop->post([&] {
    loop->at_turn_end(hook);
    loop->at_turn_end(hook);
  });
  loop->post([&] { count_at_work = hook.count; });
  loop->run_once(1h);
  EXPECT_EQ(count_at_work, 0);
  EXPECT_EQ(hook.count, 1);
  loop->run_once(0ms);
  EXPECT_EQ(hook.count, 1);
}

TEST_P(LoopContract, AHookAskedForByAHookRunsInTheNextTurnWhichDoesNotWait) {
  CountingHook first, second;
  first.on_end = [&] { loop->at_turn_end(second); };
  loop->at_turn_end(first);
  loop->run_once(1h);
  EXPECT_EQ(second.count, 0);
  loop->run_once(1h);
  EXPECT_EQ(second.count, 1);
}

TEST_P(LoopContract, ADestroyedHookIsWithdrawnAlsoByAnotherHook) {
  CountingHook first;
  auto second = std::make_unique<CountingHook>();
  auto third = std::make_unique<CountingHook>();
  CountingHook last;
  first.on_end = [&] { second.reset(); };
  for (CountingHook* hook : {&first, second.get(), third.get(), &last}) loop->at_turn_end(*hook);
  third.reset();
  loop->run_once(1h);
  EXPECT_EQ(first.count, 1);
  EXPECT_EQ(last.count, 1);
}

TEST_P(LoopContract, ATurnInWhichNothingHappenedSaysSo) { EXPECT_FALSE(loop->run_once(0ms)); }

}  // namespace
}  // namespace duplex::transport::testing
