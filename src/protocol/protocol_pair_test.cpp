// Two endpoints, random traffic: what goes in on one side comes out on the other, however the wire cuts it.
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

constexpr std::uint32_t seeds = 60;

/// A client and a server, and a wire between them that cuts at random.
class Pair {
 public:
  Pair(std::uint32_t seed, const Limits& limits)
      : entropy_(seed),
        client(Protocol::client(limits, entropy_)),
        server(Protocol::server(limits)),
        engine(seed) {}

  /// Moves all output of one side to the other; returns what came out there.
  std::vector<std::string> transfer(Protocol& from, Protocol& to) {
    const ConstBytes wire = from.output().bytes();
    const std::vector<Octets> pieces = cut_randomly(Octets(wire.begin(), wire.end()), engine);
    from.output().clear();
    return feed(to, pieces).events;
  }

 private:
  SeededEntropy entropy_;

 public:
  Protocol client;
  Protocol server;
  std::mt19937 engine;
};

// Sends random messages and control frames; returns the events that the peer has to see.
std::vector<std::string> send_random_traffic(Protocol& from, std::mt19937& engine) {
  static constexpr std::string_view words[] = {"a", "duplex", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
  std::vector<std::string> expected;
  for (int i = 0; i < 20; ++i) {
    std::string text;
    for (std::size_t left = engine() % 50; left > 0; --left) text += words[engine() % std::size(words)];
    const auto payload = as_bytes(text);
    switch (engine() % 4) {
      case 0:
        EXPECT_EQ(from.send(MessageType::text, payload), SendVerdict::sent);
        expected.push_back("text \"" + text + "\"");
        break;
      case 1:
        EXPECT_EQ(from.send(MessageType::binary, payload), SendVerdict::sent);
        expected.push_back("binary " + to_hex(payload));
        break;
      case 2:
        EXPECT_EQ(from.send_pong(payload.first(std::min<std::size_t>(payload.size(), 125))),
                  SendVerdict::sent);
        expected.push_back("pong " + to_hex(payload.first(std::min<std::size_t>(payload.size(), 125))));
        break;
      default: {
        const std::size_t cut = engine() % (text.size() + 1);
        EXPECT_EQ(from.send_chunk({MessageType::text, payload.first(cut), true, false}), SendVerdict::sent);
        EXPECT_EQ(from.send_pong(as_bytes("between")), SendVerdict::sent);
        EXPECT_EQ(from.send_chunk({MessageType::text, payload.subspan(cut), false, true}), SendVerdict::sent);
        expected.push_back("pong " + to_hex(as_bytes("between")));
        expected.push_back("text \"" + text + "\"");
      }
    }
  }
  return expected;
}

TEST(Pair, receives_what_the_other_side_sent_however_the_wire_cuts_it_6455_5_2_11) {
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    Limits limits;
    limits.send_fragment_bytes = seed % 3 == 0 ? 0 : 1 + seed;
    Pair pair(seed, limits);
    for (auto [from, to] : {std::pair(&pair.client, &pair.server), std::pair(&pair.server, &pair.client)}) {
      const auto sent = send_random_traffic(*from, pair.engine);
      EXPECT_EQ(pair.transfer(*from, *to), sent);
    }
  }
}

TEST(Pair, closes_cleanly_from_either_side_6455_7_1_4_01) {
  for (const bool is_client_first : {true, false}) {
    Pair pair(1, {});
    Protocol& first = is_client_first ? pair.client : pair.server;
    Protocol& second = is_client_first ? pair.server : pair.client;
    EXPECT_EQ(first.close(CloseCode{4000}, "done"), SendVerdict::sent);
    EXPECT_THAT(pair.transfer(first, second), testing::ElementsAre("close 4000 \"done\""));
    EXPECT_THAT(pair.transfer(second, first), testing::ElementsAre("close 4000"));
    EXPECT_EQ(pair.server.intent(), TransportIntent::end_writing);
    EXPECT_EQ(pair.client.intent(), TransportIntent::await_peer);
    EXPECT_EQ(first.close_status().cause, CloseCause::local_close);
    EXPECT_EQ(second.close_status().cause, CloseCause::peer_closed);
    EXPECT_TRUE(first.close_status().clean && second.close_status().clean);
  }
}

TEST(Pair, needs_two_Closes_also_when_they_cross_6455_5_5_1_13) {
  Pair pair(1, {});
  EXPECT_EQ(pair.client.close(CloseCode::normal), SendVerdict::sent);
  EXPECT_EQ(pair.server.close(CloseCode{4000}), SendVerdict::sent);
  EXPECT_THAT(pair.transfer(pair.client, pair.server), testing::ElementsAre("close 1000"));
  EXPECT_THAT(pair.transfer(pair.server, pair.client), testing::ElementsAre("close 4000"));
  EXPECT_TRUE(pair.client.output().empty());
  EXPECT_TRUE(pair.server.output().empty());
}

// Bytes that nobody meant: no crash, and never anything after the first Close or failure.
TEST(Garbage, is_answered_by_at_most_one_Close_6455_10_7_01) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 engine(seed);
    SeededEntropy noise(seed);
    Octets input(200);
    noise.fill(input);
    // Plausible first bytes let the noise get deeper than its first header.
    input[0] = std::byte{0x81};
    input[1] = std::byte(0x80 | engine() % 20);
    Protocol server = Protocol::server({});
    const Reaction reaction = feed(server, cut_randomly(input, engine));
    const auto is_close = [](const std::string& line) { return line.rfind("close", 0) == 0; };
    EXPECT_LE(std::count_if(reaction.frames.begin(), reaction.frames.end(), is_close), 1);
    if (server.state() == Protocol::State::closed) {
      EXPECT_TRUE(is_close(reaction.frames.back()));
    }
  }
}

TEST(Segmentation, never_changes_the_reaction_6455_5_2_11) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 engine(seed);
    // Frames with small, often wrong first bytes and lengths, so that most rules are met.
    Octets input;
    for (int i = 0; i < 12; ++i) {
      static constexpr unsigned first_bytes[] = {0x81, 0x82, 0x01, 0x02, 0x00, 0x80,
                                                 0x89, 0x8A, 0x88, 0x83, 0xC1, 0x09};
      const std::size_t size = engine() % 30;
      Octets payload(size, std::byte(engine() % 8 == 0 ? 0xC3 : 0x61));
      input = std::move(input) +
              Octets{std::byte(first_bytes[engine() % (i < 6 ? 8 : 12)]), std::byte(0x80 + size)} + hex("Z") +
              payload;
    }
    Protocol whole = Protocol::server({});
    const Reaction expected = feed(whole, {input});
    Protocol pieces = Protocol::server({});
    const Reaction reaction = feed(pieces, cut_randomly(input, engine));
    EXPECT_EQ(reaction.events, expected.events);
    EXPECT_EQ(reaction.frames, expected.frames);
  }
}

}  // namespace
}  // namespace duplex
