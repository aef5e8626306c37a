#include "connection/deadlines.hpp"

#include <gtest/gtest.h>

namespace duplex::connection {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Due = Deadlines::Due;

const TimePoint start{};

TEST(Deadlines, silence_is_answered_by_one_ping_and_then_by_the_idle_timeout) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  EXPECT_EQ(deadlines.next(), start + limits.ping_interval);
  EXPECT_EQ(deadlines.due(start + limits.ping_interval - milliseconds(1)), Due::nothing);
  EXPECT_EQ(deadlines.due(start + limits.ping_interval), Due::ping);
  deadlines.ping_sent(start + limits.ping_interval);
  EXPECT_EQ(deadlines.next(), start + limits.idle_timeout);
  EXPECT_EQ(deadlines.due(start + limits.idle_timeout), Due::idle_timeout);
}

TEST(Deadlines, anything_heard_starts_the_silence_anew) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.ping_sent(start + limits.ping_interval);
  deadlines.heard(start + seconds(30));
  EXPECT_EQ(deadlines.next(), start + seconds(30) + limits.ping_interval);
}

TEST(Deadlines, say_once_when_what_was_read_makes_the_next_one_earlier) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.heard(start + seconds(1));
  EXPECT_FALSE(deadlines.has_moved_forward());
  deadlines.ping_sent(start + limits.ping_interval);
  deadlines.heard(start + seconds(30));
  EXPECT_TRUE(deadlines.has_moved_forward());
  EXPECT_FALSE(deadlines.has_moved_forward());
  deadlines.inside_message(start + seconds(30));
  EXPECT_TRUE(deadlines.has_moved_forward());
  deadlines.inside_message(start + seconds(31));
  EXPECT_FALSE(deadlines.has_moved_forward());
}

TEST(Deadlines, a_message_has_to_end_counted_from_where_it_was_first_seen_unfinished) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.inside_message(start);
  for (int second = 10; second < 120; second += 10) {
    deadlines.heard(start + seconds(second));
    deadlines.inside_message(start + seconds(second));
  }
  EXPECT_EQ(deadlines.due(start + limits.message_timeout), Due::message_timeout);
  deadlines.between_messages();
  EXPECT_EQ(deadlines.due(start + limits.message_timeout), Due::nothing);
}

TEST(Deadlines, while_we_do_not_read_nobody_is_blamed) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.reading_paused();
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_EQ(deadlines.due(start + seconds(1000)), Due::nothing);
  deadlines.reading_resumed(start + seconds(1000));
  EXPECT_EQ(deadlines.due(start + seconds(1001)), Due::nothing);
}

// A peer that read nothing while its session waited for room, and reading was paused, was kept for ever.
TEST(Deadlines, output_that_nobody_takes_is_silence_too_also_while_we_do_not_read) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.output_waits(start + seconds(1));
  deadlines.reading_paused();
  EXPECT_EQ(deadlines.next(), start + seconds(1) + limits.idle_timeout);
  EXPECT_EQ(deadlines.due(start + seconds(1) + limits.idle_timeout), Due::idle_timeout);
  deadlines.output_waits(start + seconds(30));
  EXPECT_EQ(deadlines.due(start + seconds(1) + limits.idle_timeout), Due::nothing);
  deadlines.output_taken();
  EXPECT_EQ(deadlines.next(), std::nullopt);
}

TEST(Deadlines, closing_is_bounded_whatever_else_happens) {
  const Limits limits;
  Deadlines deadlines(limits, start);
  deadlines.reading_paused();
  deadlines.closing(start);
  EXPECT_EQ(deadlines.next(), start + limits.close_timeout);
  EXPECT_EQ(deadlines.due(start + limits.close_timeout), Due::close_timeout);
}

TEST(Deadlines, a_limit_of_zero_means_never) {
  Limits limits;
  limits.ping_interval = limits.idle_timeout = limits.message_timeout = milliseconds(0);
  Deadlines deadlines(limits, start);
  deadlines.inside_message(start);
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_EQ(deadlines.due(start + std::chrono::hours(1000)), Due::nothing);
}

}  // namespace
}  // namespace duplex::connection
