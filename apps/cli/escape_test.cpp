#include "escape.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

TEST(Escape, LeavesPrintableAsciiAlone) { EXPECT_EQ(escape("/chat room?a=1~"), "/chat room?a=1~"); }

TEST(Escape, MakesBytesThatMoveCursorsOrForgeLinesVisible) {
  EXPECT_EQ(escape("a\r\nb\x1b[2J\x7f"), "a\\x0d\\x0ab\\x1b[2J\\x7f");
}

TEST(Escape, CanBeReadBack) { EXPECT_EQ(escape("\\x0a"), "\\x5cx0a"); }

TEST(Escape, ShowsBytesBeyondAscii) { EXPECT_EQ(escape("é\xff"), "\\xc3\\xa9\\xff"); }

TEST(Escape, CutsWhatIsTooLong) {
  EXPECT_EQ(escape("abcd", 4), "abcd");
  EXPECT_EQ(escape("abcde", 4), "abcd…");
}

}  // namespace
}  // namespace duplex::cli
