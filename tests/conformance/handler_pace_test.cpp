// A handler and a peer that sends faster than it reads.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

class EchoHandler final : public Handler {
 public:
  void message(Connection& peer, const Message& message) override {
    most_buffered = std::max(most_buffered, peer.buffered_bytes());
    static_cast<void>(peer.send(message));
  }
  std::size_t most_buffered = 0;
};

class HandlerPace : public World {};

// A client that pipelined 64 MiB before it read anything was closed as a slow consumer by an echo handler.
TEST_P(HandlerPace, a_peer_that_sends_everything_before_it_reads_gets_everything_back) {
  const auto handler = std::make_shared<EchoHandler>();
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = 100'000;
  server().route("/", handler, options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  const std::string message(20'000, 'm');
  constexpr int count = 1000;
  std::string expected;
  for (int number = 0; number < count; ++number) {
    peer.send(masked(0x82, message));
    expected += unmasked(0x82, message);
    loop().run_once(std::chrono::milliseconds(0));
  }
  peer.send(masked(0x89, "still there?"));
  peer.resume_reading();
  expected += unmasked(0x8a, "still there?");
  until([&] { return peer.heard().size() >= expected.size(); });
  EXPECT_EQ(peer.heard() == expected, true);
  EXPECT_LT(handler->most_buffered, 400'000u);
}

/// Echoes until it has seen so many messages, then does something else.
class EndingHandler final : public Handler {
 public:
  using Action = std::function<void(Connection&)>;
  explicit EndingHandler(Action action) : action_(std::move(action)) {}
  void message(Connection& peer, const Message& message) override {
    static_cast<void>(peer.send(message));
    if (++messages == 300) action_(peer);
    last = std::string(message.text());  // still there, whatever the action did
  }
  void close(Connection&, const CloseStatus& how) override { status = how; }
  int messages = 0;
  std::string last;
  std::optional<CloseStatus> status;

 private:
  Action action_;
};

TEST_P(HandlerPace, a_connection_may_end_in_every_way_while_its_input_is_held) {
  const std::vector<EndingHandler::Action> actions = {
      [](Connection& peer) { peer.abort(); },
      [](Connection& peer) { EXPECT_EQ(peer.close(CloseCode{4000}), SendVerdict::sent); },
      [](Connection&) { throw std::runtime_error("a mistake"); },
  };
  std::vector<std::shared_ptr<EndingHandler>> handlers;
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = 100'000;
  for (const auto& action : actions) {
    handlers.push_back(std::make_shared<EndingHandler>(action));
    server().route("/" + std::to_string(handlers.size()), handlers.back(), options);
  }
  open_server();
  for (std::size_t number = 1; number <= handlers.size(); ++number) {
    RawPeer& peer = raw_web_socket("/" + std::to_string(number));
    peer.stop_reading();
    std::string messages;
    for (int count = 0; count < 600; ++count) messages += masked(0x82, std::string(30'000, 'm'));
    peer.send(messages + masked(0x88, close_body(4000)));
    for (int turn = 0; turn < 20; ++turn) loop().run_once(std::chrono::milliseconds(0));
    EXPECT_LT(handlers[number - 1]->messages, 300);
    peer.resume_reading();
    until([&] { return handlers[number - 1]->status.has_value() && peer.has_ended(); });
    peer.vanish();
    until([&] { return server().connection_count() == 0; });
    EXPECT_EQ(handlers[number - 1]->last, std::string(30'000, 'm'));
  }
}

TEST_P(HandlerPace, a_peer_that_goes_while_its_input_is_held_is_noticed) {
  const auto handler = std::make_shared<EndingHandler>([](Connection&) {});
  RouteOptions options;
  options.limits = Limits{};
  options.limits->outbox_bytes_max = 100'000;
  server().route("/", handler, options);
  open_server();
  RawPeer& peer = raw_web_socket("/");
  peer.stop_reading();
  for (int count = 0; count < 600; ++count) peer.send(masked(0x82, std::string(30'000, 'm')));
  for (int turn = 0; turn < 20; ++turn) loop().run_once(std::chrono::milliseconds(0));
  peer.stream().abort_on_close();
  peer.vanish();
  until([&] { return handler->status.has_value() && server().connection_count() == 0; });
  EXPECT_EQ(handler->status->cause, CloseCause::transport_lost);
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(HandlerPace);

}  // namespace
}  // namespace duplex::testing
