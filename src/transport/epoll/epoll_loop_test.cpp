// What only the epoll loop has: a system under it.
#include "transport/epoll/epoll_loop.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "transport/loop_test_support.hpp"
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

class EpollLoopTest : public ::testing::Test {
 protected:
  std::shared_ptr<Loop> loop =
      std::move(*make_epoll_loop([this](std::string_view line) { log.emplace_back(line); }));
  Acceptor acceptor;
  std::vector<std::string> log;

  void TearDown() override { acceptor.peers.clear(); }
};

TEST_F(EpollLoopTest, AStreamDestroyedByAnotherOneInTheSameBatchIsNotTouchedAgain) {
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

TEST_F(EpollLoopTest, AStreamDestroyedBeforeItsBatchIsServedIsNotTouchedAgain) {
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
  loop->run_once(0ms);
  EXPECT_EQ(server.received, "ab");
}

TEST_F(EpollLoopTest, AStreamThatAlwaysHasMoreDoesNotKeepOthersWaiting) {
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
    for (const std::size_t bytes : peer->pieces) EXPECT_LE(bytes, EpollLoop::receive_buffer_bytes);
  }
  EXPECT_FALSE(sender.is_done());
}

TEST_F(EpollLoopTest, Ipv6Works) {
  auto listener = loop->listen({"::1", 0}, acceptor);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  Dialer dialer(*loop, {"::1", (*listener)->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return dialer.is_ended() && acceptor.peers.size() == 1; }));
  EXPECT_EQ(dialer.peer.stream->remote_address(), "[::1]:" + std::to_string((*listener)->port()));
  EXPECT_EQ(acceptor.peers.front()->stream->remote_address().substr(0, 6), "[::1]:");
}

TEST_F(EpollLoopTest, EveryHostOfIpv6TakesIpv4Too) {
  auto listener = loop->listen({"::", 0}, acceptor);
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  Dialer dialer(*loop, {"127.0.0.1", (*listener)->port()});
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  EXPECT_EQ(acceptor.peers.front()->stream->remote_address().substr(0, 10), "127.0.0.1:");
}

TEST_F(EpollLoopTest, AnAddressThatIsNotOursCannotBeListenedOn) {
  const auto listener = loop->listen({"203.0.113.7", 8080}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().message, "cannot listen on 203.0.113.7:8080: Cannot assign requested address");
}

TEST_F(EpollLoopTest, APlainClientThatClosesAfterWritingIsHeardToTheEnd) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  {
    const Descriptor client = plain_client(listener->port());
    ASSERT_EQ(::send(client.get(), "bye", 3, 0), 3);
  }
  ASSERT_TRUE(
      turn_until(*loop, [&] { return !acceptor.peers.empty() && acceptor.peers.front()->eof_count == 1; }));
  EXPECT_EQ(acceptor.peers.front()->received, "bye");
}

TEST_F(EpollLoopTest, AFailedWriteDoesNotDestroyThePeersLastWords) {
  const auto listener = std::move(*loop->listen({"127.0.0.1", 0}, acceptor));
  Descriptor client = plain_client(listener->port());
  ASSERT_TRUE(turn_until(*loop, [&] { return acceptor.peers.size() == 1; }));
  Peer& server = *acceptor.peers.front();
  server.write("never read, so that closing is a reset");
  ASSERT_EQ(::send(client.get(), "last words", 10, 0), 10);
  client.close();
  EXPECT_EQ(server.write("too late"), 0u);
  ASSERT_TRUE(turn_until(*loop, [&] { return server.lost_count == 1; }));
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(server.eof_count, 0);
}

TEST_F(EpollLoopTest, ASourceOfAForkedChildDoesNotComeBack) {
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

TEST_F(EpollLoopTest, RunningOutOfDescriptorsRefusesConnectionsAndAcceptingGoesOn) {
  const pid_t child = ::fork();
  if (child == 0) {
    const char* failure = survive_exhaustion(*loop, acceptor, log);
    if (failure != nullptr) std::fprintf(stderr, "in the child: %s\n", failure);
    ::_exit(failure == nullptr ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace duplex::transport::testing
