#include "base/escape.hpp"

#include <gtest/gtest.h>

namespace duplex::base {
namespace {

TEST(EscapeForLog, keeps_printable_ascii) { EXPECT_EQ(escape_for_log("GET /a b~"), "GET /a b~"); }

TEST(EscapeForLog, makes_line_ends_terminal_controls_and_backslashes_visible) {
  EXPECT_EQ(escape_for_log("a\r\n\x1b[31m\\\xff"), "a\\x0d\\x0a\\x1b[31m\\x5c\\xff");
}

TEST(EscapeForLog, is_bounded) { EXPECT_EQ(escape_for_log("abcdef", 3), "abc..."); }

}  // namespace
}  // namespace duplex::base
