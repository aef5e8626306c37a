// What the server writes, what the client reads, and the request's say in it.
#include <gtest/gtest.h>

#include <random>

#include "http/request_semantics.hpp"
#include "http/response_reader.hpp"
#include "http/response_writer.hpp"
#include "http/status.hpp"
#include "http/testing.hpp"

namespace duplex::http {
namespace {

using testing::read_response;
using testing::repeat;
using testing::StreamEnd;
using State = ResponseReader::State;

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";

std::string written(const Response& response, const ResponseContext& context = {}) {
  ByteBuffer output;
  (void)write_response(response, context, output);
  return std::string(as_text(output.bytes()));
}

// --- writer

TEST(ResponseWriter, adds_length_date_and_connection_H1_8_6_02_H1_6_6_1_01) {
  Response response(200, "hi");
  EXPECT_EQ(written(response, {"GET", 1, Persistence::close, date}),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 2\r\n"
            "Connection: close\r\n\r\nhi");
  EXPECT_EQ(written(Response(200)), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, keeps_the_space_behind_a_code_without_reason_H1_4_01) {
  EXPECT_EQ(written(Response(299)), "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, answers_head_with_the_length_of_get_and_no_body_H1_9_3_2_01) {
  for (const int status : {200, 404, 405})
    EXPECT_EQ(written(Response(status, "hello"), {.method = "HEAD"}),
              "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) +
                  "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseWriter, gives_204_and_304_neither_body_nor_length_H1_6_3_07) {
  for (const int status : {204, 304}) {
    Response response(status);
    response.body = "surprise";
    EXPECT_EQ(written(response),
              "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) + "\r\n\r\n");
  }
}

TEST(ResponseWriter, tells_http_1_0_about_keep_alive_H1_9_3_02) {
  EXPECT_NE(
      written(Response(200), {"GET", 0, Persistence::keep_alive, {}}).find("Connection: keep-alive\r\n"),
      std::string::npos);
  EXPECT_EQ(written(Response(200), {"GET", 1, Persistence::keep_alive, {}}).find("Connection"),
            std::string::npos);
}

TEST(ResponseWriter, replaces_what_could_split_the_response_by_500_H1_11_1_01_H1_5_2_03) {
  for (const HeaderField& field :
       {HeaderField{"X", "a\r\nB: c"}, HeaderField{"X", "a\nb"}, HeaderField{"X\r\nY", "a"},
        HeaderField{"X", std::string("a\0b", 3)}, HeaderField{"", "a"}, HeaderField{"X Y", "a"}}) {
    Response response(200, "secret");
    response.headers.add(field.name, field.value);
    const std::string text = written(response);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 500 Internal Server Error\r\n")) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos);
  }
  for (const int status : {0, 101, 199, 600, -1})
    EXPECT_TRUE(written(Response(status)).starts_with("HTTP/1.1 500 "));
}

TEST(ResponseWriter, keeps_a_long_value_on_one_line_H1_5_2_03) {
  Response response(200);
  response.headers.add("X", repeat("a ", 10'000) + "z");
  EXPECT_NE(written(response).find("\r\nX: " + repeat("a ", 10'000) + "z\r\n"), std::string::npos);
}

TEST(ResponseWriter, owns_framing_and_lets_the_application_close_H1_9_6_01) {
  Response response(200, "hi");
  response.headers.add("Content-Length", "500");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("Connection", "close");
  ByteBuffer output;
  EXPECT_EQ(write_response(response, {}, output), Persistence::close);
  EXPECT_EQ(as_text(output.bytes()),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n"
            "Connection: close\r\n\r\nhi");
}

TEST(ResponseWriter, lists_upgrade_in_connection_H1_7_8_06_H1_15_5_22_01) {
  Response response(426);
  response.headers.add("Upgrade", "websocket");
  EXPECT_NE(written(response).find("Upgrade: websocket\r\nContent-Length: 0\r\nConnection: Upgrade\r\n"),
            std::string::npos);
}

TEST(ResponseWriter, writes_a_head_for_a_body_that_is_sent_elsewhere) {
  ByteBuffer output;
  EXPECT_TRUE(write_response_head(Response(200), 7, {}, output).body_follows);
  EXPECT_EQ(as_text(output.bytes()), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  output.clear();
  EXPECT_FALSE(write_response_head(Response(200), 7, {.method = "HEAD"}, output).body_follows);
  EXPECT_FALSE(write_response_head(Response(304), 7, {}, output).body_follows);
  EXPECT_FALSE(write_response_head(Response(700), 7, {}, output).body_follows);
}

TEST(ResponseWriter, writes_interim_responses_bare_H1_10_1_1_01) {
  ByteBuffer output;
  write_interim_response(100, {}, output);
  EXPECT_EQ(as_text(output.bytes()), "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(Refusal, explains_itself_in_plain_text_H1_8_3_01_H1_15_5_01) {
  const Response refusal = make_closing_refusal(400, "No.");
  EXPECT_EQ(refusal.headers.find("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(refusal.body, "No.\n");
  EXPECT_EQ(refusal.headers.find("Cache-Control"), std::nullopt);
  EXPECT_EQ(make_refusal(429, "Slow down.").headers.find("Cache-Control"), "no-store");
}

TEST(ReasonPhrase, is_known_for_registered_codes) {
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(100), "Continue");
  EXPECT_EQ(reason_phrase(511), "Network Authentication Required");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(999), "");
}

// --- the request's say

Request request_with(int version_minor, std::string connection) {
  Request request;
  request.version_minor = version_minor;
  if (!connection.empty()) request.headers.add("Connection", std::move(connection));
  return request;
}

TEST(Persistence, depends_on_version_and_connection_H1_9_3_02_H1_7_6_1_01_H1_9_6_01) {
  EXPECT_EQ(persistence_of(request_with(1, "")), Persistence::keep_alive);
  EXPECT_EQ(persistence_of(request_with(1, "Close")), Persistence::close);
  EXPECT_EQ(persistence_of(request_with(1, "foo, close")), Persistence::close);
  EXPECT_EQ(persistence_of(request_with(0, "")), Persistence::close);
  EXPECT_EQ(persistence_of(request_with(0, "Keep-Alive")), Persistence::keep_alive);
  EXPECT_EQ(persistence_of(request_with(0, "keep-alive, close")), Persistence::close);
}

TEST(Expectation, counts_from_http_1_1_clients_only_H1_10_1_1_01_H1_10_1_1_02) {
  Request request = request_with(1, "");
  EXPECT_FALSE(expects_continue(request));
  request.headers.add("Expect", "100-CONTINUE");
  EXPECT_TRUE(expects_continue(request));
  request.version_minor = 0;
  EXPECT_FALSE(expects_continue(request));
}

// --- reader

TEST(ResponseReader, completes_a_101_at_its_head_and_leaves_the_frames_6455_4_1_28) {
  const auto received =
      read_response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi");
  EXPECT_EQ(received.state, State::complete);
  EXPECT_EQ(received.response.status, 101);
  EXPECT_EQ(received.left_over, "\x81\x02hi");
}

TEST(ResponseReader, ignores_the_reason_but_not_the_code_H1_4_02) {
  for (const std::string line :
       {"HTTP/1.1 101 Foo", "HTTP/1.1 101 ", "HTTP/1.1 101", "HTTP/1.1 101 \xC3\xA9"})
    EXPECT_EQ(read_response(line + "\r\n\r\n").state, State::complete) << line;
  for (const std::string line :
       {"HTTP/1.1 1O1", "HTTP/1.1 1011", "HTTP/1.1 99", "HTTP/1.1  101", "http/1.1 101 x", "HTTP/2.0 101 x",
        "HTTP/1.0 101 x", "HTTP/1.1 600 x", "HTTP/1.1 001 x", "garbage", ""})
    EXPECT_EQ(read_response(line + "\r\n\r\n").state, State::failed) << line;
}

TEST(ResponseReader, skips_a_bounded_number_of_interim_responses_H1_15_2_01_6455_4_1_20) {
  const std::string final_response = "HTTP/1.1 101 x\r\n\r\n";
  const std::string hint = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  EXPECT_EQ(read_response(repeat(hint, 3) + final_response).response.status, 101);
  EXPECT_EQ(read_response("HTTP/1.1 100 x\r\n\r\n" + final_response).response.headers.size(), 0u);
  EXPECT_EQ(read_response(repeat(hint, interim_responses_max) + final_response).state, State::complete);
  EXPECT_EQ(read_response(repeat(hint, interim_responses_max + 1) + final_response).state, State::failed);
}

TEST(ResponseReader, joins_folded_lines_with_a_space_H1_5_2_02) {
  const auto received = read_response("HTTP/1.1 101 x\r\nX-Foo: a\r\n  b\r\n\tc\r\nY: z\r\n\r\n");
  EXPECT_EQ(received.state, State::complete);
  EXPECT_EQ(received.response.headers.find("X-Foo"), "a b c");
  EXPECT_EQ(received.response.headers.find("Y"), "z");
  EXPECT_EQ(read_response("HTTP/1.1 101 x\r\n X: y\r\n\r\n").state, State::failed);
}

TEST(ResponseReader, keeps_repeated_fields_apart_6455_4_1_32) {
  const auto received = read_response("HTTP/1.1 101 x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n");
  EXPECT_EQ(received.response.headers.count("Set-Cookie"), 2u);
}

TEST(ResponseReader, reads_the_body_of_a_refusal_6455_4_1_20) {
  const auto sized = read_response("HTTP/1.1 403 x\r\nContent-Length: 2\r\n\r\nnorest");
  EXPECT_EQ(sized.state, State::complete);
  EXPECT_EQ(sized.response.body, "no");
  EXPECT_EQ(sized.left_over, "rest");
  EXPECT_EQ(
      read_response("HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n").response.body,
      "no");
  EXPECT_EQ(read_response("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n").state, State::complete);
  EXPECT_EQ(read_response("HTTP/1.1 204 x\r\n\r\n").state, State::complete);
}

TEST(ResponseReader, ends_a_body_without_length_with_the_stream) {
  const std::string head = "HTTP/1.1 403 x\r\n\r\nno";
  EXPECT_EQ(read_response(head).state, State::reading);
  EXPECT_EQ(read_response(head, StreamEnd::eof).state, State::complete);
  EXPECT_EQ(read_response(head, StreamEnd::eof).response.body, "no");
}

TEST(ResponseReader, fails_when_the_stream_ends_too_early) {
  for (const std::string input :
       {"", "HTTP/1.1 101", "HTTP/1.1 101 x\r\nX: y\r\n", "HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\nhi",
        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"})
    EXPECT_EQ(read_response(input, StreamEnd::eof).state, State::failed) << input;
}

TEST(ResponseReader, bounds_head_and_body_6455_4_1_29) {
  EXPECT_EQ(read_response("HTTP/1.1 101 x\r\nX: " + repeat("a", 100'000)).state, State::failed);
  EXPECT_EQ(read_response("HTTP/1.1 101 " + repeat("a", 100'000)).state, State::failed);
  Limits limits;
  limits.body_bytes_max = 4;
  EXPECT_EQ(read_response("HTTP/1.1 403 x\r\n\r\nabcdefgh", StreamEnd::open, limits).response.body, "abcd");
  EXPECT_EQ(
      read_response("HTTP/1.1 403 x\r\nContent-Length: 8\r\n\r\nabcdefgh", StreamEnd::open, limits).state,
      State::complete);
}

TEST(ResponseReader, refuses_ambiguous_framing_and_bare_line_ends_H1_6_3_02_H1_2_2_03) {
  for (const std::string input :
       {"HTTP/1.1 403 x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 403 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 403 x\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 101 x\n\n", "HTTP/1.1 101 x\ry\r\n\r\n",
        "HTTP/1.1 101 x\r\nX: a\rb\r\n\r\n", "HTTP/1.1 101 x\r\nX : a\r\n\r\n"})
    EXPECT_EQ(read_response(input).state, State::failed) << input;
}

TEST(ResponseReader, survives_random_changes_with_one_result_for_all_segments) {
  std::mt19937 random(20'260'102);
  const std::string good =
      "HTTP/1.1 103 x\r\nA: b\r\n c\r\n\r\nHTTP/1.1 403 no\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2;x\r\nhi\r\n0\r\n\r\n";
  const std::string alphabet = std::string("\0\r\n :;,\t0159a\xFF", 15);
  Limits limits;
  limits.request_line_bytes_max = 30;
  limits.header_bytes_max = 60;
  for (int round = 0; round < 4'000; ++round) {
    std::string input = good;
    for (auto change = random() % 3 + 1; change > 0; --change) {
      const std::size_t position = random() % input.size();
      input.insert(position, random() % 20, alphabet[random() % alphabet.size()]);
      input.erase(random() % input.size(), random() % 3);
    }
    (void)read_response(input, StreamEnd::eof, limits);
  }
}

TEST(ResponseReader, reads_what_the_writer_wrote) {
  Response response(404, "gone");
  response.headers.add("X", "y");
  const auto received = read_response(written(response, {"GET", 1, Persistence::close, date}));
  EXPECT_EQ(received.state, State::complete);
  EXPECT_EQ(received.response.status, 404);
  EXPECT_EQ(received.response.body, "gone");
  EXPECT_EQ(received.response.headers.find("X"), "y");
  EXPECT_EQ(received.response.headers.find("Date"), date);
}

}  // namespace
}  // namespace duplex::http
