#include "listening_url.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

TEST(ListeningUrl, NamesHostAndPort) {
  EXPECT_EQ(listening_url("127.0.0.1", 9001), "http://127.0.0.1:9001/");
  EXPECT_EQ(listening_url("localhost", 80), "http://localhost:80/");
  EXPECT_EQ(listening_url("localhost", 8443, Scheme::https), "https://localhost:8443/");
}

TEST(ListeningUrl, PutsIpv6IntoBrackets) {
  EXPECT_EQ(listening_url("::1", 9001), "http://[::1]:9001/");
  EXPECT_EQ(listening_url("[::1]", 9001), "http://[::1]:9001/");
}

}  // namespace
}  // namespace duplex::cli
