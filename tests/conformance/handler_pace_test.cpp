// A handler and a peer that sends faster than it reads.
#include <algorithm>
#include <memory>
#include <string>

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

DUPLEX_ON_EACH_TRANSPORT(HandlerPace);

}  // namespace
}  // namespace duplex::testing
