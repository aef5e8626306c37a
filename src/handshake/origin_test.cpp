#include "handshake/origin.hpp"

#include <gtest/gtest.h>

namespace duplex::handshake {
namespace {

bool is_allowed(std::string authority, std::string origin, const std::vector<std::string>& allowed = {}) {
  Request request;
  request.authority = std::move(authority);
  request.headers.add("Origin", std::move(origin));
  return is_origin_allowed(request, allowed);
}

TEST(Origin, may_be_absent_6455_4_2_1_11) {
  EXPECT_TRUE(is_origin_allowed(Request{}, {}));
  EXPECT_TRUE(is_origin_allowed(Request{}, {"https://a.example"}));
}

TEST(Origin, of_the_server_itself_is_allowed_with_either_scheme) {
  EXPECT_TRUE(is_allowed("h", "http://h"));
  EXPECT_TRUE(is_allowed("h", "https://h"));
  EXPECT_TRUE(is_allowed("h:443", "https://h"));
  EXPECT_TRUE(is_allowed("h:80", "http://h"));
  EXPECT_TRUE(is_allowed("h:8080", "http://h:8080"));
  EXPECT_TRUE(is_allowed("H", "https://h"));
  EXPECT_TRUE(is_allowed("[::1]:81", "http://[::1]:81"));
}

TEST(Origin, of_another_host_port_or_scheme_is_not_ours_6455_4_2_2_03) {
  for (const std::string origin :
       {"http://evil.example", "http://h.evil.example", "http://evilh", "http://h:8080", "http://h:443",
        "https://h:80", "null", "", "h", "ftp://h", "http://u@h", "http://h/", "http://h/path"})
    EXPECT_FALSE(is_allowed("h", origin)) << origin;
  EXPECT_FALSE(is_allowed("h:8080", "http://h"));
  EXPECT_FALSE(is_allowed("", "http://"));
}

TEST(Origin, without_tls_is_not_ours_when_the_request_came_inside_of_it_6455_4_2_2_04) {
  Request request;
  request.scheme = Scheme::https;
  request.authority = "h";
  request.headers.add("Origin", "http://h");
  EXPECT_FALSE(is_origin_allowed(request, {}));
  EXPECT_TRUE(is_origin_allowed(request, {"http://h"}));
  request.headers = {{"Origin", "https://h"}};
  EXPECT_TRUE(is_origin_allowed(request, {}));
}

TEST(Origin, is_compared_as_a_whole_with_the_allowed_ones_6455_4_2_2_04) {
  const std::vector<std::string> allowed{"https://a.example"};
  EXPECT_TRUE(is_allowed("h", "https://a.example", allowed));
  EXPECT_TRUE(is_allowed("h", "HTTPS://A.example", allowed));
  for (const std::string origin :
       {"https://a.example.evil", "http://a.example", "https://a.example:444", "null", "https://b.a.example"})
    EXPECT_FALSE(is_allowed("h", origin, allowed)) << origin;
}

TEST(Origin, may_be_null_or_anything_only_if_that_is_configured) {
  EXPECT_TRUE(is_allowed("h", "null", {"null"}));
  EXPECT_FALSE(is_allowed("h", "http://x", {"null"}));
  EXPECT_TRUE(is_allowed("h", "http://x", {"*"}));
  EXPECT_TRUE(is_allowed("h", "null", {"*"}));
}

TEST(OriginRefusal, names_the_origin_and_the_remedy_but_echoes_no_markup_H1_15_5_01) {
  const Response refusal = refuse_origin("http://evil.example");
  EXPECT_EQ(refusal.status, 403);
  for (const std::string_view part : {"http://evil.example", "allowed_origins", "--allow-origin ORIGIN"})
    EXPECT_NE(refusal.body.find(part), std::string::npos) << part;
  EXPECT_EQ(refuse_origin("<script>").body.find('<'), std::string::npos);
}

}  // namespace
}  // namespace duplex::handshake
