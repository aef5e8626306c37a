// Text messages through the whole protocol: RFC 6455 §5.6, §8.1.
#include "protocol/protocol_fixture.hpp"
#include "protocol/utf8_vectors.hpp"

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

const Expected not_utf8 = fails(1007, "text is not UTF-8");

Octets text_frame(std::uint8_t first, ConstBytes payload) {
  return Octets{std::byte{first}, std::byte(0x80 + payload.size())} + hex("Z") +
         Octets(payload.begin(), payload.end());
}

void check_text(const Octets& frames, const Expected& expected) {
  check_server(frames, expected);
  check_client(unmasked(frames), expected);
}

TEST(Text, passes_unchanged_at_every_valid_edge_6455_8_1_04) {
  for (const ValidText& text : valid_texts) {
    const Octets payload = hex(text.notation);
    check_text(text_frame(0x81, payload), {{"text \"" + std::string(as_text(payload)) + "\""}, {}});
  }
}

TEST(Text, may_be_cut_inside_a_character_also_with_a_Ping_in_between_6455_5_6_01) {
  for (const ValidText& text : valid_texts) {
    const Octets payload = hex(text.notation);
    const std::string delivered = "text \"" + std::string(as_text(payload)) + "\"";
    for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
      const Octets first = text_frame(0x01, ConstBytes(payload).first(cut));
      const Octets last = text_frame(0x80, ConstBytes(payload).subspan(cut));
      check_text(first + last, {{delivered}, {}});
      check_text(first + hex("89 81 Z 70") + last, {{"ping 70", delivered}, {"pong 70"}});
    }
  }
}

TEST(Text, fails_when_it_is_not_utf8_6455_8_1_01) {
  for (const InvalidText& text : invalid_texts) check_text(text_frame(0x81, hex(text.notation)), not_utf8);
}

TEST(Text, fails_when_it_is_not_utf8_also_in_fragments_cut_anywhere_6455_8_1_01) {
  for (const InvalidText& text : invalid_texts) {
    const Octets payload = hex(text.notation);
    for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
      check_text(text_frame(0x01, ConstBytes(payload).first(cut)) +
                     text_frame(0x80, ConstBytes(payload).subspan(cut)),
                 not_utf8);
    }
  }
}

TEST(Text, fails_when_it_ends_inside_a_character_6455_8_1_02) {
  check("81 81 Z E2", not_utf8);
  check("01 81 Z E2 80 81 Z 82", not_utf8);
  check("01 82 Z E2 82 80 80 Z", not_utf8);
  for (const std::string_view text : cut_texts) check_text(text_frame(0x81, hex(text)), not_utf8);
}

TEST(Text, fails_with_the_first_impossible_byte_of_an_unfinished_message_6455_8_1_03) {
  check("01 8B Z CE BA E1 BD B9 CF 83 CE BC CE B5 00 84 Z F4 90 80 80", not_utf8);
  check("01 8B Z CE BA E1 BD B9 CF 83 CE BC CE B5 00 84 Z F4 90", not_utf8);
}

TEST(Text, fails_with_the_first_impossible_byte_of_an_unfinished_frame_6455_8_1_03) {
  for (const InvalidText& text : invalid_texts) {
    const Octets payload = hex(text.notation);
    const Octets header = Octets{std::byte{0x81}, std::byte(0x80 + payload.size() + 1)} + hex("Z");
    for (std::size_t here = 0; here < payload.size(); ++here) {
      Protocol server = Protocol::server({});
      Octets begun = header;
      begun.insert(begun.end(), payload.begin(), payload.begin() + here + 1);
      const bool has_bad_byte = here >= text.bad_at;
      EXPECT_EQ(feed(server, {begun}).events, has_bad_byte ? not_utf8.events : std::vector<std::string>{});
    }
  }
}

TEST(Text, keeps_its_state_over_fragments_far_longer_than_a_character_6455_5_6_01) {
  Octets payload;
  for (int i = 0; i < 1000; ++i) payload = std::move(payload) + hex("F0 9F 98 80 E2 82 AC C2 A9 41");
  for (std::size_t cut = 4000; cut < 4012; ++cut) {
    const auto fragment = [](const char* first, ConstBytes bytes) {
      return hex(first) + Octets{std::byte(bytes.size() >> 8), std::byte(bytes.size() & 0xFF)} + hex("Z") +
             Octets(bytes.begin(), bytes.end());
    };
    check_text(fragment("01 FE", ConstBytes(payload).first(cut)) +
                   fragment("80 FE", ConstBytes(payload).subspan(cut)),
               {{"text \"" + std::string(as_text(payload)) + "\""}, {}});
  }
}

TEST(Binary, is_not_looked_at_6455_5_6_02) {
  check("82 81 Z FF", {{"binary FF"}, {}});
  check("02 81 Z C0 80 81 Z 80", {{"binary C0 80"}, {}});
}

TEST(Type, of_a_message_reaches_the_application_6455_5_6_03) {
  check("81 81 Z 61 82 81 Z 61", {{"text \"a\"", "binary 61"}, {}});
}

}  // namespace
}  // namespace duplex
