// permessage-deflate (RFC 7692) in the protocol: which frames may be compressed, and what comes of them.
#include <algorithm>
#include <utility>

#include "deflate/deflate_fixture.hpp"
#include "protocol/frame.hpp"
#include "protocol/protocol_fixture.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)
using deflate::testing::noise;
using deflate::testing::text_like_json;
using deflate::testing::zlib_deflate;

constexpr const char* not_deflate = "compressed message is not DEFLATE data";
constexpr const char* reserved = "reserved bit set without an extension that defines it";

enum class Takeover { no, yes };
constexpr std::initializer_list<Takeover> both_takeovers = {Takeover::no, Takeover::yes};

AgreedCompression agreed(Takeover takeover, int window_bits = 15) {
  AgreedCompression compression;
  compression.sending = compression.receiving = {takeover == Takeover::yes, window_bits};
  compression.threshold_bytes = 0;
  return compression;
}

/// One endpoint that has agreed on compression.
struct Endpoint {
  explicit Endpoint(Takeover takeover, const Limits& limits = {}) : protocol(Protocol::server(limits)) {
    protocol.compress(agreed(takeover), pool);
  }
  CompressionPool pool;
  Protocol protocol;
};

/// Both roles and both kinds of contexts react the same, however the bytes are cut.
void check_compressed(std::string_view notation, const Expected& expected, const Limits& limits = {},
                      std::initializer_list<Takeover> takeovers = both_takeovers) {
  SCOPED_TRACE(std::string(notation.substr(0, 100)));
  const Octets input = hex(notation);
  for (const Takeover takeover : takeovers) {
    for (const Segmentation segmentation : all_segmentations) {
      SCOPED_TRACE("segmentation " + std::to_string(static_cast<int>(segmentation)) +
                   (takeover == Takeover::yes ? " with context" : " without context"));
      CompressionPool pool;
      Protocol server = Protocol::server(limits);
      server.compress(agreed(takeover), pool);
      const Reaction at_server = feed(server, cut(input, segmentation));
      EXPECT_EQ(at_server.events, expected.events);
      EXPECT_EQ(at_server.frames, expected.frames);
      ZeroEntropy entropy;
      Protocol client = Protocol::client(limits, entropy);
      client.compress(agreed(takeover), pool);
      const Reaction at_client = feed(client, cut(unmasked(input), segmentation));
      EXPECT_EQ(at_client.events, expected.events);
      EXPECT_EQ(at_client.frames, masked(expected.frames));
    }
  }
}

/// A masked frame; `first` is its first byte.
Octets frame(std::string_view first, std::string_view payload) {
  Octets header(protocol::header_bytes_max);
  header.resize(protocol::encode_header(
      {protocol::Opcode::binary, true, false, protocol::MaskingKey{}, payload.size()}, header.data()));
  header[0] = hex(first)[0];
  return header + octets(payload);
}

// Receiving.

TEST(Deflate, marks_a_compressed_message_with_the_first_reserved_bit_7692_6_01_7692_6_06_7692_7_2_3_06) {
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00", {{"text \"Hello\""}, {}});
  check_compressed("C2 87 Z F2 48 CD C9 C9 07 00", {{"binary 48 65 6C 6C 6F"}, {}});
  check_compressed("81 85 Z 48 65 6C 6C 6F", {{"text \"Hello\""}, {}});
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00 81 85 Z 'plain' C1 87 Z F2 48 CD C9 C9 07 00",
                   {{"text \"Hello\"", "text \"plain\"", "text \"Hello\""}, {}});
}

TEST(Deflate, is_of_the_message_and_not_of_the_frame_7692_6_05_7692_6_09_7692_7_2_2_01) {
  check_compressed("41 83 Z F2 48 CD 80 84 Z C9 C9 07 00", {{"text \"Hello\""}, {}});
  check_compressed("41 80 Z 80 87 Z F2 48 CD C9 C9 07 00", {{"text \"Hello\""}, {}});
  check_compressed("41 87 Z F2 48 CD C9 C9 07 00 80 80 Z", {{"text \"Hello\""}, {}});
  check_compressed("41 81 Z F2 00 81 Z 48 00 81 Z CD 00 81 Z C9 00 81 Z C9 00 81 Z 07 80 81 Z 00",
                   {{"text \"Hello\""}, {}});
}

TEST(Deflate, lets_control_frames_through_7692_6_08) {
  check_compressed("41 83 Z F2 48 CD 89 81 Z 'p' 80 84 Z C9 C9 07 00",
                   {{"ping 70", "text \"Hello\""}, {"pong 70"}});
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00 89 80 Z C1 85 Z F2 00 11 00 00",
                   {{"text \"Hello\"", "ping ", "text \"Hello\""}, {"pong "}}, {}, {Takeover::yes});
}

TEST(Deflate, allows_the_bit_on_no_other_frame_7692_6_02_7692_6_03_7692_6_04) {
  check_compressed("41 83 Z F2 48 CD C0 84 Z C9 C9 07 00", fails(1002, reserved));
  for (const char* notation :
       {"C9 80 Z", "CA 80 Z", "C8 82 Z 03 E8", "A1 80 Z", "91 80 Z", "F1 80 Z", "E1 80 Z"})
    check_compressed(notation, fails(1002, reserved));
}

TEST(Deflate, that_was_not_agreed_on_is_a_reserved_bit_7692_6_04_6455_5_2_02) {
  check("C1 87 Z F2 48 CD C9 C9 07 00", fails(1002, reserved));
}

TEST(Deflate, takes_every_kind_of_block_7692_7_2_1_03_7692_7_2_3_01_7692_7_2_3_02_7692_7_2_3_05) {
  check_compressed("C1 8B Z 00 05 00 FA FF 48 65 6C 6C 6F 00", {{"text \"Hello\""}, {}});
  check_compressed("C1 88 Z F3 48 CD C9 C9 07 00 00 C1 87 Z F2 48 CD C9 C9 07 00",
                   {{"text \"Hello\"", "text \"Hello\""}, {}});
  check_compressed("C1 8D Z F2 48 05 00 00 00 FF FF CA C9 C9 07 00", {{"text \"Hello\""}, {}});
  check_compressed("C1 81 Z 00", {{"text \"\""}, {}});
}

TEST(Deflate, goes_on_after_a_final_block_7692_7_2_3_03_7692_7_2_3_04) {
  check_compressed("C1 8E Z F3 48 CD C9 C9 07 00 F2 48 CD C9 C9 07 00", {{"text \"HelloHello\""}, {}});
  check_compressed("C1 88 Z F3 48 CD C9 C9 07 00 00 C1 85 Z F2 00 11 00 00",
                   {{"text \"Hello\"", "text \"Hello\""}, {}}, {}, {Takeover::yes});
}

// Symptom: a message was failed with 1007 when its last block, the empty one, said that it is final.
TEST(Deflate, may_end_with_a_final_empty_block_7692_7_2_1_03) {
  check_compressed("C1 81 Z 01", {{"text \"\""}, {}});
  check_compressed("C1 88 Z F3 48 CD C9 C9 07 00 01 C1 87 Z F2 48 CD C9 C9 07 00",
                   {{"text \"Hello\"", "text \"Hello\""}, {}});
  check_compressed("C1 88 Z F3 48 CD C9 C9 07 00 01 C1 85 Z F2 00 11 00 00",
                   {{"text \"Hello\"", "text \"Hello\""}, {}}, {}, {Takeover::yes});
}

TEST(Deflate, remembers_earlier_messages_only_with_context_takeover_7692_7_2_2_02_7692_E_02) {
  const char* twice = "C1 87 Z F2 48 CD C9 C9 07 00 C1 85 Z F2 00 11 00 00";
  check_compressed(twice, {{"text \"Hello\"", "text \"Hello\""}, {}}, {}, {Takeover::yes});
  check_compressed(twice, fails(1007, not_deflate, {{"text \"Hello\""}, {}}), {}, {Takeover::no});
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00 81 85 Z 'plain' C1 85 Z F2 00 11 00 00",
                   {{"text \"Hello\"", "text \"plain\"", "text \"Hello\""}, {}}, {}, {Takeover::yes});
  check_compressed("C1 85 Z F2 00 11 00 00", fails(1007, not_deflate));
}

TEST(Deflate, fails_what_is_no_deflate_data_7692_E_01) {
  check_compressed("C1 81 Z 06", fails(1007, not_deflate));
  check_compressed("C1 8B Z 00 05 00 00 00 48 65 6C 6C 6F 00", fails(1007, not_deflate));
}

TEST(Deflate, that_turns_invalid_fails_there_and_not_at_the_end_of_the_message_7692_E_01) {
  check_compressed("41 81 Z 06", fails(1007, not_deflate));
  check_compressed("41 8B Z F2 48 CD C9 C9 07 00 00 00 FF FF 80 81 Z 06", fails(1007, not_deflate));
}

TEST(Deflate, fails_what_was_cut_off_and_what_keeps_its_tail_7692_E_03_7692_E_04) {
  for (const char* notation : {"C1 84 Z F2 48 CD C9", "C1 80 Z", "C1 8B Z F2 48 CD C9 C9 07 00 00 00 FF FF",
                               "C1 87 Z F3 48 CD C9 C9 07 00", "41 80 Z 80 80 Z"})
    check_compressed(notation, fails(1007, not_deflate));
}

TEST(Deflate, of_text_has_to_inflate_to_utf8_7692_6_07) {
  check_compressed("C1 87 Z 00 01 00 FE FF FF 00", fails(1007, "text is not UTF-8"));
  check_compressed("C2 87 Z 00 01 00 FE FF FF 00", {{"binary FF"}, {}});
  check_compressed("C1 89 Z 00 03 00 FC FF E2 82 AC 00", {{"text \"\xE2\x82\xAC\""}, {}});
  check_compressed("C1 88 Z 00 02 00 FD FF E2 82 00", fails(1007, "text is not UTF-8"));
}

TEST(Deflate, fails_text_at_the_first_impossible_byte_that_comes_out_6455_8_1_03) {
  // The message is not complete, and never has to be.
  for (const Takeover takeover : both_takeovers) {
    Endpoint server(takeover);
    const Reaction reaction = feed(server.protocol, {hex("41 88 Z 00 02 00 FD FF C3 28 00")});
    EXPECT_EQ(reaction.events, fails(1007, "text is not UTF-8").events);
  }
}

TEST(Deflate, counts_what_comes_out_against_the_limit_inclusively_7692_E_05) {
  Limits limits;
  limits.message_bytes_max = 5;
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00", {{"text \"Hello\""}, {}}, limits);
  check_compressed("41 83 Z F2 48 CD 80 84 Z C9 C9 07 00", {{"text \"Hello\""}, {}}, limits);
  limits.message_bytes_max = 4;
  const Expected too_big = fails(1009, "message inflates beyond message_bytes_max 4");
  check_compressed("C1 87 Z F2 48 CD C9 C9 07 00", too_big, limits);
  check_compressed("41 83 Z F2 48 CD 80 84 Z C9 C9 07 00", too_big, limits);
  limits.message_bytes_max = 0;
  check_compressed("C1 81 Z 00", {{"text \"\""}, {}}, limits);
}

TEST(Deflate, bomb_is_stopped_at_the_limit_however_it_comes_7692_E_05_7692_E_06) {
  Limits limits;
  limits.message_bytes_max = 1'048'576;
  const std::string bomb = zlib_deflate(std::string(67'108'864, '\0'), {});
  EXPECT_LT(bomb.size(), 66'000u);
  Octets in_fragments = hex("42 80 Z");
  for (const char byte : bomb.substr(0, 10'000))
    in_fragments = std::move(in_fragments) + frame("00", {&byte, 1});
  for (const Takeover takeover : both_takeovers) {
    for (const Octets& input : {frame("C2", bomb), in_fragments}) {
      Endpoint server(takeover, limits);
      const Reaction reaction = feed(server.protocol, {input});
      EXPECT_EQ(reaction.events, fails(1009, "message inflates beyond message_bytes_max 1048576").events);
    }
  }
}

TEST(Deflate, made_of_empty_blocks_is_too_big_although_nothing_comes_out_7692_E_06_7692_E_07) {
  Limits limits;
  limits.message_bytes_max = 1'000;
  std::string blocks;
  for (int i = 0; i < 1'050; ++i) blocks += std::string("\0\0\0\xFF\xFF", 5);
  Endpoint server(Takeover::no, limits);
  const Reaction reaction = feed(server.protocol, {frame("C2", blocks)});
  EXPECT_EQ(reaction.events,
            fails(1009, "message of 5250 compressed bytes exceeds message_bytes_max 1000").events);
}

TEST(Deflate, made_of_a_million_empty_blocks_is_inflated_in_one_go_7692_E_07) {
  std::string blocks;
  for (int i = 0; i < 209'715; ++i) blocks += std::string("\0\0\0\xFF\xFF", 5);
  for (const Takeover takeover : both_takeovers) {
    Endpoint server(takeover);
    EXPECT_EQ(feed(server.protocol, {frame("C2", blocks + '\0')}).events, Expected({{"binary "}, {}}).events);
  }
}

TEST(Deflate, refers_back_32768_bytes_7692_7_2_2_04) {
  const std::string message = deflate::testing::far_repetition(32'768);
  for (const Takeover takeover : both_takeovers) {
    Endpoint server(takeover);
    const Octets input = frame("C2", zlib_deflate(message, {}));
    EXPECT_EQ(feed(server.protocol, {input}).events, std::vector{"binary " + to_hex(as_bytes(message))});
  }
}

// In pieces.

std::string joined_chunks(Protocol& protocol, const std::vector<Octets>& pieces,
                          std::size_t* largest = nullptr) {
  std::string message;
  bool is_complete = false;
  for (Octets lent : pieces) {
    protocol.receive(lent);
    while (const auto event = protocol.next_event()) {
      const auto* chunk = std::get_if<ChunkEvent>(&*event);
      if (chunk == nullptr) return to_text(*event);
      EXPECT_EQ(chunk->first, message.empty());
      EXPECT_FALSE(is_complete);
      message += as_text(chunk->payload);
      if (largest != nullptr) *largest = std::max(*largest, chunk->payload.size());
      is_complete = chunk->last;
    }
  }
  return is_complete ? message : "incomplete";
}

TEST(Deflate, comes_in_pieces_of_bounded_size_however_much_a_frame_stands_for) {
  const std::string message = text_like_json(3'000'000);
  const Octets input = frame("C1", zlib_deflate(message, {}));
  std::mt19937 engine(7);
  for (const Takeover takeover : both_takeovers) {
    for (const std::vector<Octets>& pieces : {std::vector<Octets>{input}, cut_randomly(input, engine)}) {
      Endpoint server(takeover);
      server.protocol.set_delivery(Protocol::Delivery::pieces);
      std::size_t largest = 0;
      EXPECT_TRUE(joined_chunks(server.protocol, pieces, &largest) == message);
      EXPECT_LE(largest, 65'536u);
    }
  }
}

TEST(Deflate, can_be_put_aside_between_two_pieces_of_one_frame) {
  const std::string message = text_like_json(500'000);
  Octets input = frame("C1", zlib_deflate(message, {})) + hex("81 82 Z 'hi'");
  Endpoint server(Takeover::no);
  server.protocol.set_delivery(Protocol::Delivery::pieces);
  server.protocol.receive(input);
  auto event = server.protocol.next_event();
  std::string seen(as_text(std::get<ChunkEvent>(*event).payload));
  const Bytes back = server.protocol.take_back_input();
  Octets rest(back.begin(), back.end());
  std::fill(input.begin(), input.end(), std::byte{0xEE});
  EXPECT_TRUE(server.protocol.has_input());
  while ((event = server.protocol.next_event())) seen += as_text(std::get<ChunkEvent>(*event).payload);
  EXPECT_TRUE(seen == message);
  server.protocol.receive(rest);
  EXPECT_EQ(to_text(*server.protocol.next_event()), "chunk first last text \"hi\"");
}

TEST(Deflate, that_has_begun_whole_can_go_on_in_pieces) {
  const std::string message = text_like_json(200'000);
  const Octets input = frame("C1", zlib_deflate(message, {}));
  Endpoint server(Takeover::yes);
  Octets front(input.begin(), input.begin() + 9'000);
  server.protocol.receive(front);
  EXPECT_FALSE(server.protocol.next_event());
  server.protocol.set_delivery(Protocol::Delivery::pieces);
  Octets back(input.begin() + 9'000, input.end());
  std::string seen;
  while (const auto event = server.protocol.next_event())
    seen += as_text(std::get<ChunkEvent>(*event).payload);
  EXPECT_GT(seen.size(), 9'000u) << "what was collected comes at once";
  server.protocol.receive(back);
  while (const auto event = server.protocol.next_event())
    seen += as_text(std::get<ChunkEvent>(*event).payload);
  EXPECT_TRUE(seen == message);
}

// Sending.

std::vector<std::string> frames_of(Protocol& protocol) {
  std::vector<std::string> frames = frames_to_text(std::as_const(protocol).output().bytes());
  protocol.output().clear();
  return frames;
}

/// Two endpoints with the same terms; what the one sends the other gets.
struct Wire {
  explicit Wire(const AgreedCompression& compression, const Limits& limits = {})
      : client(Protocol::client(limits, entropy)), server(Protocol::server(limits)) {
    client.compress(compression, pool);
    server.compress(compression, pool);
  }
  std::vector<std::string> transfer(Protocol& from, Protocol& to) {
    const ConstBytes wire = std::as_const(from).output().bytes();
    Octets bytes(wire.begin(), wire.end());
    from.output().clear();
    return feed(to, cut_randomly(bytes, engine)).events;
  }
  CompressionPool pool;
  SeededEntropy entropy{5};
  std::mt19937 engine{5};
  Protocol client;
  Protocol server;
};

const std::string greeting = "Hello, Hello, Hello, Hello, Hello, Hello, Hello!";

TEST(Deflate, is_sent_without_its_tail_7692_7_2_1_01_7692_7_2_1_08) {
  Endpoint with(Takeover::yes);
  EXPECT_EQ(with.protocol.send(MessageType::text, as_bytes("Hello")), SendVerdict::sent);
  EXPECT_EQ(with.protocol.send(MessageType::text, as_bytes("")), SendVerdict::sent);
  EXPECT_EQ(frames_of(with.protocol),
            (std::vector<std::string>{"compressed text F2 48 CD C9 C9 07 00", "compressed text 00"}));
}

TEST(
    Deflate,
    begins_anew_for_every_message_without_context_takeover_7692_7_1_1_1_02_7692_7_1_1_2_03_7692_7_2_1_05_7692_7_2_1_06) {
  Wire wire(agreed(Takeover::no));
  for (Protocol* const from : {&wire.client, &wire.server}) {
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(from->send(MessageType::text, as_bytes(greeting)), SendVerdict::sent);
    const Octets frames = unmasked(std::as_const(*from).output().bytes());
    const auto half = static_cast<std::ptrdiff_t>(frames.size() / 2);
    EXPECT_EQ(Octets(frames.begin(), frames.begin() + half), Octets(frames.begin() + half, frames.end()));
    EXPECT_EQ(frames.front(), std::byte{0xC1});
    EXPECT_LT(frames.size(), 2 * greeting.size());
  }
}

TEST(Deflate, refers_to_earlier_messages_with_context_takeover_7692_7_2_1_07) {
  Endpoint with(Takeover::yes);
  const std::string message = text_like_json(2'000);
  EXPECT_EQ(with.protocol.send(MessageType::text, as_bytes(message)), SendVerdict::sent);
  const std::size_t first_bytes = with.protocol.output().size();
  with.protocol.output().clear();
  EXPECT_EQ(with.protocol.send(MessageType::text, as_bytes(message)), SendVerdict::sent);
  EXPECT_LT(with.protocol.output().size(), first_bytes / 5);
}

TEST(Deflate, leaves_short_messages_and_what_does_not_get_smaller_alone_7692_6_01) {
  AgreedCompression compression = agreed(Takeover::no);
  compression.threshold_bytes = greeting.size();
  Wire wire(compression);
  EXPECT_EQ(wire.server.send(MessageType::text, as_bytes(greeting.substr(1))), SendVerdict::sent);
  EXPECT_EQ(wire.server.send(MessageType::binary, as_bytes(noise(100))), SendVerdict::sent);
  EXPECT_EQ(wire.server.send(MessageType::text, as_bytes(greeting)), SendVerdict::sent);
  const auto frames = frames_of(wire.server);
  EXPECT_TRUE(frames[0].starts_with("text"));
  EXPECT_TRUE(frames[1].starts_with("binary"));
  EXPECT_TRUE(frames[2].starts_with("compressed text"));
}

TEST(Deflate, can_be_left_out_for_one_message_7692_E_09) {
  for (const Takeover takeover : both_takeovers) {
    Wire wire(agreed(takeover));
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(wire.server.send(MessageType::text, as_bytes(greeting)), SendVerdict::sent);
      EXPECT_EQ(wire.server.send_plain(MessageType::text, as_bytes(greeting)), SendVerdict::sent);
    }
    EXPECT_EQ(wire.server.send_plain(MessageType::text, as_bytes("\xFF")), SendVerdict::invalid);
    EXPECT_EQ(frames_to_text(std::as_const(wire.server).output().bytes())[3], "text \"" + greeting + '"');
    EXPECT_EQ(wire.transfer(wire.server, wire.client),
              std::vector<std::string>(6, "text \"" + greeting + '"'));
  }
}

TEST(Deflate, sends_a_message_in_chunks_as_one_7692_7_2_1_02_7692_6_02) {
  for (const Takeover takeover : both_takeovers) {
    Wire wire(agreed(takeover));
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(wire.server.send_chunk({MessageType::text, as_bytes("Hel"), true, false}), SendVerdict::sent);
      EXPECT_EQ(wire.server.send_ping({}), SendVerdict::sent);
      EXPECT_EQ(wire.server.send_chunk({MessageType::text, as_bytes("lo "), false, false}),
                SendVerdict::sent);
      EXPECT_EQ(wire.server.send_chunk({MessageType::text, as_bytes("there"), false, true}),
                SendVerdict::sent);
    }
    const auto frames = frames_to_text(std::as_const(wire.server).output().bytes());
    EXPECT_TRUE(frames[0].starts_with("unfinished compressed text"));
    EXPECT_TRUE(frames[0].ends_with("00 00 FF FF"));
    EXPECT_TRUE(frames[2].starts_with("unfinished continuation"));
    EXPECT_TRUE(frames[2].ends_with("00 00 FF FF"));
    EXPECT_TRUE(frames[3].starts_with("continuation"));
    EXPECT_FALSE(frames[3].ends_with("00 00 FF FF"));
    const std::vector<std::string> events = {"ping ", "text \"Hello there\"", "ping ",
                                             "text \"Hello there\""};
    EXPECT_EQ(wire.transfer(wire.server, wire.client), events);
  }
}

TEST(Deflate, cuts_compressed_messages_into_fragments_when_asked_to_7692_6_02) {
  Limits limits;
  limits.send_fragment_bytes = 10;
  Wire wire(agreed(Takeover::no), limits);
  const std::string message = text_like_json(300);
  EXPECT_EQ(wire.server.send(MessageType::text, as_bytes(message)), SendVerdict::sent);
  const auto frames = frames_to_text(std::as_const(wire.server).output().bytes());
  EXPECT_GT(frames.size(), 5u);
  EXPECT_EQ(std::count_if(frames.begin(), frames.end(),
                          [](const std::string& line) { return line.find("compressed") != line.npos; }),
            1);
  EXPECT_EQ(wire.transfer(wire.server, wire.client), std::vector{"text \"" + message + '"'});
}

TEST(Deflate, with_a_window_of_256_bytes_is_received_but_never_sent_7692_7_1_2_05) {
  Wire wire(agreed(Takeover::yes, 8));
  EXPECT_EQ(wire.client.send(MessageType::text, as_bytes(greeting)), SendVerdict::sent);
  EXPECT_EQ(frames_to_text(std::as_const(wire.client).output().bytes())[0],
            "masked text \"" + greeting + '"');
  EXPECT_EQ(feed(wire.server, {hex("C1 87 Z F2 48 CD C9 C9 07 00")}).events,
            std::vector<std::string>{"text \"Hello\""});
}

// Broadcasts: compressed once, by nobody's own context.

/// What a server sends to this endpoint.
void broadcast(Wire& wire, std::string_view payload) {
  ByteBuffer frame;
  ASSERT_TRUE(wire.server.can_send_compressed_broadcast(payload.size()));
  ASSERT_TRUE(frame_compressed_for_broadcast(MessageType::text, as_bytes(payload), wire.pool, frame));
  wire.server.compressed_broadcast_sent(as_bytes(payload));
  wire.server.output().append(frame.bytes());
}

TEST(Deflate, of_broadcasts_mixes_with_contexts_of_ones_own) {
  for (const Takeover takeover : both_takeovers) {
    for (const int window_bits : {9, 15}) {
      Wire wire(agreed(takeover, window_bits));
      std::vector<std::string> expected;
      for (unsigned i = 0; i < 30; ++i) {
        const std::string message = text_like_json(200 + i, i % 4);
        if (i % 3 == 0) {
          broadcast(wire, message);
        } else {
          EXPECT_EQ(wire.server.send(MessageType::text, as_bytes(message)), SendVerdict::sent);
        }
        expected.push_back("text \"" + message + '"');
      }
      EXPECT_EQ(wire.transfer(wire.server, wire.client), expected);
    }
  }
}

TEST(Deflate, of_broadcasts_keeps_to_the_agreed_window_7692_7_2_1_04) {
  Wire wire(agreed(Takeover::no, 9));
  EXPECT_TRUE(wire.server.can_send_compressed_broadcast(512));
  EXPECT_FALSE(wire.server.can_send_compressed_broadcast(513));
  Protocol plain = Protocol::server({});
  EXPECT_FALSE(plain.can_send_compressed_broadcast(100));
}

// Memory.

TEST(Deflate, costs_an_idle_connection_nothing_without_context_takeover_7692_E_08) {
  CompressionPool pool;
  std::vector<Protocol> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back(Protocol::server({}));
    many.back().compress(agreed(Takeover::no), pool);
  }
  EXPECT_EQ(pool.dedicated_bytes(), 0u);
  many.push_back(Protocol::server({}));
  many.back().compress(agreed(Takeover::yes), pool);
  EXPECT_GT(pool.dedicated_bytes(), 100'000u);
  many.pop_back();
  EXPECT_EQ(pool.dedicated_bytes(), 0u);
}

TEST(Deflate, carries_random_traffic_in_any_segmentation_and_both_directions_7692_5_07) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 engine(seed);
    const int window_bits = 9 + static_cast<int>(engine() % 7);
    AgreedCompression compression = agreed(engine() % 2 == 0 ? Takeover::yes : Takeover::no, window_bits);
    compression.threshold_bytes = engine() % 2 == 0 ? 0 : 100;
    Limits limits;
    limits.send_fragment_bytes = engine() % 3 == 0 ? 50 : 0;
    Wire wire(compression, limits);
    for (int round = 0; round < 20; ++round) {
      Protocol& from = engine() % 2 == 0 ? wire.client : wire.server;
      Protocol& to = &from == &wire.client ? wire.server : wire.client;
      const std::size_t size = engine() % 5 == 0 ? 40'000 : engine() % 300;
      const auto content = static_cast<unsigned>(engine());
      const std::string message = content % 4 == 0 ? noise(size, content) : text_like_json(size, content);
      EXPECT_EQ(from.send(MessageType::binary, as_bytes(message)), SendVerdict::sent);
      EXPECT_EQ(wire.transfer(from, to), std::vector{"binary " + to_hex(as_bytes(message))});
    }
  }
}

}  // namespace
}  // namespace duplex
