#include "http/target.hpp"

#include <gtest/gtest.h>

namespace duplex::http {
namespace {

TargetOutcome parse(std::string_view text) { return parse_target("GET", text, Security::plain); }

TEST(Target, in_origin_form_is_a_decoded_path_and_a_raw_query) {
  const auto target = parse("/a%20b/%C3%BC?x=%20&y=[1]").target;
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/\xC3\xBC");
  EXPECT_EQ(target->query, "x=%20&y=[1]");
  EXPECT_EQ(target->authority, "");
}

TEST(Target, in_absolute_form_names_its_authority_H1_3_2_2_01) {
  const auto target = parse("HTTP://a.example:81/x?y").target;
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/x");
  EXPECT_EQ(target->query, "y");
  EXPECT_EQ(target->authority, "a.example:81");
  EXPECT_EQ(parse("http://a").target->path, "/");
  EXPECT_EQ(parse("http://a?q").target->query, "q");
}

TEST(Target, in_absolute_form_needs_a_scheme_and_an_authority_that_we_serve) {
  for (const std::string_view text :
       {"ftp://a/", "http://", "http:///x", "http://u@a/", "http://a b/", "http:/a", "://a"})
    EXPECT_FALSE(parse(text).target) << text;
}

TEST(Target, may_be_https_only_on_a_secured_connection_H1_7_4_01) {
  EXPECT_FALSE(parse_target("GET", "https://h/", Security::plain).target);
  EXPECT_TRUE(parse_target("GET", "https://h/", Security::tls).target);
}

TEST(Target, is_an_asterisk_for_options_only_H1_3_2_4_01) {
  EXPECT_FALSE(parse("*").target);
  EXPECT_EQ(parse_target("OPTIONS", "*", Security::plain).target->path, "*");
}

TEST(Target, begins_with_a_slash_and_holds_uri_characters_only_H1_3_2_1_01) {
  for (const std::string_view text :
       {"foo", "/a#b", "/\"", "/<", "/\xC3\xBC", "/a\\b", "/{", "/|", "/^", "/`", "?"})
    EXPECT_FALSE(parse(text).target) << text;
}

TEST(Target, refuses_escapes_that_are_none_or_hide_something) {
  for (const std::string_view text : {"/%", "/%2", "/%zz", "/a%00b", "/%5C", "/a%5cb"})
    EXPECT_FALSE(parse(text).target) << text;
  EXPECT_TRUE(parse("/?100%").target) << "the query stays raw";
}

TEST(Target, refuses_dot_segments_raw_and_encoded) {
  for (const std::string_view text :
       {"/..", "/.", "/a/../b", "/a/..", "/./a", "/%2e%2e/x", "/%2E./x", "/..%2fx", "/a%2f..%2fb"})
    EXPECT_FALSE(parse(text).target) << text;
  for (const std::string_view text : {"/.well-known/x", "/...", "/a..b", "/..a", "/?x=/../"})
    EXPECT_TRUE(parse(text).target) << text;
}

TEST(Target, keeps_any_byte_that_is_percent_encoded_H1_2_2_01) {
  EXPECT_EQ(parse("/%ff").target->path, "/\xFF");
}

TEST(PercentEncoding, survives_a_round_trip_of_all_bytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a b/\xFF~"), "a%20b%2F%FF~");
}

}  // namespace
}  // namespace duplex::http
