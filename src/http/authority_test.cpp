#include "http/authority.hpp"

#include <gtest/gtest.h>

namespace duplex::http {
namespace {

TEST(Authority, is_a_host_with_or_without_port) {
  EXPECT_EQ(parse_authority("h")->host, "h");
  EXPECT_EQ(parse_authority("h")->port, std::nullopt);
  EXPECT_EQ(parse_authority("a.example:8080")->port, 8080);
  EXPECT_EQ(parse_authority("h:")->port, std::nullopt);
  EXPECT_EQ(parse_authority("h:65535")->port, 65535);
  EXPECT_EQ(parse_authority("[::1]:80")->host, "[::1]");
}

TEST(Authority, refuses_what_is_no_single_host_H1_3_2_01_H1_3_2_03) {
  for (const std::string_view text : {"", ":80", "a b", "a,b", "u@h", "h:x", "h:65536", "h:123456", "[::1",
                                      "[]", "[::1]x", "[v1.x]", "h%zz", "h%2", "a/b", "h:80:80", "h:+1"})
    EXPECT_FALSE(parse_authority(text)) << text;
}

TEST(Ipv6Address, follows_its_grammar) {
  for (const std::string_view text : {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "2001:db8::1",
                                      "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7::"})
    EXPECT_TRUE(is_ipv6_address(text)) << text;
  for (const std::string_view text : {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                                      "12345::", "g::", ":1", "1:", "1:2:3:4::5:6:7:8", "::1.2.3",
                                      "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "::1%eth0", "1.2.3.4"})
    EXPECT_FALSE(is_ipv6_address(text)) << text;
}

}  // namespace
}  // namespace duplex::http
