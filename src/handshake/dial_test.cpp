#include "handshake/dial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "handshake/accept.hpp"
#include "handshake/testing.hpp"
#include "http/response_reader.hpp"

namespace duplex::handshake {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Key& sample_key() {
  static const Key key = [] {
    Key characters;
    std::string_view("dGhlIHNhbXBsZSBub25jZQ==").copy(characters.data(), characters.size());
    return characters;
  }();
  return key;
}

// --- the request

/// The request's text, or "error: …".
std::string requested(std::string_view url, const DialRequestOptions& options = {}) {
  ByteBuffer output;
  const Result<void> made = make_request(*parse_url(url), options, sample_key(), output);
  if (made) return std::string(as_text(output.bytes()));
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(made.error().kind, ErrorKind::misuse);
  return "error: " + made.error().message;
}

DialRequestOptions with_subprotocols(std::vector<std::string> subprotocols) {
  DialRequestOptions options;
  options.subprotocols = std::move(subprotocols);
  return options;
}

DialRequestOptions with_header(std::string name, std::string value) {
  DialRequestOptions options;
  options.headers.add(std::move(name), std::move(value));
  return options;
}

TEST(DialRequest,
     is_a_get_with_the_mandatory_fields_6455_4_1_08_6455_4_1_09_6455_4_1_11_6455_4_1_12_6455_4_1_15) {
  EXPECT_EQ(requested("ws://h:8080/a?b"),
            "GET /a?b HTTP/1.1\r\n"
            "Host: h:8080\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST(DialRequest, names_the_host_of_its_url_and_nobody_in_it_H1_3_2_02_6455_4_1_10) {
  for (const auto& [url, host] :
       {std::pair("ws://h", "h"), std::pair("ws://h:80/", "h"), std::pair("ws://h:81/", "h:81"),
        std::pair("ws://[::1]:8080/", "[::1]:8080"), std::pair("ws://127.0.0.1/", "127.0.0.1")}) {
    const std::string request = requested(url);
    EXPECT_THAT(request, HasSubstr("\r\nHost: " + std::string(host) + "\r\n"));
    EXPECT_EQ(request.find("Host:"), request.rfind("Host:"));
  }
  EXPECT_FALSE(parse_url("ws://u:p@h/"));
}

TEST(DialRequest, carries_what_was_asked_for_6455_4_1_14_6455_4_1_16_6455_4_1_17_6455_4_1_18) {
  DialRequestOptions options = with_subprotocols({"a", "b"});
  options.extensions = {{"foo", {{"x", "1"}}}, {"bar", {}}};
  options.origin = "https://page.example";
  options.headers = {{"Cookie", "c=1"}, {"Authorization", "Bearer x"}};
  EXPECT_THAT(requested("ws://h", options), HasSubstr("Sec-WebSocket-Protocol: a, b\r\n"
                                                      "Sec-WebSocket-Extensions: foo; x=1, bar\r\n"
                                                      "Origin: https://page.example\r\n"
                                                      "Cookie: c=1\r\n"
                                                      "Authorization: Bearer x\r\n\r\n"));
}

TEST(DialRequest, needs_different_tokens_as_subprotocols_6455_4_1_16_WS_3_02) {
  for (const std::vector<std::string>& subprotocols : std::vector<std::vector<std::string>>{
           {"a", "a"}, {""}, {"a b"}, {"a,b"}, {"\xC3\xA9"}, {"a", ""}, {"a\r\n"}})
    EXPECT_THAT(requested("ws://h", with_subprotocols(subprotocols)), HasSubstr("error: the subprotocol"));
}

TEST(DialRequest, needs_well_formed_extension_offers_6455_4_1_17) {
  for (const Extension& extension :
       {Extension{"", {}}, Extension{"a b", {}}, Extension{"a", {{"", std::nullopt}}},
        Extension{"a", {{"b", ""}}}, Extension{"a", {{"b", "c d"}}}, Extension{"a, b", {}}}) {
    DialRequestOptions options;
    options.extensions = {extension};
    EXPECT_THAT(requested("ws://h", options), HasSubstr("error: ")) << extension.name;
  }
}

TEST(DialRequest, does_not_let_headers_break_out_or_override_6455_4_1_18) {
  EXPECT_THAT(requested("ws://h", with_header("X", "a\r\nY: b")), HasSubstr("error: the header field X"));
  EXPECT_THAT(requested("ws://h", with_header("X", std::string("a\0b", 3))), HasSubstr("error: "));
  EXPECT_THAT(requested("ws://h", with_header("X: y\r\nZ", "1")), HasSubstr("error: "));
  for (const std::string name :
       {"Host", "upgrade", "Connection", "Sec-WebSocket-Key", "SEC-WEBSOCKET-VERSION",
        "Sec-WebSocket-Protocol", "Origin", "Content-Length", "Transfer-Encoding"})
    EXPECT_THAT(requested("ws://h", with_header(name, "1")), HasSubstr("error: the header field " + name));
  DialRequestOptions options;
  options.origin = "a\r\nb";
  EXPECT_THAT(requested("ws://h", options), HasSubstr("error: the origin"));
}

TEST(DialRequest, is_accepted_by_the_servers_half) {
  DialRequestOptions options = with_subprotocols({"a", "b"});
  options.extensions = {{"foo", {{"x", "1"}}}};
  const auto outcome = check_request(testing::read_request(requested("ws://h/p", options)), AcceptOptions{});
  ASSERT_TRUE(std::holds_alternative<ClientOffer>(outcome));
  EXPECT_EQ(std::get<ClientOffer>(outcome).subprotocols, options.subprotocols);
  EXPECT_EQ(std::get<ClientOffer>(outcome).extensions, options.extensions);
}

// --- the response

/// The baseline answer with lines taken away and added.
struct Answer {
  std::string status_line = "HTTP/1.1 101 Switching Protocols";
  std::vector<std::string> lines = {"Upgrade: websocket", "Connection: Upgrade",
                                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="};

  Answer with(std::size_t line, std::string text) const {
    Answer changed = *this;
    changed.lines[line] = std::move(text);
    return changed;
  }
  Answer and_also(std::string line) const {
    Answer changed = *this;
    changed.lines.push_back(std::move(line));
    return changed;
  }
};

constexpr std::size_t upgrade_line = 0;
constexpr std::size_t connection_line = 1;
constexpr std::size_t accept_line = 2;

Result<DialAgreement> check(const Answer& answer, const DialRequestOptions& options = {},
                            MissingSubprotocol missing = MissingSubprotocol::accept) {
  std::string text = answer.status_line + "\r\n";
  for (const std::string& line : answer.lines) text += line + "\r\n";
  const Limits limits;
  http::ResponseReader reader(limits);
  reader.receive(as_bytes(text + "\r\n"));
  reader.receive_eof();
  EXPECT_EQ(reader.state(), http::ResponseReader::State::complete);
  return check_response(reader.response(), options, sample_key(), missing);
}

void expect_open(const Answer& answer, const DialRequestOptions& options = {}) {
  const auto agreement = check(answer, options);
  EXPECT_TRUE(agreement) << (agreement ? "" : agreement.error().message);
}

std::string expect_failed(const Answer& answer, const DialRequestOptions& options = {}) {
  const auto agreement = check(answer, options);
  EXPECT_FALSE(agreement) << ::testing::PrintToString(answer.lines);
  if (agreement) return {};
  EXPECT_EQ(agreement.error().kind, ErrorKind::peer);
  return agreement.error().message;
}

TEST(DialResponse, opens_on_the_baseline_answer) { expect_open(Answer{}); }

TEST(DialResponse, of_another_status_is_plain_http_6455_4_1_20) {
  for (const std::string status : {"200 OK", "302 Found", "401 Unauthorized", "503 Service Unavailable"}) {
    Answer answer;
    answer.status_line = "HTTP/1.1 " + status;
    EXPECT_THAT(expect_failed(answer), HasSubstr(status));
  }
}

TEST(DialResponse, upgrades_to_websocket_alone_6455_4_1_21) {
  for (const std::string value : {"h2c", "websocket2", "websocket, x", "", "web socket"})
    expect_failed(Answer{}.with(upgrade_line, "Upgrade: " + value));
  expect_failed(Answer{}.with(upgrade_line, "X: y"));
  expect_open(Answer{}.with(upgrade_line, "Upgrade: WebSocket"));
}

TEST(DialResponse, lists_upgrade_in_connection_6455_4_1_22) {
  expect_failed(Answer{}.with(connection_line, "Connection: keep-alive"));
  expect_failed(Answer{}.with(connection_line, "X: y"));
  expect_open(Answer{}.with(connection_line, "Connection: keep-alive, UPGRADE"));
}

TEST(DialResponse, proves_that_the_server_saw_our_key_6455_4_1_23) {
  for (const std::string value :
       {"", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"})
    expect_failed(Answer{}.with(accept_line, "Sec-WebSocket-Accept: " + value));
  expect_failed(Answer{}.with(accept_line, "X: y"));
  expect_open(Answer{}.with(accept_line, "Sec-WebSocket-Accept: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo=  "));
}

TEST(DialResponse, may_take_the_second_of_two_offers_of_one_extension_7692_RSP_10_7692_5_01) {
  DialRequestOptions options;
  options.extensions = {{"permessage-deflate", {{"server_max_window_bits", "10"}}},
                        {"permessage-deflate", {}}};
  expect_open(Answer{}.and_also("Sec-WebSocket-Extensions: permessage-deflate"), options);
}

TEST(DialResponse, names_no_extension_that_was_not_offered_6455_4_1_24) {
  DialRequestOptions options;
  options.extensions = {{"bar", {}}};
  expect_failed(Answer{}.and_also("Sec-WebSocket-Extensions: foo"));
  expect_failed(Answer{}.and_also("Sec-WebSocket-Extensions: foo"), options);
  expect_failed(Answer{}.and_also("Sec-WebSocket-Extensions: bar, bar"), options);
  expect_failed(Answer{}.and_also("Sec-WebSocket-Extensions: Bar"), options);
}

TEST(DialResponse, names_no_subprotocol_that_was_not_offered_6455_4_1_25) {
  for (const std::string value : {"chat2", "Chat", ""})
    expect_failed(Answer{}.and_also("Sec-WebSocket-Protocol: " + value), with_subprotocols({"chat"}));
  expect_failed(Answer{}.and_also("Sec-WebSocket-Protocol: chat"));
}

TEST(DialResponse, has_nothing_twice_and_nothing_malformed_6455_4_1_26_6455_11_3_01) {
  expect_failed(Answer{}.and_also(Answer{}.lines[accept_line]));
  expect_failed(Answer{}.and_also("Sec-WebSocket-Protocol: a, b"), with_subprotocols({"a", "b"}));
  expect_failed(Answer{}.and_also("Sec-WebSocket-Protocol: a").and_also("Sec-WebSocket-Protocol: a"),
                with_subprotocols({"a"}));
  expect_failed(Answer{}.and_also("Sec-WebSocket-Extensions: ;"));
}

TEST(DialResponse, has_names_in_any_case_and_order_6455_4_1_27) {
  Answer answer;
  answer.lines = {"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "x-foo: 1", "connection: upgrade",
                  "upgrade: websocket"};
  expect_open(answer);
}

TEST(DialResponse, may_choose_no_subprotocol_unless_that_is_unwanted_6455_4_1_30) {
  const DialRequestOptions options = with_subprotocols({"chat"});
  EXPECT_EQ(check(Answer{}, options)->subprotocol, "");
  EXPECT_FALSE(check(Answer{}, options, MissingSubprotocol::fail));
  EXPECT_TRUE(check(Answer{}, {}, MissingSubprotocol::fail));
}

TEST(DialResponse, says_what_is_in_use_6455_4_1_31_6455_9_1_09) {
  DialRequestOptions options = with_subprotocols({"a", "b"});
  options.extensions = {{"foo", {}}, {"bar", {}}};
  const auto agreement = check(Answer{}
                                   .and_also("Sec-WebSocket-Protocol: b")
                                   .and_also("Sec-WebSocket-Extensions: bar; x=1")
                                   .and_also("Sec-WebSocket-Extensions: foo"),
                               options);
  ASSERT_TRUE(agreement);
  EXPECT_EQ(agreement->subprotocol, "b");
  EXPECT_EQ(format_extensions(agreement->extensions), "bar; x=1, foo");
}

TEST(DialResponse, that_wants_another_version_says_which_in_the_error_6455_4_4_02) {
  Answer answer;
  answer.status_line = "HTTP/1.1 426 Upgrade Required";
  answer = answer.and_also("Sec-WebSocket-Version: 13").and_also("Sec-WebSocket-Version: 8, 7");
  EXPECT_THAT(expect_failed(answer), HasSubstr("13, 8, 7"));
  answer.status_line = "HTTP/1.1 403 Forbidden";
  answer.lines.clear();
  EXPECT_THAT(expect_failed(answer), Not(HasSubstr("version")));
}

TEST(DialResponse, opens_on_what_the_servers_half_writes) {
  DialRequestOptions options = with_subprotocols({"a", "b"});
  const auto outcome = check_request(testing::read_request(requested("ws://h/p", options)), AcceptOptions{});
  ByteBuffer output;
  ASSERT_TRUE(write_switching_response(std::get<ClientOffer>(outcome), {"b", {}, {}}, output));
  const Limits limits;
  http::ResponseReader reader(limits);
  EXPECT_EQ(reader.receive(output.bytes()), output.size());
  EXPECT_EQ(check_response(reader.response(), options, sample_key())->subprotocol, "b");
}

}  // namespace
}  // namespace duplex::handshake
