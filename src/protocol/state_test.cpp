#include "protocol/state.hpp"

#include <gtest/gtest.h>

namespace duplex::protocol {
namespace {

constexpr Phase all_phases[] = {Phase::open, Phase::close_sent, Phase::close_exchanged, Phase::failed,
                                Phase::stream_ended};
constexpr Step all_steps[] = {Step::send_close, Step::receive_close, Step::fail, Step::end_stream};

TEST(State, closes_by_both_Closes_in_either_order_6455_7_1_3_01) {
  EXPECT_EQ(next_phase(Phase::open, Step::send_close), Phase::close_sent);
  EXPECT_EQ(next_phase(Phase::close_sent, Step::receive_close), Phase::close_exchanged);
  EXPECT_EQ(next_phase(Phase::open, Step::receive_close), Phase::close_exchanged);
}

TEST(State, never_goes_back_6455_7_1_7_03) {
  for (const Phase phase : all_phases) {
    for (const Step step : all_steps) EXPECT_GE(next_phase(phase, step), phase);
  }
}

TEST(State, ends_with_the_stream_whatever_came_before) {
  for (const Phase phase : all_phases) EXPECT_EQ(next_phase(phase, Step::end_stream), Phase::stream_ended);
}

TEST(State, keeps_a_failure_apart_from_a_closing_handshake) {
  EXPECT_EQ(next_phase(Phase::failed, Step::receive_close), Phase::failed);
  EXPECT_EQ(next_phase(Phase::close_exchanged, Step::fail), Phase::close_exchanged);
}

TEST(State, reads_until_the_peers_Close_and_sends_until_ours_6455_5_5_1_06) {
  EXPECT_TRUE(reads_frames(Phase::open));
  EXPECT_TRUE(reads_frames(Phase::close_sent));
  EXPECT_TRUE(may_send(Phase::open));
  EXPECT_FALSE(may_send(Phase::close_sent));
  for (const Phase phase : {Phase::close_exchanged, Phase::failed, Phase::stream_ended}) {
    EXPECT_FALSE(reads_frames(phase));
    EXPECT_FALSE(may_send(phase));
    EXPECT_EQ(public_state(phase), Protocol::State::closed);
  }
}

}  // namespace
}  // namespace duplex::protocol
