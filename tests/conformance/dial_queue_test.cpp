// Dials to one host wait for each other, and names are resolved on the way.
#include <chrono>
#include <string>
#include <vector>

#include "world.hpp"

namespace duplex::testing {
namespace {

using std::chrono::seconds;

class DialQueue : public World {
 protected:
  DialQueue() : raw_server_(loop()) {}

  void dial() { dial(raw_server_.url()); }
  void dial(const std::string& url) {
    DialOptions options;
    options.failed = [this](const DialFailure& failure) { failures_.push_back(failure.error.message); };
    const auto session = [this](Connection&) -> Task {
      ++opened_;
      co_return;
    };
    ASSERT_TRUE(client().dial(url, session, std::move(options)));
  }
  /// The raw server's URL with another host in it.
  std::string url_of(const std::string& host) {
    std::string url = raw_server_.url();
    return url.replace(url.find("127.0.0.1"), 9, host);
  }
  /// Makes names in memory, where no name server is needed.
  void set_addresses(const std::string& host, std::vector<std::string> addresses) {
    memory().set_addresses(host, std::move(addresses));
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
  std::vector<std::string> failures_;
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

TEST_P(DialQueue, a_host_is_the_same_under_another_name_6455_4_1_01) {
  dial();
  RawPeer& first = asked(0);
  dial(url_of("localhost"));
  // Over sockets a thread resolves the name meanwhile.
  for (int turn = 0; turn < 20; ++turn) loop().run_once(std::chrono::milliseconds(is_virtual() ? 0 : 10));
  EXPECT_EQ(raw_server_.count(), 1u);

  first.send(handshake_response(first.take_head()));
  RawPeer& second = asked(1);
  second.send(handshake_response(second.take_head()));
  until([&] { return opened_ == 2; });
}

TEST_P(DialQueue, a_host_is_the_same_however_its_address_is_written_6455_4_1_01) {
  if (is_virtual()) GTEST_SKIP() << "in memory there is one way to write it";
  dial();
  asked(0);
  dial(url_of("127.1"));
  dial(url_of("[::ffff:127.0.0.1]"));
  let_the_loop_turn();
  EXPECT_EQ(raw_server_.count(), 1u);
}

TEST_P(DialQueue, a_host_is_the_same_on_another_port_6455_4_1_01) {
  RawServer other(loop());
  dial();
  RawPeer& first = asked(0);
  dial(other.url());
  let_the_loop_turn();
  EXPECT_EQ(other.count(), 0u);
  first.vanish();
  until([&] { return other.count() == 1; });
}

TEST_P(DialQueue, the_addresses_of_a_name_are_tried_in_order) {
  if (!is_virtual()) GTEST_SKIP() << "needs names of its own";
  set_addresses("three.example", {"127.0.0.8", "127.0.0.9", "127.0.0.1"});
  dial(url_of("three.example"));
  RawPeer& peer = asked(0);
  EXPECT_NE(peer.heard().find("Host: three.example"), std::string::npos);
  peer.send(handshake_response(peer.take_head()));
  until([&] { return opened_ == 1; });
  EXPECT_TRUE(failures_.empty());
}

TEST_P(DialQueue, the_same_address_may_stand_twice_behind_a_name) {
  if (!is_virtual()) GTEST_SKIP() << "needs names of its own";
  set_addresses("twice.example", {"127.0.0.9", "127.0.0.9"});
  dial(url_of("twice.example"));
  until([&] { return !failures_.empty(); });
  EXPECT_NE(failures_.front().find("127.0.0.9"), std::string::npos) << failures_.front();
}

TEST_P(DialQueue, each_address_of_a_name_is_waited_for_by_itself_6455_4_1_01) {
  if (!is_virtual()) GTEST_SKIP() << "needs names of its own";
  set_addresses("two.example", {"127.0.0.9", "127.0.0.1"});
  dial();
  RawPeer& first = asked(0);
  dial(url_of("two.example"));
  let_the_loop_turn();
  EXPECT_EQ(raw_server_.count(), 1u);
  first.vanish();
  asked(1);
}

TEST_P(DialQueue, a_name_that_cannot_be_resolved_is_a_failure_and_makes_way) {
  if (is_virtual()) set_addresses("no..name", {});
  for (int count = 0; count < 3; ++count) dial(url_of("no..name"));
  until([&] { return failures_.size() == 3; });
  for (const std::string& failure : failures_) {
    EXPECT_EQ(failure, "cannot resolve no..name: Name or service not known");
  }
}

TEST_P(DialQueue, a_name_that_is_not_resolved_in_time_is_given_up) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  memory().options().latency = seconds(6);  // one way
  dial(url_of("localhost"));
  advance(seconds(9));
  EXPECT_TRUE(failures_.empty());
  advance(seconds(2));
  EXPECT_EQ(failures_, std::vector<std::string>{"handshake_timeout passed"});
  advance(seconds(60));
  EXPECT_EQ(raw_server_.count(), 0u);
}

TEST_P(DialQueue, resolving_and_connecting_have_one_timeout) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  memory().options().latency = seconds(3);
  dial(url_of("localhost"));  // resolved after 6 seconds, connected after 12
  advance(seconds(9));
  EXPECT_TRUE(failures_.empty());
  advance(seconds(2));
  EXPECT_EQ(failures_, std::vector<std::string>{"handshake_timeout passed"});
}

TEST_P(DialQueue, waiting_for_a_host_that_does_not_answer_does_not_count_as_handshake) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  set_addresses("other.example", {"127.0.0.1"});
  dial();
  asked(0);
  dial();
  dial(url_of("localhost"));
  dial(url_of("other.example"));
  for (std::size_t count = 1; count <= 4; ++count) {
    advance(seconds(9));
    EXPECT_EQ(failures_.size(), count - 1);
    advance(seconds(1));
    EXPECT_EQ(failures_.size(), count);
  }
  EXPECT_EQ(raw_server_.count(), 4u);
}

TEST_P(DialQueue, stop_ends_dials_in_every_step) {
  dial();
  asked(0);                   // its handshake is under way
  dial();                     // waits for the name
  dial(url_of("localhost"));  // is being resolved, or waits for the address
  dial("ws://127.0.0.2:1/");  // connects
  client().stop();
  until([&] { return failures_.size() == 4; });
  for (const std::string& failure : failures_) EXPECT_EQ(failure, "the client was stopped");
  let_the_loop_turn();
  EXPECT_EQ(raw_server_.count(), 1u);
}

DUPLEX_ON_EACH_TRANSPORT_AND_TLS(DialQueue);

}  // namespace
}  // namespace duplex::testing
