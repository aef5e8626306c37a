#include "handshake/url.hpp"

#include <gtest/gtest.h>

namespace duplex::handshake {
namespace {

Url parsed(std::string_view text) {
  const Result<Url> url = parse_url(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : Url{};
}

TEST(Url, that_is_malformed_is_an_error_6455_3_01) {
  for (const std::string_view text :
       {"ws://",     "ws:///p",    "ws://h:99999/", "ws://h:x/", "ftp://h/",         "http://h/",
        "",          "h",          "ws:h",          "://h",      "ws://h:0/",        "ws://[::1/",
        "ws://h /",  "ws://h/a b", "ws://h/%zz",    "ws://h/<",  "ws://h/a\r\nX: y", "ws://h?\"",
        "ws://a,b/", "ws://h\\p"}) {
    const Result<Url> url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::misuse);
    EXPECT_EQ(url.error().message.find('\n'), std::string::npos);
  }
}

TEST(Url, without_a_port_has_that_of_its_scheme_6455_3_02) {
  EXPECT_EQ(parsed("ws://h/").port, 80);
  EXPECT_EQ(parsed("wss://h/").port, 443);
  EXPECT_EQ(parsed("wss://h:/").port, 443);
  EXPECT_EQ(parsed("ws://h:8080/").port, 8080);
}

TEST(Url, has_a_scheme_in_any_case_6455_3_03) {
  EXPECT_EQ(parsed("WSS://h/").security, http::Security::tls);
  EXPECT_EQ(parsed("Ws://h/").security, http::Security::plain);
}

TEST(Url, asks_for_path_and_query_6455_3_04_6455_3_09) {
  EXPECT_EQ(parsed("ws://h?x=1").resource_name, "/?x=1");
  EXPECT_EQ(parsed("ws://h").resource_name, "/");
  EXPECT_EQ(parsed("ws://h/p?").resource_name, "/p");
  EXPECT_EQ(parsed("ws://h?").resource_name, "/");
  EXPECT_EQ(parsed("ws://h/p??").resource_name, "/p??");
  EXPECT_EQ(parsed("ws://h/a?b").resource_name, "/a?b");
  EXPECT_EQ(parsed("ws://h/.well-known/x").resource_name, "/.well-known/x");
}

TEST(Url, has_no_fragment_6455_3_05) {
  EXPECT_FALSE(parse_url("ws://h/p#f"));
  EXPECT_FALSE(parse_url("ws://h#"));
  EXPECT_EQ(parsed("ws://h/p%23f").resource_name, "/p%23f");
}

TEST(Url, percent_encodes_what_is_outside_of_ascii_behind_the_host_6455_3_06) {
  EXPECT_EQ(parsed("ws://xn--bcher-kva.example/\xC3\xBC?\xC3\xA9").resource_name, "/%C3%BC?%C3%A9");
  const Result<Url> url = parse_url(
      "ws://b\xC3\xBC"
      "cher.example/");
  ASSERT_FALSE(url);
  EXPECT_NE(url.error().message.find("xn--"), std::string::npos);
}

TEST(Url, has_no_user_information_6455_3_07) {
  EXPECT_FALSE(parse_url("ws://u:p@h/"));
  EXPECT_EQ(parsed("ws://h/u@x").resource_name, "/u@x");
}

TEST(Url, keeps_the_brackets_of_ipv6_in_the_host_field_only_6455_3_08) {
  const Url url = parsed("ws://[::1]:8080/");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.host_field(), "[::1]:8080");
}

TEST(Url, names_its_port_in_the_host_field_unless_it_is_the_schemes_6455_4_1_10) {
  EXPECT_EQ(parsed("ws://h:8080").host_field(), "h:8080");
  EXPECT_EQ(parsed("wss://h:443").host_field(), "h");
  EXPECT_EQ(parsed("ws://h:443").host_field(), "h:443");
  EXPECT_EQ(parsed("ws://h:80").host_field(), "h");
  EXPECT_EQ(parsed("wss://[::1]").host_field(), "[::1]");
}

}  // namespace
}  // namespace duplex::handshake
