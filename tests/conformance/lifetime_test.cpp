// Connections, servers and clients that end while something of theirs is on the stack.
#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

class Lifetime : public World {
 protected:
  void settle() {
    while (loop().run_once(std::chrono::milliseconds(is_virtual() ? 0 : 50))) {
    }
  }
};

/// Does one thing in one of its calls.
class Actor final : public Handler {
 public:
  using Action = std::function<void(Connection&)>;
  Actor(std::string when, Action action) : when_(std::move(when)), action_(std::move(action)) {}
  void open(Connection& peer) override { call("open", peer); }
  void message(Connection& peer, const Message& message) override {
    call("message", peer);
    last_ = std::string(message.text());  // still whole after whatever the action did
  }
  void pong(Connection& peer, ConstBytes) override { call("pong", peer); }
  void close(Connection& peer, const CloseStatus& status) override {
    ++closes;
    causes.push_back(status.cause);
    call("close", peer);
  }
  int closes = 0;
  std::vector<CloseCause> causes;

 private:
  void call(const std::string& now, Connection& peer) {
    if (now == when_) action_(peer);
  }
  std::string when_;
  Action action_;
  std::string last_;
};

TEST_P(Lifetime, a_connection_knows_its_peers_address_to_the_end_even_when_its_request_is_forgotten) {
  std::string at_the_end;
  std::string target;
  const auto actor = std::make_shared<Actor>("close", [&](Connection& peer) {
    at_the_end = peer.remote_address();
    target = peer.request().target;
  });
  server().route("/kept", actor);
  server().route("/forgotten", actor, {.request_lifetime = RequestLifetime::opening});
  open_server();
  for (const std::string path : {"/kept", "/forgotten"}) {
    at_the_end.clear();
    RawPeer& peer = raw_web_socket(path);
    peer.stream().abort_on_close();
    peer.vanish();
    until([&] { return !at_the_end.empty(); });
    EXPECT_EQ(at_the_end.substr(0, at_the_end.find(':')), "127.0.0.1") << path;
    EXPECT_EQ(target, path == "/kept" ? path : "");
  }
}

TEST_P(Lifetime, a_client_knows_the_address_of_its_server) {
  server().route("/", [](Connection&) -> Task { co_return; });
  open_server();
  std::string address;
  ASSERT_TRUE(client().dial(url("/"), [&](Connection& peer) -> Task {
    address = peer.remote_address();
    co_return;
  }));
  until([&] { return !address.empty(); });
  EXPECT_EQ(address, "127.0.0.1:" + std::to_string(server().port()));
}

TEST_P(Lifetime, a_handler_may_end_its_connection_in_every_call_in_every_way) {
  const std::vector<Actor::Action> actions = {
      [](Connection& peer) { peer.close(); },
      [](Connection& peer) { peer.abort(); },
      [](Connection& peer) {
        peer.send("before");
        peer.abort();
        EXPECT_EQ(peer.send("after"), SendVerdict::closed);
        EXPECT_EQ(peer.ping(), SendVerdict::closed);
        EXPECT_EQ(peer.close(), SendVerdict::closed);
        EXPECT_EQ(peer.subscribe("x"), SendVerdict::closed);
        peer.abort();
      },
      [](Connection& peer) { EXPECT_NE(peer.handle().close(CloseCode{4000}), SendVerdict::queued); },
      [](Connection&) { throw std::runtime_error("a handler's mistake"); },
      [](Connection& peer) {
        peer.abort();
        throw std::runtime_error("a handler's second mistake");
      }};
  std::vector<std::shared_ptr<Actor>> actors;
  for (const char* when : {"open", "message", "pong", "close"}) {
    for (const Actor::Action& action : actions) {
      actors.push_back(std::make_shared<Actor>(when, action));
      server().route("/" + std::to_string(actors.size()), actors.back());
    }
  }
  open_server();
  for (std::size_t number = 1; number <= actors.size(); ++number) {
    RawPeer& peer = raw_peer();
    peer.send(handshake_request("/" + std::to_string(number)) + masked(0x81, "one") + masked(0x8a, "pong") +
              masked(0x81, "two") + masked(0x88, close_body(1000)));
    until([&] { return peer.has_ended(); });
    peer.vanish();
    until([&] { return server().connection_count() == 0; });
    EXPECT_EQ(actors[number - 1]->closes, 1) << number;
  }
}

TEST_P(Lifetime, a_session_may_abort_itself_and_go_on_asking) {
  bool done = false;
  server().route("/", [&done](Connection& peer) -> Task {
    auto message = co_await peer.receive();
    peer.abort();
    EXPECT_EQ(message->text(), "first");
    EXPECT_EQ(co_await peer.send("x"), SendVerdict::closed);
    EXPECT_FALSE(co_await peer.sleep(std::chrono::hours(1)));
    EXPECT_FALSE((co_await peer.receive()).has_value());
    EXPECT_FALSE((co_await peer.receive_chunk()).has_value());
    EXPECT_EQ(peer.close_status().cause, CloseCause::local_close);
    done = true;
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.send(masked(0x81, "first") + masked(0x81, "second"));
  until([&] { return done && peer.has_ended() && server().connection_count() == 0; });
}

// A function that returns an empty Task crashed the server at the first connection.
TEST_P(Lifetime, a_session_that_is_no_coroutine_costs_its_connection_only) {
  server().route("/", [](Connection&) -> Task { return {}; });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  until([&] { return peer.heard() == unmasked(0x88, close_body(1011, "internal error")); });
  peer.send(masked(0x88, close_body(1011)));
  peer.send_eof();
  until([&] { return server().connection_count() == 0; });
}

TEST_P(Lifetime, sessions_throw_before_their_first_await_after_close_and_as_plain_functions) {
  server().route("/early", [](Connection&) -> Task {
    throw std::runtime_error("early");
    co_return;
  });
  server().route("/plain", [](Connection&) -> Task { throw std::runtime_error("plain"); });
  server().route("/late", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
    throw std::runtime_error("late");
  });
  open_server();
  for (const char* path : {"/early", "/plain"}) {
    RawPeer& peer = raw_web_socket(path);
    until([&] { return peer.heard() == unmasked(0x88, close_body(1011, "internal error")); });
    peer.vanish();
    until([&] { return server().connection_count() == 0; });
    EXPECT_TRUE(has_logged(path + 1));
  }
  RawPeer& peer = raw_web_socket("/late");
  peer.send(masked(0x88, close_body(1000)));
  until([&] { return peer.heard() == unmasked(0x88, close_body(1000)); });
  EXPECT_TRUE(has_logged("late"));
  peer.send_eof();
  until([&] { return server().connection_count() == 0; });
}

// A local of a suspended session that spoke to its connection while the server was destroyed touched members
// that were gone; and a publication reached subscribers that were destroyed before.
TEST_P(Lifetime, locals_of_suspended_sessions_may_use_their_connection_while_the_server_is_destroyed) {
  struct Guard {
    Connection& peer;
    int& destroyed;
    std::size_t& most_buffered;
    ~Guard() {
      peer.publish("news", MessageType::text, as_bytes("bye"));
      peer.send("bye");
      peer.unsubscribe("news");
      peer.handle().send("bye");
      peer.ping();
      most_buffered = std::max(most_buffered, peer.buffered_bytes());
      peer.close();
      static_cast<void>(peer.close_status().detail.size());
      ++destroyed;
    }
  };
  int destroyed = 0;
  std::size_t most_buffered = 0;
  server().route("/:way", [&](Connection& peer) -> Task {
    Guard guard{peer, destroyed, most_buffered};
    EXPECT_EQ(peer.subscribe("news"), SendVerdict::sent);
    auto message = co_await peer.receive();
    if (peer.request().parameter("way") == "sleep") co_await peer.sleep(std::chrono::hours(1));
    if (peer.request().parameter("way") == "send") {
      while (co_await peer.send(std::string(1'000'000, 'x')) == SendVerdict::sent) {
      }
    }
    while (co_await peer.receive()) {
    }
  });
  open_server();
  for (const char* path : {"/sleep", "/send", "/receive", "/sleep", "/send", "/receive"}) {
    RawPeer& peer = raw_web_socket(path);
    peer.stop_reading();
    peer.send(masked(0x81, "go"));
  }
  settle();
  end_server();
  EXPECT_EQ(destroyed, 6);
  EXPECT_GT(most_buffered, 0u);
}

TEST_P(Lifetime, handlers_learn_why_a_connection_was_lost) {
  struct Listener final : Handler {
    void message(Connection&, const Message&) override {}
    void close(Connection&, const CloseStatus& how) override { status = how; }
    std::optional<CloseStatus> status;
  };
  auto listener = std::make_shared<Listener>();
  server().route("/", listener);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stream().abort_on_close();
  peer.vanish();
  until([&] { return listener->status.has_value(); });
  EXPECT_EQ(listener->status->cause, CloseCause::transport_lost);
  EXPECT_EQ(listener->status->detail, "Connection reset by peer");
}

// A log that publishes (an operator's topic) while a publication ends a slow subscriber took the frame of the
// outer publication away, and those behind that subscriber missed it.
TEST_P(Lifetime, a_publication_may_cause_another_one) {
  Server* publisher = nullptr;
  const Log keep = server_options().log;
  server_options().log = [&publisher, keep](LogLevel level, std::string_view text) {
    keep(level, text);
    if (publisher != nullptr) publisher->publish("log", MessageType::text, as_bytes("a line"));
  };
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = 1'000'000;
  options.overflow = OverflowPolicy::close;
  server().route(
      "/*",
      [](Connection& peer) -> Task {
        peer.subscribe("news");
        peer.subscribe("log");
        while (co_await peer.receive()) {
        }
      },
      options);
  open_server();
  std::vector<RawPeer*> slow;
  RawPeer& first = raw_web_socket("/");
  for (int count = 0; count < 5; ++count) {
    slow.push_back(&raw_web_socket("/"));
    slow.back()->stop_reading();
  }
  RawPeer& last = raw_web_socket("/");
  settle();
  publisher = &server();
  const std::string news(50'000, 'n');
  std::size_t published = 0;
  while (times_logged("slow consumer") < slow.size() && published < 1000) {
    server().publish("news", MessageType::text, as_bytes(news));
    ++published;
    for (int turn = 0; turn < 4; ++turn) loop().run_once(std::chrono::milliseconds(0));
  }
  // Five slow subscribers, five lines; nobody else misses anything.
  const std::size_t expected =
      published * unmasked(0x81, news).size() + slow.size() * unmasked(0x81, "a line").size();
  until([&] { return first.heard().size() == expected && last.heard().size() == expected; });
}

// Connections that ended in the middle of a publication changed the list that it walked.
TEST_P(Lifetime, subscribers_may_end_in_the_middle_of_a_publication) {
  struct Member final : Handler {
    void open(Connection& peer) override { peer.subscribe("news"); }
    void message(Connection&, const Message&) override {}
  };
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = 1'000;  // so that a publication is written at once
  options.wire_tap = [](Connection& peer, WireDirection direction, ConstBytes) {
    if (direction == WireDirection::sent) peer.abort();
  };
  server().route("/frail", std::make_shared<Member>(), options);
  server().route("/", std::make_shared<Member>());
  open_server();
  for (int count = 0; count < 5; ++count) raw_web_socket("/frail");
  RawPeer& robust = raw_web_socket("/");
  for (int count = 0; count < 5; ++count) raw_web_socket("/frail");
  until([&] { return server().connection_count() == 11; });
  EXPECT_EQ(server().publish("news", MessageType::text, as_bytes(std::string(3'000, 'n'))),
            SendVerdict::sent);
  until([&] { return robust.heard() == unmasked(0x81, std::string(3'000, 'n')); });
  until([&] { return server().connection_count() == 1; });
}

TEST_P(Lifetime, an_alarm_may_be_destroyed_in_its_own_call_and_outlive_its_server) {
  Alarm once;
  Alarm often;
  Alarm late;
  int calls = 0;
  open_server();
  once = server().after(std::chrono::milliseconds(1), [&] {
    once = Alarm();
    ++calls;
  });
  often = server().every(std::chrono::milliseconds(1), [&] {
    if (++calls == 3) often = Alarm();
  });
  late = server().every(std::chrono::milliseconds(2), [&] { calls = 1000; });
  if (is_virtual()) {
    late = Alarm();
    advance(std::chrono::milliseconds(10));
    EXPECT_EQ(calls, 3);
    late = server().every(std::chrono::milliseconds(2), [&] { calls = 1000; });
    end_server();
    // An alarm that outlived its server still called.
    advance(std::chrono::milliseconds(10));
    EXPECT_EQ(calls, 3);
  } else {
    until([&] { return calls >= 1000; });
    end_server();
  }
}

// An exception in posted work, in an alarm, in on_drain() or in `failed` went through run() and ended the
// program.
TEST_P(Lifetime, exceptions_in_work_of_the_application_are_logged_and_life_goes_on) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
  });
  server().on_drain([] { throw std::runtime_error("in on_drain"); });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  bool went_on = false;
  server().post([] { throw std::runtime_error("in post"); });
  server().post([&went_on] { went_on = true; });
  const Alarm alarm = server().after(std::chrono::milliseconds(0), [] { throw 42; });
  client().post([] { throw std::runtime_error("in the client's post"); });
  DialOptions options;
  options.failed = [](const DialFailure&) { throw std::runtime_error("in failed"); };
  ASSERT_TRUE(client().dial(
      url("/nowhere"), [](Connection&) -> Task { co_return; }, options));
  until([&] { return went_on && has_logged("in failed") && has_logged("not a std::exception"); });
  EXPECT_TRUE(has_logged("in post"));
  EXPECT_TRUE(has_logged("in the client's post"));
  server().stop();
  until([&] { return peer.heard() == unmasked(0x88, close_body(1001, "server shutdown")); });
  EXPECT_TRUE(has_logged("in on_drain"));
}

// milliseconds::max() from now overflowed, so that "for ever" was over at once.
TEST_P(Lifetime, one_may_wait_for_ever) {
  bool woken = false;
  bool ended = false;
  server().route("/", [&](Connection& peer) -> Task {
    woken = co_await peer.sleep(std::chrono::milliseconds::max());
    ended = true;
  });
  open_server();
  const Alarm never = server().after(std::chrono::milliseconds::max(), [&woken] { woken = true; });
  const Alarm at_once = server().after(std::chrono::milliseconds::min(), [&ended] { ended = true; });
  RawPeer& peer = raw_web_socket("/");
  until([&] { return ended; });
  ended = false;
  settle();
  EXPECT_FALSE(ended);
  peer.vanish();
  until([&] { return ended; });
  EXPECT_FALSE(woken);
}

TEST_P(Lifetime, a_second_stop_cuts_at_once_and_a_third_does_nothing) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
  });
  open_server();
  RawPeer& peer = raw_web_socket("/");
  server().stop();
  until([&] { return !peer.heard().empty(); });
  EXPECT_EQ(server().connection_count(), 1u);
  server().stop();
  until([&] { return server().connection_count() == 0 && peer.has_ended(); });
  server().stop();
  settle();
}

TEST_P(Lifetime, run_ends_after_stop_also_when_it_came_before) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.sleep(std::chrono::hours(1))) {
    }
  });
  open_server();
  raw_web_socket("/").send(masked(0x81, "unread"));
  settle();
  server().stop();
  EXPECT_EQ(server().run(), 0);
  end_server();
}

TEST_P(Lifetime, a_client_may_go_while_it_dials_and_while_its_sessions_run) {
  server().route("/", [](Connection& peer) -> Task {
    while (co_await peer.receive()) {
    }
  });
  open_server();
  for (const int turns : {0, 1, 2, 3, 4}) {
    Client other({}, shared_loop());
    bool failed = false;
    DialOptions options;
    options.failed = [&failed](const DialFailure&) { failed = true; };
    ASSERT_TRUE(other.dial(
        url("/"),
        [](Connection& peer) -> Task {
          while (co_await peer.sleep(std::chrono::hours(1))) {
          }
        },
        options));
    for (int turn = 0; turn < turns; ++turn) loop().run_once(std::chrono::milliseconds(1));
    EXPECT_FALSE(failed);
  }
  until([&] { return server().connection_count() == 0; });
}

// A client whose `failed` dials anew could not be stopped.
TEST_P(Lifetime, a_client_that_always_dials_anew_can_be_stopped) {
  open_server();
  Client other({}, shared_loop());
  int failures = 0;
  std::function<void()> dial = [&] {
    DialOptions options;
    options.failed = [&](const DialFailure&) {
      if (++failures == 3) other.stop();
      if (failures < 1000) dial();
    };
    static_cast<void>(other.dial(
        url("/nowhere"), [](Connection&) -> Task { co_return; }, options));
  };
  dial();
  other.run();
  EXPECT_LT(failures, 10);
}

TEST_P(Lifetime, handles_are_used_by_other_threads_while_the_server_is_destroyed) {
  Handle handle;
  server().route("/", [&handle](Connection& peer) -> Task {
    handle = peer.handle();
    while (co_await peer.receive()) {
    }
  });
  open_server();
  raw_web_socket("/");
  std::atomic<bool> is_closed{false};
  std::thread other([&handle, &is_closed] {
    while (handle.send("hello") != SendVerdict::closed) {
    }
    is_closed = true;
  });
  for (int turn = 0; turn < 20; ++turn) loop().run_once(std::chrono::milliseconds(0));
  end_server();
  other.join();
  EXPECT_TRUE(is_closed);
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(Lifetime);

}  // namespace
}  // namespace duplex::testing
