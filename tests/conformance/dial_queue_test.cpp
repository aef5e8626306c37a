// Dials to one host wait for each other.
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

class DialQueue : public World {
 protected:
  DialQueue() : raw_server_(loop()) {}

  void dial() { dial(raw_server_.url()); }
  void dial(const std::string& url) {
    ASSERT_TRUE(client().dial(url, [this](Connection&) -> Task {
      ++opened_;
      co_return;
    }));
  }
  RawPeer& asked(std::size_t index) {
    until([&] {
      return raw_server_.count() > index &&
             raw_server_.peer(index).heard().find("\r\n\r\n") != std::string::npos;
    });
    return raw_server_.peer(index);
  }
  void let_the_loop_turn() {
    for (int turn = 0; turn < 50; ++turn) loop().run_once(std::chrono::milliseconds(0));
  }

  RawServer raw_server_;
  int opened_ = 0;
};

TEST_P(DialQueue, the_next_handshake_with_a_host_begins_when_the_one_before_has_ended_6455_4_1_01) {
  for (int count = 0; count < 3; ++count) dial();
  RawPeer& first = asked(0);
  let_the_loop_turn();
  EXPECT_EQ(raw_server_.count(), 1u);

  first.send(handshake_response(first.take_head()));
  RawPeer& second = asked(1);
  EXPECT_EQ(opened_, 1);
  let_the_loop_turn();
  EXPECT_EQ(raw_server_.count(), 2u);

  second.vanish();  // a handshake that fails makes way, too
  RawPeer& third = asked(2);
  third.send(handshake_response(third.take_head()));
  until([&] { return opened_ == 2; });
}

TEST_P(DialQueue, another_host_is_not_waited_for_6455_4_1_01) {
  RawServer other(loop(), "127.0.0.2");
  dial();
  asked(0);
  dial(other.url());
  until([&] { return other.count() == 1 && other.peer(0).heard().find("\r\n\r\n") != std::string::npos; });
  EXPECT_EQ(raw_server_.count(), 1u);
}

DUPLEX_ON_EACH_TRANSPORT(DialQueue);

}  // namespace
}  // namespace duplex::testing
