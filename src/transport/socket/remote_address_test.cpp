#include "transport/socket/remote_address.hpp"

#include <gtest/gtest.h>

namespace duplex::transport {
namespace {

std::string kept(const Endpoint& endpoint) { return RemoteAddress(*numeric_address(endpoint)).text(); }

TEST(RemoteAddress, Ipv4IsKeptWhole) {
  EXPECT_EQ(kept({"203.0.113.7", 51234}), "203.0.113.7:51234");
  EXPECT_EQ(kept({"255.255.255.255", 65535}), "255.255.255.255:65535");
  EXPECT_EQ(kept({"0.0.0.0", 0}), "0.0.0.0:0");
  EXPECT_EQ(kept({"1.2.3.4", 1}), "1.2.3.4:1");
}

TEST(RemoteAddress, Ipv6IsKeptWhole) {
  EXPECT_EQ(kept({"2001:db8::1", 443}), "[2001:db8::1]:443");
  EXPECT_EQ(kept({"fe80::1%2", 80}), "[fe80::1%2]:80");
  EXPECT_EQ(kept({"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535}),
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

TEST(RemoteAddress, AnIpv4PeerOfAnIpv6SocketReadsAsIpv4) {
  EXPECT_EQ(kept({"::ffff:203.0.113.7", 51234}), "203.0.113.7:51234");
}

TEST(RemoteAddress, ItTakesTheRoomOfAPointer) { EXPECT_EQ(sizeof(RemoteAddress), 8u); }

}  // namespace
}  // namespace duplex::transport
