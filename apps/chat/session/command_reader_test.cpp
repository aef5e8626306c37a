#include "chat/session/command_reader.hpp"

#include <gtest/gtest.h>

#include "chat/session/limits.hpp"

namespace duplex::chat {
namespace {

Incoming read(std::string_view text) {
  CommandReader reader;
  return reader.read(text);
}

template<class Command>
Command read_as(std::string_view text) {
  return std::get<Command>(std::get<Request>(read(text)).command);
}

std::string error_of(std::string_view text) {
  const Incoming incoming = read(text);
  const auto* malformed = std::get_if<Malformed>(&incoming);
  return malformed == nullptr ? "none" : std::string(to_text(malformed->error.code));
}

bool is_no_object(std::string_view text) { return std::holds_alternative<NotAnObject>(read(text)); }

// The id that an answer would carry, as text; "none" when there is none.
std::string id_of(std::string_view text) {
  const Incoming incoming = read(text);
  const auto* request = std::get_if<Request>(&incoming);
  const auto& id = request != nullptr ? request->id : std::get<Malformed>(incoming).id;
  if (!id) return "none";
  if (const auto* number = std::get_if<std::int64_t>(&*id)) return std::to_string(*number);
  return "text " + std::get<std::string>(*id);
}

constexpr std::string_view uuid = "0190a8f0-0000-7000-8000-00000000abcd";

std::string with_uuid(std::string text) {
  const std::size_t at = text.find("UUID");
  return at == std::string::npos ? text : text.replace(at, 4, uuid);
}

TEST(CommandReader, text_that_is_no_JSON_object_is_told_apart) {
  for (const std::string_view text : {"", " ", "hello", "[]", "1", "\"t\"", "null", "{", "{}x", "{\"t\":}",
                                      "{'t':1}", "{\"t\":01}", R"({"t":"\q"})", R"({"t":"\ud800)",
                                      R"({"id":00000000000000000000000})", R"({"id":1e})", "{\"a\":\"\n\"}"})
    EXPECT_TRUE(is_no_object(text)) << text;
  EXPECT_FALSE(is_no_object("{}"));
  EXPECT_FALSE(is_no_object(" {\"t\":\"ping\"}\n"));
}

TEST(CommandReader, nesting_without_end_is_no_object) {
  EXPECT_TRUE(is_no_object("{\"a\":" + std::string(100'000, '[')));
}

TEST(CommandReader, ids_are_integers_up_to_2_53_or_short_texts) {
  EXPECT_EQ(id_of(R"({"t":"rooms","id":0})"), "0");
  EXPECT_EQ(id_of(R"({"t":"rooms","id":9007199254740991})"), "9007199254740991");
  EXPECT_EQ(id_of(R"({"t":"rooms","id":-1})"), "-1");
  EXPECT_EQ(id_of(R"({"t":"rooms","id":""})"), "text ");
  EXPECT_EQ(id_of(R"({"t":"rooms","id":"ä\u0000\""})"), std::string("text ä\0\"", 9));
  EXPECT_EQ(id_of(R"({"t":"rooms","id":")" + std::string(64, 'x') + "\"}"), "text " + std::string(64, 'x'));
}

TEST(CommandReader, a_request_without_a_usable_id_is_malformed_and_has_none) {
  for (const std::string id :
       {R"("id":9007199254740992)", R"("id":1.0)", R"("id":1e2)", R"("id":null)", R"("id":{})", R"("id":[1])",
        R"("id":true)", R"("id":99999999999999999999999)", R"("x":1)"}) {
    const std::string text = R"({"t":"rooms",)" + id + "}";
    EXPECT_EQ(error_of(text), "bad_request") << text;
    EXPECT_EQ(id_of(text), "none") << text;
  }
  const std::string long_id = R"({"t":"rooms","id":")" + std::string(65, 'x') + "\"}";
  EXPECT_EQ(error_of(long_id), "bad_request");
  EXPECT_EQ(id_of(long_id), "none");
}

TEST(CommandReader, what_needs_no_answer_needs_no_id) {
  for (const std::string_view text :
       {R"({"t":"ping"})", R"({"t":"pong"})", R"({"t":"typing","r":"lobby","on":true})",
        R"({"t":"presence","state":"away"})"}) {
    EXPECT_EQ(error_of(text), "none") << text;
    EXPECT_EQ(id_of(text), "none") << text;
  }
  EXPECT_EQ(error_of(R"({"t":"ping","id":{}})"), "bad_request");
  EXPECT_EQ(id_of(R"({"t":"ping","id":"a"})"), "text a");
}

TEST(CommandReader, malformed_requests_are_refused_with_their_id) {
  struct Case {
    std::string text;
    std::string code;
  };
  const std::vector<Case> cases{
      {R"({"id":1})", "bad_request"},
      {R"({"id":1,"t":7})", "bad_request"},
      {R"({"id":1,"t":"nonsense"})", "bad_request"},
      {R"({"id":1,"t":"hello"})", "bad_request"},
      {R"({"id":1,"t":"hello","client":5})", "bad_request"},
      {R"({"id":1,"t":"hello","client":""})", "bad_request"},
      {R"({"id":1,"t":"hello","client":")" + std::string(129, 'x') + "\"}", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","auth":"Ann"})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","auth":{}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","auth":{"name":null}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","auth":{"name":"Ann","token":"t"}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","auth":{"token":")" + std::string(257, 'x') + "\"}}",
       "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":7})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"rooms":{}}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e"}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e","rooms":[]}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e","rooms":{"lobby":-1}}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e","rooms":{"lobby":1.5}}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e","rooms":{"lobby":"3"}}})", "bad_request"},
      {R"({"id":1,"t":"hello","client":"x","resume":{"epoch":"e","rooms":{"lobby":9007199254740992}}})",
       "bad_request"},
      {R"({"id":1,"t":"rooms","q":7})", "bad_request"},
      {R"({"id":1,"t":"rooms","after":7})", "bad_request"},
      {R"({"id":1,"t":"rooms","after":"No Such"})", "not_found"},
      {R"({"id":1,"t":"send"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","body":"x"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID"})", "bad_request"},
      {R"({"id":1,"t":"send","cid":"UUID","body":"x"})", "bad_request"},
      {R"({"id":1,"t":"send","r":7,"cid":"UUID","body":"x"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"No Such","cid":"UUID","body":"x"})", "not_found"},
      {R"({"id":1,"t":"send","r":"","cid":"UUID","body":"x"})", "not_found"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"0190A8F0-0000-7000-8000-00000000ABCD","body":"x"})",
       "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"x","body":"x"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":7})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":""})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":"\ud800"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":"\udc00\ud800"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":"x","reply_to":"1"})", "bad_request"},
      {R"({"id":1,"t":"send","r":"lobby","cid":"UUID","body":")" + std::string(16 * 1024 + 1, 'x') + "\"}",
       "too_large"},
      {R"({"id":1,"t":"history","r":"lobby"})", "bad_request"},
      {R"({"id":1,"t":"history","latest":true})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","latest":false})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","latest":1})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","latest":true,"after":1})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","before":1,"after":1})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","before":-1})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","before":"1"})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","latest":true,"limit":0})", "bad_request"},
      {R"({"id":1,"t":"history","r":"lobby","latest":true,"limit":"9"})", "bad_request"},
      {R"({"id":1,"t":"join"})", "bad_request"},
      {R"({"id":1,"t":"leave","r":null})", "bad_request"},
      {R"({"id":1,"t":"create"})", "bad_request"},
      {R"({"id":1,"t":"create","name":"x","kind":"secret"})", "bad_request"},
      {R"({"id":1,"t":"read","r":"lobby"})", "bad_request"},
      {R"({"id":1,"t":"read","r":"lobby","seq":-1})", "bad_request"},
      {R"({"id":1,"t":"who"})", "bad_request"},
      {R"({"id":1,"t":"typing","r":"lobby"})", "bad_request"},
      {R"({"id":1,"t":"typing","r":"lobby","on":1})", "bad_request"},
      {R"({"id":1,"t":"presence"})", "bad_request"},
      {R"({"id":1,"t":"presence","state":"offline"})", "bad_request"},
  };
  for (const Case& each : cases) {
    const std::string text = with_uuid(each.text);
    EXPECT_EQ(error_of(text), each.code) << text;
    EXPECT_EQ(id_of(text), "1") << text;
  }
}

TEST(CommandReader, only_a_malformed_hello_is_a_hello) {
  EXPECT_TRUE(std::get<Malformed>(read(R"({"t":"hello","id":1})")).is_hello);
  EXPECT_FALSE(std::get<Malformed>(read(R"({"t":"send","id":1})")).is_hello);
}

TEST(CommandReader, an_id_is_not_echoed_from_a_text_that_had_to_be_mended) {
  EXPECT_EQ(id_of(R"({"id":"\ud800","t":"rooms"})"), "none");
  EXPECT_EQ(id_of(R"({"id":"a","t":"rooms","q":"\ud800"})"), "none");
  EXPECT_EQ(id_of(R"({"id":3,"t":"rooms","q":"\ud800"})"), "3");
}

TEST(CommandReader, numbers_beyond_every_type_are_malformed_wherever_they_stand) {
  EXPECT_EQ(error_of(R"({"id":3,"t":"rooms","x":1e400})"), "bad_request");
  EXPECT_EQ(id_of(R"({"id":3,"t":"rooms","x":-99999999999999999999})"), "3");
}

TEST(CommandReader, reads_every_request) {
  const auto hello = read_as<Hello>(R"({"t":"hello","id":1,"client":"c/1","auth":{"token":"t"},)"
                                    R"("resume":{"epoch":"e","rooms":{"lobby":7,"No Room":1}}})");
  EXPECT_EQ(hello.client, "c/1");
  EXPECT_EQ(std::get<ByToken>(hello.credentials).token, "t");
  EXPECT_EQ(hello.resume->epoch, "e");
  EXPECT_EQ(hello.resume->cursors, (std::map<RoomId, Seq>{{lobby(), 7}}));

  const auto send = read_as<Send>(with_uuid(
      R"({"t":"send","id":1,"r":"lobby","cid":"UUID","body":"\ud83d\ude00 ä","reply_to":3,"new":[]})"));
  EXPECT_EQ(send.room, lobby());
  EXPECT_EQ(send.cid.text(), uuid);
  EXPECT_EQ(send.body, "😀 ä");
  EXPECT_EQ(send.reply_to, 3);

  EXPECT_EQ(read_as<ListRooms>(R"({"t":"rooms","id":1,"q":"x","after":"abc"})").after->text(), "abc");
  EXPECT_EQ(read_as<Create>(R"({"t":"create","id":1,"name":"Tea","kind":"public"})").name, "Tea");
  EXPECT_EQ(read_as<SetRead>(R"({"t":"read","id":1,"r":"lobby","seq":4})").seq, 4);
  EXPECT_EQ(read_as<Join>(R"({"t":"join","id":1,"r":"abc"})").room.text(), "abc");
  EXPECT_EQ(read_as<Leave>(R"({"t":"leave","id":1,"r":"abc"})").room.text(), "abc");
  EXPECT_EQ(read_as<Who>(R"({"t":"who","id":1,"r":"abc"})").room.text(), "abc");
  EXPECT_EQ(read_as<StartTyping>(R"({"t":"typing","r":"abc","on":true})").room.text(), "abc");
  EXPECT_EQ(read_as<StopTyping>(R"({"t":"typing","r":"abc","on":false})").room.text(), "abc");
  EXPECT_EQ(read_as<SetPresence>(R"({"t":"presence","state":"away"})").state, PresenceState::away);
}

TEST(CommandReader, history_limits_are_capped_and_have_a_default) {
  EXPECT_EQ(read_as<ReadHistory>(R"({"t":"history","id":1,"r":"lobby","latest":true})").limit,
            history_limit_default);
  EXPECT_EQ(read_as<ReadHistory>(R"({"t":"history","id":1,"r":"lobby","around":5,"limit":100000})").limit,
            200u);
  EXPECT_EQ(std::get<Around>(
                read_as<ReadHistory>(R"({"t":"history","id":1,"r":"lobby","around":5,"limit":2})").position)
                .seq,
            5);
}

TEST(CommandReader, of_a_field_that_comes_twice_the_first_counts) {
  EXPECT_EQ(read_as<SetRead>(R"({"t":"read","id":1,"r":"lobby","seq":4,"seq":5})").seq, 4);
}

}  // namespace
}  // namespace duplex::chat
