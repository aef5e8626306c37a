#include "http/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing.hpp"

namespace duplex::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HeaderFields, finds_names_in_any_case_and_keeps_repeated_ones_apart_H1_5_01) {
  const HeaderFields fields{{"Set-Cookie", "a"}, {"Host", "h"}, {"set-cookie", "b"}};
  EXPECT_EQ(fields.find("HOST"), "h");
  EXPECT_EQ(fields.find("Set-Cookie"), "a");
  EXPECT_EQ(fields.count("SET-COOKIE"), 2u);
  EXPECT_EQ(fields.find("Cookie"), std::nullopt);
}

TEST(HeaderFields, read_tokens_across_lines_and_empty_elements_H1_5_3_01_H1_5_6_01) {
  const HeaderFields fields{{"Connection", ", keep-alive ,,"}, {"connection", "UPGRADE"}};
  EXPECT_TRUE(fields.has_token("Connection", "upgrade"));
  EXPECT_TRUE(fields.has_token("Connection", "Keep-Alive"));
  EXPECT_FALSE(fields.has_token("Connection", "keep"));
  EXPECT_FALSE(fields.has_token("Upgrade", "upgrade"));
}

TEST(HeaderFields, do_not_see_tokens_inside_quotes) {
  const HeaderFields fields{{"X", R"(a="b, upgrade, \", upgrade", close)"}};
  EXPECT_FALSE(fields.has_token("X", "upgrade"));
  EXPECT_TRUE(fields.has_token("X", "close"));
}

TEST(Token, is_made_of_token_characters_only) {
  EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09AZaz"));
  for (const std::string_view text : {"", "a b", "a,b", "a@b", "a\tb", "a\"", "\xC3\xA9", "a/b"})
    EXPECT_FALSE(is_token(text)) << text;
  EXPECT_FALSE(is_token(std::string_view("a\0b", 3)));
}

TEST(FieldValue, may_hold_tabs_and_bytes_above_ascii_but_no_control_characters_H1_5_5_01_H1_5_5_02) {
  EXPECT_TRUE(is_field_value("a\tb \xC3\xA9\xFF"));
  EXPECT_TRUE(is_field_value(""));
  for (const std::string_view text : {"a\r", "a\n", "\x01", "\x7F"}) EXPECT_FALSE(is_field_value(text));
  EXPECT_FALSE(is_field_value(std::string_view("\0", 1)));
}

TEST(TokenList, joins_lines_in_order_and_skips_empty_elements) {
  const HeaderFields fields{{"P", " ,a,\t,b"}, {"p", "c , "}};
  const auto tokens = token_list(fields, "P");
  ASSERT_TRUE(tokens);
  EXPECT_THAT(*tokens, ElementsAre("a", "b", "c"));
  EXPECT_THAT(*token_list(fields, "Q"), IsEmpty());
}

TEST(TokenList, refuses_what_is_no_list_of_tokens) {
  for (const std::string text : {"a b", "a,\"b\"", "a;b", "a=b", "a\x01"})
    EXPECT_FALSE(token_list({{"P", text}}, "P")) << text;
}

TEST(TokenList, bounds_its_empty_elements_exactly_H1_5_6_01) {
  EXPECT_TRUE(token_list({{"P", testing::repeat(",", empty_list_elements_max) + "a"}}, "P"));
  EXPECT_FALSE(token_list({{"P", testing::repeat(",", empty_list_elements_max + 1) + "a"}}, "P"));
}

TEST(FieldCursor, removes_the_escapes_of_a_quoted_string_H1_5_6_02) {
  FieldCursor cursor(R"("a\"b\\,;" rest)");
  EXPECT_EQ(cursor.take_quoted_string(), R"(a"b\,;)");
  cursor.skip_whitespace();
  EXPECT_EQ(cursor.take_token(), "rest");
  EXPECT_TRUE(cursor.at_end());
}

TEST(FieldCursor, refuses_a_quoted_string_without_an_end) {
  for (const std::string_view text : {"\"", "\"a", "\"a\\", "\"a\\\"", "a"})
    EXPECT_FALSE(FieldCursor(text).take_quoted_string()) << text;
}

TEST(Request, hands_out_route_parameters_by_name) {
  Request request;
  request.parameters = {{"room", "lobby"}};
  EXPECT_EQ(request.parameter("room"), "lobby");
  EXPECT_EQ(request.parameter("other"), "");
}

}  // namespace
}  // namespace duplex::http
