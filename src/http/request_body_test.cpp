// Bodies of requests and what attackers do with their framing.
#include <gtest/gtest.h>

#include "http/body_framing.hpp"
#include "http/chunked_reader.hpp"
#include "http/testing.hpp"

namespace duplex::http {
namespace {

using testing::read_requests;
using testing::repeat;
using testing::Requests;

constexpr std::string_view second_request = "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n";

std::string post(std::string_view fields, std::string_view body) {
  return "POST /1 HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n\r\n" + std::string(body) +
         std::string(second_request);
}

std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked", body); }

void expect_body(std::string_view body, const std::string& input, const Limits& limits = {}) {
  const Requests requests = read_requests(input, limits);
  EXPECT_EQ(requests.rejected_status(), 0) << input.substr(0, 200);
  ASSERT_EQ(requests.complete.size(), 2u) << input.substr(0, 200);
  EXPECT_EQ(requests.complete[0].body, body);
  EXPECT_EQ(requests.complete[1].path, "/2");
}

void expect_rejected(int status, const std::string& input, const Limits& limits = {}) {
  const Requests requests = read_requests(input, limits);
  EXPECT_EQ(requests.rejected_status(), status) << input.substr(0, 200);
  EXPECT_TRUE(requests.complete.empty()) << input.substr(0, 200);
}

TEST(RequestBody, is_absent_without_a_length_H1_6_3_01) { expect_body("", post("X: y", "")); }

TEST(RequestBody, of_a_get_is_framed_like_any_other_H1_9_3_1_01) {
  const Requests requests = read_requests("GET /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" +
                                          std::string(second_request));
  ASSERT_EQ(requests.complete.size(), 2u);
  EXPECT_EQ(requests.complete[0].body, "hello");
}

TEST(RequestBody, with_content_length_is_exactly_that_long) {
  expect_body("hello", post("Content-Length: 5", "hello"));
  expect_body("", post("Content-Length: 0", ""));
}

TEST(RequestBody, that_ends_early_is_never_complete_H1_6_3_05) {
  const Requests requests = read_requests("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello");
  EXPECT_TRUE(requests.complete.empty());
  EXPECT_TRUE(requests.ends_inside_request);
}

TEST(ContentLength, is_one_number_H1_6_3_04) {
  for (const std::string value : {"+5", "-1", "0x5", "5.0", "5 5", "5,6", " ", "5a", "\xD9\xA5", "5, 5", ""})
    expect_rejected(400, post("Content-Length: " + value, "hello"));
  expect_rejected(400, post("Content-Length: 5\r\nContent-Length: 6", "hello"));
  expect_rejected(400, post("Content-Length: 5\r\nContent-Length: 5", "hello"));
}

TEST(ContentLength, does_not_overflow_H1_8_6_01) {
  for (const std::string value : {"18446744073709551616", "99999999999999999999", "18446744073709551621"})
    expect_rejected(400, post("Content-Length: " + value, "hello"));
  expect_rejected(413, post("Content-Length: 18446744073709551615", "hello"));
}

TEST(ContentLength, above_the_limit_gets_413_before_the_body_comes_H1_15_5_14_01) {
  const Requests requests = read_requests("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_EQ(requests.rejected_status(), 413);
  EXPECT_TRUE(requests.rejection->headers.has_token("Connection", "close"));
}

TEST(RequestBody, is_bounded_exactly_H1_15_5_14_01) {
  Limits limits;
  limits.body_bytes_max = 5;
  expect_body("hello", post("Content-Length: 5", "hello"), limits);
  expect_rejected(413, post("Content-Length: 6", "hello!"), limits);
  expect_body("hello", chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), limits);
  expect_rejected(413, chunked("2\r\nhe\r\n4\r\nllo!\r\n0\r\n\r\n"), limits);
  expect_rejected(413, chunked("2\r\nhe\r\nFFFFFFFFFFFFFFFF\r\n"), limits);
}

TEST(TransferEncoding, refuses_company_of_content_length_H1_6_3_02) {
  expect_rejected(400, post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"));
  expect_rejected(400, post("Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n"));
}

TEST(TransferEncoding, ends_in_chunked_H1_6_3_03) {
  for (const std::string value :
       {"gzip", "chunked, gzip", "identity", "xchunked", "\"chunked\"", "", "chunked;q=1", ","})
    expect_rejected(400, post("Transfer-Encoding: " + value, "0\r\n\r\n"));
  expect_rejected(400, post("Transfer-Encoding: chunked\x0b", "0\r\n\r\n"));
}

TEST(TransferEncoding, that_is_unknown_gets_501_H1_6_1_01) {
  expect_rejected(501, post("Transfer-Encoding: foo, chunked", "0\r\n\r\n"));
}

TEST(TransferEncoding, is_case_insensitive_and_chunks_only_once_H1_6_1_02) {
  expect_body("", post("Transfer-Encoding: Chunked", "0\r\n\r\n"));
  expect_rejected(400, post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"));
  expect_rejected(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"));
}

// A list may come on several lines, but whoever looks at one of two lines alone sees another body.
TEST(TransferEncoding, comes_on_one_line_H1_6_1_02_H1_11_2_01) {
  for (const std::string first :
       {"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding:\r\n"})
    expect_rejected(400, post(first + "Transfer-Encoding: chunked", "0\r\n\r\n"));
  expect_rejected(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding:", "0\r\n\r\n"));
}

TEST(TransferEncoding, does_not_exist_in_http_1_0_H1_6_1_03) {
  expect_rejected(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST(ChunkedBody, is_decoded_H1_7_1_01) {
  expect_body("hello", chunked("5\r\nhello\r\n0\r\n\r\n"));
  expect_body("hello world", chunked("005\r\nhello\r\n6\r\n world\r\n000\r\n\r\n"));
  expect_body(repeat("x", 26), chunked("1a\r\n" + repeat("x", 26) + "\r\n0\r\n\r\n"));
}

// What follows would make a whole body of it, if the fault was not seen.
TEST(ChunkedBody, with_broken_framing_gets_400_H1_7_1_01) {
  for (const std::string body :
       {"FFFFFFFFFFFFFFFFF\r\n", "00000000000000005\r\nhello\r\n", "0x5\r\nhello\r\n", "-1\r\n",
        "+5\r\nhello\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\r\nhelloX\r\n", "5\r\nhello\n",
        "5\nhello\r\n", "\r\n", "5\r\nhel", "g\r\n", "5\r\rhello\r\n", "5 5\r\nhello\r\n"})
    expect_rejected(400, chunked(body + "0\r\n\r\n"));
}

TEST(ChunkedBody, ignores_well_formed_extensions_H1_7_1_1_01) {
  expect_body("hello", chunked("5;a=b;c=\"d;\\\"\" ; e\r\nhello\r\n0;f\r\n\r\n"));
  for (const std::string extension : {";", ";=b", ";a=", ";a=\"b", "; a b", ";a\x01", ";a=\"\x01\""})
    expect_rejected(400, chunked("5" + extension + "\r\nhello\r\n0\r\n\r\n"));
}

TEST(ChunkedBody, bounds_its_extensions_in_one_line_and_in_all_H1_7_1_1_01) {
  expect_rejected(413, chunked("5;a=" + repeat("b", 1'000'000) + "\r\nhello\r\n0\r\n\r\n"));
  const std::string chunk = "1;a=" + repeat("b", 97) + "\r\nx\r\n";  // 100 bytes of extension
  const std::size_t chunks_max = chunk_extension_bytes_max / 100;
  expect_body(repeat("x", chunks_max), chunked(repeat(chunk, chunks_max) + "0\r\n\r\n"));
  expect_rejected(413, chunked(repeat(chunk, chunks_max + 1) + "0\r\n\r\n"));
}

TEST(ChunkedBody, checks_its_trailers_and_forgets_them_H1_7_1_2_01) {
  const Requests requests =
      read_requests(chunked("0\r\nContent-Length: 5\r\nHost: x\r\nUpgrade: websocket\r\n\r\n"));
  ASSERT_EQ(requests.complete.size(), 2u);
  EXPECT_EQ(requests.complete[0].headers.count("Upgrade"), 0u);
  EXPECT_EQ(requests.complete[0].headers.find("Host"), "h");
  for (const std::string trailer : {"X", "X : y", " X: y", "X: \x01", "X: y\rz"})
    expect_rejected(400, chunked("0\r\n" + trailer + "\r\n\r\n"));
  expect_rejected(413, chunked("0\r\nX: " + repeat("y", 100'000) + "\r\n\r\n"));
}

TEST(SmugglingSuite, lets_no_second_request_through_H1_11_2_01) {
  const std::string chunked_prefix = "0\r\n\r\n";
  for (const std::string fields : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked",
           "Transfer-Encoding: chunked\r\nContent-Length: 5",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
           "Transfer-Encoding: chunked\r\nTransfer-encoding: x",
           "Transfer-Encoding: xchunked",
           "Transfer-Encoding : chunked",
           "Transfer-Encoding\t: chunked",
           " Transfer-Encoding: chunked",
           "X: y\r\n Transfer-Encoding: chunked",
           "X: y\nTransfer-Encoding: chunked",
           "X: y\rTransfer-Encoding: chunked",
           "X: y\nTransfer-Encoding: chunked",
           "Content-Length: 5\nTransfer-Encoding: chunked",
           "Transfer-Encoding: \x0b"
           "chunked",
           "Transfer-Encoding: chunked\x0c",
           "Transfer-Encoding:\r\n chunked",
           "Transfer-Encoding: 'chunked",
           "Content-Length: 5\r\nContent-Length: 6",
           "Content-Length: 0\r\nContent-Length: 5",
           "Content-Length: 5\r\nContent-Length : 0",
           "Content-Length: 5\r\n ,0",
           "Content-Length:\x0b"
           "5",
       })
    expect_rejected(400, post(fields, chunked_prefix));
}

TEST(AnnouncedBody, is_anything_but_no_length_and_length_zero_6455_4_2_1_14) {
  EXPECT_FALSE(announces_body({}));
  EXPECT_FALSE(announces_body({{"Content-Length", "0"}}));
  EXPECT_TRUE(announces_body({{"Content-Length", "5"}}));
  EXPECT_TRUE(announces_body({{"Transfer-Encoding", "chunked"}}));
}

}  // namespace
}  // namespace duplex::http
