#include "handshake/accept.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "handshake/testing.hpp"
#include "http/response_writer.hpp"

namespace duplex::handshake {
namespace {

using testing::baseline_request;
using ::testing::ElementsAre;
using testing::Fields;
using ::testing::IsEmpty;
using testing::read_request;
using ::testing::StartsWith;

constexpr std::string_view baseline_answer =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

std::variant<ClientOffer, Response> check(const Fields& request, const AcceptOptions& options = {}) {
  return check_request(read_request(request), options);
}

ClientOffer expect_accepted(const Fields& request, const AcceptOptions& options = {}) {
  auto outcome = check(request, options);
  EXPECT_TRUE(std::holds_alternative<ClientOffer>(outcome)) << request.text();
  return std::holds_alternative<ClientOffer>(outcome) ? std::get<ClientOffer>(outcome) : ClientOffer{};
}

Response expect_refused(int status, const Fields& request, const AcceptOptions& options = {}) {
  auto outcome = check(request, options);
  EXPECT_TRUE(std::holds_alternative<Response>(outcome)) << request.text();
  if (std::holds_alternative<ClientOffer>(outcome)) return Response(0);
  EXPECT_EQ(std::get<Response>(outcome).status, status) << request.text();
  EXPECT_FALSE(std::get<Response>(outcome).body.empty());
  return std::get<Response>(outcome);
}

std::string switching(const ClientOffer& offer, const SwitchingOptions& options = {}) {
  ByteBuffer output;
  const Result<void> written = write_switching_response(offer, options, output);
  if (written) return std::string(as_text(output.bytes()));
  EXPECT_TRUE(output.empty()) << "an error leaves no half of a 101 behind";
  return "error: " + written.error().message;
}

bool closes(const Response& response) { return response.headers.has_token("Connection", "close"); }

// --- reading the request

TEST(Accept, answers_the_baseline_request_byte_by_byte_6455_4_2_2_10_6455_4_2_2_09) {
  EXPECT_EQ(switching(expect_accepted(baseline_request())), baseline_answer);
}

TEST(Accept, takes_requests_with_unknown_fields_in_any_order_6455_4_2_1_13) {
  Fields request = baseline_request();
  request.lines.push_back("X-Foo: 1");
  std::reverse(request.lines.begin(), request.lines.end());
  expect_accepted(request);
}

TEST(Accept, needs_get_6455_4_2_1_02_H1_15_5_6_01) {
  for (const std::string method : {"POST", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    Fields request = baseline_request();
    request.method = method;
    EXPECT_EQ(expect_refused(405, request).headers.find("Allow"), "GET");
  }
}

TEST(Accept, never_upgrades_http_1_0_6455_4_2_1_02_H1_7_8_03_H1_2_3_04) {
  Fields request = baseline_request();
  request.version = "HTTP/1.0";
  EXPECT_FALSE(asks_for_websocket(read_request(request)));
  expect_refused(426, request);
}

TEST(Accept, takes_absolute_targets_6455_4_2_1_03) {
  Fields request = baseline_request();
  request.target = "http://server.example.com/chat";
  expect_accepted(request);
}

TEST(Accept, finds_websocket_in_the_upgrade_list_6455_4_2_1_05) {
  expect_accepted(baseline_request().with("Upgrade", "WebSocket"));
  expect_accepted(baseline_request().with("Upgrade", "h2c, websocket"));
  expect_accepted(baseline_request().with("Upgrade", "h2c").and_also("Upgrade: websocket"));
}

TEST(Accept, asks_for_an_upgrade_where_there_is_none_6455_4_2_1_05_H1_15_5_22_01_H1_7_8_02) {
  EXPECT_EQ(expect_refused(426, baseline_request().without("Upgrade")).headers.find("Upgrade"), "websocket");
  for (const std::string value : {"websocketx", "web socket", "h2c", ""})
    expect_refused(426, baseline_request().with("Upgrade", value));
}

TEST(Accept, finds_upgrade_in_the_connection_list_6455_4_2_1_06_WS_2_2_03) {
  expect_accepted(baseline_request().with("Connection", "keep-alive, Upgrade"));
  expect_accepted(baseline_request().with("Connection", "upgrade"));
  expect_accepted(baseline_request().with("Connection", "keep-alive").and_also("Connection: Upgrade"));
  expect_accepted(baseline_request().with("Connection", ", upgrade ,,"));
}

TEST(Accept, ignores_an_upgrade_that_connection_does_not_list_6455_4_2_1_06_H1_7_8_04) {
  for (const std::string value : {"close", "Upgraded", "keep-alive", ""})
    expect_refused(426, baseline_request().with("Connection", value));
  expect_refused(426, baseline_request().without("Connection"));
}

TEST(Accept, needs_one_key_of_16_bytes_6455_4_2_1_07_6455_4_2_1_08_6455_11_3_01) {
  const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
  for (const std::string& value :
       {std::string(), std::string("AAAAAAAAAAAAAAAAAAAA"), std::string("AAAAAAAAAAAAAAAAAAAAAAA="),
        key + ", " + key, std::string("dGhlIHNhbXBsZSBub25jZQ"), std::string("dGhlIHNhbXBsZSBub25jZQ==="),
        std::string("_-hlIHNhbXBsZSBub25jZQ=="), std::string("dGhlIHNhbXBsZSBub25jZ!==")})
    EXPECT_TRUE(closes(expect_refused(400, baseline_request().with("Sec-WebSocket-Key", value))));
  expect_refused(400, baseline_request().without("Sec-WebSocket-Key"));
  expect_refused(400, baseline_request().and_also("Sec-WebSocket-Key: " + key));
}

TEST(Accept, hashes_the_key_as_it_came_6455_4_2_1_09_6455_4_2_2_11) {
  const auto accept_of = [](std::string key) {
    const auto offer = expect_accepted(baseline_request().with("Sec-WebSocket-Key", std::move(key)));
    return std::string(text_of(offer.accept_value));
  };
  EXPECT_EQ(accept_of("AQIDBAUGBwgJCgsMDQ4PEC=="), "OfS0wDaT5NoxF2gqm7Zj2YtetzM=");
  EXPECT_EQ(accept_of("  AQIDBAUGBwgJCgsMDQ4PEA== \t"), "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=");
}

TEST(Accept, needs_one_well_formed_version_6455_4_2_1_10_6455_11_3_01) {
  for (const std::string value : {"13, 8", "013", "256", "x", "", "-13", "+13", "1 3", "00", "99999999999"}) {
    const Response refusal = expect_refused(400, baseline_request().with("Sec-WebSocket-Version", value));
    EXPECT_EQ(refusal.headers.find("Sec-WebSocket-Version"), "13");
  }
  expect_refused(400, baseline_request().without("Sec-WebSocket-Version"));
  expect_refused(400, baseline_request().and_also("Sec-WebSocket-Version: 13"));
}

TEST(Accept, names_its_version_to_those_who_speak_another_6455_4_2_2_05_6455_4_4_01) {
  for (const std::string value : {"8", "0", "7", "14", "255"}) {
    const Response refusal = expect_refused(426, baseline_request().with("Sec-WebSocket-Version", value));
    ByteBuffer output;
    (void)http::write_response(refusal, {}, output);
    const std::string_view text = as_text(output.bytes());
    EXPECT_THAT(text, StartsWith("HTTP/1.1 426 Upgrade Required\r\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("\r\nConnection: Upgrade\r\n"));
  }
}

TEST(Accept, closes_on_a_request_that_announces_a_body_6455_4_2_1_14_H1_7_8_05) {
  EXPECT_TRUE(closes(expect_refused(400, baseline_request().and_also("Content-Length: 5"))));
  EXPECT_TRUE(closes(expect_refused(400, baseline_request().and_also("Transfer-Encoding: chunked"))));
  expect_accepted(baseline_request().and_also("Content-Length: 0"));
}

TEST(Accept, closes_with_every_refusal_whose_body_is_still_to_come_H1_9_3_01) {
  EXPECT_TRUE(
      closes(expect_refused(426, baseline_request().without("Upgrade").and_also("Content-Length: 5"))));
  EXPECT_FALSE(closes(expect_refused(426, baseline_request().without("Upgrade"))));
}

TEST(Accept, reads_the_offered_subprotocols_from_all_lines_6455_4_2_1_12_6455_11_3_02) {
  EXPECT_THAT(expect_accepted(baseline_request().and_also("Sec-WebSocket-Protocol: a, b")).subprotocols,
              ElementsAre("a", "b"));
  EXPECT_THAT(
      expect_accepted(
          baseline_request().and_also("Sec-WebSocket-Protocol: a").and_also("sec-websocket-protocol: b"))
          .subprotocols,
      ElementsAre("a", "b"));
  EXPECT_THAT(expect_accepted(baseline_request()).subprotocols, IsEmpty());
}

TEST(Accept, refuses_malformed_subprotocols_6455_4_2_1_12) {
  for (const std::string value : {"a b", ",", "a,\"b\"", "a, a", "", "a;b", "a/b"})
    expect_refused(400, baseline_request().and_also("Sec-WebSocket-Protocol: " + value));
}

TEST(Accept, reads_the_offered_extensions_6455_9_1_06_WS_2_2_04) {
  const ClientOffer offer = expect_accepted(
      baseline_request().and_also("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"));
  EXPECT_EQ(format_extensions(offer.extensions), "permessage-deflate; client_max_window_bits");
}

TEST(Accept, refuses_malformed_extensions_at_once_6455_9_1_01) {
  for (const std::string value : {"permessage-deflate;", ";x", "a=1", "", ","})
    expect_refused(400, baseline_request().and_also("Sec-WebSocket-Extensions: " + value));
}

// --- order of decisions

TEST(Accept, reports_the_first_failure_in_the_documented_order_6455_4_2_1_01) {
  // Every step breaks one more thing in front of what was broken before, so it has to win.
  Fields request = baseline_request();
  const AcceptOptions options{{"chat"}, SubprotocolPolicy::required, {}};
  expect_refused(400, request, options);  // no subprotocol
  request.lines.push_back("Origin: http://evil.example");
  expect_refused(403, request, options);
  request.lines.push_back("Sec-WebSocket-Extensions: ;");
  EXPECT_THAT(expect_refused(400, request, options).body, ::testing::HasSubstr("Extensions"));
  request.lines.push_back("Sec-WebSocket-Protocol: ,");
  EXPECT_THAT(expect_refused(400, request, options).body, ::testing::HasSubstr("Protocol"));
  request.lines.push_back("Content-Length: 5");
  EXPECT_THAT(expect_refused(400, request, options).body, ::testing::HasSubstr("body"));
  request = request.with("Sec-WebSocket-Key", "x");
  EXPECT_THAT(expect_refused(400, request, options).body, ::testing::HasSubstr("Key"));
  request = request.with("Sec-WebSocket-Version", "8");
  expect_refused(426, request, options);
  request = request.without("Upgrade");
  EXPECT_EQ(expect_refused(426, request, options).headers.count("Sec-WebSocket-Version"), 0u);
  request.method = "POST";
  expect_refused(405, request, options);
}

TEST(Accept, refuses_foreign_origins_6455_4_2_2_03_WS_2_2_01) {
  const Fields request = baseline_request().and_also("Origin: http://evil.example");
  const Response refusal = expect_refused(403, request);
  EXPECT_THAT(refusal.body, ::testing::HasSubstr("http://evil.example"));
  EXPECT_THAT(refusal.body, ::testing::HasSubstr("--allow-origin"));
  expect_refused(403, Fields(request).and_also("Cookie: session=of-someone-who-is-logged-in"));
  expect_accepted(request, AcceptOptions{{}, SubprotocolPolicy::optional, {"http://evil.example"}});
  expect_refused(400, Fields(request).and_also("Cookie: a"),
                 AcceptOptions{{}, SubprotocolPolicy::required, {"*"}});
}

// The request reader has refused this already; whoever brings a request of his own must not be let in by the
// first.
TEST(Accept, refuses_two_origins_in_any_request_H1_5_3_01) {
  Request request = read_request(baseline_request());
  request.headers.add("Origin", "http://good.example");
  request.headers.add("Origin", "http://evil.example");
  const auto outcome = check_request(request, {{}, SubprotocolPolicy::optional, {"http://good.example"}});
  ASSERT_TRUE(std::holds_alternative<Response>(outcome));
  EXPECT_EQ(std::get<Response>(outcome).status, 400);
}

TEST(Accept, may_require_a_subprotocol_WS_3_06) {
  const AcceptOptions options{{"a", "b"}, SubprotocolPolicy::required, {}};
  expect_accepted(baseline_request().and_also("Sec-WebSocket-Protocol: x, b"), options);
  EXPECT_THAT(expect_refused(400, baseline_request(), options).body, ::testing::HasSubstr("a b"));
  expect_refused(400, baseline_request().and_also("Sec-WebSocket-Protocol: A"), options);
}

// --- answering

TEST(SubprotocolChoice, is_the_clients_first_that_we_speak_6455_4_2_2_07_6455_4_2_2_08) {
  const ClientOffer offer = expect_accepted(baseline_request().and_also("Sec-WebSocket-Protocol: a, b"));
  EXPECT_EQ(choose_subprotocol(offer, {"b"}), "b");
  EXPECT_EQ(choose_subprotocol(offer, {"b", "a"}), "a");
  EXPECT_EQ(choose_subprotocol(offer, {"B"}), std::nullopt);
  EXPECT_EQ(choose_subprotocol(offer, {}), std::nullopt);
}

TEST(SwitchingResponse, names_the_agreement_6455_4_2_2_07) {
  const ClientOffer offer = expect_accepted(baseline_request()
                                                .and_also("Sec-WebSocket-Protocol: a, b")
                                                .and_also("Sec-WebSocket-Extensions: foo; x"));
  EXPECT_EQ(switching(offer, {"b", {{"foo", {{"y", "1"}}}}, {{"Set-Cookie", "s=1"}, {"Set-Cookie", "t=2"}}}),
            std::string(baseline_answer.substr(0, baseline_answer.size() - 2)) +
                "Sec-WebSocket-Protocol: b\r\n"
                "Sec-WebSocket-Extensions: foo; y=1\r\n"
                "Set-Cookie: s=1\r\nSet-Cookie: t=2\r\n\r\n");
}

TEST(SwitchingResponse, names_nothing_that_was_not_offered_6455_4_2_2_07_6455_4_2_2_09) {
  const ClientOffer offer = expect_accepted(baseline_request());
  EXPECT_THAT(switching(offer, {"a", {}, {}}), StartsWith("error: "));
  EXPECT_THAT(switching(offer, {"", {{"foo", {}}}, {}}), StartsWith("error: "));
}

TEST(SwitchingResponse, refuses_fields_that_it_owns_or_that_break_out_H1_11_1_01_6455_4_2_2_14) {
  const ClientOffer offer = expect_accepted(baseline_request());
  for (const std::string name : {"Upgrade", "connection", "Sec-WebSocket-Accept", "sec-websocket-protocol",
                                 "Content-Length", "Transfer-Encoding", "X Y", ""})
    EXPECT_THAT(switching(offer, {"", {}, {{name, "1"}}}), StartsWith("error: ")) << name;
  EXPECT_THAT(switching(offer, {"", {}, {{"X", "a\r\nY: b"}}}), StartsWith("error: "));
}

TEST(SwitchingResponse, follows_a_100_if_the_client_waits_for_one_H1_7_8_01) {
  const ClientOffer offer = expect_accepted(baseline_request().and_also("Expect: 100-continue"));
  EXPECT_EQ(switching(offer), "HTTP/1.1 100 Continue\r\n\r\n" + std::string(baseline_answer));
}

}  // namespace
}  // namespace duplex::handshake
