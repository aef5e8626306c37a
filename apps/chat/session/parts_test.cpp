// The small parts: each by itself.
#include <gtest/gtest.h>

#include "chat/session/agenda.hpp"
#include "chat/session/client_version.hpp"
#include "chat/session/heartbeat.hpp"
#include "chat/session/json_mending.hpp"
#include "chat/session/message_writer.hpp"
#include "chat/session/page_size.hpp"
#include "chat/session/request_queue.hpp"
#include "chat/session/room_feeds.hpp"

namespace duplex::chat {
namespace {

TEST(Heartbeat, pings_after_20_s_without_sending) {
  Heartbeat heartbeat(0);
  heartbeat.heard(15'000);
  EXPECT_EQ(heartbeat.next_deadline(), 20'000);
  EXPECT_EQ(heartbeat.take_due(19'999), Heartbeat::Due::nothing);
  EXPECT_EQ(heartbeat.take_due(20'000), Heartbeat::Due::ping);
}

TEST(Heartbeat, pings_once_after_20_s_without_hearing_however_much_is_sent) {
  Heartbeat heartbeat(0);
  heartbeat.sent(19'000);
  EXPECT_EQ(heartbeat.take_due(20'000), Heartbeat::Due::ping);
  heartbeat.sent(20'000);
  EXPECT_EQ(heartbeat.next_deadline(), 30'000);
  EXPECT_EQ(heartbeat.take_due(29'999), Heartbeat::Due::nothing);
}

TEST(Heartbeat, gives_up_after_30_s_of_silence_and_not_before) {
  Heartbeat heartbeat(0);
  EXPECT_EQ(heartbeat.take_due(30'000), Heartbeat::Due::death);
  heartbeat.heard(29'999);
  heartbeat.sent(29'999);
  EXPECT_EQ(heartbeat.take_due(49'998), Heartbeat::Due::nothing);
  EXPECT_EQ(heartbeat.take_due(49'999), Heartbeat::Due::ping);
  EXPECT_EQ(heartbeat.take_due(59'999), Heartbeat::Due::death);
}

TEST(ClientVersion, only_an_older_number_of_a_known_client_is_outdated) {
  const std::map<std::string, unsigned, std::less<>> least{{"page", 3}};
  EXPECT_TRUE(is_outdated("page/2", least));
  EXPECT_TRUE(is_outdated("page/2.9.1", least));
  EXPECT_FALSE(is_outdated("page/3", least));
  EXPECT_FALSE(is_outdated("page/10", least));
  EXPECT_FALSE(is_outdated("page", least));
  EXPECT_FALSE(is_outdated("page/new", least));
  EXPECT_FALSE(is_outdated("other/1", least));
}

TEST(JsonMending, replaces_lone_surrogates_and_nothing_else) {
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\ud800"})"), R"({"a":"\ufffd"})");
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\uDC00\uD83D\uDE00"})"), R"({"a":"\ufffd\uD83D\uDE00"})");
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\ud800\u0041"})"), R"({"a":"\ufffd\u0041"})");
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\\ud800"})"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\ud83d\ude00"})"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\u12"})"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable(R"({"a":"\)"), std::nullopt);
}

TEST(JsonMending, replaces_numbers_that_may_be_too_large_if_they_are_numbers) {
  EXPECT_EQ(mend_unrepresentable("[1e400]"), "[0.5]");
  EXPECT_EQ(mend_unrepresentable("[-12345678901234567890,1]"), "[0.5,1]");
  EXPECT_EQ(mend_unrepresentable("[00000000000000000000]"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable("[1e]"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable("[1.e5]"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable("[9007199254740991]"), std::nullopt);
  EXPECT_EQ(mend_unrepresentable("[\"1e400\"]"), std::nullopt);
}

TEST(RequestQueue, refuses_what_is_too_many_or_too_much) {
  RequestQueue many;
  for (std::size_t i = 0; i < requests_waiting_max; ++i) ASSERT_TRUE(many.push(Request{{}, Ping{}}, 1));
  EXPECT_FALSE(many.push(Request{{}, Ping{}}, 1));
  RequestQueue large;
  ASSERT_TRUE(large.push(Request{{}, Ping{}}, requests_waiting_bytes_max));
  EXPECT_FALSE(large.push(Request{{}, Ping{}}, 1));
  static_cast<void>(large.take());
  EXPECT_TRUE(large.push(Request{{}, Ping{}}, 1));
}

TEST(RoomFeeds, a_reader_at_the_feeds_place_meets_it_and_one_ahead_waits) {
  RoomFeeds feeds;
  EXPECT_EQ(feeds.meet(lobby(), 1, 5, 5), RoomFeeds::Meeting::met);
  EXPECT_EQ(feeds.meet(lobby(), 2, 7, 7), RoomFeeds::Meeting::waiting);
  EXPECT_TRUE(feeds.advance(lobby(), 6));
  EXPECT_TRUE(feeds.take_met(lobby()).empty());
  EXPECT_TRUE(feeds.advance(lobby(), 7));
  EXPECT_EQ(feeds.take_met(lobby()), (std::vector<SessionId>{2}));
  EXPECT_TRUE(feeds.take_met(lobby()).empty());
}

TEST(RoomFeeds, what_the_first_reader_has_read_is_not_published_again) {
  RoomFeeds feeds;
  EXPECT_EQ(feeds.meet(lobby(), 1, 5, 5), RoomFeeds::Meeting::met);
  EXPECT_FALSE(feeds.advance(lobby(), 4));
  EXPECT_FALSE(feeds.advance(lobby(), 5));
  EXPECT_TRUE(feeds.advance(lobby(), 6));
}

TEST(RoomFeeds, who_is_forgotten_is_not_met) {
  RoomFeeds feeds;
  static_cast<void>(feeds.meet(lobby(), 1, 5, 5));
  static_cast<void>(feeds.meet(lobby(), 2, 6, 6));
  feeds.forget(lobby(), 2);
  EXPECT_TRUE(feeds.advance(lobby(), 6));
  EXPECT_TRUE(feeds.take_met(lobby()).empty());
}

TEST(Agenda, keeps_the_earlier_time_and_gives_each_session_once) {
  Agenda agenda;
  agenda.schedule(1, 50);
  agenda.schedule(1, 70);
  agenda.schedule(2, 60);
  agenda.schedule(2, 40);
  EXPECT_EQ(agenda.next(), 40);
  EXPECT_TRUE(agenda.take_due(39).empty());
  EXPECT_EQ(agenda.take_due(100), (std::vector<SessionId>{2, 1}));
  EXPECT_EQ(agenda.next(), std::nullopt);
  agenda.schedule(1, 90);
  agenda.forget(1);
  EXPECT_EQ(agenda.next(), std::nullopt);
}

HistoryPage page_of(Seq first, Seq last) {
  HistoryPage page;
  for (Seq seq = first; seq <= last; ++seq) {
    Event event{lobby(), seq, seq - 1, 0, EventKind::message, {*UserId::parse("a"), "A"}, {}, "", {}};
    event.body = std::string(1000, 'x');
    page.events.push_back(event);
  }
  return page;
}

struct Span {
  Seq first;
  Seq last;
  bool more_before;
  bool more_after;
  friend bool operator==(const Span&, const Span&) = default;
};

Span fitted(HistoryPosition position) {
  HistoryPage page = page_of(1, 10);
  fit_page(page, position, 5'500);  // four events of some 1,300 bytes
  return {page.events.front().seq, page.events.back().seq, page.more_before, page.more_after};
}

TEST(PageSize, a_page_that_is_too_large_loses_what_is_farthest_from_its_position) {
  EXPECT_EQ(fitted(After{0}), (Span{1, 4, false, true}));
  EXPECT_EQ(fitted(Before{11}), (Span{7, 10, true, false}));
  EXPECT_EQ(fitted(Latest{}), (Span{7, 10, true, false}));
  const Span around = fitted(Around{5});
  EXPECT_LE(around.first, 5);
  EXPECT_GE(around.last, 5);
  EXPECT_EQ(around.last - around.first, 3);
  EXPECT_TRUE(around.more_before && around.more_after);
}

TEST(PageSize, one_event_is_kept_whatever_its_size) {
  HistoryPage page = page_of(1, 1);
  fit_page(page, Latest{}, 10);
  EXPECT_EQ(page.events.size(), 1u);
  EXPECT_FALSE(page.more_before);
}

TEST(MessageWriter, json_bytes_counts_what_escaping_adds) {
  EXPECT_EQ(json_bytes("ab"), 4u);
  EXPECT_EQ(json_bytes("\""), 4u);
  EXPECT_EQ(json_bytes(std::string_view("\0", 1)), 8u);
}

}  // namespace
}  // namespace duplex::chat
