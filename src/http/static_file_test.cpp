#include "http/static_file.hpp"

#include <gtest/gtest.h>

namespace duplex::http {
namespace {

Request request_for(std::string method, std::string if_none_match = {}) {
  Request request;
  request.method = std::move(method);
  if (!if_none_match.empty()) request.headers.add("If-None-Match", std::move(if_none_match));
  return request;
}

TEST(StaticFile, is_served_with_type_tag_and_cache_policy_H1_9_1_01) {
  const StaticFile file("/app/Page.HTML", "<p>");
  for (const std::string method : {"GET", "HEAD"}) {
    const Response response = serve(file, request_for(method));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "<p>");
    EXPECT_EQ(response.headers.find("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(response.headers.find("ETag"), file.entity_tag);
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
  }
}

TEST(StaticFile, answers_304_to_those_who_have_it) {
  const StaticFile file("a.js", "x");
  for (const std::string& header :
       {file.entity_tag, "W/" + file.entity_tag, "\"other\", " + file.entity_tag, std::string("*")}) {
    const Response response = serve(file, request_for("GET", header));
    EXPECT_EQ(response.status, 304) << header;
    EXPECT_EQ(response.headers.find("ETag"), file.entity_tag);
    EXPECT_TRUE(response.body.empty());
  }
  for (const std::string header : {"\"other\"", "\"", "x", "\"*\""})
    EXPECT_EQ(serve(file, request_for("GET", header)).status, 200) << header;
}

TEST(StaticFile, can_only_be_read_H1_15_5_6_01) {
  const Response response = serve(StaticFile("a.js", "x"), request_for("POST"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD");
}

TEST(EntityTag, follows_the_content) {
  EXPECT_EQ(make_entity_tag("a"), make_entity_tag("a"));
  EXPECT_NE(make_entity_tag("a"), make_entity_tag("b"));
  EXPECT_NE(make_entity_tag(""), make_entity_tag(std::string_view("\0", 1)));
  EXPECT_TRUE(make_entity_tag("").starts_with('"'));
}

TEST(ContentType, follows_the_extension_of_the_last_segment) {
  EXPECT_EQ(content_type("/a.b/c.css"), "text/css; charset=utf-8");
  EXPECT_EQ(content_type("app.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(content_type("/a.css/c"), "application/octet-stream");
  EXPECT_EQ(content_type("x.unknown"), "application/octet-stream");
}

}  // namespace
}  // namespace duplex::http
