#include "server/topics.hpp"

#include "connection/connection_fixture.hpp"

namespace duplex::server {
namespace {

using connection::Pump;

class TopicsTest : public connection::ConnectionTest {
 protected:
  TopicsTest() { roster->set_topics(&topics_); }
  ~TopicsTest() override { roster.reset(); }

  Pump& open_pump() {
    auto terms = std::make_shared<connection::Terms>();
    terms->handler = std::make_shared<connection::Silent>();
    terms->limits = limits_;
    return *roster->find(open(terms));
  }
  /// Does a publication to `topic` reach who subscribed to `pattern`?
  bool reaches(std::string_view pattern, std::string_view topic) {
    Pump& pump = open_pump();
    EXPECT_EQ(pump.subscribe(pattern), SendVerdict::sent) << pattern;
    EXPECT_EQ(publish(topic), SendVerdict::sent) << topic;
    const bool reached = !take_heard().empty();
    pump.abort();
    loop->settle();
    return reached;
  }
  SendVerdict publish(std::string_view topic) {
    return topics_.publish(nullptr, topic, MessageType::text, as_bytes("x"));
  }
  /// What the newest connection has heard.
  std::string take_heard() {
    loop->settle();
    return std::exchange(far_ends.back()->heard, {});
  }

  static Limits small_limits() {
    Limits limits;
    limits.subscriptions_max = 3;
    limits.topic_bytes_max = 20;
    limits.topic_levels_max = 4;
    return limits;
  }
  Limits limits_ = small_limits();
  Topics topics_{limits_, compression};
};

TEST_F(TopicsTest, wildcards_stand_for_whole_levels) {
  EXPECT_TRUE(reaches("a/b", "a/b"));
  EXPECT_FALSE(reaches("a/b", "a"));
  EXPECT_FALSE(reaches("a", "a/b"));
  EXPECT_FALSE(reaches("a/b", "A/b"));
  EXPECT_TRUE(reaches("+/b", "a/b"));
  EXPECT_TRUE(reaches("a/+", "a/b"));
  EXPECT_TRUE(reaches("a/+", "a/"));  // an empty level is a level
  EXPECT_FALSE(reaches("a/+", "a"));
  EXPECT_FALSE(reaches("+", "a/b"));
  EXPECT_TRUE(reaches("+/+", "/b"));
  EXPECT_TRUE(reaches("#", "a/b/c/d"));
  EXPECT_TRUE(reaches("a/#", "a"));
  EXPECT_TRUE(reaches("a/#", "a/b/c"));
  EXPECT_FALSE(reaches("a/#", "b/a"));
  EXPECT_TRUE(reaches("+/b/#", "a/b"));
}

TEST_F(TopicsTest, patterns_and_topics_that_cannot_be_are_invalid) {
  Pump& pump = open_pump();
  for (const char* pattern : {"", "#/a", "a/#/b", "a+", "+a/b", "a#", "a/b/c/d/e", "aaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_EQ(pump.subscribe(pattern), SendVerdict::invalid) << pattern;
  }
  for (const char* topic : {"", "a/+", "#", "a+", "a/b/c/d/e", "aaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_EQ(publish(topic), SendVerdict::invalid) << topic;
    EXPECT_EQ(pump.publish(topic, MessageType::binary, {}), SendVerdict::invalid) << topic;
  }
  EXPECT_EQ(topics_.publish(nullptr, "a", MessageType::text, as_bytes("\xff")), SendVerdict::invalid);
  EXPECT_EQ(topics_.publish(nullptr, "a", MessageType::binary, as_bytes("\xff")), SendVerdict::sent);
}

TEST_F(TopicsTest, several_patterns_bring_one_copy) {
  Pump& pump = open_pump();
  for (const char* pattern : {"a/b", "a/+", "#"}) EXPECT_EQ(pump.subscribe(pattern), SendVerdict::sent);
  EXPECT_EQ(publish("a/b"), SendVerdict::sent);
  EXPECT_EQ(take_heard(), "\x81\x01x");
}

TEST_F(TopicsTest, subscribing_twice_counts_once_and_the_number_is_bounded) {
  Pump& pump = open_pump();
  for (const char* pattern : {"a", "a", "b", "c", "c"}) EXPECT_EQ(pump.subscribe(pattern), SendVerdict::sent);
  EXPECT_EQ(pump.subscribe("d"), SendVerdict::invalid);
  EXPECT_EQ(pump.unsubscribe("a"), SendVerdict::sent);
  EXPECT_EQ(pump.subscribe("d"), SendVerdict::sent);
  publish("a");
  EXPECT_EQ(take_heard(), "");
  publish("d");
  EXPECT_EQ(take_heard(), "\x81\x01x");
}

// The limits of a route had no effect on subscriptions: the server's own were asked.
TEST_F(TopicsTest, the_limits_of_the_subscribers_route_hold) {
  limits_.subscriptions_max = 1;
  limits_.topic_levels_max = 2;
  limits_.topic_bytes_max = 10;
  Pump& pump = open_pump();
  EXPECT_EQ(pump.subscribe("a/b/c"), SendVerdict::invalid);
  EXPECT_EQ(pump.subscribe("a/bcdefghijk"), SendVerdict::invalid);
  EXPECT_EQ(pump.publish("a/b/c", MessageType::text, {}), SendVerdict::invalid);
  EXPECT_EQ(pump.subscribe("a/b"), SendVerdict::sent);
  EXPECT_EQ(pump.subscribe("b"), SendVerdict::invalid);
}

TEST_F(TopicsTest, the_publisher_hears_nothing_of_its_own) {
  Pump& pump = open_pump();
  EXPECT_EQ(pump.subscribe("a"), SendVerdict::sent);
  EXPECT_EQ(pump.publish("a", MessageType::text, as_bytes("x")), SendVerdict::sent);
  EXPECT_EQ(take_heard(), "");
}

TEST_F(TopicsTest, who_is_gone_is_forgotten_and_may_not_come_back) {
  Pump& pump = open_pump();
  EXPECT_EQ(pump.subscribe("a/+"), SendVerdict::sent);
  pump.abort();
  EXPECT_EQ(pump.subscribe("a"), SendVerdict::closed);
  EXPECT_EQ(publish("a/b"), SendVerdict::sent);
  loop->settle();
  EXPECT_EQ(publish("a/b"), SendVerdict::sent);
  EXPECT_EQ(take_heard(), "");
}

TEST_F(TopicsTest, unsubscribing_from_what_one_never_joined_changes_nothing) {
  Pump& pump = open_pump();
  Pump& other = open_pump();
  EXPECT_EQ(other.subscribe("a/b"), SendVerdict::sent);
  static_cast<void>(pump.unsubscribe("a/b"));
  static_cast<void>(pump.unsubscribe("a"));
  publish("a/b");
  EXPECT_EQ(take_heard(), "\x81\x01x");
}

}  // namespace
}  // namespace duplex::server
