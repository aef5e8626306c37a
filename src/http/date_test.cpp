#include "http/date.hpp"

#include <gtest/gtest.h>

namespace duplex::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

TEST(Date, is_an_imf_fixdate_H1_6_6_1_01) {
  EXPECT_EQ(format_date(system_clock::time_point{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(system_clock::time_point(seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(system_clock::time_point(seconds(951'782'400))), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(format_date(system_clock::time_point(milliseconds(1'798'761'599'999))),
            "Thu, 31 Dec 2026 23:59:59 GMT");
}

TEST(DateCache, changes_with_the_second) {
  DateCache cache;
  EXPECT_EQ(cache.at(system_clock::time_point{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cache.at(system_clock::time_point(milliseconds(999))), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cache.at(system_clock::time_point(milliseconds(1000))), "Thu, 01 Jan 1970 00:00:01 GMT");
  EXPECT_EQ(cache.at(system_clock::time_point{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace duplex::http
