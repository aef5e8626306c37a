// What only loops over sockets have: a system under them.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <thread>

#include "transport/loop_test_support.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/socket_address.hpp"

namespace duplex::transport::testing {
namespace {

/// A blocking socket that knows nothing of the loop.
Descriptor plain_client(std::uint16_t port) {
  const auto address = numeric_address({"127.0.0.1", port});
  Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(::connect(client.get(), address->data(), address->size()), 0);
  return client;
}

class SocketLoopTest : public ::testing::TestWithParam<Io> {
 protected:
  Result<ChosenLoop> make() {
    return make_loop(GetParam(), [this](std::string_view line) { log.emplace_back(line); });
  }
  void SetUp() override {
    auto made = make();
    if (!made) GTEST_SKIP() << made.error().message;
    loop = std::move(made->loop);
  }

  /// What a stream accepted for a client that reads nothing meanwhile; the stream is gone then.
  std::string accepted_and_gone() {
    EXPECT_TRUE(turn_until(*loop, [this] { return acceptor.peers.size() == 1; }));
    std::string text = long_text(64 << 20);
    const std::size_t accepted = acceptor.peers.front()->write(text);
    EXPECT_LT(accepted, text.size());
    acceptor.peers.clear();
    text.resize(accepted);
    return text;
  }

  std::vector<std::string> log;
  std::shared_ptr<Loop> loop;
  Acceptor acceptor;

  void TearDown() override { acceptor.peers.clear(); }
};

TEST_P(SocketLoopTest, AStreamDestroyedByAnotherOneInTheSameBatchIsNotTouchedAgain) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  std::vector<Descriptor> clients;
  for (int count = 0; count < 2; ++count) clients.push_back(plain_client(listener->port()));
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 2; }));
  while (loop->run_once(0ms)) {
  }

  int report_count = 0;
  for (auto& peer : acceptor.peers) {
    peer->on_bytes = [&, self = peer.get()] {
      ++report_count;
      for (auto& other : acceptor.peers) {
        if (other.get() != self) other->stream.reset();
      }
    };
  }
  // Loopback delivers within the call, so both are ready when the loop looks.
  for (const Descriptor& client : clients) ASSERT_EQ(::send(client.get(), "x", 1, 0), 1);
  while (loop->run_once(0ms)) {
  }
  EXPECT_EQ(report_count, 1);
}

TEST_P(SocketLoopTest, AStreamDestroyedBeforeItsBatchIsServedIsNotTouchedAgain) {
  // It was to be served again, was destroyed then, and epoll had reported news about it for the same turn.
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  server.stream->pause_reading();
  ASSERT_EQ(::send(client.get(), "a", 1, 0), 1);
  while (loop->run_once(0ms)) {
  }
  server.on_bytes = [&] { server.stream.reset(); };
  server.stream->resume_reading();
  ASSERT_EQ(::send(client.get(), "b", 1, 0), 1);
  ASSERT_TRUE(turn_until(*loop, [&] { return server.stream == nullptr; }));
  loop->run_once(0ms);
  EXPECT_EQ(server.pieces.size(), 1u);
  EXPECT_EQ(server.received.front(), 'a');
}

TEST_P(SocketLoopTest, AStreamThatAlwaysHasMoreDoesNotKeepOthersWaiting) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Endpoint endpoint{"127.0.0.1", listener->port()};
  Dialer flood(*loop, endpoint);
  Dialer modest(*loop, endpoint);
  ASSERT_TRUE(
      turn_until(*loop, [&] { return acceptor.peers.size() == 2 && modest.is_ended() && flood.is_ended(); }));
  Sender sender(flood.peer, long_text(8 << 20));
  sender.send();
  modest.peer.write("x");
  const auto modest_received = [&] {
    return acceptor.peers[0]->received == "x" || acceptor.peers[1]->received == "x";
  };
  ASSERT_TRUE(turn_until(*loop, modest_received));
  for (const auto& peer : acceptor.peers) {
    for (const std::size_t bytes : peer->pieces) EXPECT_LE(bytes, std::size_t{1} << 20);
  }
  EXPECT_FALSE(sender.is_done());
}

TEST_P(SocketLoopTest, ASignalIsReportedOnTheLoopEachTimeUntilItsWatchIsGone) {
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  int count = 0;
  auto watch = loop->watch_signal(SIGUSR1, [&] { ++count; });
  ASSERT_TRUE(watch);
  for (const int expected : {1, 2, 3}) {
    ::kill(::getpid(), SIGUSR1);
    EXPECT_TRUE(turn_until(*loop, [&] { return count == expected; }));
  }
  auto other = loop->watch_signal(SIGUSR2, [&] {
    watch->reset();
    count += 10;
  });
  ASSERT_TRUE(other);
  ::kill(::getpid(), SIGUSR2);
  EXPECT_TRUE(turn_until(*loop, [&] { return count == 13; }));
  other->reset();
  sigset_t after;
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  EXPECT_EQ(sigismember(&after, SIGUSR1), sigismember(&before, SIGUSR1));
  EXPECT_EQ(sigismember(&after, SIGUSR2), sigismember(&before, SIGUSR2));
}

TEST_P(SocketLoopTest, WhatIsNoSignalCannotBeWatched) {
  const auto watch = loop->watch_signal(12'345, [] {});
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().message, "cannot watch signal 12345: Invalid argument");
}

TEST_P(SocketLoopTest, ThoseWhoConnectTogetherAreAllAccepted) {
  // They are one piece of news, and the first of them uses it up.
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  std::vector<Descriptor> clients;
  for (const std::size_t together : {1U, 2U, 3U}) {
    for (std::size_t count = 0; count < together; ++count) clients.push_back(plain_client(listener->port()));
    EXPECT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == clients.size(); })) << together;
  }
}

/// Of all connections of this process to a port, both ends.
std::vector<int> connected_to(std::uint16_t port) {
  std::vector<int> found;
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    SocketAddress local;
    SocketAddress remote;
    socklen_t local_size = SocketAddress::size_max;
    socklen_t remote_size = SocketAddress::size_max;
    if (::getsockname(descriptor, local.data(), &local_size) != 0) continue;
    if (::getpeername(descriptor, remote.data(), &remote_size) != 0) continue;
    if (local.port() == port || remote.port() == port) found.push_back(descriptor);
  }
  return found;
}

TEST_P(SocketLoopTest, BothEndsOfAConnectionSendWithoutDelay) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Dialer dialer(*loop, {"127.0.0.1", listener->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return dialer.is_ended() && acceptor.peers.size() == 1; }));
  const std::vector<int> ends = connected_to(listener->port());
  EXPECT_EQ(ends.size(), 2u);
  for (const int end : ends) {
    int is_without_delay = 0;
    socklen_t size = sizeof is_without_delay;
    ASSERT_EQ(::getsockopt(end, IPPROTO_TCP, TCP_NODELAY, &is_without_delay, &size), 0);
    EXPECT_NE(is_without_delay, 0);
  }
}

TEST_P(SocketLoopTest, Ipv6Works) {
  auto listener = loop->listen({"::1", 0}, acceptor);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  Dialer dialer(*loop, {"::1", (*listener)->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return dialer.is_ended() && acceptor.peers.size() == 1; }));
  EXPECT_EQ(dialer.peer.stream->remote_address(), "[::1]:" + std::to_string((*listener)->port()));
  EXPECT_EQ(acceptor.peers.front()->stream->remote_address().substr(0, 6), "[::1]:");
}

TEST_P(SocketLoopTest, EveryHostOfIpv6TakesIpv4Too) {
  auto listener = loop->listen({"::", 0}, acceptor);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  Dialer dialer(*loop, {"127.0.0.1", (*listener)->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  EXPECT_EQ(acceptor.peers.front()->stream->remote_address().substr(0, 10), "127.0.0.1:");
}

std::ptrdiff_t open_descriptor_count() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST_P(SocketLoopTest, ALoopLeavesNoSocketBehind) {
  loop.reset();
  const auto count_before = open_descriptor_count();
  for (const bool is_elsewhere : {false, true}) {
    loop = std::move(make()->loop);
    auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
    auto dialer = std::make_unique<Dialer>(*loop, Endpoint{"127.0.0.1", listener->port()});
    ASSERT_TRUE(turn_until(*loop, [&] { return dialer->is_ended() && acceptor.peers.size() == 1; }));
    const auto destroy_all = [&] {
      dialer.reset();
      acceptor.peers.clear();
      listener.reset();
      loop.reset();
    };
    is_elsewhere ? std::thread(destroy_all).join() : destroy_all();
    EXPECT_EQ(open_descriptor_count(), count_before) << is_elsewhere;
  }
}

TEST_P(SocketLoopTest, AnAddressThatIsNotOursCannotBeListenedOn) {
  const auto listener = loop->listen({"203.0.113.7", 8080}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().message, "cannot listen on 203.0.113.7:8080: Cannot assign requested address");
}

TEST_P(SocketLoopTest, APlainClientThatClosesAfterWritingIsHeardToTheEnd) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  {
    const Descriptor client = plain_client(listener->port());
    ASSERT_EQ(::send(client.get(), "bye", 3, 0), 3);
  }
  ASSERT_TRUE(
      turn_until(*loop, [&] { return !acceptor.peers.empty() && acceptor.peers.front()->eof_count == 1; }));
  EXPECT_EQ(acceptor.peers.front()->received, "bye");
}

TEST_P(SocketLoopTest, AFailedWriteDoesNotDestroyThePeersLastWords) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  server.write("never read, so that closing is a reset");
  loop->run_once(0ms);
  ASSERT_EQ(::send(client.get(), "last words", 10, 0), 10);
  client.close();
  server.write("too late");  // whether or not it is accepted
  ASSERT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(server.eof_count, 0);
}

TEST_P(SocketLoopTest, AResetAfterTheEndIsHeardOnce) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
  ASSERT_TRUE(turn_until(*loop, [&] { return server.eof_count == 1; }));
  server.write("never read, so that closing is a reset");
  loop->run_once(0ms);
  client.close();
  EXPECT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.eof_count, 1);
}

TEST_P(SocketLoopTest, AResetOfAPausedStreamIsHeardAlsoBehindAnEnd) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  server.stream->pause_reading();
  loop->run_once(0ms);
  ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
  server.write("never read, so that closing is a reset");
  while (loop->run_once(0ms)) {
  }
  client.close();
  EXPECT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.eof_count, 0);
}

TEST_P(SocketLoopTest, ASourceOfAForkedChildDoesNotComeBack) {
  // While another process still holds a copy of the descriptor, closing ours does not end the connection, and
  // epoll would go on to report it.
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const Descriptor read_end(pipe_ends[0]);
  Descriptor write_end(pipe_ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    write_end.close();
    char byte = 0;
    ::_exit(::read(read_end.get(), &byte, 1) == 0 ? 0 : 1);
  }
  acceptor.peers.clear();
  ASSERT_EQ(::send(client.get(), "x", 1, 0), 1);
  while (loop->run_once(0ms)) {
  }
  write_end.close();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

/// Takes all descriptors that the process may still open.
std::vector<Descriptor> exhaust_descriptors() {
  std::vector<Descriptor> taken;
  for (;;) {
    Descriptor next(::dup(STDERR_FILENO));
    if (!next) return taken;
    taken.push_back(std::move(next));
  }
}

bool is_closed_by_peer(const Descriptor& client) {
  char byte = 0;
  return ::recv(client.get(), &byte, 1, MSG_DONTWAIT) == 0;
}

/// In a process of its own, because it starves the whole process. The name of the first thing that went
/// wrong, or null.
const char* survive_exhaustion(Loop& loop, Acceptor& acceptor, const std::vector<std::string>& log) {
  const rlimit few{.rlim_cur = 64, .rlim_max = 64};
  if (::setrlimit(RLIMIT_NOFILE, &few) != 0) return "setrlimit";
  const auto listener = std::move(*loop.listen({"127.0.0.1", 0}, acceptor));
  std::vector<Descriptor> clients;
  for (int count = 0; count < 10; ++count) clients.push_back(plain_client(listener->port()));
  std::vector<Descriptor> taken = exhaust_descriptors();
  const auto all_refused = [&] { return std::all_of(clients.begin(), clients.end(), is_closed_by_peer); };
  if (!turn_until(loop, all_refused)) return "waiting connections were not refused";
  if (!acceptor.peers.empty()) return "something was accepted without a descriptor";
  if (log.empty()) return "nothing was logged";
  if (log.size() >= clients.size()) return "every refusal was logged";

  taken.clear();
  const Descriptor late = plain_client(listener->port());
  if (!turn_until(loop, [&] { return acceptor.peers.size() == 1; })) return "accepting did not go on";
  return nullptr;
}

TEST_P(SocketLoopTest, RunningOutOfDescriptorsRefusesConnectionsAndAcceptingGoesOn) {
  loop.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    // A loop of its own: what a loop shares with the kernel is not shared by a child.
    const char* failure = survive_exhaustion(*make()->loop, acceptor, log);
    if (failure != nullptr) std::fprintf(stderr, "in the child: %s\n", failure);
    ::_exit(failure == nullptr ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// An io_uring backend of another library mixed up its buffers only when many connections talked at once.
TEST_P(SocketLoopTest, ManyConnectionsAtOnceHearExactlyWhatTheyWereSent) {
  constexpr int connection_count = 150;
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  acceptor.on_accept = [](Peer& peer) { peer.on_bytes = [&peer] { peer.write(peer.last_piece()); }; };
  std::vector<std::unique_ptr<Dialer>> clients;
  for (int number = 0; number < connection_count; ++number) {
    clients.push_back(std::make_unique<Dialer>(*loop, Endpoint{"127.0.0.1", listener->port()}));
  }
  const auto is_open = [](const auto& client) { return client->is_ended(); };
  ASSERT_TRUE(turn_until(*loop, [&] { return std::all_of(clients.begin(), clients.end(), is_open); }));

  std::vector<std::string> said(connection_count);
  for (int round = 0; round < 60; ++round) {
    for (std::size_t number = 0; number < clients.size(); ++number) {
      const std::size_t bytes = (number * 131 + static_cast<std::size_t>(round) * 977) % 6000;
      const std::string text = std::to_string(number) + ":" + long_text(bytes);
      ASSERT_EQ(clients[number]->peer.write(text), text.size());
      said[number] += text;
    }
    ASSERT_TRUE(turn_until(*loop, [&] {
      for (std::size_t number = 0; number < clients.size(); ++number) {
        if (clients[number]->peer.received.size() < said[number].size()) return false;
      }
      return true;
    }));
  }
  for (std::size_t number = 0; number < clients.size(); ++number) {
    EXPECT_TRUE(clients[number]->peer.received == said[number]) << number;
  }
}

// Whoever reads much at once must not use up the memory into which the others would receive.
TEST_P(SocketLoopTest, AFloodDoesNotKeepAnotherFromBeingHeard) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Endpoint endpoint{"127.0.0.1", listener->port()};
  Dialer flood(*loop, endpoint);
  Dialer modest(*loop, endpoint);
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 2 && modest.is_ended(); }));
  const std::string text = long_text(1 << 20);
  std::size_t flooded_bytes = 0;
  const auto pour = [&] {
    std::size_t accepted = 0;
    do {
      accepted = flood.peer.write(text);
      flooded_bytes += accepted;
    } while (accepted == text.size() && flooded_bytes < (std::size_t{1} << 28));
  };
  flood.peer.on_writable = pour;
  pour();
  modest.peer.write("x");
  const auto is_heard = [&] {
    return std::any_of(acceptor.peers.begin(), acceptor.peers.end(),
                       [](const auto& peer) { return peer->received == "x"; });
  };
  EXPECT_TRUE(turn_until(*loop, is_heard));
  EXPECT_LT(flooded_bytes, std::size_t{100} << 20);
}

TEST_P(SocketLoopTest, WhatASlowPeerHasNotTakenYetArrivesAfterTheStreamIsGone) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Descriptor client = plain_client(listener->port());
  const std::string accepted = accepted_and_gone();

  std::string received;
  bool is_ended = false;
  std::string part(1 << 20, '\0');
  ASSERT_TRUE(turn_until(*loop, [&] {
    const ssize_t count = ::recv(client.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (count > 0) received.append(part, 0, static_cast<std::size_t>(count));
    is_ended = count == 0;
    return is_ended;
  }));
  EXPECT_TRUE(received == accepted);
}

/// Reads on a thread of its own until the end.
class Reader {
 public:
  explicit Reader(const Descriptor& socket) : thread_([this, &socket] { read(socket); }) {}
  std::string finish() {
    thread_.join();
    return std::move(received_);
  }

 private:
  void read(const Descriptor& socket) {
    std::string part(1 << 20, '\0');
    for (;;) {
      const ssize_t count = ::recv(socket.get(), part.data(), part.size(), 0);
      if (count <= 0) return;
      received_.append(part, 0, static_cast<std::size_t>(count));
    }
  }

  std::string received_;
  std::thread thread_;
};

TEST_P(SocketLoopTest, WhatASlowPeerHasNotTakenYetArrivesAfterTheLoopIsGone) {
  auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Descriptor client = plain_client(listener->port());
  const std::string accepted = accepted_and_gone();
  listener.reset();
  Reader reader(client);
  loop.reset();
  EXPECT_TRUE(reader.finish() == accepted);
}

TEST_P(SocketLoopTest, APeerThatTakesNothingDoesNotKeepALoopFromEnding) {
  auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  const Descriptor idle_client = plain_client(listener->port());
  const Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 2; }));
  const std::string text = long_text(64 << 20);
  acceptor.peers.front()->write(text);
  acceptor.peers.back()->write(text);
  acceptor.peers.back()->stream->abort_on_close();
  acceptor.peers.clear();
  listener.reset();
  const auto begin = std::chrono::steady_clock::now();
  loop.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_P(SocketLoopTest, EndOfWritingComesBehindWhatWaitsForRoom) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Dialer dialer(*loop, {"127.0.0.1", listener->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return dialer.is_ended() && acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  server.stream->pause_reading();
  const std::string text = long_text(64 << 20);
  const std::size_t accepted = dialer.peer.write(text);
  ASSERT_LT(accepted, text.size());
  dialer.peer.stream->end_writing();
  server.stream->resume_reading();
  ASSERT_TRUE(turn_until(*loop, [&] { return server.eof_count == 1; }));
  EXPECT_TRUE(server.received == std::string_view(text).substr(0, accepted));
  EXPECT_EQ(dialer.peer.writable_count, 0);
}

TEST_P(SocketLoopTest, SeveralWritesInOneTurnKeepTheirOrderWhateverTheirSize) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  std::vector<std::unique_ptr<Dialer>> clients;
  for (int number = 0; number < 3; ++number) {
    clients.push_back(std::make_unique<Dialer>(*loop, Endpoint{"127.0.0.1", listener->port()}));
  }
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 3; }));
  ASSERT_TRUE(turn_until(*loop, [&] { return clients.back()->is_ended(); }));
  std::string expected;
  const std::string text = long_text(70'000);
  for (const std::size_t bytes : {10, 300, 7000, 2000, 40'000, 1, 70'000, 5}) {
    expected += text.substr(0, bytes);
    for (const auto& client : clients) ASSERT_EQ(client->peer.write(text.substr(0, bytes)), bytes);
  }
  ASSERT_TRUE(turn_until(*loop, [&] {
    return std::all_of(acceptor.peers.begin(), acceptor.peers.end(),
                       [&](const auto& peer) { return peer->received.size() == expected.size(); });
  }));
  for (const auto& peer : acceptor.peers) EXPECT_TRUE(peer->received == expected);
}

INSTANTIATE_TEST_SUITE_P(On, SocketLoopTest, ::testing::Values(Io::epoll, Io::uring),
                         [](const auto& instance) {
                           return std::string(instance.param == Io::uring ? "Uring" : "Epoll");
                         });

}  // namespace
}  // namespace duplex::transport::testing
