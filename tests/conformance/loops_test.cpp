// One server on several loops: connections are spread, and topics, handles and the end reach all of them.
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

constexpr std::size_t loop_count = 2;

/// Subscribes everyone to "news" and obeys: "publish …", "tell …" (all others), "throw", or says which
/// loop it is on.
class Obedient final : public Handler {
 public:
  explicit Obedient(Server& server) : server_(server) {}

  void open(Connection& peer) override {
    EXPECT_EQ(peer.subscribe("news"), SendVerdict::sent);
    const std::lock_guard lock(mutex_);
    threads_.try_emplace(peer.id().loop, std::this_thread::get_id());
    handles_.push_back(peer.handle());
  }
  void message(Connection& peer, const Message& message) override {
    const std::string text(message.text());
    if (text == "throw") throw std::runtime_error("as told");
    if (text.starts_with("publish ")) {
      EXPECT_EQ(peer.publish("news", MessageType::text, as_bytes(text.substr(8))), SendVerdict::sent);
    } else if (text.starts_with("tell ")) {
      tell_all_others(peer.id(), text.substr(5));
    } else {
      peer.send(std::to_string(peer.id().loop));
    }
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(threads_.at(peer.id().loop), std::this_thread::get_id());
  }

  std::vector<Handle> handles() {
    const std::lock_guard lock(mutex_);
    return handles_;
  }
  std::thread::id thread_of(std::uint32_t loop) {
    const std::lock_guard lock(mutex_);
    return threads_.at(loop);
  }

 private:
  void tell_all_others(ConnectionId self, const std::string& what) {
    for (const Handle& handle : handles()) {
      if (handle.id() == self) continue;
      const SendVerdict expected = handle.id().loop == self.loop ? SendVerdict::sent : SendVerdict::queued;
      EXPECT_EQ(server_.find(handle.id()).send(what), expected);
    }
  }

  Server& server_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::thread::id> threads_;
  std::vector<Handle> handles_;
};

/// A server that runs on threads of its own, and raw peers on the loop of the test.
class Loops : public ::testing::Test {
 protected:
  Loops() {
    auto made = transport::make_epoll_loop();
    EXPECT_TRUE(made);
    loop = *made;
    options.loops = loop_count;
    options.log = [this](LogLevel, std::string_view text) {
      const std::lock_guard lock(log_mutex_);
      log_.emplace_back(text);
    };
  }
  ~Loops() override { end(); }

  /// Serves until the end of the test or stop().
  void run() {
    server = std::make_unique<Server>(options);
    handler = std::make_shared<Obedient>(*server);
    server->route("/", handler);
    server->on_drain([this] { drained_on = std::this_thread::get_id(); });
    server->listen("127.0.0.1", 0);
    ASSERT_FALSE(server->listening_error());
    thread_ = std::thread([this] {
      runner = std::this_thread::get_id();
      exit_code = server->run();
      has_ended = true;
    });
  }
  void end() {
    if (server == nullptr) return;
    if (thread_.joinable()) {
      server->stop();
      server->stop();
      thread_.join();
    }
    peers.clear();
    server.reset();
  }
  void until(const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      loop->run_once(std::chrono::milliseconds(10));
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "it took too long";
    }
  }
  RawPeer& connect() {
    RawPeer& peer = *peers.emplace_back(std::make_unique<RawPeer>(*loop, server->port()));
    until([&] { return peer.is_connected(); });
    peer.send(handshake_request("/"));
    until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
    head = peer.take_head();
    return peer;
  }
  /// The system decides by the ports, so this takes some trials.
  RawPeer& connect_to_loop(std::uint32_t number) {
    constexpr int trials_max = 64;
    for (int trial = 0; trial < trials_max; ++trial) {
      RawPeer& peer = connect();
      if (ask_for_loop(peer) == std::to_string(number)) return peer;
    }
    throw std::runtime_error("no connection came to loop " + std::to_string(number));
  }
  std::string ask_for_loop(RawPeer& peer) {
    peer.send(masked(0x81, "where?"));
    until([&] { return peer.heard().size() >= 3; });
    return peer.take_heard().substr(2);
  }
  std::array<RawPeer*, loop_count> connect_to_every_loop() {
    return {&connect_to_loop(0), &connect_to_loop(1)};
  }
  bool has_logged(std::string_view part) {
    const std::lock_guard lock(log_mutex_);
    for (const std::string& line : log_) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  ServerOptions options;
  std::shared_ptr<transport::Loop> loop;
  std::unique_ptr<Server> server;
  std::shared_ptr<Obedient> handler;
  std::vector<std::unique_ptr<RawPeer>> peers;
  std::string head;
  std::atomic<bool> has_ended = false;
  std::atomic<int> exit_code = -1;
  std::atomic<std::thread::id> runner;
  std::atomic<std::thread::id> drained_on;

 private:
  std::mutex log_mutex_;
  std::vector<std::string> log_;
  std::thread thread_;
};

TEST_F(Loops, connections_are_spread_and_each_loop_has_a_thread) {
  run();
  connect_to_every_loop();
  EXPECT_EQ(handler->thread_of(0), runner.load());  // the first loop is that of run()
  EXPECT_NE(handler->thread_of(0), handler->thread_of(1));
  EXPECT_EQ(server->connection_count(), peers.size());
}

TEST_F(Loops, a_publication_reaches_subscribers_on_every_loop_once_and_not_its_author) {
  run();
  for (RawPeer* author : connect_to_every_loop()) {
    for (const char* command : {"publish one", "publish two"}) author->send(masked(0x81, command));
    for (const auto& peer : peers) {
      if (peer.get() == author) continue;
      until([&] { return peer->heard().size() >= 10; });
      EXPECT_EQ(peer->take_heard(), unmasked(0x81, "one") + unmasked(0x81, "two"));
    }
    // Whatever else had been sent to the author would come before this.
    author->send(masked(0x81, "where?"));
    until([&] { return author->heard().size() >= 3; });
    EXPECT_EQ(author->take_heard().size(), 3u);
  }
}

TEST_F(Loops, a_publication_from_a_foreign_thread_reaches_every_loop_in_order) {
  run();
  connect_to_every_loop();
  constexpr int count = 1'000;
  std::string expected;
  for (int number = 0; number < count; ++number) {
    const std::string text = std::to_string(number);
    EXPECT_EQ(server->publish("news", MessageType::text, as_bytes(text)), SendVerdict::queued);
    expected += unmasked(0x81, text);
  }
  for (const auto& peer : peers) {
    until([&] { return peer->heard().size() >= expected.size(); });
    EXPECT_EQ(peer->heard(), expected);
  }
}

TEST_F(Loops, what_can_never_be_published_is_invalid_on_a_foreign_thread_too) {
  run();
  connect_to_every_loop();
  EXPECT_EQ(server->publish("a/+", MessageType::text, as_bytes("x")), SendVerdict::invalid);
  EXPECT_EQ(server->publish("", MessageType::text, as_bytes("x")), SendVerdict::invalid);
  EXPECT_EQ(server->publish("news", MessageType::text, as_bytes("\xff")), SendVerdict::invalid);
  EXPECT_EQ(server->publish("nobody", MessageType::text, as_bytes("x")), SendVerdict::queued);
}

TEST_F(Loops, handles_reach_connections_of_other_loops) {
  run();
  for (RawPeer* teller : connect_to_every_loop()) {
    teller->send(masked(0x81, "tell hello"));
    for (const auto& peer : peers) {
      if (peer.get() == teller) continue;
      until([&] { return peer->heard().size() >= 7; });
      EXPECT_EQ(peer->take_heard(), unmasked(0x81, "hello"));
    }
  }
}

TEST_F(Loops, handles_of_every_loop_work_from_several_foreign_threads) {
  run();
  connect_to_every_loop();
  constexpr std::size_t thread_count = 3;
  constexpr std::size_t letters_each = 500;
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < thread_count; ++number) {
    threads.emplace_back([this] {
      for (std::size_t letter = 0; letter < letters_each; ++letter) {
        for (const Handle& handle : handler->handles()) EXPECT_EQ(handle.send("x"), SendVerdict::queued);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& peer : peers) {
    until([&] { return peer->heard().size() >= 3 * thread_count * letters_each; });
    EXPECT_EQ(peer->heard().size(), 3 * thread_count * letters_each);
  }
  EXPECT_EQ(server->find({0, 1, 17}).send("nobody"), SendVerdict::closed);
}

TEST_F(Loops, an_exception_on_another_loop_costs_one_connection) {
  run();
  RawPeer& bystander = connect_to_loop(0);
  RawPeer& victim = connect_to_loop(1);
  victim.send(masked(0x81, "throw"));
  until([&] { return victim.heard().size() >= 4; });
  EXPECT_EQ(victim.heard().substr(0, 1), "\x88");
  EXPECT_EQ(victim.heard().substr(2, 2), close_body(1011));
  EXPECT_TRUE(has_logged("as told"));
  EXPECT_EQ(ask_for_loop(bystander), "0");
  EXPECT_EQ(ask_for_loop(connect_to_loop(1)), "1");
}

TEST_F(Loops, the_number_of_connections_is_bounded_for_all_loops_together) {
  options.connections_max = 3;
  run();
  for (int number = 0; number < 3; ++number) {
    connect();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  }
  connect();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 503 ")) << head;
}

TEST_F(Loops, stop_drains_all_of_them_and_run_returns_when_everyone_has_gone) {
  run();
  connect_to_every_loop();
  server->stop();
  for (const auto& peer : peers) {
    until([&] { return !peer->heard().empty(); });
    EXPECT_EQ(peer->heard(), unmasked(0x88, close_body(1001, "server shutdown")));
    EXPECT_FALSE(has_ended);
    peer->send(masked(0x88, close_body(1001)));
    peer->send_eof();
  }
  until([&] { return has_ended.load(); });
  EXPECT_EQ(exit_code, 0);
  EXPECT_EQ(drained_on.load(), runner.load());
  EXPECT_EQ(server->connection_count(), 0u);
}

TEST_F(Loops, a_second_stop_cuts_all_of_them) {
  options.drain_timeout = std::chrono::hours(1);
  run();
  connect_to_every_loop();
  server->stop();
  for (const auto& peer : peers) until([&] { return !peer->heard().empty(); });
  EXPECT_FALSE(has_ended);
  server->stop();
  until([&] { return has_ended.load(); });
  EXPECT_EQ(exit_code, 0);
}

TEST_F(Loops, who_does_not_go_is_cut_after_drain_timeout_on_all_of_them) {
  options.drain_timeout = std::chrono::milliseconds(1);
  run();
  connect_to_every_loop();
  server->stop();
  until([&] { return has_ended.load(); });
  EXPECT_EQ(exit_code, 0);
}

TEST_F(Loops, stop_before_run_ends_all_of_them) {
  server = std::make_unique<Server>(options);
  server->listen("127.0.0.1", 0);
  server->stop();
  EXPECT_EQ(server->run(), 0);
}

TEST_F(Loops, senders_on_other_threads_are_answered_until_after_the_servers_end) {
  run();
  connect_to_every_loop();
  std::vector<std::thread> senders;
  for (const Handle& handle : handler->handles()) {
    senders.emplace_back([handle] {
      while (handle.send("x") != SendVerdict::closed) std::this_thread::yield();
    });
  }
  end();
  for (std::thread& sender : senders) sender.join();
}

TEST_F(Loops, a_port_that_another_server_listens_on_is_an_error_though_that_shares_it_among_its_loops) {
  run();
  Server other(options);
  other.listen("127.0.0.1", server->port());
  ASSERT_TRUE(other.listening_error());
  EXPECT_NE(other.listening_error()->message.find("Address already in use"), std::string::npos);
  EXPECT_EQ(other.port(), 0);
  EXPECT_EQ(other.run(), 1);
}

TEST_F(Loops, more_than_loops_max_are_an_error_that_names_it) {
  options.loops = ServerOptions::loops_max + 1;
  Server greedy(options);
  ASSERT_TRUE(greedy.listening_error());
  EXPECT_EQ(greedy.listening_error()->message, "loops: 257 are more than loops_max 256");
  EXPECT_EQ(greedy.run(), 1);
  EXPECT_TRUE(has_logged("loops_max"));
}

TEST_F(Loops, none_means_one_for_each_core) {
  options.loops = 0;
  run();
  EXPECT_EQ(ask_for_loop(connect()).size(), 1u);
}

/// Two loops in memory, turned by hand: what happens on one while the other stands still.
class LoopsInMemory : public ::testing::Test {
 protected:
  /// After routes and options.
  void open_server() {
    server = std::make_unique<Server>(options, std::vector<std::shared_ptr<transport::Loop>>{first, second});
    for (const char* path : {"/quiet", "/subscriber"}) {
      server->route(path, [](Connection& peer) -> Task {
        if (peer.request().path == "/subscriber") peer.subscribe("news");
        while (auto message = co_await peer.receive()) {
          peer.send(
              std::to_string(static_cast<int>(peer.publish("news", message->type(), message->payload()))));
        }
      });
    }
    server->listen("127.0.0.1", 0);
    ASSERT_FALSE(server->listening_error());
  }
  std::unique_ptr<RawPeer> connect(transport::MemoryLoop& loop, std::string_view path) {
    auto peer = std::make_unique<RawPeer>(loop, server->port());
    loop.settle();
    peer->send(handshake_request(path));
    loop.settle();
    EXPECT_TRUE(peer->take_head().starts_with("HTTP/1.1 101 "));
    return peer;
  }
  static std::string verdict(SendVerdict verdict) { return std::to_string(static_cast<int>(verdict)); }

  ServerOptions options;
  std::shared_ptr<transport::MemoryLoop> first = std::make_shared<transport::MemoryLoop>();
  std::shared_ptr<transport::MemoryLoop> second = std::make_shared<transport::MemoryLoop>();
  std::unique_ptr<Server> server;
};

TEST_F(LoopsInMemory, every_loop_listens_on_the_same_port_and_ids_name_the_loop) {
  open_server();
  const auto one = connect(*first, "/quiet");
  const auto other = connect(*second, "/quiet");
  EXPECT_EQ(server->connection_count(), 2u);
  EXPECT_EQ(server->find({0, 1, 1}).send("to the second"), SendVerdict::sent);
  second->settle();
  EXPECT_EQ(one->heard(), "");
  EXPECT_EQ(other->heard(), unmasked(0x81, "to the second"));
}

TEST_F(LoopsInMemory, a_loop_without_subscribers_is_not_woken) {
  open_server();
  const auto author = connect(*first, "/quiet");
  const auto other = connect(*second, "/quiet");
  author->send(masked(0x81, "x"));
  first->settle();
  EXPECT_FALSE(second->run_once(std::chrono::milliseconds(0)));
  {
    const auto subscriber = connect(*second, "/subscriber");
    author->send(masked(0x81, "x"));
    first->settle();
    EXPECT_TRUE(second->run_once(std::chrono::milliseconds(0)));
    second->settle();
    EXPECT_EQ(subscriber->heard(), unmasked(0x81, "x"));
  }
  second->settle();  // the subscriber has gone
  author->send(masked(0x81, "x"));
  first->settle();
  EXPECT_FALSE(second->run_once(std::chrono::milliseconds(0)));
}

TEST_F(LoopsInMemory, a_loop_that_is_behind_makes_publications_dropped_and_then_hears_what_was_taken) {
  options.mailbox_bytes_max = 10'000;
  open_server();
  const auto author = connect(*first, "/quiet");
  const auto subscriber = connect(*second, "/subscriber");
  const std::string large(4'000, 'x');
  for (int count = 0; count < 3; ++count) author->send(masked(0x81, large));
  first->settle();
  EXPECT_EQ(author->heard(), unmasked(0x81, verdict(SendVerdict::sent)) +
                                 unmasked(0x81, verdict(SendVerdict::sent)) +
                                 unmasked(0x81, verdict(SendVerdict::dropped)));
  second->settle();
  EXPECT_EQ(subscriber->heard(), unmasked(0x81, large) + unmasked(0x81, large));
  std::thread([&] {
    EXPECT_EQ(server->publish("news", MessageType::text, as_bytes(std::string(20'000, 'x'))),
              SendVerdict::dropped);
  }).join();
}

TEST_F(LoopsInMemory, a_broadcast_that_crosses_is_compressed_for_those_who_agreed_to_it) {
  open_server();
  RouteOptions compressed;
  compressed.compression.enabled = true;
  server->route(
      "/compressed",
      [](Connection& peer) -> Task {
        peer.subscribe("news");
        while (co_await peer.receive()) {
        }
      },
      compressed);
  const auto author = connect(*first, "/quiet");
  const auto plain = connect(*second, "/subscriber");
  auto packed = std::make_unique<RawPeer>(*second, server->port());
  second->settle();
  packed->send(handshake_request("/compressed", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  second->settle();
  EXPECT_NE(packed->take_head().find("permessage-deflate"), std::string::npos);
  const std::string text(1'000, 'x');
  author->send(masked(0x81, text));
  first->settle();
  second->settle();
  EXPECT_EQ(plain->heard(), unmasked(0x81, text));
  EXPECT_LT(packed->heard().size(), 100u);
  EXPECT_EQ(packed->heard().substr(0, 1), "\xc1");
}

TEST_F(LoopsInMemory, a_session_that_publishes_while_its_server_is_destroyed_meets_no_loop_that_is_gone) {
  open_server();
  struct Farewell {
    Server& whole;
    Connection& peer;
    Handle neighbour;
    ~Farewell() {
      peer.publish("news", MessageType::text, as_bytes("bye"));
      whole.publish("news", MessageType::text, as_bytes("bye"));
      static_cast<void>(neighbour.send("bye"));
    }
  };
  server->route("/farewell", [whole = server.get()](Connection& peer) -> Task {
    const Farewell farewell{*whole, peer, whole->find({0, 1, 1 - peer.id().loop})};
    peer.subscribe("news");
    while (co_await peer.receive()) {
    }
  });
  const auto one = connect(*first, "/farewell");
  const auto other = connect(*second, "/farewell");
  server.reset();
}

TEST_F(LoopsInMemory, stop_reaches_every_loop) {
  open_server();
  const auto one = connect(*first, "/quiet");
  const auto other = connect(*second, "/quiet");
  server->stop();
  first->settle();
  second->settle();
  for (const auto& peer : {one.get(), other.get()}) {
    EXPECT_EQ(peer->heard(), unmasked(0x88, close_body(1001, "server shutdown")));
  }
}

}  // namespace
}  // namespace duplex::testing
