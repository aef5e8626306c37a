#include <duplex/log.hpp>

#include <gtest/gtest.h>

namespace duplex {
namespace {

TEST(EscapeForLog, keeps_printable_ascii) { EXPECT_EQ(escape_for_log("GET /a b?c=1~"), "GET /a b?c=1~"); }

TEST(EscapeForLog, makes_line_ends_terminal_controls_and_foreign_bytes_visible) {
  EXPECT_EQ(escape_for_log("a\r\n\x1b[31m\x7f\xff"), "a\\x0d\\x0a\\x1b[31m\\x7f\\xff");
}

TEST(EscapeForLog, can_be_read_back) { EXPECT_EQ(escape_for_log("\\x0a"), "\\x5cx0a"); }

TEST(EscapeForLog, cuts_what_is_too_long) {
  EXPECT_EQ(escape_for_log("abcd", 4), "abcd");
  EXPECT_EQ(escape_for_log("abcde", 4), "abcd...");
}

}  // namespace
}  // namespace duplex
