#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <random>

#include "http/request_semantics.hpp"
#include "http/testing.hpp"

namespace duplex::http {
namespace {

using testing::read_requests;
using testing::repeat;
using testing::Requests;

void expect_one_request(const std::string& input) {
  const Requests requests = read_requests(input);
  EXPECT_EQ(requests.rejected_status(), 0) << input;
  EXPECT_EQ(requests.complete.size(), 1u) << input;
  EXPECT_FALSE(requests.ends_inside_request) << input;
}

/// Every rejection closes, so nothing behind it may come out.
void expect_rejected(int status, const std::string& input, const Limits& limits = {}) {
  const Requests requests = read_requests(input + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n", limits);
  EXPECT_EQ(requests.rejected_status(), status) << input.substr(0, 200);
  EXPECT_TRUE(requests.complete.empty()) << input.substr(0, 200);
  if (requests.rejection) {
    EXPECT_TRUE(requests.rejection->headers.has_token("Connection", "close"));
    EXPECT_FALSE(requests.rejection->body.empty());
  }
}

std::string with_field(std::string_view line) {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(line) + "\r\n\r\n";
}

// --- request line

TEST(RequestLine, is_taken_apart) {
  const Requests requests = read_requests("POST /a%20b?c=%20d HTTP/1.1\r\nHost: H:81\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 1u);
  const Request& request = requests.complete[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a%20b?c=%20d");
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query, "c=%20d");
  EXPECT_EQ(request.authority, "H:81");
  EXPECT_EQ(request.version_minor, 1);
}

TEST(RequestLine, is_read_as_octets_H1_2_2_01) {
  expect_one_request("GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n");
  const Requests requests =
      read_requests(with_field("X: a\xE2\x80\xA8"
                               "b"));
  ASSERT_EQ(requests.complete.size(), 1u);
  EXPECT_EQ(requests.complete[0].headers.find("X"),
            "a\xE2\x80\xA8"
            "b");
}

TEST(RequestLine, ends_in_crlf_only_H1_2_2_02) {
  expect_rejected(400, "GET / HTTP/1.1\nHost: h\n\n");
  expect_rejected(400, "GET / HTTP/1.1\r\nHost: h\n\r\n");
}

TEST(RequestHead, refuses_a_bare_cr_H1_2_2_03) {
  expect_rejected(400, with_field("X: a\rb"));
  expect_rejected(400, "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, may_follow_a_bounded_number_of_empty_lines_H1_2_2_04) {
  expect_one_request(repeat("\r\n", leading_empty_lines_max) + "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(400, repeat("\r\n", leading_empty_lines_max + 1));
  expect_rejected(400, repeat("\r\n", 10'000));
}

TEST(RequestLine, counts_the_empty_lines_of_each_request_afresh_H1_2_2_04) {
  const std::string request = repeat("\r\n", leading_empty_lines_max) + "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(read_requests(repeat(request, 3)).complete.size(), 3u);
}

TEST(RequestHead, refuses_whitespace_right_after_the_request_line_H1_2_2_05) {
  expect_rejected(400, "GET / HTTP/1.1\r\n X: y\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, that_is_not_http_is_refused_at_its_first_bytes_H1_2_2_06) {
  for (const std::string_view bytes : {"\x16\x03\x01", "\x81\x85\x01", "\x80"}) {
    const Requests requests = read_requests(bytes);
    EXPECT_EQ(requests.rejected_status(), 400);
  }
}

TEST(RequestLine, has_a_well_formed_version_H1_2_3_01) {
  for (const std::string version :
       {"http/1.1", "HTTP/1", "HTTP/1.10", "HTTP/ 1.1", "", "HTTP/1.x", "HTTP/11.1", "HTTP1.1"})
    expect_rejected(400, "GET / " + version + "\r\nHost: h\r\n\r\n");
  expect_rejected(400, "GET /\r\n\r\n");
}

TEST(RequestLine, with_a_higher_minor_version_is_served_as_ours_H1_2_3_02) {
  const Requests requests = read_requests("GET / HTTP/1.2\r\nHost: h\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 1u);
  EXPECT_EQ(requests.complete[0].version_minor, 1);
}

TEST(RequestLine, with_another_major_version_gets_505_H1_2_3_03) {
  expect_rejected(505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n");
  expect_rejected(505, "GET / HTTP/3.0\r\n\r\n");
  expect_rejected(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

TEST(RequestLine, has_single_spaces_H1_3_01) {
  for (const std::string line : {"GET  / HTTP/1.1", "GET /a b HTTP/1.1", "GET / HTTP/1.1 x",
                                 " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET /  HTTP/1.1", "GET", "GET / "})
    expect_rejected(400, line + "\r\nHost: h\r\n\r\n");
  expect_rejected(400, "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, with_an_unknown_or_endless_method_gets_501_H1_3_02_H1_3_1_01_H1_9_1_02) {
  expect_rejected(501, repeat("A", 5000) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(501, repeat("A", 50'000));
  expect_rejected(501, "get / HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(501, "FOO / HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(400, "G@T / HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, takes_long_targets_and_answers_414_to_longer_ones_H1_3_03) {
  expect_one_request("GET /" + repeat("a", 7'990) + " HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(414, "GET /" + repeat("a", 65'536) + " HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, is_bounded_exactly) {
  Limits limits;
  limits.request_line_bytes_max = 20;
  EXPECT_EQ(read_requests("GET /12345 HTTP/1.1\r\nHost: h\r\n\r\n", limits).complete.size(), 1u);
  EXPECT_EQ(read_requests("GET /123456 HTTP/1.1\r\nHost: h\r\n\r\n", limits).complete.size(), 1u);
  expect_rejected(414, "GET /1234567 HTTP/1.1\r\nHost: h\r\n\r\n", limits);
  expect_rejected(414, "GET /123456 HTTP/1.1\rx\r\nHost: h\r\n\r\n", limits);
}

// --- target and Host

TEST(RequestHead, needs_one_valid_host_H1_3_2_01_H1_3_2_03) {
  expect_rejected(400, "GET / HTTP/1.1\r\n\r\n");
  expect_rejected(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  for (const std::string host : {"", " ", "a b", "a,b", "u@h", "h:x", "[::1"})
    expect_rejected(400, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

TEST(RequestHead, of_http_1_0_may_lack_a_host) {
  expect_one_request("GET / HTTP/1.0\r\n\r\n");
  expect_rejected(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
}

TEST(RequestTarget, of_unusable_form_is_refused_H1_3_2_1_01_H1_3_2_4_01_H1_7_4_01) {
  for (const std::string target : {"foo", "/a#b", "/\"", "/<", "*", "https://h/", "/../x", "/%00", "/%zz"})
    expect_rejected(400, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  expect_rejected(400, "GET /\xC3\xBC HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestTarget, in_absolute_form_wins_over_host_H1_3_2_2_01) {
  const Requests requests = read_requests("GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 1u);
  EXPECT_EQ(requests.complete[0].authority, "a");
  EXPECT_EQ(requests.complete[0].path, "/x");
  expect_rejected(400, "GET http://a/x HTTP/1.1\r\n\r\n");
  expect_rejected(400, "GET http://a/x HTTP/1.1\r\nHost: b c\r\n\r\n");
}

TEST(RequestLine, that_asks_for_a_tunnel_is_refused_and_nothing_behind_it_served_H1_3_2_3_01) {
  expect_rejected(501, "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n");
  for (const std::string target : {"h:x", "h", "/", "h:99999"})
    expect_rejected(400, "CONNECT " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, asks_the_whole_server_with_an_asterisk_H1_3_2_4_01) {
  const Requests requests = read_requests("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 1u);
  EXPECT_EQ(requests.complete[0].path, "*");
}

// --- header section

TEST(HeaderSection, trims_values_and_keeps_names_H1_5_01) {
  const Requests requests = read_requests("GET / HTTP/1.1\r\nhOsT:\t h \t\r\nX:\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 1u);
  EXPECT_EQ(requests.complete[0].headers.find("Host"), "h");
  EXPECT_EQ(requests.complete[0].headers.find("x"), "");
}

TEST(HeaderSection, refuses_what_is_no_field_name_H1_5_01) {
  for (const std::string_view line : {"X Y: 1", "X(: 1", ": 1", "X", "\xC3\x9C: 1"})
    expect_rejected(400, with_field(line));
}

TEST(HeaderSection, refuses_whitespace_before_the_colon_H1_5_1_01) {
  expect_rejected(400, "GET / HTTP/1.1\r\nHost : h\r\n\r\n");
  expect_rejected(400, with_field("Transfer-Encoding\t: chunked"));
  expect_rejected(400, with_field("Content-Length : 5"));
}

TEST(HeaderSection, refuses_folded_lines_H1_5_2_01) {
  expect_rejected(400, with_field("X: a\r\n b"));
  expect_rejected(400, with_field("X: a\r\n\tb"));
  expect_rejected(400, with_field("Transfer-Encoding:\r\n chunked"));
}

TEST(HeaderSection, refuses_control_characters_and_keeps_other_bytes_H1_5_5_01_H1_5_5_02) {
  expect_rejected(400, with_field(std::string_view("X: a\0b", 6)));
  expect_rejected(400, with_field("X: a\x01"
                                  "b"));
  expect_rejected(400, with_field("X: \x7F"));
  expect_one_request(with_field("X: \xC3\xA9\tb"));
  expect_one_request(with_field("X: \xE9"));
}

TEST(HeaderSection, refuses_singletons_that_came_twice_H1_5_3_01) {
  expect_rejected(400, with_field("Content-Type: a/b\r\nContent-Type: a/b"));
  expect_rejected(400, with_field("Origin: http://a\r\nOrigin: http://b"));
  expect_one_request(with_field("Connection: keep-alive\r\nConnection: foo"));
}

TEST(HeaderSection, is_complete_before_anything_comes_out_H1_5_3_02) {
  const std::string head = with_field("X: y");
  for (std::size_t bytes = 1; bytes < head.size(); ++bytes) {
    const Requests requests = read_requests(head.substr(0, bytes));
    EXPECT_TRUE(requests.complete.empty());
    EXPECT_TRUE(requests.ends_inside_request);
  }
}

TEST(HeaderSection, above_its_limits_gets_an_uncacheable_431_H1_5_4_01_H1_6585_4_01) {
  expect_rejected(431, with_field("X: " + repeat("a", 100 * 1024)));
  expect_rejected(431, with_field(repeat("X: y\r\n", 10'000)));
  const Requests requests = read_requests(with_field("X: " + repeat("a", 100 * 1024)));
  EXPECT_EQ(requests.rejection->headers.find("Cache-Control"), "no-store");
}

TEST(HeaderSection, is_bounded_exactly_in_bytes) {
  Limits limits;
  limits.header_bytes_max = 9 + 10;  // "Host: h" and "X: 12345" with their line ends
  EXPECT_EQ(read_requests(with_field("X: 12345"), limits).complete.size(), 1u);
  expect_rejected(431, with_field("X: 123456"), limits);
  expect_rejected(431, with_field("X: 12345\r\nY"), limits);
}

TEST(HeaderSection, is_bounded_exactly_in_fields) {
  Limits limits;
  limits.header_count_max = 3;
  EXPECT_EQ(read_requests(with_field("X: 1\r\nX: 2"), limits).complete.size(), 1u);
  expect_rejected(431, with_field("X: 1\r\nX: 2\r\nX: 3"), limits);
}

TEST(HeaderSection, bounds_the_empty_elements_of_connection_H1_5_6_01) {
  expect_one_request(with_field("Connection: , upgrade ,,"));
  expect_rejected(400, with_field("Connection: " + repeat(",", 1000)));
  expect_rejected(431, with_field("Connection: " + repeat(",", 100'000)));
  expect_rejected(400, with_field("Connection: \"close\""));
}

TEST(HeaderSection, may_hold_the_one_known_expectation_H1_10_1_1_02_H1_10_1_1_03) {
  expect_one_request(with_field("Expect: 100-CONTINUE"));
  expect_rejected(417, with_field("Expect: foo"));
  expect_rejected(417, with_field("Expect: 100-continue, foo"));
  expect_one_request("GET / HTTP/1.0\r\nExpect: foo\r\n\r\n");
}

// --- the reader itself

TEST(RequestReader, hands_out_pipelined_requests_in_order_H1_9_3_2_02) {
  const Requests requests = read_requests(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
      "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(requests.complete.size(), 3u);
  EXPECT_EQ(requests.complete[0].path, "/1");
  EXPECT_EQ(requests.complete[1].body, "hi");
  EXPECT_EQ(requests.complete[2].path, "/3");
  EXPECT_EQ(requests.complete[2].body, "");
}

TEST(RequestReader, leaves_the_bytes_behind_a_head_to_the_next_protocol_6455_4_2_1_15) {
  const Limits limits;
  RequestReader reader(limits, Security::plain);
  const std::string head = with_field("Upgrade: websocket");
  EXPECT_EQ(reader.receive(as_bytes(head + "\x81\x85")), head.size());
  EXPECT_EQ(reader.state(), RequestReader::State::complete);
}

TEST(RequestReader, shows_the_head_before_the_body_is_read_H1_10_1_1_01) {
  const Limits limits;
  RequestReader reader(limits, Security::plain);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(reader.receive(as_bytes(head + "hello")), head.size());
  ASSERT_EQ(reader.state(), RequestReader::State::head_complete);
  EXPECT_TRUE(expects_continue(reader.request()));
  reader.read_body();
  EXPECT_EQ(reader.receive(as_bytes("helloGET")), 5u);
  EXPECT_EQ(reader.take_request().body, "hello");
}

TEST(RequestReader, knows_whether_a_request_has_begun_H1_T_01) {
  const Limits limits;
  RequestReader reader(limits, Security::plain);
  EXPECT_FALSE(reader.has_begun());
  reader.receive(as_bytes("\r\n"));
  EXPECT_FALSE(reader.has_begun()) << "an empty line is no request";
  reader.receive(as_bytes("G"));
  EXPECT_TRUE(reader.has_begun());
  reader.receive(as_bytes("ET / HTTP/1.0\r\n"));
  EXPECT_TRUE(reader.has_begun());
  reader.receive(as_bytes("\r\n"));
  reader.take_request();
  EXPECT_FALSE(reader.has_begun());
}

TEST(RequestReader, survives_random_bytes_and_random_changes_with_one_result_for_all_segments) {
  std::mt19937 random(20'260'101);
  const std::string good =
      "POST /a%20b?c HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=b\r\nhello\r\n0\r\nT: u\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  const std::string alphabet = std::string("\0\r\n :;,%/.\"\\\t0159afGHXx\x80\xFF", 26);
  Limits limits;
  limits.request_line_bytes_max = 30;
  limits.header_bytes_max = 90;
  limits.body_bytes_max = 8;
  std::size_t rejected = 0;
  for (int round = 0; round < 4'000; ++round) {
    std::string input = good;
    for (auto change = random() % 3 + 1; change > 0; --change) {
      const std::size_t position = random() % input.size();
      const char character = alphabet[random() % alphabet.size()];
      if (random() % 2 == 0)
        input[position] = character;
      else
        input.insert(position, random() % 40, character);
    }
    if (read_requests(input, limits).rejection) ++rejected;
  }
  EXPECT_GT(rejected, 1'000u);
  EXPECT_LT(rejected, 4'000u);
}

}  // namespace
}  // namespace duplex::http
