// Large messages that are received where they are assembled.
#include <algorithm>

#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

constexpr std::size_t any_bytes = SIZE_MAX;

/// What a protocol made of a stream, and how much of that was received in place.
struct Landing {
  Reaction reaction;
  std::size_t landed_bytes = 0;
};

/// At most `step_bytes` come with each read, into the landing room where there is one.
Landing feed_in_place(Protocol& protocol, const Octets& stream, std::size_t step_bytes) {
  Landing landing;
  Octets lent;
  for (std::size_t at = 0; at < stream.size();) {
    const Bytes room = protocol.landing_room();
    const std::size_t count =
        std::min({step_bytes, stream.size() - at, room.empty() ? 524'288 : room.size()});
    const auto from = stream.begin() + static_cast<std::ptrdiff_t>(at);
    if (room.empty()) {
      lent.assign(from, from + static_cast<std::ptrdiff_t>(count));
      protocol.receive(lent);
    } else {
      std::copy_n(from, count, room.begin());
      protocol.receive_landed(count);
      landing.landed_bytes += count;
    }
    at += count;
    while (const auto event = protocol.next_event()) landing.reaction.events.push_back(to_text(*event));
  }
  landing.reaction.frames = frames_to_text(protocol.output().bytes());
  return landing;
}

/// Frames of a client with a key that hides.
Octets frames_of(const std::vector<std::string>& texts) {
  SeededEntropy entropy(7);
  Protocol client = Protocol::client({}, entropy);
  for (const std::string& text : texts) (void)client.send(MessageType::text, as_bytes(text));
  const Bytes output = client.output().bytes();
  return {output.begin(), output.end()};
}

std::string large_text(std::size_t characters) {
  std::string text;
  for (std::size_t count = 0; count < characters; ++count) {
    text += count % 7 == 0 ? "\u20ac" : std::string(1, static_cast<char>('a' + count % 26));
  }
  return text;
}

TEST(Landing, makes_the_same_of_large_messages_however_much_comes_at_once) {
  const Octets stream =
      frames_of({large_text(700'000), "short", large_text(300'000), large_text(60'000), "end"});
  Protocol lent = Protocol::server({});
  const Reaction expected = feed(lent, {stream});
  ASSERT_EQ(expected.events.size(), 5u);
  for (const std::size_t step_bytes :
       {any_bytes, std::size_t{524'288}, std::size_t{65'537}, std::size_t{4099}}) {
    SCOPED_TRACE(step_bytes);
    BufferPool buffers;
    Protocol server = Protocol::server({});
    server.use(buffers);
    const Landing landing = feed_in_place(server, stream, step_bytes);
    EXPECT_EQ(landing.reaction.events, expected.events);
    EXPECT_GT(landing.landed_bytes, 300'000u);
  }
}

TEST(Landing, behind_a_large_message_reads_the_next_header_by_itself_and_then_its_payload_in_place) {
  const Octets first = frames_of({large_text(600'000)});
  Protocol server = Protocol::server({});
  (void)feed_in_place(server, first, any_bytes);
  EXPECT_EQ(server.landing_room().size(), 14u);
  const Octets second = frames_of({large_text(300'000)});
  EXPECT_EQ(feed_in_place(server, second, any_bytes).landed_bytes, second.size());
}

TEST(Landing, is_over_after_a_short_message) {
  Protocol server = Protocol::server({});
  (void)feed_in_place(server, frames_of({large_text(600'000), "short"}), any_bytes);
  EXPECT_TRUE(server.landing_room().empty());
}

TEST(Landing, lets_control_frames_come_between_two_large_messages) {
  const Octets large = frames_of({large_text(300'000)});
  Protocol server = Protocol::server({});
  const Landing landing = feed_in_place(server, large + hex("89 81 Z 70") + large, any_bytes);
  EXPECT_EQ(landing.reaction.events.size(), 3u);
  EXPECT_THAT(landing.reaction.frames, testing::ElementsAre("pong 70"));
}

TEST(Landing, fails_text_with_the_first_impossible_byte_6455_8_1_01) {
  Protocol server = Protocol::server({});
  const Octets begin = hex("81 FF 00 00 00 00 00 10 00 00 Z 100000*61");
  EXPECT_TRUE(feed_in_place(server, begin, any_bytes).reaction.events.empty());
  ASSERT_FALSE(server.landing_room().empty());
  const Landing landing = feed_in_place(server, hex("FF"), any_bytes);
  EXPECT_EQ(landing.landed_bytes, 1u);
  ASSERT_EQ(landing.reaction.events.size(), 1u);
  EXPECT_THAT(landing.reaction.events[0], testing::StartsWith("failure 1007"));
}

TEST(Landing, gives_room_back_that_was_made_for_a_promise) {
  BufferPool buffers;
  Protocol server = Protocol::server({});
  server.use(buffers);
  (void)feed_in_place(server, hex("82 FF 00 00 00 00 00 80 00 00 Z 61"), any_bytes);
  const std::size_t room_bytes = server.landing_room().size();
  EXPECT_LE(room_bytes, 524'288u);
  EXPECT_EQ(feed_in_place(server, hex("62"), any_bytes).landed_bytes, 1u);
  EXPECT_GE(buffers.take_large().capacity(), room_bytes);
}

TEST(Landing, has_no_room_for_pieces_nor_for_the_end_of_a_frame) {
  Protocol pieces = Protocol::server({});
  pieces.set_delivery(Protocol::Delivery::pieces);
  (void)feed_in_place(pieces, hex("82 FF 00 00 00 00 00 80 00 00 Z 61"), any_bytes);
  EXPECT_TRUE(pieces.landing_room().empty());
  Protocol server = Protocol::server({});
  (void)feed_in_place(server, hex("82 FE FF FF Z 61"), any_bytes);
  EXPECT_TRUE(server.landing_room().empty());
}

TEST(Sending, lends_a_payload_that_goes_out_as_it_is_and_no_other) {
  const Octets payload(100);
  Protocol server = Protocol::server({});
  const Protocol::Lent lent = server.send_lent(MessageType::binary, payload);
  EXPECT_EQ(lent.verdict, SendVerdict::sent);
  EXPECT_EQ(lent.behind.data(), payload.data());
  EXPECT_EQ(to_hex(server.output().bytes()), "82 64");

  SeededEntropy entropy(1);
  Protocol client = Protocol::client({}, entropy);
  EXPECT_TRUE(client.send_lent(MessageType::binary, payload).behind.empty());
  EXPECT_EQ(client.output().size(), 106u);

  Limits limits;
  limits.send_fragment_bytes = 60;
  Protocol fragmenting = Protocol::server(limits);
  EXPECT_TRUE(fragmenting.send_lent(MessageType::binary, payload).behind.empty());
  EXPECT_EQ(fragmenting.output().size(), 104u);
}

TEST(Sending, lends_no_text_that_is_not_utf8_and_nothing_after_a_close) {
  Protocol server = Protocol::server({});
  EXPECT_EQ(server.send_lent(MessageType::text, hex("FF")).verdict, SendVerdict::invalid);
  EXPECT_TRUE(server.output().empty());
  (void)server.close(CloseCode::normal);
  EXPECT_EQ(server.send_lent(MessageType::text, hex("61")).verdict, SendVerdict::closed);
}

}  // namespace
}  // namespace duplex
